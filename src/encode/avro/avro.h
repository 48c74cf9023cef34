/*
 * Avro, as Confluent's AvroData maps Connect's data model to it.
 *
 * A schema is compiled once into nodes that the row path runs, and rendered once as the text that a
 * registry files. Both follow the same walk: where a value is null, which branch of a union it is,
 * and which maps are Avro maps (text keys) or arrays of records (other keys). A struct that was
 * met before in the same text is only named there.
 *
 * What Connect knows and Avro doesn't goes into connect.* attributes of the schema; the bytes are
 * plain Avro:
 *
 *   int, long      zigzag varint            null first    ["null", X]: 00 | 02 X
 *   float, double  4, 8 bytes, LE           with default  [X, "null"]: 00 X | 02
 *   bytes, string  length, bytes            array, map    (count item*)? 00
 *   boolean        00 | 01                  record        fields
 *
 * Facts: AvroData (Confluent 8.1), the Avro 1.11 specification, and recordings.
 */
#ifndef TR_ENCODE_AVRO_AVRO_H
#define TR_ENCODE_AVRO_AVRO_H

#include <jansson.h>

#include "base/diag.h"
#include "base/writer.h"
#include "config/options.h"
#include "record/schema.h"
#include "record/value.h"

enum tr_avro_union {
    TR_AVRO_REQUIRED,
    TR_AVRO_NULL_FIRST,
    TR_AVRO_NULL_SECOND,
};

/* One schema, compiled for writing. */
struct tr_avro_node {
    enum tr_type type;
    enum tr_avro_union null;
    const char *field;                /* its name, for messages; "" at the top */
    const struct tr_value *otherwise; /* of a struct's field: written instead of null, or NULL */
    struct tr_avro_node *children;    /* fields; or the items; or keys and items */
    size_t nchildren;
};

int tr_avro_compile(const struct tr_schema *schema, const struct tr_avro_options *options,
                    struct tr_arena *arena, struct tr_avro_node *ret_node,
                    struct tr_diag *diag) TR_MUSTCHECK;

int tr_avro_write(const struct tr_avro_node *node, const struct tr_value *value,
                  struct tr_writer *writer, struct tr_diag *diag) TR_MUSTCHECK;

/* The schema's text, in the arena. <0 (TR_SCHEMA): a name that Avro doesn't allow, or two structs
 * of one name. */
int tr_avro_render(const struct tr_schema *schema, const struct tr_avro_options *options,
                   struct tr_arena *arena, struct tr_slice *ret_text,
                   struct tr_diag *diag) TR_MUSTCHECK;

/* How AvroConverter says which schema a value has. */
struct tr_avro_form {
    size_t id_size; /* of the id behind a 0 before the value; 0: there is neither */
    bool raw_bytes; /* a schema that is bytes alone: they are the value */
    const char *id_header, *encoding_header; /* NULL: none */
};
struct tr_avro_form tr_avro_form_of(const struct tr_converter_options *options, bool key);

/* The way back: a schema as a registry has it, compiled for reading, in the arena. */
struct tr_avro_reading;
int tr_avro_parse(const json_t *schema, struct tr_arena *arena,
                  const struct tr_avro_reading **ret_reading, struct tr_diag *diag) TR_MUSTCHECK;

/* Records become objects; what isn't UTF-8 becomes null, a float the integer of its bits, a map an
 * array of its values. <0 (TR_DATA): other bytes than the schema says. */
int tr_avro_read(const struct tr_avro_reading *reading, struct tr_slice bytes, json_t **ret_value,
                 struct tr_diag *diag) TR_MUSTCHECK;

/* A schema's name in parts, as it stands in the text. */
struct tr_avro_name {
    const char *space; /* NULL: none */
    const char *name;
    const char *full;
};

/* A name in the arena. */
int tr_avro_name(const char *full, const struct tr_avro_options *options, struct tr_arena *arena,
                 struct tr_avro_name *ret_name, struct tr_diag *diag) TR_MUSTCHECK;

/* Connect's default name, the index-th in its text (1, 2 …). */
int tr_avro_default_name(unsigned index, struct tr_arena *arena, struct tr_avro_name *ret_name,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* A field's name. */
int tr_avro_field_name(const char *name, const struct tr_avro_options *options,
                       struct tr_arena *arena, const char **ret_name,
                       struct tr_diag *diag) TR_MUSTCHECK;

/* Is this map an Avro map? */
static inline bool tr_avro_is_map(const struct tr_schema *schema,
                                  const struct tr_avro_options *options)
{
    return schema->keys->type == TR_TYPE_STRING &&
           (!schema->keys->optional || options->optional_keys);
}

/* Avro's long, with room for it made by the caller: at most TR_AVRO_LONG bytes. */
#define TR_AVRO_LONG 10

static inline char *tr_avro_put_long(char *out, int64_t number)
{
    uint64_t zigzag = ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);

    while (TR_UNLIKELY(zigzag >= 0x80)) {
        *out++ = (char)(zigzag | 0x80);
        zigzag >>= 7;
    }
    *out++ = (char)zigzag;
    return out;
}

#endif
