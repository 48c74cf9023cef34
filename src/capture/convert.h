/* What the type maps of all databases share, besides numbers, decimals and the calendar. */
#ifndef TR_CAPTURE_CONVERT_H
#define TR_CAPTURE_CONVERT_H

#include "capture/plan.h"
#include "config/options.h"

/* Bytes as binary.handling.mode wants them. */
tr_convert_fn tr_convert_bytes, tr_convert_base64, tr_convert_base64_url, tr_convert_hex;
tr_convert_fn *tr_convert_binary(enum tr_binary_handling handling);

/* Hex digits to bytes; <0: not hex, or room for fewer than text.n / 2. */
int tr_decode_hex(struct tr_slice text, unsigned char *ret_bytes) TR_MUSTCHECK;

/* unavailable.value.placeholder: its octets, which may be given as hex:…, and the text that they
 * are, with U+FFFD for those that are none. */
struct tr_placeholder {
    struct tr_slice octets, text;
};
int tr_convert_placeholder(const struct tr_capture_options *options, struct tr_arena *arena,
                           struct tr_placeholder *ret_placeholder,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* 0, "", no bytes, false. */
struct tr_value tr_convert_zero(enum tr_type type);

/* The beginning of a value, fit for a message. room has TR_CONVERT_SHOWN bytes. */
#define TR_CONVERT_SHOWN 48
const char *tr_convert_show(struct tr_slice text, char *room);

/* A right value that the schema has no place for (NaN in a Decimal): >0 and null where the column
 * may be null and event.converting.failure.handling.mode lets it; a failure otherwise. */
int tr_plan_unrepresentable(const struct tr_plan_column *column, struct tr_slice text,
                            struct tr_value *ret_value, struct tr_diag *diag) TR_MUSTCHECK;

/* *ret_value = tr_value_integer(…) costs a stalled load on the row path: compilers build the value
 * in pieces and copy it as a whole. */
static inline void tr_put_integer(struct tr_value *ret_value, int64_t number)
{
    ret_value->kind = TR_INTEGER;
    ret_value->integer = number;
}

static inline void tr_put_boolean(struct tr_value *ret_value, bool yes)
{
    ret_value->kind = TR_BOOLEAN;
    ret_value->boolean = yes;
}

#endif
