/* A connector's .json: {"name": …, "config": {…}} as Connect's REST API has it, or flat. */
#include <jansson.h>
#include <string.h>

#include "config/read.h"

/* Connect takes numbers and booleans for their texts. NULL: neither, or no memory. */
static const char *value_text(struct tr_arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return tr_arena_strdup(
            arena, (struct tr_slice){json_string_value(value), json_string_length(value)});
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    if (json_is_integer(value))
        return tr_arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_real(value))
        return tr_arena_printf(arena, "%.17g", json_real_value(value));
    return NULL;
}

static bool is_scalar(const json_t *value)
{
    return json_is_string(value) || json_is_boolean(value) || json_is_number(value);
}

static int add(struct tr_reading *reading, struct tr_settings *settings, const char *name,
               const json_t *value)
{
    if (!is_scalar(value)) {
        tr_problems_error(reading->problems, (struct tr_blame){settings->file, name},
                          "the value of %s is not a text, a number or a boolean", name);
        return 0;
    }
    struct tr_setting setting = {
        .name = tr_arena_strdup(reading->arena, tr_slice_of(name)),
        .value = value_text(reading->arena, value),
    };
    if (!setting.name || !setting.value)
        return -1;
    return tr_settings_add(reading, settings, setting);
}

/* The members beside "config". */
static int read_outer(struct tr_reading *reading, struct tr_settings *settings, json_t *root)
{
    const char *key;
    json_t *value;

    json_object_foreach(root, key, value)
    {
        const char *text = json_string_value(value);
        if (strcmp(key, "config") == 0)
            continue;
        if (strcmp(key, "name") == 0 && text) {
            settings->section = tr_arena_strdup(reading->arena, tr_slice_of(text));
            if (!settings->section)
                return -1;
        } else if (strcmp(key, "initial_state") != 0 || !text || strcmp(text, "RUNNING") != 0) {
            tr_problems_error(reading->problems, (struct tr_blame){settings->file, NULL},
                              "\"%s\" can't stand beside \"config\": only \"name\", a text, and "
                              "\"initial_state\", \"RUNNING\", may",
                              key);
        }
    }
    return 0;
}

static int read_object(struct tr_reading *reading, struct tr_settings *settings, json_t *root)
{
    json_t *config = json_object_get(root, "config"), *value;
    const char *key;

    if (json_is_object(config) && read_outer(reading, settings, root) < 0)
        return -1;
    json_object_foreach(json_is_object(config) ? config : root, key, value)
    {
        if (add(reading, settings, key, value) < 0)
            return -1;
    }
    return 0;
}

static bool is_connector(const json_t *root)
{
    const json_t *config = json_object_get(root, "config");

    return json_is_object(root) && (!config || json_is_object(config));
}

int tr_read_json(struct tr_reading *reading, const char *file, struct tr_slice text,
                 struct tr_diag *diag)
{
    json_error_t error;
    json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &error);
    struct tr_settings *settings;
    int rc = 0;

    if (!root && error.line > 0)
        /* jansson's text may quote a token, and so a secret: the place is enough */
        rc = tr_fail(diag, TR_CONFIG, TR_STOP, "%s:%d: %s, at column %d", file, error.line,
                     json_error_code(&error) == json_error_duplicate_key
                         ? "a property is there twice: remove one of them"
                         : "this is not JSON",
                     error.column);
    else if (!is_connector(root))
        rc = tr_fail(diag, TR_CONFIG, TR_STOP,
                     "%s: a connector's JSON is an object: {\"name\": ..., \"config\": {...}}",
                     file);
    else if (!(settings = tr_settings_new(reading, file)) ||
             read_object(reading, settings, root) < 0)
        rc = tr_fail_memory(diag);
    json_decref(root);
    return rc;
}
