/* What is left of the tables, so that an interrupted snapshot goes on. */
#include <stdio.h>
#include <stdlib.h>

#include "source/postgres/snapshot-impl.h"
#include "source/postgres/start.h"

bool tr_pg_snapshot_keeps(const struct tr_pg_snapshot *snapshot)
{
    return !snapshot->params->executor;
}

bool tr_pg_snapshot_is_left(const struct tr_pg_snapshot *snapshot, const char *name)
{
    const struct tr_onward *onward = &snapshot->params->onward;

    return !onward->goes_on || tr_rest_is_left(onward->states, name);
}

/* Ranges mean something only along the primary key. */
static bool is_whole(const struct tr_pg_snapshot_table *table)
{
    const struct tr_pg_version *version = table->version;

    return table->statement || !version->shape.primary ||
           version->table.nkey != version->shape.nkey;
}

int tr_pg_snapshot_find_rest(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                             bool *ret_read, struct tr_diag *diag)
{
    table->rest = (struct tr_rest){
        .name = table->name,
        .key = tr_pg_version_key(table->version, &snapshot->arena),
        .whole = is_whole(table),
    };
    if (!table->rest.key)
        return tr_fail_memory(diag);
    return tr_onward_find(&snapshot->params->onward, &table->rest, &snapshot->arena, ret_read,
                          diag);
}

static int put_tables(const struct tr_pg_snapshot *snapshot, struct tr_batch *batch,
                      struct tr_diag *diag)
{
    int rc = tr_onward_open(&snapshot->params->onward, snapshot->count, batch, diag);

    /* behind the last table that has rows the stream alone will tell of any */
    for (size_t i = 0; !rc && i < snapshot->count && i <= snapshot->last; i++)
        rc = tr_rest_store(&snapshot->tables[i].rest, batch, diag);
    return rc;
}

/* Committed before any row is handed over: as long as only the intent is stored, the topics have
 * nothing of the snapshot (start.h). */
int tr_pg_snapshot_open_rest(struct tr_pg_snapshot *snapshot, struct tr_diag *diag)
{
    const struct tr_pg_snapshot_params *params = snapshot->params;
    struct tr_outlet *outlet = snapshot->context->outlet;

    if (!tr_pg_snapshot_keeps(snapshot) || params->onward.goes_on)
        return 0;
    struct tr_batch *batch = outlet->impl->take_wait(outlet);
    if (!batch)
        return TR_PG_STOPPED;
    if (put_tables(snapshot, batch, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    return tr_pg_start_commit(snapshot->context, batch, params->position, ++snapshot->token, diag);
}

int tr_pg_snapshot_end_range(struct tr_pg_snapshot *snapshot, const struct tr_pg_chunk *chunk,
                             struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_rest *rest = &chunk->table->rest;

    pthread_mutex_lock(&snapshot->lock);
    tr_rest_end(rest, chunk->range);
    int rc = batch && tr_pg_snapshot_keeps(snapshot) ? tr_rest_store(rest, batch, diag) : 0;
    pthread_mutex_unlock(&snapshot->lock);
    return rc;
}

static int tell_dropped(void *to, const char *name)
{
    const struct tr_pg_snapshot *snapshot = to;
    const struct tr_pg_publication *publication = &snapshot->publication;

    for (size_t i = 0; i < publication->count; i++) {
        char captured[320];
        snprintf(captured, sizeof captured, "%s.%s", publication->tables[i].schema,
                 publication->tables[i].name);
        if (strcmp(captured, name) == 0)
            return 0;
    }
    tr_log_warn(snapshot->context->log,
                "the rest of a snapshot is dropped: the table is not captured any more",
                TR_LOG_STR("table", name));
    return 0;
}

int tr_pg_snapshot_close_rest(struct tr_pg_snapshot *snapshot, struct tr_batch *batch,
                              struct tr_diag *diag)
{
    const struct tr_onward *onward = &snapshot->params->onward;
    const struct tr_rest **rests =
        tr_arena_zalloc(&batch->arena, snapshot->count + 1, sizeof *rests);

    if (!rests)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < snapshot->count; i++)
        rests[i] = &snapshot->tables[i].rest;
    if (onward->goes_on && tr_rest_each(onward->states, tell_dropped, snapshot, diag) < 0)
        return -1;
    return tr_onward_close(onward, rests, snapshot->count, batch, diag);
}
