/*
 * Incremental snapshots of PostgreSQL: what snapshot/incremental.h asks of a driver, and the
 * stream's side of it.
 *
 * A chunk's transaction sees what pg_current_snapshot() says, and that is not what stands in the
 * log before some place: a commit is in the log, and may be streamed, before others can see it.
 * So both sides are looked at. The chunk's rows are written when the stream has passed the log's
 * end as it was after the transaction's snapshot was taken: everything visible is told by then. And
 * a chunk is stale when a transaction that was streamed before the window watched is still in
 * progress for its snapshot; the ids of those streamed last are remembered for that. Few can be in
 * that state at once: a backend that has committed and isn't visible yet does nothing else.
 *
 * The lock that a SELECT takes is taken before the snapshot, so that no DDL or TRUNCATE comes
 * between the two, after which the table would look empty.
 */
#ifndef TR_SOURCE_POSTGRES_INCREMENTAL_H
#define TR_SOURCE_POSTGRES_INCREMENTAL_H

#include "snapshot/channels.h"
#include "source/postgres/position.h"
#include "source/postgres/version.h"

struct tr_pg_incremental;

struct tr_pg_incremental_params {
    const struct tr_pg_context *context;
    struct tr_capture *capture;
    const struct tr_states *states;
    struct tr_notifier *notifier;
};

/* *ret_incremental is NULL when no signal can come and none is left over: everything below takes
 * that. */
int tr_pg_incremental_new(const struct tr_pg_incremental_params *params,
                          struct tr_pg_incremental **ret_incremental,
                          struct tr_diag *diag) TR_MUSTCHECK;
void tr_pg_incremental_free(struct tr_pg_incremental *incremental);

/* Have signals come from outside of the database, too; once is enough. */
int tr_pg_incremental_listen(struct tr_pg_incremental *incremental,
                             const struct tr_worker_options *worker,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* The stream begins (or ends: NULL): its session, and its position, which is looked at whenever
 * something is asked here. */
void tr_pg_incremental_attach(struct tr_pg_incremental *incremental,
                              const struct tr_pg_session *catalog,
                              const struct tr_pg_position *position);

/* Wait until whatever was streamed is visible to who looks at the tables. >0: TR_PG_STOPPED. */
int tr_pg_incremental_await_all(struct tr_pg_incremental *incremental,
                                const struct tr_pg_session *session,
                                struct tr_diag *diag) TR_MUSTCHECK;

/* A transaction begins in the stream. */
void tr_pg_incremental_begin(struct tr_pg_incremental *incremental, uint32_t xid);

/* Are changes of this table of interest now? Asked when the stream comes to another table. */
bool tr_pg_incremental_signals(const struct tr_pg_incremental *incremental,
                               const struct tr_table *table);
/* A row of the signal table is streamed. */
int tr_pg_incremental_signal(struct tr_pg_incremental *incremental, const struct tr_table *table,
                             const struct tr_change *change, struct tr_diag *diag) TR_MUSTCHECK;

/* The window to tell changes, if it is open. */
struct tr_window *tr_pg_incremental_window(struct tr_pg_incremental *incremental);

/* Readable when there is something to do between two transactions; -1: nothing ever. */
int tr_pg_incremental_fd(const struct tr_pg_incremental *incremental);
/* There is something to do between two transactions. */
bool tr_pg_incremental_due(const struct tr_pg_incremental *incremental);
int tr_pg_incremental_turn(struct tr_pg_incremental *incremental, struct tr_batch *batch,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* A position is handed over with a token; tokens up to one are committed. */
void tr_pg_incremental_put(struct tr_pg_incremental *incremental, uint64_t token,
                           uint64_t confirmed);
void tr_pg_incremental_confirm(struct tr_pg_incremental *incremental, uint64_t confirmed);

/* The executor, for blocking snapshots; NULL: there is none. */
struct tr_incremental *tr_pg_incremental_core(struct tr_pg_incremental *incremental);

#endif
