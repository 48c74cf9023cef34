/* The drivers' life: made with a position, run in the source thread, freed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "signal/notifier.h"
#include "source/mysql/check.h"
#include "source/mysql/converters.h"
#include "source/mysql/mysql.h"
#include "source/mysql/snapshot.h"
#include "source/mysql/source-block.h"
#include "source/mysql/start.h"
#include "source/mysql/stream.h"
#include "source/mysql/types.h"

/* Below every token of a snapshot's chunks. */
#define INTENT_TOKEN 1
/* Above them, below the stream's. */
#define BEGIN_TOKEN  (UINT64_C(1) << 31)

/* Between two looks at what the server has executed. */
#define VISIBLE_STEP_MS 20

struct tr_mysql_source {
    struct tr_source base; /* first: this is a tr_source */
    struct tr_mysql_context context;
    struct tr_arena arena; /* of the source block's schema */
    struct tr_mysql_type_map types;
    struct tr_mysql_converters *converters;
    struct tr_capture *capture;
    struct tr_notifier *notifier;
    const struct tr_worker_options *worker;
    const struct tr_states *states;
    struct tr_mysql_position stored;   /* what the run begins with */
    struct tr_mysql_position position; /* what the stream begins with */
    /* Of the run. */
    struct tr_mysql_session session, dump;
    struct tr_mysql_log_end end;
    struct tr_mysql_definitions *definitions;
    struct tr_mysql_schema_changes *schema_changes;
    struct tr_mysql_incremental *incremental;
};

static struct tr_mysql_source *source_of(struct tr_source *source)
{
    return (struct tr_mysql_source *)source;
}

static bool streams(const struct tr_mysql_source *source)
{
    return tr_snapshot_wishes_of(&source->context.options->snapshot).stream;
}

static void disconnect(struct tr_mysql_source *source)
{
    tr_mysql_disconnect(&source->dump);
    tr_mysql_disconnect(&source->session);
    tr_mysql_log_end_finish(&source->end);
}

static int connect_all(struct tr_mysql_source *source, struct tr_diag *diag)
{
    int rc = tr_mysql_connect(&source->context, TR_MYSQL_ORDINARY, &source->session, diag);

    if (!rc)
        rc = tr_mysql_log_end_read(&source->session, &source->end, diag);
    if (!rc && streams(source))
        rc = tr_mysql_connect(&source->context, TR_MYSQL_DUMP, &source->dump, diag);
    return rc;
}

/* The position is another server's: its file names and numbers say nothing here. */
static bool moved(const struct tr_mysql_source *source)
{
    const struct tr_mysql_identity *stored = &source->stored.identity;
    struct tr_mysql_identity now = tr_mysql_identity_of(&source->session);

    if (source->stored.stage == TR_MYSQL_NOTHING || source->stored.foreign)
        return false;
    return stored->uuid[0] ? strcmp(stored->uuid, now.uuid) != 0
                           : stored->server_id != now.server_id;
}

static int commit_intent(struct tr_mysql_source *source, struct tr_diag *diag)
{
    struct tr_mysql_position intent = {
        .stage = TR_MYSQL_INTENT,
        .identity = tr_mysql_identity_of(&source->session),
        .place = source->end.place,
        .ts_sec = tr_clock_realtime_ns() / 1000000000,
    };
    return tr_mysql_start_commit(&source->context, NULL, &intent, INTENT_TOKEN, diag);
}

static int make_definitions(struct tr_mysql_source *source, struct tr_diag *diag)
{
    const struct tr_mysql_definitions_params params = {
        .context = &source->context,
        .capture = source->capture,
        .states = source->states,
        .moved = moved(source),
    };
    int rc = tr_mysql_definitions_new(&params, &source->definitions, diag);

    if (!rc)
        rc = tr_mysql_definitions_connect(source->definitions, &source->session, diag);
    if (!rc && source->context.options->mysql.include_schema_changes)
        rc = tr_mysql_schema_changes_new(&source->context, source->capture, &source->schema_changes,
                                         diag);
    return rc;
}

/* Of an initial one, and of what is read beside the stream like one. */
static struct tr_mysql_snapshot_params initial_params(struct tr_mysql_source *source)
{
    return (struct tr_mysql_snapshot_params){
        .context = &source->context,
        .capture = source->capture,
        .notifier = source->notifier,
        .definitions = source->definitions,
        .data = tr_snapshot_wishes_of(&source->context.options->snapshot).data,
        .onward =
            {
                .options = source->context.options,
                .log = source->context.log,
                .states = source->states,
                .beside = tr_mysql_incremental_core(source->incremental),
            },
        .position = &source->position,
    };
}

/* Read the tables; leaves source->position where to stream from. */
static int snapshot(struct tr_mysql_source *source, enum tr_mysql_way way, struct tr_diag *diag)
{
    struct tr_mysql_snapshot_params params = initial_params(source);
    int rc = tr_mysql_sleep(&source->context, source->context.options->snapshot.delay_ms);

    params.keep = way != TR_MYSQL_BEGIN;
    params.onward.goes_on = way == TR_MYSQL_CONTINUE;
    if (!params.onward.goes_on) /* otherwise it has been told */
        params.changes = source->schema_changes;
    if (!rc && !params.keep)
        rc = commit_intent(source, diag);
    if (!rc && params.onward.goes_on)
        rc = tr_mysql_snapshot_add(&params, &source->session, diag);
    return rc ? rc : tr_mysql_snapshot_run(&params, diag);
}

/* What an older snapshot has left is done with where the tables are read now, or what is left of
 * them is said anew. */
static int make_incremental(struct tr_mysql_source *source, enum tr_mysql_way way,
                            struct tr_diag *diag)
{
    const struct tr_mysql_incremental_params params = {
        .worker = source->worker,
        .context = &source->context,
        .capture = source->capture,
        .session = &source->session,
        .notifier = source->notifier,
        .states = source->states,
    };
    if (tr_mysql_incremental_new(&params, &source->incremental, diag) < 0)
        return -1;
    struct tr_incremental *core = tr_mysql_incremental_core(source->incremental);
    struct tr_initial_progress progress;
    if (tr_incremental_initial(core, &progress) && way != TR_MYSQL_RESUME)
        tr_incremental_drop_initial(core);
    return 0;
}

/* In a batch without a position: it goes with the next one, which the stream's begin has. */
static int notify(struct tr_mysql_source *source, enum tr_notification_type type,
                  struct tr_diag *diag)
{
    struct tr_outlet *outlet = source->context.outlet;
    struct tr_batch *batch = source->notifier ? outlet->impl->take_wait(outlet) : NULL;

    if (!source->notifier)
        return 0;
    if (!batch)
        return TR_MYSQL_STOPPED;
    if (tr_notify(source->notifier, &(struct tr_notification){.type = type}, batch, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    outlet->impl->put(outlet, batch);
    return 0;
}

static int from_oldest(struct tr_mysql_source *source, struct tr_diag *diag)
{
    source->position.stage = TR_MYSQL_STREAM;
    source->position.ts_sec = tr_clock_realtime_ns() / 1000000000;
    int rc = notify(source, TR_NOTIFY_SKIPPED, diag);
    if (!rc)
        rc = tr_mysql_start_oldest(&source->session, &source->position, diag);
    return rc ? rc
              : tr_mysql_start_commit(&source->context, NULL, &source->position, BEGIN_TOKEN, diag);
}

/* Take the stored position over. */
static int resume(struct tr_mysql_source *source, struct tr_diag *diag)
{
    bool elsewhere = moved(source);

    tr_mysql_position_finish(&source->position);
    if (tr_mysql_position_copy(&source->stored, &source->position, diag) < 0)
        return -1;
    source->position.has_gtids = tr_mysql_by_gtids(&source->session, &source->stored);
    source->position.identity = tr_mysql_identity_of(&source->session);
    source->position.foreign = false;
    if (elsewhere) {
        source->position.place = (struct tr_mysql_coordinates){.pos = 0};
        source->position.trace.created = 0;
        source->position.trace.begin = 0;
    }
    return 0;
}

/* In the stream, with what other lists add. */
static int go_on(struct tr_mysql_source *source, struct tr_diag *diag)
{
    if (make_incremental(source, TR_MYSQL_RESUME, diag) < 0)
        return -1;
    const struct tr_mysql_snapshot_params params = initial_params(source);
    int rc = tr_mysql_snapshot_add(&params, &source->session, diag);
    if (!rc)
        rc = tr_mysql_snapshot_keep_lists(&params, diag);
    if (rc)
        return rc;
    return tr_incremental_is_initial(source->states) ? 0 : notify(source, TR_NOTIFY_SKIPPED, diag);
}

/* From the stored position. */
static bool goes_onward(enum tr_mysql_way way)
{
    return way == TR_MYSQL_RESUME || way == TR_MYSQL_REREAD || way == TR_MYSQL_CONTINUE;
}

static int prepare(struct tr_mysql_source *source, enum tr_mysql_way *ret_way, struct tr_diag *diag)
{
    struct tr_mysql_start start = {
        .context = &source->context,
        .session = &source->session,
        .end = &source->end,
        .position = &source->stored,
        .states = source->states,
    };
    int rc = connect_all(source, diag);

    if (!rc)
        rc = tr_mysql_start_decide(&start, ret_way, diag);
    if (rc || *ret_way == TR_MYSQL_COMPLETE)
        return rc;
    rc = tr_mysql_check_limit(&source->session, source->capture, diag);
    if (rc)
        return rc;
    tr_mysql_gtids_init(&source->position.gtids, source->session.dialect.mariadb);
    source->position.identity = tr_mysql_identity_of(&source->session);
    rc = make_definitions(source, diag);
    if (!rc && goes_onward(*ret_way))
        rc = resume(source, diag);
    if (rc)
        return rc;
    if (*ret_way == TR_MYSQL_RESUME)
        return go_on(source, diag);
    if (*ret_way == TR_MYSQL_FROM_OLD)
        return from_oldest(source, diag);
    if (streams(source))
        rc = make_incremental(source, *ret_way, diag);
    return rc ? rc : snapshot(source, *ret_way, diag);
}

/* A snapshot may have taken hours, in which the idle sessions, or the server, may have gone. */
static int reconnect(struct tr_mysql_source *source, struct tr_diag *diag)
{
    disconnect(source);
    int rc = connect_all(source, diag);
    if (!rc)
        rc = tr_mysql_identity_check(&source->session, &source->position, &source->end, diag);
    if (!rc)
        rc = tr_mysql_definitions_connect(source->definitions, &source->session, diag);
    return rc == TR_MYSQL_GAP ? -1 : rc;
}

/* streaming.delay.ms: with no connection, because a server drops idle ones. */
static int follow_snapshot(struct tr_mysql_source *source, struct tr_diag *diag)
{
    const struct tr_snapshot_options *options = &source->context.options->snapshot;

    disconnect(source);
    int rc = tr_snapshot_wishes_of(options).data
                 ? tr_mysql_sleep(&source->context, options->streaming_delay_ms)
                 : 0;
    return rc ? rc : reconnect(source, diag);
}

static int make_changes(struct tr_mysql_source *source, enum tr_mysql_way way,
                        struct tr_mysql_changes **ret_changes, struct tr_diag *diag)
{
    const struct tr_mysql_changes_params params = {
        .context = &source->context,
        .capture = source->capture,
        .definitions = source->definitions,
        .schema_changes = source->schema_changes,
        .dialect = &source->session.dialect,
        .position = &source->position,
        .states = goes_onward(way) ? source->states : NULL,
        .incremental = source->incremental,
    };
    return tr_mysql_changes_new(&params, ret_changes, diag);
}

/* A stream, and the blocking snapshots that interrupt it. */
struct streaming {
    struct tr_mysql_source *source;
    struct tr_mysql_changes *changes;
    uint64_t token; /* of the last position handed over */
    struct tr_diag *diag;
};

static int run_stream(struct streaming *streaming)
{
    struct tr_mysql_source *source = streaming->source;
    const struct tr_mysql_stream_params params = {
        .dump = &source->dump,
        .session = &source->session,
        .position = tr_mysql_changes_position(streaming->changes),
        .end = &source->end,
        .changes = streaming->changes,
        .incremental = source->incremental,
        .capture = source->capture,
        .ret_token = &streaming->token,
    };
    return tr_mysql_stream_run(&params, streaming->diag);
}

/* What the stream has told is executed, so that no row that is read is older. MariaDB's snapshots
 * tell their place instead. */
static int await_visible(const struct streaming *streaming)
{
    struct tr_mysql_source *source = streaming->source;
    int rc = 0;

    while (!rc && !source->session.dialect.mariadb && source->position.has_gtids) {
        tr_mysql_log_end_finish(&source->end);
        rc = tr_mysql_log_end_read(&source->session, &source->end, streaming->diag);
        if (!rc && tr_mysql_gtids_contain(&source->end.gtids, &source->position.gtids))
            break;
        if (!rc)
            rc = tr_mysql_sleep(&source->context, VISIBLE_STEP_MS);
    }
    return rc;
}

/* A failure that would come again is the signal's, not the connector's. */
static int give_up(const struct streaming *streaming, const struct tr_mysql_snapshot_params *params)
{
    const struct tr_diag *diag = streaming->diag;

    if (diag->cls == TR_NETWORK || diag->cls == TR_RESOURCE || diag->reaction != TR_STOP)
        return -1;
    tr_log_warn(streaming->source->context.log, "the blocking snapshot of a signal was given up",
                TR_LOG_STR("cause", diag->message));
    uint64_t confirmed = params->context->outlet->impl->confirmed(params->context->outlet);
    return tr_mysql_snapshot_unblock(params, confirmed + 1, streaming->diag);
}

/* The stream has ended between two transactions, and its position is on its way. */
static int read_blocking(struct streaming *streaming)
{
    struct tr_mysql_source *source = streaming->source;
    const struct tr_mysql_snapshot_params params = {
        .context = &source->context,
        .capture = source->capture,
        .notifier = source->notifier,
        .definitions = source->definitions,
        .data = true,
        .keep = true,
        .executor = tr_mysql_incremental_core(source->incremental),
        .block = tr_mysql_changes_capturer(streaming->changes)->source,
        .seen = tr_mysql_changes_told_to(streaming->changes),
        .position = &source->position,
    };
    int rc = tr_mysql_start_await(&source->context, streaming->token);

    tr_mysql_position_finish(&source->position);
    if (tr_mysql_position_copy(tr_mysql_changes_position(streaming->changes), &source->position,
                               streaming->diag) < 0)
        return -1;
    if (!rc)
        rc = await_visible(streaming);
    tr_mysql_disconnect(&source->dump);
    if (!rc)
        rc = tr_mysql_snapshot_run(&params, streaming->diag);
    if (rc < 0)
        rc = give_up(streaming, &params);
    return rc ? rc : reconnect(source, streaming->diag);
}

static int stream(struct tr_mysql_source *source, enum tr_mysql_way way, struct tr_diag *diag)
{
    struct streaming streaming = {.source = source, .diag = diag};

    if (!source->incremental && make_incremental(source, way, diag) < 0)
        return -1;
    int rc = make_changes(source, way, &streaming.changes, diag);
    if (rc)
        return rc;
    tr_mysql_incremental_attach(source->incremental, streaming.changes);
    rc = run_stream(&streaming);
    while (rc == TR_INCREMENTAL_BLOCKING) {
        rc = read_blocking(&streaming);
        if (!rc)
            rc = run_stream(&streaming);
    }
    tr_mysql_incremental_free(source->incremental);
    source->incremental = NULL;
    tr_mysql_changes_free(streaming.changes);
    return rc;
}

static int run(struct tr_source *base, struct tr_diag *diag)
{
    struct tr_mysql_source *source = source_of(base);
    enum tr_mysql_way way;
    int rc = prepare(source, &way, diag);

    if (!rc && streams(source)) {
        if (way != TR_MYSQL_RESUME && way != TR_MYSQL_FROM_OLD)
            rc = follow_snapshot(source, diag);
        if (!rc)
            rc = stream(source, way, diag);
    }
    disconnect(source);
    return rc < 0 ? -1 : 0;
}

static void source_free(struct tr_source *base)
{
    struct tr_mysql_source *source = source_of(base);

    tr_mysql_incremental_free(source->incremental);
    disconnect(source);
    tr_mysql_schema_changes_free(source->schema_changes);
    tr_mysql_definitions_free(source->definitions);
    tr_mysql_position_finish(&source->stored);
    tr_mysql_position_finish(&source->position);
    tr_notifier_free(source->notifier);
    tr_capture_free(source->capture);
    tr_mysql_converters_free(source->converters);
    tr_arena_finish(&source->arena);
    free(source);
}

static int make_capture(struct tr_mysql_source *source,
                        const struct tr_source_params *source_params, struct tr_diag *diag)
{
    bool mariadb = source->context.options->kind == TR_KIND_MARIADB;
    struct tr_capture_params params = {
        .options = &source->context.options->capture,
        .connector = mariadb ? "mariadb" : "mysql",
        .source_schema = tr_mysql_source_schema_new(&source->arena, mariadb),
        .types = &source->types.map,
        .skip_whole = true,
        .tally = source_params->tally,
        .signal_table = source->context.options->signal.data_collection,
        .log = source_params->log,
        .position = source_params->position,
    };

    if (!params.source_schema)
        return tr_fail_memory(diag);
    return tr_capture_new(&params, &source->capture, diag);
}

static int make_notifier(struct tr_mysql_source *source, struct tr_diag *diag)
{
    const struct tr_notifier_params params = {
        .capture = source->capture,
        .options = source->context.options,
        .log = source->context.log,
    };
    return tr_notifier_new(&params, &source->notifier, diag);
}

static int source_new(const struct tr_source_params *params, struct tr_source **ret_source,
                      struct tr_diag *diag)
{
    struct tr_mysql_source *source = calloc(1, sizeof *source);
    bool mariadb = params->options->kind == TR_KIND_MARIADB;

    if (!source)
        return tr_fail_memory(diag);
    source->base.impl = mariadb ? &tr_mariadb_source : &tr_mysql_source;
    source->context = (struct tr_mysql_context){
        .options = params->options,
        .outlet = params->outlet,
        .log = params->log,
        .figures = params->figures,
    };
    source->worker = params->worker;
    source->states = params->states;
    tr_arena_init(&source->arena, 4096, 1 << 20);
    tr_mysql_type_map_init(&source->types, &params->options->capture);
    if (tr_mysql_position_read(params->position, mariadb, &source->stored, diag) < 0 ||
        tr_mysql_converters_new(&source->types, &source->converters, diag) < 0 ||
        make_capture(source, params, diag) < 0 || make_notifier(source, diag) < 0) {
        source_free(&source->base);
        return -1;
    }
    *ret_source = &source->base;
    return 0;
}

static int check(const struct tr_source_params *params, struct tr_report *report,
                 struct tr_diag *diag)
{
    struct tr_source_params quiet = *params;
    struct tr_source *base;

    quiet.outlet = NULL;
    if (source_new(&quiet, &base, diag) < 0)
        return -1;
    struct tr_mysql_source *source = source_of(base);
    int rc = tr_mysql_check(&source->context, source->capture,
                            params->position_unknown ? NULL : &source->stored, report, diag);
    source_free(base);
    return rc < 0 ? -1 : 0;
}

static int reached_mysql(const struct tr_stored_position *committed,
                         const struct tr_stored_position *mark, struct tr_diag *diag)
{
    return tr_mysql_position_reached(committed, mark, false, diag);
}

static int reached_mariadb(const struct tr_stored_position *committed,
                           const struct tr_stored_position *mark, struct tr_diag *diag)
{
    return tr_mysql_position_reached(committed, mark, true, diag);
}

const struct tr_source_impl tr_mysql_source = {
    .new = source_new,
    .run = run,
    .free = source_free,
    .check = check,
    .reached = reached_mysql,
};

const struct tr_source_impl tr_mariadb_source = {
    .new = source_new,
    .run = run,
    .free = source_free,
    .check = check,
    .reached = reached_mariadb,
};
