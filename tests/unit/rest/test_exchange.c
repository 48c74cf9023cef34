#include "rest/exchange.h"

#include "support/cmocka.h"

static struct tr_exchange parsed(const char *uri)
{
    struct tr_exchange exchange;

    tr_exchange_init(&exchange, NULL);
    assert_int_equal(tr_request_uri(&exchange, uri), 0);
    return exchange;
}

static void test_paths(void **state)
{
    static const struct {
        const char *uri;
        size_t n;
        const char *last;
    } cases[] = {
        {"/", 0, NULL},
        {"/connectors", 1, "connectors"},
        {"/connectors/", 1, "connectors"},
        {"/connectors/my%20c%C3%B6nn", 2, "my cönn"},
        {"/connectors/a+b?expand=x", 2, "a+b"},
        {"http://host:8083/health", 1, "health"},
        {"/connector-plugins/org.X$Value/config#x", 3, "config"},
        {"/1/2/3/4/5/6/7/8/9", SIZE_MAX, NULL},
    };
    (void)state;

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        struct tr_exchange exchange = parsed(cases[i].uri);
        assert_null(exchange.request.bad_uri);
        assert_int_equal(exchange.request.nsegments, cases[i].n);
        if (cases[i].last)
            assert_string_equal(exchange.request.segments[cases[i].n - 1], cases[i].last);
        tr_exchange_finish(&exchange);
    }
}

static void test_bad_paths(void **state)
{
    static const struct {
        const char *uri, *why;
    } cases[] = {
        {"//connectors", "Ambiguous URI empty segment"},
        {"/connectors//f1", "Ambiguous URI empty segment"},
        {"/connectors/a%2Fb", "Ambiguous URI path separator"},
        {"/connectors/a%2fb", "Ambiguous URI path separator"},
        {"/connectors/..", "Ambiguous URI path segment"},
        {"/connectors/%2e%2E/x", "Ambiguous URI path segment"},
        {"/connectors/%", "Bad URI"},
        {"/connectors/%4", "Bad URI"},
        {"/connectors/%zz", "Bad URI"},
        {"/connectors/%00", "Bad URI"},
        {"/connectors/%ff", "Bad URI"},
        {"/connectors/%c0%80", "Bad URI"},
        {"/connectors/%ed%a0%80", "Bad URI"},
        {"/connectors/%f4%90%80%80", "Bad URI"},
        {"/connectors/%e2%82", "Bad URI"},
        {"/connectors?expand=%", "Bad URI"},
        {"*", "Bad URI"},
        {"", "Bad URI"},
    };
    (void)state;

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        struct tr_exchange exchange = parsed(cases[i].uri);
        assert_non_null(exchange.request.bad_uri);
        assert_string_equal(exchange.request.bad_uri, cases[i].why);
        tr_exchange_finish(&exchange);
    }
}

static void test_queries(void **state)
{
    struct tr_exchange exchange =
        parsed("/c?expand=info&expand=a+b%26c&&flag&includeTasks=TRUE&x=");
    const struct tr_request *request = &exchange.request;
    (void)state;

    assert_int_equal(request->nquery, 5);
    assert_string_equal(tr_request_query(request, "expand"), "info");
    assert_string_equal(request->query[1].value, "a b&c");
    assert_string_equal(tr_request_query(request, "flag"), "");
    assert_string_equal(tr_request_query(request, "x"), "");
    assert_null(tr_request_query(request, "none"));
    assert_true(tr_request_flag(request, "includeTasks", false));
    assert_false(tr_request_flag(request, "flag", true));
    assert_true(tr_request_flag(request, "none", true));
    tr_exchange_finish(&exchange);
}

static void test_methods(void **state)
{
    (void)state;
    assert_int_equal(tr_request_method("PATCH"), TR_METHOD_PATCH);
    assert_int_equal(tr_request_method("get"), TR_METHOD_OTHER);
    assert_int_equal(tr_request_method("TRACE"), TR_METHOD_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_bad_paths),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_methods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
