#include "snapshot/added.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/filter.h"
#include "signal/signal.h"

#define KEY       "snapshot/filters"
#define NAME_MOST 512

/* A list among the options, and the name under which it is stored. */
struct kept_list {
    const char *name;
    const struct tr_list *list;
};
enum { LISTS = 4 };

static void lists_of(const struct tr_connector_options *options, struct kept_list ret_lists[LISTS])
{
    const struct tr_capture_options *capture = &options->capture;
    const struct kept_list lists[LISTS] = {
        {"schema.include", &capture->schema_include},
        {"schema.exclude", &capture->schema_exclude},
        {"table.include", &capture->table_include},
        {"table.exclude", &capture->table_exclude},
    };

    memcpy(ret_lists, lists, sizeof lists);
}

/* As it is stored; NULL: no memory. */
static char *write_lists(const struct tr_connector_options *options)
{
    struct kept_list lists[LISTS];
    json_t *json = json_object();
    bool whole = json != NULL;

    lists_of(options, lists);
    for (size_t i = 0; i < LISTS; i++) {
        json_t *items = json_array();
        for (size_t k = 0; k < lists[i].list->count; k++)
            if (json_array_append_new(items, json_string(lists[i].list->items[k])) < 0)
                whole = false;
        if (json_object_set_new(json, lists[i].name, items) < 0)
            whole = false;
    }
    char *text = whole ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return text;
}

bool tr_added_differs(const struct tr_connector_options *options, const struct tr_states *states)
{
    struct tr_slice stored = tr_states_get(states, KEY);
    json_t *there = stored.p ? json_loadb(stored.p, stored.n, 0, NULL) : NULL;
    char *text = write_lists(options);
    json_t *here = text ? json_loads(text, 0, NULL) : NULL;
    bool differs = !json_equal(there, here); /* not compared as text: the store may have another */

    free(text);
    json_decref(there);
    json_decref(here);
    return differs;
}

bool tr_added_is_wanted(const struct tr_connector_options *options, const struct tr_states *states)
{
    return tr_states_get(states, KEY).p && options->snapshot.added == TR_ADDED_BACKFILL &&
           tr_snapshot_wishes_of(&options->snapshot).data && tr_added_differs(options, states);
}

int tr_added_store(const struct tr_onward *onward, struct tr_batch *batch, struct tr_diag *diag)
{
    char *text = write_lists(onward->options);
    struct tr_state state = {.key = TR_SLICE(KEY)};

    if (text)
        state.value =
            (struct tr_slice){tr_arena_strdup(&batch->arena, tr_slice_of(text)), strlen(text)};
    free(text);
    if (!state.value.p || tr_batch_state(batch, state) < 0)
        return tr_fail_memory(diag);
    return onward->beside ? tr_incremental_store(onward->beside, batch, diag) : 0;
}

struct tr_added {
    const struct tr_onward *onward;
    json_t *json; /* the texts of the lists */
    const char **items[LISTS];
    struct tr_list lists[LISTS];
    struct tr_filter *schemas, *tables;
    struct tr_filter *read; /* snapshot.include.collection.list */
};

static int load_list(struct tr_added *added, size_t i, const char *name)
{
    const json_t *items = json_object_get(added->json, name);
    size_t n = json_array_size(items);

    added->items[i] = calloc(n + 1, sizeof *added->items[i]);
    if (!added->items[i])
        return -1;
    for (size_t k = 0; k < n; k++) {
        const char *item = json_string_value(json_array_get(items, k));
        added->items[i][k] = item ? item : "";
    }
    added->lists[i] = (struct tr_list){added->items[i], n};
    return 0;
}

static int load_lists(struct tr_added *added, struct tr_diag *diag)
{
    static const struct tr_connector_options none;
    struct tr_slice stored = tr_states_get(added->onward->states, KEY);
    struct kept_list lists[LISTS];

    added->json = stored.p ? json_loadb(stored.p, stored.n, 0, NULL) : NULL;
    lists_of(&none, lists);
    for (size_t i = 0; i < LISTS; i++)
        if (load_list(added, i, lists[i].name) < 0)
            return tr_fail_memory(diag);
    return 0;
}

static int make_filters(struct tr_added *added, struct tr_diag *diag)
{
    const struct tr_list *read = &added->onward->options->snapshot.include_collections;
    int rc = tr_filter_new((struct tr_filter_list){&added->lists[0], "schema.include.list"},
                           (struct tr_filter_list){&added->lists[1], "schema.exclude.list"},
                           &added->schemas, diag);

    if (!rc)
        rc = tr_filter_new((struct tr_filter_list){&added->lists[2], "table.include.list"},
                           (struct tr_filter_list){&added->lists[3], "table.exclude.list"},
                           &added->tables, diag);
    if (!rc)
        rc = tr_filter_new((struct tr_filter_list){read, "snapshot.include.collection.list"},
                           (struct tr_filter_list){0}, &added->read, diag);
    return rc;
}

int tr_added_new(const struct tr_onward *onward, struct tr_added **ret_added, struct tr_diag *diag)
{
    struct tr_added *added = calloc(1, sizeof *added);

    if (!added)
        return tr_fail_memory(diag);
    added->onward = onward;
    if (load_lists(added, diag) < 0 || make_filters(added, diag) < 0) {
        tr_added_free(added);
        return -1;
    }
    *ret_added = added;
    return 0;
}

void tr_added_free(struct tr_added *added)
{
    if (!added)
        return;
    tr_filter_free(added->schemas);
    tr_filter_free(added->tables);
    tr_filter_free(added->read);
    for (size_t i = 0; i < LISTS; i++)
        free(added->items[i]);
    json_decref(added->json);
    free(added);
}

bool tr_added_wants(const struct tr_added *added, const char *schema, const char *table)
{
    char name[NAME_MOST];

    snprintf(name, sizeof name, "%s.%s", schema, table);
    return (!tr_filter_allows(added->schemas, schema) || !tr_filter_allows(added->tables, name)) &&
           tr_filter_allows(added->read, name) &&
           !tr_signal_table_is(&added->onward->options->signal, name);
}

/* Chunks are ranges of a key, and no statement is asked for those. */
static const char *obstacle_of(const struct tr_added *added, const struct tr_added_table *table,
                               const char *name)
{
    bool overridden = tr_snapshot_override(&added->onward->options->snapshot, name);
    return overridden ? "snapshot.select.statement.overrides selects its rows" : table->obstacle;
}

int tr_added_take(const struct tr_added *added, const struct tr_added_table *table,
                  struct tr_diag *diag)
{
    const struct tr_log *log = added->onward->log;
    char name[NAME_MOST];
    struct tr_arena arena;
    struct tr_rest rest;

    snprintf(name, sizeof name, "%s.%s", table->schema, table->table);
    const char *obstacle = obstacle_of(added, table, name);
    if (obstacle) {
        tr_log_warn(log,
                    "the rows of an added table are not read beside the stream: a blocking "
                    "snapshot reads them (a signal execute-snapshot of type blocking)",
                    TR_LOG_STR("table", name), TR_LOG_STR("cause", obstacle));
        return 0;
    }
    tr_arena_init(&arena, 1024, 4096);
    int rc = tr_rest_begin(&rest, name, false, &arena, diag);
    rest.key = table->key;
    if (!rc)
        rc = tr_incremental_add_initial(added->onward->beside, &rest, diag);
    if (!rc)
        tr_log_info(log, "an added table is read beside the stream", TR_LOG_STR("table", name));
    tr_arena_finish(&arena);
    return rc;
}
