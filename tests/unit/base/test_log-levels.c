#include "base/log-levels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka.h"

static struct tr_log_levels *made(void)
{
    struct tr_log_levels *levels = tr_log_levels_new(TR_LOG_INFO);

    assert_non_null(levels);
    return levels;
}

static void test_the_nearest_name_decides(void **state)
{
    struct tr_log_levels *levels = made();
    (void)state;

    assert_true(tr_log_levels_pass(levels, NULL, TR_LOG_INFO));
    assert_false(tr_log_levels_pass(levels, NULL, TR_LOG_DEBUG));
    assert_int_equal(tr_log_levels_set(levels, "tailrace.connector.a.b", "debug", 5), 0);
    assert_true(tr_log_levels_pass(levels, "a.b", TR_LOG_DEBUG));
    assert_true(tr_log_levels_pass(levels, "a.b.c", TR_LOG_DEBUG));
    assert_false(tr_log_levels_pass(levels, "a", TR_LOG_DEBUG));
    assert_false(tr_log_levels_pass(levels, NULL, TR_LOG_DEBUG));
    assert_int_equal(tr_log_levels_set(levels, "tailrace", "OFF", 6), 0);
    assert_false(tr_log_levels_pass(levels, "a.b", TR_LOG_ERROR));
    assert_false(tr_log_levels_pass(levels, NULL, TR_LOG_ERROR));
    assert_int_equal(tr_log_levels_set(levels, "root", "TRACE", 7), 0);
    assert_true(tr_log_levels_pass(levels, "a", TR_LOG_DEBUG));
    tr_log_levels_free(levels);
}

static void test_foreign_names_decide_nothing(void **state)
{
    struct tr_log_levels *levels = made();
    const char *word;
    int64_t set_ms;
    (void)state;

    assert_int_equal(tr_log_levels_set(levels, "io.debezium", "Warn", 5), 0);
    assert_true(tr_log_levels_get(levels, "io.debezium", &word, &set_ms));
    assert_string_equal(word, "WARN");
    assert_int_equal(set_ms, 5);
    assert_false(tr_log_levels_get(levels, "io.debezium.connector", &word, &set_ms));
    assert_string_equal(word, "WARN");
    assert_true(tr_log_levels_pass(levels, "a", TR_LOG_INFO));
    tr_log_levels_free(levels);
}

static void put(void *context, const char *name, const char *word, int64_t set_ms)
{
    char *text = context;
    size_t n = strlen(text);

    snprintf(text + n, 200 - n, "%s=%s@%d ", name, word, (int)set_ms);
}

static void test_list_and_bad_words(void **state)
{
    struct tr_log_levels *levels = made();
    char text[200] = "", name[2000];
    (void)state;

    assert_int_equal(tr_log_levels_set(levels, "z", "ERROR", 1), 0);
    assert_int_equal(tr_log_levels_set(levels, "a", "FATAL", 2), 0);
    assert_int_equal(tr_log_levels_set(levels, "a", "LOUD", 3), 1);
    tr_log_levels_each(levels, put, text);
    assert_string_equal(text, "a=FATAL@2 root=INFO@0 z=ERROR@1 ");
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(tr_log_levels_set(levels, name, "INFO", 3), -1);
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(tr_log_levels_set(levels, name, "INFO", 3), i < 997 ? 0 : -1);
    }
    tr_log_levels_free(levels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_nearest_name_decides),
        cmocka_unit_test(test_foreign_names_decide_nothing),
        cmocka_unit_test(test_list_and_bad_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
