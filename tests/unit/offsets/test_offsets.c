#include "offsets/offsets.h"
#include "source/source-impl.h"
#include "support/cmocka.h"

static int filename(const struct tr_connector_options *options, struct tr_buf *ret_json,
                    struct tr_diag *diag)
{
    (void)options, (void)diag;
    tr_buf_text(ret_json, "{\"filename\":\"f\"}");
    return 0;
}

static void test_key(void **state)
{
    static const struct tr_source_impl database = {0};
    static const struct tr_source_impl files = {.partition = filename};
    const struct tr_connector_options options = {.name = "inv \"1\"",
                                                 .capture.topic_prefix = "srv"};
    struct tr_buf key;
    struct tr_diag diag;

    (void)state;
    tr_buf_init(&key, 4096);
    assert_int_equal(tr_offsets_write_key(&database, &options, &key, &diag), 0);
    assert_string_equal(tr_buf_string(&key), "[\"inv \\\"1\\\"\",{\"server\":\"srv\"}]");
    tr_buf_reset(&key);
    assert_int_equal(tr_offsets_write_key(&files, &options, &key, &diag), 0);
    assert_string_equal(tr_buf_string(&key), "[\"inv \\\"1\\\"\",{\"filename\":\"f\"}]");
    tr_buf_finish(&key);
}

static void test_written_and_read_again(void **state)
{
    const char *a = "p.a", *b = "p.b";
    const struct tr_output outputs[] = {{a, 1, 3, 41, true}, {b, 0, 1, 0, true}};
    const struct tr_offsets_commit commit = {
        .source = TR_SLICE("\"lsn\":5"),
        .transaction = 9,
        .fingerprint = "abc",
        .states_at = -1,
        .outputs = outputs,
        .noutputs = 2,
    };
    struct tr_stored_position *position;
    struct tr_buf json;
    struct tr_diag diag;

    (void)state;
    tr_buf_init(&json, 4096);
    assert_int_equal(tr_offsets_write(&commit, &json, &diag), 0);
    assert_int_equal(tr_stored_position_parse((struct tr_slice){tr_buf_string(&json), json.len},
                                              &position, &diag),
                     0);
    assert_int_equal(tr_stored_position_integer(position, "lsn", 0), 5);
    assert_int_equal(tr_offsets_transaction(position), 9);
    assert_string_equal(tr_stored_position_text(position, "tailrace_outputs", ""),
                        "{\"p.a\":[-1,42,-1],\"p.b\":[1]}");
    assert_int_equal(tr_offsets_check(position, &diag), 0);
    tr_stored_position_free(position);
    tr_buf_finish(&json);
}

static void test_newer_format_is_refused(void **state)
{
    struct tr_stored_position *position;
    struct tr_diag diag;

    (void)state;
    assert_int_equal(
        tr_stored_position_parse(TR_SLICE("{\"tailrace_format\":2}"), &position, &diag), 0);
    assert_int_equal(tr_offsets_check(position, &diag), -1);
    assert_int_equal(diag.reaction, TR_STOP);
    tr_stored_position_free(position);
}

static void test_partial_position_stands_for_its_settings(void **state)
{
    struct tr_stored_position *position;
    struct tr_diag diag;

    (void)state;
    assert_int_equal(tr_stored_position_parse(
                         TR_SLICE("{\"tailrace_fingerprint\":\"ab\",\"tailrace_partial\":7}"),
                         &position, &diag),
                     0);
    assert_int_equal(tr_offsets_check_partial(position, "ab", &diag), 0);
    assert_int_equal(tr_offsets_check_partial(position, "ac", &diag), -1);
    assert_int_equal(diag.reaction, TR_STOP);
    assert_non_null(strstr(diag.message, "the first 7 changes"));
    tr_stored_position_free(position);
    assert_int_equal(tr_stored_position_parse(TR_SLICE("{\"tailrace_fingerprint\":\"ab\"}"),
                                              &position, &diag),
                     0);
    assert_int_equal(tr_offsets_check_partial(position, "ac", &diag), 0);
    tr_stored_position_free(position);
}

static void test_states_there_and_back(void **state)
{
    struct tr_batch *batch = tr_batch_new(1024, 1 << 20);
    struct tr_states *found = tr_states_new(), *states = tr_states_new();
    struct tr_diag diag;

    (void)state;
    assert_int_equal(tr_batch_state(batch, (struct tr_state){TR_SLICE("table/\"a\""),
                                                             TR_SLICE("{\"columns\":[]}")}),
                     0);
    assert_int_equal(tr_offsets_wrap_states(TR_SLICE("[\"c\",{\"server\":\"p\"}]"), batch, &diag),
                     0);
    assert_true(tr_slice_is(batch->states[0].key,
                            "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"table/\\\"a\\\"\"}]"));
    assert_true(tr_slice_is(batch->states[0].value, "{\"state\":\"{\\\"columns\\\":[]}\"}"));
    assert_int_equal(tr_states_set(found, batch->states[0], &diag), 0);
    assert_int_equal(tr_offsets_unwrap_states(found, states, &diag), 0);
    assert_true(tr_slice_is(tr_states_get(states, "table/\"a\""), "{\"columns\":[]}"));
    tr_states_free(found);
    tr_states_free(states);
    tr_batch_free(batch);
}

static int wrap(struct tr_slice key, struct tr_slice value, struct tr_batch *batch,
                struct tr_diag *diag)
{
    tr_batch_reset(batch);
    assert_int_equal(tr_batch_state(batch, (struct tr_state){key, value}), 0);
    return tr_offsets_wrap_states(TR_SLICE("[\"c\",{\"server\":\"p\"}]"), batch, diag);
}

static void test_states_that_are_wrapped(void **state)
{
    struct tr_batch *batch = tr_batch_new(1024, 1 << 20);
    struct tr_diag diag;

    (void)state;
    assert_int_equal(wrap(TR_SLICE("forgotten"), (struct tr_slice){0}, batch, &diag), 0);
    assert_null(batch->states[0].value.p);
    assert_int_equal(wrap(TR_SLICE("\xff"), TR_SLICE("v"), batch, &diag), -1);
    assert_int_equal(diag.cls, TR_BUG);
    assert_int_equal(wrap(TR_SLICE("k"), TR_SLICE("\xff"), batch, &diag), -1);
    assert_non_null(strstr(diag.message, "UTF-8"));
    tr_batch_free(batch);
}

static void test_a_state_that_is_none_is_refused(void **state)
{
    static const char key[] = "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"k\"}]";
    static const char *const refused[][2] = {
        {key, "{}"},
        {key, "{\"state\":1}"},
        {key, "\"state\""},
        {key, "{\"state\":\"cut"},
        {"[\"c\",{\"server\":\"p\"}]", "{\"state\":\"v\"}"},
        {"c", "{\"state\":\"v\"}"},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(refused); i++) {
        struct tr_states *found = tr_states_new(), *states = tr_states_new();
        struct tr_diag diag;
        assert_int_equal(
            tr_states_set(found,
                          (struct tr_state){tr_slice_of(refused[i][0]), tr_slice_of(refused[i][1])},
                          &diag),
            0);
        assert_int_equal(tr_offsets_unwrap_states(found, states, &diag), -1);
        assert_int_equal(diag.reaction, TR_STOP);
        assert_non_null(strstr(diag.message, refused[i][0]));
        assert_int_equal(tr_states_count(states), 0);
        tr_states_free(found);
        tr_states_free(states);
    }
}

static void test_what_surrounds_a_position(void **state)
{
    const struct tr_offsets_commit bare = {.states_at = 7};
    const struct tr_source_impl database = {0};
    const struct tr_connector_options options = {.name = "\xff", .capture.topic_prefix = "p"};
    struct tr_buf json;
    struct tr_diag diag;

    (void)state;
    tr_buf_init(&json, 4096);
    assert_int_equal(tr_offsets_write(&bare, &json, &diag), 0);
    assert_string_equal(
        tr_buf_string(&json),
        "{\"tailrace_format\":1,\"tailrace_transaction\":0,\"tailrace_states_at\":7}");
    tr_buf_finish(&json);
    tr_buf_init(&json, 16); /* too small */
    assert_int_equal(tr_offsets_write(&bare, &json, &diag), -1);
    assert_int_equal(diag.cls, TR_RESOURCE);
    tr_buf_finish(&json);
    tr_buf_init(&json, 4096);
    assert_int_equal(tr_offsets_write_key(&database, &options, &json, &diag), -1);
    assert_non_null(strstr(diag.message, "name is not UTF-8"));
    tr_buf_finish(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_partial_position_stands_for_its_settings),
        cmocka_unit_test(test_written_and_read_again),
        cmocka_unit_test(test_newer_format_is_refused),
        cmocka_unit_test(test_states_there_and_back),
        cmocka_unit_test(test_states_that_are_wrapped),
        cmocka_unit_test(test_a_state_that_is_none_is_refused),
        cmocka_unit_test(test_what_surrounds_a_position),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
