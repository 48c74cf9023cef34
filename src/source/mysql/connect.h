/*
 * Connections to MySQL and MariaDB, through libmariadb: what it does well (TLS, authentication,
 * statements) is left to it; the log comes as raw packets (wire.h).
 *
 * Every session has utf8mb4, time_zone='+00:00', sql_mode='' and quoted SHOW CREATE, so that a
 * value has one text form wherever it is read. LOCAL INFILE is off, and a password is never sent in
 * clear text over a line without TLS.
 *
 * Nothing here blocks without watching the outlet: whoever waits gives up with TR_MYSQL_STOPPED
 * when the run is to end.
 */
#ifndef TR_SOURCE_MYSQL_CONNECT_H
#define TR_SOURCE_MYSQL_CONNECT_H

#include <mysql.h>

#include "source/mysql/dialect.h"
#include "source/source.h"

/* The condition that functions of this driver return when the outlet says stopping. */
#define TR_MYSQL_STOPPED 1
/* The condition that changes are missing between position and server; the diag says which and the
 * ways out. */
#define TR_MYSQL_GAP     2
/* The condition that a result has no more rows, a snapshot no more chunks. */
#define TR_MYSQL_DONE    4

/* What every file of the driver is handed down. */
struct tr_mysql_context {
    const struct tr_connector_options *options;
    struct tr_outlet *outlet; /* NULL in a check */
    const struct tr_log *log;
    struct tr_figures *figures; /* NULL: nobody looks */
};

/* An ordinary one for the catalog, readers that may take as long as they like for a statement, and
 * one that becomes a dump. */
enum tr_mysql_session_kind { TR_MYSQL_ORDINARY, TR_MYSQL_READER, TR_MYSQL_DUMP };

struct tr_mysql_session {
    const struct tr_mysql_context *context;
    MYSQL *mysql; /* NULL: not connected */
    bool patient; /* statements may take as long as they like */
    struct tr_mysql_dialect dialect;
};

/* Open a session. <0: AUTH or CONFIG with STOP when trying again is no use, NETWORK with RETRY
 * otherwise. >0: TR_MYSQL_STOPPED. On both the session is closed. */
int tr_mysql_connect(const struct tr_mysql_context *context, enum tr_mysql_session_kind kind,
                     struct tr_mysql_session *ret_session, struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_disconnect(struct tr_mysql_session *session);

/* Wait until there is something to read, in the library's buffers or the socket. >0:
 * TR_MYSQL_STOPPED, TR_MYSQL_DONE when timeout_ms passed; -1 waits for ever. */
int tr_mysql_wait(const struct tr_mysql_session *session, int timeout_ms) TR_MUSTCHECK;

/* Bytes have been received that the library holds back: the socket need not become readable. */
bool tr_mysql_pending(const struct tr_mysql_session *session);

/* Sleep, unless told to stop: TR_MYSQL_STOPPED. */
int tr_mysql_sleep(const struct tr_mysql_context *context, int64_t ms) TR_MUSTCHECK;

static inline bool tr_mysql_stopping(const struct tr_mysql_context *context)
{
    return context->outlet && context->outlet->impl->stopping(context->outlet);
}

/* "MySQL" or "MariaDB", for messages. */
const char *tr_mysql_product(const struct tr_mysql_context *context);

#endif
