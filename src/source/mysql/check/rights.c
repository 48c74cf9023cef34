/* What the user may do. */
#include <stdio.h>

#include "source/mysql/check/impl.h"
#include "source/mysql/identity.h"
#include "source/mysql/wire.h"

static int read_grants(struct tr_mysql_checking *checking)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = tr_mysql_query(&checking->session, "SHOW GRANTS", &result, checking->diag);
    MYSQL_ROW row;

    while (!rc && (row = mysql_fetch_row(result))) {
        tr_buf_text(&checking->grants, row[0] ? row[0] : "");
        tr_buf_text(&checking->grants, "\n");
    }
    return rc || tr_buf_ok(&checking->grants) ? rc : tr_fail_memory(checking->diag);
}

/* GRANT RELOAD, PROCESS ON *.* TO …: a word between separators, in a line of global grants. */
static bool line_grants(const char *line, size_t n, const char *privilege)
{
    const char *on = memmem(line, n, " ON *.*", 7);
    size_t length = strlen(privilege);

    for (const char *p = line; on && p < on; p++) {
        p = memmem(p, (size_t)(on - p), privilege, length);
        if (!p)
            return false;
        if (p[-1] == ' ' && (p[length] == ',' || p + length == on))
            return true;
    }
    return false;
}

bool tr_mysql_check_granted(const struct tr_mysql_checking *checking, const char *privilege)
{
    const char *line = tr_buf_string(&checking->grants);

    for (const char *end; (end = strchr(line, '\n')); line = end + 1)
        if (line_grants(line, (size_t)(end - line), "ALL PRIVILEGES") ||
            line_grants(line, (size_t)(end - line), "SUPER") ||
            line_grants(line, (size_t)(end - line), privilege))
            return true;
    return false;
}

static void report(struct tr_mysql_checking *checking, enum tr_severity severity,
                   const char *privilege, const char *what)
{
    char mend[200];

    snprintf(mend, sizeof mend, "GRANT %s ON *.* TO '%s';", privilege,
             checking->context->options->mysql.user);
    tr_report_add(checking->report, severity, mend, "%s", what);
}

/* The status of the log; MariaDB 10.5 gave the privilege another name. */
static int check_client(struct tr_mysql_checking *checking)
{
    struct tr_mysql_log_end end;
    const char *privilege =
        checking->session.dialect.mariadb ? "BINLOG MONITOR" : "REPLICATION CLIENT";
    int rc = tr_mysql_log_end_read(&checking->session, &end, checking->diag);

    tr_mysql_log_end_finish(&end);
    if (rc >= 0)
        return rc;
    if (checking->diag->cls == TR_AUTH)
        report(checking, TR_FINDING_ERROR, privilege,
               "the user may not ask where the log is (REPLICATION CLIENT)");
    return checking->diag->cls == TR_NETWORK ? -1 : 0;
}

/* An onlooker's dump shows by itself whether it is allowed. */
static int check_dump(struct tr_mysql_checking *checking)
{
    struct tr_mysql_session session;
    struct tr_mysql_log_end end;
    struct tr_slice event;
    int rc = tr_mysql_log_end_read(&checking->session, &end, checking->diag);

    if (rc) {
        tr_mysql_log_end_finish(&end);
        return rc < 0 && checking->diag->cls == TR_NETWORK ? -1 : 0;
    }
    const struct tr_mysql_dump dump = {.place = &end.place};
    rc = tr_mysql_connect(checking->context, TR_MYSQL_DUMP, &session, checking->diag);
    if (!rc)
        rc = tr_mysql_dump_start(&session, &dump, checking->diag);
    if (!rc)
        rc = tr_mysql_dump_read(&session, &event, checking->diag);
    if (rc < 0)
        report(checking, TR_FINDING_ERROR, "REPLICATION SLAVE", checking->diag->message);
    else
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "user \"%s\" may read the log",
                      checking->context->options->mysql.user);
    tr_mysql_disconnect(&session);
    tr_mysql_log_end_finish(&end);
    return 0;
}

/* Roles may give what SHOW GRANTS doesn't tell of. */
static void check_snapshot_rights(struct tr_mysql_checking *checking)
{
    const struct tr_connector_options *options = checking->context->options;

    if (options->snapshot.locking != TR_LOCKING_NONE &&
        !tr_mysql_check_granted(checking, "RELOAD") &&
        !tr_mysql_check_granted(checking, "FLUSH_TABLES"))
        report(checking,
               options->snapshot.locking == TR_LOCKING_EXTENDED ? TR_FINDING_ERROR
                                                                : TR_FINDING_WARNING,
               "RELOAD",
               "the user has no RELOAD: a snapshot can't take the short global read lock that it "
               "needs on a busy server");
    if (!checking->session.dialect.mariadb && !tr_mysql_check_granted(checking, "XA_RECOVER_ADMIN"))
        report(checking, TR_FINDING_WARNING, "XA_RECOVER_ADMIN",
               "the user has no XA_RECOVER_ADMIN: a snapshot can't see prepared XA transactions, "
               "which it would miss");
}

int tr_mysql_check_rights(struct tr_mysql_checking *checking)
{
    int rc = read_grants(checking);

    if (!rc && tr_mysql_check_streams(checking)) {
        rc = check_client(checking);
        if (!rc)
            rc = check_dump(checking);
    }
    if (!rc)
        check_snapshot_rights(checking);
    return rc;
}
