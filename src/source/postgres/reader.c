/* One reader of the snapshot: COPY text in, batches out. */
#include <stdio.h>
#include <stdlib.h>

#include "copytext/copytext.h"
#include "source/postgres/failure.h"
#include "source/postgres/snapshot-impl.h"

/* Below the ring's usual chunk of memory. */
#define BATCH_BYTES ((size_t)448 << 10)

/* One row unescaped: PostgreSQL's rows end at 1 GB. */
#define ROW_CHUNK ((size_t)16 << 10)
#define ROW_CAP   ((size_t)3 << 30)

struct reader {
    struct tr_pg_snapshot *snapshot;
    const struct tr_pg_session *session;
    struct tr_outlet *outlet;
    struct tr_capturer capturer;
    struct tr_pg_sequence sequence;
    struct tr_arena row;                 /* the row at hand, unescaped */
    struct tr_cell *cells, *read;        /* by the table's places; as they were read */
    size_t room;                         /* of both */
    struct tr_batch *batch;              /* being filled */
    struct tr_batch *chain, *chain_last; /* full ones of the chunk at hand */
    size_t chain_bytes;
    bool putting; /* holds the right to hand over */
    struct tr_pg_chunk chunk;
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
    if (tr_pg_snapshot_failed(reader->snapshot))
        return TR_PG_STOPPED;
    reader->batch = reader->outlet->impl->take_wait(reader->outlet);
    return reader->batch ? 0 : TR_PG_STOPPED;
}

static void tell(struct reader *reader)
{
    tr_pg_snapshot_tell(reader->snapshot, reader->chunk.table, reader->rows - reader->told);
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
    const struct tr_pg_chunk *chunk = &reader->chunk;
    bool first = chunk->first && reader->rows == 0, last = chunk->last && !more;

    if (last && chunk->final)
        return "last";
    if (first && chunk->table == reader->snapshot->tables)
        return "first";
    if (last)
        return "last_in_data_collection";
    return first ? "first_in_data_collection" : "true";
}

static int decode(struct reader *reader, struct tr_slice text)
{
    const struct tr_pg_snapshot_table *table = reader->chunk.table;

    tr_arena_reset(&reader->row);
    if (tr_copytext_decode(text, reader->read, table->nplaces, &reader->row, &reader->diag) < 0)
        return -1;
    for (size_t i = 0; i < table->nplaces; i++)
        reader->cells[table->places[i]] = reader->read[i];
    return 0;
}

/* `more` tells whether the chunk has another row behind this one. */
static int take_row(struct reader *reader, struct tr_slice text, bool more)
{
    const struct tr_pg_version *version = reader->chunk.table->version;
    const struct tr_pg_position *position = reader->snapshot->params->position;
    int rc = take_batch(reader);

    if (rc)
        return rc;
    if (decode(reader, text) < 0)
        return tr_fail_in(&reader->diag, "the snapshot of table %s.%s", version->table.schema,
                          version->table.name);
    reader->capturer.source[TR_SOURCE_SNAPSHOT] = tr_value_text(tr_slice_of(marker(reader, more)));
    struct tr_change change = {
        .op = TR_OP_READ,
        .after = reader->cells,
        .identity = tr_pg_row_identity(position->lsn + version->table.id,
                                       reader->chunk.ordinal << 32 | reader->rows),
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

static int copy_failed(struct reader *reader, const PGresult *result)
{
    tr_pg_fail_result(reader->session, result, "COPY failed", &reader->diag);
    return tr_pg_snapshot_fail_table(reader->session, reader->chunk.table, &reader->diag);
}

/* Wait for more of the COPY. */
static int wait_input(struct reader *reader)
{
    int rc = tr_pg_wait(reader->session, -1);

    if (rc)
        return rc;
    return PQconsumeInput(reader->session->conn) ? 0 : copy_failed(reader, NULL);
}

static int copy_ended(struct reader *reader)
{
    PGresult *result;
    int rc = tr_pg_await(reader->session, &result, &reader->diag);

    if (rc)
        return rc;
    if (result && PQresultStatus(result) != PGRES_COMMAND_OK)
        rc = copy_failed(reader, result);
    PQclear(result);
    while (!rc) {
        rc = tr_pg_await(reader->session, &result, &reader->diag);
        if (rc || !result)
            break;
        PQclear(result);
    }
    return rc;
}

/* Read rows, each held until it is known whether another one follows. */
static int read_rows(struct reader *reader)
{
    char *held = NULL, *next;
    int held_size = 0, rc = 0;

    while (!rc) {
        int n = PQgetCopyData(reader->session->conn, &next, 1);
        if (n == 0) {
            rc = wait_input(reader);
            continue;
        }
        if (n < -1)
            rc = copy_failed(reader, NULL);
        else if (held)
            rc = take_row(reader, (struct tr_slice){held, (size_t)held_size}, n > 0);
        PQfreemem(held);
        held = next;
        held_size = n;
        if (n < 0)
            break;
    }
    PQfreemem(held);
    return rc ? rc : copy_ended(reader);
}

static int send_copy(struct reader *reader)
{
    PGresult *result = NULL;
    const struct tr_rest_range *range = reader->chunk.range;
    bool whole = !range->after.count && !range->through.count;
    char sql[160];

    /* a range is read by its index even where the planner knows nothing of the table yet */
    snprintf(sql, sizeof sql, "SET enable_seqscan = %s; %s", whole ? "on" : "off",
             reader->chunk.table->statement ? TR_PG_USERS_PATH : TR_PG_OWN_PATH);
    int rc = tr_pg_execute(reader->session, sql, &reader->diag);
    if (rc)
        return rc;
    if (!PQsendQuery(reader->session->conn, tr_buf_string(&reader->chunk.sql)))
        return copy_failed(reader, NULL);
    rc = tr_pg_await(reader->session, &result, &reader->diag);
    if (!rc && PQresultStatus(result) != PGRES_COPY_OUT)
        rc = copy_failed(reader, result);
    PQclear(result);
    return rc;
}

static int grow_cells(struct reader *reader, size_t n)
{
    if (n < reader->room)
        return 0;
    n++; /* a table without columns has rows, too: their image is not NULL */
    struct tr_cell *cells = reallocarray(reader->cells, n, sizeof *cells);
    if (!cells)
        return tr_fail_memory(&reader->diag);
    reader->cells = cells;
    struct tr_cell *read = reallocarray(reader->read, n, sizeof *read);
    if (!read)
        return tr_fail_memory(&reader->diag);
    reader->read = read;
    reader->room = n;
    return 0;
}

static int prepare(struct reader *reader)
{
    struct tr_pg_snapshot_table *table = reader->chunk.table;
    const struct tr_table *version = &table->version->table;

    if (grow_cells(reader, version->ncolumns) < 0)
        return -1;
    for (size_t i = 0; i < version->ncolumns; i++)
        reader->cells[i] = (struct tr_cell){.kind = TR_CELL_ABSENT};
    tr_pg_source_set_table(reader->capturer.source, version);
    reader->rows = reader->told = 0;
    return tr_pg_snapshot_notify_table(reader->snapshot, table, &reader->diag);
}

/* A position that tells of the chunk, in its last batch. */
static int write_position(struct reader *reader)
{
    struct tr_pg_snapshot *snapshot = reader->snapshot;
    const struct tr_pg_snapshot_table *table = reader->chunk.table;
    const struct tr_pg_position *resume = snapshot->params->resume;
    struct tr_pg_progress progress = {.table = table->name};

    pthread_mutex_lock(&snapshot->lock);
    progress.chunks = table->chunks_done + 1;
    progress.tables = snapshot->tables_done;
    pthread_mutex_unlock(&snapshot->lock);
    return tr_pg_position_write(reader->batch, resume ? resume : snapshot->params->position,
                                resume ? NULL : &progress, &reader->diag);
}

/* Everything of the chunk is in the chain: close it with its position, and with what is left of the
 * table then. */
static int hand_over(struct reader *reader)
{
    struct tr_pg_snapshot *snapshot = reader->snapshot;
    const struct tr_pg_position *resume = snapshot->params->resume;
    int rc = take_batch(reader);

    if (!rc)
        rc = write_position(reader);
    if (rc)
        return rc;
    struct tr_batch *last = reader->batch;
    append(reader);
    if (!reader->putting)
        pthread_mutex_lock(&snapshot->putting);
    reader->putting = true;
    rc = tr_pg_snapshot_end_range(snapshot, &reader->chunk, last, &reader->diag);
    if (!rc)
        rc = tr_pg_snapshot_notify_chunk(snapshot, reader->chunk.table, last, reader->rows,
                                         &reader->diag);
    if (rc)
        return rc;
    /* tokens of the stream are LSNs, which must not run ahead */
    last->position.token = resume ? resume->resume_lsn : ++snapshot->token;
    put_chain(reader);
    reader->putting = false;
    pthread_mutex_unlock(&snapshot->putting);
    return 0;
}

/* What is left of a range without rows is a matter for a later batch. */
static int finish_chunk(struct reader *reader)
{
    struct tr_pg_snapshot *snapshot = reader->snapshot;
    bool any = reader->rows > 0 || snapshot->params->notifier;
    int rc = any ? hand_over(reader)
                 : tr_pg_snapshot_end_range(snapshot, &reader->chunk, NULL, &reader->diag);

    if (rc)
        return rc;
    tr_pg_snapshot_ended(snapshot, &reader->chunk);
    tr_pg_tell_nulled(&reader->capturer, snapshot->context->log);
    tell(reader);
    return 0;
}

/* A partitioned table may have rows, but not those of one partition. */
static bool seems_empty(const struct reader *reader)
{
    const struct tr_pg_chunk *chunk = &reader->chunk;

    if (chunk->table->published->kind == 'p')
        return chunk->last;
    return chunk->ordinal == 0 && reader->rows == 0;
}

static int read_chunk(struct reader *reader)
{
    int rc = prepare(reader);

    if (!rc)
        rc = send_copy(reader);
    if (!rc)
        rc = read_rows(reader);
    if (!rc && seems_empty(reader))
        rc = tr_pg_snapshot_check_empty(reader->session, reader->chunk.table, &reader->diag);
    return rc ? rc : finish_chunk(reader);
}

static int work(struct reader *reader)
{
    int rc;

    do {
        rc = tr_pg_snapshot_next(reader->snapshot, reader->session, &reader->chunk, &reader->diag);
        if (!rc)
            rc = read_chunk(reader);
    } while (!rc);
    return rc;
}

static int init(struct reader *reader, struct tr_pg_snapshot *snapshot)
{
    const struct tr_pg_position *position = snapshot->params->position;

    tr_arena_init(&reader->row, ROW_CHUNK, ROW_CAP);
    tr_buf_init(&reader->chunk.sql, 64U << 20);
    if (tr_capturer_init(&reader->capturer, snapshot->params->capture, &reader->diag) < 0)
        return -1;
    tr_source_set_time(reader->capturer.source, position->ts_us);
    tr_pg_source_set_lsn(reader->capturer.source, &reader->sequence, position->commit_lsn,
                         position->lsn);
    reader->capturer.source[TR_PG_SOURCE_TXID] = tr_value_integer(position->xid);
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
    free(reader->cells);
    free(reader->read);
}

void tr_pg_reader_run(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session)
{
    struct reader *reader = calloc(1, sizeof *reader);
    struct tr_diag no_memory;

    if (!reader) {
        (void)tr_fail_memory(&no_memory);
        tr_pg_snapshot_fail(snapshot, &no_memory);
        return;
    }
    reader->snapshot = snapshot;
    reader->session = session;
    reader->outlet = snapshot->context->outlet;
    int rc = init(reader, snapshot);
    if (!rc)
        rc = work(reader);
    /* without memory for a batch the ring gives none; a chunk is missing then all the same */
    if (rc == TR_PG_STOPPED && !tr_pg_stopping(snapshot->context))
        rc = tr_fail_memory(&reader->diag);
    if (rc < 0)
        tr_pg_snapshot_fail(snapshot, &reader->diag);
    finish(reader);
    free(reader);
}
