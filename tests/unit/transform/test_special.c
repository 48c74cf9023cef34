/* Transforms of records that aren't a row's change, or that describe its schema. */
#include "transform/bed.h"

#define DEBEZIUM(name) "transforms.t.type", "io.debezium.transforms." name
#define DECODE                                                                                     \
    "transforms.t.type",                                                                           \
        "io.debezium.connector.postgresql.transforms.DecodeLogicalDecodingMessageContent"
#define FILTER DEBEZIUM("SchemaChangeEventFilter"), "transforms.t.schema.change.event.exclude.list"

static const struct tr_value none = {.kind = TR_NULL};

/* A schema change of so many tables, of one type; type NULL: tableChanges is null. */
static void schema_change(struct bed *bed, const char *type, size_t tables)
{
    static const struct tr_field change_fields[] = {{"type", &tr_shape_string}};
    static const struct tr_schema change = {
        .type = TR_TYPE_STRUCT, .fields = change_fields, .nfields = 1};
    static const struct tr_schema changes = {
        .type = TR_TYPE_ARRAY, .optional = true, .items = &change};
    static const struct tr_field fields[] = {{"ddl", &tr_shape_string}, {"tableChanges", &changes}};
    static const struct tr_schema value = {.type = TR_TYPE_STRUCT,
                                           .name = "io.debezium.connector.mysql.SchemaChangeValue",
                                           .fields = fields,
                                           .nfields = 2};
    struct tr_value *items = tr_arena_zalloc(&bed->arena, 4 + tables, sizeof *items);

    bed_flat(bed);
    items[0] = tr_value_text(TR_SLICE("…"));
    items[2] = tr_value_text(tr_slice_of(type));
    for (size_t i = 0; i < tables; i++)
        items[3 + i] = tr_value_items(&items[2], 1);
    if (type)
        items[1] = tr_value_items(&items[3], tables);
    bed->record.value_schema = &value;
    bed->record.value = tr_value_items(items, 2);
}

static void test_schema_filter(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(FILTER, "TRUNCATE,DATABASE");
    schema_change(bed, "TRUNCATE", 1);
    assert_int_equal(bed_run(bed), 1);
    schema_change(bed, "ALTER", 2);
    assert_int_equal(bed_run(bed), 0);
    schema_change(bed, "ALTER", 0);
    assert_int_equal(bed_run(bed), 1);
    schema_change(bed, NULL, 0);
    assert_int_equal(bed_run(bed), 1);
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    bed_tombstone(bed);
    assert_int_equal(bed_run(bed), 0);
    CONFIGURE(FILTER, "CREATE");
    schema_change(bed, "ALTER", 0);
    assert_int_equal(bed_run(bed), 0);
    CONFIGURE(FILTER, "CREATE,RENAME");
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "RENAME"));
}

static void message(struct bed *bed, struct tr_value content)
{
    static const struct tr_schema bytes = {.type = TR_TYPE_BYTES};
    static const struct tr_field inner[] = {{"prefix", &tr_shape_string}, {"content", &bytes}};
    static const struct tr_schema schema = {.type = TR_TYPE_STRUCT, .fields = inner, .nfields = 2};
    static const struct tr_field fields[] = {{"op", &tr_shape_string}, {"message", &schema}};
    static const struct tr_schema value = {.type = TR_TYPE_STRUCT,
                                           .name = "io.debezium.connector.postgresql.MessageValue",
                                           .version = 1,
                                           .fields = fields,
                                           .nfields = 2};
    struct tr_value *items = tr_arena_zalloc(&bed->arena, 4, sizeof *items);

    bed_flat(bed);
    items[0] = tr_value_text(TR_SLICE("m"));
    items[1] = tr_value_items(&items[2], 2);
    items[2] = tr_value_text(TR_SLICE("p"));
    items[3] = content;
    bed->record.value_schema = &value;
    bed->record.value = tr_value_items(items, 2);
}

static void test_decode(void **state)
{
    struct bed *bed = *state;
    const struct tr_value json =
        tr_value_bytes(TR_SLICE("{\"id\":1,\"n\":null,\"o\":{\"a\":[1,2]}}"));

    CONFIGURE(DECODE);
    message(bed, json);
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "{\"op\":\"c\",\"after\":{\"id\":1,\"o\":{\"a\":[1,2]}}}");
    const struct tr_schema *schema = bed->record.value_schema;
    assert_string_equal(schema->name, "io.debezium.connector.postgresql.MessageValue.Envelope");
    assert_int_equal(schema->version, 0);
    assert_null(schema->fields[1].schema->name);
    assert_string_equal(schema->fields[1].schema->fields[1].schema->name, "o");
    assert_null(bed->record.key_schema);
    CONFIGURE(DECODE, "transforms.t.fields.null.include", "true");
    message(bed, json);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"n\":null"));
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    bed_tombstone(bed);
    assert_int_equal(bed_run(bed), 0);
}

static void test_decode_fails(void **state)
{
    struct bed *bed = *state;
    static const char *const texts[] = {"", "x", "[1]", "{\"a\":", "{\"a\":[1,\"x\"]}", "1"};

    CONFIGURE(DECODE);
    for (size_t i = 0; i < TR_COUNT(texts); i++) {
        message(bed, tr_value_bytes(tr_slice_of(texts[i])));
        assert_int_equal(bed_run(bed), -1);
        assert_non_null(strstr(bed->diag.message, "Unable to parse"));
    }
    message(bed, tr_value_text(TR_SLICE("{}")));
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "non-binary"));
}

/* The bed's envelope with a row of one column, which has these parameters. */
static void described(struct bed *bed, size_t nparameters, bool truncate)
{
#define P "__debezium.source.column."
    static const struct tr_schema_parameter parameters[] = {
        {"scale", "9"},    {P "type", "NUMERIC"}, {P "name", "bal"},
        {P "length", "8"}, {P "scale", "2"},      {P "comment", "money"}};
    static const struct tr_value row = {.kind = TR_INTEGER, .integer = 1};
    struct tr_schema *column = tr_arena_zalloc(&bed->arena, 1, sizeof *column);
    struct tr_field *field = tr_arena_zalloc(&bed->arena, 1, sizeof *field);
    struct tr_schema *schema = tr_arena_zalloc(&bed->arena, 1, sizeof *schema);

    *column = (struct tr_schema){
        .type = TR_TYPE_INT32, .parameters = parameters, .nparameters = nparameters};
    *field = (struct tr_field){"b", column};
    *schema =
        (struct tr_schema){.type = TR_TYPE_STRUCT, .optional = true, .fields = field, .nfields = 1};
    bed_envelope(bed, "c", none, truncate ? none : tr_value_items(&row, 1));
    struct tr_field *fields = (struct tr_field *)(uintptr_t)bed->record.value_schema->fields;
    fields[0].schema = schema;
    fields[1].schema = schema;
}

static void test_extract_schema(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(DEBEZIUM("ExtractSchemaToNewRecord"));
    described(bed, 6, false);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed),
                           "\"ts_ms\":5,\"sourceSchema\":{\"id\":\"t\",\"table\":{\"columns\":[{"
                           "\"name\":\"bal\",\"typeName\":\"NUMERIC\",\"length\":8,\"scale\":2,"
                           "\"comment\":\"money\"}]}}}"));
    described(bed, 3, false);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"length\":null,\"scale\":null,\"comment\":null"));
    described(bed, 6, true); /* as TRUNCATE is told */
    assert_int_equal(bed_run(bed), 0);
    assert_null(strstr(bed_value(bed), "sourceSchema"));
    described(bed, 2, false);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "column.propagate.source.type"));
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
}

static void test_inert(void **state)
{
    struct bed *bed = *state;
    struct tr_list sentences;

    CONFIGURE(DEBEZIUM("outbox.EventRouter"), "transforms.t.tracing.operation.name", "x",
              "transforms.t.route.by.field", "name");
    assert_int_equal(tr_chain_inert(&bed->options, &bed->arena, &sentences, &bed->diag), 0);
    assert_int_equal(sentences.count, 1);
    assert_non_null(
        strstr(sentences.items[0], "transforms.t.tracing.operation.name has no effect"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_schema_filter, bed_setup, bed_teardown),
        cmocka_unit_test_setup_teardown(test_decode, bed_setup, bed_teardown),
        cmocka_unit_test_setup_teardown(test_decode_fails, bed_setup, bed_teardown),
        cmocka_unit_test_setup_teardown(test_extract_schema, bed_setup, bed_teardown),
        cmocka_unit_test_setup_teardown(test_inert, bed_setup, bed_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
