#include "record/state.h"

#include <stdio.h>

#include "support/cmocka.h"

static void set(struct tr_states *states, const char *key, const char *value)
{
    struct tr_diag diag;

    assert_int_equal(
        tr_states_set(states, (struct tr_state){tr_slice_of(key), tr_slice_of(value)}, &diag), 0);
}

static void test_newest_value_counts(void **state)
{
    struct tr_states *states = tr_states_new();

    (void)state;
    set(states, "b", "1");
    set(states, "a", "2");
    set(states, "b", "3");
    assert_int_equal(tr_states_count(states), 2);
    assert_true(tr_slice_is(tr_states_get(states, "b"), "3"));
    assert_true(tr_slice_is(tr_states_at(states, 0).key, "a"));
    set(states, "a", NULL);
    set(states, "never", NULL);
    assert_null(tr_states_get(states, "a").p);
    assert_int_equal(tr_states_count(states), 1);
    tr_states_free(states);
}

static void test_prefix(void **state)
{
    struct tr_states *states = tr_states_new();

    (void)state;
    for (int i = 0; i < 300; i++) {
        char key[16];
        snprintf(key, sizeof key, "%s/%03d", i % 2 ? "odd" : "even", i);
        set(states, key, "");
    }
    size_t place = tr_states_from(states, TR_SLICE("odd/"));
    assert_int_equal(place, 150);
    assert_true(tr_slice_is(tr_states_at(states, place).key, "odd/001"));
    assert_int_equal(tr_states_from(states, TR_SLICE("z")), 300);
    tr_states_free(states);
}

static void test_none(void **state)
{
    (void)state;
    assert_null(tr_states_get(NULL, "a").p);
    assert_int_equal(tr_states_count(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newest_value_counts),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
