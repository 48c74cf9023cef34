/* Numbers in text, as databases print them. */
#ifndef TR_RECORD_NUMBER_H
#define TR_RECORD_NUMBER_H

#include <stdint.h>

#include "base/arena.h"

/* <0: not a whole number of 64 bits. */
int tr_number_parse_int64(struct tr_slice text, int64_t *ret_number) TR_MUSTCHECK;

/* The nearest one to its decimal text; <0: not a number. Uses scratch for long texts. */
int tr_number_parse_double(struct tr_slice text, struct tr_arena *scratch,
                           double *ret_number) TR_MUSTCHECK;
int tr_number_parse_float(struct tr_slice text, struct tr_arena *scratch,
                          float *ret_number) TR_MUSTCHECK;

#endif
