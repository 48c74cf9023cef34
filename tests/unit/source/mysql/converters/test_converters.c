/* Custom converters: what they make of a column's schema, its values and its stand-ins. */
#include "source/mysql/converters.h"

#include "source/mysql/types/types.h"

/* Regular expressions, as the configuration has them. */
static const char *const any_column[] = {".*"};
static const char *const this_column[] = {"s.t.x", "S\\.T\\.C"};
static const char *const other_columns[] = {"t.c", "s.t.cc"};
static const char *const all_types[] = {"DATE", "DATETIME", "TIMESTAMP"};
static const char *const date_type[] = {"date"};
#define LIST(array)                                                                                \
    {                                                                                              \
        array, TR_COUNT(array)                                                                     \
    }

struct column_case {
    const char *type, *default_text; /* COLUMN_TYPE; SHOW CREATE's text */
    bool optional;
    const char *schema; /* JSON; "!…": the plan fails */
    struct {
        const char *text, *json; /* text NULL: the filler */
    } values[5];
};

static const struct tr_table table = {.schema = "s", .name = "t"};

static void check_values_of(struct fixture *fixture, const struct column_case *c)
{
    for (size_t i = 0; i < TR_COUNT(c->values) && c->values[i].json; i++) {
        struct tr_slice cell;
        struct tr_value value = fixture->plan.filler;
        int rc = 0;
        if (c->values[i].text) {
            assert_int_equal(transcode(fixture, c->values[i].text, &cell), 0);
            rc = convert(fixture, cell, &value);
        }
        const char *json = rc < 0 ? fixture->diag.message : json_of(fixture, &value, false);
        if (strcmp(json, c->values[i].json) != 0)
            fail_msg("%s %s: %s instead of %s", c->type, c->values[i].text, json,
                     c->values[i].json);
    }
}

static void check_schema_of(struct fixture *fixture, const struct column_case *c)
{
    static const struct tr_value null = {0};
    const struct tr_value *value = fixture->plan.schema->optional ? &null : &fixture->plan.filler;
    const char *json = json_of(fixture, value, true);
    char expected[1024];

    snprintf(expected, sizeof expected, "{\"schema\":{%s},", c->schema);
    if (strncmp(json, expected, strlen(expected)) != 0)
        fail_msg("%s: %s instead of %s", c->type, json, expected);
}

static void check_column(const struct column_case *c, const struct tr_custom_converter *converter)
{
    const struct tr_capture_options options = {OTHER_OPTIONS, .time_precision = TR_TIME_ISOSTRING,
                                               .converters = converter, .nconverters = 1};
    struct tr_mysql_converters *converters;
    struct fixture fixture;

    init_fixture(&fixture, &options, c->type);
    fixture.column.optional = c->optional;
    fixture.column.default_text = c->default_text;
    map_fixture(&fixture, &options);
    assert_int_equal(fixture.rc, 0);
    assert_int_equal(tr_mysql_converters_new(&fixture.map, &converters, &fixture.diag), 0);
    int rc = fixture.map.map.adapt(&fixture.map.map, &table, &fixture.plan, &fixture.arena,
                                   &fixture.diag);
    if (c->schema[0] == '!') {
        assert_int_equal(rc, -1);
        if (!strstr(fixture.diag.message, c->schema + 1))
            fail_msg("%s: %s", c->type, fixture.diag.message);
    } else {
        assert_int_equal(rc, 0);
        check_schema_of(&fixture, c);
        check_values_of(&fixture, c);
    }
    tr_mysql_converters_free(converters);
    finish_fixture(&fixture);
}

static void check(const struct column_case *cases, size_t n,
                  const struct tr_custom_converter *converter)
{
    for (size_t i = 0; i < n; i++)
        check_column(&cases[i], converter);
}

static void test_tinyint(void **state)
{
    static const struct column_case cases[] = {
        {"tinyint(1)",
         NULL,
         true,
         "\"type\":\"boolean\",\"optional\":true",
         {{"1", "true"}, {"0", "false"}, {"-1", "false"}, {"2", "true"}, {NULL, "null"}}},
        {"tinyint(1)",
         "'1'",
         false,
         "\"type\":\"boolean\",\"optional\":false,\"default\":true",
         {{"0", "false"}, {NULL, "true"}}},
        {"tinyint(1)", NULL, false, "\"type\":\"boolean\",\"optional\":false", {{NULL, "false"}}},
        {"tinyint(1) unsigned",
         NULL,
         false,
         "\"type\":\"boolean\",\"optional\":false",
         {{"200", "true"}}},
        {"tinyint(1) unsigned zerofill", NULL, true, "\"type\":\"int16\",\"optional\":true", {{0}}},
        {"tinyint(4)", NULL, true, "\"type\":\"int16\",\"optional\":true", {{"1", "1"}}},
        {"tinyint", NULL, true, "\"type\":\"int16\",\"optional\":true", {{"1", "1"}}},
        {"smallint(1)", NULL, true, "\"type\":\"int16\",\"optional\":true", {{"1", "1"}}},
    };
    static const struct tr_custom_converter any = {.alias = "b", .length_checker = true};
    static const struct tr_custom_converter selected = {
        .alias = "b", .length_checker = true, .selector = LIST(this_column)};
    static const struct tr_custom_converter others = {
        .alias = "b", .length_checker = true, .selector = LIST(other_columns)};
    static const struct tr_custom_converter unchecked = {.alias = "b"};
    static const struct column_case left = {
        "tinyint(1)", NULL, true, "\"type\":\"int16\",\"optional\":true", {{0}}};
    static const struct column_case longer = {
        "tinyint(4)", NULL, true, "\"type\":\"boolean\",\"optional\":true", {{0}}};

    (void)state;
    check(cases, TR_COUNT(cases), &any);
    check(cases, 1, &selected);
    check(&left, 1, &others);
    check(&longer, 1, &unchecked);
}

static void test_jdbc_sink_boolean(void **state)
{
    static const struct column_case cases[] = {
        {"tinyint(1)",
         "'1'",
         false,
         "\"type\":\"int16\",\"optional\":false,\"default\":1",
         {{"5", "1"}, {"0", "0"}, {"-1", "0"}, {NULL, "1"}}},
        {"bigint unsigned",
         NULL,
         true,
         "\"type\":\"int16\",\"optional\":true",
         {{"18446744073709551615", "1"}, {"0", "0"}, {NULL, "null"}}},
        {"decimal(5,2)",
         NULL,
         true,
         "\"type\":\"int16\",\"optional\":true",
         {{"0.99", "0"}, {"1.00", "1"}, {"-2.00", "0"}}},
        {"varchar(10)",
         NULL,
         false,
         "\"type\":\"int16\",\"optional\":false",
         {{"TRUE", "1"}, {"+7", "1"}, {"yes", "0"}, {"", "0"}, {NULL, "0"}}},
        {"date",
         NULL,
         true,
         "!converter j: j.selector.boolean names s.t.c, which is a DATE",
         {{0}}},
        {"bit(3)", NULL, true, "!narrow the regular expression", {{0}}},
    };
    static const struct tr_custom_converter converter = {.alias = "j",
                                                         .class = TR_CUSTOM_JDBC_SINK,
                                                         .booleans = LIST(any_column),
                                                         .reals = LIST(any_column)};

    (void)state;
    check(cases, TR_COUNT(cases), &converter);
}

static void test_jdbc_sink_real(void **state)
{
    static const struct column_case cases[] = {
        {"float",
         "'0.5'",
         false,
         "\"type\":\"double\",\"optional\":false,\"default\":0.5",
         {{"0.25", "0.25"}, {NULL, "0.5"}}},
        {"int unsigned",
         NULL,
         true,
         "\"type\":\"double\",\"optional\":true",
         {{"4294967295", "4.294967295E9"}, {NULL, "null"}}},
        {"decimal(5,2)",
         NULL,
         false,
         "\"type\":\"double\",\"optional\":false",
         {{"-1.25", "-1.25"}, {NULL, "0.0"}}},
        {"varchar(10)",
         NULL,
         true,
         "\"type\":\"double\",\"optional\":true",
         {{"1e3", "1000.0"}, {"none", "null"}}},
        {"varchar(10)",
         NULL,
         false,
         "\"type\":\"double\",\"optional\":false",
         {{"none", "a text that is no number has no place in Connect type boolean; allow NULL in "
                   "the column (with event.converting.failure.handling.mode=warn), choose another "
                   "mode (decimal.handling.mode, time.precision.mode, interval.handling.mode), or "
                   "exclude the column"}}},
        {"datetime", NULL, true, "!j.selector.real", {{0}}},
    };
    static const struct column_case single = {
        "double", NULL, true, "\"type\":\"float\",\"optional\":true", {{"0.1", "0.1"}}};
    static const struct tr_custom_converter converter = {.alias = "j",
                                                         .class = TR_CUSTOM_JDBC_SINK,
                                                         .reals = LIST(any_column),
                                                         .real_as_double = true};
    static const struct tr_custom_converter floats = {
        .alias = "j", .class = TR_CUSTOM_JDBC_SINK, .reals = LIST(any_column)};

    (void)state;
    check(cases, TR_COUNT(cases), &converter);
    check(&single, 1, &floats);
}

static void test_jdbc_sink_string(void **state)
{
#define UTF8 "\"parameters\":{\"__debezium.source.column.character_set\":\"utf8mb4\"}"
    static const struct column_case cases[] = {
        {"varchar(10)",
         "'x'",
         false,
         "\"type\":\"string\",\"optional\":false," UTF8 ",\"default\":\"x\"",
         {{"a", "\"a\""}, {NULL, "\"x\""}}},
        {"enum('a','b')",
         NULL,
         true,
         "\"type\":\"string\",\"optional\":true," UTF8,
         {{"2", "\"b\""}, {NULL, "null"}}},
        {"bigint unsigned",
         NULL,
         false,
         "\"type\":\"string\",\"optional\":false",
         {{"18446744073709551615", "\"18446744073709551615\""}, {NULL, "\"\""}}},
        {"decimal(5,2)",
         NULL,
         true,
         "\"type\":\"string\",\"optional\":true",
         {{"-1.50", "\"-1.50\""}}},
        {"double",
         NULL,
         true,
         "\"type\":\"string\",\"optional\":true",
         {{"10000000", "\"1.0E7\""}}},
        {"varbinary(10)",
         NULL,
         true,
         "\"type\":\"string\",\"optional\":true",
         {{"abc", "\"abc\""}, {"a\xff", "\"a\xef\xbf\xbd\""}}},
        {"timestamp", NULL, true, "!j.selector.string", {{0}}},
    };
    static const struct tr_custom_converter converter = {
        .alias = "j", .class = TR_CUSTOM_JDBC_SINK, .strings = LIST(this_column)};

    (void)state;
    check(cases, TR_COUNT(cases), &converter);
}

#define ALL .alias = "z", .class = TR_CUSTOM_ZERO_DATE, .targets = LIST(all_types)
#define NAMED(type, optional, name)                                                                \
    "\"type\":\"" type "\",\"optional\":" optional ",\"name\":\"io.debezium.time." name            \
    "\",\"version\":1"

static void test_zero_date_as_null(void **state)
{
    static const struct column_case cases[] = {
        {"date",
         "'1970-01-01'",
         false,
         NAMED("int32", "true", "Date"),
         {{"0000-00-00", "null"},
          {"2024-06-15", "19889"},
          {"0024-01-01", "-710762"},
          {"2024-02-31", "null"},
          {NULL, "null"}}},
        {"datetime",
         "CURRENT_TIMESTAMP",
         false,
         NAMED("int64", "true", "Timestamp"),
         {{"0000-00-00 00:00:00", "null"}, {"1969-12-31 23:59:59", "-1000"}}},
        {"datetime(4)",
         NULL,
         true,
         NAMED("int64", "true", "MicroTimestamp"),
         {{"1970-01-01 00:00:01.5000", "1500000"}, {NULL, "null"}}},
        {"timestamp(3)",
         NULL,
         false,
         NAMED("string", "true", "ZonedTimestamp"),
         {{"0000-00-00 00:00:00.000", "null"},
          {"2024-06-15 12:34:56.500", "\"2024-06-15T12:34:56.5Z\""},
          {"2024-06-15 12:34:56.000", "\"2024-06-15T12:34:56Z\""}}},
        {"time", NULL, true, NAMED("string", "true", "IsoTime"), {{0}}},
        {"year", NULL, true, NAMED("int32", "true", "Year"), {{0}}},
    };
    static const struct tr_custom_converter converter = {ALL};
    static const struct tr_custom_converter dates = {
        .alias = "z", .class = TR_CUSTOM_ZERO_DATE, .targets = LIST(date_type)};
    static const struct column_case left = {
        "datetime", NULL, true, NAMED("string", "true", "IsoTimestamp"), {{0}}};

    (void)state;
    check(cases, TR_COUNT(cases), &converter);
    check(cases, 1, &dates);
    check(&left, 1, &dates);
}

static void test_zero_date_as_value(void **state)
{
    static const struct column_case cases[] = {
        {"date",
         "'1970-01-01'",
         false,
         NAMED("int32", "false", "Date") ",\"default\":10957",
         {{"0000-00-00", "10957"}, {"1970-01-01", "0"}, {NULL, "10957"}}},
        {"date",
         NULL,
         false,
         NAMED("int32", "false", "Date"),
         {{"0000-00-00", "10957"}, {NULL, "10957"}}},
        {"date",
         NULL,
         true,
         NAMED("int32", "true", "Date"),
         {{"0000-00-00", "10957"}, {NULL, "null"}}},
        {"datetime(6)",
         NULL,
         false,
         NAMED("int64", "false", "MicroTimestamp"),
         {{"0000-00-00 00:00:00.000000", "4102444799000000"}}},
        {"timestamp",
         "CURRENT_TIMESTAMP",
         false,
         NAMED("string", "false", "ZonedTimestamp") ",\"default\":\"2000-01-01T00:00:00.25Z\"",
         {{"0000-00-00 00:00:00", "\"2000-01-01T00:00:00.25Z\""}}},
    };
    static const struct tr_property own = {"s.t.c", "2099-12-31 23:59:59"};
    static const struct tr_custom_converter converter = {
        ALL, .date = "2000-01-01", .datetime = "1999-01-01 00:00:00",
        .timestamp = "2000-01-01T02:00:00.25+02:00"};
    const struct tr_custom_converter with_own = {ALL, .fallbacks = {.items = &own, .count = 1}};
    static const struct column_case wrong = {
        "date", NULL, true, "!z.column.s.t.c.fallback is not", {{0}}};

    (void)state;
    check(cases, 3, &converter);
    check(cases + 3, 1, &with_own);
    check(cases + 4, 1, &converter);
    check(&wrong, 1, &with_own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tinyint),           cmocka_unit_test(test_jdbc_sink_boolean),
        cmocka_unit_test(test_jdbc_sink_real),    cmocka_unit_test(test_jdbc_sink_string),
        cmocka_unit_test(test_zero_date_as_null), cmocka_unit_test(test_zero_date_as_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
