#include <inttypes.h>
#include <stdio.h>

#include "kafka/error.h"
#include "kafka/murmur2.h"
#include "sink/kafka/impl.h"
#include "sink/kafka/torn.h"

static void drop_template(struct tr_kafka_sink *sink)
{
    if (sink->template)
        rd_kafka_headers_destroy(sink->template);
    sink->template = NULL;
    sink->template_of = NULL;
}

static int build_template(struct tr_kafka_sink *sink, const struct tr_message *message,
                          struct tr_diag *diag)
{
    drop_template(sink);
    sink->template = rd_kafka_headers_new(message->nheaders);
    for (uint32_t i = 0; i < message->nheaders; i++) {
        const struct tr_header *header = &message->headers[i];
        if (rd_kafka_header_add(sink->template, header->name, -1, header->value.p,
                                header->value.p ? (ssize_t)header->value.n : 0))
            return tr_fail_memory(diag);
    }
    sink->template_of = message->headers;
    return 0;
}

/* The message's headers as a list of its own, NULL without headers. Neighbours mostly share them:
 * a copy is cheaper than a new list. */
static int copy_headers(struct tr_kafka_sink *sink, const struct tr_message *message,
                        rd_kafka_headers_t **ret_headers, struct tr_diag *diag)
{
    *ret_headers = NULL;
    if (!message->nheaders)
        return 0;
    if (message->headers != sink->template_of && build_template(sink, message, diag) < 0)
        return -1;
    *ret_headers = rd_kafka_headers_copy(sink->template);
    return 0;
}

struct record {
    struct tr_kafka_topic *topic;
    int32_t partition;
    struct tr_slice key, value;  /* p NULL: null */
    rd_kafka_headers_t *headers; /* librdkafka's once produced */
    int64_t timestamp_ms;        /* 0: now */
    void *reported_to;           /* see on_delivered in producer.c */
};

static int refused(struct tr_kafka_sink *sink, const struct record *record,
                   rd_kafka_resp_err_t error, struct tr_diag *diag)
{
    char limit[24] = "?";
    size_t n = sizeof limit;

    switch (error) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        (void)rd_kafka_conf_get(rd_kafka_conf(sink->producer->rk), "message.max.bytes", limit, &n);
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "a message of %zu bytes for topic %s, key %.*s, is larger than the limit of "
                       "%s; raise producer.override.max.request.size, and max.message.bytes of the "
                       "topic",
                       record->key.n + record->value.n, record->topic->name,
                       record->key.p ? (int)TR_MIN(record->key.n, 200) : 4,
                       record->key.p ? record->key.p : "none", limit);
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        return tr_fail(diag, TR_SINK, TR_RETRY, "topic %s has no partition %" PRId32 " any more",
                       record->topic->name, record->partition);
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        return tr_fail(diag, TR_SINK, TR_STOP, "topic %s was deleted while it was written to",
                       record->topic->name);
    default:
        return tr_kafka_producer_failed(sink, error, rd_kafka_err2str(error), diag);
    }
}

/* The queue is full: serve delivery reports until there is room. */
static int await_room(struct tr_kafka_sink *sink, struct tr_kafka_wait *wait, struct tr_diag *diag)
{
    rd_kafka_poll(sink->producer->rk, TR_KAFKA_SLICE_MS);
    if (tr_kafka_producer_check(sink, diag) < 0)
        return -1;
    return tr_kafka_wait_more(wait, diag);
}

static int produce(struct tr_kafka_sink *sink, const struct record *record, struct tr_diag *diag)
{
    struct tr_kafka_wait wait = {0};

    for (;;) {
        /* librdkafka copies: the copy is dearer than a lent batch by less than counting would be */
        rd_kafka_resp_err_t error = rd_kafka_producev(
            sink->producer->rk, RD_KAFKA_V_RKT(record->topic->handle),
            RD_KAFKA_V_PARTITION(record->partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY(record->key.p, record->key.n),
            RD_KAFKA_V_VALUE((void *)(uintptr_t)record->value.p, record->value.n),
            RD_KAFKA_V_HEADERS(record->headers), RD_KAFKA_V_OPAQUE(record->reported_to),
            RD_KAFKA_V_TIMESTAMP(record->timestamp_ms), RD_KAFKA_V_END);
        if (TR_LIKELY(!error))
            return 0;
        int rc = -1;
        if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            if (!wait.client)
                tr_kafka_wait_begin(&wait, sink->producer, "sending messages", -1);
            rc = await_room(sink, &wait, diag);
        } else {
            rc = refused(sink, record, error, diag);
        }
        if (rc < 0) {
            if (record->headers)
                rd_kafka_headers_destroy(record->headers);
            return -1;
        }
    }
}

/* Replays choose the same: nothing random, nothing sticky. */
static int32_t choose_partition(const struct tr_message *message, int32_t partitions)
{
    if (message->partition >= 0)
        return message->partition;
    if (message->key.p)
        return tr_kafka_partition(message->key, partitions);
    return (int32_t)(message->identity % (uint64_t)partitions);
}

static int write_message(struct tr_kafka_sink *sink, const struct tr_message *message,
                         struct tr_diag *diag)
{
    if (TR_UNLIKELY(!message->topic->sink) && tr_kafka_topic_see(sink, message->topic, diag) < 0)
        return -1;
    struct tr_kafka_topic *topic = message->topic->sink;
    if (TR_UNLIKELY(!topic->handle) && tr_kafka_topic_open(sink, topic, diag) < 0)
        return -1;
    struct record record = {
        .topic = topic,
        .partition = choose_partition(message, topic->partitions),
        .key = message->key,
        .value = message->value,
        .timestamp_ms = message->timestamp_ms,
        .reported_to = topic,
    };
    if (TR_UNLIKELY(topic->tails)) {
        int rc = tr_kafka_torn_meet(sink, topic, record.partition, message, diag);
        if (rc)
            return rc < 0 ? -1 : 0;
    }
    if (copy_headers(sink, message, &record.headers, diag) < 0)
        return -1;
    return produce(sink, &record, diag);
}

int tr_kafka_write(struct tr_kafka_sink *sink, const struct tr_batch *batch, struct tr_diag *diag)
{
    int rc = batch->count ? tr_kafka_marked(sink, diag) : 0;

    for (size_t i = 0; rc == 0 && i < batch->count; i++)
        rc = write_message(sink, &batch->messages[i], diag);
    for (size_t i = 0; rc == 0 && i < batch->nstates; i++)
        rc =
            tr_kafka_write_position(sink, batch->states[i].key, batch->states[i].value, NULL, diag);
    drop_template(sink); /* the batch's memory is used again: equal pointers mean nothing then */
    if (rc < 0)
        return -1;
    rd_kafka_poll(sink->producer->rk, 0);
    tr_figure_set(sink->params.figures, TR_FIGURE_KAFKA_QUEUE,
                  rd_kafka_outq_len(sink->producer->rk));
    return tr_kafka_producer_check(sink, diag);
}

int tr_kafka_write_position(struct tr_kafka_sink *sink, struct tr_slice key, struct tr_slice value,
                            rd_kafka_headers_t *headers, struct tr_diag *diag)
{
    const struct record record = {
        .topic = &sink->offsets,
        .partition = sink->position_partition,
        .key = key,
        .value = value,
        .headers = headers,
        .reported_to = &sink->offsets,
    };
    return produce(sink, &record, diag);
}
