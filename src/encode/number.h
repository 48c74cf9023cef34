/* Floating-point numbers as Java prints them (Double.toString, Float.toString): the shortest digits
 * that read back as the same number, at least one behind the point, "E" outside [1e-3, 1e7). NaN
 * and the infinities become the JSON strings "NaN", "Infinity" and
 * "-Infinity", as Jackson does it. */
#ifndef TR_ENCODE_NUMBER_H
#define TR_ENCODE_NUMBER_H

#include "base/writer.h"

void tr_number_write_double(struct tr_writer *writer, double number);
void tr_number_write_float(struct tr_writer *writer, float number);

#endif
