/* HoistField: a struct with one field around the whole. */
#include "transform/copying.h"

struct hoist_field {
    struct tr_transform transform;
    const char *field;
};

/* What has no schema gets a map without one. */
static const struct tr_schema nothing = {.type = TR_TYPE_STRING, .optional = true};

static int make_schema(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                       struct tr_diag *diag)
{
    const struct hoist_field *self = key->owner;
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    struct tr_field *field = tr_arena_zalloc(arena, 1, sizeof *field);

    if (!schema || !field)
        return tr_fail_memory(diag);
    *field = (struct tr_field){self->field, key->from ? key->from : &nothing};
    *schema = (struct tr_schema){
        .type = TR_TYPE_STRUCT, .schemaless = !key->from, .fields = field, .nfields = 1};
    *ret_thing = schema;
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_schema, NULL};
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {transform, *half.schema, NULL, NULL};
    struct tr_value *inner = tr_arena_alloc(context->scratch, sizeof *inner);
    void *schema;

    if (!inner)
        return tr_fail_memory(diag);
    if (tr_derive(context->derivations, &key, &maker, &schema, diag) < 0)
        return -1;
    *inner = *half.value;
    *half.value = tr_value_items(inner, 1);
    *half.schema = schema;
    return 0;
}

static const struct tr_option options[] = {
    {.name = "field",
     .doc = "The name of the one field.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .required = true,
     .at = TR_TRANSFORM_AT(hoist_field, field)},
};

TR_TRANSFORM_SIDES(tr_hoist_field, hoist_field, "HoistField", .apply = apply);
