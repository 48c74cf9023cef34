/* Which converter an option names, and what it writes. */
#include "encode/encoder.h"
#include "support/cmocka.h"

#include <stdio.h>

static const struct tr_schema_parameter two = {"scale", "2"}, none = {"scale", "0"},
                                        minus = {"scale", "-3"};
#define DECIMAL(parameter)                                                                         \
    {                                                                                              \
        .type = TR_TYPE_BYTES, .optional = true, .name = "org.apache.kafka.connect.data.Decimal",  \
        .version = 1, .parameters = &(parameter), .nparameters = 1                                 \
    }
static const struct tr_schema cents = DECIMAL(two), whole = DECIMAL(none), kilos = DECIMAL(minus);
static const struct tr_schema bytes = {.type = TR_TYPE_BYTES, .optional = true};
static const struct tr_schema text = {.type = TR_TYPE_STRING, .optional = true};

struct result {
    int rc;
    struct tr_slice bytes;
    char message[sizeof((struct tr_diag *)0)->message];
    struct tr_arena arena;
};

static void run(struct tr_converter_options options, const struct tr_schema *schema,
                struct tr_value value, struct result *result)
{
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_diag diag;
    struct tr_writer writer;

    tr_arena_init(&result->arena, 1024, 1 << 20);
    assert_int_equal(tr_encoder_new(&options, false, &encoder, &diag), 0);
    assert_int_equal(tr_encoding_new(encoder, schema, "t", &encoding, &diag), 0);
    tr_writer_begin(&writer, &result->arena);
    result->rc = tr_encoding_write(encoding, &value, &writer, &diag);
    if (result->rc < 0)
        snprintf(result->message, sizeof result->message, "%s", diag.message);
    assert_int_equal(tr_writer_end(&writer, &result->bytes), 0);
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
}

static void writes(struct tr_converter_options options, const struct tr_schema *schema,
                   struct tr_value value, struct tr_slice wanted)
{
    struct result result;

    run(options, schema, value, &result);
    assert_int_equal(result.rc, 0);
    assert_int_equal(result.bytes.n, wanted.n);
    assert_memory_equal(result.bytes.p, wanted.p, wanted.n);
    tr_arena_finish(&result.arena);
}

static void leaves_null(struct tr_converter_options options, const struct tr_schema *schema)
{
    struct result result;

    run(options, schema, (struct tr_value){.kind = TR_NULL}, &result);
    assert_int_equal(result.rc, 1);
    tr_arena_finish(&result.arena);
}

static void fails(struct tr_converter_options options, const struct tr_schema *schema,
                  struct tr_value value, const char *words)
{
    struct result result;

    run(options, schema, value, &result);
    assert_int_equal(result.rc, -1);
    assert_non_null(strstr(result.message, words));
    tr_arena_finish(&result.arena);
}

#define CLASS(name) ((struct tr_converter_options){.class = TR_CONVERTER_##name})

static void test_single_values(void **state)
{
    static const struct tr_schema boolean = {.type = TR_TYPE_BOOLEAN};
    static const struct tr_schema int16 = {.type = TR_TYPE_INT16}, int32 = {.type = TR_TYPE_INT32};
    static const struct tr_schema int64 = {.type = TR_TYPE_INT64};
    static const struct tr_schema float32 = {.type = TR_TYPE_FLOAT32};
    static const struct tr_schema float64 = {.type = TR_TYPE_FLOAT64};
    static const struct tr_schema date = {.type = TR_TYPE_INT32,
                                          .name = "org.apache.kafka.connect.data.Date"};

    (void)state;
    writes(CLASS(BOOLEAN), &boolean, tr_value_boolean(true), TR_SLICE("\1"));
    writes(CLASS(SHORT), &int16, tr_value_integer(-2), TR_SLICE("\377\376"));
    writes(CLASS(INTEGER), &int32, tr_value_integer(258), TR_SLICE("\0\0\1\2"));
    writes(CLASS(LONG), &int64, tr_value_integer(1), TR_SLICE("\0\0\0\0\0\0\0\1"));
    writes(CLASS(FLOAT), &float32, (struct tr_value){.kind = TR_FLOAT, .float32 = 1.5F},
           TR_SLICE("\077\300\0\0"));
    writes(CLASS(DOUBLE), &float64, (struct tr_value){.kind = TR_DOUBLE, .float64 = 1.5},
           TR_SLICE("\077\370\0\0\0\0\0\0"));
    writes(CLASS(BYTES), &bytes, tr_value_bytes(TR_SLICE("\0a")), TR_SLICE("\0a"));
    leaves_null(CLASS(BYTES), &bytes);
    fails(CLASS(INTEGER), &int64, tr_value_integer(1), "IntegerConverter: INT64");
    fails(CLASS(INTEGER), &date, tr_value_integer(1), "data.Date");
    fails(CLASS(BYTES), &text, tr_value_text(TR_SLICE("a")), "ByteArrayConverter: STRING");
    fails(CLASS(BYTES), &cents, tr_value_bytes(TR_SLICE("a")), "data.Decimal");
}

static void test_binary(void **state)
{
    const struct tr_converter_options alone = {.class = TR_CONVERTER_BINARY,
                                               .delegate = TR_CONVERTER_BINARY};
    const struct tr_converter_options json = {.class = TR_CONVERTER_BINARY,
                                              .delegate = TR_CONVERTER_JSON};
    const struct tr_converter_options string = {.class = TR_CONVERTER_BINARY,
                                                .delegate = TR_CONVERTER_STRING};
    const struct tr_value null = {.kind = TR_NULL};

    (void)state;
    writes(alone, &bytes, tr_value_bytes(TR_SLICE("\0a")), TR_SLICE("\0a"));
    leaves_null(alone, &bytes);
    fails(alone, &text, tr_value_text(TR_SLICE("a")), "delegate.converter.type");
    writes(json, &bytes, tr_value_bytes(TR_SLICE("\0a")), TR_SLICE("\0a"));
    writes(json, &text, tr_value_text(TR_SLICE("a")), TR_SLICE("\"a\""));
    writes(json, &text, null, TR_SLICE("null"));
    writes(json, &cents, tr_value_bytes(TR_SLICE("\4\32")), TR_SLICE("\"BBo=\""));
    leaves_null(json, &bytes);
    leaves_null(string, &text);
}

static void number(const struct tr_schema *schema, const char *unscaled, size_t n,
                   const char *wanted)
{
    const struct tr_converter_options numeric = {.decimal_format = TR_DECIMAL_NUMERIC};

    writes(numeric, schema, tr_value_bytes((struct tr_slice){unscaled, n}), tr_slice_of(wanted));
}

static void test_numeric_decimals(void **state)
{
    (void)state;
    number(&cents, "\4\32", 2, "10.50");
    number(&cents, "\377", 1, "-0.01");
    number(&cents, "\0", 1, "0.00");
    number(&whole, "\200\0\0\0\0\0\0\0", 8, "-9223372036854775808");
    number(&kilos, "\5", 1, "5E+3");
    number(&kilos, "\17", 1, "1.5E+4");
    /* more than 8 bytes: the long way */
    number(&cents, "\1\0\0\0\0\0\0\0\0", 9, "184467440737095516.16");
}

static void test_numeric_default(void **state)
{
    static const struct tr_value value = {.kind = TR_BYTES, .bytes = {"\4\32", 2}};
    static const struct tr_schema schema = {.type = TR_TYPE_BYTES,
                                            .name = "org.apache.kafka.connect.data.Decimal",
                                            .parameters = &two,
                                            .nparameters = 1,
                                            .default_value = &value};
    const struct tr_converter_options options = {.schemas_enable = true,
                                                 .replace_null_with_default = true,
                                                 .decimal_format = TR_DECIMAL_NUMERIC};

    (void)state;
    writes(options, &schema, (struct tr_value){.kind = TR_NULL},
           TR_SLICE("{\"schema\":{\"type\":\"bytes\",\"optional\":false,"
                    "\"name\":\"org.apache.kafka.connect.data.Decimal\","
                    "\"parameters\":{\"scale\":\"2\"},\"default\":10.50},\"payload\":10.50}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_values),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_numeric_decimals),
        cmocka_unit_test(test_numeric_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
