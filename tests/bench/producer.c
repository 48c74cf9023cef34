/*
 * The limit that librdkafka sets: produces COUNT messages of the given sizes, with key and four
 * headers as tailrace's records have them, in transactions of PER messages, and says what it took.
 * Prints: messages per second, CPU seconds per million messages (all threads).
 */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static void die(const char *what, const char *why)
{
    fprintf(stderr, "producer: %s: %s\n", what, why);
    exit(1);
}

static void check(const char *what, rd_kafka_error_t *error)
{
    if (error)
        die(what, rd_kafka_error_string(error));
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK)
        die(name, why);
}

static rd_kafka_t *open_producer(const char *bootstrap)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    set(conf, "bootstrap.servers", bootstrap);
    set(conf, "transactional.id", "bench-producer");
    set(conf, "linger.ms", "5");
    set(conf, "queue.buffering.max.messages", "0");
    set(conf, "queue.buffering.max.kbytes", "32768");
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!rk)
        die("rd_kafka_new", why);
    check("init", rd_kafka_init_transactions(rk, -1));
    return rk;
}

static rd_kafka_headers_t *make_headers(void)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(4);

    rd_kafka_header_add(headers, "__debezium.context.connectorLogicalName", -1, "bench", -1);
    rd_kafka_header_add(headers, "__debezium.context.taskId", -1, "0", -1);
    rd_kafka_header_add(headers, "__debezium.context.connectorName", -1, "postgresql", -1);
    rd_kafka_header_add(headers, "__debezium.context.runId", -1,
                        "01a1fc19-6fb8-7cad-83e3-47f7c97aff9b", -1);
    return headers;
}

struct record {
    const rd_kafka_headers_t *headers;
    const char *key, *value;
    size_t size;
};

static void produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, const struct record *record)
{
    for (;;) {
        rd_kafka_headers_t *copy = rd_kafka_headers_copy(record->headers);
        rd_kafka_resp_err_t err =
            rd_kafka_producev(rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(0),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                              RD_KAFKA_V_KEY(record->key, strlen(record->key)),
                              RD_KAFKA_V_VALUE((void *)(uintptr_t)record->value, record->size),
                              RD_KAFKA_V_HEADERS(copy), RD_KAFKA_V_END);
        if (!err)
            return;
        rd_kafka_headers_destroy(copy);
        if (err != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            die("produce", rd_kafka_err2str(err));
        rd_kafka_poll(rk, 1);
    }
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    if (argc != 6)
        die("usage", "producer BOOTSTRAP TOPIC COUNT VALUE-BYTES PER-TRANSACTION");
    long count = atol(argv[3]), per = atol(argv[5]);
    size_t size = (size_t)atol(argv[4]);
    char *value = malloc(size);
    if (!value)
        die("malloc", "no memory");
    memset(value, 'x', size);
    rd_kafka_t *rk = open_producer(argv[1]);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, argv[2], NULL);
    rd_kafka_headers_t *headers = make_headers();
    double from = seconds(), cpu = cpu_seconds();

    for (long i = 0; i < count; i++) {
        char key[32];
        if (i % per == 0)
            check("begin", rd_kafka_begin_transaction(rk));
        snprintf(key, sizeof key, "{\"id\":%ld}", i);
        produce(rk, topic, &(struct record){headers, key, value, size});
        if (i % per == per - 1 || i == count - 1)
            check("commit", rd_kafka_commit_transaction(rk, -1));
    }
    printf("%.0f %.3f\n", (double)count / (seconds() - from),
           (cpu_seconds() - cpu) * 1e6 / (double)count);
    rd_kafka_headers_destroy(headers);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(rk);
    free(value);
    return 0;
}
