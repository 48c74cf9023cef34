/*
 * What tells a log from another one that has the same names and numbers.
 *
 * After RESET BINARY LOGS AND GTIDS (MariaDB: RESET MASTER), or on a server that was restored,
 * files and GTIDs are issued again. Once there are as many as before, neither a file and its length
 * nor a set of GTIDs shows that they stand for other transactions. Times do: a file's
 * FORMAT_DESCRIPTION event has the second of its creation, a transaction's first event the moment
 * of its commit (MySQL 8: in microseconds, and the same on each replica). Both are noted in the
 * position, and compared at the start with what the server has there now, by an onlooker's dump of
 * a few events.
 *
 * MySQL finds the transaction by its GTID, on whatever server. Without GTIDs, and on MariaDB (whose
 * replicas need not keep the time), it is the place that is looked at, on the same server only.
 * What was purged in the meantime can't be compared any more.
 */
#ifndef TR_SOURCE_MYSQL_TRACE_H
#define TR_SOURCE_MYSQL_TRACE_H

#include "binlog/event.h"
#include "source/mysql/identity.h"

/* When the transaction that this event begins was committed, as far as it says; µs since 1970. */
int64_t tr_mysql_trace_time(const struct tr_binlog_event *event);

/* Is the newest transaction of the position the one that the server has under its GTID? `end` are
 * all that the server has executed. >0: TR_MYSQL_GAP, TR_MYSQL_STOPPED. */
int tr_mysql_trace_check_gtid(const struct tr_mysql_session *session,
                              const struct tr_mysql_position *position,
                              const struct tr_mysql_gtids *end, struct tr_diag *diag) TR_MUSTCHECK;

/* Is the server's file of that name, which is long enough, the position's? >0: as above. */
int tr_mysql_trace_check_place(const struct tr_mysql_session *session,
                               const struct tr_mysql_position *position,
                               struct tr_diag *diag) TR_MUSTCHECK;

#endif
