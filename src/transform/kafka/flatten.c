/* Flatten: nested structs become one, with joined names. Facts: Kafka 4.1. */
#include "transform/copying.h"
#include "transform/shape.h"

/* Structs in structs: no real schema comes near this. */
#define DEPTH_MOST 32

struct flatten {
    struct tr_transform transform;
    const char *delimiter;
};

struct flattening {
    const struct flatten *self;
    struct tr_arena *arena;
    struct tr_schema *out;
    size_t room;
};

static size_t count_leaves(const struct tr_schema *schema, int depth)
{
    size_t n = 0;

    for (size_t i = 0; i < schema->nfields; i++) {
        const struct tr_schema *field = schema->fields[i].schema;
        n += field->type == TR_TYPE_STRUCT && depth < DEPTH_MOST ? count_leaves(field, depth + 1)
                                                                 : 1;
    }
    return n;
}

/* Inside of an optional struct everything is optional. */
static int add_leaf(const struct flattening *f, const char *name, const struct tr_schema *schema,
                    bool optional)
{
    const struct tr_schema *leaf =
        tr_shape_optional(schema, schema->optional || optional, f->arena);

    if (!leaf)
        return -1;
    tr_shape_add(f->out, name, leaf);
    return 0;
}

static int add_fields(const struct flattening *f, const struct tr_schema *schema,
                      const char *prefix, bool optional, int depth)
{
    for (size_t i = 0; i < schema->nfields; i++) {
        const struct tr_field *field = &schema->fields[i];
        const char *name =
            *prefix ? tr_arena_printf(f->arena, "%s%s%s", prefix, f->self->delimiter, field->name)
                    : field->name;
        int rc = -1;
        if (name && field->schema->type == TR_TYPE_STRUCT && depth < DEPTH_MOST)
            rc = add_fields(f, field->schema, name, optional || field->schema->optional, depth + 1);
        else if (name)
            rc = add_leaf(f, name, field->schema, optional);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int make_schema(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                       struct tr_diag *diag)
{
    const struct tr_schema *from = key->from;
    struct tr_schema *out = tr_shape_basics(from, count_leaves(from, 0), arena);
    const struct flattening f = {.self = key->owner, .arena = arena, .out = out};

    if (!out)
        return tr_fail_memory(diag);
    if (add_fields(&f, from, "", from->optional, 0) < 0)
        return tr_fail_memory(diag);
    *ret_thing = out;
    return tr_shape_check_names(out, diag);
}

/* A null becomes the field's default, as Struct.get has it; Flatten has no option about it. */
static struct tr_value leaf_value(const struct tr_schema *field, const struct tr_value *value)
{
    return value->kind == TR_NULL && field->default_value ? *field->default_value : *value;
}

/* value NULL: inside of a struct that is null. */
static void put_values(const struct tr_schema *schema, const struct tr_value *value,
                       struct tr_value **items, int depth)
{
    bool there = value && value->kind == TR_ITEMS;

    for (size_t i = 0; i < schema->nfields; i++) {
        const struct tr_schema *field = schema->fields[i].schema;
        if (field->type == TR_TYPE_STRUCT && depth < DEPTH_MOST)
            put_values(field, there ? &value->items[i] : NULL, items, depth + 1);
        else
            *(*items)++ =
                there ? leaf_value(field, &value->items[i]) : (struct tr_value){.kind = TR_NULL};
    }
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_schema, NULL};
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {transform, *half.schema, NULL, NULL};
    void *thing;

    if (half.value->kind == TR_NULL)
        return 0;
    if (tr_require_struct(half, "flattening", diag) < 0 ||
        tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct tr_schema *out = thing;
    struct tr_value *items = tr_arena_alloc(context->scratch, out->nfields * sizeof *items);
    struct tr_value *p = items;
    if (!items)
        return tr_fail_memory(diag);
    put_values(*half.schema, half.value, &p, 0);
    *half.schema = out;
    *half.value = tr_value_items(items, out->nfields);
    return 0;
}

static const struct tr_option options[] = {
    {.name = "delimiter",
     .fallback = ".",
     .doc = "What stands between the names of nested fields.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(flatten, delimiter)},
};

TR_TRANSFORM_SIDES(tr_flatten, flatten, "Flatten", .apply = apply);
