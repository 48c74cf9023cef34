/*
 * Which columns are dropped differs from row to row, and so does the schema. Each set is derived
 * once: it is told by a bit per column, up to as many columns as an address has bits.
 */
#include "transform/debezium/drop-fields.h"

#include "transform/shape.h"

#define MOST (sizeof(uintptr_t) * 8 - 1)

static const struct tr_value *find_list(const struct tr_drop_fields *drop,
                                        const struct tr_record *record)
{
    for (size_t i = 0; i < record->nheaders; i++)
        if (strcmp(record->headers[i].name, drop->header) == 0)
            return record->headers[i].value.kind == TR_ITEMS ? &record->headers[i].value : NULL;
    return NULL;
}

static bool is_listed(const struct tr_value *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == TR_TEXT && tr_slice_is(list->items[i].bytes, name))
            return true;
    return false;
}

/* The highest bit is always set: an empty set is an address too. */
static uintptr_t kept(const struct tr_drop_fields *drop, const struct tr_schema *schema,
                      const struct tr_value *list)
{
    uintptr_t bits = (uintptr_t)1 << MOST;

    for (size_t i = 0; i < schema->nfields; i++) {
        bool droppable = schema->fields[i].schema->optional || !drop->keep_compatible;
        if (!droppable || !is_listed(list, schema->fields[i].name))
            bits |= (uintptr_t)1 << i;
    }
    return bits;
}

static int make_schema(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                       struct tr_diag *diag)
{
    const struct tr_schema *from = key->from;
    struct tr_schema *schema = tr_shape_copy(from, 0, arena);

    if (!schema)
        return tr_fail_memory(diag);
    schema->optional = false;
    schema->nfields = 0;
    for (size_t i = 0; i < from->nfields; i++)
        if ((uintptr_t)key->with >> i & 1)
            tr_shape_add(schema, from->fields[i].name, from->fields[i].schema);
    *ret_thing = schema;
    return 0;
}

static int drop_from(const struct tr_drop_fields *drop, struct tr_transform_context *context,
                     const struct tr_value *list, struct tr_half half, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_schema, NULL};
    const struct tr_schema *schema = *half.schema;
    void *thing;

    if (!schema || half.value->kind != TR_ITEMS)
        return 0;
    if (schema->nfields > MOST)
        return tr_fail(
            diag, TR_DATA, TR_STOP,
            "drop.fields.header.name: a row of %zu columns is too wide, %zu are the most; "
            "leave columns out with column.exclude.list",
            schema->nfields, (size_t)MOST);
    uintptr_t bits = kept(drop, schema, list);
    const struct tr_derive_key key = {drop, schema, (const void *)bits, NULL};
    struct tr_value *items = tr_arena_alloc(context->scratch, schema->nfields * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    size_t n = 0;
    for (size_t i = 0; i < schema->nfields; i++)
        if (bits >> i & 1)
            items[n++] = half.value->items[i];
    *half.schema = thing;
    *half.value = tr_value_items(items, n);
    return 0;
}

int tr_drop_fields_apply(const struct tr_drop_fields *drop, struct tr_transform_context *context,
                         struct tr_record *record, struct tr_diag *diag)
{
    const struct tr_value *list = drop->header ? find_list(drop, record) : NULL;

    if (!list || !list->count)
        return 0;
    if (drop_from(drop, context, list, tr_half_of(record, TR_SIDE_VALUE), diag) < 0)
        return -1;
    if (!drop->from_key)
        return 0;
    return drop_from(drop, context, list, tr_half_of(record, TR_SIDE_KEY), diag);
}
