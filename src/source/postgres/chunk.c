/* Cutting tables into chunks, and their SQL. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "source/postgres/failure.h"
#include "source/postgres/snapshot-impl.h"

#define SQL_CAP (64U << 20) /* two bounds, whose texts may be long */

static const char *column_name(const struct tr_pg_snapshot_table *table, size_t i)
{
    return table->version->table.columns[table->places[i]].name;
}

static void put_names(struct tr_buf *sql, const struct tr_pg_snapshot_table *table)
{
    for (size_t i = 0; i < table->nplaces; i++) {
        tr_buf_text(sql, i ? ", " : "");
        tr_pg_quote(sql, column_name(table, i));
    }
}

/* ONLY: the stream names inheritance children by themselves. A partitioned table has its rows in
 * its partitions. */
static void put_from(struct tr_buf *sql, const struct tr_pg_snapshot_table *table)
{
    tr_buf_text(sql, table->published->kind == 'p' ? " FROM " : " FROM ONLY ");
    tr_pg_quote_table(sql, table->version->table.schema, table->version->table.name);
}

static void put_key(struct tr_buf *sql, const struct tr_pg_shape *shape)
{
    for (size_t i = 0; i < shape->nkey; i++) {
        tr_buf_text(sql, i ? ", " : "");
        tr_pg_quote(sql, shape->key[i]);
    }
}

/* (k1, k2) > ('…', '…'): literals without a type take the column's. */
static void put_bound(struct tr_buf *sql, const struct tr_pg_shape *shape, const char *operator,
                      struct tr_key_text bound)
{
    tr_buf_text(sql, "(");
    put_key(sql, shape);
    tr_buf_printf(sql, ") %s (", operator);
    for (size_t i = 0; i < bound.count; i++) {
        tr_buf_text(sql, i ? ", " : "");
        tr_pg_quote_literal(sql, bound.parts[i]);
    }
    tr_buf_text(sql, ")");
}

/* range NULL: all of it. */
static void put_where(struct tr_buf *sql, const struct tr_pg_snapshot_table *table,
                      const struct tr_rest_range *range)
{
    const struct tr_pg_shape *shape = &table->version->shape;
    const char *word = " WHERE ";

    if (table->published->filter) {
        tr_buf_printf(sql, "%s(%s)", word, table->published->filter);
        word = " AND ";
    }
    if (range && range->after.count) {
        tr_buf_text(sql, word);
        put_bound(sql, shape, ">", range->after);
        word = " AND ";
    }
    if (range && range->through.count) {
        tr_buf_text(sql, word);
        put_bound(sql, shape, "<=", range->through);
    }
}

/* COPY reads a table itself faster than a query; the choice among indexes is made before, because a
 * fresh table has no statistics that would keep the planner from scanning it
 * whole for each range. */
static int make_sql(struct tr_pg_chunk *chunk, struct tr_diag *diag)
{
    const struct tr_pg_snapshot_table *table = chunk->table;
    bool whole = !chunk->range->after.count && !chunk->range->through.count;

    tr_buf_reset(&chunk->sql);
    tr_buf_text(&chunk->sql, "COPY ");
    if (table->statement) {
        tr_buf_printf(&chunk->sql, "(%s)", table->statement);
    } else if (whole && table->direct && !table->published->filter) {
        tr_pg_quote_table(&chunk->sql, table->version->table.schema, table->version->table.name);
        tr_buf_text(&chunk->sql, " (");
        put_names(&chunk->sql, table);
        tr_buf_text(&chunk->sql, ")");
    } else {
        tr_buf_text(&chunk->sql, "(SELECT ");
        put_names(&chunk->sql, table);
        put_from(&chunk->sql, table);
        put_where(&chunk->sql, table, chunk->range);
        tr_buf_text(&chunk->sql, ")");
    }
    tr_buf_text(&chunk->sql, " TO STDOUT");
    return tr_buf_ok(&chunk->sql) ? 0 : tr_fail_memory(diag);
}

int tr_pg_snapshot_fail_table(const struct tr_pg_session *session,
                              const struct tr_pg_snapshot_table *table, struct tr_diag *diag)
{
    const struct tr_table *version = &table->version->table;

    tr_fail_in(diag, "the snapshot of table %s.%s", version->schema, version->name);
    if (diag->cls != TR_AUTH)
        return -1;
    size_t n = strlen(diag->message);
    snprintf(
        diag->message + n, sizeof diag->message - n,
        "; GRANT USAGE ON SCHEMA \"%s\" TO \"%s\"; GRANT SELECT ON \"%s\".\"%s\" TO \"%s\" (with "
        "row-level security: ALTER ROLE \"%s\" BYPASSRLS)",
        version->schema, PQuser(session->conn), version->schema, version->name,
        PQuser(session->conn), PQuser(session->conn));
    return -1;
}

int tr_pg_snapshot_probe(const struct tr_pg_session *session,
                         const struct tr_pg_snapshot_table *table, bool *ret_any,
                         struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "SELECT EXISTS (");
    if (table->statement) {
        tr_buf_text(&sql, table->statement);
    } else {
        tr_buf_text(&sql, "SELECT 1");
        put_from(&sql, table);
        put_where(&sql, table, NULL);
    }
    tr_buf_text(&sql, ")");
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    int rc = table->statement ? tr_pg_execute(session, TR_PG_USERS_PATH, diag) : 0;
    if (!rc)
        rc = tr_pg_query(session, tr_buf_string(&sql), &result, diag);
    if (rc)
        return rc < 0 ? tr_pg_snapshot_fail_table(session, table, diag) : rc;
    *ret_any = tr_pg_truth(result, 0, 0);
    return table->statement ? tr_pg_execute(session, TR_PG_OWN_PATH, diag) : 0;
}

int tr_pg_snapshot_check_empty(const struct tr_pg_session *session,
                               const struct tr_pg_snapshot_table *table, struct tr_diag *diag)
{
    const struct tr_table *version = &table->version->table;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    char sql[320];

    /* the row of pg_class is the snapshot's, the function looks at what is there now; with the lock
     * that reading has taken, it stays */
    snprintf(sql, sizeof sql,
             "SELECT 1 FROM pg_class WHERE relkind = 'r' AND relfilenode <>"
             " pg_relation_filenode(oid) AND oid IN (SELECT %" PRIu32
             " UNION ALL SELECT relid FROM pg_partition_tree(%" PRIu32 "))",
             version->id, version->id);
    int rc = tr_pg_query(session, sql, &result, diag);
    if (rc || PQntuples(result) == 0)
        return rc;
    return tr_fail(diag, TR_SCHEMA, TR_RETRY,
                   "table %s.%s was rewritten (ALTER TABLE) or truncated after the snapshot began, "
                   "which therefore does not see its rows: the tables are read again",
                   version->schema, version->name);
}

/* The key that the next chunk ends with; count 0: it ends with its range. */
static int find_end(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                    const struct tr_pg_snapshot_table *table, struct tr_key_text *ret_end,
                    struct tr_diag *diag)
{
    const struct tr_pg_shape *shape = &table->version->shape;
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "SELECT ");
    put_key(&sql, shape);
    put_from(&sql, table);
    put_where(&sql, table, table->rest.left);
    tr_buf_text(&sql, " ORDER BY ");
    put_key(&sql, shape);
    tr_buf_printf(&sql, " OFFSET %" PRId64 " LIMIT 2",
                  snapshot->context->options->snapshot.fetch_size - 1);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    int rc = tr_pg_query(session, tr_buf_string(&sql), &result, diag);
    if (rc || PQntuples(result) < 2)
        return rc;
    const char **parts = tr_arena_zalloc(&snapshot->arena, shape->nkey, sizeof *parts);
    for (size_t i = 0; parts && i < shape->nkey; i++) {
        parts[i] = tr_arena_strdup(&snapshot->arena, tr_slice_of(PQgetvalue(result, 0, (int)i)));
        if (!parts[i])
            return tr_fail_memory(diag);
    }
    *ret_end = (struct tr_key_text){parts, shape->nkey};
    return parts ? 0 : tr_fail_memory(diag);
}

/* Wait until the chunks before the final one are in: its last row is marked as the last of all. */
static int await_others(struct tr_pg_snapshot *snapshot)
{
    while (snapshot->under_way > 1 && !snapshot->failed) {
        struct timespec until;
        if (tr_pg_stopping(snapshot->context))
            return TR_PG_STOPPED;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 200000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_clockwait(&snapshot->ended, &snapshot->lock, CLOCK_MONOTONIC, &until);
    }
    return snapshot->failed ? TR_PG_DONE : 0;
}

/* Under the lock: cut the next chunk off the current table. */
static int cut(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
               struct tr_pg_chunk *chunk, struct tr_diag *diag)
{
    struct tr_pg_snapshot_table *table = &snapshot->tables[snapshot->current];
    struct tr_key_text end = {0};

    if (table->chunked) {
        int rc = find_end(snapshot, session, table, &end, diag);
        if (rc)
            return rc < 0 ? tr_pg_snapshot_fail_table(session, table, diag) : rc;
    }
    if (tr_rest_give(&table->rest, end, &snapshot->arena, &chunk->range, diag) < 0)
        return -1;
    chunk->table = table;
    chunk->first = !chunk->range->after.count;
    chunk->last = !table->rest.left;
    chunk->final = chunk->last && snapshot->current == snapshot->last;
    chunk->ordinal = table->chunks++;
    if (make_sql(chunk, diag) < 0)
        return -1;
    table->given = chunk->last;
    snapshot->under_way++;
    return chunk->final ? await_others(snapshot) : 0;
}

int tr_pg_snapshot_next(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                        struct tr_pg_chunk *ret_chunk, struct tr_diag *diag)
{
    int rc = TR_PG_DONE;

    pthread_mutex_lock(&snapshot->lock);
    while (snapshot->current < snapshot->count && snapshot->tables[snapshot->current].given)
        snapshot->current++;
    /* behind the last row there is nothing that would have to be read */
    if (snapshot->current <= snapshot->last && snapshot->current < snapshot->count &&
        snapshot->last < snapshot->count && !snapshot->failed)
        rc = cut(snapshot, session, ret_chunk, diag);
    pthread_mutex_unlock(&snapshot->lock);
    return rc;
}

void tr_pg_snapshot_ended(struct tr_pg_snapshot *snapshot, const struct tr_pg_chunk *chunk)
{
    pthread_mutex_lock(&snapshot->lock);
    struct tr_pg_snapshot_table *table = chunk->table;
    table->chunks_done++;
    snapshot->chunks++;
    snapshot->under_way--;
    if (table->given && table->chunks_done == table->chunks)
        snapshot->tables_done++;
    pthread_cond_broadcast(&snapshot->ended);
    pthread_mutex_unlock(&snapshot->lock);
}
