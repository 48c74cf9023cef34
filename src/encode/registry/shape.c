/*
 * Avro's Parsing Canonical Form, in spirit: what of a schema matters to the bytes. Both schemas are
 * walked side by side; a name stands for a record that the walk has seen on its side, and two
 * records are the same by their full names: the fields were compared where they were defined.
 */
#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "encode/registry.h"

#define DEPTH_MOST 200

struct side {
    const char *space; /* the namespace at hand, "" for none */
};

struct comparison {
    struct tr_arena arena;
    unsigned depth;
};

static bool same(struct comparison *c, const json_t *own, struct side mine, const json_t *other,
                 struct side theirs);

static bool is_primitive(const char *name)
{
    static const char *const names[] = {"null",  "boolean", "int",   "long",
                                        "float", "double",  "bytes", "string"};

    for (size_t i = 0; i < TR_COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* {"type":"int", …} and {"type":{…}} are what stands behind "type". */
static const json_t *unwrap(const json_t *schema)
{
    for (;;) {
        const json_t *type = json_object_get(schema, "type");
        const char *name = json_string_value(type);
        if (!type || (name && !is_primitive(name)))
            return schema;
        schema = type;
    }
}

static const char *full_name(struct comparison *c, const char *name, const char *space)
{
    if (strchr(name, '.') || !*space || is_primitive(name))
        return name;
    return tr_arena_printf(&c->arena, "%s.%s", space, name);
}

/* A definition's full name; and the namespace of what is inside. */
static const char *define(struct comparison *c, const json_t *schema, struct side *side)
{
    const char *name = json_string_value(json_object_get(schema, "name"));
    const char *space = json_string_value(json_object_get(schema, "namespace"));

    if (!name)
        return NULL;
    const char *full = full_name(c, name, space ? space : side->space);
    const char *dot = full ? strrchr(full, '.') : NULL;
    side->space =
        dot ? tr_arena_strdup(&c->arena, (struct tr_slice){full, (size_t)(dot - full)}) : "";
    return side->space ? full : NULL;
}

static bool same_lists(struct comparison *c, const json_t *own, struct side mine,
                       const json_t *other, struct side theirs)
{
    if (json_array_size(own) != json_array_size(other))
        return false;
    for (size_t i = 0; i < json_array_size(own); i++)
        if (!same(c, json_array_get(own, i), mine, json_array_get(other, i), theirs))
            return false;
    return true;
}

static bool same_texts(const json_t *own, const json_t *other)
{
    const char *a = json_string_value(own), *b = json_string_value(other);

    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_fields(struct comparison *c, const json_t *own, struct side mine,
                        const json_t *other, struct side theirs)
{
    if (json_array_size(own) != json_array_size(other))
        return false;
    for (size_t i = 0; i < json_array_size(own); i++) {
        const json_t *a = json_array_get(own, i), *b = json_array_get(other, i);
        if (!same_texts(json_object_get(a, "name"), json_object_get(b, "name")) ||
            !same(c, json_object_get(a, "type"), mine, json_object_get(b, "type"), theirs))
            return false;
    }
    return true;
}

/* By their names: a text that is a name, or the definition itself. */
static const char *name_of(struct comparison *c, const json_t *schema, struct side *side)
{
    const char *name = json_string_value(schema);

    return name ? full_name(c, name, side->space) : define(c, schema, side);
}

static bool same_named(struct comparison *c, const json_t *own, struct side mine,
                       const json_t *other, struct side theirs)
{
    const char *a = name_of(c, own, &mine), *b = name_of(c, other, &theirs);

    if (!a || !b || strcmp(a, b) != 0)
        return false;
    if (json_is_string(own) || json_is_string(other))
        return true;
    return same_texts(json_object_get(own, "type"), json_object_get(other, "type")) &&
           json_equal(json_object_get(own, "symbols"), json_object_get(other, "symbols")) ==
               (json_object_get(own, "symbols") != NULL) &&
           same_fields(c, json_object_get(own, "fields"), mine, json_object_get(other, "fields"),
                       theirs);
}

static bool same_objects(struct comparison *c, const json_t *own, struct side mine,
                         const json_t *other, struct side theirs)
{
    const char *type = json_string_value(json_object_get(own, "type"));
    const char *inside = !type                        ? NULL
                         : strcmp(type, "array") == 0 ? "items"
                         : strcmp(type, "map") == 0   ? "values"
                                                      : NULL;

    if (!inside)
        return same_named(c, own, mine, other, theirs);
    return same_texts(json_object_get(own, "type"), json_object_get(other, "type")) &&
           same(c, json_object_get(own, inside), mine, json_object_get(other, inside), theirs);
}

static bool same(struct comparison *c, const json_t *own, struct side mine, const json_t *other,
                 struct side theirs)
{
    if (c->depth >= DEPTH_MOST)
        return false;
    c->depth++;
    own = unwrap(own);
    other = unwrap(other);
    bool yes;
    if (json_is_array(own) || json_is_array(other))
        yes = json_is_array(own) && json_is_array(other) && same_lists(c, own, mine, other, theirs);
    else if (json_is_object(own) && json_is_object(other))
        yes = same_objects(c, own, mine, other, theirs);
    else
        yes = same_named(c, own, mine, other, theirs);
    c->depth--;
    return yes;
}

/* A default of bytes may have a NUL. */
static json_t *parse(const char *text)
{
    return json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

int tr_avro_same_shape(const char *own, const char *other, struct tr_diag *diag)
{
    struct comparison c = {.depth = 0};
    json_t *a = parse(own), *b = parse(other);
    int rc;

    tr_arena_init(&c.arena, 4096, 64 << 20);
    if (!a)
        rc = tr_fail_bug(diag, "an own schema is not JSON");
    else if (!b)
        rc = tr_fail(diag, TR_SINK, TR_STOP,
                     "what the schema registry has is no Avro schema: check the subject there");
    else
        rc = same(&c, a, (struct side){""}, b, (struct side){""}) ? 0 : 1;
    tr_arena_finish(&c.arena);
    json_decref(a);
    json_decref(b);
    return rc;
}
