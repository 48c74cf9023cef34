/*
 * Rows of tables read beside the stream, for post.processors: an ordinary session, opened when the
 * first row is asked for, and a statement for each row. The stream's thread waits for the answer;
 * the server, which was told to, waits with its log.
 *
 * The server sends a transaction when its log is written, which is a moment before others see it,
 * and with semi-synchronous replication a long one. So the first row of a transaction waits until
 * it is seen: what is read must not be older than the change. Where there are no GTIDs by which
 * that could be told, each row is read with a lock, for which the server waits itself.
 */
#ifndef TR_SOURCE_MYSQL_STREAM_RESELECT_H
#define TR_SOURCE_MYSQL_STREAM_RESELECT_H

#include "capture/reselect.h"
#include "source/mysql/changes.h"

struct tr_mysql_reselector {
    struct tr_reselector base; /* first: this is a tr_reselector */
    const struct tr_mysql_context *context;
    const struct tr_mysql_changes *changes;
    struct tr_mysql_coordinates seen; /* where the transaction begins that is known to be seen */
    struct tr_mysql_session session;
    struct tr_buf sql;
    struct tr_arena arena; /* of the newest row's cells */
    MYSQL_RES *result;     /* and of what they point to */
};

void tr_mysql_reselector_init(struct tr_mysql_reselector *reselector,
                              const struct tr_mysql_context *context,
                              const struct tr_mysql_changes *changes);
void tr_mysql_reselector_finish(struct tr_mysql_reselector *reselector);

#endif
