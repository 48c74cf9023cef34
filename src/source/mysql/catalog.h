/*
 * A table's definition: what information_schema says of it, as a tr_table and what MySQL has beyond
 * that. Read from a session (now, or in its snapshot), or rebuilt from a stored text.
 *
 * The key is the primary key in key order; without one it is the first unique key all of whose
 * columns are NOT NULL, in the order in which the server prints keys. A prefix counts as the whole
 * column. So does Debezium.
 */
#ifndef TR_SOURCE_MYSQL_CATALOG_H
#define TR_SOURCE_MYSQL_CATALOG_H

#include "base/arena.h"
#include "record/table.h"
#include "source/mysql/query.h"

/* One for each of the table's columns. */
struct tr_mysql_attribute {
    const char *spelling;  /* COLUMN_TYPE: "decimal(10,2) unsigned zerofill" */
    const char *collation; /* NULL: not a text */
    const char *charset;   /* the same */
    const char *comment;   /* NULL: none */
    bool auto_increment;
    bool on_update;         /* ON UPDATE CURRENT_TIMESTAMP */
    bool generated, stored; /* a generated column; one that is kept in the row */
    bool invisible;
    bool expression; /* the default is an expression, not a literal */
    uint32_t srid;   /* of a geometry; 0: none */
};

struct tr_mysql_definition {
    struct tr_arena arena;
    struct tr_table table; /* its columns' type is a struct tr_mysql_type */
    const struct tr_mysql_attribute *attributes;
    const char *collation, *charset; /* the table's own */
    const char *comment;             /* NULL: none */
    const char *engine;              /* NULL: not asked (stored texts) */
    bool primary;                    /* the key is the primary key */
    /* System versioning with hidden period columns (MariaDB): the log's rows have two columns more,
     * at their end. */
    bool hidden_period;
    uint64_t rows, bytes; /* estimated by the server; 0 in stored texts */
};

/* The condition that there is no such table, or that it is a view. */
#define TR_MYSQL_MISSING 5

/* Read one table's definition. It is the result of the newest DDL that the log holds when this
 * returns, because the session takes a metadata lock first, for which it waits until a DDL that has
 * reached the log is complete. >0: TR_MYSQL_MISSING, TR_MYSQL_STOPPED. */
int tr_mysql_catalog_read(const struct tr_mysql_session *session, const char *database,
                          const char *table, struct tr_mysql_definition **ret_definition,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* The same with SHOW CREATE TABLE's text, in the definition's arena. */
int tr_mysql_catalog_show(const struct tr_mysql_session *session,
                          struct tr_mysql_definition *definition, const char **ret_sql,
                          struct tr_diag *diag) TR_MUSTCHECK;

void tr_mysql_definition_free(struct tr_mysql_definition *definition);

/* As JSON, and back. <0 of the reading: not such a text (TR_DATA). */
int tr_mysql_definition_write(const struct tr_mysql_definition *definition,
                              struct tr_writer *writer, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_definition_parse(struct tr_slice json, struct tr_mysql_definition **ret_definition,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* Names of databases or of a database's base tables, sorted, in the arena. */
struct tr_mysql_names {
    const char **items;
    size_t count;
};
int tr_mysql_catalog_databases(const struct tr_mysql_session *session, struct tr_arena *arena,
                               struct tr_mysql_names *ret_names, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_catalog_tables(const struct tr_mysql_session *session, const char *database,
                            struct tr_arena *arena, struct tr_mysql_names *ret_names,
                            struct tr_diag *diag) TR_MUSTCHECK;

#endif
