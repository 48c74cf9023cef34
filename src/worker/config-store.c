#include "worker/config-store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kafka/error.h"

#define PROPERTY "config.storage.topic"

struct tr_config_store {
    struct tr_worker_clients clients;
    struct tr_state_place place;
    struct tr_state_writer *writer;
    bool fenced; /* tasks have to be fenced: exactly-once is on */
    char transactional_id[];
};

static struct tr_stored_connector *find(struct tr_stored_connectors *all, struct tr_slice name)
{
    struct tr_stored_connector **at = &all->first;

    while (*at && !tr_slice_is(name, (*at)->name))
        at = &(*at)->next;
    if (*at)
        return *at;
    struct tr_stored_connector *stored = tr_arena_zalloc(&all->arena, 1, sizeof *stored);
    if (!stored)
        return NULL;
    stored->name = tr_arena_strdup(&all->arena, name);
    *at = stored;
    return stored->name ? stored : NULL;
}

/* A reading of the topic on its way to a list. */
struct listing {
    struct tr_stored_connectors *stored;
    const struct tr_log *log;
};

static int warn(const struct listing *listing, const char *name, const char *what)
{
    tr_log_warn(listing->log, "a record of config.storage.topic can't be read and is passed over",
                TR_LOG_STR("connector", name), TR_LOG_STR("record", what));
    return 0;
}

static int take_config(const struct listing *listing, struct tr_stored_connector *stored,
                       struct tr_slice value, struct tr_diag *diag)
{
    if (!value.p) {
        stored->configured = false;
        stored->tasks = 0;
        return 0;
    }
    int rc = tr_record_read_config(value, &listing->stored->arena, &stored->config, diag);
    if (rc > 0)
        return warn(listing, stored->name, "connector-");
    stored->configured = true;
    return rc;
}

static int take(void *context, const struct tr_state_record *record, struct tr_diag *diag)
{
    struct listing *listing = context;
    struct tr_slice name, topic;
    enum tr_record_kind kind = tr_record_kind(record->key, &name, &topic);

    if (kind == TR_RECORD_OTHER || kind == TR_RECORD_TOPIC_STATUS)
        return 0;
    struct tr_stored_connector *stored = find(listing->stored, name);
    if (!stored)
        return tr_fail_memory(diag);
    if (kind == TR_RECORD_CONNECTOR)
        return take_config(listing, stored, record->value, diag);
    if (kind == TR_RECORD_TARGET) {
        stored->target = TR_TARGET_RUNNING;
        if (record->value.p && tr_record_read_target(record->value, &stored->target) > 0)
            return warn(listing, stored->name, "target-state-");
    } else {
        stored->tasks = 0;
        if (record->value.p && tr_record_read_tasks(record->value, &stored->tasks) > 0)
            return warn(listing, stored->name, "commit-");
    }
    return 0;
}

static int read_all(struct tr_config_store *store, struct tr_kafka_client *reader,
                    struct tr_stored_connectors *stored, struct tr_diag *diag)
{
    struct listing listing = {.stored = stored, .log = store->clients.log};
    const struct tr_state_reading reading = {
        .topic = store->place.topic,
        .partitions = store->place.partitions,
        .marks = tr_state_writer_client(store->writer),
        .take = take,
        .context = &listing,
    };

    return tr_state_topic_read(reader, &reading, diag);
}

static int prepare(struct tr_config_store *store, struct tr_kafka_client *reader,
                   struct tr_diag *diag)
{
    const struct tr_worker_options *options = store->clients.options;
    const struct tr_state_topic topic = {
        .name = options->config_topic,
        .property = PROPERTY,
        .partitions = 1,
        .replication = options->config_replication,
        .settings = &options->config_settings,
    };

    store->place.topic = options->config_topic;
    if (tr_state_topic_prepare(&store->clients, reader, &topic, &store->place.partitions, diag) < 0)
        return -1;
    if (store->place.partitions == 1)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "the topic %s (" PROPERTY ") has %d partitions: it must have one, because the "
                   "order of its records counts; name another one",
                   store->place.topic, (int)store->place.partitions);
}

int tr_config_store_open(const struct tr_worker_clients *clients, struct tr_kafka_client *reader,
                         struct tr_config_store **ret_store, struct tr_stored_connectors *stored,
                         struct tr_diag *diag)
{
    static const char prefix[] = "connect-cluster-";
    size_t n = sizeof prefix + strlen(clients->options->group_id);
    struct tr_config_store *store = calloc(1, sizeof *store + n);

    if (!store)
        return tr_fail_memory(diag);
    snprintf(store->transactional_id, n, "%s%s", prefix, clients->options->group_id);
    store->clients = *clients;
    store->fenced = clients->options->exactly_once == TR_EXACTLY_ONCE_ENABLED;
    /* the fence first, then the truth */
    if (prepare(store, reader, diag) < 0 ||
        tr_state_writer_new(clients, store->fenced ? store->transactional_id : NULL, &store->writer,
                            diag) < 0 ||
        tr_state_writer_fence(store->writer, diag) < 0 ||
        read_all(store, reader, stored, diag) < 0) {
        tr_config_store_free(store);
        return -1;
    }
    *ret_store = store;
    return 0;
}

void tr_config_store_free(struct tr_config_store *store)
{
    if (!store)
        return;
    tr_state_writer_free(store->writer);
    free(store);
}

int tr_config_store_settle(struct tr_config_store *store, struct tr_stored_connectors *stored,
                           struct tr_diag *diag)
{
    struct tr_kafka_client *reader;
    int rc = tr_state_writer_settle(store->writer, diag);

    if (rc <= 0)
        return rc;
    if (tr_worker_reader_new(&store->clients, store->fenced, &reader, diag) < 0)
        return -1;
    rc = read_all(store, reader, stored, diag);
    tr_kafka_client_free(reader);
    return rc < 0 ? -1 : 1;
}

/* At most: target, connector, task, commit, fencing. */
#define MOST_RECORDS 5

struct writing {
    struct tr_state_record records[MOST_RECORDS];
    size_t count;
    struct tr_arena arena; /* of the keys */
    struct tr_buf config, task;
};

static int add(struct writing *writing, const char *prefix, const struct tr_config_change *change,
               const char *suffix, struct tr_slice value)
{
    const char *key = tr_arena_printf(&writing->arena, "%s%s%s", prefix, change->name, suffix);

    if (!key)
        return -1;
    writing->records[writing->count++] =
        (struct tr_state_record){.key = tr_slice_of(key), .value = value};
    return 0;
}

static const struct tr_slice deleted = {NULL, 0};

static int add_task(struct writing *writing, const struct tr_config_change *change, bool fenced,
                    struct tr_diag *diag)
{
    if (tr_record_write_config(change->task, change->task_class, &writing->task, diag) < 0)
        return -1;
    struct tr_slice value = {tr_buf_string(&writing->task), writing->task.len};
    if (add(writing, "task-", change, "-0", value) < 0 ||
        add(writing, "commit-", change, "", TR_SLICE("{\"tasks\":1}")) < 0 ||
        (fenced && add(writing, "tasks-fencing-", change, "", TR_SLICE("{\"task-count\":1}")) < 0))
        return tr_fail_memory(diag);
    return 0;
}

/* In Connect's order: the target's record before the connector's, so that it counts from the
 * connector's first moment on. */
static int collect(struct writing *writing, const struct tr_config_change *change, bool fenced,
                   struct tr_diag *diag)
{
    if (change->remove) {
        if (add(writing, "connector-", change, "", deleted) < 0 ||
            add(writing, "target-state-", change, "", deleted) < 0)
            return tr_fail_memory(diag);
        return 0;
    }
    if (change->no_task && add(writing, "commit-", change, "", TR_SLICE("{\"tasks\":0}")) < 0)
        return tr_fail_memory(diag);
    if (change->target && add(writing, "target-state-", change, "",
                              tr_slice_of(tr_record_target(*change->target))) < 0)
        return tr_fail_memory(diag);
    if (change->config) {
        if (tr_record_write_config(change->config, NULL, &writing->config, diag) < 0)
            return -1;
        struct tr_slice value = {tr_buf_string(&writing->config), writing->config.len};
        if (add(writing, "connector-", change, "", value) < 0)
            return tr_fail_memory(diag);
    }
    return change->task ? add_task(writing, change, fenced, diag) : 0;
}

static void wipe(struct tr_buf *buf)
{
    if (buf->data)
        explicit_bzero(buf->data, buf->size);
    tr_buf_finish(buf);
}

int tr_config_store_write(struct tr_config_store *store, const struct tr_config_change *change,
                          struct tr_diag *diag)
{
    struct writing writing = {0};

    tr_arena_init(&writing.arena, 1024, 1 << 20);
    tr_buf_init(&writing.config, TR_RECORD_MOST);
    tr_buf_init(&writing.task, TR_RECORD_MOST);
    int rc = collect(&writing, change, store->fenced, diag);
    if (rc == 0 && writing.count)
        rc = tr_state_writer_write(store->writer, &store->place, writing.records, writing.count,
                                   diag);
    wipe(&writing.config);
    wipe(&writing.task);
    tr_arena_finish(&writing.arena);
    return rc;
}
