#include "encode/avro/avro.h"
#include "record/logical.h"
#include "support/cmocka.h"

#include <math.h>

#include "support/avro-oracle.h"

static const struct tr_avro_options usual = {.metadata = true};

static const struct tr_schema text = {.type = TR_TYPE_STRING};
static const struct tr_schema number = {.type = TR_TYPE_INT32};
static const struct tr_schema large = {.type = TR_TYPE_INT64};
static const struct tr_schema octets = {.type = TR_TYPE_BYTES};
static const struct tr_schema optional_text = {.type = TR_TYPE_STRING, .optional = true};
static const struct tr_schema optional_number = {.type = TR_TYPE_INT32, .optional = true};

struct trial {
    struct tr_arena arena, other;
    struct tr_diag diag;
    struct tr_slice text, bytes;
};

static int setup(void **state)
{
    static struct trial trial;

    tr_arena_init(&trial.arena, 1024, 1 << 20);
    tr_arena_init(&trial.other, 1024, 1 << 20);
    *state = &trial;
    return 0;
}

static int teardown(void **state)
{
    struct trial *trial = *state;

    tr_arena_finish(&trial->arena);
    tr_arena_finish(&trial->other);
    return 0;
}

static void check_text(struct trial *trial, const struct tr_schema *schema,
                       const struct tr_avro_options *options, const char *expected)
{
    assert_int_equal(tr_avro_render(schema, options, &trial->arena, &trial->text, &trial->diag), 0);
    assert_string_equal(tr_arena_strdup(&trial->arena, trial->text), expected);
}

static void refuse_text(struct trial *trial, const struct tr_schema *schema, const char *word)
{
    assert_int_equal(tr_avro_render(schema, &usual, &trial->arena, &trial->text, &trial->diag), -1);
    assert_int_equal(trial->diag.cls, TR_SCHEMA);
    assert_non_null(strstr(trial->diag.message, word));
}

static int write(struct trial *trial, const struct tr_schema *schema,
                 const struct tr_avro_options *options, const struct tr_value *value)
{
    struct tr_avro_node node;
    struct tr_writer writer;

    assert_int_equal(tr_avro_compile(schema, options, &trial->other, &node, &trial->diag), 0);
    tr_writer_begin(&writer, &trial->arena);
    int rc = tr_avro_write(&node, value, &writer, &trial->diag);
    assert_int_equal(tr_writer_end(&writer, &trial->bytes), 0);
    return rc;
}

/* What is written is the expected bytes, and avro-c reads the value there. */
static void check_with(struct trial *trial, const struct tr_schema *schema,
                       const struct tr_avro_options *options, const struct tr_value *value,
                       struct tr_slice expected)
{
    assert_int_equal(tr_avro_render(schema, options, &trial->arena, &trial->text, &trial->diag), 0);
    assert_int_equal(write(trial, schema, options, value), 0);
    if (expected.p) {
        assert_int_equal(trial->bytes.n, expected.n);
        assert_memory_equal(trial->bytes.p, expected.p, expected.n);
    }
    const char *failed = oracle_check(schema, options, trial->text, trial->bytes, value);
    if (failed)
        fail_msg("%.*s: %s", (int)trial->text.n, trial->text.p, failed);
}

static void check(struct trial *trial, const struct tr_schema *schema, struct tr_value value,
                  struct tr_slice expected)
{
    check_with(trial, schema, &usual, &value, expected);
}

static struct tr_value real(double number64)
{
    return (struct tr_value){.kind = TR_DOUBLE, .float64 = number64};
}

static void test_numbers(void **state)
{
    static const struct tr_schema tiny = {.type = TR_TYPE_INT8}, small = {.type = TR_TYPE_INT16},
                                  single = {.type = TR_TYPE_FLOAT32},
                                  wide = {.type = TR_TYPE_FLOAT64},
                                  truth = {.type = TR_TYPE_BOOLEAN};
    const struct tr_value quarter = {.kind = TR_FLOAT, .float32 = 0.25F};

    check(*state, &tiny, tr_value_integer(-1), TR_SLICE("\x01"));
    check(*state, &small, tr_value_integer(64), TR_SLICE("\x80\x01"));
    check(*state, &number, tr_value_integer(INT32_MIN), TR_SLICE("\xff\xff\xff\xff\x0f"));
    check(*state, &large, tr_value_integer(INT64_MAX),
          TR_SLICE("\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
    check(*state, &large, tr_value_integer(INT64_MIN),
          TR_SLICE("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
    check(*state, &single, quarter, TR_SLICE("\0\0\x80\x3e"));
    check(*state, &wide, real(-2.0), TR_SLICE("\0\0\0\0\0\0\0\xc0"));
    check(*state, &wide, real((double)NAN), TR_SLICE("\0\0\0\0\0\0\xf8\x7f"));
    check(*state, &truth, tr_value_boolean(true), TR_SLICE("\x01"));
    check(*state, &truth, tr_value_boolean(false), TR_SLICE("\0"));
}

static void test_texts(void **state)
{
    check(*state, &text, tr_value_text(TR_SLICE("")), TR_SLICE("\0"));
    check(*state, &text, tr_value_text(TR_SLICE("\xc3\xbc\xf0\x9f\x98\x80")),
          TR_SLICE("\x0c\xc3\xbc\xf0\x9f\x98\x80"));
    check(*state, &octets, tr_value_bytes(TR_SLICE("\0\xff")), TR_SLICE("\x04\0\xff"));
}

static void test_unions(void **state)
{
    static const struct tr_value seven = {.kind = TR_INTEGER, .integer = 7};
    static const struct tr_schema with_default = {
        .type = TR_TYPE_INT32, .optional = true, .default_value = &seven};
    const struct tr_value null = {0};

    check(*state, &optional_number, null, TR_SLICE("\0"));
    check(*state, &optional_number, seven, TR_SLICE("\x02\x0e"));
    /* not a field: null stays null, but the default comes first */
    check(*state, &with_default, null, TR_SLICE("\x02"));
    check(*state, &with_default, seven, TR_SLICE("\0\x0e"));
}

static void check_read(struct trial *trial, const struct tr_schema *schema, struct tr_value value,
                       const char *expected)
{
    const struct tr_avro_reading *reading;
    json_t *read;

    assert_int_equal(tr_avro_render(schema, &usual, &trial->arena, &trial->text, &trial->diag), 0);
    assert_int_equal(write(trial, schema, &usual, &value), 0);
    json_t *json = json_loadb(trial->text.p, trial->text.n, JSON_DECODE_ANY, NULL);
    assert_int_equal(tr_avro_parse(json, &trial->arena, &reading, &trial->diag), 0);
    json_decref(json);
    assert_int_equal(tr_avro_read(reading, trial->bytes, &read, &trial->diag), 0);
    char *printed = json_dumps(read, JSON_COMPACT | JSON_ENCODE_ANY);
    assert_string_equal(printed, expected);
    free(printed);
    json_decref(read);
    /* what is cut off, or has more behind it, is noticed */
    for (size_t n = 0; n < trial->bytes.n; n++)
        assert_int_equal(
            tr_avro_read(reading, (struct tr_slice){trial->bytes.p, n}, &read, &trial->diag), -1);
}

static void test_reading_back(void **state)
{
    static const struct tr_schema pairs = {
        .type = TR_TYPE_MAP, .keys = &number, .items = &optional_text};
    static const struct tr_schema names = {.type = TR_TYPE_MAP, .keys = &text, .items = &large};
    static const struct tr_schema list = {.type = TR_TYPE_ARRAY, .items = &octets};
    static const struct tr_field inner[] = {{"b", &optional_number}};
    static const struct tr_schema row = {
        .type = TR_TYPE_STRUCT, .optional = true, .name = "t.Value", .fields = inner, .nfields = 1};
    static const struct tr_field outer[] = {{"before", &row},  {"after", &row},   {"op", &text},
                                            {"pairs", &pairs}, {"names", &names}, {"list", &list}};
    static const struct tr_schema envelope = {
        .type = TR_TYPE_STRUCT, .name = "t.Envelope", .fields = outer, .nfields = 6};
    struct tr_value seven = tr_value_integer(7), null = {0};
    struct tr_value entries[] = {seven, null, seven, tr_value_text(TR_SLICE("x"))};
    struct tr_value named[] = {tr_value_text(TR_SLICE("k")), tr_value_integer(INT64_MIN)};
    struct tr_value octet = tr_value_bytes(TR_SLICE("\xff"));
    struct tr_value items[] = {null,
                               tr_value_items(&seven, 1),
                               tr_value_text(TR_SLICE("u")),
                               tr_value_items(entries, 4),
                               tr_value_items(named, 2),
                               tr_value_items(&octet, 1)};

    check_read(*state, &envelope, tr_value_items(items, 6),
               "{\"before\":null,\"after\":{\"b\":7},\"op\":\"u\",\"pairs\":[{\"key\":7,"
               "\"value\":null},{\"key\":7,\"value\":\"x\"}],\"names\":[-9223372036854775808],"
               "\"list\":[null]}");
    check_read(*state, &optional_number, null, "null");
}

static int read_by(struct trial *trial, const char *schema, struct tr_slice bytes)
{
    const struct tr_avro_reading *reading;
    json_t *json = json_loads(schema, JSON_DECODE_ANY, NULL), *read = NULL;
    int rc = tr_avro_parse(json, &trial->arena, &reading, &trial->diag);

    if (rc == 0)
        rc = tr_avro_read(reading, bytes, &read, &trial->diag) < 0 ? 1 : 2;
    json_decref(json);
    if (rc == 2)
        json_decref(read);
    return rc;
}

/* A registry, or a topic, may have anything. */
static void test_reading_what_is_strange(void **state)
{
    static const char *const schemas[] = {
        "\"unknown\"",
        "7",
        "{}",
        "{\"type\":\"fixed\",\"name\":\"f\",\"size\":1}",
        "{\"type\":\"record\",\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"f\"}]}"};

    for (size_t i = 0; i < TR_COUNT(schemas); i++)
        assert_int_equal(read_by(*state, schemas[i], TR_SLICE("\0")), -1);
    assert_int_equal(read_by(*state, "{\"type\":{\"type\":\"int\"}}", TR_SLICE("\1")), 2);
    assert_int_equal(read_by(*state, "[\"null\",\"int\"]", TR_SLICE("\4")), 1);
    assert_int_equal(read_by(*state, "\"bytes\"", TR_SLICE("\1")), 1);
    assert_int_equal(read_by(*state, "\"long\"",
                             TR_SLICE("\xff\xff\xff\xff\xff\xff\xff\xff"
                                      "\xff\xff\1")),
                     1);
    /* endless values of no bytes */
    assert_int_equal(read_by(*state, "{\"type\":\"array\",\"items\":\"null\"}",
                             TR_SLICE("\xfe\xff\xff\xff\xff\xff\xff\xff\x7f")),
                     1);
    assert_int_equal(read_by(*state,
                             "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"a\","
                             "\"type\":\"r\"},{\"name\":\"b\",\"type\":\"r\"}]}",
                             TR_SLICE("")),
                     1);
}

/* A field's null is its default, unless ignore.default.for.nullables says otherwise. */
static void test_defaults_of_fields(void **state)
{
    static const struct tr_value seven = {.kind = TR_INTEGER, .integer = 7};
    static const struct tr_schema with_default = {
        .type = TR_TYPE_INT32, .optional = true, .default_value = &seven};
    static const struct tr_schema required = {.type = TR_TYPE_INT32, .default_value = &seven};
    static const struct tr_field fields[] = {{"a", &with_default}, {"b", &required}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT, .name = "t.R", .fields = fields, .nfields = 2};
    static const struct tr_avro_options keeping = {.metadata = true, .keep_nulls = true};
    const struct tr_value items[] = {{0}, {0}}, kept[] = {{0}, seven};
    const struct tr_value nulls = tr_value_items(items, 2), half = tr_value_items(kept, 2);

    check_with(*state, &schema, &usual, &nulls, TR_SLICE("\0\x0e\x0e"));
    check_with(*state, &schema, &keeping, &half, TR_SLICE("\x02\x0e"));
    check_text(*state, &schema, &usual,
               "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"t\",\"fields\":["
               "{\"name\":\"a\",\"type\":[{\"type\":\"int\",\"connect.default\":7},\"null\"],"
               "\"default\":7},"
               "{\"name\":\"b\",\"type\":{\"type\":\"int\",\"connect.default\":7},\"default\":7}],"
               "\"connect.name\":\"t.R\"}");
}

static void test_arrays_and_maps(void **state)
{
    static const struct tr_schema array = {.type = TR_TYPE_ARRAY, .items = &optional_number};
    static const struct tr_schema map = {.type = TR_TYPE_MAP, .keys = &text, .items = &number};
    static const struct tr_schema optional_keys = {
        .type = TR_TYPE_MAP, .keys = &optional_text, .items = &number};
    static const struct tr_schema pairs = {
        .type = TR_TYPE_MAP, .keys = &number, .items = &optional_text};
    static const struct tr_avro_options lenient = {.metadata = true, .optional_keys = true};
    const struct tr_value numbers[] = {tr_value_integer(1), {0}};
    const struct tr_value entries[] = {tr_value_text(TR_SLICE("k")), tr_value_integer(2)};
    const struct tr_value others[] = {tr_value_integer(2), tr_value_text(TR_SLICE("k"))};
    const struct tr_value as_map = tr_value_items(entries, 2);

    check(*state, &array, tr_value_items(numbers, 0), TR_SLICE("\0"));
    check(*state, &array, tr_value_items(numbers, 2), TR_SLICE("\x04\x02\x02\0\0"));
    check(*state, &map, as_map, TR_SLICE("\x02\x02k\x04\0"));
    check(*state, &pairs, tr_value_items(others, 2), TR_SLICE("\x02\x04\x02\x02k\0"));
    check(*state, &optional_keys, as_map, TR_SLICE("\x02\x02\x02k\x04\0"));
    check_with(*state, &optional_keys, &lenient, &as_map, TR_SLICE("\x02\x02k\x04\0"));
    check_text(*state, &pairs, &usual,
               "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"MapEntry\","
               "\"namespace\":\"io.confluent.connect.avro\",\"fields\":["
               "{\"name\":\"key\",\"type\":\"int\"},"
               "{\"name\":\"value\",\"type\":[\"null\",\"string\"],\"default\":null}]}}");
}

/* A record is defined where it stands first, and named by its shortest name then. */
static void test_records_by_name(void **state)
{
    static const struct tr_field inner_fields[] = {{"n", &number}};
    static const struct tr_schema near = {.type = TR_TYPE_STRUCT,
                                          .optional = true,
                                          .name = "a.b.Row",
                                          .fields = inner_fields,
                                          .nfields = 1};
    static const struct tr_schema far = {
        .type = TR_TYPE_STRUCT, .name = "c.Row", .fields = inner_fields, .nfields = 1};
    static const struct tr_schema list = {.type = TR_TYPE_ARRAY, .items = &far};
    static const struct tr_schema alone = {
        .type = TR_TYPE_STRUCT, .name = "Row", .fields = inner_fields, .nfields = 1};
    static const struct tr_field fields[] = {{"before", &near}, {"after", &near}, {"x", &far},
                                             {"y", &list},      {"z", &alone},    {"zz", &alone}};
    static const struct tr_schema schema = {.type = TR_TYPE_STRUCT,
                                            .name = "a.b.Envelope",
                                            .version = 2,
                                            .fields = fields,
                                            .nfields = 6};
    const struct tr_value one = tr_value_integer(1), row = tr_value_items(&one, 1);
    const struct tr_value items[] = {{0}, row, row, tr_value_items(&row, 1), row, row};

    check(*state, &schema, tr_value_items(items, 6), TR_SLICE("\0\x02\x02\x02\x02\x02\0\x02\x02"));
    check_text(*state, &schema, &usual,
               "{\"type\":\"record\",\"name\":\"Envelope\",\"namespace\":\"a.b\",\"fields\":["
               "{\"name\":\"before\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"Row\","
               "\"fields\":[{\"name\":\"n\",\"type\":\"int\"}],\"connect.name\":\"a.b.Row\"}],"
               "\"default\":null},"
               "{\"name\":\"after\",\"type\":[\"null\",\"Row\"],\"default\":null},"
               "{\"name\":\"x\",\"type\":{\"type\":\"record\",\"name\":\"Row\","
               "\"namespace\":\"c\",\"fields\":[{\"name\":\"n\",\"type\":\"int\"}],"
               "\"connect.name\":\"c.Row\"}},"
               "{\"name\":\"y\",\"type\":{\"type\":\"array\",\"items\":\"c.Row\"}},"
               "{\"name\":\"z\",\"type\":{\"type\":\"record\",\"name\":\"Row\",\"namespace\":\"\","
               "\"fields\":[{\"name\":\"n\",\"type\":\"int\"}],\"connect.name\":\"Row\"}},"
               "{\"name\":\"zz\",\"type\":\"Row\"}],"
               "\"connect.version\":2,\"connect.name\":\"a.b.Envelope\"}");
}

static void test_two_structs_of_one_name(void **state)
{
    static const struct tr_field one_field[] = {{"n", &number}}, other_field[] = {{"n", &text}};
    static const struct tr_schema one = {
        .type = TR_TYPE_STRUCT, .name = "a.Row", .fields = one_field, .nfields = 1};
    static const struct tr_schema other = {
        .type = TR_TYPE_STRUCT, .name = "a.Row", .fields = other_field, .nfields = 1};
    static const struct tr_field fields[] = {{"x", &one}, {"y", &other}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT, .name = "a.T", .fields = fields, .nfields = 2};

    refuse_text(*state, &schema, "a.Row");
}

/* Maps that are arrays of MapEntry, which is one record: what may be null decides, too. */
static void test_two_entries_of_one_name(void **state)
{
    static const struct tr_value seven = {.kind = TR_INTEGER, .integer = 7};
    static const struct tr_schema with_default = {
        .type = TR_TYPE_INT32, .optional = true, .default_value = &seven};
    static const struct tr_schema required = {
        .type = TR_TYPE_MAP, .keys = &number, .items = &number};
    static const struct tr_schema optional = {
        .type = TR_TYPE_MAP, .keys = &number, .items = &optional_number};
    static const struct tr_schema defaulted = {
        .type = TR_TYPE_MAP, .keys = &number, .items = &with_default};
    static const struct tr_schema *const others[] = {&optional, &defaulted};

    for (size_t i = 0; i < TR_COUNT(others); i++) {
        const struct tr_field fields[] = {{"x", i ? &optional : &required}, {"y", others[i]}};
        const struct tr_schema schema = {
            .type = TR_TYPE_STRUCT, .name = "a.T", .fields = fields, .nfields = 2};
        refuse_text(*state, &schema, "MapEntry");
    }
}

static void test_structs_without_name(void **state)
{
    static const struct tr_field inner_fields[] = {{"n", &number}};
    static const struct tr_schema inner = {
        .type = TR_TYPE_STRUCT, .fields = inner_fields, .nfields = 1};
    static const struct tr_field fields[] = {{"i", &inner}};
    static const struct tr_schema schema = {.type = TR_TYPE_STRUCT, .fields = fields, .nfields = 1};

    check_text(*state, &schema, &usual,
               "{\"type\":\"record\",\"name\":\"ConnectDefault\","
               "\"namespace\":\"io.confluent.connect.avro\",\"fields\":["
               "{\"name\":\"i\",\"type\":{\"type\":\"record\",\"name\":\"ConnectDefault2\","
               "\"fields\":[{\"name\":\"n\",\"type\":\"int\"}]}}]}");
}

static void test_metadata(void **state)
{
    static const struct tr_schema_parameter parameters[] = {{"scale", "2"},
                                                            {"connect.decimal.precision", "5"}};
    static const struct tr_value amount = {.kind = TR_BYTES, .bytes = {"\0\x96", 2}};
    static const struct tr_schema decimal = {.type = TR_TYPE_BYTES,
                                             .version = 1,
                                             .doc = "d",
                                             .name = "org.apache.kafka.connect.data.Decimal",
                                             .parameters = parameters,
                                             .nparameters = 2,
                                             .default_value = &amount};
    static const struct tr_schema small = {.type = TR_TYPE_INT16};
    static const struct tr_avro_options bare = {0};
    static const struct tr_avro_options documented = {.metadata = true, .discard_type_doc = true};
    static const struct tr_field fields[] = {{"d", &decimal}};
    static const struct tr_schema row = {
        .type = TR_TYPE_STRUCT, .name = "R", .fields = fields, .nfields = 1};

    check_text(*state, &decimal, &usual,
               "{\"type\":\"bytes\",\"scale\":2,\"precision\":5,\"connect.doc\":\"d\","
               "\"connect.version\":1,\"connect.parameters\":{\"scale\":\"2\","
               "\"connect.decimal.precision\":\"5\"},\"connect.default\":\"\\u0000\xc2\x96\","
               "\"connect.name\":\"org.apache.kafka.connect.data.Decimal\","
               "\"logicalType\":\"decimal\"}");
    check_text(*state, &decimal, &bare,
               "{\"type\":\"bytes\",\"scale\":2,\"precision\":5,\"logicalType\":\"decimal\"}");
    check_text(*state, &small, &usual, "{\"type\":\"int\",\"connect.type\":\"int16\"}");
    check_text(*state, &small, &bare, "\"int\"");
    check_text(*state, &tr_logical_timestamp, &bare,
               "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}");
    assert_int_equal(tr_avro_render(&row, &documented, &((struct trial *)*state)->arena,
                                    &((struct trial *)*state)->text,
                                    &((struct trial *)*state)->diag),
                     0);
    assert_non_null(memmem(((struct trial *)*state)->text.p, ((struct trial *)*state)->text.n,
                           ",\"doc\":\"d\",\"default\"", 18));
}

static void test_names(void **state)
{
    static const struct tr_avro_options scrubbing = {.metadata = true, .scrub_names = true};
    static const struct tr_field odd[] = {{"2nd col", &number}}, twice[] = {{"n", &number}};
    static const struct tr_schema field = {
        .type = TR_TYPE_STRUCT, .name = "a.T", .fields = odd, .nfields = 1};
    static const struct tr_schema name = {
        .type = TR_TYPE_STRUCT, .name = "a.b-c.T x", .fields = twice, .nfields = 1};

    refuse_text(*state, &field, "\"2nd col\": set field.name.adjustment.mode=avro");
    refuse_text(*state, &name, "\"T x\": set schema.name.adjustment.mode=avro");
    check_text(*state, &field, &scrubbing,
               "{\"type\":\"record\",\"name\":\"T\",\"namespace\":\"a\",\"fields\":["
               "{\"name\":\"x2nd_col\",\"type\":\"int\"}],\"connect.name\":\"a.T\"}");
    check_text(*state, &name, &scrubbing,
               "{\"type\":\"record\",\"name\":\"T_x\",\"namespace\":\"a.b_c\",\"fields\":["
               "{\"name\":\"n\",\"type\":\"int\"}],\"connect.name\":\"a.b-c.T x\"}");
}

static void test_refusals(void **state)
{
    static const struct tr_field fields[] = {{"n", &number}};
    static const struct tr_schema row = {
        .type = TR_TYPE_STRUCT, .name = "R", .fields = fields, .nfields = 1};
    struct trial *trial = *state;
    const struct tr_value null = {0}, wrong = tr_value_boolean(true);
    const struct tr_value inside = tr_value_items(&null, 1), few = tr_value_items(&null, 0);
    const struct tr_value no_text = tr_value_text(TR_SLICE("\xff"));

    assert_int_equal(write(trial, &row, &usual, &inside), -1);
    assert_int_equal(trial->diag.cls, TR_DATA);
    assert_non_null(strstr(trial->diag.message, "field \"n\" is null"));
    assert_int_equal(write(trial, &row, &usual, &few), -1);
    assert_int_equal(trial->diag.cls, TR_BUG);
    assert_int_equal(write(trial, &number, &usual, &wrong), -1);
    assert_int_equal(write(trial, &text, &usual, &no_text), -1);
    assert_int_equal(trial->diag.cls, TR_DATA);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_numbers),
        TEST(test_texts),
        TEST(test_unions),
        TEST(test_reading_back),
        TEST(test_reading_what_is_strange),
        TEST(test_defaults_of_fields),
        TEST(test_arrays_and_maps),
        TEST(test_records_by_name),
        TEST(test_two_structs_of_one_name),
        TEST(test_two_entries_of_one_name),
        TEST(test_structs_without_name),
        TEST(test_metadata),
        TEST(test_names),
        TEST(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
