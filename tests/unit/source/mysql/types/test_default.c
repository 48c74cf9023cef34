#include "source/mysql/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};
static const struct tr_capture_options modes = {
    OTHER_OPTIONS,
    .time_precision = TR_TIME_ISOSTRING,
    .decimal_handling = TR_DECIMAL_STRING,
    .bigint_unsigned_handling = TR_BIGINT_UNSIGNED_PRECISE,
    .binary_handling = TR_BINARY_HEX,
};

struct default_case {
    const char *type, *text; /* as SHOW CREATE TABLE prints it */
    const char *expected;    /* JSON; NULL: no default */
};

static void check_defaults(const struct default_case *cases, size_t n,
                           const struct tr_capture_options *with, bool optional)
{
    for (size_t i = 0; i < n; i++) {
        const struct default_case *c = &cases[i];
        struct fixture fixture;
        init_fixture(&fixture, with, c->type);
        fixture.column.default_text = c->text;
        fixture.column.optional = optional;
        map_fixture(&fixture, with);
        assert_int_equal(fixture.rc, 0);
        const struct tr_value *value = fixture.plan.schema->default_value;
        const char *json = value ? json_of(&fixture, value, false) : "none";
        if (strcmp(json, c->expected ? c->expected : "none") != 0)
            fail_msg("%s default %s: %s", c->type, c->text, json);
        finish_fixture(&fixture);
    }
}

static void test_literals(void **state)
{
    static const struct default_case cases[] = {
        {"int", "5", "5"},
        {"int", "'5'", "5"},
        {"int", "-7", "-7"},
        {"smallint", "'12'", "12"},
        {"tinyint", "1000", NULL},
        {"bigint unsigned", "18446744073709551615", "9223372036854775807"},
        {"float", "1.5", "1.5"},
        {"double", "10000000000", "1.0E10"},
        {"decimal(10,3)", "1.500", "\"Bdw=\""},
        {"decimal(8,4)", "'-12.25'", "\"/iF8\""},
        {"char(5)", "'ab'", "\"ab\""},
        {"varchar(20)", "''", "\"\""},
        {"varchar(20)", "'it''s \"x\" \\\\ \303\251\\n'", "\"it's \\\"x\\\" \\\\ \303\251\\n\""},
        {"varchar(20)", "'NULL'", "\"NULL\""},
        {"varchar(20)", "NULL", NULL},
        {"varchar(20)", "0x69742773F09F9880", "\"it's\\uD83D\\uDE00\""},
        {"varchar(9) charset latin1", "'\303\251'", "\"\303\251\""},
        {"bit(1)", "b'1'", "true"},
        {"bit(10)", "b'1000000001'", "\"AQI=\""},
        {"bit(10)", "5", NULL},
        {"binary(3)", "'ab'", "\"YWIA\""},
        {"binary(3)", "0x6162", "\"YWIA\""},
        {"varbinary(5)", "0x0102", "\"AQI=\""},
        {"varbinary(5)", "x'0102'", "\"AQI=\""},
        {"varbinary(5)", "0x010", NULL},
        {"enum('x','y')", "'y'", "\"y\""},
        {"set('a','b','c')", "'a,c'", "\"a,c\""},
        {"date", "'2020-02-29'", "18321"},
        {"date", "'0000-00-00'", NULL},
        {"datetime", "'2020-02-29 01:02:03'", "1582938123000"},
        {"datetime(6)", "'2020-02-29 01:02:03.123456'", "1582938123123456"},
        {"datetime", "CURRENT_TIMESTAMP", "0"},
        {"datetime(3)", "current_timestamp(3)", "0"},
        {"timestamp", "'2020-02-29 01:02:03'", "\"2020-02-29T01:02:03Z\""},
        {"timestamp", "CURRENT_TIMESTAMP", "\"1970-01-01T00:00:00Z\""},
        {"timestamp(6)", "CURRENT_TIMESTAMP(6)", "\"1970-01-01T00:00:00Z\""},
        {"time", "'-12:34:56'", "-45296000000"},
        {"year(4)", "2020", "2020"},
        {"inet6", "'::1'", "\"::1\""},
        {"uuid", "'123e4567-e89b-12d3-a456-426655440000'", NULL},
        {"int", "(1 + 2)", NULL},
        {"varchar(40)", "(concat(_utf8mb4'x'))", NULL},
        {"date", "(curdate())", NULL},
        {"varchar(40)", "uuid()", NULL},
        {"varchar(40)", "'unended", NULL},
        {"varchar(40)", "'a'b", NULL},
        {"varchar(40)", "", NULL},
        {"json", "(json_array())", NULL},
        {"longtext", "'[]'", "\"[]\""},
        {"blob", "'blob'", "\"YmxvYg==\""},
        {"int", "b'101'", NULL},
        {"int", "CURRENT_TIMESTAMP", NULL},
    };

    (void)state;
    check_defaults(cases, TR_COUNT(cases), &options, true);
}

static void test_other_modes(void **state)
{
    static const struct default_case cases[] = {
        {"bigint unsigned", "18446744073709551615", "\"AP//////////\""},
        {"decimal(10,3)", "1.5", "\"1.500\""},
        {"date", "'2020-02-29'", "\"2020-02-29Z\""},
        {"datetime", "CURRENT_TIMESTAMP", "\"1970-01-01T00:00:00Z\""},
        {"time", "'-12:34:56'", NULL},
        {"varbinary(5)", "0x0102", "\"0102\""},
    };

    (void)state;
    check_defaults(cases, TR_COUNT(cases), &modes, true);
}

static void test_not_null(void **state)
{
    static const struct default_case cases[] = {
        {"date", "'0000-00-00'", "0"},
        {"timestamp", "'0000-00-00 00:00:00'", "\"1970-01-01T00:00:00Z\""},
        {"time", "'00:00:00'", "0"},
    };

    (void)state;
    check_defaults(cases, TR_COUNT(cases), &options, false);
}

/* What stands for a NOT NULL column that an image leaves out. */
static void test_fillers(void **state)
{
    struct fixture fixture;

    (void)state;
    init_fixture(&fixture, &options, "decimal(5,2)");
    fixture.column.optional = false;
    map_fixture(&fixture, &options);
    assert_string_equal(json_of(&fixture, &fixture.plan.filler, false), "\"AA==\"");
    fixture.column.default_text = "1.5";
    map_fixture(&fixture, &options);
    assert_string_equal(json_of(&fixture, &fixture.plan.filler, false), "\"AJY=\"");
    finish_fixture(&fixture);
}

/* MySQL's information_schema has values without quotes. */
static void test_default_text(void **state)
{
    static const struct {
        const char *type, *value, *extra, *expected;
    } cases[] = {
        {"int", NULL, "", NULL},
        {"int", "5", "", "'5'"},
        {"varchar(9)", "it's \\ x", "", "'it''s \\\\ x'"},
        {"varchar(9)", "0x12", "", "'0x12'"},
        {"varbinary(9)", "0x12", "", "0x12"},
        {"bit(3)", "b'101'", "", "b'101'"},
        {"int", "(1 + 2)", "DEFAULT_GENERATED", "((1 + 2))"},
        {"timestamp(3)", "CURRENT_TIMESTAMP(3)", "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)",
         "CURRENT_TIMESTAMP(3)"},
        {"varchar(20)", "CURRENT_TIMESTAMP", "", "'CURRENT_TIMESTAMP'"},
    };
    struct fixture fixture;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        init_fixture(&fixture, &options, cases[i].type);
        const char *text =
            tr_mysql_default_text(fixture.type, cases[i].value, cases[i].extra, &fixture.arena);
        assert_string_equal(text ? text : "none", cases[i].expected ? cases[i].expected : "none");
        finish_fixture(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literals),     cmocka_unit_test(test_other_modes),
        cmocka_unit_test(test_not_null),     cmocka_unit_test(test_fillers),
        cmocka_unit_test(test_default_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
