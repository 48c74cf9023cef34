#include "connector/connector.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "connector/ring.h"
#include "connector/run.h"

#define FIRST_WAIT_MS 250

struct tr_connector {
    struct tr_connector_params params;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    atomic_bool stopping;
    struct tr_connector_status status;
    struct tr_ring *ring; /* of the present run */
};

static bool stopping(void *context)
{
    return ((struct tr_connector *)context)->stopping;
}

static void notify(const struct tr_connector *connector)
{
    connector->params.notify(connector->params.context);
}

static void set_ring(void *context, struct tr_ring *ring)
{
    struct tr_connector *connector = context;

    pthread_mutex_lock(&connector->lock);
    connector->ring = ring;
    if (ring && connector->stopping)
        tr_ring_interrupt(ring);
    pthread_mutex_unlock(&connector->lock);
}

static void on_progress(void *context, const struct tr_progress *progress)
{
    struct tr_connector *connector = context;
    struct tr_connector_status *status = &connector->status;

    pthread_mutex_lock(&connector->lock);
    bool new_phase = status->phase != progress->phase;
    status->phase = progress->phase;
    status->up_to_date |= progress->phase == TR_PHASE_CAUGHT_UP;
    if (progress->phase == TR_PHASE_SNAPSHOT) {
        status->tables = progress->tables;
        status->tables_done = progress->tables_done;
        status->rows = progress->rows;
        status->rows_estimated = progress->rows_estimated;
        snprintf(status->table, sizeof status->table, "%s", progress->table ? progress->table : "");
    }
    pthread_mutex_unlock(&connector->lock);
    if (new_phase && progress->phase == TR_PHASE_STREAMING)
        tr_log_info(&connector->params.log, "streaming");
    notify(connector);
}

static void on_committed(void *context, uint64_t events, uint64_t bytes)
{
    struct tr_connector *connector = context;

    pthread_mutex_lock(&connector->lock);
    connector->status.events += events;
    connector->status.bytes += bytes;
    connector->status.transactions++;
    pthread_mutex_unlock(&connector->lock);
    notify(connector);
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

struct backoff {
    int64_t wait_ms;
    int32_t retries;
};

/* After a failed run: false if that was the last one. */
static bool try_again(struct tr_connector *connector, const struct tr_diag *diag, bool progressed,
                      struct backoff *backoff)
{
    const struct tr_connector_options *options = connector->params.options;

    if (progressed)
        *backoff = (struct backoff){.wait_ms = FIRST_WAIT_MS};
    if (diag->reaction != TR_RETRY)
        return false;
    if (options->errors_max_retries >= 0 && backoff->retries++ >= options->errors_max_retries)
        return false;
    set_state(connector, TR_STATE_RESTARTING, diag);
    wait_ms(connector, TR_MIN(backoff->wait_ms, options->retry_wait_ms));
    backoff->wait_ms = TR_MIN(backoff->wait_ms * 2, options->retry_wait_ms);
    return true;
}

static void *connector_main(void *context)
{
    struct tr_connector *connector = context;
    const struct tr_run_hooks hooks = {stopping, set_ring, on_progress, on_committed, connector};
    struct backoff backoff = {.wait_ms = FIRST_WAIT_MS};
    struct tr_diag diag;
    bool finished = false;

    while (!connector->stopping) {
        uint64_t before = committed_events(connector);
        set_state(connector, TR_STATE_RUNNING, NULL);
        if (tr_run(&connector->params, &hooks, &finished, &diag) == 0)
            break;
        if (connector->stopping)
            break;
        if (!try_again(connector, &diag, committed_events(connector) != before, &backoff)) {
            set_state(connector, TR_STATE_FAILED, &diag);
            return NULL;
        }
    }
    set_state(connector, finished ? TR_STATE_FINISHED : TR_STATE_STOPPED, NULL);
    return NULL;
}

int tr_connector_start(const struct tr_connector_params *params,
                       struct tr_connector **ret_connector, struct tr_diag *diag)
{
    struct tr_connector *connector = calloc(1, sizeof *connector);
    pthread_condattr_t monotonic;

    if (!connector)
        return tr_fail_memory(diag);
    connector->params = *params;
    connector->params.log.connector = params->options->name;
    pthread_mutex_init(&connector->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&connector->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int error = pthread_create(&connector->thread, NULL, connector_main, connector);
    if (error) {
        pthread_cond_destroy(&connector->news);
        pthread_mutex_destroy(&connector->lock);
        free(connector);
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
    pthread_cond_destroy(&connector->news);
    pthread_mutex_destroy(&connector->lock);
    free(connector);
}

void tr_connector_status(struct tr_connector *connector, struct tr_connector_status *ret_status)
{
    pthread_mutex_lock(&connector->lock);
    *ret_status = connector->status;
    pthread_mutex_unlock(&connector->lock);
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
