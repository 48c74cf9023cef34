/* The driver's life: made with a position, run in the source thread, freed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "signal/notifier.h"
#include "source/postgres/check.h"
#include "source/postgres/postgres.h"
#include "source/postgres/prepare.h"
#include "source/postgres/publication.h"
#include "source/postgres/snapshot.h"
#include "source/postgres/start.h"
#include "source/postgres/stream.h"
#include "source/postgres/types.h"

/* Below every LSN and every token of a snapshot's chunks. */
#define INTENT_TOKEN 1

struct tr_pg_source {
    struct tr_source base; /* first: this is a tr_source */
    struct tr_pg_context context;
    struct tr_arena arena; /* of the source block's schema */
    struct tr_pg_type_map types;
    struct tr_capture *capture;
    struct tr_notifier *notifier;
    struct tr_pg_incremental *incremental; /* NULL: there are no signals */
    const struct tr_worker_options *worker;
    const struct tr_states *states;
    struct tr_pg_position stored;   /* what the run begins with */
    struct tr_pg_position position; /* what the stream begins with */
    /* Of the run. */
    struct tr_pg_session replication, session;
    struct tr_pg_identity identity;
    uint64_t wal_lsn;
};

static struct tr_pg_source *source_of(struct tr_source *source)
{
    return (struct tr_pg_source *)source;
}

static bool streams(const struct tr_pg_source *source)
{
    return tr_snapshot_wishes_of(&source->context.options->snapshot).stream;
}

/* initial_only needs no REPLICATION privilege, so it asks who the server is another way. */
static int identify_plainly(struct tr_pg_source *source, struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_query(&source->session,
                         "SELECT s.system_identifier, c.timeline_id, pg_current_wal_lsn()"
                         " FROM pg_control_system() s, pg_control_checkpoint() c",
                         &result, diag);

    if (rc)
        return rc;
    source->identity = (struct tr_pg_identity){
        .timeline = (uint32_t)tr_pg_number(result, 0, 1),
    };
    snprintf(source->identity.system, sizeof source->identity.system, "%s",
             PQgetvalue(result, 0, 0));
    snprintf(source->identity.database, sizeof source->identity.database, "%s",
             PQdb(source->session.conn));
    source->wal_lsn = tr_pg_lsn_parse(PQgetvalue(result, 0, 2));
    return 0;
}

static void disconnect(struct tr_pg_source *source)
{
    tr_pg_disconnect(&source->replication);
    tr_pg_disconnect(&source->session);
}

static int connect_all(struct tr_pg_source *source, struct tr_diag *diag)
{
    int rc = tr_pg_connect(&source->context, TR_PG_ORDINARY, &source->session, diag);

    if (!rc && streams(source))
        rc = tr_pg_connect(&source->context, TR_PG_REPLICATION, &source->replication, diag);
    if (rc)
        return rc;
    if (!streams(source))
        return identify_plainly(source, diag);
    return tr_pg_identify(&source->replication, &source->identity, &source->wal_lsn, diag);
}

/* Make the publication, and refuse one that would lose changes. */
static int publish(struct tr_pg_source *source, struct tr_diag *diag)
{
    const struct tr_postgres_options *options = &source->context.options->postgres;
    struct tr_pg_publication publication;
    int rc = tr_pg_publication_ensure(&source->session, source->capture, diag);

    if (!rc)
        rc = tr_pg_set_replica_identities(&source->session, source->capture, diag);
    if (rc || options->publication_mode == TR_PUBLICATION_NO_TABLES)
        return rc;
    rc = tr_pg_publication_tables(&source->session, source->capture, true, &publication, diag);
    const struct tr_pg_published *gap = rc ? NULL : tr_pg_publication_gap(&publication);
    if (gap)
        rc = tr_pg_publication_fail_gap(&source->session, gap, diag);
    if (!rc && publication.via_root != options->publish_via_partition_root)
        tr_log_warn(source->context.log,
                    "the publication exists with another publish_via_partition_root than "
                    "publish.via.partition.root asks for; the publication's counts",
                    TR_LOG_STR("publication", options->publication_name));
    tr_pg_publication_finish(&publication);
    return rc;
}

static int commit_intent(struct tr_pg_source *source, struct tr_diag *diag)
{
    struct tr_pg_position intent = {
        .stage = TR_PG_INTENT,
        .identity = source->identity,
        .lsn = source->wal_lsn,
        .ts_us = tr_clock_realtime_ns() / 1000,
    };
    return tr_pg_start_commit(&source->context, NULL, &intent, INTENT_TOKEN, diag);
}

static int create_slot(struct tr_pg_source *source, enum tr_pg_way way,
                       struct tr_pg_slot_creation *creation, struct tr_diag *diag)
{
    const char *name = source->context.options->postgres.slot_name;
    int rc = way == TR_PG_AGAIN ? tr_pg_slot_drop(&source->session, name, diag) : 0;

    if (!rc)
        rc = tr_pg_slot_create(creation, diag);
    if (!rc)
        tr_log_info(source->context.log, "slot created", TR_LOG_STR("slot", name),
                    TR_LOG_INT("lsn", creation->lsn));
    return rc;
}

/* In a batch without a position: it goes with the next one, which the stream's begin has. */
static int notify(struct tr_pg_source *source, enum tr_notification_type type, struct tr_diag *diag)
{
    struct tr_outlet *outlet = source->context.outlet;
    struct tr_batch *batch = source->notifier ? outlet->impl->take_wait(outlet) : NULL;

    if (!source->notifier)
        return 0;
    if (!batch)
        return TR_PG_STOPPED;
    if (tr_notify(source->notifier, &(struct tr_notification){.type = type}, batch, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    outlet->impl->put(outlet, batch);
    return 0;
}

/* no_data: there is a snapshot, of nothing. */
static int notify_nothing(struct tr_pg_source *source, struct tr_diag *diag)
{
    int rc = notify(source, TR_NOTIFY_STARTED, diag);
    return rc ? rc : notify(source, TR_NOTIFY_COMPLETED, diag);
}

/* What isn't in the publication has no stream beside which it could be read. */
static struct tr_pg_snapshot_params initial_params(struct tr_pg_source *source)
{
    bool published = source->context.options->postgres.publication_mode != TR_PUBLICATION_NO_TABLES;

    return (struct tr_pg_snapshot_params){
        .context = &source->context,
        .capture = source->capture,
        .notifier = source->notifier,
        .position = &source->position,
        .onward =
            {
                .options = source->context.options,
                .log = source->context.log,
                .states = source->states,
                .beside = published ? tr_pg_incremental_core(source->incremental) : NULL,
            },
    };
}

/* Intent, slot, snapshot; leaves source->position at the consistent point, or where the slot is
 * that an earlier try has made. */
static int begin(struct tr_pg_source *source, enum tr_pg_way way, const struct tr_pg_slot *slot,
                 struct tr_diag *diag)
{
    struct tr_pg_slot_creation creation = {.replication = &source->replication,
                                           .session = &source->session};
    bool reread = way == TR_PG_REREAD || way == TR_PG_CONTINUE;
    int rc = tr_pg_sleep(&source->context, source->context.options->snapshot.delay_ms);

    if (!rc && !reread)
        rc = commit_intent(source, diag);
    if (!rc && !reread && streams(source))
        rc = create_slot(source, way, &creation, diag);
    if (rc)
        return rc;
    if (reread) /* what was streamed before may not have been confirmed yet */
        creation.lsn = TR_MAX(slot->confirmed_lsn, source->stored.resume_lsn);
    source->position = (struct tr_pg_position){
        .stage = TR_PG_STREAM,
        .identity = source->identity,
        .resume_lsn = creation.lsn,
        .lsn = creation.lsn,
        .ts_us = tr_clock_realtime_ns() / 1000,
    };
    if (reread)
        source->position.partial = source->stored.partial;
    if (!tr_snapshot_wishes_of(&source->context.options->snapshot).data) {
        rc = notify_nothing(source, diag);
        return rc ? rc
                  : tr_pg_start_commit(&source->context, NULL, &source->position, creation.lsn,
                                       diag);
    }
    struct tr_pg_snapshot_params params = initial_params(source);
    params.snapshot = creation.snapshot[0] ? creation.snapshot : NULL;
    params.onward.goes_on = way == TR_PG_CONTINUE;
    if (params.onward.goes_on)
        rc = tr_pg_snapshot_add(&params, &source->session, diag);
    return rc ? rc : tr_pg_snapshot_run(&params, diag);
}

/* Stream from where a slot is that was made ahead of time. */
static int adopt(struct tr_pg_source *source, const struct tr_pg_slot *slot, struct tr_diag *diag)
{
    source->position = (struct tr_pg_position){
        .stage = TR_PG_STREAM,
        .identity = source->identity,
        .resume_lsn = slot->confirmed_lsn,
        .lsn = slot->confirmed_lsn,
        .ts_us = tr_clock_realtime_ns() / 1000,
    };
    int rc = notify_nothing(source, diag);
    return rc ? rc
              : tr_pg_start_commit(&source->context, NULL, &source->position, slot->confirmed_lsn,
                                   diag);
}

static int resume(struct tr_pg_source *source, struct tr_diag *diag)
{
    source->position = source->stored;
    source->position.identity = source->identity;
    source->position.foreign = false;
    const struct tr_pg_snapshot_params params = initial_params(source);
    int rc = tr_pg_snapshot_add(&params, &source->session, diag);
    if (!rc)
        rc = tr_pg_snapshot_keep_lists(&params, diag);
    if (rc)
        return rc;
    return tr_incremental_is_initial(source->states) ? 0 : notify(source, TR_NOTIFY_SKIPPED, diag);
}

/* Before the publication is made what it was. */
static int check_published(struct tr_pg_source *source, enum tr_pg_way *way, struct tr_diag *diag)
{
    if (*way != TR_PG_RESUME)
        return 0;
    int rc = tr_pg_check_published(&source->session, source->capture, source->states, diag);
    if (rc != TR_PG_GAP)
        return rc;
    if (!tr_snapshot_wishes_of(&source->context.options->snapshot).when_needed)
        return -1;
    tr_log_warn(source->context.log, "snapshot.mode=when_needed: taking a new snapshot",
                TR_LOG_STR("reason", diag->message));
    *way = TR_PG_REREAD;
    return 0;
}

static int prepare(struct tr_pg_source *source, enum tr_pg_way *ret_way, struct tr_diag *diag)
{
    struct tr_pg_start start = {
        .context = &source->context,
        .session = &source->session,
        .replication = streams(source) ? &source->replication : NULL,
        .position = &source->stored,
        .states = source->states,
    };
    int rc = connect_all(source, diag);

    start.identity = source->identity;
    start.wal_lsn = source->wal_lsn;
    if (!rc)
        rc = tr_pg_start_decide(&start, ret_way, diag);
    if (!rc && *ret_way != TR_PG_COMPLETE)
        rc = tr_pg_check_limit(&source->session, source->capture, diag);
    if (!rc && streams(source))
        rc = check_published(source, ret_way, diag);
    if (!rc && streams(source))
        rc = publish(source, diag);
    if (rc || *ret_way == TR_PG_COMPLETE)
        return rc;
    if (*ret_way == TR_PG_RESUME)
        return resume(source, diag);
    if (*ret_way == TR_PG_ADOPT)
        return adopt(source, &start.slot, diag);
    return begin(source, *ret_way, &start.slot, diag);
}

/* A snapshot may have taken hours, in which the idle sessions, or the server, may have gone. */
static int reconnect(struct tr_pg_source *source, struct tr_diag *diag)
{
    disconnect(source);
    int rc = connect_all(source, diag);
    if (!rc)
        rc = tr_pg_identity_check(&source->replication, &source->position, source->wal_lsn,
                                  &source->identity, diag);
    return rc == TR_PG_GAP ? -1 : rc;
}

/* streaming.delay.ms: with no connection, because a server drops idle ones. */
static int follow_snapshot(struct tr_pg_source *source, struct tr_diag *diag)
{
    const struct tr_snapshot_options *options = &source->context.options->snapshot;

    disconnect(source);
    int rc = tr_snapshot_wishes_of(options).data
                 ? tr_pg_sleep(&source->context, options->streaming_delay_ms)
                 : 0;
    return rc ? rc : reconnect(source, diag);
}

static int stream(struct tr_pg_source *source, struct tr_diag *diag)
{
    struct tr_pg_position after;
    const struct tr_pg_stream_params params = {
        .replication = &source->replication,
        .catalog = &source->session,
        .capture = source->capture,
        .position = &source->position,
        .incremental = source->incremental,
        .ret_position = &after,
        .wal_lsn = source->wal_lsn,
    };
    int rc = tr_pg_incremental_listen(source->incremental, source->worker, diag);
    if (!rc)
        rc = tr_pg_stream_run(&params, diag);
    if (rc == TR_PG_BLOCKING)
        source->position = after;
    return rc;
}

/* slot.drop.on.stop: after a stop that was asked for. The outlet says stopping, which must not keep
 * this from being done. */
static int drop_slot(const struct tr_pg_source *source, struct tr_diag *diag)
{
    struct tr_pg_context context = source->context;
    struct tr_pg_session session;

    context.outlet = NULL;
    if (tr_pg_connect(&context, TR_PG_ORDINARY, &session, diag) < 0)
        return -1;
    int rc = tr_pg_slot_drop(&session, context.options->postgres.slot_name, diag);
    tr_pg_disconnect(&session);
    return rc;
}

/* A failure that would come again is the signal's, not the connector's. */
static int give_up(const struct tr_pg_source *source, const struct tr_pg_snapshot_params *params,
                   struct tr_diag *diag)
{
    if (diag->cls == TR_NETWORK || diag->cls == TR_RESOURCE || diag->reaction != TR_STOP)
        return -1;
    tr_log_warn(source->context.log, "the blocking snapshot of a signal was given up",
                TR_LOG_STR("cause", diag->message));
    return tr_pg_snapshot_unblock(params, diag);
}

/* The stream has ended between two transactions. What it has written is all to be seen before the
 * tables are read, so that no row is older than what was said of it. */
static int read_blocking(struct tr_pg_source *source, struct tr_diag *diag)
{
    struct tr_pg_position position = source->position;
    const struct tr_pg_snapshot_params params = {
        .context = &source->context,
        .capture = source->capture,
        .notifier = source->notifier,
        .position = &position,
        .executor = tr_pg_incremental_core(source->incremental),
        .resume = &source->position,
    };
    int rc = tr_pg_incremental_await_all(source->incremental, &source->session, diag);

    disconnect(source);
    if (!rc)
        rc = tr_pg_snapshot_run(&params, diag);
    if (rc < 0)
        rc = give_up(source, &params, diag);
    return rc ? rc : reconnect(source, diag);
}

static int run(struct tr_source *base, struct tr_diag *diag)
{
    struct tr_pg_source *source = source_of(base);
    enum tr_pg_way way;
    int rc = prepare(source, &way, diag);

    if (!rc && streams(source)) {
        if (way != TR_PG_RESUME && way != TR_PG_ADOPT)
            rc = follow_snapshot(source, diag);
        if (!rc)
            rc = tr_pg_store_published(&source->session, source->capture, source->states, diag);
        if (!rc)
            rc = stream(source, diag);
        while (rc == TR_PG_BLOCKING) {
            rc = read_blocking(source, diag);
            if (!rc)
                rc = stream(source, diag);
        }
    }
    disconnect(source);
    struct tr_outlet *outlet = source->context.outlet;
    if (rc == TR_PG_STOPPED && source->context.options->postgres.slot_drop_on_stop &&
        outlet->impl->asked(outlet))
        return drop_slot(source, diag) < 0 ? -1 : 0;
    return rc < 0 ? -1 : 0;
}

static void source_free(struct tr_source *base)
{
    struct tr_pg_source *source = source_of(base);

    tr_pg_incremental_free(source->incremental);
    disconnect(source);
    tr_notifier_free(source->notifier);
    tr_capture_free(source->capture);
    tr_arena_finish(&source->arena);
    free(source);
}

static int make_capture(struct tr_pg_source *source, const struct tr_source_params *source_params,
                        struct tr_diag *diag)
{
    struct tr_capture_params params = {
        .options = &source->context.options->capture,
        .connector = "postgresql",
        .source_schema = tr_pg_source_schema_new(&source->arena),
        .types = &source->types.map,
        .tally = source_params->tally,
        .signal_table = source->context.options->signal.data_collection,
        .log = source_params->log,
        .position = source_params->position,
    };

    if (!params.source_schema)
        return tr_fail_memory(diag);
    return tr_capture_new(&params, &source->capture, diag);
}

static int make_notifier(struct tr_pg_source *source, struct tr_diag *diag)
{
    const struct tr_notifier_params params = {
        .capture = source->capture,
        .options = source->context.options,
        .log = source->context.log,
    };
    return tr_notifier_new(&params, &source->notifier, diag);
}

static int make_incremental(struct tr_pg_source *source, struct tr_diag *diag)
{
    const struct tr_pg_incremental_params params = {
        .context = &source->context,
        .capture = source->capture,
        .states = source->states,
        .notifier = source->notifier,
    };

    if (!source->context.outlet || !streams(source))
        return 0;
    return tr_pg_incremental_new(&params, &source->incremental, diag);
}

static int source_new(const struct tr_source_params *params, struct tr_source **ret_source,
                      struct tr_diag *diag)
{
    struct tr_pg_source *source = calloc(1, sizeof *source);

    if (!source)
        return tr_fail_memory(diag);
    source->base.impl = &tr_postgres_source;
    source->context = (struct tr_pg_context){
        .options = params->options,
        .outlet = params->outlet,
        .log = params->log,
        .figures = params->figures,
        .as_streamed = params->as_streamed,
    };
    source->worker = params->worker;
    source->states = params->states;
    tr_arena_init(&source->arena, 4096, 1 << 20);
    tr_pg_type_map_init(&source->types, &params->options->capture);
    if (tr_pg_position_read(params->position, &source->stored, diag) < 0 ||
        make_capture(source, params, diag) < 0 || make_notifier(source, diag) < 0 ||
        make_incremental(source, diag) < 0) {
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
    struct tr_pg_source *source = source_of(base);
    int rc = tr_pg_check(&source->context, source->capture,
                         params->position_unknown ? NULL : &source->stored, report, diag);
    source_free(base);
    return rc < 0 ? -1 : 0;
}

const struct tr_source_impl tr_postgres_source = {
    .new = source_new,
    .run = run,
    .free = source_free,
    .check = check,
    .reached = tr_pg_position_reached,
};
