/* What all connectors measure, at one moment: copies, in the caller's arena. */
#include "worker/impl.h"

/* The tables' names go away with the connector. */
static int copy_tables(struct tr_connector_metrics *metrics, struct tr_arena *arena)
{
    for (size_t i = 0; i < metrics->ntables; i++) {
        const char **name = &metrics->tables[i].table;
        if (*name && !(*name = tr_arena_strdup(arena, tr_slice_of(*name))))
            return -1;
    }
    return 0;
}

static int copy_entry(struct tr_worker *worker, const struct tr_entry *entry,
                      struct tr_arena *arena, struct tr_worker_metrics *ret_metrics)
{
    struct tr_entry_state state;

    tr_entry_state(worker, entry, &state);
    *ret_metrics = (struct tr_worker_metrics){
        .name = tr_arena_strdup(arena, tr_slice_of(entry->name)),
        .type = entry->plugin ? entry->plugin->type : "unknown",
        .state =
            state.tasks && strcmp(state.connector, "RUNNING") == 0 ? state.task : state.connector,
        .stuck = state.stuck != NULL,
        .engine = state.engine,
    };
    if (!ret_metrics->name)
        return -1;
    if (!entry->engine)
        return 0;
    ret_metrics->metrics = tr_arena_zalloc(arena, 1, sizeof *ret_metrics->metrics);
    if (!ret_metrics->metrics)
        return -1;
    tr_connector_metrics(entry->engine->connector, ret_metrics->metrics);
    return copy_tables(ret_metrics->metrics, arena);
}

int tr_worker_metrics(struct tr_worker *worker, struct tr_arena *arena,
                      struct tr_worker_metrics **ret_metrics, size_t *ret_count,
                      struct tr_diag *diag)
{
    size_t count = 0, n = 0;
    bool ok = true;

    pthread_mutex_lock(&worker->lock);
    for (const struct tr_entry *entry = worker->first; entry; entry = entry->next)
        count += !entry->gone;
    *ret_metrics = tr_arena_zalloc(arena, count, sizeof **ret_metrics);
    ok = *ret_metrics != NULL;
    for (const struct tr_entry *entry = worker->first; ok && entry; entry = entry->next)
        if (!entry->gone)
            ok = copy_entry(worker, entry, arena, &(*ret_metrics)[n++]) == 0;
    pthread_mutex_unlock(&worker->lock);
    *ret_count = n;
    return ok ? 0 : tr_fail_memory(diag);
}
