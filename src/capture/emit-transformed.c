/* From a change's message to the batch by way of the transform chain. */
#include "capture/capture-impl.h"

static int make_encoding(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                         struct tr_diag *diag)
{
    struct tr_encoding *encoding;

    (void)arena;
    int rc = tr_encoding_new((struct tr_encoder *)(uintptr_t)key->owner, key->from,
                             ((const struct tr_topic *)key->with)->name, &encoding, diag);
    *ret_thing = encoding;
    return rc;
}

static void drop_encoding(void *encoding)
{
    tr_encoding_free(encoding);
}

/* A record at the chain's end. */
struct transformed {
    const struct tr_emission *emission;
    const struct tr_record *record;
    struct tr_derivations *derivations;
};

static int find_encoding(const struct transformed *transformed, const struct tr_derive_key *key,
                         void **ret_encoding)
{
    static const struct tr_derive_maker maker = {make_encoding, drop_encoding};

    return tr_derive(transformed->derivations, key, &maker, ret_encoding,
                     transformed->emission->diag);
}

/* Encode a half of a record or a header, whatever schema the chain gave it. */
static int encode(const struct transformed *transformed, const struct tr_derive_key *key,
                  const struct tr_value *value, struct tr_slice *ret_bytes)
{
    void *encoding;

    if (find_encoding(transformed, key, &encoding) < 0)
        return -1;
    return tr_emit_encode(transformed->emission, encoding, value, ret_bytes);
}

static int find_topic(const struct tr_emission *emission, const char *name,
                      struct tr_topic **ret_topic)
{
    const struct tr_capture *capture = emission->capturer->capture;

    *ret_topic = emission->table->topic;
    if (name == emission->table->topic->name)
        return 0;
    /* the list of topics is the capture's, and has a lock of its own */
    return tr_topics_of_name((struct tr_topics *)(uintptr_t)&capture->topics, name, ret_topic,
                             emission->diag);
}

static bool is_written(const struct tr_derive_key *key, const struct tr_value *value)
{
    return key->from && (value->kind != TR_NULL || !tr_encoder_plain_null(key->owner));
}

static int encode_headers(const struct transformed *transformed, struct tr_message *message)
{
    const struct tr_emission *emission = transformed->emission;
    const struct tr_record *record = transformed->record;
    const struct tr_capture *capture = emission->capturer->capture;
    struct tr_header *headers =
        tr_arena_zalloc(&emission->batch->arena, record->nheaders, sizeof *headers);

    if (!headers)
        return tr_fail_memory(emission->diag);
    if (record->nheaders > UINT16_MAX) {
        tr_emit_fail(emission, TR_STAGE_HEADER_CONVERTER);
        return tr_fail(emission->diag, TR_DATA, TR_STOP,
                       "a record has %zu headers, more than %d: let a transform drop some",
                       record->nheaders, UINT16_MAX);
    }
    for (size_t i = 0; i < record->nheaders; i++) {
        const struct tr_record_header *header = &record->headers[i];
        const struct tr_derive_key key = {capture->header_encoder, header->schema, message->topic,
                                          NULL};
        char *name = tr_arena_strdup(&emission->batch->arena, tr_slice_of(header->name));
        if (!name)
            return tr_fail_memory(emission->diag);
        headers[i].name = name;
        if (is_written(&key, &header->value) &&
            encode(transformed, &key, &header->value, &headers[i].value) < 0)
            return tr_emit_fail(emission, TR_STAGE_HEADER_CONVERTER);
    }
    message->headers = headers;
    message->nheaders = (uint16_t)record->nheaders;
    return 0;
}

/* The converters' own headers; the encodings are found again. */
static int add_headers(const struct transformed *transformed, const struct tr_derive_key *key,
                       const struct tr_derive_key *value, struct tr_message *message)
{
    void *encodings[2] = {NULL, NULL};

    if (message->key.p && find_encoding(transformed, key, &encodings[0]) < 0)
        return -1;
    if (message->value.p && find_encoding(transformed, value, &encodings[1]) < 0)
        return -1;
    return tr_emit_headers(transformed->emission, message, encodings[0], encodings[1]);
}

static int put_record(const struct transformed *transformed)
{
    const struct tr_emission *emission = transformed->emission;
    const struct tr_record *record = transformed->record;
    const struct tr_capture *capture = emission->capturer->capture;
    struct tr_message *message = tr_batch_add(emission->batch);

    if (!message)
        return tr_fail_memory(emission->diag);
    message->identity = emission->change->identity;
    message->partition = record->partition;
    message->timestamp_ms = record->timestamp_ms;
    if (find_topic(emission, record->topic, &message->topic) < 0)
        return -1;
    const struct tr_derive_key key = {capture->key_encoder, record->key_schema, message->topic,
                                      NULL};
    const struct tr_derive_key value = {capture->value_encoder, record->value_schema,
                                        message->topic, NULL};
    if (is_written(&key, &record->key) &&
        encode(transformed, &key, &record->key, &message->key) < 0)
        return tr_emit_fail(emission, TR_STAGE_KEY_CONVERTER);
    if (is_written(&value, &record->value) &&
        encode(transformed, &value, &record->value, &message->value) < 0)
        return tr_emit_fail(emission, TR_STAGE_VALUE_CONVERTER);
    emission->batch->bytes += message->key.n + message->value.n;
    if (record->nheaders && encode_headers(transformed, message) < 0)
        return -1;
    return capture->converter_headers ? add_headers(transformed, &key, &value, message) : 0;
}

static int make_headers(const struct tr_emission *emission, const struct tr_outgoing *outgoing,
                        struct tr_record *record)
{
    const struct tr_capture *capture = emission->capturer->capture;

    record->headers = capture->record_headers;
    record->nheaders = emission->table->bare ? 0 : capture->nheaders;
    if (!outgoing->other_key)
        return 0;
    struct tr_record_header *headers =
        tr_arena_zalloc(&emission->capturer->scratch, capture->nheaders + 1, sizeof *headers);
    if (!headers)
        return tr_fail_memory(emission->diag);
    headers[0] = (struct tr_record_header){outgoing->header, emission->table->plan.key_schema,
                                           *outgoing->other_key};
    memcpy(headers + 1, capture->record_headers, capture->nheaders * sizeof *headers);
    record->headers = headers;
    record->nheaders = capture->nheaders + 1;
    return 0;
}

int tr_emit_transformed(const struct tr_emission *emission, const struct tr_outgoing *outgoing)
{
    const struct tr_capture_table *table = emission->table;
    struct tr_transform_context context = {.derivations = table->derivations,
                                           .scratch = &emission->capturer->scratch};
    struct tr_record record = {
        .topic = table->topic->name,
        .partition = outgoing->first_partition ? 0 : -1,
    };

    if (outgoing->key) {
        record.key_schema = table->plan.key_schema;
        record.key = *outgoing->key;
    }
    if (outgoing->value) {
        record.value_schema = table->envelope;
        record.value = *outgoing->value;
    }
    if (make_headers(emission, outgoing, &record) < 0)
        return -1;
    int rc = tr_chain_apply(emission->capturer->capture->chain, &context, &record, emission->diag);
    if (rc < 0) {
        emission->capturer->failed.class_name = context.failed;
        rc = tr_emit_fail(emission, TR_STAGE_TRANSFORMATION);
    } else if (rc == 0)
        rc = put_record(&(struct transformed){emission, &record, context.derivations});
    tr_transform_context_finish(&context);
    return rc < 0 ? -1 : 0;
}
