#include "transform/debezium/expand-json.h"

#include <jansson.h>

#include "transform/shape.h"

#define DEPTH_MOST 64

struct expansion {
    const struct tr_expand_json *how;
    struct tr_arena *arena;
    int depth;
    bool mixed;  /* an array of different types */
    bool failed; /* no memory */
};

static const struct tr_schema *make_schema(struct expansion *e, json_t *const *nodes, size_t n,
                                           const char *name, bool optional);

static const struct tr_schema *out_of_memory(struct expansion *e)
{
    e->failed = true;
    return NULL;
}

static enum tr_type number_type(const json_t *node)
{
    if (json_is_real(node))
        return TR_TYPE_FLOAT64;
    json_int_t number = json_integer_value(node);
    return number == (int32_t)number ? TR_TYPE_INT32 : TR_TYPE_INT64;
}

static const struct tr_schema *primitive(const json_t *node)
{
    static const struct tr_schema int32 = {.type = TR_TYPE_INT32, .optional = true};
    static const struct tr_schema int64 = {.type = TR_TYPE_INT64, .optional = true};
    static const struct tr_schema float64 = {.type = TR_TYPE_FLOAT64, .optional = true};
    static const struct tr_schema boolean = {.type = TR_TYPE_BOOLEAN, .optional = true};

    switch (json_typeof(node)) {
    case JSON_TRUE:
    case JSON_FALSE:
        return &boolean;
    case JSON_STRING:
        return &tr_shape_optional_string;
    default:
        switch (number_type(node)) {
        case TR_TYPE_INT32:
            return &int32;
        case TR_TYPE_INT64:
            return &int64;
        default:
            return &float64;
        }
    }
}

/* This member, or the first one behind it that has a type. */
static void *next_member(const struct expansion *e, const json_t *object, void *at)
{
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)object, at)) {
        const json_t *value = json_object_iter_value(at);
        if ((json_is_null(value) && !e->how->null_as_bytes) ||
            (json_is_array(value) && !json_array_size(value)))
            continue;
        break;
    }
    return at;
}

/* Places of all members of all objects, in the order in which they are first seen. */
static json_t *member_names(json_t *const *nodes, size_t n)
{
    json_t *names = json_object();
    const char *name;
    json_t *value;

    for (size_t i = 0; i < n; i++) {
        json_object_foreach(nodes[i], name, value)
        {
            if (!json_object_get(names, name))
                json_object_set_new_nocheck(names, name, json_true());
        }
    }
    return names;
}

/* What stands under one name in all objects. */
static const struct tr_schema *member_schema(struct expansion *e, json_t *const *nodes, size_t n,
                                             const char *name, const char *path)
{
    json_t **values = tr_arena_alloc(e->arena, n * sizeof(json_t *));
    char *inner = tr_arena_printf(e->arena, "%s%s%s", path ? path : "", path ? "." : "", name);
    size_t count = 0;

    if (!values || !inner)
        return out_of_memory(e);
    for (size_t i = 0; i < n; i++) {
        json_t *value = json_object_get(nodes[i], name);
        if (value)
            values[count++] = value;
    }
    return make_schema(e, values, count, inner, true);
}

static const struct tr_schema *struct_schema(struct expansion *e, json_t *const *nodes, size_t n,
                                             const char *path, bool optional)
{
    struct tr_schema *schema = tr_arena_zalloc(e->arena, 1, sizeof *schema);
    json_t *names = member_names(nodes, n);
    struct tr_field *fields = tr_arena_zalloc(e->arena, json_object_size(names), sizeof *fields);
    const char *name;
    json_t *ignored;

    if (schema && fields) {
        *schema = (struct tr_schema){
            .type = TR_TYPE_STRUCT, .optional = optional, .name = path, .fields = fields};
        json_object_foreach(names, name, ignored)
        {
            const struct tr_schema *member = member_schema(e, nodes, n, name, path);
            char *copy = tr_arena_strdup(e->arena, tr_slice_of(name));
            if (member && copy)
                fields[schema->nfields++] = (struct tr_field){copy, member};
            e->failed |= !copy;
        }
    }
    json_decref(names);
    return schema && fields ? schema : out_of_memory(e);
}

/* Whether two nodes would have one schema if each had its own. */
static bool same_shape(const struct expansion *e, const json_t *a, const json_t *b)
{
    if (json_is_object(a) && json_is_object(b)) {
        /* jansson only iterates what isn't const, and doesn't change it */
        void *x = next_member(e, a, json_object_iter((json_t *)(uintptr_t)a));
        void *y = next_member(e, b, json_object_iter((json_t *)(uintptr_t)b));
        while (x && y) {
            if (strcmp(json_object_iter_key(x), json_object_iter_key(y)) != 0 ||
                !same_shape(e, json_object_iter_value(x), json_object_iter_value(y)))
                return false;
            x = next_member(e, a, json_object_iter_next((json_t *)(uintptr_t)a, x));
            y = next_member(e, b, json_object_iter_next((json_t *)(uintptr_t)b, y));
        }
        return !x && !y;
    }
    if (json_is_array(a) && json_is_array(b))
        return !json_array_size(a) || !json_array_size(b) ||
               same_shape(e, json_array_get(a, 0), json_array_get(b, 0));
    if (json_is_number(a) && json_is_number(b))
        return number_type(a) == number_type(b);
    return json_typeof(a) == json_typeof(b) || (json_is_boolean(a) && json_is_boolean(b));
}

/* Debezium refuses an array that has only nulls, or numbers of more than one type; where its
 * objects differ, it makes the type of them all a required one. Returns whether it is optional. */
static bool check_array(struct expansion *e, const json_t *array)
{
    const json_t *first = NULL;
    bool same = true;

    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        if (json_is_null(item))
            continue;
        if (!first)
            first = item;
        same &= same_shape(e, first, item);
        e->mixed |= json_is_number(first) && !same;
    }
    e->mixed |= json_array_size(array) && !first && !e->how->null_as_bytes;
    return json_is_object(first) && same;
}

static const struct tr_schema *array_schema(struct expansion *e, json_t *const *nodes, size_t n,
                                            const char *path)
{
    size_t total = 0, count = 0;
    bool optional = true;

    for (size_t i = 0; i < n; i++) {
        total += json_array_size(nodes[i]);
        optional &= check_array(e, nodes[i]);
    }
    if (e->mixed)
        return NULL;
    json_t **items = tr_arena_alloc(e->arena, total * sizeof(json_t *));
    struct tr_schema *schema = tr_arena_zalloc(e->arena, 1, sizeof *schema);
    if (!items || !schema)
        return out_of_memory(e);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < json_array_size(nodes[i]); j++)
            items[count++] = json_array_get(nodes[i], j);
    *schema = (struct tr_schema){.type = TR_TYPE_ARRAY,
                                 .optional = true,
                                 .items = make_schema(e, items, count, path, optional)};
    return schema->items ? schema : NULL;
}

/* The one kind of node that all have, nulls aside; NULL: they are mixed, or there is none. */
static const json_t *representative(struct expansion *e, json_t *const *nodes, size_t n)
{
    const json_t *first = NULL;

    for (size_t i = 0; i < n; i++) {
        const json_t *node = nodes[i];
        if (json_is_null(node))
            continue;
        if (!first)
            first = node;
        bool same = json_typeof(first) == json_typeof(node) ||
                    (json_is_boolean(first) && json_is_boolean(node));
        if (!same)
            e->mixed = true;
        if (same && json_is_integer(node) && number_type(node) == TR_TYPE_INT64)
            first = node; /* the wider one fits both */
    }
    return e->mixed ? NULL : first;
}

/* One schema for all nodes; NULL: there is no type to give. */
static const struct tr_schema *make_schema(struct expansion *e, json_t *const *nodes, size_t n,
                                           const char *name, bool optional)
{
    static const struct tr_schema null_schema = {.type = TR_TYPE_BYTES, .optional = true};
    const struct tr_schema *schema = NULL;
    const json_t *node = representative(e, nodes, n);

    if (e->mixed)
        return NULL;
    if (!node)
        return n && e->how->null_as_bytes ? &null_schema : NULL;
    if (++e->depth > DEPTH_MOST) {
        e->mixed = true;
        return NULL;
    }
    json_t **there = tr_arena_alloc(e->arena, n * sizeof(json_t *));
    size_t count = 0;
    for (size_t i = 0; there && i < n; i++)
        if (!json_is_null(nodes[i]))
            there[count++] = nodes[i];
    if (!there)
        schema = out_of_memory(e);
    else if (json_is_object(node))
        schema = struct_schema(e, there, count, name, optional);
    else if (json_is_array(node))
        schema = array_schema(e, there, count, name);
    else
        schema = primitive(node);
    e->depth--;
    return schema;
}

static struct tr_value make_value(struct expansion *e, const struct tr_schema *schema,
                                  const json_t *node);

static struct tr_value make_items(struct expansion *e, const struct tr_schema *schema,
                                  const json_t *node)
{
    bool list = schema->type == TR_TYPE_ARRAY;
    size_t n = list ? json_array_size(node) : schema->nfields;
    struct tr_value *items = tr_arena_zalloc(e->arena, n, sizeof *items);

    if (!items) {
        e->failed = true;
        return (struct tr_value){.kind = TR_NULL};
    }
    for (size_t i = 0; i < n; i++)
        items[i] = list ? make_value(e, schema->items, json_array_get(node, i))
                        : make_value(e, schema->fields[i].schema,
                                     json_object_get(node, schema->fields[i].name));
    return tr_value_items(items, n);
}

static struct tr_value make_text(struct expansion *e, const json_t *node)
{
    struct tr_slice text = {json_string_value(node), json_string_length(node)};
    char *copy = tr_arena_strdup(e->arena, text);

    e->failed |= !copy;
    return tr_value_text((struct tr_slice){copy, text.n});
}

static struct tr_value make_value(struct expansion *e, const struct tr_schema *schema,
                                  const json_t *node)
{
    if (!node || json_is_null(node))
        return (struct tr_value){.kind = TR_NULL};
    switch (schema->type) {
    case TR_TYPE_STRUCT:
    case TR_TYPE_ARRAY:
        return make_items(e, schema, node);
    case TR_TYPE_STRING:
        return make_text(e, node);
    case TR_TYPE_BOOLEAN:
        return tr_value_boolean(json_is_true(node));
    case TR_TYPE_FLOAT64:
        return (struct tr_value){.kind = TR_DOUBLE, .float64 = json_real_value(node)};
    default:
        return tr_value_integer(json_integer_value(node));
    }
}

int tr_expand_json(const struct tr_expand_json *how, struct tr_slice text, struct tr_arena *arena,
                   const struct tr_schema **ret_schema, struct tr_value *ret_value)
{
    struct expansion e = {.how = how, .arena = arena};
    json_t *root = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);

    if (!root)
        return 1;
    *ret_schema = make_schema(&e, &root, 1, how->name, true);
    if (*ret_schema && !e.mixed && !e.failed)
        *ret_value = make_value(&e, *ret_schema, root);
    json_decref(root);
    if (e.failed)
        return -1;
    return *ret_schema && !e.mixed ? 0 : 1;
}
