/*
 * How a run begins: what the stored position, the server's log and snapshot.mode together ask for.
 *
 *   position         snapshot.mode              what follows
 *   none             initial, always,           intent, snapshot, stream
 *                    when_needed, initial_only
 *                    no_data                    definitions only, stream from where the log is
 *                    never (MariaDB)            stream from the first event that the server has
 *                    recovery                   refused: there is nothing to recover
 *   intent           as without a position
 *   a snapshot that  it goes on: tables without a key that aren't done are read anew, then it is
 *   did not end      streamed from the point of the first try, which also tells what was deleted
 *                    since, and the rest is read beside the stream (snapshot/rest.h). Where a chunk
 *                    can't tell what it sees (MySQL without GTIDs), and of Debezium's, everything
 *                    is read anew; where the log of then is gone, it is as without a position
 *   in the stream    always                     the tables are read anew, and the stream goes on
 *                                               from the position; but where a snapshot goes on
 *                                               beside it, stream
 *                    recovery                   the same with definitions only
 *                    all others                 stream
 *
 * A position whose log is gone, or that is of another history, is a failure; with when_needed it is
 * as none.
 */
#ifndef TR_SOURCE_MYSQL_START_H
#define TR_SOURCE_MYSQL_START_H

#include "source/mysql/identity.h"

enum tr_mysql_way {
    TR_MYSQL_RESUME,   /* stream from the position */
    TR_MYSQL_BEGIN,    /* snapshot, stream from its point */
    TR_MYSQL_REREAD,   /* snapshot, stream from the position's point */
    TR_MYSQL_CONTINUE, /* the same with what an interrupted snapshot has left */
    TR_MYSQL_FROM_OLD, /* stream from the first event */
    TR_MYSQL_COMPLETE, /* initial_only, and it is done */
};

struct tr_mysql_start {
    const struct tr_mysql_context *context;
    const struct tr_mysql_session *session;
    const struct tr_mysql_log_end *end;
    struct tr_mysql_position *position; /* stored; sources that are excluded are filled up in it */
    const struct tr_states *states;     /* beside it; NULL: none */
};

/* >0: TR_MYSQL_STOPPED. */
int tr_mysql_start_decide(const struct tr_mysql_start *start, enum tr_mysql_way *ret_way,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* Have a position committed, with a batch (NULL: an empty one), and wait for that. >0:
 * TR_MYSQL_STOPPED. */
int tr_mysql_start_commit(const struct tr_mysql_context *context, struct tr_batch *batch,
                          const struct tr_mysql_position *position, uint64_t token,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* Wait until what was handed over with a token is committed. >0: TR_MYSQL_STOPPED. */
int tr_mysql_start_await(const struct tr_mysql_context *context, uint64_t token) TR_MUSTCHECK;

/* Where the server's log begins. */
int tr_mysql_start_oldest(const struct tr_mysql_session *session,
                          struct tr_mysql_position *position, struct tr_diag *diag) TR_MUSTCHECK;

#endif
