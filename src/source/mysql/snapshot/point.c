#include "source/mysql/snapshot/point.h"

#include <stdio.h>
#include <strings.h>

#include "source/mysql/identity.h"

#define TRIES   20
#define REST_MS 50 /* between two tries */

/* The condition that the readers don't see the same, or nobody can say where. */
#define UNSETTLED 7

static const char begin_sql[] = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

static int begin(struct tr_mysql_session *reader, struct tr_diag *diag)
{
    int rc =
        tr_mysql_execute(reader, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", diag);
    return rc ? rc : tr_mysql_execute(reader, begin_sql, diag);
}

/* What Percona Server tells of the snapshot beyond MariaDB's. */
static int take_gtids(struct tr_mysql_point *point, const char *text, struct tr_diag *diag)
{
    tr_mysql_gtids_finish(&point->gtids);
    tr_mysql_gtids_init(&point->gtids, false);
    return tr_mysql_gtids_parse(&point->gtids, tr_slice_of(text), diag);
}

/* Where a reader's snapshot is in the log, as MariaDB and Percona Server tell it. file "": the
 * server doesn't. */
static int ask_place(struct tr_mysql_point *point, size_t i, struct tr_mysql_coordinates *ret_place,
                     struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc =
        tr_mysql_query(&point->readers[i], "SHOW STATUS LIKE 'binlog_snapshot_%'", &result, diag);
    MYSQL_ROW row;

    *ret_place = (struct tr_mysql_coordinates){.pos = 0};
    while (!rc && (row = mysql_fetch_row(result))) {
        if (i == 0 && strcasecmp(row[0], "binlog_snapshot_gtid_executed") == 0)
            rc = take_gtids(point, row[1], diag);
        if (strcasecmp(row[0], "binlog_snapshot_file") == 0)
            snprintf(ret_place->file, sizeof ret_place->file, "%s", row[1]);
        else if (strcasecmp(row[0], "binlog_snapshot_position") == 0)
            ret_place->pos = (uint64_t)tr_mysql_number(row[1]);
    }
    return rc;
}

/* Begin all, each of which tells its place. */
static int try_told(struct tr_mysql_point *point, struct tr_diag *diag)
{
    for (size_t i = 0; i < point->nreaders; i++) {
        struct tr_mysql_coordinates place;
        int rc = begin(&point->readers[i], diag);
        if (!rc)
            rc = ask_place(point, i, &place, diag);
        if (rc)
            return rc;
        if (i == 0)
            point->place = place;
        if (!place.file[0] || tr_mysql_coordinates_compare(&place, &point->place) != 0)
            return UNSETTLED;
    }
    return 0;
}

static int begin_all(struct tr_mysql_point *point, struct tr_diag *diag)
{
    int rc = 0;

    for (size_t i = 0; !rc && i < point->nreaders; i++)
        rc = begin(&point->readers[i], diag);
    return rc;
}

/* Where the log is, to be compared. */
static bool same(const struct tr_mysql_log_end *a, const struct tr_mysql_log_end *b)
{
    return tr_mysql_coordinates_compare(&a->place, &b->place) == 0 &&
           tr_mysql_gtids_contain(&a->gtids, &b->gtids) &&
           tr_mysql_gtids_contain(&b->gtids, &a->gtids);
}

static int adopt(struct tr_mysql_point *point, struct tr_mysql_log_end *end, struct tr_diag *diag)
{
    point->place = end->place;
    return tr_mysql_gtids_unite(&point->gtids, &end->gtids, diag);
}

/* Is a commit on its way? A transaction has its GTID to itself from before the log has it until
 * gtid_executed has it. >0: UNSETTLED. */
static int check_owned(const struct tr_mysql_point *point, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = tr_mysql_query(point->lock, "SELECT @@GLOBAL.gtid_owned", &result, diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;

    return !rc && row && row[0] && row[0][0] ? UNSETTLED : rc;
}

/* Begin all between two looks at the log. Equal sets alone say too little: InnoDB shows a commit
 * before gtid_executed has it. So nothing may be on its way after the readers have begun, and then
 * all that they see is in the second look's set. */
static int try_between(struct tr_mysql_point *point, struct tr_diag *diag)
{
    struct tr_mysql_log_end before, after;
    int rc = tr_mysql_log_end_read(point->lock, &before, diag);

    if (!rc)
        rc = begin_all(point, diag);
    if (!rc)
        rc = check_owned(point, diag);
    if (!rc) {
        rc = tr_mysql_log_end_read(point->lock, &after, diag);
        if (!rc)
            rc = same(&before, &after) ? adopt(point, &before, diag) : UNSETTLED;
        tr_mysql_log_end_finish(&after);
    }
    tr_mysql_log_end_finish(&before);
    return rc;
}

/* Where no XA transaction is prepared. */
static int try_quietly(struct tr_mysql_point *point,
                       int (*attempt)(struct tr_mysql_point *point, struct tr_diag *diag),
                       struct tr_diag *diag)
{
    if (point->elsewhere)
        return attempt(point, diag);
    int rc = tr_mysql_prepared_before(&point->prepared, point->lock, diag);
    if (!rc)
        rc = attempt(point, diag);
    return rc ? rc : tr_mysql_prepared_behind(&point->prepared, point->lock, diag);
}

static int retry(struct tr_mysql_point *point,
                 int (*attempt)(struct tr_mysql_point *point, struct tr_diag *diag),
                 struct tr_diag *diag)
{
    int rc = UNSETTLED;

    for (int i = 0; rc == UNSETTLED && i < TRIES; i++) {
        rc = i ? tr_mysql_sleep(point->lock->context, REST_MS) : 0;
        if (!rc)
            rc = try_quietly(point, attempt, diag);
    }
    return rc;
}

static int fail_lock(const struct tr_mysql_point *point, struct tr_diag *diag)
{
    char cause[sizeof diag->message];

    snprintf(cause, sizeof cause, "%s", diag->message);
    return tr_fail(diag, diag->cls, diag->reaction,
                   "the snapshot needs a short global read lock, because the server does not rest "
                   "long enough for %zu readers to begin at one point of its log, and it was not "
                   "given: %.1200s; GRANT RELOAD ON *.* TO '%s', or lower snapshot.max.threads, or "
                   "raise snapshot.lock.timeout.ms",
                   point->nreaders, cause, point->lock->context->options->mysql.user);
}

/* Hold all commits back. */
static int take_lock(struct tr_mysql_point *point, struct tr_diag *diag)
{
    const struct tr_snapshot_options *options = &point->lock->context->options->snapshot;
    char sql[80];

    snprintf(sql, sizeof sql, "SET SESSION lock_wait_timeout = %lld",
             (long long)TR_MAX(options->lock_timeout_ms / 1000, 1));
    int rc = tr_mysql_execute(point->lock, sql, diag);
    if (!rc)
        rc = tr_mysql_execute(point->lock, "FLUSH TABLES WITH READ LOCK", diag);
    return rc < 0 ? fail_lock(point, diag) : rc;
}

static int fix_locked(struct tr_mysql_point *point, struct tr_diag *diag)
{
    struct tr_mysql_log_end end;
    bool lasts = point->lock->context->options->snapshot.locking == TR_LOCKING_EXTENDED;
    int rc = take_lock(point, diag);

    if (rc)
        return rc;
    rc = begin_all(point, diag);
    if (!rc) {
        rc = tr_mysql_log_end_read(point->lock, &end, diag);
        if (!rc)
            rc = adopt(point, &end, diag);
        tr_mysql_log_end_finish(&end);
    }
    if (!rc && !point->elsewhere)
        rc = tr_mysql_prepared_now(&point->prepared, point->lock, diag);
    if ((rc && rc != TR_MYSQL_PREPARED) || (!rc && lasts))
        return rc;
    /* who is prepared can't end under the lock */
    int unlocked = tr_mysql_execute(point->lock, "UNLOCK TABLES", diag);
    return unlocked ? unlocked : rc;
}

/* MariaDB: what the log has up to the place. */
static int find_gtids(struct tr_mysql_point *point, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;

    tr_buf_init(&sql, 4096);
    tr_buf_text(&sql, "SELECT BINLOG_GTID_POS(");
    tr_mysql_quote_literal(&sql, point->place.file);
    tr_buf_printf(&sql, ", %llu)", (unsigned long long)point->place.pos);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    int rc = tr_mysql_query(point->lock, tr_buf_string(&sql), &result, diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (rc || !row || !row[0])
        return rc;
    return tr_mysql_gtids_parse(&point->gtids, tr_slice_of(row[0]), diag);
}

static int fail_unlocked(const struct tr_mysql_point *point, struct tr_diag *diag)
{
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "the snapshot's readers can't begin at one point of the log: %s, and "
                   "snapshot.locking.mode=none forbids a lock; set it to minimal%s",
                   point->lock->dialect.gtids ? "the server does not rest between its commits"
                                              : "the server has no GTIDs (gtid_mode)",
                   point->lock->dialect.mariadb ? ", or snapshot.max.threads to 1" : "");
}

/* Without a lock. >0: UNSETTLED, where one is needed. */
static int fix_freely(struct tr_mysql_point *point, struct tr_diag *diag)
{
    const struct tr_mysql_session *reader = &point->readers[0];
    struct tr_mysql_coordinates told;
    int rc = ask_place(point, 0, &told, diag);

    if (!rc && told.file[0]) {
        rc = retry(point, try_told, diag);
        return rc || !reader->dialect.mariadb ? rc : find_gtids(point, diag);
    }
    if (rc)
        return rc;
    if (reader->context->options->snapshot.locking == TR_LOCKING_PERCONA)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "snapshot.locking.mode=minimal_percona needs Percona Server; set it to "
                       "minimal");
    return reader->dialect.gtids ? retry(point, try_between, diag) : UNSETTLED;
}

int tr_mysql_point_fix(struct tr_mysql_point *point, struct tr_diag *diag)
{
    enum tr_locking locking = point->lock->context->options->snapshot.locking;
    int rc = locking == TR_LOCKING_EXTENDED ? UNSETTLED : fix_freely(point, diag);

    if (rc != UNSETTLED)
        return rc;
    return locking == TR_LOCKING_NONE ? fail_unlocked(point, diag) : fix_locked(point, diag);
}
