#include "connector/connector.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "connector/meter.h"
#include "connector/ring.h"
#include "connector/run.h"
#include "connector/written.h"

#define FIRST_WAIT_MS 250

/* A position and what surrounds it; far above any real one. */
#define POSITION_CAP ((size_t)16 << 20)

/* Runs that failed one after the other. */
struct backoff {
    int64_t wait_ms;
    int32_t retries;
    int64_t since_us;
};

struct tr_connector {
    struct tr_connector_params params;
    char *name; /* options come and go */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    atomic_bool stopping;
    struct tr_connector_status status;
    struct tr_ring *ring; /* of the present run */
    struct tr_buf position_key, position;
    struct tr_written written; /* of the present run */
    atomic_bool forget_topics;
    struct backoff backoff;
    struct tr_meter meter;
    int64_t snapshot_began_us;
};

static bool stopping(void *context)
{
    return ((struct tr_connector *)context)->stopping;
}

static void notify(struct tr_connector *connector)
{
    pthread_mutex_lock(&connector->lock);
    enum tr_connector_state state = connector->status.state;
    pthread_mutex_unlock(&connector->lock);
    connector->params.notify(connector->params.context, state);
}

/* Under the lock: the ring goes away. */
static void close_meter(struct tr_connector *connector)
{
    struct tr_ring_usage usage;

    tr_ring_usage(connector->ring, &usage);
    tr_meter_end(&connector->meter, &usage);
}

static void set_ring(void *context, struct tr_ring *ring)
{
    struct tr_connector *connector = context;

    pthread_mutex_lock(&connector->lock);
    if (!ring && connector->ring)
        close_meter(connector);
    connector->ring = ring;
    if (ring && connector->stopping)
        tr_ring_interrupt(ring);
    pthread_mutex_unlock(&connector->lock);
}

static void set_state(struct tr_connector *connector, enum tr_connector_state state,
                      const struct tr_diag *diag)
{
    const struct tr_log *log = &connector->params.log;

    pthread_mutex_lock(&connector->lock);
    connector->status.state = state;
    snprintf(connector->status.message, sizeof connector->status.message, "%s",
             diag ? diag->message : "");
    pthread_mutex_unlock(&connector->lock);
    if (!diag)
        tr_log_info(log, "connector state", TR_LOG_STR("state", tr_connector_state_name(state)));
    else if (state == TR_STATE_FAILED)
        tr_log_error(log, "connector state", TR_LOG_STR("state", tr_connector_state_name(state)),
                     TR_LOG_STR("class", tr_class_name(diag->cls)),
                     TR_LOG_STR("error", diag->message));
    else
        tr_log_warn(log, "connector state", TR_LOG_STR("state", tr_connector_state_name(state)),
                    TR_LOG_STR("class", tr_class_name(diag->cls)),
                    TR_LOG_STR("error", diag->message));
    notify(connector);
}

/* After a failure the connector is well again when its source streams or reads, not before: to try
 * is not to run. */
static void recover(struct tr_connector *connector)
{
    pthread_mutex_lock(&connector->lock);
    bool recovered = connector->status.state == TR_STATE_RESTARTING;
    pthread_mutex_unlock(&connector->lock);
    if (recovered)
        set_state(connector, TR_STATE_RUNNING, NULL);
}

/* Under the lock, after a word about the phase. */
static void time_snapshot(struct tr_connector *connector, bool new_phase)
{
    struct tr_connector_status *status = &connector->status;
    int64_t now = tr_clock_monotonic_us();

    if (status->phase == TR_PHASE_SNAPSHOT && new_phase)
        connector->snapshot_began_us = now;
    if (connector->snapshot_began_us)
        status->snapshot_us = TR_MAX(now - connector->snapshot_began_us, 1);
    if (status->phase != TR_PHASE_SNAPSHOT)
        connector->snapshot_began_us = 0;
}

static void on_progress(void *context, const struct tr_progress *progress)
{
    struct tr_connector *connector = context;
    struct tr_connector_status *status = &connector->status;

    pthread_mutex_lock(&connector->lock);
    bool new_phase = status->phase != progress->phase;
    status->phase = progress->phase;
    if (new_phase)
        status->phase_us = tr_clock_monotonic_us();
    status->up_to_date |= progress->phase == TR_PHASE_CAUGHT_UP;
    time_snapshot(connector, new_phase);
    if (progress->phase == TR_PHASE_SNAPSHOT) {
        status->chunks = progress->chunks;
        status->tables = progress->tables;
        status->tables_done = progress->tables_done;
        status->rows = progress->rows;
        status->rows_estimated = progress->rows_estimated;
        snprintf(status->table, sizeof status->table, "%s", progress->table ? progress->table : "");
    }
    pthread_mutex_unlock(&connector->lock);
    if (progress->phase != TR_PHASE_PREPARING)
        recover(connector);
    if (new_phase && progress->phase == TR_PHASE_STREAMING)
        tr_log_info(&connector->params.log, "streaming");
    notify(connector);
}

static void on_found(void *context, struct tr_slice key, struct tr_slice position)
{
    struct tr_connector *connector = context;

    pthread_mutex_lock(&connector->lock);
    tr_buf_reset(&connector->position_key);
    tr_buf_put(&connector->position_key, key.p, key.n);
    tr_buf_reset(&connector->position);
    tr_buf_put(&connector->position, position.p, position.n);
    pthread_mutex_unlock(&connector->lock);
}

static void on_waits(void *context, const char *what)
{
    struct tr_connector *connector = context;

    pthread_mutex_lock(&connector->lock);
    connector->status.waits_for = what;
    connector->status.waiting_us = what ? tr_clock_monotonic_us() : 0;
    pthread_mutex_unlock(&connector->lock);
}

static void on_committed(void *context, const struct tr_run_commit *commit)
{
    struct tr_connector *connector = context;

    on_found(connector, commit->key, commit->position);
    pthread_mutex_lock(&connector->lock);
    connector->status.events += commit->events;
    connector->status.bytes += commit->bytes;
    connector->status.skipped += commit->skipped;
    connector->status.transactions++;
    tr_meter_commit(&connector->meter, commit);
    pthread_mutex_unlock(&connector->lock);
    if (connector->params.wrote) {
        if (atomic_exchange(&connector->forget_topics, false))
            tr_written_forget(&connector->written);
        tr_written_look(&connector->written, commit->outputs, commit->noutputs, &connector->params);
    }
    recover(connector);
}

/* Sleep, unless told to stop before. */
static void wait_ms(struct tr_connector *connector, int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&connector->lock);
    while (!connector->stopping)
        if (pthread_cond_timedwait(&connector->news, &connector->lock, &until) != 0)
            break;
    pthread_mutex_unlock(&connector->lock);
}

/* What counts as progress: a run that only commits positions (an intent, an idle log) and then
 * fails would otherwise be tried again at once, for ever. */
static uint64_t committed_events(struct tr_connector *connector)
{
    pthread_mutex_lock(&connector->lock);
    uint64_t count = connector->status.events;
    pthread_mutex_unlock(&connector->lock);
    return count;
}

/* errors.retry.timeout and errors.max.retries: when failures that may pass are enough. */
static bool enough(const struct tr_connector_options *options, struct backoff *backoff)
{
    int64_t now = tr_clock_monotonic_us();

    if (!backoff->retries)
        backoff->since_us = now;
    if (options->errors_max_retries >= 0 && backoff->retries >= options->errors_max_retries)
        return true;
    backoff->retries++;
    return options->retry_timeout_ms > 0 &&
           now - backoff->since_us >= options->retry_timeout_ms * 1000;
}

/* After a failed run: false if that was the last one. */
static bool try_again(struct tr_connector *connector, const struct tr_diag *diag, bool progressed)
{
    const struct tr_connector_options *options = connector->params.options;
    struct backoff *backoff = &connector->backoff;
    int64_t longest = TR_MIN(options->retry_wait_ms, options->retry_delay_ms);

    if (progressed)
        *backoff = (struct backoff){.wait_ms = FIRST_WAIT_MS};
    bool last = diag->reaction != TR_RETRY || enough(options, backoff);
    pthread_mutex_lock(&connector->lock);
    tr_meter_failed(&connector->meter, diag, !last);
    pthread_mutex_unlock(&connector->lock);
    if (last)
        return false;
    pthread_mutex_lock(&connector->lock);
    connector->status.failures = (unsigned)backoff->retries;
    connector->status.failing_us = backoff->since_us;
    pthread_mutex_unlock(&connector->lock);
    set_state(connector, TR_STATE_RESTARTING, diag);
    wait_ms(connector, TR_MIN(backoff->wait_ms, longest));
    backoff->wait_ms = TR_MIN(backoff->wait_ms * 2, longest);
    return true;
}

static int reread(struct tr_connector *connector, struct tr_diag *diag)
{
    struct tr_connector_params *params = &connector->params;

    if (!params->reread)
        return 0;
    if (params->reread(params->context, &params->options, diag) == 0)
        return 0;
    /* they were right before: whoever changes a file may not be done */
    diag->reaction = TR_RETRY;
    return -1;
}

static int run(struct tr_connector *connector, bool first, bool *ret_finished, struct tr_diag *diag)
{
    const struct tr_run_hooks hooks = {
        .stopping = stopping,
        .ring = set_ring,
        .progress = on_progress,
        .committed = on_committed,
        .found = on_found,
        .waits = on_waits,
        .context = connector,
        .figures = &connector->meter.figures,
        .tally = connector->meter.tally,
    };

    pthread_mutex_lock(&connector->lock);
    tr_meter_begin(&connector->meter);
    connector->status.phase = TR_PHASE_PREPARING;
    connector->status.phase_us = tr_clock_monotonic_us();
    pthread_mutex_unlock(&connector->lock);
    if (first)
        set_state(connector, TR_STATE_RUNNING, NULL);
    else if (reread(connector, diag) < 0)
        return -1;
    int rc = tr_run(&connector->params, &hooks, ret_finished, diag);
    tr_written_finish(&connector->written);
    on_waits(connector, NULL);
    return rc;
}

static void *connector_main(void *context)
{
    struct tr_connector *connector = context;
    struct tr_diag diag;
    bool finished = false;

    for (bool first = true; !connector->stopping; first = false) {
        uint64_t before = committed_events(connector);
        if (run(connector, first, &finished, &diag) == 0)
            break;
        if (connector->stopping)
            break;
        if (!try_again(connector, &diag, committed_events(connector) != before)) {
            set_state(connector, TR_STATE_FAILED, &diag);
            return NULL;
        }
    }
    set_state(connector, finished ? TR_STATE_FINISHED : TR_STATE_STOPPED, NULL);
    return NULL;
}

static void free_connector(struct tr_connector *connector)
{
    pthread_cond_destroy(&connector->news);
    pthread_mutex_destroy(&connector->lock);
    tr_buf_finish(&connector->position_key);
    tr_buf_finish(&connector->position);
    tr_meter_finish(&connector->meter);
    free(connector->name);
    free(connector);
}

int tr_connector_start(const struct tr_connector_params *params,
                       struct tr_connector **ret_connector, struct tr_diag *diag)
{
    struct tr_connector *connector = calloc(1, sizeof *connector);
    pthread_condattr_t monotonic;

    if (!connector)
        return tr_fail_memory(diag);
    if (tr_meter_init(&connector->meter, params->options->kind, diag) < 0) {
        free(connector);
        return -1;
    }
    connector->params = *params;
    connector->backoff.wait_ms = FIRST_WAIT_MS;
    tr_buf_init(&connector->position_key, POSITION_CAP);
    tr_buf_init(&connector->position, POSITION_CAP);
    pthread_mutex_init(&connector->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&connector->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    connector->name = strdup(params->options->name);
    connector->params.log.connector = connector->name;
    int error = connector->name
                    ? pthread_create(&connector->thread, NULL, connector_main, connector)
                    : ENOMEM;
    if (error) {
        free_connector(connector);
        return tr_fail(diag, TR_RESOURCE, TR_STOP, "no thread for connector %s: %s",
                       params->options->name, strerror(error));
    }
    *ret_connector = connector;
    return 0;
}

void tr_connector_stop(struct tr_connector *connector)
{
    pthread_mutex_lock(&connector->lock);
    connector->stopping = true;
    pthread_cond_broadcast(&connector->news);
    if (connector->ring)
        tr_ring_interrupt(connector->ring);
    pthread_mutex_unlock(&connector->lock);
}

void tr_connector_free(struct tr_connector *connector)
{
    if (!connector)
        return;
    pthread_join(connector->thread, NULL);
    free_connector(connector);
}

void tr_connector_status(struct tr_connector *connector, struct tr_connector_status *ret_status)
{
    pthread_mutex_lock(&connector->lock);
    *ret_status = connector->status;
    pthread_mutex_unlock(&connector->lock);
}

void tr_connector_metrics(struct tr_connector *connector, struct tr_connector_metrics *ret_metrics)
{
    struct tr_ring_usage usage = {0};

    pthread_mutex_lock(&connector->lock);
    enum tr_connector_state state = connector->status.state;
    if (connector->ring)
        tr_ring_usage(connector->ring, &usage);
    tr_meter_read(&connector->meter, &usage,
                  state == TR_STATE_STOPPED || state == TR_STATE_FINISHED, ret_metrics);
    pthread_mutex_unlock(&connector->lock);
}

static void copy(const struct tr_buf *from, struct tr_buf *to)
{
    tr_buf_put(to, tr_buf_string(from), from->len);
}

int tr_connector_position(struct tr_connector *connector, struct tr_buf *ret_key,
                          struct tr_buf *ret_position, struct tr_diag *diag)
{
    pthread_mutex_lock(&connector->lock);
    bool none = connector->position.len == 0;
    copy(&connector->position, ret_position);
    if (ret_key)
        copy(&connector->position_key, ret_key);
    pthread_mutex_unlock(&connector->lock);
    if (!tr_buf_ok(ret_position) || (ret_key && !tr_buf_ok(ret_key)))
        return tr_fail_memory(diag);
    return none ? 1 : 0;
}

void tr_connector_forget_topics(struct tr_connector *connector)
{
    connector->forget_topics = true;
}

const char *tr_connector_state_name(enum tr_connector_state state)
{
    static const char *const names[] = {
        [TR_STATE_UNASSIGNED] = "UNASSIGNED", [TR_STATE_RUNNING] = "RUNNING",
        [TR_STATE_RESTARTING] = "RESTARTING", [TR_STATE_FAILED] = "FAILED",
        [TR_STATE_STOPPED] = "STOPPED",       [TR_STATE_FINISHED] = "FINISHED",
    };
    return names[state];
}

bool tr_connector_ended(enum tr_connector_state state)
{
    return state == TR_STATE_FAILED || state == TR_STATE_STOPPED || state == TR_STATE_FINISHED;
}
