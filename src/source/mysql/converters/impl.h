/* What the converters share; nobody else includes it. */
#ifndef TR_SOURCE_MYSQL_CONVERTERS_IMPL_H
#define TR_SOURCE_MYSQL_CONVERTERS_IMPL_H

#include "capture/convert.h"
#include "capture/filter.h"
#include "config/zero-fallback.h"
#include "source/mysql/converters.h"
#include "source/mysql/types/charset.h"

#define TR_MYSQL_SELECTORS 3

/* One of `converters`, and its selectors. */
struct tr_mysql_converter {
    const struct tr_custom_converter *options;
    struct tr_filter *selectors[TR_MYSQL_SELECTORS];
};

/* A column that a converter is asked for. */
struct tr_mysql_adapting {
    const struct tr_mysql_type_map *types;
    const struct tr_mysql_converter *converter;
    const char *name;              /* database.table.column */
    struct tr_plan_column *column; /* as the type map has it; to be changed */
    struct tr_arena *arena;
    struct tr_diag *diag;
};

/* What a converted column keeps: column->state. */
struct tr_mysql_converted {
    struct tr_plan_column inner; /* the column in the modes that lose nothing, and nullable */
    struct tr_value zero;        /* stands for a value that inner has none for */
    bool micros;                 /* of a DATETIME */
};

/* How decimals reach a converter. */
enum tr_mysql_inner { TR_MYSQL_INNER_NUMBER, TR_MYSQL_INNER_TEXT };
int tr_mysql_converted_new(const struct tr_mysql_adapting *adapting, enum tr_mysql_inner inner,
                           struct tr_mysql_converted **ret_converted) TR_MUSTCHECK;

/* Give the column a schema of this type, what converts, and its stand-ins: where it may not be null
 * its default, or else `zero`. The schema's default is the converted one; none if that is null.
 * nullable: also a NOT NULL column may be null. */
struct tr_mysql_form {
    struct tr_schema schema; /* type, name, parameters */
    tr_convert_fn *convert;  /* state: the converted */
    struct tr_value zero;
    bool nullable;
    const struct tr_value *default_value; /* in the place of the converted one */
};
int tr_mysql_converted_use(const struct tr_mysql_adapting *adapting,
                           struct tr_mysql_converted *converted,
                           const struct tr_mysql_form *form) TR_MUSTCHECK;

static inline const struct tr_mysql_type *tr_mysql_adapted(const struct tr_mysql_adapting *adapting)
{
    return adapting->column->column->type;
}

/* The converters. 0: it has the column; >0: it doesn't want it. */
int tr_mysql_adapt_tinyint(const struct tr_mysql_adapting *adapting) TR_MUSTCHECK;
int tr_mysql_adapt_jdbc_sink(const struct tr_mysql_adapting *adapting) TR_MUSTCHECK;
int tr_mysql_adapt_zero_date(const struct tr_mysql_adapting *adapting) TR_MUSTCHECK;

#endif
