#include "source/postgres/stream/beat.h"

#include "source/postgres/query.h"

static int run(void *context, struct tr_outlet *outlet, struct tr_diag *diag)
{
    struct tr_pg_beat *beat = context;
    int rc = 0;

    beat->context.outlet = outlet;
    if (!beat->session.conn)
        rc = tr_pg_connect(&beat->context, TR_PG_USERS, &beat->session, diag);
    if (rc)
        return rc;
    rc = tr_pg_execute(&beat->session, beat->context.options->heartbeat.action_query, diag);
    if (rc == TR_PG_STOPPED)
        tr_pg_cancel(&beat->session);
    if (rc) /* whatever state it is in */
        tr_pg_disconnect(&beat->session);
    return rc;
}

static void close_session(void *context)
{
    struct tr_pg_beat *beat = context;
    tr_pg_disconnect(&beat->session);
}

int tr_pg_beat_init(struct tr_pg_beat *beat, const struct tr_pg_context *context,
                    struct tr_diag *diag)
{
    const struct tr_heartbeat_options *options = &context->options->heartbeat;
    const struct tr_action_params params = {
        .run = run,
        .close = close_session,
        .context = beat,
        .outlet = context->outlet,
        .log = context->log,
    };

    *beat = (struct tr_pg_beat){.context = *context};
    beat->context.figures = NULL;
    if (!options->interval_ms || !options->action_query)
        return 0;
    return tr_action_new(&params, &beat->action, diag);
}

void tr_pg_beat_finish(struct tr_pg_beat *beat)
{
    tr_action_free(beat->action);
    beat->action = NULL;
}
