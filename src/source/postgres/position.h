/*
 * The driver's part of the stored position.
 *
 * In the stream it has Debezium's keys (lsn_proc, messageType, lsn_commit, lsn, txId, ts_usec), so
 * that Debezium can go on from it, and in flat tailrace_ keys what Debezium has no place for:
 *
 *   tailrace_pg_system_identifier, tailrace_pg_timeline, tailrace_pg_database   whose log it is
 *   tailrace_slot           the slot that keeps the log for us
 *   tailrace_resume_lsn     where the stream goes on: the end of the last complete transaction, or
 *                           beyond it, where the server had nothing more for us
 *   tailrace_partial, _lsn, _xid   inside a large transaction: how many of its changes are
 *                           written, where its COMMIT stands, and whose it is; Debezium's keys are
 *                           those of the transaction before
 *   tailrace_intent         true: a slot and a snapshot are about to be made under these names
 *   tailrace_snapshot_*     how far an unfinished snapshot has come
 *
 * lsn_commit stays at the last transaction's end while tailrace_resume_lsn moves on over idle log:
 * it goes into source.sequence, which has to be the same in a replay.
 */
#ifndef TR_SOURCE_POSTGRES_POSITION_H
#define TR_SOURCE_POSTGRES_POSITION_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/batch.h"
#include "record/position.h"

struct tr_transaction;

/* Whose log it is. */
struct tr_pg_identity {
    char system[24]; /* pg_control's system identifier, decimal */
    uint32_t timeline;
    char database[64];
    char slot[64];
};

enum tr_pg_stage {
    TR_PG_NOTHING,  /* no position */
    TR_PG_INTENT,   /* a slot may exist, nothing was written */
    TR_PG_SNAPSHOT, /* a snapshot that did not end */
    TR_PG_STREAM,
};

/* A source transaction that went out in part, because it is large. */
struct tr_pg_partial {
    uint64_t commit_lsn; /* where its COMMIT begins; 0: there is none */
    uint32_t xid;
    uint64_t ordinal; /* of the last change that is written, counted before any filter */
    const struct tr_transaction *counted;
};

struct tr_pg_position {
    enum tr_pg_stage stage;
    bool foreign;                   /* Debezium's: only the plain keys say something */
    struct tr_pg_identity identity; /* empty when foreign */
    uint64_t resume_lsn;
    uint64_t commit_lsn; /* end of the last transaction that was read; 0: none yet */
    uint64_t lsn;        /* of the last record, or the snapshot's consistent point */
    int64_t xid;
    int64_t ts_us;
    struct tr_pg_partial partial; /* it goes on inside this transaction */
    bool message; /* it lies behind a message outside of transactions, at commit_lsn */
    /* Foreign, inside a transaction: which one, up to where its changes are written (0: it isn't),
     * and how many of those at skip_lsn itself. */
    uint64_t skip_lsn;
    int64_t skip_xid, skip_events;
    bool skip_counted; /* the offset says how many; Debezium 3.6's doesn't, one is meant then */
};

/* stored NULL gives TR_PG_NOTHING. <0: keys that contradict each other or are missing. */
int tr_pg_position_read(const struct tr_stored_position *stored,
                        struct tr_pg_position *ret_position, struct tr_diag *diag) TR_MUSTCHECK;

/* See tr_source_reached. */
int tr_pg_position_reached(const struct tr_stored_position *committed,
                           const struct tr_stored_position *mark,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* Snapshot progress that goes into a position; NULL table: none. */
struct tr_pg_progress {
    const char *table; /* schema.name of the chunk that ended */
    uint64_t chunks;   /* of that table so far */
    uint64_t tables;   /* complete ones */
};

/* Make the batch a boundary with this position, its text in the batch's arena. */
int tr_pg_position_write(struct tr_batch *batch, const struct tr_pg_position *position,
                         const struct tr_pg_progress *progress, struct tr_diag *diag) TR_MUSTCHECK;

#endif
