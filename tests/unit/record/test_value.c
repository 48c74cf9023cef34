#include "record/value.h"

#include <math.h>

#include "support/cmocka.h"

static void check(struct tr_value a, struct tr_value b, bool equal)
{
    assert_int_equal(tr_value_equal(&a, &b), equal);
    assert_int_equal(tr_value_equal(&b, &a), equal);
}

static struct tr_value number(double x)
{
    return (struct tr_value){.kind = TR_DOUBLE, .float64 = x};
}

static struct tr_value single(float x)
{
    return (struct tr_value){.kind = TR_FLOAT, .float32 = x};
}

static void test_equal(void **state)
{
    const struct tr_value a[] = {tr_value_integer(1), tr_value_text(TR_SLICE("x"))};
    const struct tr_value b[] = {tr_value_integer(1), tr_value_text(TR_SLICE("y"))};
    const struct tr_value null = {.kind = TR_NULL};

    (void)state;
    check(null, null, true);
    check(null, tr_value_text(TR_SLICE("")), false);
    check(tr_value_boolean(true), tr_value_boolean(true), true);
    check(tr_value_integer(1), tr_value_boolean(true), false);
    check(tr_value_text(TR_SLICE("x")), tr_value_bytes(TR_SLICE("x")), false);
    check(tr_value_items(a, 2), tr_value_items(a, 2), true);
    check(tr_value_items(a, 2), tr_value_items(b, 2), false);
    check(tr_value_items(a, 1), tr_value_items(b, 1), true);
    check(tr_value_items(a, 1), tr_value_items(b, 2), false);
    check(number(NAN), number(-NAN), true);
    check(number(0.0), number(-0.0), false);
    check(single(NAN), single(NAN), true);
    check(single(0.1F), single(0.1F), true);
    check(single(0.0F), single(-0.0F), false);
    check(single(1), number(1), false);
    check(number(INFINITY), number(INFINITY), true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
