/*
 * ExtractChangedRecordState: headers that list the columns an update has changed, and those it
 * hasn't. Facts: io.debezium.transforms.ExtractChangedRecordState (3.x) and recordings.
 */
#include "transform/debezium/envelope.h"
#include "transform/shape.h"
#include "transform/transform-impl.h"

struct changed {
    struct tr_transform transform;
    const char *changed_name, *unchanged_name; /* NULL: no such header */
    struct tr_schema changed_schema, unchanged_schema;
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct changed *self = (struct changed *)transform;
    const struct tr_schema names = {
        .type = TR_TYPE_ARRAY, .optional = true, .items = &tr_shape_optional_string};

    (void)arena, (void)diag;
    self->changed_schema = self->unchanged_schema = names;
    self->changed_schema.name = self->changed_name;
    self->unchanged_schema.name = self->unchanged_name;
    return 0;
}

/* The places of an envelope; >0: it is none. */
static int make_places(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                       struct tr_diag *diag)
{
    struct tr_envelope_places *places = tr_arena_alloc(arena, sizeof *places);

    if (!places)
        return tr_fail_memory(diag);
    *ret_thing = places;
    return tr_envelope_find(key->from, places) ? 0 : 1;
}

/* The row before and after; the schema is NULL unless there are both. */
struct rows {
    const struct tr_schema *schema;
    const struct tr_value *before, *after;
};

/* The names of the columns whose equality is as wanted. */
static int list_names(const struct rows *rows, bool equal, struct tr_arena *scratch,
                      struct tr_value *ret_list)
{
    size_t n = 0, columns = rows->schema ? rows->schema->nfields : 0;
    struct tr_value *items = tr_arena_alloc(scratch, columns * sizeof *items);

    if (!items)
        return -1;
    for (size_t i = 0; i < columns; i++)
        if (tr_shape_equal(&rows->before[i], &rows->after[i]) == equal)
            items[n++] = tr_value_text(tr_slice_of(rows->schema->fields[i].name));
    *ret_list = tr_value_items(items, n);
    return 0;
}

static int add_headers(const struct changed *self, struct tr_transform_context *context,
                       const struct rows *rows, struct tr_record *record)
{
    size_t n = record->nheaders;
    struct tr_record_header *headers = tr_headers_with_room(record, 2, context->scratch);

    if (!headers)
        return -1;
    if (self->changed_name) {
        headers[n].name = self->changed_name;
        headers[n].schema = &self->changed_schema;
        if (list_names(rows, false, context->scratch, &headers[n++].value) < 0)
            return -1;
    }
    if (self->unchanged_name) {
        headers[n].name = self->unchanged_name;
        headers[n].schema = &self->unchanged_schema;
        if (list_names(rows, true, context->scratch, &headers[n++].value) < 0)
            return -1;
    }
    record->headers = headers;
    record->nheaders = n;
    return 0;
}

static void find_rows(const struct tr_envelope_places *at, const struct tr_record *record,
                      struct rows *ret_rows)
{
    const struct tr_value *before = &record->value.items[at->before];
    const struct tr_value *after = &record->value.items[at->after];

    if (before->kind != TR_ITEMS || after->kind != TR_ITEMS)
        return;
    *ret_rows =
        (struct rows){record->value_schema->fields[at->after].schema, before->items, after->items};
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_places, NULL};
    const struct changed *self = (const struct changed *)transform;
    const struct tr_derive_key key = {self, record->value_schema, NULL, NULL};
    struct rows rows = {0};
    void *thing = NULL;

    if (record->value.kind != TR_NULL) {
        if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
            return -1;
        if (!thing)
            return 0;
        find_rows(thing, record, &rows);
    }
    /* a tombstone has headers too, and nothing in them */
    return add_headers(self, context, &rows, record) < 0 ? tr_fail_memory(diag) : 0;
}

static const struct tr_option options[] = {
    {.name = "header.changed.name",
     .doc = "The header that lists the columns which changed.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(changed, changed_name)},
    {.name = "header.unchanged.name",
     .doc = "The header that lists the columns which did not.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(changed, unchanged_name)},
};

const struct tr_transform_impl tr_extract_changed_record_state = {
    .class_name = "io.debezium.transforms.ExtractChangedRecordState",
    .size = sizeof(struct changed),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
};
