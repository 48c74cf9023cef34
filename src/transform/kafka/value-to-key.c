/* ValueToKey: fields of the value make the key. */
#include "transform/copying.h"
#include "transform/shape.h"

struct value_to_key {
    struct tr_transform transform;
    struct tr_list fields;
    bool replace_null;
};

struct key_shape {
    const struct tr_schema *schema;
    size_t *places;
};

static int make_key(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                    struct tr_diag *diag)
{
    const struct value_to_key *self = key->owner;
    const struct tr_schema *from = key->from;
    size_t n = self->fields.count;
    struct key_shape *shape = tr_arena_zalloc(arena, 1, sizeof *shape);
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    struct tr_field *fields = tr_arena_zalloc(arena, n, sizeof *fields);
    size_t *places = tr_arena_zalloc(arena, n, sizeof *places);

    if (!shape || !schema || !fields || !places)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++) {
        int place = tr_shape_find(from, self->fields.items[i]);
        if (place < 0)
            return tr_fail(diag, TR_DATA, TR_STOP, "Field does not exist: %s",
                           self->fields.items[i]);
        places[i] = (size_t)place;
        fields[i] = from->fields[place];
    }
    *schema = (struct tr_schema){.type = TR_TYPE_STRUCT, .fields = fields, .nfields = n};
    *shape = (struct key_shape){schema, places};
    *ret_thing = shape;
    return tr_shape_check_names(schema, diag);
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_key, NULL};
    const struct value_to_key *self = (const struct value_to_key *)transform;
    struct tr_half value = tr_half_of(record, TR_SIDE_VALUE);
    const struct tr_derive_key key = {self, record->value_schema, NULL, NULL};
    void *thing;

    if (tr_require_struct(value, "copying fields from value to key", diag) < 0 ||
        tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct key_shape *shape = thing;
    size_t n = shape->schema->nfields;
    struct tr_value *items = tr_arena_alloc(context->scratch, n * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++)
        items[i] = tr_field_value(&value, shape->places[i], self->replace_null);
    record->key_schema = shape->schema;
    record->key = tr_value_items(items, n);
    return 0;
}

static const struct tr_option options[] = {
    {.name = "fields",
     .doc = "Fields of the value, in the order in which they make the key.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(value_to_key, fields)},
    TR_OPTION_REPLACE_NULL(value_to_key),
};

const struct tr_transform_impl tr_value_to_key = {
    .class_name = "org.apache.kafka.connect.transforms.ValueToKey",
    .size = sizeof(struct value_to_key),
    .options = options,
    .noptions = TR_COUNT(options),
    .apply = apply,
};
