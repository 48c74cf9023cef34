#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "kafka/admin.h"
#include "worker/group.h"
#include "worker/impl.h"

/* While Kafka is away at the start: between two tries. */
#define FIRST_WAIT_MS 250
#define LAST_WAIT_MS  5000

/* How long somebody who asks for the cluster's name may wait for it, and how long not to ask again
 * after it wasn't to be had. */
#define CLUSTER_MS    1000
#define CLUSTER_AGAIN ((int64_t)10 * 1000000)

/* The caller is asked during its call alone. */
static bool is_stopping(void *context)
{
    struct tr_worker *worker = context;

    if (worker->opening && worker->params.stopping &&
        worker->params.stopping(worker->params.context))
        worker->stopping = true;
    return worker->stopping;
}

static const struct tr_connector_options *declared_options(const struct tr_config *config,
                                                           const char *name)
{
    for (size_t i = 0; config && i < config->nconnectors; i++)
        if (strcmp(config->connectors[i].name, name) == 0)
            return &config->connectors[i];
    return NULL;
}

/* As it was, what the worker's file gives it included. */
static bool is_unchanged(const struct tr_entry *entry, const struct tr_shared_config *shared,
                         size_t i)
{
    const struct tr_connector_options *now = &shared->config->connectors[i];
    const struct tr_connector_options *before =
        entry->shared ? declared_options(entry->shared->config, entry->name) : NULL;

    return entry->origin == TR_ORIGIN_FILE && before &&
           strcmp(before->fingerprint, now->fingerprint) == 0 &&
           tr_entry_same(entry, &shared->config->given[i]);
}

static int add_declared(struct tr_worker *worker, struct tr_shared_config *shared, size_t i,
                        struct tr_diag *diag)
{
    const char *name = shared->config->connectors[i].name;
    struct tr_entry *entry = tr_entry_find(worker, name);

    if (!entry && !(entry = tr_entry_add(worker, name)))
        return tr_fail_memory(diag);
    if (!is_unchanged(entry, shared, i) &&
        tr_entry_configure(entry, &shared->config->given[i], diag) < 0)
        return -1;
    entry->origin = TR_ORIGIN_FILE;
    tr_shared_config_release(entry->shared);
    entry->shared = shared;
    shared->users++;
    return 0;
}

static int add_all_declared(struct tr_worker *worker, struct tr_shared_config *shared,
                            struct tr_diag *diag)
{
    for (size_t i = 0; i < shared->config->nconnectors; i++)
        if (add_declared(worker, shared, i, diag) < 0)
            return -1;
    return 0;
}

static int take_one(struct tr_worker *worker, const struct tr_stored_connector *stored,
                    struct tr_diag *diag)
{
    struct tr_entry *entry = tr_entry_find(worker, stored->name);

    if (entry && entry->origin == TR_ORIGIN_FILE) {
        tr_log_warn(worker->params.log,
                    "a connector of this name is in config.storage.topic too: the file's runs",
                    TR_LOG_STR("name", stored->name));
        return 0;
    }
    if (!entry && !(entry = tr_entry_add(worker, stored->name)))
        return tr_fail_memory(diag);
    entry->origin = TR_ORIGIN_STORED;
    entry->target = stored->target;
    entry->tasks = stored->target == TR_TARGET_STOPPED ? 0 : TR_MIN(stored->tasks, 1);
    if (tr_entry_same(entry, &stored->config))
        return 0;
    if (tr_entry_configure(entry, &stored->config, diag) < 0)
        return -1;
    if (!entry->plugin)
        tr_log_warn(worker->params.log,
                    "this connector is left to Kafka Connect: tailrace has no such class",
                    TR_LOG_STR("name", entry->name));
    return 0;
}

static bool is_stored(const struct tr_stored_connector *first, const char *name)
{
    for (; first; first = first->next)
        if (first->configured && strcmp(first->name, name) == 0)
            return true;
    return false;
}

int tr_worker_take_stored(struct tr_worker *worker, const struct tr_stored_connector *first,
                          struct tr_diag *diag)
{
    int rc = 0;

    pthread_mutex_lock(&worker->lock);
    for (struct tr_entry *entry = worker->first; entry; entry = entry->next)
        if (entry->origin == TR_ORIGIN_STORED && !is_stored(first, entry->name))
            entry->gone = true;
    for (const struct tr_stored_connector *stored = first; rc == 0 && stored; stored = stored->next)
        if (stored->configured)
            rc = take_one(worker, stored, diag);
    pthread_mutex_unlock(&worker->lock);
    return rc;
}

/* Topics of connectors that we don't know are another's. */
static int take_topic(void *context, struct tr_slice connector, struct tr_slice topic, bool known,
                      struct tr_diag *diag)
{
    struct tr_worker *worker = context;
    struct tr_entry *entry = worker->first;

    while (entry && !tr_slice_is(connector, entry->name))
        entry = entry->next;
    if (!entry)
        return 0;
    struct tr_seen_topic **at = &entry->topics;
    while (*at && !tr_slice_is(topic, (*at)->name))
        at = &(*at)->next;
    struct tr_seen_topic *seen = *at;
    if (seen && !known) {
        *at = seen->next;
        free(seen);
    } else if (!seen && known) {
        if (!(seen = calloc(1, sizeof *seen + topic.n + 1)))
            return tr_fail_memory(diag);
        memcpy(seen->name, topic.p, topic.n);
        seen->told = true;
        *at = seen;
    }
    return 0;
}

static int open_configs(struct tr_worker *worker, struct tr_kafka_client *reader,
                        struct tr_diag *diag)
{
    struct tr_stored_connectors stored = {0};

    tr_arena_init(&stored.arena, TR_SPEC_CHUNK, TR_STORED_CAP);
    int rc = tr_config_store_open(&worker->clients, reader, &worker->configs, &stored, diag);
    if (rc == 0)
        rc = tr_worker_take_stored(worker, stored.first, diag);
    tr_arena_finish(&stored.arena);
    return rc;
}

static int open_stores(struct tr_worker *worker, struct tr_diag *diag)
{
    const struct tr_worker_options *options = worker->clients.options;
    const struct tr_known_topics topics = {take_topic, worker};
    struct tr_kafka_client *reader;
    int rc = 0;

    if (tr_worker_reader_new(&worker->clients, options->exactly_once == TR_EXACTLY_ONCE_ENABLED,
                             &reader, diag) < 0)
        return -1;
    if (!worker->configs && options->config_topic) {
        rc = tr_worker_group_check(&worker->clients, reader, diag);
        if (rc == 0)
            rc = open_configs(worker, reader, diag);
    }
    if (rc == 0 && options->status_topic)
        rc = tr_status_store_open(&worker->clients, reader, &topics, &worker->statuses, diag);
    tr_kafka_client_free(reader);
    return rc;
}

static void pause_ms(struct tr_worker *worker, int ms)
{
    for (; ms > 0 && !is_stopping(worker); ms -= TR_KAFKA_SLICE_MS)
        poll(NULL, 0, TR_KAFKA_SLICE_MS);
}

/* A Kafka that is away comes back; what only a person can mend ends the start. */
static int open_with_patience(struct tr_worker *worker, struct tr_diag *diag)
{
    const struct tr_worker_options *options = worker->clients.options;

    if (!options->config_topic && !options->status_topic)
        return 0;
    for (int wait = FIRST_WAIT_MS;; wait = TR_MIN(wait * 2, LAST_WAIT_MS)) {
        if (open_stores(worker, diag) == 0)
            return 0;
        if (diag->reaction != TR_RETRY || is_stopping(worker))
            return -1;
        tr_log_warn(worker->params.log, "the worker's topics can't be opened yet",
                    TR_LOG_STR("error", diag->message));
        pause_ms(worker, wait);
    }
}

static int init(struct tr_worker *worker, struct tr_diag *diag)
{
    worker->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (worker->news < 0)
        return tr_fail(diag, TR_RESOURCE, TR_STOP, "no descriptors: %s", strerror(errno));
    worker->shared = tr_shared_config_new(worker->params.config, true);
    if (!worker->shared)
        return tr_fail_memory(diag);
    worker->newest = worker->shared;
    worker->newest->users++;
    if (add_all_declared(worker, worker->shared, diag) < 0)
        return -1;
    if (worker->params.standby) {
        for (struct tr_entry *entry = worker->first; entry; entry = entry->next)
            entry->target = TR_TARGET_STOPPED;
        return 0;
    }
    worker->opening = true;
    int rc = open_with_patience(worker, diag);
    worker->opening = false;
    return rc < 0 ? -1 : tr_herder_start(worker, diag);
}

int tr_worker_new(const struct tr_worker_params *params, struct tr_worker **ret_worker,
                  struct tr_diag *diag)
{
    struct tr_worker *worker = calloc(1, sizeof *worker);

    if (!worker)
        return tr_fail_memory(diag);
    worker->params = *params;
    worker->news = -1;
    worker->clients = (struct tr_worker_clients){
        .options = &params->config->worker,
        .log = params->log,
        .stopping = is_stopping,
        .context = worker,
    };
    pthread_mutex_init(&worker->changing, NULL);
    pthread_mutex_init(&worker->lock, NULL);
    pthread_mutex_init(&worker->asking, NULL);
    pthread_cond_init(&worker->idle, NULL);
    if (init(worker, diag) < 0) {
        tr_worker_free(worker);
        return -1;
    }
    *ret_worker = worker;
    return 0;
}

void tr_worker_stop(struct tr_worker *worker)
{
    worker->stopping = true;
    tr_herder_wake(worker);
}

void tr_worker_free(struct tr_worker *worker)
{
    if (!worker)
        return;
    worker->stopping = true;
    if (worker->herding) {
        tr_herder_wake(worker);
        pthread_join(worker->herder, NULL);
    }
    tr_config_store_free(worker->configs);
    tr_status_store_free(worker->statuses);
    tr_entries_free(worker);
    tr_shared_config_release(worker->newest);
    tr_shared_config_release(worker->shared);
    if (worker->news >= 0)
        close(worker->news);
    free(worker->cluster_id);
    pthread_cond_destroy(&worker->idle);
    pthread_mutex_destroy(&worker->asking);
    pthread_mutex_destroy(&worker->lock);
    pthread_mutex_destroy(&worker->changing);
    free(worker);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* What only a new start can change. */
static void warn_of_worker(const struct tr_worker *worker, const struct tr_config *config)
{
    const struct tr_worker_options *a = &worker->params.config->worker, *b = &config->worker;

    if (!same(a->group_id, b->group_id) || !same(a->bootstrap_servers, b->bootstrap_servers) ||
        !same(a->offsets_topic, b->offsets_topic) || !same(a->config_topic, b->config_topic) ||
        !same(a->status_topic, b->status_topic) || a->exactly_once != b->exactly_once)
        tr_log_warn(worker->params.log, "the worker's own settings have changed: connectors that "
                                        "start from now on use them, the worker does after its "
                                        "next start");
}

int tr_worker_reload(struct tr_worker *worker, struct tr_config *config, struct tr_diag *diag)
{
    struct tr_shared_config *shared = tr_shared_config_new(config, true);

    if (!shared)
        return tr_fail_memory(diag);
    warn_of_worker(worker, config);
    pthread_mutex_lock(&worker->changing);
    pthread_mutex_lock(&worker->lock);
    int rc = add_all_declared(worker, shared, diag);
    for (struct tr_entry *entry = worker->first; rc == 0 && entry; entry = entry->next)
        if (entry->origin == TR_ORIGIN_FILE && !declared_options(config, entry->name))
            entry->gone = true;
    if (rc == 0) {
        tr_shared_config_release(worker->newest);
        worker->newest = shared;
        shared->users++;
    }
    shared->borrowed = rc < 0;
    tr_shared_config_release(shared);
    pthread_mutex_unlock(&worker->lock);
    pthread_mutex_unlock(&worker->changing);
    tr_herder_wake(worker);
    return rc;
}

static char *ask_cluster_id(struct tr_worker *worker)
{
    struct tr_worker_clients clients = worker->clients;
    struct tr_kafka_client *client;
    struct tr_diag diag;
    char *copy = NULL;

    if (tr_worker_reader_new(&clients, false, &client, &diag) < 0)
        return NULL;
    char *id = rd_kafka_clusterid(client->rk, CLUSTER_MS);
    if (id) {
        copy = strdup(id);
        rd_kafka_mem_free(client->rk, id);
    }
    tr_kafka_client_free(client);
    return copy;
}

static bool uses_kafka(struct tr_worker *worker)
{
    const struct tr_config *config = worker->params.config;
    bool uses = worker->configs || worker->statuses;

    for (size_t i = 0; i < config->nconnectors; i++)
        uses |= config->connectors[i].sink.kind == TR_SINK_KAFKA;
    return uses;
}

const char *tr_worker_cluster_id(struct tr_worker *worker)
{
    const char *known = worker->cluster_id;

    if (known || !uses_kafka(worker))
        return known;
    pthread_mutex_lock(&worker->asking);
    int64_t now = tr_clock_monotonic_us();
    if (!worker->cluster_id && (!worker->asked_us || now - worker->asked_us >= CLUSTER_AGAIN)) {
        worker->asked_us = now;
        worker->cluster_id = ask_cluster_id(worker);
    }
    pthread_mutex_unlock(&worker->asking);
    return worker->cluster_id;
}

const struct tr_worker_options *tr_worker_options(struct tr_worker *worker)
{
    return &worker->params.config->worker;
}
