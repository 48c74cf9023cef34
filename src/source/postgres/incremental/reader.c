/* The reader's thread: one chunk, in a transaction of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/postgres/failure.h"
#include "source/postgres/incremental/impl.h"

#define SQL_CAP     ((size_t)64 << 20)
#define ARENA_CHUNK ((size_t)16 << 10)
#define ARENA_CAP   ((size_t)64 << 20)

/* What is committed asynchronously is in the log's file after three of wal_writer_delay, whose
 * default is 200 ms. */
#define FLUSH_STEP_MS 20
#define FLUSH_STEPS   40

/* One chunk on its way. */
struct reading {
    struct tr_pg_chunk_reader *reader;
    const struct tr_chunk_range *range;
    struct tr_window *window;
    struct tr_pg_sight *sight;
    struct tr_diag *diag;
};

static bool stopping(struct tr_outlet *outlet)
{
    const struct tr_pg_chunk_reader *reader = (const struct tr_pg_chunk_reader *)outlet;

    return atomic_load(&reader->quit) || reader->source->impl->stopping(reader->source);
}

void tr_pg_chunk_reader_init(struct tr_pg_chunk_reader *reader, const struct tr_pg_context *context,
                             struct tr_capture *capture)
{
    static const struct tr_outlet_impl impl = {.stopping = stopping};

    reader->outlet = (struct tr_outlet){.impl = &impl, .fd = -1};
    reader->source = context->outlet;
    reader->context = *context;
    reader->context.outlet = &reader->outlet;
    reader->capture = capture;
    tr_buf_init(&reader->sql, SQL_CAP);
    tr_arena_init(&reader->publication.arena, ARENA_CHUNK, ARENA_CAP);
}

void tr_pg_chunk_reader_finish(struct tr_pg_chunk_reader *reader)
{
    tr_buf_finish(&reader->sql);
    tr_pg_publication_finish(&reader->publication);
    tr_pg_version_free(reader->version);
    free(reader->cells);
}

void tr_pg_chunk_end(void *driver)
{
    struct tr_pg_chunk_reader *reader = &((struct tr_pg_incremental *)driver)->reader;

    if (reader->connected)
        tr_pg_disconnect(&reader->session);
    reader->connected = false;
}

static int connect_session(struct tr_pg_chunk_reader *reader, struct tr_diag *diag)
{
    if (reader->connected)
        return 0;
    int rc = tr_pg_connect(&reader->context, TR_PG_READER, &reader->session, diag);
    reader->connected = !rc;
    return rc ? rc : tr_pg_execute(&reader->session, "SET synchronous_commit = local", diag);
}

/* What the server refuses for good is that chunk's end; what it can't do now is the run's. */
static int judge(const struct tr_pg_chunk_reader *reader, int rc, const struct tr_diag *diag)
{
    if (rc >= 0)
        return rc;
    bool lost = PQstatus(reader->session.conn) != CONNECTION_OK || diag->cls == TR_NETWORK ||
                diag->cls == TR_RESOURCE;
    return lost ? -1 : TR_CHUNK_REFUSED;
}

int tr_pg_chunk_mark(void *driver, const struct tr_signal *row, struct tr_diag *diag)
{
    struct tr_pg_chunk_reader *reader = &((struct tr_pg_incremental *)driver)->reader;
    const char *table = reader->context.options->signal.data_collection;
    const char *dot = strchr(table, '.');
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    char id[64], type[40], data[200], schema[256];
    int rc = connect_session(reader, diag);

    if (rc)
        return rc;
    snprintf(id, sizeof id, "%.*s", (int)row->id.n, row->id.p);
    snprintf(type, sizeof type, "%.*s", (int)row->type.n, row->type.p);
    snprintf(data, sizeof data, "%.*s", (int)row->data.n, row->data.p ? row->data.p : "");
    snprintf(schema, sizeof schema, "%.*s", dot ? (int)(dot - table) : 6, dot ? table : "public");
    tr_buf_reset(&reader->sql);
    tr_buf_text(&reader->sql, row->data.p ? "INSERT INTO " : "DELETE FROM ");
    tr_pg_quote_table(&reader->sql, schema, dot ? dot + 1 : table);
    tr_buf_text(&reader->sql, row->data.p ? " VALUES ($1, $2, $3)" : " WHERE id = $1");
    if (!tr_buf_ok(&reader->sql))
        return tr_fail_memory(diag);
    rc =
        tr_pg_ask(&reader->session, tr_buf_string(&reader->sql),
                  row->data.p ? (const char *[]){id, type, data, NULL} : (const char *[]){id, NULL},
                  &result, diag);
    return judge(reader, rc, diag);
}

/* The table among the captured ones; looked up when it is begun. */
static int find_table(const struct reading *reading)
{
    struct tr_pg_chunk_reader *reader = reading->reader;
    bool begun = reading->range->after.count || reading->range->nkeys;
    int rc = 0;

    if (!begun || strcmp(reader->name, reading->range->table) != 0) {
        tr_pg_publication_finish(&reader->publication);
        reader->publication = (struct tr_pg_publication){0};
        tr_arena_init(&reader->publication.arena, ARENA_CHUNK, ARENA_CAP);
        snprintf(reader->name, sizeof reader->name, "%s", reading->range->table);
        rc = tr_pg_publication_tables(&reader->session, reader->capture, true, &reader->publication,
                                      reading->diag);
    }
    reader->published = NULL;
    for (size_t i = 0; !rc && i < reader->publication.count; i++) {
        const struct tr_pg_published *table = &reader->publication.tables[i];
        size_t n = strlen(table->schema);
        if (strncmp(table->schema, reader->name, n) == 0 && reader->name[n] == '.' &&
            strcmp(table->name, reader->name + n + 1) == 0)
            reader->published = table;
    }
    return rc || reader->published ? rc : TR_CHUNK_UNKNOWN;
}

/* "xmin:xmax:xid,xid,…" */
int tr_pg_sight_read(const char *text, struct tr_arena *arena, struct tr_pg_sight *ret_sight,
                     struct tr_diag *diag)
{
    char *end;
    size_t n = 0;

    for (const char *p = text; *p; p++)
        n += *p == ',' || *p == ':';
    uint64_t *running = tr_arena_zalloc(arena, n + 1, sizeof *running);
    if (!running)
        return tr_fail_memory(diag);
    ret_sight->nrunning = 0;
    ret_sight->xmin = strtoull(text, &end, 10);
    if (*end == ':')
        ret_sight->xmax = strtoull(end + 1, &end, 10);
    while ((*end == ':' || *end == ',') && end[1])
        running[ret_sight->nrunning++] = strtoull(end + 1, &end, 10);
    ret_sight->running = running;
    return 0;
}

/* Lock, then look. */
static int begin(const struct reading *reading)
{
    struct tr_pg_chunk_reader *reader = reading->reader;
    const struct tr_pg_session *session = &reader->session;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc =
        tr_pg_execute(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", reading->diag);

    tr_buf_reset(&reader->sql);
    tr_buf_text(&reader->sql, "LOCK TABLE ");
    tr_pg_quote_table(&reader->sql, reader->published->schema, reader->published->name);
    tr_buf_text(&reader->sql, " IN ACCESS SHARE MODE");
    if (!tr_buf_ok(&reader->sql))
        return tr_fail_memory(reading->diag);
    if (!rc)
        rc = tr_pg_execute(session, tr_buf_string(&reader->sql), reading->diag);
    if (!rc)
        rc = tr_pg_query(session, "SELECT pg_current_snapshot(), pg_current_wal_insert_lsn()",
                         &result, reading->diag);
    if (rc)
        return rc;
    reading->sight->lsn = tr_pg_lsn_parse(PQgetvalue(result, 0, 1));
    return tr_pg_sight_read(PQgetvalue(result, 0, 0), &reading->window->arena, reading->sight,
                            reading->diag);
}

/* A value that is null stands in no order. */
static int check_nulls(const struct reading *reading)
{
    struct tr_pg_chunk_reader *reader = reading->reader;
    const struct tr_table *table = &reader->version->table;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    bool any = false;

    tr_buf_reset(&reader->sql);
    tr_buf_text(&reader->sql, "SELECT EXISTS (SELECT 1 FROM ");
    tr_pg_quote_table(&reader->sql, table->schema, table->name);
    for (size_t i = 0; i < reader->nalong; i++) {
        const struct tr_column *column = &table->columns[reader->along[i]];
        if (!column->optional)
            continue;
        tr_buf_text(&reader->sql, any ? " OR " : " WHERE ");
        tr_pg_quote(&reader->sql, column->name);
        tr_buf_text(&reader->sql, " IS NULL");
        any = true;
    }
    tr_buf_text(&reader->sql, ")");
    if (!any || reading->range->after.count || reading->range->nkeys)
        return 0;
    if (!tr_buf_ok(&reader->sql))
        return tr_fail_memory(reading->diag);
    int rc = tr_pg_query(&reader->session, tr_buf_string(&reader->sql), &result, reading->diag);
    if (rc || !tr_pg_truth(result, 0, 0))
        return rc;
    (void)tr_fail(reading->diag, TR_DATA, TR_STOP,
                  "the columns that the table would be read along hold nulls: name another one as "
                  "surrogate-key");
    return TR_CHUNK_REFUSED;
}

static int check_key(const struct reading *reading)
{
    const char *key = tr_pg_version_key(reading->reader->version, &reading->window->arena);

    if (!key)
        return tr_fail_memory(reading->diag);
    *reading->range->ret_key = key;
    return strcmp(key, reading->range->key) == 0 ? 0 : TR_CHUNK_REKEYED;
}

/* The columns to read along. */
static int find_order(const struct reading *reading)
{
    struct tr_pg_chunk_reader *reader = reading->reader;
    const struct tr_table *table = &reader->version->table;

    reader->along = table->key;
    reader->nalong = table->nkey;
    if (!reading->range->surrogate && table->nkey && reading->range->key) {
        int rc = check_key(reading);
        if (rc)
            return rc;
    }
    if (!reading->range->surrogate)
        return table->nkey ? check_nulls(reading) : TR_CHUNK_NO_KEY;
    for (size_t i = 0; i < table->ncolumns; i++) {
        if (strcmp(table->columns[i].name, reading->range->surrogate) != 0)
            continue;
        reader->surrogate = (unsigned)i;
        reader->along = &reader->surrogate;
        reader->nalong = 1;
        return check_nulls(reading);
    }
    (void)tr_fail(reading->diag, TR_SCHEMA, TR_STOP, "it has no column \"%s\" (surrogate-key)",
                  reading->range->surrogate);
    return TR_CHUNK_REFUSED;
}

static int look_at_table(const struct reading *reading)
{
    struct tr_pg_chunk_reader *reader = reading->reader;
    const struct tr_table *table;

    tr_pg_version_free(reader->version);
    reader->version = NULL;
    int rc = tr_pg_version_new(&reader->session, reader->published->id, NULL, &reader->version,
                               reading->diag);
    if (rc)
        return rc;
    table = &reader->version->table;
    reading->window->shape = table;
    if (table->ncolumns >= reader->room) {
        struct tr_cell *cells = reallocarray(reader->cells, table->ncolumns + 1, sizeof *cells);
        if (!cells)
            return tr_fail_memory(reading->diag);
        reader->cells = cells;
        reader->room = table->ncolumns + 1;
    }
    return find_order(reading);
}

/* A key out of a row of a result, whose columns are at these places (NULL: as they come). */
static int copy_key(const struct reading *reading, const PGresult *result, const unsigned *places,
                    struct tr_key_text *ret_key)
{
    size_t n = reading->reader->nalong;
    const char **parts = tr_arena_zalloc(&reading->window->arena, n, sizeof *parts);

    for (size_t i = 0; parts && i < n; i++) {
        int column = places ? (int)places[i] : (int)i;
        parts[i] =
            tr_arena_strdup(&reading->window->arena, tr_slice_of(PQgetvalue(result, 0, column)));
        if (!parts[i])
            return tr_fail_memory(reading->diag);
    }
    *ret_key = (struct tr_key_text){parts, n};
    return parts ? 0 : tr_fail_memory(reading->diag);
}

static int find_maximum(const struct reading *reading, struct tr_key_text *ret_maximum)
{
    struct tr_pg_chunk_reader *reader = reading->reader;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;

    *ret_maximum = reading->range->maximum;
    if (ret_maximum->count || reading->range->nkeys)
        return 0;
    tr_pg_chunk_maximum(reader, reading->range);
    if (!tr_buf_ok(&reader->sql))
        return tr_fail_memory(reading->diag);
    int rc = tr_pg_query(&reader->session, tr_buf_string(&reader->sql), &result, reading->diag);
    if (rc)
        return rc;
    if (PQntuples(result) == 0)
        return TR_CHUNK_EMPTY;
    rc = copy_key(reading, result, NULL, ret_maximum);
    *reading->range->ret_maximum = *ret_maximum;
    return rc;
}

/* >0: TR_WINDOW_FULL. */
static int take_row(const struct reading *reading, const PGresult *result)
{
    struct tr_pg_chunk_reader *reader = reading->reader;
    struct tr_window *window = reading->window;
    struct tr_key_text at;

    if (copy_key(reading, result, reader->along, &at) < 0)
        return -1;
    for (size_t i = 0; i < window->shape->ncolumns; i++) {
        bool null = PQgetisnull(result, 0, (int)i);
        reader->cells[i] = (struct tr_cell){
            null ? TR_CELL_NULL : TR_CELL_VALUE,
            {PQgetvalue(result, 0, (int)i), (size_t)PQgetlength(result, 0, (int)i)},
        };
    }
    return tr_window_add(window, reader->cells, at, reading->diag);
}

/* The statement's end, whatever it is: nothing may be left on the connection. */
static int drain(const struct reading *reading)
{
    PGresult *result = NULL;
    int rc;

    do {
        PQclear(result);
        rc = tr_pg_await(&reading->reader->session, &result, reading->diag);
    } while (!rc && result);
    return rc;
}

static int take_rows(const struct reading *reading)
{
    const struct tr_pg_session *session = &reading->reader->session;
    int rc = 0;

    while (!rc) {
        TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
        rc = tr_pg_await(session, &result, reading->diag);
        if (rc || !result)
            return rc;
        if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
            rc = take_row(reading, result);
        else if (PQresultStatus(result) != PGRES_TUPLES_OK)
            rc = tr_pg_fail_result(session, result, "PostgreSQL refused a chunk", reading->diag);
    }
    if (rc != TR_WINDOW_FULL) {
        struct tr_diag first = *reading->diag;
        int drained = rc < 0 ? drain(reading) : 0;
        *reading->diag = first;
        return drained == TR_PG_STOPPED ? drained : rc;
    }
    tr_pg_cancel(session); /* the next chunk begins behind the rows that are there */
    rc = drain(reading);
    return rc;
}

static int select_rows(const struct reading *reading, struct tr_key_text maximum)
{
    struct tr_pg_chunk_reader *reader = reading->reader;

    tr_pg_chunk_select(reader, reading->range, maximum);
    if (!tr_buf_ok(&reader->sql))
        return tr_fail_memory(reading->diag);
    if (!PQsendQuery(reader->session.conn, tr_buf_string(&reader->sql)) ||
        !PQsetSingleRowMode(reader->session.conn))
        return tr_pg_fail_result(&reader->session, NULL, "cannot ask for a chunk", reading->diag);
    return take_rows(reading);
}

/* Without a mark of ours nothing need ever follow in the log that tells the stream that it has
 * passed the place: wait until it is in the log's file, or until everything that is visible must
 * be. */
static int await_flush(const struct reading *reading)
{
    struct tr_pg_sight *sight = reading->sight;

    for (int i = 0; i <= FLUSH_STEPS; i++) {
        TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
        int rc = tr_pg_query(&reading->reader->session, "SELECT pg_current_wal_flush_lsn()",
                             &result, reading->diag);
        if (rc)
            return rc;
        uint64_t flushed = tr_pg_lsn_parse(PQgetvalue(result, 0, 0));
        if (flushed >= sight->lsn)
            return 0;
        if (i == FLUSH_STEPS)
            sight->lsn = flushed;
        else
            nanosleep(&(struct timespec){0, FLUSH_STEP_MS * 1000000}, NULL);
    }
    return 0;
}

static int read_chunk(const struct reading *reading)
{
    struct tr_key_text maximum;
    int rc = begin(reading);

    if (!rc)
        rc = look_at_table(reading);
    if (!rc)
        rc = find_maximum(reading, &maximum);
    if (!rc)
        rc = select_rows(reading, maximum);
    return rc;
}

int tr_pg_chunk_read(void *driver, const struct tr_chunk_range *range, struct tr_window *window,
                     struct tr_diag *diag)
{
    struct tr_pg_chunk_reader *reader = &((struct tr_pg_incremental *)driver)->reader;
    struct tr_diag ignored;
    struct reading reading = {reader, range, window, NULL, diag};
    int rc = connect_session(reader, diag);

    reading.sight = tr_arena_zalloc(&window->arena, 1, sizeof *reading.sight);
    if (!reading.sight)
        return tr_fail_memory(diag);
    window->sight = reading.sight;
    reading.sight->version = &reader->version;
    if (!rc)
        rc = find_table(&reading);
    if (rc)
        return judge(reader, rc, diag);
    rc = judge(reader, read_chunk(&reading), diag);
    if (rc < 0 || rc == TR_CHUNK_STOPPED)
        return rc;
    int ended = tr_pg_execute(&reader->session, "ROLLBACK", rc ? &ignored : diag);
    if (ended || rc)
        return ended ? ended : rc;
    return await_flush(&reading);
}
