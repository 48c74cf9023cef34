/* ReplaceField: leaves fields out, or all but some, and renames the others. */
#include "transform/copying.h"
#include "transform/shape.h"

struct replace_field {
    struct tr_transform transform;
    struct tr_list exclude, include, renames;
    bool replace_null;
};

/* The fields that stay, as places in the old schema. */
struct selection {
    const struct tr_schema *schema;
    size_t *places;
};

static bool is_listed(const struct tr_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    return false;
}

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    const struct replace_field *self = (const struct replace_field *)transform;

    (void)arena;
    for (size_t i = 0; i < self->renames.count; i++) {
        const char *colon = strchr(self->renames.items[i], ':');
        if (!colon || colon == self->renames.items[i] || !colon[1] || strchr(colon + 1, ':'))
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "renames: \"%.200s\" is not of the form old:new",
                           self->renames.items[i]);
    }
    return 0;
}

static const char *renamed(const struct replace_field *self, const char *name)
{
    size_t n = strlen(name);

    for (size_t i = self->renames.count; i-- > 0;) /* the last one counts */
        if (strncmp(self->renames.items[i], name, n) == 0 && self->renames.items[i][n] == ':')
            return self->renames.items[i] + n + 1;
    return name;
}

static int make_selection(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                          struct tr_diag *diag)
{
    const struct replace_field *self = key->owner;
    const struct tr_schema *from = key->from;
    struct selection *selection = tr_arena_zalloc(arena, 1, sizeof *selection);
    size_t *places = tr_arena_zalloc(arena, from->nfields, sizeof *places);
    struct tr_schema *schema = tr_shape_basics(from, from->nfields, arena);

    if (!selection || !places || !schema)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < from->nfields; i++) {
        const char *name = from->fields[i].name;
        if (is_listed(&self->exclude, name) ||
            (self->include.count && !is_listed(&self->include, name)))
            continue;
        places[schema->nfields] = i;
        tr_shape_add(schema, renamed(self, name), from->fields[i].schema);
    }
    *selection = (struct selection){schema, places};
    *ret_thing = selection;
    return tr_shape_check_names(schema, diag);
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_selection, NULL};
    const struct replace_field *self = (const struct replace_field *)transform;
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {self, *half.schema, NULL, NULL};
    void *thing;

    if (half.value->kind == TR_NULL)
        return 0;
    if (tr_require_struct(half, "field replacement", diag) < 0 ||
        tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct selection *selection = thing;
    size_t n = selection->schema->nfields;
    struct tr_value *items = tr_arena_alloc(context->scratch, n * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++)
        items[i] = tr_field_value(&half, selection->places[i], self->replace_null);
    *half.schema = selection->schema;
    *half.value = tr_value_items(items, n);
    return 0;
}

static const struct tr_option options[] = {
    {.name = "exclude",
     .doc = "Fields to leave out.",
     .type = TR_OPTION_LIST,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(replace_field, exclude)},
    {.name = "include",
     .doc = "Fields to keep; empty: all.",
     .type = TR_OPTION_LIST,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(replace_field, include)},
    {.name = "renames",
     .doc = "New names: `old:new`.",
     .type = TR_OPTION_LIST,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(replace_field, renames)},
    TR_OPTION_REPLACE_NULL(replace_field),
};

TR_TRANSFORM_SIDES(tr_replace_field, replace_field, "ReplaceField", .start = start, .apply = apply);
