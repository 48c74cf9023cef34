#include "source/postgres/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};
static const struct tr_capture_options modes = {
    DEFAULT_OPTIONS,
    .time_precision = TR_TIME_ISOSTRING,
    .decimal_handling = TR_DECIMAL_STRING,
    .interval_handling = TR_INTERVAL_STRING,
};

struct default_case {
    const char *type;
    int32_t modifier;
    const char *expression; /* pg_get_expr */
    const char *expected;   /* JSON; NULL: no default */
};

static void check_defaults(const struct default_case *cases, size_t n,
                           const struct tr_capture_options *with)
{
    for (size_t i = 0; i < n; i++) {
        const struct default_case *c = &cases[i];
        struct fixture fixture;
        init_fixture(&fixture, with, c->type, c->modifier);
        fixture.column.default_text = c->expression;
        map_fixture(&fixture, with);
        assert_int_equal(fixture.rc, 0);
        const struct tr_value *value = fixture.plan.schema->default_value;
        const char *json = value ? json_of(&fixture, value, false) : "none";
        if (strcmp(json, c->expected ? c->expected : "none") != 0)
            fail_msg("%s default %s: %s", c->type, c->expression, json);
        finish_fixture(&fixture);
    }
}

static void test_literals(void **state)
{
    static const struct default_case cases[] = {
        {"int4", -1, "42", "42"},
        {"int4", -1, "'-7'::integer", "-7"},
        {"int4", -1, "(-7)", "-7"},
        {"int8", -1, "'9223372036854775807'::bigint", "9223372036854775807"},
        {"int2", -1, "99999", NULL},
        {"float4", -1, "1.5", "1.5"},
        {"float8", -1, "'-25000000000'::numeric", "-2.5E10"},
        {"float8", -1, "'NaN'::double precision", "\"NaN\""},
        {"numeric", NUMERIC(8, 2), "12.5", "\"BOI=\""},
        {"numeric", NUMERIC(8, 2), "100", "\"JxA=\""},
        {"numeric", NUMERIC(8, 2), "1.999", NULL},
        {"numeric", NUMERIC(8, 2), "'NaN'::numeric", NULL},
        {"numeric", -1, "1.234", NULL}, /* Debezium has no defaults of VariableScaleDecimal */
        {"bool", -1, "true", "true"},
        {"bool", -1, "false", "false"},
        {"text", -1, "'abc'::text", "\"abc\""},
        {"text", -1, "''::text", "\"\""},
        {"text", -1, "'it''s \"q\" \\ x'::text", "\"it's \\\"q\\\" \\\\ x\""},
        {"text", -1, "'two\nlines'::text", "\"two\\nlines\""},
        {"text", -1, "(1)::text", "\"1\""},
        {"text", -1, "('a'::text || 'b'::text)", "\"ab\""},
        {"text", -1, "(('a'::text || 'b'::text) || 'c'::text)", "\"abc\""},
        {"text", -1, "('a'::text || lower('B'::text))", NULL},
        {"text", -1, "NULL::text", NULL},
        {"text", -1, "CURRENT_USER", NULL},
        {"text", -1, "'unended", NULL},
        {"text", -1, "", NULL},
        {"varchar", 14, "'vc'::character varying(10)", "\"vc\""},
        {"bpchar", 9, "'ab'::bpchar", "\"ab\""},
        {"bit", 1, "'1'::\"bit\"", "true"},
        {"bit", 4, "B'1010'::\"bit\"", "\"Cg==\""},
        {"date", -1, "'2020-02-29'::date", "18321"},
        {"date", -1, "'-infinity'::date", "-2147472691"},
        {"time", -1, "'12:34:56.789'::time without time zone", "45296789000"},
        {"time", 3, "'12:34:56.789'::time(3) without time zone", "45296789"},
        {"timestamp", -1, "'2020-02-29 12:34:56.123456'::timestamp without time zone",
         "1582979696123456"},
        {"timestamp", -1, "'infinity'::timestamp without time zone", "9223372036825200000"},
        {"timestamp", -1, "'now'::text", NULL},
        {"timestamptz", -1, "'2020-02-29 10:34:56+00'::timestamp with time zone",
         "\"2020-02-29T10:34:56.000000Z\""},
        {"interval", -1, "'1 day'::interval", "86400000000"},
        {"interval", -1, "'02:00:00'::interval", "7200000000"},
        {"uuid", -1, "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
         "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
        {"jsonb", -1, "'{\"a\": 1}'::jsonb", "\"{\\\"a\\\": 1}\""},
        {"xml", -1, "'<a/>'::xml", "\"<a/>\""},
        {"mood", -1, "'ok'::mood", "\"ok\""},
        {"mood", -1, "'ok'::\"My schema\".\"Mo\"\"od\"", "\"ok\""},
        {"int4", -1, "(1 + 2)", NULL},
        {"int4", -1, "1 2", NULL},
        {"int4", -1, "((((((((((((((((((1))))))))))))))))))", NULL},
        {"int4", -1, "CASE WHEN true THEN 1 ELSE 2 END", NULL},
    };

    (void)state;
    check_defaults(cases, TR_COUNT(cases), &options);
}

/* A call stands in the schema as the type's zero. */
static void test_calls(void **state)
{
    static const struct default_case cases[] = {
        {"int4", -1, "nextval('sq1'::regclass)", "0"},
        {"int4", -1, "nextval('\"odd ) name\"'::regclass)", "0"},
        {"int4", -1, "abs('-5'::integer)", "0"},
        {"text", -1, "lower('ABC'::text)", "\"\""},
        {"text", -1, "\"S\".\"My f\"('a'::text)", "\"\""},
        {"bool", -1, "random_bool()", "false"},
        {"numeric", NUMERIC(8, 2), "f()", "\"AA==\""},
        {"timestamp", -1, "now()", "0"},
        {"timestamp", -1, "timezone('utc'::text, now())", "0"},
        {"timestamp", -1, "(now())::timestamp without time zone", "0"},
        {"timestamp", -1, "LOCALTIMESTAMP", "0"},
        {"date", -1, "CURRENT_DATE", "0"},
        {"date", -1, "CURRENT_TIMESTAMP", "0"},
        {"timestamptz", -1, "now()", "\"1970-01-01T00:00:00.000000Z\""},
        {"timestamptz", 0, "CURRENT_TIMESTAMP(0)", "\"1970-01-01T00:00:00Z\""},
        {"uuid", -1, "gen_random_uuid()", "\"00000000-0000-0000-0000-000000000000\""},
        {"jsonb", -1, "jsonb_build_object()", "\"{}\""},
        {"timestamp", -1, "(now() + '1 day'::interval)", NULL},
        {"int4", -1, "f(", NULL},
    };

    (void)state;
    check_defaults(cases, TR_COUNT(cases), &options);
}

static void test_modes(void **state)
{
    static const struct default_case cases[] = {
        {"numeric", NUMERIC(8, 2), "12.5", "\"12.50\""},
        {"numeric", -1, "1.234", "\"1.234\""},
        {"numeric", -1, "'NaN'::numeric", NULL},
        {"numeric", NUMERIC(8, 2), "f()", "\"0.00\""},
        {"date", -1, "'2020-02-29'::date", "\"2020-02-29Z\""},
        {"timestamp", -1, "now()", "\"1970-01-01T00:00:00Z\""},
        {"interval", -1, "'1 day'::interval", "\"P0Y0M1DT0H0M0S\""},
        {"interval", -1, "f()", "\"P0Y0M0DT0H0M0S\""},
    };

    (void)state;
    check_defaults(cases, TR_COUNT(cases), &modes);
}

static void test_types_without_defaults(void **state)
{
    static const struct default_case cases[] = {
        {"bytea", -1, "'\\xdead'::bytea", NULL},
        {"money", -1, "'$5.50'::money", NULL},
        {"oid", -1, "7", NULL},
        {"inet", -1, "'10.0.0.1'::inet", NULL},
        {"timetz", -1, "'12:34:56+02'::time with time zone", NULL},
        {"point", -1, "'(1,2)'::point", NULL},
        {"_int4", -1, "'{1,2}'::integer[]", NULL},
        {"_text", -1, "ARRAY['x'::text]", NULL},
        {"int4range", -1, "'[1,2)'::int4range", NULL},
        {"hstore", -1, "'\"k\"=>\"v\"'::hstore", NULL},
    };

    (void)state;
    check_defaults(cases, TR_COUNT(cases), &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_types_without_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
