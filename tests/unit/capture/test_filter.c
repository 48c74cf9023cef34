#include "capture/filter.h"
#include "support/cmocka.h"

static struct tr_filter *make(struct tr_list include, struct tr_list exclude)
{
    struct tr_filter *filter;
    struct tr_diag diag;

    int rc = tr_filter_new((struct tr_filter_list){&include, "table.include.list"},
                           (struct tr_filter_list){&exclude, "table.exclude.list"}, &filter, &diag);
    assert_int_equal(rc, 0);
    return filter;
}

static void test_empty_allows_all(void **state)
{
    struct tr_filter *filter = make((struct tr_list){0}, (struct tr_list){0});

    (void)state;
    assert_true(tr_filter_allows(filter, "public.t"));
    tr_filter_free(filter);
}

static void test_anchored_and_caseless(void **state)
{
    const char *items[] = {"public\\.ord.*", "Sales.item"};
    struct tr_filter *filter = make((struct tr_list){items, 2}, (struct tr_list){0});

    (void)state;
    assert_true(tr_filter_allows(filter, "public.orders"));
    assert_true(tr_filter_allows(filter, "PUBLIC.ORDERS"));
    assert_true(tr_filter_allows(filter, "sales.item"));
    assert_false(tr_filter_allows(filter, "sales.items"));
    assert_false(tr_filter_allows(filter, "xpublic.orders"));
    tr_filter_free(filter);
}

static void test_beginnings(void **state)
{
    const char *items[] = {"inv\\.ord.*", "a.t", "(x|y)[.]u$", "inv\\..*(?<!s)"};
    struct tr_filter *filter = make((struct tr_list){items, 3}, (struct tr_list){0});
    struct tr_filter *last = make((struct tr_list){items + 3, 1}, (struct tr_list){0});
    struct tr_filter *excluding = make((struct tr_list){0}, (struct tr_list){items, 3});

    (void)state;
    assert_true(tr_filter_may_begin(filter, "inv."));
    assert_true(tr_filter_may_begin(filter, "INV."));
    assert_true(tr_filter_may_begin(filter, "a."));
    assert_true(tr_filter_may_begin(filter, "y."));
    assert_false(tr_filter_may_begin(filter, "inv2."));
    assert_false(tr_filter_may_begin(filter, "in."));
    assert_false(tr_filter_may_begin(filter, "z."));
    assert_true(tr_filter_may_begin(last, "inv."));
    assert_false(tr_filter_may_begin(last, "percona."));
    assert_true(tr_filter_may_begin(excluding, "z."));
    tr_filter_free(filter);
    tr_filter_free(last);
    tr_filter_free(excluding);
}

static void test_exclude(void **state)
{
    const char *items[] = {"public\\.secret"};
    struct tr_filter *filter = make((struct tr_list){0}, (struct tr_list){items, 1});

    (void)state;
    assert_false(tr_filter_allows(filter, "public.secret"));
    assert_true(tr_filter_allows(filter, "public.secrets"));
    tr_filter_free(filter);
}

static void test_bad_expression(void **state)
{
    const char *items[] = {"public.("};
    struct tr_list include = {items, 1};
    struct tr_filter *filter;
    struct tr_diag diag;

    (void)state;
    int rc = tr_filter_new((struct tr_filter_list){&include, "table.include.list"},
                           (struct tr_filter_list){0}, &filter, &diag);
    assert_int_equal(rc, -1);
    assert_int_equal(diag.cls, TR_CONFIG);
    assert_non_null(strstr(diag.message, "table.include.list"));
    assert_non_null(strstr(diag.message, "public.("));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_allows_all), cmocka_unit_test(test_anchored_and_caseless),
        cmocka_unit_test(test_exclude),          cmocka_unit_test(test_beginnings),
        cmocka_unit_test(test_bad_expression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
