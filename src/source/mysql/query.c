#include "source/mysql/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "source/mysql/failure.h"

/* Until the server begins to answer; what it has begun, it ends soon. A reader's statement may take
 * as long as it likes, and an ordinary one is ended by the server (max_execution_time) if it is a
 * SELECT, so this is for the others. */
static int await(const struct tr_mysql_session *session, struct tr_diag *diag)
{
    int64_t limit = session->context->options->mysql.query_timeout_ms;
    int64_t deadline = tr_clock_monotonic_us() + limit * 1000;
    int rc = TR_MYSQL_DONE;

    while (rc == TR_MYSQL_DONE) {
        if (!session->patient && limit && tr_clock_monotonic_us() > deadline)
            return tr_fail(diag, TR_RESOURCE, TR_RETRY,
                           "%s took longer than %lld ms for a statement; raise "
                           "database.query.timeout.ms if it needs more",
                           tr_mysql_product(session->context), (long long)limit);
        rc = tr_mysql_wait(session, 1000);
    }
    return rc;
}

static int run(const struct tr_mysql_session *session, const char *sql, struct tr_diag *diag)
{
    char what[64];

    snprintf(what, sizeof what, "%s refused a statement", tr_mysql_product(session->context));
    if (mysql_send_query(session->mysql, sql, strlen(sql)))
        return tr_mysql_fail(session, what, diag);
    int rc = await(session, diag);
    if (rc)
        return rc;
    return mysql_read_query_result(session->mysql) ? tr_mysql_fail(session, what, diag) : 0;
}

int tr_mysql_query(const struct tr_mysql_session *session, const char *sql, MYSQL_RES **ret_result,
                   struct tr_diag *diag)
{
    *ret_result = NULL;
    int rc = run(session, sql, diag);
    if (rc || mysql_field_count(session->mysql) == 0)
        return rc;
    rc = await(session, diag); /* the columns may come long before the rows */
    if (rc)
        return rc;
    *ret_result = mysql_store_result(session->mysql);
    return *ret_result ? 0 : tr_mysql_fail(session, "cannot read a result", diag);
}

int tr_mysql_execute(const struct tr_mysql_session *session, const char *sql, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    return tr_mysql_query(session, sql, &result, diag);
}

int tr_mysql_select(const struct tr_mysql_session *session, const char *sql, MYSQL_RES **ret_result,
                    struct tr_diag *diag)
{
    *ret_result = NULL;
    int rc = run(session, sql, diag);
    if (rc)
        return rc;
    *ret_result = mysql_use_result(session->mysql);
    return *ret_result ? 0 : tr_mysql_fail(session, "cannot read a result", diag);
}

int tr_mysql_fetch(const struct tr_mysql_session *session, MYSQL_RES *result,
                   struct tr_mysql_row *ret_row, struct tr_diag *diag)
{
    if (!tr_mysql_pending(session)) {
        int rc = tr_mysql_wait(session, -1);
        if (rc)
            return rc;
    }
    ret_row->cells = mysql_fetch_row(result);
    if (!ret_row->cells)
        return mysql_errno(session->mysql) ? tr_mysql_fail(session, "cannot read a row", diag)
                                           : TR_MYSQL_DONE;
    ret_row->lengths = mysql_fetch_lengths(result);
    return 0;
}

void tr_mysql_clear(MYSQL_RES **result)
{
    const MYSQL_RES *open = *result;

    /* the library would read all rows that are left, however many */
    if (open && open->handle && !open->eof && open->handle->status == MYSQL_STATUS_USE_RESULT)
        shutdown(mysql_get_socket(open->handle), SHUT_RDWR);
    mysql_free_result(*result);
    *result = NULL;
}

int tr_mysql_ask_text(const struct tr_mysql_session *session, const char *sql, char *ret_text,
                      size_t size, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = tr_mysql_query(session, sql, &result, diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;

    snprintf(ret_text, size, "%s", row && row[0] ? row[0] : "");
    return rc;
}

unsigned tr_mysql_error(const struct tr_mysql_session *session)
{
    return mysql_errno(session->mysql);
}

int64_t tr_mysql_number(const char *cell)
{
    return cell ? strtoll(cell, NULL, 10) : 0;
}

static void put_doubled(struct tr_buf *buf, const char *text, char quote)
{
    tr_buf_put(buf, &quote, 1);
    for (; *text; text++) {
        if (*text == quote || (quote == '\'' && *text == '\\'))
            tr_buf_put(buf, text, 1);
        tr_buf_put(buf, text, 1);
    }
    tr_buf_put(buf, &quote, 1);
}

void tr_mysql_quote(struct tr_buf *buf, const char *name)
{
    put_doubled(buf, name, '`');
}

void tr_mysql_quote_table(struct tr_buf *buf, const char *schema, const char *name)
{
    tr_mysql_quote(buf, schema);
    tr_buf_text(buf, ".");
    tr_mysql_quote(buf, name);
}

void tr_mysql_quote_literal(struct tr_buf *buf, const char *text)
{
    put_doubled(buf, text, '\'');
}
