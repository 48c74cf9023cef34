/*
 * Rows of tables read beside the stream, for post.processors: an ordinary session, opened when the
 * first row is asked for, and a statement for each row. The stream's thread waits for the answer;
 * the server, which was told to, waits with its log.
 */
#ifndef TR_SOURCE_MYSQL_STREAM_RESELECT_H
#define TR_SOURCE_MYSQL_STREAM_RESELECT_H

#include "capture/reselect.h"
#include "source/mysql/connect.h"

struct tr_mysql_reselector {
    struct tr_reselector base; /* first: this is a tr_reselector */
    const struct tr_mysql_context *context;
    struct tr_mysql_session session;
    struct tr_buf sql;
    struct tr_arena arena; /* of the newest row's cells */
    MYSQL_RES *result;     /* and of what they point to */
};

void tr_mysql_reselector_init(struct tr_mysql_reselector *reselector,
                              const struct tr_mysql_context *context);
void tr_mysql_reselector_finish(struct tr_mysql_reselector *reselector);

#endif
