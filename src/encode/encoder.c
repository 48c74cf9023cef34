#include "encode/encoder-impl.h"

int tr_encoder_new(const struct tr_converter_options *options, bool key,
                   struct tr_encoder **ret_encoder, struct tr_diag *diag)
{
    switch (options->class) {
    case TR_CONVERTER_JSON:
        return tr_json_encoder_new(options, ret_encoder, diag);
    case TR_CONVERTER_STRING:
        return tr_string_encoder_new(ret_encoder, diag);
    case TR_CONVERTER_AVRO:
    case TR_CONVERTER_APICURIO_AVRO:
        return tr_avro_encoder_new(options, key, ret_encoder, diag);
    case TR_CONVERTER_SIMPLE:
        return tr_simple_header_encoder_new(ret_encoder, diag);
    case TR_CONVERTER_CLOUDEVENTS:
        return tr_cloudevents_encoder_new(options, ret_encoder, diag);
    case TR_CONVERTER_BINARY:
        return tr_binary_encoder_new(options, key, ret_encoder, diag);
    case TR_CONVERTER_BYTES:
    case TR_CONVERTER_BOOLEAN:
    case TR_CONVERTER_SHORT:
    case TR_CONVERTER_INTEGER:
    case TR_CONVERTER_LONG:
    case TR_CONVERTER_FLOAT:
    case TR_CONVERTER_DOUBLE:
        return tr_primitive_encoder_new(options->class, ret_encoder, diag);
    default:
        break;
    }
    return tr_fail_bug(diag, "no converter writes these values");
}

void tr_encoder_free(struct tr_encoder *encoder)
{
    if (encoder)
        encoder->impl->free_encoder(encoder);
}

bool tr_encoder_plain_null(const struct tr_encoder *encoder)
{
    return encoder->impl->plain_null;
}

size_t tr_encoder_headers(const struct tr_encoder *encoder)
{
    return encoder->impl->nheaders;
}

int tr_encoding_headers(const struct tr_encoding *encoding, struct tr_arena *arena,
                        struct tr_header *ret_headers, struct tr_diag *diag)
{
    return encoding->impl->headers(encoding, arena, ret_headers, diag);
}

int tr_encoding_new(struct tr_encoder *encoder, const struct tr_schema *schema, const char *topic,
                    struct tr_encoding **ret_encoding, struct tr_diag *diag)
{
    return encoder->impl->compile(encoder, schema, topic, ret_encoding, diag);
}

void tr_encoding_free(struct tr_encoding *encoding)
{
    if (encoding)
        encoding->impl->free_encoding(encoding);
}

int tr_encoding_write(const struct tr_encoding *encoding, const struct tr_value *value,
                      struct tr_writer *writer, struct tr_diag *diag)
{
    return encoding->impl->write(encoding, value, writer, diag);
}
