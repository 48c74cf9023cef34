/* SchemaChangeEventFilter: kinds of records of the schema change topic that are left out.
 * Facts: io.debezium.transforms.SchemaChangeEventFilter (3.6). */
#include "transform/shape.h"
#include "transform/transform-impl.h"

enum change { CREATE = 1, ALTER = 2, DROP = 4, TRUNCATE = 8, DATABASE = 16 };

struct schema_filter {
    struct tr_transform transform;
    struct tr_list exclude;
    unsigned excluded;
};

static unsigned change_of(struct tr_slice name)
{
    static const struct {
        const char *name;
        enum change change;
    } changes[] = {{"CREATE", CREATE},
                   {"ALTER", ALTER},
                   {"DROP", DROP},
                   {"TRUNCATE", TRUNCATE},
                   {"DATABASE", DATABASE}};

    for (size_t i = 0; i < TR_COUNT(changes); i++)
        if (tr_slice_is(name, changes[i].name))
            return changes[i].change;
    return 0;
}

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct schema_filter *self = (struct schema_filter *)transform;

    (void)arena;
    for (size_t i = 0; i < self->exclude.count; i++) {
        unsigned change = change_of(tr_slice_of(self->exclude.items[i]));
        if (!change)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "schema.change.event.exclude.list: \"%.100s\" is none of CREATE, ALTER, "
                           "DROP, TRUNCATE and DATABASE",
                           self->exclude.items[i]);
        self->excluded |= change;
    }
    return 0;
}

static bool is_schema_change(const struct tr_schema *schema)
{
    static const char suffix[] = ".SchemaChangeValue";
    size_t n = schema && schema->name ? strlen(schema->name) : 0;

    return n >= sizeof suffix - 1 && strcmp(schema->name + n - (sizeof suffix - 1), suffix) == 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct schema_filter *self = (const struct schema_filter *)transform;
    const struct tr_schema *schema = record->value_schema;

    (void)context;
    (void)diag;
    if (record->value.kind != TR_ITEMS || !is_schema_change(schema))
        return 0;
    int place = tr_shape_find(schema, "tableChanges");
    if (place < 0 || record->value.items[place].kind != TR_ITEMS)
        return 1;
    const struct tr_value *changes = &record->value.items[place];
    if (changes->count == 0)
        return (self->excluded & DATABASE) != 0;
    int type = tr_shape_find(schema->fields[place].schema->items, "type");
    if (type < 0 || changes->items[0].kind != TR_ITEMS)
        return 0;
    const struct tr_value *name = &changes->items[0].items[type];
    return name->kind == TR_TEXT && (self->excluded & change_of(name->bytes)) != 0;
}

static const struct tr_option options[] = {
    {.name = "schema.change.event.exclude.list",
     .doc =
         "What is left out: CREATE, ALTER, DROP, TRUNCATE (of the first table that the statement "
         "changes), DATABASE (statements that change no table).",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(schema_filter, exclude)},
};

const struct tr_transform_impl tr_schema_change_event_filter = {
    .class_name = "io.debezium.transforms.SchemaChangeEventFilter",
    .size = sizeof(struct schema_filter),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
};
