#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "kafka/admin.h"
#include "kafka/properties.h"
#include "record/position.h"
#include "sink/kafka/impl.h"
#include "sink/kafka/torn.h"

/* Names and a record per topic. */
#define ARENA_CHUNK ((size_t)16 << 10)
#define ARENA_CAP   ((size_t)256 << 20)

/* The broker would refuse a larger position. */
#define POSITION_CAP ((size_t)1 << 30)

/* When the broker doesn't tell its limit: librdkafka's own default for us, Kafka's for others. */
#define TIMEOUT_MS        60000
#define BROKER_TIMEOUT_MS 900000
/* transaction.timeout.ms is a 32-bit number of the protocol. */
#define TIMEOUT_MAX_MS    INT32_MAX

static struct tr_kafka_sink *sink_of(struct tr_sink *sink)
{
    return (struct tr_kafka_sink *)sink;
}

static void free_sink(struct tr_sink *base)
{
    struct tr_kafka_sink *sink = sink_of(base);

    tr_kafka_abort(sink);
    tr_kafka_producer_close(sink);
    tr_kafka_torn_close(sink);
    json_decref(sink->position_key);
    tr_buf_finish(&sink->newest);
    tr_buf_finish(&sink->doubt);
    free(sink->outputs);
    tr_arena_finish(&sink->arena);
    free(sink);
}

/* The marker has the position's key with a member of its own: ["c",{"server":"p"}] →
 * ["c",{"server":"p","tailrace":"open"}]. */
static int make_names(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    const struct tr_sink_params *params = &sink->params;
    struct tr_slice key = params->position_key;

    sink->position_key = json_loadb(key.p, key.n, JSON_DECODE_ANY, NULL);
    if (!sink->position_key || key.n < 2)
        return tr_fail_bug(diag, "the position's key is not JSON");
    char *marker =
        tr_arena_printf(&sink->arena, "%.*s,\"tailrace\":\"open\"}]", (int)key.n - 2, key.p);
    /* as Connect's, so that a task of Debezium's that still runs is fenced too */
    sink->transactional_id =
        tr_arena_printf(&sink->arena, "%s-%s-0", params->worker->group_id, params->options->name);
    if (!marker || !sink->transactional_id)
        return tr_fail_memory(diag);
    sink->marker_key = tr_slice_of(marker);
    return 0;
}

static int new_sink(const struct tr_sink_params *params, struct tr_sink **ret_sink,
                    struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = calloc(1, sizeof *sink);

    if (!sink)
        return tr_fail_memory(diag);
    sink->sink.impl = &tr_kafka_sink;
    sink->params = *params;
    sink->exactly_once = params->worker->exactly_once == TR_EXACTLY_ONCE_ENABLED;
    sink->offsets_topic = tr_kafka_offsets_topic(params);
    sink->states_at = -1;
    tr_uuid_random(sink->instance);
    sink->timeout_ms = TIMEOUT_MS;
    sink->broker_timeout_ms = BROKER_TIMEOUT_MS;
    tr_arena_init(&sink->arena, ARENA_CHUNK, ARENA_CAP);
    tr_buf_init(&sink->newest, POSITION_CAP);
    tr_buf_init(&sink->doubt, POSITION_CAP);
    if (make_names(sink, diag) < 0) {
        free_sink(&sink->sink);
        return -1;
    }
    *ret_sink = &sink->sink;
    return 0;
}

/* The broker's transaction.max.timeout.ms, or 0. */
static int read_timeout(struct tr_kafka_client *reader, int64_t *ret_timeout, struct tr_diag *diag)
{
    const struct rd_kafka_metadata *metadata;
    struct tr_kafka_settings settings;
    char broker[16];

    if (tr_kafka_metadata(reader, NULL, &metadata, diag) < 0)
        return -1;
    snprintf(broker, sizeof broker, "%" PRId32,
             metadata->broker_cnt > 0 ? metadata->brokers[0].id : 0);
    rd_kafka_metadata_destroy(metadata);
    *ret_timeout = 0;
    int rc = tr_kafka_settings_read(reader, RD_KAFKA_RESOURCE_BROKER, broker, &settings, diag);
    if (rc == 0) {
        *ret_timeout = tr_kafka_settings_integer(&settings, "transaction.max.timeout.ms", 0);
        tr_kafka_settings_finish(&settings);
    }
    return rc < 0 ? -1 : 0;
}

/* As long as the broker allows: the longest source transaction that fits into one of Kafka's. */
static int choose_timeout(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                          struct tr_diag *diag)
{
    const char *wish = tr_kafka_property(sink->params.worker, sink->params.options,
                                         TR_KAFKA_PRODUCER, "transaction.timeout.ms");
    int64_t timeout;

    if (read_timeout(reader, &timeout, diag) < 0)
        return -1;
    if (timeout > 0)
        sink->timeout_ms = sink->broker_timeout_ms = TR_MIN(timeout, TIMEOUT_MAX_MS);
    if (wish)
        sink->timeout_ms = strtoll(wish, NULL, 10);
    return 0;
}

/* Markers and outputs go on where the position's transactions stopped. */
static int note_transaction(struct tr_kafka_sink *sink, const struct tr_buf *position,
                            struct tr_diag *diag)
{
    struct tr_stored_position *stored;
    struct tr_slice json = {tr_buf_string(position), position->len};

    tr_buf_put(&sink->newest, json.p, json.n);
    if (!tr_buf_ok(&sink->newest))
        return tr_fail_memory(diag);
    if (tr_stored_position_parse(json, &stored, diag) < 0)
        return -1;
    sink->transaction = (uint64_t)tr_stored_position_integer(stored, "tailrace_transaction", 0);
    sink->states_at = tr_stored_position_integer(stored, "tailrace_states_at", -1);
    const char *outputs = tr_stored_position_text(stored, "tailrace_outputs", NULL);
    int rc = tr_kafka_outputs_take(sink, outputs, diag);
    tr_stored_position_free(stored);
    return rc;
}

static int start_with(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                      struct tr_found *ret_found, struct tr_diag *diag)
{
    if (tr_kafka_position_prepare(sink, reader, diag) < 0)
        return -1;
    if (sink->exactly_once && choose_timeout(sink, reader, diag) < 0)
        return -1;
    /* whoever is to end has no business fencing the one that follows */
    if (sink->params.stopping(sink->params.context))
        return tr_fail(diag, TR_SINK, TR_RETRY, "stopped before the start");
    /* the fence first, then the truth */
    if (tr_kafka_producer_open(sink, diag) < 0)
        return -1;
    int rc = tr_kafka_position_read(sink, reader, &ret_found->position, diag);
    ret_found->transaction_ms = sink->exactly_once ? sink->timeout_ms : 0;
    if (rc == 0)
        rc = note_transaction(sink, &ret_found->position, diag);
    if (rc >= 0 && tr_kafka_torn_open(sink, reader, &ret_found->position, diag) < 0)
        return -1;
    if (rc >= 0 && tr_kafka_states_read(sink, reader, ret_found, diag) < 0)
        return -1;
    return rc;
}

static int start(struct tr_sink *base, struct tr_found *ret_found, struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = sink_of(base);
    struct tr_kafka_client *reader;

    if (tr_kafka_version_check(diag) < 0 ||
        tr_kafka_reader_open(&sink->params, "read_committed", &reader, diag) < 0)
        return -1;
    int rc = start_with(sink, reader, ret_found, diag);
    tr_kafka_client_free(reader);
    return rc;
}

static int write_batch(struct tr_sink *base, const struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = sink_of(base);

    if (tr_kafka_begin(sink, diag) < 0)
        return -1;
    return tr_kafka_write(sink, batch, diag);
}

static int flush(struct tr_sink *base, const struct tr_output **ret_outputs, size_t *ret_noutputs,
                 struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = sink_of(base);

    if (tr_kafka_flush(sink, diag) < 0)
        return -1;
    return tr_kafka_outputs_list(sink, ret_outputs, ret_noutputs, diag);
}

static int commit(struct tr_sink *base, struct tr_slice position, struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = sink_of(base);
    int rc = tr_kafka_commit(sink, position, diag);

    tr_figure_set(sink->params.figures, TR_FIGURE_KAFKA_QUEUE,
                  rd_kafka_outq_len(sink->producer->rk));
    return rc;
}

static int abandon(struct tr_sink *sink, struct tr_diag *diag)
{
    return tr_kafka_abandon((struct tr_kafka_sink *)sink, diag);
}

/* Met within one transaction or never: that ends, too. */
static int hold(struct tr_sink *base, struct tr_diag *diag)
{
    struct tr_kafka_sink *sink = sink_of(base);
    int64_t age_ms = (tr_clock_monotonic_us() - sink->opened_us) / 1000;

    if (!sink->unmet)
        return 0;
    return sink->open && age_ms > sink->timeout_ms / 2 ? tr_kafka_torn_fail(sink, diag) : 1;
}

const struct tr_sink_impl tr_kafka_sink = {
    .new = new_sink,
    .start = start,
    .write = write_batch,
    .flush = flush,
    .commit = commit,
    .hold = hold,
    .abandon = abandon,
    .free = free_sink,
    .check = tr_kafka_check,
};
