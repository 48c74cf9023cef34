/* What goes out: JSON, Avro, transforms; and a change's whole way into a batch. */
#include <stdlib.h>
#include <string.h>

#include "allocation/allocation.h"
#include "capture/capture.h"
#include "encode/avro/avro.h"
#include "encode/encoder.h"
#include "transform/bed.h"

static int encode(const struct tr_converter_options *options, const struct tr_schema *schema,
                  const struct tr_value *value, struct tr_diag *diag)
{
    struct tr_encoder *encoder;
    struct tr_encoding *encoding = NULL;
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice text;

    if (tr_json_encoder_new(options, &encoder, diag) < 0)
        return -1;
    tr_arena_init(&arena, 64, 1 << 20);
    int rc = tr_encoding_new(encoder, schema, "t", &encoding, diag);
    if (!rc) {
        tr_writer_begin(&writer, &arena);
        rc = tr_encoding_write(encoding, value, &writer, diag);
        if (tr_writer_end(&writer, &text) < 0)
            rc = tr_fail_memory(diag);
        if (!rc)
            tell(text);
    }
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
    tr_arena_finish(&arena);
    return rc;
}

static int encode_json(struct tr_diag *diag)
{
    const struct tr_converter_options options = {.schemas_enable = true};
    const struct tr_value row = bed_row();

    return encode(&options, bed_row_schema(), &row, diag);
}

static int encode_avro(struct tr_diag *diag)
{
    static const struct tr_avro_options options = {.metadata = true};
    const struct tr_value row = bed_row();
    struct tr_avro_node node;
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice text, bytes;

    tr_arena_init(&arena, 64, 1 << 20);
    int rc = tr_avro_render(bed_row_schema(), &options, &arena, &text, diag);
    if (!rc) {
        tell(text);
        rc = tr_avro_compile(bed_row_schema(), &options, &arena, &node, diag);
    }
    if (!rc) {
        tr_writer_begin(&writer, &arena);
        rc = tr_avro_write(&node, &row, &writer, diag);
        if (tr_writer_end(&writer, &bytes) < 0)
            rc = tr_fail_memory(diag);
        if (!rc)
            tell(bytes);
    }
    tr_arena_finish(&arena);
    return rc;
}

static int apply(struct bed *bed, struct tr_arena *arena, struct tr_diag *diag)
{
    struct tr_derivations *derivations = tr_derivations_new();
    struct tr_transform_context context = {.derivations = derivations, .scratch = arena};
    static const struct tr_converter_options plain = {0};
    struct tr_record record = bed->record;

    int rc =
        derivations ? tr_chain_apply(bed->chain, &context, &record, diag) : tr_fail_memory(diag);
    if (!rc) {
        tell(tr_slice_of(record.topic));
        rc = encode(&plain, record.value_schema, &record.value, diag);
    }
    tr_transform_context_finish(&context);
    tr_derivations_free(derivations);
    return rc;
}

static int transform(struct tr_diag *diag)
{
    static const char *const pairs[] = {
        "transforms",
        "unwrap add route hide",
        "transforms.unwrap.type",
        "io.debezium.transforms.ExtractNewRecordState",
        "transforms.unwrap.add.fields",
        "op,source.table",
        "transforms.add.type",
        "org.apache.kafka.connect.transforms.InsertField$Value",
        "transforms.add.static.field",
        "where",
        "transforms.add.static.value",
        "here",
        "transforms.route.type",
        "org.apache.kafka.connect.transforms.RegexRouter",
        "transforms.route.regex",
        "(.*)[.]t",
        "transforms.route.replacement",
        "$1-x",
        "transforms.hide.type",
        "org.apache.kafka.connect.transforms.MaskField$Value",
        "transforms.hide.fields",
        "name",
        NULL,
    };
    static struct bed bed; /* made with the first run, in which nothing fails */
    struct tr_arena arena;

    if (!bed.arena.cap) {
        tr_arena_init(&bed.arena, 4096, 1 << 20);
        bed_configure(&bed, pairs);
        bed_envelope(&bed, "c", (struct tr_value){.kind = TR_NULL}, bed_row());
    }
    bed.chain = NULL;
    tr_arena_init(&arena, 64, 1 << 20);
    int rc = tr_chain_new(&bed.options, &bed.chain, diag);
    if (!rc)
        rc = apply(&bed, &arena, diag);
    tr_chain_free(bed.chain);
    tr_arena_finish(&arena);
    return rc;
}

static int convert(const struct tr_plan_column *column, struct tr_slice bytes,
                   struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column, (void)scratch, (void)diag;
    *ret_value = tr_value_text(bytes);
    return 0;
}

static int map(const struct tr_type_map *types, struct tr_plan_column *column,
               struct tr_arena *arena, struct tr_diag *diag)
{
    (void)types, (void)arena, (void)diag;
    column->schema = &tr_shape_optional_string;
    column->convert = convert;
    column->unavailable = tr_value_text(TR_SLICE("unavailable"));
    return 0;
}

static void describe(const struct tr_type_map *types, const struct tr_column *column,
                     struct tr_column_facts *ret_facts)
{
    (void)types;
    *ret_facts = (struct tr_column_facts){.type = column->type_name, .scale = -1, .text = true};
}

/* With a filter, a mask and a key by rule, so that each has its part. */
static const struct tr_capture_options *capture_options(void)
{
    static const char *tables[] = {"public[.]t.*"}, *hidden[] = {".*[.]note"};
    static const struct tr_capture_options options = {
        .topic_prefix = "p",
        .topic_delimiter = ".",
        .skipped_operations = "t",
        .tombstones_on_delete = true,
        .table_include = {tables, 1},
        .column_exclude = {hidden, 1},
        .message_key_columns = "public.t:name,id",
    };
    return &options;
}

static int put_changes(struct tr_capturer *capturer, struct tr_capture_table *table,
                       struct tr_batch *batch, struct tr_diag *diag)
{
    const struct tr_cell row[] = {{TR_CELL_VALUE, TR_SLICE("7")},
                                  {TR_CELL_VALUE, TR_SLICE("Ann")},
                                  {TR_CELL_VALUE, TR_SLICE("secret")}};
    const struct tr_change create = {.op = TR_OP_CREATE, .after = row, .identity = 5};
    const struct tr_change gone = {.op = TR_OP_DELETE, .before = row, .identity = 6};
    int rc = 0;

    tr_source_set_time(capturer->source, -1);
    capturer->source[TR_SOURCE_DB] = tr_value_text(TR_SLICE("db"));
    for (int i = 0; !rc && i < 40; i++) /* enough for the batch to grow */
        rc = tr_capture_change(capturer, table, i % 2 ? &gone : &create, batch, diag);
    for (size_t i = 0; !rc && i < batch->count; i++) {
        struct tr_slice value = batch->messages[i].value;
        tell(batch->messages[i].key);
        tell((struct tr_slice){value.p, TR_MIN(value.n, 80)}); /* later comes the clock's time */
    }
    return rc;
}

static int capture(struct tr_diag *diag)
{
    static const struct tr_column columns[] = {{.name = "id", .type_name = "text"},
                                               {.name = "name", .type_name = "text"},
                                               {.name = "note", .type_name = "text"}};
    static const unsigned key[] = {0};
    static const struct tr_table table = {
        .schema = "public", .name = "t", .columns = columns, .ncolumns = 3, .key = key, .nkey = 1};
    const struct tr_type_map types = {.map = map, .describe = describe};
    struct tr_batch *batch = tr_batch_new(64, 1 << 20);
    struct tr_capture_table *captured = NULL;
    struct tr_capture *capture = NULL;
    struct tr_capturer capturer = {.capture = NULL};
    struct tr_arena arena;

    tr_arena_init(&arena, 64, 1 << 20);
    const struct tr_capture_params params = {
        .options = capture_options(),
        .connector = "postgresql",
        .source_schema = batch ? tr_source_schema_new(&arena, "Source", NULL, 0) : NULL,
        .types = &types,
    };
    int rc = params.source_schema ? tr_capture_new(&params, &capture, diag) : tr_fail_memory(diag);
    if (!rc)
        rc = tr_capture_table_new(capture, &table, &captured, diag);
    if (!rc)
        rc = tr_capturer_init(&capturer, capture, diag);
    if (!rc)
        rc = put_changes(&capturer, captured, batch, diag);
    tr_batch_free(batch);
    if (capturer.capture)
        tr_capturer_finish(&capturer);
    tr_capture_table_free(captured);
    tr_capture_free(capture);
    tr_arena_finish(&arena);
    return rc;
}

const struct scenario encoding_scenarios[] = {
    {"JSON", encode_json}, {"Avro", encode_avro}, {"transforms", transform},
    {"a change", capture}, {NULL, NULL},
};
