/*
 * A sink: where messages and positions go, together.
 *
 * The connector's sink thread calls, in this order: start once; then, again and again, write for
 * each batch, flush when the transaction is to end, commit with the position. What was written is
 * visible to (read_committed) consumers only after commit. After any failure the sink is of no more
 * use: free it, make a new one, start it, replay from the position that it finds. That one rule
 * covers librdkafka's retriable, abortable and fatal errors; see docs/delivery-guarantees.md.
 */
#ifndef TR_SINK_SINK_H
#define TR_SINK_SINK_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/log.h"
#include "base/report.h"
#include "config/options.h"
#include "record/batch.h"
#include "record/figures.h"

struct tr_sink;
struct tr_sink_impl; /* a driver */

/* How far one output partition has grown for us. */
struct tr_output {
    const char *topic;
    int32_t partition;
    int32_t partitions; /* of the topic */
    int64_t offset;     /* of our newest message; before the first: of what was there; -1: empty */
    bool written;       /* by this run */
};

struct tr_sink_params {
    const struct tr_worker_options *worker;
    const struct tr_connector_options *options;
    struct tr_slice position_key; /* key of the position record, from offsets/; borrowed */
    const struct tr_log *log;
    struct tr_figures *figures; /* where it tells how it is; NULL: nobody looks */
    /* Polled while a call waits for a broker: true makes it give up soon. */
    bool (*stopping)(void *context);
    void *context;
};

/* What earlier runs left behind. Init it, start the sink with it, finish it. */
struct tr_found {
    struct tr_buf position;   /* the committed one: a JSON object */
    struct tr_states *states; /* what batches had stored beside it, by their stored keys */
    /* Stands in each position from now on: where the next start finds the states that this run
     * writes, the carried ones included. -1: the sink needs no such help. */
    int64_t states_at;
    /* What is open longer is ended by the other side, and lost; 0: there is no such limit. */
    int64_t transaction_ms;
};

int tr_found_init(struct tr_found *found, struct tr_diag *diag) TR_MUSTCHECK;
void tr_found_finish(struct tr_found *found);

/* The keys under which a connector's states are stored: its position's key, which ends in "}]",
 * with one member more: ["c",{"server":"p","tailrace_state":"…"}]. */
#define TR_SINK_STATE_MEMBER ",\"tailrace_state\":"

/* Make a sink of a driver's kind. Connects to nothing yet. */
int tr_sink_new(const struct tr_sink_impl *driver, const struct tr_sink_params *params,
                struct tr_sink **ret_sink, struct tr_diag *diag) TR_MUSTCHECK;

/* Fence earlier owners, then read what is committed. >0: there is no position. */
int tr_sink_start(struct tr_sink *sink, struct tr_found *ret_found,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* Take the messages and states of a batch into the open transaction, opening one if needed. The
 * batch may be reused when this returns. The states' keys are stored ones, their values JSON. */
int tr_sink_write(struct tr_sink *sink, const struct tr_batch *batch,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* Wait until everything written is with the broker. ret_outputs: cumulative, all partitions of all
 * topics that the connector ever wrote to, by topic; borrowed until the next call. */
int tr_sink_flush(struct tr_sink *sink, const struct tr_output **ret_outputs, size_t *ret_noutputs,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* Write the position, last, and commit. Without messages before it this is a position alone. */
int tr_sink_commit(struct tr_sink *sink, struct tr_slice position,
                   struct tr_diag *diag) TR_MUSTCHECK;

/* >0: the transaction must not be committed yet, because the sink is about to find out what of it
 * stands there already. <0: what it waits for doesn't come. */
int tr_sink_hold(struct tr_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;

/* Give up what is open and find out whether the sink still belongs to us. After a failure: perhaps
 * another instance has taken over meanwhile, and a new start would fence it in turn. <0: another
 * one has (TR_SINK, TR_STOP). The sink is of no more use in either case. */
int tr_sink_abandon(struct tr_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;

/* Aborts what is open. */
void tr_sink_free(struct tr_sink *sink);

/* Look at what the sink writes to and report what would stop or hurt a run; fences and changes
 * nothing. Reads the committed position's JSON, which the source's check wants to know. >0: there
 * is none; <0: the checks themselves could not go on. */
int tr_sink_check(const struct tr_sink_impl *driver, const struct tr_sink_params *params,
                  struct tr_report *report, struct tr_buf *ret_position,
                  struct tr_diag *diag) TR_MUSTCHECK;

#endif
