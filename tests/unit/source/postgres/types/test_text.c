#include "source/postgres/types/types.h"

#define BINARY(mode)                                                                               \
    {                                                                                              \
        DEFAULT_OPTIONS, .binary_handling = (mode), .include_unknown = true                        \
    }

static const struct tr_capture_options bytes = BINARY(TR_BINARY_BYTES);
static const struct tr_capture_options base64 = BINARY(TR_BINARY_BASE64);
static const struct tr_capture_options base64_url = BINARY(TR_BINARY_BASE64_URL_SAFE);
static const struct tr_capture_options hex = BINARY(TR_BINARY_HEX);

static void test_text_passes_through(void **state)
{
    static const char *const types[] = {
        "text",      "varchar", "bpchar", "char", "name",    "json",      "jsonb",
        "xml",       "uuid",    "inet",   "cidr", "macaddr", "macaddr8",  "tsvector",
        "int4range", "citext",  "ltree",  "isbn", "mood",    "tstzrange",
    };
    static const char text[] = "{\"a\" : 1}  ";

    (void)state;
    for (size_t i = 0; i < TR_COUNT(types); i++) {
        struct fixture fixture;
        struct tr_value value;
        init_fixture(&fixture, &bytes, types[i], -1);
        assert_int_equal(fixture.rc, 0);
        assert_int_equal(convert(&fixture, tr_slice_of(text), &value), 0);
        assert_int_equal(value.kind, TR_TEXT);
        assert_ptr_equal(value.bytes.p, text); /* not a copy */
        assert_int_equal(value.bytes.n, strlen(text));
        finish_fixture(&fixture);
    }
}

static void test_bit_strings(void **state)
{
    static const struct value_case cases[] = {
        {"bit", 1, "1", "true"},
        {"bit", 1, "0", "false"},
        {"bit", 2, "10", "\"Ag==\""},
        {"bit", 8, "10000001", "\"gQ==\""},
        {"bit", 8, "00000000", "\"\""},
        {"bit", 9, "100000001", "\"AQE=\""},
        {"varbit", -1, "", "\"\""},
        {"varbit", 20, "11111111000000001", "\"Af4B\""},
        {"varbit", 20, "00000000000000000001", "\"AQ==\""},
        {"varbit", 1, "1", "true"},
        {"varbit", 1, "", "null"}, /* a boolean can't be empty */
        {"bit", 8, "1000000x", "!not a valid bit string"},
        {"bit", 1, "2", "!not a valid bit"},
        {"bit", 1, "11", "!not a valid bit"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &bytes);
}

static void test_bytea(void **state)
{
    static const struct value_case as_bytes[] = {
        {"bytea", -1, "\\x", "\"\""},
        {"bytea", -1, "\\xdeadBEEF", "\"3q2+7w==\""},
        {"bytea", -1, "\\xabc", "!not a valid bytea in hex form"},
        {"bytea", -1, "\\xzz", "!not a valid bytea in hex form"},
        {"bytea", -1, "abc", "!not a valid bytea in hex form"},
        {"bytea", -1, "", "!not a valid bytea in hex form"},
    };
    static const struct value_case as_base64[] = {{"bytea", -1, "\\x", "\"\""},
                                                  {"bytea", -1, "\\xfbffbf3e3f", "\"+/+/Pj8=\""}};
    static const struct value_case as_base64_url[] = {
        {"bytea", -1, "\\xfbffbf3e3f", "\"-_-_Pj8=\""}};
    static const struct value_case as_hex[] = {{"bytea", -1, "\\x", "\"\""},
                                               {"bytea", -1, "\\x00ff10", "\"00ff10\""}};

    (void)state;
    check_values(as_bytes, TR_COUNT(as_bytes), &bytes);
    check_values(as_base64, TR_COUNT(as_base64), &base64);
    check_values(as_base64_url, TR_COUNT(as_base64_url), &base64_url);
    check_values(as_hex, TR_COUNT(as_hex), &hex);
}

static void test_unknown_types_are_the_bytes_of_their_text(void **state)
{
    static const struct value_case as_bytes[] = {
        {"pg_lsn", -1, "16/B374D848", "\"MTYvQjM3NEQ4NDg=\""},
        {"pair", -1, "(1,\"x,y\",2.50)", "\"KDEsIngseSIsMi41MCk=\""},
        {"int4multirange", -1, "{[1,3),[5,9)}", "\"e1sxLDMpLFs1LDkpfQ==\""}};
    static const struct value_case as_base64[] = {{"pg_lsn", -1, "?\?>", "\"Pz8+\""}};
    static const struct value_case as_base64_url[] = {{"pg_lsn", -1, "?\?>", "\"Pz8-\""}};
    static const struct value_case as_hex[] = {{"pg_lsn", -1, "99", "\"3939\""}};

    (void)state;
    check_values(as_bytes, TR_COUNT(as_bytes), &bytes);
    check_values(as_base64, TR_COUNT(as_base64), &base64);
    check_values(as_base64_url, TR_COUNT(as_base64_url), &base64_url);
    check_values(as_hex, TR_COUNT(as_hex), &hex);
}

static void check_named(const char *type, const char *name)
{
    char text[256];

    snprintf(text, sizeof text,
             "\"type\":\"string\",\"optional\":true,\"name\":\"%s\",\"version\":1", name);
    check_schema(&bytes, type, -1, text);
}

static void test_schemas(void **state)
{
    static const char plain[] = "\"type\":\"string\",\"optional\":true";

    (void)state;
    check_named("json", "io.debezium.data.Json");
    check_named("jsonb", "io.debezium.data.Json");
    check_named("xml", "io.debezium.data.Xml");
    check_named("uuid", "io.debezium.data.Uuid");
    check_named("tsvector", "io.debezium.data.Tsvector");
    check_named("ltree", "io.debezium.data.Ltree");
    check_schema(&bytes, "mood", -1,
                 "\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.Enum\","
                 "\"version\":1,\"parameters\":{\"allowed\":\"sad,ok,h a\"}");
    check_schema(&bytes, "text", -1, plain);
    check_schema(&bytes, "citext", -1, plain);
    check_schema(&bytes, "inet", -1, plain);
    check_schema(&bytes, "bytea", -1, "\"type\":\"bytes\",\"optional\":true");
    check_schema(&hex, "bytea", -1, plain);
    check_schema(&base64, "pg_lsn", -1, plain);
    check_schema(&bytes, "bit", 1, "\"type\":\"boolean\",\"optional\":true");
    check_schema(&bytes, "bit", 9,
                 "\"type\":\"bytes\",\"optional\":true,\"name\":\"io.debezium.data.Bits\","
                 "\"version\":1,\"parameters\":{\"length\":\"9\"}");
    check_schema(&bytes, "varbit", -1,
                 "\"type\":\"bytes\",\"optional\":true,\"name\":\"io.debezium.data.Bits\","
                 "\"version\":1,\"parameters\":{\"length\":\"2147483647\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_passes_through),
        cmocka_unit_test(test_bit_strings),
        cmocka_unit_test(test_bytea),
        cmocka_unit_test(test_unknown_types_are_the_bytes_of_their_text),
        cmocka_unit_test(test_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
