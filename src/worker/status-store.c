#include "worker/status-store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* Names of connectors and topics, with what stands around them. */
#define KEY_MOST 4096

struct tr_status_store {
    struct tr_state_place place;
    struct tr_state_writer *writer;
};

static int take(void *context, const struct tr_state_record *record, struct tr_diag *diag)
{
    const struct tr_known_topics *topics = context;
    struct tr_slice name, topic;

    if (tr_record_kind(record->key, &name, &topic) != TR_RECORD_TOPIC_STATUS)
        return 0;
    return topics->take(topics->context, name, topic, record->value.p != NULL, diag);
}

static int open_store(struct tr_status_store *store, const struct tr_worker_clients *clients,
                      struct tr_kafka_client *reader, const struct tr_known_topics *topics,
                      struct tr_diag *diag)
{
    const struct tr_worker_options *options = clients->options;
    const struct tr_state_topic topic = {
        .name = options->status_topic,
        .property = "status.storage.topic",
        .partitions = options->status_partitions,
        .replication = options->status_replication,
        .settings = &options->status_settings,
    };

    store->place.topic = topic.name;
    if (tr_state_topic_prepare(clients, reader, &topic, &store->place.partitions, diag) < 0 ||
        tr_state_writer_new(clients, NULL, &store->writer, diag) < 0)
        return -1;
    const struct tr_state_reading reading = {
        .topic = topic.name,
        .partitions = store->place.partitions,
        .marks = tr_state_writer_client(store->writer),
        .take = take,
        .context = (void *)topics,
    };
    return tr_state_topic_read(reader, &reading, diag);
}

int tr_status_store_open(const struct tr_worker_clients *clients, struct tr_kafka_client *reader,
                         const struct tr_known_topics *topics, struct tr_status_store **ret_store,
                         struct tr_diag *diag)
{
    struct tr_status_store *store = calloc(1, sizeof *store);

    if (!store)
        return tr_fail_memory(diag);
    if (open_store(store, clients, reader, topics, diag) < 0) {
        tr_status_store_free(store);
        return -1;
    }
    *ret_store = store;
    return 0;
}

void tr_status_store_free(struct tr_status_store *store)
{
    if (!store)
        return;
    tr_state_writer_free(store->writer);
    free(store);
}

static bool put(struct tr_status_store *store, const char *key, const struct tr_buf *value)
{
    const struct tr_state_record record = {
        .key = tr_slice_of(key),
        .value = {value ? tr_buf_string(value) : NULL, value ? value->len : 0},
    };

    return tr_state_writer_send(store->writer, &store->place, &record) == 0;
}

/* A value that is there already is not sent again; "" is one that was deleted. */
static bool tell(struct tr_status_store *store, const char *key,
                 const struct tr_record_status *status, char **told)
{
    struct tr_buf value;
    struct tr_diag diag;

    tr_buf_init(&value, TR_RECORD_MOST);
    bool done = !status || tr_record_write_status(status, &value, &diag) == 0;
    if (done && !(*told && strcmp(*told, tr_buf_string(&value)) == 0)) {
        char *copy = strdup(tr_buf_string(&value));
        done = copy && put(store, key, status ? &value : NULL);
        free(done ? *told : copy);
        if (done)
            *told = copy;
    }
    tr_buf_finish(&value);
    return done;
}

bool tr_status_store_connector(struct tr_status_store *store, const char *name,
                               const struct tr_record_status *status, struct tr_told *told)
{
    char key[KEY_MOST];

    snprintf(key, sizeof key, "status-connector-%s", name);
    return tell(store, key, status, &told->connector);
}

bool tr_status_store_task(struct tr_status_store *store, const char *name,
                          const struct tr_record_status *status, struct tr_told *told)
{
    char key[KEY_MOST];

    snprintf(key, sizeof key, "status-task-%s-0", name);
    return tell(store, key, status, &told->task);
}

bool tr_status_store_topic(struct tr_status_store *store, const char *name, const char *topic,
                           bool known)
{
    char key[KEY_MOST];
    struct tr_buf value;
    struct tr_diag diag;

    snprintf(key, sizeof key, "status-topic-%s:connector-%s", topic, name);
    if (!known)
        return put(store, key, NULL);
    tr_buf_init(&value, TR_RECORD_MOST);
    bool done =
        tr_record_write_topic(topic, name, tr_clock_realtime_ns() / 1000000, &value, &diag) == 0 &&
        put(store, key, &value);
    tr_buf_finish(&value);
    return done;
}

void tr_status_store_poll(struct tr_status_store *store)
{
    tr_state_writer_poll(store->writer);
}
