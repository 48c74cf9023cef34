/* Cutting tables into chunks, and their SQL. */
#include <stdio.h>
#include <time.h>

#include "source/mysql/failure.h"
#include "source/mysql/snapshot/impl.h"

#define SQL_CAP (64U << 20) /* two bounds, whose texts may be long */

/* mysqld_error.h: the table was altered after the snapshot began */
#define TABLE_DEF_CHANGED 1412

static void put_from(struct tr_buf *sql, const struct tr_mysql_snapshot_table *table)
{
    tr_buf_text(sql, " FROM ");
    if (table->statement) {
        tr_buf_printf(sql, "(%s) AS selected", table->statement);
        return;
    }
    tr_mysql_quote_table(sql, table->version->table.schema, table->version->table.name);
}

/* A range of the table, as the SQL for chunks takes it. */
static struct tr_chunk_range range_of(const struct tr_mysql_snapshot *snapshot,
                                      const struct tr_mysql_snapshot_table *table,
                                      const struct tr_rest_range *range)
{
    return (struct tr_chunk_range){
        .table = table->name,
        .after = range->after,
        .maximum = range->through,
        .limit = snapshot->context->options->snapshot.fetch_size,
    };
}

static int init_walk(struct tr_mysql_walk *walk, const struct tr_mysql_snapshot_table *table,
                     const struct tr_chunk_range *range, struct tr_diag *diag)
{
    int rc = tr_mysql_walk_init(walk, &table->version->table, range, diag);

    if (rc == TR_CHUNK_REFUSED) /* the diag says why */
        return -1;
    return rc ? tr_fail_bug(diag, "a table without a key is cut into ranges") : 0;
}

int tr_mysql_snapshot_columns(struct tr_mysql_snapshot *snapshot,
                              struct tr_mysql_snapshot_table *table, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_buf_finish) struct tr_buf name = {0};

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_init(&name, 1024);
    for (size_t i = 0; i < table->nplaces; i++) {
        tr_buf_reset(&name);
        tr_mysql_quote(&name, table->version->table.columns[table->places[i].column].name);
        tr_buf_text(&sql, i ? ", " : "");
        tr_mysql_type_select(table->places[i].type, tr_buf_string(&name), &sql);
    }
    table->columns =
        tr_buf_ok(&sql) && tr_buf_ok(&name)
            ? tr_arena_strdup(&snapshot->arena, tr_slice_of(sql.len ? tr_buf_string(&sql) : "1"))
            : NULL;
    return table->columns ? 0 : tr_fail_memory(diag);
}

static int make_sql(const struct tr_mysql_snapshot *snapshot, struct tr_mysql_chunk *chunk,
                    struct tr_diag *diag)
{
    const struct tr_chunk_range range = range_of(snapshot, chunk->table, chunk->range);
    struct tr_mysql_walk walk;

    tr_buf_reset(&chunk->sql);
    tr_buf_text(&chunk->sql, "SELECT ");
    tr_buf_text(&chunk->sql, chunk->table->columns);
    if (!range.after.count && !range.maximum.count) {
        put_from(&chunk->sql, chunk->table);
    } else {
        if (init_walk(&walk, chunk->table, &range, diag) < 0)
            return -1;
        tr_mysql_walk_all(&walk, &chunk->sql);
    }
    return tr_buf_ok(&chunk->sql) ? 0 : tr_fail_memory(diag);
}

int tr_mysql_snapshot_fail_table(const struct tr_mysql_session *session,
                                 const struct tr_mysql_snapshot_table *table, struct tr_diag *diag)
{
    const struct tr_table *version = &table->version->table;

    tr_fail_in(diag, "the snapshot of table %s.%s", version->schema, version->name);
    if (tr_mysql_error(session) == TABLE_DEF_CHANGED) {
        diag->cls = TR_SCHEMA;
        diag->reaction = TR_RETRY; /* the tables are read again */
    }
    if (diag->cls != TR_AUTH)
        return -1;
    size_t n = strlen(diag->message);
    snprintf(diag->message + n, sizeof diag->message - n, "; GRANT SELECT ON `%s`.`%s` TO '%s'",
             version->schema, version->name, session->context->options->mysql.user);
    return -1;
}

int tr_mysql_snapshot_probe(const struct tr_mysql_session *session,
                            const struct tr_mysql_snapshot_table *table, bool *ret_any,
                            struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "SELECT 1");
    put_from(&sql, table);
    tr_buf_text(&sql, " LIMIT 1");
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    int rc = tr_mysql_query(session, tr_buf_string(&sql), &result, diag);
    if (rc)
        return rc < 0 ? tr_mysql_snapshot_fail_table(session, table, diag) : rc;
    *ret_any = mysql_num_rows(result) > 0;
    return 0;
}

/* Does the server find ranges of it by the index? */
static bool is_ranged(const struct tr_mysql_type *type)
{
    switch (type->kind) {
    case TR_MYSQL_TINYINT:
    case TR_MYSQL_SMALLINT:
    case TR_MYSQL_MEDIUMINT:
    case TR_MYSQL_INT:
    case TR_MYSQL_BIGINT:
    case TR_MYSQL_DECIMAL:
    case TR_MYSQL_BINARY:
    case TR_MYSQL_VARBINARY:
    case TR_MYSQL_DATE:
    case TR_MYSQL_DATETIME:
    case TR_MYSQL_TIMESTAMP:
        return true;
    case TR_MYSQL_CHAR:
    case TR_MYSQL_VARCHAR:
        return type->charset != NULL;
    default: /* compared otherwise than they are ordered, or seldom enough */
        return false;
    }
}

bool tr_mysql_snapshot_can_cut(const struct tr_mysql_version *version)
{
    const struct tr_table *table = &version->table;

    if (!version->definition->primary || !table->nkey)
        return false;
    for (size_t i = 0; i < table->nkey; i++)
        if (!is_ranged(table->columns[table->key[i]].type))
            return false;
    return true;
}

static int ask_next(const struct tr_mysql_snapshot *snapshot,
                    const struct tr_mysql_session *session,
                    const struct tr_mysql_snapshot_table *table, MYSQL_RES **ret_result,
                    struct tr_diag *diag)
{
    const struct tr_chunk_range range = range_of(snapshot, table, table->rest.left);
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    struct tr_mysql_walk walk;

    if (init_walk(&walk, table, &range, diag) < 0)
        return -1;
    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "SELECT ");
    tr_mysql_walk_texts(&walk, &sql);
    tr_mysql_walk_next(&walk, &sql);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    return tr_mysql_query(session, tr_buf_string(&sql), ret_result, diag);
}

/* The last key of the next chunk; count 0: the chunk is the range's last. A key that isn't the one
 * behind (its text ends at a byte zero) can't bound anything. */
static int find_through(struct tr_mysql_snapshot *snapshot, const struct tr_mysql_session *session,
                        const struct tr_mysql_snapshot_table *table,
                        struct tr_key_text *ret_through, struct tr_diag *diag)
{
    size_t n = table->version->table.nkey;
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = ask_next(snapshot, session, table, &result, diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;

    *ret_through = (struct tr_key_text){0};
    if (rc || !row || mysql_num_rows(result) < 2)
        return rc;
    const char **parts = tr_arena_zalloc(&snapshot->arena, n, sizeof *parts);
    for (size_t i = 0; parts && i < n; i++) {
        parts[i] = tr_arena_strdup(&snapshot->arena, tr_slice_of(row[i]));
        if (!parts[i])
            return tr_fail_memory(diag);
    }
    const struct tr_key_text found = {parts, n};
    if (!tr_key_text_equal(&found, &table->rest.left->after))
        *ret_through = found;
    return parts ? 0 : tr_fail_memory(diag);
}

/* Wait until the chunks before the final one are in: its last row is marked as the last of all. */
static int await_others(struct tr_mysql_snapshot *snapshot)
{
    while (snapshot->under_way > 1 && !snapshot->failed) {
        struct timespec until;
        if (tr_mysql_stopping(snapshot->context))
            return TR_MYSQL_STOPPED;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 200000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_clockwait(&snapshot->ended, &snapshot->lock, CLOCK_MONOTONIC, &until);
    }
    return snapshot->failed ? TR_MYSQL_DONE : 0;
}

/* Under the lock: cut the next chunk off the current table. */
static int cut(struct tr_mysql_snapshot *snapshot, const struct tr_mysql_session *session,
               struct tr_mysql_chunk *chunk, struct tr_diag *diag)
{
    struct tr_mysql_snapshot_table *table = &snapshot->tables[snapshot->current];
    struct tr_key_text through = {0};

    if (table->chunked) {
        int rc = find_through(snapshot, session, table, &through, diag);
        if (rc)
            return rc < 0 ? tr_mysql_snapshot_fail_table(session, table, diag) : rc;
    }
    if (tr_rest_give(&table->rest, through, &snapshot->arena, &chunk->range, diag) < 0)
        return -1;
    chunk->table = table;
    chunk->first = !chunk->range->after.count;
    chunk->last = !table->rest.left;
    chunk->final = chunk->last && snapshot->current == snapshot->last;
    chunk->ordinal = table->chunks++;
    if (make_sql(snapshot, chunk, diag) < 0)
        return -1;
    table->given = chunk->last;
    snapshot->under_way++;
    return chunk->final ? await_others(snapshot) : 0;
}

int tr_mysql_snapshot_next(struct tr_mysql_snapshot *snapshot,
                           const struct tr_mysql_session *session, struct tr_mysql_chunk *ret_chunk,
                           struct tr_diag *diag)
{
    int rc = TR_MYSQL_DONE;

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

void tr_mysql_snapshot_ended(struct tr_mysql_snapshot *snapshot, const struct tr_mysql_chunk *chunk)
{
    pthread_mutex_lock(&snapshot->lock);
    struct tr_mysql_snapshot_table *table = chunk->table;
    table->chunks_done++;
    snapshot->chunks++;
    snapshot->under_way--;
    if (table->given && table->chunks_done == table->chunks)
        snapshot->tables_done++;
    pthread_cond_broadcast(&snapshot->ended);
    pthread_mutex_unlock(&snapshot->lock);
}
