#include "connector/run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "connector/ring.h"
#include "offsets/offsets.h"
#include "snapshot/takeover.h"

/* When the ring never runs dry, a Kafka transaction closes at the first boundary after this much:
 * large enough that commits cost nothing, small enough that consumers don't wait. */
#define TRANSACTION_BYTES ((size_t)32 << 20)
#define TRANSACTION_US    500000

/* A position and what surrounds it; far above any real one. */
#define POSITION_CAP ((size_t)16 << 20)

/* All states of a connector. */
#define STATES_CHUNK ((size_t)64 << 10)
#define STATES_CAP   ((size_t)1 << 30)

struct run {
    const struct tr_connector_params *params;
    const struct tr_run_hooks *hooks;
    struct tr_ring *ring;
    struct tr_sink *sink;
    struct tr_source *source;
    struct tr_stored_position *position; /* what the run began with */
    struct tr_states *states;            /* and the source's own facts beside it */
    struct tr_buf position_key;
    int64_t states_at; /* see struct tr_found; -1: there are no states */
    int64_t found_states_at;
    struct tr_batch *carry; /* states that the first transaction writes anew; NULL: done */

    pthread_t source_thread;
    bool source_started;
    int source_rc;
    struct tr_diag source_diag;

    /* The Kafka transaction at hand. */
    uint64_t transaction; /* its number */
    bool open;            /* has messages or a position that wait for their commit */
    bool complete;        /* ends at a boundary */
    bool partial;         /* ends inside a source transaction, at a position */
    size_t unfinished;    /* bytes of that one */
    size_t bytes, events, transactions, skipped;
    bool logged;
    int64_t since_us;
    int64_t longest_us;            /* that it may be open; 0: there is no limit */
    struct tr_buf source_position; /* of the newest boundary, or inside a transaction */
    uint64_t token;
    struct tr_buf json; /* scratch: the rendered position */
};

static void *source_main(void *context)
{
    struct run *run = context;

    run->source_rc = tr_source_run(run->source, &run->source_diag);
    tr_ring_close(run->ring);
    return NULL;
}

static void waits(const struct run *run, const char *what)
{
    run->hooks->waits(run->hooks->context, what);
}

static void tell_commit(const struct run *run, const struct tr_offsets_commit *position,
                        int64_t took_us)
{
    const struct tr_run_commit commit = {
        .key = {tr_buf_string(&run->position_key), run->position_key.len},
        .events = run->events,
        .bytes = run->bytes,
        .transactions = run->transactions,
        .skipped = run->skipped,
        .logged = run->logged,
        .took_us = took_us,
        .position = {tr_buf_string(&run->json), run->json.len},
        .outputs = position->outputs,
        .noutputs = position->noutputs,
    };

    run->hooks->committed(run->hooks->context, &commit);
}

static int commit(struct run *run, struct tr_diag *diag)
{
    struct tr_offsets_commit position = {
        .source = {tr_buf_string(&run->source_position), run->source_position.len},
        .transaction = run->transaction + 1,
        .fingerprint = run->params->options->fingerprint,
        .states_at = run->states_at,
    };
    int64_t begun_us = tr_clock_monotonic_us();

    waits(run, "what was written to be acknowledged");
    if (tr_sink_flush(run->sink, &position.outputs, &position.noutputs, diag) < 0)
        return -1;
    tr_buf_reset(&run->json);
    if (tr_offsets_write(&position, &run->json, diag) < 0)
        return -1;
    struct tr_slice json = {tr_buf_string(&run->json), run->json.len};
    waits(run, "the transaction's commit");
    if (tr_sink_commit(run->sink, json, diag) < 0)
        return -1;
    waits(run, NULL);
    run->transaction++;
    tr_log_debug(&run->params->log, "committed", TR_LOG_INT("transaction", run->transaction),
                 TR_LOG_INT("events", run->events), TR_LOG_INT("bytes", run->bytes));
    tr_ring_confirm(run->ring, run->token);
    tr_tally_commit(run->hooks->tally);
    tell_commit(run, &position, tr_clock_monotonic_us() - begun_us);
    run->open = run->partial = false;
    run->bytes = run->events = run->transactions = run->skipped = 0;
    run->logged = false;
    return 0;
}

static struct tr_slice position_key(const struct run *run)
{
    return (struct tr_slice){tr_buf_string(&run->position_key), run->position_key.len};
}

static int write_batch(struct run *run, struct tr_batch *batch, struct tr_diag *diag)
{
    if (tr_batch_empty(batch))
        return 0;
    if (batch->nstates && tr_offsets_wrap_states(position_key(run), batch, diag) < 0)
        return -1;
    if (batch->nstates)
        run->states_at = run->found_states_at;
    return tr_sink_write(run->sink, batch, diag);
}

static int write_carry(struct run *run, struct tr_diag *diag)
{
    int rc = write_batch(run, run->carry, diag);

    tr_batch_free(run->carry);
    run->carry = NULL;
    return rc;
}

static int take_place(struct run *run, const struct tr_batch *batch, struct tr_diag *diag)
{
    run->complete = batch->boundary;
    run->partial = batch->partial;
    run->unfinished = batch->unfinished;
    if (!batch->boundary && !batch->partial)
        return 0;
    tr_buf_reset(&run->source_position);
    tr_buf_put(&run->source_position, batch->position.json.p, batch->position.json.n);
    if (!tr_buf_ok(&run->source_position))
        return tr_fail_memory(diag);
    run->token = batch->position.token;
    return 0;
}

/* Take one batch into the transaction. */
static int take_in(struct run *run, struct tr_batch *batch, struct tr_diag *diag)
{
    if (!run->open) {
        run->open = true;
        run->since_us = tr_clock_monotonic_us();
    }
    if (run->carry && write_carry(run, diag) < 0)
        return -1;
    if (write_batch(run, batch, diag) < 0)
        return -1;
    run->bytes += batch->bytes;
    run->events += batch->events;
    run->transactions += batch->transactions;
    run->skipped += batch->skipped;
    run->logged |= batch->since_us != 0;
    tr_tally_add(run->hooks->tally, batch);
    return take_place(run, batch, diag);
}

/* Commit at a boundary, if it is time to. */
static int close_transaction(struct run *run, struct tr_diag *diag)
{
    int rc = tr_sink_hold(run->sink, diag);

    if (rc)
        return rc < 0 ? -1 : 0;
    return commit(run, diag);
}

static bool due(const struct run *run)
{
    return tr_ring_empty(run->ring) || run->bytes >= TRANSACTION_BYTES ||
           tr_clock_monotonic_us() - run->since_us >= TRANSACTION_US ||
           run->hooks->stopping(run->hooks->context);
}

/* A source transaction that one of Kafka's can't hold, in bytes or in time, goes out in parts. What
 * was complete before it in this one doesn't count; what is left of the time is for the flush. */
static bool too_large(const struct run *run)
{
    int64_t age_us = tr_clock_monotonic_us() - run->since_us;

    return TR_MIN(run->bytes, run->unfinished) >= (size_t)run->params->options->split_bytes ||
           (run->longest_us && age_us >= run->longest_us / 2);
}

static bool closes(const struct run *run)
{
    if (run->complete)
        return due(run);
    if (!run->partial || !too_large(run))
        return false;
    tr_log_info(&run->params->log,
                "a source transaction is too large for one of Kafka's and goes out in several",
                TR_LOG_INT("bytes_so_far", run->unfinished));
    return true;
}

/* The next batch; NULL: there is none any more. A source that falls silent inside a transaction,
 * because what it has to send next isn't captured, must not outlast Kafka's patience. */
static int next_batch(struct run *run, struct tr_batch **ret_batch, struct tr_diag *diag)
{
    if (run->open && run->partial && run->longest_us &&
        !tr_ring_wait(run->ring, run->since_us + run->longest_us / 2) && closes(run) &&
        close_transaction(run, diag) < 0)
        return -1;
    *ret_batch = tr_ring_pop(run->ring);
    return !*ret_batch && tr_ring_starved(run->ring) ? tr_fail_memory(diag) : 0;
}

/* Until the source has ended and everything complete is committed, or we are told to stop. What
 * stands behind the last boundary is left open: freeing the sink aborts it. */
static int pump(struct run *run, struct tr_diag *diag)
{
    struct tr_batch *batch;
    int rc;

    while ((rc = next_batch(run, &batch, diag)) == 0 && batch) {
        waits(run, "the sink to take changes");
        rc = take_in(run, batch, diag);
        waits(run, NULL);
        tr_ring_recycle(run->ring, batch);
        if (rc < 0)
            return -1;
        if (closes(run) && close_transaction(run, diag) < 0)
            return -1;
    }
    if (rc < 0)
        return -1;
    return run->open && run->complete ? close_transaction(run, diag) : 0;
}

/* After a failure: is there any use in trying again? */
static void ask_owner(struct run *run, struct tr_diag *diag)
{
    struct tr_diag taken;

    if (diag->reaction == TR_RETRY && tr_sink_abandon(run->sink, &taken) < 0)
        *diag = taken;
}

static int take_position(struct run *run, const struct tr_buf *json, struct tr_diag *diag)
{
    struct tr_slice text = {tr_buf_string(json), json->len};

    if (tr_stored_position_parse(text, &run->position, diag) < 0 ||
        tr_offsets_check(run->position, diag) < 0 ||
        tr_offsets_check_partial(run->position, run->params->options->fingerprint, diag) < 0)
        return -1;
    run->transaction = tr_offsets_transaction(run->position);
    return 0;
}

static int take_states(struct run *run, const struct tr_found *found, struct tr_diag *diag)
{
    run->states = tr_states_new();
    run->states_at = -1; /* a start that has none to look for reads the newest position alone */
    run->found_states_at = found->states_at;
    run->carry = tr_batch_new(STATES_CHUNK, STATES_CAP);
    if (!run->states || !run->carry)
        return tr_fail_memory(diag);
    if (tr_offsets_unwrap_states(found->states, run->states, diag) < 0 ||
        tr_incremental_take_over(run->position, run->states, &run->params->log, diag) < 0)
        return -1;
    for (size_t i = 0; i < tr_states_count(run->states); i++)
        if (tr_batch_state(run->carry, tr_states_at(run->states, i)) < 0)
            return tr_fail_memory(diag);
    return 0;
}

static int read_position(struct run *run, struct tr_diag *diag)
{
    struct tr_found found;

    if (tr_found_init(&found, diag) < 0)
        return -1;
    waits(run, "the sink to start");
    int rc = tr_sink_start(run->sink, &found, diag);
    waits(run, NULL);
    run->longest_us = found.transaction_ms * 1000;
    if (rc == 0)
        rc = take_position(run, &found.position, diag);
    if (rc == 0)
        run->hooks->found(run->hooks->context, position_key(run),
                          (struct tr_slice){tr_buf_string(&found.position), found.position.len});
    if (rc >= 0)
        rc = take_states(run, &found, diag);
    tr_found_finish(&found);
    return rc;
}

static int open_sink(struct run *run, struct tr_diag *diag)
{
    const struct tr_sink_params params = {
        .worker = run->params->worker,
        .options = run->params->options,
        .position_key = position_key(run),
        .log = &run->params->log,
        .figures = run->hooks->figures,
        .stopping = run->hooks->stopping,
        .context = run->hooks->context,
    };

    if (tr_sink_new(run->params->sink, &params, &run->sink, diag) < 0)
        return -1;
    return read_position(run, diag);
}

static int open_source(struct run *run, struct tr_diag *diag)
{
    const struct tr_ring_params ring = {
        /* the other half is for librdkafka's queue */
        .limit = (size_t)run->params->options->memory_limit / 2,
        .progress = run->hooks->progress,
        .context = run->hooks->context,
    };

    if (tr_ring_new(&ring, &run->ring, diag) < 0)
        return -1;
    const struct tr_source_params params = {
        .worker = run->params->worker,
        .options = run->params->options,
        .position = run->position,
        .states = run->states,
        .outlet = tr_ring_outlet(run->ring),
        .log = &run->params->log,
        .figures = run->hooks->figures,
        .tally = run->hooks->tally,
    };
    if (tr_source_new(run->params->source, &params, &run->source, diag) < 0)
        return -1;
    int error = pthread_create(&run->source_thread, NULL, source_main, run);
    if (error)
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "no thread for the source: %s",
                       strerror(error));
    run->source_started = true;
    run->hooks->ring(run->hooks->context, run->ring);
    return 0;
}

/* The source ends first: it still confirms what the sink has committed. */
static void stop_source(struct run *run)
{
    run->hooks->ring(run->hooks->context, NULL);
    if (!run->source_started)
        return;
    tr_ring_stop(run->ring);
    pthread_join(run->source_thread, NULL);
}

static void close_run(struct run *run)
{
    tr_sink_free(run->sink);
    tr_source_free(run->source);
    tr_ring_free(run->ring);
    tr_stored_position_free(run->position);
    tr_states_free(run->states);
    tr_batch_free(run->carry);
    tr_buf_finish(&run->position_key);
    tr_buf_finish(&run->source_position);
    tr_buf_finish(&run->json);
}

int tr_run(const struct tr_connector_params *params, const struct tr_run_hooks *hooks,
           bool *ret_finished, struct tr_diag *diag)
{
    struct run run = {.params = params, .hooks = hooks};

    tr_tally_drop(hooks->tally);
    tr_buf_init(&run.source_position, POSITION_CAP);
    tr_buf_init(&run.json, POSITION_CAP);
    tr_buf_init(&run.position_key, 4096);
    int rc = tr_offsets_write_key(params->source, params->options, &run.position_key, diag);
    if (rc == 0)
        rc = open_sink(&run, diag);
    if (rc == 0 && !hooks->stopping(hooks->context))
        rc = open_source(&run, diag);
    if (rc == 0 && run.source_started)
        rc = pump(&run, diag);
    stop_source(&run);
    if (rc == 0 && run.source_rc < 0) {
        *diag = run.source_diag;
        rc = -1;
    }
    if (rc < 0 && run.source_started)
        ask_owner(&run, diag);
    close_run(&run);
    *ret_finished = rc == 0 && run.source_started && !hooks->stopping(hooks->context);
    return rc;
}
