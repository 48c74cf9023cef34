#include "base/clock.h"
#include "connector/meter.h"
#include "support/cmocka.h"

static const struct tr_ring_usage empty = {0};

static int64_t now_us(void)
{
    return tr_clock_realtime_ns() / 1000;
}

static struct tr_meter make(enum tr_connector_kind kind)
{
    struct tr_meter meter;
    struct tr_diag diag;

    assert_int_equal(tr_meter_init(&meter, kind, &diag), 0);
    return meter;
}

static int64_t lag(struct tr_meter *meter, const struct tr_ring_usage *usage)
{
    struct tr_connector_metrics metrics;

    tr_meter_read(meter, usage, false, &metrics);
    return metrics.lag_us;
}

static void assert_about(int64_t us, int64_t expected)
{
    assert_in_range(us, expected, expected + 2000000);
}

static void behind(struct tr_meter *meter, int64_t us)
{
    tr_figure_set(&meter->figures, TR_FIGURE_BEHIND_US, us);
}

static void test_lag_of_a_stream(void **state)
{
    struct tr_meter meter = make(TR_KIND_POSTGRES);
    const struct tr_ring_usage busy = {.since_us = now_us() - 60000000};
    (void)state;

    tr_meter_begin(&meter);
    assert_about(lag(&meter, &empty), 0); /* since the start */
    behind(&meter, 0);
    assert_int_equal(lag(&meter, &empty), 0);
    assert_about(lag(&meter, &busy), 60000000);
    behind(&meter, now_us() - 5000000);
    assert_about(lag(&meter, &busy), 60000000);
    assert_about(lag(&meter, &empty), 5000000);
    tr_meter_finish(&meter);
}

static void test_lag_goes_on_through_failures(void **state)
{
    struct tr_meter meter = make(TR_KIND_MYSQL);
    const struct tr_ring_usage busy = {.since_us = now_us() - 60000000};
    const struct tr_run_commit commit = {.events = 1, .bytes = 100, .logged = true};
    (void)state;

    tr_meter_begin(&meter);
    behind(&meter, 0);
    tr_meter_end(&meter, &busy);
    assert_about(lag(&meter, &empty), 60000000);
    tr_meter_begin(&meter);
    assert_about(lag(&meter, &empty), 60000000);
    behind(&meter, now_us()); /* it is not yet read again what had been */
    assert_about(lag(&meter, &empty), 60000000);
    tr_meter_commit(&meter, &commit);
    behind(&meter, 0);
    assert_int_equal(lag(&meter, &empty), 0);
    tr_meter_finish(&meter);
}

static void test_only_databases_lag(void **state)
{
    struct tr_meter meter = make(TR_KIND_FILE_SOURCE);
    struct tr_connector_metrics metrics;
    (void)state;

    tr_meter_begin(&meter);
    assert_true(lag(&meter, &empty) == TR_FIGURE_UNKNOWN);
    tr_meter_finish(&meter);
    meter = make(TR_KIND_MARIADB);
    tr_meter_begin(&meter);
    tr_meter_read(&meter, &empty, true, &metrics);
    assert_true(metrics.lag_us == TR_FIGURE_UNKNOWN);
    tr_meter_finish(&meter);
}

static void test_counts(void **state)
{
    struct tr_meter meter = make(TR_KIND_POSTGRES);
    struct tr_connector_metrics metrics;
    const struct tr_diag diag = {.cls = TR_NETWORK};
    const struct tr_run_commit commit = {
        .events = 11, .bytes = 1024, .transactions = 2, .took_us = 1000};
    (void)state;

    tr_meter_failed(&meter, &diag, true);
    tr_meter_failed(&meter, &diag, false);
    tr_meter_commit(&meter, &commit);
    tr_meter_read(&meter, &empty, false, &metrics);
    assert_int_equal(metrics.errors[TR_NETWORK], 2);
    assert_int_equal(metrics.retries, 1);
    assert_int_equal(metrics.source_transactions, 2);
    assert_int_equal(metrics.commit_us.counts[0], 1);
    assert_int_equal(metrics.commit_events.counts[2], 1); /* up to 100 */
    assert_int_equal(metrics.commit_bytes.counts[0], 1);
    assert_int_equal(metrics.commit_bytes.sum, 1024);
    tr_meter_finish(&meter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lag_of_a_stream),
        cmocka_unit_test(test_lag_goes_on_through_failures),
        cmocka_unit_test(test_only_databases_lag),
        cmocka_unit_test(test_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
