/*
 * The way back: by its schema, as a registry has it, a value's bytes become JSON. What is not
 * UTF-8, bytes among it, becomes null: who reads this wants names, numbers and texts.
 *
 * The schema is one that AvroData makes: no enum, no fixed. The bytes and the schema are from
 * outside; a schema may even ask for endless values of no bytes, so that their number is limited.
 */
#include <jansson.h>
#include <string.h>

#include "base/cursor.h"
#include "encode/avro/avro.h"

#define DEPTH_MOST 200

enum shape {
    SHAPE_NULL,
    SHAPE_BOOLEAN,
    SHAPE_INT,
    SHAPE_LONG,
    SHAPE_FLOAT,
    SHAPE_DOUBLE,
    SHAPE_BYTES,
    SHAPE_STRING,
    SHAPE_RECORD,
    SHAPE_ARRAY,
    SHAPE_MAP,
    SHAPE_UNION,
};

struct tr_avro_reading {
    enum shape shape;
    const char **names; /* a record's fields' */
    const struct tr_avro_reading **children;
    size_t nchildren;
};

/* A record that was defined before. */
struct known {
    const char *full;
    const struct tr_avro_reading *node;
    struct known *next;
};

struct compiling {
    struct tr_arena *arena;
    struct known *known;
    const char *space; /* the namespace at hand, "" for none */
    unsigned depth;
};

static const struct tr_avro_reading *compile(struct compiling *c, const json_t *schema);

static const struct tr_avro_reading *primitive(const char *name)
{
    static const char *const names[] = {
        [SHAPE_NULL] = "null",   [SHAPE_BOOLEAN] = "boolean", [SHAPE_INT] = "int",
        [SHAPE_LONG] = "long",   [SHAPE_FLOAT] = "float",     [SHAPE_DOUBLE] = "double",
        [SHAPE_BYTES] = "bytes", [SHAPE_STRING] = "string",
    };
    static const struct tr_avro_reading nodes[] = {
        {.shape = SHAPE_NULL},  {.shape = SHAPE_BOOLEAN}, {.shape = SHAPE_INT},
        {.shape = SHAPE_LONG},  {.shape = SHAPE_FLOAT},   {.shape = SHAPE_DOUBLE},
        {.shape = SHAPE_BYTES}, {.shape = SHAPE_STRING},
    };

    for (size_t i = 0; i < TR_COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            return &nodes[i];
    return NULL;
}

static const char *full_name(const struct compiling *c, const char *name, const char *space)
{
    if (strchr(name, '.') || !*space)
        return tr_arena_strdup(c->arena, tr_slice_of(name));
    return tr_arena_printf(c->arena, "%s.%s", space, name);
}

static const struct tr_avro_reading *find(const struct compiling *c, const char *name)
{
    const char *full = full_name(c, name, c->space);

    for (const struct known *known = c->known; full && known; known = known->next)
        if (strcmp(known->full, full) == 0)
            return known->node;
    return NULL;
}

static struct tr_avro_reading *node_of(struct compiling *c, enum shape shape, size_t nchildren)
{
    struct tr_avro_reading *node = tr_arena_zalloc(c->arena, 1, sizeof *node);

    if (!node)
        return NULL;
    node->shape = shape;
    node->nchildren = nchildren;
    node->names = tr_arena_zalloc(c->arena, nchildren + 1, sizeof *node->names);
    node->children = tr_arena_zalloc(c->arena, nchildren + 1, sizeof(void *));
    return node->names && node->children ? node : NULL;
}

static const struct tr_avro_reading *compile_one(struct compiling *c, enum shape shape,
                                                 const json_t *item)
{
    struct tr_avro_reading *node = node_of(c, shape, 1);

    if (node)
        node->children[0] = compile(c, item);
    return node && node->children[0] ? node : NULL;
}

static const struct tr_avro_reading *compile_union(struct compiling *c, const json_t *branches)
{
    struct tr_avro_reading *node = node_of(c, SHAPE_UNION, json_array_size(branches));

    for (size_t i = 0; node && i < node->nchildren; i++) {
        node->children[i] = compile(c, json_array_get(branches, i));
        if (!node->children[i])
            return NULL;
    }
    return node;
}

static bool compile_fields(struct compiling *c, const json_t *fields, struct tr_avro_reading *node)
{
    for (size_t i = 0; i < node->nchildren; i++) {
        const json_t *field = json_array_get(fields, i);
        const char *name = json_string_value(json_object_get(field, "name"));
        node->names[i] = name ? tr_arena_strdup(c->arena, tr_slice_of(name)) : NULL;
        node->children[i] = compile(c, json_object_get(field, "type"));
        if (!node->names[i] || !node->children[i])
            return false;
    }
    return true;
}

/* What is inside of a record may name it, and has its namespace. */
static const struct tr_avro_reading *compile_record(struct compiling *c, const json_t *schema)
{
    const json_t *fields = json_object_get(schema, "fields");
    const char *name = json_string_value(json_object_get(schema, "name"));
    const char *space = json_string_value(json_object_get(schema, "namespace"));
    const char *outer = c->space;
    struct tr_avro_reading *node = node_of(c, SHAPE_RECORD, json_array_size(fields));
    struct known *known = tr_arena_alloc(c->arena, sizeof *known);

    if (!name || !node || !known)
        return NULL;
    *known = (struct known){full_name(c, name, space ? space : outer), node, c->known};
    if (!known->full)
        return NULL;
    c->known = known;
    const char *dot = strrchr(known->full, '.');
    size_t n = dot ? (size_t)(dot - known->full) : 0;
    c->space = tr_arena_strdup(c->arena, (struct tr_slice){known->full, n});
    bool ok = c->space && compile_fields(c, fields, node);
    c->space = outer;
    return ok ? node : NULL;
}

static const struct tr_avro_reading *compile_object(struct compiling *c, const json_t *schema)
{
    const json_t *type = json_object_get(schema, "type");
    const char *name = json_string_value(type);

    if (!name)
        return type ? compile(c, type) : NULL;
    if (strcmp(name, "record") == 0)
        return compile_record(c, schema);
    if (strcmp(name, "array") == 0)
        return compile_one(c, SHAPE_ARRAY, json_object_get(schema, "items"));
    if (strcmp(name, "map") == 0)
        return compile_one(c, SHAPE_MAP, json_object_get(schema, "values"));
    return compile(c, type);
}

static const struct tr_avro_reading *compile(struct compiling *c, const json_t *schema)
{
    const char *name = json_string_value(schema);
    const struct tr_avro_reading *node = NULL;

    if (c->depth == DEPTH_MOST)
        return NULL;
    c->depth++;
    if (name)
        node = primitive(name) ? primitive(name) : find(c, name);
    else if (json_is_array(schema))
        node = compile_union(c, schema);
    else if (json_is_object(schema))
        node = compile_object(c, schema);
    c->depth--;
    return node;
}

int tr_avro_parse(const json_t *schema, struct tr_arena *arena,
                  const struct tr_avro_reading **ret_reading, struct tr_diag *diag)
{
    struct compiling c = {.arena = arena, .space = ""};

    *ret_reading = compile(&c, schema);
    if (*ret_reading)
        return 0;
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "what the schema registry has is no Avro schema as AvroConverter writes them");
}

struct reader {
    struct tr_cursor cursor;
    unsigned depth;
    size_t values_left;
};

static json_t *read_value(struct reader *reader, const struct tr_avro_reading *node);

static int64_t read_long(struct reader *reader)
{
    uint64_t zigzag = 0;
    unsigned shift = 0, byte;

    do {
        byte = tr_cursor_u8(&reader->cursor);
        zigzag |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80 && shift < 64);
    reader->cursor.failed |= (byte & 0x80) != 0;
    return (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
}

static json_t *read_text(struct reader *reader, bool binary)
{
    int64_t n = read_long(reader);

    if (n < 0)
        reader->cursor.failed = true;
    struct tr_slice text = tr_cursor_slice(&reader->cursor, n < 0 ? 0 : (size_t)n);
    json_t *string = binary || reader->cursor.failed ? NULL : json_stringn(text.p, text.n);
    return string ? string : json_null();
}

static json_t *read_record(struct reader *reader, const struct tr_avro_reading *node)
{
    json_t *object = json_object();

    for (size_t i = 0; i < node->nchildren && !reader->cursor.failed; i++)
        if (json_object_set_new(object, node->names[i], read_value(reader, node->children[i])) < 0)
            reader->cursor.failed = true;
    return object;
}

/* Of a map the names are left out. */
static json_t *read_blocks(struct reader *reader, const struct tr_avro_reading *node)
{
    json_t *array = json_array();

    for (int64_t count; (count = read_long(reader)) != 0 && !reader->cursor.failed;) {
        if (count < 0) { /* followed by the block's bytes: no encoder of ours does so */
            reader->cursor.failed = true;
            break;
        }
        for (; count > 0 && !reader->cursor.failed; count--) {
            if (node->shape == SHAPE_MAP)
                json_decref(read_text(reader, true));
            if (json_array_append_new(array, read_value(reader, node->children[0])) < 0)
                reader->cursor.failed = true;
        }
    }
    return array;
}

static json_t *read_union(struct reader *reader, const struct tr_avro_reading *node)
{
    int64_t branch = read_long(reader);

    if (branch >= 0 && (uint64_t)branch < node->nchildren)
        return read_value(reader, node->children[branch]);
    reader->cursor.failed = true;
    return json_null();
}

static json_t *read_shape(struct reader *reader, const struct tr_avro_reading *node)
{
    switch (node->shape) {
    case SHAPE_NULL:
        return json_null();
    case SHAPE_BOOLEAN:
        return json_boolean(tr_cursor_u8(&reader->cursor));
    case SHAPE_INT:
    case SHAPE_LONG:
        return json_integer(read_long(reader));
    case SHAPE_FLOAT:
        return json_integer((json_int_t)tr_cursor_le(&reader->cursor, 4));
    case SHAPE_DOUBLE:
        return json_integer((json_int_t)tr_cursor_le(&reader->cursor, 8));
    case SHAPE_BYTES:
    case SHAPE_STRING:
        return read_text(reader, node->shape == SHAPE_BYTES);
    case SHAPE_RECORD:
        return read_record(reader, node);
    case SHAPE_ARRAY:
    case SHAPE_MAP:
        return read_blocks(reader, node);
    case SHAPE_UNION:
        return read_union(reader, node);
    }
    return NULL;
}

static json_t *read_value(struct reader *reader, const struct tr_avro_reading *node)
{
    if (reader->depth == DEPTH_MOST || reader->values_left == 0)
        reader->cursor.failed = true;
    if (reader->cursor.failed)
        return json_null();
    reader->depth++;
    reader->values_left--;
    json_t *value = read_shape(reader, node);
    reader->depth--;
    return value;
}

int tr_avro_read(const struct tr_avro_reading *reading, struct tr_slice bytes, json_t **ret_value,
                 struct tr_diag *diag)
{
    /* a value has a byte at least; records that are fields have none of their own */
    struct reader reader = {.cursor = tr_cursor_of(bytes), .values_left = 4 * bytes.n + 4096};
    json_t *value = read_value(&reader, reading);

    if (!reader.cursor.failed && tr_cursor_left(&reader.cursor) == 0) {
        *ret_value = value;
        return value ? 0 : tr_fail_memory(diag);
    }
    json_decref(value);
    return tr_fail(diag, TR_DATA, TR_STOP, "the bytes are not of the schema that they name");
}
