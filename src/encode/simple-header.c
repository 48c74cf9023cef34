/*
 * Kafka Connect's SimpleHeaderConverter: a value as text, the schema left out. Looks like JSON, but
 * escapes only "\" and quotes, and writes decimals and dates as people do.
 * Facts: org.apache.kafka.connect.data.Values.convertToString (4.1) and recordings.
 */
#include <stdlib.h>

#include "encode/encoder-impl.h"
#include "encode/number.h"
#include "encode/text.h"
#include "record/logical.h"
#include "record/moment-text.h"

struct simple_encoding {
    struct tr_encoding base;
    const struct tr_schema *schema;
};

static int put(const struct tr_schema *schema, const struct tr_value *value, bool embedded,
               struct tr_writer *writer);

static void put_text(struct tr_slice text, bool embedded, struct tr_writer *writer)
{
    if (!embedded) {
        tr_writer_slice(writer, text);
        return;
    }
    tr_writer_char(writer, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\')
            tr_writer_char(writer, '\\');
        tr_writer_char(writer, text.p[i]);
    }
    tr_writer_char(writer, '"');
}

static void put_bytes(struct tr_slice bytes, bool embedded, struct tr_writer *writer)
{
    if (embedded)
        tr_writer_char(writer, '"');
    tr_writer_base64(writer, bytes);
    if (embedded)
        tr_writer_char(writer, '"');
}

static void put_integer(const struct tr_schema *schema, int64_t number, bool embedded,
                        struct tr_writer *writer)
{
    bool quoted = embedded && tr_logical_of(schema) != TR_LOGICAL_NONE;

    if (quoted)
        tr_writer_char(writer, '"');
    tr_moment_write(writer, schema, number);
    if (quoted)
        tr_writer_char(writer, '"');
}

/* "NaN" is a JSON string elsewhere; here it stands bare. */
static void put_float(const struct tr_value *value, struct tr_writer *writer)
{
    double number = value->kind == TR_FLOAT ? (double)value->float32 : value->float64;

    if (number != number)
        tr_writer_literal(writer, "NaN");
    else if (number - number != 0)
        tr_writer_text(writer, number > 0 ? "Infinity" : "-Infinity");
    else if (value->kind == TR_FLOAT)
        tr_number_write_float(writer, value->float32);
    else
        tr_number_write_double(writer, number);
}

static int put_struct(const struct tr_schema *schema, const struct tr_value *value,
                      struct tr_writer *writer)
{
    tr_writer_char(writer, '{');
    for (size_t i = 0; i < schema->nfields && i < value->count; i++) {
        const struct tr_schema *field = schema->fields[i].schema;
        const struct tr_value *item = &value->items[i];
        if (i)
            tr_writer_char(writer, ',');
        put_text(tr_slice_of(schema->fields[i].name), true, writer);
        tr_writer_char(writer, ':');
        if (item->kind == TR_NULL && field->default_value)
            item = field->default_value;
        if (put(field, item, true, writer) < 0)
            return -1;
    }
    tr_writer_char(writer, '}');
    return 0;
}

static int put_list(const struct tr_schema *schema, const struct tr_value *value,
                    struct tr_writer *writer)
{
    bool map = schema->type == TR_TYPE_MAP;

    tr_writer_char(writer, map ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i)
            tr_writer_char(writer, map && i % 2 ? ':' : ',');
        if (put(map && i % 2 == 0 ? schema->keys : schema->items, &value->items[i], true, writer) <
            0)
            return -1;
    }
    tr_writer_char(writer, map ? '}' : ']');
    return 0;
}

static int put(const struct tr_schema *schema, const struct tr_value *value, bool embedded,
               struct tr_writer *writer)
{
    switch (value->kind) {
    case TR_NULL:
        tr_writer_literal(writer, "null");
        return 0;
    case TR_BOOLEAN:
        tr_writer_text(writer, value->boolean ? "true" : "false");
        return 0;
    case TR_INTEGER:
        put_integer(schema, value->integer, embedded, writer);
        return 0;
    case TR_FLOAT:
    case TR_DOUBLE:
        put_float(value, writer);
        return 0;
    case TR_TEXT:
        put_text(value->bytes, embedded, writer);
        return 0;
    case TR_BYTES:
        if (tr_logical_of(schema) == TR_LOGICAL_DECIMAL)
            return tr_text_put_decimal(value->bytes, tr_logical_scale(schema), writer);
        put_bytes(value->bytes, embedded, writer);
        return 0;
    case TR_ITEMS:
        return schema->type == TR_TYPE_STRUCT ? put_struct(schema, value, writer)
                                              : put_list(schema, value, writer);
    }
    return -1;
}

static int compile(struct tr_encoder *base, const struct tr_schema *schema, const char *topic,
                   struct tr_encoding **ret_encoding, struct tr_diag *diag)
{
    struct simple_encoding *encoding = calloc(1, sizeof *encoding);

    (void)topic;
    if (!encoding)
        return tr_fail_memory(diag);
    encoding->base.impl = base->impl;
    encoding->schema = schema;
    *ret_encoding = &encoding->base;
    return 0;
}

static int write(const struct tr_encoding *base, const struct tr_value *value,
                 struct tr_writer *writer, struct tr_diag *diag)
{
    const struct simple_encoding *encoding = (const struct simple_encoding *)base;

    return put(encoding->schema, value, false, writer) < 0 ? tr_fail_memory(diag) : 0;
}

static void free_encoding(struct tr_encoding *encoding)
{
    free(encoding);
}

static void free_encoder(struct tr_encoder *encoder)
{
    free(encoder);
}

int tr_simple_header_encoder_new(struct tr_encoder **ret_encoder, struct tr_diag *diag)
{
    static const struct tr_encoder_impl impl = {
        .plain_null = true,
        .compile = compile,
        .write = write,
        .free_encoding = free_encoding,
        .free_encoder = free_encoder,
    };
    struct tr_encoder *encoder = calloc(1, sizeof *encoder);

    if (!encoder)
        return tr_fail_memory(diag);
    encoder->impl = &impl;
    *ret_encoder = encoder;
    return 0;
}
