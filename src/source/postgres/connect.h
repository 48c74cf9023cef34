/*
 * Connections to PostgreSQL: an ordinary one for the catalog and COPY, a replication one for the
 * stream. Both get the session settings that types.c relies on, so that a value has one text form
 * wherever it is read.
 *
 * Nothing here blocks without watching the outlet: whoever waits, waits in short steps and gives up
 * with TR_PG_STOPPED when the run is to end.
 */
#ifndef TR_SOURCE_POSTGRES_CONNECT_H
#define TR_SOURCE_POSTGRES_CONNECT_H

#include <libpq-fe.h>

#include "source/source.h"

/* The condition that functions of this driver return when the outlet says stopping. */
#define TR_PG_STOPPED 1

/* What every file of the driver is handed down. */
struct tr_pg_context {
    const struct tr_connector_options *options;
    struct tr_outlet *outlet; /* NULL in a check */
    const struct tr_log *log;
    struct tr_figures *figures; /* NULL: nobody looks */
    bool as_streamed;           /* see tr_source_params */
};

/* TR_PG_USERS is for statements of the user's, who writes names as the role sees them. */
enum tr_pg_kind { TR_PG_ORDINARY, TR_PG_READER, TR_PG_REPLICATION, TR_PG_USERS };

struct tr_pg_session {
    const struct tr_pg_context *context;
    PGconn *conn;
    int version; /* as PQserverVersion: 150004 */
    bool limited; /* database.query.timeout.ms is for its statements */
};

/* Open a session. A reader is ordinary, but may take as long as it likes for a statement. <0: AUTH
 * or CONFIG with STOP when trying again is no use, NETWORK with RETRY otherwise. >0:
 * TR_PG_STOPPED. */
int tr_pg_connect(const struct tr_pg_context *context, enum tr_pg_kind kind,
                  struct tr_pg_session *ret_session, struct tr_diag *diag) TR_MUSTCHECK;
void tr_pg_disconnect(struct tr_pg_session *session);

/* The name under which pg_stat_activity shows the connector. */
void tr_pg_application_name(const struct tr_pg_context *context, char *ret_name, size_t size);

/* Wait until the socket is readable (and writable, when output is pending). >0: TR_PG_STOPPED.
 * Returns 0 also when timeout_ms passed; -1 waits for ever. */
int tr_pg_wait(const struct tr_pg_session *session, int timeout_ms) TR_MUSTCHECK;

/* Sleep, unless told to stop: TR_PG_STOPPED. */
int tr_pg_sleep(const struct tr_pg_context *context, int64_t ms) TR_MUSTCHECK;

static inline bool tr_pg_stopping(const struct tr_pg_context *context)
{
    return context->outlet && context->outlet->impl->stopping(context->outlet);
}

#endif
