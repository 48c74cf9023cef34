#include "source/postgres/types/types.h"

static const struct tr_capture_options numeric = {DEFAULT_OPTIONS};
static const struct tr_capture_options string = {DEFAULT_OPTIONS,
                                                 .interval_handling = TR_INTERVAL_STRING};

static void test_microseconds(void **state)
{
    static const struct value_case cases[] = {
        {"interval", -1, "00:00:00", "0"},
        {"interval", -1, "1 year 2 mons 3 days 04:05:06.789012", "37091106789012"},
        {"interval", -1, "-1 years -2 mons", "-36817200000000"},
        {"interval", -1, "3 days -04:05:06", "244494000000"},
        {"interval", -1, "-3 days -00:00:05.5", "-259205500000"},
        {"interval", -1, "-1 years -2 mons +3 days -04:05:06", "-36572706000000"},
        {"interval", -1, "-00:00:00.000001", "-1"},
        {"interval", -1, "100:00:00", "360000000000"},
        {"interval", -1, "1 mon", "2629800000000"},
        {"interval", -1, "1000 years", "31557600000000000"},
        {"interval", -1, "2562047788:00:54.775807", "9223372036854775807"},
        {"interval", -1, "-2562047788:00:54.775808", "-9223372036854775808"},
        {"interval", -1, "2562047788:00:54.775808", "!not a valid interval"},
        {"interval", -1, "178000000 years", "null"},
        {"interval", -1, "infinity", "null"},
        {"interval", -1, "1 week", "!not a valid interval"},
        {"interval", -1, "1 day 2", "!not a valid interval"},
        {"interval", -1, "1 day ", "!not a valid interval"},
        {"interval", -1, "04:05", "!not a valid interval"},
        {"interval", -1, "04:99:00", "!not a valid interval"},
        {"interval", -1, "9999999999999:00:00", "!not a valid interval"},
        {"interval", -1, "P1Y", "!not a valid interval"},
        {"interval", -1, "", "!not a valid interval"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &numeric);
}

static void test_iso(void **state)
{
    static const struct value_case cases[] = {
        {"interval", -1, "00:00:00", "\"P0Y0M0DT0H0M0S\""},
        {"interval", -1, "1 year 2 mons 3 days 04:05:06.789012", "\"P1Y2M3DT4H5M6.789012S\""},
        {"interval", -1, "-1 years -2 mons", "\"P-1Y-2M0DT0H0M0S\""},
        {"interval", -1, "3 days -04:05:06", "\"P0Y0M3DT-4H-5M-6S\""},
        {"interval", -1, "-00:00:00.000001", "\"P0Y0M0DT0H0M-0.000001S\""},
        {"interval", -1, "-3 days -00:00:05.5", "\"P0Y0M-3DT0H0M-5.5S\""},
        {"interval", -1, "100:00:00", "\"P0Y0M0DT100H0M0S\""},
        {"interval", -1, "00:00:10", "\"P0Y0M0DT0H0M10S\""},
        {"interval", -1, "x", "!not a valid interval"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &string);
}

static void test_schemas(void **state)
{
    (void)state;
    check_schema(&numeric, "interval", -1,
                 "\"type\":\"int64\",\"optional\":true,"
                 "\"name\":\"io.debezium.time.MicroDuration\",\"version\":1");
    check_schema(&string, "interval", -1,
                 "\"type\":\"string\",\"optional\":true,"
                 "\"name\":\"io.debezium.time.Interval\",\"version\":1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_microseconds),
        cmocka_unit_test(test_iso),
        cmocka_unit_test(test_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
