#include "source/phase.h"

void tr_phase_report(struct tr_phase_told *told, const struct tr_incremental *incremental,
                     struct tr_outlet *outlet)
{
    struct tr_initial_progress initial;
    bool left = tr_incremental_initial(incremental, &initial);
    const struct tr_progress snapshot = {
        .phase = TR_PHASE_SNAPSHOT,
        .table = initial.table,
        .tables = initial.tables,
        .tables_done = initial.tables_done,
        .chunks = initial.chunks,
        .rows = initial.rows,
        .rows_estimated = initial.rows,
    };

    if (left && told->chunks == initial.chunks + 1)
        return;
    told->chunks = initial.chunks + 1;
    if (initial.tables)
        outlet->impl->progress(outlet, &snapshot);
    if (!left)
        outlet->impl->progress(outlet, &(struct tr_progress){.phase = TR_PHASE_STREAMING});
    told->streaming = !left;
}
