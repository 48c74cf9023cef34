/* The form of the schema change topic's records: schemas, and a table's description as a value. */
#ifndef TR_SOURCE_MYSQL_SCHEMA_VALUE_H
#define TR_SOURCE_MYSQL_SCHEMA_VALUE_H

#include "record/schema.h"
#include "record/value.h"
#include "source/mysql/schema-change.h"

/* The fields of a record's value. */
enum tr_mysql_schema_field {
    TR_MYSQL_SCHEMA_SOURCE,
    TR_MYSQL_SCHEMA_TS_MS,
    TR_MYSQL_SCHEMA_DATABASE,
    TR_MYSQL_SCHEMA_SCHEMA,
    TR_MYSQL_SCHEMA_DDL,
    TR_MYSQL_SCHEMA_CHANGES,
    TR_MYSQL_SCHEMA_FIELDS,
};

/* Make the schemas in the arena. <0: no memory. */
int tr_mysql_schema_value_schemas(bool mariadb, struct tr_arena *arena,
                                  const struct tr_schema **ret_key,
                                  const struct tr_schema **ret_value) TR_MUSTCHECK;

/* The element of tableChanges. <0: no memory. */
int tr_mysql_schema_value_change(const struct tr_mysql_schema_change *change,
                                 struct tr_arena *arena, struct tr_value *ret_value) TR_MUSTCHECK;

#endif
