#include <string.h>

#include "sink/kafka/impl.h"

struct look {
    const struct tr_kafka_sink *sink;
    bool taken;
};

static bool holds(struct tr_slice value, const struct tr_buf *position)
{
    return tr_slice_equal(value, (struct tr_slice){tr_buf_string(position), position->len});
}

/* Of ours there may be some whose acknowledgement was lost. */
static bool is_our_marker(const struct tr_kafka_sink *sink, const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers;
    const void *instance;
    size_t n;

    if (rd_kafka_message_headers(message, &headers) ||
        rd_kafka_header_get_last(headers, TR_KAFKA_INSTANCE, &instance, &n))
        return false;
    return tr_slice_equal((struct tr_slice){instance, n}, tr_slice_of(sink->instance));
}

/* A task of Kafka Connect's writes no marker. */
static int take_stranger(void *context, const rd_kafka_message_t *message, struct tr_diag *diag)
{
    struct look *look = context;
    const struct tr_kafka_sink *sink = look->sink;
    struct tr_slice value = {message->payload, message->len};

    (void)diag;
    if (tr_kafka_is_marker(sink, message))
        look->taken |= !is_our_marker(sink, message);
    else if (tr_kafka_is_position(sink, message))
        look->taken |= !holds(value, &sink->newest) && !holds(value, &sink->doubt);
    return 0;
}

/* Open transactions included: an owner's first record is its marker. Our own may be open as well,
 * and nobody but us would end it: there's no waiting here. */
int tr_kafka_ask_owner(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    struct look look = {.sink = sink};
    struct tr_kafka_scan scan = {
        .sink = sink,
        .topic = sink->offsets_topic,
        .partition = sink->position_partition,
        .take = take_stranger,
        .context = &look,
    };
    struct tr_kafka_extent extent;
    int64_t start = sink->offsets.high[sink->position_partition] + 1;

    if (tr_kafka_measure(sink->producer, scan.topic, scan.partition, &extent, diag) < 0 ||
        tr_kafka_reader_open(&sink->params, "read_uncommitted", &scan.reader, diag) < 0)
        return -1;
    int rc = tr_kafka_scan(&scan, TR_MAX(start, extent.low), extent.high, diag);
    tr_kafka_client_free(scan.reader);
    return rc == 0 && look.taken ? TR_KAFKA_TAKEN : rc;
}
