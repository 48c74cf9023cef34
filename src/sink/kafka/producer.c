#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "kafka/error.h"
#include "kafka/properties.h"
#include "sink/kafka/impl.h"

/* Kafka's request types, by number (Kafka protocol guide, "Api Keys"). */
#define INIT_PRODUCER_ID      22
#define ADD_PARTITIONS_TO_TXN 24
#define END_TXN               26

/* librdkafka's queue counts values only; headers and keys triple that for small records. More than
 * this gains nothing: a longer queue is slower, because messages have left the CPU's cache when
 * their turn comes (8 MiB: 430,000 messages/s of 760 bytes, 64 MiB: 280,000). */
#define QUEUE_BYTES   ((int64_t)8 << 20)
/* What a message costs at least, for the limit on their number. */
#define MESSAGE_BYTES 512

/* As Java's delivery.timeout.ms. */
#define DELIVERY_MS 120000
/* How long the coordinator may be away at start before the connector backs off. */
#define FENCE_MS    120000

static void remember_loss(struct tr_kafka_sink *sink, const rd_kafka_message_t *message)
{
    struct tr_kafka_loss *loss = &sink->loss;
    int n = (int)TR_MIN(message->key_len, 200);

    if (loss->error)
        return;
    loss->error = message->err ? message->err : RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER;
    loss->size = message->key_len + message->len;
    snprintf(loss->topic, sizeof loss->topic, "%s",
             message->rkt ? rd_kafka_topic_name(message->rkt) : "?");
    snprintf(loss->key, sizeof loss->key, "%.*s%s", n, message->key ? (char *)message->key : "",
             message->key_len > 200 ? "…" : "");
}

/* Without an offset the broker has called the messages duplicates, which librdkafka takes for
 * delivered. They may be in no log: when a new topic's first request is refused (its leader isn't
 * there yet) and the second is not, the broker begins with the second's numbers. */
static void on_delivered(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    const struct tr_kafka_client *client = opaque;
    struct tr_kafka_topic *topic = message->_private;

    (void)rk;
    if (TR_UNLIKELY(message->err || message->offset < 0)) {
        remember_loss(client->params.owner, message);
    } else if (topic && message->partition < topic->partitions) {
        int64_t *high = &topic->high[message->partition];
        *high = TR_MAX(*high, message->offset);
    }
}

/* On librdkafka's threads. These figures come from interceptors, not from its statistics: those
 * grow with topics and partitions, and pile up while nobody polls an idle producer. */
static void count_response(struct tr_figures *figures, size_t size, int64_t rtt_us,
                           rd_kafka_resp_err_t error)
{
    tr_figure_add(figures, TR_FIGURE_KAFKA_RECEIVED, (int64_t)size);
    if (rtt_us > 0)
        tr_figure_add(figures, TR_FIGURE_KAFKA_RTT_US, rtt_us);
    if (error && error != RD_KAFKA_RESP_ERR__DESTROY)
        tr_figure_add(figures, TR_FIGURE_KAFKA_ERRORS, 1);
}

static rd_kafka_resp_err_t on_request(rd_kafka_t *rk, int fd, const char *broker, int32_t id,
                                      int16_t api, int16_t version, int32_t correlation,
                                      size_t size, void *opaque)
{
    const struct tr_kafka_sink *sink = opaque;

    (void)rk, (void)fd, (void)broker, (void)id, (void)api, (void)version, (void)correlation;
    tr_figure_add(sink->params.figures, TR_FIGURE_KAFKA_REQUESTS, 1);
    tr_figure_add(sink->params.figures, TR_FIGURE_KAFKA_SENT, (int64_t)size);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Counts go on from run to run. */
static void begin_counts(struct tr_figures *figures)
{
    static const enum tr_figure counts[] = {TR_FIGURE_KAFKA_REQUESTS, TR_FIGURE_KAFKA_ERRORS,
                                            TR_FIGURE_KAFKA_SENT, TR_FIGURE_KAFKA_RECEIVED,
                                            TR_FIGURE_KAFKA_RTT_US};

    for (size_t i = 0; figures && i < TR_COUNT(counts); i++)
        if (tr_figure_get(figures, counts[i]) == TR_FIGURE_UNKNOWN)
            tr_figure_set(figures, counts[i], 0);
}

/* A request whose outcome is unknown may still reach the broker, later, inside another transaction
 * of the same epoch (KAFKA-17754). On librdkafka's threads. */
static rd_kafka_resp_err_t on_response(rd_kafka_t *rk, int fd, const char *broker, int32_t id,
                                       int16_t api, int16_t version, int32_t correlation,
                                       size_t size, int64_t rtt, rd_kafka_resp_err_t error,
                                       void *opaque)
{
    struct tr_kafka_sink *sink = opaque;

    (void)rk, (void)fd, (void)broker, (void)id, (void)version, (void)correlation;
    count_response(sink->params.figures, size, rtt, error);
    if (!error || error == RD_KAFKA_RESP_ERR__DESTROY)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    if (api == END_TXN || api == ADD_PARTITIONS_TO_TXN)
        atomic_store(&sink->tainted, true);
    if (api == INIT_PRODUCER_ID)
        atomic_store(&sink->fence_doubtful, true);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf, void *opaque,
                                  char *error, size_t error_size)
{
    (void)conf, (void)error, (void)error_size;
    rd_kafka_resp_err_t rc =
        rd_kafka_interceptor_add_on_request_sent(rk, "tailrace", on_request, opaque);
    if (rc)
        return rc;
    return rd_kafka_interceptor_add_on_response_received(rk, "tailrace", on_response, opaque);
}

struct tr_kafka_client_params tr_kafka_sink_client(const struct tr_sink_params *params)
{
    return (struct tr_kafka_client_params){
        .log = params->log,
        .servers = params->worker->bootstrap_servers,
        .stopping = params->stopping,
        .context = params->context,
    };
}

static const char *wish(const struct tr_kafka_sink *sink, const char *name)
{
    return tr_kafka_property(sink->params.worker, sink->params.options, TR_KAFKA_PRODUCER, name);
}

static int set_queue(const struct tr_kafka_sink *sink, rd_kafka_conf_t *conf, struct tr_diag *diag)
{
    char text[24];
    size_t n = sizeof text;
    int64_t message_max = 1000000;
    int64_t budget = sink->params.options->memory_limit / 4;

    if (wish(sink, "buffer.memory") || wish(sink, "queue.buffering.max.kbytes"))
        return 0;
    if (rd_kafka_conf_get(conf, "message.max.bytes", text, &n) == RD_KAFKA_CONF_OK)
        sscanf(text, "%" SCNd64, &message_max);
    /* a message larger than the whole queue would never get in */
    int64_t bytes = TR_MAX(TR_MIN(budget, QUEUE_BYTES), message_max + 1024);
    if (tr_kafka_set_int(conf, "queue.buffering.max.kbytes", bytes / 1024 + 1, diag) < 0)
        return -1;
    return tr_kafka_set_int(conf, "queue.buffering.max.messages",
                            TR_MAX(budget / MESSAGE_BYTES, 1000), diag);
}

static int set_delivery(const struct tr_kafka_sink *sink, rd_kafka_conf_t *conf,
                        struct tr_diag *diag)
{
    char text[24];
    size_t n = sizeof text;
    int64_t delivery = DELIVERY_MS;

    if (!wish(sink, "delivery.timeout.ms") && !wish(sink, "message.timeout.ms")) {
        int64_t most = sink->exactly_once ? sink->timeout_ms - 1 : DELIVERY_MS;
        return tr_kafka_set_int(conf, "message.timeout.ms", TR_MIN(DELIVERY_MS, most), diag);
    }
    if (rd_kafka_conf_get(conf, "message.timeout.ms", text, &n) == RD_KAFKA_CONF_OK)
        sscanf(text, "%" SCNd64, &delivery);
    if (sink->exactly_once && (delivery == 0 || delivery >= sink->timeout_ms))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "producer.override.delivery.timeout.ms must be below the transaction "
                       "timeout, %" PRId64 " ms",
                       sink->timeout_ms);
    return 0;
}

static int set_transactions(const struct tr_kafka_sink *sink, rd_kafka_conf_t *conf,
                            struct tr_diag *diag)
{
    if (!sink->exactly_once)
        return 0;
    if (tr_kafka_set(conf, "transactional.id", sink->transactional_id, diag) < 0)
        return -1;
    return tr_kafka_set_int(conf, "transaction.timeout.ms", sink->timeout_ms, diag);
}

/* As Java's. */
static int set_size(const struct tr_kafka_sink *sink, rd_kafka_conf_t *conf, struct tr_diag *diag)
{
    if (wish(sink, "max.request.size") || wish(sink, "message.max.bytes"))
        return 0;
    return tr_kafka_set(conf, "message.max.bytes", "1048576", diag);
}

/* What the guarantee needs. */
static int set_ours(rd_kafka_conf_t *conf, struct tr_diag *diag)
{
    static const struct tr_property ours[] = {
        {"enable.idempotence", "true"},
        {"delivery.report.only.error", "false"},
        {"statistics.interval.ms", "0"},
        /* a topic deleted behind our back must not come back by itself, with other settings */
        {"allow.auto.create.topics", "false"},
        /* for the high watermark: read_committed would yield the last stable offset */
        {"isolation.level", "read_uncommitted"},
    };
    char ignored[256];

    for (size_t i = 0; i < TR_COUNT(ours); i++) {
        if (tr_kafka_set(conf, ours[i].name, ours[i].value, diag) < 0)
            return -1;
    }
    /* newer versions only */
    (void)rd_kafka_conf_set(conf, "enable.metrics.push", "false", ignored, sizeof ignored);
    return 0;
}

static int make_producer(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    rd_kafka_conf_t *conf;
    struct tr_kafka_client_params params = tr_kafka_sink_client(&sink->params);

    if (tr_kafka_conf_new(sink->params.worker, sink->params.options, TR_KAFKA_PRODUCER, &conf,
                          diag) < 0)
        return -1;
    if (set_size(sink, conf, diag) < 0 || set_queue(sink, conf, diag) < 0 ||
        set_delivery(sink, conf, diag) < 0 || set_transactions(sink, conf, diag) < 0 ||
        set_ours(conf, diag) < 0) {
        rd_kafka_conf_destroy(conf);
        return -1;
    }
    begin_counts(sink->params.figures);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivered);
    rd_kafka_conf_interceptor_add_on_new(conf, "tailrace", on_new, sink);
    params.owner = sink;
    return tr_kafka_client_new(RD_KAFKA_PRODUCER, conf, &params, &sink->producer, diag);
}

static int fence_failed(const struct tr_kafka_sink *sink, rd_kafka_resp_err_t error,
                        const char *text, struct tr_diag *diag)
{
    switch (error) {
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the broker allows no transaction.timeout.ms of %" PRId64
                       "; raise the broker's transaction.max.timeout.ms, or lower "
                       "producer.override.transaction.timeout.ms",
                       sink->timeout_ms);
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        return tr_fail(diag, TR_AUTH, TR_STOP,
                       "no right to use the transactional.id %s; grant WRITE and DESCRIBE on it: "
                       "kafka-acls.sh --add --allow-principal User:<user> --operation Write "
                       "--operation Describe --transactional-id %s",
                       sink->transactional_id, sink->transactional_id);
    case RD_KAFKA_RESP_ERR__FENCED:
        return tr_fail(diag, TR_SINK, TR_RETRY,
                       "another instance took the transactional.id %s at the same time",
                       sink->transactional_id);
    default:
        return tr_fail(diag, tr_kafka_class(error), tr_kafka_reaction(error),
                       "can't begin transactions as transactional.id %s: %s",
                       sink->transactional_id, text);
    }
}

static int fence(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;
    rd_kafka_error_t *error;

    tr_kafka_wait_begin(&wait, sink->producer, "fencing earlier owners of the transactional.id",
                        FENCE_MS);
    while ((error = rd_kafka_init_transactions(sink->producer->rk, TR_KAFKA_SLICE_MS))) {
        int rc = rd_kafka_error_is_retriable(error)
                     ? tr_kafka_wait_more(&wait, diag)
                     : fence_failed(sink, rd_kafka_error_code(error), rd_kafka_error_string(error),
                                    diag);
        rd_kafka_error_destroy(error);
        if (rc < 0)
            return -1;
    }
    sink->producer->answered = true;
    return 0;
}

int tr_kafka_producer_open(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    atomic_store(&sink->tainted, false);
    atomic_store(&sink->fence_doubtful, false);
    if (make_producer(sink, diag) < 0)
        return -1;
    if (sink->exactly_once && fence(sink, diag) < 0)
        return -1;
    atomic_store(&sink->tainted, false);
    return tr_kafka_topic_open(sink, &sink->offsets, diag);
}

static void close_topic(struct tr_kafka_topic *topic)
{
    if (topic->handle)
        rd_kafka_topic_destroy(topic->handle);
    topic->handle = NULL;
}

void tr_kafka_producer_close(struct tr_kafka_sink *sink)
{
    close_topic(&sink->offsets);
    for (struct tr_kafka_topic *topic = sink->first; topic; topic = topic->next)
        close_topic(topic);
    tr_kafka_client_free(sink->producer);
    sink->producer = NULL;
}

int tr_kafka_producer_taken(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    sink->open = false;
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "fenced by another instance that uses the transactional.id %s: stop one of "
                   "them, or give this worker another group.id",
                   sink->transactional_id);
}

/* The coordinator fences also the owner of a transaction that took too long. But we may have been
 * frozen so long that another instance follows us by now: a new start would fence that one. */
static int fenced(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    int64_t age_ms = (tr_clock_monotonic_us() - sink->opened_us) / 1000;

    bool late = sink->open && age_ms >= sink->timeout_ms;

    if ((!late && !atomic_load(&sink->fence_doubtful)) ||
        tr_kafka_ask_owner(sink, diag) == TR_KAFKA_TAKEN)
        return tr_kafka_producer_taken(sink, diag);
    if (!late)
        return tr_fail(diag, TR_SINK, TR_RETRY,
                       "fenced as transactional.id %s, perhaps by our own request to be its owner "
                       "that went unanswered before",
                       sink->transactional_id);
    return tr_fail(diag, TR_SINK, TR_RETRY,
                   "Kafka ended the transaction after %" PRId64 " ms (transaction.timeout.ms)",
                   age_ms);
}

/* Messages purged, calls refused: consequences. librdkafka has logged why. */
static int transaction_failed(const struct tr_kafka_sink *sink, const char *otherwise,
                              struct tr_diag *diag)
{
    char text[512];

    tr_kafka_client_transaction_error(sink->producer, text, sizeof text);
    return tr_fail(diag, TR_SINK, TR_RETRY, "%s", text[0] ? text : otherwise);
}

int tr_kafka_producer_failed(struct tr_kafka_sink *sink, rd_kafka_resp_err_t error,
                             const char *text, struct tr_diag *diag)
{
    char fatal[512];

    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        error = rd_kafka_fatal_error(sink->producer->rk, fatal, sizeof fatal);
        text = fatal;
    }
    if (error == RD_KAFKA_RESP_ERR__FENCED)
        return fenced(sink, diag);
    if (error == RD_KAFKA_RESP_ERR__STATE)
        return transaction_failed(sink, text, diag);
    return tr_fail(diag, tr_kafka_class(error), tr_kafka_reaction(error), "%s", text);
}

static int too_large(const struct tr_kafka_loss *loss, struct tr_diag *diag)
{
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "the broker refuses a message of %zu bytes for topic %s, key %s, as too large "
                   "(alone or with the others of its batch); raise max.message.bytes of the topic, "
                   "or lower producer.override.batch.size if the message alone would fit",
                   loss->size, loss->topic, loss->key[0] ? loss->key : "none");
}

int tr_kafka_producer_check(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    const struct tr_kafka_loss *loss = &sink->loss;

    switch (loss->error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        return 0;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
        return too_large(loss, diag);
    /* a leader learns of a new epoch before the coordinator is asked */
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR__FENCED:
        return fenced(sink, diag);
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
        if (rd_kafka_fatal_error(sink->producer->rk, NULL, 0))
            return tr_kafka_producer_failed(sink, RD_KAFKA_RESP_ERR__FATAL, NULL, diag);
        return transaction_failed(sink, "the transaction's messages were dropped", diag);
    default:
        break;
    }
    return tr_kafka_fail(diag, loss->error, "a message for topic %s was not delivered",
                         loss->topic);
}
