/*
 * The snapshot's point: transactions of all readers that see the same, and where that is in the
 * log.
 */
#ifndef TR_SOURCE_MYSQL_SNAPSHOT_POINT_H
#define TR_SOURCE_MYSQL_SNAPSHOT_POINT_H

#include "source/mysql/position.h"
#include "source/mysql/snapshot/prepared.h"

struct tr_mysql_point {
    struct tr_mysql_session *readers; /* connected; each is in its transaction afterwards */
    size_t nreaders;
    struct tr_mysql_session *lock;     /* connected; keeps a lock if one is to last */
    struct tr_mysql_coordinates place; /* to be set */
    struct tr_mysql_gtids gtids;       /* to be set; initialized */
    bool elsewhere; /* the stream doesn't begin here, so XA transactions may be prepared */
    struct tr_mysql_prepared prepared; /* zero */
};

/* Begin the readers' transactions. <0: no common point without a lock, and that may not be taken.
 * >0: TR_MYSQL_STOPPED, TR_MYSQL_PREPARED. */
int tr_mysql_point_fix(struct tr_mysql_point *point, struct tr_diag *diag) TR_MUSTCHECK;

#endif
