/*
 * From pgoutput messages to messages in a batch: the state between two of them (the transaction at
 * hand, the tables' versions, the place that a restart may go on from).
 */
#ifndef TR_SOURCE_POSTGRES_CHANGES_H
#define TR_SOURCE_POSTGRES_CHANGES_H

#include "source/postgres/incremental.h"
#include "source/postgres/position.h"
#include "source/postgres/relation.h"
#include "source/postgres/source-block.h"
#include "source/postgres/stream/message.h"

struct tr_pg_changes {
    const struct tr_pg_session *catalog;
    struct tr_pg_relations relations;
    struct tr_pgoutput_decoder *decoder;
    struct tr_capturer capturer;
    struct tr_pg_sequence sequence;
    struct tr_pg_messages messages;
    const struct tr_pg_version *table; /* the one that the source block names */
    /* NULL unless there are signals: then it has to know what is streamed. */
    struct tr_pg_incremental *incremental;
    struct tr_window *window;
    bool signals; /* the table that the source block names is the one of signals */
    struct tr_pg_position position; /* behind the last complete transaction */

    /* The transaction at hand. */
    bool open;
    uint64_t commit_lsn;
    int64_t commit_us;
    uint32_t xid;
    uint64_t ordinal; /* of the row, counted before any filter */
    bool told;        /* a change of the transaction went into a batch */
    char origin[256];
    char transaction_id[48]; /* of provide.transaction.metadata: xid and the event's LSN */
};

/* Begin behind a position. */
int tr_pg_changes_init(struct tr_pg_changes *changes, const struct tr_pg_session *catalog,
                       struct tr_capture *capture, const struct tr_pg_position *position,
                       struct tr_diag *diag) TR_MUSTCHECK;
void tr_pg_changes_finish(struct tr_pg_changes *changes);

/* The condition that a transaction is complete with this message. */
#define TR_PG_COMMITTED 3

/* Take in the message at an LSN; what it changes goes into the batch. >0: TR_PG_COMMITTED,
 * TR_PG_STOPPED. */
int tr_pg_changes_take(struct tr_pg_changes *changes, uint64_t lsn, struct tr_slice message,
                       struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;

/* Inside a transaction: write into the batch how far it has come. Not if that can't be said, as
 * where none of its changes is written yet. */
int tr_pg_changes_write_partial(const struct tr_pg_changes *changes, struct tr_batch *batch,
                                struct tr_diag *diag) TR_MUSTCHECK;

/* A transaction begins. <0: it isn't the one that the position lies in. */
int tr_pg_changes_check_begin(const struct tr_pg_changes *changes,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* Between two transactions the server says that it has nothing more before an LSN. <0: but the one
 * that the position lies in has not come. */
int tr_pg_changes_pass(const struct tr_pg_changes *changes, uint64_t lsn,
                       struct tr_diag *diag) TR_MUSTCHECK;

#endif
