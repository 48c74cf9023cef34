/* One reader of the snapshot: rows of SELECTs in, batches out. */
#include <stdio.h>
#include <stdlib.h>

#include "source/mysql/snapshot/impl.h"

/* Below the ring's usual chunk of memory. */
#define BATCH_BYTES ((size_t)448 << 10)

/* One row, transcoded: the servers' packets end at 1 GB. */
#define ROW_CHUNK ((size_t)16 << 10)
#define ROW_CAP   ((size_t)3 << 30)

struct reader {
    struct tr_mysql_snapshot *snapshot;
    const struct tr_mysql_session *session;
    struct tr_outlet *outlet;
    struct tr_capturer capturer;
    struct tr_arena row, held_bytes;     /* the row at hand, transcoded; the held one, as it came */
    struct tr_slice *held;               /* by the read columns; p NULL: null */
    struct tr_cell *cells;               /* by the table's columns */
    size_t room;                         /* of both */
    struct tr_batch *batch;              /* being filled */
    struct tr_batch *chain, *chain_last; /* full ones of the chunk at hand */
    size_t chain_bytes;
    bool putting; /* holds the right to hand over */
    struct tr_mysql_chunk chunk;
    uint64_t seed;       /* of the rows' identities */
    uint64_t rows, told; /* of the chunk; of these reported */
    struct tr_diag diag;
};

static void put_chain(struct reader *reader)
{
    if (!reader->putting)
        pthread_mutex_lock(&reader->snapshot->putting);
    reader->putting = true;
    if (reader->chain)
        reader->outlet->impl->put(reader->outlet, reader->chain);
    reader->chain = reader->chain_last = NULL;
    reader->chain_bytes = 0;
}

static void append(struct reader *reader)
{
    struct tr_batch *batch = reader->batch;

    reader->batch = NULL;
    if (reader->chain)
        reader->chain_last->next = batch;
    else
        reader->chain = batch;
    reader->chain_last = batch;
    reader->chain_bytes += batch->arena.used;
}

static int take_batch(struct reader *reader)
{
    if (reader->batch)
        return 0;
    /* what one reader failed at is no reason to let the others fill the ring */
    if (tr_mysql_snapshot_failed(reader->snapshot))
        return TR_MYSQL_STOPPED;
    reader->batch = reader->outlet->impl->take_wait(reader->outlet);
    return reader->batch ? 0 : TR_MYSQL_STOPPED;
}

static void tell(struct reader *reader)
{
    tr_mysql_snapshot_tell(reader->snapshot, reader->chunk.table, reader->rows - reader->told);
    reader->told = reader->rows;
}

static void batch_full(struct reader *reader)
{
    append(reader);
    tell(reader);
    if (reader->chain_bytes > reader->snapshot->share)
        put_chain(reader);
}

static const char *marker(const struct reader *reader, bool more)
{
    const struct tr_mysql_chunk *chunk = &reader->chunk;
    bool first = chunk->first && reader->rows == 0, last = chunk->last && !more;

    if (last && chunk->final)
        return "last";
    if (first && chunk->table == reader->snapshot->tables)
        return "first";
    if (last)
        return "last_in_data_collection";
    return first ? "first_in_data_collection" : "true";
}

static int transcode(struct reader *reader, const struct tr_slice *texts)
{
    const struct tr_mysql_snapshot_table *table = reader->chunk.table;

    tr_arena_reset(&reader->row);
    for (size_t i = 0; i < table->nplaces; i++) {
        const struct tr_mysql_place *place = &table->places[i];
        struct tr_cell *cell = &reader->cells[place->column];
        cell->kind = texts[i].p ? TR_CELL_VALUE : TR_CELL_NULL;
        if (texts[i].p &&
            place->transcode(place->type, texts[i], &reader->row, &cell->bytes, &reader->diag) < 0)
            return tr_fail_in(&reader->diag, "column %s",
                              table->version->table.columns[place->column].name);
    }
    return 0;
}

/* Different for neighbours, the same in a replay: the finalizer of splitmix64. */
static uint64_t identity_of(const struct reader *reader)
{
    uint64_t ordinal = reader->chunk.ordinal << 32 | reader->rows;
    uint64_t x = reader->seed + ordinal * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* `more` tells whether the table has another row behind this one. */
static int take_row(struct reader *reader, const struct tr_slice *texts, bool more)
{
    const struct tr_mysql_version *version = reader->chunk.table->version;
    int rc = take_batch(reader);

    if (rc)
        return rc;
    if (transcode(reader, texts) < 0)
        return tr_fail_in(&reader->diag, "the snapshot of table %s.%s", version->table.schema,
                          version->table.name);
    reader->capturer.source[TR_SOURCE_SNAPSHOT] = tr_value_text(tr_slice_of(marker(reader, more)));
    struct tr_change change = {
        .op = TR_OP_READ,
        .after = reader->cells,
        .identity = identity_of(reader),
    };
    reader->rows++;
    if (tr_capture_change(&reader->capturer, version->compiled, &change, reader->batch,
                          &reader->diag) < 0)
        return tr_fail_in(&reader->diag, "the snapshot, row %llu",
                          (unsigned long long)reader->rows);
    if (reader->batch->bytes >= BATCH_BYTES)
        batch_full(reader);
    return 0;
}

/* Keep a row until it is known whether another one follows. */
static int hold(struct reader *reader, const struct tr_slice *texts, size_t n)
{
    size_t size = 0;

    for (size_t i = 0; i < n; i++)
        size += texts[i].n;
    tr_arena_reset(&reader->held_bytes);
    char *p = tr_arena_alloc(&reader->held_bytes, size);
    if (!p)
        return tr_fail_memory(&reader->diag);
    for (size_t i = 0; i < n; i++) {
        reader->held[i] = (struct tr_slice){texts[i].p ? p : NULL, texts[i].n};
        if (texts[i].n)
            memcpy(p, texts[i].p, texts[i].n);
        p += texts[i].n;
    }
    return 0;
}

static int fetch(struct reader *reader, MYSQL_RES *result, struct tr_slice *texts, size_t n)
{
    struct tr_mysql_row row;
    int rc = tr_mysql_fetch(reader->session, result, &row, &reader->diag);

    if (rc)
        return rc < 0 ? tr_mysql_snapshot_fail_table(reader->session, reader->chunk.table,
                                                     &reader->diag)
                      : rc;
    for (size_t i = 0; i < n; i++)
        texts[i] = (struct tr_slice){row.cells[i], row.cells[i] ? row.lengths[i] : 0};
    return 0;
}

/* The last row of a table has a mark, so that in its last chunk rows are held back by one. */
static int read_last_rows(struct reader *reader, MYSQL_RES *result, struct tr_slice *texts)
{
    size_t n = reader->chunk.table->nplaces;
    int rc = fetch(reader, result, texts, n);
    bool any = rc == 0;

    while (!rc) {
        rc = hold(reader, texts, n);
        if (!rc)
            rc = fetch(reader, result, texts, n);
        if (!rc)
            rc = take_row(reader, reader->held, true);
    }
    if (rc != TR_MYSQL_DONE)
        return rc;
    return any ? take_row(reader, reader->held, false) : 0;
}

static int read_rows(struct reader *reader, MYSQL_RES *result)
{
    size_t n = reader->chunk.table->nplaces;
    struct tr_slice *texts = calloc(n + 1, sizeof *texts);
    int rc = texts ? 0 : tr_fail_memory(&reader->diag);

    if (!rc && reader->chunk.last)
        rc = read_last_rows(reader, result, texts);
    while (!rc && !reader->chunk.last) {
        rc = fetch(reader, result, texts, n);
        if (!rc)
            rc = take_row(reader, texts, true);
    }
    free(texts);
    return rc == TR_MYSQL_DONE ? 0 : rc;
}

static int grow_cells(struct reader *reader, size_t n)
{
    if (n < reader->room)
        return 0;
    n++;
    struct tr_cell *cells = reallocarray(reader->cells, n, sizeof *cells);
    if (!cells)
        return tr_fail_memory(&reader->diag);
    reader->cells = cells;
    struct tr_slice *held = reallocarray(reader->held, n, sizeof *held);
    if (!held)
        return tr_fail_memory(&reader->diag);
    reader->held = held;
    reader->room = n;
    return 0;
}

/* FNV-1a: a seed that is the table's, whatever else is in the snapshot. */
static uint64_t seed_of(const struct tr_table *table)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const char *const names[] = {table->schema, ".", table->name};

    for (size_t i = 0; i < TR_COUNT(names); i++)
        for (const char *p = names[i]; *p; p++)
            hash = (hash ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    return hash;
}

static int prepare(struct reader *reader)
{
    const struct tr_table *table = &reader->chunk.table->version->table;

    if (grow_cells(reader, table->ncolumns) < 0)
        return -1;
    for (size_t i = 0; i < table->ncolumns; i++)
        reader->cells[i] = (struct tr_cell){.kind = TR_CELL_ABSENT};
    tr_mysql_source_set_table(reader->capturer.source, table);
    reader->seed = seed_of(table);
    reader->rows = reader->told = 0;
    return tr_mysql_snapshot_notify_table(reader->snapshot, reader->chunk.table, &reader->diag);
}

/* Everything of the chunk is in the chain: close it with its position. */
static int finish_chunk(struct reader *reader)
{
    struct tr_mysql_snapshot *snapshot = reader->snapshot;
    struct tr_mysql_snapshot_table *table = reader->chunk.table;
    char name[640];
    struct tr_mysql_progress progress = {.table = name};
    int rc = 0;

    if (reader->rows > 0 || snapshot->params->notifier) {
        rc = take_batch(reader);
        if (rc)
            return rc;
        snprintf(name, sizeof name, "%s.%s", table->version->table.schema,
                 table->version->table.name);
        pthread_mutex_lock(&snapshot->lock);
        progress.chunks = table->chunks_done + 1;
        progress.tables = snapshot->tables_done;
        pthread_mutex_unlock(&snapshot->lock);
        rc = tr_mysql_position_write(reader->batch, snapshot->params->position,
                                     snapshot->params->executor ? NULL : &progress, &reader->diag);
        if (rc)
            return rc;
        struct tr_batch *last = reader->batch;
        append(reader);
        if (!reader->putting)
            pthread_mutex_lock(&snapshot->putting);
        reader->putting = true;
        rc = tr_mysql_snapshot_notify_chunk(snapshot, table, last, reader->rows, &reader->diag);
        if (!rc)
            rc = tr_mysql_snapshot_end_range(snapshot, &reader->chunk, last, &reader->diag);
        if (rc)
            return rc;
        last->position.token = ++snapshot->token;
        put_chain(reader);
        reader->putting = false;
        pthread_mutex_unlock(&snapshot->putting);
    } else if (tr_mysql_snapshot_end_range(snapshot, &reader->chunk, NULL, &reader->diag) < 0) {
        return -1;
    }
    tr_mysql_snapshot_ended(snapshot, &reader->chunk);
    tr_mysql_tell_nulled(&reader->capturer, snapshot->context->log);
    tell(reader);
    return 0;
}

static int read_chunk(struct reader *reader)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = prepare(reader);

    if (rc)
        return rc;
    rc =
        tr_mysql_select(reader->session, tr_buf_string(&reader->chunk.sql), &result, &reader->diag);
    if (rc < 0)
        return tr_mysql_snapshot_fail_table(reader->session, reader->chunk.table, &reader->diag);
    if (!rc)
        rc = read_rows(reader, result);
    return rc ? rc : finish_chunk(reader);
}

static int work(struct reader *reader)
{
    int rc;

    do {
        rc = tr_mysql_snapshot_next(reader->snapshot, reader->session, &reader->chunk,
                                    &reader->diag);
        if (!rc)
            rc = read_chunk(reader);
    } while (!rc);
    return rc;
}

static int init(struct reader *reader, struct tr_mysql_snapshot *snapshot)
{
    struct tr_value *source;

    tr_arena_init(&reader->row, ROW_CHUNK, ROW_CAP);
    tr_arena_init(&reader->held_bytes, ROW_CHUNK, ROW_CAP);
    tr_buf_init(&reader->chunk.sql, 64U << 20);
    if (tr_capturer_init(&reader->capturer, snapshot->params->capture, &reader->diag) < 0)
        return -1;
    source = reader->capturer.source;
    tr_mysql_source_set_place(source, &snapshot->place, 0);
    source[TR_MYSQL_SOURCE_SERVER_ID] = tr_value_integer(0);
    if (snapshot->params->block && snapshot->params->block[TR_MYSQL_SOURCE_FILE].kind != TR_NULL) {
        memcpy(source, snapshot->params->block, TR_MYSQL_SOURCE_FIELDS * sizeof *source);
        source[TR_MYSQL_SOURCE_QUERY] = (struct tr_value){.kind = TR_NULL};
        source[TR_MYSQL_SOURCE_ROW] = tr_value_integer(0);
    }
    tr_source_set_time(source, snapshot->ts_sec * 1000000);
    return 0;
}

static void finish(struct reader *reader)
{
    if (reader->putting)
        pthread_mutex_unlock(&reader->snapshot->putting);
    for (struct tr_batch *batch = reader->chain, *next; batch; batch = next) {
        next = batch->next;
        tr_batch_free(batch);
    }
    tr_batch_free(reader->batch);
    tr_buf_finish(&reader->chunk.sql);
    tr_capturer_finish(&reader->capturer);
    tr_arena_finish(&reader->row);
    tr_arena_finish(&reader->held_bytes);
    free(reader->cells);
    free(reader->held);
}

void tr_mysql_reader_run(struct tr_mysql_snapshot *snapshot, const struct tr_mysql_session *session)
{
    struct reader *reader = calloc(1, sizeof *reader);
    struct tr_diag no_memory;

    if (!reader) {
        (void)tr_fail_memory(&no_memory);
        tr_mysql_snapshot_fail(snapshot, &no_memory);
        return;
    }
    reader->snapshot = snapshot;
    reader->session = session;
    reader->outlet = snapshot->context->outlet;
    int rc = init(reader, snapshot);
    if (!rc)
        rc = work(reader);
    /* without memory for a batch the ring gives none; a chunk is missing then all the same */
    if (rc == TR_MYSQL_STOPPED && !tr_mysql_stopping(snapshot->context) &&
        !tr_mysql_snapshot_failed(snapshot))
        rc = tr_fail_memory(&reader->diag);
    if (rc < 0)
        tr_mysql_snapshot_fail(snapshot, &reader->diag);
    finish(reader);
    free(reader);
}
