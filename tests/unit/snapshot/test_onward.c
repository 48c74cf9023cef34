#include "snapshot/added.h"
#include "snapshot/bench.h"

static const char *const seven[] = {"7"};

static struct tr_rest find(struct bench *bench, const char *key, bool whole)
{
    struct tr_rest rest = {.name = "s.t", .key = key, .whole = whole};
    bool read;

    assert_int_equal(tr_onward_find(&bench->onward, &rest, &bench->arena, &read, &bench->diag), 0);
    assert_true(read); /* there is no stream */
    assert_string_equal(rest.key, key);
    return rest;
}

/* Up to 7 is read, and the snapshot ends there. */
static void interrupt(struct bench *bench)
{
    struct tr_rest rest = find(bench, "id", false);
    struct tr_rest_range *range;

    assert_int_equal(tr_onward_open(&bench->onward, 1, bench->batch, &bench->diag), 0);
    assert_int_equal(
        tr_rest_give(&rest, (struct tr_key_text){seven, 1}, &bench->arena, &range, &bench->diag),
        0);
    tr_rest_end(&rest, range);
    assert_int_equal(tr_rest_store(&rest, bench->batch, &bench->diag), 0);
    commit(bench);
    bench->onward.goes_on = true;
}

static void test_it_goes_on(void **state)
{
    struct bench *bench = *state;

    interrupt(bench);
    struct tr_rest rest = find(bench, "id", false);
    assert_int_equal(rest.left->after.count, 1);
    assert_string_equal(rest.left->after.parts[0], "7");
    assert_false(tr_added_differs(&bench->options, bench->states));
    assert_int_equal(tr_onward_beside(&bench->onward), 0);
    assert_int_equal(tr_onward_close(&bench->onward, NULL, 0, bench->batch, &bench->diag), 0);
    commit(bench);
    assert_false(tr_rest_known(bench->states));
    assert_false(tr_rest_is_left(bench->states, "s.t"));
}

static void test_what_is_stored_means_nothing_now(void **state)
{
    struct bench *bench = *state;

    interrupt(bench);
    struct tr_rest rest = find(bench, "other", false);
    assert_int_equal(rest.left->after.count, 0);
    rest = find(bench, "id", true);
    assert_true(rest.whole);
    assert_int_equal(rest.left->after.count, 0);
    bench->onward.goes_on = false; /* all of it is read again */
    assert_int_equal(tr_onward_open(&bench->onward, 0, bench->batch, &bench->diag), 0);
    commit(bench);
    assert_true(tr_rest_known(bench->states));
    assert_false(tr_rest_is_left(bench->states, "s.t"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_stored_means_nothing_now, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
