/* Debezium's transforms over an envelope. */
#include "transform/bed.h"

#define DEBEZIUM(name) "transforms.t.type", "io.debezium.transforms." name

static const struct tr_value none = {.kind = TR_NULL};

#define ROW                                                                                        \
    "{\"id\":1,\"name\":\"Ann\",\"age\":18,\"score\":1.5,\"born\":7305,"                           \
    "\"at\":1577872800123,\"bal\":\"BBo=\",\"bin\":\"AQ==\",\"ok\":true"

static void test_unwrap(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(DEBEZIUM("ExtractNewRecordState"));
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), ROW "}");
    assert_false(bed->record.value_schema->optional);
    bed_envelope(bed, "d", bed_row(), none);
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "null");
    bed_tombstone(bed);
    assert_int_equal(bed_run(bed), 1);
    bed_envelope(bed, "t", none, none);
    assert_int_equal(bed_run(bed), 1);
    bed_flat(bed); /* no envelope */
    assert_int_equal(bed_run(bed), 0);
    assert_ptr_equal(bed->record.value_schema, bed_row_schema());
}

static void test_unwrap_deletes(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(DEBEZIUM("ExtractNewRecordState"), "transforms.t.delete.tombstone.handling.mode",
              "rewrite-with-tombstone", "transforms.t.add.fields",
              "op,source.lsn:at_lsn,table,nosuch", "transforms.t.add.headers", "op,ts_ms");
    bed_envelope(bed, "d", bed_row(), none);
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), ROW ",\"__deleted\":\"true\",\"__op\":\"d\","
                                            "\"__at_lsn\":77,\"__table\":\"t\"}");
    assert_string_equal(bed_header(bed, "__op"), "d");
    assert_string_equal(bed_header(bed, "__ts_ms"), "5");
    bed_tombstone(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_header(bed, "__op"), "d");
    assert_null(bed_header(bed, "__ts_ms"));
    CONFIGURE(DEBEZIUM("ExtractNewRecordState"), "transforms.t.delete.tombstone.handling.mode",
              "delete-to-tombstone");
    bed_envelope(bed, "d", bed_row(), none);
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), "none");
    CONFIGURE(DEBEZIUM("ExtractNewRecordState"), "transforms.t.delete.tombstone.handling.mode",
              "drop");
    bed_envelope(bed, "d", bed_row(), none);
    assert_int_equal(bed_run(bed), 1);
}

static void test_unwrap_routes(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(DEBEZIUM("ExtractNewRecordState"), "transforms.t.route.by.field", "name");
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed->record.topic, "Ann");
}

static void test_changed_fields(void **state)
{
    struct bed *bed = *state;
    struct tr_value changed[9];

    memcpy(changed, bed_row().items, sizeof changed);
    changed[1] = tr_value_text(TR_SLICE("Bob"));
    bed_configure(
        bed, (const char *const[]){
                 "transforms", "c t", "transforms.c.type",
                 "io.debezium.transforms.ExtractChangedRecordState",
                 "transforms.c.header.changed.name", "yes", "transforms.c.header.unchanged.name",
                 "no", DEBEZIUM("ExtractNewRecordState"), "transforms.t.drop.fields.header.name",
                 "no", "transforms.t.drop.fields.keep.schema.compatible", "false", NULL});
    bed_envelope(bed, "u", bed_row(), tr_value_items(changed, 9));
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_header(bed, "yes"), "[\"name\"]");
    assert_string_equal(bed_header(bed, "no"),
                        "[\"id\",\"age\",\"score\",\"born\",\"at\",\"bal\",\"bin\",\"ok\"]");
    assert_string_equal(bed_value(bed), "{\"name\":\"Bob\"}");
}

static void test_logical_router(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(DEBEZIUM("ByLogicalTableRouter"), "transforms.t.topic.regex", "s\\..*",
              "transforms.t.topic.replacement", "all", "transforms.t.key.field.regex", "s\\.(.*)",
              "transforms.t.key.field.replacement", "$1");
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed->record.topic, "all");
    assert_string_equal(bed_key(bed), "{\"id\":1,\"__dbz__physicalTableIdentifier\":\"t\"}");
    assert_string_equal(bed->record.key_schema->name, "all.Key");
    assert_string_equal(bed->record.value_schema->name, "all.Envelope");
    assert_string_equal(bed->record.value_schema->fields[1].schema->name, "all.Value");
    CONFIGURE(DEBEZIUM("ByLogicalTableRouter"), "transforms.t.topic.regex", "x",
              "transforms.t.topic.replacement", "y", "transforms.t.key.field.regex", "z");
    assert_int_equal(bed_run(bed), -1);
}

static void test_header_to_value(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(DEBEZIUM("HeaderToValue"), "transforms.t.headers", "h,absent", "transforms.t.fields",
              "after.extra,other", "transforms.t.operation", "move");
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"ok\":true,\"extra\":\"v\"}"));
    assert_int_equal(bed->record.nheaders, 0);
}

static void test_partition_routing(void **state)
{
    struct bed *bed = *state;

    /* "Ann".hashCode() is 65985, Boolean.TRUE.hashCode() 1231, of 1 it is 1 */
    CONFIGURE(DEBEZIUM("partitions.PartitionRouting"), "transforms.t.partition.payload.fields",
              "change.name,change.ok,change.id,change.nosuch", "transforms.t.partition.topic.num",
              "1000");
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_int_equal(bed->record.partition, (65985 + 1231 + 1) % 1000);
    bed_envelope(bed, "t", none, none);
    assert_int_equal(bed_run(bed), 0);
    assert_int_equal(bed->record.partition, -1);
}

static void test_event_router(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(DEBEZIUM("outbox.EventRouter"), "transforms.t.table.field.event.key", "name",
              "transforms.t.table.field.event.payload", "name", "transforms.t.route.by.field",
              "name", "transforms.t.table.fields.additional.placement",
              "ok:envelope:fine,id:header");
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed->record.topic, "outbox.event.Ann");
    assert_string_equal(bed_key(bed), "\"Ann\"");
    assert_string_equal(bed_value(bed), "{\"payload\":\"Ann\",\"fine\":true}");
    assert_int_equal(bed->record.timestamp_ms, 5);
    bed_envelope(bed, "d", bed_row(), none);
    assert_int_equal(bed_run(bed), 1);
    bed_envelope(bed, "u", none, bed_row());
    assert_int_equal(bed_run(bed), 1);
}

static const char *expand(struct bed *bed, const char *json)
{
    struct tr_value *row = tr_arena_alloc(&bed->arena, 9 * sizeof *row);

    memcpy(row, bed_row().items, 9 * sizeof *row);
    row[1] = tr_value_text(tr_slice_of(json));
    CONFIGURE(DEBEZIUM("outbox.EventRouter"), "transforms.t.table.field.event.payload", "name",
              "transforms.t.route.by.field", "name", "transforms.t.table.expand.json.payload",
              "true", "transforms.t.route.topic.replacement", "x");
    bed_envelope(bed, "c", none, tr_value_items(row, 9));
    assert_int_equal(bed_run(bed), 0);
    return bed_value(bed);
}

static void test_expanded_payload(void **state)
{
    struct bed *bed = *state;

    assert_string_equal(expand(bed, "{\"a\": 1, \"n\": null, \"l\": [], \"o\": {\"x\": 1.5}}"),
                        "{\"a\":1,\"o\":{\"x\":1.5}}");
    assert_string_equal(expand(bed, "[{\"a\": 1}, {\"b\": \"x\", \"a\": 5000000000}]"),
                        "[{\"a\":1,\"b\":null},{\"a\":5000000000,\"b\":\"x\"}]");
    assert_string_equal(expand(bed, "{\"a\": [1, \"x\"]}"), "\"{\\\"a\\\": [1, \\\"x\\\"]}\"");
    assert_string_equal(expand(bed, "not json"), "\"not json\"");
    /* what Debezium can't type stays text, as a whole */
    assert_string_equal(expand(bed, " {}"), "\" {}\"");
    assert_string_equal(expand(bed, "{\"a\":[null]}"), "\"{\\\"a\\\":[null]}\"");
    assert_string_equal(expand(bed, "[1,5000000000]"), "\"[1,5000000000]\"");
    /* objects of one shape are an optional type, the sum of several a required one */
    assert_non_null(expand(bed, "{\"l\":[{\"a\":1,\"n\":null},{\"a\":2}]}"));
    assert_true(bed->record.value_schema->fields[0].schema->items->optional);
    assert_string_equal(bed->record.value_schema->name, "name");
    assert_non_null(expand(bed, "{\"l\":[{\"a\":1},{\"b\":2}]}"));
    assert_false(bed->record.value_schema->fields[0].schema->items->optional);
}

static void test_read_to_insert(void **state)
{
    struct bed *bed = *state;

    CONFIGURE("transforms.t.type", "io.debezium.connector.mysql.transforms.ReadToInsertEvent");
    bed_envelope(bed, "r", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"op\":\"c\""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_unwrap),
        TEST(test_unwrap_deletes),
        TEST(test_unwrap_routes),
        TEST(test_changed_fields),
        TEST(test_logical_router),
        TEST(test_header_to_value),
        TEST(test_partition_routing),
        TEST(test_event_router),
        TEST(test_expanded_payload),
        TEST(test_read_to_insert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
