#include "transform/debezium/field-reference.h"

#include "transform/shape.h"

/* Where Debezium has a field of that name. */
static const char *parent_of(const char *field)
{
    static const char *const transaction[] = {"id", "data_collection_order", "total_order"};
    static const char *const top[] = {"op", "ts_ms", "ts_us", "ts_ns"};

    for (size_t i = 0; i < TR_COUNT(transaction); i++)
        if (strcmp(field, transaction[i]) == 0)
            return "transaction";
    for (size_t i = 0; i < TR_COUNT(top); i++)
        if (strcmp(field, top[i]) == 0)
            return NULL;
    return "source";
}

/* "struct.field:name" in pieces; the text is cut up. */
static int take_apart(char *text, const char *prefix, struct tr_arena *arena,
                      struct tr_field_reference *ret_reference)
{
    char *name = strchr(text, ':');
    char *dot = strchr(text, '.');

    if (name)
        *name++ = '\0';
    if (name && strchr(name, ':'))
        return -1;
    if (dot && name && dot > name)
        dot = NULL; /* a dot in the new name */
    if (dot)
        *dot++ = '\0';
    ret_reference->field = dot ? dot : text;
    ret_reference->parent = dot ? text : parent_of(text);
    if (name)
        ret_reference->name = tr_arena_printf(arena, "%s%s", prefix, name);
    else
        ret_reference->name = tr_arena_printf(arena, "%s%s%s%s", prefix, dot ? text : "",
                                              dot ? "_" : "", ret_reference->field);
    return 0;
}

int tr_field_references_parse(const struct tr_field_reference_texts *configured,
                              struct tr_arena *arena, struct tr_field_references *ret_references,
                              struct tr_diag *diag)
{
    const struct tr_list *texts = configured->texts;
    struct tr_field_reference *items = tr_arena_zalloc(arena, texts->count, sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < texts->count; i++) {
        char *text = tr_arena_strdup(arena, tr_slice_of(texts->items[i]));
        if (!text)
            return tr_fail_memory(diag);
        if (take_apart(text, configured->prefix, arena, &items[i]) < 0)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "%s: \"%.200s\" is no field: write struct.field or struct.field:name",
                           configured->option, texts->items[i]);
        if (!items[i].name)
            return tr_fail_memory(diag);
    }
    *ret_references = (struct tr_field_references){items, texts->count};
    return 0;
}

/* >0: the schema doesn't have it. */
static int resolve(const struct tr_field_reference *reference, const struct tr_schema *envelope,
                   struct tr_arena *arena, struct tr_field_path *ret_path)
{
    const struct tr_schema *parent = envelope;

    ret_path->name = reference->name;
    ret_path->parent = reference->parent ? tr_shape_find(envelope, reference->parent) : -1;
    if (ret_path->parent >= 0)
        parent = envelope->fields[ret_path->parent].schema;
    ret_path->field = tr_shape_find(parent, reference->field);
    if (ret_path->field < 0) {
        parent = envelope;
        ret_path->parent = -1;
        ret_path->field = tr_shape_find(envelope, reference->field);
    }
    if (ret_path->field < 0)
        return 1;
    struct tr_schema *schema = tr_shape_copy(parent->fields[ret_path->field].schema, 0, arena);
    if (!schema)
        return -1;
    schema->optional = true;
    schema->default_value = NULL;
    ret_path->schema = schema;
    return 0;
}

struct tr_field_path *tr_field_references_resolve(const struct tr_field_references *references,
                                                  const struct tr_schema *envelope,
                                                  struct tr_arena *arena, size_t *ret_count)
{
    struct tr_field_path *paths = tr_arena_zalloc(arena, references->count, sizeof *paths);

    *ret_count = 0;
    for (size_t i = 0; paths && i < references->count; i++) {
        int rc = resolve(&references->items[i], envelope, arena, &paths[*ret_count]);
        if (rc < 0)
            return NULL;
        *ret_count += rc == 0;
    }
    return paths;
}

struct tr_value tr_field_path_get(const struct tr_field_path *path, const struct tr_value *envelope)
{
    const struct tr_value *parent = envelope;

    if (path->parent >= 0)
        parent = &envelope->items[path->parent];
    if (parent->kind != TR_ITEMS)
        return (struct tr_value){.kind = TR_NULL};
    return parent->items[path->field];
}
