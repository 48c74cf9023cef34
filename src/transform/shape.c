#include "transform/shape.h"

#include <string.h>

const struct tr_schema tr_shape_string = {.type = TR_TYPE_STRING};
const struct tr_schema tr_shape_optional_string = {.type = TR_TYPE_STRING, .optional = true};

struct tr_schema *tr_shape_copy(const struct tr_schema *schema, size_t more,
                                struct tr_arena *arena)
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
        [TR_TYPE_INT8] = "INT8",       [TR_TYPE_INT16] = "INT16",   [TR_TYPE_INT32] = "INT32",
        [TR_TYPE_INT64] = "INT64",     [TR_TYPE_FLOAT32] = "FLOAT32",
        [TR_TYPE_FLOAT64] = "FLOAT64", [TR_TYPE_BOOLEAN] = "BOOLEAN",
        [TR_TYPE_STRING] = "STRING",   [TR_TYPE_BYTES] = "BYTES",   [TR_TYPE_ARRAY] = "ARRAY",
        [TR_TYPE_MAP] = "MAP",         [TR_TYPE_STRUCT] = "STRUCT",
    };
    return names[type];
}
