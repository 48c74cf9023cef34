/* SetSchemaMetadata: another name or version for the schema. */
#include "transform/copying.h"
#include "transform/shape.h"

struct set_schema_metadata {
    struct tr_transform transform;
    const char *name;
    int32_t version; /* 0: as it is */
    bool replace_null;
};

static int make_schema(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                       struct tr_diag *diag)
{
    const struct set_schema_metadata *self = key->owner;
    struct tr_schema *schema = tr_shape_copy(key->from, 0, arena);

    if (!schema)
        return tr_fail_memory(diag);
    if (self->name)
        schema->name = self->name;
    if (self->version)
        schema->version = self->version;
    *ret_thing = schema;
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_schema, NULL};
    const struct set_schema_metadata *self = (const struct set_schema_metadata *)transform;
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {transform, *half.schema, NULL, NULL};
    void *schema;

    if (!*half.schema)
        return 0;
    if (tr_derive(context->derivations, &key, &maker, &schema, diag) < 0)
        return -1;
    if (self->replace_null && half.value->kind == TR_ITEMS &&
        (*half.schema)->type == TR_TYPE_STRUCT) {
        size_t n = (*half.schema)->nfields;
        struct tr_value *items = tr_arena_alloc(context->scratch, n * sizeof *items);
        if (!items)
            return tr_fail_memory(diag);
        for (size_t i = 0; i < n; i++)
            items[i] = tr_field_value(&half, i, true);
        *half.value = tr_value_items(items, n);
    }
    *half.schema = schema;
    return 0;
}

static const struct tr_option options[] = {
    {.name = "schema.name",
     .doc = "The schema's new name.",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .at = TR_TRANSFORM_AT(set_schema_metadata, name)},
    {.name = "schema.version",
     .doc = "The schema's new version.",
     .type = TR_OPTION_INT,
     .importance = TR_HIGH,
     .min = 1,
     .max = INT32_MAX,
     .at = TR_TRANSFORM_AT(set_schema_metadata, version)},
    TR_OPTION_REPLACE_NULL(set_schema_metadata),
};

TR_TRANSFORM_SIDES(tr_set_schema_metadata, set_schema_metadata, "SetSchemaMetadata",
                   .apply = apply);
