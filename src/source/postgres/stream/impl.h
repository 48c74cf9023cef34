/*
 * What the parts of the stream share: stream.c has the loop, open.c begins it, hand-over.c says
 * when a batch goes to the sink and with which position, talk.c is the conversation with the
 * server about it.
 */
#ifndef TR_SOURCE_POSTGRES_STREAM_IMPL_H
#define TR_SOURCE_POSTGRES_STREAM_IMPL_H

#include "capture/heartbeat.h"
#include "source/complete.h"
#include "source/phase.h"
#include "source/postgres/gauge.h"
#include "source/postgres/stream.h"
#include "source/postgres/stream/beat.h"
#include "source/postgres/stream/reselect.h"
#include "source/postgres/stream/xmin.h"

/* Positions over idle log: not more often than this, unless the server asks. */
#define TR_PG_IDLE_US    3000000
/* Confirmations are sent when something was confirmed, but not more often than this. */
#define TR_PG_CONFIRM_US 1000000

struct tr_pg_stream {
    const struct tr_pg_stream_params *params;
    struct tr_outlet *outlet;
    struct tr_pg_changes changes;
    struct tr_batch *batch;      /* being filled; NULL: none taken */
    size_t full;                 /* bytes at which it is handed over */
    size_t unfinished;           /* bytes of the transaction at hand in the batches before … */
    size_t begun;                /* … and where it begins in this one */
    struct tr_complete complete; /* of the batch */
    uint64_t received_lsn;       /* as far as the server has told */
    uint64_t put_lsn;            /* resume_lsn of the newest position handed over */
    uint64_t told_lsn;           /* confirmed to the server … */
    bool manual;                 /* … or kept from it: lsn.flush.mode=manual */
    int64_t interval_us;         /* between two status updates */
    int64_t status_us, heard_us, idle_us;
    bool answer_owed; /* the server asked: an idle position need not wait */
    bool half_put;    /* the newest batch handed over ends inside a transaction */
    bool commit_owed; /* read up to where the server was: who waits for that waits for its commit */
    bool caught_up;   /* and told so */
    struct tr_phase_told told;
    bool heard;        /* something came in this turn */
    int64_t window_us; /* since when messages are counted for HOT_ROWS */
    unsigned rows;
    bool hot;
    size_t gulp; /* bytes of messages since the socket was read */
    struct tr_heartbeat heartbeat;
    struct tr_pg_beat beat;
    struct tr_pg_gauge gauge;
    struct tr_pg_reselector reselector;
    struct tr_pg_xmin xmin;
    struct tr_diag *diag;
};

/* START_REPLICATION, waiting for the slot where another session has it. >0: TR_PG_STOPPED. */
int tr_pg_stream_open(const struct tr_pg_stream_params *params, struct tr_diag *diag) TR_MUSTCHECK;

/* Complete transactions only, nothing of one that a position lies in. */
bool tr_pg_stream_at_boundary(const struct tr_pg_stream *stream);
/* Something waits for the position that closes it: changes in the batch at hand, or, when its last
 * row filled the batch before, a whole transaction. */
bool tr_pg_stream_has_work(const struct tr_pg_stream *stream);
int tr_pg_stream_put(struct tr_pg_stream *stream) TR_MUSTCHECK;
/* A failure in one transaction leaves those before it complete: they go on their way. */
void tr_pg_stream_put_complete(struct tr_pg_stream *stream);
/* Hand over what is complete when the sink waits for it, and a position over idle log when there is
 * nothing else. */
int tr_pg_stream_hand_over(struct tr_pg_stream *stream, int64_t now) TR_MUSTCHECK;

/* As far as the outlet has confirmed. */
uint64_t tr_pg_stream_confirmed(const struct tr_pg_stream *stream);
/* As far as everything of ours is committed. */
uint64_t tr_pg_stream_done(const struct tr_pg_stream *stream);

/* How often the server wants a word. */
int tr_pg_stream_read_interval(struct tr_pg_stream *stream) TR_MUSTCHECK;
int tr_pg_stream_send_status(struct tr_pg_stream *stream, int64_t now) TR_MUSTCHECK;
/* Send it, if it is time to. */
int tr_pg_stream_talk(struct tr_pg_stream *stream, int64_t now) TR_MUSTCHECK;
/* The same while a row is read again. */
void tr_pg_stream_talk_meanwhile(void *stream);
int tr_pg_stream_check_silence(struct tr_pg_stream *stream, int64_t now) TR_MUSTCHECK;

#endif
