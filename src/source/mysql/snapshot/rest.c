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

static bool is_beside(const struct tr_mysql_snapshot_table *table,
                      const struct tr_mysql_snapshot *snapshot)
{
    return snapshot->params->beside && !table->rest.whole && can_walk(table);
}

bool tr_mysql_snapshot_is_left(const struct tr_mysql_snapshot *snapshot, const char *name)
{
    struct tr_arena arena;
    struct tr_rest rest;
    struct tr_diag ignored;

    if (!snapshot->params->goes_on)
        return true;
    tr_arena_init(&arena, 4096, (size_t)64 << 20);
    /* what can't be read is told when the table is looked at more closely */
    bool left =
        tr_rest_load(&rest, snapshot->params->states, name, &arena, &ignored) != TR_REST_NONE;
    tr_arena_finish(&arena);
    return left;
}

int tr_mysql_snapshot_find_rest(struct tr_mysql_snapshot *snapshot,
                                struct tr_mysql_snapshot_table *table, bool *ret_read,
                                struct tr_diag *diag)
{
    bool whole = !can_walk(table);

    *ret_read = true;
    if (!snapshot->params->goes_on)
        return tr_rest_begin(&table->rest, table->name, whole, &snapshot->arena, diag);
    int rc =
        tr_rest_load(&table->rest, snapshot->params->states, table->name, &snapshot->arena, diag);
    if (rc)
        return rc;
    if (is_beside(table, snapshot)) {
        *ret_read = false;
        snapshot->beside++;
        return tr_incremental_add_initial(snapshot->params->beside, &table->rest, diag);
    }
    /* it has lost its key, or has a statement now */
    if (whole && !table->rest.whole)
        return tr_rest_begin(&table->rest, table->name, true, &snapshot->arena, diag);
    return 0;
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

struct looking {
    const struct tr_mysql_snapshot *snapshot;
};

/* Neither read now nor to be read beside the stream. */
static int tell_dropped(void *to, const char *name)
{
    const struct tr_mysql_snapshot *snapshot = ((const struct looking *)to)->snapshot;
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
    struct looking looking = {snapshot};
    int rc = 0;

    if (!tr_mysql_snapshot_keeps(snapshot))
        return 0;
    if (params->goes_on) {
        rc = tr_rest_each(params->states, tell_dropped, &looking, diag);
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
