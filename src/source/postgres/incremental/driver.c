/* The stream's side. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "source/postgres/incremental/impl.h"

#define VISIBLE_STEP_MS 20

static int list(void *driver, int (*add)(void *to, const char *name), void *to,
                struct tr_diag *diag)
{
    const struct tr_pg_incremental *incremental = driver;
    struct tr_pg_publication publication = {0};

    tr_arena_init(&publication.arena, (size_t)16 << 10, (size_t)64 << 20);
    int rc = tr_pg_publication_tables(incremental->catalog, incremental->params.capture, true,
                                      &publication, diag);
    for (size_t i = 0; !rc && i < publication.count; i++) {
        char name[320];
        snprintf(name, sizeof name, "%s.%s", publication.tables[i].schema,
                 publication.tables[i].name);
        rc = add(to, name) < 0 ? tr_fail_memory(diag) : 0;
    }
    tr_pg_publication_finish(&publication);
    return rc;
}

static void place(void *driver, char *ret_text, size_t size)
{
    const struct tr_pg_incremental *incremental = driver;
    snprintf(ret_text, size, TR_PG_LSN, TR_PG_LSN_ARGS(incremental->position->lsn));
}

static void watch(void *driver)
{
    struct tr_pg_incremental *incremental = driver;
    incremental->before = incremental->count;
}

/* 32 bits of an id are enough: all that are in progress lie within half of that space. */
static bool sees(const struct tr_pg_sight *sight, uint32_t xid)
{
    int32_t ahead = (int32_t)(xid - (uint32_t)sight->xmax);
    uint64_t full = sight->xmax + (uint64_t)(int64_t)ahead;

    if (ahead >= 0)
        return false;
    if (full < sight->xmin)
        return true;
    for (size_t i = 0; i < sight->nrunning; i++)
        if (sight->running[i] == full)
            return false;
    return true;
}

/* Of those that were streamed, up to the one before this. */
static bool sees_all(const struct tr_pg_incremental *incremental, const struct tr_pg_sight *sight,
                     uint64_t end)
{
    uint64_t first = incremental->count > TR_PG_STREAMED ? incremental->count - TR_PG_STREAMED : 0;

    for (uint64_t i = first; i < end; i++)
        if (!sees(sight, incremental->streamed[i % TR_PG_STREAMED]))
            return false;
    return true;
}

static enum tr_settled settle(void *driver, const struct tr_window *window)
{
    const struct tr_pg_incremental *incremental = driver;
    const struct tr_pg_sight *sight = window->sight;

    if (incremental->position->resume_lsn < sight->lsn)
        return TR_CHUNK_EARLY;
    return sees_all(incremental, sight, incremental->before) ? TR_CHUNK_SETTLED : TR_CHUNK_STALE;
}

/* The table as the chunk has it, compiled; kept, because most chunks have the same. */
static int take_version(struct tr_pg_incremental *incremental, struct tr_pg_version **version,
                        struct tr_diag *diag)
{
    if (incremental->version && tr_pg_version_equal(incremental->version, *version))
        return 0;
    if (tr_pg_version_compile(*version, incremental->params.capture, diag) < 0)
        return -1;
    tr_pg_version_free(incremental->version);
    incremental->version = *version;
    *version = NULL;
    return 0;
}

static void set_source(struct tr_pg_incremental *incremental, bool initial)
{
    struct tr_value *source = incremental->capturer.source;
    int64_t now = tr_clock_realtime_ns();

    tr_source_set_time(source, now / 1000);
    source[TR_SOURCE_TS_NS] = tr_value_integer(now);
    tr_pg_source_set_table(source, &incremental->version->table);
    tr_pg_source_set_lsn(source, &incremental->sequence, incremental->position->commit_lsn,
                         incremental->position->lsn);
    source[TR_PG_SOURCE_LSN] = (struct tr_value){.kind = TR_NULL};
    source[TR_SOURCE_SNAPSHOT] =
        tr_value_text(initial ? TR_SLICE("true") : TR_SLICE("incremental"));
}

static int emit(void *driver, const struct tr_window *window, struct tr_batch *batch,
                struct tr_diag *diag)
{
    struct tr_pg_incremental *incremental = driver;
    const struct tr_pg_sight *sight = window->sight;

    if (take_version(incremental, sight->version, diag) < 0)
        return -1;
    for (size_t i = 0; i < window->count; i++) {
        const struct tr_window_row *row = &window->rows[i];
        const struct tr_change change = {
            .op = TR_OP_READ,
            .after = row->cells,
            .identity = tr_pg_row_identity(sight->lsn + incremental->version->table.id, i),
        };
        if (row->dropped)
            continue;
        set_source(incremental, window->initial);
        if (tr_capture_change(&incremental->capturer, incremental->version->compiled, &change,
                              batch, diag) < 0)
            return -1;
    }
    tr_pg_tell_nulled(&incremental->capturer, incremental->params.context->log);
    return 0;
}

static void cancel(void *driver)
{
    struct tr_pg_incremental *incremental = driver;
    atomic_store(&incremental->reader.quit, true);
}

static int set_up(struct tr_pg_incremental *incremental, struct tr_diag *diag)
{
    static const struct tr_incremental_impl impl = {
        .place = place,
        .list = list,
        .watch = watch,
        .settle = settle,
        .emit = emit,
        .cancel = cancel,
        .mark = tr_pg_chunk_mark,
        .read = tr_pg_chunk_read,
        .end = tr_pg_chunk_end,
    };
    const struct tr_pg_incremental_params *params = &incremental->params;
    const struct tr_incremental_params core = {
        .impl = &impl,
        .driver = incremental,
        .options = params->context->options,
        .states = params->states,
        .notifier = params->notifier,
        .log = params->context->log,
    };

    if (tr_capturer_init(&incremental->capturer, params->capture, diag) < 0)
        return -1;
    return tr_incremental_new(&core, &incremental->core, diag);
}

int tr_pg_incremental_new(const struct tr_pg_incremental_params *params,
                          struct tr_pg_incremental **ret_incremental, struct tr_diag *diag)
{
    *ret_incremental = NULL;
    if (!tr_incremental_is_wanted(params->context->options, params->states))
        return 0;
    struct tr_pg_incremental *incremental = calloc(1, sizeof *incremental);
    if (!incremental)
        return tr_fail_memory(diag);
    incremental->params = *params;
    tr_pg_chunk_reader_init(&incremental->reader, params->context, params->capture);
    if (set_up(incremental, diag) < 0) {
        tr_pg_incremental_free(incremental);
        return -1;
    }
    *ret_incremental = incremental;
    return 0;
}

void tr_pg_incremental_free(struct tr_pg_incremental *incremental)
{
    if (!incremental)
        return;
    tr_channels_free(incremental->channels);
    tr_incremental_free(incremental->core);
    tr_pg_chunk_reader_finish(&incremental->reader);
    tr_pg_version_free(incremental->version);
    tr_capturer_finish(&incremental->capturer);
    free(incremental);
}

void tr_pg_incremental_attach(struct tr_pg_incremental *incremental,
                              const struct tr_pg_session *catalog,
                              const struct tr_pg_position *position)
{
    if (!incremental)
        return;
    incremental->catalog = catalog;
    incremental->position = position;
    /* streamed by the run before this one, most likely */
    if (position && position->xid)
        tr_pg_incremental_begin(incremental, (uint32_t)position->xid);
}

int tr_pg_incremental_await_all(struct tr_pg_incremental *incremental,
                                const struct tr_pg_session *session, struct tr_diag *diag)
{
    struct tr_pg_sight sight = {0};
    struct tr_arena arena;
    int rc = 0;

    tr_arena_init(&arena, 4096, (size_t)16 << 20);
    do {
        TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
        tr_arena_reset(&arena);
        if (sight.xmax) /* not the first time */
            rc = tr_pg_sleep(session->context, VISIBLE_STEP_MS);
        if (!rc)
            rc = tr_pg_query(session, "SELECT pg_current_snapshot()", &result, diag);
        if (!rc)
            rc = tr_pg_sight_read(PQgetvalue(result, 0, 0), &arena, &sight, diag);
    } while (!rc && !sees_all(incremental, &sight, incremental->count));
    tr_arena_finish(&arena);
    return rc;
}

void tr_pg_incremental_begin(struct tr_pg_incremental *incremental, uint32_t xid)
{
    incremental->streamed[incremental->count++ % TR_PG_STREAMED] = xid;
}

bool tr_pg_incremental_signals(const struct tr_pg_incremental *incremental,
                               const struct tr_table *table)
{
    return incremental && tr_incremental_is_signals(incremental->params.context->options, table);
}

int tr_pg_incremental_signal(struct tr_pg_incremental *incremental, const struct tr_table *table,
                             const struct tr_change *change, struct tr_diag *diag)
{
    return tr_incremental_row(incremental->core, table, change, incremental->params.context->log,
                              diag);
}

struct tr_window *tr_pg_incremental_window(struct tr_pg_incremental *incremental)
{
    return tr_incremental_window(incremental->core);
}

int tr_pg_incremental_fd(const struct tr_pg_incremental *incremental)
{
    return incremental ? tr_incremental_fd(incremental->core) : -1;
}

bool tr_pg_incremental_due(const struct tr_pg_incremental *incremental)
{
    return incremental && tr_incremental_busy(incremental->core);
}

int tr_pg_incremental_turn(struct tr_pg_incremental *incremental, struct tr_batch *batch,
                           struct tr_diag *diag)
{
    return tr_incremental_turn(incremental->core, batch, diag);
}

int tr_pg_incremental_listen(struct tr_pg_incremental *incremental,
                             const struct tr_worker_options *worker, struct tr_diag *diag)
{
    if (!incremental || incremental->channels)
        return 0;
    const struct tr_channels_params params = {
        .worker = worker,
        .options = incremental->params.context->options,
        .states = incremental->params.states,
        .log = incremental->params.context->log,
        .incremental = incremental->core,
    };
    return tr_channels_new(&params, &incremental->channels, diag);
}

void tr_pg_incremental_put(struct tr_pg_incremental *incremental, uint64_t token,
                           uint64_t confirmed)
{
    if (incremental)
        tr_channels_put(incremental->channels, token, confirmed);
}

void tr_pg_incremental_confirm(struct tr_pg_incremental *incremental, uint64_t confirmed)
{
    if (incremental)
        tr_channels_confirm(incremental->channels, confirmed);
}

struct tr_incremental *tr_pg_incremental_core(struct tr_pg_incremental *incremental)
{
    return incremental ? incremental->core : NULL;
}
