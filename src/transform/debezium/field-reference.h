/*
 * Fields of an envelope that a transform copies elsewhere: add.fields and add.headers of
 * ExtractNewRecordState. "op", "source.ts_ms", "lsn:position": struct, field, new name. A bare name
 * is looked for where Debezium has it (op and ts_… at the top, id and the orders in transaction,
 * everything else in source), then at the top; one that the schema doesn't have is left out.
 *
 * Facts: io.debezium.transforms.AbstractExtractNewRecordState (3.x) and recordings.
 */
#ifndef TR_TRANSFORM_DEBEZIUM_FIELD_REFERENCE_H
#define TR_TRANSFORM_DEBEZIUM_FIELD_REFERENCE_H

#include "base/diag.h"
#include "config/options.h"
#include "record/schema.h"
#include "record/value.h"

struct tr_field_reference {
    const char *parent; /* NULL: the envelope itself */
    const char *field;
    const char *name; /* the new one, prefix included */
};

struct tr_field_references {
    const struct tr_field_reference *items;
    size_t count;
};

/* As they are configured. */
struct tr_field_reference_texts {
    const struct tr_list *texts;
    const char *prefix;
    const char *option; /* for the message about one that has too many parts */
};

int tr_field_references_parse(const struct tr_field_reference_texts *configured,
                              struct tr_arena *arena, struct tr_field_references *ret_references,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* A reference found in a schema. */
struct tr_field_path {
    const char *name;
    const struct tr_schema *schema; /* optional, without default */
    int parent;                     /* place in the envelope, -1: the envelope itself */
    int field;
};

/* Those that the envelope's schema has; NULL: no memory. */
struct tr_field_path *tr_field_references_resolve(const struct tr_field_references *references,
                                                  const struct tr_schema *envelope,
                                                  struct tr_arena *arena, size_t *ret_count);

/* Null when what it is in is null. */
struct tr_value tr_field_path_get(const struct tr_field_path *path,
                                  const struct tr_value *envelope);

#endif
