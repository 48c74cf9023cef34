/*
 * ExtractNewRecordState: the row instead of the envelope around it.
 * Facts: io.debezium.transforms.ExtractNewRecordState and its delete handling strategies (3.x), and
 * recordings.
 */
#include "transform/debezium/drop-fields.h"
#include "transform/debezium/envelope.h"
#include "transform/debezium/field-reference.h"
#include "transform/shape.h"
#include "transform/transform-impl.h"

/* delete.tombstone.handling.mode */
enum handling { TOMBSTONE, DROP, REWRITE, REWRITE_WITH_TOMBSTONE, DELETE_TO_TOMBSTONE };

struct unwrap {
    struct tr_transform transform;
    enum handling handling;
    struct tr_list add_fields, add_headers;
    const char *fields_prefix, *headers_prefix;
    const char *route_by_field;
    struct tr_drop_fields drop;
    bool replace_null;
    struct tr_field_references fields, headers;
};

/* What is known of one envelope schema. */
struct shape {
    struct tr_envelope_places at;
    const struct tr_schema *row; /* as it stands in the envelope */
    const struct tr_schema *out; /* row, not optional, with __deleted and added fields */
    bool copies;                 /* values differ from the row's */
    struct tr_field_path *fields, *headers;
    size_t nfields, nheaders;
};

static bool rewrites(const struct unwrap *self)
{
    return self->handling == REWRITE || self->handling == REWRITE_WITH_TOMBSTONE;
}

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct unwrap *self = (struct unwrap *)transform;

    const struct tr_field_reference_texts fields = {&self->add_fields, self->fields_prefix,
                                                    "add.fields"};
    const struct tr_field_reference_texts headers = {&self->add_headers, self->headers_prefix,
                                                     "add.headers"};

    if (tr_field_references_parse(&fields, arena, &self->fields, diag) < 0)
        return -1;
    return tr_field_references_parse(&headers, arena, &self->headers, diag);
}

static const struct tr_schema *make_out(const struct unwrap *self, const struct shape *shape,
                                        struct tr_arena *arena)
{
    struct tr_schema *out = tr_shape_copy(shape->row, shape->nfields + 1, arena);
    if (!out)
        return NULL;
    out->optional = false;
    if (rewrites(self))
        tr_shape_add(out, "__deleted", &tr_shape_optional_string);
    for (size_t i = 0; i < shape->nfields; i++)
        tr_shape_add(out, shape->fields[i].name, shape->fields[i].schema);
    return out;
}

static bool has_defaults(const struct tr_schema *row)
{
    for (size_t i = 0; i < row->nfields; i++)
        if (row->fields[i].schema->default_value)
            return true;
    return false;
}

/* >0: not an envelope. */
static int make_shape(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                      struct tr_diag *diag)
{
    const struct unwrap *self = key->owner;
    const struct tr_schema *envelope = key->from;
    struct shape *shape = tr_arena_zalloc(arena, 1, sizeof *shape);

    if (!shape)
        return tr_fail_memory(diag);
    if (!tr_envelope_find(envelope, &shape->at))
        return 1;
    shape->row = envelope->fields[shape->at.after].schema;
    shape->fields = tr_field_references_resolve(&self->fields, envelope, arena, &shape->nfields);
    shape->headers = tr_field_references_resolve(&self->headers, envelope, arena, &shape->nheaders);
    if (!shape->fields || !shape->headers)
        return tr_fail_memory(diag);
    shape->out = make_out(self, shape, arena);
    if (!shape->out)
        return tr_fail_memory(diag);
    if (tr_shape_check_names(shape->out, diag) < 0)
        return -1;
    shape->copies =
        rewrites(self) || shape->nfields || (self->replace_null && has_defaults(shape->row));
    *ret_thing = shape;
    return 0;
}

static int add_headers(struct tr_transform_context *context, const struct shape *shape,
                       struct tr_record *record, struct tr_diag *diag)
{
    struct tr_record_header *headers =
        tr_headers_with_room(record, shape->nheaders, context->scratch);

    if (!headers)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < shape->nheaders; i++)
        headers[record->nheaders + i] =
            (struct tr_record_header){shape->headers[i].name, shape->headers[i].schema,
                                      tr_field_path_get(&shape->headers[i], &record->value)};
    record->headers = headers;
    record->nheaders += shape->nheaders;
    return 0;
}

/* A tombstone knows one thing: that it stands for a delete. */
static int tombstone(const struct unwrap *self, struct tr_transform_context *context,
                     struct tr_record *record, struct tr_diag *diag)
{
    struct tr_record_header *headers;
    size_t n = record->nheaders;

    if (self->handling != REWRITE_WITH_TOMBSTONE)
        return 1;
    headers = tr_headers_with_room(record, self->headers.count, context->scratch);
    if (!headers)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < self->headers.count; i++)
        if (strcmp(self->headers.items[i].field, "op") == 0)
            headers[n++] = (struct tr_record_header){self->headers.items[i].name, &tr_shape_string,
                                                     tr_value_text(TR_SLICE("d"))};
    record->headers = headers;
    record->nheaders = n;
    return 0;
}

static int route(const struct unwrap *self, const struct shape *shape, const struct tr_value *row,
                 struct tr_record *record, struct tr_arena *scratch)
{
    if (!self->route_by_field || !*self->route_by_field || row->kind != TR_ITEMS)
        return 0;
    int place = tr_shape_find(shape->row, self->route_by_field);
    if (place < 0 || row->items[place].kind != TR_TEXT || !row->items[place].bytes.n)
        return 0;
    const char *topic = tr_arena_strdup(scratch, row->items[place].bytes);
    if (!topic)
        return -1;
    record->topic = topic;
    return 0;
}

/* The row with what is added to it. */
static int extend(const struct unwrap *self, struct tr_transform_context *context,
                  const struct shape *shape, struct tr_record *record, struct tr_diag *diag)
{
    const struct tr_value *envelope = &record->value;
    bool deleted = envelope->items[shape->at.after].kind == TR_NULL;
    const struct tr_value *row = &envelope->items[deleted ? shape->at.before : shape->at.after];
    size_t n = shape->row->nfields;

    record->value_schema = row->kind == TR_ITEMS ? shape->out : shape->row;
    if (row->kind != TR_ITEMS || !shape->copies) {
        record->value = *row;
        return 0;
    }
    struct tr_value *items = tr_arena_alloc(context->scratch, shape->out->nfields * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++) {
        const struct tr_value *otherwise = shape->row->fields[i].schema->default_value;
        items[i] = self->replace_null && otherwise && row->items[i].kind == TR_NULL ? *otherwise
                                                                                    : row->items[i];
    }
    if (rewrites(self))
        items[n++] = tr_value_text(deleted ? TR_SLICE("true") : TR_SLICE("false"));
    for (size_t i = 0; i < shape->nfields; i++)
        items[n++] = tr_field_path_get(&shape->fields[i], envelope);
    record->value = tr_value_items(items, n);
    return 0;
}

/* Debezium writes the row's schema with a null payload where it says tombstone. */
static int delete_record(const struct unwrap *self, struct tr_transform_context *context,
                         const struct shape *shape, struct tr_record *record, struct tr_diag *diag)
{
    if (rewrites(self))
        return extend(self, context, shape, record, diag);
    if (self->handling == DROP)
        return 1;
    record->value_schema = self->handling == TOMBSTONE ? shape->row : NULL;
    record->value = (struct tr_value){.kind = TR_NULL};
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_shape, NULL};
    const struct unwrap *self = (const struct unwrap *)transform;
    const struct tr_derive_key key = {self, record->value_schema, NULL, NULL};
    void *thing;

    if (record->value.kind == TR_NULL)
        return tombstone(self, context, record, diag);
    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct shape *shape = thing;
    if (!shape)
        return 0;
    if (shape->nheaders && add_headers(context, shape, record, diag) < 0)
        return -1;
    const struct tr_value *items = record->value.items;
    if (tr_slice_is(items[shape->at.op].bytes, "t"))
        return 1;
    if (items[shape->at.after].kind == TR_NULL) {
        if (route(self, shape, &items[shape->at.before], record, context->scratch) < 0)
            return tr_fail_memory(diag);
        return delete_record(self, context, shape, record, diag);
    }
    if (route(self, shape, &items[shape->at.after], record, context->scratch) < 0)
        return tr_fail_memory(diag);
    if (extend(self, context, shape, record, diag) < 0)
        return -1;
    return tr_drop_fields_apply(&self->drop, context, record, diag);
}

static const struct tr_choice handlings[] = {
    {"tombstone", TOMBSTONE, NULL},
    {"drop", DROP, NULL},
    {"rewrite", REWRITE, NULL},
    {"rewrite-with-tombstone", REWRITE_WITH_TOMBSTONE, NULL},
    {"delete-to-tombstone", DELETE_TO_TOMBSTONE, NULL},
    {NULL, 0, NULL},
};

static const struct tr_option options[] = {
    {.name = "delete.tombstone.handling.mode",
     .fallback = "tombstone",
     .doc = "What becomes of a delete and of the tombstone that follows it.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_MEDIUM,
     .choices = handlings,
     .at = TR_TRANSFORM_AT(unwrap, handling)},
    {.name = "add.fields",
     .doc = "Fields of the envelope to add to the row: `op`, `source.ts_ms`, `table:name`.",
     .type = TR_OPTION_LIST,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(unwrap, add_fields)},
    {.name = "add.fields.prefix",
     .fallback = "__",
     .doc = "What stands before the names of added fields.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(unwrap, fields_prefix)},
    {.name = "add.headers",
     .doc = "Fields of the envelope to add as headers.",
     .type = TR_OPTION_LIST,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(unwrap, add_headers)},
    {.name = "add.headers.prefix",
     .fallback = "__",
     .doc = "What stands before the names of added headers.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(unwrap, headers_prefix)},
    {.name = "route.by.field",
     .fallback = "",
     .doc = "A column whose text is the topic.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(unwrap, route_by_field)},
    {.name = "drop.fields.header.name",
     .doc = "A header that lists columns to leave out, as ExtractChangedRecordState writes it.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(unwrap, drop.header)},
    {.name = "drop.fields.from.key",
     .fallback = "false",
     .doc = "Whether they are left out of the key too.",
     .type = TR_OPTION_BOOLEAN,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(unwrap, drop.from_key)},
    {.name = "drop.fields.keep.schema.compatible",
     .fallback = "true",
     .doc = "Leave out optional columns only.",
     .type = TR_OPTION_BOOLEAN,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(unwrap, drop.keep_compatible)},
    {.name = "replace.null.with.default",
     .fallback = "true",
     .doc = "Whether a null becomes the column's default when the row is copied.",
     .type = TR_OPTION_BOOLEAN,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(unwrap, replace_null)},
    {.name = "drop.tombstones",
     .status = TR_OPTION_FORMER,
     .note = "write delete.tombstone.handling.mode",
     .type = TR_OPTION_STRING},
    {.name = "delete.handling.mode",
     .status = TR_OPTION_FORMER,
     .note = "write delete.tombstone.handling.mode",
     .type = TR_OPTION_STRING},
};

const struct tr_transform_impl tr_extract_new_record_state = {
    .class_name = "io.debezium.transforms.ExtractNewRecordState",
    .size = sizeof(struct unwrap),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
};
