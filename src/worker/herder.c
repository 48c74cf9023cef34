/*
 * One thread brings every connector to where it should be. It waits for nothing but news: engines
 * are told to stop and looked at again when they say that they have ended, so a slow one holds up
 * nobody.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "worker/impl.h"

/* Waiting and lagging happen without news; a second is soon enough to notice. */
#define TICK_MS 1000

void tr_herder_wake(struct tr_worker *worker)
{
    uint64_t one = 1;
    ssize_t ignored = write(worker->news, &one, sizeof one);
    (void)ignored; /* a full counter means that news is waiting already */
}

static void wait_for_news(struct tr_worker *worker, bool busy)
{
    struct pollfd fd = {.fd = worker->news, .events = POLLIN};
    uint64_t count;

    poll(&fd, 1, busy ? TICK_MS : -1);
    ssize_t ignored = read(worker->news, &count, sizeof count);
    (void)ignored;
}

static bool should_run(const struct tr_worker *worker, const struct tr_entry *entry)
{
    return !worker->stopping && !entry->gone && entry->target == TR_TARGET_RUNNING && entry->plugin;
}

static bool is_paused_failure(const struct tr_entry *entry,
                              const struct tr_connector_status *status)
{
    return entry->target == TR_TARGET_PAUSED && status->state == TR_STATE_FAILED && !entry->gone;
}

/* Has the engine to go, whatever comes after it? */
static bool outdated(const struct tr_worker *worker, const struct tr_entry *entry,
                     const struct tr_connector_status *status)
{
    if (!worker->stopping && is_paused_failure(entry, status) && !entry->again &&
        entry->version == entry->engine->version)
        return false;
    return !should_run(worker, entry) || entry->again || entry->version != entry->engine->version;
}

/* Under the lock. The engine that has ended and is to be freed, or NULL. */
static struct tr_engine *look(struct tr_worker *worker, struct tr_entry *entry)
{
    struct tr_connector_status status;
    struct tr_engine *engine = entry->engine;

    if (!engine)
        return NULL;
    tr_connector_status(engine->connector, &status);
    if (!entry->stopping && outdated(worker, entry, &status)) {
        entry->stopping = true;
        tr_connector_stop(engine->connector);
    }
    if (!entry->stopping || !tr_connector_ended(status.state))
        return NULL;
    tr_entry_forget_offsets(entry);
    if (entry->target == TR_TARGET_STOPPED)
        entry->tasks = 0;
    entry->engine = NULL;
    entry->stopping = false;
    entry->again = false;
    return engine;
}

/* Under the lock, which is released meanwhile: only this thread makes or frees engines, and only it
 * frees entries. */
static void start(struct tr_worker *worker, struct tr_entry *entry)
{
    struct tr_engine *engine = NULL;
    struct tr_diag diag;

    entry->users++;
    pthread_mutex_unlock(&worker->lock);
    int rc = tr_engine_start(worker, entry, &engine, &diag);
    pthread_mutex_lock(&worker->lock);
    entry->users--;
    entry->again = false;
    if (rc == 0) {
        entry->engine = engine;
        entry->tasks = 1;
    } else if (rc < 0) {
        struct tr_log log = *worker->params.log;
        log.connector = entry->name;
        entry->trouble = strdup(diag.message);
        entry->tasks = 0;
        tr_log_error(&log, "connector state", TR_LOG_STR("state", "FAILED"),
                     TR_LOG_STR("class", tr_class_name(diag.cls)),
                     TR_LOG_STR("error", diag.message));
    } else {
        tr_herder_wake(worker);
    }
    /* What the engine said of itself before the entry had it went unheard. */
    if (worker->params.notify)
        worker->params.notify(worker->params.context);
}

/* A deleted connector of the same name that still comes to its end. */
static bool has_predecessor(const struct tr_worker *worker, const struct tr_entry *entry)
{
    for (const struct tr_entry *other = worker->first; other; other = other->next)
        if (other != entry && other->engine && strcmp(other->name, entry->name) == 0)
            return true;
    return false;
}

static void start_if_due(struct tr_worker *worker, struct tr_entry *entry)
{
    if (entry->engine || entry->users || !should_run(worker, entry) ||
        has_predecessor(worker, entry))
        return;
    if (entry->trouble && entry->again) {
        free(entry->trouble);
        entry->trouble = NULL;
    }
    if (!entry->trouble)
        start(worker, entry);
}

static void free_engines(struct tr_worker *worker, struct tr_engine *engine)
{
    while (engine) {
        struct tr_engine *next = engine->next;
        tr_engine_free(engine);
        engine = next;
    }
    pthread_mutex_lock(&worker->lock);
    pthread_cond_broadcast(&worker->idle);
    pthread_mutex_unlock(&worker->lock);
}

/* True: engines are still there. */
static bool herd(struct tr_worker *worker)
{
    struct tr_engine *ended = NULL;
    bool busy = false;

    pthread_mutex_lock(&worker->lock);
    for (struct tr_entry *entry = worker->first; entry; entry = entry->next) {
        struct tr_engine *engine = look(worker, entry);
        if (engine) {
            engine->next = ended;
            ended = engine;
        }
    }
    pthread_mutex_unlock(&worker->lock);
    free_engines(worker, ended);

    pthread_mutex_lock(&worker->lock);
    for (struct tr_entry *entry = worker->first; entry; entry = entry->next) {
        start_if_due(worker, entry);
        busy |= entry->engine != NULL;
    }
    pthread_mutex_unlock(&worker->lock);
    return busy;
}

static void *herder_main(void *context)
{
    struct tr_worker *worker = context;

    for (;;) {
        bool busy = herd(worker), told = tr_worker_tell(worker);
        tr_entries_sweep(worker);
        if (worker->stopping && !busy)
            return NULL;
        wait_for_news(worker, busy || !told);
    }
}

int tr_herder_start(struct tr_worker *worker, struct tr_diag *diag)
{
    int error = pthread_create(&worker->herder, NULL, herder_main, worker);

    if (error)
        return tr_fail(diag, TR_RESOURCE, TR_STOP, "no thread for the worker: %s", strerror(error));
    worker->herding = true;
    return 0;
}
