#include <inttypes.h>

#include "base/clock.h"
#include "kafka/error.h"
#include "sink/kafka/impl.h"

/* The broker ends a forgotten transaction at its timeout, looking every 10 s. */
#define SLACK_MS 30000
#define WARN_MS  3000

struct scanning {
    struct tr_kafka_scan *scan;
    rd_kafka_topic_t *topic;
    int64_t end, since_us;
    bool warned;
};

/* Nothing new came: another producer's open transaction may hold the partition's end back. */
static int be_patient(struct scanning *scanning, struct tr_diag *diag)
{
    const struct tr_kafka_scan *scan = scanning->scan;
    struct tr_kafka_sink *sink = scan->sink;
    int64_t waited_ms = (tr_clock_monotonic_us() - scanning->since_us) / 1000;

    rd_kafka_poll(scan->reader->rk, 0);
    if (sink->params.stopping(sink->params.context))
        return tr_fail(diag, TR_NETWORK, TR_RETRY, "stopped while reading topic %s", scan->topic);
    if (waited_ms >= WARN_MS && !scanning->warned) {
        scanning->warned = true;
        tr_log_warn(sink->params.log,
                    "the topic can't be read to its end yet: its leader is away, or another "
                    "producer's transaction is open",
                    TR_LOG_STR("topic", scan->topic), TR_LOG_INT("partition", scan->partition));
    }
    if (waited_ms < sink->broker_timeout_ms + SLACK_MS)
        return 0;
    return tr_fail(diag, TR_SINK, TR_RETRY,
                   "offsets up to %" PRId64 " of %s/%" PRId32 " are held back by an open "
                   "transaction; end it (kafka-transactions.sh find-hanging)%s%s",
                   scanning->end, scan->topic, scan->partition, scan->cure ? ", or " : "",
                   scan->cure ? scan->cure : "");
}

/* One message or event: where the reader stands behind it, or -1. */
static int take_next(struct scanning *scanning, int64_t *ret_next, struct tr_diag *diag)
{
    struct tr_kafka_scan *scan = scanning->scan;
    rd_kafka_message_t *message =
        rd_kafka_consume(scanning->topic, scan->partition, TR_KAFKA_SLICE_MS);

    *ret_next = -1;
    if (!message)
        return be_patient(scanning, diag);
    rd_kafka_resp_err_t error = message->err;
    int64_t offset = message->offset;
    int rc = error || offset >= scanning->end ? 0 : scan->take(scan->context, message, diag);
    rd_kafka_message_destroy(message);
    if (error && error != RD_KAFKA_RESP_ERR__PARTITION_EOF && tr_kafka_class(error) != TR_NETWORK)
        return tr_kafka_fail(diag, error, "can't read topic %s", scan->topic);
    if (error == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        *ret_next = offset;
    else if (!error)
        *ret_next = offset + 1;
    return rc;
}

static int scan_until(struct scanning *scanning, struct tr_diag *diag)
{
    for (int64_t next = -1; next < scanning->end;) {
        int64_t now;
        if (take_next(scanning, &now, diag) < 0)
            return -1;
        next = TR_MAX(next, now);
    }
    return 0;
}

int tr_kafka_scan(struct tr_kafka_scan *scan, int64_t start, int64_t end, struct tr_diag *diag)
{
    struct scanning scanning = {.scan = scan, .end = end, .since_us = tr_clock_monotonic_us()};

    if (start >= end)
        return 0;
    scanning.topic = rd_kafka_topic_new(scan->reader->rk, scan->topic, NULL);
    if (!scanning.topic || rd_kafka_consume_start(scanning.topic, scan->partition, start)) {
        if (scanning.topic)
            rd_kafka_topic_destroy(scanning.topic);
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't read topic %s", scan->topic);
    }
    int rc = scan_until(&scanning, diag);
    rd_kafka_consume_stop(scanning.topic, scan->partition);
    rd_kafka_topic_destroy(scanning.topic);
    return rc;
}

int tr_kafka_measure(struct tr_kafka_client *client, const char *topic, int32_t partition,
                     struct tr_kafka_extent *ret_extent, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    tr_kafka_wait_begin(&wait, client, "asking for the end of a topic", TR_KAFKA_ADMIN_MS);
    for (;;) {
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            client->rk, topic, partition, &ret_extent->low, &ret_extent->high, 1000);
        if (!error)
            return 0;
        if (tr_kafka_reaction(error) == TR_STOP)
            return tr_kafka_fail(diag, error, "can't read topic %s", topic);
        rd_kafka_poll(client->rk, TR_KAFKA_SLICE_MS);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}
