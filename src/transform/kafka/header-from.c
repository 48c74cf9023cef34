/* HeaderFrom: copies or moves fields into headers. */
#include "transform/copying.h"
#include "transform/shape.h"

struct header_from {
    struct tr_transform transform;
    struct tr_list fields, headers;
    int move; /* a choice */
    bool replace_null;
};

struct shape {
    const struct tr_schema *rest; /* without the moved fields */
    int *places;                  /* of each configured field; -1: there is none */
    bool *moved;                  /* by place */
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    const struct header_from *self = (const struct header_from *)transform;

    (void)arena;
    if (self->fields.count == self->headers.count)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "fields has %zu names and headers %zu: each field needs its header",
                   self->fields.count, self->headers.count);
}

static int make_shape(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                      struct tr_diag *diag)
{
    const struct header_from *self = key->owner;
    const struct tr_schema *from = key->from;
    struct shape *shape = tr_arena_zalloc(arena, 1, sizeof *shape);
    struct tr_schema *rest = tr_shape_basics(from, from->nfields, arena);
    int *places = tr_arena_zalloc(arena, self->fields.count, sizeof *places);
    bool *moved = tr_arena_zalloc(arena, from->nfields, sizeof *moved);

    if (!shape || !rest || !places || !moved)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < self->fields.count; i++) {
        places[i] = tr_shape_find(from, self->fields.items[i]);
        if (places[i] >= 0)
            moved[places[i]] = self->move;
    }
    for (size_t i = 0; i < from->nfields; i++)
        if (!moved[i])
            tr_shape_add(rest, from->fields[i].name, from->fields[i].schema);
    *shape = (struct shape){rest, places, moved};
    *ret_thing = shape;
    return 0;
}

static int add_headers(const struct header_from *self, const struct shape *shape,
                       const struct tr_half *half, struct tr_record *record,
                       struct tr_arena *scratch)
{
    size_t n = record->nheaders;
    struct tr_record_header *headers = tr_headers_with_room(record, self->fields.count, scratch);

    if (!headers)
        return -1;
    for (size_t i = 0; i < self->fields.count; i++) {
        struct tr_record_header *header = &headers[n++];
        header->name = self->headers.items[i];
        if (shape->places[i] < 0)
            continue; /* a null header, as Connect adds for a record without schema */
        header->schema = (*half->schema)->fields[shape->places[i]].schema;
        header->value = tr_field_value(half, (size_t)shape->places[i], self->replace_null);
    }
    record->headers = headers;
    record->nheaders = n;
    return 0;
}

static int keep_rest(const struct header_from *self, const struct shape *shape,
                     const struct tr_half *half, struct tr_arena *scratch)
{
    size_t n = 0;
    struct tr_value *items = tr_arena_alloc(scratch, (*half->schema)->nfields * sizeof *items);

    if (!items)
        return -1;
    for (size_t i = 0; i < (*half->schema)->nfields; i++)
        if (!shape->moved[i])
            items[n++] = tr_field_value(half, i, self->replace_null);
    *half->schema = shape->rest;
    *half->value = tr_value_items(items, n);
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_shape, NULL};
    const struct header_from *self = (const struct header_from *)transform;
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {self, *half.schema, NULL, NULL};
    void *shape;

    if (tr_require_struct(half, self->move ? "header move" : "header copy", diag) < 0 ||
        tr_derive(context->derivations, &key, &maker, &shape, diag) < 0)
        return -1;
    if (add_headers(self, shape, &half, record, context->scratch) < 0)
        return tr_fail_memory(diag);
    if (self->move && keep_rest(self, shape, &half, context->scratch) < 0)
        return tr_fail_memory(diag);
    return 0;
}

static const struct tr_choice operations[] = {
    {"move", true, NULL}, {"copy", false, NULL}, {NULL, 0, NULL}};

static const struct tr_option options[] = {
    {.name = "fields",
     .doc = "The fields to put into headers.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(header_from, fields)},
    {.name = "headers",
     .doc = "The headers' names, one for each field.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(header_from, headers)},
    {.name = "operation",
     .doc = "move takes the fields out of the record, copy leaves them.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_HIGH,
     .required = true,
     .choices = operations,
     .at = TR_TRANSFORM_AT(header_from, move)},
    TR_OPTION_REPLACE_NULL(header_from),
};

TR_TRANSFORM_SIDES(tr_header_from, header_from, "HeaderFrom", .start = start, .apply = apply);
