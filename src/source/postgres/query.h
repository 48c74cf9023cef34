/* Statements on a session: sent, and waited for with an eye on the outlet. */
#ifndef TR_SOURCE_POSTGRES_QUERY_H
#define TR_SOURCE_POSTGRES_QUERY_H

#include <inttypes.h>

#include "base/buf.h"
#include "source/postgres/connect.h"

/* How an LSN is written: printf(TR_PG_LSN, TR_PG_LSN_ARGS(lsn)). */
#define TR_PG_LSN           "%X/%X"
#define TR_PG_LSN_ARGS(lsn) (uint32_t)((lsn) >> 32), (uint32_t)(lsn)

/* Run a statement that is expected to succeed. The result is the caller's to PQclear; ret_result is
 * NULL unless 0 is returned. >0: TR_PG_STOPPED. */
int tr_pg_query(const struct tr_pg_session *session, const char *sql, PGresult **ret_result,
                struct tr_diag *diag) TR_MUSTCHECK;

/* The same with text parameters, a list ended by NULL. Not for replication sessions. */
int tr_pg_ask(const struct tr_pg_session *session, const char *sql, const char *const *parameters,
              PGresult **ret_result, struct tr_diag *diag) TR_MUSTCHECK;

/* The same for statements whose result says nothing more. */
int tr_pg_execute(const struct tr_pg_session *session, const char *sql,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* Wait for the next result of what was sent; NULL: there is no more. >0: TR_PG_STOPPED. */
int tr_pg_await(const struct tr_pg_session *session, PGresult **ret_result,
                struct tr_diag *diag) TR_MUSTCHECK;

/* Ask the server to give up what it is doing for us. */
void tr_pg_cancel(const struct tr_pg_session *session);

void tr_pg_clear(PGresult **result); /* for TR_CLEANUP */

/* Cells of a result. */
const char *tr_pg_cell(const PGresult *result, int row, int column); /* NULL for NULL */
int64_t tr_pg_number(const PGresult *result, int row, int column);   /* 0 for NULL */
bool tr_pg_truth(const PGresult *result, int row, int column);       /* false for NULL */

/* "16/B374D848" → number; 0 for anything else, NULL included. */
uint64_t tr_pg_lsn_parse(const char *text);

/* Append a quoted identifier, or schema.name. */
void tr_pg_quote(struct tr_buf *buf, const char *name);
void tr_pg_quote_table(struct tr_buf *buf, const char *schema, const char *name);

/* Append a quoted literal. */
void tr_pg_quote_literal(struct tr_buf *buf, const char *text);

#endif
