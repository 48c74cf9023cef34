/* An envelope as a CloudEvent; what is none is null. */
#include <stdio.h>

#include "encode/encoder.h"
#include "support/cmocka.h"

#define JSON_DEFAULTS                                                                              \
    .class = TR_CONVERTER_CLOUDEVENTS,                                                             \
    .cloudevents = {.replace_null = true, .metadata_source = {sources, 3},

static const char *sources[] = {"value", "id:generate", "type:generate", "traceparent:header",
                                "dataSchemaName:generate"};

static const struct tr_schema text = {.type = TR_TYPE_STRING};
static const struct tr_schema number = {.type = TR_TYPE_INT64, .optional = true};
static const struct tr_schema int32 = {.type = TR_TYPE_INT32};
static const struct tr_value no = {.kind = TR_TEXT, .bytes = {"false", 5}};
static const struct tr_schema snapshot = {
    .type = TR_TYPE_STRING, .optional = true, .default_value = &no};

/* An envelope of PostgreSQL's connector or of MySQL's, of one row. */
static void envelope(bool postgres, struct tr_schema *ret_schema, struct tr_value *ret_value,
                     struct tr_arena *arena)
{
    static const struct tr_field row_fields[] = {{"id", &int32}};
    static const struct tr_schema row = {
        .type = TR_TYPE_STRUCT, .optional = true, .fields = row_fields, .nfields = 1};
    static const struct tr_field postgres_fields[] = {
        {"connector", &text}, {"name", &text},   {"ts_ms", &number}, {"snapshot", &snapshot},
        {"lsn", &number},     {"txId", &number}, {"sequence", &text}};
    static const struct tr_field mysql_fields[] = {
        {"connector", &text}, {"name", &text}, {"ts_ms", &number}, {"snapshot", &snapshot},
        {"pos", &number},     {"row", &int32}, {"file", &text}};
    struct tr_schema *source = tr_arena_zalloc(arena, 1, sizeof *source);
    struct tr_field *fields = tr_arena_zalloc(arena, 4, sizeof *fields);
    struct tr_value *items = tr_arena_zalloc(arena, 12, sizeof *items);

    *source = (struct tr_schema){.type = TR_TYPE_STRUCT,
                                 .name = postgres ? "io.debezium.connector.postgresql.Source"
                                                  : "io.debezium.connector.mysql.Source",
                                 .fields = postgres ? postgres_fields : mysql_fields,
                                 .nfields = 7};
    fields[0] = (struct tr_field){"before", &row};
    fields[1] = (struct tr_field){"after", &row};
    fields[2] = (struct tr_field){"source", source};
    fields[3] = (struct tr_field){"op", &text};
    items[4] = tr_value_text(postgres ? TR_SLICE("postgresql") : TR_SLICE("mysql"));
    items[5] = tr_value_text(TR_SLICE("srv"));
    items[6] = tr_value_integer(1577872800123);
    items[8] = tr_value_integer(77);
    items[9] = tr_value_integer(5);
    items[10] = tr_value_text(TR_SLICE("s\"1"));
    items[11] = tr_value_integer(1);
    items[1] = tr_value_items(&items[11], 1);
    items[2] = tr_value_items(&items[4], 7);
    items[3] = tr_value_text(TR_SLICE("c"));
    *ret_schema = (struct tr_schema){
        .type = TR_TYPE_STRUCT, .name = "srv.t.Envelope", .fields = fields, .nfields = 4};
    *ret_value = tr_value_items(items, 4);
}

/* wanted NULL: a null message. */
static void expect(const struct tr_converter_options *options, const struct tr_schema *schema,
                   const struct tr_value *value, const char *wanted)
{
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice bytes;
    struct tr_diag diag;

    tr_arena_init(&arena, 4096, 1 << 20);
    assert_int_equal(tr_encoder_new(options, false, &encoder, &diag), 0);
    assert_int_equal(tr_encoding_new(encoder, schema, "t", &encoding, &diag), 0);
    tr_writer_begin(&writer, &arena);
    assert_int_equal(tr_encoding_write(encoding, value, &writer, &diag), wanted ? 0 : 1);
    tr_writer_char(&writer, '\0');
    assert_int_equal(tr_writer_end(&writer, &bytes), 0);
    if (wanted)
        assert_string_equal(bytes.p, wanted);
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
    tr_arena_finish(&arena);
}

#define EVENT(kind, id)                                                                            \
    "{\"id\":\"name:srv;" id "\",\"source\":\"/debezium/" kind "/srv\",\"specversion\":\"1.0\","   \
    "\"type\":\"io.debezium.connector." kind ".DataChangeEvent\","                                 \
    "\"time\":\"2020-01-01T10:00:00.123Z\",\"datacontenttype\":\"application/json\","

static void test_events(void **state){const struct tr_converter_options plain = {JSON_DEFAULTS}};
const struct tr_converter_options full = {JSON_DEFAULTS.extensions = true, .data_schemas = true}
}
;
struct tr_arena arena;
struct tr_schema schema;
struct tr_value value;

(void)state;
tr_arena_init(&arena, 4096, 1 << 20);
envelope(true, &schema, &value, &arena);
expect(&plain, &schema, &value,
       EVENT("postgresql",
             "lsn:77;txId:5;sequence:s\\\"1") "\"data\":{\"before\":null,\"after\":{\"id\":1}}}");
expect(
    &full, &schema, &value,
    EVENT("postgresql",
          "lsn:77;txId:5;sequence:s\\\"1") "\"iodebeziumop\":\"c\",\"iodebeziumconnector\":"
                                           "\"postgresql\","
                                           "\"iodebeziumname\":\"srv\",\"iodebeziumtsms\":"
                                           "\"1577872800123\","
                                           "\"iodebeziumsnapshot\":\"false\",\"iodebeziumlsn\":"
                                           "\"77\",\"iodebeziumtxId\":\"5\","
                                           "\"iodebeziumsequence\":\"s\\\"1\",\"iodebeziumtxid\":"
                                           "null,"
                                           "\"iodebeziumtxtotalorder\":null,"
                                           "\"iodebeziumtxdatacollectionorder\":null,"
                                           "\"data\":{\"schema\":{\"type\":\"struct\",\"fields\":[{"
                                           "\"type\":\"struct\",\"fields\":["
                                           "{\"type\":\"int32\",\"optional\":false,\"field\":"
                                           "\"id\"}],\"optional\":true,"
                                           "\"field\":\"before\"},{\"type\":\"struct\",\"fields\":["
                                           "{\"type\":\"int32\",\"optional\":false,\"field\":"
                                           "\"id\"}],\"optional\":true,"
                                           "\"field\":\"after\"}],\"optional\":false,"
                                           "\"name\":\"io.debezium.connector.postgresql.Data\"},"
                                           "\"payload\":{\"before\":null,\"after\":{\"id\":1}}}}");
envelope(false, &schema, &value, &arena);
expect(&plain, &schema, &value,
       EVENT("mysql", "file:s\\\"1;pos:77") "\"data\":{\"before\":null,\"after\":{\"id\":1}}}");
schema.name = "srv.t.Value";
expect(&plain, &schema, &value, NULL);
tr_arena_finish(&arena);
}

static void refuses(const char **list, size_t n, bool tracing, const char *words)
{
    const struct tr_converter_options options = {
        .class = TR_CONVERTER_CLOUDEVENTS,
        .cloudevents = {.tracing = tracing, .metadata_source = {list, n}},
    };
    struct tr_encoder *encoder;
    struct tr_diag diag;

    assert_int_equal(tr_encoder_new(&options, false, &encoder, &diag), -1);
    assert_non_null(strstr(diag.message, words));
}

static void test_sources(void **state)
{
    const char *header[] = {"header", "id:generate", "type:generate"};
    const char *unknown[] = {"value", "time:generate"};
    const char *alone[] = {"value"};
    const char *id[] = {"value", "id:header", "type:generate"};
    const struct tr_converter_options usual = {.class = TR_CONVERTER_CLOUDEVENTS,
                                               .cloudevents = {.metadata_source = {sources, 5}}};
    struct tr_encoder *encoder;
    struct tr_diag diag;

    (void)state;
    refuses(header, 3, false, "not from headers");
    refuses(unknown, 2, false, "time:generate");
    refuses(alone, 1, false, "id:generate");
    refuses(id, 3, false, "not from headers");
    refuses(NULL, 0, false, "must begin");
    refuses(sources, 5, true, "opentelemetry");
    assert_int_equal(tr_encoder_new(&usual, false, &encoder, &diag), 0);
    tr_encoder_free(encoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_sources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
