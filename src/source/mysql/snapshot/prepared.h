/*
 * Prepared XA transactions at the snapshot's point. One that is prepared before it and committed
 * behind it is in neither the tables nor the stream, so there may be none.
 *
 * Lists before and behind the point are not enough: one can be prepared behind the first and
 * committed before the second. The server counts the statements that end them, when they begin.
 * Who is in neither list and was there at the point has been counted in between.
 */
#ifndef TR_SOURCE_MYSQL_SNAPSHOT_PREPARED_H
#define TR_SOURCE_MYSQL_SNAPSHOT_PREPARED_H

#include "source/mysql/query.h"

/* The condition that one is prepared, or may have been. */
#define TR_MYSQL_PREPARED 8

struct tr_mysql_prepared {
    int64_t ended; /* statements that end one, so far */
    bool told;     /* that the user may not look */
};

/* To be called before the point and behind it. >0: TR_MYSQL_PREPARED, TR_MYSQL_STOPPED. */
int tr_mysql_prepared_before(struct tr_mysql_prepared *prepared,
                             const struct tr_mysql_session *session,
                             struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_prepared_behind(struct tr_mysql_prepared *prepared,
                             const struct tr_mysql_session *session,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* Now, where a lock keeps all of them from ending. >0: as above. */
int tr_mysql_prepared_now(struct tr_mysql_prepared *prepared,
                          const struct tr_mysql_session *session,
                          struct tr_diag *diag) TR_MUSTCHECK;

#endif
