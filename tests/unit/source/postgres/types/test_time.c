#include "source/postgres/types/types.h"

#define MODE(mode)                                                                                 \
    {                                                                                              \
        DEFAULT_OPTIONS, .time_precision = (mode)                                                  \
    }

static const struct tr_capture_options modes[] = {
    [TR_TIME_ADAPTIVE] = MODE(TR_TIME_ADAPTIVE),
    [TR_TIME_ADAPTIVE_TIME_MICROSECONDS] = MODE(TR_TIME_ADAPTIVE_TIME_MICROSECONDS),
    [TR_TIME_CONNECT] = MODE(TR_TIME_CONNECT),
    [TR_TIME_ISOSTRING] = MODE(TR_TIME_ISOSTRING),
    [TR_TIME_MICROSECONDS] = MODE(TR_TIME_MICROSECONDS),
    [TR_TIME_NANOSECONDS] = MODE(TR_TIME_NANOSECONDS),
};

#define CHECK(cases, mode) check_values(cases, TR_COUNT(cases), &modes[mode])

static void test_date(void **state)
{
    static const struct value_case cases[] = {
        {"date", -1, "1970-01-01", "0"},
        {"date", -1, "1969-12-31", "-1"},
        {"date", -1, "2024-02-29", "19782"},
        {"date", -1, "2000-03-01", "11017"},
        {"date", -1, "1582-10-10", "-141432"},
        {"date", -1, "0001-01-01", "-719162"},
        {"date", -1, "0044-03-15 BC", "-735160"},
        {"date", -1, "4713-01-01 BC", "-2440550"},
        {"date", -1, "20000-01-01", "6585322"},
        {"date", -1, "5874897-12-31", "2145042905"},
        {"date", -1, "infinity", "-2147472692"},
        {"date", -1, "-infinity", "-2147472691"},
        {"date", -1, "01/02/2020", "!not a valid date"},
        {"date", -1, "2020-13-01", "!not a valid date"},
        {"date", -1, "2020-01-00", "!not a valid date"},
        {"date", -1, "2020-01-01 AD", "!not a valid date"},
        {"date", -1, "2020-01-01x", "!not a valid date"},
        {"date", -1, "", "!not a valid date"},
    };
    static const struct value_case iso[] = {
        {"date", -1, "2024-02-29", "\"2024-02-29Z\""},
        {"date", -1, "0044-03-15 BC", "\"-0043-03-15Z\""},
        {"date", -1, "20000-01-01", "\"+20000-01-01Z\""},
        {"date", -1, "infinity", "\"-5877611-06-21Z\""},
        {"date", -1, "-infinity", "\"-5877611-06-22Z\""},
    };

    (void)state;
    CHECK(cases, TR_TIME_ADAPTIVE);
    CHECK(cases, TR_TIME_CONNECT);
    CHECK(iso, TR_TIME_ISOSTRING);
}

static void test_time(void **state)
{
    static const struct value_case adaptive[] = {
        {"time", -1, "04:05:06.789123", "14706789123"},
        {"time", -1, "24:00:00", "86400000000"},
        {"time", 3, "04:05:06.789", "14706789"},
        {"time", 0, "24:00:00", "86400000"},
        {"time", 4, "00:00:00.1", "100000"},
        {"time", -1, "24:00:01", "!not a valid time"},
        {"time", -1, "04:60:06", "!not a valid time"},
        {"time", -1, "04:05", "!not a valid time"},
        {"time", -1, "04:05:06.", "!not a valid time"},
        {"time", -1, "04:05:06.1234567", "!not a valid time"},
    };
    static const struct value_case micros[] = {{"time", 3, "04:05:06.789", "14706789000"}};
    static const struct value_case connect[] = {{"time", -1, "04:05:06.789999", "14706789"}};
    static const struct value_case nanos[] = {{"time", 0, "00:00:01", "1000000000"}};
    static const struct value_case iso[] = {
        {"time", -1, "04:05:06.789", "\"04:05:06.789Z\""},
        {"time", -1, "04:05:06", "\"04:05:06Z\""},
        {"time", -1, "24:00:00", "\"00:00:00Z\""},
    };

    (void)state;
    CHECK(adaptive, TR_TIME_ADAPTIVE);
    CHECK(micros, TR_TIME_ADAPTIVE_TIME_MICROSECONDS);
    CHECK(micros, TR_TIME_MICROSECONDS);
    CHECK(connect, TR_TIME_CONNECT);
    CHECK(nanos, TR_TIME_NANOSECONDS);
    CHECK(iso, TR_TIME_ISOSTRING);
}

static void test_timetz(void **state)
{
    static const struct value_case cases[] = {
        {"timetz", -1, "04:05:06.789123+02", "\"02:05:06.789123Z\""},
        {"timetz", -1, "12:00:00.5+14", "\"22:00:00.5Z\""},
        {"timetz", -1, "00:00:00-08", "\"08:00:00Z\""},
        {"timetz", -1, "00:00:00.000001-15:59", "\"15:59:00.000001Z\""},
        {"timetz", -1, "12:00:00+05:53:28", "\"06:06:32Z\""},
        {"timetz", -1, "24:00:00+00", "\"00:00:00Z\""},
        {"timetz", -1, "24:00:00+05", "\"19:00:00Z\""},
        {"timetz", -1, "12:00:00", "!not a valid time with time zone"},
    };

    (void)state;
    CHECK(cases, TR_TIME_ADAPTIVE);
    CHECK(cases, TR_TIME_ISOSTRING);
}

static void test_timestamp(void **state)
{
    static const struct value_case adaptive[] = {
        {"timestamp", -1, "2024-02-29 23:59:59.123456", "1709251199123456"},
        {"timestamp", 3, "2024-02-29 23:59:59.123", "1709251199123"},
        {"timestamp", 3, "1969-12-31 23:59:59.999", "-1"},
        {"timestamp", -1, "0044-03-15 12:00:00.123456 BC", "-63517780799876544"},
        {"timestamp", -1, "20000-01-01 01:01:01", "568971824461000000"},
        {"timestamp", -1, "294247-01-10 04:00:54.775807", "9223372036854775807"},
        {"timestamp", -1, "294247-01-10 04:00:54.775808", "null"},
        {"timestamp", -1, "infinity", "9223372036825200000"},
        {"timestamp", -1, "-infinity", "-9223372036832400000"},
        {"timestamp", 3, "infinity", "9223372036825200"},
        {"timestamp", -1, "2024-02-29T23:59:59", "!not a valid timestamp"},
        {"timestamp", -1, "2024-02-29", "!not a valid timestamp"},
    };
    static const struct value_case connect[] = {
        {"timestamp", -1, "1969-12-31 23:59:59.999999", "-1"},
        {"timestamp", -1, "2024-02-29 23:59:59.123456", "1709251199123"},
        {"timestamp", -1, "-infinity", "-9223372036832400"},
    };
    static const struct value_case nanos[] = {
        {"timestamp", 0, "2000-01-01 00:00:00", "946684800000000000"},
        {"timestamp", -1, "9999-12-31 00:00:00", "null"},
        {"timestamp", -1, "infinity", "9223372036854775807"},
        {"timestamp", -1, "-infinity", "-9223372036854775808"},
    };
    static const struct value_case iso[] = {
        {"timestamp", -1, "2024-02-29 23:59:59.1235", "\"2024-02-29T23:59:59.1235Z\""},
        {"timestamp", 6, "0044-03-15 12:00:00 BC", "\"-0043-03-15T12:00:00Z\""},
        {"timestamp", -1, "0001-01-01 00:00:00 BC", "\"0000-01-01T00:00:00Z\""},
        {"timestamp", -1, "20000-01-01 01:01:01", "\"+20000-01-01T01:01:01Z\""},
        {"timestamp", -1, "infinity", "\"+294247-01-10T04:00:25.2Z\""},
        {"timestamp", -1, "-infinity", "\"-290308-12-21T19:59:27.6Z\""},
    };

    (void)state;
    CHECK(adaptive, TR_TIME_ADAPTIVE);
    CHECK(adaptive, TR_TIME_ADAPTIVE_TIME_MICROSECONDS);
    CHECK(connect, TR_TIME_CONNECT);
    CHECK(nanos, TR_TIME_NANOSECONDS);
    CHECK(iso, TR_TIME_ISOSTRING);
}

static void test_timestamptz(void **state)
{
    static const struct value_case cases[] = {
        {"timestamptz", -1, "2024-02-29 18:29:59.123456+00", "\"2024-02-29T18:29:59.123456Z\""},
        {"timestamptz", -1, "2020-01-01 00:00:00+00", "\"2020-01-01T00:00:00.000000Z\""},
        {"timestamptz", 0, "2020-01-01 00:00:00+00", "\"2020-01-01T00:00:00Z\""},
        {"timestamptz", 2, "2020-01-01 00:00:00.1+00", "\"2020-01-01T00:00:00.10Z\""},
        {"timestamptz", 0, "2020-01-01 01:00:00+02", "\"2019-12-31T23:00:00Z\""},
        {"timestamptz", 0, "2020-02-29 23:00:00-05:30", "\"2020-03-01T04:30:00Z\""},
        {"timestamptz", 0, "0001-01-01 00:00:00+00", "\"0001-01-01T00:00:00Z\""},
        {"timestamptz", 0, "0001-01-01 00:00:00+01", "\"0000-12-31T23:00:00Z\""},
        {"timestamptz", 0, "4713-01-02 00:00:00+00 BC", "\"-4712-01-02T00:00:00Z\""},
        {"timestamptz", 0, "20000-01-01 00:00:00+00", "\"+20000-01-01T00:00:00Z\""},
        {"timestamptz", -1, "infinity", "\"infinity\""},
        {"timestamptz", -1, "-infinity", "\"-infinity\""},
        {"timestamptz", -1, "2020-01-01 00:00:00", "!not a valid timestamp with time zone"},
    };

    (void)state;
    CHECK(cases, TR_TIME_ADAPTIVE);
    CHECK(cases, TR_TIME_NANOSECONDS);
}

/* Every day of 2,000 years around the epoch. */
static void test_calendar(void **state)
{
    struct fixture fixture;
    int64_t days = -354285; /* 1000-01-01 */

    (void)state;
    init_fixture(&fixture, &modes[TR_TIME_ADAPTIVE], "date", -1);
    for (int year = 1000; year < 3000; year++)
        for (int month = 1; month <= 12; month++) {
            bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            int length = month == 2 ? 28 + leap : 30 + ((month + month / 8) % 2);
            for (int day = 1; day <= length; day++, days++) {
                char text[40];
                struct tr_value value;
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
                assert_int_equal(convert(&fixture, tr_slice_of(text), &value), 0);
                assert_int_equal(value.integer, days);
            }
        }
    finish_fixture(&fixture);
}

static void check_name(enum tr_time_precision mode, const char *type, int32_t modifier,
                       const char *connect_type, const char *name)
{
    char text[256];

    snprintf(text, sizeof text, "\"type\":\"%s\",\"optional\":true,\"name\":\"%s\",\"version\":1",
             connect_type, name);
    check_schema(&modes[mode], type, modifier, text);
}

static void test_schemas(void **state)
{
    (void)state;
    check_name(TR_TIME_ADAPTIVE, "date", -1, "int32", "io.debezium.time.Date");
    check_name(TR_TIME_ADAPTIVE, "time", 3, "int32", "io.debezium.time.Time");
    check_name(TR_TIME_ADAPTIVE, "time", 4, "int64", "io.debezium.time.MicroTime");
    check_name(TR_TIME_ADAPTIVE, "time", -1, "int64", "io.debezium.time.MicroTime");
    check_name(TR_TIME_ADAPTIVE, "timestamp", 3, "int64", "io.debezium.time.Timestamp");
    check_name(TR_TIME_ADAPTIVE, "timestamp", -1, "int64", "io.debezium.time.MicroTimestamp");
    check_name(TR_TIME_ADAPTIVE, "timetz", 0, "string", "io.debezium.time.ZonedTime");
    check_name(TR_TIME_ADAPTIVE, "timestamptz", -1, "string", "io.debezium.time.ZonedTimestamp");
    check_name(TR_TIME_ADAPTIVE_TIME_MICROSECONDS, "time", 0, "int64",
               "io.debezium.time.MicroTime");
    check_name(TR_TIME_ADAPTIVE_TIME_MICROSECONDS, "timestamp", 0, "int64",
               "io.debezium.time.Timestamp");
    check_name(TR_TIME_CONNECT, "date", -1, "int32", "org.apache.kafka.connect.data.Date");
    check_name(TR_TIME_CONNECT, "time", 6, "int32", "org.apache.kafka.connect.data.Time");
    check_name(TR_TIME_CONNECT, "timestamp", 6, "int64", "org.apache.kafka.connect.data.Timestamp");
    check_name(TR_TIME_ISOSTRING, "date", -1, "string", "io.debezium.time.IsoDate");
    check_name(TR_TIME_ISOSTRING, "time", 2, "string", "io.debezium.time.IsoTime");
    check_name(TR_TIME_ISOSTRING, "timestamp", 2, "string", "io.debezium.time.IsoTimestamp");
    check_name(TR_TIME_MICROSECONDS, "time", 0, "int64", "io.debezium.time.MicroTime");
    check_name(TR_TIME_MICROSECONDS, "timestamp", 0, "int64", "io.debezium.time.MicroTimestamp");
    check_name(TR_TIME_NANOSECONDS, "date", -1, "int32", "io.debezium.time.Date");
    check_name(TR_TIME_NANOSECONDS, "time", 0, "int64", "io.debezium.time.NanoTime");
    check_name(TR_TIME_NANOSECONDS, "timestamp", 0, "int64", "io.debezium.time.NanoTimestamp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date),        cmocka_unit_test(test_time),
        cmocka_unit_test(test_timetz),      cmocka_unit_test(test_timestamp),
        cmocka_unit_test(test_timestamptz), cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
