/*
 * Rows of tables read beside the stream, for post.processors: an ordinary session, opened when the
 * first row is asked for, and a statement for each row.
 *
 * The server sends a transaction when its commit is in the log, which is a moment before others see
 * it, and with synchronous replication a long one. So the first row of a transaction waits until it
 * is seen: what is read must not be older than the change.
 *
 * The stream's thread waits for the answer. What it must not put off meanwhile (status updates, by
 * which the server knows that we live) is done by `talk`, which is called while it waits.
 */
#ifndef TR_SOURCE_POSTGRES_STREAM_RESELECT_H
#define TR_SOURCE_POSTGRES_STREAM_RESELECT_H

#include "capture/reselect.h"
#include "source/postgres/connect.h"

struct tr_pg_reselector {
    struct tr_reselector base;    /* first: this is a tr_reselector */
    struct tr_outlet outlet;      /* the session's: the source's, and a moment to talk */
    struct tr_pg_context context; /* with that outlet */
    struct tr_outlet *source;
    void (*talk)(void *talker);
    void *talker;
    const uint32_t *xid; /* of the transaction at hand */
    uint32_t seen;       /* the one that is known to be seen */
    struct tr_pg_session session;
    bool connected;
    bool asked; /* since somebody has set it to false */
    struct tr_buf sql;
    PGresult *result; /* holds the newest row */
};

/* talk, talker and xid are the caller's to set. */
void tr_pg_reselector_init(struct tr_pg_reselector *reselector,
                           const struct tr_pg_context *context);
void tr_pg_reselector_finish(struct tr_pg_reselector *reselector);

#endif
