/*
 * What the server refuses, in the house's terms: by SQLSTATE, because messages come in the server's
 * language. Facts: PostgreSQL manual, appendix A.
 */
#ifndef TR_SOURCE_POSTGRES_FAILURE_H
#define TR_SOURCE_POSTGRES_FAILURE_H

#include "source/postgres/connect.h"

/* The session could not be opened. Always <0. */
int tr_pg_fail_connect(const struct tr_pg_session *session, struct tr_diag *diag);

/* A result says no, or (result NULL) the connection broke. `what` begins the message: "cannot …".
 * Always <0. */
int tr_pg_fail_result(const struct tr_pg_session *session, const PGresult *result, const char *what,
                      struct tr_diag *diag);

/* The SQLSTATE of a result is this one. */
bool tr_pg_state_is(const PGresult *result, const char *state);

/* libpq's text in one line: no line breaks, no places in the server's source. */
void tr_pg_one_line(const char *text, char *ret_line, size_t size);

#endif
