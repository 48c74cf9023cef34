#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "kafka/admin.h"
#include "kafka/error.h"
#include "kafka/murmur2.h"
#include "kafka/properties.h"
#include "sink/kafka/impl.h"

/* A position is written with every commit, so the newest one stands near the end: look there
 * first, then in ever larger steps. An offsets topic may hold millions of records before it is
 * compacted. */
#define FIRST_STEP  1000
#define STEP_FACTOR 16

/* offset.storage.* */
#define MOST_SETTINGS 64

/* The broker ends a forgotten transaction at its timeout, looking every 10 s. */
#define SLACK_MS 30000
#define WARN_MS  3000

const char *tr_kafka_offsets_topic(const struct tr_sink_params *params)
{
    const char *own = params->options->sink.offsets_topic;
    return own ? own : params->worker->offsets_topic;
}

int tr_kafka_reader_open(const struct tr_sink_params *params, struct tr_kafka_client **ret_reader,
                         struct tr_diag *diag)
{
    static const struct tr_property ours[] = {
        {"isolation.level", "read_committed"}, {"enable.partition.eof", "true"},
        {"auto.offset.reset", "earliest"},     {"fetch.wait.max.ms", "20"},
        {"fetch.error.backoff.ms", "20"},      {"socket.nagle.disable", "true"},
        {"statistics.interval.ms", "0"},
    };
    const struct tr_kafka_client_params client = tr_kafka_sink_client(params);
    rd_kafka_conf_t *conf;
    char ignored[256];

    if (tr_kafka_conf_new(params->worker, params->options, TR_KAFKA_CONSUMER, &conf, diag) < 0)
        return -1;
    for (size_t i = 0; i < TR_COUNT(ours); i++) {
        if (tr_kafka_set(conf, ours[i].name, ours[i].value, diag) < 0) {
            rd_kafka_conf_destroy(conf);
            return -1;
        }
    }
    (void)rd_kafka_conf_set(conf, "enable.metrics.push", "false", ignored, sizeof ignored);
    return tr_kafka_client_new(RD_KAFKA_CONSUMER, conf, &client, ret_reader, diag);
}

static int create_topic(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                        struct tr_diag *diag)
{
    const struct tr_properties *wanted = &sink->params.worker->offsets_settings;
    struct tr_property items[MOST_SETTINGS + 1];
    struct tr_properties settings = {.items = items};

    for (size_t i = 0; i < TR_MIN(wanted->count, MOST_SETTINGS); i++)
        if (strcmp(wanted->items[i].name, "cleanup.policy") != 0)
            items[settings.count++] = wanted->items[i];
    items[settings.count++] = (struct tr_property){"cleanup.policy", "compact"};
    const struct tr_kafka_new_topic topic = {
        .name = sink->offsets_topic,
        .partitions = sink->params.worker->offsets_partitions,
        .replication = sink->params.worker->offsets_replication,
        .settings = &settings,
    };
    int rc = tr_kafka_sink_create(&sink->params, reader, &topic, diag);

    if (rc == 0)
        tr_log_info(sink->params.log, "offsets topic created",
                    TR_LOG_STR("topic", sink->offsets_topic));
    if (rc < 0)
        tr_fail_in(diag, "the offsets topic (offset.storage.topic) is missing");
    return rc < 0 ? -1 : 0;
}

static int find_partitions(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                           rd_kafka_topic_t *handle, int32_t *ret_partitions, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;
    bool created = false;

    tr_kafka_wait_begin(&wait, reader, "waiting for the offsets topic", TR_KAFKA_ADMIN_MS);
    for (;;) {
        int rc = tr_kafka_partitions(reader, handle, ret_partitions, diag);
        if (rc <= 0)
            return rc;
        if (!created && create_topic(sink, reader, diag) < 0)
            return -1;
        created = true;
        rd_kafka_poll(reader->rk, 20);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

int tr_kafka_position_prepare(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                              struct tr_diag *diag)
{
    int32_t partitions;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(reader->rk, sink->offsets_topic, NULL);

    if (!handle)
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't use the offsets topic %s",
                             sink->offsets_topic);
    int rc = find_partitions(sink, reader, handle, &partitions, diag);
    rd_kafka_topic_destroy(handle);
    if (rc < 0)
        return -1;
    sink->offsets.name = sink->offsets_topic;
    sink->offsets.partitions = partitions;
    sink->position_partition = tr_kafka_partition(sink->params.position_key, partitions);
    return 0;
}

/* A search for the newest value of one key, or for all states. */
struct search {
    struct tr_kafka_sink *sink;
    struct tr_kafka_client *reader;
    rd_kafka_topic_t *topic;
    json_t *key;
    int64_t since_us;
    bool warned;
    bool found;
    struct tr_buf *value;     /* empty: deleted */
    struct tr_states *states; /* set: take these instead */
};

/* Connect and other engines may have written the same key with other white space. */
static bool is_ours(const struct search *search, const rd_kafka_message_t *message)
{
    struct tr_slice key = {message->key, message->key_len};

    if (!key.p)
        return false;
    if (tr_slice_equal(key, search->sink->params.position_key))
        return true;
    json_t *parsed = json_loadb(key.p, key.n, JSON_DECODE_ANY, NULL);
    bool equal = parsed && json_equal(parsed, search->key);
    json_decref(parsed);
    return equal;
}

/* Nobody but us writes states, so that bytes may be compared. */
static int take_state(struct search *search, const rd_kafka_message_t *message,
                      struct tr_diag *diag)
{
    const struct tr_slice member = TR_SLICE(TR_SINK_STATE_MEMBER);
    struct tr_slice key = {message->key, message->key_len};
    struct tr_slice ours = search->sink->params.position_key;
    size_t common = ours.n - strlen("}]");

    if (!key.p || key.n < common + member.n || memcmp(key.p, ours.p, common) != 0 ||
        memcmp(key.p + common, member.p, member.n) != 0)
        return 0;
    const struct tr_state state = {key, {message->payload, message->len}};
    return tr_states_set(search->states, state, diag);
}

static int take(struct search *search, const rd_kafka_message_t *message, struct tr_diag *diag)
{
    if (search->states)
        return take_state(search, message, diag);
    if (!is_ours(search, message))
        return 0;
    search->found = true;
    tr_buf_reset(search->value);
    tr_buf_put(search->value, message->payload, message->payload ? message->len : 0);
    return tr_buf_ok(search->value) ? 0 : tr_fail_memory(diag);
}

/* Nothing new came: another producer's open transaction may hold the partition's end back. */
static int be_patient(struct search *search, int64_t end, struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = search->sink;
    int64_t waited_ms = (tr_clock_monotonic_us() - search->since_us) / 1000;

    rd_kafka_poll(search->reader->rk, 0);
    if (sink->params.stopping(sink->params.context))
        return tr_fail(diag, TR_NETWORK, TR_RETRY, "stopped while reading the position");
    if (waited_ms >= WARN_MS && !search->warned) {
        search->warned = true;
        tr_log_warn(sink->params.log,
                    "the position can't be read yet: another producer's transaction is open",
                    TR_LOG_STR("topic", sink->offsets_topic),
                    TR_LOG_INT("partition", sink->position_partition));
    }
    if (waited_ms < sink->broker_timeout_ms + SLACK_MS)
        return 0;
    return tr_fail(diag, TR_SINK, TR_RETRY,
                   "the position can't be read: offsets up to %" PRId64 " of %s/%" PRId32
                   " are held back by an open transaction; end it (kafka-transactions.sh "
                   "find-hanging), or set offsets.storage.topic to give this connector an offsets "
                   "topic of its own",
                   end, sink->offsets_topic, sink->position_partition);
}

/* Read committed records until every offset below end has been passed. */
static int read_until(struct search *search, int64_t end, struct tr_diag *diag)
{
    int32_t partition = search->sink->position_partition;
    int64_t next = -1;

    while (next < end) {
        rd_kafka_message_t *message = rd_kafka_consume(search->topic, partition, TR_KAFKA_SLICE_MS);
        if (!message) {
            if (be_patient(search, end, diag) < 0)
                return -1;
            continue;
        }
        rd_kafka_resp_err_t error = message->err;
        int64_t offset = message->offset;
        int rc = error || offset >= end ? 0 : take(search, message, diag);
        rd_kafka_message_destroy(message);
        if (error && error != RD_KAFKA_RESP_ERR__PARTITION_EOF &&
            tr_kafka_class(error) != TR_NETWORK)
            return tr_kafka_fail(diag, error, "can't read the offsets topic %s",
                                 search->sink->offsets_topic);
        if (rc < 0)
            return -1;
        if (error == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            next = TR_MAX(next, offset);
        else if (!error)
            next = TR_MAX(next, offset + 1);
    }
    return 0;
}

static int read_range(struct search *search, int64_t start, int64_t end, struct tr_diag *diag)
{
    int32_t partition = search->sink->position_partition;

    if (rd_kafka_consume_start(search->topic, partition, start))
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't read the offsets topic %s",
                             search->sink->offsets_topic);
    int rc = read_until(search, end, diag);
    rd_kafka_consume_stop(search->topic, partition);
    return rc;
}

/* From the end backwards, until a range holds the key: its last value there is the newest. */
static int search_backwards(struct search *search, int64_t low, int64_t high, struct tr_diag *diag)
{
    int64_t step = FIRST_STEP;

    for (int64_t end = high; end > low && !search->found; step *= STEP_FACTOR) {
        int64_t start = end - low > step ? end - step : low;
        if (read_range(search, start, end, diag) < 0)
            return -1;
        end = start;
    }
    return 0;
}

/* The end of the partition, open transactions included if the client is a producer, whose isolation
 * level is read_uncommitted. ListOffsets is also what a new leader refuses while its mark may be
 * behind. */
static int find_end(const struct tr_kafka_sink *sink, struct tr_kafka_client *client,
                    int64_t *ret_low, int64_t *ret_high, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    tr_kafka_wait_begin(&wait, client, "asking for the end of the offsets topic",
                        TR_KAFKA_ADMIN_MS);
    for (;;) {
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            client->rk, sink->offsets_topic, sink->position_partition, ret_low, ret_high, 1000);
        if (!error)
            return 0;
        if (tr_kafka_reaction(error) == TR_STOP)
            return tr_kafka_fail(diag, error, "can't read the offsets topic %s",
                                 sink->offsets_topic);
        rd_kafka_poll(client->rk, TR_KAFKA_SLICE_MS);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

int tr_kafka_position_read(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                           struct tr_buf *ret_position, struct tr_diag *diag)
{
    struct tr_slice key = sink->params.position_key;
    struct search search = {.sink = sink, .reader = reader, .value = ret_position};
    int64_t low = 0, high = 0;

    if (find_end(sink, sink->producer ? sink->producer : reader, &low, &high, diag) < 0)
        return -1;
    search.since_us = tr_clock_monotonic_us();
    search.key = json_loadb(key.p, key.n, JSON_DECODE_ANY, NULL);
    if (!search.key)
        return tr_fail_bug(diag, "the position's key is not JSON");
    search.topic = rd_kafka_topic_new(reader->rk, sink->offsets_topic, NULL);
    int rc = search.topic
                 ? search_backwards(&search, low, high, diag)
                 : tr_kafka_fail(diag, rd_kafka_last_error(), "can't read %s", sink->offsets_topic);
    if (search.topic)
        rd_kafka_topic_destroy(search.topic);
    json_decref(search.key);
    if (rc < 0)
        return -1;
    return search.found && ret_position->len ? 0 : 1;
}

int tr_kafka_states_read(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                         struct tr_found *ret_found, struct tr_diag *diag)
{
    struct search search = {.sink = sink, .reader = reader, .states = ret_found->states};
    int64_t low = 0, high = 0;

    if (find_end(sink, sink->producer, &low, &high, diag) < 0)
        return -1;
    /* the run writes them anew with its first transaction, so that the next start reads no more
     * than what came after this one */
    ret_found->states_at = high;
    if (sink->states_at < 0)
        return 0;
    search.since_us = tr_clock_monotonic_us();
    search.topic = rd_kafka_topic_new(reader->rk, sink->offsets_topic, NULL);
    if (!search.topic)
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't read %s", sink->offsets_topic);
    int rc = read_range(&search, TR_MIN(TR_MAX(sink->states_at, low), high), high, diag);
    rd_kafka_topic_destroy(search.topic);
    return rc;
}
