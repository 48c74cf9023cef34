/* Cutting tables into chunks, and their SQL. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "source/mysql/failure.h"
#include "source/mysql/snapshot/impl.h"
#include "source/mysql/types/charset.h"

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

static const char *key_name(const struct tr_mysql_snapshot_table *table, size_t i)
{
    return table->version->table.columns[table->version->table.key[i]].name;
}

static void put_key(struct tr_buf *sql, const struct tr_mysql_snapshot_table *table)
{
    for (size_t i = 0; i < table->version->table.nkey; i++) {
        tr_buf_text(sql, i ? ", " : "");
        tr_mysql_quote(sql, key_name(table, i));
    }
}

/* (k1, k2) >= (b1, b2) written out, because the servers find no range in a comparison of rows:
 * k1 >= b1 AND (k1 > b1 OR (k1 = b1 AND k2 >= b2)). sign is < or >=. */
static void put_bound(struct tr_buf *sql, const struct tr_mysql_snapshot_table *table, char sign,
                      const char *const *bound)
{
    size_t n = table->version->table.nkey;

    for (size_t i = 0; i < n; i++) {
        bool last = i + 1 == n;
        tr_mysql_quote(sql, key_name(table, i));
        tr_buf_printf(sql, " %c%s %s", sign, last ? (sign == '>' ? "=" : "") : "=", bound[i]);
        if (last)
            break;
        tr_buf_text(sql, " AND (");
        tr_mysql_quote(sql, key_name(table, i));
        tr_buf_printf(sql, " %c %s OR (", sign, bound[i]);
        tr_mysql_quote(sql, key_name(table, i));
        tr_buf_printf(sql, " = %s AND ", bound[i]);
    }
    for (size_t i = 0; i + 1 < n; i++)
        tr_buf_text(sql, "))");
}

static void put_where(struct tr_buf *sql, const struct tr_mysql_snapshot_table *table,
                      const char *const *upper)
{
    if (table->lower) {
        tr_buf_text(sql, " WHERE ");
        put_bound(sql, table, '>', table->lower);
    }
    if (upper) {
        tr_buf_text(sql, table->lower ? " AND " : " WHERE ");
        put_bound(sql, table, '<', upper);
    }
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

static int make_sql(struct tr_mysql_chunk *chunk, const char *const *upper, struct tr_diag *diag)
{
    tr_buf_reset(&chunk->sql);
    tr_buf_text(&chunk->sql, "SELECT ");
    tr_buf_text(&chunk->sql, chunk->table->columns);
    put_from(&chunk->sql, chunk->table);
    put_where(&chunk->sql, chunk->table, upper);
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

/* How a key's value is written in SQL. */
enum literal { LITERAL_NONE, LITERAL_NUMBER, LITERAL_BYTES, LITERAL_TEXT, LITERAL_QUOTED };

static enum literal literal_of(const struct tr_mysql_type *type)
{
    switch (type->kind) {
    case TR_MYSQL_TINYINT:
    case TR_MYSQL_SMALLINT:
    case TR_MYSQL_MEDIUMINT:
    case TR_MYSQL_INT:
    case TR_MYSQL_BIGINT:
    case TR_MYSQL_DECIMAL:
        return LITERAL_NUMBER;
    case TR_MYSQL_BINARY:
    case TR_MYSQL_VARBINARY:
        return LITERAL_BYTES;
    case TR_MYSQL_CHAR:
    case TR_MYSQL_VARCHAR:
        return type->charset ? LITERAL_TEXT : LITERAL_NONE;
    case TR_MYSQL_DATE:
    case TR_MYSQL_DATETIME:
    case TR_MYSQL_TIMESTAMP:
        return LITERAL_QUOTED;
    default: /* compared otherwise than they are ordered, or seldom enough */
        return LITERAL_NONE;
    }
}

bool tr_mysql_snapshot_can_cut(const struct tr_mysql_version *version)
{
    const struct tr_table *table = &version->table;

    if (!version->definition->primary || !table->nkey)
        return false;
    for (size_t i = 0; i < table->nkey; i++)
        if (literal_of(table->columns[table->key[i]].type) == LITERAL_NONE)
            return false;
    return true;
}

/* The bytes that a SELECT yields are in the column's own charset. */
static const char *make_literal(const struct tr_mysql_type *type, struct tr_slice text,
                                struct tr_arena *arena)
{
    static const char digits[] = "0123456789ABCDEF";
    enum literal literal = literal_of(type);
    struct tr_writer writer;
    struct tr_slice result;

    if (literal == LITERAL_NUMBER)
        return tr_arena_strdup(arena, text);
    if (literal == LITERAL_QUOTED)
        return tr_arena_printf(arena, "'%.*s'", (int)text.n, text.p);
    tr_writer_begin(&writer, arena);
    if (literal == LITERAL_TEXT)
        tr_writer_printf(&writer, "_%s ", tr_mysql_charset_name(type->charset));
    tr_writer_text(&writer, "X'");
    for (size_t i = 0; i < text.n; i++) {
        tr_writer_char(&writer, digits[(unsigned char)text.p[i] >> 4]);
        tr_writer_char(&writer, digits[(unsigned char)text.p[i] & 15]);
    }
    tr_writer_put(&writer, "'", 2); /* with the end */
    return tr_writer_end(&writer, &result) < 0 ? NULL : result.p;
}

static int ask_upper(const struct tr_mysql_snapshot *snapshot,
                     const struct tr_mysql_session *session,
                     const struct tr_mysql_snapshot_table *table, MYSQL_RES **ret_result,
                     struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "SELECT ");
    put_key(&sql, table);
    put_from(&sql, table);
    tr_buf_text(&sql, " FORCE INDEX (PRIMARY)");
    put_where(&sql, table, NULL);
    tr_buf_text(&sql, " ORDER BY ");
    put_key(&sql, table);
    tr_buf_printf(&sql, " LIMIT %" PRId64 ", 1", snapshot->context->options->snapshot.fetch_size);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    return tr_mysql_query(session, tr_buf_string(&sql), ret_result, diag);
}

/* The key that the chunk after the next begins with; NULL: the next chunk is the table's last. */
static int find_upper(struct tr_mysql_snapshot *snapshot, const struct tr_mysql_session *session,
                      const struct tr_mysql_snapshot_table *table, const char *const **ret_upper,
                      struct tr_diag *diag)
{
    const struct tr_table *version = &table->version->table;
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = ask_upper(snapshot, session, table, &result, diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;

    *ret_upper = NULL;
    if (rc || !row)
        return rc;
    const unsigned long *lengths = mysql_fetch_lengths(result);
    const char **upper = tr_arena_zalloc(&snapshot->arena, version->nkey, sizeof *upper);
    for (size_t i = 0; upper && i < version->nkey; i++) {
        upper[i] = make_literal(version->columns[version->key[i]].type,
                                (struct tr_slice){row[i], lengths[i]}, &snapshot->arena);
        if (!upper[i])
            return tr_fail_memory(diag);
    }
    *ret_upper = upper;
    return upper ? 0 : tr_fail_memory(diag);
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
    const char *const *upper = NULL;

    if (table->chunked) {
        int rc = find_upper(snapshot, session, table, &upper, diag);
        if (rc)
            return rc < 0 ? tr_mysql_snapshot_fail_table(session, table, diag) : rc;
    }
    chunk->table = table;
    chunk->first = !table->lower;
    chunk->last = !upper;
    chunk->final = chunk->last && snapshot->current == snapshot->last;
    chunk->ordinal = table->chunks++;
    if (make_sql(chunk, upper, diag) < 0)
        return -1;
    table->lower = upper;
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
