/* Values as Java's toString writes them. */
#ifndef TR_ENCODE_TEXT_H
#define TR_ENCODE_TEXT_H

#include "base/writer.h"
#include "record/logical.h"

/* A whole number; one that is a date or a time as ISO 8601, in UTC. */
void tr_text_put_integer(enum tr_logical logical, int64_t number, struct tr_writer *writer);
void tr_text_put_float(float number, struct tr_writer *writer);
void tr_text_put_double(double number, struct tr_writer *writer);

/* BigDecimal.toString. <0: no memory. */
int tr_text_put_decimal(struct tr_slice unscaled, int scale, struct tr_writer *writer) TR_MUSTCHECK;

#endif
