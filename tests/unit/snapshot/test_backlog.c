#include "snapshot/impl.h"
#include "support/cmocka.h"

static const char *const a[] = {"1"}, *const b[] = {"2"}, *const c[] = {"3"};
static const struct tr_key_text keys[] = {{a, 1}, {b, 1}, {c, 1}};

/* The keys that are to be read again behind this window, as one text. */
static const char *again(struct tr_backlog *backlog, const struct tr_window *window,
                         const struct tr_chunk_range *range)
{
    static char text[64];
    const struct tr_key_text *left;
    size_t count, n = 0;
    struct tr_arena arena;
    struct tr_diag diag;

    tr_arena_init(&arena, 1024, 65536);
    assert_int_equal(tr_backlog_set_again(backlog, window, range, &diag), 0);
    assert_int_equal(tr_backlog_again(backlog, &arena, &left, &count, &diag), 0);
    for (size_t i = 0; i < count; i++)
        text[n++] = left[i].parts[0][0];
    text[n] = '\0';
    tr_arena_finish(&arena);
    return text;
}

static void test_what_is_read_again(void **state)
{
    struct tr_window_row rows[] = {{.at = {a, 1}, .again = true}, {.at = {a, 1}}, {.at = {c, 1}}};
    struct tr_window window = {.rows = rows, .count = 3};
    const struct tr_chunk_range chunk = {.table = "s.t"};
    const struct tr_chunk_range anew = {.table = "s.t", .keys = keys, .nkeys = 3};
    struct tr_backlog backlog;
    struct tr_diag diag;

    (void)state;
    assert_int_equal(tr_backlog_load(&backlog, NULL, &diag), 0);
    assert_string_equal(again(&backlog, &window, &chunk), "1");
    assert_string_equal(again(&backlog, &window, &anew), "1");
    /* a window that was full before all keys were read: those that can't have been */
    window.full = true;
    window.count = 2;
    assert_string_equal(again(&backlog, &window, &anew), "123");
    rows[0].again = false;
    assert_string_equal(again(&backlog, &window, &anew), "23");
    assert_string_equal(again(&backlog, &window, &chunk), "");
    window.count = 0;
    window.full = false;
    assert_string_equal(again(&backlog, &window, &anew), "");
    tr_backlog_finish(&backlog);
}

static int load(const char *text, struct tr_backlog *backlog, struct tr_diag *diag)
{
    struct tr_states *states = tr_states_new();

    assert_int_equal(
        tr_states_set(states, (struct tr_state){TR_SLICE(TR_BACKLOG_KEY), tr_slice_of(text)}, diag),
        0);
    int rc = tr_backlog_load(backlog, states, diag);
    tr_states_free(states);
    return rc;
}

static void test_what_is_stored_is_looked_at(void **state)
{
    static const char *const refused[] = {
        "",
        "[]",
        "{\"collections\":{}}",
        "{\"collections\":[{\"condition\":\"x\"}]}",
        "{\"collections\":[\"s.t\"]}",
        "{\"collections\":[{\"name\":\"s.t\",\"initial\":true}]}",
        "{\"collections\":[{\"name\":\"s.t\",\"initial\":true,\"rest\":[]}]}",
        "{\"collections\":[{\"name\":\"s.t\",\"initial\":true,\"rest\":[[null]]}]}",
        "{\"collections\":[{\"name\":\"s.t\",\"initial\":true,\"rest\":[[null,[7]]]}]}",
        "{\"maximum\":\"1\"}",
        "{\"after\":[1]}",
        "{\"again\":[\"1\"]}",
        "{\"again\":[[null]]}",
        "{\"stop\":[7]}",
        "{\"blocking\":[{\"id\":\"i\"}]}",
        "{\"blocking\":[{\"tables\":[],\"selects\":[]}]}",
        "{\"blocking\":[{\"id\":\"i\",\"tables\":[\"s.t\"],\"selects\":[]}]}",
        "{\"blocking\":[{\"id\":\"i\",\"tables\":[null],\"selects\":[null]}]}",
        "{\"blocking\":[{\"id\":\"i\",\"tables\":[\"s.t\"],\"selects\":[1]}]}",
    };
    struct tr_backlog backlog;
    struct tr_diag diag;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(refused); i++) {
        if (load(refused[i], &backlog, &diag) != -1)
            fail_msg("%s was taken", refused[i]);
        assert_int_equal(diag.cls, TR_DATA);
        assert_int_equal(diag.reaction, TR_STOP);
        assert_non_null(strstr(diag.message, TR_BACKLOG_KEY));
        tr_backlog_finish(&backlog);
    }
    assert_int_equal(load("{\"collections\":[{\"name\":\"s.a\"},{\"name\":\"s.b\","
                          "\"initial\":true,\"rest\":[[null,[\"3\"]]]}],\"after\":[\"1\"],"
                          "\"again\":[[\"2\"]],\"stop\":[\".*\"],\"blocking\":"
                          "[{\"id\":\"i\",\"tables\":[\"s.t\"],\"selects\":[null]}]}",
                          &backlog, &diag),
                     0);
    assert_int_equal(tr_backlog_count(&backlog), 2);
    tr_backlog_finish(&backlog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read_again),
        cmocka_unit_test(test_what_is_stored_is_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
