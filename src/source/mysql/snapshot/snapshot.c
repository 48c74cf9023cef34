#include "source/mysql/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "capture/filter.h"
#include "signal/signal.h"
#include "source/mysql/snapshot/impl.h"
#include "source/mysql/snapshot/point.h"
#include "source/mysql/start.h"

#define ARENA_CHUNK (64U << 10)
#define ARENA_CAP   ((size_t)1 << 30) /* bounds of all chunks */
#define NAMES_CAP   ((size_t)64 << 20)

/* A row of InnoDB takes more than this: tables of fewer bytes fit into one chunk. */
#define MIN_ROW_BYTES 24

/* How long to wait for prepared XA transactions to end. */
#define XA_TRIES   100
#define XA_WAIT_MS 100

/* The condition that a snapshot doesn't see what the stream has told. */
#define BEHIND 9

void tr_mysql_snapshot_fail(struct tr_mysql_snapshot *snapshot, const struct tr_diag *diag)
{
    pthread_mutex_lock(&snapshot->lock);
    if (!snapshot->failed)
        snapshot->diag = *diag;
    snapshot->failed = true;
    pthread_cond_broadcast(&snapshot->ended);
    pthread_mutex_unlock(&snapshot->lock);
}

bool tr_mysql_snapshot_failed(struct tr_mysql_snapshot *snapshot)
{
    pthread_mutex_lock(&snapshot->lock);
    bool failed = snapshot->failed;
    pthread_mutex_unlock(&snapshot->lock);
    return failed;
}

void tr_mysql_snapshot_tell(struct tr_mysql_snapshot *snapshot,
                            const struct tr_mysql_snapshot_table *table, uint64_t rows)
{
    char name[640] = "";

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

/* The columns that the plan's value and key need, each once. */
static int choose_columns(struct tr_mysql_snapshot *snapshot, struct tr_mysql_snapshot_table *table,
                          struct tr_diag *diag)
{
    const struct tr_plan *plan = tr_capture_table_plan(table->version->compiled);
    const struct tr_table *version = &table->version->table;
    bool *needed = tr_arena_zalloc(&snapshot->arena, version->ncolumns, sizeof *needed);

    table->places = tr_arena_zalloc(&snapshot->arena, version->ncolumns, sizeof *table->places);
    if (!needed || !table->places)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < plan->ncolumns; i++)
        needed[plan->columns[i].place] = true;
    for (size_t i = 0; i < plan->nkey_columns; i++)
        needed[plan->key[i].place] = true;
    for (size_t i = 0; i < version->ncolumns; i++)
        if (needed[i]) {
            const struct tr_mysql_type *type = version->columns[i].type;
            table->places[table->nplaces++] =
                (struct tr_mysql_place){(unsigned)i, type, tr_mysql_type_transcoder(type)};
        }
    int rc = tr_mysql_snapshot_override(snapshot, table, diag);
    return rc ? rc : tr_mysql_snapshot_columns(snapshot, table, diag);
}

static bool is_large(const struct tr_mysql_snapshot *snapshot,
                     const struct tr_mysql_definition *definition)
{
    uint64_t chunk = (uint64_t)snapshot->context->options->snapshot.fetch_size;
    return definition->rows > chunk || definition->bytes > chunk * MIN_ROW_BYTES;
}

/* The table that was added last: how much of it. */
static int take_rest(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    struct tr_mysql_snapshot_table *table = &snapshot->tables[snapshot->count - 1];
    bool read;
    int rc = tr_mysql_snapshot_find_rest(snapshot, table, &read, diag);

    if (!rc && !read) {
        tr_mysql_version_free(table->version);
        memset(table, 0, sizeof *table);
        snapshot->count--;
    }
    return rc;
}

/* The definition stays with the version, and with the store that it goes to. */
static int add_table(struct tr_mysql_snapshot *snapshot, struct tr_mysql_definition *definition,
                     struct tr_diag *diag)
{
    struct tr_mysql_snapshot_table *table = &snapshot->tables[snapshot->count];
    const struct tr_mysql_version_params params = {
        .capture = snapshot->params->capture,
        .definition = definition,
    };
    int rc = tr_mysql_version_new(&params, &table->version, diag);

    if (rc)
        return rc;
    snapshot->count++;
    snprintf(table->name, sizeof table->name, "%s.%s", definition->table.schema,
             definition->table.name);
    table->rank =
        tr_snapshot_rank(&snapshot->context->options->snapshot, definition->rows,
                         tr_capture_rank(snapshot->params->capture, definition->table.schema,
                                         definition->table.name));
    table->chunked = tr_mysql_snapshot_can_cut(table->version) && is_large(snapshot, definition);
    snapshot->rows_estimated += definition->rows;
    rc = choose_columns(snapshot, table, diag);
    return rc ? rc : take_rest(snapshot, diag);
}

int tr_mysql_snapshot_transactions(const struct tr_mysql_session *session,
                                   const struct tr_mysql_definition *definition,
                                   bool *ret_transactions, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    MYSQL_ROW row;

    *ret_transactions = !definition->engine || strcasecmp(definition->engine, "InnoDB") == 0;
    if (*ret_transactions)
        return 0;
    int rc = tr_mysql_query(session,
                            "SELECT ENGINE FROM information_schema.ENGINES"
                            " WHERE TRANSACTIONS = 'YES'",
                            &result, diag);
    while (!rc && !*ret_transactions && (row = mysql_fetch_row(result)))
        *ret_transactions = strcasecmp(row[0], definition->engine) == 0;
    return rc;
}

static int check_engine(struct tr_mysql_snapshot *snapshot,
                        const struct tr_mysql_definition *definition, struct tr_diag *diag)
{
    const struct tr_table *table = &definition->table;
    bool transactions;

    if (snapshot->context->options->snapshot.locking == TR_LOCKING_EXTENDED)
        return 0;
    int rc = tr_mysql_snapshot_transactions(&snapshot->catalog, definition, &transactions, diag);
    if (rc || transactions)
        return rc;
    return tr_fail(
        diag, TR_SCHEMA, TR_STOP,
        "table %s.%s has the engine %s, which knows no transactions, so that no snapshot "
        "of it is consistent: ALTER TABLE `%s`.`%s` ENGINE = InnoDB, or set "
        "snapshot.locking.mode=extended, which holds all writes back for the whole "
        "snapshot, or leave it out with table.exclude.list",
        table->schema, table->name, definition->engine, table->schema, table->name);
}

static int take_table(struct tr_mysql_snapshot *snapshot, const struct tr_mysql_listed *listed,
                      const struct tr_filter *filter, struct tr_diag *diag)
{
    struct tr_mysql_definition *definition;
    const char *ignored;
    char name[512];
    int rc = tr_mysql_catalog_read(&snapshot->catalog, listed->database, listed->table, &definition,
                                   diag);

    if (rc) /* dropped since: the stream tells */
        return rc == TR_MYSQL_MISSING ? 0 : rc;
    snprintf(name, sizeof name, "%s.%s", listed->database, listed->table);
    bool ordered = snapshot->params->executor;
    bool wanted = ordered ? tr_mysql_snapshot_ordered(snapshot, name, &ignored)
                          : snapshot->params->data && tr_filter_allows(filter, name) &&
                                tr_mysql_snapshot_is_left(snapshot, name);
    bool signals = !ordered && tr_signal_table_is(&snapshot->context->options->signal, name);
    if (wanted)
        rc = tr_mysql_snapshot_list(snapshot, name, !signals, diag);
    if (!rc && wanted && !signals) {
        rc = check_engine(snapshot, definition, diag);
        if (!rc)
            rc = add_table(snapshot, definition, diag);
    }
    if (!rc)
        rc = tr_mysql_snapshot_define(snapshot, definition, diag);
    else
        tr_mysql_definition_free(definition);
    return rc;
}

static int compare_tables(const void *a, const void *b)
{
    const struct tr_mysql_snapshot_table *left = a, *right = b;
    const struct tr_table *one = &left->version->table, *other = &right->version->table;

    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    int order = strcmp(one->schema, other->schema);
    return order ? order : strcmp(one->name, other->name);
}

/* Definitions are told by name, rows in the order of table.include.list. */
static int take_tables(struct tr_mysql_snapshot *snapshot, const struct tr_filter *filter,
                       struct tr_diag *diag)
{
    const struct tr_mysql_list *list = &snapshot->list;
    int rc = 0;

    snapshot->tables = tr_arena_zalloc(&snapshot->arena, list->count, sizeof *snapshot->tables);
    if (!snapshot->tables)
        return tr_fail_memory(diag);
    for (size_t i = 0; !rc && i < list->count; i++)
        if (tr_mysql_wants(snapshot->params->capture, list->items[i].database,
                           list->items[i].table))
            rc = take_table(snapshot, &list->items[i], filter, diag);
    if (!rc)
        qsort(snapshot->tables, snapshot->count, sizeof *snapshot->tables, compare_tables);
    return rc;
}

/* snapshot.include.collection.list narrows what is read, not what is streamed. */
static int find_tables(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    const struct tr_filter_list include = {
        &snapshot->context->options->snapshot.include_collections,
        "snapshot.include.collection.list"};
    struct tr_filter *filter;
    int rc = tr_mysql_catalog_tables(&snapshot->catalog, &snapshot->arena, &snapshot->list, diag);

    if (rc)
        return rc;
    if (tr_filter_new(include, (struct tr_filter_list){0}, &filter, diag) < 0)
        return -1;
    rc = take_tables(snapshot, filter, diag);
    tr_filter_free(filter);
    return rc;
}

/* The last row of the last table that has one is marked. */
static int find_last(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    snapshot->last = snapshot->count;
    for (size_t i = snapshot->count; i-- > 0;) {
        bool any;
        int rc = tr_mysql_snapshot_probe(&snapshot->readers[0], &snapshot->tables[i], &any, diag);
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
    struct tr_mysql_snapshot *snapshot;
    const struct tr_mysql_session *session;
    pthread_t thread;
    bool started;
};

static void *help(void *context)
{
    struct helper *helper = context;
    tr_mysql_reader_run(helper->snapshot, helper->session);
    return NULL;
}

/* Run the readers, the first one in this thread. */
static int read_all(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    struct helper *helpers = calloc(snapshot->nreaders, sizeof *helpers);

    if (!helpers)
        return tr_fail_memory(diag);
    for (size_t i = 1; i < snapshot->nreaders; i++) {
        helpers[i] = (struct helper){.snapshot = snapshot, .session = &snapshot->readers[i]};
        helpers[i].started = pthread_create(&helpers[i].thread, NULL, help, &helpers[i]) == 0;
    }
    tr_mysql_reader_run(snapshot, &snapshot->readers[0]);
    for (size_t i = 1; i < snapshot->nreaders; i++)
        if (helpers[i].started)
            pthread_join(helpers[i].thread, NULL);
    free(helpers);
    if (snapshot->failed) {
        *diag = snapshot->diag;
        return -1;
    }
    return tr_mysql_stopping(snapshot->context) ? TR_MYSQL_STOPPED : 0;
}

/* The position behind the snapshot. It is waited for: who is told that the stream has begun may
 * count on the snapshot, even if the run ends at once. */
static int conclude(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    struct tr_mysql_position *position = snapshot->params->position;

    position->stage = TR_MYSQL_STREAM;
    tr_mysql_snapshot_tell(snapshot, NULL, 0);
    size_t beside = tr_onward_beside(&snapshot->params->onward);
    int rc = beside ? 0 : tr_mysql_snapshot_notify_end(snapshot, diag);
    if (rc)
        return rc;
    if (snapshot->params->executor)
        return tr_mysql_snapshot_unblock(snapshot->params, ++snapshot->token, diag);
    rc = tr_mysql_snapshot_take_batch(snapshot);
    if (!rc)
        rc = tr_mysql_snapshot_close_rest(snapshot, snapshot->batch, diag);
    if (rc)
        return rc;
    struct tr_batch *batch = snapshot->batch;
    snapshot->batch = NULL;
    rc = tr_mysql_start_commit(snapshot->context, batch, position, ++snapshot->token, diag);
    if (!rc)
        tr_log_info(snapshot->context->log,
                    beside ? "what is left of the snapshot is read beside the stream"
                           : "the snapshot is committed",
                    TR_LOG_INT("tables", beside ? beside : snapshot->count),
                    TR_LOG_INT("rows", snapshot->rows));
    return rc;
}

static int fix_point(struct tr_mysql_snapshot *snapshot, struct tr_mysql_point *point,
                     struct tr_diag *diag)
{
    const struct tr_mysql_coordinates *seen = snapshot->params->seen;
    int rc = TR_MYSQL_PREPARED;

    point->elsewhere = snapshot->params->keep;
    for (int i = 0; (rc == TR_MYSQL_PREPARED || rc == BEHIND) && i < XA_TRIES; i++) {
        tr_mysql_gtids_finish(&point->gtids);
        tr_mysql_gtids_init(&point->gtids, snapshot->catalog.dialect.mariadb);
        rc = i ? tr_mysql_sleep(snapshot->context, XA_WAIT_MS) : 0;
        if (!rc)
            rc = tr_mysql_point_fix(point, diag);
        if (!rc && seen && tr_mysql_coordinates_compare(&point->place, seen) < 0)
            rc = BEHIND;
    }
    if (rc == BEHIND)
        return tr_fail(diag, TR_DATA, TR_RETRY,
                       "the server still doesn't show what its log has long had, up to %s:%llu",
                       seen->file, (unsigned long long)seen->pos);
    if (rc != TR_MYSQL_PREPARED)
        return rc;
    return tr_fail(diag, TR_DATA, TR_RETRY,
                   "there are prepared XA transactions (XA RECOVER), which a snapshot would miss: "
                   "commit or roll them back");
}

/* When and where it is; and, unless the position is to stay, that the stream begins there. */
static int take_point(struct tr_mysql_snapshot *snapshot, const struct tr_mysql_point *point,
                      struct tr_diag *diag)
{
    struct tr_mysql_position *position = snapshot->params->position;
    char now[32];
    int rc =
        tr_mysql_ask_text(&snapshot->catalog, "SELECT UNIX_TIMESTAMP()", now, sizeof now, diag);

    snapshot->ts_sec = rc ? 0 : tr_mysql_number(now);
    snapshot->place = point->place;
    if (rc || snapshot->params->keep)
        return rc;
    position->ts_sec = snapshot->ts_sec;
    position->place = point->place;
    position->has_gtids = !tr_mysql_gtids_empty(&point->gtids);
    position->server_id = 0;
    position->skip_events = position->skip_rows = 0;
    tr_mysql_gtids_finish(&position->gtids);
    return tr_mysql_gtids_copy(&point->gtids, &position->gtids, diag);
}

/* Open the readers at one point of the log. */
static int open_readers(struct tr_mysql_snapshot *snapshot, struct tr_mysql_session *lock,
                        struct tr_diag *diag)
{
    const struct tr_mysql_context *context = snapshot->context;
    struct tr_mysql_point point = {.readers = snapshot->readers, .lock = lock};
    int rc = tr_mysql_connect(context, TR_MYSQL_ORDINARY, lock, diag);

    while (!rc && point.nreaders < snapshot->nreaders) {
        struct tr_mysql_session *reader = &snapshot->readers[point.nreaders++];
        rc = tr_mysql_connect(context, TR_MYSQL_READER, reader, diag);
        if (!rc)
            rc = tr_mysql_execute(reader, "SET character_set_results = NULL", diag);
    }
    if (!rc)
        rc = fix_point(snapshot, &point, diag);
    if (!rc)
        rc = take_point(snapshot, &point, diag);
    tr_mysql_gtids_finish(&point.gtids);
    return rc;
}

static int read_rows(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    tr_log_info(snapshot->context->log, "reading a snapshot", TR_LOG_INT("tables", snapshot->count),
                TR_LOG_INT("readers", snapshot->nreaders),
                TR_LOG_INT("rows_estimated", snapshot->rows_estimated));
    tr_mysql_snapshot_tell(snapshot, NULL, 0);
    return read_all(snapshot, diag);
}

/* What an interrupted snapshot has left: tables in one piece, or, where nothing is streamed, all of
 * it. */
static int run_rest(struct tr_mysql_snapshot *snapshot, struct tr_mysql_session *lock,
                    struct tr_diag *diag)
{
    int rc = tr_mysql_connect(snapshot->context, TR_MYSQL_ORDINARY, &snapshot->catalog, diag);

    if (!rc)
        rc = find_tables(snapshot, diag);
    size_t beside = tr_onward_beside(&snapshot->params->onward);
    if (!rc)
        tr_log_info(snapshot->context->log, "going on with an interrupted snapshot",
                    TR_LOG_INT("tables_left", snapshot->count + beside),
                    TR_LOG_INT("beside_the_stream", beside));
    if (!rc && snapshot->count)
        rc = open_readers(snapshot, lock, diag);
    if (!rc && snapshot->count)
        rc = find_last(snapshot, diag);
    if (!rc)
        rc = tr_mysql_snapshot_open_rest(snapshot, diag);
    if (!rc)
        rc = tr_mysql_snapshot_flush(snapshot, diag);
    if (!rc && snapshot->count)
        rc = read_rows(snapshot, diag);
    return rc ? rc : conclude(snapshot, diag);
}

static int run(struct tr_mysql_snapshot *snapshot, struct tr_mysql_session *lock,
               struct tr_diag *diag)
{
    const struct tr_mysql_snapshot_params *params = snapshot->params;
    int rc = tr_mysql_connect(snapshot->context, TR_MYSQL_ORDINARY, &snapshot->catalog, diag);

    if (!rc && (params->data || !params->keep))
        rc = open_readers(snapshot, lock, diag);
    if (!rc)
        rc = tr_mysql_snapshot_notify_start(snapshot, diag);
    if (!rc)
        rc = tr_mysql_snapshot_forget(snapshot, diag);
    if (!rc)
        rc = find_tables(snapshot, diag);
    if (!rc && params->data)
        rc = find_last(snapshot, diag);
    if (!rc && (params->data || !params->keep) && params->changes)
        rc = tr_mysql_snapshot_announce(snapshot, diag);
    if (!rc)
        rc = tr_mysql_snapshot_open_rest(snapshot, diag);
    if (!rc)
        rc = tr_mysql_snapshot_flush(snapshot, diag);
    if (!rc && params->data)
        rc = read_rows(snapshot, diag);
    return rc ? rc : conclude(snapshot, diag);
}

static void finish(struct tr_mysql_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++)
        tr_mysql_version_free(snapshot->tables[i].version);
    for (size_t i = 0; snapshot->readers && i < snapshot->nreaders; i++)
        tr_mysql_disconnect(&snapshot->readers[i]);
    free(snapshot->readers);
    tr_mysql_disconnect(&snapshot->catalog);
    tr_batch_free(snapshot->batch);
    tr_arena_finish(&snapshot->arena);
    tr_buf_finish(&snapshot->reading);
    tr_buf_finish(&snapshot->captured);
    pthread_mutex_destroy(&snapshot->lock);
    pthread_mutex_destroy(&snapshot->putting);
    pthread_cond_destroy(&snapshot->ended);
    free(snapshot);
}

int tr_mysql_snapshot_run(const struct tr_mysql_snapshot_params *params, struct tr_diag *diag)
{
    struct tr_mysql_snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct tr_mysql_session lock = {.mysql = NULL};
    const struct tr_connector_options *options = params->context->options;

    if (!snapshot)
        return tr_fail_memory(diag);
    snapshot->params = params;
    snapshot->context = params->context;
    if (!params->executor)
        params->position->stage = TR_MYSQL_SNAPSHOT;
    snapshot->token = params->context->outlet->impl->confirmed(params->context->outlet);
    snapshot->nreaders = params->data ? (size_t)TR_MAX(options->snapshot.max_threads, 1) : 1;
    /* the ring has half of the memory, and half of the ring stays for what is on its way */
    snapshot->share = (size_t)options->memory_limit / (4 * snapshot->nreaders);
    pthread_mutex_init(&snapshot->lock, NULL);
    pthread_mutex_init(&snapshot->putting, NULL);
    tr_buf_init(&snapshot->reading, NAMES_CAP);
    tr_buf_init(&snapshot->captured, NAMES_CAP);
    pthread_cond_init(&snapshot->ended, NULL);
    tr_arena_init(&snapshot->arena, ARENA_CHUNK, ARENA_CAP);
    snapshot->readers = calloc(snapshot->nreaders, sizeof *snapshot->readers);
    int rc = tr_fail_memory(diag);
    if (snapshot->readers)
        rc = params->onward.goes_on ? run_rest(snapshot, &lock, diag) : run(snapshot, &lock, diag);
    tr_mysql_disconnect(&lock);
    finish(snapshot);
    return rc;
}
