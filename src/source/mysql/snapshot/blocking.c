/* A snapshot that a signal asked for: between two transactions of the stream, which waits for it.
 */
#include "source/mysql/snapshot/impl.h"
#include "source/mysql/start.h"

bool tr_mysql_snapshot_ordered(const struct tr_mysql_snapshot *snapshot, const char *name,
                               const char **ret_select)
{
    const struct tr_blocking *order = tr_incremental_blocking(snapshot->params->executor);

    for (size_t i = 0; order && i < order->count; i++) {
        if (strcmp(order->tables[i], name) != 0)
            continue;
        *ret_select = order->selects[i];
        return true;
    }
    return false;
}

/* The stream's position stays; with it goes that this is done. */
int tr_mysql_snapshot_unblock(const struct tr_mysql_snapshot_params *params, uint64_t token,
                              struct tr_diag *diag)
{
    struct tr_outlet *outlet = params->context->outlet;
    struct tr_batch *batch = outlet->impl->take_wait(outlet);

    if (!batch)
        return TR_MYSQL_STOPPED;
    if (tr_incremental_unblock(params->executor, batch, diag) < 0 ||
        tr_mysql_position_write(batch, params->position, NULL, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    batch->position.token = token;
    outlet->impl->put(outlet, batch);
    return tr_mysql_start_await(params->context, token);
}
