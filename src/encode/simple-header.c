/*
 * Kafka Connect's SimpleHeaderConverter: a value as text, the schema left out.
 * Facts: org.apache.kafka.connect.data.Values.convertToString (4.1) and recordings.
 */
#include <stdlib.h>

#include "encode/encoder-impl.h"
#include "encode/json.h"

struct simple_encoding {
    struct tr_encoding base;
    struct tr_arena arena;
    struct tr_json_node root;
};

static void free_encoding(struct tr_encoding *base)
{
    struct simple_encoding *encoding = (struct simple_encoding *)base;

    tr_arena_finish(&encoding->arena);
    free(encoding);
}

static int compile(struct tr_encoder *base, const struct tr_schema *schema, const char *topic,
                   struct tr_encoding **ret_encoding, struct tr_diag *diag)
{
    struct simple_encoding *encoding = calloc(1, sizeof *encoding);

    (void)topic;
    if (!encoding)
        return tr_fail_memory(diag);
    encoding->base.impl = base->impl;
    tr_arena_init(&encoding->arena, 4 << 10, 64 << 20);
    if (tr_json_compile(schema, true, &encoding->arena, &encoding->root, diag) < 0) {
        free_encoding(&encoding->base);
        return -1;
    }
    *ret_encoding = &encoding->base;
    return 0;
}

/* Texts and bytes stand alone; what they are in is JSON. */
static int write(const struct tr_encoding *base, const struct tr_value *value,
                 struct tr_writer *writer, struct tr_diag *diag)
{
    const struct simple_encoding *encoding = (const struct simple_encoding *)base;

    if (value->kind == TR_TEXT)
        tr_writer_slice(writer, value->bytes);
    else if (value->kind == TR_BYTES)
        tr_writer_base64(writer, value->bytes);
    else
        return tr_json_write(&encoding->root, value, writer, diag);
    return 0;
}

static void free_encoder(struct tr_encoder *encoder)
{
    free(encoder);
}

int tr_simple_header_encoder_new(struct tr_encoder **ret_encoder, struct tr_diag *diag)
{
    static const struct tr_encoder_impl impl = {
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
