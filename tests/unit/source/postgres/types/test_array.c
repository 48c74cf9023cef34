#include "source/postgres/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};
static const struct tr_capture_options unknown = {DEFAULT_OPTIONS, .include_unknown = true};
static const struct tr_capture_options modes = {
    DEFAULT_OPTIONS,
    .time_precision = TR_TIME_ISOSTRING,
    .decimal_handling = TR_DECIMAL_STRING,
    .binary_handling = TR_BINARY_HEX,
    .hstore_handling = TR_HSTORE_MAP,
};

static void test_items(void **state)
{
    static const struct value_case cases[] = {
        {"_int4", -1, "{}", "[]"},
        {"_int4", -1, "{1,NULL,2147483647}", "[1,null,2147483647]"},
        {"_int2", -1, "{-3}", "[-3]"},
        {"_oid", -1, "{4294967295}", "[4294967295]"},
        {"_float4", -1, "{1.5,NaN,NULL,1e+10}", "[1.5,\"NaN\",null,1.0E10]"},
        {"_bool", -1, "{t,f,NULL}", "[true,false,null]"},
        {"_numeric", NUMERIC(10, 2), "{1.10,NULL,-5.00}", "[\"bg==\",null,\"/gw=\"]"},
        {"_numeric", -1, "{1.10,NaN}", "[{\"scale\":1,\"value\":\"Cw==\"},null]"},
        {"_text", -1, "{a,\"b \\\"q\\\" \\\\ ,{}\",NULL,\"\",\"NULL\"}",
         "[\"a\",\"b \\\"q\\\" \\\\ ,{}\",null,\"\",\"NULL\"]"},
        {"_uuid", -1, "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
         "[\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"]"},
        {"_json", -1, "{\"{\\\"a\\\": 1}\",NULL}", "[\"{\\\"a\\\": 1}\",null]"},
        {"_date", -1, "{2020-01-01,NULL,1969-12-31}", "[18262,null,-1]"},
        {"_time", 3, "{01:02:03.456}", "[3723456]"},
        {"_timetz", -1, "{01:02:03.456+02}", "[\"23:02:03.456Z\"]"},
        {"_timestamp", -1, "{\"2020-01-01 01:02:03.456789\"}", "[1577840523456789]"},
        {"_timestamptz", -1, "{\"2019-12-31 23:02:03+00\"}", "[\"2019-12-31T23:02:03.000000Z\"]"},
        {"_bytea", -1, "{\"\\\\x00ff\",NULL,\"\\\\x\"}", "[\"AP8=\",null,\"\"]"},
        {"_hstore", -1, "{\"\\\"a\\\"=>\\\"1\\\"\",NULL}", "[\"{\\\"a\\\":\\\"1\\\"}\",null]"},
        {"_ltree", -1, "{a.b,NULL}", "[\"a.b\",null]"},
        {"_mood", -1, "{sad,\"h a\"}", "[\"sad\",\"h a\"]"},
        /* Debezium declares the items of enums required; the null is the database's, though */
        {"_mood", -1, "{sad,NULL}", "[\"sad\",null]"},
        {"_bit", 3, "{101,000}", "[\"BQ==\",\"\"]"},
        {"_tsvector", -1, "{\"'a' 'b'\"}", "[\"'a' 'b'\"]"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

/* Bounds say nothing in Connect, and inner arrays follow each other. */
static void test_bounds_and_dimensions(void **state)
{
    static const struct value_case cases[] = {
        {"_int4", -1, "[0:1]={5,6}", "[5,6]"},
        {"_int4", -1, "{{1,2},{3,4}}", "[1,2,3,4]"},
        {"_int4", -1, "[1:1][-2:-1]={{1,NULL}}", "[1,null]"},
        {"_text", -1, "{{{a},{\"}\"}}}", "[\"a\",\"}\"]"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void test_malformed(void **state)
{
    static const char *const texts[] = {
        "",      "1",     "{",   "}",       "{1",     "{1,",    "{1}x",     "{1}{2}",
        "[0:1]", "[0:1",  "{,}", "{\"a",    "{\"a\\", "{1,,2}", "{\"a\"b}", "{a\"b}x",
        "{{1}",  "{a,\\", "{}}", "{\"\"\"", "{1 {2}", "[=",
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(texts); i++) {
        const struct value_case c = {"_text", -1, texts[i], "!is not a valid array"};
        check_values(&c, 1, &options);
    }
}

static void test_a_bad_item_fails(void **state)
{
    static const struct value_case cases[] = {
        {"_int4", -1, "{1,x}", "!\"x\" is not a valid integer"},
        {"_date", -1, "{\"1\"}", "!\"1\" is not a valid date"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void test_modes_reach_the_items(void **state)
{
    static const struct value_case cases[] = {
        {"_numeric", NUMERIC(10, 2), "{1.10,NULL}", "[\"1.10\",null]"},
        {"_date", -1, "{2020-01-01}", "[\"2020-01-01Z\"]"},
        {"_timestamp", -1, "{\"2020-01-01 01:02:03\"}", "[\"2020-01-01T01:02:03Z\"]"},
        {"_bytea", -1, "{\"\\\\x00ff\"}", "[\"00ff\"]"},
        {"_hstore", -1, "{\"\\\"a\\\"=>\\\"1\\\"\",\"\"}", "[{\"a\":\"1\"},{}]"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &modes);
}

static void test_vectors(void **state)
{
    static const struct value_case cases[] = {
        {"int2vector", -1, "1 2", "[1,2]"},
        {"int2vector", -1, "", "[]"},
        {"oidvector", -1, "4294967295", "[4294967295]"},
        {"int2vector", -1, "1  2", "!\"\" is not a valid integer"},
        {"int2vector", -1, "\"1 2 3", "!not a valid integer"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void check_items(const struct tr_capture_options *with, const char *type, int32_t modifier,
                        const char *items)
{
    char text[512];

    snprintf(text, sizeof text, "\"type\":\"array\",\"items\":{%s},\"optional\":true", items);
    check_schema(with, type, modifier, text);
}

static void test_schemas(void **state)
{
    (void)state;
    check_items(&options, "_int4", -1, "\"type\":\"int32\",\"optional\":true");
    check_items(&options, "_char", -1, "\"type\":\"string\",\"optional\":true");
    check_items(&options, "_time", 3,
                "\"type\":\"int32\",\"optional\":true,\"name\":\"io.debezium.time.Time\","
                "\"version\":1");
    check_items(&options, "_mood", -1,
                "\"type\":\"string\",\"optional\":false,\"name\":\"io.debezium.data.Enum\","
                "\"version\":1,\"parameters\":{\"allowed\":\"sad,ok,h a\"}");
    check_items(&options, "_tsvector", -1,
                "\"type\":\"string\",\"optional\":false,\"name\":\"io.debezium.data.Tsvector\","
                "\"version\":1");
    check_items(&options, "int2vector", -1, "\"type\":\"int16\",\"optional\":false");
    check_items(&options, "oidvector", -1, "\"type\":\"int64\",\"optional\":false");
    check_items(&unknown, "_pair", -1, "\"type\":\"bytes\",\"optional\":false");
    check_items(&unknown, "_d_int4", -1, "\"type\":\"bytes\",\"optional\":false");
    check_items(&modes, "_bytea", -1, "\"type\":\"string\",\"optional\":true");
}

static void test_arrays_that_are_left_out(void **state)
{
    static const char *const always[] = {"_money", "_name",  "_interval", "_varbit",
                                         "_xml",   "_point", "_refcursor"};
    static const char *const by_default[] = {"_pair", "_d_int4", "_int4multirange", "_box"};

    (void)state;
    for (size_t i = 0; i < TR_COUNT(always); i++) {
        check_schema(&options, always[i], -1, NULL);
        check_schema(&unknown, always[i], -1, NULL);
    }
    for (size_t i = 0; i < TR_COUNT(by_default); i++)
        check_schema(&options, by_default[i], -1, NULL);
}

static void test_box_is_delimited_by_semicolons(void **state)
{
    static const struct value_case cases[] = {
        {"_box", -1, "{(1,1),(0,0);(2,2),(1,1)}", "[\"KDEsMSksKDAsMCk=\",\"KDIsMiksKDEsMSk=\"]"}};

    (void)state;
    check_values(cases, TR_COUNT(cases), &unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_bounds_and_dimensions),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_a_bad_item_fails),
        cmocka_unit_test(test_modes_reach_the_items),
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_schemas),
        cmocka_unit_test(test_arrays_that_are_left_out),
        cmocka_unit_test(test_box_is_delimited_by_semicolons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
