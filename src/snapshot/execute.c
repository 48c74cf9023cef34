#include "snapshot/execute.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "capture/pattern.h"

#define NAMES_CAP ((size_t)16 << 20)

/* One signal being executed. */
struct step {
    struct tr_executor *executor;
    const struct tr_order *order;
    struct tr_batch *batch;
    struct tr_diag *diag;
};

static int tell(struct tr_executor *executor, struct tr_notification *notification,
                struct tr_batch *batch, struct tr_diag *diag)
{
    notification->incremental = true;
    notification->id = tr_backlog_id(executor->backlog);
    return tr_notify(executor->params->notifier, notification, batch, diag);
}

/* With the names of what is still to be read. */
static int tell_names(struct tr_executor *executor, struct tr_notification *notification,
                      struct tr_batch *batch, struct tr_diag *diag)
{
    char *names = tr_backlog_names(executor->backlog, false);

    if (!names)
        return tr_fail_memory(diag);
    notification->data_collections = names;
    int rc = tell(executor, notification, batch, diag);
    free(names);
    return rc;
}

static json_t *member(const struct tr_executor *executor, const char *name)
{
    return json_object_get(executor->backlog->json, name);
}

/* The member as an array, made if it isn't there. NULL: no memory. */
static json_t *array(struct tr_executor *executor, const char *name)
{
    if (!member(executor, name))
        json_object_set_new(executor->backlog->json, name, json_array());
    executor->backlog->changed = true;
    return member(executor, name);
}

/* The names that a regular expression stands for: those captured tables that it matches, or itself.
 */
struct expansion {
    struct tr_pattern *pattern;
    json_t *names;
    bool any;
};

static bool has(const json_t *names, const char *name)
{
    size_t i;
    json_t *item;

    json_array_foreach(names, i, item) if (strcmp(json_string_value(item), name) == 0) return true;
    return false;
}

static int add_match(void *to, const char *name)
{
    struct expansion *expansion = to;

    if (!tr_pattern_matches(expansion->pattern, name))
        return 0;
    expansion->any = true;
    return has(expansion->names, name) ? 0
                                       : json_array_append_new(expansion->names, json_string(name));
}

/* NULL: failed. */
static json_t *expand(const struct step *step, const char *const *patterns, size_t count)
{
    const struct tr_incremental_params *params = step->executor->params;
    json_t *names = json_array();
    int rc = names ? 0 : tr_fail_memory(step->diag);

    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct expansion expansion = {.names = names};
        rc = tr_pattern_new(patterns[i], "data-collections", &expansion.pattern, step->diag);
        if (rc == 0)
            rc = params->impl->list(params->driver, add_match, &expansion, step->diag);
        tr_pattern_free(expansion.pattern);
        if (rc == 0 && !expansion.any && !has(names, patterns[i]))
            rc = json_array_append_new(names, json_string(patterns[i]));
    }
    if (rc == 0)
        return names;
    json_decref(names);
    return NULL;
}

/* The filter of the first condition for this table. <0: a pattern that won't do. */
static int find_filter(const struct step *step, const char *name, const char **ret_filter)
{
    const struct tr_order *order = step->order;
    bool found = false;

    *ret_filter = NULL;
    for (size_t i = 0; !found && i < order->nconditions; i++) {
        struct tr_pattern *pattern;
        if (tr_pattern_new(order->conditions[i].pattern, "additional-conditions", &pattern,
                           step->diag) < 0)
            return -1;
        found = tr_pattern_matches(pattern, name);
        tr_pattern_free(pattern);
        if (found && *order->conditions[i].filter)
            *ret_filter = order->conditions[i].filter;
    }
    return 0;
}

static int add_collection(const struct step *step, const char *name)
{
    const char *filter;
    json_t *item = json_object();

    if (find_filter(step, name, &filter) < 0) {
        json_decref(item);
        return -1;
    }
    json_object_set_new(item, "name", json_string(name));
    if (filter)
        json_object_set_new(item, "condition", json_string(filter));
    if (step->order->surrogate_key)
        json_object_set_new(item, "surrogate", json_string(step->order->surrogate_key));
    if (json_array_append_new(array(step->executor, "collections"), item) < 0)
        return tr_fail_memory(step->diag);
    return 0;
}

/* What a signal asks for that can't be had is no reason to stop. */
static int refuse(const struct step *step)
{
    if (step->diag->cls != TR_CONFIG)
        return -1;
    tr_log_warn(step->executor->params->log, "a signal was ignored",
                TR_LOG_STR("id", step->order->id), TR_LOG_STR("cause", step->diag->message));
    return 0;
}

static int execute_incremental(const struct step *step)
{
    struct tr_executor *executor = step->executor;
    bool running = tr_backlog_count_of(executor->backlog, false) > 0;
    json_t *names = expand(step, step->order->collections, step->order->ncollections), *item;
    size_t i;
    int rc = 0;

    if (!names)
        return refuse(step);
    json_array_foreach(names, i, item) if (rc == 0) rc =
        add_collection(step, json_string_value(item));
    json_decref(names);
    json_object_set_new(executor->backlog->json, "id", json_string(step->order->id));
    if (rc < 0)
        return refuse(step);
    return running ? 0
                   : tell_names(executor, &(struct tr_notification){.type = TR_NOTIFY_STARTED},
                                step->batch, step->diag);
}

static int execute_blocking(const struct step *step)
{
    json_t *names = expand(step, step->order->collections, step->order->ncollections);
    json_t *selects = json_array(), *item, *blocking = json_object();
    const char *filter;
    size_t i;
    int rc = names ? 0 : -1;

    json_array_foreach(names, i, item)
    {
        if (rc == 0)
            rc = find_filter(step, json_string_value(item), &filter);
        if (rc == 0)
            json_array_append_new(selects, filter ? json_string(filter) : json_null());
    }
    json_object_set_new(blocking, "id", json_string(step->order->id));
    json_object_set_new(blocking, "tables", names);
    json_object_set_new(blocking, "selects", selects);
    if (rc == 0 && json_array_append(array(step->executor, "blocking"), blocking) < 0)
        rc = tr_fail_memory(step->diag);
    json_decref(blocking);
    return rc < 0 ? refuse(step) : tr_executor_refresh(step->executor, step->diag);
}

static int execute_stop(const struct step *step)
{
    const struct tr_order *order = step->order;
    json_t *stop;

    if (tr_backlog_count_of(step->executor->backlog, false) == 0)
        return 0;
    stop = array(step->executor, "stop");
    if (order->ncollections == 0 && json_array_append_new(stop, json_string(".*")) < 0)
        return tr_fail_memory(step->diag);
    for (size_t i = 0; i < order->ncollections; i++)
        if (json_array_append_new(stop, json_string(order->collections[i])) < 0)
            return tr_fail_memory(step->diag);
    return 0;
}

static int execute_pause(const struct step *step)
{
    struct tr_backlog *backlog = step->executor->backlog;

    if (tr_backlog_count_of(backlog, false) == 0 || tr_backlog_is(backlog, "paused"))
        return 0;
    tr_backlog_set(backlog, "paused", true);
    tr_backlog_set(backlog, "pausing", true);
    return step->executor->at_work ? 0 : tr_execute_owed(step->executor, step->batch, step->diag);
}

static int tell_paused(struct tr_executor *executor, struct tr_batch *batch, struct tr_diag *diag)
{
    if (!tr_backlog_is(executor->backlog, "pausing"))
        return 0;
    tr_backlog_set(executor->backlog, "pausing", false);
    return tell_names(executor, &(struct tr_notification){.type = TR_NOTIFY_PAUSED}, batch, diag);
}

static int execute_resume(const struct step *step)
{
    struct tr_executor *executor = step->executor;

    if (!tr_backlog_is(executor->backlog, "paused"))
        return 0;
    if (tell_paused(executor, step->batch, step->diag) < 0)
        return -1;
    tr_backlog_set(executor->backlog, "paused", false);
    return tell_names(executor, &(struct tr_notification){.type = TR_NOTIFY_RESUMED}, step->batch,
                      step->diag);
}

/* The first {} of the message stands for where the stream is, as in Debezium's log. */
static int execute_log(const struct step *step)
{
    const struct tr_incremental_params *params = step->executor->params;
    const char *message = step->order->message, *braces = strstr(message, "{}");
    struct tr_buf text = {0};
    char place[512];

    tr_buf_init(&text, (size_t)1 << 20);
    params->impl->place(params->driver, place, sizeof place);
    tr_buf_put(&text, message, braces ? (size_t)(braces - message) : strlen(message));
    if (braces) {
        tr_buf_text(&text, place);
        tr_buf_text(&text, braces + 2);
    }
    tr_log_info(params->log, tr_buf_string(&text), TR_LOG_STR("signal", step->order->id));
    tr_buf_finish(&text);
    return 0;
}

static int execute_order(const struct step *step)
{
    static int (*const kinds[])(const struct step *step) = {
        [TR_ORDER_INCREMENTAL] = execute_incremental,
        [TR_ORDER_BLOCKING] = execute_blocking,
        [TR_ORDER_STOP] = execute_stop,
        [TR_ORDER_PAUSE] = execute_pause,
        [TR_ORDER_RESUME] = execute_resume,
        [TR_ORDER_LOG] = execute_log,
    };

    if (step->order->kind != TR_ORDER_LOG)
        tr_log_info(step->executor->params->log, "a signal has come",
                    TR_LOG_STR("id", step->order->id));
    return kinds[step->order->kind](step);
}

static int keep_mark(const struct tr_signal *signal, struct tr_batch *batch, struct tr_diag *diag)
{
    if (!signal->mark.key.p)
        return 0;
    const struct tr_state mark = {
        {tr_arena_strdup(&batch->arena, signal->mark.key), signal->mark.key.n},
        {tr_arena_strdup(&batch->arena, signal->mark.value), signal->mark.value.n},
    };
    return mark.key.p && mark.value.p && tr_batch_state(batch, mark) == 0 ? 0
                                                                          : tr_fail_memory(diag);
}

int tr_execute(struct tr_executor *executor, const struct tr_signal *signal, struct tr_batch *batch,
               struct tr_diag *diag)
{
    struct tr_order order;
    const struct step step = {executor, &order, batch, diag};
    int rc = tr_order_read(signal, &order, diag);

    if (rc == 0)
        rc = execute_order(&step);
    else if (rc == TR_SIGNAL_IGNORED)
        tr_log_warn(executor->params->log, "a signal was ignored", TR_LOG_STR("id", order.id),
                    TR_LOG_STR("cause", diag->message));
    tr_order_finish(&order);
    return rc < 0 ? rc : keep_mark(signal, batch, diag);
}

int tr_execute_chunk(struct tr_executor *executor, struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_arena arena;
    struct tr_key_text maximum, last;
    int rc = -1;

    if (tr_backlog_is_initial(executor->backlog)) /* which tells of tables */
        return 0;
    tr_arena_init(&arena, 4096, (size_t)16 << 20);
    if (tr_backlog_key(executor->backlog, "maximum", &arena, &maximum, diag) == 0 &&
        tr_backlog_key(executor->backlog, "after", &arena, &last, diag) == 0) {
        char *texts[2] = {tr_backlog_shown(&maximum), tr_backlog_shown(&last)};
        struct tr_notification notification = {
            .type = TR_NOTIFY_IN_PROGRESS,
            .table = tr_backlog_current(executor->backlog, "name"),
            .maximum_key = texts[0],
            .last_key = texts[1],
        };
        rc = texts[0] && texts[1] ? tell_names(executor, &notification, batch, diag)
                                  : tr_fail_memory(diag);
        free(texts[0]);
        free(texts[1]);
    }
    tr_arena_finish(&arena);
    return rc;
}

/* What is told when the last collection is done; the backlog forgets the id before. */
static int complete(struct tr_executor *executor, const char *id, struct tr_batch *batch,
                    struct tr_diag *diag)
{
    const struct tr_notification notification = {
        .type = TR_NOTIFY_COMPLETED, .incremental = true, .id = id};

    tr_log_info(executor->params->log, "the incremental snapshot is complete",
                TR_LOG_STR("id", id ? id : ""));
    return tr_notify(executor->params->notifier, &notification, batch, diag);
}

/* A table of an initial snapshot. */
static int end_initial(struct tr_executor *executor, const char *status, struct tr_batch *batch,
                       struct tr_diag *diag)
{
    struct tr_notifier *notifier = executor->params->notifier;
    const struct tr_log *log = executor->params->log;
    char *names = tr_backlog_names(executor->backlog, true);
    struct tr_notification notification = {
        .type = TR_NOTIFY_TABLE_SCAN_COMPLETED,
        .table = tr_backlog_current(executor->backlog, "name"),
        .data_collections = names,
        .rows = tr_backlog_rows(executor->backlog),
        .status = strcmp(status, TR_SCAN_EMPTY) == 0 ? TR_SCAN_SUCCEEDED : status,
    };

    if (!names)
        return tr_fail_memory(diag);
    int rc = tr_notify(notifier, &notification, batch, diag);
    free(names);
    tr_log_info(log, "the rest of a table's snapshot is read",
                TR_LOG_STR("table", notification.table), TR_LOG_INT("rows", notification.rows));
    tr_backlog_next(executor->backlog);
    if (rc || tr_backlog_count_of(executor->backlog, true))
        return rc;
    tr_log_info(log, "the snapshot is complete");
    return tr_notify(notifier, &(struct tr_notification){.type = TR_NOTIFY_COMPLETED}, batch, diag);
}

int tr_execute_end_table(struct tr_executor *executor, const char *status, struct tr_batch *batch,
                         struct tr_diag *diag)
{
    struct tr_notification notification = {
        .type = TR_NOTIFY_TABLE_SCAN_COMPLETED,
        .table = tr_backlog_current(executor->backlog, "name"),
        .rows = tr_backlog_rows(executor->backlog),
        .status = status,
    };

    if (tr_backlog_is_initial(executor->backlog))
        return end_initial(executor, status, batch, diag);
    if (tell_names(executor, &notification, batch, diag) < 0)
        return -1;
    char *id = strdup(tr_backlog_id(executor->backlog) ? tr_backlog_id(executor->backlog) : "");
    if (!id)
        return tr_fail_memory(diag);
    tr_backlog_next(executor->backlog);
    bool more = tr_backlog_count_of(executor->backlog, false) > 0;
    int rc = more ? 0 : complete(executor, id, batch, diag);
    free(id);
    return rc;
}

static bool is_initial(const json_t *collection)
{
    return json_is_true(json_object_get(collection, "initial"));
}

/* Take a collection off the backlog; false: it wasn't there. The current one is the first. */
static bool take_off(struct tr_executor *executor, const char *name, bool current)
{
    json_t *all = member(executor, "collections"), *item;
    size_t i;

    json_array_foreach(all, i, item)
    {
        if ((i == 0) != current || is_initial(item) ||
            strcmp(json_string_value(json_object_get(item, "name")), name) != 0)
            continue;
        if (current)
            tr_backlog_next(executor->backlog);
        else
            json_array_remove(all, i);
        executor->backlog->changed = true;
        return true;
    }
    return false;
}

static void take_all_off(struct tr_executor *executor, const json_t *names, bool current,
                         struct tr_buf *stopped)
{
    size_t i;
    json_t *item;

    json_array_foreach(names, i, item)
    {
        if (!take_off(executor, json_string_value(item), current))
            continue;
        tr_buf_text(stopped, stopped->len ? "," : "");
        tr_buf_text(stopped, json_string_value(item));
        if (current) /* the next one is the current one now */
            return;
    }
}

/* With nothing left Debezium says that it is complete before it says that it was aborted, which has
 * no id any more then. */
static int stop(struct tr_executor *executor, const json_t *names, struct tr_batch *batch,
                struct tr_diag *diag)
{
    char *id = strdup(tr_backlog_id(executor->backlog) ? tr_backlog_id(executor->backlog) : "");
    struct tr_buf stopped = {0};

    tr_buf_init(&stopped, NAMES_CAP);
    take_all_off(executor, names, false, &stopped);
    take_all_off(executor, names, true, &stopped);
    int rc = id && tr_buf_ok(&stopped) ? 0 : tr_fail_memory(diag);
    bool empty = tr_backlog_count_of(executor->backlog, false) == 0;
    if (!rc && empty)
        rc = complete(executor, id, batch, diag);
    tr_log_info(executor->params->log, "the incremental snapshot was stopped by a signal",
                TR_LOG_STR("tables", tr_buf_string(&stopped)));
    const struct tr_notification notification = {.type = TR_NOTIFY_ABORTED,
                                                 .incremental = true,
                                                 .id = empty ? NULL : id,
                                                 .data_collections = tr_buf_string(&stopped)};
    if (!rc)
        rc = tr_notify(executor->params->notifier, &notification, batch, diag);
    tr_buf_finish(&stopped);
    free(id);
    return rc;
}

/* The regular expressions of stop signals, against what is in the backlog. */
static int execute_stops(struct tr_executor *executor, struct tr_batch *batch, struct tr_diag *diag)
{
    json_t *patterns = json_incref(member(executor, "stop")), *names = json_array();
    json_t *item, *collection;
    size_t i, k;
    int rc = names ? 0 : tr_fail_memory(diag);

    json_array_foreach(patterns, i, item)
    {
        struct tr_pattern *pattern = NULL;
        if (rc < 0 || tr_pattern_new(json_string_value(item), "data-collections", &pattern, diag))
            continue; /* it names nothing */
        json_array_foreach(member(executor, "collections"), k, collection)
        {
            const char *name = json_string_value(json_object_get(collection, "name"));
            if (!is_initial(collection) && tr_pattern_matches(pattern, name) && !has(names, name))
                json_array_append_new(names, json_string(name));
        }
        tr_pattern_free(pattern);
    }
    json_object_del(executor->backlog->json, "stop");
    executor->backlog->changed = true;
    if (rc == 0)
        rc = stop(executor, names, batch, diag);
    json_decref(names);
    json_decref(patterns);
    return rc;
}

int tr_execute_owed(struct tr_executor *executor, struct tr_batch *batch, struct tr_diag *diag)
{
    if (member(executor, "stop") && execute_stops(executor, batch, diag) < 0)
        return -1;
    return tell_paused(executor, batch, diag);
}

/* What the first of the member "blocking" says, as plain texts, borrowed from it. */
struct tr_blocking_view {
    struct tr_blocking blocking;
    const char *texts[];
};

void tr_executor_finish(struct tr_executor *executor)
{
    free(executor->blocking);
    executor->blocking = NULL;
}

int tr_executor_refresh(struct tr_executor *executor, struct tr_diag *diag)
{
    const json_t *first = json_array_get(member(executor, "blocking"), 0);
    const json_t *tables = json_object_get(first, "tables");
    const json_t *selects = json_object_get(first, "selects");
    size_t n = json_array_size(tables);

    tr_executor_finish(executor);
    if (!first)
        return 0;
    struct tr_blocking_view *view = calloc(1, sizeof *view + 2 * n * sizeof view->texts[0]);
    if (!view)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++) {
        view->texts[i] = json_string_value(json_array_get(tables, i));
        view->texts[n + i] = json_string_value(json_array_get(selects, i));
    }
    view->blocking = (struct tr_blocking){
        .id = json_string_value(json_object_get(first, "id")),
        .count = n,
        .tables = view->texts,
        .selects = view->texts + n,
    };
    executor->blocking = view;
    return 0;
}

const struct tr_blocking *tr_executor_blocking(const struct tr_executor *executor)
{
    return executor->blocking ? &executor->blocking->blocking : NULL;
}

int tr_executor_unblock(struct tr_executor *executor, struct tr_diag *diag)
{
    json_array_remove(member(executor, "blocking"), 0);
    if (json_array_size(member(executor, "blocking")) == 0)
        json_object_del(executor->backlog->json, "blocking");
    executor->backlog->changed = true;
    return tr_executor_refresh(executor, diag);
}
