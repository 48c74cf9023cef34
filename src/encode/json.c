/*
 * Kafka Connect's JsonConverter: {"schema":…,"payload":…} or the payload alone.
 * Facts: org.apache.kafka.connect.json.JsonConverter and recordings.
 */
#include "encode/json.h"

#include <stdlib.h>

#include "encode/encoder-impl.h"
#include "encode/number.h"
#include "encode/text.h"

struct json_encoder {
    struct tr_encoder base;
    struct tr_converter_options options;
};

struct json_encoding {
    struct tr_encoding base;
    struct tr_arena arena;
    struct tr_slice head, tail; /* around the payload: the schema's envelope, or nothing */
    struct tr_json_node root;
};

static int mismatch(const struct tr_json_node *node, struct tr_diag *diag)
{
    return tr_fail(diag, TR_BUG, TR_STOP, "field \"%s\": the value doesn't fit the schema",
                   node->field);
}

static int write_text(const struct tr_json_node *node, const struct tr_value *value,
                      struct tr_writer *writer, struct tr_diag *diag)
{
    if (value->kind != TR_TEXT)
        return mismatch(node, diag);
    if (!tr_writer_json(writer, value->bytes) && !writer->failed)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "field \"%s\" holds bytes that are not UTF-8: the database's encoding "
                       "doesn't tell what they are; correct the row, or convert the database from "
                       "SQL_ASCII",
                       node->field);
    return 0;
}

static int write_bytes(const struct tr_json_node *node, const struct tr_value *value,
                       struct tr_writer *writer, struct tr_diag *diag)
{
    if (value->kind != TR_BYTES)
        return mismatch(node, diag);
    if (node->numeric)
        return tr_text_put_decimal(value->bytes, node->scale, writer) < 0 ? tr_fail_memory(diag)
                                                                          : 0;
    tr_writer_char(writer, '"');
    tr_writer_base64(writer, value->bytes);
    tr_writer_char(writer, '"');
    return 0;
}

static int write_array(const struct tr_json_node *node, const struct tr_value *value,
                       struct tr_writer *writer, struct tr_diag *diag)
{
    tr_writer_char(writer, '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i)
            tr_writer_char(writer, ',');
        if (tr_json_write(&node->children[0], &value->items[i], writer, diag) < 0)
            return -1;
    }
    tr_writer_char(writer, ']');
    return 0;
}

/* Text keys make an object, others an array of pairs. */
static int write_map(const struct tr_json_node *node, const struct tr_value *value,
                     struct tr_writer *writer, struct tr_diag *diag)
{
    tr_writer_char(writer, node->text_keys ? '{' : '[');
    for (size_t i = 0; i + 1 < value->count; i += 2) {
        if (i)
            tr_writer_char(writer, ',');
        if (!node->text_keys)
            tr_writer_char(writer, '[');
        if (tr_json_write(&node->children[0], &value->items[i], writer, diag) < 0)
            return -1;
        tr_writer_char(writer, node->text_keys ? ':' : ',');
        if (tr_json_write(&node->children[1], &value->items[i + 1], writer, diag) < 0)
            return -1;
        if (!node->text_keys)
            tr_writer_char(writer, ']');
    }
    tr_writer_char(writer, node->text_keys ? '}' : ']');
    return 0;
}

static int write_struct(const struct tr_json_node *node, const struct tr_value *value,
                        struct tr_writer *writer, struct tr_diag *diag)
{
    if (value->count != node->nchildren)
        return mismatch(node, diag);
    for (size_t i = 0; i < value->count; i++) {
        const struct tr_json_node *field = &node->children[i];
        tr_writer_slice(writer, field->prefix);
        if (tr_json_write(field, &value->items[i], writer, diag) < 0)
            return -1;
    }
    tr_writer_text(writer, value->count ? "}" : "{}");
    return 0;
}

static int write_items(const struct tr_json_node *node, const struct tr_value *value,
                       struct tr_writer *writer, struct tr_diag *diag)
{
    if (value->kind != TR_ITEMS)
        return mismatch(node, diag);
    if (node->type == TR_TYPE_STRUCT)
        return write_struct(node, value, writer, diag);
    if (node->type == TR_TYPE_ARRAY)
        return write_array(node, value, writer, diag);
    return write_map(node, value, writer, diag);
}

static int write_number(const struct tr_json_node *node, const struct tr_value *value,
                        struct tr_writer *writer, struct tr_diag *diag)
{
    if (node->type == TR_TYPE_BOOLEAN && value->kind == TR_BOOLEAN)
        tr_writer_text(writer, value->boolean ? "true" : "false");
    else if (node->type == TR_TYPE_FLOAT32 && value->kind == TR_FLOAT)
        tr_number_write_float(writer, value->float32);
    else if (node->type == TR_TYPE_FLOAT64 && value->kind == TR_DOUBLE)
        tr_number_write_double(writer, value->float64);
    else
        return mismatch(node, diag);
    return 0;
}

static int write_null(const struct tr_json_node *node, struct tr_writer *writer,
                      struct tr_diag *diag)
{
    if (node->otherwise)
        return tr_json_write(node, node->otherwise, writer, diag);
    if (!node->optional)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "field \"%s\" is null, but its schema says that it never is", node->field);
    tr_writer_literal(writer, "null");
    return 0;
}

int tr_json_write(const struct tr_json_node *node, const struct tr_value *value,
                  struct tr_writer *writer, struct tr_diag *diag)
{
    if (value->kind == TR_NULL)
        return write_null(node, writer, diag);
    switch (node->type) {
    case TR_TYPE_INT8:
    case TR_TYPE_INT16:
    case TR_TYPE_INT32:
    case TR_TYPE_INT64:
        if (value->kind != TR_INTEGER)
            return mismatch(node, diag);
        tr_writer_int(writer, value->integer);
        return 0;
    case TR_TYPE_STRING:
        return write_text(node, value, writer, diag);
    case TR_TYPE_BYTES:
        return write_bytes(node, value, writer, diag);
    case TR_TYPE_ARRAY:
    case TR_TYPE_MAP:
    case TR_TYPE_STRUCT:
        return write_items(node, value, writer, diag);
    default:
        return write_number(node, value, writer, diag);
    }
}

static void free_encoding(struct tr_encoding *base)
{
    struct json_encoding *encoding = (struct json_encoding *)base;

    tr_arena_finish(&encoding->arena);
    free(encoding);
}

/* {"schema":…,"payload": — rendered once, copied for each record. */
static int render_envelope(struct json_encoding *encoding, const struct tr_schema *schema,
                           bool numeric, struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, &encoding->arena);
    tr_writer_literal(&writer, "{\"schema\":");
    if (schema->schemaless)
        tr_writer_literal(&writer, "null");
    else if (tr_json_write_schema(schema, numeric, &writer, diag) < 0)
        return -1;
    tr_writer_literal(&writer, ",\"payload\":");
    if (tr_writer_end(&writer, &encoding->head) < 0)
        return tr_fail_memory(diag);
    encoding->tail = TR_SLICE("}");
    return 0;
}

static int compile(struct tr_encoder *base, const struct tr_schema *schema, const char *topic,
                   struct tr_encoding **ret_encoding, struct tr_diag *diag)
{
    const struct json_encoder *encoder = (const struct json_encoder *)base;
    const struct tr_json_options options = {encoder->options.replace_null_with_default,
                                            encoder->options.decimal_format == TR_DECIMAL_NUMERIC};
    struct json_encoding *encoding = calloc(1, sizeof *encoding);

    (void)topic; /* only registries file schemas by topic */
    if (!encoding)
        return tr_fail_memory(diag);
    encoding->base.impl = base->impl;
    tr_arena_init(&encoding->arena, 16 << 10, 64 << 20);
    if (tr_json_compile(schema, options, &encoding->arena, &encoding->root, diag) < 0)
        goto fail;
    if (encoder->options.schemas_enable &&
        render_envelope(encoding, schema, options.numeric, diag) < 0)
        goto fail;
    *ret_encoding = &encoding->base;
    return 0;
fail:
    free_encoding(&encoding->base);
    return -1;
}

static int write_message(const struct tr_encoding *base, const struct tr_value *value,
                         struct tr_writer *writer, struct tr_diag *diag)
{
    const struct json_encoding *encoding = (const struct json_encoding *)base;

    tr_writer_slice(writer, encoding->head);
    if (tr_json_write(&encoding->root, value, writer, diag) < 0)
        return -1;
    tr_writer_slice(writer, encoding->tail);
    return 0;
}

static void free_encoder(struct tr_encoder *encoder)
{
    free(encoder);
}

int tr_json_encoder_new(const struct tr_converter_options *options, struct tr_encoder **ret_encoder,
                        struct tr_diag *diag)
{
    static const struct tr_encoder_impl impl = {
        .compile = compile,
        .write = write_message,
        .free_encoding = free_encoding,
        .free_encoder = free_encoder,
    };
    struct json_encoder *encoder = calloc(1, sizeof *encoder);

    if (!encoder)
        return tr_fail_memory(diag);
    encoder->base.impl = &impl;
    encoder->options = *options;
    *ret_encoder = &encoder->base;
    return 0;
}
