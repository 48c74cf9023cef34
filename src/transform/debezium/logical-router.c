/*
 * ByLogicalTableRouter: several tables into one topic; keys tell which table they are from.
 * Facts: io.debezium.transforms.ByLogicalTableRouter (3.x) and recordings.
 */
#include "transform/copying.h"
#include "transform/debezium/envelope.h"
#include "transform/regex.h"
#include "transform/shape.h"

struct logical_router {
    struct tr_transform transform;
    const char *topic_regex, *topic_replacement;
    bool unique; /* key.enforce.uniqueness */
    const char *key_name, *key_regex, *key_replacement;
    struct tr_regex *topic, *key;
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct logical_router *self = (struct logical_router *)transform;
    bool keyed = self->key_regex && *self->key_regex;

    (void)arena;
    if (keyed && (!self->key_replacement || !*self->key_replacement))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "key.field.replacement must be non-empty if key.field.regex is set");
    if (tr_regex_new(self->topic_regex, "topic.regex", &self->topic, diag) < 0)
        return -1;
    return keyed ? tr_regex_new(self->key_regex, "key.field.regex", &self->key, diag) : 0;
}

static void finish(struct tr_transform *transform)
{
    struct logical_router *self = (struct logical_router *)transform;

    tr_regex_free(self->topic);
    tr_regex_free(self->key);
}

/* The name by which a schema made for a topic is found again: FNV-1a. */
static const void *hash_of(const char *topic)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (const char *p = topic; *p; p++)
        hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
    return (const void *)(uintptr_t)hash;
}

static int name_after(struct tr_schema *schema, const char *topic, const char *suffix,
                      struct tr_arena *arena)
{
    schema->name = tr_arena_printf(arena, "%s.%s", topic, suffix);
    return schema->name ? 0 : -1;
}

static int make_key(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                    struct tr_diag *diag)
{
    const struct logical_router *self = key->owner;
    struct tr_schema *schema = tr_shape_copy(key->from, 1, arena);

    if (!schema || name_after(schema, key->argument, "Key", arena) < 0)
        return tr_fail_memory(diag);
    if (self->unique)
        tr_shape_add(schema, self->key_name, &tr_shape_string);
    *ret_thing = schema;
    return tr_shape_check_names(schema, diag);
}

/* >0: not an envelope. */
static int make_envelope(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                         struct tr_diag *diag)
{
    const struct tr_schema *from = key->from;
    struct tr_envelope_places at;

    if (!tr_envelope_find(from, &at))
        return 1;
    struct tr_schema *schema = tr_shape_copy(from, 0, arena);
    struct tr_schema *row = tr_shape_copy(from->fields[at.after].schema, 0, arena);
    if (!schema || !row || name_after(schema, key->argument, "Envelope", arena) < 0 ||
        name_after(row, key->argument, "Value", arena) < 0)
        return tr_fail_memory(diag);
    struct tr_field *fields = (struct tr_field *)(uintptr_t)schema->fields;
    fields[at.before].schema = fields[at.after].schema = row;
    *ret_thing = schema;
    return 0;
}

/* The table's name in the key: its topic, or what key.field.regex makes of it. */
static int identify(const struct logical_router *self, const char *topic, struct tr_arena *scratch,
                    struct tr_slice *ret_identifier, struct tr_diag *diag)
{
    const struct tr_regex_replacing replacing = {self->key, self->key_replacement, false};

    *ret_identifier = tr_slice_of(topic);
    if (!self->key)
        return 0;
    int matches = tr_regex_matches(self->key, *ret_identifier, diag);
    if (matches <= 0)
        return matches;
    return tr_regex_replace(&replacing, *ret_identifier, scratch, ret_identifier, diag);
}

static int rename_key(const struct logical_router *self, struct tr_transform_context *context,
                      const char *topic, struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_key, NULL};
    const struct tr_derive_key key = {self, record->key_schema, hash_of(topic), topic};
    struct tr_slice identifier;
    void *schema;

    if (record->key.kind == TR_NULL)
        return 0;
    if (tr_require_struct(tr_half_of(record, TR_SIDE_KEY), "Updating schema", diag) < 0 ||
        tr_derive(context->derivations, &key, &maker, &schema, diag) < 0 ||
        identify(self, record->topic, context->scratch, &identifier, diag) < 0)
        return -1;
    size_t n = record->key.count;
    struct tr_value *items = tr_arena_alloc(context->scratch, (n + 1) * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++)
        items[i] = record->key.items[i];
    if (self->unique)
        items[n++] = tr_value_text(identifier);
    record->key_schema = schema;
    record->key = tr_value_items(items, n);
    return 0;
}

static int rename_value(const struct logical_router *self, struct tr_transform_context *context,
                        const char *topic, struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_envelope, NULL};
    /* another owner than the key's, for the same schema could be both */
    const struct tr_derive_key key = {&self->topic, record->value_schema, hash_of(topic), topic};
    void *schema;

    if (record->value.kind == TR_NULL)
        return 0;
    if (tr_derive(context->derivations, &key, &maker, &schema, diag) < 0)
        return -1;
    if (schema)
        record->value_schema = schema;
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct logical_router *self = (const struct logical_router *)transform;
    const struct tr_regex_replacing replacing = {self->topic, self->topic_replacement, false};
    struct tr_slice topic = tr_slice_of(record->topic);
    int matches = tr_regex_matches(self->topic, topic, diag);

    if (matches <= 0)
        return matches;
    if (tr_regex_replace(&replacing, topic, context->scratch, &topic, diag) < 0)
        return -1;
    if (!topic.n)
        return 0; /* as Debezium: nothing to route to */
    if (rename_key(self, context, topic.p, record, diag) < 0 ||
        rename_value(self, context, topic.p, record, diag) < 0)
        return -1;
    record->topic = topic.p;
    return 0;
}

static const struct tr_option options[] = {
    {.name = "topic.regex",
     .doc = "A Java regular expression that the topic's whole name must match.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .required = true,
     .at = TR_TRANSFORM_AT(logical_router, topic_regex)},
    {.name = "topic.replacement",
     .doc = "The common topic's name.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .required = true,
     .at = TR_TRANSFORM_AT(logical_router, topic_replacement)},
    {.name = "key.enforce.uniqueness",
     .fallback = "true",
     .doc = "Whether a field of the key says which table it is from.",
     .type = TR_OPTION_BOOLEAN,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(logical_router, unique)},
    {.name = "key.field.name",
     .fallback = "__dbz__physicalTableIdentifier",
     .doc = "That field's name.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(logical_router, key_name)},
    {.name = "key.field.regex",
     .doc = "What of the topic's name goes into that field; by default all.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(logical_router, key_regex)},
    {.name = "key.field.replacement",
     .doc = "The field's text, with $1 for the first group of key.field.regex.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(logical_router, key_replacement)},
    {.name = "logical.table.cache.size",
     .status = TR_OPTION_INERT,
     .note = "schemas are kept as long as their tables",
     .doc = "Size of a cache of schemas.",
     .type = TR_OPTION_STRING},
};

const struct tr_transform_impl tr_by_logical_table_router = {
    .class_name = "io.debezium.transforms.ByLogicalTableRouter",
    .size = sizeof(struct logical_router),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
    .finish = finish,
};
