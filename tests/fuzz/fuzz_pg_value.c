/*
 * Any text as a value (or default expression) of any PostgreSQL type in any mode: converted or
 * refused, and what is converted fits the schema that the column's plan announces.
 *
 * The input: type, modes, atttypmod (2 bytes), form; then the text.
 */
#include "encode/encoder.h"
#include "fuzz.h"
#include "source/postgres/pg-type.h"
#include "source/postgres/types.h"

enum { TYPE, MODES, MODIFIER, FORM = MODIFIER + 2, HEAD };
enum { FORM_ARRAY = 1, FORM_NOT_NULL = 2, FORM_DEFAULT = 4, FORM_DOMAIN = 8 };

struct column {
    struct tr_arena arena, scratch;
    struct tr_capture_options options;
    struct tr_pg_type type, array, domain;
    struct tr_column column;
    struct tr_plan_column plan;
    struct tr_diag diag;
};

static void choose_type(struct column *column, unsigned char which)
{
    static const struct {
        uint32_t oid;
        const char *name;
    } types[] = {
        {16, "bool"},       {17, "bytea"},       {18, "char"},        {20, "int8"},
        {21, "int2"},       {22, "int2vector"},  {23, "int4"},        {25, "text"},
        {26, "oid"},        {30, "oidvector"},   {114, "json"},       {600, "point"},
        {603, "box"},       {700, "float4"},     {701, "float8"},     {790, "money"},
        {1082, "date"},     {1083, "time"},      {1114, "timestamp"}, {1184, "timestamptz"},
        {1186, "interval"}, {1266, "timetz"},    {1560, "bit"},       {1562, "varbit"},
        {1700, "numeric"},  {2950, "uuid"},      {3614, "tsvector"},  {20000, "hstore"},
        {20001, "mood"},    {20002, "whatever"},
    };
    static const char *const labels[] = {"sad", "h a"};
    static const struct tr_pg_type int2 = {.oid = 21, .name = "int2", .kind = 'b', .category = 'N'};
    static const struct tr_pg_type oid = {.oid = 26, .name = "oid", .kind = 'b', .category = 'N'};
    size_t i = which % TR_COUNT(types);

    column->type = (struct tr_pg_type){
        .oid = types[i].oid, .schema = "s", .name = types[i].name, .kind = 'b', .category = 'U'};
    if (column->type.oid == 22 || column->type.oid == 30) {
        column->type.category = 'A';
        column->type.element = column->type.oid == 22 ? &int2 : &oid;
    } else if (column->type.oid == 20001) {
        column->type.kind = 'e';
        column->type.labels = labels;
        column->type.nlabels = TR_COUNT(labels);
    }
}

static const struct tr_pg_type *dress_type(struct column *column, unsigned form, int32_t modifier)
{
    const struct tr_pg_type *type = &column->type;

    if (form & FORM_ARRAY) {
        column->array = (struct tr_pg_type){.oid = 30000,
                                            .schema = "s",
                                            .name = "_x",
                                            .kind = 'b',
                                            .category = 'A',
                                            .element = type};
        type = &column->array;
    }
    if (form & FORM_DOMAIN) {
        column->domain = (struct tr_pg_type){.oid = 30001,
                                             .schema = "s",
                                             .name = "d",
                                             .kind = 'd',
                                             .category = type->category,
                                             .base = type,
                                             .base_modifier = modifier};
        type = &column->domain;
    }
    return type;
}

static void choose_modes(struct column *column, unsigned char modes)
{
    column->options = (struct tr_capture_options){
        .unavailable_placeholder = "__debezium_unavailable_value",
        .time_precision = (enum tr_time_precision)(modes % 6),
        .decimal_handling = (enum tr_decimal_handling)(modes % 3),
        .binary_handling = (enum tr_binary_handling)(modes % 4),
        .interval_handling = (enum tr_interval_handling)(modes % 2),
        .hstore_handling = (enum tr_hstore_handling)(modes % 2),
        .money_fraction_digits = modes % 5,
        .include_unknown = modes & 128,
    };
}

/* A text that isn't UTF-8 and a null are the world's mistakes, a misfit is ours. */
static void check_fits(struct column *column, const struct tr_value *value)
{
    static const struct tr_converter_options options = {.schemas_enable = true};
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_writer writer;
    struct tr_slice json;
    struct tr_diag diag;

    FUZZ_CHECK(tr_json_encoder_new(&options, &encoder, &diag) == 0);
    if (tr_encoding_new(encoder, column->plan.schema, "t", &encoding, &diag) == 0) {
        tr_writer_begin(&writer, &column->scratch);
        int rc = tr_encoding_write(encoding, value, &writer, &diag);
        FUZZ_CHECK(rc == 0 || diag.cls == TR_DATA);
        FUZZ_CHECK(tr_writer_end(&writer, &json) == 0);
        tr_encoding_free(encoding);
    } else {
        /* a default that isn't UTF-8, which no catalog of a UTF-8 database holds */
        FUZZ_CHECK(column->column.default_text && diag.cls != TR_BUG);
    }
    tr_encoder_free(encoder);
}

static void convert(struct column *column, struct tr_slice text)
{
    struct tr_value value = {0};
    int rc = column->plan.convert(&column->plan, text, &column->scratch, &value, &column->diag);

    if (rc == 0)
        check_fits(column, &value);
    else
        FUZZ_CHECK(rc < 0 && column->diag.cls == TR_DATA && column->diag.message[0]);
}

static void run(struct column *column, const uint8_t *head, char *text, size_t n)
{
    struct tr_pg_type_map types;
    int32_t modifier = (int16_t)(head[MODIFIER] << 8 | head[MODIFIER + 1]) * 4 - 1;
    bool as_default = head[FORM] & FORM_DEFAULT;

    choose_type(column, head[TYPE]);
    choose_modes(column, head[MODES]);
    column->column = (struct tr_column){
        .name = "c",
        .type_name = "t",
        .type = dress_type(column, head[FORM], modifier),
        .modifier = head[FORM] & FORM_DOMAIN ? -1 : modifier,
        .optional = !(head[FORM] & FORM_NOT_NULL),
        .default_text = as_default ? text : NULL,
    };
    column->plan = (struct tr_plan_column){.column = &column->column};
    tr_pg_type_map_init(&types, &column->options);
    int rc = types.map.map(&types.map, &column->plan, &column->arena, &column->diag);
    FUZZ_CHECK(rc >= 0 || column->diag.cls != TR_BUG);
    if (rc)
        return;
    check_fits(column, &column->plan.filler);
    check_fits(column, &column->plan.unavailable);
    if (!as_default)
        convert(column, (struct tr_slice){text, n});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct column column = {.diag = {.message = ""}};

    if (size < HEAD)
        return 0;
    size_t n = size - HEAD;
    bool terminated = data[FORM] & FORM_DEFAULT;
    char *text = malloc(n + 1); /* its own block: a sanitizer sees a read beyond it */
    FUZZ_CHECK(text);
    memcpy(text, data + HEAD, n);
    if (terminated)
        text[n] = '\0';
    else
        text = realloc(text, n ? n : 1);
    tr_arena_init(&column.arena, 4096, 16 << 20);
    tr_arena_init(&column.scratch, 4096, 64 << 20);
    run(&column, data, text, n);
    tr_arena_finish(&column.arena);
    tr_arena_finish(&column.scratch);
    free(text);
    return 0;
}
