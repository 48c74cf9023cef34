/* TimezoneConverter: rules, zones, and the texts it reads and writes. */
#include "transform/bed.h"
#include "transform/debezium/zoned-text.h"

#define TYPE       "transforms.t.type", "io.debezium.transforms.TimezoneConverter"
#define ZONE(name) "transforms.t.converted.timezone", name

/* a: zoned, b: microseconds, c: milliseconds, d: time with offset, e: a date; from table "tz". */
static void moments(struct bed *bed)
{
#define NAMED(kind, text)                                                                          \
    {                                                                                              \
        .type = kind, .optional = true, .name = text                                               \
    }
    static const struct tr_schema zoned = NAMED(TR_TYPE_STRING, "io.debezium.time.ZonedTimestamp");
    static const struct tr_schema micros = NAMED(TR_TYPE_INT64, "io.debezium.time.MicroTimestamp");
    static const struct tr_schema time = NAMED(TR_TYPE_STRING, "io.debezium.time.ZonedTime");
    static const struct tr_schema date = NAMED(TR_TYPE_INT32, "io.debezium.time.Date");
    static const struct tr_schema number = {.type = TR_TYPE_INT64};
    static const struct tr_field fields[] = {
        {"a", &zoned}, {"b", &micros}, {"c", &tr_logical_timestamp}, {"d", &time}, {"e", &date}};
    static const struct tr_schema row = {
        .type = TR_TYPE_STRUCT, .optional = true, .fields = fields, .nfields = TR_COUNT(fields)};
    static const struct tr_field source_fields[] = {{"table", &tr_shape_string},
                                                    {"ts_ms", &number}};
    static const struct tr_schema source = {
        .type = TR_TYPE_STRUCT, .fields = source_fields, .nfields = 2};
    static const struct tr_field envelope_fields[] = {
        {"before", &row}, {"after", &row}, {"source", &source}, {"op", &tr_shape_string}};
    static const struct tr_schema envelope = {
        .type = TR_TYPE_STRUCT, .name = "s.tz.Envelope", .fields = envelope_fields, .nfields = 4};
    static const struct tr_value items[] = {
        {.kind = TR_TEXT, .bytes = {"2020-07-01T10:00:00.120000Z", 27}},
        {.kind = TR_INTEGER, .integer = 1593597600000000},
        {.kind = TR_INTEGER, .integer = 1577872800500},
        {.kind = TR_TEXT, .bytes = {"10:00:00+02:00", 14}},
        {.kind = TR_INTEGER, .integer = 18444}};
    static const struct tr_value origin[] = {{.kind = TR_TEXT, .bytes = {"tz", 2}},
                                             {.kind = TR_INTEGER, .integer = 1593597600000}};
    static const struct tr_value values[] = {{.kind = TR_NULL},
                                             {.kind = TR_ITEMS, .items = items, .count = 5},
                                             {.kind = TR_ITEMS, .items = origin, .count = 2},
                                             {.kind = TR_TEXT, .bytes = {"c", 1}}};

    bed_flat(bed);
    bed->record.topic = "p.s.tz";
    bed->record.value_schema = &envelope;
    bed->record.value = tr_value_items(values, 4);
}

#define A                 "\"a\":\"2020-07-01T10:00:00.120000Z\""
#define B                 "\"b\":1593597600000000"
#define C                 "\"c\":1577872800500"
#define D                 "\"d\":\"10:00:00+02:00\""
#define A_NY              "\"a\":\"2020-07-01T06:00:00.12-04:00\""
#define B_NY              "\"b\":1593612000000000"
#define C_NY              "\"c\":1577890800500"
#define D_NY              "\"d\":\"04:00:00-04:00\""
#define SOURCE            "},\"source\":{\"table\":\"tz\",\"ts_ms\":1593597600000},\"op\":\"c\"}"
#define VALUE(a, b, c, d) "{\"before\":null,\"after\":{" a "," b "," c "," d ",\"e\":18444" SOURCE

static void expect(struct bed *bed, const char *value)
{
    moments(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed_value(bed), value);
}

static void test_all(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(TYPE, ZONE("America/New_York"));
    expect(bed, VALUE(A_NY, B_NY, C_NY, D_NY));
    bed_tombstone(bed);
    assert_int_equal(bed_run(bed), 0);
    bed_flat(bed); /* no envelope */
    assert_int_equal(bed_run(bed), 0);
    assert_ptr_equal(bed->record.value_schema, bed_row_schema());
}

static void test_include(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(TYPE, ZONE("America/New_York"), "transforms.t.include.list", "source:tz:a,tz:d");
    expect(bed, VALUE(A_NY, B, C, D_NY));
    CONFIGURE(TYPE, ZONE("America/New_York"), "transforms.t.include.list", "topic:p.s.tz:after.b");
    expect(bed, VALUE(A, B_NY, C, D));
    CONFIGURE(TYPE, ZONE("America/New_York"), "transforms.t.include.list", "source:tz");
    expect(bed, VALUE(A_NY, B_NY, C_NY, D_NY));
    CONFIGURE(TYPE, ZONE("America/New_York"), "transforms.t.include.list", "source:other:a");
    expect(bed, VALUE(A, B, C, D));
    CONFIGURE(TYPE, ZONE("-04:00"), "transforms.t.include.list", "tz:source.ts_ms");
    moments(bed);
    assert_int_equal(bed_run(bed), 0);
    assert_non_null(strstr(bed_value(bed), "\"ts_ms\":1593583200000"));
}

static void test_exclude(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(TYPE, ZONE("America/New_York"), "transforms.t.exclude.list", "tz:a");
    expect(bed, VALUE(A, B_NY, C_NY, D_NY));
    CONFIGURE(TYPE, ZONE("America/New_York"), "transforms.t.exclude.list", "topic:p.s.tz");
    expect(bed, VALUE(A, B, C, D));
    CONFIGURE(TYPE, ZONE("America/New_York"), "transforms.t.exclude.list", "source:other");
    expect(bed, VALUE(A_NY, B_NY, C_NY, D_NY));
}

static void expect_refused(struct bed *bed, const char *words)
{
    moments(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, words));
}

static void test_refused(void **state)
{
    struct bed *bed = *state;

    CONFIGURE(TYPE, ZONE("Mars"));
    expect_refused(bed, "Invalid timezone format");
    CONFIGURE(TYPE);
    expect_refused(bed, "converted.timezone is missing");
    CONFIGURE(TYPE, ZONE("UTC"), "transforms.t.include.list", "source:tz:a,source:tz:b");
    expect_refused(bed, "Invalid include list format");
    CONFIGURE(TYPE, ZONE("UTC"), "transforms.t.exclude.list", "tz");
    expect_refused(bed, "Invalid exclude list format");
    CONFIGURE(TYPE, ZONE("UTC"), "transforms.t.exclude.list", "tz:a", "transforms.t.include.list",
              "tz:a");
    expect_refused(bed, "Please specify only one");
}

static const char *again(const char *text)
{
    static char room[TR_ZONED_SIZE + 1];
    struct tr_zoned zoned;

    if (tr_zoned_read_timestamp(tr_slice_of(text), &zoned) < 0)
        return "refused";
    *tr_zoned_put_timestamp(room, &zoned) = '\0';
    return room;
}

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(again("2020-07-01T10:00Z"), "2020-07-01T10:00:00Z");
    assert_string_equal(again("+294247-01-01T00:00:00.000001-01:02:03"),
                        "+294247-01-01T00:00:00.000001-01:02:03");
    assert_string_equal(again("-0043-03-15T23:59:59.100Z"), "-0043-03-15T23:59:59.1Z");
    assert_string_equal(again("1999-12-31T00:00:00+05:30"), "1999-12-31T00:00:00+05:30");
    assert_string_equal(again("infinity"), "refused");
    assert_string_equal(again("2020-13-01T00:00:00Z"), "refused");
    assert_string_equal(again("2020-01-01T00:00:00"), "refused");
    assert_string_equal(again("2020-01-01T00:00:00Zx"), "refused");
    assert_string_equal(again(""), "refused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all, bed_setup, bed_teardown),
        cmocka_unit_test_setup_teardown(test_include, bed_setup, bed_teardown),
        cmocka_unit_test_setup_teardown(test_exclude, bed_setup, bed_teardown),
        cmocka_unit_test_setup_teardown(test_refused, bed_setup, bed_teardown),
        cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
