/*
 * What the Kafka sink costs on top of librdkafka: the same messages, with key and four headers, in
 * transactions of the same size, once through the sink and once through librdkafka alone.
 *
 *   sink-bench SERVERS MESSAGES SIZE PER_TRANSACTION [TOPIC]
 */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "sink/kafka/kafka.h"

#define BATCH 1000

struct bench {
    const char *servers, *topic;
    int64_t messages, per_transaction;
    size_t size;
    char *value;
};

struct meter {
    int64_t start_us;
    double start_cpu;
};

static double cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static struct meter begin(void)
{
    return (struct meter){tr_clock_monotonic_us(), cpu_seconds()};
}

static void end(const struct bench *bench, const struct meter *meter, const char *what)
{
    double seconds = (double)(tr_clock_monotonic_us() - meter->start_us) / 1e6;
    double n = (double)bench->messages;

    printf("%-10s %9.0f messages/s  %5.2f CPU s per million  %7.2f ms per transaction\n", what,
           n / seconds, (cpu_seconds() - meter->start_cpu) / n * 1e6,
           seconds * 1000 * (double)bench->per_transaction / n);
}

static void fail(const char *text)
{
    fprintf(stderr, "sink-bench: %s\n", text);
    exit(1);
}

static bool never(void *context)
{
    (void)context;
    return false;
}

static const struct tr_header headers[] = {
    {"__debezium.context.connectorLogicalName", {"inventory", 9}},
    {"__debezium.context.taskId", {"0", 1}},
    {"__debezium.context.connectorName", {"postgresql", 10}},
    {"__debezium.context.runId", {"0198a1d2-5f0e-7c3b-9a64-2f1c5d7e8b90", 36}},
};

/* A batch of the next messages; their memory is the batch's. */
static void fill(const struct bench *bench, struct tr_batch *batch, struct tr_topic *topic,
                 int64_t first, int64_t count)
{
    tr_batch_reset(batch);
    for (int64_t i = first; i < first + count; i++) {
        struct tr_message *message = tr_batch_add(batch);
        char *key = message ? tr_arena_printf(&batch->arena, "{\"id\":%" PRId64 "}", i) : NULL;
        if (!key)
            fail("no memory");
        message->topic = topic;
        message->key = tr_slice_of(key);
        message->value = (struct tr_slice){bench->value, bench->size};
        message->headers = headers;
        message->nheaders = TR_COUNT(headers);
    }
}

static void through_sink(const struct bench *bench)
{
    struct tr_worker_options worker = {
        .bootstrap_servers = bench->servers,
        .group_id = "sink-bench",
        .offsets_topic = "sink-bench-offsets",
        .offsets_partitions = 1,
        .offsets_replication = -1,
    };
    struct tr_connector_options options = {.name = "bench", .memory_limit = 64 << 20};
    options.sink.topic_creation_enable = true;
    const struct tr_log log = {.fd = STDERR_FILENO, .level = TR_LOG_WARN};
    const struct tr_sink_params params = {
        .worker = &worker,
        .options = &options,
        .position_key = TR_SLICE("[\"bench\",{\"server\":\"bench\"}]"),
        .log = &log,
        .stopping = never,
    };
    struct tr_diag diag;
    struct tr_sink *sink;
    struct tr_found found;
    struct tr_topic topic = {.name = bench->topic};
    struct tr_batch *batch = tr_batch_new(512 << 10, 64 << 20);
    const struct tr_output *outputs;
    size_t noutputs;

    if (tr_found_init(&found, &diag) < 0)
        fail(diag.message);
    int64_t start = tr_clock_monotonic_us();
    if (!batch || tr_sink_new(&tr_kafka_sink, &params, &sink, &diag) < 0 ||
        tr_sink_start(sink, &found, &diag) < 0)
        fail(diag.message);
    printf("start      %.1f ms\n", (double)(tr_clock_monotonic_us() - start) / 1000);
    struct meter meter = begin();
    for (int64_t i = 0, in_transaction = 0; i < bench->messages;) {
        int64_t count =
            TR_MIN(TR_MIN(BATCH, bench->messages - i), bench->per_transaction - in_transaction);
        fill(bench, batch, &topic, i, count);
        if (tr_sink_write(sink, batch, &diag) < 0)
            fail(diag.message);
        i += count;
        in_transaction += count;
        if (in_transaction < bench->per_transaction && i < bench->messages)
            continue;
        in_transaction = 0;
        if (tr_sink_flush(sink, &outputs, &noutputs, &diag) < 0 ||
            tr_sink_commit(sink, TR_SLICE("{\"lsn\":1}"), &diag) < 0)
            fail(diag.message);
    }
    end(bench, &meter, "sink");
    tr_sink_free(sink);
    tr_batch_free(batch);
    tr_found_finish(&found);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256];

    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK)
        fail(error);
}

static void must(rd_kafka_error_t *error)
{
    if (error)
        fail(rd_kafka_error_string(error));
}

static void on_delivered(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk, (void)opaque;
    if (message->err)
        fail(rd_kafka_err2str(message->err));
}

static void produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, const struct bench *bench, int64_t i)
{
    char key[32];
    int n = snprintf(key, sizeof key, "{\"id\":%" PRId64 "}", i);
    rd_kafka_resp_err_t error;
    rd_kafka_headers_t *list = rd_kafka_headers_new(TR_COUNT(headers));

    for (size_t h = 0; h < TR_COUNT(headers); h++)
        rd_kafka_header_add(list, headers[h].name, -1, headers[h].value.p,
                            (ssize_t)headers[h].value.n);
    while ((error = rd_kafka_producev(rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_KEY(key, n),
                                      RD_KAFKA_V_VALUE(bench->value, bench->size),
                                      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                      RD_KAFKA_V_HEADERS(list), RD_KAFKA_V_END)) ==
           RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(rk, 100);
    if (error)
        fail(rd_kafka_err2str(error));
}

static void alone(const struct bench *bench, const char *what, const char *kbytes)
{
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    set(conf, "bootstrap.servers", bench->servers);
    set(conf, "transactional.id", "sink-bench-alone");
    set(conf, "partitioner", "murmur2_random");
    set(conf, "queue.buffering.max.kbytes", kbytes);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivered);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (!rk)
        fail(error);
    must(rd_kafka_init_transactions(rk, 30000));
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, bench->topic, NULL);
    struct meter meter = begin();
    for (int64_t i = 0; i < bench->messages;) {
        must(rd_kafka_begin_transaction(rk));
        for (int64_t n = 0; n < bench->per_transaction && i < bench->messages; n++, i++)
            produce(rk, topic, bench, i);
        must(rd_kafka_commit_transaction(rk, -1));
    }
    end(bench, &meter, what);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(rk);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: sink-bench SERVERS MESSAGES SIZE PER_TRANSACTION [TOPIC]\n");
        return 2;
    }
    struct bench bench = {
        .servers = argv[1],
        .messages = atoll(argv[2]),
        .size = (size_t)atoll(argv[3]),
        .per_transaction = atoll(argv[4]),
        .topic = argc > 5 ? argv[5] : "sink-bench",
    };
    bench.value = malloc(bench.size + 1);
    if (!bench.value)
        fail("no memory");
    for (size_t i = 0; i < bench.size; i++)
        bench.value[i] = (char)('a' + i * 7 % 26);
    through_sink(&bench);
    alone(&bench, "librdkafka", "1048576");
    alone(&bench, "tuned", "8192"); /* with the sink's queue limit */
    free(bench.value);
    return 0;
}
