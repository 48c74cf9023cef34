#include "source/mysql/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};
static const struct tr_capture_options as_connect = {OTHER_OPTIONS,
                                                     .time_precision = TR_TIME_CONNECT};
static const struct tr_capture_options as_iso = {OTHER_OPTIONS,
                                                 .time_precision = TR_TIME_ISOSTRING};
static const struct tr_capture_options as_micros = {OTHER_OPTIONS,
                                                    .time_precision = TR_TIME_MICROSECONDS};
static const struct tr_capture_options as_nanos = {OTHER_OPTIONS,
                                                   .time_precision = TR_TIME_NANOSECONDS};
static const struct tr_capture_options unadjusted = {
    .time_precision = TR_TIME_ADAPTIVE_TIME_MICROSECONDS, .time_adjuster = false};
static const struct tr_capture_options strict = {OTHER_OPTIONS, .time_precision = TR_TIME_CONNECT,
                                                 .converting_failure = TR_FAILURE_FAIL};

static void test_date(void **state)
{
    static const struct value_case cases[] = {
        {"date", "2024-02-29", "5dd00f", "19782"},
        {"date", "1970-01-01", "21640f", "0"},
        {"date", "1582-10-10", NULL, "-141432"},
        {"date", "9999-12-31", NULL, "2932896"},
        {"date", "1000-01-01", NULL, "-354285"},
        {"date", "0069-01-01", NULL, "36160"},
        {"date", "0099-12-31", NULL, "10956"},
        {"date", "0000-05-05", NULL, "11082"},
        {"date", "0170-05-05", NULL, "-657312"},
        {"date", "0000-00-00", "000000", "null"},
        {"date", "2024-00-00", NULL, "null"},
        {"date", "2024-01-00", NULL, "null"},
        {"date", "2024-00-15", NULL, "null"},
        {"date", "2024-02-31", NULL, "null"},
        {"date", "2023-02-29", NULL, "null"},
        {"date", "2000-02-29", NULL, "11016"},
        {"date", "1900-02-29", NULL, "null"},
        {"date", "2024-13-01", NULL, "!date"},
        {"date", "2024-1-01", NULL, "!date"},
        {"date", "2024-01-01 ", NULL, "!date"},
        {"date", "", NULL, "!date"},
        {"date", NULL, "0000", "!DATE"},
        {"date", NULL, "00000000", "!DATE"},
        {"date", NULL, "ffffff", "!DATE"},
    };
    static const struct value_case plain[] = {
        {"date", "0069-01-01", NULL, "-694325"},
        {"date", "0000-05-05", NULL, "-719403"},
    };
    static const struct value_case iso[] = {
        {"date", "2024-02-29", NULL, "\"2024-02-29Z\""},
        {"date", "0000-00-00", NULL, "null"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_values(cases, 5, &as_connect);
    check_values(plain, TR_COUNT(plain), &unadjusted);
    check_values(iso, TR_COUNT(iso), &as_iso);
}

static void test_time(void **state)
{
    static const struct value_case cases[] = {
        {"time", "12:34:56", "80c8b8", "45296000000"},
        {"time", "-12:34:56", "7f3748", "-45296000000"},
        {"time", "-838:59:59", "4b9105", "-3020399000000"},
        {"time", "838:59:59", "b46efb", "3020399000000"},
        {"time(1)", "-00:00:00.5", "7fffffce", "-500000"},
        {"time(2)", "-01:02:03.45", "7fef7cd3", "-3723450000"},
        {"time(3)", "-01:02:03.456", "7fef7cee30", "-3723456000"},
        {"time(4)", "12:34:56.7891", "80c8b81ed3", "45296789100"},
        {"time(6)", "-00:00:00.000001", "7fffffffffff", "-1"},
        {"time(6)", "12:34:56.789123", "80c8b80c0a83", "45296789123"},
        {"time(6)", "-23:59:59.999999", "7e8104f0bdc1", "-86399999999"},
        {"time", "839:00:00", NULL, "!time"},
        {"time", "12:60:00", NULL, "!time"},
        {"time", "12:34", NULL, "!time"},
        {"time", NULL, "80c8", "!TIME"},
        {"time", NULL, "80cfff", "!TIME"},
        {"time(2)", NULL, "80c8b8", "!TIME"},
        {"time(2)", NULL, "80c8b8ff", "!TIME"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_values(cases, TR_COUNT(cases), &as_micros);
}

static void test_time_in_other_modes(void **state)
{
    static const struct value_case connect[] = {
        {"time(6)", "12:34:56.789123", NULL, "45296789"},
        {"time", "24:00:00", NULL, "86400000"},
        {"time(6)", "24:00:00.000001", NULL, "null"},
        {"time", "-00:00:01", NULL, "null"},
        {"time", "100:00:00", NULL, "null"},
    };
    static const struct value_case iso[] = {
        {"time(6)", "12:34:56.780000", NULL, "\"12:34:56.78Z\""},
        {"time", "24:00:00", NULL, "\"00:00:00Z\""},
        {"time", "-00:00:01", NULL, "null"},
    };
    static const struct value_case nanos[] = {
        {"time", "-838:59:59", NULL, "-3020399000000000"},
        {"time(6)", "-00:00:00.000001", NULL, "-1000"},
    };
    static const struct value_case fail = {"time", "-00:00:01", NULL,
                                           "!a TIME below 0 or beyond 24 hours has no place"};

    (void)state;
    check_values(connect, TR_COUNT(connect), &as_connect);
    check_values(iso, TR_COUNT(iso), &as_iso);
    check_values(nanos, TR_COUNT(nanos), &as_nanos);
    check_values(&fail, 1, &strict);
}

static void test_datetime(void **state)
{
    static const struct value_case cases[] = {
        {"datetime", "2024-02-29 12:34:56", "99b2bac8b8", "1709210096000"},
        {"datetime", "0000-00-00 00:00:00", "8000000000", "null"},
        {"datetime(1)", "2024-02-29 12:34:56.8", "99b2bac8b850", "1709210096800"},
        {"datetime(3)", "2024-02-29 12:34:56.789", "99b2bac8b81ed2", "1709210096789"},
        {"datetime(4)", "2024-02-29 12:34:56.7891", "99b2bac8b81ed3", "1709210096789100"},
        {"datetime(6)", "2024-02-29 12:34:56.789123", "99b2bac8b80c0a83", "1709210096789123"},
        {"datetime(6)", "1969-12-31 23:59:59.999999", NULL, "-1"},
        {"datetime(6)", "9999-12-31 23:59:59.999999", NULL, "253402300799999999"},
        {"datetime(6)", "0069-01-01 00:00:00.000000", NULL, "3124224000000000"},
        {"datetime", "2024-01-00 10:00:00", NULL, "null"},
        {"datetime", "2024-01-01 24:00:00", NULL, "!date and time"},
        {"datetime", "2024-01-01", NULL, "!date and time"},
        {"datetime", NULL, "99b2bac8", "!DATETIME"},
        {"datetime", NULL, "7fffffffff", "!DATETIME"},
        {"datetime", NULL, "99b2bfffff", "!DATETIME"},
        {"datetime(6)", NULL, "99b2bac8b80f4240", "!DATETIME"},
    };
    static const struct value_case connect[] = {
        {"datetime(6)", "1969-12-31 23:59:59.999999", NULL, "-1"},
        {"datetime(6)", "1000-01-01 00:00:00.000001", NULL, "-30610224000000"},
    };
    static const struct value_case iso[] = {
        {"datetime(6)", "0999-12-31 23:59:59.500000", NULL, "\"0999-12-31T23:59:59.5Z\""},
        {"datetime", "2024-01-01 00:00:00", NULL, "\"2024-01-01T00:00:00Z\""},
        {"datetime", "0000-00-00 00:00:00", NULL, "null"},
    };
    static const struct value_case nanos[] = {
        {"datetime(6)", "2024-01-01 00:00:00.000001", NULL, "1704067200000001000"},
        {"datetime", "9999-12-31 00:00:00", NULL, "null"},
        {"datetime", "1000-01-01 00:00:00", NULL, "null"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_values(connect, TR_COUNT(connect), &as_connect);
    check_values(iso, TR_COUNT(iso), &as_iso);
    check_values(nanos, TR_COUNT(nanos), &as_nanos);
}

static void test_timestamp(void **state)
{
    static const struct value_case cases[] = {
        {"timestamp", "1970-01-01 00:00:01", "00000001", "\"1970-01-01T00:00:01Z\""},
        {"timestamp", "2038-01-19 03:14:07", "7fffffff", "\"2038-01-19T03:14:07Z\""},
        {"timestamp", "2106-02-07 06:28:15", "ffffffff", "\"2106-02-07T06:28:15Z\""},
        {"timestamp(1)", "1999-12-31 23:59:59.1", "386d437f0a", "\"1999-12-31T23:59:59.1Z\""},
        {"timestamp(3)", "1970-01-01 00:00:01.000", "000000010000", "\"1970-01-01T00:00:01.000Z\""},
        {"timestamp(6)", "2024-02-29 12:34:56.789123", "65e079f00c0a83",
         "\"2024-02-29T12:34:56.789123Z\""},
        {"timestamp", "0000-00-00 00:00:00", "00000000", "null"},
        {"timestamp", "2106-02-07 06:28:16", NULL, "!timestamp"},
        {"timestamp", "1969-12-31 23:59:59", NULL, "!timestamp"},
        {"timestamp(3)", NULL, "00000001", "!TIMESTAMP"},
        {"timestamp(2)", NULL, "00000001ff", "!TIMESTAMP"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_values(cases, TR_COUNT(cases), &as_nanos);
}

/* Tables that were made before MySQL 5.6. */
static void test_old_columns(void **state)
{
    static const struct {
        const char *type, *text, *cell, *expected;
        enum tr_binlog_field field;
    } cases[] = {
        {"time", "-838:59:59", "590a80", "-3020399000000", TR_BINLOG_FIELD_TIME},
        {"time", "12:34:56", "40e201", "45296000000", TR_BINLOG_FIELD_TIME},
        {"datetime", "2024-02-29 12:34:56", "40d86cad68120000", "1709210096000",
         TR_BINLOG_FIELD_DATETIME},
        {"datetime", "0000-00-00 00:00:00", "0000000000000000", "null", TR_BINLOG_FIELD_DATETIME},
        {"timestamp", "1970-01-01 00:00:01", "01000000", "\"1970-01-01T00:00:01Z\"",
         TR_BINLOG_FIELD_TIMESTAMP},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        const struct tr_binlog_column logged = {.type = cases[i].field, .visible = true};
        const struct value_case c = {cases[i].type, cases[i].text, NULL, cases[i].expected};
        struct fixture fixture;
        struct tr_slice cell;
        init_fixture(&fixture, &options, cases[i].type);
        assert_int_equal(tr_mysql_type_fit(fixture.type,
                                           (struct tr_mysql_logged){.column = &logged},
                                           &fixture.arena, &fixture.type, &fixture.diag),
                         0);
        assert_int_equal(fixture.type->field, cases[i].field);
        map_fixture(&fixture, &options);
        check_value(&fixture, &c);
        if (cases[i].field != TR_BINLOG_FIELD_DATETIME || cases[i].expected[0] == 'n') {
            assert_int_equal(transcode(&fixture, cases[i].text, &cell), 0);
            assert_string_equal(to_hex(&fixture.arena, cell), cases[i].cell);
        }
        finish_fixture(&fixture);
    }
}

/* No null: the epoch. */
static void test_zero_dates_in_not_null_columns(void **state)
{
    static const struct {
        const char *type, *text, *json, *iso;
    } cases[] = {
        {"date", "0000-00-00", "0", "\"1970-01-01Z\""},
        {"datetime(6)", "2024-00-00 00:00:00", "0", "\"1970-01-01T00:00:00Z\""},
        {"timestamp(3)", "0000-00-00 00:00:00", "\"1970-01-01T00:00:00Z\"",
         "\"1970-01-01T00:00:00Z\""},
    };

    (void)state;
    for (size_t i = 0; i < 2 * TR_COUNT(cases); i++) {
        const struct tr_capture_options *with = i % 2 ? &as_iso : &options;
        struct value_case c = {cases[i / 2].type, cases[i / 2].text, NULL,
                               i % 2 ? cases[i / 2].iso : cases[i / 2].json};
        struct fixture fixture;
        init_fixture(&fixture, with, c.type);
        fixture.column.optional = false;
        map_fixture(&fixture, with);
        check_value(&fixture, &c);
        finish_fixture(&fixture);
    }
}

static void test_schemas(void **state)
{
    static const struct {
        const struct tr_capture_options *options;
        const char *type, *connect, *name;
    } cases[] = {
        {&options, "date", "int32", "io.debezium.time.Date"},
        {&options, "time", "int64", "io.debezium.time.MicroTime"},
        {&options, "datetime", "int64", "io.debezium.time.Timestamp"},
        {&options, "datetime(3)", "int64", "io.debezium.time.Timestamp"},
        {&options, "datetime(4)", "int64", "io.debezium.time.MicroTimestamp"},
        {&options, "timestamp", "string", "io.debezium.time.ZonedTimestamp"},
        {&options, "year(4)", "int32", "io.debezium.time.Year"},
        {&as_connect, "date", "int32", "org.apache.kafka.connect.data.Date"},
        {&as_connect, "time(6)", "int32", "org.apache.kafka.connect.data.Time"},
        {&as_connect, "datetime(6)", "int64", "org.apache.kafka.connect.data.Timestamp"},
        {&as_connect, "timestamp", "string", "io.debezium.time.ZonedTimestamp"},
        {&as_iso, "date", "string", "io.debezium.time.IsoDate"},
        {&as_iso, "time", "string", "io.debezium.time.IsoTime"},
        {&as_iso, "datetime", "string", "io.debezium.time.IsoTimestamp"},
        {&as_micros, "date", "int32", "io.debezium.time.Date"},
        {&as_micros, "time", "int64", "io.debezium.time.MicroTime"},
        {&as_micros, "datetime", "int64", "io.debezium.time.MicroTimestamp"},
        {&as_nanos, "time", "int64", "io.debezium.time.NanoTime"},
        {&as_nanos, "datetime", "int64", "io.debezium.time.NanoTimestamp"},
    };
    char schema[200];

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        snprintf(schema, sizeof schema,
                 "\"type\":\"%s\",\"optional\":true,\"name\":\"%s\",\"version\":1",
                 cases[i].connect, cases[i].name);
        check_schema(cases[i].options, cases[i].type, schema);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_time_in_other_modes),
        cmocka_unit_test(test_datetime),
        cmocka_unit_test(test_timestamp),
        cmocka_unit_test(test_old_columns),
        cmocka_unit_test(test_zero_dates_in_not_null_columns),
        cmocka_unit_test(test_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
