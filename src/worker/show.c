/* What callers see of connectors: copies, in their arena. */
#include <string.h>

#include "worker/impl.h"

static int unknown(const char *name, struct tr_diag *diag)
{
    tr_fail(diag, TR_CONFIG, TR_STOP, "Connector %s not found", name);
    return TR_WORKER_UNKNOWN;
}

int tr_worker_names(struct tr_worker *worker, struct tr_arena *arena, struct tr_list *ret_names,
                    struct tr_diag *diag)
{
    size_t count = 0, n = 0;
    bool ok = true;

    pthread_mutex_lock(&worker->lock);
    for (const struct tr_entry *entry = worker->first; entry; entry = entry->next)
        count += !entry->gone;
    const char **names = tr_arena_zalloc(arena, count + 1, sizeof *names);
    for (const struct tr_entry *entry = worker->first; names && entry; entry = entry->next)
        if (!entry->gone)
            ok &= (names[n++] = tr_arena_strdup(arena, tr_slice_of(entry->name))) != NULL;
    pthread_mutex_unlock(&worker->lock);
    *ret_names = (struct tr_list){names, n};
    return names && ok ? 0 : tr_fail_memory(diag);
}

/* NULL stays NULL. */
static int copy_text(const char *text, struct tr_arena *arena, const char **ret_copy)
{
    *ret_copy = text ? tr_arena_strdup(arena, tr_slice_of(text)) : NULL;
    return text && !*ret_copy ? -1 : 0;
}

static int copy_warnings(const struct tr_entry *entry, struct tr_arena *arena,
                         struct tr_list *ret_warnings)
{
    const struct tr_config_findings *found =
        entry->engine ? &entry->engine->config->warnings : NULL;
    size_t count = found ? found->count : 0;
    const char **items = tr_arena_zalloc(arena, count + 1, sizeof *items);

    for (size_t i = 0; items && i < count; i++)
        if (copy_text(found->items[i].message, arena, &items[i]) < 0)
            return -1;
    *ret_warnings = (struct tr_list){items, count};
    return items ? 0 : -1;
}

static int copy_info(const struct tr_entry *entry, struct tr_arena *arena,
                     struct tr_worker_info *ret_info, struct tr_diag *diag)
{
    *ret_info = (struct tr_worker_info){
        .type = entry->plugin ? entry->plugin->type : "unknown",
        .tasks = entry->tasks > 0 && entry->plugin,
        .target = entry->target,
        .origin = entry->plugin ? entry->origin : TR_ORIGIN_UNSUPPORTED,
    };
    if (copy_text(entry->name, arena, &ret_info->name) < 0 ||
        copy_warnings(entry, arena, &ret_info->warnings) < 0)
        return tr_fail_memory(diag);
    return tr_properties_copy(&entry->config, arena, &ret_info->config, diag);
}

int tr_worker_info(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                   struct tr_worker_info *ret_info, struct tr_diag *diag)
{
    pthread_mutex_lock(&worker->lock);
    const struct tr_entry *entry = tr_entry_find(worker, name);
    int rc = entry ? copy_info(entry, arena, ret_info, diag) : 0;
    pthread_mutex_unlock(&worker->lock);
    return entry ? rc : unknown(name, diag);
}

static int copy_status(struct tr_worker *worker, const struct tr_entry *entry,
                       struct tr_arena *arena, struct tr_worker_status *ret_status,
                       struct tr_diag *diag)
{
    struct tr_entry_state state;

    tr_entry_state(worker, entry, &state);
    *ret_status = (struct tr_worker_status){
        .worker_id = worker->params.worker_id,
        .version = entry->plugin ? entry->plugin->version : "unknown",
        .state = state.connector,
        .tasks = state.tasks,
        .task_state = state.task,
        .stuck = state.stuck,
        .engine = state.engine,
    };
    if (copy_info(entry, arena, &ret_status->info, diag) < 0)
        return -1;
    ret_status->name = ret_status->info.name;
    ret_status->type = ret_status->info.type;
    if (copy_text(state.connector_trace, arena, &ret_status->trace) < 0 ||
        copy_text(state.trace[0] ? state.trace : NULL, arena, &ret_status->task_trace) < 0)
        return tr_fail_memory(diag);
    return 0;
}

int tr_worker_status(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                     struct tr_worker_status *ret_status, struct tr_diag *diag)
{
    pthread_mutex_lock(&worker->lock);
    const struct tr_entry *entry = tr_entry_find(worker, name);
    int rc = entry ? copy_status(worker, entry, arena, ret_status, diag) : 0;
    pthread_mutex_unlock(&worker->lock);
    return entry ? rc : unknown(name, diag);
}

static void count(const struct tr_worker *worker, const struct tr_entry *entry,
                  const struct tr_entry_state *state, struct tr_worker_summary *summary)
{
    bool failed = entry->trouble || (entry->engine && state->engine.state == TR_STATE_FAILED);
    bool idle = !entry->plugin || entry->target != TR_TARGET_RUNNING;

    (void)worker;
    summary->connectors++;
    summary->idle += idle;
    summary->failed += failed;
    summary->ended +=
        !idle && (entry->trouble || (entry->engine && tr_connector_ended(state->engine.state)));
    summary->up_to_date += !idle && state->engine.up_to_date;
    summary->stuck += state->stuck != NULL;
}

void tr_worker_summarize(struct tr_worker *worker, struct tr_worker_summary *ret_summary)
{
    struct tr_entry_state state;

    *ret_summary = (struct tr_worker_summary){0};
    pthread_mutex_lock(&worker->lock);
    for (const struct tr_entry *entry = worker->first; entry; entry = entry->next) {
        if (entry->gone)
            continue;
        tr_entry_state(worker, entry, &state);
        count(worker, entry, &state, ret_summary);
    }
    pthread_mutex_unlock(&worker->lock);
}
