#include <stdio.h>
#include <stdlib.h>

#include "copytext/copytext.h"

#include "support/cmocka.h"

struct fixture {
    struct tr_arena arena;
    struct tr_cell cells[8];
    struct tr_diag diag;
    char *row; /* in a block of its own size, so that a sanitizer sees a read beyond it */
};

static int decode(struct fixture *fixture, struct tr_slice row, size_t ncells)
{
    free(fixture->row);
    fixture->row = malloc(row.n ? row.n : 1);
    assert_non_null(fixture->row);
    memcpy(fixture->row, row.p, row.n);
    return tr_copytext_decode((struct tr_slice){fixture->row, row.n}, fixture->cells, ncells,
                              &fixture->arena, &fixture->diag);
}

static void refuse(struct fixture *fixture, const char *row, size_t ncells,
                   const char *part_of_message)
{
    assert_int_equal(decode(fixture, tr_slice_of(row), ncells), -1);
    assert_int_equal(fixture->diag.cls, TR_DATA);
    assert_int_equal(fixture->diag.reaction, TR_STOP);
    if (!strstr(fixture->diag.message, part_of_message))
        fail_msg("\"%s\" lacks \"%s\"", fixture->diag.message, part_of_message);
}

static void assert_cell(const struct fixture *fixture, size_t place, const char *text)
{
    assert_int_equal(fixture->cells[place].kind, TR_CELL_VALUE);
    assert_true(tr_slice_is(fixture->cells[place].bytes, text));
}

static void test_plain_cells_are_slices_of_the_row(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(decode(fixture, TR_SLICE("1\tsome longer text\t\t\\N\t\u00fc\n"), 5), 0);
    assert_cell(fixture, 0, "1");
    assert_ptr_equal(fixture->cells[0].bytes.p, fixture->row);
    assert_cell(fixture, 1, "some longer text");
    assert_cell(fixture, 2, "");
    assert_int_equal(fixture->cells[3].kind, TR_CELL_NULL);
    assert_cell(fixture, 4, "\u00fc");
    assert_int_equal(fixture->arena.used, 0);
}

static void test_newline_may_be_missing(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(decode(fixture, TR_SLICE("a\tb"), 2), 0);
    assert_cell(fixture, 1, "b");
    assert_int_equal(decode(fixture, TR_SLICE("a\t"), 2), 0);
    assert_cell(fixture, 1, "");
    assert_int_equal(decode(fixture, TR_SLICE("\n"), 1), 0);
    assert_cell(fixture, 0, "");
    assert_int_equal(decode(fixture, TR_SLICE("\n"), 0), 0);
    assert_int_equal(decode(fixture, TR_SLICE(""), 0), 0);
}

static void test_escapes(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(decode(fixture, TR_SLICE("\\b\\f\\n\\r\\t\\v\\\\\tplain\t\\\\N\tx\\\\"), 4),
                     0);
    assert_cell(fixture, 0, "\b\f\n\r\t\v\\");
    assert_cell(fixture, 1, "plain");
    assert_cell(fixture, 2, "\\N");
    assert_cell(fixture, 3, "x\\");
}

/* A backslash at each place around a word's end belongs to the right cell. */
static void test_places(void **state)
{
    struct fixture *fixture = *state;

    for (size_t before = 0; before < 20; before++)
        for (size_t after = 0; after < 20; after++) {
            char row[160], left[32], right[32];
            memset(left, 'a', before);
            memset(right, 'b', after);
            left[before] = right[after] = '\0';
            snprintf(row, sizeof row, "%s\\\\%s\t%s\t\\\\%s\n", left, left, right, right);
            assert_int_equal(decode(fixture, tr_slice_of(row), 3), 0);
            assert_int_equal(fixture->cells[0].bytes.n, 2 * before + 1);
            assert_int_equal(fixture->cells[0].bytes.p[before], '\\');
            assert_cell(fixture, 1, right);
            assert_int_equal(fixture->cells[2].bytes.n, after + 1);
            assert_int_equal(fixture->cells[2].bytes.p[0], '\\');
        }
}

static void test_refusals(void **state)
{
    struct fixture *fixture = *state;

    refuse(fixture, "a\tb\n", 1, "more cells than the 1 columns");
    refuse(fixture, "a\tb\n", 3, "fewer cells than the 3 columns");
    refuse(fixture, "a\t\n", 1, "more cells");
    refuse(fixture, "", 2, "fewer cells");
    refuse(fixture, "x\n", 0, "more cells");
    refuse(fixture, "a\\\n", 1, "escape sequence");
    refuse(fixture, "a\\\tb", 2, "escape sequence");
    refuse(fixture, "a\\Nb", 1, "escape sequence");
    refuse(fixture, "\\101", 1, "escape sequence");
    refuse(fixture, "\\\xc3\xbc", 1, "escape sequence");
}

static void test_no_room(void **state)
{
    struct fixture *fixture = *state;

    tr_arena_finish(&fixture->arena);
    tr_arena_init(&fixture->arena, 8, 8);
    assert_int_equal(decode(fixture, TR_SLICE("123456\\\\"), 1), 0);
    assert_int_equal(decode(fixture, TR_SLICE("123456\\\\"), 1), -1);
    assert_int_equal(fixture->diag.cls, TR_RESOURCE);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    if (!fixture)
        return -1;
    tr_arena_init(&fixture->arena, 1024, 1 << 20);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    tr_arena_finish(&fixture->arena);
    free(fixture->row);
    free(fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plain_cells_are_slices_of_the_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_newline_may_be_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_escapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_room, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
