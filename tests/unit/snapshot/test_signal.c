#include "snapshot/signal.h"

#include "support/cmocka.h"

static int read_order(const char *type, const char *data, struct tr_order *ret_order)
{
    struct tr_diag diag;
    const struct tr_signal signal = {
        .id = TR_SLICE("id"), .type = tr_slice_of(type), .data = tr_slice_of(data)};

    return tr_order_read(&signal, ret_order, &diag);
}

static void test_execute(void **state)
{
    struct tr_order order;

    (void)state;
    assert_int_equal(read_order("execute-snapshot",
                                "{\"data-collections\":[\" public.a \",\"public.b\"],"
                                "\"type\":\"BLOCKING\",\"surrogate-key\":\"k\","
                                "\"additional-conditions\":[{\"data-collection\":\"public.a\","
                                "\"filter\":\"v > 1\"}]}",
                                &order),
                     0);
    assert_int_equal(order.kind, TR_ORDER_BLOCKING);
    assert_string_equal(order.id, "id");
    assert_int_equal(order.ncollections, 2);
    assert_string_equal(order.collections[0], "public.a");
    assert_int_equal(order.nconditions, 1);
    assert_string_equal(order.conditions[0].filter, "v > 1");
    assert_string_equal(order.surrogate_key, "k");
    tr_order_finish(&order);
}

static void test_others(void **state)
{
    static const struct {
        const char *type, *data;
        int rc;
        enum tr_order_kind kind;
    } cases[] = {
        {"execute-snapshot", "{\"data-collections\":[\"a\"]}", 0, TR_ORDER_INCREMENTAL},
        {"execute-snapshot", "{\"data-collections\":[]}", TR_SIGNAL_IGNORED, 0},
        {"execute-snapshot", "{\"data-collections\":[1]}", TR_SIGNAL_IGNORED, 0},
        {"execute-snapshot", "{\"data-collections\":[\"a\"],\"type\":\"x\"}", TR_SIGNAL_IGNORED, 0},
        {"execute-snapshot", "{\"data-collections\":[\"a\"],\"additional-conditions\":[{}]}",
         TR_SIGNAL_IGNORED, 0},
        {"execute-snapshot", "no json", TR_SIGNAL_IGNORED, 0},
        {"execute-snapshot", "[]", TR_SIGNAL_IGNORED, 0},
        {"execute-snapshot", NULL, TR_SIGNAL_IGNORED, 0},
        {"stop-snapshot", NULL, 0, TR_ORDER_STOP},
        {"stop-snapshot", "{\"type\":\"blocking\"}", TR_SIGNAL_IGNORED, 0},
        {"pause-snapshot", "{}", 0, TR_ORDER_PAUSE},
        {"resume-snapshot", "{}", 0, TR_ORDER_RESUME},
        {"log", "{\"message\":\"m\"}", 0, TR_ORDER_LOG},
        {"log", "{}", TR_SIGNAL_IGNORED, 0},
        {"schema-changes", "{}", TR_SIGNAL_IGNORED, 0},
        {"snapshot-window-open", "{}", TR_SIGNAL_MARK, 0},
        {"snapshot-window-close", "{}", TR_SIGNAL_MARK, 0},
        {"no-such-type", "{}", TR_SIGNAL_IGNORED, 0},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        struct tr_order order;
        int rc = read_order(cases[i].type, cases[i].data, &order);
        assert_int_equal(rc, cases[i].rc);
        if (!rc)
            assert_int_equal(order.kind, cases[i].kind);
        tr_order_finish(&order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_execute),
        cmocka_unit_test(test_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
