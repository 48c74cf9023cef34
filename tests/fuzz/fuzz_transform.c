/* Whatever record meets whatever chain: it is refused with a message, dropped, or comes out as a
 * record that its schemas describe and that the encoders can write; twice the same. The input says
 * which transforms with which options, then which schema and which values; where it ends, zeros
 * follow. */
#include <jansson.h>
#include <string.h>

#include "encode/encoder.h"
#include "fuzz.h"
#include "transform/shape.h"
#include "transform/transform-impl.h"

#define TRANSFORMS 4
#define PROPERTIES 64
#define FIELDS     6

struct fuzz {
    const uint8_t *p, *end;
    struct tr_arena arena;
    struct tr_property properties[PROPERTIES];
    size_t nproperties;
};

static unsigned take(struct fuzz *fuzz, unsigned n)
{
    return fuzz->p < fuzz->end ? *fuzz->p++ % n : 0;
}

static void *room(struct fuzz *fuzz, size_t count, size_t size)
{
    void *place = tr_arena_zalloc(&fuzz->arena, count, size);

    FUZZ_CHECK(place);
    return place;
}

/* Texts that mean something to an option, a field or a value somewhere. */
static const char *const words[] = {
    "id",  "name",    "op",   "before",      "after",         "source", "ts_ms", "table", "a",
    "b.c", "payload", "type", "aggregateid", "aggregatetype", "v",      "t",     "",      "x",
};
static const char *const texts[] = {
    "id,name",
    "id:int32,name:string",
    "string",
    "int64",
    "float64,a:boolean",
    "after.id",
    "`b.c`",
    "source.table:t,op",
    "(.*)",
    "(a)(b)?",
    "$1",
    "${x}",
    "x-$1-y",
    "unix",
    "yyyy-MM-dd'T'HH:mm:ss.SSSX",
    "EEE, d MMM yyyy",
    "${topic}-${timestamp}",
    "yyyyMMdd",
    "h",
    "h,g",
    "change.id,source.table",
    "id:header:i",
    "id:envelope,name:partition",
    "Europe/Berlin",
    "+02:00",
    "UTC",
    "topic:s.t",
    "1",
    "-7",
    "3.5",
    "true",
    "2024-02-29T23:59:59.999Z",
    "{\"a\":{\"b\":[1,null,\"x\"]}}",
    "[{\"a\":1},{\"b\":2}]",
    "value.op == 'u'",
    "value.id > 1",
    "for k in pairs(value) do end return true",
    "topic .. 'x'",
    "value.after.id % 2 == 0",
    "\xc3\xa9\xe2\x82\xac",
    ".*",
    "insert",
    "all",
    "lua",
    "s.t",
};

/* A word, or letters of the input itself. */
static const char *take_text(struct fuzz *fuzz)
{
    unsigned choice = take(fuzz, (unsigned)(TR_COUNT(texts) + TR_COUNT(words)) + 8);

    if (choice < TR_COUNT(texts))
        return texts[choice];
    if (choice < TR_COUNT(texts) + TR_COUNT(words))
        return words[choice - TR_COUNT(texts)];
    size_t n = take(fuzz, 24);
    char *text = room(fuzz, n + 1, 1);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(' ' + take(fuzz, 95));
    return text;
}

static const char *take_option(struct fuzz *fuzz, const struct tr_option *option)
{
    static const char *const numbers[] = {"1", "0", "-1", "3", "1000000"};
    size_t n = 0;

    if (take(fuzz, 8) == 7)
        return take_text(fuzz);
    switch (option->type) {
    case TR_OPTION_BOOLEAN:
        return take(fuzz, 2) ? "true" : "false";
    case TR_OPTION_INT:
    case TR_OPTION_LONG:
        return numbers[take(fuzz, TR_COUNT(numbers))];
    case TR_OPTION_CHOICE:
        while (option->choices[n].name)
            n++;
        return option->choices[take(fuzz, (unsigned)n)].name;
    default:
        return take_text(fuzz);
    }
}

static void add_property(struct fuzz *fuzz, const char *name, const char *value)
{
    FUZZ_CHECK(name && value);
    if (fuzz->nproperties < PROPERTIES)
        fuzz->properties[fuzz->nproperties++] = (struct tr_property){name, value};
}

static void configure(struct fuzz *fuzz, const char *family, const char *alias,
                      const struct tr_transform_impl *impl)
{
    add_property(fuzz, tr_arena_printf(&fuzz->arena, "%s.%s.type", family, alias),
                 impl->class_name);
    for (size_t i = 0; i < impl->noptions; i++) {
        const struct tr_option *option = &impl->options[i];
        if (strchr(option->name, '*') || (!option->required && take(fuzz, 3) == 0))
            continue;
        add_property(fuzz, tr_arena_printf(&fuzz->arena, "%s.%s.%s", family, alias, option->name),
                     take_option(fuzz, option));
    }
}

static const struct tr_transform_impl *take_class(struct fuzz *fuzz,
                                                  const struct tr_transform_impl *const *table)
{
    unsigned n = 0;

    while (table[n])
        n++;
    return table[take(fuzz, n)];
}

static struct tr_transform_options take_chain(struct fuzz *fuzz)
{
    static const char *aliases[] = {"a", "b", "c", "d"}, *predicate = "p";
    size_t n = 1 + take(fuzz, TRANSFORMS);

    for (size_t i = 0; i < n; i++) {
        configure(fuzz, "transforms", aliases[i], take_class(fuzz, tr_transforms));
        if (take(fuzz, 4) == 3)
            add_property(fuzz, tr_arena_printf(&fuzz->arena, "transforms.%s.predicate", aliases[i]),
                         "p");
    }
    configure(fuzz, "predicates", "p", take_class(fuzz, tr_predicates));
    return (struct tr_transform_options){
        .transforms = {aliases, n},
        .predicates = {&predicate, 1},
        .properties = {.items = fuzz->properties, .count = fuzz->nproperties},
    };
}

static const struct {
    enum tr_type type;
    const char *name;
} plain[] = {
    {TR_TYPE_INT8, NULL},
    {TR_TYPE_INT16, NULL},
    {TR_TYPE_INT32, NULL},
    {TR_TYPE_INT64, NULL},
    {TR_TYPE_FLOAT32, NULL},
    {TR_TYPE_FLOAT64, NULL},
    {TR_TYPE_BOOLEAN, NULL},
    {TR_TYPE_STRING, NULL},
    {TR_TYPE_STRING, NULL},
    {TR_TYPE_BYTES, NULL},
    {TR_TYPE_BYTES, "org.apache.kafka.connect.data.Decimal"},
    {TR_TYPE_INT32, "org.apache.kafka.connect.data.Date"},
    {TR_TYPE_INT32, "org.apache.kafka.connect.data.Time"},
    {TR_TYPE_INT64, "org.apache.kafka.connect.data.Timestamp"},
    {TR_TYPE_INT32, "io.debezium.time.Date"},
    {TR_TYPE_INT64, "io.debezium.time.Timestamp"},
    {TR_TYPE_INT64, "io.debezium.time.MicroTimestamp"},
    {TR_TYPE_INT64, "io.debezium.time.NanoTimestamp"},
    {TR_TYPE_STRING, "io.debezium.time.ZonedTimestamp"},
    {TR_TYPE_STRING, "io.debezium.data.Json"},
    {TR_TYPE_ARRAY, NULL},
    {TR_TYPE_MAP, NULL},
    {TR_TYPE_STRUCT, NULL},
};
#define SCALARS (TR_COUNT(plain) - 3)

static struct tr_value take_value(struct fuzz *fuzz, const struct tr_schema *schema);
static struct tr_schema *take_schema(struct fuzz *fuzz, unsigned depth);

static void take_fields(struct fuzz *fuzz, struct tr_schema *schema, unsigned depth)
{
    size_t n = take(fuzz, FIELDS + 1);
    struct tr_field *fields = room(fuzz, n, sizeof *fields);

    schema->fields = fields;
    for (size_t i = 0; i < n; i++) {
        const char *name = words[take(fuzz, TR_COUNT(words))];
        bool there = false;
        for (size_t k = 0; k < schema->nfields; k++)
            there = there || strcmp(fields[k].name, name) == 0;
        if (!there)
            fields[schema->nfields++] = (struct tr_field){name, take_schema(fuzz, depth)};
    }
}

static struct tr_schema *take_keys(struct fuzz *fuzz)
{
    struct tr_schema *schema = take_schema(fuzz, 0);

    schema->optional = false;
    return schema;
}

/* depth 0: no more structs, arrays and maps. */
static struct tr_schema *take_schema(struct fuzz *fuzz, unsigned depth)
{
    static const struct tr_schema_parameter scales[] = {{"scale", "2"}, {"scale", "0"}};
    unsigned choice = take(fuzz, depth ? TR_COUNT(plain) : SCALARS);
    struct tr_schema *schema = room(fuzz, 1, sizeof *schema);

    schema->type = plain[choice].type;
    schema->name = plain[choice].name;
    if (schema->name && schema->type == TR_TYPE_BYTES) {
        schema->parameters = &scales[take(fuzz, 2)];
        schema->nparameters = 1;
    }
    if (schema->type == TR_TYPE_STRUCT)
        take_fields(fuzz, schema, depth - 1);
    if (schema->type == TR_TYPE_MAP)
        schema->keys = take_keys(fuzz);
    if (schema->type == TR_TYPE_MAP || schema->type == TR_TYPE_ARRAY)
        schema->items = take_schema(fuzz, depth - 1);
    if (schema->type < TR_TYPE_ARRAY && take(fuzz, 8) == 7) { /* columns have defaults */
        struct tr_value *otherwise = room(fuzz, 1, sizeof *otherwise);
        *otherwise = take_value(fuzz, schema);
        schema->default_value = otherwise;
    }
    schema->optional = take(fuzz, 2);
    return schema;
}

static int64_t take_number(struct fuzz *fuzz, enum tr_type type)
{
    static const int64_t limits[] = {INT8_MAX, INT16_MAX, INT32_MAX, INT64_MAX};
    int64_t limit = limits[type];
    uint64_t number = 0;

    switch (take(fuzz, 8)) {
    case 0:
        return limit;
    case 1:
        return -limit - 1;
    default:
        for (int i = 0; i < 8; i++)
            number = number << 8 | take(fuzz, 256);
        return (int64_t)(number & (uint64_t)limit);
    }
}

static struct tr_value take_bytes(struct fuzz *fuzz)
{
    size_t n = 1 + take(fuzz, 20);
    char *bytes = room(fuzz, n, 1);

    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)take(fuzz, 256);
    return tr_value_bytes((struct tr_slice){bytes, n});
}

static struct tr_value take_items(struct fuzz *fuzz, const struct tr_schema *schema)
{
    bool map = schema->type == TR_TYPE_MAP;
    size_t n = schema->type == TR_TYPE_STRUCT ? schema->nfields : take(fuzz, 4) * (map ? 2u : 1u);
    struct tr_value *items = room(fuzz, n, sizeof *items);

    for (size_t i = 0; i < n; i++)
        items[i] = take_value(fuzz, schema->type == TR_TYPE_STRUCT ? schema->fields[i].schema
                                    : map && i % 2 == 0            ? schema->keys
                                                                   : schema->items);
    return tr_value_items(items, n);
}

static struct tr_value take_value(struct fuzz *fuzz, const struct tr_schema *schema)
{
    if (schema->optional && take(fuzz, 4) == 3)
        return (struct tr_value){.kind = TR_NULL};
    switch (schema->type) {
    case TR_TYPE_BOOLEAN:
        return tr_value_boolean(take(fuzz, 2));
    case TR_TYPE_FLOAT32:
        return (struct tr_value){.kind = TR_FLOAT, .float32 = (float)take(fuzz, 256) / 3};
    case TR_TYPE_FLOAT64:
        return (struct tr_value){.kind = TR_DOUBLE,
                                 .float64 = (double)take_number(fuzz, TR_TYPE_INT64) / 7};
    case TR_TYPE_STRING:
        return tr_value_text(tr_slice_of(take_text(fuzz)));
    case TR_TYPE_BYTES:
        return take_bytes(fuzz);
    case TR_TYPE_ARRAY:
    case TR_TYPE_MAP:
    case TR_TYPE_STRUCT:
        return take_items(fuzz, schema);
    default:
        return tr_value_integer(take_number(fuzz, schema->type));
    }
}

/* A row in an envelope, as Debezium writes it. */
static void take_envelope(struct fuzz *fuzz, struct tr_record *record)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema number = {.type = TR_TYPE_INT64, .optional = true};
    static const struct tr_field places[] = {{"db", &text}, {"table", &text}, {"lsn", &number}};
    static const struct tr_schema source = {
        .type = TR_TYPE_STRUCT, .fields = places, .nfields = TR_COUNT(places)};
    static const char *const operations[] = {"c", "u", "d", "r", "t"};
    struct tr_schema *row = room(fuzz, 1, sizeof *row), *envelope = room(fuzz, 1, sizeof *envelope);
    struct tr_field *fields = room(fuzz, 5, sizeof *fields);
    struct tr_value *items = room(fuzz, 5, sizeof *items);
    unsigned op = take(fuzz, TR_COUNT(operations));

    *row = (struct tr_schema){.type = TR_TYPE_STRUCT, .optional = true, .name = "s.t.Value"};
    take_fields(fuzz, row, 2);
    fields[0] = (struct tr_field){"before", row};
    fields[1] = (struct tr_field){"after", row};
    fields[2] = (struct tr_field){"source", &source};
    fields[3] = (struct tr_field){"op", &text};
    fields[4] = (struct tr_field){"ts_ms", &number};
    *envelope = (struct tr_schema){
        .type = TR_TYPE_STRUCT, .name = "s.t.Envelope", .fields = fields, .nfields = 5};
    items[0] = op == 1 || op == 2 ? take_items(fuzz, row) : (struct tr_value){.kind = TR_NULL};
    items[1] = op == 2 || op == 4 ? (struct tr_value){.kind = TR_NULL} : take_items(fuzz, row);
    items[2] = take_items(fuzz, &source);
    items[3] = tr_value_text(tr_slice_of(operations[op]));
    items[4] = tr_value_integer(1577872800123);
    record->value_schema = envelope;
    record->value = tr_value_items(items, 5);
}

static struct tr_record take_record(struct fuzz *fuzz)
{
    struct tr_record record = {.topic = "s.t", .partition = -1, .timestamp_ms = 1577872800123};
    size_t n = take(fuzz, 3);
    struct tr_record_header *headers = room(fuzz, n, sizeof *headers);

    for (size_t i = 0; i < n; i++) {
        headers[i].name = i ? "g" : "h";
        headers[i].schema = take_schema(fuzz, 2);
        headers[i].value = take_value(fuzz, headers[i].schema);
    }
    record.headers = headers;
    record.nheaders = n;
    if (take(fuzz, 4)) {
        record.key_schema = take_schema(fuzz, 2);
        record.key = take_value(fuzz, record.key_schema);
    }
    switch (take(fuzz, 4)) {
    case 0:
        record.value_schema = take_schema(fuzz, 3);
        record.value = take_value(fuzz, record.value_schema);
        break;
    case 1: /* a tombstone */
        break;
    default:
        take_envelope(fuzz, &record);
    }
    return record;
}

static void fail(const struct fuzz *fuzz, const char *text, struct tr_slice json)
{
    fprintf(stderr, "%s\n%.*s\n", text, (int)json.n, json.p);
    for (size_t i = 0; i < fuzz->nproperties; i++)
        fprintf(stderr, "%s=%s\n", fuzz->properties[i].name, fuzz->properties[i].value);
    abort();
}

static bool is_kind(enum tr_type type, enum tr_kind kind)
{
    static const enum tr_kind kinds[] = {
        [TR_TYPE_INT8] = TR_INTEGER,  [TR_TYPE_INT16] = TR_INTEGER,   [TR_TYPE_INT32] = TR_INTEGER,
        [TR_TYPE_INT64] = TR_INTEGER, [TR_TYPE_FLOAT32] = TR_FLOAT,   [TR_TYPE_FLOAT64] = TR_DOUBLE,
        [TR_TYPE_STRING] = TR_TEXT,   [TR_TYPE_BOOLEAN] = TR_BOOLEAN, [TR_TYPE_BYTES] = TR_BYTES,
        [TR_TYPE_ARRAY] = TR_ITEMS,   [TR_TYPE_MAP] = TR_ITEMS,       [TR_TYPE_STRUCT] = TR_ITEMS,
    };
    return kind == kinds[type];
}

/* Whether the value is what its schema says; returns false for a null where none may be, which
 * some chains make (InsertField with "!") and the converter has to refuse. */
static bool check_value(const struct fuzz *fuzz, const struct tr_schema *schema,
                        const struct tr_value *value)
{
    const struct tr_slice none = {"", 0};
    bool fine = true;

    if (value->kind == TR_NULL)
        return schema->optional || schema->default_value;
    if (!is_kind(schema->type, value->kind))
        fail(fuzz, "a value of another kind than its schema", none);
    if (value->kind != TR_ITEMS)
        return true;
    if (schema->type == TR_TYPE_STRUCT) {
        if (value->count != schema->nfields)
            fail(fuzz, "a struct with another number of fields than its schema", none);
        for (size_t i = 0; i < schema->nfields; i++) {
            if (tr_shape_find(schema, schema->fields[i].name) != (int)i)
                fail(fuzz, "two fields of one name", tr_slice_of(schema->fields[i].name));
            fine &= check_value(fuzz, schema->fields[i].schema, &value->items[i]);
        }
        return fine;
    }
    bool map = schema->type == TR_TYPE_MAP;
    for (size_t i = 0; i < value->count; i++)
        fine &=
            check_value(fuzz, map && i % 2 == 0 ? schema->keys : schema->items, &value->items[i]);
    return fine;
}

/* As JSON with its schema, which a parser takes. */
static struct tr_slice encode(struct fuzz *fuzz, const struct tr_schema *schema,
                              const struct tr_value *value)
{
    const struct tr_converter_options options = {.schemas_enable = true};
    struct tr_diag diag = {.message = ""};
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_writer writer;
    struct tr_slice json;
    json_error_t error;

    if (!schema) {
        FUZZ_CHECK(value->kind == TR_NULL);
        return (struct tr_slice){"", 0};
    }
    bool fine = check_value(fuzz, schema, value);
    FUZZ_CHECK(tr_json_encoder_new(&options, &encoder, &diag) == 0);
    if (tr_encoding_new(encoder, schema, "t", &encoding, &diag) < 0)
        fail(fuzz, diag.message, tr_slice_of(schema->name ? schema->name : ""));
    tr_writer_begin(&writer, &fuzz->arena);
    int rc = tr_encoding_write(encoding, value, &writer, &diag);
    if (rc < 0 && fine)
        fail(fuzz, diag.message, (struct tr_slice){"", 0});
    FUZZ_CHECK(tr_writer_end(&writer, &json) == 0);
    json_t *parsed = rc < 0 ? json_null() : json_loadb(json.p, json.n, JSON_ALLOW_NUL, &error);
    if (!parsed)
        fail(fuzz, error.text, json);
    json_decref(parsed);
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
    return json;
}

/* As text; the list of a literal (InsertHeader) may mix types, which needs no schema here. */
static void encode_header(struct fuzz *fuzz, const struct tr_record_header *header)
{
    static const struct tr_schema null_schema = {.type = TR_TYPE_STRING, .optional = true};
    struct tr_diag diag = {.message = ""};
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_writer writer;
    struct tr_slice text;

    FUZZ_CHECK(tr_simple_header_encoder_new(&encoder, &diag) == 0);
    if (tr_encoding_new(encoder, header->schema ? header->schema : &null_schema, "t", &encoding,
                        &diag) < 0)
        fail(fuzz, diag.message, tr_slice_of(header->name));
    tr_writer_begin(&writer, &fuzz->arena);
    if (tr_encoding_write(encoding, &header->value, &writer, &diag) < 0)
        fail(fuzz, diag.message, tr_slice_of(header->name));
    FUZZ_CHECK(tr_writer_end(&writer, &text) == 0);
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
}

struct outcome {
    int rc;
    struct tr_slice key, value;
};

static struct outcome apply(struct fuzz *fuzz, const struct tr_chain *chain,
                            struct tr_derivations *derivations, struct tr_record record)
{
    struct tr_transform_context context = {.derivations = derivations, .scratch = &fuzz->arena};
    struct tr_diag diag = {.message = ""};
    struct outcome outcome = {.rc = tr_chain_apply(chain, &context, &record, &diag)};

    if (outcome.rc < 0)
        FUZZ_CHECK((diag.cls == TR_DATA || diag.cls == TR_SCHEMA) && diag.message[0] &&
                   diag.reaction == TR_STOP && context.failed);
    if (outcome.rc == 0) {
        FUZZ_CHECK(record.topic);
        outcome.key = encode(fuzz, record.key_schema, &record.key);
        outcome.value = encode(fuzz, record.value_schema, &record.value);
        for (size_t i = 0; i < record.nheaders; i++) {
            FUZZ_CHECK(record.headers[i].name);
            encode_header(fuzz, &record.headers[i]);
        }
    }
    tr_transform_context_finish(&context);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz fuzz = {.p = data, .end = data + size};
    struct tr_diag diag = {.message = ""};
    struct tr_chain *chain;

    tr_arena_init(&fuzz.arena, 4096, 1 << 26);
    struct tr_transform_options options = take_chain(&fuzz);
    if (tr_chain_new(&options, &chain, &diag) < 0) {
        FUZZ_CHECK(diag.cls == TR_CONFIG && diag.message[0]);
    } else {
        struct tr_record record = take_record(&fuzz);
        struct tr_derivations *derivations = tr_derivations_new();
        FUZZ_CHECK(derivations);
        struct outcome first = apply(&fuzz, chain, derivations, record);
        struct outcome second = apply(&fuzz, chain, derivations, record);
        FUZZ_CHECK(first.rc == second.rc && tr_slice_equal(first.key, second.key) &&
                   tr_slice_equal(first.value, second.value));
        tr_derivations_free(derivations);
        tr_chain_free(chain);
    }
    tr_arena_finish(&fuzz.arena);
    return 0;
}
