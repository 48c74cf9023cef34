#include <stdlib.h>
#include <string.h>

#include "worker/impl.h"

/* What an entry's configuration is read from: a copy, so that reading files needs no lock. */
struct reading {
    struct tr_arena arena;
    struct tr_properties properties;
    struct tr_shared_config *shared;
    uint64_t version;
};

static int begin_reading(struct tr_worker *worker, struct tr_entry *entry, struct reading *reading,
                         struct tr_diag *diag)
{
    tr_arena_init(&reading->arena, TR_SPEC_CHUNK, TR_SPEC_CAP);
    pthread_mutex_lock(&worker->lock);
    int rc = tr_properties_copy(&entry->config, &reading->arena, &reading->properties, diag);
    reading->version = entry->version;
    reading->shared = entry->shared ? entry->shared : worker->newest;
    reading->shared->users++;
    pthread_mutex_unlock(&worker->lock);
    return rc;
}

static void end_reading(struct tr_worker *worker, struct reading *reading)
{
    pthread_mutex_lock(&worker->lock);
    tr_shared_config_release(reading->shared);
    pthread_mutex_unlock(&worker->lock);
    tr_arena_finish(&reading->arena);
}

static int read_config(struct tr_worker *worker, struct tr_entry *entry, struct reading *reading,
                       struct tr_connector_config **ret_config, struct tr_diag *diag)
{
    if (begin_reading(worker, entry, reading, diag) < 0)
        return -1;
    if (tr_connector_config_new(reading->shared->config, entry->name, &reading->properties,
                                ret_config, diag) < 0)
        return -1;
    if (tr_connector_config_result(*ret_config, diag) == 0)
        return 0;
    tr_connector_config_free(*ret_config);
    *ret_config = NULL;
    return -1;
}

int tr_entry_settle(struct tr_worker *worker, struct tr_entry *entry,
                    struct tr_settled *ret_settled, struct tr_diag *diag)
{
    struct reading reading = {0};
    struct tr_diag why;
    int rc = begin_reading(worker, entry, &reading, diag);

    *ret_settled = (struct tr_settled){0};
    if (rc == 0)
        rc = tr_connector_config_new(reading.shared->config, entry->name, &reading.properties,
                                     &ret_settled->config, diag);
    if (rc == 0 && tr_connector_config_result(ret_settled->config, &why) < 0) {
        tr_connector_config_free(ret_settled->config);
        ret_settled->config = NULL;
    }
    pthread_mutex_lock(&worker->lock);
    ret_settled->shared = reading.shared;
    ret_settled->shared->users++;
    ret_settled->plugin = entry->plugin;
    pthread_mutex_unlock(&worker->lock);
    end_reading(worker, &reading);
    return rc;
}

void tr_settled_finish(struct tr_worker *worker, struct tr_settled *settled)
{
    tr_connector_config_free(settled->config);
    pthread_mutex_lock(&worker->lock);
    tr_shared_config_release(settled->shared);
    pthread_mutex_unlock(&worker->lock);
    *settled = (struct tr_settled){0};
}

/* On the connector's thread, between two runs. */
static int reread(void *context, const struct tr_connector_options **ret_options,
                  struct tr_diag *diag)
{
    struct tr_engine *engine = context;
    struct tr_connector_config *config = NULL;
    struct reading reading = {0};
    int rc = read_config(engine->worker, engine->entry, &reading, &config, diag);

    /* another configuration is for another engine: this one is about to be stopped */
    bool other = rc == 0 && reading.version != engine->version;
    end_reading(engine->worker, &reading);
    if (rc < 0 || other) {
        tr_connector_config_free(config);
        return rc;
    }
    tr_connector_config_free(engine->config);
    engine->config = config;
    *ret_options = &config->options;
    return 0;
}

static void notify(void *context, enum tr_connector_state state)
{
    struct tr_engine *engine = context;

    if (atomic_exchange(&engine->seen, (int)state) != (int)state)
        tr_herder_wake(engine->worker);
    if (engine->worker->params.notify)
        engine->worker->params.notify(engine->worker->params.context);
}

static void wrote(void *context, const char *topic)
{
    struct tr_engine *engine = context;

    tr_entry_wrote(engine->worker, engine->entry, topic);
}

static int run(struct tr_engine *engine, struct tr_diag *diag)
{
    const struct tr_worker_params *params = &engine->worker->params;
    const struct tr_connector_options *options = &engine->config->options;
    const struct tr_connector_params connector = {
        .worker = &engine->shared->config->worker,
        .options = options,
        .source = params->drivers->sources[options->kind],
        .sink = params->drivers->sinks[options->sink.kind],
        .log = *params->log,
        .notify = notify,
        .wrote = wrote,
        .reread = reread,
        .context = engine,
    };

    if (!connector.source || !connector.sink)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "this build has no such %s: see how tailrace was built",
                       connector.source ? "sink.type" : "connector.class");
    return tr_connector_start(&connector, &engine->connector, diag);
}

static void log_warnings(struct tr_worker *worker, const struct tr_engine *engine)
{
    struct tr_log log = *worker->params.log;
    const struct tr_config_findings *warnings = &engine->config->warnings;

    log.connector = engine->entry->name;
    for (size_t i = 0; i < warnings->count; i++)
        tr_log_warn(&log, warnings->items[i].message);
}

int tr_engine_start(struct tr_worker *worker, struct tr_entry *entry, struct tr_engine **ret_engine,
                    struct tr_diag *diag)
{
    struct reading reading = {0};
    struct tr_engine *engine = calloc(1, sizeof *engine);

    if (!engine)
        return tr_fail_memory(diag);
    engine->worker = worker;
    engine->entry = entry;
    engine->seen = TR_STATE_UNASSIGNED;
    int rc = read_config(worker, entry, &reading, &engine->config, diag);
    if (rc == 0) {
        engine->version = reading.version;
        pthread_mutex_lock(&worker->lock);
        bool changed = entry->version != reading.version;
        engine->shared = reading.shared;
        engine->shared->users++;
        pthread_mutex_unlock(&worker->lock);
        rc = changed ? 1 : run(engine, diag);
    }
    end_reading(worker, &reading);
    if (rc) {
        tr_engine_free(engine);
        return rc;
    }
    if (entry->origin == TR_ORIGIN_STORED) /* a file's were told when it was read */
        log_warnings(worker, engine);
    *ret_engine = engine;
    return 0;
}

void tr_engine_free(struct tr_engine *engine)
{
    if (!engine)
        return;
    tr_connector_free(engine->connector);
    tr_connector_config_free(engine->config);
    pthread_mutex_lock(&engine->worker->lock);
    tr_shared_config_release(engine->shared);
    pthread_mutex_unlock(&engine->worker->lock);
    free(engine);
}
