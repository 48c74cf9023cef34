/* What makes a record the same in every replay, and what has no such thing. */
#include "sink/kafka/impl.h"
#include "support/cmocka.h"

static struct tr_capture_options capture = {
    .topic_prefix = "p",
    .value.class = TR_CONVERTER_JSON,
};

static int identify(const char *key, const char *value, struct tr_kafka_identity *ret_identity)
{
    struct tr_diag diag;
    const struct tr_kafka_written written = {
        .key = tr_slice_of(key),
        .value = value ? tr_slice_of(value) : (struct tr_slice){NULL, 0},
    };

    return tr_kafka_identify(&capture, NULL, &written, ret_identity, &diag);
}

static uint64_t of(const char *key, const char *value)
{
    struct tr_kafka_identity identity;

    assert_int_equal(identify(key, value, &identity), 0);
    return identity.hash;
}

#define CHANGE(op, ts, source)                                                                     \
    "{\"op\":\"" op "\",\"ts_ms\":" ts ",\"source\":{\"name\":\"p\"," source "}}"

static void test_a_change_is_its_source(void **state)
{
    uint64_t first = of("k", CHANGE("u", "1", "\"lsn\":5,\"txId\":7"));

    (void)state;
    assert_int_equal(of("k", CHANGE("u", "2", "\"txId\":7,\"lsn\":5")), first);
    assert_int_equal(of("k", CHANGE("u", "2",
                                    "\"version\":\"9\",\"lsn\":5,\"txId\":7,\"xmin\":3,"
                                    "\"sequence\":\"[]\",\"snapshot\":\"false\"")) == first,
                     false); /* snapshot itself counts */
    assert_int_equal(of("k", CHANGE("u", "2", "\"version\":\"9\",\"lsn\":5,\"txId\":7,\"xmin\":3")),
                     first);
    assert_int_not_equal(of("k", CHANGE("c", "1", "\"lsn\":5,\"txId\":7")), first);
    assert_int_not_equal(of("l", CHANGE("u", "1", "\"lsn\":5,\"txId\":7")), first);
    assert_int_not_equal(of("k", CHANGE("u", "1", "\"lsn\":6,\"txId\":7")), first);
    assert_int_not_equal(of("k", NULL), first);
    assert_int_equal(of("k", NULL), of("k", NULL));
}

/* After a failover the same transaction stands elsewhere. */
static void test_a_gtid_is_the_same_on_each_server(void **state)
{
    (void)state;
    assert_int_equal(
        of("k", CHANGE("c", "1", "\"gtid\":\"a:1\",\"row\":2,\"file\":\"f1\",\"pos\":4")),
        of("k", CHANGE("c", "1", "\"gtid\":\"a:1\",\"row\":2,\"file\":\"f2\",\"pos\":9")));
    assert_int_not_equal(
        of("k", CHANGE("c", "1", "\"gtid\":null,\"row\":2,\"file\":\"f1\",\"pos\":4")),
        of("k", CHANGE("c", "1", "\"gtid\":null,\"row\":2,\"file\":\"f1\",\"pos\":9")));
}

static void test_with_a_schema(void **state)
{
    (void)state;
    uint64_t bare = of("k", CHANGE("c", "1", "\"lsn\":5"));
    capture.value.schemas_enable = true;
    uint64_t framed = of("k", "{\"schema\":{},\"payload\":" CHANGE("c", "1", "\"lsn\":5") "}");
    capture.value.schemas_enable = false;
    assert_int_equal(framed, bare);
}

static void test_transaction_records(void **state)
{
    (void)state;
    assert_int_equal(of("k", "{\"status\":\"BEGIN\",\"id\":\"1:2\",\"ts_ms\":1}"),
                     of("k", "{\"status\":\"BEGIN\",\"id\":\"1:2\",\"ts_ms\":2}"));
    assert_int_not_equal(of("k", "{\"status\":\"BEGIN\",\"id\":\"1:2\"}"),
                         of("k", "{\"status\":\"END\",\"id\":\"1:2\"}"));
}

static void test_what_is_not_compared(void **state)
{
    struct tr_kafka_identity identity;

    (void)state;
    assert_int_equal(identify("k", "{\"ts_ms\":1}", &identity), TR_KAFKA_NOT_OURS);
    assert_int_equal(identify("k", "{\"id\":\"x\",\"aggregate_type\":\"y\"}", &identity),
                     TR_KAFKA_NOT_OURS);
    assert_int_equal(identify("k", "{\"op\":\"c\",\"source\":{\"name\":\"q\"}}", &identity),
                     TR_KAFKA_NOT_OURS);
}

#define EVENT(op, ts, source)                                                                      \
    "{\"id\":\"x;sequence:" ts "\",\"specversion\":\"1.0\",\"iodebeziumop\":\"" op                 \
    "\",\"iodebeziumname\":\"p\",\"iodebeziumtxtotalorder\":\"" ts "\"," source ",\"data\":{}}"

static void test_cloud_events(void **state)
{
    struct tr_kafka_identity identity;

    (void)state;
    capture.value.class = TR_CONVERTER_CLOUDEVENTS;
    uint64_t first = of("k", EVENT("u", "1", "\"iodebeziumlsn\":\"5\""));
    assert_int_equal(
        of("k", EVENT("u", "2", "\"iodebeziumlsn\":\"5\",\"iodebeziumversion\":\"9\"")), first);
    assert_false(of("k", EVENT("c", "1", "\"iodebeziumlsn\":\"5\"")) == first);
    assert_false(of("k", EVENT("u", "1", "\"iodebeziumlsn\":\"6\"")) == first);
    assert_int_equal(identify("k", EVENT("r", "1", "\"iodebeziumsnapshot\":\"last\""), &identity),
                     TR_KAFKA_NO_IDENTITY);
    assert_int_equal(identify("k", "{\"id\":\"without attributes\"}", &identity),
                     TR_KAFKA_NO_IDENTITY);
    assert_int_equal(identify("k", "no JSON", &identity), TR_KAFKA_NO_IDENTITY);
    capture.value.class = TR_CONVERTER_JSON;
}

static void test_without_identity(void **state)
{
    static const char *const values[] = {
        "{\"id\":1}",
        "no JSON",
        "7",
        CHANGE("r", "1", "\"lsn\":5,\"snapshot\":\"last\""),
        CHANGE("r", "1", "\"lsn\":5,\"snapshot\":\"incremental\""),
        "{\"source\":{\"lsn\":1}}",
    };
    struct tr_kafka_identity identity;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(values); i++) {
        assert_int_equal(identify("k", values[i], &identity), TR_KAFKA_NO_IDENTITY);
        assert_non_null(identity.why);
    }
    capture.value.class = TR_CONVERTER_STRING;
    assert_int_equal(identify("k", values[0], &identity), TR_KAFKA_NO_IDENTITY);
    capture.value.class = TR_CONVERTER_JSON;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_change_is_its_source),
        cmocka_unit_test(test_a_gtid_is_the_same_on_each_server),
        cmocka_unit_test(test_with_a_schema),
        cmocka_unit_test(test_transaction_records),
        cmocka_unit_test(test_what_is_not_compared),
        cmocka_unit_test(test_cloud_events),
        cmocka_unit_test(test_without_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
