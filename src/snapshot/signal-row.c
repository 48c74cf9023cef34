/* The channel "source": rows of a table. */
#include "snapshot/incremental.h"

bool tr_incremental_is_signals(const struct tr_connector_options *options,
                               const struct tr_table *table)
{
    const char *name = options->signal.data_collection;
    size_t n = strlen(table->schema);

    return name && strncmp(name, table->schema, n) == 0 && name[n] == '.' &&
           strcmp(name + n + 1, table->name) == 0 &&
           tr_list_has(&options->signal.channels, "source");
}

int tr_incremental_row(struct tr_incremental *incremental, const struct tr_table *table,
                       const struct tr_change *change, const struct tr_log *log,
                       struct tr_diag *diag)
{
    struct tr_slice cells[3] = {{NULL, 0}};

    if (change->op != TR_OP_CREATE || !change->after)
        return 0;
    if (table->ncolumns != TR_COUNT(cells)) {
        tr_log_warn(log,
                    "a row of the signal table was ignored: the table must have the three columns "
                    "id, type and data",
                    TR_LOG_INT("columns", table->ncolumns));
        return 0;
    }
    for (size_t i = 0; i < TR_COUNT(cells); i++)
        if (change->after[i].kind == TR_CELL_VALUE)
            cells[i] = change->after[i].bytes;
    const struct tr_signal signal = {.id = cells[0], .type = cells[1], .data = cells[2]};
    return tr_incremental_signal(incremental, &signal, diag);
}
