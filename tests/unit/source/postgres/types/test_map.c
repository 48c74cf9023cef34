#include "source/postgres/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};
static const struct tr_capture_options modes = {
    .unavailable_placeholder = "<<absent>>",
    .time_precision = TR_TIME_ISOSTRING,
    .decimal_handling = TR_DECIMAL_STRING,
    .binary_handling = TR_BINARY_BASE64,
    .interval_handling = TR_INTERVAL_STRING,
    .hstore_handling = TR_HSTORE_MAP,
    .money_fraction_digits = 2,
};

struct stand_in {
    const char *type;
    int32_t modifier;
    const char *expected;
};

/* What stands in a NOT NULL column that the old image doesn't hold. */
static void check_fillers(const struct stand_in *cases, size_t n,
                          const struct tr_capture_options *with)
{
    for (size_t i = 0; i < n; i++) {
        struct fixture fixture;
        init_fixture(&fixture, with, cases[i].type, cases[i].modifier);
        assert_int_equal(fixture.plan.filler.kind, TR_NULL); /* a nullable column needs none */
        fixture.column.optional = false;
        map_fixture(&fixture, with);
        assert_int_equal(fixture.rc, 0);
        assert_false(fixture.plan.schema->optional);
        const char *json = json_of(&fixture, &fixture.plan.filler, false);
        if (strcmp(json, cases[i].expected) != 0)
            fail_msg("%s: %s instead of %s", cases[i].type, json, cases[i].expected);
        finish_fixture(&fixture);
    }
}

static void test_fillers(void **state)
{
    static const struct stand_in cases[] = {
        {"int2", -1, "0"},
        {"int8", -1, "0"},
        {"float4", -1, "0.0"},
        {"float8", -1, "0.0"},
        {"numeric", NUMERIC(6, 2), "\"AA==\""},
        {"numeric", -1, "{\"scale\":0,\"value\":\"AA==\"}"},
        {"text", -1, "\"\""},
        {"bool", -1, "false"},
        {"date", -1, "0"},
        {"time", -1, "0"},
        {"timestamp", -1, "0"},
        {"timestamptz", -1, "\"1970-01-01T00:00:00Z\""},
        {"timetz", -1, "\"00:00:00Z\""},
        {"uuid", -1, "\"\""},
        {"jsonb", -1, "\"\""},
        {"bytea", -1, "\"\""},
        {"interval", -1, "0"},
        {"_int4", -1, "[]"},
        {"inet", -1, "\"\""},
        {"point", -1,
         "{\"x\":0.0,\"y\":0.0,\"wkb\":\"AQEAAAAAAAAAAAAAAAAAAAAAAAAA\",\"srid\":null}"},
        {"bit", 3, "\"\""},
        {"money", -1, "\"AA==\""},
        {"xml", -1, "\"\""},
        {"int4range", -1, "\"\""},
        {"hstore", -1, "\"{}\""},
        {"mood", -1, "\"\""},
    };
    static const struct stand_in others[] = {
        {"numeric", NUMERIC(6, 2), "\"0.00\""},
        {"numeric", -1, "\"0\""},
        {"money", -1, "\"0.00\""},
        {"date", -1, "\"1970-01-01Z\""},
        {"time", -1, "\"00:00:00Z\""},
        {"timestamp", -1, "\"1970-01-01T00:00:00Z\""},
        {"interval", -1, "\"P0Y0M0DT0H0M0S\""},
        {"bytea", -1, "\"\""},
        {"hstore", -1, "{}"},
    };

    (void)state;
    check_fillers(cases, TR_COUNT(cases), &options);
    check_fillers(others, TR_COUNT(others), &modes);
}

static void test_a_default_is_the_filler(void **state)
{
    struct fixture fixture;

    (void)state;
    init_fixture(&fixture, &options, "int4", -1);
    fixture.column.optional = false;
    fixture.column.default_text = "7";
    map_fixture(&fixture, &options);
    assert_int_equal(fixture.plan.filler.integer, 7);
    finish_fixture(&fixture);
}

static void check_unavailable(const struct stand_in *cases, size_t n,
                              const struct tr_capture_options *with)
{
    for (size_t i = 0; i < n; i++) {
        struct fixture fixture;
        init_fixture(&fixture, with, cases[i].type, cases[i].modifier);
        assert_int_equal(fixture.rc, 0);
        const char *json = json_of(&fixture, &fixture.plan.unavailable, false);
        if (strcmp(json, cases[i].expected) != 0)
            fail_msg("%s: %s instead of %s", cases[i].type, json, cases[i].expected);
        finish_fixture(&fixture);
    }
}

static void test_unavailable(void **state)
{
    static const char text[] = "\"__debezium_unavailable_value\"";
    static const char list[] = "[\"__debezium_unavailable_value\"]";
    static const char numbers[] = "[95,95,100,101,98,101,122,105,117,109,95,117,110,97,118,97,105,"
                                  "108,97,98,108,101,95,118,97,108,117,101]";
    const struct stand_in cases[] = {
        {"text", -1, text},
        {"varchar", -1, text},
        {"jsonb", -1, text},
        {"xml", -1, text},
        {"citext", -1, text},
        {"tsvector", -1, text},
        {"bytea", -1, "\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\""},
        {"_text", -1, list},
        {"_varchar", -1, list},
        {"_int4", -1, numbers},
        {"_int8", -1, numbers},
        {"_date", -1, numbers},
        {"_uuid", -1, "[\"b68a35a7-17ad-35b3-af2a-ae46edb4545a\"]"},
        {"hstore", -1,
         "\"{\\\"__debezium_unavailable_value\\\":\\\"__debezium_unavailable_value\\\"}\""},
        {"_timestamp", -1, "null"},
        {"_float8", -1, "null"},
        {"numeric", -1, "null"},
    };
    static const struct stand_in others[] = {
        {"bytea", -1, "\"<<absent>>\""},
        {"_date", -1, "null"},
        {"_uuid", -1, "[\"6bdf54ab-b8b2-3adf-8f7c-fa80ef29e059\"]"},
        {"hstore", -1, "{\"<<absent>>\":\"<<absent>>\"}"},
    };

    static const struct stand_in date[] = {{"_date", -1, "null"}};
    struct tr_capture_options connect = options;

    (void)state;
    check_unavailable(cases, TR_COUNT(cases), &options);
    check_unavailable(others, TR_COUNT(others), &modes);
    connect.time_precision = TR_TIME_CONNECT;
    check_unavailable(date, TR_COUNT(date), &connect);
}

static void test_placeholder_in_hex(void **state)
{
    static const struct stand_in cases[] = {{"bytea", -1, "\"AP8=\""}, {"_int4", -1, "[0,-1]"}};
    static const struct stand_in texts[] = {{"text", -1, "\"é\uFFFD\uFFFDa\""},
                                            {"_text", -1, "[\"é\uFFFD\uFFFDa\"]"},
                                            {"bytea", -1, "\"w6nK/mE=\""}};
    struct tr_capture_options with = options;
    struct fixture fixture;

    (void)state;
    with.unavailable_placeholder = "hex:00ff";
    check_unavailable(cases, TR_COUNT(cases), &with);
    with.unavailable_placeholder = "hex:c3a9cafe61"; /* two octets that are no character */
    check_unavailable(texts, TR_COUNT(texts), &with);
    with.unavailable_placeholder = "hex:0";
    init_fixture(&fixture, &with, "text", -1);
    assert_int_equal(fixture.rc, -1);
    assert_int_equal(fixture.diag.cls, TR_CONFIG);
    assert_non_null(strstr(fixture.diag.message, "unavailable.value.placeholder"));
    finish_fixture(&fixture);
}

/* Null would break a NOT NULL column. */
static void test_unavailable_in_a_required_column(void **state)
{
    struct fixture fixture;

    (void)state;
    init_fixture(&fixture, &options, "_float8", -1);
    fixture.column.optional = false;
    map_fixture(&fixture, &options);
    assert_string_equal(json_of(&fixture, &fixture.plan.unavailable, false), "[]");
    finish_fixture(&fixture);
}

static void test_types_that_are_left_out(void **state)
{
    static const char *const types[] = {"pg_lsn",         "pair", "d_pair",
                                        "int4multirange", "box",  "refcursor"};

    (void)state;
    for (size_t i = 0; i < TR_COUNT(types); i++)
        check_schema(&options, types[i], -1, NULL);
}

static void test_domains(void **state)
{
    struct fixture fixture;
    struct tr_pg_type inner, outer;

    (void)state;
    init_fixture(&fixture, &options, "d_numeric", -1);
    inner = *(const struct tr_pg_type *)fixture.column.type;
    inner.base_modifier = NUMERIC(8, 3);
    inner.not_null = true;
    fixture.column.type = &inner;
    map_fixture(&fixture, &options);
    assert_string_equal(fixture.plan.schema->parameters[0].value, "3");
    assert_false(fixture.plan.schema->optional);

    /* a domain over it keeps the modifier, and is nullable again in Debezium's eyes */
    outer = (struct tr_pg_type){
        .oid = 30000, .name = "outer", .kind = 'd', .base = &inner, .base_modifier = -1};
    fixture.column.type = &outer;
    map_fixture(&fixture, &options);
    assert_string_equal(fixture.plan.schema->parameters[1].value, "8");
    assert_true(fixture.plan.schema->optional);
    finish_fixture(&fixture);

    check_schema(&options, "d_mood", -1,
                 "\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.Enum\","
                 "\"version\":1,\"parameters\":{\"allowed\":\"sad,ok,h a\"}");
    check_schema(&options, "d__int4", -1,
                 "\"type\":\"array\",\"items\":{\"type\":\"int32\",\"optional\":true},"
                 "\"optional\":true");
}

/* An enum or composite that happens to have an extension's name is none of it. */
static void test_names_alone_do_not_make_a_type(void **state)
{
    struct fixture fixture;
    struct tr_pg_type type;

    (void)state;
    init_fixture(&fixture, &options, "hstore", -1);
    type = *(const struct tr_pg_type *)fixture.column.type;
    type.kind = 'c';
    fixture.column.type = &type;
    map_fixture(&fixture, &options);
    assert_true(fixture.rc > 0);
    finish_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fillers),
        cmocka_unit_test(test_a_default_is_the_filler),
        cmocka_unit_test(test_unavailable),
        cmocka_unit_test(test_placeholder_in_hex),
        cmocka_unit_test(test_unavailable_in_a_required_column),
        cmocka_unit_test(test_types_that_are_left_out),
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_names_alone_do_not_make_a_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
