#include "source/postgres/connect.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "source/postgres/failure.h"
#include "source/postgres/query.h"

#define CONNECT_TIMEOUT_US 30000000
#define STEP_MS            250 /* how late a stop is noticed at worst */
#define MAX_PARAMETERS     24

/* What fixes the text form of values, and what keeps a server's or role's own settings from ending
 * our sessions. row_security=off: a policy that hides rows is an error, not a silent loss. */
#define SETTINGS                                                                                   \
    "-c datestyle=ISO -c timezone=UTC -c intervalstyle=postgres -c extra_float_digits=1"           \
    " -c bytea_output=hex -c row_security=off"                                                     \
    " -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"

struct parameters {
    const char *keywords[MAX_PARAMETERS], *values[MAX_PARAMETERS];
    size_t n;
};

static void add(struct parameters *parameters, const char *keyword, const char *value)
{
    if (!value || parameters->n + 1 >= MAX_PARAMETERS)
        return;
    parameters->keywords[parameters->n] = keyword;
    parameters->values[parameters->n++] = value;
}

void tr_pg_application_name(const struct tr_pg_context *context, char *ret_name, size_t size)
{
    /* longer names would come back cut from pg_stat_activity */
    snprintf(ret_name, TR_MIN(size, 64), "tailrace-%s", context->options->name);
}

static void add_tls(struct parameters *parameters, const struct tr_postgres_options *options)
{
    add(parameters, "sslmode", options->sslmode);
    add(parameters, "sslcert", options->sslcert);
    add(parameters, "sslkey", options->sslkey);
    add(parameters, "sslpassword", options->sslpassword);
    add(parameters, "sslrootcert", options->sslrootcert);
}

static bool is_limited(enum tr_pg_kind kind)
{
    return kind == TR_PG_ORDINARY || kind == TR_PG_USERS;
}

static PGconn *start(const struct tr_pg_context *context, enum tr_pg_kind kind)
{
    const struct tr_postgres_options *options = &context->options->postgres;
    struct parameters parameters = {.n = 0};
    char port[16], name[64], settings[512];

    snprintf(port, sizeof port, "%d", options->port);
    snprintf(settings, sizeof settings, "%s%s -c statement_timeout=%lld", SETTINGS,
             kind == TR_PG_USERS ? "" : " -c search_path=pg_catalog",
             is_limited(kind) ? (long long)options->query_timeout_ms : 0);
    tr_pg_application_name(context, name, sizeof name);
    add(&parameters, "host", options->hostname);
    add(&parameters, "port", port);
    add(&parameters, "user", options->user);
    add(&parameters, "password", options->password);
    add(&parameters, "dbname", options->dbname);
    add(&parameters, "application_name", name);
    add(&parameters, "client_encoding", "UTF8");
    add(&parameters, "options", settings);
    add(&parameters, "keepalives", options->tcp_keep_alive ? "1" : "0");
    add(&parameters, "keepalives_idle", "30");
    add(&parameters, "keepalives_interval", "10");
    add(&parameters, "keepalives_count", "6");
    if (kind == TR_PG_REPLICATION)
        add(&parameters, "replication", "database");
    add_tls(&parameters, options);
    PGconn *conn = PQconnectStartParams(parameters.keywords, parameters.values, 0);
    /* the only way to see the SQLSTATE of a refused connection, whatever language it speaks */
    if (conn)
        PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    return conn;
}

/* One step of waiting for the socket. An interrupted poll counts as ready:
 * what follows finds out. */
static int wait_step(const struct tr_pg_session *session, short events, int64_t left_ms,
                     bool *ret_ready)
{
    struct pollfd pollfd = {.fd = PQsocket(session->conn), .events = events};

    if (tr_pg_stopping(session->context))
        return TR_PG_STOPPED;
    *ret_ready = poll(&pollfd, 1, (int)TR_MAX(0, TR_MIN(left_ms, STEP_MS))) != 0;
    return 0;
}

/* Drive PQconnectPoll to its end. */
static int establish(struct tr_pg_session *session, struct tr_diag *diag)
{
    int64_t deadline = tr_clock_monotonic_us() + CONNECT_TIMEOUT_US;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;

    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED || PQstatus(session->conn) == CONNECTION_BAD)
            return tr_pg_fail_connect(session, diag);
        short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        int64_t left = (deadline - tr_clock_monotonic_us()) / 1000;
        if (left <= 0)
            return tr_fail(diag, TR_NETWORK, TR_RETRY,
                           "PostgreSQL at %s:%d did not answer within %d s",
                           session->context->options->postgres.hostname,
                           session->context->options->postgres.port, CONNECT_TIMEOUT_US / 1000000);
        bool ready;
        if (wait_step(session, events, left, &ready) == TR_PG_STOPPED)
            return TR_PG_STOPPED;
        if (ready)
            status = PQconnectPoll(session->conn);
    }
    return 0;
}

/* Settings that only some versions know. */
static int set_by_version(const struct tr_pg_session *session, struct tr_diag *diag)
{
    int rc = 0;

    if (session->version >= 140000)
        rc = tr_pg_execute(session, "SET idle_session_timeout = 0", diag);
    if (!rc && session->version >= 170000)
        rc = tr_pg_execute(session, "SET transaction_timeout = 0", diag);
    return rc;
}

/* database.initial.statements: separated by semicolons, a doubled one stands for itself. */
static int run_initial_statements(const struct tr_pg_session *session, struct tr_diag *diag)
{
    const char *p = session->context->options->postgres.initial_statements;
    TR_CLEANUP(tr_buf_finish) struct tr_buf statement = {0};
    int rc = 0;

    tr_buf_init(&statement, 1 << 20);
    while (p && *p && !rc) {
        tr_buf_reset(&statement);
        for (; *p && (*p != ';' || p[1] == ';'); p += *p == ';' ? 2 : 1)
            tr_buf_put(&statement, p, 1);
        p += *p == ';';
        if (!tr_buf_ok(&statement))
            return tr_fail_memory(diag);
        if (strspn(tr_buf_string(&statement), " \t\r\n") < statement.len)
            rc = tr_pg_execute(session, tr_buf_string(&statement), diag);
    }
    return rc < 0 ? tr_fail_in(diag, "database.initial.statements") : rc;
}

/* The server would refuse to send a text that is not UTF-8, without a word about whose it is, and
 * even if the column is excluded. Taken as it is, we can say more and need not read it. */
static int take_bytes_as_they_are(const struct tr_pg_session *session, struct tr_diag *diag)
{
    const char *encoding = PQparameterStatus(session->conn, "server_encoding");

    if (!encoding || strcmp(encoding, "SQL_ASCII") != 0)
        return 0;
    return tr_pg_execute(session, "SET client_encoding = SQL_ASCII", diag);
}

static int check_version(const struct tr_pg_session *session, struct tr_diag *diag)
{
    if (session->version >= 130000)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "the server is PostgreSQL %d.%d, but tailrace needs version 13 or newer: "
                   "upgrade it",
                   session->version / 10000, session->version % 10000);
}

int tr_pg_connect(const struct tr_pg_context *context, enum tr_pg_kind kind,
                  struct tr_pg_session *ret_session, struct tr_diag *diag)
{
    *ret_session = (struct tr_pg_session){
        .context = context, .conn = start(context, kind), .limited = is_limited(kind)};
    if (!ret_session->conn)
        return tr_fail_memory(diag);
    int rc = establish(ret_session, diag);
    if (!rc) {
        PQsetErrorVerbosity(ret_session->conn, PQERRORS_DEFAULT);
        ret_session->version = PQserverVersion(ret_session->conn);
        rc = check_version(ret_session, diag);
    }
    if (!rc && PQsetnonblocking(ret_session->conn, 1) != 0)
        rc = tr_fail_memory(diag);
    if (!rc)
        rc = take_bytes_as_they_are(ret_session, diag);
    if (!rc && kind != TR_PG_REPLICATION)
        rc = set_by_version(ret_session, diag);
    if (!rc && kind != TR_PG_REPLICATION)
        rc = run_initial_statements(ret_session, diag);
    if (rc)
        tr_pg_disconnect(ret_session);
    return rc;
}

void tr_pg_disconnect(struct tr_pg_session *session)
{
    PQfinish(session->conn);
    session->conn = NULL;
}

int tr_pg_wait(const struct tr_pg_session *session, int timeout_ms)
{
    int64_t deadline = tr_clock_monotonic_us() + (int64_t)timeout_ms * 1000;

    for (;;) {
        short events = POLLIN;
        if (PQflush(session->conn) > 0)
            events |= POLLOUT;
        int64_t left = timeout_ms < 0 ? STEP_MS : (deadline - tr_clock_monotonic_us()) / 1000;
        bool ready;
        if (wait_step(session, events, left, &ready) == TR_PG_STOPPED)
            return TR_PG_STOPPED;
        if (ready || (timeout_ms >= 0 && left <= 0))
            return 0;
    }
}

int tr_pg_sleep(const struct tr_pg_context *context, int64_t ms)
{
    int64_t deadline = tr_clock_monotonic_us() + ms * 1000;

    for (;;) {
        int64_t left = (deadline - tr_clock_monotonic_us()) / 1000;
        if (tr_pg_stopping(context))
            return TR_PG_STOPPED;
        if (left <= 0)
            return 0;
        left = TR_MIN(left, STEP_MS);
        nanosleep(&(struct timespec){left / 1000, left % 1000 * 1000000}, NULL);
    }
}
