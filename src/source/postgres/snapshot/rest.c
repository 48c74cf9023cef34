/* What is left of the tables, so that an interrupted snapshot goes on. */
#include <stdio.h>
#include <stdlib.h>

#include "source/postgres/snapshot-impl.h"

bool tr_pg_snapshot_keeps(const struct tr_pg_snapshot *snapshot)
{
    return !snapshot->params->executor;
}

bool tr_pg_snapshot_is_left(const struct tr_pg_snapshot *snapshot, const char *name)
{
    return !snapshot->params->goes_on || tr_rest_is_left(snapshot->params->states, name);
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
    const struct tr_pg_snapshot_params *params = snapshot->params;
    struct tr_rest *rest = &table->rest;
    bool whole = is_whole(table);
    int rc = TR_REST_NONE;

    *ret_read = true;
    if (params->goes_on)
        rc = tr_rest_load(rest, params->states, table->name, &snapshot->arena, diag);
    const char *key = rc < 0 ? NULL : tr_pg_version_key(table->version, &snapshot->arena);
    if (!key)
        return rc < 0 ? rc : tr_fail_memory(diag);
    bool same = !rc && rest->key && strcmp(rest->key, key) == 0;
    if (rc == TR_REST_NONE || rest->whole || whole || !same)
        rc = tr_rest_begin(rest, table->name, whole, &snapshot->arena, diag);
    if (rc)
        return rc;
    rest->key = key;
    if (whole)
        return 0;
    if (!params->goes_on || !params->beside)
        return 0;
    *ret_read = false;
    snapshot->beside++;
    return tr_incremental_add_initial(params->beside, rest, diag);
}

static int put_tables(const struct tr_pg_snapshot *snapshot, struct tr_batch *batch,
                      struct tr_diag *diag)
{
    const struct tr_pg_snapshot_params *params = snapshot->params;
    int rc = tr_rest_forget(params->states, batch, diag);

    if (!rc)
        rc = tr_rest_open(snapshot->count, batch, diag);
    if (!rc)
        rc = tr_added_store(snapshot->context->options, batch, diag);
    /* behind the last table that has rows the stream alone will tell of any */
    for (size_t i = 0; !rc && i < snapshot->count && i <= snapshot->last; i++)
        rc = tr_rest_store(&snapshot->tables[i].rest, batch, diag);
    if (!rc && params->beside) {
        tr_incremental_drop_initial(params->beside);
        rc = tr_incremental_store(params->beside, batch, diag);
    }
    return rc;
}

int tr_pg_snapshot_open_rest(struct tr_pg_snapshot *snapshot, struct tr_diag *diag)
{
    struct tr_outlet *outlet = snapshot->context->outlet;

    if (!tr_pg_snapshot_keeps(snapshot) || snapshot->params->goes_on)
        return 0;
    struct tr_batch *batch = outlet->impl->take_wait(outlet);
    if (!batch)
        return TR_PG_STOPPED;
    int rc = put_tables(snapshot, batch, diag);
    if (!rc)
        rc = tr_pg_position_write(batch, snapshot->params->position, NULL, diag);
    if (rc) {
        tr_batch_free(batch);
        return rc;
    }
    batch->position.token = ++snapshot->token;
    outlet->impl->put(outlet, batch);
    return 0;
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
    const struct tr_pg_snapshot_params *params = snapshot->params;
    int rc;

    if (params->goes_on) {
        rc = tr_rest_each(params->states, tell_dropped, snapshot, diag);
        if (!rc)
            rc = tr_rest_forget(params->states, batch, diag);
        if (!rc)
            rc = tr_added_store(snapshot->context->options, batch, diag);
        return rc || !params->beside ? rc : tr_incremental_store(params->beside, batch, diag);
    }
    const struct tr_rest **rests = tr_arena_zalloc(&batch->arena, snapshot->count, sizeof *rests);
    if (!rests)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < snapshot->count; i++)
        rests[i] = &snapshot->tables[i].rest;
    return tr_rest_close(rests, snapshot->count, batch, diag);
}
