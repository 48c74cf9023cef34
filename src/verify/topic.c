#include "verify/topic.h"

#include <stdlib.h>

#include "base/clock.h"
#include "kafka/admin.h"
#include "kafka/error.h"
#include "kafka/properties.h"

/* Without a record for so long: a transaction that nobody ends. */
#define PATIENCE_MS 60000

static bool never(void *context)
{
    (void)context;
    return false;
}

static int open_client(const struct tr_verify_params *params, bool committed,
                       struct tr_kafka_client **ret_client, struct tr_diag *diag)
{
    const struct tr_property ours[] = {
        {"isolation.level", committed ? "read_committed" : "read_uncommitted"},
        {"enable.partition.eof", "true"},
        {"auto.offset.reset", "error"},
        {"fetch.wait.max.ms", "20"},
        {"fetch.error.backoff.ms", "20"},
        {"statistics.interval.ms", "0"},
        {"allow.auto.create.topics", "false"},
    };
    const struct tr_kafka_client_params client = {
        .log = params->log,
        .servers = params->worker->bootstrap_servers,
        .stopping = never,
    };
    rd_kafka_conf_t *conf;

    if (tr_kafka_conf_new(params->worker, params->options, TR_KAFKA_CONSUMER, &conf, diag) < 0)
        return -1;
    for (size_t i = 0; i < TR_COUNT(ours); i++) {
        if (tr_kafka_set(conf, ours[i].name, ours[i].value, diag) < 0) {
            rd_kafka_conf_destroy(conf);
            return -1;
        }
    }
    return tr_kafka_client_new(RD_KAFKA_CONSUMER, conf, &client, ret_client, diag);
}

int tr_verify_topic_open(struct tr_verify_topic *topic, const struct tr_verify_params *params,
                         struct tr_diag *diag)
{
    topic->params = params;
    if (open_client(params, true, &topic->reader, diag) < 0)
        return -1;
    return open_client(params, false, &topic->marks, diag);
}

void tr_verify_topic_close(struct tr_verify_topic *topic)
{
    tr_kafka_client_free(topic->reader);
    tr_kafka_client_free(topic->marks);
}

static int find_partitions(struct tr_verify_topic *topic, int32_t *ret_partitions,
                           struct tr_diag *diag)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(topic->reader->rk, topic->name, NULL);

    *ret_partitions = 0;
    if (!handle)
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't use topic %s", topic->name);
    int rc = tr_kafka_partitions(topic->reader, handle, ret_partitions, diag);
    rd_kafka_topic_destroy(handle);
    if (rc > 0)
        *ret_partitions = 0;
    return rc < 0 ? -1 : 0;
}

struct extent {
    int64_t low, high;
};

/* The end is what the client's isolation level calls so. */
static int measure(const struct tr_verify_topic *topic, struct tr_kafka_client *client,
                   int32_t partition, struct extent *ret_extent, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    tr_kafka_wait_begin(&wait, client, "asking for the end of the topic", TR_KAFKA_ADMIN_MS);
    for (;;) {
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            client->rk, topic->name, partition, &ret_extent->low, &ret_extent->high, 1000);
        if (!error)
            return 0;
        if (tr_kafka_reaction(error) == TR_STOP)
            return tr_kafka_fail(diag, error, "can't read topic %s", topic->name);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

int tr_verify_topic_settled(struct tr_verify_topic *topic, int64_t **ret_ends,
                            int32_t *ret_partitions, struct tr_diag *diag)
{
    struct extent extent;

    *ret_ends = NULL;
    if (find_partitions(topic, ret_partitions, diag) < 0)
        return -1;
    *ret_ends = calloc((size_t)*ret_partitions + 1, sizeof **ret_ends);
    if (!*ret_ends)
        return tr_fail_memory(diag);
    for (int32_t i = 0; i < *ret_partitions; i++) {
        if (measure(topic, topic->reader, i, &extent, diag) < 0)
            return -1;
        (*ret_ends)[i] = extent.high;
    }
    return 0;
}

struct reading {
    struct tr_verify_topic *topic;
    rd_kafka_topic_t *handle;
    rd_kafka_queue_t *queue;
    int32_t partitions, left;
    int64_t *next, *end; /* next -1: not read */
    tr_verify_record_fn *take;
    void *context;
};

static int start_partition(struct reading *reading, int32_t partition, struct tr_diag *diag)
{
    struct extent extent;

    reading->next[partition] = -1;
    if (measure(reading->topic, reading->topic->marks, partition, &extent, diag) < 0)
        return -1;
    reading->end[partition] = extent.high;
    if (extent.high <= extent.low)
        return 0;
    if (rd_kafka_consume_start_queue(reading->handle, partition, extent.low, reading->queue))
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't read topic %s",
                             reading->topic->name);
    reading->next[partition] = extent.low;
    reading->left++;
    return 0;
}

static int on_error(const struct reading *reading, rd_kafka_resp_err_t error, struct tr_diag *diag)
{
    if (error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        return tr_fail(diag, TR_DATA, TR_RETRY,
                       "records of topic %s were deleted while they were read (retention): try "
                       "again",
                       reading->topic->name);
    return tr_kafka_class(error) == TR_NETWORK
               ? 0
               : tr_kafka_fail(diag, error, "can't read topic %s", reading->topic->name);
}

static int on_message(struct reading *reading, const rd_kafka_message_t *message,
                      struct tr_diag *diag)
{
    int32_t partition = message->partition;

    if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return on_error(reading, message->err, diag);
    if (partition < 0 || partition >= reading->partitions)
        return 0;
    int64_t end = reading->end[partition], *next = &reading->next[partition];
    if (*next >= end)
        return 0;
    if (!message->err && message->offset < end &&
        reading->take(reading->context, message, diag) < 0)
        return tr_fail_in(diag, "topic %s, partition %d, offset %lld", reading->topic->name,
                          partition, (long long)message->offset);
    *next = TR_MAX(*next, message->offset + !message->err);
    if (*next >= end)
        reading->left--;
    return 0;
}

static int read_all(struct reading *reading, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    for (int32_t i = 0; i < reading->partitions; i++)
        if (start_partition(reading, i, diag) < 0)
            return -1;
    tr_kafka_wait_begin(&wait, reading->topic->reader,
                        "reading the topic, whose newest records an open transaction may hold back",
                        PATIENCE_MS);
    while (reading->left > 0) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(reading->queue, TR_KAFKA_SLICE_MS);
        bool news = message && !message->err;
        int rc = message ? on_message(reading, message, diag) : 0;
        if (message)
            rd_kafka_message_destroy(message);
        if (news)
            wait.until_us = tr_clock_monotonic_us() + (int64_t)PATIENCE_MS * 1000;
        if (rc < 0 || (!news && tr_kafka_wait_more(&wait, diag) < 0))
            return -1;
    }
    return 0;
}

int tr_verify_topic_read(struct tr_verify_topic *topic, tr_verify_record_fn *take, void *context,
                         struct tr_diag *diag)
{
    struct reading reading = {.topic = topic, .take = take, .context = context};

    if (find_partitions(topic, &reading.partitions, diag) < 0)
        return -1;
    if (!reading.partitions)
        return 0;
    reading.handle = rd_kafka_topic_new(topic->reader->rk, topic->name, NULL);
    reading.queue = rd_kafka_queue_new(topic->reader->rk);
    reading.next = calloc((size_t)reading.partitions, sizeof *reading.next);
    reading.end = calloc((size_t)reading.partitions, sizeof *reading.end);
    int rc = reading.handle && reading.next && reading.end ? 0 : tr_fail_memory(diag);
    for (int32_t i = 0; rc == 0 && i < reading.partitions; i++)
        reading.next[i] = -1;
    if (rc == 0)
        rc = read_all(&reading, diag);
    for (int32_t i = 0; reading.next && i < reading.partitions; i++)
        if (reading.next[i] >= 0)
            rd_kafka_consume_stop(reading.handle, i);
    if (reading.handle)
        rd_kafka_topic_destroy(reading.handle);
    rd_kafka_queue_destroy(reading.queue);
    free(reading.next);
    free(reading.end);
    return rc;
}
