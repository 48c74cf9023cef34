#include "rest/rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config/listener.h"
#include "rest/server.h"
#include "rest/socket.h"

#define MOST    16
#define DEFAULT "http://127.0.0.1:8083"

struct place {
    struct tr_listener listener;
    bool main, admin;
    int fd;
};

struct tr_rest {
    const struct tr_worker_options *options;
    struct tr_log log;
    struct tr_arena arena;
    struct tr_api api;
    struct tr_tls tls;
    struct place places[MOST];
    size_t nplaces;
    struct tr_server *servers[MOST];
    size_t nservers;
};

static int add_places(struct tr_rest *rest, const struct tr_list *list, bool main, bool admin,
                      struct tr_diag *diag)
{
    for (size_t i = 0; i < list->count; i++) {
        if (rest->nplaces == MOST)
            return tr_fail(diag, TR_CONFIG, TR_STOP, "listeners: more than %d of them", MOST);
        struct place *place = &rest->places[rest->nplaces];
        *place = (struct place){.main = main, .admin = admin, .fd = -1};
        if (tr_listener_parse(list->items[i], &place->listener, diag) < 0)
            return tr_fail_in(diag, "listeners: %s is", list->items[i]);
        rest->nplaces++;
    }
    return 0;
}

/* rest.host.name and rest.port, or the default. */
static int add_former(struct tr_rest *rest, bool admin, struct tr_diag *diag)
{
    const struct tr_rest_options *options = &rest->options->rest;
    char text[300];
    const char *item = text;

    snprintf(text, sizeof text, "http://%s:%d",
             options->host_name ? options->host_name : "127.0.0.1",
             options->port ? (int)options->port : 8083);
    return add_places(rest, &(struct tr_list){&item, 1}, true, admin, diag);
}

static bool is_default(const struct tr_rest_options *options)
{
    return !options->listeners.items && !options->host_name && !options->port;
}

static int choose_places(struct tr_rest *rest, struct tr_diag *diag)
{
    const struct tr_rest_options *options = &rest->options->rest;
    bool admin = !options->admin_listeners.items;
    int rc = options->listeners.items ? add_places(rest, &options->listeners, true, admin, diag)
                                      : add_former(rest, admin, diag);

    return rc < 0 ? -1 : add_places(rest, &options->admin_listeners, false, true, diag);
}

static bool any_tls(const struct tr_rest *rest)
{
    for (size_t i = 0; i < rest->nplaces; i++)
        if (rest->places[i].listener.tls)
            return true;
    return false;
}

/* >0: the default address is taken. */
static int listen_everywhere(struct tr_rest *rest, struct tr_diag *diag)
{
    for (size_t i = 0; i < rest->nplaces; i++) {
        struct place *place = &rest->places[i];
        int rc = tr_socket_listen(&place->listener, &place->fd, diag);
        if (rc > 0 && place->main && is_default(&rest->options->rest))
            return 1;
        if (rc != 0)
            return -1;
    }
    return 0;
}

/* What others are told: rest.advertised.*, or the first listener of the scheme that it names. */
static const struct tr_listener *advertised(const struct tr_rest *rest)
{
    const char *scheme = rest->options->rest.advertised_listener;
    bool tls = scheme && strcasecmp(scheme, "https") == 0;

    for (size_t i = 0; scheme && i < rest->nplaces; i++)
        if (rest->places[i].main && rest->places[i].listener.tls == tls)
            return &rest->places[i].listener;
    return &rest->places[0].listener;
}

static int serve(struct tr_rest *rest, struct tr_diag *diag)
{
    for (size_t i = 0; i < rest->nplaces; i++) {
        struct place *place = &rest->places[i];
        const struct tr_server_params params = {
            .api = &rest->api,
            .log = &rest->log,
            .tls = place->listener.tls ? &rest->tls : NULL,
            .fd = place->fd,
            .main = place->main,
            .admin = place->admin,
        };
        place->fd = -1;
        if (tr_server_new(&params, &rest->servers[i], diag) < 0)
            return -1;
        rest->nservers++;
        tr_log_info(&rest->log, "REST API",
                    TR_LOG_STR("scheme", place->listener.tls ? "https" : "http"),
                    TR_LOG_STR("host", *place->listener.host ? place->listener.host : "*"),
                    TR_LOG_INT("port", place->listener.port));
    }
    return 0;
}

/* An API that anybody on the network may use is somebody's wish, but seldom a wish. */
static void warn_open(const struct tr_rest *rest)
{
    for (size_t i = 0; i < rest->nplaces; i++) {
        const char *host = rest->places[i].listener.host;
        bool local = strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
                     strcmp(host, "localhost") == 0;
        if (local || rest->api.users || (rest->places[i].listener.tls && rest->tls.required))
            continue;
        tr_log_warn(&rest->log,
                    "whoever reaches the REST API may change connectors: rest.users.file "
                    "asks for passwords");
        return;
    }
}

static int start(struct tr_rest *rest, struct tr_diag *diag)
{
    const struct tr_rest_options *options = &rest->options->rest;

    if (choose_places(rest, diag) < 0)
        return -1;
    if (options->headers && tr_http_headers_parse(options->headers, &rest->arena, rest->api.headers,
                                                  &rest->api.nheaders, diag) < 0)
        return tr_fail_in(diag, "response.http.headers.config is");
    if (options->users_file && tr_users_new(options->users_file, &rest->api.users, diag) < 0)
        return -1;
    if (any_tls(rest) && tr_tls_load(rest->options, &rest->tls, diag) < 0)
        return -1;
    int rc = listen_everywhere(rest, diag);
    if (rc != 0)
        return rc;
    warn_open(rest);
    return serve(rest, diag);
}

int tr_rest_new(const struct tr_worker_options *options, const struct tr_log *log,
                struct tr_rest **ret_rest, struct tr_diag *diag)
{
    const struct tr_rest_options *rest_options = &options->rest;
    struct tr_rest *rest;

    *ret_rest = NULL;
    if (rest_options->listeners.items && !rest_options->listeners.count)
        return 0;
    rest = calloc(1, sizeof *rest);
    if (!rest)
        return tr_fail_memory(diag);
    tr_arena_init(&rest->arena, 4096, 1 << 20);
    rest->options = options;
    rest->log = *log;
    rest->api.options = rest_options;
    rest->api.levels = log->levels;
    int rc = start(rest, diag);
    if (rc == 0) {
        *ret_rest = rest;
        return 0;
    }
    tr_rest_free(rest);
    if (rc < 0)
        return -1;
    tr_log_warn(log, "going on without the REST API: something else listens at " DEFAULT
                     "; listeners says where else it may be");
    return 0;
}

static bool is_any(const char *host)
{
    return !*host || strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

void tr_rest_worker_id(const struct tr_rest *rest, const struct tr_rest_options *options,
                       char ret_id[TR_REST_WORKER_ID])
{
    const struct tr_listener *listener = rest ? advertised(rest) : NULL;
    const char *host = options->advertised_host;
    int port = listener ? listener->port : 8083;
    char name[256] = "localhost";

    if (!host && listener && !is_any(listener->host))
        host = listener->host;
    if (!host) {
        gethostname(name, sizeof name - 1);
        host = name;
    }
    if (options->advertised_port)
        port = (int)options->advertised_port;
    snprintf(ret_id, TR_REST_WORKER_ID, strchr(host, ':') ? "[%.280s]:%d" : "%.280s:%d", host,
             port);
}

void tr_rest_serve(struct tr_rest *rest, struct tr_worker *worker)
{
    if (rest)
        atomic_store_explicit(&rest->api.worker, worker, memory_order_release);
}

void tr_rest_free(struct tr_rest *rest)
{
    if (!rest)
        return;
    for (size_t i = 0; i < rest->nservers; i++)
        tr_server_free(rest->servers[i]);
    for (size_t i = 0; i < rest->nplaces; i++)
        if (rest->places[i].fd >= 0)
            close(rest->places[i].fd);
    tr_users_free(rest->api.users);
    tr_tls_finish(&rest->tls);
    tr_arena_finish(&rest->arena);
    free(rest);
}
