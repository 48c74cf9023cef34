/*
 * What the files of the type map share: one rule for each kind of type, with its converter and its
 * transcoder side by side.
 *
 * map.c looks the rule up once per column, when the column plan is made. A rule says what the type
 * is in Connect and which function converts its cells; where the type's parameters or an option
 * decide, its refine function completes the mapping.
 */
#ifndef TR_SOURCE_MYSQL_TYPES_IMPL_H
#define TR_SOURCE_MYSQL_TYPES_IMPL_H

#include <endian.h>

#include "base/writer.h"
#include "capture/convert.h"
#include "source/mysql/types.h"
#include "source/mysql/types/charset.h"

/* What a time counts. */
enum tr_mysql_unit { TR_MYSQL_MILLIS, TR_MYSQL_MICROS, TR_MYSQL_NANOS };

/* What a converter knows of its column: column->state. */
struct tr_mysql_state {
    const struct tr_mysql_type *type;
    struct tr_value zero;    /* stands for a zero date in a NOT NULL column */
    bool adjust;             /* enable.time.adjuster */
    enum tr_mysql_unit unit; /* of dates and times */
    tr_convert_fn *bytes;    /* binary.handling.mode's */
};

struct tr_mysql_mapping {
    const struct tr_capture_options *options;
    struct tr_arena *arena; /* the plan's */
    const struct tr_mysql_type *type;
    struct tr_placeholder placeholder; /* unavailable.value.placeholder */
    struct tr_mysql_state *state;
    /* to be filled; optional is set already */
    struct tr_schema *schema;
    tr_convert_fn *convert;
    struct tr_value zero; /* of the type: stands in where a NOT NULL column is missing */
};

enum tr_mysql_flag {
    TR_MYSQL_DEFAULT = 1, /* its defaults reach the schema */
    TR_MYSQL_MARK = 2,    /* the placeholder stands for a value that the log leaves out */
};

struct tr_mysql_rule {
    enum tr_type type;
    const char *semantic; /* the schema's name; NULL: none */
    tr_convert_fn *convert;
    int (*refine)(struct tr_mysql_mapping *mapping, struct tr_diag *diag);
    tr_mysql_transcode_fn *transcode;
    unsigned flags;
};

/* map.c */
const struct tr_mysql_rule *tr_mysql_rule_of(enum tr_mysql_kind kind); /* NULL: unknown */

/* default.c: the schema's default, or NULL: none that the schema can state. */
int tr_mysql_default_value(const struct tr_mysql_mapping *mapping,
                           const struct tr_plan_column *column, const char *text,
                           const struct tr_value **ret_value, struct tr_diag *diag) TR_MUSTCHECK;

/* number.c */
tr_convert_fn tr_mysql_convert_signed, tr_mysql_convert_unsigned, tr_mysql_convert_float32,
    tr_mysql_convert_float64, tr_mysql_convert_year;
tr_mysql_transcode_fn tr_mysql_transcode_integer, tr_mysql_transcode_float, tr_mysql_transcode_year;
int tr_mysql_refine_integer(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_refine_float(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_refine_bit(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* decimal.c */
#define TR_MYSQL_DECIMAL_TEXT 96 /* sign, 65 digits, point, and some to spare */
int tr_mysql_refine_decimal(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
tr_mysql_transcode_fn tr_mysql_transcode_decimal;
/* A packed decimal to text with scale digits behind the point; <0: not one. room has
 * TR_MYSQL_DECIMAL_TEXT bytes. */
int tr_mysql_decimal_print(struct tr_slice cell, unsigned precision, unsigned scale, char *room,
                           struct tr_slice *ret_text) TR_MUSTCHECK;
/* Make the schema a Decimal. */
int tr_mysql_set_decimal(struct tr_mysql_mapping *mapping, int32_t scale, int32_t precision,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* time.c and moment.c */
int tr_mysql_refine_date(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_refine_time(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_refine_datetime(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_refine_timestamp(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
tr_mysql_transcode_fn tr_mysql_transcode_date, tr_mysql_transcode_time, tr_mysql_transcode_datetime,
    tr_mysql_transcode_timestamp;

/* text.c */
tr_convert_fn tr_mysql_convert_text, tr_mysql_convert_char;
tr_mysql_transcode_fn tr_mysql_transcode_plain; /* the text is the cell */
int tr_mysql_refine_bytes(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* enum.c */
int tr_mysql_refine_enum(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_refine_set(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
tr_mysql_transcode_fn tr_mysql_transcode_enum, tr_mysql_transcode_set;

/* json.c */
tr_convert_fn tr_mysql_convert_json;

/* spatial.c */
int tr_mysql_refine_geometry(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_refine_point(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_refine_vector(struct tr_mysql_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* inet.c */
tr_convert_fn tr_mysql_convert_uuid, tr_mysql_convert_inet4, tr_mysql_convert_inet6;
tr_mysql_transcode_fn tr_mysql_transcode_uuid, tr_mysql_transcode_inet4, tr_mysql_transcode_inet6;

/* "(0x0102) is not a <what>": a cell that doesn't have the form it must have. Returns -1. */
int tr_mysql_bad_cell(struct tr_diag *diag, const char *what, struct tr_slice cell);
/* "'…' is not a <what>": the same of a SELECT's text. */
int tr_mysql_bad_text(struct tr_diag *diag, const char *what, struct tr_slice text);

static inline uint64_t tr_mysql_le(struct tr_slice bytes)
{
    uint64_t number = 0;

    for (size_t i = bytes.n; i-- > 0;)
        number = number << 8 | (unsigned char)bytes.p[i];
    return number;
}

static inline uint64_t tr_mysql_be(const char *p, size_t n)
{
    uint64_t number = 0;

    for (size_t i = 0; i < n; i++)
        number = number << 8 | (unsigned char)p[i];
    return number;
}

/* n bytes of a number, in scratch. */
int tr_mysql_put_le(uint64_t number, size_t n, struct tr_arena *scratch, struct tr_slice *ret_cell,
                    struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_put_be(uint64_t number, size_t n, struct tr_arena *scratch, struct tr_slice *ret_cell,
                    struct tr_diag *diag) TR_MUSTCHECK;

#endif
