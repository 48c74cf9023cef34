#include "base/diag.h"

#include <string.h>

#include "support/cmocka.h"

static void test_fail_fills_everything(void **state)
{
    struct tr_diag diag;
    (void)state;

    assert_int_equal(tr_fail(&diag, TR_SCHEMA, TR_STOP, "table \"%s\" has no key", "a.b"), -1);
    assert_int_equal(diag.cls, TR_SCHEMA);
    assert_int_equal(diag.reaction, TR_STOP);
    assert_string_equal(diag.message, "table \"a.b\" has no key");
}

static void test_context_goes_in_front(void **state)
{
    struct tr_diag diag;
    (void)state;

    tr_fail(&diag, TR_DATA, TR_STOP, "not a number");
    assert_int_equal(tr_fail_in(&diag, "column %d", 3), -1);
    assert_int_equal(tr_fail_in(&diag, "table t"), -1);
    assert_string_equal(diag.message, "table t: column 3: not a number");
    assert_int_equal(diag.cls, TR_DATA);
}

static void test_long_texts_are_cut(void **state)
{
    struct tr_diag diag;
    char text[5000];
    (void)state;

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    tr_fail(&diag, TR_DATA, TR_RETRY, "%s", text);
    assert_int_equal(strlen(diag.message), sizeof diag.message - 1);
    tr_fail_in(&diag, "%s", text);
    assert_in_range(strlen(diag.message), 1024, sizeof diag.message - 1);
}

static void test_classes_have_names(void **state)
{
    (void)state;

    assert_string_equal(tr_class_name(TR_CONFIG), "config");
    for (int cls = TR_CONFIG; cls <= TR_BUG; cls++)
        assert_non_null(tr_class_name((enum tr_class)cls));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail_fills_everything),
        cmocka_unit_test(test_context_goes_in_front),
        cmocka_unit_test(test_long_texts_are_cut),
        cmocka_unit_test(test_classes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
