#include "source/mysql/stream/reselect.h"

#include <stdio.h>
#include <strings.h>

#include "base/clock.h"
#include "source/mysql/query.h"
#include "source/mysql/types.h"

/* Between two looks at what a snapshot sees. */
#define VISIBLE_STEP_MS 5

#define LOCKED      " LOCK IN SHARE MODE"
#define SQL_CAP     ((size_t)64 << 20)
#define NAME_CAP    1024
#define CELLS_CHUNK ((size_t)16 << 10)
#define CELLS_CAP   ((size_t)2 << 30)

static int put_columns(const struct tr_reselect_query *query, struct tr_buf *sql)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf name = {0};

    tr_buf_init(&name, NAME_CAP);
    for (size_t i = 0; i < query->ncolumns; i++) {
        const struct tr_column *column = &query->table->columns[query->columns[i]];
        tr_buf_reset(&name);
        tr_mysql_quote(&name, column->name);
        tr_buf_text(sql, i ? ", " : "");
        tr_mysql_type_select(column->type, tr_buf_string(&name), sql);
    }
    return tr_buf_ok(&name) ? 0 : -1;
}

static int put_statement(const struct tr_reselect_query *query, struct tr_buf *sql,
                         struct tr_diag *diag)
{
    const struct tr_table *table = query->table;

    tr_buf_reset(sql);
    tr_buf_text(sql, "SELECT ");
    if (put_columns(query, sql) < 0)
        return tr_fail_memory(diag);
    tr_buf_text(sql, " FROM ");
    tr_mysql_quote_table(sql, table->schema, table->name);
    for (size_t i = 0; i < query->nkey; i++) {
        const struct tr_column *column = &table->columns[query->key[i]];
        tr_buf_text(sql, i ? " AND " : " WHERE ");
        tr_mysql_quote(sql, column->name);
        tr_buf_text(sql, " = ");
        if (tr_mysql_type_literal(column->type, query->cells[query->key[i]].bytes, sql, diag) < 0)
            return tr_fail_in(diag, "column %s", column->name);
    }
    tr_buf_text(sql, " LIMIT 1");
    return tr_buf_ok(sql) ? 0 : tr_fail_memory(diag);
}

/* Bytes in each column's own charset, as types.h wants them; and each SELECT sees what is there. */
static int connect_session(struct tr_mysql_reselector *reselector, struct tr_diag *diag)
{
    if (reselector->session.mysql)
        return 0;
    int rc = tr_mysql_connect(reselector->context, TR_MYSQL_ORDINARY, &reselector->session, diag);
    if (!rc)
        rc = tr_mysql_execute(&reselector->session,
                              "SET SESSION character_set_results = NULL, autocommit = 1,"
                              " innodb_lock_wait_timeout = 5",
                              diag);
    return rc;
}

/* MySQL: it counts as executed when it can be seen. */
static int look_for_gtid(const struct tr_mysql_reselector *reselector, struct tr_slice gtid,
                         bool *ret_seen, struct tr_diag *diag)
{
    char sql[256], answer[8];

    snprintf(sql, sizeof sql, "SELECT WAIT_FOR_EXECUTED_GTID_SET('%.*s', 1)", (int)gtid.n, gtid.p);
    int rc = tr_mysql_ask_text(&reselector->session, sql, answer, sizeof answer, diag);
    *ret_seen = !rc && strcmp(answer, "0") == 0;
    return rc;
}

/* MariaDB: a snapshot tells its place, which is between two transactions. */
static int look_at_place(const struct tr_mysql_reselector *reselector,
                         const struct tr_mysql_coordinates *begin, bool *ret_seen,
                         struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    const struct tr_mysql_session *session = &reselector->session;
    struct tr_mysql_coordinates place = {.pos = 0};
    MYSQL_ROW row;
    int rc =
        tr_mysql_execute(session, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", diag);

    if (!rc)
        rc = tr_mysql_query(session, "SHOW STATUS LIKE 'binlog_snapshot_%'", &result, diag);
    while (!rc && (row = mysql_fetch_row(result))) {
        if (strcasecmp(row[0], "binlog_snapshot_file") == 0)
            snprintf(place.file, sizeof place.file, "%s", row[1]);
        else if (strcasecmp(row[0], "binlog_snapshot_position") == 0)
            place.pos = (uint64_t)tr_mysql_number(row[1]);
    }
    *ret_seen = !place.file[0] || tr_mysql_coordinates_compare(&place, begin) > 0;
    return rc ? rc : tr_mysql_execute(session, "COMMIT", diag);
}

static int await_visible(struct tr_mysql_reselector *reselector, const struct tr_mysql_at *at,
                         struct tr_diag *diag)
{
    int64_t limit = reselector->context->options->mysql.query_timeout_ms;
    int64_t begun = tr_clock_monotonic_us();
    bool seen = tr_mysql_coordinates_compare(at->begin, &reselector->seen) == 0;
    int rc = 0;

    while (!rc && !seen) {
        rc = reselector->session.dialect.mariadb ? look_at_place(reselector, at->begin, &seen, diag)
                                                 : look_for_gtid(reselector, at->gtid, &seen, diag);
        if (rc || seen)
            break;
        if (limit && tr_clock_monotonic_us() - begun > limit * 1000)
            return tr_fail(diag, TR_RESOURCE, TR_RETRY,
                           "a transaction is not visible after %lld ms, though it is in the log: "
                           "does semi-synchronous replication wait for a replica?",
                           (long long)limit);
        rc = tr_mysql_sleep(reselector->context, VISIBLE_STEP_MS);
    }
    if (!rc)
        reselector->seen = *at->begin;
    return rc;
}

static int run(struct tr_mysql_reselector *reselector, const char *sql, struct tr_diag *diag)
{
    return tr_mysql_query(&reselector->session, sql, &reselector->result, diag);
}

/* Errors of the library and of the line have these numbers: the session is gone. */
static bool is_lost(const struct tr_mysql_reselector *reselector)
{
    unsigned error = reselector->session.mysql ? tr_mysql_error(&reselector->session) : 0;
    return error >= 2000 && error < 3000;
}

/* With a lock; without, where the user may not lock or somebody else holds the row for long. */
static int run_locked(struct tr_mysql_reselector *reselector, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_printf(&sql, "%s" LOCKED, tr_buf_string(&reselector->sql));
    int rc = tr_buf_ok(&sql) ? run(reselector, tr_buf_string(&sql), diag) : tr_fail_memory(diag);
    if (rc >= 0 || is_lost(reselector))
        return rc;
    return run(reselector, tr_buf_string(&reselector->sql), diag);
}

static int ask(struct tr_mysql_reselector *reselector, struct tr_diag *diag)
{
    const struct tr_mysql_at at = tr_mysql_changes_at(reselector->changes);
    int rc = connect_session(reselector, diag);

    if (rc)
        return rc;
    if (!at.gtid.n && !reselector->session.dialect.mariadb)
        return run_locked(reselector, diag);
    rc = await_visible(reselector, &at, diag);
    return rc ? rc : run(reselector, tr_buf_string(&reselector->sql), diag);
}

static int take_cells(struct tr_mysql_reselector *reselector, const struct tr_reselect_query *query,
                      struct tr_cell *ret_cells, struct tr_diag *diag)
{
    MYSQL_ROW row = reselector->result ? mysql_fetch_row(reselector->result) : NULL;

    if (!row)
        return TR_RESELECT_NO_ROW;
    const unsigned long *lengths = mysql_fetch_lengths(reselector->result);
    for (size_t i = 0; i < query->ncolumns; i++) {
        const struct tr_column *column = &query->table->columns[query->columns[i]];
        const struct tr_mysql_type *type = column->type;
        const struct tr_slice text = {row[i], row[i] ? lengths[i] : 0};
        ret_cells[i] = (struct tr_cell){.kind = row[i] ? TR_CELL_VALUE : TR_CELL_NULL};
        if (row[i] && tr_mysql_type_transcoder(type)(type, text, &reselector->arena,
                                                     &ret_cells[i].bytes, diag) < 0)
            return tr_fail_in(diag, "column %s", column->name);
    }
    return 0;
}

/* A session that was idle for long may be gone without a word. */
static int select_row(struct tr_reselector *base, const struct tr_reselect_query *query,
                      struct tr_cell *ret_cells, struct tr_diag *diag)
{
    struct tr_mysql_reselector *reselector = (struct tr_mysql_reselector *)base;
    bool used = reselector->session.mysql;

    tr_mysql_clear(&reselector->result);
    tr_arena_reset(&reselector->arena);
    if (put_statement(query, &reselector->sql, diag) < 0)
        return -1;
    int rc = ask(reselector, diag);
    if (rc < 0 && used && is_lost(reselector)) {
        tr_mysql_disconnect(&reselector->session);
        rc = ask(reselector, diag);
    }
    if (rc == TR_MYSQL_STOPPED || (rc < 0 && diag->cls != TR_SCHEMA))
        tr_mysql_disconnect(&reselector->session); /* an answer may still come */
    if (rc)
        return rc < 0 ? -1 : TR_RESELECT_STOPPED;
    return take_cells(reselector, query, ret_cells, diag);
}

void tr_mysql_reselector_init(struct tr_mysql_reselector *reselector,
                              const struct tr_mysql_context *context,
                              const struct tr_mysql_changes *changes)
{
    *reselector =
        (struct tr_mysql_reselector){.base = {select_row}, .context = context, .changes = changes};
    tr_buf_init(&reselector->sql, SQL_CAP);
    tr_arena_init(&reselector->arena, CELLS_CHUNK, CELLS_CAP);
}

void tr_mysql_reselector_finish(struct tr_mysql_reselector *reselector)
{
    tr_mysql_clear(&reselector->result);
    tr_mysql_disconnect(&reselector->session);
    tr_buf_finish(&reselector->sql);
    tr_arena_finish(&reselector->arena);
}
