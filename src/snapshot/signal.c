#include "snapshot/signal.h"

#include <jansson.h>
#include <strings.h>

#define ARENA_CHUNK ((size_t)4 << 10)
#define ARENA_CAP   ((size_t)4 << 20)

/* One signal on its way. */
struct reading {
    const json_t *data;
    struct tr_order *order;
    struct tr_diag *diag;
};

/* Always TR_SIGNAL_IGNORED. */
#define ignore(reading, ...)                                                                       \
    (tr_fail((reading)->diag, TR_DATA, TR_STOP, __VA_ARGS__), TR_SIGNAL_IGNORED)

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct tr_slice trim(const char *text)
{
    struct tr_slice slice = tr_slice_of(text);

    for (; slice.n && is_space(*slice.p); slice.p++, slice.n--)
        ;
    while (slice.n && is_space(slice.p[slice.n - 1]))
        slice.n--;
    return slice;
}

/* The member's text, or NULL. */
static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static int read_collections(const struct reading *reading)
{
    const json_t *array = json_object_get(reading->data, "data-collections");
    struct tr_order *order = reading->order;
    size_t n = json_array_size(array);
    const char **names = tr_arena_zalloc(&order->arena, n, sizeof *names);

    if (!names)
        return tr_fail_memory(reading->diag);
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(array, i));
        if (!name)
            return ignore(reading, "data-collections holds what is no text");
        names[i] = tr_arena_strdup(&order->arena, trim(name));
        if (!names[i])
            return tr_fail_memory(reading->diag);
    }
    order->collections = names;
    order->ncollections = n;
    return 0;
}

static int read_conditions(const struct reading *reading)
{
    const json_t *array = json_object_get(reading->data, "additional-conditions");
    struct tr_order *order = reading->order;
    size_t n = json_array_size(array);
    struct tr_condition *conditions = tr_arena_zalloc(&order->arena, n, sizeof *conditions);

    if (!conditions)
        return tr_fail_memory(reading->diag);
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(array, i);
        const char *pattern = member(item, "data-collection"), *filter = member(item, "filter");
        if (!pattern || !filter)
            return ignore(
                reading, "an additional condition lacks its \"data-collection\" or its \"filter\"");
        conditions[i].pattern = tr_arena_strdup(&order->arena, tr_slice_of(pattern));
        conditions[i].filter = tr_arena_strdup(&order->arena, tr_slice_of(filter));
        if (!conditions[i].pattern || !conditions[i].filter)
            return tr_fail_memory(reading->diag);
    }
    order->conditions = conditions;
    order->nconditions = n;
    return 0;
}

/* >0: it is of a kind that there isn't. */
static int read_type(const struct reading *reading, bool *ret_blocking)
{
    const char *type = member(reading->data, "type");

    *ret_blocking = type && strcasecmp(type, "blocking") == 0;
    if (type && !*ret_blocking && strcasecmp(type, "incremental") != 0)
        return ignore(reading, "\"type\" is \"%.60s\", neither incremental nor blocking", type);
    return 0;
}

static int read_execute(const struct reading *reading)
{
    struct tr_order *order = reading->order;
    const char *surrogate = member(reading->data, "surrogate-key");
    bool blocking;
    int rc = read_type(reading, &blocking);

    if (!rc)
        rc = read_collections(reading);
    if (!rc && !order->ncollections)
        rc = ignore(reading, "the data lacks \"data-collections\", or names none");
    if (!rc)
        rc = read_conditions(reading);
    if (rc)
        return rc;
    order->kind = blocking ? TR_ORDER_BLOCKING : TR_ORDER_INCREMENTAL;
    if (!surrogate || !trim(surrogate).n)
        return 0;
    order->surrogate_key = tr_arena_strdup(&order->arena, tr_slice_of(surrogate));
    return order->surrogate_key ? 0 : tr_fail_memory(reading->diag);
}

static int read_stop(const struct reading *reading)
{
    bool blocking;
    int rc = read_type(reading, &blocking);

    reading->order->kind = TR_ORDER_STOP;
    if (!rc && blocking)
        rc = ignore(reading, "a blocking snapshot can't be stopped by a signal");
    return rc ? rc : read_collections(reading);
}

static int read_pause(const struct reading *reading)
{
    reading->order->kind = TR_ORDER_PAUSE;
    return 0;
}

static int read_resume(const struct reading *reading)
{
    reading->order->kind = TR_ORDER_RESUME;
    return 0;
}

static int read_log(const struct reading *reading)
{
    const char *message = member(reading->data, "message");

    if (!message || !*message)
        return ignore(reading, "the data lacks \"message\"");
    reading->order->kind = TR_ORDER_LOG;
    reading->order->message = tr_arena_strdup(&reading->order->arena, tr_slice_of(message));
    return reading->order->message ? 0 : tr_fail_memory(reading->diag);
}

static int read_schema_changes(const struct reading *reading)
{
    return ignore(reading, "tailrace takes the definitions of tables from the database itself");
}

static int read_mark(const struct reading *reading)
{
    (void)reading;
    return TR_SIGNAL_MARK;
}

static const struct {
    const char *type;
    int (*read)(const struct reading *reading);
} readers[] = {
    {"execute-snapshot", read_execute},
    {"stop-snapshot", read_stop},
    {"pause-snapshot", read_pause},
    {"resume-snapshot", read_resume},
    {"log", read_log},
    {"schema-changes", read_schema_changes},
    {"snapshot-window-open", read_mark},
    {"snapshot-window-close", read_mark},
};

static int read_data(const struct tr_signal *signal, const struct reading *reading, size_t type)
{
    struct reading inner = *reading;
    json_error_t error = {0};
    json_t *data =
        signal->data.n ? json_loadb(signal->data.p, signal->data.n, 0, &error) : json_object();
    int rc;

    inner.data = data;
    if (json_is_object(data))
        rc = readers[type].read(&inner);
    else
        rc = ignore(reading, "the data is no JSON object: %s", error.text);
    json_decref(data);
    return rc;
}

int tr_order_read(const struct tr_signal *signal, struct tr_order *ret_order, struct tr_diag *diag)
{
    const struct reading reading = {.order = ret_order, .diag = diag};

    *ret_order = (struct tr_order){0};
    tr_arena_init(&ret_order->arena, ARENA_CHUNK, ARENA_CAP);
    ret_order->id = tr_arena_strdup(&ret_order->arena, signal->id);
    if (!ret_order->id)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < TR_COUNT(readers); i++)
        if (tr_slice_is(signal->type, readers[i].type))
            return read_data(signal, &reading, i);
    return ignore(&reading, "there is no such type");
}

void tr_order_finish(struct tr_order *order)
{
    tr_arena_finish(&order->arena);
}
