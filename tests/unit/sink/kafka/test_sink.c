/* The Kafka sink against librdkafka's mock cluster, which knows no settings, makes topics by itself
 * (four partitions) and shows aborted records to every reader. */
#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kafka/murmur2.h"
#include "sink/kafka/impl.h"
#include "support/cmocka.h"

/* Kafka protocol guide, "Api Keys". */
#define PRODUCE  0
#define END_TXN  26
#define ADD_PART 24

#define POSITION_KEY "[\"c\",{\"server\":\"p\"}]"
#define MARKER_KEY   "[\"c\",{\"server\":\"p\",\"tailrace\":\"open\"}]"

struct bed {
    rd_kafka_t *rk; /* carries the mock cluster, and writes what others would */
    rd_kafka_mock_cluster_t *cluster;
    struct tr_worker_options worker;
    struct tr_connector_options options;
    struct tr_log log;
    struct tr_sink_params params;
    struct tr_sink *sink;
    struct tr_found found;
    struct tr_batch *batch;
    struct tr_topic topic;
    struct tr_diag diag;
    bool stopping;
};

static bool is_stopping(void *context)
{
    return ((struct bed *)context)->stopping;
}

static int setup(void **state)
{
    char error[256];
    struct bed *bed = calloc(1, sizeof *bed);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    assert_non_null(bed);
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", error, sizeof error);
    rd_kafka_conf_set(conf, "log_level", "2", error, sizeof error);
    bed->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    assert_non_null(bed->rk);
    bed->cluster = rd_kafka_handle_mock_cluster(bed->rk);
    bed->worker.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(bed->cluster);
    bed->worker.group_id = "g";
    bed->worker.offsets_topic = "offsets";
    bed->worker.offsets_partitions = 4;
    bed->worker.offsets_replication = 1;
    bed->options.name = "c";
    bed->options.capture.topic_prefix = "p";
    bed->options.capture.value.class = TR_CONVERTER_JSON;
    bed->options.memory_limit = 64 << 20;
    bed->options.sink.topic_creation_enable = true;
    bed->log = (struct tr_log){.fd = STDERR_FILENO, .level = TR_LOG_ERROR};
    bed->params = (struct tr_sink_params){
        .worker = &bed->worker,
        .options = &bed->options,
        .position_key = TR_SLICE(POSITION_KEY),
        .log = &bed->log,
        .stopping = is_stopping,
        .context = bed,
    };
    bed->topic.name = "t";
    bed->batch = tr_batch_new(64 << 10, 64 << 20);
    assert_int_equal(tr_found_init(&bed->found, &bed->diag), 0);
    *state = bed;
    return 0;
}

static int teardown(void **state)
{
    struct bed *bed = *state;

    tr_sink_free(bed->sink);
    tr_batch_free(bed->batch);
    tr_found_finish(&bed->found);
    rd_kafka_destroy(bed->rk);
    free(bed);
    return 0;
}

static int start(struct bed *bed)
{
    tr_sink_free(bed->sink);
    bed->sink = NULL;
    bed->topic.sink = NULL;
    tr_found_finish(&bed->found);
    assert_int_equal(tr_found_init(&bed->found, &bed->diag), 0);
    assert_int_equal(tr_sink_new(&tr_kafka_sink, &bed->params, &bed->sink, &bed->diag), 0);
    return tr_sink_start(bed->sink, &bed->found, &bed->diag);
}

static const struct tr_header headers[] = {{"h", {"1", 1}}, {"n", {NULL, 0}}};

static int write_value(struct bed *bed, const char *key, struct tr_slice value)
{
    tr_batch_reset(bed->batch);
    struct tr_message *message = tr_batch_add(bed->batch);
    message->topic = &bed->topic;
    message->key = key ? tr_slice_of(key) : (struct tr_slice){NULL, 0};
    message->value = value;
    message->headers = headers;
    message->nheaders = TR_COUNT(headers);
    message->identity = 6;
    return tr_sink_write(bed->sink, bed->batch, &bed->diag);
}

static int write_state(struct bed *bed, const char *key, const char *value)
{
    char name[96];

    snprintf(name, sizeof name, "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"%s\"}]", key);
    tr_batch_reset(bed->batch);
    char *copy = tr_arena_strdup(&bed->batch->arena, tr_slice_of(name));
    assert_non_null(copy);
    assert_int_equal(
        tr_batch_state(bed->batch, (struct tr_state){tr_slice_of(copy), tr_slice_of(value)}), 0);
    return tr_sink_write(bed->sink, bed->batch, &bed->diag);
}

static int flush(struct bed *bed)
{
    const struct tr_output *outputs;
    size_t n;
    return tr_sink_flush(bed->sink, &outputs, &n, &bed->diag);
}

static int commit(struct bed *bed, const char *position)
{
    return tr_sink_commit(bed->sink, tr_slice_of(position), &bed->diag);
}

static struct tr_kafka_sink *inside(struct bed *bed)
{
    return (struct tr_kafka_sink *)bed->sink;
}

/* What another program writes to the position's partition. */
static void put(struct bed *bed, const char *key, const char *value)
{
    int32_t partition = tr_kafka_partition(TR_SLICE(POSITION_KEY), 4);

    assert_int_equal(rd_kafka_producev(
                         bed->rk, RD_KAFKA_V_TOPIC("offsets"), RD_KAFKA_V_PARTITION(partition),
                         RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, strlen(key)),
                         RD_KAFKA_V_VALUE((void *)(uintptr_t)value, value ? strlen(value) : 0),
                         RD_KAFKA_V_END),
                     0);
}

static void put_done(struct bed *bed)
{
    assert_int_equal(rd_kafka_flush(bed->rk, 10000), 0);
}

static void fail_next(struct bed *bed, int16_t api, rd_kafka_resp_err_t error)
{
    rd_kafka_mock_push_request_errors(bed->cluster, api, 1, error);
}

static void test_position_comes_back(void **state)
{
    struct bed *bed = *state;
    const struct tr_output *outputs;
    size_t n;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "abc", TR_SLICE("v")), 0);
    assert_int_equal(write_value(bed, NULL, TR_SLICE("v")), 0);
    assert_int_equal(tr_sink_flush(bed->sink, &outputs, &n, &bed->diag), 0);
    assert_int_equal(n, 4);
    assert_int_equal(outputs[0].offset, -1);
    assert_int_equal(outputs[6 % 4].offset, 0);
    assert_int_equal(outputs[479470107 % 4].partition, 479470107 % 4);
    assert_int_equal(outputs[479470107 % 4].partitions, 4);
    assert_int_equal(outputs[479470107 % 4].offset, 0);
    assert_int_equal(commit(bed, "{\"lsn\":7,\"tailrace_transaction\":1}"), 0);
    assert_int_equal(commit(bed, "{\"lsn\":8,\"tailrace_transaction\":2}"), 0);

    assert_int_equal(start(bed), 0);
    assert_string_equal(tr_buf_string(&bed->found.position),
                        "{\"lsn\":8,\"tailrace_transaction\":2}");
    assert_int_equal(inside(bed)->transaction, 2);
}

static void test_outputs_are_cumulative(void **state)
{
    struct bed *bed = *state;
    const struct tr_output *outputs;
    size_t n;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "abc", TR_SLICE("v")), 0);
    assert_int_equal(commit(bed, "{}"), 0);
    assert_int_equal(write_value(bed, NULL, TR_SLICE("v")), 0);
    assert_int_equal(tr_sink_flush(bed->sink, &outputs, &n, &bed->diag), 0);
    assert_int_equal(n, 4);
    assert_ptr_equal(outputs[0].topic, outputs[3].topic);
    assert_int_equal(outputs[479470107 % 4].offset, 0);
}

/* Over runs, too; and what was in a topic before is not ours. */
static void test_outputs_go_on_from_the_position(void **state)
{
    struct bed *bed = *state;
    const struct tr_output *outputs;
    size_t n;

    put(bed, POSITION_KEY, "{\"tailrace_outputs\":\"{\\\"u\\\":[7,0]}\"}");
    assert_int_equal(rd_kafka_producev(bed->rk, RD_KAFKA_V_TOPIC("t"), RD_KAFKA_V_PARTITION(1),
                                       RD_KAFKA_V_VALUE("x", 1), RD_KAFKA_V_END),
                     0);
    put_done(bed);
    assert_int_equal(start(bed), 0);
    assert_int_equal(write_value(bed, "abc", TR_SLICE("v")), 0);
    assert_int_equal(tr_sink_flush(bed->sink, &outputs, &n, &bed->diag), 0);
    assert_int_equal(n, 6);
    assert_string_equal(outputs[0].topic, "u");
    assert_int_equal(outputs[0].offset, 6);
    assert_false(outputs[0].written);
    assert_int_equal(outputs[1].offset, -1);
    assert_int_equal(outputs[2 + 1].offset, 0);
    assert_int_equal(outputs[2 + 479470107 % 4].offset, 0);
    assert_true(outputs[2].written);
}

static void test_outputs_of_another_form(void **state)
{
    static const char *const forms[] = {"[]", "no", "{\\\"t\\\":1}", "{\\\"t\\\":[]}",
                                        "{\\\"t\\\":[\\\"1\\\"]}"};
    struct bed *bed = *state;
    char position[96];

    for (size_t i = 0; i < TR_COUNT(forms); i++) {
        snprintf(position, sizeof position, "{\"tailrace_outputs\":\"%s\"}", forms[i]);
        put(bed, POSITION_KEY, position);
        put_done(bed);
        assert_int_equal(start(bed), -1);
        assert_int_equal(bed->diag.reaction, TR_STOP);
        assert_non_null(strstr(bed->diag.message, "tailrace_outputs"));
    }
}

static void test_key_with_other_white_space(void **state)
{
    struct bed *bed = *state;

    put(bed, "[ \"c\", {\"server\" : \"p\"} ]", "{\"lsn\":5}");
    put(bed, "[\"other\",{\"server\":\"p\"}]", "{\"lsn\":6}");
    put(bed, "not JSON", "{\"lsn\":6}");
    put_done(bed);
    assert_int_equal(start(bed), 0);
    assert_string_equal(tr_buf_string(&bed->found.position), "{\"lsn\":5}");
}

static void test_deleted_position_is_none(void **state)
{
    struct bed *bed = *state;

    put(bed, POSITION_KEY, "{\"lsn\":5}");
    put(bed, POSITION_KEY, NULL);
    put_done(bed);
    assert_int_equal(start(bed), 1);
}

static void test_position_far_from_the_end(void **state)
{
    struct bed *bed = *state;

    put(bed, POSITION_KEY, "{\"lsn\":4}");
    put(bed, POSITION_KEY, "{\"lsn\":5}");
    for (int i = 0; i < 5000; i++)
        put(bed, "[\"other\",{\"server\":\"p\"}]", "{\"lsn\":6}");
    put_done(bed);
    assert_int_equal(start(bed), 0);
    assert_string_equal(tr_buf_string(&bed->found.position), "{\"lsn\":5}");
}

static void test_coordinator_error_is_retried(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    fail_next(bed, END_TXN, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
    assert_int_equal(commit(bed, "{\"lsn\":1}"), 0);
    assert_false(inside(bed)->tainted); /* an answer, though not a good one */
}

static void test_unanswered_commit_replaces_the_producer(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    assert_int_equal(flush(bed), 0);
    fail_next(bed, END_TXN, RD_KAFKA_RESP_ERR__TRANSPORT);
    assert_int_equal(commit(bed, "{\"lsn\":1}"), 0);
    assert_true(inside(bed)->tainted);
    char before[64];
    snprintf(before, sizeof before, "%s", rd_kafka_name(inside(bed)->producer->rk));
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    assert_false(inside(bed)->tainted);
    assert_string_not_equal(rd_kafka_name(inside(bed)->producer->rk), before);
    assert_int_equal(commit(bed, "{\"lsn\":2}"), 0);
    assert_int_equal(start(bed), 0);
    assert_string_equal(tr_buf_string(&bed->found.position), "{\"lsn\":2}");
}

/* Held up behind an unanswered request, we would fence whoever took over meanwhile. */
static void test_replaced_producer_finds_another_position(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    assert_int_equal(flush(bed), 0);
    fail_next(bed, END_TXN, RD_KAFKA_RESP_ERR__TRANSPORT);
    assert_int_equal(commit(bed, "{\"lsn\":1}"), 0);
    put(bed, POSITION_KEY, "{\"lsn\":2}");
    put_done(bed);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "fenced by another instance"));
}

static void test_fenced_while_committing(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    fail_next(bed, END_TXN, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
    assert_int_equal(commit(bed, "{\"lsn\":1}"), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "fenced by another instance"));
    assert_non_null(strstr(bed->diag.message, "g-c-0"));
}

static void test_asking_whose_it_is(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(commit(bed, "{\"lsn\":1}"), 0);
    assert_int_equal(tr_sink_abandon(bed->sink, &bed->diag), 0);
    assert_int_equal(start(bed), 0); /* nothing came of it but an aborted transaction */
    assert_string_equal(tr_buf_string(&bed->found.position), "{\"lsn\":1}");
    fail_next(bed, ADD_PART, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
    assert_int_equal(tr_sink_abandon(bed->sink, &bed->diag), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "fenced"));
}

static void test_asking_with_an_open_transaction(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    assert_int_equal(flush(bed), 0);
    fail_next(bed, PRODUCE, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
    assert_int_equal(tr_sink_abandon(bed->sink, &bed->diag), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
}

/* The coordinator ends what takes too long, and then fences its owner too. */
static void test_fenced_after_the_timeout(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    inside(bed)->opened_us -= inside(bed)->timeout_ms * 1000;
    fail_next(bed, END_TXN, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
    assert_int_equal(commit(bed, "{\"lsn\":1}"), -1);
    assert_int_equal(bed->diag.reaction, TR_RETRY);
    assert_non_null(strstr(bed->diag.message, "transaction.timeout.ms"));
}

static void test_abortable_error_starts_anew(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    fail_next(bed, ADD_PART, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID);
    /* seen by whichever call comes after the answer */
    assert_true(write_value(bed, "k", TR_SLICE("v")) < 0 || commit(bed, "{\"lsn\":1}") < 0);
    assert_int_equal(bed->diag.reaction, TR_RETRY);
    assert_non_null(strstr(bed->diag.message, "UNKNOWN_PRODUCER_ID"));
    assert_int_equal(start(bed), 1);
    assert_int_equal(commit(bed, "{\"lsn\":2}"), 0);
}

/* A message is lost, and the transaction is still open. */
static void lose_a_message(struct bed *bed, rd_kafka_resp_err_t error)
{
    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "first", TR_SLICE("v")), 0);
    assert_int_equal(flush(bed), 0);
    fail_next(bed, PRODUCE, error);
    assert_int_equal(write_value(bed, "second", TR_SLICE("v")), 0);
    assert_int_equal(flush(bed), -1);
    assert_int_equal(bed->diag.reaction, TR_RETRY);
}

/* To librdkafka it is delivered; who knows whether it ever was. */
static void test_broker_calls_a_message_a_duplicate(void **state)
{
    struct bed *bed = *state;

    lose_a_message(bed, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
    assert_non_null(strstr(bed->diag.message, "a message for topic t was not delivered"));
}

/* librdkafka's abort would end the transaction of whoever follows us. */
static void test_asking_before_the_abort(void **state)
{
    struct bed *bed = *state;

    lose_a_message(bed, RD_KAFKA_RESP_ERR_UNKNOWN);
    put(bed, MARKER_KEY, NULL);
    put_done(bed);
    assert_int_equal(tr_sink_abandon(bed->sink, &bed->diag), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "fenced by another instance"));
    assert_false(inside(bed)->open); /* nothing that freeing it would abort */
}

/* Kafka Connect's tasks write no marker. */
static void test_asking_before_the_abort_finds_a_position(void **state)
{
    struct bed *bed = *state;

    lose_a_message(bed, RD_KAFKA_RESP_ERR_UNKNOWN);
    put(bed, POSITION_KEY, "{\"lsn\":2}");
    put_done(bed);
    assert_int_equal(tr_sink_abandon(bed->sink, &bed->diag), -1);
    assert_non_null(strstr(bed->diag.message, "fenced by another instance"));
}

/* Nobody else would end what we have open ourselves. */
static void test_own_open_transaction_is_aborted(void **state)
{
    struct bed *bed = *state;

    lose_a_message(bed, RD_KAFKA_RESP_ERR_UNKNOWN);
    put(bed, "[\"other\",{\"server\":\"p\",\"tailrace\":\"open\"}]", NULL);
    put(bed, "[\"other\",{\"server\":\"p\"}]", "{\"lsn\":2}");
    put_done(bed);
    assert_int_equal(tr_sink_abandon(bed->sink, &bed->diag), 0);
    assert_false(inside(bed)->open);
    assert_int_equal(start(bed), 1);
    assert_int_equal(commit(bed, "{\"lsn\":1}"), 0);
}

static void test_broker_finds_a_message_too_large(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "first", TR_SLICE("v")), 0);
    assert_int_equal(flush(bed), 0);
    fail_next(bed, PRODUCE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(write_value(bed, "{\"id\":1}", TR_SLICE("value")), 0);
    assert_int_equal(flush(bed), -1);
    assert_int_equal(bed->diag.cls, TR_SINK);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "13 bytes for topic t, key {\"id\":1}"));
    assert_non_null(strstr(bed->diag.message, "max.message.bytes"));
}

static void test_librdkafka_finds_a_message_too_large(void **state)
{
    struct bed *bed = *state;
    char key[301];
    size_t n = 2000000;
    char *value = calloc(1, n);

    memset(key, 'k', 300);
    key[300] = '\0';
    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, key, (struct tr_slice){value, n}), -1);
    free(value);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "2000300 bytes for topic t, key kkk"));
    assert_non_null(strstr(bed->diag.message, "1048576"));
    assert_non_null(strstr(bed->diag.message, "producer.override.max.request.size"));
    key[201] = '\0';
    assert_null(strstr(bed->diag.message, key));
}

static void test_no_right_to_write(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    assert_int_equal(flush(bed), 0);
    fail_next(bed, PRODUCE, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    assert_int_equal(flush(bed), -1);
    assert_int_equal(bed->diag.cls, TR_AUTH);
    assert_int_equal(bed->diag.reaction, TR_STOP);
}

static void test_queue_smaller_than_a_batch(void **state)
{
    struct bed *bed = *state;
    const struct tr_output *outputs;
    size_t n, total = 0;

    bed->options.memory_limit = 1 << 20; /* 2,048 messages in librdkafka's queue */
    assert_int_equal(start(bed), 1);
    for (int i = 0; i < 20000; i++) {
        struct tr_message *message = tr_batch_add(bed->batch);
        message->topic = &bed->topic;
        message->value = TR_SLICE("some value or other");
        message->identity = (uint64_t)i;
    }
    assert_int_equal(tr_sink_write(bed->sink, bed->batch, &bed->diag), 0);
    assert_int_equal(tr_sink_flush(bed->sink, &outputs, &n, &bed->diag), 0);
    for (size_t i = 0; i < n; i++)
        total += (size_t)outputs[i].offset + 1;
    assert_int_equal(total, 20000);
}

static void test_without_transactions(void **state)
{
    struct bed *bed = *state;

    bed->worker.exactly_once = TR_EXACTLY_ONCE_DISABLED;
    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    assert_int_equal(commit(bed, "{\"lsn\":3}"), 0);
    assert_int_equal(start(bed), 0);
    assert_string_equal(tr_buf_string(&bed->found.position), "{\"lsn\":3}");
}

static void test_stopping_fences_nobody(void **state)
{
    struct bed *bed = *state;

    bed->stopping = true;
    assert_int_equal(start(bed), -1);
    assert_non_null(strstr(bed->diag.message, "stopped before"));
    assert_null(inside(bed)->producer);
}

static void test_stopping_gives_up_on_a_dead_broker(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    rd_kafka_mock_broker_set_down(bed->cluster, 1);
    bed->stopping = true;
    assert_int_equal(flush(bed), -1);
    assert_non_null(strstr(bed->diag.message, "stopped"));
    rd_kafka_mock_broker_set_up(bed->cluster, 1);
}

static void test_states_come_back(void **state)
{
    struct bed *bed = *state;
    char position[64];

    assert_int_equal(start(bed), 1);
    assert_int_equal(bed->found.states_at, 0);
    assert_int_equal(write_state(bed, "a", "{\"state\":\"1\"}"), 0);
    assert_int_equal(write_state(bed, "b", "{\"state\":\"2\"}"), 0);
    assert_int_equal(write_state(bed, "a", "{\"state\":\"3\"}"), 0);
    assert_int_equal(write_state(bed, "b", NULL), 0);
    assert_int_equal(flush(bed), 0);
    assert_int_equal(commit(bed, "{\"tailrace_states_at\":0}"), 0);
    assert_int_equal(start(bed), 0);
    assert_int_equal(tr_states_count(bed->found.states), 1);
    struct tr_slice found =
        tr_states_get(bed->found.states, "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"a\"}]");
    assert_true(tr_slice_is(found, "{\"state\":\"3\"}"));
    /* the next run begins where this one does, and so has to write it anew */
    assert_true(bed->found.states_at > 4);
    snprintf(position, sizeof position, "{\"tailrace_states_at\":%d}", (int)bed->found.states_at);
    assert_int_equal(flush(bed), 0);
    assert_int_equal(commit(bed, position), 0);
    assert_int_equal(start(bed), 0);
    assert_int_equal(tr_states_count(bed->found.states), 0);
}

/* A transaction of which "t" has the changes 1 to n, and the position's partition the marker. */
static void put_torn(struct bed *bed, int n)
{
    char value[128];

    for (int i = 1; i <= n; i++) {
        snprintf(value, sizeof value,
                 "{\"op\":\"c\",\"ts_ms\":%d,\"source\":{\"name\":\"p\",\"lsn\":%d}}", i + 100, i);
        assert_int_equal(
            rd_kafka_producev(bed->rk, RD_KAFKA_V_TOPIC("t"), RD_KAFKA_V_PARTITION(479470107 % 4),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("abc", 3),
                              RD_KAFKA_V_VALUE(value, strlen(value)), RD_KAFKA_V_END),
            0);
    }
    put(bed, MARKER_KEY, NULL);
    put_done(bed);
}

static int write_change(struct bed *bed, int lsn)
{
    char value[128];

    snprintf(value, sizeof value,
             "{\"op\":\"c\",\"ts_ms\":7,\"source\":{\"name\":\"p\",\"lsn\":%d}}", lsn);
    return write_value(bed, "abc", tr_slice_of(value));
}

static int64_t end_of(struct bed *bed)
{
    int64_t low, high;

    assert_int_equal(
        rd_kafka_query_watermark_offsets(bed->rk, "t", 479470107 % 4, &low, &high, 10000), 0);
    return high;
}

#define RECORDED "{\"tailrace_fingerprint\":\"f\",\"tailrace_outputs\":\"{\\\"t\\\":[0,0,0,0]}\"}"

static void test_torn_transaction_is_not_written_again(void **state)
{
    struct bed *bed = *state;
    const struct tr_output *outputs;
    size_t n;

    bed->options.fingerprint = "f";
    put(bed, POSITION_KEY, RECORDED);
    put_torn(bed, 2);
    assert_int_equal(start(bed), 0);
    assert_int_equal(write_change(bed, 1), 0);
    assert_int_equal(tr_sink_hold(bed->sink, &bed->diag), 1);
    assert_int_equal(write_change(bed, 2), 0);
    assert_int_equal(tr_sink_hold(bed->sink, &bed->diag), 0);
    assert_int_equal(tr_sink_flush(bed->sink, &outputs, &n, &bed->diag), 0);
    assert_int_equal(end_of(bed), 2);
    assert_int_equal(outputs[479470107 % 4].offset, 1);
    assert_int_equal(write_change(bed, 3), 0);
    assert_int_equal(flush(bed), 0);
    assert_int_equal(end_of(bed), 3);
    assert_int_equal(commit(bed, "{}"), 0);
    assert_int_equal(start(bed), 0);
    assert_false(inside(bed)->torn);
}

/* The topic was made by the torn transaction, or was there before. */
static void test_torn_transaction_in_a_topic_that_no_position_knows(void **state)
{
    struct bed *bed = *state;

    put(bed, POSITION_KEY, "{}");
    put_torn(bed, 3);
    assert_int_equal(start(bed), 0);
    assert_int_equal(tr_sink_hold(bed->sink, &bed->diag), 0);
    assert_int_equal(write_change(bed, 2), 0);
    assert_int_equal(tr_sink_hold(bed->sink, &bed->diag), 1);
    assert_int_equal(write_change(bed, 3), 0);
    assert_int_equal(tr_sink_hold(bed->sink, &bed->diag), 0);
    assert_int_equal(write_change(bed, 4), 0);
    assert_int_equal(flush(bed), 0);
    assert_int_equal(end_of(bed), 4);
}

static void test_torn_transaction_and_other_changes(void **state)
{
    struct bed *bed = *state;

    put(bed, POSITION_KEY, RECORDED);
    put_torn(bed, 2);
    assert_int_equal(start(bed), 0);
    assert_int_equal(write_change(bed, 2), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "in another order"));
    assert_non_null(strstr(bed->diag.message, "t/3 from offset 0"));

    assert_int_equal(start(bed), 0);
    assert_int_equal(write_change(bed, 1), 0);
    inside(bed)->opened_us -= inside(bed)->timeout_ms * 1000;
    assert_int_equal(tr_sink_hold(bed->sink, &bed->diag), -1);
    assert_non_null(strstr(bed->diag.message, "doesn't tell of it"));
}

static void test_torn_transaction_and_changed_settings(void **state)
{
    struct bed *bed = *state;

    bed->options.fingerprint = "other";
    put(bed, POSITION_KEY, RECORDED);
    put_done(bed);
    assert_int_equal(start(bed), 0); /* nobody's problem without a torn one */
    put_torn(bed, 1);
    assert_int_equal(start(bed), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "settings were changed"));
    put(bed, POSITION_KEY, "{\"tailrace_outputs\":\"{\\\"t\\\":[0,0]}\"}");
    put_torn(bed, 1);
    assert_int_equal(start(bed), -1);
    assert_non_null(strstr(bed->diag.message, "number of partitions"));
}

static void test_torn_transaction_without_identity(void **state)
{
    struct bed *bed = *state;

    bed->options.capture.value.class = TR_CONVERTER_STRING;
    put(bed, POSITION_KEY, RECORDED);
    put_torn(bed, 1);
    assert_int_equal(start(bed), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "value.converter"));
}

static void test_states_of_a_torn_transaction_do_not_count(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_state(bed, "a", "{\"state\":\"1\"}"), 0);
    assert_int_equal(flush(bed), 0);
    assert_int_equal(commit(bed, "{\"tailrace_states_at\":0}"), 0);
    put_torn(bed, 0);
    put(bed, "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"a\"}]", "{\"state\":\"2\"}");
    put_done(bed);
    assert_int_equal(start(bed), 0);
    struct tr_slice found =
        tr_states_get(bed->found.states, "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"a\"}]");
    assert_true(tr_slice_is(found, "{\"state\":\"1\"}"));
}

/* Our own request for an epoch went unanswered: if it comes late, it fences us. */
static void test_fenced_by_our_own_late_request(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    atomic_store(&inside(bed)->fence_doubtful, true);
    assert_int_equal(write_value(bed, "k", TR_SLICE("v")), 0);
    fail_next(bed, END_TXN, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
    assert_int_equal(commit(bed, "{\"lsn\":1}"), -1);
    assert_int_equal(bed->diag.reaction, TR_RETRY);
    assert_non_null(strstr(bed->diag.message, "our own request"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_states_come_back),
        TEST(test_position_comes_back),
        TEST(test_torn_transaction_is_not_written_again),
        TEST(test_torn_transaction_in_a_topic_that_no_position_knows),
        TEST(test_torn_transaction_and_other_changes),
        TEST(test_torn_transaction_and_changed_settings),
        TEST(test_torn_transaction_without_identity),
        TEST(test_states_of_a_torn_transaction_do_not_count),
        TEST(test_fenced_by_our_own_late_request),
        TEST(test_outputs_are_cumulative),
        TEST(test_outputs_go_on_from_the_position),
        TEST(test_outputs_of_another_form),
        TEST(test_key_with_other_white_space),
        TEST(test_deleted_position_is_none),
        TEST(test_position_far_from_the_end),
        TEST(test_coordinator_error_is_retried),
        TEST(test_unanswered_commit_replaces_the_producer),
        TEST(test_replaced_producer_finds_another_position),
        TEST(test_fenced_while_committing),
        TEST(test_asking_whose_it_is),
        TEST(test_asking_with_an_open_transaction),
        TEST(test_fenced_after_the_timeout),
        TEST(test_abortable_error_starts_anew),
        TEST(test_broker_calls_a_message_a_duplicate),
        TEST(test_asking_before_the_abort),
        TEST(test_asking_before_the_abort_finds_a_position),
        TEST(test_own_open_transaction_is_aborted),
        TEST(test_broker_finds_a_message_too_large),
        TEST(test_librdkafka_finds_a_message_too_large),
        TEST(test_no_right_to_write),
        TEST(test_queue_smaller_than_a_batch),
        TEST(test_without_transactions),
        TEST(test_stopping_fences_nobody),
        TEST(test_stopping_gives_up_on_a_dead_broker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
