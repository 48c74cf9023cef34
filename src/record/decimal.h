/* Decimal numbers in text, and the unscaled value that Connect's Decimal holds. */
#ifndef TR_RECORD_DECIMAL_H
#define TR_RECORD_DECIMAL_H

#include <stdint.h>

#include "base/arena.h"

/* A decimal number's text, taken apart. */
struct tr_decimal {
    bool negative;
    struct tr_slice whole, fraction; /* digits */
};

/* "-1234.50"; <0: not a number of this form. */
int tr_decimal_split(struct tr_slice text, struct tr_decimal *ret_decimal) TR_MUSTCHECK;

/* Cut zeros that stand behind the scale, and say how many are missing up to it. <0: there are other
 * digits behind it, or too many in all. */
int tr_decimal_fit(struct tr_decimal *decimal, size_t scale, size_t *ret_zeros) TR_MUSTCHECK;

/* The unscaled value of the digits followed by zeros: the fewest bytes of big-endian two's
 * complement. <0: no memory. */
int tr_decimal_unscaled(const struct tr_decimal *decimal, size_t zeros, struct tr_arena *scratch,
                        struct tr_slice *ret_bytes) TR_MUSTCHECK;

/* The same of a number. */
int tr_decimal_small(int64_t number, struct tr_arena *scratch,
                     struct tr_slice *ret_bytes) TR_MUSTCHECK;

/* The way back: unscaled value and scale as terminated text. plain false: as Java's
 * BigDecimal.toString, which writes very small ones as "1E-7". <0: no memory. */
int tr_decimal_text(struct tr_slice unscaled, int scale, bool plain, struct tr_arena *scratch,
                    struct tr_slice *ret_text) TR_MUSTCHECK;

#endif
