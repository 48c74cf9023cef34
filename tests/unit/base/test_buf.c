#include "base/buf.h"

#include "support/cmocka.h"

static void test_grows_and_stays_terminated(void **state)
{
    struct tr_buf buf;
    (void)state;

    tr_buf_init(&buf, 1000);
    assert_string_equal(tr_buf_string(&buf), "");
    tr_buf_text(&buf, "SELECT ");
    tr_buf_printf(&buf, "%d, '%s'", 5, "x");
    tr_buf_put(&buf, NULL, 0);
    assert_true(tr_buf_ok(&buf));
    assert_string_equal(tr_buf_string(&buf), "SELECT 5, 'x'");
    for (int i = 0; i < 40; i++)
        tr_buf_text(&buf, "0123456789");
    assert_true(tr_buf_ok(&buf));
    assert_int_equal(buf.len, 413);
    assert_int_equal(strlen(tr_buf_string(&buf)), 413);
    tr_buf_finish(&buf);
}

static void test_cap_is_sticky_until_reset(void **state)
{
    struct tr_buf buf;
    (void)state;

    tr_buf_init(&buf, 8);
    tr_buf_text(&buf, "1234567");
    assert_true(tr_buf_ok(&buf));
    tr_buf_text(&buf, "8");
    tr_buf_text(&buf, "");
    assert_false(tr_buf_ok(&buf));
    assert_string_equal(tr_buf_string(&buf), "1234567");
    tr_buf_reset(&buf);
    tr_buf_printf(&buf, "%s", "12345678");
    assert_false(tr_buf_ok(&buf));
    tr_buf_reset(&buf);
    tr_buf_text(&buf, "1");
    assert_true(tr_buf_ok(&buf));
    assert_string_equal(tr_buf_string(&buf), "1");
    tr_buf_finish(&buf);
}

static void test_absurd_length_fails(void **state)
{
    struct tr_buf buf;
    (void)state;

    tr_buf_init(&buf, SIZE_MAX);
    tr_buf_text(&buf, "x");
    tr_buf_put(&buf, "x", SIZE_MAX - 1);
    assert_false(tr_buf_ok(&buf));
    tr_buf_finish(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows_and_stays_terminated),
        cmocka_unit_test(test_cap_is_sticky_until_reset),
        cmocka_unit_test(test_absurd_length_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
