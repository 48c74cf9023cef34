#include "snapshot/bench.h"
#include "snapshot/impl.h"

static const char *const seven[] = {"7"}, *const nine[] = {"9"}, *const pair[] = {"a", "b"},
                         *const latin[] = {"\xe9"};

static void assert_stored(struct bench *bench, const char *key, const char *json)
{
    struct tr_slice value = tr_states_get(bench->states, key);

    if (!json) {
        assert_null(value.p);
        return;
    }
    assert_non_null(value.p);
    assert_int_equal(value.n, strlen(json));
    assert_memory_equal(value.p, json, value.n);
}

static void store(struct bench *bench)
{
    assert_int_equal(tr_rest_store(&bench->rest, bench->batch, &bench->diag), 0);
    commit(bench);
}

static struct tr_rest_range *give(struct bench *bench, const char *const *parts, size_t n)
{
    struct tr_rest_range *range;

    assert_int_equal(tr_rest_give(&bench->rest, (struct tr_key_text){parts, n}, &bench->arena,
                                  &range, &bench->diag),
                     0);
    return range;
}

static void test_chunks_that_end_out_of_order(void **state)
{
    struct bench *bench = *state;
    struct tr_rest_range *first, *second, *third;

    assert_int_equal(tr_rest_begin(&bench->rest, "s.t", false, &bench->arena, &bench->diag), 0);
    store(bench);
    assert_stored(bench, "snapshot/rest/s.t", "{\"rest\":[[null,null]]}");
    first = give(bench, seven, 1);
    second = give(bench, nine, 1);
    assert_null(first->after.parts);
    assert_ptr_equal(second->after.parts, seven);
    tr_rest_end(&bench->rest, second);
    store(bench);
    assert_stored(bench, "snapshot/rest/s.t", "{\"rest\":[[null,[\"7\"]],[[\"9\"],null]]}");
    third = give(bench, NULL, 0);
    assert_ptr_equal(third->after.parts, nine);
    assert_null(bench->rest.left);
    tr_rest_end(&bench->rest, third);
    store(bench);
    assert_stored(bench, "snapshot/rest/s.t", "{\"rest\":[[null,[\"7\"]]]}");
    tr_rest_end(&bench->rest, first);
    assert_true(tr_rest_done(&bench->rest));
    store(bench);
    assert_stored(bench, "snapshot/rest/s.t", NULL);
}

static void test_what_is_loaded_goes_on(void **state)
{
    struct bench *bench = *state;
    struct tr_rest_range *range;

    assert_int_equal(tr_rest_begin(&bench->rest, "s.t", false, &bench->arena, &bench->diag), 0);
    (void)give(bench, pair, 2);
    bench->rest.key = "a,b";
    store(bench);
    assert_int_equal(tr_rest_load(&bench->rest, bench->states, "s.t", &bench->arena, &bench->diag),
                     0);
    assert_string_equal(bench->rest.key, "a,b");
    range = give(bench, NULL, 0); /* what wasn't ended before is given anew */
    assert_int_equal(range->after.count, 0);
    assert_int_equal(range->through.count, 2);
    assert_string_equal(range->through.parts[1], "b");
    tr_rest_end(&bench->rest, range);
    assert_non_null(bench->rest.left);
    assert_string_equal(bench->rest.left->after.parts[0], "a");
    assert_int_equal(tr_rest_load(&bench->rest, bench->states, "s.u", &bench->arena, &bench->diag),
                     TR_REST_NONE);
}

static void test_keys_that_are_no_text(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(tr_rest_begin(&bench->rest, "s.t", false, &bench->arena, &bench->diag), 0);
    (void)give(bench, latin, 1);
    store(bench);
    assert_stored(bench, "snapshot/rest/s.t", "{\"whole\":true}");
    assert_int_equal(tr_rest_load(&bench->rest, bench->states, "s.t", &bench->arena, &bench->diag),
                     0);
    assert_true(bench->rest.whole);
}

static int count(void *to, const char *name)
{
    assert_int_equal(strncmp(name, "s.", 2), 0);
    ++*(size_t *)to;
    return 0;
}

static void test_the_mark_and_the_list(void **state)
{
    struct bench *bench = *state;
    const struct tr_rest *rests[] = {&bench->rest};
    size_t n = 0;

    assert_false(tr_rest_known(bench->states));
    assert_int_equal(tr_rest_open(2, bench->batch, &bench->diag), 0);
    assert_int_equal(tr_rest_begin(&bench->rest, "s.t", true, &bench->arena, &bench->diag), 0);
    store(bench);
    assert_true(tr_rest_known(bench->states));
    assert_true(tr_rest_is_left(bench->states, "s.t"));
    assert_false(tr_rest_is_left(bench->states, "s"));
    assert_int_equal(tr_rest_each(bench->states, count, &n, &bench->diag), 0);
    assert_int_equal(n, 1);
    assert_int_equal(tr_rest_close(rests, 1, bench->batch, &bench->diag), 0);
    commit(bench);
    assert_int_equal(tr_states_count(bench->states), 0);
    assert_int_equal(tr_rest_open(2, bench->batch, &bench->diag), 0);
    store(bench);
    assert_int_equal(tr_rest_forget(bench->states, bench->batch, &bench->diag), 0);
    commit(bench);
    assert_int_equal(tr_states_count(bench->states), 0);
}

static void test_what_cannot_be_read(void **state)
{
    struct bench *bench = *state;
    static const char *const broken[] = {"{}", "[", "{\"rest\":[[[1],null]]}"};

    for (size_t i = 0; i < TR_COUNT(broken); i++) {
        const struct tr_state stored = {TR_SLICE("snapshot/rest/s.t"), tr_slice_of(broken[i])};
        assert_int_equal(tr_states_set(bench->states, stored, &bench->diag), 0);
        assert_true(tr_rest_load(&bench->rest, bench->states, "s.t", &bench->arena, &bench->diag) <
                    0);
    }
}

/* In the backlog: range after range, and no signal reaches it. */
static void test_in_the_backlog(void **state)
{
    struct bench *bench = *state;
    struct tr_backlog backlog;
    struct tr_key_text key;

    assert_int_equal(tr_rest_begin(&bench->rest, "s.t", false, &bench->arena, &bench->diag), 0);
    (void)give(bench, seven, 1);
    tr_rest_end(&bench->rest, give(bench, nine, 1));
    assert_int_equal(tr_backlog_load(&backlog, NULL, &bench->diag), 0);
    assert_int_equal(tr_backlog_add_initial(&backlog, &bench->rest, &bench->diag), 0);
    assert_int_equal(tr_backlog_add_initial(&backlog, &bench->rest, &bench->diag), 0);
    assert_int_equal(tr_backlog_count_of(&backlog, true), 1);
    assert_int_equal(tr_backlog_count_of(&backlog, false), 0);
    assert_true(tr_backlog_is_initial(&backlog));
    assert_int_equal(tr_backlog_key(&backlog, "after", &bench->arena, &key, &bench->diag), 0);
    assert_int_equal(key.count, 0);
    assert_int_equal(tr_backlog_key(&backlog, "maximum", &bench->arena, &key, &bench->diag), 0);
    assert_string_equal(key.parts[0], "7");
    assert_true(tr_backlog_next_range(&backlog));
    assert_int_equal(tr_backlog_key(&backlog, "after", &bench->arena, &key, &bench->diag), 0);
    assert_string_equal(key.parts[0], "9");
    assert_int_equal(tr_backlog_store(&backlog, bench->batch, &bench->diag), 0);
    commit(bench);
    assert_true(tr_incremental_is_initial(bench->states));
    assert_false(tr_backlog_next_range(&backlog));
    assert_int_equal(tr_backlog_restart(&backlog, "other", &bench->diag), 0);
    assert_int_equal(tr_backlog_key(&backlog, "after", &bench->arena, &key, &bench->diag), 0);
    assert_int_equal(key.count, 0);
    assert_string_equal(tr_backlog_current(&backlog, "key"), "other");
    tr_backlog_drop_initial(&backlog);
    assert_int_equal(tr_backlog_count(&backlog), 0);
    tr_backlog_finish(&backlog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_chunks_that_end_out_of_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_loaded_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_that_are_no_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_mark_and_the_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_in_the_backlog, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
