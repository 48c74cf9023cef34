/*
 * How a run begins: what the stored position, the slot and snapshot.mode together ask for.
 *
 *   position         slot         what follows
 *   none             none         intent, slot, snapshot, stream
 *   none             there        refused: whose log does it keep? (no_data: streamed from there)
 *   intent           any          as from the start, with a new slot: nothing was written yet
 *   a snapshot that  none, lost   as from the start
 *   did not end      there        it goes on: tables without a key that aren't done are read anew,
 *                                 then it is streamed from where the slot is, which also tells what
 *                                 was deleted in between, and the rest is read beside the stream
 *                                 (snapshot/rest.h; Debezium's knows no rest: all is read anew)
 *   in the stream    covers it    stream (always: the tables are read anew before, unless a
 *                                 snapshot goes on beside it)
 *   in the stream    gap          refused (when_needed: as from the start)
 *
 * The intent is committed before the slot is made, so that a slot of ours can be told from anybody
 * else's whenever we die.
 */
#ifndef TR_SOURCE_POSTGRES_START_H
#define TR_SOURCE_POSTGRES_START_H

#include "record/batch.h"
#include "source/postgres/slot.h"

enum tr_pg_way {
    TR_PG_RESUME,   /* stream behind the position */
    TR_PG_ADOPT,    /* stream from where the slot is */
    TR_PG_BEGIN,    /* nothing is there yet: intent, slot, snapshot */
    TR_PG_AGAIN,    /* the same, but an old slot of ours goes first */
    TR_PG_REREAD,   /* snapshot, and stream from where our slot or the position is */
    TR_PG_CONTINUE, /* the same with what an interrupted snapshot has left */
    TR_PG_COMPLETE, /* nothing to do: initial_only, and the snapshot is read */
};

struct tr_pg_start {
    const struct tr_pg_context *context;
    const struct tr_pg_session *replication, *session; /* replication NULL: initial_only */
    const struct tr_pg_position *position;             /* stored */
    const struct tr_states *states;                    /* beside it */
    struct tr_pg_identity identity;                    /* the server's */
    uint64_t wal_lsn;                                  /* the server's log end */
    struct tr_pg_slot slot;                            /* as it was found */
};

/* Decide. <0: refused; >0: TR_PG_STOPPED. */
int tr_pg_start_decide(struct tr_pg_start *start, enum tr_pg_way *ret_way,
                       struct tr_diag *diag) TR_MUSTCHECK;

/* Put a batch (NULL: an empty one) with this position and wait until it is committed. */
int tr_pg_start_commit(const struct tr_pg_context *context, struct tr_batch *batch,
                       const struct tr_pg_position *position, uint64_t token,
                       struct tr_diag *diag) TR_MUSTCHECK;

#endif
