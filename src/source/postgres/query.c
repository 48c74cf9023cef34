#include "source/postgres/query.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "source/postgres/failure.h"

/* The server ends a statement at the limit, and says so; who hears nothing this much later hears
 * nothing at all. */
#define GRACE_MS 5000
#define STEP_MS  1000

int tr_pg_await(const struct tr_pg_session *session, PGresult **ret_result, struct tr_diag *diag)
{
    int64_t limit = session->limited ? session->context->options->postgres.query_timeout_ms : 0;
    int64_t deadline = tr_clock_monotonic_us() + (limit + GRACE_MS) * 1000;

    while (PQisBusy(session->conn)) {
        int rc = tr_pg_wait(session, STEP_MS);
        if (rc)
            return rc;
        if (limit && tr_clock_monotonic_us() > deadline)
            return tr_fail(diag, TR_NETWORK, TR_RETRY,
                           "nothing was heard from PostgreSQL about a statement, though it ends "
                           "each after database.query.timeout.ms=%lld: does something between it "
                           "and us swallow what is sent?",
                           (long long)limit);
        if (!PQconsumeInput(session->conn))
            return tr_pg_fail_result(session, NULL, "the connection to PostgreSQL broke", diag);
    }
    *ret_result = PQgetResult(session->conn);
    return 0;
}

/* Take all results; keep the last one, or the first that failed. */
static int collect(const struct tr_pg_session *session, PGresult **ret_result, struct tr_diag *diag)
{
    PGresult *kept = NULL, *result;
    bool failed = false;

    for (;;) {
        int rc = tr_pg_await(session, &result, diag);
        if (rc) {
            PQclear(kept);
            return rc;
        }
        if (!result)
            break;
        if (failed) {
            PQclear(result);
            continue;
        }
        PQclear(kept);
        kept = result;
        ExecStatusType status = PQresultStatus(result);
        failed = status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
        if (status == PGRES_COPY_BOTH || status == PGRES_COPY_OUT)
            break;
    }
    *ret_result = kept;
    return 0;
}

static int finish(const struct tr_pg_session *session, bool sent, PGresult **ret_result,
                  struct tr_diag *diag)
{
    PGresult *result = NULL;

    *ret_result = NULL;
    if (!sent)
        return tr_pg_fail_result(session, NULL, "cannot send a statement to PostgreSQL", diag);
    int rc = collect(session, &result, diag);
    if (rc)
        return rc;
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
        tr_pg_fail_result(session, result, "PostgreSQL refused a statement", diag);
        PQclear(result);
        return -1;
    }
    *ret_result = result;
    return 0;
}

int tr_pg_query(const struct tr_pg_session *session, const char *sql, PGresult **ret_result,
                struct tr_diag *diag)
{
    return finish(session, PQsendQuery(session->conn, sql), ret_result, diag);
}

int tr_pg_ask(const struct tr_pg_session *session, const char *sql, const char *const *parameters,
              PGresult **ret_result, struct tr_diag *diag)
{
    int n = 0;

    while (parameters[n])
        n++;
    return finish(session,
                  PQsendQueryParams(session->conn, sql, n, NULL, parameters, NULL, NULL, 0),
                  ret_result, diag);
}

int tr_pg_execute(const struct tr_pg_session *session, const char *sql, struct tr_diag *diag)
{
    PGresult *result;
    int rc = tr_pg_query(session, sql, &result, diag);

    PQclear(result);
    return rc;
}

void tr_pg_cancel(const struct tr_pg_session *session)
{
    PGcancel *cancel = PQgetCancel(session->conn);
    char ignored[256];

    if (cancel)
        PQcancel(cancel, ignored, sizeof ignored);
    PQfreeCancel(cancel);
}

void tr_pg_clear(PGresult **result)
{
    PQclear(*result);
    *result = NULL;
}

const char *tr_pg_cell(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

int64_t tr_pg_number(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

bool tr_pg_truth(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column)[0] == 't';
}

uint64_t tr_pg_lsn_parse(const char *text)
{
    unsigned high, low;

    if (!text || sscanf(text, "%X/%X", &high, &low) != 2)
        return 0;
    return (uint64_t)high << 32 | low;
}

static void put_doubled(struct tr_buf *buf, const char *text, char quote)
{
    tr_buf_put(buf, &quote, 1);
    for (; *text; text++) {
        if (*text == quote)
            tr_buf_put(buf, &quote, 1);
        tr_buf_put(buf, text, 1);
    }
    tr_buf_put(buf, &quote, 1);
}

void tr_pg_quote(struct tr_buf *buf, const char *name)
{
    put_doubled(buf, name, '"');
}

void tr_pg_quote_table(struct tr_buf *buf, const char *schema, const char *name)
{
    tr_pg_quote(buf, schema);
    tr_buf_text(buf, ".");
    tr_pg_quote(buf, name);
}

void tr_pg_quote_literal(struct tr_buf *buf, const char *text)
{
    /* with a backslash inside, only the E form means the same under every
     * standard_conforming_strings */
    if (!strchr(text, '\\')) {
        put_doubled(buf, text, '\'');
        return;
    }
    tr_buf_text(buf, " E'");
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            tr_buf_put(buf, text, 1);
        tr_buf_put(buf, text, 1);
    }
    tr_buf_text(buf, "'");
}
