/*
 * The stream: START_REPLICATION and the loop that reads it.
 *
 * The loop waits for two descriptors at once, the server's socket and the outlet's, and for the
 * time of its next word to the server, so that neither a full ring nor a slow broker keeps it from
 * answering. It confirms only what the outlet confirms. Where nothing was captured for a while the
 * position follows the server's log end in small empty batches, so that an idle table never holds
 * log back.
 */
#ifndef TR_SOURCE_POSTGRES_STREAM_H
#define TR_SOURCE_POSTGRES_STREAM_H

#include "source/postgres/changes.h"

struct tr_pg_stream_params {
    const struct tr_pg_session *replication, *catalog;
    struct tr_capture *capture;
    const struct tr_pg_position *position; /* to begin behind */
    uint64_t wal_lsn; /* the server's log end at the start: caught up when we are there */
};

/* Until the outlet says stopping (TR_PG_STOPPED) or something fails. Never returns 0. */
int tr_pg_stream_run(const struct tr_pg_stream_params *params, struct tr_diag *diag) TR_MUSTCHECK;

#endif
