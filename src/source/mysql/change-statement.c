/* Statements of the log: what begins and ends transactions, DDL, and what may not be there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture/filter.h"
#include "source/mysql/changes-impl.h"
#include "source/mysql/incremental.h"

/* A short look at a statement, for messages: no values, which stand further back. */
#define SHOWN 60

static int fail_statement(const struct tr_mysql_step *step, const char *what, const char *cure)
{
    const struct tr_binlog_query *query = &step->track->event.query;
    int shown = (int)TR_MIN(query->text.n, SHOWN);

    for (int i = 0; i < shown; i++)
        if (query->text.p[i] == '\'' || query->text.p[i] == '"' || query->text.p[i] == '\n')
            shown = i;
    tr_fail(step->diag, TR_DATA, TR_STOP, "%s: \"%.*s...\" of database %.*s; %s", what, shown,
            query->text.p, (int)TR_MIN(query->schema.n, 64), query->schema.p, cure);
    return tr_mysql_step_explain(step);
}

/* Only its own tables may be written by statements: those of mysql, for example. */
static bool only_system(const struct tr_mysql_statement *statement)
{
    for (size_t i = 0; i < statement->ntables; i++)
        if (!tr_mysql_is_system(statement->tables[i].database))
            return false;
    return statement->ntables > 0;
}

/* The user has said that nothing else is written by it. >0: so it is; <0: no memory. */
static int is_skipped(const struct tr_mysql_step *step, const struct tr_mysql_statement *statement)
{
    struct tr_mysql_changes *changes = step->changes;

    if (!changes->statements || statement->ntables != 1)
        return 0;
    const struct tr_mysql_table_name *table = &statement->tables[0];
    const char *name = tr_arena_printf(&changes->scratch, "%.*s.%.*s", (int)table->database.n,
                                       table->database.p, (int)table->table.n, table->table.p);
    if (!name)
        return tr_fail_memory(step->diag);
    return tr_filter_allows(changes->statements, name);
}

/* The server tells of all databases that a statement reads or writes. Where it doesn't, or one of
 * them may have a captured table, what the statement did may concern us. */
static bool is_others(const struct tr_mysql_step *step)
{
    const struct tr_binlog_query *query = &step->track->event.query;
    const char *name = query->updated.p;

    for (unsigned i = 0; i < query->nupdated; i++, name += strlen(name) + 1)
        if (!tr_mysql_is_system(tr_slice_of(name)) &&
            tr_capture_may_want_in(step->changes->params.capture, name))
            return false;
    return query->nupdated > 0;
}

static int pass_over(const struct tr_mysql_step *step)
{
    struct tr_mysql_changes *changes = step->changes;
    const struct tr_log *log = changes->params.context->log;
    char place[640];

    tr_mysql_changes_place(changes, place, sizeof place);
    if (changes->passed_over++)
        tr_log_debug(log, "a statement in place of rows was passed over",
                     TR_LOG_STR("place", place));
    else
        tr_log_warn(log,
                    "the log has statements in place of rows, which are passed over where they "
                    "concern no captured table: this is the first one",
                    TR_LOG_STR("place", place));
    return 0;
}

static int take_rows_statement(const struct tr_mysql_step *step,
                               const struct tr_mysql_statement *statement)
{
    if (only_system(statement) || step->track->transaction.fate == TR_MYSQL_FATE_IGNORE)
        return 0;
    int skipped = is_skipped(step, statement);
    if (skipped < 0)
        return -1;
    if (skipped || is_others(step))
        return pass_over(step);
    return fail_statement(step, "the log has a statement in place of the rows that it changed",
                          "set binlog_format=ROW at the server (and in all its sessions), and take "
                          "a new snapshot of what was changed so; where it must be a statement "
                          "that changes no captured table, not by triggers or functions either, "
                          "name its table in skipped.statement.tables");
}

static int take_rollback(const struct tr_mysql_step *step)
{
    const struct tr_mysql_transaction *transaction = &step->track->transaction;

    if (!transaction->rows || transaction->fate != TR_MYSQL_FATE_DELIVER)
        return 0;
    return fail_statement(step,
                          "a transaction was rolled back in part, but tables without transactions "
                          "keep what it did to them, and the log doesn't tell which rows those are",
                          "use InnoDB for the captured tables, and take a new snapshot");
}

/* The name of a table that is not captured, or whose truncation is not asked for, is no reason to
 * stop. */
static int fail_unknown(const struct tr_mysql_step *step, const struct tr_mysql_table_name *name)
{
    const struct tr_mysql_changes *changes = step->changes;
    const char *skipped = changes->params.context->options->capture.skipped_operations;
    const char *database = tr_arena_strdup(&step->changes->scratch, name->database);
    const char *table = tr_arena_strdup(&step->changes->scratch, name->table);

    if (!database || !table)
        return tr_fail_memory(step->diag);
    if ((skipped && strchr(skipped, TR_OP_TRUNCATE)) ||
        !tr_mysql_wants(changes->params.capture, database, table))
        return 0;
    return fail_statement(step, "a captured table was truncated whose definition is not known",
                          "take a new snapshot, or add t to skipped.operations");
}

static int emit_truncate(const struct tr_mysql_step *step, const struct tr_mysql_table_name *name)
{
    struct tr_mysql_changes *changes = step->changes;
    const struct tr_mysql_definition *definition =
        tr_mysql_definitions_find(changes->params.definitions, name->database, name->table);
    struct tr_mysql_version_params params = {
        .capture = changes->params.capture, .definition = (struct tr_mysql_definition *)definition};
    struct tr_change change = {.op = TR_OP_TRUNCATE,
                               .identity = tr_mysql_track_identity(step->track)};
    struct tr_mysql_version *version;

    if (!definition)
        return fail_unknown(step, name);
    if (!tr_mysql_wants(params.capture, definition->table.schema, definition->table.name))
        return 0;
    int rc = tr_mysql_version_new(&params, &version, step->diag);
    if (rc)
        return rc < 0 ? rc : tr_fail_bug(step->diag, "a table that doesn't fit itself");
    tr_mysql_source_set_table(changes->capturer.source, &version->table);
    rc = tr_capture_change(&changes->capturer, version->compiled, &change, step->batch, step->diag);
    changes->version = NULL;
    tr_mysql_version_free(version);
    return rc < 0 ? tr_mysql_step_explain(step) : 0;
}

static int take_truncate(const struct tr_mysql_step *step,
                         const struct tr_mysql_statement *statement)
{
    int rc = 0;

    tr_mysql_step_set_source(step);
    for (size_t i = 0; i < statement->ntables && !rc; i++)
        rc = emit_truncate(step, &statement->tables[i]);
    return rc;
}

static int tell_schema_change(const struct tr_mysql_step *step,
                              const struct tr_mysql_statement *statement)
{
    struct tr_mysql_changes *changes = step->changes;
    const struct tr_mysql_changes_params *params = &changes->params;

    changes->version = NULL; /* the source block names other tables now */
    if (!params->schema_changes)
        return 0;
    tr_mysql_step_set_source(step);
    const struct tr_mysql_schema_target target = {&changes->capturer, step->batch,
                                                  tr_mysql_track_identity(step->track)};
    return tr_mysql_schema_changes_take(params->schema_changes, statement, params->definitions,
                                        &target, step->diag);
}

/* What is being read of a table is worth nothing then. */
static void tell_incremental(const struct tr_mysql_step *step,
                             const struct tr_mysql_statement *statement)
{
    struct tr_mysql_incremental *incremental = step->changes->params.incremental;

    for (size_t i = 0; i < statement->ntables; i++) {
        const struct tr_mysql_table_name *name = &statement->tables[i];
        tr_mysql_incremental_altered(incremental, name->database, name->table);
    }
    if (statement->kind == TR_MYSQL_SQL_DROP_DATABASE)
        tr_mysql_incremental_altered(incremental, statement->database, (struct tr_slice){0});
}

static int take_ddl(const struct tr_mysql_step *step, const struct tr_mysql_statement *statement)
{
    struct tr_mysql_coordinates end = step->track->here;

    end.pos = step->track->next;
    tell_incremental(step, statement);
    int rc = tr_mysql_definitions_alter(step->changes->params.definitions, statement, &end,
                                        step->batch, step->diag);
    tr_binlog_forget_tables(step->track->decoder);
    if (!rc && statement->kind == TR_MYSQL_SQL_TRUNCATE_TABLE)
        return take_truncate(step, statement);
    return rc ? rc : tell_schema_change(step, statement);
}

/* XA in MySQL; in MariaDB the GTID event says it. */
static int take_xa_start(const struct tr_mysql_step *step)
{
    struct tr_mysql_transaction *transaction = &step->track->transaction;

    transaction->grouped = true;
    if (transaction->fate == TR_MYSQL_FATE_DELIVER && !step->track->replay)
        transaction->fate = TR_MYSQL_FATE_HOLD;
    return 0;
}

static int take_begin(const struct tr_mysql_step *step)
{
    struct tr_mysql_transaction *transaction = &step->track->transaction;

    transaction->grouped = true;
    transaction->thread = step->track->event.query.thread_id;
    return transaction->gtid.mariadb ? 0 : tr_mysql_step_tell_begin(step);
}

static int act(const struct tr_mysql_step *step, const struct tr_mysql_statement *statement)
{
    switch (statement->kind) {
    case TR_MYSQL_SQL_BEGIN:
        return take_begin(step);
    case TR_MYSQL_SQL_COMMIT:
        return tr_mysql_step_tell_end(step) < 0 ? -1 : tr_mysql_step_commit(step);
    case TR_MYSQL_SQL_ROLLBACK:
        return take_rollback(step) < 0 ? -1 : tr_mysql_step_commit(step);
    case TR_MYSQL_SQL_ROLLBACK_TO:
        return take_rollback(step);
    case TR_MYSQL_SQL_SAVEPOINT:
    case TR_MYSQL_SQL_XA_END:
    case TR_MYSQL_SQL_HARMLESS:
        return 0;
    case TR_MYSQL_SQL_XA_START:
        return take_xa_start(step);
    case TR_MYSQL_SQL_XA_COMMIT:
        return tr_mysql_step_xa_commit(step, statement->xid);
    case TR_MYSQL_SQL_XA_ROLLBACK:
        return tr_mysql_step_xa_rollback(step, statement->xid);
    case TR_MYSQL_SQL_ROWS:
        return take_rows_statement(step, statement);
    case TR_MYSQL_SQL_CREATE_TABLE:
    case TR_MYSQL_SQL_ALTER_TABLE:
    case TR_MYSQL_SQL_DROP_TABLE:
    case TR_MYSQL_SQL_RENAME_TABLE:
    case TR_MYSQL_SQL_TRUNCATE_TABLE:
    case TR_MYSQL_SQL_CREATE_DATABASE:
    case TR_MYSQL_SQL_ALTER_DATABASE:
    case TR_MYSQL_SQL_DROP_DATABASE:
        return take_ddl(step, statement);
    case TR_MYSQL_SQL_SESSION:
    case TR_MYSQL_SQL_SEQUENCE:
        return tell_schema_change(step, statement);
    case TR_MYSQL_SQL_XA_PREPARE:
    case TR_MYSQL_SQL_UNKNOWN:
        break;
    }
    return fail_statement(step, "the log has a statement that tailrace does not know",
                          "it may have changed rows; tell the maintainers of tailrace");
}

/* The first half of an ALTER TABLE in two phases, or the end of one that failed: the tables are as
 * they were. */
static bool no_effect(const struct tr_mysql_transaction *transaction)
{
    return transaction->extra_flags &
           (TR_BINLOG_MARIADB_START_ALTER | TR_BINLOG_MARIADB_ROLLBACK_ALTER);
}

static int take_statement(const struct tr_mysql_step *step)
{
    struct tr_mysql_changes *changes = step->changes;
    struct tr_mysql_transaction *transaction = &step->track->transaction;
    struct tr_mysql_statement statement;
    uint64_t moves = changes->moves;

    if (no_effect(transaction))
        return tr_mysql_step_commit(step);
    tr_arena_reset(&changes->scratch);
    if (tr_mysql_statement_of(&step->track->event.query, changes->params.dialect, &changes->scratch,
                              &statement, step->diag) < 0)
        return -1;
    int rc = act(step, &statement);
    transaction->grouped |= statement.begins;
    if (rc || moves != changes->moves || transaction->grouped || changes->xa.session)
        return rc;
    return tr_mysql_step_commit(step);
}

int tr_mysql_step_query(const struct tr_mysql_step *step)
{
    struct tr_mysql_transaction *transaction = &step->track->transaction;

    /* a position of Debezium's without GTIDs lies behind the GTID event */
    if (!transaction->open) {
        *transaction = (struct tr_mysql_transaction){.open = true,
                                                     .begin = step->track->here,
                                                     .thread = -1,
                                                     .seed = step->track->here.pos,
                                                     .events = 1};
        step->changes->rows = 0;
        if (tr_mysql_step_check_begin(step) < 0)
            return -1;
    }
    if (tr_slice_is(step->track->event.query.text, "BEGIN"))
        return take_begin(step);
    return take_statement(step);
}
