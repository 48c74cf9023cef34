/*
 * The schema change topic (include.schema.changes): one record for each DDL statement and table, in
 * the topic that is named like the prefix, with the database's name as key. It tells of all tables,
 * captured or not.
 *
 * What Debezium finds by parsing the statement (tableChanges) comes from the definitions here, so
 * that a record says what the table is like when the statement is read. Facts: recordings, and
 * Debezium's ConnectTableChangeSerializer.
 */
#ifndef TR_SOURCE_MYSQL_SCHEMA_CHANGE_H
#define TR_SOURCE_MYSQL_SCHEMA_CHANGE_H

#include "source/mysql/definitions.h"

struct tr_mysql_schema_changes;

int tr_mysql_schema_changes_new(const struct tr_mysql_context *context, struct tr_capture *capture,
                                struct tr_mysql_schema_changes **ret_changes,
                                struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_schema_changes_free(struct tr_mysql_schema_changes *changes);

/* Does the configuration want to hear of the table, or (NULL) of the database? */
bool tr_mysql_schema_changes_wants(const struct tr_mysql_schema_changes *changes,
                                   const char *database, const char *table);

/* Where records go, and what their source block begins with: the capturer's fields as of the event;
 * db and table are set here. */
struct tr_mysql_schema_target {
    struct tr_capturer *capturer;
    struct tr_batch *batch;
    uint64_t identity; /* see tr_change */
};

/* One record. Texts that are NULL are null. */
struct tr_mysql_schema_change {
    const char *database; /* the key, and databaseName; "" for what belongs to none */
    const char *table;    /* in the source block */
    struct tr_slice ddl;
    const char *type;             /* CREATE, ALTER or DROP; NULL: no table was changed */
    const struct tr_table *names; /* of the changed table */
    const struct tr_mysql_definition *definition; /* NULL: dropped, or not known */
    bool comments;                                /* write comments */
};
int tr_mysql_schema_changes_put(struct tr_mysql_schema_changes *changes,
                                const struct tr_mysql_schema_change *change,
                                const struct tr_mysql_schema_target *target,
                                struct tr_diag *diag) TR_MUSTCHECK;

/* The records of a statement of the stream, which the definitions have taken in already. */
int tr_mysql_schema_changes_take(struct tr_mysql_schema_changes *changes,
                                 const struct tr_mysql_statement *statement,
                                 const struct tr_mysql_definitions *definitions,
                                 const struct tr_mysql_schema_target *target,
                                 struct tr_diag *diag) TR_MUSTCHECK;

#endif
