#include "snapshot/added.h"

#include <stdlib.h>

#include "support/cmocka.h"

static const char *const two[] = {"s\\.a", "s\\.b.*"}, *const one[] = {"s\\.a"};

static void store(struct tr_states *states, const struct tr_connector_options *options)
{
    struct tr_batch *batch = tr_batch_new(4096, 1 << 20);
    const struct tr_onward onward = {.options = options};
    struct tr_diag diag;

    assert_non_null(batch);
    assert_int_equal(tr_added_store(&onward, batch, &diag), 0);
    assert_int_equal(tr_states_set(states, batch->states[0], &diag), 0);
    tr_batch_free(batch);
}

static void test_what_other_lists_add(void **state)
{
    struct tr_connector_options options = {.snapshot.mode = TR_SNAPSHOT_INITIAL,
                                           .capture.table_include = {one, 1}};
    struct tr_states *states = tr_states_new();
    const struct tr_onward onward = {.options = &options, .states = states};
    struct tr_added *added;
    struct tr_diag diag;

    (void)state;
    assert_non_null(states);
    assert_true(tr_added_differs(&options, states)); /* none are stored … */
    assert_false(tr_added_is_wanted(&options, states));
    store(states, &options);
    assert_false(tr_added_differs(&options, states));
    options.capture.table_include = (struct tr_list){two, 2};
    assert_true(tr_added_is_wanted(&options, states));
    assert_int_equal(tr_added_new(&onward, &added, &diag), 0);
    assert_false(tr_added_wants(added, "s", "a"));
    assert_true(tr_added_wants(added, "s", "b1"));
    tr_added_free(added);
    options.snapshot.include_collections = (struct tr_list){one, 1};
    assert_int_equal(tr_added_new(&onward, &added, &diag), 0);
    assert_false(tr_added_wants(added, "s", "b1"));
    tr_added_free(added);
    options.snapshot.added = TR_ADDED_IGNORE;
    assert_false(tr_added_is_wanted(&options, states));
    assert_true(tr_added_differs(&options, states));
    options.snapshot.added = TR_ADDED_BACKFILL;
    options.snapshot.mode = TR_SNAPSHOT_NO_DATA;
    assert_false(tr_added_is_wanted(&options, states));
    tr_states_free(states);
}

static void test_a_schema_that_was_excluded(void **state)
{
    struct tr_connector_options options = {0};
    static const char *const s[] = {"s"};
    struct tr_states *states = tr_states_new();
    const struct tr_onward onward = {.options = &options, .states = states};
    struct tr_added *added;
    struct tr_diag diag;

    (void)state;
    assert_non_null(states);
    options.capture.schema_exclude = (struct tr_list){s, 1};
    store(states, &options);
    assert_int_equal(tr_added_new(&onward, &added, &diag), 0);
    assert_true(tr_added_wants(added, "s", "a"));
    assert_false(tr_added_wants(added, "t", "a"));
    tr_added_free(added);
    tr_states_free(states);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_other_lists_add),
        cmocka_unit_test(test_a_schema_that_was_excluded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
