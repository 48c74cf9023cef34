/*
 * The column plan: one table version, compiled.
 *
 * For each captured column it holds the Connect schema and the function that turns the source's
 * bytes into a value of that schema, both chosen once by the driver's type map from the column's
 * type and the configuration. The row path only runs it: no look-ups by name, no malloc. Snapshot
 * and stream run the same functions, so one value has one form.
 *
 * A driver brings a tr_type_map. The next database or type goes there and nowhere else.
 */
#ifndef TR_CAPTURE_PLAN_H
#define TR_CAPTURE_PLAN_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/change.h"
#include "record/schema.h"
#include "record/table.h"
#include "record/value.h"

struct tr_plan_column;

/* Turn the bytes of a cell into a value. What doesn't fit into the value itself goes into scratch,
 * which lives until the row is encoded. <0: not a value of this type (TR_DATA, TR_STOP); the caller
 * adds table and column to the message. >0: the value has no place in the schema, and null, which
 * the column allows, stands for it. */
typedef int tr_convert_fn(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag);

struct tr_plan_column {
    const struct tr_column *column;
    unsigned place; /* in the table's columns and in a change's cells */
    const struct tr_schema *schema;
    tr_convert_fn *convert;
    const void *state; /* the type map's, for convert */
    /* Stands for NULL and for a column that the image doesn't hold: null; where that isn't allowed
     * the schema's default or the type's zero, as Debezium writes them. */
    struct tr_value filler;
    struct tr_value unavailable; /* stands for TR_CELL_UNCHANGED */
    bool strict; /* a value without a place in the schema is an error, even where null is allowed */
};

/* A column as Debezium's model of tables has it. */
struct tr_column_facts {
    const char *type;      /* the type's name: varchar, INT UNSIGNED */
    int32_t length, scale; /* as JDBC (PostgreSQL) or the statement (MySQL) tells; -1: none */
    bool text;             /* one of JDBC's character types: what masks apply to */
    const char *comment;   /* NULL: none, or not wanted */
};

/* How a driver's types become Connect's. */
struct tr_type_map {
    /* Fill schema, convert, state, filler and unavailable for ret_column->column; schemas and
     * states live in the arena (the plan's). >0: a type that is left out of the records. */
    int (*map)(const struct tr_type_map *types, struct tr_plan_column *ret_column,
               struct tr_arena *arena, struct tr_diag *diag);
    /* Tell all but the comment. */
    void (*describe)(const struct tr_type_map *types, const struct tr_column *column,
                     struct tr_column_facts *ret_facts);
    /* Change what map has filled, where a custom converter (`converters`) wants a column of this
     * table. NULL: there are none. */
    int (*adapt)(const struct tr_type_map *types, const struct tr_table *table,
                 struct tr_plan_column *column, struct tr_arena *arena, struct tr_diag *diag);
};

struct tr_plan {
    const struct tr_plan_column *columns; /* of the value, in table order */
    size_t ncolumns;
    /* In key order; may hold columns that the value leaves out, and at its end a field that is no
     * column of the table (topic.key.field.name). */
    const struct tr_plan_column *key;
    size_t nkey;                          /* all of them … */
    size_t nkey_columns;                  /* … and the table's */
    const struct tr_schema *value_schema; /* <topic>.Value, optional struct */
    const struct tr_schema *key_schema;   /* <topic>.Key; NULL without key */
};

#endif
