/* What is left of the tables: snapshot/rest.h. */
#include "snapshot/rest.h"

#include <stdio.h>

#include "source/mysql/snapshot/impl.h"

bool tr_mysql_snapshot_keeps(const struct tr_mysql_snapshot *snapshot)
{
    return snapshot->params->data && !snapshot->params->executor;
}

bool tr_mysql_snapshot_can_walk(const struct tr_mysql_version *version)
{
    const struct tr_chunk_range range = {.table = version->table.name};
    struct tr_mysql_walk walk;
    struct tr_diag ignored;

    return tr_mysql_walk_init(&walk, &version->table, &range, &ignored) == 0;
}

bool tr_mysql_snapshot_is_left(const struct tr_mysql_snapshot *snapshot, const char *name)
{
    const struct tr_onward *onward = &snapshot->params->onward;

    return !onward->goes_on || tr_rest_is_left(onward->states, name);
}

int tr_mysql_snapshot_find_rest(struct tr_mysql_snapshot *snapshot,
                                struct tr_mysql_snapshot_table *table, bool *ret_read,
                                struct tr_diag *diag)
{
    table->rest = (struct tr_rest){
        .name = table->name,
        .key = tr_mysql_version_key(table->version, &snapshot->arena),
        .whole = table->statement || !tr_mysql_snapshot_can_walk(table->version),
    };
    if (!table->rest.key)
        return tr_fail_memory(diag);
    return tr_onward_find(&snapshot->params->onward, &table->rest, &snapshot->arena, ret_read,
                          diag);
}

int tr_mysql_snapshot_open_rest(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    const struct tr_onward *onward = &snapshot->params->onward;
    int rc = tr_mysql_snapshot_keeps(snapshot) ? tr_mysql_snapshot_take_batch(snapshot) : 0;

    if (rc || !tr_mysql_snapshot_keeps(snapshot))
        return rc;
    if (!onward->goes_on)
        rc = tr_onward_open(onward, snapshot->count, snapshot->batch, diag);
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

int tr_mysql_snapshot_close_rest(struct tr_mysql_snapshot *snapshot, struct tr_batch *batch,
                                 struct tr_diag *diag)
{
    const struct tr_onward *onward = &snapshot->params->onward;
    const struct tr_rest **rests =
        tr_arena_zalloc(&snapshot->arena, snapshot->count + 1, sizeof *rests);

    if (!tr_mysql_snapshot_keeps(snapshot))
        return 0;
    if (!rests)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < snapshot->count; i++)
        rests[i] = &snapshot->tables[i].rest;
    if (onward->goes_on && tr_rest_each(onward->states, tell_dropped, snapshot, diag) < 0)
        return -1;
    return tr_onward_close(onward, rests, snapshot->count, batch, diag);
}
