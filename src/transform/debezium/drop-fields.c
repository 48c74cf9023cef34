/*
 * Which columns are dropped differs from row to row, and so does the schema. Each set is derived
 * once: it is told by a bit per column, as many of them at a time as an address has bits; what the
 * first ones lead to is the owner of what the next ones lead to.
 */
#include "transform/debezium/drop-fields.h"

#include "transform/shape.h"

#define STEP (sizeof(uintptr_t) * 8 - 1)

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

static void find_kept(const struct tr_drop_fields *drop, const struct tr_schema *schema,
                      const struct tr_value *list, bool *kept)
{
    for (size_t i = 0; i < schema->nfields; i++) {
        bool droppable = schema->fields[i].schema->optional || !drop->keep_compatible;
        kept[i] = !droppable || !is_listed(list, schema->fields[i].name);
    }
}

/* The highest bit is always set: an empty set is an address too. */
static uintptr_t bits_of(const bool *kept, size_t n)
{
    uintptr_t bits = (uintptr_t)1 << STEP;

    for (size_t i = 0; i < n && i < STEP; i++)
        bits |= (uintptr_t)kept[i] << i;
    return bits;
}

struct set {
    const struct tr_schema *schema; /* NULL: more bits are to come */
};

static int make_set(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                    struct tr_diag *diag)
{
    const struct tr_schema *from = key->from;
    const bool *kept = key->argument; /* of all columns, with the last bits */
    struct set *set = tr_arena_zalloc(arena, 1, sizeof *set);

    if (!set)
        return tr_fail_memory(diag);
    *ret_thing = set;
    if (!kept)
        return 0;
    struct tr_schema *schema = tr_shape_basics(from, from->nfields, arena);
    if (!schema)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < from->nfields; i++)
        if (kept[i])
            tr_shape_add(schema, from->fields[i].name, from->fields[i].schema);
    set->schema = schema;
    return 0;
}

/* *set is the drop itself at first: who derives. */
static int find_set(struct tr_derivations *derivations, const struct tr_schema *schema,
                    const bool *kept, const void **set, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_set, NULL};
    void *thing = NULL;
    size_t i = 0;

    do {
        uintptr_t bits = bits_of(kept + i, schema->nfields - i);
        const struct tr_derive_key key = {*set, schema, (const void *)bits,
                                          i + STEP >= schema->nfields ? kept : NULL};
        if (tr_derive(derivations, &key, &maker, &thing, diag) < 0)
            return -1;
        *set = thing;
        i += STEP;
    } while (i < schema->nfields);
    return 0;
}

static int drop_from(const struct tr_drop_fields *drop, struct tr_transform_context *context,
                     const struct tr_value *list, struct tr_half half, struct tr_diag *diag)
{
    const struct tr_schema *schema = *half.schema;
    const void *set = drop;

    if (!schema || half.value->kind != TR_ITEMS)
        return 0;
    bool *kept = tr_arena_alloc(context->scratch, schema->nfields * sizeof *kept);
    struct tr_value *items = tr_arena_alloc(context->scratch, schema->nfields * sizeof *items);
    if (!kept || !items)
        return tr_fail_memory(diag);
    find_kept(drop, schema, list, kept);
    if (find_set(context->derivations, schema, kept, &set, diag) < 0)
        return -1;
    size_t n = 0;
    for (size_t i = 0; i < schema->nfields; i++)
        if (kept[i])
            items[n++] = half.value->items[i];
    *half.schema = ((const struct set *)set)->schema;
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
