/* InsertField: topic, partition, timestamp or a fixed text as a field. A name that ends in "!" is a
 * required field, "?" or nothing an optional one. */
#include "transform/copying.h"
#include "transform/shape.h"

enum { TOPIC, PARTITION, TIMESTAMP, STATIC, INSERTIONS };

struct insertion {
    const char *name; /* NULL: not wanted */
    bool optional;
};

struct insert_field {
    struct tr_transform transform;
    const char *topic, *partition, *timestamp, *static_field, *static_value;
    bool replace_null;
    struct insertion insertions[INSERTIONS];
};

static const struct tr_schema types[INSERTIONS] = {
    [TOPIC] = {.type = TR_TYPE_STRING},
    [PARTITION] = {.type = TR_TYPE_INT32},
    [TIMESTAMP] = {.type = TR_TYPE_INT64,
                   .name = "org.apache.kafka.connect.data.Timestamp",
                   .version = 1},
    [STATIC] = {.type = TR_TYPE_STRING},
};

static int parse(const char *text, struct tr_arena *arena, struct insertion *ret_insertion)
{
    size_t n = text ? strlen(text) : 0;

    if (!n)
        return 0;
    char *name = tr_arena_strdup(arena, (struct tr_slice){text, n});
    if (!name)
        return -1;
    ret_insertion->optional = name[n - 1] != '!';
    if (name[n - 1] == '!' || name[n - 1] == '?')
        name[n - 1] = '\0';
    ret_insertion->name = name;
    return 0;
}

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct insert_field *self = (struct insert_field *)transform;
    const char *const texts[INSERTIONS] = {self->topic, self->partition, self->timestamp,
                                           self->static_field};
    bool any = false;

    for (size_t i = 0; i < INSERTIONS; i++) {
        if (parse(texts[i], arena, &self->insertions[i]) < 0)
            return tr_fail_memory(diag);
        any |= self->insertions[i].name != NULL;
    }
    if (!any)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "No field insertion configured: set topic.field, partition.field, "
                       "timestamp.field or static.field");
    if (self->insertions[STATIC].name && !self->static_value)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "No value specified for static field: %s; set static.value",
                       self->insertions[STATIC].name);
    return 0;
}

static int make_schema(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                       struct tr_diag *diag)
{
    const struct insert_field *self = key->owner;
    const struct tr_schema *from = key->from;
    struct tr_schema *schema = tr_shape_basics(from, from->nfields + INSERTIONS, arena);

    if (!schema)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < from->nfields; i++)
        tr_shape_add(schema, from->fields[i].name, from->fields[i].schema);
    for (size_t i = 0; i < INSERTIONS; i++) {
        if (!self->insertions[i].name)
            continue;
        const struct tr_schema *type =
            tr_shape_optional(&types[i], self->insertions[i].optional, arena);
        if (!type)
            return tr_fail_memory(diag);
        tr_shape_add(schema, self->insertions[i].name, type);
    }
    *ret_thing = schema;
    return tr_shape_check_names(schema, diag);
}

static struct tr_value value_of(const struct insert_field *self, const struct tr_record *record,
                                size_t insertion)
{
    switch (insertion) {
    case TOPIC:
        return tr_value_text(tr_slice_of(record->topic));
    case PARTITION:
        return record->partition >= 0 ? tr_value_integer(record->partition)
                                      : (struct tr_value){.kind = TR_NULL};
    case TIMESTAMP:
        return record->timestamp_ms ? tr_value_integer(record->timestamp_ms)
                                    : (struct tr_value){.kind = TR_NULL};
    default:
        return tr_value_text(tr_slice_of(self->static_value));
    }
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_schema, NULL};
    const struct insert_field *self = (const struct insert_field *)transform;
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {self, *half.schema, NULL, NULL};
    size_t n;
    void *thing;

    if (half.value->kind == TR_NULL)
        return 0;
    if (tr_require_struct(half, "field insertion", diag) < 0 ||
        tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct tr_schema *schema = thing;
    struct tr_value *items = tr_arena_alloc(context->scratch, schema->nfields * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    for (n = 0; n < (*half.schema)->nfields; n++)
        items[n] = tr_field_value(&half, n, self->replace_null);
    for (size_t i = 0; i < INSERTIONS; i++)
        if (self->insertions[i].name)
            items[n++] = value_of(self, record, i);
    *half.schema = schema;
    *half.value = tr_value_items(items, n);
    return 0;
}

static const struct tr_option options[] = {
    {.name = "topic.field",
     .doc = "The field for the topic's name.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(insert_field, topic)},
    {.name = "partition.field",
     .doc = "The field for the partition; null unless a transform before has set it.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(insert_field, partition)},
    {.name = "offset.field",
     .status = TR_OPTION_FORMER,
     .note = "offsets are known to sink connectors only",
     .type = TR_OPTION_STRING},
    {.name = "timestamp.field",
     .doc = "The field for the record's timestamp; null unless a transform before has set it.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(insert_field, timestamp)},
    {.name = "static.field",
     .doc = "The field for static.value.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(insert_field, static_field)},
    {.name = "static.value",
     .doc = "The text of static.field.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(insert_field, static_value)},
    TR_OPTION_REPLACE_NULL(insert_field),
};

TR_TRANSFORM_SIDES(tr_insert_field, insert_field, "InsertField", .start = start, .apply = apply);
