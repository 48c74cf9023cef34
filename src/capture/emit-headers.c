/* Headers that a converter adds: Apicurio's ids of schemas. */
#include "capture/capture-impl.h"

static int add(const struct tr_emission *emission, const struct tr_encoder *encoder,
               const struct tr_encoding *encoding, struct tr_message *message)
{
    struct tr_arena *arena = &emission->batch->arena;
    size_t more = tr_encoder_headers(encoder);
    size_t n = message->nheaders;

    if (!more)
        return 0;
    struct tr_header *headers = tr_arena_zalloc(arena, n + more, sizeof *headers);
    if (!headers || n + more > UINT16_MAX)
        return tr_fail_memory(emission->diag);
    if (n)
        memcpy(headers, message->headers, n * sizeof *headers);
    if (tr_encoding_headers(encoding, arena, headers + n, emission->diag) < 0)
        return -1;
    message->headers = headers;
    message->nheaders = (uint16_t)(n + more);
    return 0;
}

int tr_emit_headers(const struct tr_emission *emission, struct tr_message *message,
                    const struct tr_encoding *key, const struct tr_encoding *value)
{
    const struct tr_capture *capture = emission->capturer->capture;

    if (message->key.p && add(emission, capture->key_encoder, key, message) < 0)
        return -1;
    return message->value.p ? add(emission, capture->value_encoder, value, message) : 0;
}
