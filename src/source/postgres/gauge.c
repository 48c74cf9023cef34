#include "source/postgres/gauge.h"

#include <stdio.h>

#include "base/clock.h"

/* A number, or unknown. */
static int64_t figure(const PGresult *result, int column)
{
    return tr_pg_cell(result, 0, column) ? tr_pg_number(result, 0, column) : TR_FIGURE_UNKNOWN;
}

static void take(struct tr_pg_gauge *gauge, const PGresult *result)
{
    struct tr_figures *figures = gauge->session->context->figures;

    gauge->head_lsn = TR_MAX(gauge->head_lsn, tr_pg_lsn_parse(tr_pg_cell(result, 0, 0)));
    tr_figure_set(figures, TR_FIGURE_SLOT_RETAINED, figure(result, 1));
    tr_figure_set(figures, TR_FIGURE_SLOT_SAFE, figure(result, 2));
}

int tr_pg_gauge_ask(struct tr_pg_gauge *gauge, int64_t now)
{
    const struct tr_pg_session *session = gauge->session;
    const char *slot = session->context->options->postgres.slot_name;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    struct tr_diag ignored;
    char sql[512];

    if (!session->context->figures || (gauge->asked_us && now - gauge->asked_us < TR_PG_GAUGE_US))
        return 0;
    gauge->asked_us = now;
    /* safe_wal_size is negative once the slot may lose log */
    snprintf(sql, sizeof sql,
             "SELECT lsn, (lsn - restart_lsn)::bigint, %s FROM (SELECT CASE"
             " WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
             " ELSE pg_current_wal_flush_lsn() END AS lsn) AS head"
             " LEFT JOIN pg_replication_slots ON slot_name = $1",
             session->version >= 130000 ? "safe_wal_size" : "NULL");
    int rc = tr_pg_ask(session, sql, (const char *[]){slot, NULL}, &result, &ignored);
    if (rc == 0 && PQntuples(result) == 1)
        take(gauge, result);
    return rc > 0 ? rc : 0;
}

void tr_pg_gauge_tell(struct tr_pg_gauge *gauge, const struct tr_pg_gauge_news *news)
{
    uint64_t done = news->done_lsn;
    struct tr_figures *figures = gauge->session->context->figures;

    if (!figures || !gauge->asked_us)
        return;
    if (news->received_lsn >= gauge->head_lsn)
        gauge->behind_us = 0;
    else if (!gauge->behind_us)
        gauge->behind_us = tr_clock_realtime_ns() / 1000;
    uint64_t head = TR_MAX(gauge->head_lsn, news->received_lsn);
    tr_figure_set(figures, TR_FIGURE_POSITION, (int64_t)done);
    tr_figure_set(figures, TR_FIGURE_HEAD, (int64_t)head);
    tr_figure_set(figures, TR_FIGURE_LAG_BYTES, head > done ? (int64_t)(head - done) : 0);
    tr_figure_set(figures, TR_FIGURE_BEHIND_US, news->held_us ? news->held_us : gauge->behind_us);
}
