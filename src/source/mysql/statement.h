/*
 * What the text of a QUERY event is about.
 *
 * The log holds every statement that is not a row change as text. Nobody here parses DDL: columns
 * come from the table map or from the catalog. What has to be known is the statement's kind, the
 * tables that it names, and that a statement which changes rows by itself (statement-based logging)
 * is never taken for one that doesn't. Whoever is not known for certain to be harmless therefore
 * counts as TR_MYSQL_SQL_UNKNOWN, which the caller must not skip.
 *
 * Comments, executable comments (MySQL's and MariaDB's), quoting by backtick and, with ANSI_QUOTES,
 * by double quotes are understood. Facts: sql/sql_yacc.yy and sql/sql_lex.cc of both servers.
 */
#ifndef TR_SOURCE_MYSQL_STATEMENT_H
#define TR_SOURCE_MYSQL_STATEMENT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "binlog/event.h"
#include "source/mysql/dialect.h"

enum tr_mysql_statement_kind {
    TR_MYSQL_SQL_UNKNOWN, /* nobody has told us what it does */
    TR_MYSQL_SQL_BEGIN,
    TR_MYSQL_SQL_COMMIT,
    TR_MYSQL_SQL_ROLLBACK,
    TR_MYSQL_SQL_SAVEPOINT,   /* SAVEPOINT, RELEASE SAVEPOINT */
    TR_MYSQL_SQL_ROLLBACK_TO, /* a savepoint: only tables without transactions were written */
    TR_MYSQL_SQL_XA_START,
    TR_MYSQL_SQL_XA_END,
    TR_MYSQL_SQL_XA_PREPARE,
    TR_MYSQL_SQL_XA_COMMIT,
    TR_MYSQL_SQL_XA_ROLLBACK,
    TR_MYSQL_SQL_ROWS, /* INSERT, UPDATE, DELETE …: rows changed by a statement; tables: where plain
                        */
    TR_MYSQL_SQL_CREATE_TABLE,
    TR_MYSQL_SQL_ALTER_TABLE, /* CREATE INDEX and DROP INDEX too; with RENAME TO it has `renames` */
    TR_MYSQL_SQL_DROP_TABLE,
    TR_MYSQL_SQL_RENAME_TABLE,
    TR_MYSQL_SQL_TRUNCATE_TABLE,
    TR_MYSQL_SQL_CREATE_DATABASE,
    TR_MYSQL_SQL_ALTER_DATABASE,
    TR_MYSQL_SQL_DROP_DATABASE,
    TR_MYSQL_SQL_SESSION, /* SET, USE, FLUSH TABLES …: in Debezium's schema change topic, no table
                           */
    TR_MYSQL_SQL_SEQUENCE, /* CREATE, ALTER, DROP SEQUENCE: the same */
    TR_MYSQL_SQL_HARMLESS, /* views, routines, users, temporary tables …: no table's rows or columns
                            */
};

/* How the server read the text. */
struct tr_mysql_reading {
    struct tr_slice database; /* the default one; empty: none */
    bool ansi_quotes;         /* sql_mode, from the event's status variables */
    bool mariadb;
    uint32_t version; /* of the server, as 100511 or 90704: decides about executable comments */
};

struct tr_mysql_table_name {
    struct tr_slice database, table;
};

struct tr_mysql_statement {
    enum tr_mysql_statement_kind kind;
    bool exists; /* IF EXISTS or IF NOT EXISTS */
    bool begins; /* CREATE TABLE … START TRANSACTION: rows and a COMMIT follow */
    bool moves;  /* takes rows away, or brings them, without telling which (partitions …) */
    struct tr_slice
        database; /* that CREATE, ALTER and DROP DATABASE name; empty: the default one */
    /* All tables that are touched. renames: the new name of each, its table empty where there is
     * none; NULL: nothing is renamed. */
    const struct tr_mysql_table_name *tables, *renames;
    size_t ntables;
    struct tr_slice current; /* the default database; empty: none */
    struct tr_slice xid;     /* of XA: its text as it stands */
    struct tr_slice text; /* the statement, without an executable comment that encloses all of it */
};

/* Read a statement in UTF-8. Names lie in the arena, or in the text. <0: no memory. */
int tr_mysql_statement_read(struct tr_slice text, const struct tr_mysql_reading *reading,
                            struct tr_arena *arena, struct tr_mysql_statement *ret_statement,
                            struct tr_diag *diag) TR_MUSTCHECK;

/* The same for a QUERY event: its text in UTF-8, and read as its server read it. */
int tr_mysql_statement_of(const struct tr_binlog_query *query,
                          const struct tr_mysql_dialect *dialect, struct tr_arena *arena,
                          struct tr_mysql_statement *ret_statement,
                          struct tr_diag *diag) TR_MUSTCHECK;

#endif
