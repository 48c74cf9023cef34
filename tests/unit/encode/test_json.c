#include "encode/encoder.h"
#include "support/cmocka.h"

static const struct tr_schema text = {.type = TR_TYPE_STRING};
static const struct tr_schema number = {.type = TR_TYPE_INT32};
static const struct tr_schema optional_number = {.type = TR_TYPE_INT32, .optional = true};

/* Encode and compare; expected NULL: the encoding must fail. */
static void check(const struct tr_schema *schema, const struct tr_value *value, bool schemas,
                  const char *expected)
{
    const struct tr_converter_options options = {.schemas_enable = schemas,
                                                .replace_null_with_default = true};
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_diag diag;
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice bytes;

    tr_arena_init(&arena, 256, 1 << 20);
    assert_int_equal(tr_json_encoder_new(&options, &encoder, &diag), 0);
    assert_int_equal(tr_encoding_new(encoder, schema, "topic", &encoding, &diag), 0);
    tr_writer_begin(&writer, &arena);
    int rc = tr_encoding_write(encoding, value, &writer, &diag);
    if (expected) {
        assert_int_equal(rc, 0);
        tr_writer_char(&writer, '\0');
        assert_int_equal(tr_writer_end(&writer, &bytes), 0);
        assert_string_equal(bytes.p, expected);
    } else {
        assert_int_equal(rc, -1);
    }
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
    tr_arena_finish(&arena);
}

static void test_struct(void **state)
{
    const struct tr_field fields[] = {{"id", &number}, {"na\"me", &text}, {"n", &optional_number}};
    const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT, .name = "t.Key", .fields = fields, .nfields = 3};
    const struct tr_value items[] = {tr_value_integer(-7), tr_value_text(TR_SLICE("a\tb")), {0}};
    const struct tr_value value = tr_value_items(items, 3);

    (void)state;
    check(&schema, &value, false, "{\"id\":-7,\"na\\\"me\":\"a\\tb\",\"n\":null}");
    check(&schema, &value, true,
          "{\"schema\":{\"type\":\"struct\",\"fields\":["
          "{\"type\":\"int32\",\"optional\":false,\"field\":\"id\"},"
          "{\"type\":\"string\",\"optional\":false,\"field\":\"na\\\"me\"},"
          "{\"type\":\"int32\",\"optional\":true,\"field\":\"n\"}],"
          "\"optional\":false,\"name\":\"t.Key\"},"
          "\"payload\":{\"id\":-7,\"na\\\"me\":\"a\\tb\",\"n\":null}}");
}

static void test_null_becomes_the_default(void **state)
{
    const struct tr_value seven = tr_value_integer(7);
    const struct tr_schema schema = {
        .type = TR_TYPE_INT32, .optional = true, .default_value = &seven};
    const struct tr_value null = {0};

    (void)state;
    check(&schema, &null, false, "7");
    check(&schema, &null, true,
          "{\"schema\":{\"type\":\"int32\",\"optional\":true,\"default\":7},\"payload\":7}");
}

static void test_array_and_map(void **state)
{
    const struct tr_schema array = {.type = TR_TYPE_ARRAY, .items = &optional_number};
    const struct tr_schema map = {.type = TR_TYPE_MAP, .keys = &text, .items = &number};
    const struct tr_value numbers[] = {tr_value_integer(1), {0}};
    const struct tr_value pairs[] = {tr_value_text(TR_SLICE("k")), tr_value_integer(2)};
    const struct tr_value list = tr_value_items(numbers, 2), entries = tr_value_items(pairs, 2);

    (void)state;
    check(&array, &list, false, "[1,null]");
    check(&map, &entries, false, "{\"k\":2}");
    check(&array, &list, true,
          "{\"schema\":{\"type\":\"array\",\"items\":{\"type\":\"int32\",\"optional\":true},"
          "\"optional\":false},\"payload\":[1,null]}");
}

static void test_bytes_with_parameters(void **state)
{
    const struct tr_schema_parameter parameters[] = {{"scale", "2"},
                                                     {"connect.decimal.precision", "5"}};
    const struct tr_schema schema = {
        .type = TR_TYPE_BYTES,
        .name = "org.apache.kafka.connect.data.Decimal",
        .version = 1,
        .doc = "d",
        .parameters = parameters,
        .nparameters = 2,
    };
    const struct tr_value value = tr_value_bytes(TR_SLICE("\x30\x39"));

    (void)state;
    check(&schema, &value, true,
          "{\"schema\":{\"type\":\"bytes\",\"optional\":false,"
          "\"name\":\"org.apache.kafka.connect.data.Decimal\",\"version\":1,\"doc\":\"d\","
          "\"parameters\":{\"scale\":\"2\",\"connect.decimal.precision\":\"5\"}},"
          "\"payload\":\"MDk=\"}");
}

static void test_refusals(void **state)
{
    const struct tr_value null = {0}, wrong = tr_value_boolean(true);
    const struct tr_value bad_utf8 = tr_value_text(TR_SLICE("\xff"));

    (void)state;
    check(&number, &null, false, NULL);
    check(&number, &wrong, false, NULL);
    check(&text, &bad_utf8, false, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_struct),
        cmocka_unit_test(test_null_becomes_the_default),
        cmocka_unit_test(test_array_and_map),
        cmocka_unit_test(test_bytes_with_parameters),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
