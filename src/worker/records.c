#include "worker/records.h"

#include <jansson.h>
#include <string.h>

#define TOPIC_PREFIX    "status-topic-"
#define TOPIC_SEPARATOR ":connector-"

static bool begins(struct tr_slice key, const char *prefix, struct tr_slice *ret_rest)
{
    size_t n = strlen(prefix);

    if (key.n <= n || memcmp(key.p, prefix, n) != 0)
        return false;
    *ret_rest = (struct tr_slice){key.p + n, key.n - n};
    return true;
}

/* Connect cuts at the first colon; topics have none. */
static bool split_topic(struct tr_slice rest, struct tr_slice *ret_name, struct tr_slice *ret_topic)
{
    const char *colon = memchr(rest.p, ':', rest.n);

    if (!colon || colon == rest.p)
        return false;
    *ret_topic = (struct tr_slice){rest.p, (size_t)(colon - rest.p)};
    return begins((struct tr_slice){colon, rest.n - ret_topic->n}, TOPIC_SEPARATOR, ret_name);
}

enum tr_record_kind tr_record_kind(struct tr_slice key, struct tr_slice *ret_name,
                                   struct tr_slice *ret_topic)
{
    struct tr_slice rest;

    if (begins(key, "connector-", ret_name))
        return TR_RECORD_CONNECTOR;
    if (begins(key, "target-state-", ret_name))
        return TR_RECORD_TARGET;
    if (begins(key, "commit-", ret_name))
        return TR_RECORD_COMMIT;
    if (begins(key, TOPIC_PREFIX, &rest) && split_topic(rest, ret_name, ret_topic))
        return TR_RECORD_TOPIC_STATUS;
    return TR_RECORD_OTHER;
}

/* Takes the value, whatever it is. */
static int print(json_t *value, struct tr_buf *ret_value, struct tr_diag *diag)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

    json_decref(value);
    if (!text)
        return tr_fail_memory(diag);
    tr_buf_text(ret_value, text);
    explicit_bzero(text, strlen(text)); /* a configuration may hold secrets */
    free(text);
    return tr_buf_ok(ret_value) ? 0 : tr_fail_memory(diag);
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

int tr_record_write_config(const struct tr_properties *config, const char *class,
                           struct tr_buf *ret_value, struct tr_diag *diag)
{
    json_t *properties = json_object();
    int rc = properties ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < config->count; i++) {
        json_t *value = text_or_null(config->items[i].value);
        if (!value || json_object_set_new(properties, config->items[i].name, value) < 0)
            rc = tr_fail(diag, TR_CONFIG, TR_STOP,
                         "the property %s can't be stored: it is not UTF-8", config->items[i].name);
    }
    if (rc == 0 && class)
        rc = json_object_set_new(properties, "task.class", json_string(class));
    if (rc < 0) {
        json_decref(properties);
        return -1;
    }
    return print(json_pack("{s:o}", "properties", properties), ret_value, diag);
}

const char *tr_record_target(enum tr_worker_target target)
{
    static const char *const values[] = {
        [TR_TARGET_RUNNING] = "{\"state\":\"STARTED\",\"state.v2\":\"STARTED\"}",
        [TR_TARGET_PAUSED] = "{\"state\":\"PAUSED\",\"state.v2\":\"PAUSED\"}",
        /* older workers don't know it */
        [TR_TARGET_STOPPED] = "{\"state\":\"PAUSED\",\"state.v2\":\"STOPPED\"}",
    };
    return values[target];
}

/* What a server says may be in any encoding: a trace with some letters lost is better than none. */
static json_t *trace_text(const char *trace)
{
    char plain[4096];
    size_t n = 0;
    json_t *text = text_or_null(trace);

    if (text)
        return text;
    for (; trace[n] && n + 1 < sizeof plain; n++)
        plain[n] = trace[n] & '\x80' ? '?' : trace[n];
    plain[n] = '\0';
    return json_string(plain);
}

/* Connect's generation counts the group's rebalances; where one worker owns all there are none. */
int tr_record_write_status(const struct tr_record_status *status, struct tr_buf *ret_value,
                           struct tr_diag *diag)
{
    return print(json_pack("{s:s,s:o,s:s,s:i,s:s?}", "state", status->state, "trace",
                           trace_text(status->trace), "worker_id", status->worker_id, "generation",
                           0, "version", status->version),
                 ret_value, diag);
}

int tr_record_write_topic(const char *topic, const char *connector, int64_t discovered_ms,
                          struct tr_buf *ret_value, struct tr_diag *diag)
{
    return print(json_pack("{s:{s:s,s:s,s:i,s:I}}", "topic", "name", topic, "connector", connector,
                           "task", 0, "discoverTimestamp", (json_int_t)discovered_ms),
                 ret_value, diag);
}

static json_t *parse(struct tr_slice value)
{
    json_t *root = value.p ? json_loadb(value.p, value.n, 0, NULL) : NULL;

    if (root && !json_is_object(root)) {
        json_decref(root);
        root = NULL;
    }
    return root;
}

/* Connect writes texts and nulls; who wrote a number meant its text. */
static int take_property(struct tr_property *property, const char *name, const json_t *value,
                         struct tr_arena *arena)
{
    property->name = tr_arena_strdup(arena, tr_slice_of(name));
    if (!property->name)
        return -1;
    if (json_is_null(value))
        return 0;
    if (json_is_string(value))
        property->value = tr_arena_strdup(arena, tr_slice_of(json_string_value(value)));
    else if (json_is_boolean(value))
        property->value = json_is_true(value) ? "true" : "false";
    else if (json_is_integer(value))
        property->value =
            tr_arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        return 1;
    return property->value ? 0 : -1;
}

int tr_record_read_config(struct tr_slice value, struct tr_arena *arena,
                          struct tr_properties *ret_config, struct tr_diag *diag)
{
    json_t *root = parse(value), *properties = json_object_get(root, "properties"), *member;
    const char *name;
    size_t n = 0;
    int rc = json_is_object(properties) ? 0 : 1;
    struct tr_property *items =
        tr_arena_zalloc(arena, json_object_size(properties) + 1, sizeof *items);

    if (!items)
        rc = -1;
    json_object_foreach(properties, name, member)
    {
        if (rc == 0)
            rc = take_property(&items[n++], name, member, arena);
    }
    json_decref(root);
    *ret_config = (struct tr_properties){.items = items, .count = n};
    return rc < 0 ? tr_fail_memory(diag) : rc;
}

static int target_of(const char *text, enum tr_worker_target *ret_target)
{
    static const char *const names[] = {"STARTED", "PAUSED", "STOPPED"};

    for (size_t i = 0; text && i < TR_COUNT(names); i++)
        if (strcmp(names[i], text) == 0) {
            *ret_target = (enum tr_worker_target)i;
            return 0;
        }
    return 1;
}

int tr_record_read_target(struct tr_slice value, enum tr_worker_target *ret_target)
{
    json_t *root = parse(value);
    const char *newer = json_string_value(json_object_get(root, "state.v2"));
    const char *older = json_string_value(json_object_get(root, "state"));
    int rc = target_of(newer ? newer : older, ret_target);

    json_decref(root);
    return rc;
}

int tr_record_read_tasks(struct tr_slice value, int32_t *ret_tasks)
{
    json_t *root = parse(value), *tasks = json_object_get(root, "tasks");
    json_int_t number = json_integer_value(tasks);
    int rc = json_is_integer(tasks) && number >= 0 && number <= INT32_MAX ? 0 : 1;

    if (rc == 0)
        *ret_tasks = (int32_t)number;
    json_decref(root);
    return rc;
}
