#include "config/listener.h"

#include "support/cmocka.h"

static void test_hosts_and_ports(void **state)
{
    static const struct {
        const char *text, *host;
        int port;
        bool tls;
    } cases[] = {
        {"http://127.0.0.1:8083", "127.0.0.1", 8083, false},
        {"HTTPS://connect.example:8443", "connect.example", 8443, true},
        {"http://:8083", "", 8083, false},
        {"https://[::1]:0/", "::1", 0, true},
    };
    struct tr_listener listener;
    struct tr_diag diag;
    (void)state;

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        assert_int_equal(tr_listener_parse(cases[i].text, &listener, &diag), 0);
        assert_string_equal(listener.host, cases[i].host);
        assert_int_equal(listener.port, cases[i].port);
        assert_int_equal(listener.tls, cases[i].tls);
    }
}

static void test_what_is_none(void **state)
{
    static const char *const cases[] = {
        "",
        "127.0.0.1:8083",
        "ftp://host:21",
        "http://host",
        "http://host:",
        "http://[::1",
        "http://[]:80",
        "http://host:8083/ui",
        "http://host:x",
        "http://host:65536",
        "http://user@host:1",
        "http://host:-1",
    };
    struct tr_listener listener;
    struct tr_diag diag;
    (void)state;

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        assert_int_equal(tr_listener_parse(cases[i], &listener, &diag), -1);
        assert_non_null(strstr(diag.message, "http://HOST:PORT"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts_and_ports),
        cmocka_unit_test(test_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
