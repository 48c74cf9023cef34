#include "record/position.h"

#include <jansson.h>

/* The opaque type is jansson's object itself: there is nothing to add. */
static json_t *object_of(const struct tr_stored_position *position)
{
    return (json_t *)(uintptr_t)position;
}

int tr_stored_position_parse(struct tr_slice json, struct tr_stored_position **ret_position,
                             struct tr_diag *diag)
{
    json_error_t error;
    const char *key;
    json_t *member;
    json_t *object = json_loadb(json.p, json.n, 0, &error);

    if (!json_is_object(object)) {
        json_decref(object);
        return tr_fail(diag, TR_DATA, TR_STOP, "the stored position is not a JSON object: %s",
                       object ? "another type" : error.text);
    }
    json_object_foreach(object, key, member)
    {
        if (json_is_object(member) || json_is_array(member)) {
            tr_fail(diag, TR_DATA, TR_STOP, "the stored position has a nested value under \"%s\"",
                    key);
            json_decref(object);
            return -1;
        }
    }
    *ret_position = (struct tr_stored_position *)object;
    return 0;
}

void tr_stored_position_free(struct tr_stored_position *position)
{
    json_decref(object_of(position));
}

const char *tr_stored_position_text(const struct tr_stored_position *position, const char *key,
                                    const char *otherwise)
{
    const json_t *member = json_object_get(object_of(position), key);
    return json_is_string(member) ? json_string_value(member) : otherwise;
}

int64_t tr_stored_position_integer(const struct tr_stored_position *position, const char *key,
                                   int64_t otherwise)
{
    const json_t *member = json_object_get(object_of(position), key);
    return json_is_integer(member) ? json_integer_value(member) : otherwise;
}

bool tr_stored_position_boolean(const struct tr_stored_position *position, const char *key,
                                bool otherwise)
{
    const json_t *member = json_object_get(object_of(position), key);
    return json_is_boolean(member) ? json_is_true(member) : otherwise;
}

bool tr_stored_position_has(const struct tr_stored_position *position, const char *key)
{
    const json_t *member = json_object_get(object_of(position), key);
    return member && !json_is_null(member);
}

int tr_stored_position_each(const struct tr_stored_position *position, const char *prefix,
                            int (*take)(void *context, const char *rest, int64_t number),
                            void *context)
{
    size_t n = strlen(prefix);
    const char *key;
    json_t *value;

    json_object_foreach (object_of(position), key, value) {
        if (strncmp(key, prefix, n) != 0 || !json_is_integer(value))
            continue;
        int rc = take(context, key + n, json_integer_value(value));
        if (rc)
            return rc;
    }
    return 0;
}
