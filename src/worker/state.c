/*
 * How a connector is, in Connect's words. The connector and its one task are told apart as Connect
 * does it: a connector whose configuration can't be read is FAILED and has no task; otherwise it is
 * what it was asked to be, and the task is what the engine is.
 *
 * RUNNING means progress. Who has waited for health.timeout.ms for one and the same thing, be it
 * the broker's answer or the server's permission to begin, is RESTARTING, with a trace that says
 * what it waits for: it goes on by itself when it gets it, but until then nothing comes through.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "worker/impl.h"

/* A position longer than this is no help to a reader. */
#define POSITION_MOST 600

static void add(struct tr_entry_state *state, const char *format, ...) TR_PRINTF(2, 3);
static void add(struct tr_entry_state *state, const char *format, ...)
{
    size_t n = strlen(state->trace);
    va_list args;

    va_start(args, format);
    vsnprintf(state->trace + n, sizeof state->trace - n, format, args);
    va_end(args);
}

/* Without our own bookkeeping. */
static void add_position(struct tr_entry_state *state, const struct tr_entry *entry)
{
    struct tr_buf json;
    struct tr_diag diag;
    const char *name;
    json_t *value;
    void *next;

    tr_buf_init(&json, TR_RECORD_MOST);
    int rc = tr_connector_position(entry->engine->connector, NULL, &json, &diag);
    json_t *position = rc == 0 ? json_loadb(tr_buf_string(&json), json.len, 0, NULL) : NULL;
    tr_buf_finish(&json);
    json_object_foreach_safe(position, next, name, value)
    {
        if (strncmp(name, "tailrace_", strlen("tailrace_")) == 0)
            json_object_del(position, name);
    }
    char *text = position ? json_dumps(position, JSON_COMPACT) : NULL;
    if (text && strlen(text) < POSITION_MOST)
        add(state, "\n\tcommitted position: %s", text);
    free(text);
    json_decref(position);
}

/* A monotonic moment as a date. */
static void format_date(char text[32], int64_t us)
{
    time_t then = time(NULL) - (time_t)((tr_clock_monotonic_us() - us) / 1000000);
    struct tm utc;

    gmtime_r(&then, &utc);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* A prepared transaction on the server, a broker that doesn't answer. */
static const char *stuck(const struct tr_worker *worker, const struct tr_connector_status *status,
                         int64_t *ret_since_us)
{
    int64_t longest_us = worker->params.config->worker.health_timeout_ms * 1000;
    int64_t now = tr_clock_monotonic_us();

    if (status->state != TR_STATE_RUNNING)
        return NULL;
    if (status->waits_for && now - status->waiting_us >= longest_us) {
        *ret_since_us = status->waiting_us;
        return status->waits_for;
    }
    if (status->phase == TR_PHASE_PREPARING && now - status->phase_us >= longest_us) {
        *ret_since_us = status->phase_us;
        return "the database to let it begin";
    }
    return NULL;
}

static void describe_running(const struct tr_worker *worker, struct tr_entry_state *state)
{
    int64_t since_us = 0;
    char date[32];

    state->task = "RUNNING";
    state->stuck = stuck(worker, &state->engine, &since_us);
    if (!state->stuck)
        return;
    state->task = "RESTARTING";
    format_date(date, since_us);
    add(state, "no progress since %s: it waits for %s", date, state->stuck);
}

static void describe_failures(struct tr_entry_state *state)
{
    char date[32];

    state->task = "RESTARTING";
    format_date(date, state->engine.failing_us);
    add(state, "%s\n\tfailing since %s, %u time%s without success, and trying on",
        state->engine.message, date, state->engine.failures,
        state->engine.failures == 1 ? "" : "s");
}

static void describe_engine(const struct tr_worker *worker, const struct tr_entry *entry,
                            struct tr_entry_state *state)
{
    switch (state->engine.state) {
    case TR_STATE_RUNNING:
    case TR_STATE_FINISHED: /* nothing more to do is no failure */
        describe_running(worker, state);
        break;
    case TR_STATE_RESTARTING:
        describe_failures(state);
        add_position(state, entry);
        break;
    case TR_STATE_FAILED:
        state->task = "FAILED";
        add(state, "%s", state->engine.message);
        add_position(state, entry);
        break;
    case TR_STATE_UNASSIGNED:
    case TR_STATE_STOPPED:
        state->task = "UNASSIGNED";
        break;
    }
}

/* Paused or stopped, but not there yet. What failed before it was paused stays as it is. */
static bool is_winding_down(const struct tr_entry *entry, const struct tr_connector_status *engine)
{
    return entry->engine && entry->target != TR_TARGET_RUNNING &&
           !(entry->target == TR_TARGET_PAUSED && engine->state == TR_STATE_FAILED);
}

static const char *connector_state(const struct tr_worker *worker, const struct tr_entry *entry,
                                   const struct tr_connector_status *engine)
{
    static const char *const targets[] = {"RUNNING", "PAUSED", "STOPPED"};

    if (!entry->plugin || entry->origin == TR_ORIGIN_UNSUPPORTED)
        return "UNASSIGNED";
    if (entry->target != TR_TARGET_RUNNING) /* once it is so */
        return is_winding_down(entry, engine) ? "RUNNING" : targets[entry->target];
    if (entry->again)
        return "RESTARTING";
    if (entry->trouble)
        return "FAILED";
    return entry->engine && !worker->stopping ? "RUNNING" : "UNASSIGNED";
}

void tr_entry_state(struct tr_worker *worker, const struct tr_entry *entry,
                    struct tr_entry_state *ret_state)
{
    struct tr_entry_state *state = ret_state;

    *state = (struct tr_entry_state){0};
    if (entry->engine)
        tr_connector_status(entry->engine->connector, &state->engine);
    state->connector = connector_state(worker, entry, &state->engine);
    state->connector_trace = entry->target == TR_TARGET_RUNNING ? entry->trouble : NULL;
    state->tasks = entry->tasks > 0 && entry->plugin;
    if (!entry->engine)
        state->task = entry->target == TR_TARGET_PAUSED ? "PAUSED" : "UNASSIGNED";
    else if (entry->again)
        state->task = "RESTARTING";
    else
        describe_engine(worker, entry, state);
}
