/* What is left of the tables: snapshot/rest.h. */
#include "snapshot/rest.h"

#include <stdio.h>

#include "source/mysql/snapshot/impl.h"

bool tr_mysql_snapshot_keeps(const struct tr_mysql_snapshot *snapshot)
{
    return snapshot->params->data && !snapshot->params->executor;
}

/* Along a key as the driver's SQL for chunks takes it. */
static bool can_walk(const struct tr_mysql_snapshot_table *table)
{
    const struct tr_chunk_range range = {.table = table->name};
    struct tr_mysql_walk walk;
    struct tr_diag ignored;

    return !table->statement &&
           tr_mysql_walk_init(&walk, &table->version->table, &range, &ignored) == 0;
}

bool tr_mysql_snapshot_is_left(const struct tr_mysql_snapshot *snapshot, const char *name)
{
    return !snapshot->params->goes_on || tr_rest_is_left(snapshot->params->states, name);
}

int tr_mysql_snapshot_find_rest(struct tr_mysql_snapshot *snapshot,
                                struct tr_mysql_snapshot_table *table, bool *ret_read,
                                struct tr_diag *diag)
{
    const struct tr_mysql_snapshot_params *params = snapshot->params;
    const char *key = tr_mysql_version_key(table->version, &snapshot->arena);
    struct tr_rest *rest = &table->rest;
    bool whole = !can_walk(table);
    int rc = TR_REST_NONE;

    *ret_read = true;
    if (!key)
        return tr_fail_memory(diag);
    if (params->goes_on)
        rc = tr_rest_load(rest, params->states, table->name, &snapshot->arena, diag);
    if (rc < 0)
        return rc;
    bool same = !rc && rest->key && strcmp(rest->key, key) == 0;
    if (rc == TR_REST_NONE || rest->whole || whole || !same)
        rc = tr_rest_begin(rest, table->name, whole, &snapshot->arena, diag);
    rest->key = key;
    if (rc || whole || !params->goes_on || !params->beside)
        return rc;
    *ret_read = false;
    snapshot->beside++;
    return tr_incremental_add_initial(params->beside, rest, diag);
}

int tr_mysql_snapshot_open_rest(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    const struct tr_mysql_snapshot_params *params = snapshot->params;
    int rc = tr_mysql_snapshot_keeps(snapshot) ? tr_mysql_snapshot_take_batch(snapshot) : 0;

    if (rc || !tr_mysql_snapshot_keeps(snapshot))
        return rc;
    if (!params->goes_on) {
        rc = tr_rest_forget(params->states, snapshot->batch, diag);
        if (!rc)
            rc = tr_rest_open(snapshot->count, snapshot->batch, diag);
    }
    for (size_t i = 0; !rc && i < snapshot->count; i++) {
        rc = tr_mysql_snapshot_take_batch(snapshot);
        if (!rc)
            rc = tr_rest_store(&snapshot->tables[i].rest, snapshot->batch, diag);
    }
    return rc;
}

int tr_mysql_snapshot_end_range(struct tr_mysql_snapshot *snapshot,
                                const struct tr_mysql_chunk *chunk, struct tr_batch *batch,
                                struct tr_diag *diag)
{
    struct tr_rest *rest = &chunk->table->rest;
    int rc = 0;

    pthread_mutex_lock(&snapshot->lock);
    tr_rest_end(rest, chunk->range);
    if (batch && tr_mysql_snapshot_keeps(snapshot))
        rc = tr_rest_store(rest, batch, diag);
    pthread_mutex_unlock(&snapshot->lock);
    return rc;
}

/* Neither read now nor to be read beside the stream. */
static int tell_dropped(void *to, const char *name)
{
    const struct tr_mysql_snapshot *snapshot = to;
    const char *dot = strchr(name, '.');
    char database[512];

    snprintf(database, sizeof database, "%.*s", dot ? (int)(dot - name) : 0, name);
    if (!dot || !tr_mysql_wants(snapshot->params->capture, database, dot + 1))
        tr_log_warn(snapshot->context->log,
                    "the rest of a snapshot is dropped: the table is not captured any more",
                    TR_LOG_STR("table", name));
    return 0;
}

/* Everything of it is done, or goes to the stream's time. */
int tr_mysql_snapshot_close_rest(struct tr_mysql_snapshot *snapshot, struct tr_batch *batch,
                                 struct tr_diag *diag)
{
    const struct tr_mysql_snapshot_params *params = snapshot->params;
    int rc = 0;

    if (!tr_mysql_snapshot_keeps(snapshot))
        return 0;
    if (params->goes_on) {
        rc = tr_rest_each(params->states, tell_dropped, snapshot, diag);
        if (!rc)
            rc = tr_rest_forget(params->states, batch, diag);
        return rc || !params->beside ? rc : tr_incremental_store(params->beside, batch, diag);
    }
    const struct tr_rest **rests =
        tr_arena_zalloc(&snapshot->arena, snapshot->count + 1, sizeof *rests);
    if (!rests)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < snapshot->count; i++)
        rests[i] = &snapshot->tables[i].rest;
    return tr_rest_close(rests, snapshot->count, batch, diag);
}
