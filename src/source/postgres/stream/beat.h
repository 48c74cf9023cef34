/* heartbeat.action.query of PostgreSQL. */
#ifndef TR_SOURCE_POSTGRES_STREAM_BEAT_H
#define TR_SOURCE_POSTGRES_STREAM_BEAT_H

#include "source/action.h"
#include "source/postgres/connect.h"

struct tr_pg_beat {
    struct tr_pg_context context; /* the source's, with the action's outlet */
    struct tr_pg_session session;
    struct tr_action *action; /* NULL: there is no statement */
};

/* Must not move until it is finished. */
int tr_pg_beat_init(struct tr_pg_beat *beat, const struct tr_pg_context *context,
                    struct tr_diag *diag) TR_MUSTCHECK;
void tr_pg_beat_finish(struct tr_pg_beat *beat);

#endif
