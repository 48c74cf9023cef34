#include "source/mysql/dialect.h"

#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "source/mysql/query.h"

/* Variables that only one of the servers has, or that say what it does. */
#define VARIABLES                                                                                  \
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'server_id', 'server_uuid',"         \
    " 'gtid_mode', 'gtid_domain_id', 'binlog_row_metadata', 'max_execution_time',"                 \
    " 'lower_case_table_names')"

static void take(struct tr_mysql_dialect *dialect, const char *name, const char *value)
{
    if (strcasecmp(name, "version") == 0)
        snprintf(dialect->version, sizeof dialect->version, "%s", value);
    else if (strcasecmp(name, "server_id") == 0)
        dialect->server_id = (uint32_t)strtoul(value, NULL, 10);
    else if (strcasecmp(name, "server_uuid") == 0)
        snprintf(dialect->uuid, sizeof dialect->uuid, "%s", value);
    else if (strcasecmp(name, "gtid_mode") == 0)
        dialect->gtids = strcasecmp(value, "ON") == 0;
    else if (strcasecmp(name, "gtid_domain_id") == 0)
        dialect->mariadb = dialect->gtids = true;
    else if (strcasecmp(name, "binlog_row_metadata") == 0)
        dialect->full_metadata = strcasecmp(value, "FULL") == 0;
    else if (strcasecmp(name, "max_execution_time") == 0)
        dialect->execution_time = true;
    else if (strcasecmp(name, "lower_case_table_names") == 0)
        dialect->lower_case_table_names = (int)strtol(value, NULL, 10);
}

static int check_product(const struct tr_mysql_session *session,
                         const struct tr_mysql_dialect *dialect, struct tr_diag *diag)
{
    bool wanted = session->context->options->kind == TR_KIND_MARIADB;

    if (dialect->mariadb == wanted)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "the server is %s (%s), but connector.class is %s's: write "
                   "connector.class=%s",
                   dialect->mariadb ? "MariaDB" : "MySQL", dialect->version,
                   tr_mysql_product(session->context), dialect->mariadb ? "mariadb" : "mysql");
}

/* A server that doesn't know the statement finds an error in its syntax; one that does may refuse
 * it for other reasons. */
static int probe_status(const struct tr_mysql_session *session, struct tr_mysql_dialect *dialect,
                        struct tr_diag *diag)
{
    struct tr_diag ignored;

    if (dialect->mariadb)
        return 0;
    int rc = tr_mysql_execute(session, "SHOW BINARY LOG STATUS", &ignored);
    dialect->binary_log_status = rc == 0 || tr_mysql_error(session) != ER_PARSE_ERROR;
    if (rc < 0 && ignored.cls == TR_NETWORK) {
        *diag = ignored;
        return -1;
    }
    return rc > 0 ? rc : 0;
}

int tr_mysql_dialect_probe(const struct tr_mysql_session *session,
                           struct tr_mysql_dialect *ret_dialect, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    MYSQL_ROW row;
    int rc = tr_mysql_query(session, VARIABLES, &result, diag);

    *ret_dialect = (struct tr_mysql_dialect){0};
    while (result && (row = mysql_fetch_row(result)))
        if (row[0] && row[1])
            take(ret_dialect, row[0], row[1]);
    if (!rc)
        rc = check_product(session, ret_dialect, diag);
    return rc ? rc : probe_status(session, ret_dialect, diag);
}
