/* From AvroConverter's messages, Confluent's or Apicurio's, back to what they say. */
#ifndef TR_ENCODE_AVRO_DECODER_H
#define TR_ENCODE_AVRO_DECODER_H

#include <jansson.h>

#include "base/diag.h"
#include "config/options.h"

struct tr_avro_decoder;

/* options are borrowed. The registry is asked when a schema is met first. */
int tr_avro_decoder_new(const struct tr_converter_options *options, bool key,
                        struct tr_avro_decoder **ret_decoder, struct tr_diag *diag) TR_MUSTCHECK;
void tr_avro_decoder_free(struct tr_avro_decoder *decoder);

/* The header that tells a schema's id; NULL: it stands before the value. */
const char *tr_avro_decoder_header(const struct tr_avro_decoder *decoder);

struct tr_avro_message {
    struct tr_slice bytes;
    struct tr_slice id; /* that header's */
};

#define TR_AVRO_UNKNOWN 61

/* Its value as JSON, which the caller drops: records are objects; what isn't UTF-8 is null, a float
 * the integer of its bits, a map an array of its values. >0: TR_AVRO_UNKNOWN: it isn't from
 * AvroConverter, or the registry doesn't have the schema. */
int tr_avro_decode(struct tr_avro_decoder *decoder, const struct tr_avro_message *message,
                   json_t **ret_value, struct tr_diag *diag) TR_MUSTCHECK;

#endif
