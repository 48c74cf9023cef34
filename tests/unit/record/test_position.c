#include "record/position.h"

#include "support/cmocka.h"

static struct tr_stored_position *parse(const char *json)
{
    struct tr_stored_position *position = NULL;
    struct tr_diag diag;

    assert_int_equal(tr_stored_position_parse(tr_slice_of(json), &position, &diag), 0);
    return position;
}

static void refuse(struct tr_slice json)
{
    struct tr_stored_position *position = NULL;
    struct tr_diag diag = {.cls = TR_BUG};

    assert_int_equal(tr_stored_position_parse(json, &position, &diag), -1);
    assert_int_equal(diag.cls, TR_DATA);
    assert_int_equal(diag.reaction, TR_STOP);
    assert_null(position);
}

/* What Debezium writes while it streams. */
static void test_reads_members(void **state)
{
    struct tr_stored_position *position =
        parse("{\"lsn_proc\":24023128,\"messageType\":\"INSERT\",\"lsn_commit\":24023128,"
              "\"lsn\":9223372036854775807,\"txId\":null,\"snapshot_completed\":true}");
    (void)state;

    assert_int_equal(tr_stored_position_integer(position, "lsn_proc", 0), 24023128);
    assert_true(tr_stored_position_integer(position, "lsn", 0) == INT64_MAX);
    assert_string_equal(tr_stored_position_text(position, "messageType", ""), "INSERT");
    assert_true(tr_stored_position_boolean(position, "snapshot_completed", false));
    assert_true(tr_stored_position_has(position, "lsn"));
    tr_stored_position_free(position);
}

static void test_missing_null_and_other_types_give_the_default(void **state)
{
    struct tr_stored_position *position = parse("{\"a\":null,\"b\":\"7\",\"c\":1.5}");
    (void)state;

    assert_false(tr_stored_position_has(position, "a"));
    assert_false(tr_stored_position_has(position, "z"));
    assert_int_equal(tr_stored_position_integer(position, "a", 3), 3);
    assert_int_equal(tr_stored_position_integer(position, "b", 3), 3);
    assert_int_equal(tr_stored_position_integer(position, "c", 3), 3);
    assert_null(tr_stored_position_text(position, "c", NULL));
    assert_true(tr_stored_position_boolean(position, "b", true));
    tr_stored_position_free(position);
    tr_stored_position_free(NULL);
}

static void test_refuses_what_is_not_flat(void **state)
{
    (void)state;

    refuse(TR_SLICE(""));
    refuse(TR_SLICE("null"));
    refuse(TR_SLICE("[1]"));
    refuse(TR_SLICE("{\"a\":1"));
    refuse(TR_SLICE("{\"a\":{}}"));
    refuse(TR_SLICE("{\"a\":[]}"));
    refuse(TR_SLICE("{\"a\":9223372036854775808}"));
}

struct taken {
    int64_t sum;
    int calls, most;
};

static int take(void *context, const char *rest, int64_t number)
{
    struct taken *taken = context;

    assert_non_null(strchr("xy", rest[0]));
    taken->sum += number;
    return ++taken->calls == taken->most ? 5 : 0;
}

static void test_each_number_behind_a_prefix(void **state)
{
    struct tr_stored_position *position =
        parse("{\"x\":1,\"a/x\":2,\"a/y\":4,\"a/z\":\"8\",\"b/x\":16,\"a/yy\":32}");
    struct taken all = {0}, one = {.most = 1};

    (void)state;
    assert_int_equal(tr_stored_position_each(position, "a/", take, &all), 0);
    assert_int_equal(all.sum, 38);
    assert_int_equal(all.calls, 3);
    assert_int_equal(tr_stored_position_each(position, "a/", take, &one), 5);
    assert_int_equal(one.calls, 1);
    tr_stored_position_free(position);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_members),
        cmocka_unit_test(test_missing_null_and_other_types_give_the_default),
        cmocka_unit_test(test_refuses_what_is_not_flat),
        cmocka_unit_test(test_each_number_behind_a_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
