/*
 * AvroConverter, Confluent's and Apicurio's: an Avro value, and the id of its schema in a registry
 * before it or in a header beside it.
 *
 *   Confluent                 00 id(4) avro
 *   Apicurio, as-confluent    00 id(4) avro
 *   Apicurio, no headers      00 id(8) avro
 *   Apicurio                  avro; headers apicurio.{key,value}.globalId = id(8), .encoding=BINARY
 *
 * Ids are big-endian. Confluent writes a schema that is bytes alone without Avro's length.
 *
 * Facts: AbstractKafkaAvroSerializer (Confluent 8.1), AbstractKafkaSerializer (Apicurio 2.6).
 */
#include <stdlib.h>

#include "encode/avro/avro.h"
#include "encode/encoder-impl.h"
#include "encode/registry.h"

struct avro_encoder {
    struct tr_encoder base;
    const struct tr_converter_options *options;
    struct tr_registry *registry;
    struct tr_avro_form form;
};

struct avro_encoding {
    struct tr_encoding base;
    const struct avro_encoder *encoder;
    struct tr_arena arena;
    struct tr_avro_node root;
    bool raw;
    struct tr_registry_entry *entry;
};

static void put_big_endian(uint64_t number, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(number >> (8 * (n - 1 - i)));
}

static void put_frame(const struct avro_encoding *encoding, struct tr_writer *writer)
{
    char frame[9] = {0};
    size_t n = encoding->encoder->form.id_size;

    put_big_endian(encoding->entry->id, n, frame + 1);
    tr_writer_put(writer, frame, n + 1);
}

static int write_message(const struct tr_encoding *base, const struct tr_value *value,
                         struct tr_writer *writer, struct tr_diag *diag)
{
    const struct avro_encoding *encoding = (const struct avro_encoding *)base;

    if (tr_registry_resolve(encoding->entry, diag) < 0)
        return -1;
    if (encoding->encoder->form.id_size)
        put_frame(encoding, writer);
    if (TR_UNLIKELY(encoding->raw && value->kind == TR_BYTES)) {
        tr_writer_slice(writer, value->bytes);
        return 0;
    }
    return tr_avro_write(&encoding->root, value, writer, diag);
}

static void free_encoding(struct tr_encoding *base)
{
    struct avro_encoding *encoding = (struct avro_encoding *)base;

    tr_arena_finish(&encoding->arena);
    free(encoding);
}

static int name_record(const struct tr_schema *schema, const struct tr_avro_options *options,
                       struct tr_arena *arena, struct tr_avro_name *ret_name, struct tr_diag *diag)
{
    if (schema->type != TR_TYPE_STRUCT)
        return 0;
    return schema->name ? tr_avro_name(schema->name, options, arena, ret_name, diag)
                        : tr_avro_default_name(1, arena, ret_name, diag);
}

/* The schema's text and its place in the registry. */
static int file_schema(struct avro_encoding *encoding, const struct tr_schema *schema,
                       const char *topic, struct tr_diag *diag)
{
    const struct tr_avro_options *options = &encoding->encoder->options->avro;
    struct tr_avro_name name = {0};
    struct tr_arena arena;
    struct tr_slice text;
    int rc = -1;

    tr_arena_init(&arena, 16 << 10, 64 << 20);
    if (tr_avro_render(schema, options, &arena, &text, diag) == 0 &&
        name_record(schema, options, &arena, &name, diag) == 0) {
        struct tr_registry_schema filed = {
            .topic = topic,
            .space = name.space,
            .name = name.name,
            .full = name.full,
            .text = tr_arena_strdup(&arena, text),
        };
        rc = filed.text
                 ? tr_registry_file(encoding->encoder->registry, &filed, &encoding->entry, diag)
                 : tr_fail_memory(diag);
    }
    tr_arena_finish(&arena);
    return rc;
}

static int compile(struct tr_encoder *base, const struct tr_schema *schema, const char *topic,
                   struct tr_encoding **ret_encoding, struct tr_diag *diag)
{
    const struct avro_encoder *encoder = (const struct avro_encoder *)base;

    if (schema->schemaless)
        return tr_fail(diag, TR_SCHEMA, TR_STOP,
                       "topic %s: a transform made a map without a schema, for which there is no "
                       "Avro: apply it only to records with a schema, by a predicate",
                       topic);
    struct avro_encoding *encoding = calloc(1, sizeof *encoding);
    if (!encoding)
        return tr_fail_memory(diag);
    encoding->base.impl = base->impl;
    encoding->encoder = encoder;
    encoding->raw = encoder->form.raw_bytes && schema->type == TR_TYPE_BYTES && !schema->optional;
    tr_arena_init(&encoding->arena, 16 << 10, 64 << 20);
    if (tr_avro_compile(schema, &encoder->options->avro, &encoding->arena, &encoding->root, diag) <
            0 ||
        file_schema(encoding, schema, topic, diag) < 0) {
        free_encoding(&encoding->base);
        return -1;
    }
    *ret_encoding = &encoding->base;
    return 0;
}

static int put_headers(const struct tr_encoding *base, struct tr_arena *arena,
                       struct tr_header *ret_headers, struct tr_diag *diag)
{
    const struct avro_encoding *encoding = (const struct avro_encoding *)base;
    char *id = tr_arena_alloc(arena, 8);

    if (!id)
        return tr_fail_memory(diag);
    put_big_endian(encoding->entry->id, 8, id);
    ret_headers[0] = (struct tr_header){encoding->encoder->form.id_header, {id, 8}};
    ret_headers[1] =
        (struct tr_header){encoding->encoder->form.encoding_header, TR_SLICE("BINARY")};
    return 0;
}

static void free_encoder(struct tr_encoder *base)
{
    struct avro_encoder *encoder = (struct avro_encoder *)base;

    tr_registry_free(encoder->registry);
    free(encoder);
}

struct tr_avro_form tr_avro_form_of(const struct tr_converter_options *options, bool key)
{
    const struct tr_apicurio_options *apicurio = &options->apicurio;

    if (options->class == TR_CONVERTER_AVRO)
        return (struct tr_avro_form){.id_size = 4, .raw_bytes = true};
    if (!apicurio->headers_enabled)
        return (struct tr_avro_form){.id_size = apicurio->as_confluent ? 4 : 8};
    struct tr_avro_form form = {
        .id_header = key ? "apicurio.key.globalId" : "apicurio.value.globalId",
        .encoding_header = key ? "apicurio.key.encoding" : "apicurio.value.encoding",
    };
    if (apicurio->content_id)
        form.id_header = key ? "apicurio.key.contentId" : "apicurio.value.contentId";
    return form;
}

int tr_avro_encoder_new(const struct tr_converter_options *options, bool key,
                        struct tr_encoder **ret_encoder, struct tr_diag *diag)
{
    static const struct tr_encoder_impl impl = {
        .plain_null = true,
        .compile = compile,
        .write = write_message,
        .free_encoding = free_encoding,
        .free_encoder = free_encoder,
    };
    static const struct tr_encoder_impl impl_with_headers = {
        .plain_null = true,
        .nheaders = TR_ENCODING_HEADERS,
        .compile = compile,
        .write = write_message,
        .headers = put_headers,
        .free_encoding = free_encoding,
        .free_encoder = free_encoder,
    };
    struct avro_encoder *encoder = calloc(1, sizeof *encoder);

    if (!encoder)
        return tr_fail_memory(diag);
    encoder->options = options;
    encoder->form = tr_avro_form_of(options, key);
    encoder->base.impl = encoder->form.id_header ? &impl_with_headers : &impl;
    if (tr_registry_new(options, key, &encoder->registry, diag) < 0) {
        free(encoder);
        return -1;
    }
    *ret_encoder = &encoder->base;
    return 0;
}
