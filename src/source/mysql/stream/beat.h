/* heartbeat.action.query of MySQL and MariaDB. */
#ifndef TR_SOURCE_MYSQL_STREAM_BEAT_H
#define TR_SOURCE_MYSQL_STREAM_BEAT_H

#include "source/action.h"
#include "source/mysql/connect.h"

struct tr_mysql_beat {
    struct tr_mysql_context context; /* the source's, with the action's outlet */
    struct tr_mysql_session session;
    struct tr_action *action; /* NULL: there is no statement */
};

/* Must not move until it is finished. */
int tr_mysql_beat_init(struct tr_mysql_beat *beat, const struct tr_mysql_context *context,
                    struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_beat_finish(struct tr_mysql_beat *beat);

#endif
