/* The server's settings, and the place in its log. */
#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "source/mysql/check/impl.h"
#include "source/mysql/identity.h"

#define VALUE_SIZE 256
#define DAY        86400

int tr_mysql_check_variable(const struct tr_mysql_checking *checking, const char *name,
                            char *ret_value, size_t size)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    char sql[160];

    snprintf(sql, sizeof sql, "SHOW GLOBAL VARIABLES LIKE '%s'", name);
    int rc = tr_mysql_query(&checking->session, sql, &result, checking->diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    snprintf(ret_value, size, "%s", row && row[1] ? row[1] : "");
    return rc;
}

/* A setting that has to have one value. */
struct wish {
    const char *name, *value;
    enum tr_severity severity; /* when it is another */
    const char *otherwise;     /* what follows then */
};

static const struct wish wishes[] = {
    {"log_bin", "ON", TR_FINDING_ERROR,
     "without a binary log there is nothing to stream; set log_bin in the server's configuration "
     "and start it again"},
    {"binlog_format", "ROW", TR_FINDING_ERROR,
     "what statements change is not in the log; sessions that are open keep the old value"},
    {"binlog_row_image", "FULL", TR_FINDING_WARNING,
     "the log leaves columns out, and records show them as unchanged or null"},
    {"binlog_row_metadata", "FULL", TR_FINDING_WARNING,
     "the log does not name columns; a table that is altered twice before the stream comes to it "
     "stops the connector"},
};

static int check_wish(struct tr_mysql_checking *checking, const struct wish *wish)
{
    char value[VALUE_SIZE], mend[160];
    int rc = tr_mysql_check_variable(checking, wish->name, value, sizeof value);

    if (rc || !value[0]) /* an older server doesn't have it */
        return rc;
    if (strcasecmp(value, wish->value) == 0) {
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "%s is %s", wish->name, value);
        return 0;
    }
    snprintf(mend, sizeof mend, "SET GLOBAL %s = %s;", wish->name, wish->value);
    tr_report_add(checking->report, wish->severity, strcmp(wish->name, "log_bin") ? mend : NULL,
                  "%s is %s: %s", wish->name, value, wish->otherwise);
    return 0;
}

static int check_wishes(struct tr_mysql_checking *checking)
{
    int rc = 0;

    for (size_t i = 0; !rc && i < TR_COUNT(wishes); i++)
        rc = check_wish(checking, &wishes[i]);
    return rc;
}

/* JSON diffs need the old value. */
static int check_partial_json(struct tr_mysql_checking *checking)
{
    char options[VALUE_SIZE], image[VALUE_SIZE];
    int rc = tr_mysql_check_variable(checking, "binlog_row_value_options", options, sizeof options);

    if (!rc)
        rc = tr_mysql_check_variable(checking, "binlog_row_image", image, sizeof image);
    if (!rc && strcasestr(options, "PARTIAL_JSON") && strcasecmp(image, "FULL") != 0)
        tr_report_add(checking->report, TR_FINDING_ERROR, "SET GLOBAL binlog_row_image = FULL;",
                      "binlog_row_value_options is PARTIAL_JSON while binlog_row_image is %s: an "
                      "update of a JSON column can't be made whole without its old value",
                      image);
    return rc;
}

static int check_gtids(struct tr_mysql_checking *checking)
{
    if (checking->session.dialect.gtids) {
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "transactions have GTIDs");
        return 0;
    }
    tr_report_add(
        checking->report, TR_FINDING_WARNING,
        "SET GLOBAL enforce_gtid_consistency = ON; SET GLOBAL gtid_mode = "
        "OFF_PERMISSIVE; SET GLOBAL gtid_mode = ON_PERMISSIVE; SET GLOBAL gtid_mode = "
        "ON;",
        "gtid_mode is not ON: the connector can't follow a failover, and a snapshot takes "
        "a short global read lock");
    return 0;
}

/* How long a stopped connector may stay away. */
static int check_retention(struct tr_mysql_checking *checking)
{
    char value[VALUE_SIZE];
    int rc = tr_mysql_check_variable(checking, "binlog_expire_logs_seconds", value, sizeof value);
    int64_t seconds = tr_mysql_number(value);

    if (rc)
        return rc;
    if (!value[0]) { /* MariaDB before 10.6 */
        rc = tr_mysql_check_variable(checking, "expire_logs_days", value, sizeof value);
        seconds = tr_mysql_number(value) * DAY;
    }
    if (!rc && seconds > 0 && seconds < DAY)
        tr_report_add(checking->report, TR_FINDING_WARNING,
                      "SET GLOBAL binlog_expire_logs_seconds = 604800;",
                      "the server keeps its log for %" PRId64
                      " s only: a connector that is stopped for longer needs a new snapshot",
                      seconds);
    else if (!rc)
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "the log is kept for %s",
                      seconds ? "a day or longer" : "ever");
    return rc;
}

/* A replica that doesn't log what it replays, and databases that the log leaves out. */
static int check_scope(struct tr_mysql_checking *checking)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    const char *sql = checking->session.dialect.binary_log_status ? "SHOW BINARY LOG STATUS"
                                                                  : "SHOW MASTER STATUS";
    int rc = tr_mysql_query(&checking->session, sql, &result, checking->diag);

    if (rc < 0) /* for the lack of a privilege, which is told by itself */
        return checking->diag->cls == TR_NETWORK ? rc : 0;
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (rc || !row)
        return rc;
    if ((row[2] && *row[2]) || (row[3] && *row[3]))
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "the server logs some databases only (binlog_do_db=%s, binlog_ignore_db=%s): "
                      "changes of the others are not in the stream",
                      row[2] ? row[2] : "", row[3] ? row[3] : "");
    return 0;
}

static int check_include_query(struct tr_mysql_checking *checking)
{
    bool mariadb = checking->session.dialect.mariadb;
    const char *name = mariadb ? "binlog_annotate_row_events" : "binlog_rows_query_log_events";
    char value[VALUE_SIZE], mend[120];

    if (!checking->context->options->mysql.include_query)
        return 0;
    int rc = tr_mysql_check_variable(checking, name, value, sizeof value);
    snprintf(mend, sizeof mend, "SET GLOBAL %s = ON;", name);
    if (!rc && strcasecmp(value, "ON") != 0)
        tr_report_add(checking->report, TR_FINDING_WARNING, mend,
                      "include.query is on, but %s is %s: source.query stays null", name, value);
    return rc;
}

static int check_place(struct tr_mysql_checking *checking)
{
    struct tr_mysql_log_end end;

    if (!checking->stored || checking->stored->stage != TR_MYSQL_STREAM)
        return 0;
    int rc = tr_mysql_log_end_read(&checking->session, &end, checking->diag);
    if (!rc)
        rc = tr_mysql_identity_check(&checking->session, checking->stored, &end, checking->diag);
    tr_mysql_log_end_finish(&end);
    if (rc == TR_MYSQL_GAP)
        tr_report_add(checking->report,
                      tr_snapshot_wishes_of(&checking->context->options->snapshot).when_needed
                          ? TR_FINDING_WARNING
                          : TR_FINDING_ERROR,
                      NULL, "%s", checking->diag->message);
    else if (!rc)
        tr_report_add(checking->report, TR_FINDING_OK, NULL,
                      "the server has everything behind the stored position");
    return rc == TR_MYSQL_GAP ? 0 : rc;
}

int tr_mysql_check_server(struct tr_mysql_checking *checking)
{
    static int (*const checks[])(struct tr_mysql_checking * checking) = {
        check_wishes, check_partial_json,  check_gtids, check_retention,
        check_scope,  check_include_query, check_place,
    };
    int rc = 0;

    tr_report_add(checking->report, TR_FINDING_OK, NULL, "%s %s",
                  tr_mysql_product(checking->context), checking->session.dialect.version);
    for (size_t i = 0; !rc && tr_mysql_check_streams(checking) && i < TR_COUNT(checks); i++)
        rc = checks[i](checking);
    return rc;
}

static int check_all(struct tr_mysql_checking *checking)
{
    int rc = tr_mysql_check_server(checking);

    if (!rc)
        rc = tr_mysql_check_rights(checking);
    return rc ? rc : tr_mysql_check_tables(checking);
}

int tr_mysql_check(const struct tr_mysql_context *context, struct tr_capture *capture,
                   const struct tr_mysql_position *stored, struct tr_report *report,
                   struct tr_diag *diag)
{
    struct tr_mysql_checking checking = {
        .context = context,
        .capture = capture,
        .stored = stored,
        .report = report,
        .diag = diag,
    };
    int rc = tr_mysql_connect(context, TR_MYSQL_ORDINARY, &checking.session, diag);

    tr_buf_init(&checking.grants, 1 << 20);
    if (!rc) {
        rc = check_all(&checking);
        tr_mysql_disconnect(&checking.session);
    }
    tr_buf_finish(&checking.grants);
    return rc;
}
