/* A snapshot that a signal asked for: between two transactions of the stream, which waits for it.
 */
#include <string.h>

#include "source/postgres/snapshot-impl.h"

static const struct tr_blocking *order_of(const struct tr_pg_snapshot *snapshot)
{
    return tr_incremental_blocking(snapshot->params->executor);
}

bool tr_pg_snapshot_ordered(const struct tr_pg_snapshot *snapshot, const char *name,
                            const char **ret_select)
{
    const struct tr_blocking *order = order_of(snapshot);

    for (size_t i = 0; order && i < order->count; i++) {
        if (strcmp(order->tables[i], name) != 0)
            continue;
        *ret_select = order->selects[i];
        return true;
    }
    return false;
}

/* The stream's position stays; with it goes that this is done. */
int tr_pg_snapshot_unblock(const struct tr_pg_snapshot_params *params, struct tr_diag *diag)
{
    struct tr_outlet *outlet = params->context->outlet;
    struct tr_batch *batch = outlet->impl->take_wait(outlet);

    if (!batch)
        return TR_PG_STOPPED;
    if (tr_incremental_unblock(params->executor, batch, diag) < 0 ||
        tr_pg_position_write(batch, params->resume, NULL, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    batch->position.token = params->resume->resume_lsn;
    outlet->impl->put(outlet, batch);
    return 0;
}
