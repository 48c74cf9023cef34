#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka.h"

/* What a log line says behind its time stamp; the text is the caller's array of 8192. */
static const char *written(int fd, char *text)
{
    ssize_t n = read(fd, text, 8191);

    assert_true(n > 0);
    text[n] = '\0';
    assert_int_equal(text[n - 1], '\n');
    text[n - 1] = '\0';
    const char *rest = strstr(text, "Z");
    assert_non_null(rest);
    return rest + 1;
}

static void test_logfmt_quotes_only_what_needs_it(void **state)
{
    int ends[2];
    char text[8192];
    (void)state;

    assert_int_equal(pipe(ends), 0);
    struct tr_log log = {ends[1], TR_LOG_INFO, TR_LOG_LOGFMT, "inventory", NULL};
    tr_log_warn(&log, "slot is held", TR_LOG_STR("slot", "a b"), TR_LOG_INT("bytes", INT64_MIN),
                TR_LOG_STR("empty", ""), TR_LOG_STR("odd", "q\"\\\n\x01\x7f"));
    assert_string_equal(written(ends[0], text),
                        " level=warn connector=inventory msg=\"slot is held\" slot=\"a b\" "
                        "bytes=-9223372036854775808 empty=\"\" odd=\"q\\\"\\\\\\n\\u0001\\u007f\"");
    close(ends[0]);
    close(ends[1]);
}

static void test_json(void **state)
{
    int ends[2];
    char text[8192];
    (void)state;

    assert_int_equal(pipe(ends), 0);
    struct tr_log log = {ends[1], TR_LOG_INFO, TR_LOG_JSON, NULL, NULL};
    tr_log_info(&log, "ready", TR_LOG_INT("rows", 7));
    assert_string_equal(written(ends[0], text),
                        "\",\"level\":\"info\",\"msg\":\"ready\",\"rows\":7}");
    assert_memory_equal(text, "{\"ts\":\"20", 9);
    close(ends[0]);
    close(ends[1]);
}

static void test_level_and_length(void **state)
{
    int ends[2];
    char text[8192], huge[6000];
    (void)state;

    assert_int_equal(pipe(ends), 0);
    struct tr_log log = {ends[1], TR_LOG_WARN, TR_LOG_JSON, NULL, NULL};
    tr_log_info(&log, "not shown");
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    tr_log_error(&log, huge, TR_LOG_STR("cut", "off"));
    const char *rest = written(ends[0], text);
    assert_memory_equal(rest, "\",\"level\":\"error\",\"msg\":\"xxxx", 29);
    assert_int_equal(strlen(text), 4095);
    assert_int_equal(text[4094], '}');
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logfmt_quotes_only_what_needs_it),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_level_and_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
