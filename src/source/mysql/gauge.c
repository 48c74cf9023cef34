#include "source/mysql/gauge.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define ASK_US 10000000

static struct tr_figures *figures_of(const struct tr_mysql_gauge *gauge)
{
    return gauge->session->context->figures;
}

/* The executed set of the server: MySQL tells it with the log's end, MariaDB apart. */
static int read_gtids(const struct tr_mysql_session *session, const char *with_end,
                      struct tr_mysql_gtids *gtids, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;

    if (!session->dialect.mariadb)
        return with_end ? tr_mysql_gtids_parse(gtids, tr_slice_of(with_end), diag) : 0;
    int rc = tr_mysql_query(session, "SELECT @@GLOBAL.gtid_binlog_pos", &result, diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    return rc || !row || !row[0] ? rc : tr_mysql_gtids_parse(gtids, tr_slice_of(row[0]), diag);
}

static int compare_gtids(struct tr_mysql_gauge *gauge, const struct tr_mysql_position *position,
                         const char *with_end)
{
    struct tr_mysql_gtids gtids;
    struct tr_diag ignored;

    if (!position->has_gtids)
        return 0;
    tr_mysql_gtids_init(&gtids, gauge->session->dialect.mariadb);
    int rc = read_gtids(gauge->session, with_end, &gtids, &ignored);
    if (rc == 0) {
        uint64_t missing = tr_mysql_gtids_missing(&position->gtids, &gtids);
        gauge->has_all = missing == 0;
        tr_figure_set(figures_of(gauge), TR_FIGURE_LAG_GTIDS, (int64_t)missing);
    }
    tr_mysql_gtids_finish(&gtids);
    return rc > 0 ? rc : 0;
}

static void tell_lag(const struct tr_mysql_gauge *gauge, uint64_t bytes)
{
    tr_figure_set(figures_of(gauge), TR_FIGURE_LAG_BYTES, (int64_t)bytes);
}

/* Between two files: what the server's list of them says. */
static int measure(const struct tr_mysql_gauge *gauge)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *logs = NULL;
    struct tr_diag ignored;
    uint64_t bytes = 0;
    bool inside = false;
    MYSQL_ROW row;
    int rc = tr_mysql_query(gauge->session, "SHOW BINARY LOGS", &logs, &ignored);

    if (rc)
        return rc > 0 ? rc : 0;
    while ((row = mysql_fetch_row(logs))) {
        uint64_t size = (uint64_t)tr_mysql_number(row[1]);
        bool first = strcmp(row[0], gauge->done.file) == 0;
        inside |= first;
        if (first)
            bytes = size > gauge->done.pos ? size - gauge->done.pos : 0;
        else if (inside && strcmp(row[0], gauge->head.file) == 0)
            break;
        else if (inside)
            bytes += size;
    }
    if (inside)
        tell_lag(gauge, bytes + gauge->head.pos);
    return 0;
}

int tr_mysql_gauge_ask(struct tr_mysql_gauge *gauge, const struct tr_mysql_gauge_news *news,
                       int64_t now)
{
    const struct tr_mysql_session *session = gauge->session;
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    struct tr_diag ignored;

    if (!figures_of(gauge) || (gauge->asked_us && now - gauge->asked_us < ASK_US))
        return 0;
    gauge->asked_us = now;
    int rc = tr_mysql_query(session,
                            session->dialect.binary_log_status ? "SHOW BINARY LOG STATUS"
                                                               : "SHOW MASTER STATUS",
                            &result, &ignored);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (rc || !row || !row[0])
        return rc > 0 ? rc : 0;
    snprintf(gauge->head.file, sizeof gauge->head.file, "%s", row[0]);
    gauge->head.pos = (uint64_t)tr_mysql_number(row[1]);
    rc = compare_gtids(gauge, news->position, mysql_num_fields(result) > 4 ? row[4] : NULL);
    if (!rc && gauge->done.file[0] && strcmp(gauge->done.file, gauge->head.file) != 0)
        rc = measure(gauge);
    return rc;
}

/* Which place is committed? Places aren't kept for all tokens: one at a time is marked. */
static void move_done(struct tr_mysql_gauge *gauge, const struct tr_mysql_gauge_news *news)
{
    if (news->confirmed >= news->put && !news->pending) {
        gauge->done = news->position->place;
        gauge->token = 0;
        return;
    }
    if (gauge->token && news->confirmed >= gauge->token) {
        gauge->done = gauge->marked;
        gauge->token = 0;
    }
    if (!gauge->token) { /* read up to here: committed at the latest with what is put next */
        gauge->marked = news->position->place;
        gauge->token = news->put + 1;
    }
}

void tr_mysql_gauge_tell(struct tr_mysql_gauge *gauge, const struct tr_mysql_gauge_news *news)
{
    struct tr_figures *figures = figures_of(gauge);
    const struct tr_mysql_coordinates *head = &gauge->head, *read = &news->position->place;

    if (!figures || !head->file[0])
        return;
    move_done(gauge, news);
    bool further = tr_mysql_coordinates_compare(read, head) > 0;
    bool all = further || gauge->has_all || tr_mysql_coordinates_compare(read, head) == 0;
    if (all)
        gauge->behind_us = 0;
    else if (!gauge->behind_us)
        gauge->behind_us = tr_clock_realtime_ns() / 1000;
    if (further)
        head = read;
    if (all && gauge->done.pos == read->pos && strcmp(gauge->done.file, read->file) == 0)
        tell_lag(gauge, 0);
    else if (strcmp(gauge->done.file, head->file) == 0)
        tell_lag(gauge, head->pos > gauge->done.pos ? head->pos - gauge->done.pos : 0);
    tr_figure_set(figures, TR_FIGURE_POSITION, (int64_t)gauge->done.pos);
    tr_figure_set(figures, TR_FIGURE_POSITION_FILE,
                  (int64_t)tr_mysql_coordinates_number(&gauge->done));
    tr_figure_set(figures, TR_FIGURE_HEAD, (int64_t)head->pos);
    tr_figure_set(figures, TR_FIGURE_HEAD_FILE, (int64_t)tr_mysql_coordinates_number(head));
    tr_figure_set(figures, TR_FIGURE_BEHIND_US, news->held_us ? news->held_us : gauge->behind_us);
}
