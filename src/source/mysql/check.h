/* The preflight of a MySQL or MariaDB source: what would stop or hurt a run, and the SQL that mends
 * it. */
#ifndef TR_SOURCE_MYSQL_CHECK_H
#define TR_SOURCE_MYSQL_CHECK_H

#include "capture/capture.h"
#include "source/mysql/connect.h"
#include "source/mysql/position.h"

/* stored NULL: not known. <0: the server can't be asked. */
int tr_mysql_check(const struct tr_mysql_context *context, struct tr_capture *capture,
                   const struct tr_mysql_position *stored, struct tr_report *report,
                   struct tr_diag *diag) TR_MUSTCHECK;

#endif
