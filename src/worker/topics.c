/* The topics that connectors wrote to, and what the status topic hears of everything. */
#include <stdlib.h>
#include <string.h>

#include "worker/impl.h"

void tr_entry_wrote(struct tr_worker *worker, struct tr_entry *entry, const char *topic)
{
    size_t n = strlen(topic) + 1;
    struct tr_seen_topic *seen;

    if (!worker->params.config->worker.topic_tracking)
        return;
    pthread_mutex_lock(&worker->lock);
    for (seen = entry->topics; seen && strcmp(seen->name, topic) != 0; seen = seen->next)
        continue;
    if (!seen && !entry->gone && (seen = calloc(1, sizeof *seen + n))) {
        memcpy(seen->name, topic, n);
        seen->next = entry->topics;
        entry->topics = seen;
        tr_herder_wake(worker);
    }
    pthread_mutex_unlock(&worker->lock);
}

void tr_entry_forget_topics(struct tr_entry *entry)
{
    while (entry->topics) {
        struct tr_seen_topic *next = entry->topics->next;
        free(entry->topics);
        entry->topics = next;
    }
    if (entry->engine)
        tr_connector_forget_topics(entry->engine->connector);
}

/* What is told under the lock is only queued. */

static bool tell_topics(struct tr_worker *worker, struct tr_entry *entry)
{
    bool done = true;

    for (struct tr_seen_topic *seen = entry->topics; seen; seen = seen->next) {
        if (!seen->told)
            seen->told = tr_status_store_topic(worker->statuses, entry->name, seen->name, true);
        done &= seen->told;
    }
    return done;
}

static bool tell_state(struct tr_worker *worker, struct tr_entry *entry)
{
    struct tr_entry_state state;

    tr_entry_state(worker, entry, &state);
    const struct tr_record_status connector = {
        .state = state.connector,
        .trace = state.connector_trace,
        .worker_id = worker->params.worker_id,
        .version = entry->plugin->version,
    };
    const struct tr_record_status task = {
        .state = state.task,
        .trace = state.trace[0] ? state.trace : NULL,
        .worker_id = worker->params.worker_id,
        .version = entry->plugin->version,
    };
    bool done = tr_status_store_connector(worker->statuses, entry->name, &connector, &entry->told);
    return tr_status_store_task(worker->statuses, entry->name, state.tasks ? &task : NULL,
                                &entry->told) &&
           done;
}

/* Everything that was ever said of it is taken back; then it may go. */
static bool tell_end(struct tr_worker *worker, struct tr_entry *entry)
{
    struct tr_told *told = &entry->told;

    if (worker->statuses) {
        while (entry->topics) {
            struct tr_seen_topic *seen = entry->topics;
            if (!tr_status_store_topic(worker->statuses, entry->name, seen->name, false))
                return false;
            entry->topics = seen->next;
            free(seen);
        }
        if (!tr_status_store_connector(worker->statuses, entry->name, NULL, told) ||
            !tr_status_store_task(worker->statuses, entry->name, NULL, told))
            return false;
    }
    tr_entry_forget_topics(entry);
    free(told->connector);
    free(told->task);
    *told = (struct tr_told){0};
    return true;
}

/* A name that was created again has its own records by now. */
static bool has_heir(struct tr_worker *worker, const struct tr_entry *entry)
{
    return tr_entry_find(worker, entry->name) != NULL;
}

bool tr_worker_tell(struct tr_worker *worker)
{
    bool done = true;

    pthread_mutex_lock(&worker->lock);
    for (struct tr_entry *entry = worker->first; entry; entry = entry->next) {
        if (entry->gone && entry->engine)
            continue;
        if (entry->gone && !entry->ended)
            done &= entry->ended = has_heir(worker, entry) || tell_end(worker, entry);
        else if (!entry->gone && worker->statuses && entry->plugin) {
            done &= tell_topics(worker, entry);
            done &= tell_state(worker, entry);
        }
    }
    pthread_mutex_unlock(&worker->lock);
    if (worker->statuses)
        tr_status_store_poll(worker->statuses);
    return done;
}

static int check_tracking(struct tr_worker *worker, bool reset, struct tr_diag *diag)
{
    const struct tr_worker_options *options = &worker->params.config->worker;

    if (!options->topic_tracking) {
        tr_fail(diag, TR_CONFIG, TR_STOP, "Topic tracking is disabled.");
        return TR_WORKER_REFUSED;
    }
    if (reset && !options->topic_tracking_reset) {
        tr_fail(diag, TR_CONFIG, TR_STOP, "Topic tracking reset is disabled.");
        return TR_WORKER_REFUSED;
    }
    return 0;
}

static int list_topics(const struct tr_entry *entry, struct tr_arena *arena,
                       struct tr_list *ret_topics)
{
    size_t count = 0, n = 0;

    for (const struct tr_seen_topic *seen = entry->topics; seen; seen = seen->next)
        count++;
    const char **items = tr_arena_zalloc(arena, count + 1, sizeof *items);
    if (!items)
        return -1;
    for (const struct tr_seen_topic *seen = entry->topics; seen; seen = seen->next)
        if (!(items[n++] = tr_arena_strdup(arena, tr_slice_of(seen->name))))
            return -1;
    *ret_topics = (struct tr_list){items, n};
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int tr_worker_topics(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                     struct tr_list *ret_topics, struct tr_diag *diag)
{
    int rc = check_tracking(worker, false, diag);

    *ret_topics = (struct tr_list){0};
    if (rc)
        return rc;
    pthread_mutex_lock(&worker->lock);
    const struct tr_entry *entry = tr_entry_find(worker, name);
    if (entry)
        rc = list_topics(entry, arena, ret_topics);
    pthread_mutex_unlock(&worker->lock);
    if (ret_topics->count)
        qsort((void *)ret_topics->items, ret_topics->count, sizeof(char *), by_text);
    return rc < 0 ? tr_fail_memory(diag) : 0;
}

int tr_worker_reset_topics(struct tr_worker *worker, const char *name, struct tr_diag *diag)
{
    int rc = check_tracking(worker, true, diag);

    if (rc)
        return rc;
    pthread_mutex_lock(&worker->lock);
    struct tr_entry *entry = tr_entry_find(worker, name);
    for (struct tr_seen_topic *seen = entry ? entry->topics : NULL; seen; seen = seen->next)
        if (worker->statuses && !tr_status_store_topic(worker->statuses, name, seen->name, false)) {
            tr_fail(diag, TR_SINK, TR_RETRY, "status.storage.topic takes no more now, try later");
            rc = TR_WORKER_BUSY;
        }
    if (entry && rc == 0)
        tr_entry_forget_topics(entry);
    pthread_mutex_unlock(&worker->lock);
    return rc;
}
