/* Statements on a session: sent, and waited for with an eye on the outlet. */
#ifndef TR_SOURCE_MYSQL_QUERY_H
#define TR_SOURCE_MYSQL_QUERY_H

#include "base/buf.h"
#include "source/mysql/connect.h"

/* Run a statement that is expected to succeed, and keep its rows (mysql_fetch_row yields them). The
 * result is the caller's to free; NULL unless 0 is returned, and for a statement without rows. >0:
 * TR_MYSQL_STOPPED. */
int tr_mysql_query(const struct tr_mysql_session *session, const char *sql, MYSQL_RES **ret_result,
                   struct tr_diag *diag) TR_MUSTCHECK;

/* The same for statements whose result says nothing more. */
int tr_mysql_execute(const struct tr_mysql_session *session, const char *sql,
                     struct tr_diag *diag) TR_MUSTCHECK;

/* The same for many rows: they are fetched one by one and not kept. Free the result before the next
 * statement. */
int tr_mysql_select(const struct tr_mysql_session *session, const char *sql, MYSQL_RES **ret_result,
                    struct tr_diag *diag) TR_MUSTCHECK;

/* The next row of such a result; cells (NULL: null) and lengths live until the next call. >0:
 * TR_MYSQL_DONE, TR_MYSQL_STOPPED. */
struct tr_mysql_row {
    char **cells;
    unsigned long *lengths;
};
int tr_mysql_fetch(const struct tr_mysql_session *session, MYSQL_RES *result,
                   struct tr_mysql_row *ret_row, struct tr_diag *diag) TR_MUSTCHECK;

void tr_mysql_clear(MYSQL_RES **result); /* for TR_CLEANUP */

/* The first cell of the first row as text, "" when there is no row or null; cut to size. */
int tr_mysql_ask_text(const struct tr_mysql_session *session, const char *sql, char *ret_text,
                      size_t size, struct tr_diag *diag) TR_MUSTCHECK;

/* The error number of the session's last statement (mysqld_error.h), 0: none. */
unsigned tr_mysql_error(const struct tr_mysql_session *session);

/* A cell as a number, 0 for NULL. */
int64_t tr_mysql_number(const char *cell);

/* Append `a quoted identifier`, or `schema`.`name`. */
void tr_mysql_quote(struct tr_buf *buf, const char *name);
void tr_mysql_quote_table(struct tr_buf *buf, const char *schema, const char *name);

/* Append a quoted literal, for a session with our sql_mode. */
void tr_mysql_quote_literal(struct tr_buf *buf, const char *text);

#endif
