/*
 * What a server can, and how it is asked: MySQL and MariaDB are one driver with two dialects.
 *
 * Everything here is probed when a session opens, by variables that are there or not and by what
 * they say, never guessed from a version string.
 */
#ifndef TR_SOURCE_MYSQL_DIALECT_H
#define TR_SOURCE_MYSQL_DIALECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"

struct tr_mysql_dialect {
    bool mariadb;
    char version[80];       /* for messages */
    char uuid[37];          /* server_uuid; "" at MariaDB, which has none */
    uint32_t server_id;     /* the server's own */
    bool gtids;             /* transactions have GTIDs: gtid_mode=ON; MariaDB: always */
    bool full_metadata;     /* binlog_row_metadata=FULL, which can be another one further back */
    bool binary_log_status; /* SHOW BINARY LOG STATUS, not SHOW MASTER STATUS */
    bool execution_time;    /* max_execution_time, not max_statement_time */
    int lower_case_table_names;
};

struct tr_mysql_session;

/* Ask the server, of the kind that the connector is for. <0: a server of the other kind (TR_CONFIG,
 * TR_STOP), or it can't be asked. >0: TR_MYSQL_STOPPED. */
int tr_mysql_dialect_probe(const struct tr_mysql_session *session,
                           struct tr_mysql_dialect *ret_dialect, struct tr_diag *diag) TR_MUSTCHECK;

#endif
