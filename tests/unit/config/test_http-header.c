#include "config/http-header.h"

#include <string.h>

#include "support/cmocka.h"

static struct tr_http_header headers[TR_HTTP_HEADERS];
static struct tr_arena arena;

static int parse(const char *text, size_t *ret_count, struct tr_diag *diag)
{
    return tr_http_headers_parse(text, &arena, headers, ret_count, diag);
}

static void test_lists(void **state)
{
    struct tr_diag diag;
    size_t count;
    (void)state;

    assert_int_equal(parse("", &count, &diag), 0);
    assert_int_equal(count, 0);
    assert_int_equal(parse("add X-XSS-Protection: 1; mode=block ,\"set Cache-Control: no-cache, "
                           "no-store\",SETDATE Expires: 31540000000",
                           &count, &diag),
                     0);
    assert_int_equal(count, 3);
    assert_string_equal(headers[0].name, "X-XSS-Protection");
    assert_string_equal(headers[0].value, "1; mode=block");
    assert_true(headers[0].add && !headers[0].date);
    assert_string_equal(headers[1].value, "no-cache, no-store");
    assert_true(!headers[1].add && !headers[1].date);
    assert_true(!headers[2].add && headers[2].date);
}

static void test_what_is_none(void **state)
{
    static const char *const cases[] = {
        "X: y",        "put X: y",   "set X",           "set : y",
        "set X:",      "set X Y: z", "setDate X: soon", "setDate X: -5",
        "set X: a\nb", "set",        "set X: y, z: w",
    };
    struct tr_diag diag;
    char many[40 * 12] = "";
    size_t count;
    (void)state;

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        assert_int_equal(parse(cases[i], &count, &diag), -1);
        assert_non_null(strstr(diag.message, "not a list of headers"));
    }
    for (int i = 0; i < 33; i++)
        strcat(many, "set X: y, ");
    assert_int_equal(parse(many, &count, &diag), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_what_is_none),
    };
    tr_arena_init(&arena, 4096, 1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tr_arena_finish(&arena);
    return failed;
}
