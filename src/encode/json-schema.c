/* A schema, compiled for writing payloads and rendered as JsonConverter's schema text. */
#include "encode/json.h"
#include "record/logical.h"

static int compile_field(const struct tr_field *field, bool first, struct tr_arena *arena,
                         struct tr_json_node *node, struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, arena);
    tr_writer_char(&writer, first ? '{' : ',');
    bool utf8 = tr_writer_json(&writer, tr_slice_of(field->name));
    tr_writer_char(&writer, ':');
    if (tr_writer_end(&writer, &node->prefix) < 0)
        return tr_fail_memory(diag);
    if (!utf8)
        return tr_fail(diag, TR_SCHEMA, TR_STOP, "the name of field \"%s\" is not UTF-8",
                       field->name);
    node->field = field->name;
    return 0;
}

static int compile_struct(const struct tr_schema *schema, struct tr_json_options options,
                          struct tr_arena *arena, struct tr_json_node *node, struct tr_diag *diag)
{
    node->nchildren = schema->nfields;
    node->children = tr_arena_zalloc(arena, schema->nfields, sizeof *node->children);
    if (!node->children)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < schema->nfields; i++) {
        struct tr_json_node *child = &node->children[i];
        if (tr_json_compile(schema->fields[i].schema, options, arena, child, diag) < 0 ||
            compile_field(&schema->fields[i], i == 0, arena, child, diag) < 0)
            return -1;
    }
    return 0;
}

static int compile_items(const struct tr_schema *schema, struct tr_json_options options,
                         struct tr_arena *arena, struct tr_json_node *node, struct tr_diag *diag)
{
    size_t i = 0;

    node->nchildren = schema->keys ? 2 : 1;
    node->children = tr_arena_zalloc(arena, node->nchildren, sizeof *node->children);
    if (!node->children)
        return tr_fail_memory(diag);
    if (schema->keys &&
        tr_json_compile(schema->keys, options, arena, &node->children[i++], diag) < 0)
        return -1;
    node->text_keys = schema->keys && schema->keys->type == TR_TYPE_STRING;
    if (tr_json_compile(schema->items, options, arena, &node->children[i], diag) < 0)
        return -1;
    /* Debezium declares some items required (of enum arrays) that a database lets be null: JSON
     * can say so, and the array is right with them only */
    node->children[i].optional = true;
    return 0;
}

int tr_json_compile(const struct tr_schema *schema, struct tr_json_options options,
                    struct tr_arena *arena, struct tr_json_node *ret_node, struct tr_diag *diag)
{
    *ret_node = (struct tr_json_node){
        .type = schema->type,
        .optional = schema->optional,
        .field = "",
        .otherwise = options.replace_null ? schema->default_value : NULL,
    };
    if (options.numeric && tr_logical_of(schema) == TR_LOGICAL_DECIMAL) {
        ret_node->numeric = true;
        ret_node->scale = tr_logical_scale(schema);
    }
    if (schema->type == TR_TYPE_STRUCT)
        return compile_struct(schema, options, arena, ret_node, diag);
    if (schema->type == TR_TYPE_ARRAY || schema->type == TR_TYPE_MAP)
        return compile_items(schema, options, arena, ret_node, diag);
    return 0;
}

/* A schema on its way to text. */
struct putting {
    struct tr_writer *writer;
    bool numeric;
    struct tr_diag *diag;
};

static const char *type_name(enum tr_type type)
{
    static const char *const names[] = {
        [TR_TYPE_INT8] = "int8",       [TR_TYPE_INT16] = "int16",   [TR_TYPE_INT32] = "int32",
        [TR_TYPE_INT64] = "int64",     [TR_TYPE_FLOAT32] = "float", [TR_TYPE_FLOAT64] = "double",
        [TR_TYPE_BOOLEAN] = "boolean", [TR_TYPE_STRING] = "string", [TR_TYPE_BYTES] = "bytes",
        [TR_TYPE_ARRAY] = "array",     [TR_TYPE_MAP] = "map",       [TR_TYPE_STRUCT] = "struct",
    };
    return names[type];
}

/* What isn't UTF-8 makes the writer fail; names come from catalogs that guarantee it. */
static void put_string(struct tr_writer *writer, const char *text)
{
    if (!tr_writer_json(writer, tr_slice_of(text)))
        writer->failed = true;
}

static void put_parameters(struct tr_writer *writer, const struct tr_schema *schema)
{
    for (size_t i = 0; i < schema->nparameters; i++) {
        tr_writer_text(writer, i ? "," : ",\"parameters\":{");
        put_string(writer, schema->parameters[i].key);
        tr_writer_char(writer, ':');
        put_string(writer, schema->parameters[i].value);
    }
    if (schema->nparameters)
        tr_writer_char(writer, '}');
}

static int put_default(const struct putting *putting, const struct tr_schema *schema)
{
    const struct tr_json_options options = {.numeric = putting->numeric};
    struct tr_arena arena;
    struct tr_json_node node;

    if (!schema->default_value)
        return 0;
    tr_arena_init(&arena, 4096, 16 << 20);
    tr_writer_literal(putting->writer, ",\"default\":");
    int rc = tr_json_compile(schema, options, &arena, &node, putting->diag);
    if (rc == 0)
        rc = tr_json_write(&node, schema->default_value, putting->writer, putting->diag);
    tr_arena_finish(&arena);
    return rc;
}

static int put_schema(const struct putting *putting, const struct tr_schema *schema,
                      const char *field);

static int put_children(const struct putting *putting, const struct tr_schema *schema)
{
    struct tr_writer *writer = putting->writer;

    if (schema->type == TR_TYPE_STRUCT) {
        tr_writer_literal(writer, ",\"fields\":[");
        for (size_t i = 0; i < schema->nfields; i++) {
            if (i)
                tr_writer_char(writer, ',');
            if (put_schema(putting, schema->fields[i].schema, schema->fields[i].name) < 0)
                return -1;
        }
        tr_writer_char(writer, ']');
    } else if (schema->type == TR_TYPE_MAP) {
        tr_writer_literal(writer, ",\"keys\":");
        if (put_schema(putting, schema->keys, NULL) < 0)
            return -1;
        tr_writer_literal(writer, ",\"values\":");
        return put_schema(putting, schema->items, NULL);
    } else if (schema->type == TR_TYPE_ARRAY) {
        tr_writer_literal(writer, ",\"items\":");
        return put_schema(putting, schema->items, NULL);
    }
    return 0;
}

/* The order of the members is JsonConverter's own. */
static int put_schema(const struct putting *putting, const struct tr_schema *schema,
                      const char *field)
{
    struct tr_writer *writer = putting->writer;

    tr_writer_literal(writer, "{\"type\":");
    put_string(writer, type_name(schema->type));
    if (put_children(putting, schema) < 0)
        return -1;
    tr_writer_text(writer, schema->optional ? ",\"optional\":true" : ",\"optional\":false");
    if (schema->name) {
        tr_writer_literal(writer, ",\"name\":");
        put_string(writer, schema->name);
    }
    if (schema->version) {
        tr_writer_literal(writer, ",\"version\":");
        tr_writer_int(writer, schema->version);
    }
    if (schema->doc) {
        tr_writer_literal(writer, ",\"doc\":");
        put_string(writer, schema->doc);
    }
    put_parameters(writer, schema);
    if (put_default(putting, schema) < 0)
        return -1;
    if (field) {
        tr_writer_literal(writer, ",\"field\":");
        put_string(writer, field);
    }
    tr_writer_char(writer, '}');
    return 0;
}

int tr_json_write_schema(const struct tr_schema *schema, bool numeric, struct tr_writer *writer,
                         struct tr_diag *diag)
{
    return put_schema(&(struct putting){writer, numeric, diag}, schema, NULL);
}
