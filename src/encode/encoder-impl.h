/* For those who write a converter. */
#ifndef TR_ENCODE_ENCODER_IMPL_H
#define TR_ENCODE_ENCODER_IMPL_H

#include "encode/encoder.h"

struct tr_encoder_impl {
    bool plain_null; /* a null is no message, whatever its schema */
    size_t nheaders; /* that go with each value; 0: there is no headers function */
    int (*compile)(struct tr_encoder *encoder, const struct tr_schema *schema, const char *topic,
                   struct tr_encoding **ret_encoding, struct tr_diag *diag);
    int (*write)(const struct tr_encoding *encoding, const struct tr_value *value,
                 struct tr_writer *writer, struct tr_diag *diag);
    int (*headers)(const struct tr_encoding *encoding, struct tr_arena *arena,
                   struct tr_header *ret_headers, struct tr_diag *diag);
    void (*free_encoding)(struct tr_encoding *encoding);
    void (*free_encoder)(struct tr_encoder *encoder);
};

/* First member of each converter's own structs. */
struct tr_encoder {
    const struct tr_encoder_impl *impl;
};
struct tr_encoding {
    const struct tr_encoder_impl *impl;
};

#endif
