/* What the targets that convert values share. */
#ifndef TR_TESTS_FUZZ_FUZZ_VALUE_H
#define TR_TESTS_FUZZ_FUZZ_VALUE_H

#include "encode/encoder.h"
#include "fuzz.h"

#define FUZZ_NO_ENCODING 1

/* A value goes through the JSON encoder, with its schema. >0: FUZZ_NO_ENCODING. */
static inline int fuzz_encode(const struct tr_schema *schema, const struct tr_value *value,
                              struct tr_arena *arena, struct tr_diag *diag)
{
    const struct tr_converter_options options = {.schemas_enable = true};
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_writer writer;
    int rc = FUZZ_NO_ENCODING;

    FUZZ_CHECK(tr_json_encoder_new(&options, &encoder, diag) == 0);
    if (tr_encoding_new(encoder, schema, "t", &encoding, diag) == 0) {
        tr_writer_begin(&writer, arena);
        rc = tr_encoding_write(encoding, value, &writer, diag);
        tr_encoding_free(encoding);
    }
    tr_encoder_free(encoder);
    return rc;
}

/* How a conversion fails. */
static inline bool fuzz_is_failure(const struct tr_diag *diag)
{
    return (diag->cls == TR_DATA || diag->cls == TR_RESOURCE) && diag->message[0];
}

#endif
