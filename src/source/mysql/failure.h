/*
 * What the server refuses, in the house's terms: by error number, because messages come in the
 * server's language. Facts: MySQL manual, "Server Error Message Reference"; MariaDB's error codes.
 */
#ifndef TR_SOURCE_MYSQL_FAILURE_H
#define TR_SOURCE_MYSQL_FAILURE_H

#include "source/mysql/connect.h"

/* The session could not be opened. Always <0. */
int tr_mysql_fail_connect(const struct tr_mysql_session *session, struct tr_diag *diag);

/* A statement failed, or the connection broke. `what` begins the message: "cannot …". Always <0. */
int tr_mysql_fail(const struct tr_mysql_session *session, const char *what, struct tr_diag *diag);

#endif
