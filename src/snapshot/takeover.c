#include "snapshot/takeover.h"

#include <stdlib.h>
#include <string.h>

#include "snapshot/impl.h"

#define COLLECTIONS "incremental_snapshot_collections"

static void copy(const json_t *item, const char *name, json_t *collection, const char *member)
{
    const char *text = json_string_value(json_object_get(item, name));

    if (text && *text)
        json_object_set_new(collection, member, json_string(text));
}

/* NULL: there are none that could be read. */
static json_t *read_collections(const char *text)
{
    json_t *theirs = json_loads(text, 0, NULL), *item, *ours = json_array();
    size_t i;

    json_array_foreach(theirs, i, item)
    {
        json_t *collection = json_object();
        copy(item, COLLECTIONS "_id", collection, "name");
        copy(item, COLLECTIONS "_additional_condition", collection, "condition");
        copy(item, COLLECTIONS "_surrogate_key", collection, "surrogate");
        if (json_object_get(collection, "name"))
            json_array_append(ours, collection);
        json_decref(collection);
    }
    json_decref(theirs);
    if (json_array_size(ours))
        return ours;
    json_decref(ours);
    return NULL;
}

static int keep(const json_t *backlog, struct tr_states *states, struct tr_diag *diag)
{
    char *text = json_dumps(backlog, JSON_COMPACT);
    const struct tr_state state = {TR_SLICE(TR_BACKLOG_KEY), tr_slice_of(text ? text : "")};
    int rc = text ? tr_states_set(states, state, diag) : tr_fail_memory(diag);

    free(text);
    return rc;
}

int tr_incremental_take_over(const struct tr_stored_position *position, struct tr_states *states,
                             const struct tr_log *log, struct tr_diag *diag)
{
    const char *text = position ? tr_stored_position_text(position, COLLECTIONS, NULL) : NULL;
    json_t *collections = text ? read_collections(text) : NULL;

    if (text && !collections && strcmp(text, "[]") != 0)
        tr_log_warn(log,
                    "an incremental snapshot that Debezium began is not gone on with, because its "
                    "offset can't be read: send its signal again",
                    TR_LOG_STR(COLLECTIONS, text));
    if (!collections || tr_states_get(states, TR_BACKLOG_KEY).p) {
        json_decref(collections);
        return 0;
    }
    json_t *backlog = json_object();
    json_object_set_new(
        backlog, "id",
        json_string(tr_stored_position_text(position, "incremental_snapshot_correlation_id", "")));
    json_object_set(backlog, "collections", collections);
    tr_log_info(log, "an incremental snapshot that Debezium began goes on",
                TR_LOG_INT("tables", json_array_size(collections)),
                TR_LOG_STR("from_its_begin", json_string_value(json_object_get(
                                                 json_array_get(collections, 0), "name"))));
    int rc = keep(backlog, states, diag);
    json_decref(collections);
    json_decref(backlog);
    return rc;
}
