/* Texts that have a grammar of their own. */
#include "config/check-text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/macros.h"

static void test_replica_rules(void **state)
{
    static const struct {
        const char *text, *tables;
        char identity;
        const char *index;
    } good[] = {
        {"public.t:FULL", "public.t", 'f', ""},
        {" public.(a|b):default ", "public.(a|b)", 'd', ""},
        {".*:Nothing", ".*", 'n', ""},
        {"public.t:INDEX t_ix", "public.t", 'i', "t_ix"},
        {"public.t:index  \"T ix ", "public.t", 'i', "\"T ix"},
    };
    static const char *const bad[] = {"",     "public.t",          ":FULL",
                                      "t:",   "public.t:FULLY",    "public.t:INDEX",
                                      "t:IN", "public.t: INDEX x", "public.t:INDEX  "};
    struct tr_replica_rule rule;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(good); i++) {
        assert_true(tr_replica_rule_of(good[i].text, &rule));
        assert_true(tr_slice_is(rule.tables, good[i].tables));
        assert_int_equal(rule.identity, good[i].identity);
        assert_true(tr_slice_is(rule.index, good[i].index));
    }
    for (size_t i = 0; i < TR_COUNT(bad); i++)
        assert_false(tr_replica_rule_of(bad[i], &rule));
}

static void test_stream_params(void **state)
{
    static const char *const good[] = {"origin=none", "origin=any", " origin = none ; ", ";;", ""};
    static const char *const bad[] = {"origin",          "origin=",       "origin=local",
                                      "messages=false",  "origin=none;x", "none",
                                      "proto_version=4", "=none"};
    struct tr_diag diag;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(good); i++)
        assert_int_equal(tr_check_stream_params(good[i], &diag), 0);
    for (size_t i = 0; i < TR_COUNT(bad); i++)
        assert_true(tr_check_stream_params(bad[i], &diag) < 0);
    assert_true(tr_slice_is(tr_stream_param(" a=b; origin = none ;", "origin"), "none"));
    assert_int_equal(tr_stream_param("a=b", "origin").n, 0);
    assert_int_equal(tr_stream_param(NULL, "origin").n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replica_rules),
        cmocka_unit_test(test_stream_params),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
