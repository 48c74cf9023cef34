#include "snapshot/window.h"

#include <stdio.h>

#include "support/cmocka.h"

static const struct tr_column columns[] = {{.name = "id"}, {.name = "v"}};
static const unsigned key[] = {0};
static const struct tr_table keyed = {
    .schema = "s", .name = "t", .columns = columns, .ncolumns = 2, .key = key, .nkey = 1};
static const struct tr_table keyless = {
    .schema = "s", .name = "t", .columns = columns, .ncolumns = 2};

static struct tr_cell cell(const char *text)
{
    return (struct tr_cell){TR_CELL_VALUE, tr_slice_of(text)};
}

static const struct tr_cell unchanged = {.kind = TR_CELL_UNCHANGED};

static void change(struct tr_window *window, const struct tr_table *table,
                   const struct tr_cell *before, const struct tr_cell *after)
{
    struct tr_diag diag;
    const struct tr_change change = {.op = TR_OP_UPDATE, .before = before, .after = after};
    assert_int_equal(tr_window_change(window, table, &change, &diag), 0);
}

static void add(struct tr_window *window, const char *id)
{
    struct tr_diag diag;
    const struct tr_cell cells[] = {cell(id), cell("old")};
    assert_int_equal(tr_window_add(window, cells, (struct tr_key_text){0}, &diag), 0);
}

static void open_window(struct tr_window *window, const char *surrogate)
{
    struct tr_diag diag;

    tr_window_init(window, 1 << 20);
    assert_int_equal(tr_window_watch(window, "s.t", surrogate, &diag), 0);
    window->shape = surrogate ? &keyless : &keyed;
}

static void test_newer_is_dropped(void **state)
{
    struct tr_window window;
    struct tr_diag diag;

    (void)state;
    open_window(&window, NULL);
    assert_true(tr_window_watches(&window, &keyed));
    /* a row, a key that changes, a row without all values, and one with them before */
    change(&window, &keyed, NULL, (struct tr_cell[]){cell("1"), cell("new")});
    change(&window, &keyed, (struct tr_cell[]){cell("2"), cell("x")},
           (struct tr_cell[]){cell("3"), cell("x")});
    change(&window, &keyed, NULL, (struct tr_cell[]){cell("4"), unchanged});
    change(&window, &keyed, NULL, (struct tr_cell[]){cell("5"), cell("new")});
    change(&window, &keyed, NULL, (struct tr_cell[]){cell("5"), unchanged});
    for (char id[] = "1"; *id <= '6'; ++*id)
        add(&window, id);
    assert_int_equal(tr_window_settle(&window, &diag), 0);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(window.rows[i].dropped, i != 5);
        assert_int_equal(window.rows[i].again, i == 3);
    }
    tr_window_finish(&window);
}

static void test_surrogate_tells_rows_apart(void **state)
{
    struct tr_window window;
    struct tr_diag diag;

    (void)state;
    open_window(&window, "id");
    change(&window, &keyless, NULL, (struct tr_cell[]){cell("1"), cell("new")});
    add(&window, "1");
    add(&window, "2");
    assert_int_equal(tr_window_settle(&window, &diag), 0);
    assert_true(window.rows[0].dropped);
    assert_false(window.rows[1].dropped);
    tr_window_finish(&window);
}

static void test_discarded(void **state)
{
    static const struct tr_cell absent[] = {{.kind = TR_CELL_ABSENT}, {.kind = TR_CELL_ABSENT}};
    struct tr_window window;
    struct tr_diag diag;
    const struct tr_change truncate = {.op = TR_OP_TRUNCATE};

    (void)state;
    open_window(&window, NULL);
    assert_int_equal(tr_window_change(&window, &keyed, &truncate, &diag), 0);
    assert_int_equal(tr_window_settle(&window, &diag), TR_WINDOW_DISCARDED);
    assert_int_equal(tr_window_watch(&window, "s.t", NULL, &diag), 0);
    assert_int_equal(tr_window_settle(&window, &diag), 0);
    change(&window, &keyed, absent, NULL); /* a key that isn't known */
    assert_int_equal(tr_window_settle(&window, &diag), TR_WINDOW_DISCARDED);
    tr_window_close(&window);
    assert_false(window.discarded);
    tr_window_finish(&window);
}

static void test_many_keys(void **state)
{
    struct tr_window window;
    struct tr_diag diag;
    char id[16];

    (void)state;
    open_window(&window, NULL);
    for (int i = 0; i < 5000; i++) {
        snprintf(id, sizeof id, "%d", i);
        change(&window, &keyed, NULL, (struct tr_cell[]){cell(id), cell("new")});
    }
    add(&window, "4999");
    add(&window, "5000");
    assert_int_equal(tr_window_settle(&window, &diag), 0);
    assert_true(window.rows[0].dropped);
    assert_false(window.rows[1].dropped);
    tr_window_finish(&window);
}

/* Rows of one place stay together, however many. */
static void test_full(void **state)
{
    const char *const a[] = {"1"}, *const b[] = {"2"};
    const struct tr_cell cells[] = {cell("1"), cell("v")};
    struct tr_window window;
    struct tr_diag diag;

    (void)state;
    tr_window_init(&window, 1);
    window.shape = &keyed;
    assert_int_equal(tr_window_add(&window, cells, (struct tr_key_text){a, 1}, &diag), 0);
    assert_int_equal(tr_window_add(&window, cells, (struct tr_key_text){a, 1}, &diag), 0);
    assert_false(window.full);
    assert_int_equal(tr_window_add(&window, cells, (struct tr_key_text){b, 1}, &diag),
                     TR_WINDOW_FULL);
    assert_true(window.full);
    assert_int_equal(window.count, 2);
    tr_window_finish(&window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newer_is_dropped),
        cmocka_unit_test(test_surrogate_tells_rows_apart),
        cmocka_unit_test(test_discarded),
        cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
