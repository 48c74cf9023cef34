/* Cells as SQL. */
#include "source/mysql/types/types.h"

static void check(const char *type, const char *text, const char *expected)
{
    static const struct tr_capture_options options = {DEFAULT_OPTIONS};
    struct fixture fixture;
    struct tr_buf sql;
    struct tr_slice cell;

    init_fixture(&fixture, &options, type);
    tr_buf_init(&sql, 4096);
    assert_int_equal(transcode(&fixture, text, &cell), 0);
    int rc = tr_mysql_type_literal(fixture.type, cell, &sql, &fixture.diag);
    if (!expected)
        assert_int_equal(rc, -1);
    else if (rc < 0 || strcmp(tr_buf_string(&sql), expected) != 0)
        fail_msg("%s %s: %s instead of %s", type, text,
                 rc < 0 ? fixture.diag.message : tr_buf_string(&sql), expected);
    tr_buf_finish(&sql);
    finish_fixture(&fixture);
}

static void test_numbers(void **state)
{
    (void)state;
    check("tinyint", "-128", "-128");
    check("mediumint", "-7", "-7");
    check("int unsigned", "4294967295", "4294967295");
    check("bigint", "-9223372036854775808", "-9223372036854775808");
    check("bigint unsigned", "18446744073709551615", "18446744073709551615");
    check("decimal(5,2)", "-0.01", "-0.01");
    check("double", "0.1", "0.10000000000000001e0");
    check("float", "0.1", "0.10000000149011612e0");
    check("year", "2155", "2155");
    check("year", "0000", "'0000'");
}

static void test_times(void **state)
{
    (void)state;
    check("date", "0000-00-00", "'0000-00-00'");
    check("date", "9999-12-31", "'9999-12-31'");
    check("time(6)", "-838:59:58.000001", "'-838:59:58.000001'");
    check("time", "12:34:56", "'12:34:56.000000'");
    check("datetime(3)", "2024-02-29 12:34:56.789", "'2024-02-29 12:34:56.789000'");
    check("timestamp", "2024-02-29 12:34:56", "'2024-02-29 12:34:56.000000'");
    check("timestamp", "0000-00-00 00:00:00", "'0000-00-00 00:00:00.000000'");
}

static void test_texts(void **state)
{
    (void)state;
    check("varchar(20)", "a'\\b", "_utf8mb4 X'61275c62'");
    check("varchar(20) charset latin1", "\xe9", "_latin1 X'e9'");
    check("char(5)", "", "_utf8mb4 X''");
    check("binary(4)", "\x01", "X'01000000'");
    check("varbinary(4)", " ", "X'20'");
    check("enum('a','b')", "2", "2");
    check("set('a','b','c')", "5", "5");
    check("bit(9)", "\x01\x02", "258");
    check("json", "{}", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
