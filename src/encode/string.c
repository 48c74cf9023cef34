/*
 * Kafka Connect's StringConverter: toString of the value, whatever it is: a text as it is, a
 * struct as Struct{a=1,b=x}, without the fields that are null.
 *
 * Where Java prints the identity of an object (byte[]) or the time zone of the machine
 * (java.util.Date), there is no toString to follow: bytes are written as base64, dates and times as
 * ISO 8601 in UTC. Facts: StringConverter, data.Struct, AbstractMap and AbstractCollection.
 */
#include <stdlib.h>

#include "encode/encoder-impl.h"
#include "encode/text.h"

struct string_encoding {
    struct tr_encoding base;
    const struct tr_schema *schema;
};

static int put(const struct tr_schema *schema, const struct tr_value *value,
               struct tr_writer *writer);

static int put_struct(const struct tr_schema *schema, const struct tr_value *value,
                      struct tr_writer *writer)
{
    const char *separator = "Struct{";

    for (size_t i = 0; i < schema->nfields && i < value->count; i++) {
        if (value->items[i].kind == TR_NULL)
            continue;
        tr_writer_text(writer, separator);
        tr_writer_text(writer, schema->fields[i].name);
        tr_writer_char(writer, '=');
        if (put(schema->fields[i].schema, &value->items[i], writer) < 0)
            return -1;
        separator = ",";
    }
    tr_writer_text(writer, *separator == 'S' ? "Struct{}" : "}");
    return 0;
}

static int put_list(const struct tr_schema *schema, const struct tr_value *value,
                    struct tr_writer *writer)
{
    bool map = schema->type == TR_TYPE_MAP;

    tr_writer_char(writer, map ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        const struct tr_schema *item = map && i % 2 == 0 ? schema->keys : schema->items;
        if (i)
            tr_writer_text(writer, map && i % 2 ? "=" : ", ");
        if (put(item, &value->items[i], writer) < 0)
            return -1;
    }
    tr_writer_char(writer, map ? '}' : ']');
    return 0;
}

static int put(const struct tr_schema *schema, const struct tr_value *value,
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
        tr_text_put_integer(tr_logical_of(schema), value->integer, writer);
        return 0;
    case TR_FLOAT:
        tr_text_put_float(value->float32, writer);
        return 0;
    case TR_DOUBLE:
        tr_text_put_double(value->float64, writer);
        return 0;
    case TR_TEXT:
        tr_writer_slice(writer, value->bytes);
        return 0;
    case TR_BYTES:
        if (tr_logical_of(schema) == TR_LOGICAL_DECIMAL)
            return tr_text_put_decimal(value->bytes, tr_logical_scale(schema), writer);
        tr_writer_base64(writer, value->bytes);
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
    struct string_encoding *encoding = calloc(1, sizeof *encoding);

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
    const struct string_encoding *encoding = (const struct string_encoding *)base;

    return put(encoding->schema, value, writer) < 0 ? tr_fail_memory(diag) : 0;
}

static void free_encoding(struct tr_encoding *encoding)
{
    free(encoding);
}

static void free_encoder(struct tr_encoder *encoder)
{
    free(encoder);
}

int tr_string_encoder_new(struct tr_encoder **ret_encoder, struct tr_diag *diag)
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
