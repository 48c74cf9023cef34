#include "source/mysql/connect.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

/* The library's own header, for what it has read ahead; it takes these for granted. */
typedef unsigned char uchar;
#define HAVE_TLS
#include <ma_pvio.h>

#include "base/clock.h"
#include "base/cursor.h"
#include "source/mysql/failure.h"
#include "source/mysql/query.h"

#define STEP_MS 250 /* how late a stop is noticed at worst */

/* Inside a packet, or while something is written, nothing happens for this long: the line is dead.
 * Between packets the outlet is watched instead. */
#define STALL_S 60

/* Names in the protocol. What sends a password that others could read (dialog, clear text) is not
 * among them. */
#define PLUGINS "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,parsec"

/* The server waits this long for us while Kafka takes nothing. */
#define PATIENCE_S 86400

const char *tr_mysql_product(const struct tr_mysql_context *context)
{
    return context->options->kind == TR_KIND_MARIADB ? "MariaDB" : "MySQL";
}

static void set_flag(MYSQL *mysql, enum mysql_option option, bool yes)
{
    my_bool flag = yes;
    mysql_optionsv(mysql, option, &flag);
}

static void set_number(MYSQL *mysql, enum mysql_option option, unsigned number)
{
    mysql_optionsv(mysql, option, &number);
}

static void set_text(MYSQL *mysql, enum mysql_option option, const char *text)
{
    if (text)
        mysql_optionsv(mysql, option, text);
}

/* With a CA (or directory of them) the library checks the chain, with VERIFY_SERVER_CERT the name
 * too. */
static void set_tls(MYSQL *mysql, const struct tr_mysql_options *options)
{
    enum tr_mysql_ssl mode = options->ssl_mode;

    set_flag(mysql, MYSQL_OPT_SSL_ENFORCE, true);
    set_flag(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, mode == TR_MYSQL_SSL_VERIFY_IDENTITY);
    set_text(mysql, MARIADB_OPT_TLS_VERSION, "TLSv1.2,TLSv1.3");
    set_text(mysql, MYSQL_OPT_SSL_CERT, options->keystore);
    set_text(mysql, MYSQL_OPT_SSL_KEY, options->keystore);
    set_text(mysql, MARIADB_OPT_TLS_PASSPHRASE, options->keystore_password);
    if (mode < TR_MYSQL_SSL_VERIFY_CA)
        return;
    if (options->truststore)
        set_text(mysql, MYSQL_OPT_SSL_CA, options->truststore);
    else
        set_text(mysql, MYSQL_OPT_SSL_CAPATH, X509_get_default_cert_dir());
}

static MYSQL *prepare(const struct tr_mysql_context *context)
{
    MYSQL *mysql = mysql_init(NULL);
    char name[80];

    if (!mysql)
        return NULL;
    snprintf(name, sizeof name, "tailrace-%s", context->options->name);
    mysql_optionsv(mysql, MYSQL_OPT_NONBLOCK, NULL);
    set_number(mysql, MYSQL_OPT_PROTOCOL, MYSQL_PROTOCOL_TCP); /* localhost, too */
    set_number(mysql, MYSQL_OPT_LOCAL_INFILE, 0);
    set_number(mysql, MYSQL_OPT_READ_TIMEOUT, STALL_S);
    set_number(mysql, MYSQL_OPT_WRITE_TIMEOUT, STALL_S);
    size_t largest = (size_t)1 << 30;
    mysql_optionsv(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &largest);
    set_text(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    set_text(mysql, MARIADB_OPT_RESTRICTED_AUTH, PLUGINS);
    mysql_optionsv(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", name);
    set_flag(mysql, MYSQL_OPT_SSL_ENFORCE, false);
    set_flag(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, false);
    return mysql;
}

/* Wait for what the library wants. Returns what has happened, or 0 after a step. */
static int wait_step(const struct tr_mysql_session *session, int wanted)
{
    struct pollfd pollfd = {.fd = mysql_get_socket(session->mysql)};

    if (wanted & MYSQL_WAIT_READ)
        pollfd.events |= POLLIN;
    if (wanted & MYSQL_WAIT_WRITE)
        pollfd.events |= POLLOUT;
    if (wanted & MYSQL_WAIT_EXCEPT)
        pollfd.events |= POLLPRI;
    if (poll(&pollfd, 1, STEP_MS) <= 0)
        return 0;
    int ready = 0;
    if (pollfd.revents & (POLLIN | POLLERR | POLLHUP))
        ready |= wanted & MYSQL_WAIT_READ;
    if (pollfd.revents & (POLLOUT | POLLERR | POLLHUP))
        ready |= wanted & MYSQL_WAIT_WRITE;
    if (pollfd.revents & POLLPRI)
        ready |= MYSQL_WAIT_EXCEPT;
    return ready;
}

static int fail_no_tls(const struct tr_mysql_session *session, struct tr_diag *diag)
{
    const struct tr_mysql_options *options = &session->context->options->mysql;

    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "%s at %s:%d does not support TLS, but database.ssl.mode asks for it: turn TLS "
                   "on at the server, or correct database.ssl.mode",
                   tr_mysql_product(session->context), options->hostname, options->port);
}

/* The low capabilities of a server's greeting: protocol 10, version, 4 bytes of thread id, 8 of
 * salt, a zero. False: it isn't complete. */
static bool read_capabilities(struct tr_slice greeting, bool *ret_tls)
{
    struct tr_cursor cursor = tr_cursor_of(greeting);

    *ret_tls = false;
    tr_cursor_take(&cursor, 4); /* length and number of the packet */
    if (tr_cursor_u8(&cursor) != 10)
        return !cursor.failed; /* a refusal: the library will say it */
    tr_cursor_cstring(&cursor);
    tr_cursor_take(&cursor, 4 + 8 + 1);
    const unsigned char *capabilities = tr_cursor_take(&cursor, 2);
    *ret_tls = capabilities && capabilities[1] & CLIENT_SSL >> 8;
    return !cursor.failed;
}

/*
 * The library takes a line for secure as soon as TLS is asked for, and sends the password over it
 * in clear text even if the server has no TLS. So it is asked for only when the server's greeting,
 * which is looked at before the library reads it, offers it. >0: the greeting isn't here yet.
 */
static int meet(const struct tr_mysql_session *session, struct tr_diag *diag)
{
    const struct tr_mysql_options *options = &session->context->options->mysql;
    char bytes[512];
    bool tls;
    ssize_t n =
        recv(mysql_get_socket(session->mysql), bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);

    if (n == 0)
        return 0; /* the library will find out, too */
    if (n < 0 || !read_capabilities((struct tr_slice){bytes, (size_t)n}, &tls))
        return n < 0 && errno != EAGAIN ? 0 : 1;
    if (bytes[4] != 10)
        return 0;
    if (tls)
        set_tls(session->mysql, options);
    return tls || options->ssl_mode < TR_MYSQL_SSL_REQUIRED ? 0 : fail_no_tls(session, diag);
}

/* A connection under way. */
struct attempt {
    const struct tr_mysql_session *session;
    int64_t deadline;
    bool met; /* the greeting was looked at, or needn't be */
};

static int check_attempt(const struct attempt *attempt, struct tr_diag *diag)
{
    const struct tr_mysql_context *context = attempt->session->context;
    const struct tr_mysql_options *options = &context->options->mysql;

    if (tr_mysql_stopping(context))
        return TR_MYSQL_STOPPED;
    if (tr_clock_monotonic_us() <= attempt->deadline)
        return 0;
    return tr_fail(diag, TR_NETWORK, TR_RETRY,
                   "%s at %s:%d did not answer within %lld ms (connect.timeout.ms)",
                   tr_mysql_product(context), options->hostname, options->port,
                   (long long)options->connect_timeout_ms);
}

/* Before the library goes on from here, it may find the greeting. */
static int await_greeting(struct attempt *attempt, struct tr_diag *diag)
{
    int rc = 1;

    while (rc > 0) {
        rc = check_attempt(attempt, diag);
        if (rc)
            return rc;
        rc = wait_step(attempt->session, MYSQL_WAIT_READ) ? meet(attempt->session, diag) : 1;
        if (rc > 0)
            nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    attempt->met = true;
    return rc;
}

/* >0: TR_MYSQL_STOPPED. *ret_connected NULL: the library says why. */
static int drive(struct attempt *attempt, MYSQL **ret_connected, struct tr_diag *diag)
{
    const struct tr_mysql_session *session = attempt->session;
    const struct tr_mysql_options *options = &session->context->options->mysql;
    int wanted = mysql_real_connect_start(ret_connected, session->mysql, options->hostname,
                                          options->user, options->password, NULL,
                                          (unsigned)options->port, NULL, CLIENT_MULTI_RESULTS);

    while (wanted) {
        int rc = check_attempt(attempt, diag);
        int ready = rc ? 0 : wait_step(session, wanted);
        if (!rc && ready && !attempt->met)
            rc = await_greeting(attempt, diag);
        if (rc)
            return rc;
        if (ready)
            wanted = mysql_real_connect_cont(ret_connected, session->mysql, ready);
    }
    return 0;
}

/* How often a greeting may come so early that the library reads it unseen. */
#define ATTEMPTS 20

static int establish(struct tr_mysql_session *session, struct tr_diag *diag)
{
    const struct tr_mysql_options *options = &session->context->options->mysql;
    struct attempt attempt = {
        .session = session,
        .deadline = tr_clock_monotonic_us() + options->connect_timeout_ms * 1000,
    };

    for (int i = 0; i < ATTEMPTS; i++) {
        MYSQL *connected = NULL;
        attempt.met = options->ssl_mode == TR_MYSQL_SSL_DISABLED;
        int rc = drive(&attempt, &connected, diag);
        if (rc || !connected)
            return rc ? rc : tr_mysql_fail_connect(session, diag);
        if (attempt.met)
            return 0;
        tr_mysql_disconnect(session);
        session->mysql = prepare(session->context);
        if (!session->mysql)
            return tr_fail_memory(diag);
    }
    return tr_fail(diag, TR_NETWORK, TR_RETRY, "cannot see what %s offers before it is read",
                   tr_mysql_product(session->context));
}

static int check_tls(const struct tr_mysql_session *session, struct tr_diag *diag)
{
    bool must = session->context->options->mysql.ssl_mode >= TR_MYSQL_SSL_REQUIRED;
    return must && !mysql_get_ssl_cipher(session->mysql) ? fail_no_tls(session, diag) : 0;
}

/* What fixes the text form of values, and what keeps a server's own settings from ending our
 * sessions. */
static int set_session(const struct tr_mysql_session *session, enum tr_mysql_session_kind kind,
                       struct tr_diag *diag)
{
    const struct tr_connector_options *options = session->context->options;
    int64_t patience = options->mysql.net_write_timeout_s;
    int64_t timeout = kind == TR_MYSQL_ORDINARY ? options->mysql.query_timeout_ms : 0;
    char sql[512];

    snprintf(sql, sizeof sql,
             "SET SESSION time_zone = '+00:00', sql_mode = '', sql_quote_show_create = 1,"
             " sql_select_limit = 18446744073709551615, sql_big_selects = 1,"
             " wait_timeout = 31536000, net_write_timeout = %lld, lock_wait_timeout = 31536000",
             (long long)(patience ? patience : PATIENCE_S));
    int rc = tr_mysql_execute(session, sql, diag);
    if (rc || kind == TR_MYSQL_DUMP)
        return rc;
    if (session->dialect.execution_time)
        snprintf(sql, sizeof sql, "SET SESSION max_execution_time = %lld", (long long)timeout);
    else
        snprintf(sql, sizeof sql, "SET SESSION max_statement_time = %lld.%03lld",
                 (long long)timeout / 1000, (long long)timeout % 1000);
    return tr_mysql_execute(session, sql, diag);
}

/* database.initial.statements: separated by semicolons, a doubled one stands for itself. */
static int run_initial_statements(const struct tr_mysql_session *session, struct tr_diag *diag)
{
    const char *p = session->context->options->mysql.initial_statements;
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
            rc = tr_mysql_execute(session, tr_buf_string(&statement), diag);
    }
    return rc < 0 ? tr_fail_in(diag, "database.initial.statements") : rc;
}

static int set_up(struct tr_mysql_session *session, enum tr_mysql_session_kind kind,
                  struct tr_diag *diag)
{
    int rc = establish(session, diag);

    if (!rc)
        rc = check_tls(session, diag);
    if (!rc)
        rc = tr_mysql_dialect_probe(session, &session->dialect, diag);
    if (!rc)
        rc = set_session(session, kind, diag);
    if (!rc && kind != TR_MYSQL_DUMP)
        rc = run_initial_statements(session, diag);
    return rc;
}

int tr_mysql_connect(const struct tr_mysql_context *context, enum tr_mysql_session_kind kind,
                     struct tr_mysql_session *ret_session, struct tr_diag *diag)
{
    *ret_session = (struct tr_mysql_session){
        .context = context, .mysql = prepare(context), .patient = kind == TR_MYSQL_READER};
    if (!ret_session->mysql)
        return tr_fail_memory(diag);
    int rc = set_up(ret_session, kind, diag);
    if (rc)
        tr_mysql_disconnect(ret_session);
    return rc;
}

void tr_mysql_disconnect(struct tr_mysql_session *session)
{
    if (session->mysql)
        mysql_close(session->mysql);
    session->mysql = NULL;
}

bool tr_mysql_pending(const struct tr_mysql_session *session)
{
    const MARIADB_PVIO *pvio = session->mysql->net.pvio;

    if (!pvio)
        return false;
    if (pvio->cache && pvio->cache_pos < pvio->cache + pvio->cache_size)
        return true;
    const MARIADB_TLS *tls = pvio->ctls;
    return tls && tls->ssl && SSL_pending(tls->ssl) > 0;
}

int tr_mysql_wait(const struct tr_mysql_session *session, int timeout_ms)
{
    int64_t deadline = tr_clock_monotonic_us() + (int64_t)timeout_ms * 1000;

    for (;;) {
        if (tr_mysql_stopping(session->context))
            return TR_MYSQL_STOPPED;
        if (tr_mysql_pending(session))
            return 0;
        int64_t left = timeout_ms < 0 ? STEP_MS : (deadline - tr_clock_monotonic_us()) / 1000;
        struct pollfd pollfd = {.fd = mysql_get_socket(session->mysql), .events = POLLIN};
        /* a broken line counts as ready: what follows finds out */
        if (poll(&pollfd, 1, (int)TR_MAX(0, TR_MIN(left, STEP_MS))) > 0)
            return 0;
        if (timeout_ms >= 0 && left <= 0)
            return TR_MYSQL_DONE;
    }
}

int tr_mysql_sleep(const struct tr_mysql_context *context, int64_t ms)
{
    int64_t deadline = tr_clock_monotonic_us() + ms * 1000;

    for (;;) {
        int64_t left = (deadline - tr_clock_monotonic_us()) / 1000;
        if (tr_mysql_stopping(context))
            return TR_MYSQL_STOPPED;
        if (left <= 0)
            return 0;
        left = TR_MIN(left, STEP_MS);
        nanosleep(&(struct timespec){left / 1000, left % 1000 * 1000000}, NULL);
    }
}
