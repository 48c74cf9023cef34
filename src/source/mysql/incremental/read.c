/* The reader's side: marks, and the rows of a chunk. */
#include <stdio.h>

#include "source/mysql/incremental/impl.h"

#define SQL_CAP ((size_t)64 << 20)
#define TRIES   10 /* of a table that is altered while it is read */

/* mysqld_error.h: the table was altered after the snapshot began */
#define TABLE_DEF_CHANGED 1412

/* A chunk being read. */
struct reading {
    struct tr_mysql_incremental *incremental;
    const struct tr_chunk_range *range;
    struct tr_window *window;
    struct tr_mysql_walk walk;
    struct place {
        unsigned column;
        const struct tr_mysql_type *type;
        tr_mysql_transcode_fn *transcode;
    } * places; /* of the columns that are read */
    size_t nplaces;
    struct tr_diag *diag;
};

bool tr_mysql_chunk_name(const char *name, struct tr_arena *arena, const char **ret_database,
                         const char **ret_table)
{
    const char *dot = strchr(name, '.');

    if (!dot || !dot[1])
        return false;
    *ret_database = tr_arena_strdup(arena, (struct tr_slice){name, (size_t)(dot - name)});
    *ret_table = dot + 1;
    return *ret_database != NULL;
}

static int condition_of(int rc)
{
    return rc == TR_MYSQL_STOPPED ? TR_CHUNK_STOPPED : rc;
}

/* The server said no: errors of the client library and of the line have numbers between. */
static bool is_refusal(const struct tr_mysql_session *session)
{
    unsigned error = tr_mysql_error(session);
    return error && (error < 2000 || error >= 3000);
}

static int connect(struct tr_mysql_incremental *incremental, struct tr_diag *diag)
{
    int rc = 0;

    if (!incremental->marker.mysql)
        rc = tr_mysql_connect(&incremental->context, TR_MYSQL_ORDINARY, &incremental->marker, diag);
    if (!rc && !incremental->reader.mysql) {
        rc = tr_mysql_connect(&incremental->context, TR_MYSQL_READER, &incremental->reader, diag);
        if (!rc)
            rc = tr_mysql_execute(&incremental->reader, "SET character_set_results = NULL", diag);
        if (!rc)
            rc = tr_mysql_execute(&incremental->reader,
                                  "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", diag);
    }
    return rc;
}

static void put_mark(struct tr_mysql_incremental *incremental, const struct tr_signal *row,
                     struct tr_arena *arena, struct tr_buf *sql)
{
    const char *database, *table;
    const struct tr_slice cells[] = {row->id, row->type, row->data};

    if (!tr_mysql_chunk_name(incremental->context.options->signal.data_collection, arena, &database,
                             &table))
        return;
    tr_buf_text(sql, row->data.p ? "INSERT INTO " : "DELETE FROM ");
    tr_mysql_quote_table(sql, database, table);
    tr_buf_text(sql, row->data.p ? " VALUES (" : " WHERE id = ");
    for (size_t i = 0; i < (row->data.p ? TR_COUNT(cells) : 1); i++) {
        const char *text = tr_arena_strdup(arena, cells[i]);
        tr_buf_text(sql, i ? ", " : "");
        if (text)
            tr_mysql_quote_literal(sql, text);
        sql->failed |= !text;
    }
    tr_buf_text(sql, row->data.p ? ")" : "");
}

int tr_mysql_chunk_mark(void *driver, const struct tr_signal *row, struct tr_diag *diag)
{
    struct tr_mysql_incremental *incremental = driver;
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    struct tr_arena arena;

    tr_buf_init(&sql, 65536);
    tr_arena_init(&arena, 1024, 65536);
    put_mark(incremental, row, &arena, &sql);
    int rc = tr_buf_ok(&sql) ? connect(incremental, diag) : tr_fail_memory(diag);
    tr_arena_finish(&arena);
    if (!rc)
        rc = tr_mysql_catalog_log_end(&incremental->marker, &incremental->marked, diag);
    if (rc)
        return condition_of(rc);
    rc = tr_mysql_execute(&incremental->marker, tr_buf_string(&sql), diag);
    if (rc < 0 && is_refusal(&incremental->marker)) {
        tr_fail_in(diag, "signal.data.collection");
        return TR_CHUNK_REFUSED;
    }
    /* rows are written behind the mark that closes their window */
    if (!rc)
        rc = tr_mysql_catalog_log_end(&incremental->marker, &incremental->sight.end, diag);
    return condition_of(rc);
}

/* Ranges mean something only along the key that they were made by. */
static int check_key(const struct reading *reading)
{
    const struct tr_mysql_version *version = reading->incremental->version;
    const struct tr_chunk_range *range = reading->range;

    if (!range->key || !version->table.nkey)
        return 0;
    *range->ret_key = tr_mysql_version_key(version, &reading->window->arena);
    if (!*range->ret_key)
        return tr_fail_memory(reading->diag);
    return strcmp(*range->ret_key, range->key) == 0 ? 0 : TR_CHUNK_REKEYED;
}

/* What the table is now. */
static int find_table(struct reading *reading)
{
    struct tr_mysql_incremental *incremental = reading->incremental;
    struct tr_mysql_version_params params = {.capture = incremental->params.capture};
    const char *database, *table;

    tr_mysql_version_free(incremental->version);
    incremental->version = NULL;
    if (!tr_mysql_chunk_name(reading->range->table, &reading->window->arena, &database, &table) ||
        !tr_mysql_wants(params.capture, database, table))
        return TR_CHUNK_UNKNOWN;
    int rc = tr_mysql_catalog_read(&incremental->marker, database, table, &params.definition,
                                   reading->diag);
    if (rc)
        return rc == TR_MYSQL_MISSING ? TR_CHUNK_UNKNOWN : rc;
    rc = tr_mysql_version_new(&params, &incremental->version, reading->diag);
    tr_mysql_definition_free(params.definition);
    if (rc > 0)
        return tr_fail_bug(reading->diag, "a table that doesn't fit itself");
    if (!rc)
        rc = check_key(reading);
    return rc ? rc
              : tr_mysql_walk_init(&reading->walk, &incremental->version->table, reading->range,
                                   reading->diag);
}

/* Those that the records need, and those that tell rows apart. */
static int choose_columns(struct reading *reading)
{
    const struct tr_mysql_version *version = reading->incremental->version;
    const struct tr_plan *plan = tr_capture_table_plan(version->compiled);
    const struct tr_table *table = &version->table;
    struct tr_arena *arena = &reading->window->arena;
    bool *needed = tr_arena_zalloc(arena, table->ncolumns + 1, sizeof *needed);

    reading->places = tr_arena_zalloc(arena, table->ncolumns + 1, sizeof *reading->places);
    reading->nplaces = 0;
    if (!needed || !reading->places)
        return tr_fail_memory(reading->diag);
    for (size_t i = 0; i < plan->ncolumns; i++)
        needed[plan->columns[i].place] = true;
    for (size_t i = 0; i < plan->nkey; i++)
        needed[plan->key[i].place] = true;
    for (size_t i = 0; i < table->nkey; i++)
        needed[table->key[i]] = true;
    for (size_t i = 0; i < reading->walk.count; i++)
        needed[reading->walk.columns[i]] = true;
    for (size_t i = 0; i < table->ncolumns; i++)
        if (needed[i]) {
            const struct tr_mysql_type *type = table->columns[i].type;
            reading->places[reading->nplaces++] =
                (struct place){(unsigned)i, type, tr_mysql_type_transcoder(type)};
        }
    return 0;
}

static void put_columns(const struct reading *reading, struct tr_buf *sql)
{
    const struct tr_table *table = reading->walk.table;
    TR_CLEANUP(tr_buf_finish) struct tr_buf name = {0};

    tr_buf_init(&name, 1024);
    for (size_t i = 0; i < reading->nplaces; i++) {
        tr_buf_reset(&name);
        tr_mysql_quote(&name, table->columns[reading->places[i].column].name);
        tr_mysql_type_select(reading->places[i].type, tr_buf_string(&name), sql);
        tr_buf_text(sql, ", ");
    }
    tr_mysql_walk_texts(&reading->walk, sql);
}

/* The key's texts stand behind the columns. */
static int take_key(struct reading *reading, char **cells, const unsigned long *lengths,
                    struct tr_key_text *ret_key)
{
    struct tr_arena *arena = &reading->window->arena;
    size_t n = reading->walk.count;
    const char **parts = tr_arena_zalloc(arena, n, sizeof *parts);

    for (size_t i = 0; parts && i < n; i++) {
        struct tr_slice text = {cells[i] ? cells[i] : "", cells[i] ? lengths[i] : 0};
        parts[i] = tr_arena_strdup(arena, text);
        if (!parts[i])
            return tr_fail_memory(reading->diag);
    }
    *ret_key = (struct tr_key_text){parts, n};
    return parts ? 0 : tr_fail_memory(reading->diag);
}

/* Ask for a key. >0: TR_CHUNK_EMPTY: there is no row. */
static int ask_key(struct reading *reading,
                   void (*put)(const struct tr_mysql_walk *walk, struct tr_buf *sql),
                   struct tr_key_text *ret_key)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "SELECT ");
    tr_mysql_walk_texts(&reading->walk, &sql);
    put(&reading->walk, &sql);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(reading->diag);
    int rc =
        tr_mysql_query(&reading->incremental->reader, tr_buf_string(&sql), &result, reading->diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (rc)
        return rc;
    return row ? take_key(reading, row, mysql_fetch_lengths(result), ret_key) : TR_CHUNK_EMPTY;
}

static int refuse_nulls(struct reading *reading)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    char found[4];

    if (!reading->range->surrogate)
        return 0;
    tr_buf_init(&sql, SQL_CAP);
    tr_mysql_walk_null(&reading->walk, &sql);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(reading->diag);
    int rc = tr_mysql_ask_text(&reading->incremental->reader, tr_buf_string(&sql), found,
                               sizeof found, reading->diag);
    if (rc || !found[0])
        return rc;
    (void)tr_fail(reading->diag, TR_DATA, TR_STOP,
                  "column %s of table %s is null in some rows: they have no place along it",
                  reading->range->surrogate, reading->range->table);
    return TR_CHUNK_REFUSED;
}

/* What the chunk ends with, if that is not yet known. */
static int find_ends(struct reading *reading)
{
    int rc = 0;

    if (reading->range->nkeys)
        return 0;
    if (!reading->range->maximum.count) {
        rc = refuse_nulls(reading);
        if (!rc)
            rc = ask_key(reading, tr_mysql_walk_last, reading->range->ret_maximum);
    }
    if (rc || !reading->range->surrogate)
        return rc;
    rc = ask_key(reading, tr_mysql_walk_until, &reading->walk.until);
    return rc == TR_CHUNK_EMPTY ? 0 : rc;
}

/* >0: TR_WINDOW_FULL. */
static int take_row(struct reading *reading, const struct tr_mysql_row *row, struct tr_cell *cells)
{
    struct tr_arena *arena = &reading->window->arena;
    struct tr_key_text at;

    for (size_t i = 0; i < reading->nplaces; i++) {
        const struct place *place = &reading->places[i];
        const struct tr_slice text = {row->cells[i], row->cells[i] ? row->lengths[i] : 0};
        struct tr_cell *cell = &cells[place->column];
        cell->kind = text.p ? TR_CELL_VALUE : TR_CELL_NULL;
        if (text.p && place->transcode(place->type, text, arena, &cell->bytes, reading->diag) < 0)
            return tr_fail_in(reading->diag, "column %s",
                              reading->walk.table->columns[place->column].name);
    }
    if (take_key(reading, row->cells + reading->nplaces, row->lengths + reading->nplaces, &at) < 0)
        return -1;
    return tr_window_add(reading->window, cells, at, reading->diag);
}

/* When the window is full the rest of the result passes by: it ends soon, and the session stays. */
static int take_rows(struct reading *reading, MYSQL_RES *result)
{
    const struct tr_table *table = reading->walk.table;
    struct tr_cell *cells =
        tr_arena_zalloc(&reading->window->arena, table->ncolumns + 1, sizeof *cells);
    struct tr_mysql_row row;
    bool full = false;
    int rc;

    if (!cells)
        return tr_fail_memory(reading->diag);
    for (size_t i = 0; i < table->ncolumns; i++)
        cells[i] = (struct tr_cell){.kind = TR_CELL_ABSENT};
    while (!(rc = tr_mysql_fetch(&reading->incremental->reader, result, &row, reading->diag))) {
        int taken = full ? 0 : take_row(reading, &row, cells);
        if (taken < 0)
            return taken;
        full |= taken == TR_WINDOW_FULL;
    }
    return rc == TR_MYSQL_DONE ? 0 : rc;
}

static int read_rows(struct reading *reading)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "SELECT ");
    put_columns(reading, &sql);
    tr_mysql_walk_rows(&reading->walk, &sql);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(reading->diag);
    int rc =
        tr_mysql_select(&reading->incremental->reader, tr_buf_string(&sql), &result, reading->diag);
    return rc ? rc : take_rows(reading, result);
}

static int read_chunk(struct reading *reading)
{
    int rc = find_table(reading);

    if (!rc)
        rc = choose_columns(reading);
    if (rc)
        return rc;
    reading->window->shape = &reading->incremental->version->table;
    rc = tr_mysql_sight_open(reading->incremental, reading->diag);
    if (!rc)
        rc = find_ends(reading);
    return rc ? rc : read_rows(reading);
}

/* The transaction ends whatever happened in it. */
static int read_and_commit(struct reading *reading, bool *ret_altered)
{
    struct tr_mysql_session *reader = &reading->incremental->reader;
    int rc = read_chunk(reading);
    bool refused = rc < 0 && is_refusal(reader);
    struct tr_diag ignored; /* of two failures the first one counts */

    *ret_altered = refused && tr_mysql_error(reader) == TABLE_DEF_CHANGED;
    int end = reader->mysql ? tr_mysql_execute(reader, "COMMIT", rc ? &ignored : reading->diag) : 0;
    if (refused)
        return TR_CHUNK_REFUSED;
    return rc ? rc : end;
}

int tr_mysql_chunk_read(void *driver, const struct tr_chunk_range *range, struct tr_window *window,
                        struct tr_diag *diag)
{
    struct tr_mysql_incremental *incremental = driver;
    struct reading reading = {
        .incremental = incremental, .range = range, .window = window, .diag = diag};
    bool altered = true;
    int rc = connect(incremental, diag);

    for (int i = 0; !rc && altered && i < TRIES; i++) {
        if (i)
            tr_window_clear(window);
        rc = read_and_commit(&reading, &altered);
        if (altered && i + 1 < TRIES)
            rc = 0;
    }
    if (rc < 0) { /* whatever state they are in */
        tr_mysql_disconnect(&incremental->reader);
        tr_mysql_disconnect(&incremental->marker);
    }
    return rc == TR_MYSQL_STOPPED ? TR_CHUNK_STOPPED : rc;
}

void tr_mysql_chunk_end(void *driver)
{
    struct tr_mysql_incremental *incremental = driver;

    tr_mysql_disconnect(&incremental->reader);
    tr_mysql_disconnect(&incremental->marker);
}
