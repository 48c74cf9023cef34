#include "snapshot/takeover.h"

#include <stdio.h>

#include "support/cmocka.h"

#define KEY "snapshot/incremental"

/* What becomes of a Debezium offset; freed with the next one. */
static const char *take_over(const char *offset, struct tr_states *states)
{
    static char text[512];
    const struct tr_log log = {.fd = -1, .level = TR_LOG_ERROR};
    struct tr_diag diag;
    struct tr_stored_position *position;

    assert_int_equal(tr_stored_position_parse(tr_slice_of(offset), &position, &diag), 0);
    assert_int_equal(tr_incremental_take_over(position, states, &log, &diag), 0);
    tr_stored_position_free(position);
    struct tr_slice value = tr_states_get(states, KEY);
    snprintf(text, sizeof text, "%.*s", (int)value.n, value.p ? value.p : "");
    return text;
}

static void test_what_is_left(void **state)
{
    struct tr_states *states = tr_states_new();

    (void)state;
    assert_string_equal(
        take_over("{\"lsn\":1,\"incremental_snapshot_correlation_id\":\"x\","
                  "\"incremental_snapshot_collections\":\"["
                  "{\\\"incremental_snapshot_collections_id\\\":\\\"s.a\\\","
                  "\\\"incremental_snapshot_collections_additional_condition\\\":\\\"(b > 1)\\\","
                  "\\\"incremental_snapshot_collections_surrogate_key\\\":\\\"k\\\"},"
                  "{\\\"incremental_snapshot_collections_id\\\":\\\"s.b\\\","
                  "\\\"incremental_snapshot_collections_surrogate_key\\\":null},3]\"}",
                  states),
        "{\"id\":\"x\",\"collections\":[{\"name\":\"s.a\",\"condition\":\"(b > 1)\","
        "\"surrogate\":\"k\"},{\"name\":\"s.b\"}]}");
    /* what is tailrace's own stays */
    assert_non_null(strstr(take_over("{\"incremental_snapshot_collections\":\"[{"
                                     "\\\"incremental_snapshot_collections_id\\\":\\\"s.c\\\"}]\"}",
                                     states),
                           "s.b"));
    tr_states_free(states);
}

static void test_nothing_is_left(void **state)
{
    static const char *const offsets[] = {
        "{\"lsn\":1}",
        "{\"incremental_snapshot_collections\":\"[]\"}",
        "{\"incremental_snapshot_collections\":\"no JSON\"}",
        "{\"incremental_snapshot_collections\":\"{}\"}",
        "{\"incremental_snapshot_collections\":7}",
    };
    struct tr_states *states = tr_states_new();

    (void)state;
    for (size_t i = 0; i < TR_COUNT(offsets); i++)
        assert_string_equal(take_over(offsets[i], states), "");
    tr_states_free(states);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_left),
        cmocka_unit_test(test_nothing_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
