/* Kafka's own transforms: each with its options, over one row. */
#include "transform/bed.h"

#define KAFKA(name) "transforms.t.type", "org.apache.kafka.connect.transforms." name

/* Run over the plain row; what comes out is compared with these texts. */
static void expect(struct bed *bed, const char *key, const char *value)
{
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_key(bed), key);
    assert_string_equal(bed_value(bed), value);
}

#define KEY "{\"id\":1}"
#define VALUE                                                                                      \
    "{\"id\":1,\"name\":\"Ann\",\"age\":null,\"score\":1.5,\"born\":7305,"                         \
    "\"at\":1577872800123,\"bal\":\"BBo=\",\"bin\":\"AQ==\",\"ok\":true}"

static void test_cast(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec",
              "id:int8,name:string,age:string,score:int32,born:string,at:string,bal:float64,"
              "bin:string,ok:int64");
    expect(bed, KEY,
           "{\"id\":1,\"name\":\"Ann\",\"age\":\"18\",\"score\":1,\"born\":\"1990-01-01\","
           "\"at\":\"2020-01-01T10:00:00.123Z\",\"bal\":10.5,\"bin\":\"AQ==\",\"ok\":1}");
    assert_true(bed->record.value_schema->optional); /* as it was */
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", " age : Int8,bal:int8,bal:string",
              "transforms.t.replace.null.with.default", "false");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"age\":null"));
    assert_non_null(strstr(bed_value(bed), "\"bal\":\"10.50\""));
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "name:int32");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "name"));
}

static void test_cast_of_the_whole(void **state)
{
    struct bed *bed = *state;

    bed->aliases[0] = "x";
    bed_configure(bed, (const char *const[]){"transforms", "x t", "transforms.x.type",
                                             "org.apache.kafka.connect.transforms.ExtractField$Key",
                                             "transforms.x.field", "id", KAFKA("Cast$Key"),
                                             "transforms.t.spec", "string", NULL});
    expect(bed, "\"1\"", VALUE);
}

static void test_cast_narrows_as_java_does(void **state)
{
    struct bed *bed = *state;
    static const struct tr_schema real = {.type = TR_TYPE_FLOAT64};

    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "int32");
    bed_flat(bed);
    bed->record.value_schema = &real;
    bed->record.value = (struct tr_value){.kind = TR_DOUBLE, .float64 = 1e12};
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "2147483647");
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "int8");
    bed->record.value_schema = &real;
    bed->record.value = (struct tr_value){.kind = TR_DOUBLE, .float64 = 300.7};
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "44");
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "boolean");
    bed->record.value_schema = &real;
    bed->record.value = (struct tr_value){.kind = TR_DOUBLE, .float64 = 0.5};
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "false");
}

static void test_cast_of_decimals_and_texts(void **state)
{
    struct bed *bed = *state;
    static const struct tr_schema_parameter scale = {"scale", "2"};
    static const struct tr_schema decimal = {.type = TR_TYPE_BYTES,
                                             .name = "org.apache.kafka.connect.data.Decimal",
                                             .parameters = &scale,
                                             .nparameters = 1};
    static const struct tr_schema text = {
        .type = TR_TYPE_STRING, .name = "io.debezium.data.Enum", .version = 1};

    /* 92233720368547758.08: more digits than a double has */
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "int64");
    bed_flat(bed);
    bed->record.value_schema = &decimal;
    bed->record.value = tr_value_bytes((struct tr_slice){"\x00\x80\0\0\0\0\0\0\0", 9});
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "92233720368547758");
    assert_null(bed->record.value_schema->name);
    /* BigDecimal.intValue takes the low bits */
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "int32");
    bed->record.value_schema = &decimal;
    bed->record.value = tr_value_bytes((struct tr_slice){"\x00\x80\0\0\0\0\0\0\0", 9});
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "2061584302");
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "float32");
    bed->record.value_schema = &text;
    bed->record.value = tr_value_text(TR_SLICE(" +2.5 "));
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "2.5");
    assert_string_equal(bed->record.value_schema->name, "io.debezium.data.Enum");
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "int16");
    bed->record.value_schema = &text;
    bed->record.value = tr_value_text(TR_SLICE("+7"));
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "7");
    CONFIGURE(KAFKA("Cast$Value"), "transforms.t.spec", "a:b:int8");
    assert_int_equal(bed_run(bed), -1);
}

/* Two fields of one name are what Connect's SchemaBuilder refuses. */
static void test_names_are_unique(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("InsertField$Value"), "transforms.t.static.field", "name",
              "transforms.t.static.value", "x");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "field name duplication name"));
    CONFIGURE(KAFKA("ReplaceField$Value"), "transforms.t.renames", "age:name");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    CONFIGURE(KAFKA("ReplaceField$Value"), "transforms.t.renames", "age:years,name:x,name:y",
              "transforms.t.include", "age,name");
    expect(bed, KEY, "{\"y\":\"Ann\",\"years\":18}");
    CONFIGURE(KAFKA("ValueToKey"), "transforms.t.fields", "id,id");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
}

/* Where Java's engine would search for years, PCRE2 gives up: that is no "no". */
static void test_regex_that_takes_too_long(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("RegexRouter"), "transforms.t.regex", "(x+x+)+[yz]", "transforms.t.replacement",
              "z");
    bed_flat(bed);
    bed->record.topic = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "regex=(x+x+)+[yz]"));
    assert_non_null(strstr(bed->diag.message, bed->record.topic));
}

static void test_headers(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("DropHeaders"), "transforms.t.headers", "x,h");
    expect(bed, KEY, VALUE);
    assert_int_equal(bed->record.nheaders, 0);
    CONFIGURE(KAFKA("InsertHeader"), "transforms.t.header", "n", "transforms.t.value.literal",
              "{\"a\": [1, 2.50]}");
    expect(bed, KEY, VALUE);
    assert_string_equal(bed_header(bed, "n"), "{\"a\":[1,2.5]}");
    assert_string_equal(bed_header(bed, "h"), "v");
    CONFIGURE(KAFKA("HeaderFrom$Value"), "transforms.t.fields", "name,bal,nosuch",
              "transforms.t.headers", "a,b,c", "transforms.t.operation", "move");
    expect(bed, KEY,
           "{\"id\":1,\"age\":18,\"score\":1.5,\"born\":7305,\"at\":1577872800123,"
           "\"bin\":\"AQ==\",\"ok\":true}");
    assert_string_equal(bed_header(bed, "a"), "Ann");
    assert_string_equal(bed_header(bed, "b"), "10.50");
    assert_string_equal(bed_header(bed, "c"), "none");
    CONFIGURE(KAFKA("HeaderFrom$Value"), "transforms.t.fields", "name", "transforms.t.headers",
              "a,b", "transforms.t.operation", "copy");
    assert_int_equal(bed_run(bed), -1);
}

static void test_extract_and_hoist(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("ExtractField$Value"), "transforms.t.field", "age");
    expect(bed, KEY, "18");
    CONFIGURE(KAFKA("ExtractField$Key"), "transforms.t.field", "nosuch");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "Unknown field: nosuch"));
    CONFIGURE(KAFKA("ExtractField$Value"), "transforms.t.field", "source.table",
              "transforms.t.field.syntax.version", "V2");
    bed_envelope(bed, "r", (struct tr_value){0}, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "\"t\"");
    CONFIGURE(KAFKA("HoistField$Key"), "transforms.t.field", "k");
    expect(bed, "{\"k\":{\"id\":1}}", VALUE);
    CONFIGURE(KAFKA("HoistField$Value"), "transforms.t.field", "v");
    bed_tombstone(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_true(bed->record.value_schema->schemaless);
    assert_string_equal(bed_value(bed), "{\"v\":null}");
}

static void test_flatten(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("Flatten$Value"), "transforms.t.delimiter", "_");
    bed_envelope(bed, "d", bed_row(), (struct tr_value){0});
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "{\"before_id\":1,\"before_name\":\"Ann\","));
    assert_non_null(strstr(bed_value(bed), "\"after_ok\":null,\"source_table\":\"t\","));
    assert_true(bed->record.value_schema->fields[0].schema->optional);
}

static void test_insert_field(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("InsertField$Key"), "transforms.t.topic.field", "topic!",
              "transforms.t.partition.field", "p", "transforms.t.timestamp.field", "ts?",
              "transforms.t.static.field", "s", "transforms.t.static.value", "x");
    expect(bed, "{\"id\":1,\"topic\":\"s.t\",\"p\":null,\"ts\":null,\"s\":\"x\"}", VALUE);
    assert_false(bed->record.key_schema->fields[1].schema->optional);
    assert_true(bed->record.key_schema->fields[2].schema->optional);
    CONFIGURE(KAFKA("InsertField$Value"), "transforms.t.static.field", "s");
    assert_int_equal(bed_run(bed), -1);
    CONFIGURE(KAFKA("InsertField$Value"));
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "No field insertion configured"));
}

static void test_mask(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("MaskField$Value"), "transforms.t.fields", "id,name,score,born,ok");
    expect(bed, KEY,
           "{\"id\":0,\"name\":\"\",\"age\":18,\"score\":0.0,\"born\":0,\"at\":1577872800123,"
           "\"bal\":\"BBo=\",\"bin\":\"AQ==\",\"ok\":false}");
    CONFIGURE(KAFKA("MaskField$Value"), "transforms.t.fields", "id,name",
              "transforms.t.replacement", "7", "transforms.t.replace.null.with.default", "false");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "{\"id\":7,\"name\":\"7\",\"age\":null,"));
    CONFIGURE(KAFKA("MaskField$Value"), "transforms.t.fields", "bal");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "mismatching scale"));
    CONFIGURE(KAFKA("MaskField$Value"), "transforms.t.fields", "bal", "transforms.t.replacement",
              "0.00");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"bal\":\"AA==\""));
    CONFIGURE(KAFKA("MaskField$Value"), "transforms.t.fields", "ok", "transforms.t.replacement",
              "x");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    bed_tombstone(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "RecordIsTombstone"));
}

static void test_replace_field(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("ReplaceField$Value"), "transforms.t.include", "id,age", "transforms.t.renames",
              "age:years");
    expect(bed, KEY, "{\"id\":1,\"years\":18}");
    CONFIGURE(KAFKA("ReplaceField$Value"), "transforms.t.exclude",
              "name,age,score,born,at,bal,bin");
    expect(bed, KEY, "{\"id\":1,\"ok\":true}");
    CONFIGURE(KAFKA("ReplaceField$Value"), "transforms.t.renames", "age");
    assert_int_equal(bed_run(bed), -1);
}

static void test_schema_metadata(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("SetSchemaMetadata$Key"), "transforms.t.schema.name", "my.Key",
              "transforms.t.schema.version", "3");
    expect(bed, KEY, VALUE);
    assert_string_equal(bed->record.key_schema->name, "my.Key");
    assert_int_equal(bed->record.key_schema->version, 3);
    assert_null(bed_key_schema()->version ? "changed" : NULL);
}

static void test_timestamp_converter(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("TimestampConverter$Value"), "transforms.t.field", "at",
              "transforms.t.target.type", "string", "transforms.t.format",
              "yyyy-MM-dd HH:mm:ss.SSS");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"at\":\"2020-01-01 10:00:00.123\""));
    /* and back: the schema is a text's now */
    CONFIGURE(KAFKA("TimestampConverter$Value"), "transforms.t.field", "at",
              "transforms.t.target.type", "unix", "transforms.t.format", "yyyy-MM-dd HH:mm:ss.SSS",
              "transforms.t.unix.precision", "microseconds");
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"at\":1577872800123000"));
    CONFIGURE(KAFKA("TimestampConverter$Value"), "transforms.t.field", "at",
              "transforms.t.target.type", "Date");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"at\":18262"));
    CONFIGURE(KAFKA("TimestampConverter$Value"), "transforms.t.field", "id",
              "transforms.t.target.type", "unix");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    CONFIGURE(KAFKA("TimestampConverter$Value"), "transforms.t.target.type", "string");
    assert_int_equal(bed_run(bed), -1);
}

static void test_routers(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("RegexRouter"), "transforms.t.regex", "(\\w)\\.(\\w)",
              "transforms.t.replacement", "$2-$1.\\$");
    expect(bed, KEY, VALUE);
    assert_string_equal(bed->record.topic, "t-s.$");
    CONFIGURE(KAFKA("RegexRouter"), "transforms.t.regex", "s", "transforms.t.replacement", "x");
    expect(bed, KEY, VALUE);
    assert_string_equal(bed->record.topic, "s.t");
    CONFIGURE(KAFKA("TimestampRouter"), "transforms.t.topic.format", "${topic}-${timestamp}",
              "transforms.t.timestamp.format", "yyyyMM");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "Timestamp missing"));
    bed_flat(bed);
    bed->record.timestamp_ms = 1577872800123;
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed->record.topic, "s.t-202001");
}

static void test_value_to_key(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(KAFKA("ValueToKey"), "transforms.t.fields", "name,id");
    expect(bed, "{\"name\":\"Ann\",\"id\":1}", VALUE);
    CONFIGURE(KAFKA("ValueToKey"), "transforms.t.fields", "nosuch");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "Field does not exist: nosuch"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_cast),
        TEST(test_cast_of_the_whole),
        TEST(test_cast_narrows_as_java_does),
        TEST(test_cast_of_decimals_and_texts),
        TEST(test_names_are_unique),
        TEST(test_regex_that_takes_too_long),
        TEST(test_headers),
        TEST(test_extract_and_hoist),
        TEST(test_flatten),
        TEST(test_insert_field),
        TEST(test_mask),
        TEST(test_replace_field),
        TEST(test_schema_metadata),
        TEST(test_timestamp_converter),
        TEST(test_routers),
        TEST(test_value_to_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
