#include "encode/decoder.h"

#include "support/cmocka.h"

static const struct tr_converter_options plain = {.class = TR_CONVERTER_JSON,
                                                  .replace_null_with_default = true};
static const struct tr_converter_options schemas = {
    .class = TR_CONVERTER_JSON, .schemas_enable = true, .replace_null_with_default = true};
static const struct tr_converter_options string = {.class = TR_CONVERTER_STRING};

static int decode(const struct tr_converter_options *options, struct tr_slice bytes,
                  struct tr_arena *arena, struct tr_slice *ret_text, struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_arena_init(arena, 1024, 1 << 20);
    tr_writer_begin(&writer, arena);
    int rc = tr_decode_text(options, bytes, &writer, diag);
    assert_int_equal(tr_writer_end(&writer, ret_text), 0);
    return rc;
}

static void assert_decoded(const struct tr_converter_options *options, const char *bytes,
                           const char *wanted)
{
    struct tr_arena arena;
    struct tr_slice text;
    struct tr_diag diag;

    if (decode(options, tr_slice_of(bytes), &arena, &text, &diag) < 0)
        fail_msg("%s: %s", bytes, diag.message);
    if (!tr_slice_is(text, wanted))
        fail_msg("%s became %.*s", bytes, (int)text.n, text.p);
    tr_arena_finish(&arena);
}

static void assert_refused(const struct tr_converter_options *options, const char *bytes,
                           const char *why)
{
    struct tr_arena arena;
    struct tr_slice text;
    struct tr_diag diag;

    assert_int_equal(decode(options, tr_slice_of(bytes), &arena, &text, &diag), -1);
    assert_int_equal(diag.cls, TR_DATA);
    if (!strstr(diag.message, why))
        fail_msg("%s: %s", bytes, diag.message);
    tr_arena_finish(&arena);
}

static void test_anything(void **state)
{
    (void)state;
    assert_decoded(&string, "{not json", "{not json");
    assert_decoded(&string, NULL, "null");
    assert_decoded(&plain, NULL, "null");
    assert_decoded(&schemas, NULL, "null");
}

static void test_plain_json(void **state)
{
    (void)state;
    assert_decoded(&plain, "\"a\\nb\"", "a\nb");
    assert_decoded(&plain, "1", "1");
    assert_decoded(&plain, "1.5", "1.5");
    assert_decoded(&plain, "null", "null");
    assert_decoded(&plain, "{\"a\":1,\"b\":[true,null,\"x\"],\"c\":{}}",
                   "{a=1, b=[true, null, x], c={}}");
    assert_refused(&plain, "{", "is not JSON");
    assert_refused(&plain, "", "is not JSON");
}

#define WITH(schema, payload) "{\"schema\":" schema ",\"payload\":" payload "}"

static void test_schemas(void **state)
{
    (void)state;
    assert_decoded(&schemas, WITH("{\"type\":\"string\",\"optional\":false}", "\"x\""), "x");
    assert_decoded(&schemas, WITH("null", "{\"a\":1}"), "{a=1}");
    assert_decoded(&schemas, WITH("{\"type\":\"float\"}", "0.1"), "0.1");
    assert_decoded(&schemas, WITH("{\"type\":\"double\"}", "1"), "1.0");
    assert_decoded(&schemas,
                   WITH("{\"type\":\"struct\",\"fields\":[{\"field\":\"a\",\"type\":\"int32\"},"
                        "{\"field\":\"b\",\"type\":\"string\",\"optional\":true},"
                        "{\"field\":\"c\",\"type\":\"string\",\"optional\":true,\"default\":\"d\"},"
                        "{\"field\":\"e\",\"type\":\"array\",\"items\":{\"type\":\"int8\"}}]}",
                        "{\"a\":1,\"b\":null,\"c\":null,\"e\":[1,2]}"),
                   "Struct{a=1,c=d,e=[1, 2]}");
    assert_decoded(&schemas,
                   WITH("{\"type\":\"map\",\"keys\":{\"type\":\"int32\"},\"values\":"
                        "{\"type\":\"string\"}}",
                        "[[1,\"x\"],[2,\"y\"]]"),
                   "{1=x, 2=y}");
    assert_decoded(&schemas,
                   WITH("{\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\","
                        "\"parameters\":{\"scale\":\"2\"}}",
                        "\"BNI=\""),
                   "12.34");
    assert_decoded(
        &schemas,
        WITH("{\"type\":\"int32\",\"name\":\"org.apache.kafka.connect.data.Date\"}", "19782"),
        "2024-02-29");
}

static void test_what_does_not_fit(void **state)
{
    (void)state;
    assert_refused(&schemas, "{\"a\":1}", "value.converter.schemas.enable=false");
    assert_refused(&schemas, "1", "schemas.enable");
    assert_refused(&schemas, WITH("{\"type\":\"string\"}", "null"), "requires a value");
    assert_refused(&schemas, WITH("{}", "1"), "without a type");
    assert_refused(&schemas, WITH("{\"type\":\"struct\",\"fields\":[{\"type\":\"int8\"}]}", "{}"),
                   "a field without a name");
    assert_refused(&schemas, WITH("{\"type\":\"struct\"}", "1"), "a struct was expected");
    assert_refused(&schemas, WITH("{\"type\":\"int32\"}", "{}"), "of type int32");
    assert_refused(
        &schemas,
        WITH("{\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\"}", "\"BNI=\""),
        "a Decimal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anything),
        cmocka_unit_test(test_plain_json),
        cmocka_unit_test(test_schemas),
        cmocka_unit_test(test_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
