/*
 * A table's definition: what information_schema says of it, as a tr_table and what MySQL has beyond
 * that. Read from a session, or rebuilt from a stored text.
 *
 * The key is the primary key in key order; without one it is the first unique key all of whose
 * columns are NOT NULL, in the order in which the server prints keys. A prefix counts as the whole
 * column. So does Debezium.
 */
#ifndef TR_SOURCE_MYSQL_CATALOG_H
#define TR_SOURCE_MYSQL_CATALOG_H

#include "base/arena.h"
#include "base/writer.h"
#include "record/table.h"
#include "source/mysql/position.h"
#include "source/mysql/query.h"

/* The condition that there is no such table, or that it is a view. */
#define TR_MYSQL_MISSING 5

/* One for each of the table's columns. */
struct tr_mysql_attribute {
    const char *spelling;  /* COLUMN_TYPE: "decimal(10,2) unsigned zerofill" */
    const char *charset;   /* CHARACTER_SET_NAME; NULL: not a text */
    const char *collation; /* NULL: not a text */
    const char *comment;   /* NULL: none */
    bool auto_increment;
    bool on_update; /* ON UPDATE CURRENT_TIMESTAMP */
    bool generated;
    bool invisible;
};

struct tr_mysql_definition {
    struct tr_arena arena;
    struct tr_table table; /* its columns' type is a struct tr_mysql_type */
    const struct tr_mysql_attribute *attributes;
    const char *collation; /* the table's own; NULL: none */
    const char *comment;   /* NULL: none */
    bool primary;          /* the key is the primary key */
    bool sequence;         /* MariaDB: not a table, though its changes look like one's */
    /* System versioning with hidden period columns (MariaDB): the log's rows have two columns more,
     * at their end. */
    bool hidden_period;
    /* The log's end when this was read: where another DDL may have been behind the one that it was
     * read for. */
    struct tr_mysql_coordinates read;
    /* Only when read from a session. */
    const char *engine;
    uint64_t rows, bytes; /* as the server estimates them */
    unsigned references;
};

/* Read one table's definition. What it says is at least as new as all DDL of this table in the log
 * that was read before: the session asks for the table's metadata lock, which a DDL holds until it
 * is visible, and its event can be in the log before. >0: TR_MYSQL_MISSING, TR_MYSQL_STOPPED. */
int tr_mysql_catalog_read(const struct tr_mysql_session *session, const char *database,
                          const char *table, struct tr_mysql_definition **ret_definition,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* Where the log ends, by the server's own word; file "" when binary logging is off. >0:
 * TR_MYSQL_STOPPED. */
int tr_mysql_catalog_log_end(const struct tr_mysql_session *session,
                             struct tr_mysql_coordinates *ret_end,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* SHOW CREATE TABLE's text, in the arena. >0: as above. */
int tr_mysql_catalog_show(const struct tr_mysql_session *session, const struct tr_table *table,
                          struct tr_arena *arena, const char **ret_sql,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* A definition has as many owners as references; not to be shared by threads. */
struct tr_mysql_definition *tr_mysql_definition_new(void) TR_MUSTCHECK; /* NULL: no memory */
struct tr_mysql_definition *tr_mysql_definition_share(struct tr_mysql_definition *definition);
void tr_mysql_definition_free(struct tr_mysql_definition *definition);

/* With the columns' names and spellings there, and the key's names: fill in the rest. */
int tr_mysql_definition_complete(struct tr_mysql_definition *definition, struct tr_column *columns,
                                 const char *const *key, size_t nkey,
                                 struct tr_diag *diag) TR_MUSTCHECK;

/* The name of the table's charset, as a prefix of its collation's; empty: none. */
struct tr_slice tr_mysql_definition_charset(const struct tr_mysql_definition *definition);

/* As JSON (stored.c), and back. <0 of the reading: not such a text (TR_DATA). */
int tr_mysql_definition_write(const struct tr_mysql_definition *definition,
                              struct tr_writer *writer) TR_MUSTCHECK;
int tr_mysql_definition_parse(struct tr_slice json, struct tr_mysql_definition **ret_definition,
                              struct tr_diag *diag) TR_MUSTCHECK;

struct tr_mysql_listed {
    const char *database, *table;
};

/* All base tables but the server's own, sorted by database and name, in the arena. */
struct tr_mysql_list {
    struct tr_mysql_listed *items;
    size_t count;
};
int tr_mysql_catalog_tables(const struct tr_mysql_session *session, struct tr_arena *arena,
                            struct tr_mysql_list *ret_list, struct tr_diag *diag) TR_MUSTCHECK;

/* mysql, sys, information_schema, performance_schema */
bool tr_mysql_is_system(struct tr_slice database);

#endif
