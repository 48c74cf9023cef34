/*
 * Converters, in Kafka Connect's sense: they turn a key or value of Connect's data model into the
 * bytes of a message. A converter compiles each schema once into an encoding; the row path only
 * runs the encoding. Encodings are immutable and may be used by several threads at once.
 */
#ifndef TR_ENCODE_ENCODER_H
#define TR_ENCODE_ENCODER_H

#include "base/diag.h"
#include "base/writer.h"
#include "config/options.h"
#include "record/batch.h"
#include "record/schema.h"
#include "record/value.h"

struct tr_encoder;
struct tr_encoding;

/* The converter that key.converter, value.converter or header.converter names. It borrows the
 * options. */
int tr_encoder_new(const struct tr_converter_options *options, bool key,
                   struct tr_encoder **ret_encoder, struct tr_diag *diag) TR_MUSTCHECK;

/* JsonConverter. */
int tr_json_encoder_new(const struct tr_converter_options *options, struct tr_encoder **ret_encoder,
                        struct tr_diag *diag) TR_MUSTCHECK;
/* StringConverter. */
int tr_string_encoder_new(struct tr_encoder **ret_encoder, struct tr_diag *diag) TR_MUSTCHECK;
/* AvroConverter, Confluent's or Apicurio's, with its registry. */
int tr_avro_encoder_new(const struct tr_converter_options *options, bool key,
                        struct tr_encoder **ret_encoder, struct tr_diag *diag) TR_MUSTCHECK;
/* ByteArrayConverter, BooleanConverter, IntegerConverter …: values of one type. */
int tr_primitive_encoder_new(enum tr_converter class, struct tr_encoder **ret_encoder,
                             struct tr_diag *diag) TR_MUSTCHECK;
/* Debezium's BinaryDataConverter: bytes as they are. */
int tr_binary_encoder_new(const struct tr_converter_options *options, bool key,
                          struct tr_encoder **ret_encoder, struct tr_diag *diag) TR_MUSTCHECK;
/* Debezium's CloudEventsConverter. */
int tr_cloudevents_encoder_new(const struct tr_converter_options *options,
                               struct tr_encoder **ret_encoder, struct tr_diag *diag) TR_MUSTCHECK;
/* SimpleHeaderConverter: text without schema. */
int tr_simple_header_encoder_new(struct tr_encoder **ret_encoder,
                                 struct tr_diag *diag) TR_MUSTCHECK;
void tr_encoder_free(struct tr_encoder *encoder);

/* A null that has a schema: false: it is written ({"schema":…,"payload":null}); true: the message
 * has a null, as without schema. */
bool tr_encoder_plain_null(const struct tr_encoder *encoder);

/* How many headers go with each value that the converter writes: Apicurio's tell the schema's id.
 */
#define TR_ENCODING_HEADERS 2
size_t tr_encoder_headers(const struct tr_encoder *encoder);

/* Compile a schema, which must outlive the encoding. topic is the name that a registry would file
 * the schema under. */
int tr_encoding_new(struct tr_encoder *encoder, const struct tr_schema *schema, const char *topic,
                    struct tr_encoding **ret_encoding, struct tr_diag *diag) TR_MUSTCHECK;
void tr_encoding_free(struct tr_encoding *encoding);

/* Write one value. >0: what the converter makes of it is null: nothing is written. <0: it doesn't
 * fit the schema, or a text is not UTF-8 (TR_DATA, TR_STOP; the message names the field). A writer
 * without room shows in tr_writer_end. */
int tr_encoding_write(const struct tr_encoding *encoding, const struct tr_value *value,
                      struct tr_writer *writer, struct tr_diag *diag) TR_MUSTCHECK;

/* Its headers, tr_encoder_headers of them; what they point to lies in the arena or as long as the
 * encoding. */
int tr_encoding_headers(const struct tr_encoding *encoding, struct tr_arena *arena,
                        struct tr_header *ret_headers, struct tr_diag *diag) TR_MUSTCHECK;

#endif
