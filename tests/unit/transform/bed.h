/* A record, a chain, and what comes out, as text: for the tests of transforms. */
#ifndef TR_TESTS_UNIT_TRANSFORM_BED_H
#define TR_TESTS_UNIT_TRANSFORM_BED_H

#include <stdio.h>
#include <stdlib.h>

#include "encode/encoder.h"
#include "record/logical.h"
#include "support/cmocka.h"
#include "transform/shape.h"
#include "transform/transform.h"

struct bed {
    struct tr_arena arena;
    struct tr_property properties[32];
    const char *aliases[16], *predicates[4];
    struct tr_transform_options options;
    struct tr_chain *chain;
    struct tr_derivations *derivations[16], *own; /* of each run; see bed_run */
    size_t runs;
    struct tr_record record;
    struct tr_diag diag;
};

static inline int bed_setup(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);

    assert_non_null(bed);
    tr_arena_init(&bed->arena, 4096, 1 << 24);
    *state = bed;
    return 0;
}

static inline int bed_teardown(void **state)
{
    struct bed *bed = *state;

    tr_chain_free(bed->chain);
    tr_derivations_free(bed->own);
    for (size_t i = 0; i < bed->runs; i++)
        tr_derivations_free(bed->derivations[i]);
    tr_arena_finish(&bed->arena);
    free(bed);
    return 0;
}

/* The row: id, name, age (null, default 18), score, born, at, bal (scale 2), bin, ok. */
static inline const struct tr_schema *bed_row_schema(void)
{
    static const struct tr_value eighteen = {.kind = TR_INTEGER, .integer = 18};
    static const struct tr_schema int32 = {.type = TR_TYPE_INT32};
    static const struct tr_schema age = {
        .type = TR_TYPE_INT16, .optional = true, .default_value = &eighteen};
    static const struct tr_schema score = {.type = TR_TYPE_FLOAT64, .optional = true};
    static const struct tr_schema_parameter scale[] = {{"scale", "2"}};
    static const struct tr_schema bal = {.type = TR_TYPE_BYTES,
                                         .optional = true,
                                         .name = "org.apache.kafka.connect.data.Decimal",
                                         .version = 1,
                                         .parameters = scale,
                                         .nparameters = 1};
    static const struct tr_schema bin = {.type = TR_TYPE_BYTES, .optional = true};
    static const struct tr_schema ok = {.type = TR_TYPE_BOOLEAN};
    static const struct tr_field fields[] = {
        {"id", &int32},
        {"name", &tr_shape_optional_string},
        {"age", &age},
        {"score", &score},
        {"born", &tr_logical_date},
        {"at", &tr_logical_timestamp},
        {"bal", &bal},
        {"bin", &bin},
        {"ok", &ok},
    };
    static const struct tr_schema row = {.type = TR_TYPE_STRUCT,
                                         .optional = true,
                                         .name = "s.t.Value",
                                         .fields = fields,
                                         .nfields = TR_COUNT(fields)};
    return &row;
}

static inline struct tr_value bed_row(void)
{
    static const struct tr_value items[] = {
        {.kind = TR_INTEGER, .integer = 1},
        {.kind = TR_TEXT, .bytes = {"Ann", 3}},
        {.kind = TR_NULL},
        {.kind = TR_DOUBLE, .float64 = 1.5},
        {.kind = TR_INTEGER, .integer = 7305},
        {.kind = TR_INTEGER, .integer = 1577872800123},
        {.kind = TR_BYTES, .bytes = {"\x04\x1a", 2}},
        {.kind = TR_BYTES, .bytes = {"\x01", 1}},
        {.kind = TR_BOOLEAN, .boolean = true},
    };
    return tr_value_items(items, TR_COUNT(items));
}

static inline const struct tr_schema *bed_key_schema(void)
{
    static const struct tr_schema int32 = {.type = TR_TYPE_INT32};
    static const struct tr_field fields[] = {{"id", &int32}};
    static const struct tr_schema key = {
        .type = TR_TYPE_STRUCT, .name = "s.t.Key", .fields = fields, .nfields = 1};
    return &key;
}

/* A key, a row and one header, on their way to topic s.t. */
static inline void bed_flat(struct bed *bed)
{
    static const struct tr_value id = {.kind = TR_INTEGER, .integer = 1};
    static const struct tr_record_header headers[] = {
        {"h", &tr_shape_string, {.kind = TR_TEXT, .bytes = {"v", 1}}}};

    bed->record = (struct tr_record){
        .topic = "s.t",
        .partition = -1,
        .key_schema = bed_key_schema(),
        .value_schema = bed_row_schema(),
        .key = tr_value_items(&id, 1),
        .value = bed_row(),
        .headers = headers,
        .nheaders = 1,
    };
}

/* The same in an envelope. before or after may be a null. */
static inline void bed_envelope(struct bed *bed, const char *op, struct tr_value before,
                                struct tr_value after)
{
    static const struct tr_schema int64 = {.type = TR_TYPE_INT64, .optional = true};
    static const struct tr_field source_fields[] = {{"table", &tr_shape_string}, {"lsn", &int64}};
    static const struct tr_schema source = {
        .type = TR_TYPE_STRUCT, .fields = source_fields, .nfields = 2};
    static const struct tr_value source_items[] = {{.kind = TR_TEXT, .bytes = {"t", 1}},
                                                   {.kind = TR_INTEGER, .integer = 77}};
    struct tr_field *fields = tr_arena_zalloc(&bed->arena, 5, sizeof *fields);
    struct tr_schema *envelope = tr_arena_zalloc(&bed->arena, 1, sizeof *envelope);
    struct tr_value *items = tr_arena_zalloc(&bed->arena, 5, sizeof *items);

    bed_flat(bed);
    fields[0] = (struct tr_field){"before", bed_row_schema()};
    fields[1] = (struct tr_field){"after", bed_row_schema()};
    fields[2] = (struct tr_field){"source", &source};
    fields[3] = (struct tr_field){"op", &tr_shape_string};
    fields[4] = (struct tr_field){"ts_ms", &int64};
    *envelope = (struct tr_schema){
        .type = TR_TYPE_STRUCT, .name = "s.t.Envelope", .fields = fields, .nfields = 5};
    items[0] = before;
    items[1] = after;
    items[2] = tr_value_items(source_items, 2);
    items[3] = tr_value_text(tr_slice_of(op));
    items[4] = tr_value_integer(5);
    bed->record.value_schema = envelope;
    bed->record.value = tr_value_items(items, 5);
}

static inline void bed_tombstone(struct bed *bed)
{
    bed_flat(bed);
    bed->record.value_schema = NULL;
    bed->record.value = (struct tr_value){.kind = TR_NULL};
}

/* Pairs of a property and its value; "transforms" and "predicates" name aliases by blanks. */
static inline void bed_configure(struct bed *bed, const char *const *pairs)
{
    struct tr_transform_options *options = &bed->options;

    *options = (struct tr_transform_options){0};
    for (; *pairs; pairs += 2) {
        bool chain = strcmp(pairs[0], "transforms") == 0;
        if (!chain && strcmp(pairs[0], "predicates") != 0) {
            bed->properties[options->properties.count++] = (struct tr_property){pairs[0], pairs[1]};
            continue;
        }
        struct tr_list *list = chain ? &options->transforms : &options->predicates;
        const char **items = chain ? bed->aliases : bed->predicates;
        char *text = tr_arena_strdup(&bed->arena, tr_slice_of(pairs[1]));
        for (char *item = strtok(text, " "); item; item = strtok(NULL, " "))
            items[list->count++] = item;
        list->items = items;
    }
    options->properties.items = bed->properties;
}

#define CONFIGURE(...)                                                                             \
    bed_configure(bed, (const char *const[]){"transforms", "t", __VA_ARGS__, NULL})

/* Make the chain and run it over the record: as tr_chain_apply. Each run derives anew, for its
 * chain may lie where the one before did; what was derived stays for the assertions. */
static inline int bed_run(struct bed *bed)
{
    assert_true(bed->runs < TR_COUNT(bed->derivations));
    struct tr_derivations *derivations = tr_derivations_new();
    struct tr_transform_context context = {.derivations = derivations, .scratch = &bed->arena};

    bed->derivations[bed->runs++] = derivations;
    tr_chain_free(bed->chain);
    tr_derivations_free(bed->own);
    bed->own = NULL;
    if (tr_chain_new(&bed->options, &bed->chain, &bed->diag) < 0)
        return -1;
    int rc = tr_chain_apply(bed->chain, &context, &bed->record, &bed->diag);
    bed->own = context.own;
    return rc;
}

/* A value as JSON, without schema. */
static inline const char *bed_json(struct bed *bed, const struct tr_schema *schema,
                                   const struct tr_value *value)
{
    const struct tr_converter_options options = {0};
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_writer writer;
    struct tr_slice json;

    if (!schema)
        return "none";
    assert_int_equal(tr_json_encoder_new(&options, &encoder, &bed->diag), 0);
    assert_int_equal(tr_encoding_new(encoder, schema, "t", &encoding, &bed->diag), 0);
    tr_writer_begin(&writer, &bed->arena);
    assert_int_equal(tr_encoding_write(encoding, value, &writer, &bed->diag), 0);
    tr_writer_char(&writer, '\0');
    assert_int_equal(tr_writer_end(&writer, &json), 0);
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
    return json.p;
}

static inline const char *bed_value(struct bed *bed)
{
    return bed_json(bed, bed->record.value_schema, &bed->record.value);
}

static inline const char *bed_key(struct bed *bed)
{
    return bed_json(bed, bed->record.key_schema, &bed->record.key);
}

/* A header's value as SimpleHeaderConverter writes it; NULL: there is no such header. */
static inline const char *bed_header(struct bed *bed, const char *name)
{
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_writer writer;
    struct tr_slice text;

    for (size_t i = 0; i < bed->record.nheaders; i++) {
        const struct tr_record_header *header = &bed->record.headers[i];
        if (strcmp(header->name, name) != 0)
            continue;
        if (!header->schema)
            return "none";
        assert_int_equal(tr_simple_header_encoder_new(&encoder, &bed->diag), 0);
        assert_int_equal(tr_encoding_new(encoder, header->schema, "t", &encoding, &bed->diag), 0);
        tr_writer_begin(&writer, &bed->arena);
        assert_int_equal(tr_encoding_write(encoding, &header->value, &writer, &bed->diag), 0);
        tr_writer_char(&writer, '\0');
        assert_int_equal(tr_writer_end(&writer, &text), 0);
        tr_encoding_free(encoding);
        tr_encoder_free(encoder);
        return text.p;
    }
    return NULL;
}

#endif
