#include "sink/kafka/torn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kafka/error.h"
#include "record/position.h"

/* Hashes of records behind a recorded end: one Kafka transaction's, of 8 bytes each. */
#define RECORDS_MAX ((size_t)16 << 20)

/* So many of a topic that the position knows nothing of are looked at: it was written to first in
 * the torn transaction, or long before by somebody else. */
#define STRANGE_MAX 1000000

/* What stands behind the recorded end of one partition, in the order of its offsets. A replay
 * writes each partition in the same order, so that it meets these first. */
struct tr_kafka_tail {
    uint64_t *hashes;
    size_t count, room, next;
    int64_t start, end;
    bool strange; /* some may be older than the position */
};

struct reading {
    struct tr_kafka_sink *sink;
    const struct tr_kafka_topic *topic;
    int32_t partition;
    struct tr_kafka_tail *tail;
};

struct place {
    const char *topic;
    int32_t partition;
    int64_t offset;
};

static int fail_at(struct place place, const char *why, struct tr_diag *diag)
{
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "a transaction was committed without its position (KAFKA-17754), and what it "
                   "left in %s/%" PRId32 " from offset %" PRId64 " on can't be compared with what "
                   "is to be written: %s; either let it stand twice, with tailrace offsets export "
                   "and import, or delete the output topics and the offsets and begin anew with a "
                   "snapshot",
                   place.topic, place.partition, place.offset, why);
}

static int add(struct tr_kafka_tail *tail, uint64_t hash, struct tr_diag *diag)
{
    if (tail->count == tail->room) {
        size_t room = tail->room ? 2 * tail->room : 256;
        uint64_t *hashes = room > RECORDS_MAX ? NULL : reallocarray(tail->hashes, room, 8);
        if (!hashes)
            return tr_fail_memory(diag);
        tail->hashes = hashes;
        tail->room = room;
    }
    tail->hashes[tail->count++] = hash;
    return 0;
}

static struct tr_slice schema_header(const struct tr_kafka_sink *sink,
                                     const rd_kafka_message_t *message)
{
    const char *name = sink->decoder ? tr_avro_decoder_header(sink->decoder) : NULL;
    struct tr_slice value = {NULL, 0};
    rd_kafka_headers_t *headers;
    const void *p;

    if (name && !rd_kafka_message_headers(message, &headers) &&
        !rd_kafka_header_get_last(headers, name, &p, &value.n))
        value.p = p;
    return value;
}

static int identify(struct tr_kafka_sink *sink, const struct tr_kafka_written *written,
                    struct tr_kafka_identity *ret_identity, struct tr_diag *diag)
{
    return tr_kafka_identify(&sink->params.options->capture, sink->decoder, written, ret_identity,
                             diag);
}

static int take(void *context, const rd_kafka_message_t *message, struct tr_diag *diag)
{
    const struct reading *reading = context;
    struct tr_kafka_identity identity;
    const struct tr_kafka_written written = {
        .key = {message->key, message->key_len},
        .value = {message->payload, message->len},
        .schema = schema_header(reading->sink, message),
    };
    int rc = identify(reading->sink, &written, &identity, diag);

    if (rc == TR_KAFKA_NOT_OURS)
        return 0;
    if (rc == TR_KAFKA_NO_IDENTITY)
        return fail_at((struct place){reading->topic->name, reading->partition, message->offset},
                       identity.why, diag);
    if (rc < 0)
        return -1;
    if (reading->tail->count == 0)
        reading->tail->start = message->offset;
    reading->tail->end = message->offset + 1;
    return add(reading->tail, identity.hash, diag);
}

static int read_tail(struct reading *reading, struct tr_kafka_client *reader, int64_t start,
                     struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = reading->sink;
    struct tr_kafka_extent extent;
    struct tr_kafka_scan scan = {
        .sink = sink,
        .reader = reader,
        .topic = reading->topic->name,
        .partition = reading->partition,
        .take = take,
        .context = reading,
    };

    if (tr_kafka_measure(sink->producer, scan.topic, scan.partition, &extent, diag) < 0)
        return -1;
    if (reading->tail->strange)
        start = extent.high - STRANGE_MAX;
    return tr_kafka_scan(&scan, TR_MAX(start, extent.low), extent.high, diag);
}

static int read_tails(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                      struct tr_kafka_client *reader, struct tr_diag *diag)
{
    topic->tails = tr_arena_zalloc(&sink->arena, (size_t)topic->partitions, sizeof *topic->tails);
    if (!topic->tails)
        return tr_fail_memory(diag);
    for (int32_t i = 0; i < topic->partitions; i++) {
        struct tr_kafka_tail *tail = &topic->tails[i];
        struct reading reading = {sink, topic, i, tail};
        tail->strange = !topic->recorded;
        if (read_tail(&reading, reader, topic->recorded ? topic->recorded[i] : 0, diag) < 0)
            return -1;
        if (tail->count && !tail->strange)
            sink->unmet++;
    }
    return 0;
}

static int look_at(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                   struct tr_kafka_client *reader, struct tr_diag *diag)
{
    int32_t partitions = 0;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(reader->rk, topic->name, NULL);

    if (!handle)
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't use topic %s", topic->name);
    int rc = tr_kafka_partitions(reader, handle, &partitions, diag);
    rd_kafka_topic_destroy(handle);
    if (rc)
        return rc < 0 ? -1 : 0;
    if (partitions != topic->recorded_partitions)
        return fail_at((struct place){topic->name, 0, topic->recorded[0]},
                       "the topic's number of partitions is another since then", diag);
    return read_tails(sink, topic, reader, diag);
}

static int check_fingerprint(const struct tr_kafka_sink *sink, const struct tr_buf *position,
                             struct tr_diag *diag)
{
    struct tr_stored_position *stored;
    const char *now = sink->params.options->fingerprint;

    if (!position->len || !now)
        return 0;
    if (tr_stored_position_parse((struct tr_slice){tr_buf_string(position), position->len}, &stored,
                                 diag) < 0)
        return -1;
    const char *then = tr_stored_position_text(stored, "tailrace_fingerprint", now);
    bool same = strcmp(then, now) == 0;
    tr_stored_position_free(stored);
    if (same)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "a transaction was committed without its position (KAFKA-17754), and the "
                   "connector's settings were changed since, so that what it left can't be "
                   "compared with what is to be written; go back to the former settings for one "
                   "start");
}

static int open_decoder(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    const struct tr_converter_options *options = &sink->params.options->capture.value;

    if (options->class != TR_CONVERTER_AVRO && options->class != TR_CONVERTER_APICURIO_AVRO)
        return 0;
    return tr_avro_decoder_new(options, false, &sink->decoder, diag);
}

int tr_kafka_torn_open(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                       const struct tr_buf *position, struct tr_diag *diag)
{
    if (!sink->torn)
        return 0;
    tr_log_warn(sink->params.log,
                "a transaction was committed without its position (KAFKA-17754): what it left in "
                "the topics is compared with what is to be written, and not written again");
    if (check_fingerprint(sink, position, diag) < 0 || open_decoder(sink, diag) < 0)
        return -1;
    for (struct tr_kafka_topic *topic = sink->first; topic; topic = topic->next)
        if (look_at(sink, topic, reader, diag) < 0)
            return -1;
    return 0;
}

int tr_kafka_torn_see(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                      struct tr_diag *diag)
{
    struct tr_kafka_client *reader;

    if (!sink->torn || topic->recorded)
        return 0;
    if (tr_kafka_reader_open(&sink->params, "read_committed", &reader, diag) < 0)
        return -1;
    int rc = read_tails(sink, topic, reader, diag);
    tr_kafka_client_free(reader);
    return rc;
}

int tr_kafka_torn_fail(const struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    struct place place = {"?", 0, 0};

    for (const struct tr_kafka_topic *topic = sink->first; topic; topic = topic->next)
        for (int32_t i = 0; topic->tails && i < topic->partitions; i++)
            if (topic->tails[i].next < topic->tails[i].count)
                place = (struct place){topic->name, i, topic->tails[i].start};
    return fail_at(place, "the source doesn't tell of it any more", diag);
}

void tr_kafka_torn_close(struct tr_kafka_sink *sink)
{
    for (struct tr_kafka_topic *topic = sink->first; topic; topic = topic->next)
        for (int32_t i = 0; topic->tails && i < topic->partitions; i++)
            free(topic->tails[i].hashes);
    tr_avro_decoder_free(sink->decoder);
}

static struct tr_slice own_schema_header(const struct tr_kafka_sink *sink,
                                         const struct tr_message *message)
{
    const char *name = sink->decoder ? tr_avro_decoder_header(sink->decoder) : NULL;

    for (uint16_t i = message->nheaders; name && i > 0; i--)
        if (strcmp(message->headers[i - 1].name, name) == 0)
            return message->headers[i - 1].value;
    return (struct tr_slice){NULL, 0};
}

/* Where the torn transaction begins among others' or older records, if it is there at all. */
static void find_start(struct tr_kafka_sink *sink, struct tr_kafka_tail *tail, uint64_t hash)
{
    while (tail->next < tail->count && tail->hashes[tail->next] != hash)
        tail->next++;
    tail->strange = false;
    if (tail->next < tail->count)
        sink->unmet++;
}

int tr_kafka_torn_meet(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic, int32_t partition,
                       const struct tr_message *message, struct tr_diag *diag)
{
    struct tr_kafka_tail *tail = &topic->tails[partition];
    const struct place place = {topic->name, partition, tail->start};
    struct tr_kafka_identity identity;

    if (tail->next == tail->count)
        return 0;
    const struct tr_kafka_written written = {
        .key = message->key,
        .value = message->value,
        .schema = own_schema_header(sink, message),
    };
    int rc = identify(sink, &written, &identity, diag);
    if (rc == TR_KAFKA_NOT_OURS)
        return 0;
    if (rc == TR_KAFKA_NO_IDENTITY)
        return fail_at(place, identity.why, diag);
    if (rc < 0)
        return -1;
    if (tail->strange)
        find_start(sink, tail, identity.hash);
    if (tail->next == tail->count)
        return 0;
    if (tail->hashes[tail->next] != identity.hash)
        return fail_at(place, "they are other records, or in another order", diag);
    if (++tail->next == tail->count)
        sink->unmet--;
    topic->high[partition] = TR_MAX(topic->high[partition], tail->end - 1);
    return TR_KAFKA_MET;
}
