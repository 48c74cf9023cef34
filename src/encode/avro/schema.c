/*
 * A schema's text, attribute for attribute in AvroData's order:
 *
 *   record   type, name, [namespace], [doc], fields, attributes
 *   field    name, type, [doc], [default]
 *   others   "int", or {"type":"int", attributes} if there are any
 *
 *   attributes  [scale, precision], [connect.doc], [connect.version], [connect.parameters],
 *               [connect.default], [connect.name], [connect.type], [logicalType], [avro…]
 */
#include <stdlib.h>
#include <string.h>

#include "encode/avro/avro.h"
#include "encode/number.h"
#include "record/logical.h"

#define ENTRY_NAME      "MapEntry"
#define ENTRY_NAMESPACE "io.confluent.connect.avro"
#define PRECISION       "connect.decimal.precision"

/* A record that the text has already. */
struct seen {
    const char *full;
    const struct tr_schema *schema;
    struct seen *next;
};

struct rendering {
    const struct tr_avro_options *options;
    struct tr_writer writer;
    struct tr_arena *scratch; /* of names: the writer's own arena is busy */
    struct seen *seen;
    const char *space; /* the namespace at hand; NULL: none */
    unsigned unnamed;
    struct tr_diag *diag;
};

static int put_schema(struct rendering *r, const struct tr_schema *schema);
static int put_default(struct rendering *r, const struct tr_schema *schema,
                       const struct tr_value *value, bool widen);

/* What isn't UTF-8 makes the writer fail; names come from catalogs that guarantee it. */
static void put_string(struct rendering *r, const char *text)
{
    if (!tr_writer_json(&r->writer, tr_slice_of(text)))
        r->writer.failed = true;
}

static void put_attribute(struct rendering *r, const char *name, const char *text)
{
    tr_writer_char(&r->writer, ',');
    put_string(r, name);
    tr_writer_char(&r->writer, ':');
    put_string(r, text);
}

/* Bytes as text: one character for each. */
static int put_latin1(struct rendering *r, struct tr_slice bytes)
{
    char *text = tr_arena_alloc(r->scratch, 2 * bytes.n + 1);
    size_t n = 0;

    if (!text)
        return tr_fail_memory(r->diag);
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        if (c >= 0x80)
            text[n++] = (char)(0xc0 | c >> 6);
        text[n++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
    }
    if (!tr_writer_json(&r->writer, (struct tr_slice){text, n}))
        r->writer.failed = true;
    return 0;
}

static int put_default_items(struct rendering *r, const struct tr_schema *schema,
                             const struct tr_value *value, bool widen)
{
    tr_writer_char(&r->writer, '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i)
            tr_writer_char(&r->writer, ',');
        if (put_default(r, schema->items, &value->items[i], widen) < 0)
            return -1;
    }
    tr_writer_char(&r->writer, ']');
    return 0;
}

/* An object for text keys, pairs for others. */
static int put_default_map(struct rendering *r, const struct tr_schema *schema,
                           const struct tr_value *value, bool widen)
{
    bool object = tr_avro_is_map(schema, r->options);

    tr_writer_char(&r->writer, object ? '{' : '[');
    for (size_t i = 0; i + 1 < value->count; i += 2) {
        tr_writer_text(&r->writer, i ? object ? "," : ",[" : object ? "" : "[");
        if (put_default(r, schema->keys, &value->items[i], widen) < 0)
            return -1;
        tr_writer_char(&r->writer, object ? ':' : ',');
        if (put_default(r, schema->items, &value->items[i + 1], widen) < 0)
            return -1;
        tr_writer_text(&r->writer, object ? "" : "]");
    }
    tr_writer_char(&r->writer, object ? '}' : ']');
    return 0;
}

static int put_default_struct(struct rendering *r, const struct tr_schema *schema,
                              const struct tr_value *value, bool widen)
{
    const char *name;

    tr_writer_char(&r->writer, '{');
    for (size_t i = 0; i < schema->nfields && i < value->count; i++) {
        const struct tr_field *field = &schema->fields[i];
        if (tr_avro_field_name(field->name, r->options, r->scratch, &name, r->diag) < 0)
            return -1;
        if (i)
            tr_writer_char(&r->writer, ',');
        put_string(r, name);
        tr_writer_char(&r->writer, ':');
        if (put_default(r, field->schema, &value->items[i], widen) < 0)
            return -1;
    }
    tr_writer_char(&r->writer, '}');
    return 0;
}

static int put_default_composite(struct rendering *r, const struct tr_schema *schema,
                                 const struct tr_value *value, bool widen)
{
    if (schema->type == TR_TYPE_STRUCT)
        return put_default_struct(r, schema, value, widen);
    if (schema->type == TR_TYPE_MAP)
        return put_default_map(r, schema, value, widen);
    return put_default_items(r, schema, value, widen);
}

/* widen: AvroData makes a double of a float where it becomes Avro's own default. */
static int put_default(struct rendering *r, const struct tr_schema *schema,
                       const struct tr_value *value, bool widen)
{
    switch (value->kind) {
    case TR_NULL:
        tr_writer_literal(&r->writer, "null");
        return 0;
    case TR_BOOLEAN:
        tr_writer_text(&r->writer, value->boolean ? "true" : "false");
        return 0;
    case TR_INTEGER:
        tr_writer_int(&r->writer, value->integer);
        return 0;
    case TR_FLOAT:
        if (widen)
            tr_number_write_double(&r->writer, (double)value->float32);
        else
            tr_number_write_float(&r->writer, value->float32);
        return 0;
    case TR_DOUBLE:
        tr_number_write_double(&r->writer, value->float64);
        return 0;
    case TR_TEXT:
        if (!tr_writer_json(&r->writer, value->bytes))
            r->writer.failed = true;
        return 0;
    case TR_BYTES:
        return put_latin1(r, value->bytes);
    case TR_ITEMS:
        return put_default_composite(r, schema, value, widen);
    }
    return tr_fail_bug(r->diag, "a default of no kind");
}

static const char *parameter(const struct tr_schema *schema, const char *key)
{
    for (size_t i = 0; i < schema->nparameters; i++)
        if (strcmp(schema->parameters[i].key, key) == 0)
            return schema->parameters[i].value;
    return NULL;
}

static void put_precision(struct rendering *r, const struct tr_schema *schema)
{
    const char *precision = parameter(schema, PRECISION);

    tr_writer_printf(&r->writer, ",\"scale\":%d,\"precision\":%ld", tr_logical_scale(schema),
                     precision ? strtol(precision, NULL, 10) : 64);
}

static void put_parameters(struct rendering *r, const struct tr_schema *schema)
{
    for (size_t i = 0; i < schema->nparameters; i++) {
        tr_writer_text(&r->writer, i ? "," : ",\"connect.parameters\":{");
        put_string(r, schema->parameters[i].key);
        tr_writer_char(&r->writer, ':');
        put_string(r, schema->parameters[i].value);
    }
    if (schema->nparameters)
        tr_writer_char(&r->writer, '}');
}

static int put_metadata(struct rendering *r, const struct tr_schema *schema)
{
    if (schema->doc)
        put_attribute(r, "connect.doc", schema->doc);
    if (schema->version)
        tr_writer_printf(&r->writer, ",\"connect.version\":%d", schema->version);
    put_parameters(r, schema);
    if (schema->default_value) {
        tr_writer_literal(&r->writer, ",\"connect.default\":");
        if (put_default(r, schema, schema->default_value, false) < 0)
            return -1;
    }
    if (schema->name)
        put_attribute(r, "connect.name", schema->name);
    if (schema->type == TR_TYPE_INT8)
        put_attribute(r, "connect.type", "int8");
    if (schema->type == TR_TYPE_INT16)
        put_attribute(r, "connect.type", "int16");
    return 0;
}

static int put_attributes(struct rendering *r, const struct tr_schema *schema)
{
    static const char *const logical_types[] = {
        [TR_LOGICAL_DECIMAL] = "decimal",
        [TR_LOGICAL_DATE] = "date",
        [TR_LOGICAL_TIME] = "time-millis",
        [TR_LOGICAL_TIMESTAMP] = "timestamp-millis",
    };
    enum tr_logical logical = tr_logical_of(schema);

    if (logical == TR_LOGICAL_DECIMAL)
        put_precision(r, schema);
    if (r->options->metadata && put_metadata(r, schema) < 0)
        return -1;
    if (logical)
        put_attribute(r, "logicalType", logical_types[logical]);
    for (size_t i = 0; i < schema->nparameters; i++)
        if (strncmp(schema->parameters[i].key, "avro", 4) == 0)
            put_attribute(r, schema->parameters[i].key, schema->parameters[i].value);
    return 0;
}

static int put_plain(struct rendering *r, const struct tr_schema *schema)
{
    static const char *const types[] = {
        [TR_TYPE_INT8] = "\"int\"",        [TR_TYPE_INT16] = "\"int\"",
        [TR_TYPE_INT32] = "\"int\"",       [TR_TYPE_INT64] = "\"long\"",
        [TR_TYPE_FLOAT32] = "\"float\"",   [TR_TYPE_FLOAT64] = "\"double\"",
        [TR_TYPE_BOOLEAN] = "\"boolean\"", [TR_TYPE_STRING] = "\"string\"",
        [TR_TYPE_BYTES] = "\"bytes\"",
    };
    struct tr_writer *writer = &r->writer;
    size_t before = (size_t)(writer->p - writer->start);

    tr_writer_literal(writer, "{\"type\":");
    tr_writer_text(writer, types[schema->type]);
    size_t behind = (size_t)(writer->p - writer->start);
    if (put_attributes(r, schema) < 0)
        return -1;
    if ((size_t)(writer->p - writer->start) > behind) {
        tr_writer_char(writer, '}');
        return 0;
    }
    writer->p = writer->start + before; /* nothing to say but the type */
    tr_writer_text(writer, types[schema->type]);
    return 0;
}

/* Whether two structs of one name are the same to Avro. */
static bool same(const struct tr_schema *a, const struct tr_schema *b);

/* What is inside of them: a default decides where null stands among the branches. */
static bool same_inside(const struct tr_schema *a, const struct tr_schema *b)
{
    if (a && b &&
        (a->optional != b->optional || (a->optional && !a->default_value != !b->default_value)))
        return false;
    return same(a, b);
}

static bool same(const struct tr_schema *a, const struct tr_schema *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->type != b->type || a->nfields != b->nfields)
        return false;
    for (size_t i = 0; i < a->nfields; i++)
        if (strcmp(a->fields[i].name, b->fields[i].name) != 0 ||
            !same_inside(a->fields[i].schema, b->fields[i].schema))
            return false;
    return same_inside(a->keys, b->keys) && same_inside(a->items, b->items);
}

static void put_name(struct rendering *r, const struct tr_avro_name *name)
{
    tr_writer_literal(&r->writer, "{\"type\":\"record\"");
    put_attribute(r, "name", name->name);
    if (name->space && (!r->space || strcmp(name->space, r->space) != 0))
        put_attribute(r, "namespace", name->space);
    else if (!name->space && r->space)
        put_attribute(r, "namespace", "");
}

/* >0: the text has the record already; now it has its name. */
static int put_seen(struct rendering *r, const struct tr_avro_name *name,
                    const struct tr_schema *schema)
{
    for (const struct seen *seen = r->seen; seen; seen = seen->next) {
        if (strcmp(seen->full, name->full) != 0)
            continue;
        if (!same(seen->schema, schema))
            return tr_fail(r->diag, TR_SCHEMA, TR_STOP,
                           "two different structs have the name %s, which Avro doesn't allow: "
                           "have transforms give one of them another name",
                           name->full);
        bool near = name->space && r->space && strcmp(name->space, r->space) == 0;
        put_string(r, near || !name->space ? name->name : name->full);
        return 1;
    }
    struct seen *seen = tr_arena_alloc(r->scratch, sizeof *seen);
    if (!seen)
        return tr_fail_memory(r->diag);
    *seen = (struct seen){name->full, schema, r->seen};
    r->seen = seen;
    return 0;
}

/* Its own default: the field's schema's, or null. A default that Avro has no form for is left out,
 * as AvroData does it. */
static int put_field_default(struct rendering *r, const struct tr_schema *schema)
{
    if (schema->default_value) {
        if (schema->type == TR_TYPE_MAP && !tr_avro_is_map(schema, r->options))
            return 0;
        tr_writer_literal(&r->writer, ",\"default\":");
        return put_default(r, schema, schema->default_value, true);
    }
    if (schema->optional)
        tr_writer_literal(&r->writer, ",\"default\":null");
    return 0;
}

static int put_field(struct rendering *r, const char *name, const struct tr_schema *schema)
{
    const char *clean;

    if (tr_avro_field_name(name, r->options, r->scratch, &clean, r->diag) < 0)
        return -1;
    tr_writer_literal(&r->writer, "{\"name\":");
    put_string(r, clean);
    tr_writer_literal(&r->writer, ",\"type\":");
    if (put_schema(r, schema) < 0)
        return -1;
    if (r->options->discard_type_doc && schema->doc)
        put_attribute(r, "doc", schema->doc);
    if (put_field_default(r, schema) < 0)
        return -1;
    tr_writer_char(&r->writer, '}');
    return 0;
}

static int put_fields(struct rendering *r, const struct tr_avro_name *name,
                      const struct tr_field *fields, size_t nfields)
{
    const char *outer = r->space;

    r->space = name->space;
    tr_writer_literal(&r->writer, ",\"fields\":[");
    for (size_t i = 0; i < nfields; i++) {
        if (i)
            tr_writer_char(&r->writer, ',');
        if (put_field(r, fields[i].name, fields[i].schema) < 0)
            return -1;
    }
    tr_writer_char(&r->writer, ']');
    r->space = outer;
    return 0;
}

static int put_struct(struct rendering *r, const struct tr_schema *schema)
{
    struct tr_avro_name name;
    int rc = schema->name
                 ? tr_avro_name(schema->name, r->options, r->scratch, &name, r->diag)
                 : tr_avro_default_name(++r->unnamed, r->scratch, &name, r->diag);

    if (rc == 0)
        rc = put_seen(r, &name, schema);
    if (rc)
        return rc < 0 ? -1 : 0;
    put_name(r, &name);
    if (put_fields(r, &name, schema->fields, schema->nfields) < 0 || put_attributes(r, schema) < 0)
        return -1;
    tr_writer_char(&r->writer, '}');
    return 0;
}

/* A map that Avro has no map for: an array of records, key and value. */
static int put_entries(struct rendering *r, const struct tr_schema *schema)
{
    const struct tr_field fields[] = {{"key", schema->keys}, {"value", schema->items}};
    struct tr_avro_name name = {ENTRY_NAMESPACE, ENTRY_NAME, ENTRY_NAMESPACE "." ENTRY_NAME};

    if (schema->name &&
        tr_avro_name(schema->name, r->options, r->scratch, &name, r->diag) < 0)
        return -1;
    int rc = put_seen(r, &name, schema);
    if (rc)
        return rc < 0 ? -1 : 0;
    put_name(r, &name);
    if (put_fields(r, &name, fields, TR_COUNT(fields)) < 0)
        return -1;
    if (schema->name)
        put_attribute(r, "connect.internal.type", ENTRY_NAME);
    tr_writer_char(&r->writer, '}');
    return 0;
}

static int put_items(struct rendering *r, const struct tr_schema *schema)
{
    bool map = schema->type == TR_TYPE_MAP && tr_avro_is_map(schema, r->options);
    int rc;

    tr_writer_text(&r->writer,
                   map ? "{\"type\":\"map\",\"values\":" : "{\"type\":\"array\",\"items\":");
    if (schema->type == TR_TYPE_ARRAY || map)
        rc = put_schema(r, schema->items);
    else
        rc = put_entries(r, schema);
    if (rc < 0 || put_attributes(r, schema) < 0)
        return -1;
    tr_writer_char(&r->writer, '}');
    return 0;
}

static int put_type(struct rendering *r, const struct tr_schema *schema)
{
    if (schema->type == TR_TYPE_STRUCT)
        return put_struct(r, schema);
    if (schema->type == TR_TYPE_ARRAY || schema->type == TR_TYPE_MAP)
        return put_items(r, schema);
    return put_plain(r, schema);
}

static int put_schema(struct rendering *r, const struct tr_schema *schema)
{
    bool second = schema->default_value && schema->type != TR_TYPE_STRUCT;

    if (!schema->optional)
        return put_type(r, schema);
    tr_writer_text(&r->writer, second ? "[" : "[\"null\",");
    if (put_type(r, schema) < 0)
        return -1;
    tr_writer_text(&r->writer, second ? ",\"null\"]" : "]");
    return 0;
}

int tr_avro_render(const struct tr_schema *schema, const struct tr_avro_options *options,
                   struct tr_arena *arena, struct tr_slice *ret_text, struct tr_diag *diag)
{
    struct tr_arena scratch;
    struct rendering r = {.options = options, .scratch = &scratch, .diag = diag};

    tr_arena_init(&scratch, 16 << 10, 64 << 20);
    tr_writer_begin(&r.writer, arena);
    int rc = put_schema(&r, schema);
    tr_arena_finish(&scratch);
    if (rc < 0)
        return -1;
    return tr_writer_end(&r.writer, ret_text) < 0 ? tr_fail_memory(diag) : 0;
}
