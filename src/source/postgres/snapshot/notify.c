/* What a snapshot tells of itself. */
#include <stdio.h>

#include "source/postgres/snapshot-impl.h"

int tr_pg_snapshot_list(struct tr_pg_snapshot *snapshot, const char *name, bool read,
                        struct tr_diag *diag)
{
    struct tr_buf *const lists[] = {&snapshot->captured, read ? &snapshot->reading : NULL};

    if (!snapshot->params->notifier)
        return 0;
    for (size_t i = 0; i < TR_COUNT(lists) && lists[i]; i++)
        tr_buf_printf(lists[i], "%s%s", lists[i]->len ? "," : "", name);
    return tr_buf_ok(&snapshot->captured) && tr_buf_ok(&snapshot->reading) ? 0
                                                                           : tr_fail_memory(diag);
}

/* In a batch of its own. Records of what ends without a position go with the next that has one. */
static int notify(struct tr_pg_snapshot *snapshot, const struct tr_notification *notification,
                  struct tr_diag *diag)
{
    struct tr_outlet *outlet = snapshot->context->outlet;
    struct tr_batch *batch = outlet->impl->take_wait(outlet);

    if (!batch)
        return TR_PG_STOPPED;
    if (tr_notify(snapshot->params->notifier, notification, batch, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    pthread_mutex_lock(&snapshot->putting);
    outlet->impl->put(outlet, batch);
    pthread_mutex_unlock(&snapshot->putting);
    return 0;
}

int tr_pg_snapshot_notify_start(struct tr_pg_snapshot *snapshot, struct tr_diag *diag)
{
    if (!snapshot->params->notifier)
        return 0;
    return notify(snapshot, &(struct tr_notification){.type = TR_NOTIFY_STARTED}, diag);
}

static void name_of(const struct tr_pg_snapshot_table *table, char *ret_name, size_t size)
{
    snprintf(ret_name, size, "%s.%s", table->version->table.schema, table->version->table.name);
}

int tr_pg_snapshot_notify_table(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                                struct tr_diag *diag)
{
    char name[320];

    if (!snapshot->params->notifier)
        return 0;
    pthread_mutex_lock(&snapshot->lock);
    bool announced = table->announced;
    table->announced = true;
    pthread_mutex_unlock(&snapshot->lock);
    if (announced)
        return 0;
    name_of(table, name, sizeof name);
    const struct tr_notification notification = {
        .type = TR_NOTIFY_IN_PROGRESS,
        .table = name,
        .data_collections = tr_buf_string(&snapshot->reading),
    };
    return notify(snapshot, &notification, diag);
}

int tr_pg_snapshot_notify_chunk(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                                struct tr_batch *batch, uint64_t rows, struct tr_diag *diag)
{
    char name[320];

    if (!snapshot->params->notifier)
        return 0;
    table->chunks_put++;
    table->rows_put += rows;
    pthread_mutex_lock(&snapshot->lock);
    bool done = table->given && table->chunks_put == table->chunks;
    pthread_mutex_unlock(&snapshot->lock);
    if (!done)
        return 0;
    name_of(table, name, sizeof name);
    const struct tr_notification notification = {
        .type = TR_NOTIFY_TABLE_SCAN_COMPLETED,
        .table = name,
        .rows = table->rows_put,
        .status = TR_SCAN_SUCCEEDED,
        .data_collections = tr_buf_string(&snapshot->captured),
    };
    return tr_notify(snapshot->params->notifier, &notification, batch, diag);
}

/* Behind the last row are tables without one, of which no chunk was read. */
static int notify_empty(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                        struct tr_diag *diag)
{
    int rc = tr_pg_snapshot_notify_table(snapshot, table, diag);
    char name[320];

    name_of(table, name, sizeof name);
    const struct tr_notification notification = {
        .type = TR_NOTIFY_TABLE_SCAN_COMPLETED,
        .table = name,
        .status = TR_SCAN_SUCCEEDED,
        .data_collections = tr_buf_string(&snapshot->captured),
    };
    return rc ? rc : notify(snapshot, &notification, diag);
}

int tr_pg_snapshot_notify_end(struct tr_pg_snapshot *snapshot, struct tr_diag *diag)
{
    int rc = 0;

    if (!snapshot->params->notifier)
        return 0;
    for (size_t i = 0; !rc && i < snapshot->count; i++)
        if (!snapshot->tables[i].announced)
            rc = notify_empty(snapshot, &snapshot->tables[i], diag);
    if (rc || tr_onward_beside(&snapshot->params->onward)) /* which ends later */
        return rc;
    return notify(snapshot, &(struct tr_notification){.type = TR_NOTIFY_COMPLETED}, diag);
}
