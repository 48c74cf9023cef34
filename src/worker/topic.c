#include "worker/topic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kafka/admin.h"
#include "kafka/error.h"

static struct tr_kafka_client_params outside(const struct tr_worker_clients *clients)
{
    return (struct tr_kafka_client_params){
        .log = clients->log,
        .servers = clients->options->bootstrap_servers,
        .stopping = clients->stopping,
        .context = clients->context,
    };
}

int tr_worker_reader_new(const struct tr_worker_clients *clients, bool committed,
                         struct tr_kafka_client **ret_reader, struct tr_diag *diag)
{
    const struct tr_property ours[] = {
        {"isolation.level", committed ? "read_committed" : "read_uncommitted"},
        {"enable.partition.eof", "true"},
        {"auto.offset.reset", "earliest"},
        {"fetch.wait.max.ms", "20"},
        {"fetch.error.backoff.ms", "20"},
        {"statistics.interval.ms", "0"},
        {"allow.auto.create.topics", "false"},
    };
    const struct tr_kafka_client_params params = outside(clients);
    rd_kafka_conf_t *conf;
    char ignored[256];

    if (tr_kafka_conf_new(clients->options, clients->connector, TR_KAFKA_CONSUMER, &conf, diag) < 0)
        return -1;
    for (size_t i = 0; i < TR_COUNT(ours); i++) {
        if (tr_kafka_set(conf, ours[i].name, ours[i].value, diag) < 0) {
            rd_kafka_conf_destroy(conf);
            return -1;
        }
    }
    (void)rd_kafka_conf_set(conf, "enable.metrics.push", "false", ignored, sizeof ignored);
    return tr_kafka_client_new(RD_KAFKA_CONSUMER, conf, &params, ret_reader, diag);
}

/* admin.* may be another user's. */
static int create(const struct tr_worker_clients *clients, struct tr_kafka_client *reader,
                  const struct tr_kafka_new_topic *topic, struct tr_diag *diag)
{
    const struct tr_kafka_client_params params = outside(clients);
    struct tr_kafka_client *admin;
    rd_kafka_conf_t *conf;

    if (!clients->options->admin.count)
        return tr_kafka_topic_create(reader, topic, diag);
    if (tr_kafka_conf_new(clients->options, NULL, TR_KAFKA_ADMIN, &conf, diag) < 0 ||
        tr_kafka_client_new(RD_KAFKA_PRODUCER, conf, &params, &admin, diag) < 0)
        return -1;
    int rc = tr_kafka_topic_create(admin, topic, diag);
    tr_kafka_client_free(admin);
    return rc;
}

#define MOST_SETTINGS 64

/* The user's settings, then what they may not change. */
static int create_compacted(const struct tr_worker_clients *clients, struct tr_kafka_client *reader,
                            const struct tr_state_topic *topic, struct tr_diag *diag)
{
    struct tr_property items[MOST_SETTINGS + 1];
    struct tr_properties settings = {.items = items};

    for (size_t i = 0; topic->settings && i < topic->settings->count && i < MOST_SETTINGS; i++)
        if (strcmp(topic->settings->items[i].name, "cleanup.policy") != 0)
            items[settings.count++] = topic->settings->items[i];
    items[settings.count++] = (struct tr_property){"cleanup.policy", "compact"};
    const struct tr_kafka_new_topic made = {
        .name = topic->name,
        .partitions = topic->partitions,
        .replication = topic->replication,
        .settings = &settings,
    };
    int rc = create(clients, reader, &made, diag);
    if (rc == 0)
        tr_log_info(clients->log, "topic created", TR_LOG_STR("topic", topic->name));
    if (rc < 0)
        tr_fail_in(diag, "%s names a topic that is missing", topic->property);
    return rc < 0 ? -1 : 0;
}

int tr_state_topic_find(struct tr_kafka_client *reader, const char *name, int32_t *ret_partitions,
                        struct tr_diag *diag)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(reader->rk, name, NULL);

    if (!handle)
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't use topic %s", name);
    int rc = tr_kafka_partitions(reader, handle, ret_partitions, diag);
    rd_kafka_topic_destroy(handle);
    return rc;
}

/* A topic that also deletes by age would forget connectors. Who may not look at its settings has to
 * know: Connect too goes on then. */
int tr_state_topic_check(struct tr_kafka_client *reader, const struct tr_state_topic *topic,
                         struct tr_diag *diag)
{
    struct tr_kafka_settings settings;
    int rc = tr_kafka_settings_read(reader, RD_KAFKA_RESOURCE_TOPIC, topic->name, &settings, diag);

    if (rc)
        return rc < 0 ? -1 : 0;
    const char *policy = tr_kafka_settings_text(&settings, "cleanup.policy");
    if (policy && strcmp(policy, "compact") != 0)
        rc = tr_fail(diag, TR_CONFIG, TR_STOP,
                     "the topic %s (%s) has cleanup.policy=%s and would forget what it holds; make "
                     "it compact: kafka-configs.sh --alter --entity-type topics --entity-name %s "
                     "--add-config cleanup.policy=compact",
                     topic->name, topic->property, policy, topic->name);
    tr_kafka_settings_finish(&settings);
    return rc;
}

int tr_state_topic_prepare(const struct tr_worker_clients *clients, struct tr_kafka_client *reader,
                           const struct tr_state_topic *topic, int32_t *ret_partitions,
                           struct tr_diag *diag)
{
    struct tr_kafka_wait wait;
    bool created = false;
    char what[300];

    snprintf(what, sizeof what, "waiting for topic %s", topic->name);
    tr_kafka_wait_begin(&wait, reader, what, TR_KAFKA_ADMIN_MS);
    for (;;) {
        int rc = tr_state_topic_find(reader, topic->name, ret_partitions, diag);
        if (rc == 0)
            return created ? 0 : tr_state_topic_check(reader, topic, diag);
        if (rc < 0 || (!created && create_compacted(clients, reader, topic, diag) < 0))
            return -1;
        created = true;
        rd_kafka_poll(reader->rk, 20);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

/* One reading: all partitions through one queue. */
struct reading {
    struct tr_kafka_client *reader;
    const struct tr_state_reading *params;
    rd_kafka_topic_t *topic;
    rd_kafka_queue_t *queue;
    int64_t *next, *end; /* by partition */
    int32_t left;        /* partitions that are not at their end yet */
};

/* Read-uncommitted marks: an open transaction's records may be the newest truth, once it ends. */
static int find_end(struct reading *reading, int32_t partition, int64_t *ret_low,
                    struct tr_diag *diag)
{
    struct tr_kafka_client *client = reading->params->marks;
    struct tr_kafka_wait wait;

    tr_kafka_wait_begin(&wait, client, "asking for a topic's end", TR_KAFKA_ADMIN_MS);
    for (;;) {
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            client->rk, reading->params->topic, partition, ret_low, &reading->end[partition], 1000);
        if (!error)
            return 0;
        if (tr_kafka_reaction(error) == TR_STOP)
            return tr_kafka_fail(diag, error, "can't read topic %s", reading->params->topic);
        rd_kafka_poll(client->rk, TR_KAFKA_SLICE_MS);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

static int start_partition(struct reading *reading, int32_t partition, struct tr_diag *diag)
{
    int64_t low = 0;

    reading->next[partition] = -1;
    if (find_end(reading, partition, &low, diag) < 0)
        return -1;
    if (reading->end[partition] <= low)
        return 0;
    if (rd_kafka_consume_start_queue(reading->topic, partition, low, reading->queue))
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't read topic %s",
                             reading->params->topic);
    reading->next[partition] = low;
    reading->left++;
    return 0;
}

static int take(struct reading *reading, const rd_kafka_message_t *message, struct tr_diag *diag)
{
    struct tr_state_record record = {
        .key = {message->key, message->key_len},
        .value = {message->payload, message->payload ? message->len : 0},
    };

    if (!message->key)
        return 0;
    return reading->params->take(reading->params->context, &record, diag);
}

static int on_message(struct reading *reading, const rd_kafka_message_t *message,
                      struct tr_diag *diag)
{
    int32_t partition = message->partition;

    if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return tr_kafka_class(message->err) == TR_NETWORK
                   ? 0
                   : tr_kafka_fail(diag, message->err, "can't read topic %s",
                                   reading->params->topic);
    if (partition < 0 || partition >= reading->params->partitions)
        return 0;
    int64_t end = reading->end[partition], *next = &reading->next[partition];
    if (*next >= end)
        return 0;
    if (!message->err && message->offset < end && take(reading, message, diag) < 0)
        return -1;
    *next = TR_MAX(*next, message->offset + !message->err);
    if (*next >= end)
        reading->left--;
    return 0;
}

/* The broker ends a forgotten transaction at its timeout, 15 minutes at most unless it was told
 * otherwise; nobody who asks waits as long. */
#define PATIENCE_MS 60000

static int read_all(struct reading *reading, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;
    char what[300];

    for (int32_t i = 0; i < reading->params->partitions; i++)
        if (start_partition(reading, i, diag) < 0)
            return -1;
    snprintf(what, sizeof what,
             "reading topic %s, whose newest records another producer's open transaction may hold "
             "back",
             reading->params->topic);
    tr_kafka_wait_begin(&wait, reading->reader, what, PATIENCE_MS);
    while (reading->left > 0) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(reading->queue, TR_KAFKA_SLICE_MS);
        int rc = 0;
        if (message) {
            bool news = !message->err;
            rc = on_message(reading, message, diag);
            rd_kafka_message_destroy(message);
            if (news)
                wait.until_us = tr_clock_monotonic_us() + (int64_t)PATIENCE_MS * 1000;
        }
        if (rc < 0 || tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
    return 0;
}

int tr_state_topic_read(struct tr_kafka_client *reader, const struct tr_state_reading *params,
                        struct tr_diag *diag)
{
    size_t n = (size_t)params->partitions;
    struct reading reading = {
        .reader = reader,
        .params = params,
        .topic = rd_kafka_topic_new(reader->rk, params->topic, NULL),
        .queue = rd_kafka_queue_new(reader->rk),
        .next = calloc(n, sizeof *reading.next),
        .end = calloc(n, sizeof *reading.end),
    };
    int rc = reading.topic && reading.next && reading.end ? 0 : tr_fail_memory(diag);

    for (int32_t i = 0; rc == 0 && i < params->partitions; i++)
        reading.next[i] = -1;
    if (rc == 0)
        rc = read_all(&reading, diag);
    for (int32_t i = 0; reading.next && i < params->partitions; i++)
        if (reading.next[i] >= 0)
            rd_kafka_consume_stop(reading.topic, i);
    if (reading.topic)
        rd_kafka_topic_destroy(reading.topic);
    rd_kafka_queue_destroy(reading.queue);
    free(reading.next);
    free(reading.end);
    return rc;
}
