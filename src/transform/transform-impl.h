/*
 * For those who write a transform or a predicate.
 *
 * Its own struct begins with struct tr_transform and holds its configuration; options name the
 * fields by offset, exactly as in config/option-table.h, and are filled in before start is called.
 * start checks and compiles (regexes, lists) into the chain's arena. apply works on one record.
 */
#ifndef TR_TRANSFORM_TRANSFORM_IMPL_H
#define TR_TRANSFORM_TRANSFORM_IMPL_H

#include "config/option-table.h"
#include "transform/transform.h"

struct tr_transform;

/* Kafka's transforms come in two classes, $Key and $Value. */
enum tr_side { TR_SIDE_VALUE, TR_SIDE_KEY };

struct tr_transform_impl {
    const char *class_name; /* "org.apache.kafka.connect.transforms.Cast$Value" */
    enum tr_side side;
    size_t size; /* of its struct */
    const struct tr_option *options;
    size_t noptions;
    /* NULL: nothing to do. <0 (TR_CONFIG): the message is a whole sentence that names the option.
     */
    int (*start)(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag);
    /* A predicate: >0 if it holds. A transform: >0 drops the record. <0: TR_DATA; the caller adds
     * transform and record. */
    int (*apply)(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag);
    /* What the arena doesn't free, also after a start that failed half-way; or NULL. */
    void (*finish)(struct tr_transform *transform);
};

struct tr_transform {
    const struct tr_transform_impl *impl;
    const char *alias;
};

#define TR_TRANSFORM_AT(type, member) offsetof(struct type, member)

/* All there are: table.c. Ends with NULL. */
extern const struct tr_transform_impl *const tr_transforms[], *const tr_predicates[];

/* The key's or the value's half of a record. */
struct tr_half {
    const struct tr_schema **schema;
    struct tr_value *value;
};

static inline struct tr_half tr_half_of(struct tr_record *record, enum tr_side side)
{
    if (side == TR_SIDE_KEY)
        return (struct tr_half){&record->key_schema, &record->key};
    return (struct tr_half){&record->value_schema, &record->value};
}

/* The record's headers, and room for some more, empty ones. NULL: no memory. */
static inline struct tr_record_header *tr_headers_with_room(const struct tr_record *record,
                                                            size_t more, struct tr_arena *arena)
{
    struct tr_record_header *headers =
        tr_arena_zalloc(arena, record->nheaders + more, sizeof *headers);

    for (size_t i = 0; headers && i < record->nheaders; i++)
        headers[i] = record->headers[i];
    return headers;
}

#endif
