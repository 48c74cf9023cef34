/*
 * Debezium's BinaryDataConverter: bytes as they are, everything else by another converter
 * (delegate.converter.type).
 * Facts: io.debezium.converters.BinaryDataConverter (3.6).
 */
#include <stdlib.h>

#include "encode/encoder-impl.h"
#include "record/logical.h"

struct binary_encoder {
    struct tr_encoder base;
    struct tr_converter_options options; /* the delegate's */
    struct tr_encoder *delegate;         /* NULL: there is none */
};

struct binary_encoding {
    struct tr_encoding base;
    const struct tr_schema *schema;
    struct tr_encoding *delegate; /* NULL: the bytes themselves, or nothing to write with */
    bool plain_null;
};

static void free_encoding(struct tr_encoding *base)
{
    struct binary_encoding *encoding = (struct binary_encoding *)base;

    tr_encoding_free(encoding->delegate);
    free(encoding);
}

static int compile(struct tr_encoder *base, const struct tr_schema *schema, const char *topic,
                   struct tr_encoding **ret_encoding, struct tr_diag *diag)
{
    const struct binary_encoder *encoder = (const struct binary_encoder *)base;
    bool bytes = schema->type == TR_TYPE_BYTES;
    struct binary_encoding *encoding = calloc(1, sizeof *encoding);

    if (!encoding)
        return tr_fail_memory(diag);
    encoding->base.impl = base->impl;
    encoding->schema = schema;
    encoding->plain_null = bytes || (encoder->delegate && tr_encoder_plain_null(encoder->delegate));
    if (encoder->delegate && !(bytes && tr_logical_of(schema) == TR_LOGICAL_NONE) &&
        tr_encoding_new(encoder->delegate, schema, topic, &encoding->delegate, diag) < 0) {
        free_encoding(&encoding->base);
        return -1;
    }
    *ret_encoding = &encoding->base;
    return 0;
}

static int write(const struct tr_encoding *base, const struct tr_value *value,
                 struct tr_writer *writer, struct tr_diag *diag)
{
    const struct binary_encoding *encoding = (const struct binary_encoding *)base;

    if (value->kind == TR_NULL && encoding->plain_null)
        return 1;
    if (encoding->delegate)
        return tr_encoding_write(encoding->delegate, value, writer, diag);
    if (value->kind != TR_BYTES || tr_logical_of(encoding->schema) != TR_LOGICAL_NONE)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "BinaryDataConverter writes bytes only: a value of another type requires "
                       "its delegate.converter.type to be configured");
    tr_writer_slice(writer, value->bytes);
    return 0;
}

static void free_encoder(struct tr_encoder *base)
{
    tr_encoder_free(((struct binary_encoder *)base)->delegate);
    free(base);
}

int tr_binary_encoder_new(const struct tr_converter_options *options, bool key,
                          struct tr_encoder **ret_encoder, struct tr_diag *diag)
{
    static const struct tr_encoder_impl impl = {
        .compile = compile,
        .write = write,
        .free_encoding = free_encoding,
        .free_encoder = free_encoder,
    };
    struct binary_encoder *encoder = calloc(1, sizeof *encoder);

    if (!encoder)
        return tr_fail_memory(diag);
    encoder->base.impl = &impl;
    encoder->options = *options;
    encoder->options.class = options->delegate;
    encoder->options.schemas_enable = options->delegate_schemas_enable;
    if (options->delegate != TR_CONVERTER_BINARY &&
        tr_encoder_new(&encoder->options, key, &encoder->delegate, diag) < 0) {
        free(encoder);
        return -1;
    }
    *ret_encoder = &encoder->base;
    return 0;
}
