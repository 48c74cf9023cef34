/*
 * A connector: one source, one sink, and what ties them together.
 *
 * It runs in two threads. The sink thread is the connector's own: it starts the sink (which fences
 * earlier owners and yields the committed position), makes the source with that position, lets it
 * run in the source thread, and moves batches from the ring into Kafka transactions. A transaction
 * closes at a boundary when the ring has run dry or the transaction has become big or old: small
 * and quick when idle, large under load, with no timer in the way.
 *
 * Any failure ends the run: both are freed, and what the diag's reaction says happens. RETRY waits
 * (longer each time, until changes were committed again) and starts a new run from the committed
 * position; STOP leaves the connector FAILED. There is no third way, so replay is the only recovery
 * that has to be right. errors.max.retries and errors.retry.timeout say when RETRY becomes STOP.
 */
#ifndef TR_CONNECTOR_CONNECTOR_H
#define TR_CONNECTOR_CONNECTOR_H

#include "sink/sink.h"
#include "source/source.h"

/* The words of Kafka Connect, where it has them. */
enum tr_connector_state {
    TR_STATE_UNASSIGNED, /* not started yet */
    TR_STATE_RUNNING,
    TR_STATE_RESTARTING, /* waits after a retriable failure */
    TR_STATE_FAILED,     /* stays so */
    TR_STATE_STOPPED,    /* was told to stop */
    TR_STATE_FINISHED,   /* nothing more to do: snapshot.mode=initial_only */
};

struct tr_connector_status {
    enum tr_connector_state state;
    enum tr_phase phase;
    int64_t phase_us;   /* since when, monotonic */
    char message[2048]; /* of the last failure; "" since changes were committed again */
    unsigned failures;  /* in a row: without a committed change between them */
    int64_t failing_us; /* since when, monotonic */
    /* What it waits for, and since when: NULL while it works or has nothing to do. Who waits for
     * minutes makes no progress, whatever its state. */
    const char *waits_for;
    int64_t waiting_us;
    char table[256]; /* the one being read by a snapshot */
    size_t tables, tables_done;
    uint64_t chunks;
    int64_t snapshot_us; /* how long the snapshot took or has taken so far; 0: there was none */
    uint64_t rows, rows_estimated;        /* of the snapshot */
    uint64_t events, bytes, transactions; /* committed since the start */
    uint64_t skipped; /* records that failed and were left out of that (errors.tolerance) */
    bool up_to_date;  /* everything up to where the source was when streaming began is committed */
};

struct tr_connector;

struct tr_connector_params {
    const struct tr_worker_options *worker;
    const struct tr_connector_options *options;
    const struct tr_source_impl *source;
    const struct tr_sink_impl *sink;
    struct tr_log log;
    /* Called on the connector's threads, must not block: the state or the progress is new (not for
     * each commit); a topic was written to, once for each topic and run (may be NULL). */
    void (*notify)(void *context, enum tr_connector_state state);
    void (*wrote)(void *context, const char *topic);
    /* The options for one more run, so that a password changed meanwhile is the new one; those of
     * the run before may go away. NULL: options stay what they are. */
    int (*reread)(void *context, const struct tr_connector_options **ret_options,
                  struct tr_diag *diag);
    void *context;
};

/* What params point to must live longer than the connector. */
int tr_connector_start(const struct tr_connector_params *params,
                       struct tr_connector **ret_connector, struct tr_diag *diag) TR_MUSTCHECK;

/* Ask it to end: what is complete is committed, the rest is left for the next
 * start. Doesn't wait. */
void tr_connector_stop(struct tr_connector *connector);

/* Wait for the end and free. */
void tr_connector_free(struct tr_connector *connector);

void tr_connector_status(struct tr_connector *connector, struct tr_connector_status *ret_status);

/* The newest position that was read or committed, and its key, as they stand in the offsets topic.
 * >0: none yet. ret_key may be NULL. */
int tr_connector_position(struct tr_connector *connector, struct tr_buf *ret_key,
                          struct tr_buf *ret_position, struct tr_diag *diag) TR_MUSTCHECK;

/* Tell of each topic once more. */
void tr_connector_forget_topics(struct tr_connector *connector);

const char *tr_connector_state_name(enum tr_connector_state state);
bool tr_connector_ended(enum tr_connector_state state);

#endif
