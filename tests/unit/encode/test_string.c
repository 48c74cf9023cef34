#include "encode/encoder.h"
#include "support/cmocka.h"

static struct tr_slice encode(const struct tr_schema *schema, struct tr_value value,
                              struct tr_arena *arena)
{
    const struct tr_converter_options options = {.class = TR_CONVERTER_STRING};
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_writer writer;
    struct tr_slice text;
    struct tr_diag diag;

    assert_int_equal(tr_encoder_new(&options, false, &encoder, &diag), 0);
    assert_int_equal(tr_encoding_new(encoder, schema, "t", &encoding, &diag), 0);
    tr_writer_begin(&writer, arena);
    assert_int_equal(tr_encoding_write(encoding, &value, &writer, &diag), 0);
    assert_int_equal(tr_writer_end(&writer, &text), 0);
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
    return text;
}

#define assert_encoded(schema, value, wanted)                                                      \
    do {                                                                                           \
        struct tr_arena arena;                                                                     \
        tr_arena_init(&arena, 1024, 1 << 20);                                                      \
        struct tr_slice text = encode(schema, value, &arena);                                      \
        assert_int_equal(text.n, strlen(wanted));                                                  \
        assert_memory_equal(text.p, wanted, text.n);                                               \
        tr_arena_finish(&arena);                                                                   \
    } while (0)

static const struct tr_schema string = {.type = TR_TYPE_STRING, .optional = true};
static const struct tr_schema integer = {.type = TR_TYPE_INT64, .optional = true};
static const struct tr_schema day = {.type = TR_TYPE_INT32,
                                     .name = "org.apache.kafka.connect.data.Date"};
static const struct tr_schema moment = {.type = TR_TYPE_INT64,
                                        .name = "org.apache.kafka.connect.data.Timestamp"};
static const struct tr_schema_parameter scale = {"scale", "2"};
static const struct tr_schema decimal = {.type = TR_TYPE_BYTES,
                                         .name = "org.apache.kafka.connect.data.Decimal",
                                         .parameters = &scale,
                                         .nparameters = 1};
static const struct tr_schema list = {.type = TR_TYPE_ARRAY, .items = &string};
static const struct tr_schema map = {.type = TR_TYPE_MAP, .keys = &string, .items = &integer};

static void test_plain(void **state)
{
    static const struct tr_schema boolean = {.type = TR_TYPE_BOOLEAN};
    static const struct tr_schema real = {.type = TR_TYPE_FLOAT64};
    static const struct tr_schema bytes = {.type = TR_TYPE_BYTES};

    (void)state;
    assert_encoded(&string, tr_value_text(TR_SLICE("a \"b\" \n")), "a \"b\" \n");
    assert_encoded(&integer, tr_value_integer(-5), "-5");
    assert_encoded(&boolean, tr_value_boolean(true), "true");
    assert_encoded(&real, ((struct tr_value){.kind = TR_DOUBLE, .float64 = 1e7}), "1.0E7");
    assert_encoded(&real, ((struct tr_value){.kind = TR_DOUBLE, .float64 = -1.0 / 0.0}),
                   "-Infinity");
    assert_encoded(&bytes, tr_value_bytes(TR_SLICE("\1\2")), "AQI=");
    assert_encoded(&decimal, tr_value_bytes(TR_SLICE("\x04\xd2")), "12.34");
    assert_encoded(&day, tr_value_integer(19782), "2024-02-29");
    assert_encoded(&moment, tr_value_integer(-1), "1969-12-31T23:59:59.999Z");
}

static void test_composed(void **state)
{
    static const struct tr_field fields[] = {
        {"a", &integer}, {"b", &string}, {"c", &list}, {"d", &map}};
    static const struct tr_schema row = {
        .type = TR_TYPE_STRUCT, .fields = fields, .nfields = TR_COUNT(fields)};
    const struct tr_value texts[] = {tr_value_text(TR_SLICE("x")), {.kind = TR_NULL}};
    const struct tr_value pairs[] = {tr_value_text(TR_SLICE("k")), tr_value_integer(1),
                                     tr_value_text(TR_SLICE("l")), tr_value_integer(2)};
    const struct tr_value values[] = {
        tr_value_integer(1), {.kind = TR_NULL}, tr_value_items(texts, 2), tr_value_items(pairs, 4)};
    const struct tr_value nulls[] = {
        {.kind = TR_NULL}, {.kind = TR_NULL}, {.kind = TR_NULL}, {.kind = TR_NULL}};

    (void)state;
    assert_encoded(&row, tr_value_items(values, 4), "Struct{a=1,c=[x, null],d={k=1, l=2}}");
    assert_encoded(&row, tr_value_items(nulls, 4), "Struct{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_composed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
