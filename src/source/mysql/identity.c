#include "source/mysql/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "source/mysql/query.h"
#include "source/mysql/trace.h"

#define TEXT_MOST ((size_t)8 << 20)

static int copy_file(struct tr_mysql_coordinates *place, const char *file, const char *pos,
                     struct tr_diag *diag)
{
    size_t n = file ? strlen(file) : 0;

    if (!n || n >= sizeof place->file)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the server's binary log has a name that can't be: \"%.100s\"",
                       file ? file : "");
    memcpy(place->file, file, n + 1);
    place->pos = (uint64_t)tr_mysql_number(pos);
    return 0;
}

int tr_mysql_gtids_at(const struct tr_mysql_session *session,
                      const struct tr_mysql_coordinates *place, struct tr_mysql_gtids *gtids,
                      struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;

    tr_buf_init(&sql, 4096);
    tr_buf_text(&sql, "SELECT BINLOG_GTID_POS(");
    tr_mysql_quote_literal(&sql, place->file);
    tr_buf_printf(&sql, ", %" PRIu64 ")", place->pos);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    int rc = tr_mysql_query(session, tr_buf_string(&sql), &result, diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (rc || !row || !row[0])
        return rc;
    return tr_mysql_gtids_parse(gtids, tr_slice_of(row[0]), diag);
}

int tr_mysql_log_end_read(const struct tr_mysql_session *session, struct tr_mysql_log_end *ret_end,
                          struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    const char *sql =
        session->dialect.binary_log_status ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";

    *ret_end = (struct tr_mysql_log_end){.place.pos = 0};
    tr_mysql_gtids_init(&ret_end->gtids, session->dialect.mariadb);
    int rc = tr_mysql_query(session, sql, &result, diag);
    if (rc < 0)
        return tr_fail_in(diag, "%s", sql);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (rc)
        return rc;
    if (!row || !row[0])
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the server writes no binary log: set log_bin in its configuration and "
                       "start it again");
    if (copy_file(&ret_end->place, row[0], row[1], diag) < 0)
        return -1;
    if (session->dialect.mariadb)
        return tr_mysql_gtids_at(session, &ret_end->place, &ret_end->gtids, diag);
    if (!session->dialect.gtids || mysql_num_fields(result) < 5 || !row[4])
        return 0;
    return tr_mysql_gtids_parse(&ret_end->gtids, tr_slice_of(row[4]), diag);
}

void tr_mysql_log_end_finish(struct tr_mysql_log_end *end)
{
    tr_mysql_gtids_finish(&end->gtids);
}

struct tr_mysql_identity tr_mysql_identity_of(const struct tr_mysql_session *session)
{
    struct tr_mysql_identity identity = {.server_id = session->dialect.server_id};

    memcpy(identity.uuid, session->dialect.uuid, sizeof identity.uuid);
    return identity;
}

/* What a has and b has not, as text in the buffer; b may be longer than a message. */
static int print_difference(const struct tr_mysql_gtids *a, const struct tr_mysql_gtids *b,
                            struct tr_buf *buf, struct tr_diag *diag)
{
    struct tr_mysql_gtids rest;
    int rc = tr_mysql_gtids_copy(a, &rest, diag);

    if (!rc)
        rc = tr_mysql_gtids_subtract(&rest, b, diag);
    if (!rc)
        tr_mysql_gtids_print(&rest, buf);
    tr_mysql_gtids_finish(&rest);
    return rc < 0 || tr_buf_ok(buf) ? rc : tr_fail_memory(diag);
}

/* The condition, with what is in a and not in b. */
static int gap(const char *what, const struct tr_mysql_gtids *a, const struct tr_mysql_gtids *b,
               struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf missing = {0};

    tr_buf_init(&missing, TEXT_MOST);
    if (print_difference(a, b, &missing, diag) < 0)
        return -1;
    tr_fail(diag, TR_DATA, TR_STOP, "%s: %.800s" TR_MYSQL_WAYS_OUT, what, tr_buf_string(&missing));
    return TR_MYSQL_GAP;
}

/* The GTIDs of transactions that the server has removed from its log. */
static int read_purged(const struct tr_mysql_session *session, struct tr_mysql_gtids *purged,
                       struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL, *logs = NULL;
    struct tr_mysql_coordinates first = {.pos = 4};
    MYSQL_ROW row;
    int rc;

    if (!session->dialect.mariadb) {
        rc = tr_mysql_query(session, "SELECT @@GLOBAL.gtid_purged", &result, diag);
        row = result ? mysql_fetch_row(result) : NULL;
        return rc || !row || !row[0] ? rc : tr_mysql_gtids_parse(purged, tr_slice_of(row[0]), diag);
    }
    rc = tr_mysql_query(session, "SHOW BINARY LOGS", &logs, diag);
    row = logs ? mysql_fetch_row(logs) : NULL;
    if (rc || !row)
        return rc;
    if (copy_file(&first, row[0], "4", diag) < 0)
        return -1;
    return tr_mysql_gtids_at(session, &first, purged, diag);
}

/* -1: the server has no such file. */
static int read_size(const struct tr_mysql_session *session, const char *file, int64_t *ret_size,
                     struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *logs = NULL;
    MYSQL_ROW row;
    int rc = tr_mysql_query(session, "SHOW BINARY LOGS", &logs, diag);

    *ret_size = -1;
    while (!rc && (row = mysql_fetch_row(logs)))
        if (row[0] && strcmp(row[0], file) == 0)
            *ret_size = tr_mysql_number(row[1]);
    return rc;
}

/* Is the file there, and long enough, and not another one of that name? */
static int check_file(const struct tr_mysql_session *session,
                      const struct tr_mysql_position *position, struct tr_diag *diag)
{
    const struct tr_mysql_coordinates *place = &position->place;
    int64_t size = -1;
    int rc = read_size(session, place->file, &size, diag);

    if (rc)
        return rc;
    if (size >= 0 && (uint64_t)size >= place->pos)
        return tr_mysql_trace_check_place(session, position, diag);
    if (size >= 0)
        tr_fail(diag, TR_DATA, TR_STOP,
                "the server's binary log %s is shorter than the stored position %" PRIu64
                ": it is another one (reset, or restored)" TR_MYSQL_WAYS_OUT,
                place->file, place->pos);
    else
        tr_fail(diag, TR_DATA, TR_STOP,
                "the server no longer has the binary log %s of the stored position (purged, or "
                "reset)" TR_MYSQL_WAYS_OUT,
                place->file);
    return TR_MYSQL_GAP;
}

static bool same_server(const struct tr_mysql_session *session,
                        const struct tr_mysql_position *position)
{
    const struct tr_mysql_identity *stored = &position->identity;
    struct tr_mysql_identity now = tr_mysql_identity_of(session);

    return stored->uuid[0] ? strcmp(stored->uuid, now.uuid) == 0
                           : !stored->server_id || stored->server_id == now.server_id;
}

/* Names that count on are older than the newest; when the position's is newer, they began anew. */
static bool began_anew(const struct tr_mysql_coordinates *then,
                       const struct tr_mysql_coordinates *now)
{
    const char *dot = strrchr(then->file, '.');
    size_t base = dot ? (size_t)(dot - then->file) : 0;

    return base && strncmp(then->file, now->file, base + 1) == 0 &&
           tr_mysql_coordinates_number(then) > tr_mysql_coordinates_number(now);
}

/* MariaDB, where a GTID's transaction can be found by its place alone. A file that was purged says
 * nothing. */
static int check_file_behind(const struct tr_mysql_session *session,
                             const struct tr_mysql_position *position,
                             const struct tr_mysql_log_end *end, struct tr_diag *diag)
{
    int64_t size = -1;

    if (!position->place.file[0] || position->foreign || !same_server(session, position))
        return 0;
    int rc = read_size(session, position->place.file, &size, diag);
    if (rc)
        return rc;
    if (size >= 0 || began_anew(&position->place, &end->place))
        return check_file(session, position, diag);
    return 0;
}

/* The numbers fit: are they those of the same transactions? */
static int check_history(const struct tr_mysql_session *session,
                         const struct tr_mysql_position *position,
                         const struct tr_mysql_log_end *end, const struct tr_mysql_gtids *purged,
                         struct tr_diag *diag)
{
    const char *gtid = position->trace.gtid;
    struct tr_mysql_gtids newest;

    if (session->dialect.mariadb)
        return check_file_behind(session, position, end, diag);
    if (!gtid[0])
        return 0;
    tr_mysql_gtids_init(&newest, false);
    int rc = tr_mysql_gtids_parse(&newest, tr_slice_of(gtid), diag);
    bool there = !rc && tr_mysql_gtids_contain(&end->gtids, &newest) &&
                 !tr_mysql_gtids_contain(purged, &newest);
    tr_mysql_gtids_finish(&newest);
    return there ? tr_mysql_trace_check_gtid(session, position, &end->gtids, diag) : rc;
}

static int check_gtids(const struct tr_mysql_session *session,
                       const struct tr_mysql_position *position, const struct tr_mysql_log_end *end,
                       struct tr_diag *diag)
{
    struct tr_mysql_gtids purged;

    tr_mysql_gtids_init(&purged, session->dialect.mariadb);
    int rc = read_purged(session, &purged, diag);
    if (!rc && !tr_mysql_gtids_contain(&end->gtids, &position->gtids))
        rc = gap("the server lacks transactions that the stored position covers, so it is behind, "
                 "or has another history (restored, or failed over before it had them)",
                 &position->gtids, &end->gtids, diag);
    else if (!rc && !tr_mysql_gtids_contain(&position->gtids, &purged))
        rc = gap("the server has purged transactions from its binary log that were not read yet",
                 &purged, &position->gtids, diag);
    else if (!rc)
        rc = check_history(session, position, end, &purged, diag);
    tr_mysql_gtids_finish(&purged);
    return rc;
}

static int check_place(const struct tr_mysql_session *session,
                       const struct tr_mysql_position *position, struct tr_diag *diag)
{
    const struct tr_mysql_identity *stored = &position->identity;
    struct tr_mysql_identity now = tr_mysql_identity_of(session);

    if (same_server(session, position))
        return check_file(session, position, diag);
    tr_fail(diag, TR_DATA, TR_STOP,
            "the stored position is of another server (%s, server_id %" PRIu32
            ", and not %s, %" PRIu32
            "), and a file and position say nothing on this one: without GTIDs a connector can't "
            "follow to another server" TR_MYSQL_WAYS_OUT,
            stored->uuid, stored->server_id, now.uuid, now.server_id);
    return TR_MYSQL_GAP;
}

int tr_mysql_identity_check(const struct tr_mysql_session *session,
                            const struct tr_mysql_position *position,
                            const struct tr_mysql_log_end *end, struct tr_diag *diag)
{
    return tr_mysql_by_gtids(session, position) ? check_gtids(session, position, end, diag)
                                                : check_place(session, position, diag);
}

bool tr_mysql_by_gtids(const struct tr_mysql_session *session,
                       const struct tr_mysql_position *position)
{
    return position->has_gtids && session->dialect.gtids &&
           !session->context->options->mysql.gtid_ignore;
}
