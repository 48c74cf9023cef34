/* AvroConverter's way back: which schema a value has is asked of the registry once. */
#include <stdlib.h>

#include "base/cursor.h"
#include "encode/avro-decoder.h"
#include "encode/avro/avro.h"
#include "encode/registry.h"

/* All schemas that were met. */
#define SCHEMAS_CAP ((size_t)256 << 20)

struct schema {
    uint64_t id;
    const struct tr_avro_reading *reading; /* NULL: the registry has none */
    struct schema *next;
};

struct tr_avro_decoder {
    struct tr_avro_form form;
    struct tr_registry *registry;
    struct tr_arena arena;
    struct schema *schemas;
};

int tr_avro_decoder_new(const struct tr_converter_options *options, bool key,
                        struct tr_avro_decoder **ret_decoder, struct tr_diag *diag)
{
    struct tr_avro_decoder *decoder = calloc(1, sizeof *decoder);

    if (!decoder)
        return tr_fail_memory(diag);
    decoder->form = tr_avro_form_of(options, key);
    tr_arena_init(&decoder->arena, 16 << 10, SCHEMAS_CAP);
    if (tr_registry_new(options, key, &decoder->registry, diag) < 0) {
        tr_avro_decoder_free(decoder);
        return -1;
    }
    *ret_decoder = decoder;
    return 0;
}

void tr_avro_decoder_free(struct tr_avro_decoder *decoder)
{
    if (!decoder)
        return;
    tr_registry_free(decoder->registry);
    tr_arena_finish(&decoder->arena);
    free(decoder);
}

const char *tr_avro_decoder_header(const struct tr_avro_decoder *decoder)
{
    return decoder->form.id_header;
}

static int fetch(struct tr_avro_decoder *decoder, struct schema *schema, struct tr_diag *diag)
{
    json_t *json = NULL;
    int rc = tr_registry_fetch(decoder->registry, schema->id, &json, diag);

    if (rc == 0)
        rc = tr_avro_parse(json, &decoder->arena, &schema->reading, diag);
    json_decref(json);
    return rc < 0 ? -1 : 0;
}

static int find(struct tr_avro_decoder *decoder, uint64_t id,
                const struct tr_avro_reading **ret_reading, struct tr_diag *diag)
{
    struct schema *schema = decoder->schemas;

    while (schema && schema->id != id)
        schema = schema->next;
    if (!schema) {
        schema = tr_arena_zalloc(&decoder->arena, 1, sizeof *schema);
        if (!schema)
            return tr_fail_memory(diag);
        schema->id = id;
        if (fetch(decoder, schema, diag) < 0)
            return -1;
        schema->next = decoder->schemas;
        decoder->schemas = schema;
    }
    *ret_reading = schema->reading;
    return 0;
}

int tr_avro_decode(struct tr_avro_decoder *decoder, const struct tr_avro_message *message,
                   json_t **ret_value, struct tr_diag *diag)
{
    const struct tr_avro_form *form = &decoder->form;
    struct tr_cursor cursor = tr_cursor_of(form->id_size ? message->bytes : message->id);
    const struct tr_avro_reading *reading = NULL;

    *ret_value = NULL;
    if (form->id_size && tr_cursor_u8(&cursor) != 0)
        return TR_AVRO_UNKNOWN;
    uint64_t id = tr_cursor_be(&cursor, form->id_size ? form->id_size : 8);
    if (cursor.failed)
        return TR_AVRO_UNKNOWN;
    if (find(decoder, id, &reading, diag) < 0)
        return -1;
    if (!reading)
        return TR_AVRO_UNKNOWN;
    struct tr_slice value =
        form->id_size ? tr_cursor_slice(&cursor, tr_cursor_left(&cursor)) : message->bytes;
    return tr_avro_read(reading, value, ret_value, diag);
}
