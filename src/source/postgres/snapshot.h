/*
 * The snapshot: what the tables hold at the slot's consistent point, read by several sessions that
 * share one exported snapshot.
 *
 * A table that has a primary key and is larger than a chunk is cut into ranges of the key, each
 * found when it is wanted; everything else is one chunk. A chunk's batches reach the sink together
 * and end with a position that tells about it, so that chunks are what an interrupted snapshot
 * is continued by (key ranges mean the same rows under a later snapshot): see snapshot/rest.h. When
 * it goes on, tables that are one piece are read again here, as they are then; ranges are left to
 * the stream's time, or read here if nothing is streamed. The slot stays.
 *
 * A reader keeps a chunk's batches to itself until the chunk ends. A chunk that outgrows the
 * reader's share of memory.limit takes the sole right to hand over until its end, so that no other
 * chunk's boundary commits half of it.
 */
#ifndef TR_SOURCE_POSTGRES_SNAPSHOT_H
#define TR_SOURCE_POSTGRES_SNAPSHOT_H

#include "signal/notifier.h"
#include "snapshot/onward.h"
#include "source/postgres/position.h"
#include "source/postgres/publication.h"

struct tr_pg_snapshot_params {
    const struct tr_pg_context *context;
    struct tr_capture *capture;
    struct tr_notifier *notifier; /* NULL: nobody wants to hear */
    const char *snapshot; /* exported; NULL: take one now (initial_only, interrupted before) */
    /* identity, lsn (not without a snapshot name) and resume_lsn (not without a slot) are set; xid,
     * ts_us and the final stage are set here. */
    struct tr_pg_position *position;
    struct tr_onward onward; /* an initial one */
    /* A blocking snapshot: who has the order, and is told when it is done; and the stream's
     * position, which stays where it is. NULL: an initial one. */
    struct tr_incremental *executor;
    const struct tr_pg_position *resume;
};

/* Read the tables and hand over their rows, then the position from which to stream. >0:
 * TR_PG_STOPPED. */
int tr_pg_snapshot_run(const struct tr_pg_snapshot_params *params,
                       struct tr_diag *diag) TR_MUSTCHECK;

/* A start in the stream, params with what is said there of initial ones, and the position. Have
 * tables that the configuration adds read beside the stream; then have the lists kept, if they are
 * others, with the position. >0: TR_PG_STOPPED. */
int tr_pg_snapshot_add(const struct tr_pg_snapshot_params *params,
                       const struct tr_pg_session *session, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_snapshot_keep_lists(const struct tr_pg_snapshot_params *params,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* A blocking snapshot that can't be had: go on without it. >0: TR_PG_STOPPED. */
int tr_pg_snapshot_unblock(const struct tr_pg_snapshot_params *params,
                           struct tr_diag *diag) TR_MUSTCHECK;

#endif
