#include "source/postgres/snapshot.h"

#include <stdio.h>
#include <stdlib.h>

#include "capture/filter.h"
#include "signal/signal.h"
#include "source/postgres/snapshot-impl.h"
#include "source/postgres/start.h"

#define ARENA_CHUNK (64U << 10)
#define ARENA_CAP   ((size_t)1 << 30) /* bounds of all chunks */
#define NAMES_CAP   ((size_t)64 << 20)

/* No row of PostgreSQL is smaller in the heap: tables of fewer bytes fit into one chunk. */
#define MIN_ROW_BYTES 36

void tr_pg_snapshot_fail(struct tr_pg_snapshot *snapshot, const struct tr_diag *diag)
{
    pthread_mutex_lock(&snapshot->lock);
    if (!snapshot->failed)
        snapshot->diag = *diag;
    snapshot->failed = true;
    pthread_cond_broadcast(&snapshot->ended);
    pthread_mutex_unlock(&snapshot->lock);
}

bool tr_pg_snapshot_failed(struct tr_pg_snapshot *snapshot)
{
    pthread_mutex_lock(&snapshot->lock);
    bool failed = snapshot->failed;
    pthread_mutex_unlock(&snapshot->lock);
    return failed;
}

void tr_pg_snapshot_tell(struct tr_pg_snapshot *snapshot, const struct tr_pg_snapshot_table *table,
                         uint64_t rows)
{
    char name[320] = "";

    if (table)
        snprintf(name, sizeof name, "%s.%s", table->version->table.schema,
                 table->version->table.name);
    pthread_mutex_lock(&snapshot->lock);
    snapshot->rows += rows;
    struct tr_progress progress = {
        .phase = TR_PHASE_SNAPSHOT,
        .table = table ? name : NULL,
        .tables = snapshot->count,
        .tables_done = snapshot->tables_done,
        .chunks = snapshot->chunks,
        .rows = snapshot->rows,
        .rows_estimated = TR_MAX(snapshot->rows_estimated, snapshot->rows),
    };
    snapshot->context->outlet->impl->progress(snapshot->context->outlet, &progress);
    pthread_mutex_unlock(&snapshot->lock);
}

int tr_pg_snapshot_enter(const struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                         struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    int rc = tr_pg_execute(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", diag);

    if (rc || !snapshot->name[0])
        return rc;
    tr_buf_init(&sql, 256);
    tr_buf_text(&sql, "SET TRANSACTION SNAPSHOT ");
    tr_pg_quote_literal(&sql, snapshot->name);
    return tr_buf_ok(&sql) ? tr_pg_execute(session, tr_buf_string(&sql), diag)
                           : tr_fail_memory(diag);
}

/* Without a new slot the first reader's own transaction is the snapshot. */
static int export(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                  struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc =
        tr_pg_query(session, "SELECT pg_export_snapshot(), pg_current_wal_lsn()", &result, diag);

    if (rc)
        return rc;
    snprintf(snapshot->name, sizeof snapshot->name, "%s", PQgetvalue(result, 0, 0));
    snapshot->params->position->lsn = tr_pg_lsn_parse(PQgetvalue(result, 0, 1));
    return 0;
}

/* The transaction id of a snapshot's records is the last that it can see. Taking one of our
 * own would make every slot that is created meanwhile wait for our end. */
static int date(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    struct tr_pg_position *position = snapshot->params->position;
    int rc = tr_pg_query(session,
                         "SELECT txid_snapshot_xmax(txid_current_snapshot()) - 1,"
                         " (extract(epoch FROM clock_timestamp()) * 1000000)::int8",
                         &result, diag);

    if (rc)
        return rc;
    position->xid = tr_pg_number(result, 0, 0);
    position->ts_us = tr_pg_number(result, 0, 1);
    return 0;
}

/* The columns that the plan's value and key need, each once. */
static int choose_columns(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                          struct tr_diag *diag)
{
    const struct tr_plan *plan = tr_capture_table_plan(table->version->compiled);
    const struct tr_pg_shape *shape = &table->version->shape;
    size_t n = table->version->table.ncolumns;
    bool *needed = tr_arena_zalloc(&snapshot->arena, n, sizeof *needed);

    table->places = tr_arena_zalloc(&snapshot->arena, n, sizeof *table->places);
    if (!needed || !table->places)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < plan->ncolumns; i++)
        needed[plan->columns[i].place] = true;
    for (size_t i = 0; i < plan->nkey_columns; i++)
        needed[plan->key[i].place] = true;
    table->direct = table->published->kind == 'r';
    for (size_t i = 0; i < n; i++) {
        if (!needed[i])
            continue;
        table->places[table->nplaces++] = (unsigned)i;
        if (shape->attributes[i].generated) /* COPY of a table refuses them, a query gives them */
            table->direct = false;
    }
    table->direct &= table->nplaces > 0;
    return 0;
}

static bool is_large(const struct tr_pg_snapshot *snapshot, const struct tr_pg_published *table)
{
    int64_t chunk = snapshot->context->options->snapshot.fetch_size;
    return table->rows > chunk || table->bytes > chunk * MIN_ROW_BYTES;
}

/* Are the key's ranges cut in its index's order? Operators are looked up in pg_catalog only: for a
 * type of an extension there are none, or (citext) those of another type with another order. */
static bool can_cut(const struct tr_pg_version *version)
{
    const struct tr_table *table = &version->table;

    if (!version->shape.primary || table->nkey != version->shape.nkey)
        return false;
    for (size_t i = 0; i < table->nkey; i++) {
        const struct tr_pg_type *type = table->columns[table->key[i]].type;
        while (type->base)
            type = type->base;
        if (type->kind == 'b' && !type->element && strcmp(type->schema, "pg_catalog") != 0)
            return false;
    }
    return true;
}

static int add_table(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                     const struct tr_pg_published *published, struct tr_diag *diag)
{
    struct tr_pg_snapshot_table *table = &snapshot->tables[snapshot->count];
    bool read;
    int rc = tr_pg_version_new(session, published->id, NULL, &table->version, diag);

    if (!rc) {
        snapshot->count++;
        rc = tr_pg_version_compile(table->version, snapshot->params->capture, diag);
    }
    if (rc)
        return rc;
    table->published = published;
    snprintf(table->name, sizeof table->name, "%s.%s", published->schema, published->name);
    table->rank = tr_snapshot_rank(
        &snapshot->context->options->snapshot, (uint64_t)TR_MAX(published->rows, 0),
        tr_capture_rank(snapshot->params->capture, published->schema, published->name));
    table->chunked = can_cut(table->version) && is_large(snapshot, published);
    snapshot->rows_estimated += (uint64_t)published->rows;
    if (published->unlogged)
        tr_log_warn(snapshot->context->log,
                    "an unlogged table is in the snapshot, but its changes are in no log",
                    TR_LOG_STR("schema", published->schema), TR_LOG_STR("table", published->name));
    if (choose_columns(snapshot, table, diag) < 0)
        return -1;
    rc = tr_pg_snapshot_override(snapshot, session, table, diag);
    if (!rc)
        rc = tr_pg_snapshot_find_rest(snapshot, table, &read, diag);
    if (rc || read)
        return rc;
    tr_pg_version_free(table->version);
    *table = (struct tr_pg_snapshot_table){0}; /* the next one's place */
    snapshot->count--;
    return 0;
}

/* The published are in the order of their names. */
static int compare_tables(const void *a, const void *b)
{
    const struct tr_pg_snapshot_table *left = a, *right = b;

    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->published < right->published ? -1 : 1;
}

/* snapshot.include.collection.list narrows what is read, not what is streamed. */
static int add_tables(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                      const struct tr_filter *filter, struct tr_diag *diag)
{
    const struct tr_pg_publication *publication = &snapshot->publication;
    int rc = 0;

    snapshot->tables =
        tr_arena_zalloc(&snapshot->arena, publication->count, sizeof *snapshot->tables);
    if (!snapshot->tables)
        return tr_fail_memory(diag);
    for (size_t i = 0; !rc && i < publication->count; i++) {
        const struct tr_pg_published *table = &publication->tables[i];
        char name[320];
        snprintf(name, sizeof name, "%s.%s", table->schema, table->name);
        const char *ignored;
        if (snapshot->params->executor ? !tr_pg_snapshot_ordered(snapshot, name, &ignored)
                                       : !tr_filter_allows(filter, name))
            continue;
        if (!tr_pg_snapshot_is_left(snapshot, name))
            continue;
        bool signals = tr_signal_table_is(&snapshot->context->options->signal, name);
        rc = tr_pg_snapshot_list(snapshot, name, !signals, diag);
        if (!rc && !signals)
            rc = add_table(snapshot, session, table, diag);
    }
    if (!rc)
        qsort(snapshot->tables, snapshot->count, sizeof *snapshot->tables, compare_tables);
    return rc;
}

static int find_tables(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                       struct tr_diag *diag)
{
    const struct tr_connector_options *options = snapshot->context->options;
    bool streamed =
        (tr_snapshot_wishes_of(&options->snapshot).stream || snapshot->context->as_streamed) &&
        options->postgres.publication_mode != TR_PUBLICATION_NO_TABLES;
    struct tr_filter *filter;
    int rc = tr_pg_publication_tables(session, snapshot->params->capture, streamed,
                                      &snapshot->publication, diag);

    if (rc)
        return rc;
    const struct tr_filter_list include = {&options->snapshot.include_collections,
                                           "snapshot.include.collection.list"};
    if (tr_filter_new(include, (struct tr_filter_list){0}, &filter, diag) < 0)
        return -1;
    rc = add_tables(snapshot, session, filter, diag);
    tr_filter_free(filter);
    return rc;
}

/* The last row of the last table that has one is marked. */
static int find_last(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                     struct tr_diag *diag)
{
    snapshot->last = snapshot->count;
    for (size_t i = snapshot->count; i-- > 0;) {
        bool any;
        int rc = tr_pg_snapshot_probe(session, &snapshot->tables[i], &any, diag);
        if (!rc && !any)
            rc = tr_pg_snapshot_check_empty(session, &snapshot->tables[i], diag);
        if (rc)
            return rc;
        if (any) {
            snapshot->last = i;
            break;
        }
        snapshot->tables_done++;
    }
    return 0;
}

/* A reader beside the first one. */
struct helper {
    struct tr_pg_snapshot *snapshot;
    struct tr_pg_session session;
    pthread_t thread;
    bool started;
};

static void *help(void *context)
{
    struct helper *helper = context;
    tr_pg_reader_run(helper->snapshot, &helper->session);
    return NULL;
}

static int start_helper(struct tr_pg_snapshot *snapshot, struct helper *helper,
                        struct tr_diag *diag)
{
    helper->snapshot = snapshot;
    int rc = tr_pg_connect(snapshot->context, TR_PG_READER, &helper->session, diag);

    if (!rc)
        rc = tr_pg_snapshot_enter(snapshot, &helper->session, diag);
    if (rc)
        return rc;
    if (pthread_create(&helper->thread, NULL, help, helper) != 0)
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "no thread for a snapshot reader");
    helper->started = true;
    return 0;
}

static void join_helpers(struct helper *helpers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (helpers[i].started)
            pthread_join(helpers[i].thread, NULL);
        tr_pg_disconnect(&helpers[i].session);
    }
}

/* Run the readers, the first one in this thread. */
static int read_all(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                    struct tr_diag *diag)
{
    size_t n = snapshot->readers - 1;
    struct helper *helpers = calloc(n + 1, sizeof *helpers);
    int rc = 0;

    if (!helpers)
        return tr_fail_memory(diag);
    for (size_t i = 0; !rc && i < n; i++)
        rc = start_helper(snapshot, &helpers[i], diag);
    if (rc < 0)
        tr_pg_snapshot_fail(snapshot, diag);
    if (!rc)
        tr_pg_reader_run(snapshot, session);
    join_helpers(helpers, n);
    free(helpers);
    if (snapshot->failed) {
        *diag = snapshot->diag;
        return -1;
    }
    return tr_pg_stopping(snapshot->context) ? TR_PG_STOPPED : rc;
}

/* The position behind the snapshot. It is waited for: who is told that the stream has begun may
 * count on the snapshot, even if the run ends at once. */
static int conclude(struct tr_pg_snapshot *snapshot, struct tr_diag *diag)
{
    struct tr_pg_position *position = snapshot->params->position;

    if (snapshot->params->executor) {
        int done = tr_pg_snapshot_notify_end(snapshot, diag);
        return done ? done : tr_pg_snapshot_unblock(snapshot->params, diag);
    }
    position->stage = TR_PG_STREAM;
    if (position->resume_lsn) /* Debezium would go on from lsn */
        position->lsn = position->resume_lsn;
    else /* no slot */
        position->resume_lsn = position->lsn;
    tr_pg_snapshot_tell(snapshot, NULL, 0);
    size_t beside = tr_onward_beside(&snapshot->params->onward);
    int rc = tr_pg_snapshot_notify_end(snapshot, diag);
    if (rc)
        return rc;
    struct tr_batch *batch = snapshot->context->outlet->impl->take_wait(snapshot->context->outlet);
    if (!batch)
        return TR_PG_STOPPED;
    if (tr_pg_snapshot_close_rest(snapshot, batch, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    rc = tr_pg_start_commit(snapshot->context, batch, position, position->resume_lsn, diag);
    if (!rc)
        tr_log_info(snapshot->context->log,
                    beside ? "what is left of the snapshot is read beside the stream"
                           : "the snapshot is committed",
                    TR_LOG_INT("tables", beside ? beside : snapshot->count),
                    TR_LOG_INT("rows", snapshot->rows));
    return rc;
}

static void size_up(struct tr_pg_snapshot *snapshot)
{
    const struct tr_connector_options *options = snapshot->context->options;
    int64_t threads = TR_MAX(options->snapshot.max_threads, 1);

    /* more readers than work would only be more connections */
    bool chunked = false;
    for (size_t i = 0; i < snapshot->count; i++)
        chunked |= snapshot->tables[i].chunked;
    if (!chunked)
        threads = TR_MIN(threads, TR_MAX((int64_t)snapshot->count, 1));
    snapshot->readers = (size_t)threads;
    /* the ring has half of the memory, and half of the ring stays for what is on its way */
    snapshot->share = (size_t)(options->memory_limit / (4 * threads));
}

static int run(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
               struct tr_diag *diag)
{
    int rc = tr_pg_snapshot_enter(snapshot, session, diag);

    if (!rc && !snapshot->name[0])
        rc = export(snapshot, session, diag);
    if (!rc)
        rc = date(snapshot, session, diag);
    if (!rc)
        rc = tr_pg_snapshot_notify_start(snapshot, diag);
    if (!rc)
        rc = tr_pg_snapshot_limit_waits(snapshot, session, diag);
    if (!rc)
        rc = find_tables(snapshot, session, diag);
    if (!rc)
        rc = tr_pg_snapshot_lock(snapshot, session, diag);
    if (!rc)
        rc = find_last(snapshot, session, diag);
    if (!rc)
        rc = tr_pg_snapshot_open_rest(snapshot, diag);
    if (rc)
        return rc;
    size_up(snapshot);
    tr_log_info(snapshot->context->log,
                snapshot->params->onward.goes_on ? "an interrupted snapshot goes on"
                                                 : "reading a snapshot",
                TR_LOG_INT("tables", snapshot->count), TR_LOG_INT("readers", snapshot->readers),
                TR_LOG_INT("rows_estimated", snapshot->rows_estimated));
    tr_pg_snapshot_tell(snapshot, NULL, 0);
    rc = read_all(snapshot, session, diag);
    return rc ? rc : conclude(snapshot, diag);
}

static void finish(struct tr_pg_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++)
        tr_pg_version_free(snapshot->tables[i].version);
    tr_pg_publication_finish(&snapshot->publication);
    tr_arena_finish(&snapshot->arena);
    tr_buf_finish(&snapshot->reading);
    tr_buf_finish(&snapshot->captured);
    pthread_mutex_destroy(&snapshot->lock);
    pthread_mutex_destroy(&snapshot->putting);
    pthread_cond_destroy(&snapshot->ended);
    free(snapshot);
}

int tr_pg_snapshot_run(const struct tr_pg_snapshot_params *params, struct tr_diag *diag)
{
    struct tr_pg_snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct tr_pg_session session;

    if (!snapshot)
        return tr_fail_memory(diag);
    snapshot->params = params;
    snapshot->context = params->context;
    snprintf(snapshot->name, sizeof snapshot->name, "%s", params->snapshot ? params->snapshot : "");
    params->position->stage = TR_PG_SNAPSHOT;
    snapshot->token = params->context->outlet->impl->confirmed(params->context->outlet);
    pthread_mutex_init(&snapshot->lock, NULL);
    pthread_mutex_init(&snapshot->putting, NULL);
    tr_buf_init(&snapshot->reading, NAMES_CAP);
    tr_buf_init(&snapshot->captured, NAMES_CAP);
    pthread_cond_init(&snapshot->ended, NULL);
    tr_arena_init(&snapshot->arena, ARENA_CHUNK, ARENA_CAP);
    tr_arena_init(&snapshot->publication.arena, ARENA_CHUNK, ARENA_CHUNK);
    int rc = tr_pg_connect(params->context, TR_PG_READER, &session, diag);
    if (!rc) {
        rc = run(snapshot, &session, diag);
        tr_pg_disconnect(&session);
    }
    finish(snapshot);
    return rc;
}
