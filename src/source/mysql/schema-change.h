/*
 * The schema change topic (include.schema.changes): one record for each DDL statement and table, in
 * the topic that is named like the prefix, with the databases' name as key.
 *
 * What Debezium finds by parsing the statement (tableChanges) comes from the definitions here, so
 * the record says what the table is like when the statement is read. Facts: recordings, and
 * Debezium's JdbcSchemaChange… classes for the order in which a snapshot writes them.
 */
#ifndef TR_SOURCE_MYSQL_SCHEMA_CHANGE_H
#define TR_SOURCE_MYSQL_SCHEMA_CHANGE_H

#include "source/mysql/definitions.h"

struct tr_mysql_schema_changes;

int tr_mysql_schema_changes_new(const struct tr_mysql_context *context, struct tr_capture *capture,
                                struct tr_mysql_schema_changes **ret_changes,
                                struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_schema_changes_free(struct tr_mysql_schema_changes *changes);

/* One statement of the stream. source: the block's fields as of the QUERY event; db and table are
 * set here. The definitions have taken the statement in already. */
int tr_mysql_schema_changes_take(struct tr_mysql_schema_changes *changes,
                                 const struct tr_mysql_statement *statement,
                                 const struct tr_mysql_definitions *definitions,
                                 struct tr_capturer *capturer, struct tr_batch *batch,
                                 struct tr_diag *diag) TR_MUSTCHECK;

#endif
