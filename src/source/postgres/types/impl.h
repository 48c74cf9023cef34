/*
 * What the files of the type map share: one rule for each type, and the converters by family.
 *
 * map.c looks the rule up once per column, when the column plan is made. A rule says what the
 * type is in Connect and which function converts it; where a modifier (numeric(10,2)) or an option
 * (time.precision.mode) decides, its refine function completes the mapping. An array maps its
 * element the same way and keeps the element's converter.
 */
#ifndef TR_SOURCE_POSTGRES_TYPES_IMPL_H
#define TR_SOURCE_POSTGRES_TYPES_IMPL_H

#include "base/writer.h"
#include "capture/convert.h"
#include "source/postgres/pg-type.h"
#include "source/postgres/types.h"

enum tr_pg_flag {
    TR_PG_DEFAULT = 1,        /* its default expressions reach the schema */
    TR_PG_FINITE_DEFAULT = 2, /* except NaN and the infinities */
    TR_PG_NO_ARRAY = 4,       /* arrays of it are left out, as Debezium does */
    TR_PG_REQUIRED_ITEM = 8,  /* items of its arrays are not optional */
    TR_PG_UNKNOWN = 256,      /* only with include.unknown.datatypes */
    /* What stands for an unchanged TOASTed value, also as the one item of an array: */
    TR_PG_MARK_TEXT = 16,   /* the placeholder */
    TR_PG_MARK_BINARY = 32, /* its octets, or the placeholder where bytes are written as text */
    TR_PG_MARK_NUMBER = 64, /* in arrays: each octet as a number */
    TR_PG_MARK_UUID = 128,  /* in arrays: the name-based UUID of the octets */
};

struct tr_pg_mapping {
    const struct tr_capture_options *options;
    struct tr_arena *arena;            /* the plan's */
    const struct tr_pg_type *type;     /* below any domain */
    int32_t modifier;                  /* the column's or the domain's, -1: none */
    struct tr_placeholder placeholder; /* unavailable.value.placeholder */
    /* to be filled; optional is set already */
    struct tr_schema *schema;
    tr_convert_fn *convert;
    const void *state;
    struct tr_value zero;        /* of the type: stands in where a NOT NULL column is missing */
    struct tr_value generated;   /* the default where the expression is a function call */
    struct tr_value unavailable; /* TR_NULL: as the flags say */
    unsigned flags;
};

struct tr_pg_rule {
    uint32_t oid;     /* 0: an extension's type, known by its name */
    const char *name; /* of an extension's type */
    enum tr_type type;
    const char *semantic; /* the schema's name; NULL: none */
    tr_convert_fn *convert;
    int (*refine)(struct tr_pg_mapping *mapping, struct tr_diag *diag);
    unsigned flags;
};

/* Map mapping->type, domains included. >0: a type that is left out. */
int tr_pg_map_type(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* array.c: arrays, int2vector and oidvector; mapping->type->element is set. */
int tr_pg_map_array(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_map_vector(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* default.c: what pg_get_expr says about a default. */
enum tr_pg_default_kind {
    TR_PG_DEFAULT_NONE,     /* an expression that only the server can evaluate, or NULL */
    TR_PG_DEFAULT_LITERAL,  /* ret_literal, in the type's text form */
    TR_PG_DEFAULT_FUNCTION, /* a function call such as now() or nextval('s'::regclass) */
};
int tr_pg_parse_default(const char *expression, struct tr_arena *arena,
                        enum tr_pg_default_kind *ret_kind, struct tr_slice *ret_literal,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* facts.c */
void tr_pg_type_describe(const struct tr_type_map *types, const struct tr_column *column,
                         struct tr_column_facts *ret_facts);

/* number.c */
tr_convert_fn tr_pg_convert_int16, tr_pg_convert_int32, tr_pg_convert_int64, tr_pg_convert_oid,
    tr_pg_convert_float32, tr_pg_convert_float64, tr_pg_convert_boolean;
int tr_pg_parse_int64(struct tr_slice text, int64_t *ret_number) TR_MUSTCHECK; /* <0: not one */
/* A double from its decimal text; <0: not a number. Uses scratch for long texts. */
int tr_pg_parse_double(struct tr_slice text, struct tr_arena *scratch,
                       double *ret_number) TR_MUSTCHECK;

/* decimal.c */
int tr_pg_refine_numeric(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
/* money.c */
int tr_pg_refine_money(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* time.c */
int tr_pg_refine_date(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_time(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_timestamp(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_timetz(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_timestamptz(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
/* interval.c */
int tr_pg_refine_interval(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* text.c */
tr_convert_fn tr_pg_convert_text;
int tr_pg_refine_bits(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_bytea(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_opaque(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_enum(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_json(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_uuid(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* struct.c */
int tr_pg_refine_point(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_refine_hstore(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

/* "'…' is not a <what>": a value that doesn't have the form it must have. Returns -1. */
int tr_pg_bad_value(struct tr_diag *diag, const char *what, struct tr_slice text);

#endif
