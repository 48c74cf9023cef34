/* Rows on their way into the batch. */
#include <inttypes.h>

#include "source/mysql/changes-impl.h"
#include "source/mysql/incremental.h"
#include "source/mysql/types.h"

void tr_mysql_step_set_source(const struct tr_mysql_step *step)
{
    const struct tr_mysql_track *track = step->track;
    const struct tr_mysql_transaction *transaction = &track->transaction;
    struct tr_value *source = step->changes->capturer.source;
    const struct tr_value null = {.kind = TR_NULL};
    int64_t us = transaction->commit_us ? transaction->commit_us
                                        : (int64_t)track->event.header.timestamp * 1000000;

    tr_source_set_time(source, us);
    tr_mysql_source_set_place(source, &track->here, 0);
    source[TR_MYSQL_SOURCE_SERVER_ID] = tr_value_integer(track->event.header.server_id);
    source[TR_MYSQL_SOURCE_GTID] =
        transaction->has_gtid
            ? tr_value_text((struct tr_slice){transaction->gtid_text, transaction->gtid_length})
            : null;
    source[TR_MYSQL_SOURCE_THREAD] =
        transaction->thread >= 0 ? tr_value_integer(transaction->thread) : null;
    source[TR_MYSQL_SOURCE_QUERY] =
        step->changes->query.p ? tr_value_text(step->changes->query) : null;
}

int tr_mysql_step_map(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;
    struct tr_binlog_table *table = track->event.table;
    struct tr_mysql_version *version = NULL;

    if (table->user || track->transaction.fate != TR_MYSQL_FATE_DELIVER)
        return 0;
    const struct tr_mysql_mapping mapping = {table, &track->here, step->batch};
    int rc =
        tr_mysql_definitions_map(step->changes->params.definitions, &mapping, &version, step->diag);
    table->user = version;
    return rc;
}

int tr_mysql_step_rows(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;
    const struct tr_binlog_rows *rows = &track->event.rows;
    const struct tr_mysql_version *version = rows->table ? rows->table->user : NULL;

    if (!track->transaction.open)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the log has rows at %s:%" PRIu64 " outside of a transaction",
                       track->here.file, track->here.pos);
    track->transaction.rows = true;
    track->row = 0;
    if (!rows->table || track->transaction.fate != TR_MYSQL_FATE_DELIVER)
        return 0;
    if (!version)
        return tr_fail_bug(step->diag, "rows of a table map that was not looked at");
    if (!version->compiled)
        return 0;
    tr_mysql_step_set_source(step);
    if (step->changes->version != version) {
        step->changes->version = version;
        tr_mysql_source_set_table(step->changes->capturer.source, &version->table);
    }
    step->changes->cared_for =
        tr_mysql_incremental_cares(step->changes->params.incremental, &version->table);
    track->in_rows = true;
    return 0;
}

/* A position inside this transaction covers the row. */
static bool written_already(const struct tr_mysql_step *step)
{
    const struct tr_mysql_position *position = &step->changes->position;
    uint64_t event = step->track->transaction.events;

    if (position->partial.any)
        return step->changes->rows + step->track->row < position->partial.rows;
    if (step->track->replay)
        return false;
    if (event <= position->skip_events)
        return position->skip_events > 0;
    return event == position->skip_events + 1 && step->track->row < position->skip_rows;
}

uint64_t tr_mysql_track_identity(const struct tr_mysql_track *track)
{
    uint64_t x = track->transaction.seed +
                 track->transaction.events * UINT64_C(0x9e3779b97f4a7c15) +
                 track->row * UINT64_C(0xd1b54a32d192ed03);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* Make whole values of JSON diffs. *ret_cells: a copy of the row's new image. */
static int patch(const struct tr_mysql_step *step, const struct tr_mysql_version *version,
                 const struct tr_binlog_row *row, const struct tr_cell **ret_cells)
{
    struct tr_arena *scratch = &step->changes->scratch;
    size_t ncells = version->table.ncolumns;

    tr_arena_reset(scratch);
    struct tr_cell *cells = tr_arena_zalloc(scratch, ncells, sizeof *cells);
    if (!cells)
        return tr_fail_memory(step->diag);
    memcpy(cells, row->after, ncells * sizeof *cells);
    for (size_t i = 0; i < row->ndiffs; i++) {
        size_t place = row->diffs[i];
        const struct tr_cell *before = &row->before[place];
        if (before->kind != TR_CELL_VALUE)
            return tr_fail(step->diag, TR_DATA, TR_STOP,
                           "column %s of table %s.%s was updated in part "
                           "(binlog_row_value_options=PARTIAL_JSON), and the old value is not in "
                           "the log: set binlog_row_image=FULL at the server",
                           version->table.columns[place].name, version->table.schema,
                           version->table.name);
        if (tr_mysql_json_apply(before->bytes, cells[place].bytes, scratch, &cells[place].bytes,
                                step->diag) < 0)
            return tr_fail_in(step->diag, "column %s of table %s.%s",
                              version->table.columns[place].name, version->table.schema,
                              version->table.name);
    }
    *ret_cells = cells;
    return 0;
}

/* MariaDB's history of a row isn't the row: see version.h. False: nothing happened to the row. */
static bool leave_history_out(const struct tr_mysql_version *version, struct tr_change *change)
{
    bool before = change->before && tr_mysql_version_is_current(version, change->before);
    bool after = change->after && tr_mysql_version_is_current(version, change->after);

    if (!before)
        change->before = NULL;
    if (!after)
        change->after = NULL;
    change->op = before ? after ? TR_OP_UPDATE : TR_OP_DELETE : TR_OP_CREATE;
    return before || after;
}

/* A new row without one of its values, which the old image doesn't hold either. */
static bool is_lacking(const struct tr_binlog_row *row, unsigned place)
{
    return row->after[place].kind == TR_CELL_UNCHANGED &&
           (!row->before || row->before[place].kind == TR_CELL_ABSENT);
}

/* Text has a placeholder for a value that did not change. A number has none, and null would be
 * another value; what an INSERT leaves out is the column's default, not a value that was there. All
 * rows of an event lack the same columns. */
static int check_images(const struct tr_mysql_step *step, const struct tr_mysql_version *version,
                        const struct tr_binlog_row *row)
{
    const struct tr_plan *plan = tr_capture_table_plan(version->compiled);

    for (size_t i = 0; row->after && i < plan->ncolumns; i++) {
        const struct tr_plan_column *column = &plan->columns[i];
        if (!is_lacking(row, column->place) || (row->before && column->unavailable.kind != TR_NULL))
            continue;
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the row at %s:%" PRIu64
                       " of table %s.%s has no value for column %s, because "
                       "binlog_row_image was not FULL: SET GLOBAL binlog_row_image = FULL, and "
                       "take a new snapshot; or leave the column out with column.exclude.list",
                       step->track->here.file, step->track->here.pos, version->table.schema,
                       version->table.name, column->column->name);
    }
    return 0;
}

/* >0: TR_MYSQL_STOPPED. */
static int emit(const struct tr_mysql_step *step, const struct tr_mysql_version *version,
                const struct tr_binlog_row *row)
{
    struct tr_mysql_changes *changes = step->changes;
    struct tr_change change = {
        .op = (enum tr_op)step->track->event.rows.op,
        .before = row->before,
        .after = row->after,
        .identity = tr_mysql_track_identity(step->track),
    };

    if (row->ndiffs && patch(step, version, row, &change.after) < 0)
        return -1;
    if (version->hidden_period && !leave_history_out(version, &change))
        return 0;
    if (TR_UNLIKELY(changes->cared_for) &&
        tr_mysql_incremental_change(changes->params.incremental, &version->table, &change,
                                    step->diag) < 0)
        return -1;
    changes->capturer.source[TR_MYSQL_SOURCE_ROW] = tr_value_integer((int64_t)step->track->row);
    int rc = tr_capture_change(&changes->capturer, version->compiled, &change, step->batch,
                               step->diag);
    return rc == TR_RESELECT_STOPPED ? TR_MYSQL_STOPPED : rc;
}

/* A row that is written already. Signals that are part of a transaction are carried out at its end:
 * who begins inside it has to hear those before. */
static int pass(const struct tr_mysql_step *step, const struct tr_mysql_version *version,
                const struct tr_binlog_row *row)
{
    const struct tr_change change = {
        .op = (enum tr_op)step->track->event.rows.op,
        .before = row->before,
        .after = row->after,
    };

    if (!step->changes->cared_for || !step->changes->position.partial.any)
        return 0;
    return tr_mysql_incremental_change(step->changes->params.incremental, &version->table, &change,
                                       step->diag);
}

int tr_mysql_step_go_rows(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;
    const struct tr_mysql_version *version = track->event.rows.table->user;
    struct tr_binlog_row row;

    for (;; track->row++) {
        if (step->batch->bytes >= step->full)
            return TR_MYSQL_MORE;
        int rc = tr_binlog_next_row(track->decoder, &row, step->diag);
        if (rc == TR_BINLOG_END) {
            track->in_rows = false;
            step->changes->rows += track->row;
            return 0;
        }
        if (rc < 0)
            return rc;
        if (track->row == 0 && check_images(step, version, &row) < 0)
            return -1;
        rc = written_already(step) ? pass(step, version, &row) : emit(step, version, &row);
        if (TR_UNLIKELY(rc))
            return rc < 0 ? tr_mysql_step_explain(step) : rc;
    }
}
