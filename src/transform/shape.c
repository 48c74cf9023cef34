#include "transform/shape.h"

#include <stdint.h>
#include <string.h>

const struct tr_schema tr_shape_string = {.type = TR_TYPE_STRING};
const struct tr_schema tr_shape_optional_string = {.type = TR_TYPE_STRING, .optional = true};

struct tr_schema *tr_shape_copy(const struct tr_schema *schema, size_t more, struct tr_arena *arena)
{
    struct tr_schema *copy = tr_arena_alloc(arena, sizeof *copy);
    struct tr_field *fields = tr_arena_zalloc(arena, schema->nfields + more, sizeof *fields);

    if (!copy || !fields)
        return NULL;
    if (schema->nfields)
        memcpy(fields, schema->fields, schema->nfields * sizeof *fields);
    *copy = *schema;
    copy->fields = fields;
    return copy;
}

struct tr_schema *tr_shape_basics(const struct tr_schema *schema, size_t room,
                                  struct tr_arena *arena)
{
    struct tr_schema *basics = tr_arena_alloc(arena, sizeof *basics);
    struct tr_field *fields = tr_arena_zalloc(arena, room, sizeof *fields);

    if (!basics || !fields)
        return NULL;
    *basics = *schema;
    basics->optional = false;
    basics->default_value = NULL;
    basics->fields = fields;
    basics->nfields = 0;
    return basics;
}

int tr_shape_check_names(const struct tr_schema *schema, struct tr_diag *diag)
{
    for (size_t i = 0; i < schema->nfields; i++)
        if (tr_shape_find(schema, schema->fields[i].name) != (int)i)
            return tr_fail(diag, TR_DATA, TR_STOP,
                           "Cannot create field because of field name duplication %s",
                           schema->fields[i].name);
    return 0;
}

void tr_shape_add(struct tr_schema *schema, const char *name, const struct tr_schema *type)
{
    struct tr_field *fields = (struct tr_field *)(uintptr_t)schema->fields;

    fields[schema->nfields++] = (struct tr_field){name, type};
}

const struct tr_schema *tr_shape_optional(const struct tr_schema *schema, bool optional,
                                          struct tr_arena *arena)
{
    if (schema->optional == optional)
        return schema;
    struct tr_schema *copy = tr_arena_alloc(arena, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *schema;
    copy->optional = optional;
    return copy;
}

int tr_shape_find(const struct tr_schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->nfields; i++)
        if (strcmp(schema->fields[i].name, name) == 0)
            return (int)i;
    return -1;
}

const char *tr_shape_type_name(enum tr_type type)
{
    static const char *const names[] = {
        [TR_TYPE_INT8] = "INT8",       [TR_TYPE_INT16] = "INT16",     [TR_TYPE_INT32] = "INT32",
        [TR_TYPE_INT64] = "INT64",     [TR_TYPE_FLOAT32] = "FLOAT32", [TR_TYPE_FLOAT64] = "FLOAT64",
        [TR_TYPE_BOOLEAN] = "BOOLEAN", [TR_TYPE_STRING] = "STRING",   [TR_TYPE_BYTES] = "BYTES",
        [TR_TYPE_ARRAY] = "ARRAY",     [TR_TYPE_MAP] = "MAP",         [TR_TYPE_STRUCT] = "STRUCT",
    };
    return names[type];
}

static bool equal_items(const struct tr_value *a, const struct tr_value *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!tr_shape_equal(&a->items[i], &b->items[i]))
            return false;
    return true;
}

/* As Java's equals: a NaN is equal to itself, 0.0 is not -0.0. */
bool tr_shape_equal(const struct tr_value *a, const struct tr_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TR_NULL:
        return true;
    case TR_BOOLEAN:
        return a->boolean == b->boolean;
    case TR_INTEGER:
        return a->integer == b->integer;
    case TR_FLOAT:
        return memcmp(&a->float32, &b->float32, sizeof a->float32) == 0;
    case TR_DOUBLE:
        return memcmp(&a->float64, &b->float64, sizeof a->float64) == 0;
    case TR_TEXT:
    case TR_BYTES:
        return tr_slice_equal(a->bytes, b->bytes);
    case TR_ITEMS:
        return equal_items(a, b);
    }
    return false;
}
