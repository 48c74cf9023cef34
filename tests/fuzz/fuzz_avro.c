/* A random schema and a value of it: the bytes say both. What tailrace makes of them is read by
 * avro-c, and has to be the same value. */
#include "../unit/support/avro-oracle.h"

#include "fuzz.h"

#define DEPTH_MOST  5
#define FIELDS_MOST 6

struct input {
    const uint8_t *p, *end;
    struct tr_arena *arena;
    unsigned names;
    const struct tr_schema *records[64]; /* that have a name */
    size_t nrecords;
};

static uint8_t next(struct input *in)
{
    return in->p < in->end ? *in->p++ : 0;
}

static void *must(void *memory)
{
    FUZZ_CHECK(memory);
    return memory;
}

static int64_t next_number(struct input *in, enum tr_type type)
{
    uint64_t bits = 0;

    for (unsigned n = next(in) % 9; n > 0; n--)
        bits = bits << 8 | next(in);
    if (type == TR_TYPE_INT8)
        return (int8_t)bits;
    if (type == TR_TYPE_INT16)
        return (int16_t)bits;
    return type == TR_TYPE_INT32 ? (int32_t)bits : (int64_t)bits;
}

/* Letters of one to four bytes. */
static struct tr_slice next_text(struct input *in)
{
    static const char *const letters[] = {
        "a", "Z", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\"", "\\", "\n"};
    struct tr_writer writer;
    struct tr_slice text;

    tr_writer_begin(&writer, in->arena);
    for (unsigned n = next(in) % 70; n > 0; n--)
        tr_writer_text(&writer, letters[next(in) % TR_COUNT(letters)]);
    FUZZ_CHECK(tr_writer_end(&writer, &text) == 0);
    return text;
}

static struct tr_slice next_bytes(struct input *in)
{
    size_t wanted = next(in), left = (size_t)(in->end - in->p);
    size_t n = TR_MIN(wanted, left);
    struct tr_slice bytes = {(const char *)in->p, n};

    in->p += n;
    return bytes;
}

static struct tr_value next_value(struct input *in, const struct tr_schema *schema);

static struct tr_value next_items(struct input *in, const struct tr_schema *schema)
{
    bool map = schema->type == TR_TYPE_MAP;
    size_t n = schema->type == TR_TYPE_STRUCT ? schema->nfields : next(in) % 5 * (map ? 2U : 1U);
    struct tr_value *items = must(tr_arena_alloc(in->arena, (n + 1) * sizeof *items));

    for (size_t i = 0; i < n; i++)
        if (schema->type == TR_TYPE_STRUCT)
            items[i] = next_value(in, schema->fields[i].schema);
        else if (map && i % 2 == 0 && schema->keys->type == TR_TYPE_STRING) /* no key twice */
            items[i] = tr_value_text(tr_slice_of(must(tr_arena_printf(in->arena, "k%zu", i))));
        else
            items[i] = next_value(in, map && i % 2 == 0 ? schema->keys : schema->items);
    return tr_value_items(items, n);
}

static struct tr_value next_value(struct input *in, const struct tr_schema *schema)
{
    struct tr_value value = {0};

    if (schema->optional && next(in) % 3 == 0)
        return value;
    switch (schema->type) {
    case TR_TYPE_FLOAT32:
        value.kind = TR_FLOAT;
        value.float32 = (float)next_number(in, TR_TYPE_INT64) / 3;
        return value;
    case TR_TYPE_FLOAT64:
        value.kind = TR_DOUBLE;
        value.float64 = (double)next_number(in, TR_TYPE_INT64) / 3;
        return value;
    case TR_TYPE_BOOLEAN:
        return tr_value_boolean(next(in) & 1);
    case TR_TYPE_STRING:
        return tr_value_text(next_text(in));
    case TR_TYPE_BYTES:
        return tr_value_bytes(next_bytes(in));
    case TR_TYPE_ARRAY:
    case TR_TYPE_MAP:
    case TR_TYPE_STRUCT:
        return next_items(in, schema);
    default:
        return tr_value_integer(next_number(in, schema->type));
    }
}

static const struct tr_schema *next_schema(struct input *in, unsigned depth);

static void fill_struct(struct input *in, struct tr_schema *schema, unsigned depth)
{
    /* none without a namespace: Java's way to name one from inside another isn't avro-c's */
    static const char *const names[] = {"a.b.R", "a.R", "a-b.1 ", "\xc3\xbc.x.R"};
    struct tr_field *fields = must(tr_arena_alloc(in->arena, FIELDS_MOST * sizeof *fields));

    schema->nfields = 1 + next(in) % FIELDS_MOST;
    for (size_t i = 0; i < schema->nfields; i++) {
        fields[i].name =
            must(tr_arena_printf(in->arena, next(in) % 8 ? "f%zu" : "%zu-\xc3\xbc", i));
        fields[i].schema = next_schema(in, depth + 1);
    }
    schema->fields = fields;
    schema->name =
        must(tr_arena_printf(in->arena, "%s%u", names[next(in) % TR_COUNT(names)], in->names++));
    if (in->nrecords < TR_COUNT(in->records))
        in->records[in->nrecords++] = schema;
}

static const struct tr_schema *next_schema(struct input *in, unsigned depth)
{
    uint8_t kind = next(in), how = next(in);
    struct tr_schema *schema = must(tr_arena_zalloc(in->arena, 1, sizeof *schema));

    if (kind >= 0xf0 && in->nrecords) { /* one that was met before */
        *schema = *in->records[how % in->nrecords];
        schema->optional = how & 0x80;
        return schema;
    }
    schema->type = kind % (depth < DEPTH_MOST ? TR_TYPE_STRUCT + 1U : TR_TYPE_ARRAY);
    schema->optional = how & 1;
    schema->doc = how & 2 ? "d\xc3\xbc\"" : NULL;
    schema->version = how & 4 ? 1 : 0;
    if (schema->type == TR_TYPE_STRUCT)
        fill_struct(in, schema, depth);
    if (schema->type == TR_TYPE_MAP)
        schema->keys = next_schema(in, DEPTH_MOST);
    if (schema->type == TR_TYPE_MAP || schema->type == TR_TYPE_ARRAY)
        schema->items = next_schema(in, depth + 1);
    if (how & 8 && schema->type < TR_TYPE_ARRAY) {
        struct tr_value *value = must(tr_arena_zalloc(in->arena, 1, sizeof *value));
        bool optional = schema->optional;
        schema->optional = false;
        *value = next_value(in, schema);
        schema->optional = optional;
        schema->default_value = value;
    }
    return schema;
}

/* By the text that was made; and what is damaged does no harm. */
static void read_back(struct tr_slice text, struct tr_slice bytes, struct tr_arena *arena,
                      uint8_t bits)
{
    const struct tr_avro_reading *reading;
    struct tr_diag diag;
    json_t *value, *schema = json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    FUZZ_CHECK(schema && tr_avro_parse(schema, arena, &reading, &diag) == 0);
    json_decref(schema);
    FUZZ_CHECK(tr_avro_read(reading, bytes, &value, &diag) == 0);
    json_decref(value);
    char *copy = must(tr_arena_strdup(arena, bytes));
    if (bytes.n)
        copy[bits % bytes.n] ^= (char)bits;
    if (tr_avro_read(reading, (struct tr_slice){copy, bytes.n}, &value, &diag) == 0)
        json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_arena arena, encoding;
    struct input in = {.p = data, .end = data + size, .arena = &arena};
    struct tr_slice text, bytes;
    struct tr_avro_node node;
    struct tr_writer writer;
    struct tr_diag diag;

    tr_arena_init(&arena, 4096, 16 << 20);
    tr_arena_init(&encoding, 4096, 16 << 20);
    uint8_t bits = next(&in);
    const struct tr_avro_options options = {
        .metadata = bits & 1,
        .scrub_names = true,
        .optional_keys = bits & 2,
        .keep_nulls = bits & 4,
        .discard_type_doc = bits & 8,
    };
    const struct tr_schema *schema = next_schema(&in, 0);
    struct tr_value value = next_value(&in, schema);
    /* two records of one name that differ in what is optional may be refused, nothing else */
    if (tr_avro_render(schema, &options, &arena, &text, &diag) == 0) {
        FUZZ_CHECK(tr_avro_compile(schema, &options, &encoding, &node, &diag) == 0);
        tr_writer_begin(&writer, &arena);
        FUZZ_CHECK(tr_avro_write(&node, &value, &writer, &diag) == 0);
        FUZZ_CHECK(tr_writer_end(&writer, &bytes) == 0);
        const char *failed = oracle_check(schema, &options, text, bytes, &value);
        if (failed)
            fprintf(stderr, "%.*s\n%s\n", (int)text.n, text.p, failed);
        FUZZ_CHECK(!failed);
        read_back(text, bytes, &arena, bits);
    } else {
        FUZZ_CHECK(diag.cls == TR_SCHEMA);
    }
    tr_arena_finish(&encoding);
    tr_arena_finish(&arena);
    return 0;
}
