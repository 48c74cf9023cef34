#include "source/postgres/types/types.h"

static const struct tr_capture_options json = {DEFAULT_OPTIONS};
static const struct tr_capture_options map = {DEFAULT_OPTIONS, .hstore_handling = TR_HSTORE_MAP};

static void test_point(void **state)
{
    static const struct value_case cases[] = {
        {"point", -1, "(1.5,-2)",
         "{\"x\":1.5,\"y\":-2.0,\"wkb\":\"AQEAAAAAAAAAAAD4PwAAAAAAAADA\",\"srid\":null}"},
        {"point", -1, "(1e+10,-0.001)",
         "{\"x\":1.0E10,\"y\":-0.001,\"wkb\":\"AQEAAAAAAAAgX6ACQvyp8dJNYlC/\",\"srid\":null}"},
        {"point", -1, "(1.5)", "!not a valid point"},
        {"point", -1, "(1.5,)", "!not a valid point"},
        {"point", -1, ",", "!not a valid point"},
        {"point", -1, "(,", "!not a valid point"},
        {"point", -1, "", "!not a valid point"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &json);
}

static void test_hstore_as_json(void **state)
{
    static const struct value_case cases[] = {
        {"hstore", -1, "\"a\"=>\"1\", \"b\"=>NULL", "\"{\\\"a\\\":\\\"1\\\",\\\"b\\\":null}\""},
        {"hstore", -1, "", "\"{}\""},
        {"hstore", -1, "\"\"=>\"\"", "\"{\\\"\\\":\\\"\\\"}\""},
        {"hstore", -1, "\"x=>y\"=>\",\"", "\"{\\\"x=>y\\\":\\\",\\\"}\""},
        {"hstore", -1, "\"q\\\"\"=>\"v \\\\\"", "\"{\\\"q\\\\\\\"\\\":\\\"v \\\\\\\\\\\"}\""},
        {"hstore", -1, "\"\x01\n\"=>\"NULL\"", "\"{\\\"\\\\u0001\\\\n\\\":\\\"NULL\\\"}\""},
        /* outside the BMP: raw in the inner text, so escaped once, by the outer */
        {"hstore", -1, "\"k\"=>\"\xf0\x9f\x98\x80\"", "\"{\\\"k\\\":\\\"\\uD83D\\uDE00\\\"}\""},
        {"hstore", -1, "\"a\"=>\"1\"\"b\"=>\"2\"", "!not a valid hstore"},
        {"hstore", -1, "\"a\"=>\"1\", ", "!not a valid hstore"},
        {"hstore", -1, "\"a\"=>", "!not a valid hstore"},
        {"hstore", -1, "\"a\"", "!not a valid hstore"},
        {"hstore", -1, "\"a", "!not a valid hstore"},
        {"hstore", -1, "\"a\\", "!not a valid hstore"},
        {"hstore", -1, "a=>1", "!not a valid hstore"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &json);
}

static void test_hstore_as_map(void **state)
{
    static const struct value_case cases[] = {
        {"hstore", -1, "\"a\"=>\"1\", \"b\"=>NULL", "{\"a\":\"1\",\"b\":null}"},
        {"hstore", -1, "", "{}"},
        {"hstore", -1, "\"q\\\"\"=>\"v \\\\\"", "{\"q\\\"\":\"v \\\\\"}"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &map);
}

static void test_schemas(void **state)
{
    (void)state;
    check_schema(&json, "point", -1,
                 "\"type\":\"struct\",\"fields\":["
                 "{\"type\":\"double\",\"optional\":false,\"field\":\"x\"},"
                 "{\"type\":\"double\",\"optional\":false,\"field\":\"y\"},"
                 "{\"type\":\"bytes\",\"optional\":true,\"field\":\"wkb\"},"
                 "{\"type\":\"int32\",\"optional\":true,\"field\":\"srid\"}],\"optional\":true,"
                 "\"name\":\"io.debezium.data.geometry.Point\",\"version\":1,"
                 "\"doc\":\"Geometry (POINT)\"");
    check_schema(&json, "hstore", -1,
                 "\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.Json\","
                 "\"version\":1");
    check_schema(&map, "hstore", -1,
                 "\"type\":\"map\",\"keys\":{\"type\":\"string\",\"optional\":false},"
                 "\"values\":{\"type\":\"string\",\"optional\":true},\"optional\":true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_point),
        cmocka_unit_test(test_hstore_as_json),
        cmocka_unit_test(test_hstore_as_map),
        cmocka_unit_test(test_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
