/* What json.c and json-schema.c share: the payload and the schema of Connect's JsonConverter. */
#ifndef TR_ENCODE_JSON_H
#define TR_ENCODE_JSON_H

#include "base/diag.h"
#include "base/writer.h"
#include "record/schema.h"
#include "record/value.h"

/* JsonConverter's options, as far as they concern payloads. */
struct tr_json_options {
    bool replace_null; /* write defaults instead of nulls */
    bool numeric;      /* decimals are numbers, not base64 */
};

/* One schema, compiled for writing. */
struct tr_json_node {
    enum tr_type type;
    bool optional;
    bool numeric;                     /* bytes: a Decimal that is written as a number … */
    int scale;                        /* … of that scale */
    bool text_keys;                   /* of a map: JSON object instead of pairs */
    const char *field;                /* its name, for messages; "" at the top */
    struct tr_slice prefix;           /* as a struct's field: {"name": or ,"name": */
    const struct tr_value *otherwise; /* written instead of null; NULL: none */
    struct tr_json_node *children;    /* fields; or the items; or keys and items */
    size_t nchildren;
};

/* Compile a schema in the arena. */
int tr_json_compile(const struct tr_schema *schema, struct tr_json_options options,
                    struct tr_arena *arena, struct tr_json_node *ret_node,
                    struct tr_diag *diag) TR_MUSTCHECK;

int tr_json_write(const struct tr_json_node *node, const struct tr_value *value,
                  struct tr_writer *writer, struct tr_diag *diag) TR_MUSTCHECK;

/* The schema's own JSON text, with numeric defaults if decimals are numbers. The writer's arena
 * must not be the compile arena's open object. */
int tr_json_write_schema(const struct tr_schema *schema, bool numeric, struct tr_writer *writer,
                         struct tr_diag *diag) TR_MUSTCHECK;

#endif
