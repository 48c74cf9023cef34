#include "source/mysql/failure.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>

/* Of MySQL 8, which MariaDB's header doesn't have. */
#define ER_ACCOUNT_LOCKED          3118
#define ER_SECURE_TRANSPORT        3159
#define ER_QUERY_TIMEOUT           3024
#define ER_MARIADB_ACCOUNT_LOCKED  4151
#define ER_MARIADB_ACCOUNT_EXPIRED 4152

struct verdict {
    unsigned error;
    enum tr_class cls;
    enum tr_reaction reaction;
    const char *cure; /* "" when the message says enough */
};

#define USER  "; correct database.user and database.password"
#define TLS   "; check database.ssl.mode, database.ssl.truststore and the server's certificate"
#define GRANT "; a user with the right to GRANT can give what is missing to database.user"
#define REACH "; check that the server runs, and database.hostname and database.port"

static const struct verdict verdicts[] = {
    {ER_ACCESS_DENIED_ERROR, TR_AUTH, TR_STOP, USER},
    {ER_ACCESS_DENIED_NO_PASSWORD_ERROR, TR_AUTH, TR_STOP, USER},
    {ER_DBACCESS_DENIED_ERROR, TR_AUTH, TR_STOP, GRANT},
    {ER_HOST_NOT_PRIVILEGED, TR_AUTH, TR_STOP,
     "; create the user for this host: CREATE USER ...@'...'"},
    {ER_HOST_IS_BLOCKED, TR_AUTH, TR_STOP, "; run FLUSH HOSTS at the server"},
    {ER_NOT_SUPPORTED_AUTH_MODE, TR_AUTH, TR_STOP, USER},
    {ER_PLUGIN_IS_NOT_LOADED, TR_AUTH, TR_STOP, ""},
    {ER_MUST_CHANGE_PASSWORD, TR_AUTH, TR_STOP, ""},
    {ER_MUST_CHANGE_PASSWORD_LOGIN, TR_AUTH, TR_STOP, ""},
    {ER_ACCOUNT_LOCKED, TR_AUTH, TR_STOP, ""},
    {ER_MARIADB_ACCOUNT_LOCKED, TR_AUTH, TR_STOP, ""},
    {ER_MARIADB_ACCOUNT_EXPIRED, TR_AUTH, TR_STOP, ""},
    {ER_SECURE_TRANSPORT, TR_CONFIG, TR_STOP,
     "; the server wants TLS: set database.ssl.mode=required (MariaDB: trust) or a mode that "
     "checks "
     "the certificate"},
    {ER_SPECIFIC_ACCESS_DENIED_ERROR, TR_AUTH, TR_STOP, GRANT},
    {ER_TABLEACCESS_DENIED_ERROR, TR_AUTH, TR_STOP, GRANT},
    {ER_COLUMNACCESS_DENIED_ERROR, TR_AUTH, TR_STOP, GRANT},
    {ER_CON_COUNT_ERROR, TR_RESOURCE, TR_RETRY, ""},
    {ER_TOO_MANY_USER_CONNECTIONS, TR_RESOURCE, TR_RETRY, ""},
    {ER_USER_LIMIT_REACHED, TR_RESOURCE, TR_RETRY, ""},
    {ER_OUT_OF_RESOURCES, TR_RESOURCE, TR_RETRY, ""},
    {ER_LOCK_WAIT_TIMEOUT, TR_RESOURCE, TR_RETRY, ""},
    {ER_LOCK_DEADLOCK, TR_RESOURCE, TR_RETRY, ""},
    {ER_QUERY_INTERRUPTED, TR_RESOURCE, TR_RETRY, ""},
    {ER_QUERY_TIMEOUT, TR_RESOURCE, TR_RETRY,
     "; raise database.query.timeout.ms if it takes longer"},
    {ER_STATEMENT_TIMEOUT, TR_RESOURCE, TR_RETRY,
     "; raise database.query.timeout.ms if it takes longer"},
    {ER_SERVER_SHUTDOWN, TR_NETWORK, TR_RETRY, ""},
    {ER_NORMAL_SHUTDOWN, TR_NETWORK, TR_RETRY, ""},
    {ER_CONNECTION_KILLED, TR_NETWORK, TR_RETRY, ""},
    {ER_NET_READ_ERROR, TR_NETWORK, TR_RETRY, ""},
    {ER_NET_READ_INTERRUPTED, TR_NETWORK, TR_RETRY, ""},
    {ER_NET_ERROR_ON_WRITE, TR_NETWORK, TR_RETRY, ""},
    {ER_NET_WRITE_INTERRUPTED, TR_NETWORK, TR_RETRY, ""},
    {CR_SSL_CONNECTION_ERROR, TR_AUTH, TR_STOP, TLS},
    {CR_AUTH_PLUGIN_CANNOT_LOAD, TR_AUTH, TR_STOP,
     "; give the user a plugin that tailrace takes: caching_sha2_password, mysql_native_password "
     "or "
     "ed25519"},
    {CR_AUTH_PLUGIN_ERR, TR_AUTH, TR_STOP, USER},
    {CR_UNKNOWN_HOST, TR_NETWORK, TR_RETRY, REACH},
    {CR_CONN_HOST_ERROR, TR_NETWORK, TR_RETRY, REACH},
    {CR_CONNECTION_ERROR, TR_NETWORK, TR_RETRY, REACH},
    {CR_SERVER_GONE_ERROR, TR_NETWORK, TR_RETRY, ""},
    {CR_SERVER_LOST, TR_NETWORK, TR_RETRY, ""},
    {CR_SERVER_LOST_EXTENDED, TR_NETWORK, TR_RETRY, ""},
    {CR_OUT_OF_MEMORY, TR_RESOURCE, TR_RETRY, ""},
    {CR_MALFORMED_PACKET, TR_NETWORK, TR_RETRY, ""},
};

static const struct verdict *verdict_of(unsigned error)
{
    static const struct verdict statement = {0, TR_SCHEMA, TR_STOP, ""};
    static const struct verdict library = {0, TR_NETWORK, TR_RETRY, ""};

    for (size_t i = 0; i < TR_COUNT(verdicts); i++)
        if (verdicts[i].error == error)
            return &verdicts[i];
    return error >= CR_MIN_ERROR && error <= CR_MAX_ERROR ? &library : &statement;
}

/* What the library adds to a broken line is about itself. */
static const char *text_of(const struct tr_mysql_session *session)
{
    const char *text = mysql_error(session->mysql);
    return text && *text ? text : "the connection is lost";
}

int tr_mysql_fail_connect(const struct tr_mysql_session *session, struct tr_diag *diag)
{
    const struct tr_mysql_options *options = &session->context->options->mysql;
    const struct verdict *verdict = verdict_of(mysql_errno(session->mysql));

    return tr_fail(diag, verdict->cls == TR_SCHEMA ? TR_AUTH : verdict->cls, verdict->reaction,
                   "cannot connect to %s at %s:%d as user \"%s\": %s%s",
                   tr_mysql_product(session->context), options->hostname, options->port,
                   options->user, text_of(session), verdict->cure);
}

int tr_mysql_fail(const struct tr_mysql_session *session, const char *what, struct tr_diag *diag)
{
    unsigned error = mysql_errno(session->mysql);
    const struct verdict *verdict = verdict_of(error);

    if (!error)
        return tr_fail(diag, TR_NETWORK, TR_RETRY, "%s: the connection to %s is lost", what,
                       tr_mysql_product(session->context));
    return tr_fail(diag, verdict->cls, verdict->reaction, "%s: %s (error %u)%s", what,
                   text_of(session), error, verdict->cure);
}
