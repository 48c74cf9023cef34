#include "source/mysql/snapshot/prepared.h"

static int count_ended(const struct tr_mysql_session *session, int64_t *ret_ended,
                       struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = tr_mysql_query(session,
                            "SHOW GLOBAL STATUS WHERE Variable_name IN"
                            " ('Com_xa_commit', 'Com_xa_rollback')",
                            &result, diag);
    MYSQL_ROW row;

    *ret_ended = 0;
    while (!rc && (row = mysql_fetch_row(result)))
        *ret_ended += tr_mysql_number(row[1]);
    return rc;
}

int tr_mysql_prepared_now(struct tr_mysql_prepared *prepared,
                          const struct tr_mysql_session *session, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = tr_mysql_query(session, "XA RECOVER", &result, diag);

    if (rc < 0 && !session->dialect.mariadb && diag->cls != TR_NETWORK) {
        if (!prepared->told)
            tr_log_warn(session->context->log,
                        "the user may not see prepared XA transactions (GRANT XA_RECOVER_ADMIN ON "
                        "*.*); what is prepared before the snapshot and committed behind it is "
                        "missing from the topics");
        prepared->told = true;
        return 0;
    }
    if (rc)
        return rc;
    return mysql_num_rows(result) > 0 ? TR_MYSQL_PREPARED : 0;
}

int tr_mysql_prepared_before(struct tr_mysql_prepared *prepared,
                             const struct tr_mysql_session *session, struct tr_diag *diag)
{
    int rc = count_ended(session, &prepared->ended, diag);
    return rc ? rc : tr_mysql_prepared_now(prepared, session, diag);
}

int tr_mysql_prepared_behind(struct tr_mysql_prepared *prepared,
                             const struct tr_mysql_session *session, struct tr_diag *diag)
{
    int64_t ended;
    int rc = tr_mysql_prepared_now(prepared, session, diag);

    if (!rc)
        rc = count_ended(session, &ended, diag);
    if (rc)
        return rc;
    return ended != prepared->ended ? TR_MYSQL_PREPARED : 0;
}
