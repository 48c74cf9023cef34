/*
 * Changes: stored first, then done. What is stored survives a restart whatever happens next; the
 * herder does the rest.
 */
#include <stdio.h>
#include <string.h>

#include "transform/plugins.h"
#include "worker/impl.h"

#define fail(diag, ...) tr_fail((diag), TR_CONFIG, TR_STOP, __VA_ARGS__)

static int unknown(const char *what, const char *name, struct tr_diag *diag)
{
    fail(diag, "%s%s%s", what, name, *what == 'C' ? " not found" : "");
    return TR_WORKER_UNKNOWN;
}

/* Kafka's trouble passes; another worker's takeover doesn't. */
static int busy(const struct tr_diag *diag)
{
    return diag->reaction == TR_RETRY ? TR_WORKER_BUSY : -1;
}

/* Changes go one after the other, each on top of what the topic holds. >0: TR_WORKER_BUSY. */
static int begin(struct tr_worker *worker, struct tr_diag *diag)
{
    struct tr_stored_connectors stored = {0};
    int rc = 0;

    pthread_mutex_lock(&worker->changing);
    if (!worker->configs)
        return 0;
    tr_arena_init(&stored.arena, TR_SPEC_CHUNK, TR_STORED_CAP);
    rc = tr_config_store_settle(worker->configs, &stored, diag);
    if (rc > 0)
        rc = tr_worker_take_stored(worker, stored.first, diag);
    tr_arena_finish(&stored.arena);
    return rc < 0 ? busy(diag) : 0;
}

static void end(struct tr_worker *worker)
{
    pthread_mutex_unlock(&worker->changing);
    tr_herder_wake(worker);
}

static const char *no_topic(void)
{
    return "connectors can't be created here: this worker keeps none, because "
           "config.storage.topic is not set; set it, or declare the connector in a file";
}

static int declared(const char *name, struct tr_diag *diag)
{
    fail(diag, "the connector %s is declared in a file: change the file and send SIGHUP", name);
    return TR_WORKER_REFUSED;
}

static int check_name(const char *name, const struct tr_properties *config, struct tr_diag *diag)
{
    const char *own = tr_properties_find(config, "name");

    if (!own || strcmp(own, name) == 0)
        return 0;
    fail(diag, "Connector name configuration (%s) doesn't match connector name in the URL (%s)",
         own, name);
    return TR_WORKER_INVALID;
}

/* What is asked of a database before its connector is taken: whether it lets us in. */
static void ignore(struct tr_report *report, enum tr_severity severity, const char *what,
                   const char *mend)
{
    (void)report, (void)severity, (void)what, (void)mend;
}

static int try_to_connect(void *context, const struct tr_connector_options *options,
                          struct tr_diag *diag)
{
    struct tr_worker *worker = context;
    const struct tr_source_impl *driver = worker->params.drivers->sources[options->kind];
    struct tr_report report = {.add = ignore};
    struct tr_log log = *worker->params.log;
    const struct tr_source_params params = {
        .worker = &worker->params.config->worker,
        .options = options,
        .position_unknown = true,
        .log = &log,
    };

    log.connector = options->name;
    if (!driver)
        return fail(diag, "this build has no such connector.class: see how tailrace was built");
    return tr_source_check(driver, &params, &report, diag);
}

int tr_worker_validate(struct tr_worker *worker, const struct tr_properties *config,
                       struct tr_arena *arena, struct tr_validation *ret_validation,
                       struct tr_diag *diag)
{
    pthread_mutex_lock(&worker->lock);
    struct tr_shared_config *shared = worker->newest;
    shared->users++;
    pthread_mutex_unlock(&worker->lock);
    const struct tr_validate_params params = {
        .config = shared->config,
        .properties = config,
        .connect = try_to_connect,
        .add = tr_transform_validate,
        .context = worker,
    };
    int rc = tr_validate(&params, arena, ret_validation, diag);
    pthread_mutex_lock(&worker->lock);
    tr_shared_config_release(shared);
    pthread_mutex_unlock(&worker->lock);
    return rc > 0 ? TR_WORKER_INVALID : rc;
}

static int validate(struct tr_worker *worker, const struct tr_properties *config,
                    struct tr_diag *diag)
{
    struct tr_validation validation;
    struct tr_arena arena;

    tr_arena_init(&arena, TR_SPEC_CHUNK, TR_SPEC_CAP);
    int rc = tr_worker_validate(worker, config, &arena, &validation, diag);
    if (rc == 0 && tr_validation_result(&validation, diag) > 0)
        rc = TR_WORKER_INVALID;
    tr_arena_finish(&arena);
    return rc;
}

/* A configuration as it is kept: with its name. The arena is the caller's. */
static int with_name(const char *name, const struct tr_properties *config, struct tr_arena *arena,
                     struct tr_properties *ret_config, struct tr_diag *diag)
{
    if (tr_properties_copy(config, arena, ret_config, diag) < 0)
        return -1;
    if (tr_properties_find(config, "name"))
        return 0;
    struct tr_property *items = (struct tr_property *)ret_config->items; /* has room for one more */
    for (size_t i = 0; i < ret_config->count; i++)
        if (strcmp(items[i].name, "name") == 0) { /* null */
            items[i].value = name;
            return 0;
        }
    items[ret_config->count++] = (struct tr_property){"name", name};
    return 0;
}

/* The class of the task that Connect would run with it. */
static const char *task_class(const struct tr_properties *config, struct tr_arena *arena)
{
    const char *class = tr_properties_find(config, "connector.class");
    const struct tr_plugin *plugin = class ? tr_plugin_find(class) : NULL;
    size_t n = plugin ? strlen(plugin->class) : 0;

    /* …PostgresConnector and …PostgresConnectorTask, but FileStreamSourceConnector and
     * FileStreamSourceTask */
    if (n > 9 && strstr(plugin->class, "FileStream"))
        return tr_arena_printf(arena, "%.*sTask", (int)(n - strlen("Connector")), plugin->class);
    return plugin ? tr_arena_printf(arena, "%sTask", plugin->class) : NULL;
}

static int store(struct tr_worker *worker, struct tr_config_change *change,
                 enum tr_worker_target target, const struct tr_properties *config,
                 struct tr_diag *diag)
{
    struct tr_arena arena;

    tr_arena_init(&arena, 1024, 1 << 20);
    if (target == TR_TARGET_RUNNING && (change->task_class = task_class(config, &arena)))
        change->task = config;
    change->no_task = target == TR_TARGET_STOPPED;
    int rc = tr_config_store_write(worker->configs, change, diag);
    tr_arena_finish(&arena);
    return rc < 0 ? busy(diag) : 0;
}

/* Under the lock: the entry as it is from now on. */
static int keep(struct tr_worker *worker, const char *name, const struct tr_properties *config,
                const enum tr_worker_target *target, struct tr_diag *diag)
{
    struct tr_entry *entry = tr_entry_find(worker, name);

    if (!entry && !(entry = tr_entry_add(worker, name)))
        return tr_fail_memory(diag);
    entry->origin = TR_ORIGIN_STORED;
    if (target) {
        entry->target = *target;
        if (*target == TR_TARGET_STOPPED)
            entry->tasks = 0;
    }
    return tr_entry_configure(entry, config, diag);
}

static int put(struct tr_worker *worker, const char *name, const struct tr_properties *config,
               const enum tr_worker_target *target, struct tr_diag *diag)
{
    struct tr_config_change change = {.name = name, .config = config, .target = target};
    enum tr_worker_target now = TR_TARGET_RUNNING;

    pthread_mutex_lock(&worker->lock);
    const struct tr_entry *entry = tr_entry_find(worker, name);
    if (entry)
        now = entry->target;
    pthread_mutex_unlock(&worker->lock);
    int rc = store(worker, &change, target ? *target : now, config, diag);
    if (rc)
        return rc;
    pthread_mutex_lock(&worker->lock);
    rc = keep(worker, name, config, target, diag);
    pthread_mutex_unlock(&worker->lock);
    return rc;
}

/* What is there under this name. */
struct present {
    bool known, file;
};

static struct present look(struct tr_worker *worker, const char *name)
{
    pthread_mutex_lock(&worker->lock);
    const struct tr_entry *entry = tr_entry_find(worker, name);
    struct present present = {entry != NULL, entry && entry->origin == TR_ORIGIN_FILE};
    pthread_mutex_unlock(&worker->lock);
    return present;
}

/* Connect looks at the configuration first, and at the name last. */
static int create(struct tr_worker *worker, const char *name, const struct tr_properties *config,
                  enum tr_worker_target target, struct tr_diag *diag)
{
    int rc = begin(worker, diag);

    if (rc == 0 && look(worker, name).known) {
        fail(diag, "Connector %s already exists", name);
        rc = TR_WORKER_EXISTS;
    }
    if (rc == 0)
        rc = put(worker, name, config, &target, diag);
    end(worker);
    return rc;
}

int tr_worker_create(struct tr_worker *worker, const char *name, const struct tr_properties *config,
                     enum tr_worker_target target, struct tr_diag *diag)
{
    struct tr_properties named;
    struct tr_arena arena;

    if (!worker->configs) {
        fail(diag, "%s", no_topic());
        return TR_WORKER_REFUSED;
    }
    tr_arena_init(&arena, TR_SPEC_CHUNK, TR_SPEC_CAP);
    int rc = check_name(name, config, diag);
    if (rc == 0)
        rc = with_name(name, config, &arena, &named, diag);
    if (rc == 0)
        rc = validate(worker, &named, diag);
    if (rc == 0)
        rc = create(worker, name, &named, target, diag);
    tr_arena_finish(&arena);
    return rc;
}

static int replace(struct tr_worker *worker, const char *name, const struct tr_properties *config,
                   bool *ret_created, struct tr_diag *diag)
{
    static const enum tr_worker_target running = TR_TARGET_RUNNING;
    int rc = begin(worker, diag);
    struct present present = look(worker, name);

    *ret_created = !present.known;
    if (rc == 0 && present.file)
        rc = declared(name, diag);
    if (rc == 0)
        rc = put(worker, name, config, present.known ? NULL : &running, diag);
    end(worker);
    return rc;
}

static int change_allowed(struct tr_worker *worker, const char *name, struct tr_diag *diag)
{
    struct present present = look(worker, name);

    if (present.file)
        return declared(name, diag);
    if (!worker->configs && !present.known) {
        fail(diag, "%s", no_topic());
        return TR_WORKER_REFUSED;
    }
    return 0;
}

int tr_worker_replace(struct tr_worker *worker, const char *name,
                      const struct tr_properties *config, bool *ret_created, struct tr_diag *diag)
{
    struct tr_properties named;
    struct tr_arena arena;

    tr_arena_init(&arena, TR_SPEC_CHUNK, TR_SPEC_CAP);
    int rc = change_allowed(worker, name, diag);
    if (rc == 0)
        rc = check_name(name, config, diag);
    if (rc == 0)
        rc = with_name(name, config, &arena, &named, diag);
    if (rc == 0)
        rc = validate(worker, &named, diag);
    if (rc == 0)
        rc = replace(worker, name, &named, ret_created, diag);
    tr_arena_finish(&arena);
    return rc;
}

/* From changes to the configuration with the changes on it. >0: TR_WORKER_UNKNOWN. */
static int patch(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                 struct tr_properties *config, struct tr_diag *diag)
{
    struct tr_properties now, set = *config;
    size_t n = 0;

    pthread_mutex_lock(&worker->lock);
    const struct tr_entry *entry = tr_entry_find(worker, name);
    int rc = entry ? tr_properties_copy(&entry->config, arena, &now, diag) : 0;
    pthread_mutex_unlock(&worker->lock);
    if (!entry)
        return unknown("Connector ", name, diag);
    if (rc < 0)
        return -1;
    struct tr_property *items = tr_arena_zalloc(arena, now.count + set.count + 1, sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < now.count; i++) {
        bool changed = false;
        for (size_t j = 0; j < set.count; j++)
            changed |= strcmp(set.items[j].name, now.items[i].name) == 0;
        if (!changed)
            items[n++] = now.items[i];
    }
    for (size_t j = 0; j < set.count; j++)
        if (set.items[j].value)
            items[n++] = set.items[j];
    *config = (struct tr_properties){.items = items, .count = n};
    return 0;
}

int tr_worker_patch(struct tr_worker *worker, const char *name, const struct tr_properties *changes,
                    struct tr_diag *diag)
{
    struct tr_properties config = *changes;
    struct tr_arena arena;
    bool created;

    tr_arena_init(&arena, TR_SPEC_CHUNK, TR_SPEC_CAP);
    int rc = patch(worker, name, &arena, &config, diag);
    if (rc == 0)
        rc = tr_worker_replace(worker, name, &config, &created, diag);
    tr_arena_finish(&arena);
    return rc;
}

static int remove_stored(struct tr_worker *worker, const char *name, struct tr_diag *diag)
{
    const struct tr_config_change change = {.name = name, .remove = true};

    return tr_config_store_write(worker->configs, &change, diag) < 0 ? busy(diag) : 0;
}

int tr_worker_delete(struct tr_worker *worker, const char *name, struct tr_diag *diag)
{
    int rc = begin(worker, diag);
    struct present present = look(worker, name);

    if (rc == 0 && !present.known)
        rc = unknown("Connector ", name, diag);
    if (rc == 0)
        rc = change_allowed(worker, name, diag);
    if (rc == 0)
        rc = remove_stored(worker, name, diag);
    if (rc == 0) {
        pthread_mutex_lock(&worker->lock);
        struct tr_entry *entry = tr_entry_find(worker, name);
        if (entry)
            entry->gone = true;
        pthread_mutex_unlock(&worker->lock);
    }
    end(worker);
    return rc;
}

/* A declared connector's state is kept in memory alone: its next start is the file's. */
static int store_target(struct tr_worker *worker, const char *name, enum tr_worker_target target,
                        struct tr_diag *diag)
{
    struct tr_config_change change = {.name = name, .target = &target};
    struct tr_properties config = {0};
    struct tr_arena arena;
    int rc = 0;

    tr_arena_init(&arena, TR_SPEC_CHUNK, TR_SPEC_CAP);
    pthread_mutex_lock(&worker->lock);
    const struct tr_entry *entry = tr_entry_find(worker, name);
    if (entry)
        rc = tr_properties_copy(&entry->config, &arena, &config, diag);
    pthread_mutex_unlock(&worker->lock);
    if (rc == 0)
        rc = store(worker, &change, target, &config, diag);
    tr_arena_finish(&arena);
    return rc;
}

int tr_worker_target(struct tr_worker *worker, const char *name, enum tr_worker_target target,
                     struct tr_diag *diag)
{
    int rc = begin(worker, diag);
    struct present present = look(worker, name);

    if (rc == 0 && !present.known)
        rc = unknown("Unknown connector ", name, diag);
    if (rc == 0 && !present.file)
        rc = store_target(worker, name, target, diag);
    if (rc == 0) {
        pthread_mutex_lock(&worker->lock);
        struct tr_entry *entry = tr_entry_find(worker, name);
        if (entry) {
            entry->target = target;
            if (target == TR_TARGET_STOPPED && !entry->engine)
                entry->tasks = 0;
        }
        pthread_mutex_unlock(&worker->lock);
    }
    end(worker);
    return rc;
}

static bool has_failed(const struct tr_entry *entry)
{
    struct tr_connector_status status = {0};

    if (entry->engine)
        tr_connector_status(entry->engine->connector, &status);
    return entry->trouble || status.state == TR_STATE_FAILED;
}

int tr_worker_restart(struct tr_worker *worker, const char *name, bool only_failed,
                      bool *ret_planned, struct tr_diag *diag)
{
    pthread_mutex_lock(&worker->lock);
    struct tr_entry *entry = tr_entry_find(worker, name);
    *ret_planned = entry && entry->plugin && entry->target == TR_TARGET_RUNNING &&
                   (!only_failed || has_failed(entry));
    if (*ret_planned)
        entry->again = true;
    pthread_mutex_unlock(&worker->lock);
    tr_herder_wake(worker);
    return entry ? 0 : unknown("Unknown connector: ", name, diag);
}
