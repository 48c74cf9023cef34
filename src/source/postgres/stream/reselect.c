#include "source/postgres/stream/reselect.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "source/postgres/failure.h"
#include "source/postgres/pg-type.h"
#include "source/postgres/query.h"

#define SQL_CAP ((size_t)1 << 20)

/* Between two looks at what a snapshot sees. */
#define VISIBLE_STEP_MS 5

/* Columns of a primary key: the server's own limit (INDEX_MAX_KEYS), unless it was compiled with
 * another one. */
#define KEY_MOST 32

static struct tr_pg_reselector *reselector_of(struct tr_outlet *outlet)
{
    return (struct tr_pg_reselector *)(void *)((char *)outlet -
                                               offsetof(struct tr_pg_reselector, outlet));
}

static bool stopping(struct tr_outlet *outlet)
{
    const struct tr_pg_reselector *reselector = reselector_of(outlet);

    reselector->talk(reselector->talker);
    return reselector->source->impl->stopping(reselector->source);
}

/* Operators are looked up in pg_catalog only; a type of an extension has its own beside it. A value
 * without a type takes the column's. */
static void put_condition(struct tr_buf *sql, const struct tr_column *column, size_t parameter)
{
    const struct tr_pg_type *type = column->type;

    while (type->base)
        type = type->base;
    tr_pg_quote(sql, column->name);
    if (type->kind == 'b' && !type->element && strcmp(type->schema, "pg_catalog") != 0) {
        tr_buf_text(sql, " OPERATOR(");
        tr_pg_quote(sql, type->schema);
        tr_buf_printf(sql, ".=) $%zu::", parameter);
        tr_pg_quote_table(sql, type->schema, type->name);
    } else {
        tr_buf_printf(sql, " = $%zu", parameter);
    }
}

/* A child table's row may have the same key: the table's own goes first. Of a partitioned table all
 * rows are its partitions', and each key is there once. */
static void put_statement(struct tr_buf *sql, const struct tr_reselect_query *query)
{
    const struct tr_table *table = query->table;

    tr_buf_reset(sql);
    tr_buf_text(sql, "SELECT ");
    for (size_t i = 0; i < query->ncolumns; i++) {
        tr_buf_text(sql, i ? ", " : "");
        tr_pg_quote(sql, table->columns[query->columns[i]].name);
    }
    tr_buf_text(sql, " FROM ");
    tr_pg_quote_table(sql, table->schema, table->name);
    for (size_t i = 0; i < query->nkey; i++) {
        tr_buf_text(sql, i ? " AND " : " WHERE ");
        put_condition(sql, &table->columns[query->key[i]], i + 1);
    }
    tr_buf_printf(sql, " ORDER BY tableoid <> %u LIMIT 1", table->id);
}

static int send_statement(struct tr_pg_reselector *reselector,
                          const struct tr_reselect_query *query, struct tr_diag *diag)
{
    const char *values[KEY_MOST + 1] = {NULL};
    struct tr_arena arena;

    if (query->nkey > KEY_MOST)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the key that finds the row has %zu columns, more than %d: name fewer in "
                       "message.key.columns",
                       query->nkey, KEY_MOST);
    put_statement(&reselector->sql, query);
    tr_arena_init(&arena, 1024, (size_t)2 << 30);
    int rc = tr_buf_ok(&reselector->sql) ? 0 : tr_fail_memory(diag);
    for (size_t i = 0; !rc && i < query->nkey; i++) {
        values[i] = tr_arena_strdup(&arena, query->cells[query->key[i]].bytes);
        rc = values[i] ? 0 : tr_fail_memory(diag);
    }
    if (!rc)
        rc = tr_pg_ask(&reselector->session, tr_buf_string(&reselector->sql), values,
                       &reselector->result, diag);
    tr_arena_finish(&arena);
    return rc;
}

/* The transaction at hand is seen by a statement of this session. Its id has 32 bits, a snapshot's
 * have 64: it is the one that is nearest. */
static int look(const struct tr_pg_reselector *reselector, bool *ret_seen, struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    char xid[16];
    const char *const values[] = {xid, NULL};

    snprintf(xid, sizeof xid, "%" PRIu32, *reselector->xid);
    int rc = tr_pg_ask(&reselector->session,
                       "SELECT txid_visible_in_snapshot("
                       "m + (((($1::bigint - m) & 4294967295) # 2147483648) - 2147483648), s)"
                       " FROM (SELECT s, txid_snapshot_xmax(s) AS m"
                       " FROM (SELECT txid_current_snapshot() AS s) AS now) AS now",
                       values, &result, diag);
    *ret_seen = !rc && tr_pg_truth(result, 0, 0);
    return rc;
}

static int await_visible(struct tr_pg_reselector *reselector, struct tr_diag *diag)
{
    int64_t limit = reselector->context.options->postgres.query_timeout_ms;
    int64_t begun = tr_clock_monotonic_us();
    bool seen = *reselector->xid == reselector->seen;
    int rc = 0;

    while (!rc && !seen) {
        rc = look(reselector, &seen, diag);
        if (rc || seen)
            break;
        if (limit && tr_clock_monotonic_us() - begun > limit * 1000)
            return tr_fail(diag, TR_RESOURCE, TR_RETRY,
                           "transaction %" PRIu32 " is not visible after %lld ms, though it is "
                           "committed: does synchronous replication wait for a standby?",
                           *reselector->xid, (long long)limit);
        rc = tr_pg_sleep(&reselector->context, VISIBLE_STEP_MS);
    }
    if (!rc)
        reselector->seen = *reselector->xid;
    return rc;
}

static int ask(struct tr_pg_reselector *reselector, const struct tr_reselect_query *query,
               struct tr_diag *diag)
{
    int rc = 0;

    tr_pg_clear(&reselector->result);
    if (!reselector->connected) {
        rc = tr_pg_connect(&reselector->context, TR_PG_ORDINARY, &reselector->session, diag);
        reselector->connected = !rc;
    }
    if (!rc)
        rc = await_visible(reselector, diag);
    return rc ? rc : send_statement(reselector, query, diag);
}

static void disconnect(struct tr_pg_reselector *reselector)
{
    if (reselector->connected)
        tr_pg_disconnect(&reselector->session);
    reselector->connected = false;
}

static void take_cells(const struct tr_pg_reselector *reselector, size_t n,
                       struct tr_cell *ret_cells)
{
    const PGresult *result = reselector->result;

    for (size_t i = 0; i < n; i++)
        ret_cells[i] = (struct tr_cell){
            PQgetisnull(result, 0, (int)i) ? TR_CELL_NULL : TR_CELL_VALUE,
            {PQgetvalue(result, 0, (int)i), (size_t)PQgetlength(result, 0, (int)i)},
        };
}

/* A session that was idle for long may be gone without a word. */
static int select_row(struct tr_reselector *base, const struct tr_reselect_query *query,
                      struct tr_cell *ret_cells, struct tr_diag *diag)
{
    struct tr_pg_reselector *reselector = (struct tr_pg_reselector *)base;
    bool used = reselector->connected;

    reselector->asked = true;
    int rc = ask(reselector, query, diag);
    if (rc < 0 && reselector->connected && PQstatus(reselector->session.conn) != CONNECTION_OK) {
        disconnect(reselector);
        if (used)
            rc = ask(reselector, query, diag);
    }
    if (rc == TR_PG_STOPPED) { /* the answer is still to come */
        disconnect(reselector);
        return TR_RESELECT_STOPPED;
    }
    if (rc)
        return rc;
    if (PQntuples(reselector->result) == 0)
        return TR_RESELECT_NO_ROW;
    take_cells(reselector, query->ncolumns, ret_cells);
    return 0;
}

void tr_pg_reselector_init(struct tr_pg_reselector *reselector, const struct tr_pg_context *context)
{
    static const struct tr_outlet_impl impl = {.stopping = stopping};

    *reselector = (struct tr_pg_reselector){
        .base = {select_row},
        .outlet = {.impl = &impl, .fd = -1},
        .context = *context,
        .source = context->outlet,
    };
    reselector->context.outlet = &reselector->outlet;
    tr_buf_init(&reselector->sql, SQL_CAP);
}

void tr_pg_reselector_finish(struct tr_pg_reselector *reselector)
{
    tr_pg_clear(&reselector->result);
    disconnect(reselector);
    tr_buf_finish(&reselector->sql);
}
