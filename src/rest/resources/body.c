#include "rest/resources/body.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "rest/answer.h"

/* The parser recurses; nothing in the API is deeper than an offset in a list in an object. */
#define DEPTH 32

static bool too_deep(struct tr_slice text)
{
    size_t depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']') && depth)
            depth--;
        if (depth > DEPTH)
            return true;
    }
    return false;
}

json_t *tr_body_object(struct tr_exchange *exchange)
{
    struct tr_slice body = exchange->request.body;
    json_error_t error;

    if (!body.n) {
        tr_answer_error(exchange, 400, "The body is missing: it has to be a JSON object");
        return NULL;
    }
    if (too_deep(body)) {
        tr_answer_error(exchange, 400, "The body is nested more than %d levels deep", DEPTH);
        return NULL;
    }
    json_t *root = json_loadb(body.p, body.n, JSON_DECODE_ANY, &error);
    if (!root)
        tr_answer_error(exchange, 400, "The body is not JSON: see line %d, column %d", error.line,
                        error.column);
    else if (!json_is_object(root))
        tr_answer_error(exchange, 400, "The body has to be a JSON object");
    else
        return root;
    json_decref(root);
    return NULL;
}

bool tr_body_members(struct tr_exchange *exchange, json_t *object, const char *const *names)
{
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (names[i] && strcmp(names[i], key) != 0)
            i++;
        if (names[i])
            continue;
        tr_answer_error(exchange, 400, "There is no field \"%s\" here", key);
        return false;
    }
    return true;
}

/* The fewest digits that give the number back. */
static const char *real_text(struct tr_arena *arena, double number)
{
    char text[32];

    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    return tr_arena_printf(arena, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

bool tr_body_text(struct tr_exchange *exchange, const char *name, const json_t *value,
                  const char **ret_text)
{
    struct tr_arena *arena = &exchange->in;

    *ret_text = NULL;
    if (!value || json_is_null(value))
        return true;
    if (json_is_string(value))
        *ret_text = tr_arena_strdup(
            arena, (struct tr_slice){json_string_value(value), json_string_length(value)});
    else if (json_is_boolean(value))
        *ret_text = json_is_true(value) ? "true" : "false";
    else if (json_is_integer(value))
        *ret_text = tr_arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        *ret_text = real_text(arena, json_real_value(value));
    else {
        tr_answer_error(exchange, 400,
                        "The value of \"%s\" has to be a text, a number, a boolean or null", name);
        return false;
    }
    if (!*ret_text)
        tr_answer_error(exchange, 500, "out of memory");
    return *ret_text != NULL;
}

bool tr_body_config(struct tr_exchange *exchange, json_t *object, struct tr_properties *ret_config)
{
    struct tr_arena *arena = &exchange->in;
    size_t room = json_object_size(object) + 1, count = 0;
    struct tr_property *items = tr_arena_zalloc(arena, room, sizeof *items);
    bool *secret = tr_arena_zalloc(arena, room, sizeof *secret);
    const char *key;
    json_t *value;

    if (!items || !secret) {
        tr_answer_error(exchange, 500, "out of memory");
        return false;
    }
    json_object_foreach(object, key, value)
    {
        items[count].name = tr_arena_strdup(arena, tr_slice_of(key));
        if (!items[count].name) {
            tr_answer_error(exchange, 500, "out of memory");
            return false;
        }
        if (!tr_body_text(exchange, key, value, &items[count].value))
            return false;
        count++;
    }
    *ret_config = (struct tr_properties){items, count, secret};
    return true;
}

const char *tr_properties_get(const struct tr_properties *properties, const char *name)
{
    for (size_t i = 0; i < properties->count; i++)
        if (strcmp(properties->items[i].name, name) == 0)
            return properties->items[i].value;
    return NULL;
}
