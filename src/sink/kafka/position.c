#include <inttypes.h>
#include <jansson.h>
#include <string.h>

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

const char *tr_kafka_offsets_topic(const struct tr_sink_params *params)
{
    const char *own = params->options->sink.offsets_topic;
    return own ? own : params->worker->offsets_topic;
}

int tr_kafka_reader_open(const struct tr_sink_params *params, const char *isolation,
                         struct tr_kafka_client **ret_reader, struct tr_diag *diag)
{
    const struct tr_property ours[] = {
        {"isolation.level", isolation},    {"enable.partition.eof", "true"},
        {"auto.offset.reset", "earliest"}, {"fetch.wait.max.ms", "20"},
        {"fetch.error.backoff.ms", "20"},  {"statistics.interval.ms", "0"},
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
    sink->offsets.high = tr_arena_alloc(&sink->arena, (size_t)partitions * sizeof(int64_t));
    if (!sink->offsets.high)
        return tr_fail_memory(diag);
    for (int32_t i = 0; i < partitions; i++)
        sink->offsets.high[i] = -1;
    return 0;
}

/* A search for the newest value of one key, or for all states. */
struct search {
    struct tr_kafka_sink *sink;
    int64_t position, marker; /* offsets of the newest ones; -1: none */
    struct tr_buf *value;     /* empty: deleted */
    struct tr_states *states;
};

/* Connect and other engines may have written the same key with other white space. */
bool tr_kafka_is_position(const struct tr_kafka_sink *sink, const rd_kafka_message_t *message)
{
    struct tr_slice key = {message->key, message->key_len};

    if (!key.p)
        return false;
    if (tr_slice_equal(key, sink->params.position_key))
        return true;
    json_t *parsed = json_loadb(key.p, key.n, JSON_DECODE_ANY, NULL);
    bool equal = parsed && json_equal(parsed, sink->position_key);
    json_decref(parsed);
    return equal;
}

/* Nobody but us writes states and markers, so that bytes may be compared. */
static int take_state(void *context, const rd_kafka_message_t *message, struct tr_diag *diag)
{
    struct search *search = context;
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

bool tr_kafka_is_marker(const struct tr_kafka_sink *sink, const rd_kafka_message_t *message)
{
    return tr_slice_equal((struct tr_slice){message->key, message->key_len}, sink->marker_key);
}

static int take_position(void *context, const rd_kafka_message_t *message, struct tr_diag *diag)
{
    struct search *search = context;

    if (tr_kafka_is_marker(search->sink, message))
        search->marker = TR_MAX(search->marker, message->offset);
    if (!tr_kafka_is_position(search->sink, message))
        return 0;
    search->position = message->offset;
    tr_buf_reset(search->value);
    tr_buf_put(search->value, message->payload, message->payload ? message->len : 0);
    return tr_buf_ok(search->value) ? 0 : tr_fail_memory(diag);
}

/* From the end backwards, until a range holds the key: its last value there is the newest. */
static int search_backwards(struct search *search, struct tr_kafka_scan *scan,
                            const struct tr_kafka_extent *extent, struct tr_diag *diag)
{
    int64_t step = FIRST_STEP;

    for (int64_t end = extent->high; end > extent->low && search->position < 0;
         step *= STEP_FACTOR) {
        int64_t start = end - extent->low > step ? end - step : extent->low;
        if (tr_kafka_scan(scan, start, end, diag) < 0)
            return -1;
        end = start;
    }
    return 0;
}

static struct tr_kafka_scan scan_for(struct search *search, struct tr_kafka_client *reader,
                                     tr_kafka_scan_fn *take)
{
    return (struct tr_kafka_scan){
        .sink = search->sink,
        .reader = reader,
        .topic = search->sink->offsets_topic,
        .partition = search->sink->position_partition,
        .cure = "set offsets.storage.topic to give this connector an offsets topic of its own",
        .take = take,
        .context = search,
    };
}

static int measure(const struct tr_kafka_sink *sink, struct tr_kafka_client *client,
                   struct tr_kafka_extent *ret_extent, struct tr_diag *diag)
{
    return tr_kafka_measure(client, sink->offsets_topic, sink->position_partition, ret_extent,
                            diag);
}

static int search_position(struct search *search, struct tr_kafka_client *reader,
                           struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = search->sink;
    struct tr_kafka_scan scan = scan_for(search, reader, take_position);
    struct tr_kafka_extent extent;

    if (measure(sink, sink->producer ? sink->producer : reader, &extent, diag) < 0 ||
        search_backwards(search, &scan, &extent, diag) < 0)
        return -1;
    if (sink->producer)
        sink->offsets.high[sink->position_partition] = extent.high - 1;
    return 0;
}

int tr_kafka_position_read(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                           struct tr_buf *ret_position, struct tr_diag *diag)
{
    struct search search = {.sink = sink, .value = ret_position, .position = -1, .marker = -1};

    if (search_position(&search, reader, diag) < 0)
        return -1;
    sink->position_at = search.position;
    sink->torn = sink->exactly_once && search.marker > search.position;
    return search.position >= 0 && ret_position->len ? 0 : 1;
}

int tr_kafka_states_read(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                         struct tr_found *ret_found, struct tr_diag *diag)
{
    struct search search = {.sink = sink, .states = ret_found->states};
    struct tr_kafka_scan scan = scan_for(&search, reader, take_state);
    struct tr_kafka_extent extent;

    if (measure(sink, sink->producer, &extent, diag) < 0)
        return -1;
    /* the run writes them anew with its first transaction, so that the next start reads no more
     * than what came after this one */
    ret_found->states_at = extent.high;
    if (sink->states_at < 0)
        return 0;
    /* what a torn commit left there is of a time that the position hasn't reached */
    int64_t end = sink->torn ? sink->position_at : extent.high;
    return tr_kafka_scan(&scan, TR_MIN(TR_MAX(sink->states_at, extent.low), end), end, diag);
}
