#include "source/mysql/stream/beat.h"

#include "source/mysql/query.h"

static int run(void *context, struct tr_outlet *outlet, struct tr_diag *diag)
{
    struct tr_mysql_beat *beat = context;
    int rc = 0;

    beat->context.outlet = outlet;
    if (!beat->session.mysql)
        rc = tr_mysql_connect(&beat->context, TR_MYSQL_ORDINARY, &beat->session, diag);
    if (rc)
        return rc;
    rc = tr_mysql_execute(&beat->session, beat->context.options->heartbeat.action_query, diag);
    if (rc) /* whatever state it is in */
        tr_mysql_disconnect(&beat->session);
    return rc;
}

static void close_session(void *context)
{
    struct tr_mysql_beat *beat = context;
    tr_mysql_disconnect(&beat->session);
}

int tr_mysql_beat_init(struct tr_mysql_beat *beat, const struct tr_mysql_context *context,
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

    *beat = (struct tr_mysql_beat){.context = *context};
    beat->context.figures = NULL;
    if (!options->interval_ms || !options->action_query)
        return 0;
    return tr_action_new(&params, &beat->action, diag);
}

void tr_mysql_beat_finish(struct tr_mysql_beat *beat)
{
    tr_action_free(beat->action);
    beat->action = NULL;
}
