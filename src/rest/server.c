#include "rest/server.h"

#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rest/answer.h"
#include "rest/deadline.h"
#include "rest/route.h"

#define CONNECTIONS 128u
#define ONE_CLIENTS 112u /* leaves some for those who ask for /health from elsewhere */
#define STACK       (1u << 20)
#define HEADERS     (32u << 10) /* of a request, and room to read and write */
#define BODY        (4u << 20)
#define PATIENCE_US 30000000

struct tr_server {
    struct tr_server_params params;
    struct MHD_Daemon *daemon;
    struct tr_deadline *deadline;
};

/* A request on its way. */
struct call {
    struct tr_exchange exchange;
    char *body;
    size_t length, size;
    bool begun; /* the headers are there */
    bool failed;
};

static void *on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct tr_server *server = context;
    struct call *call = calloc(1, sizeof *call);
    (void)connection;

    if (!call)
        return NULL;
    tr_exchange_init(&call->exchange, server->params.api);
    call->failed = tr_request_uri(&call->exchange, uri) < 0;
    return call;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct call *call = *state;
    (void)context;
    (void)connection;
    (void)why;

    *state = NULL;
    if (!call)
        return;
    tr_exchange_finish(&call->exchange);
    free(call->body);
    free(call);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct tr_server *server = context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        *socket_context = tr_deadline_join(server->deadline, fd);
    } else {
        tr_deadline_leave(server->deadline, *socket_context);
        *socket_context = NULL;
    }
}

static struct tr_peer *peer_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void read_headers(struct tr_server *server, struct MHD_Connection *connection,
                         const char *method, struct tr_request *request)
{
    request->method = tr_request_method(method);
    request->tls = server->params.tls != NULL;
    request->main = server->params.main;
    request->admin = server->params.admin;
    request->content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    request->accept = header(connection, MHD_HTTP_HEADER_ACCEPT);
    request->host = header(connection, MHD_HTTP_HEADER_HOST);
    request->origin = header(connection, MHD_HTTP_HEADER_ORIGIN);
    request->authorization = header(connection, MHD_HTTP_HEADER_AUTHORIZATION);
    request->preflight = header(connection, "Access-Control-Request-Method");
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (value && MHD_add_response_header(response, name, value) == MHD_NO)
        MHD_add_response_header(response, name, ""); /* not fit for a header: left empty */
}

static void add_configured(struct MHD_Response *response, const struct tr_http_header *header)
{
    char date[40];
    const char *value = header->value, *former;

    if (header->date) {
        time_t then = time(NULL) + (time_t)(strtol(value, NULL, 10) / 1000);
        struct tm tm;
        gmtime_r(&then, &tm);
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        value = date;
    }
    while (!header->add && (former = MHD_get_response_header(response, header->name)))
        if (MHD_del_response_header(response, header->name, former) == MHD_NO)
            break;
    add_header(response, header->name, value);
}

/* The body stays in the exchange until the request is completed. */
static enum MHD_Result send_answer(struct MHD_Connection *connection,
                                   const struct tr_exchange *exchange)
{
    const struct tr_answer *answer = &exchange->answer;
    const struct tr_api *api = exchange->api;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->body.n, (void *)(uintptr_t)answer->body.p, MHD_RESPMEM_PERSISTENT);

    if (!response)
        return MHD_NO;
    add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    add_header(response, MHD_HTTP_HEADER_LOCATION, answer->location);
    add_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
    add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, answer->challenge);
    add_header(response, MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY, answer->policy);
    add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, answer->cache);
    add_header(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN, answer->origin);
    add_header(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_METHODS, answer->methods);
    add_header(response, MHD_HTTP_HEADER_VARY, answer->origin ? "Origin" : NULL);
    if (answer->methods)
        add_header(response, "Access-Control-Allow-Headers",
                   "Accept, Authorization, Content-Type, Origin, X-Requested-With");
    for (size_t i = 0; i < api->nheaders; i++)
        add_configured(response, &api->headers[i]);
    enum MHD_Result result = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static void keep(struct call *call, const char *data, size_t n)
{
    size_t size = call->size ? call->size : 4096;

    while (size < call->length + n)
        size *= 2;
    if (size > call->size) {
        char *body = realloc(call->body, size);
        if (!body) {
            call->failed = true;
            return;
        }
        call->body = body;
        call->size = size;
    }
    memcpy(call->body + call->length, data, n);
    call->length += n;
}

static void log_call(const struct tr_server *server, const char *method,
                     const struct tr_exchange *exchange)
{
    tr_log_debug(
        server->params.log, "request", TR_LOG_STR("method", method),
        TR_LOG_STR("resource", exchange->request.nsegments ? exchange->request.segments[0] : "/"),
        TR_LOG_INT("status", exchange->answer.status));
}

static enum MHD_Result answer_call(struct tr_server *server, struct MHD_Connection *connection,
                                   const char *method, struct call *call)
{
    struct tr_exchange *exchange = &call->exchange;

    tr_deadline_busy(server->deadline, peer_of(connection), true);
    exchange->request.body = (struct tr_slice){call->body ? call->body : "", call->length};
    if (call->failed)
        tr_answer_error(exchange, 500, "out of memory");
    else
        tr_route(exchange);
    log_call(server, method, exchange);
    enum MHD_Result result = send_answer(connection, exchange);
    tr_deadline_busy(server->deadline, peer_of(connection), false);
    return result;
}

/* "requested": a certificate that is shown has to be good; "required": one has to be shown. */
static bool is_trusted(const struct tr_server *server, struct MHD_Connection *connection)
{
    const struct tr_tls *tls = server->params.tls;
    unsigned status = 1, n = 0;

    if (!tls || !tls->trust)
        return true;
    gnutls_session_t session =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;
    if (!gnutls_certificate_get_peers(session, &n) || n == 0)
        return !tls->required;
    return gnutls_certificate_verify_peers2(session, &status) == 0 && status == 0;
}

static enum MHD_Result begin_call(struct tr_server *server, struct MHD_Connection *connection,
                                  const char *method, struct call *call)
{
    const char *length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

    call->begun = true;
    read_headers(server, connection, method, &call->exchange.request);
    if (!is_trusted(server, connection))
        tr_answer_error(&call->exchange, 403,
                        "The client's certificate is missing, or not one that is trusted here");
    else if (length && strtoull(length, NULL, 10) > BODY)
        tr_answer_error(&call->exchange, 413, "The body is larger than %u bytes", BODY);
    else if (tr_route_admit(&call->exchange))
        return MHD_YES;
    return send_answer(connection, &call->exchange);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *uri,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_length, void **state)
{
    struct tr_server *server = context;
    struct call *call = *state;
    (void)uri;
    (void)version;

    if (!call)
        return MHD_NO;
    if (!call->begun)
        return begin_call(server, connection, method, call);
    if (*data_length == 0)
        return answer_call(server, connection, method, call);
    if (call->length + *data_length > BODY)
        return MHD_NO; /* in chunks, without having told how much */
    if (!call->failed)
        keep(call, data, *data_length);
    *data_length = 0;
    return MHD_YES;
}

static void on_log(void *context, const char *format, va_list args) TR_PRINTF(2, 0);
static void on_log(void *context, const char *format, va_list args)
{
    const struct tr_server *server = context;
    char text[512];

    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = '\0';
    tr_log_debug(server->params.log, "HTTP server", TR_LOG_STR("said", text));
}

/* Paths and queries are decoded by us: a %2F is not a slash. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static size_t tls_options(const struct tr_tls *tls, struct MHD_OptionItem *items)
{
    size_t n = 0;

    if (tls) {
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key};
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, tls->chain};
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
                                             (void *)(uintptr_t)tls->priorities};
        if (tls->key_password)
            items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_KEY_PASSWORD, 0,
                                                 (void *)(uintptr_t)tls->key_password};
        if (tls->trust)
            items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, tls->trust};
    }
    items[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    return n;
}

static int start(struct tr_server *server, struct tr_diag *diag)
{
    struct MHD_OptionItem tls[6];
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                     MHD_USE_POLL | MHD_USE_ERROR_LOG;

    if (tls_options(server->params.tls, tls))
        flags |= MHD_USE_TLS;
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, server,
        MHD_OPTION_LISTEN_SOCKET, server->params.fd, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, ONE_CLIENTS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HEADERS, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK, MHD_OPTION_URI_LOG_CALLBACK,
        on_uri, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped, NULL, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
    if (server->daemon)
        return 0;
    close(server->params.fd);
    return tr_fail(diag, TR_CONFIG, TR_STOP, "the REST API can't start%s",
                   server->params.tls ? ": see that listeners.https.ssl.keystore.location has a "
                                        "key and its certificates, and that the password is right"
                                      : "");
}

int tr_server_new(const struct tr_server_params *params, struct tr_server **ret_server,
                  struct tr_diag *diag)
{
    struct tr_server *server = calloc(1, sizeof *server);

    if (!server) {
        close(params->fd);
        return tr_fail_memory(diag);
    }
    server->params = *params;
    server->deadline = tr_deadline_new(PATIENCE_US);
    if (!server->deadline) {
        close(params->fd);
        free(server);
        return tr_fail_memory(diag);
    }
    if (start(server, diag) < 0) {
        tr_deadline_free(server->deadline);
        free(server);
        return -1;
    }
    *ret_server = server;
    return 0;
}

void tr_server_free(struct tr_server *server)
{
    if (!server)
        return;
    MHD_stop_daemon(server->daemon);
    tr_deadline_free(server->deadline);
    free(server);
}
