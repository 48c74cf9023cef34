#include "kafka/error.h"

#include "support/cmocka.h"

static void test_what_passes_is_retried(void **state)
{
    (void)state;
    assert_int_equal(tr_kafka_class(RD_KAFKA_RESP_ERR__TRANSPORT), TR_NETWORK);
    assert_int_equal(tr_kafka_reaction(RD_KAFKA_RESP_ERR__TRANSPORT), TR_RETRY);
    assert_int_equal(tr_kafka_reaction(RD_KAFKA_RESP_ERR_NOT_COORDINATOR), TR_RETRY);
    assert_int_equal(tr_kafka_reaction(RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID), TR_RETRY);
}

static void test_refusals_stop(void **state)
{
    (void)state;
    assert_int_equal(tr_kafka_class(RD_KAFKA_RESP_ERR__SSL), TR_AUTH);
    assert_int_equal(tr_kafka_reaction(RD_KAFKA_RESP_ERR__SSL), TR_STOP);
    assert_int_equal(tr_kafka_reaction(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED), TR_STOP);
    assert_int_equal(tr_kafka_reaction(RD_KAFKA_RESP_ERR__FENCED), TR_STOP);
    assert_int_equal(tr_kafka_reaction(RD_KAFKA_RESP_ERR_POLICY_VIOLATION), TR_STOP);
}

static void test_message(void **state)
{
    struct tr_diag diag;

    (void)state;
    assert_int_equal(
        tr_kafka_fail(&diag, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "topic %s", "t"), -1);
    assert_string_equal(diag.message, "topic t: Broker: Topic authorization failed");
    assert_int_equal(diag.cls, TR_AUTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_passes_is_retried),
        cmocka_unit_test(test_refusals_stop),
        cmocka_unit_test(test_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
