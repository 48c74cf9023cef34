/* The stream's side. */
#include "source/mysql/incremental.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "source/mysql/incremental/impl.h"

#define LIST_CHUNK ((size_t)16 << 10)
#define LIST_CAP   ((size_t)64 << 20)

static bool stopping(struct tr_outlet *outlet)
{
    const struct tr_mysql_incremental *incremental = (const struct tr_mysql_incremental *)outlet;

    return atomic_load(&incremental->ending) || tr_mysql_stopping(incremental->params.context);
}

static void place(void *driver, char *ret_text, size_t size)
{
    const struct tr_mysql_incremental *incremental = driver;
    tr_mysql_changes_place(incremental->changes, ret_text, size);
}

static int list(void *driver, int (*add)(void *to, const char *name), void *to,
                struct tr_diag *diag)
{
    const struct tr_mysql_incremental *incremental = driver;
    struct tr_mysql_list tables;
    struct tr_arena arena;
    char name[512];

    tr_arena_init(&arena, LIST_CHUNK, LIST_CAP);
    int rc = tr_mysql_catalog_tables(incremental->params.session, &arena, &tables, diag);
    for (size_t i = 0; !rc && i < tables.count; i++) {
        const struct tr_mysql_listed *item = &tables.items[i];
        if (!tr_mysql_wants(incremental->params.capture, item->database, item->table))
            continue;
        snprintf(name, sizeof name, "%s.%s", item->database, item->table);
        rc = add(to, name) < 0 ? tr_fail_memory(diag) : 0;
    }
    tr_arena_finish(&arena);
    /* the run ends; nothing more is executed */
    return rc > 0 ? tr_fail(diag, TR_NETWORK, TR_RETRY, "stopped while the tables were listed")
                  : rc;
}

/* Without memory for the copy nothing is known to be visible, and the chunk is read once more. */
static void watch(void *driver)
{
    struct tr_mysql_incremental *incremental = driver;
    const struct tr_mysql_position *position = tr_mysql_changes_position(incremental->changes);
    struct tr_diag ignored;

    tr_mysql_gtids_finish(&incremental->watched);
    tr_mysql_gtids_init(&incremental->watched, position->gtids.mariadb);
    incremental->watch_failed =
        position->has_gtids &&
        tr_mysql_gtids_copy(&position->gtids, &incremental->watched, &ignored) < 0;
    incremental->watched_to = *tr_mysql_changes_told_to(incremental->changes);
}

static enum tr_settled settle(void *driver, const struct tr_window *window)
{
    const struct tr_mysql_incremental *incremental = driver;
    const struct tr_mysql_position *position = tr_mysql_changes_position(incremental->changes);
    const struct tr_mysql_sight *sight = &incremental->sight;
    bool visible;

    (void)window;
    if (tr_mysql_coordinates_compare(&position->place, &sight->end) < 0)
        return TR_CHUNK_EARLY;
    if (sight->by_gtids)
        visible = !incremental->watch_failed &&
                  tr_mysql_gtids_contain(&sight->gtids, &incremental->watched);
    else
        visible = tr_mysql_coordinates_compare(&incremental->watched_to, &sight->place) <= 0;
    return visible ? TR_CHUNK_SETTLED : TR_CHUNK_STALE;
}

/* The block is that of the stream's newest row, as Debezium's is; the time is now. */
static void set_source(struct tr_mysql_incremental *incremental, bool initial)
{
    const struct tr_mysql_position *position = tr_mysql_changes_position(incremental->changes);
    struct tr_value *source = incremental->capturer.source;
    int64_t now = tr_clock_realtime_ns();

    memcpy(source, tr_mysql_changes_capturer(incremental->changes)->source,
           TR_MYSQL_SOURCE_FIELDS * sizeof *source);
    if (source[TR_MYSQL_SOURCE_FILE].kind == TR_NULL) { /* there was none yet */
        tr_mysql_source_set_place(source, &position->place, 0);
        source[TR_MYSQL_SOURCE_SERVER_ID] = tr_value_integer(position->server_id);
    }
    source[TR_MYSQL_SOURCE_ROW] = tr_value_integer(0);
    source[TR_MYSQL_SOURCE_QUERY] = (struct tr_value){.kind = TR_NULL};
    tr_source_set_time(source, now / 1000);
    source[TR_SOURCE_TS_NS] = tr_value_integer(now);
    source[TR_SOURCE_SNAPSHOT] =
        tr_value_text(initial ? TR_SLICE("true") : TR_SLICE("incremental"));
    tr_mysql_source_set_table(source, &incremental->version->table);
}

static int emit(void *driver, const struct tr_window *window, struct tr_batch *batch,
                struct tr_diag *diag)
{
    struct tr_mysql_incremental *incremental = driver;
    int rc = 0;

    set_source(incremental, window->initial);
    for (size_t i = 0; rc == 0 && i < window->count; i++) {
        const struct tr_change change = {
            .op = TR_OP_READ,
            .after = window->rows[i].cells,
            .identity = incremental->rows++ * UINT64_C(0x9e3779b97f4a7c15),
        };
        if (!window->rows[i].dropped)
            rc = tr_capture_change(&incremental->capturer, incremental->version->compiled, &change,
                                   batch, diag);
    }
    tr_mysql_tell_nulled(&incremental->capturer, incremental->params.context->log);
    return rc < 0 ? tr_fail_in(diag, window->initial ? "the rest of the snapshot"
                                                     : "the incremental snapshot")
                  : 0;
}

static void cancel(void *driver)
{
    struct tr_mysql_incremental *incremental = driver;
    atomic_store(&incremental->ending, true);
}

static const struct tr_incremental_impl impl = {
    .place = place,
    .list = list,
    .watch = watch,
    .settle = settle,
    .emit = emit,
    .cancel = cancel,
    .mark = tr_mysql_chunk_mark,
    .read = tr_mysql_chunk_read,
    .end = tr_mysql_chunk_end,
};

static int init(struct tr_mysql_incremental *incremental, struct tr_diag *diag)
{
    const struct tr_mysql_incremental_params *params = &incremental->params;
    const struct tr_incremental_params core = {
        .impl = &impl,
        .driver = incremental,
        .options = params->context->options,
        .states = params->states,
        .notifier = params->notifier,
        .log = params->context->log,
    };

    if (tr_capturer_init(&incremental->capturer, params->capture, diag) < 0 ||
        tr_incremental_new(&core, &incremental->incremental, diag) < 0)
        return -1;
    const struct tr_channels_params channels = {
        .worker = params->worker,
        .options = params->context->options,
        .states = params->states,
        .log = params->context->log,
        .incremental = incremental->incremental,
    };
    return tr_channels_new(&channels, &incremental->channels, diag);
}

int tr_mysql_incremental_new(const struct tr_mysql_incremental_params *params,
                             struct tr_mysql_incremental **ret_incremental, struct tr_diag *diag)
{
    static const struct tr_outlet_impl outlet = {.stopping = stopping};

    *ret_incremental = NULL;
    if (!tr_incremental_is_wanted(params->context->options, params->states))
        return 0;
    struct tr_mysql_incremental *incremental = calloc(1, sizeof *incremental);
    if (!incremental)
        return tr_fail_memory(diag);
    incremental->outlet = (struct tr_outlet){.impl = &outlet, .fd = -1};
    incremental->params = *params;
    incremental->context = *params->context;
    incremental->context.outlet = &incremental->outlet;
    incremental->context.figures = NULL;
    incremental->due = true; /* what is stored may be gone on with */
    if (init(incremental, diag) < 0) {
        tr_mysql_incremental_free(incremental);
        return -1;
    }
    *ret_incremental = incremental;
    return 0;
}

void tr_mysql_incremental_free(struct tr_mysql_incremental *incremental)
{
    if (!incremental)
        return;
    tr_channels_free(incremental->channels);
    tr_incremental_free(incremental->incremental);
    tr_mysql_disconnect(&incremental->reader);
    tr_mysql_disconnect(&incremental->marker);
    tr_mysql_version_free(incremental->version);
    tr_mysql_gtids_finish(&incremental->watched);
    tr_mysql_gtids_finish(&incremental->sight.gtids);
    tr_capturer_finish(&incremental->capturer);
    free(incremental);
}

void tr_mysql_incremental_attach(struct tr_mysql_incremental *incremental,
                                 struct tr_mysql_changes *changes)
{
    if (incremental)
        incremental->changes = changes;
}

static bool is_signals(const struct tr_mysql_incremental *incremental, const struct tr_table *table)
{
    return tr_incremental_is_signals(incremental->context.options, table);
}

bool tr_mysql_incremental_cares(const struct tr_mysql_incremental *incremental,
                                const struct tr_table *table)
{
    return incremental &&
           (is_signals(incremental, table) ||
            tr_window_watches(tr_incremental_window(incremental->incremental), table));
}

int tr_mysql_incremental_change(struct tr_mysql_incremental *incremental,
                                const struct tr_table *table, const struct tr_change *change,
                                struct tr_diag *diag)
{
    struct tr_window *window = tr_incremental_window(incremental->incremental);
    int rc = 0;

    if (is_signals(incremental, table)) {
        incremental->due = true;
        rc = tr_incremental_row(incremental->incremental, table, change, incremental->context.log,
                                diag);
    }
    if (rc < 0 || !tr_window_watches(window, table))
        return rc;
    return tr_window_change(window, table, change, diag);
}

void tr_mysql_incremental_altered(struct tr_mysql_incremental *incremental,
                                  struct tr_slice database, struct tr_slice table)
{
    struct tr_window *window = incremental ? tr_incremental_window(incremental->incremental) : NULL;

    if (window && window->table && tr_slice_is(database, window->schema) &&
        (!table.n || tr_slice_is(table, window->table)))
        tr_window_discard(window);
}

int tr_mysql_incremental_fd(const struct tr_mysql_incremental *incremental)
{
    return incremental ? tr_incremental_fd(incremental->incremental) : -1;
}

bool tr_mysql_incremental_due(const struct tr_mysql_incremental *incremental)
{
    return incremental && incremental->due;
}

void tr_mysql_incremental_look(struct tr_mysql_incremental *incremental)
{
    if (incremental && tr_incremental_busy(incremental->incremental))
        incremental->due = true;
}

int tr_mysql_incremental_turn(struct tr_mysql_incremental *incremental, struct tr_batch *batch,
                              struct tr_diag *diag)
{
    incremental->due = false;
    return tr_incremental_turn(incremental->incremental, batch, diag);
}

void tr_mysql_incremental_put(struct tr_mysql_incremental *incremental, uint64_t token)
{
    if (incremental)
        tr_channels_put(incremental->channels, token, 0);
}

void tr_mysql_incremental_confirm(struct tr_mysql_incremental *incremental, uint64_t token)
{
    if (incremental)
        tr_channels_confirm(incremental->channels, token);
}

struct tr_incremental *tr_mysql_incremental_core(struct tr_mysql_incremental *incremental)
{
    return incremental ? incremental->incremental : NULL;
}
