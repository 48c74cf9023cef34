/* Tables of an initial snapshot in the backlog. */
#include "snapshot/impl.h"

static json_t *collections_of(struct tr_backlog *backlog)
{
    if (!json_object_get(backlog->json, "collections"))
        json_object_set_new(backlog->json, "collections", json_array());
    return json_object_get(backlog->json, "collections");
}

static bool is(const json_t *collection, const char *name)
{
    return json_is_true(json_object_get(collection, "initial")) &&
           strcmp(json_string_value(json_object_get(collection, "name")), name) == 0;
}

int tr_backlog_add_initial(struct tr_backlog *backlog, const struct tr_rest *rest,
                           struct tr_diag *diag)
{
    json_t *collections = collections_of(backlog), *item;
    size_t i;

    if (rest->whole || tr_rest_done(rest))
        return tr_fail_bug(diag, "a table without ranges is to be read beside the stream");
    json_array_foreach(collections, i, item) if (is(item, rest->name)) return 0;
    json_t *collection = tr_rest_json(rest);
    json_object_set_new(collection, "name", json_string(rest->name));
    json_object_set_new(collection, "initial", json_true());
    backlog->changed = true;
    return json_array_append_new(collections, collection) == 0 ? 0 : tr_fail_memory(diag);
}

void tr_backlog_drop_initial(struct tr_backlog *backlog)
{
    if (tr_backlog_is_initial(backlog)) /* the place goes with it */
        tr_backlog_next(backlog);
    json_t *collections = json_object_get(backlog->json, "collections");
    for (size_t i = json_array_size(collections); i-- > 0;)
        if (json_is_true(json_object_get(json_array_get(collections, i), "initial")))
            json_array_remove(collections, i);
    backlog->changed = true;
}

int tr_backlog_restart(struct tr_backlog *backlog, const char *key, struct tr_diag *diag)
{
    json_t *collection = json_array_get(json_object_get(backlog->json, "collections"), 0);
    json_t *all = json_pack("[[nn]]");

    json_object_del(backlog->json, "maximum");
    json_object_del(backlog->json, "after");
    json_object_del(backlog->json, "again");
    backlog->changed = true;
    if (!all || json_object_set_new(collection, "rest", all) < 0 ||
        json_object_set_new(collection, "key", json_string(key)) < 0)
        return tr_fail_memory(diag);
    return 0;
}

bool tr_incremental_is_initial(const struct tr_states *states)
{
    struct tr_backlog backlog;
    struct tr_diag ignored;
    bool initial =
        tr_backlog_load(&backlog, states, &ignored) == 0 && tr_backlog_count_of(&backlog, true) > 0;

    tr_backlog_finish(&backlog);
    return initial;
}
