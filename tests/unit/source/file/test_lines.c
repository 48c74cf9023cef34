#include "source/file/lines.h"

#include "support/cmocka.h"

#define LIMIT ((size_t)1 << 20)

static void feed(struct tr_lines *lines, const char *text)
{
    struct tr_diag diag;
    size_t n = strlen(text), size;
    char *room;

    assert_int_equal(tr_lines_room(lines, LIMIT, &room, &size, &diag), 0);
    assert_true(size >= n);
    memcpy(room, text, n);
    tr_lines_filled(lines, n);
}

/* The next line, or NULL; what it took with its end is added up. */
static const char *next(struct tr_lines *lines, size_t *position)
{
    static char copy[256];
    struct tr_slice line;
    size_t length;

    if (!tr_lines_next(lines, &line, &length))
        return NULL;
    assert_true(line.n < sizeof copy);
    memcpy(copy, line.p, line.n);
    copy[line.n] = '\0';
    *position += length;
    return copy;
}

static void test_ends_of_lines(void **state)
{
    struct tr_lines lines = {0};
    size_t position = 0;

    (void)state;
    feed(&lines, "lf\ncr\rcrlf\r\n\n\r\nlast");
    assert_string_equal(next(&lines, &position), "lf");
    assert_int_equal(position, 3);
    assert_string_equal(next(&lines, &position), "cr");
    assert_int_equal(position, 6);
    assert_string_equal(next(&lines, &position), "crlf");
    assert_int_equal(position, 12);
    assert_string_equal(next(&lines, &position), "");
    assert_string_equal(next(&lines, &position), "");
    assert_int_equal(position, 15);
    assert_null(next(&lines, &position)); /* its end isn't there yet */
    feed(&lines, " line\n");
    assert_string_equal(next(&lines, &position), "last line");
    assert_int_equal(position, 25);
    assert_null(next(&lines, &position));
    tr_lines_finish(&lines);
}

static void test_a_cr_waits_for_its_lf(void **state)
{
    struct tr_lines lines = {0};
    size_t position = 0;

    (void)state;
    feed(&lines, "a\r");
    assert_null(next(&lines, &position));
    feed(&lines, "\nb\r");
    assert_string_equal(next(&lines, &position), "a");
    assert_int_equal(position, 3);
    assert_null(next(&lines, &position));
    feed(&lines, "c\n");
    assert_string_equal(next(&lines, &position), "b");
    assert_string_equal(next(&lines, &position), "c");
    tr_lines_finish(&lines);
}

static void test_long_lines(void **state)
{
    struct tr_lines lines = {0};
    struct tr_diag diag;
    struct tr_slice line;
    size_t length, size, fed = 0;
    char *room;

    (void)state;
    while (fed < LIMIT) { /* doubling rooms meet it exactly */
        assert_int_equal(tr_lines_room(&lines, LIMIT, &room, &size, &diag), 0);
        memset(room, 'x', size);
        tr_lines_filled(&lines, size);
        fed += size;
        assert_false(tr_lines_next(&lines, &line, &length));
    }
    feed(&lines, "x");
    assert_int_equal(tr_lines_room(&lines, LIMIT, &room, &size, &diag), -1);
    assert_int_equal(diag.cls, TR_DATA);
    assert_non_null(strstr(diag.message, "memory.limit"));
    tr_lines_finish(&lines);
}

static void assert_text(const char *bytes, const char *wanted)
{
    struct tr_arena arena;
    struct tr_slice text;

    tr_arena_init(&arena, 1024, 1 << 16);
    assert_int_equal(tr_lines_text(tr_slice_of(bytes), &arena, &text), 0);
    assert_int_equal(text.n, strlen(wanted));
    assert_memory_equal(text.p, wanted, text.n);
    tr_arena_finish(&arena);
}

#define BAD "\xEF\xBF\xBD"

static void test_what_is_not_utf8(void **state)
{
    (void)state;
    assert_text("", "");
    assert_text("ascii, \xC3\xA4, \xE2\x82\xAC, \xF0\x9F\x98\x80",
                "ascii, \xC3\xA4, \xE2\x82\xAC, \xF0\x9F\x98\x80");
    assert_text("a\xFF"
                "b",
                "a" BAD "b");
    assert_text("\xC3", BAD);     /* cut off */
    assert_text("\xE2\x82", BAD); /* one character's begin */
    assert_text("\xE2\x82"
                "x",
                BAD "x");
    assert_text("\xC0\x80", BAD BAD); /* overlong */
    assert_text("\xE0\x80\x80", BAD BAD BAD);
    assert_text("\xED\xA0\x80", BAD BAD BAD);         /* a surrogate */
    assert_text("\xF4\x90\x80\x80", BAD BAD BAD BAD); /* beyond Unicode */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_of_lines),
        cmocka_unit_test(test_a_cr_waits_for_its_lf),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_what_is_not_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
