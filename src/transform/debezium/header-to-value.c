/* HeaderToValue: copies or moves headers into fields of the value.
 * Facts: io.debezium.transforms.HeaderToValue (3.x) and recordings. */
#include "transform/copying.h"
#include "transform/field-path.h"
#include "transform/shape.h"

/* Structs in structs: no real schema comes near this. */
#define DEPTH_MOST 8

struct header_to_value {
    struct tr_transform transform;
    struct tr_list headers, fields;
    int move;              /* a choice */
    struct tr_list *paths; /* of each field: dots lead into nested structs */
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct header_to_value *self = (struct header_to_value *)transform;

    if (self->fields.count != self->headers.count)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "headers has %zu names and fields %zu: each header needs its field",
                       self->headers.count, self->fields.count);
    self->paths = tr_arena_zalloc(arena, self->fields.count, sizeof *self->paths);
    if (!self->paths)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < self->fields.count; i++) {
        if (tr_field_names_parse(self->fields.items[i], true, arena, &self->paths[i], diag) < 0)
            return tr_fail_in(diag, "fields");
        if (self->paths[i].count > DEPTH_MOST)
            return tr_fail(diag, TR_CONFIG, TR_STOP, "fields: %.200s leads too deep",
                           self->fields.items[i]);
    }
    return 0;
}

/* One more field at the end of a path; each struct on the way becomes another one. */
static const struct tr_schema *extend(const struct tr_schema *schema, const struct tr_list *path,
                                      size_t step, const struct tr_schema *type,
                                      struct tr_arena *arena)
{
    struct tr_schema *copy = tr_shape_copy(schema, 1, arena);

    if (!copy)
        return NULL;
    if (step + 1 == path->count) {
        tr_shape_add(copy, path->items[step], type);
        return copy;
    }
    int place = tr_shape_find(schema, path->items[step]);
    if (place < 0 || schema->fields[place].schema->type != TR_TYPE_STRUCT)
        return schema; /* there is no such struct: the header has no place */
    const struct tr_schema *inner =
        extend(schema->fields[place].schema, path, step + 1, type, arena);
    ((struct tr_field *)(uintptr_t)copy->fields)[place].schema = inner;
    return inner ? copy : NULL;
}

static int make_schema(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                       struct tr_diag *diag)
{
    const struct tr_list *path = key->owner;
    const struct tr_schema *schema = extend(key->from, path, 0, key->with, arena);

    if (!schema)
        return tr_fail_memory(diag);
    *ret_thing = (void *)(uintptr_t)schema;
    for (size_t step = 0; step < path->count && schema->type == TR_TYPE_STRUCT; step++) {
        if (tr_shape_check_names(schema, diag) < 0)
            return -1;
        int place = tr_shape_find(schema, path->items[step]);
        if (place < 0)
            break;
        schema = schema->fields[place].schema;
    }
    return 0;
}

struct addition {
    const struct tr_list *path;
    const struct tr_value *value;
    struct tr_arena *scratch;
};

/* The value in the extended schema's form. */
static int put_value(const struct addition *addition, const struct tr_schema *schema, size_t step,
                     struct tr_half half)
{
    const struct tr_list *path = addition->path;
    size_t n = half.value->count;
    struct tr_value *items;

    if (half.value->kind != TR_ITEMS || schema == *half.schema)
        return 0; /* a struct that is null stays null */
    items = tr_arena_alloc(addition->scratch, (n + 1) * sizeof *items);
    if (!items)
        return -1;
    for (size_t i = 0; i < n; i++)
        items[i] = half.value->items[i];
    if (step + 1 == path->count) {
        items[n++] = *addition->value;
    } else {
        int place = tr_shape_find(schema, path->items[step]);
        const struct tr_schema *inner = (*half.schema)->fields[place].schema;
        const struct tr_half nested = {&inner, &items[place]};
        if (put_value(addition, schema->fields[place].schema, step + 1, nested) < 0)
            return -1;
    }
    *half.value = tr_value_items(items, n);
    return 0;
}

static const struct tr_record_header *find_header(const struct tr_record *record, const char *name)
{
    for (size_t i = 0; i < record->nheaders; i++)
        if (strcmp(record->headers[i].name, name) == 0)
            return &record->headers[i];
    return NULL;
}

static int add_field(const struct header_to_value *self, size_t i,
                     struct tr_transform_context *context, struct tr_record *record,
                     struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_schema, NULL};
    const struct tr_record_header *header = find_header(record, self->headers.items[i]);
    void *thing;

    if (!header)
        return 0;
    const struct tr_derive_key key = {&self->paths[i], record->value_schema,
                                      header->schema ? header->schema : &tr_shape_optional_string,
                                      NULL};
    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct addition addition = {&self->paths[i], &header->value, context->scratch};
    if (put_value(&addition, thing, 0, tr_half_of(record, TR_SIDE_VALUE)) < 0)
        return tr_fail_memory(diag);
    record->value_schema = thing;
    return 0;
}

static int remove_headers(const struct header_to_value *self, struct tr_record *record,
                          struct tr_arena *scratch)
{
    struct tr_record_header *kept = tr_arena_alloc(scratch, record->nheaders * sizeof *kept);
    size_t n = 0;

    if (!kept)
        return -1;
    for (size_t i = 0; i < record->nheaders; i++) {
        bool listed = false;
        for (size_t j = 0; j < self->headers.count; j++)
            listed |= strcmp(record->headers[i].name, self->headers.items[j]) == 0;
        if (!listed)
            kept[n++] = record->headers[i];
    }
    record->headers = kept;
    record->nheaders = n;
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct header_to_value *self = (const struct header_to_value *)transform;

    if (record->value.kind == TR_NULL)
        return 0;
    if (tr_require_struct(tr_half_of(record, TR_SIDE_VALUE), "Header field insertion", diag) < 0)
        return -1;
    for (size_t i = 0; i < self->headers.count; i++)
        if (add_field(self, i, context, record, diag) < 0)
            return -1;
    if (self->move && remove_headers(self, record, context->scratch) < 0)
        return tr_fail_memory(diag);
    return 0;
}

static const struct tr_choice operations[] = {
    {"move", true, NULL}, {"copy", false, NULL}, {NULL, 0, NULL}};

static const struct tr_option options[] = {
    {.name = "headers",
     .doc = "The headers to put into fields.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(header_to_value, headers)},
    {.name = "fields",
     .doc = "The fields' names, one for each header; `after.x` is a field of the row.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(header_to_value, fields)},
    {.name = "operation",
     .doc = "move takes the headers away, copy leaves them.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_HIGH,
     .required = true,
     .choices = operations,
     .at = TR_TRANSFORM_AT(header_to_value, move)},
};

const struct tr_transform_impl tr_header_to_value = {
    .class_name = "io.debezium.transforms.HeaderToValue",
    .size = sizeof(struct header_to_value),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
};
