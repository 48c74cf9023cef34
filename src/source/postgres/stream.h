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
    struct tr_pg_incremental *incremental; /* NULL: there are no signals */
    struct tr_pg_position *ret_position;   /* behind what was handed over; with TR_PG_BLOCKING */
    uint64_t wal_lsn; /* the server's log end at the start: caught up when we are there */
};

/* The condition that a blocking snapshot is asked for: nothing may be streamed before it. */
#define TR_PG_BLOCKING 9

/* Until the outlet says stopping (TR_PG_STOPPED), something fails, or there is a snapshot to take
 * first (TR_PG_BLOCKING). Never returns 0. */
int tr_pg_stream_run(const struct tr_pg_stream_params *params, struct tr_diag *diag) TR_MUSTCHECK;

#endif
