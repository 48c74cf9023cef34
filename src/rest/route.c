#include "rest/route.h"

#include <stdint.h>
#include <strings.h>

#include "rest/answer.h"
#include "rest/handlers.h"

#define JSON "application/json"

enum {
    ENTITY = 1, /* takes a body */
    EARLY = 2,  /* answers while the worker is starting */
};

struct route {
    enum tr_method method;
    const char *path; /* "*" stands for one segment */
    void (*handle)(struct tr_exchange *exchange);
    unsigned flags;
    const char *type; /* of the answer */
};

#define GET    TR_METHOD_GET
#define POST   TR_METHOD_POST
#define PUT    TR_METHOD_PUT
#define PATCH  TR_METHOD_PATCH
#define DELETE TR_METHOD_DELETE

static const struct route routes[] = {
    {GET, "", tr_handle_root, EARLY, JSON},
    {GET, "health", tr_handle_health, EARLY, JSON},
    {GET, "metrics", tr_handle_metrics, EARLY, "text/plain"},
    {GET, "connectors", tr_handle_connectors, 0, JSON},
    {POST, "connectors", tr_handle_create, ENTITY, JSON},
    {GET, "connectors/*", tr_handle_connector, 0, JSON},
    {DELETE, "connectors/*", tr_handle_delete, 0, JSON},
    {GET, "connectors/*/config", tr_handle_config, 0, JSON},
    {PUT, "connectors/*/config", tr_handle_config_put, ENTITY, JSON},
    {PATCH, "connectors/*/config", tr_handle_config_patch, ENTITY, JSON},
    {GET, "connectors/*/status", tr_handle_status, 0, JSON},
    {GET, "connectors/*/tasks", tr_handle_tasks, 0, JSON},
    {GET, "connectors/*/tasks/*/status", tr_handle_task_status, 0, JSON},
    {POST, "connectors/*/tasks/*/restart", tr_handle_task_restart, 0, JSON},
    {POST, "connectors/*/tasks", tr_handle_internal, 0, JSON},
    {PUT, "connectors/*/fence", tr_handle_internal, 0, JSON},
    {PUT, "connectors/*/pause", tr_handle_pause, 0, JSON},
    {PUT, "connectors/*/resume", tr_handle_resume, 0, JSON},
    {PUT, "connectors/*/stop", tr_handle_stop, 0, JSON},
    {POST, "connectors/*/restart", tr_handle_restart, 0, JSON},
    {GET, "connectors/*/offsets", tr_handle_offsets, 0, JSON},
    {PATCH, "connectors/*/offsets", tr_handle_offsets_patch, ENTITY, JSON},
    {DELETE, "connectors/*/offsets", tr_handle_offsets_delete, 0, JSON},
    {GET, "connectors/*/topics", tr_handle_topics, 0, JSON},
    {PUT, "connectors/*/topics/reset", tr_handle_topics_reset, 0, JSON},
    {GET, "connector-plugins", tr_handle_plugins, EARLY, JSON},
    {GET, "connector-plugins/*/config", tr_handle_definitions, EARLY, JSON},
    {PUT, "connector-plugins/*/config/validate", tr_handle_validate, ENTITY, JSON},
    {GET, "tailrace/connectors", tr_handle_overview, 0, JSON},
    {GET, "ui", tr_handle_page, EARLY, "text/html"},
    {GET, "ui/app.js", tr_handle_page_script, EARLY, "text/javascript"},
    {GET, "ui/style.css", tr_handle_page_style, EARLY, "text/css"},
    {GET, "admin/loggers", tr_handle_loggers, EARLY, JSON},
    {GET, "admin/loggers/*", tr_handle_logger, EARLY, JSON},
    {PUT, "admin/loggers/*", tr_handle_logger_put, ENTITY | EARLY, JSON},
};

static bool fits(const struct tr_request *request, const char *path)
{
    size_t i = 0;

    for (; *path && i < request->nsegments; i++) {
        size_t n = strcspn(path, "/");
        bool any = n == 1 && *path == '*';
        if (!any && !tr_slice_is((struct tr_slice){path, n}, request->segments[i]))
            return false;
        path += n + (path[n] == '/');
    }
    return !*path && i == request->nsegments;
}

/* Listeners of their own for the administration answer it, and the others don't; /metrics is
 * answered at both, so that those who scrape need not reach what changes connectors. */
static bool offered(const struct tr_request *request)
{
    const char *first = request->nsegments ? request->segments[0] : "";

    if (request->nsegments > TR_REQUEST_SEGMENTS)
        return false;
    if (strcmp(first, "metrics") == 0)
        return true;
    return strcmp(first, "admin") == 0 ? request->admin : request->main;
}

/* A set of 1 << method: what can be done at this path. */
static unsigned methods_at(const struct tr_request *request)
{
    unsigned methods = 0;

    for (size_t i = 0; offered(request) && i < TR_COUNT(routes); i++)
        if (fits(request, routes[i].path))
            methods |= 1u << routes[i].method;
    if (methods & 1u << TR_METHOD_GET)
        methods |= 1u << TR_METHOD_HEAD;
    return methods ? methods | 1u << TR_METHOD_OPTIONS : 0;
}

static const struct route *find(const struct tr_request *request)
{
    enum tr_method method = request->method == TR_METHOD_HEAD ? TR_METHOD_GET : request->method;

    for (size_t i = 0; i < TR_COUNT(routes); i++)
        if (routes[i].method == method && fits(request, routes[i].path))
            return &routes[i];
    return NULL;
}

static void answer_options(struct tr_exchange *exchange, unsigned methods)
{
    static const char *const names[] = {"HEAD", "DELETE", "POST", "GET", "OPTIONS", "PATCH", "PUT"};
    const char *list = "";

    for (size_t i = 0; i < TR_COUNT(names); i++)
        if (methods & 1u << i)
            list = tr_answer_printf(exchange, "%s%s%s", list, *list ? "," : "", names[i]);
    tr_answer_empty(exchange, 200);
    exchange->answer.type = JSON;
    exchange->answer.allow = list;
}

static struct tr_slice media_type(const char *text)
{
    text += strspn(text, " \t");
    return (struct tr_slice){text, strcspn(text, ";, \t")};
}

static bool same_type(struct tr_slice a, const char *b)
{
    return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

/* "application/" and "*" of "application/json". */
static bool ranges_over(struct tr_slice range, const char *type)
{
    size_t n = strcspn(type, "/") + 1;

    return same_type(range, type) || same_type(range, "*/*") ||
           (range.n == n + 1 && range.p[n] == '*' && strncasecmp(range.p, type, n) == 0);
}

/* "q=0" means that it isn't. */
static bool refused(const char *parameters, size_t n)
{
    const char *q = memmem(parameters, n, "q=0", 3);

    return q && strspn(q + 3, ".0") + 3 >= (size_t)(parameters + n - q);
}

static bool accepts(const char *accept, const char *type)
{
    if (!accept || !*accept)
        return true;
    while (*accept) {
        size_t n = strcspn(accept, ",");
        struct tr_slice range = media_type(accept);
        if (ranges_over(range, type) && !refused(accept, n))
            return true;
        accept += n + (accept[n] == ',');
    }
    return false;
}

/* A page in a browser may call what its user can reach: only those of our own origin, or of the
 * one that is allowed, may change anything. */
static bool is_foreign(const struct tr_exchange *exchange)
{
    const struct tr_request *request = &exchange->request;
    const char *authority = request->origin ? strstr(request->origin, "://") : NULL;

    if (!request->origin || exchange->answer.origin)
        return false;
    return !authority || !request->host || strcasecmp(authority + 3, request->host) != 0;
}

static bool may_change(enum tr_method method)
{
    return method != TR_METHOD_GET && method != TR_METHOD_HEAD && method != TR_METHOD_OPTIONS;
}

static bool refuse_content(struct tr_exchange *exchange, const struct route *route)
{
    const struct tr_request *request = &exchange->request;

    if (request->content_type && may_change(request->method) &&
        !same_type(media_type(request->content_type), JSON))
        tr_answer_refuse(exchange, 415, false);
    else if (!accepts(request->accept, route->type))
        tr_answer_refuse(exchange, 406, false);
    else if ((route->flags & ENTITY) && request->body.n && !request->content_type)
        tr_answer_refuse(exchange, 415, true);
    else
        return false;
    return true;
}

static void handle(struct tr_exchange *exchange, const struct route *route)
{
    if (refuse_content(exchange, route))
        return;
    if (is_foreign(exchange) && may_change(exchange->request.method))
        tr_answer_error(exchange, 403,
                        "Pages of this origin may not change anything: name it in "
                        "access.control.allow.origin");
    else if (!(route->flags & EARLY) && !tr_exchange_worker(exchange))
        tr_answer_error(exchange, 503, "The worker is still starting: try again in a moment");
    else
        route->handle(exchange);
}

static void answer_preflight(struct tr_exchange *exchange)
{
    const char *methods = exchange->api->options->allow_methods;

    tr_answer_empty(exchange, 200);
    exchange->answer.methods = methods ? methods : "GET,POST,HEAD";
}

static bool is_preflight(const struct tr_exchange *exchange)
{
    return exchange->answer.origin && exchange->request.preflight &&
           exchange->request.method == TR_METHOD_OPTIONS;
}

/* The origin's name in the answer if it is the allowed one. */
static void allow_origin(struct tr_exchange *exchange)
{
    const char *allowed = exchange->api->options->allow_origin;
    const char *origin = exchange->request.origin;

    if (allowed && origin && (strcmp(allowed, "*") == 0 || strcasecmp(allowed, origin) == 0))
        exchange->answer.origin = origin;
}

bool tr_route_admit(struct tr_exchange *exchange)
{
    const struct tr_request *request = &exchange->request;

    allow_origin(exchange);
    if (is_preflight(exchange)) /* browsers ask without a password */
        return true;
    if (!exchange->api->users || tr_users_admit(exchange->api->users, request->authorization))
        return true;
    tr_answer_error(exchange, 401, "User cannot access the resource.");
    exchange->answer.challenge = "Basic realm=\"tailrace\", charset=\"UTF-8\"";
    return false;
}

void tr_route(struct tr_exchange *exchange)
{
    struct tr_request *request = &exchange->request;
    unsigned methods;

    if (is_preflight(exchange))
        answer_preflight(exchange);
    else if (request->bad_uri)
        tr_answer_bad_uri(exchange);
    else if (!(methods = methods_at(request)))
        tr_answer_refuse(exchange, 404, false);
    else if (request->method == TR_METHOD_OPTIONS)
        answer_options(exchange, methods);
    else if (request->method == TR_METHOD_OTHER || !(methods & 1u << request->method))
        tr_answer_refuse(exchange, 405, false);
    else
        handle(exchange, find(request));
}
