/*
 * One request and its answer, free of sockets: what the HTTP server (server.c) hands to the routes
 * (route.c) and sends back. Unit tests and the fuzz target make their own.
 *
 * What is read lives in one arena, what is written in another, so that an answer can be built while
 * the worker's copies are made. Both go away with the exchange.
 */
#ifndef TR_REST_EXCHANGE_H
#define TR_REST_EXCHANGE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/writer.h"
#include "config/http-header.h"
#include "rest/users.h"
#include "worker/worker.h"

enum tr_method {
    TR_METHOD_HEAD,
    TR_METHOD_DELETE,
    TR_METHOD_POST,
    TR_METHOD_GET,
    TR_METHOD_OPTIONS,
    TR_METHOD_PATCH,
    TR_METHOD_PUT,
    TR_METHOD_OTHER,
};

#define TR_REQUEST_SEGMENTS 8
#define TR_REQUEST_QUERY    32

struct tr_query {
    const char *name, *value;
};

struct tr_request {
    enum tr_method method;
    const char *segments[TR_REQUEST_SEGMENTS]; /* of the path, decoded */
    size_t nsegments;                          /* SIZE_MAX: more than any route has */
    struct tr_query query[TR_REQUEST_QUERY];
    size_t nquery;
    const char *bad_uri; /* why the path can't be read, or NULL */
    /* headers; NULL if not sent */
    const char *content_type, *accept, *host, *origin, *authorization, *preflight;
    struct tr_slice body;
    bool tls;
    bool main, admin; /* what is answered at this listener */
};

struct tr_answer {
    unsigned status;
    const char *type; /* Content-Type, or NULL */
    const char *location, *allow, *challenge, *cache;
    const char *policy;           /* Content-Security-Policy */
    const char *origin, *methods; /* CORS */
    struct tr_slice body;
};

/* What all requests share. */
struct tr_api {
    const struct tr_rest_options *options;
    struct tr_log_levels *levels;
    struct tr_users *users;                         /* NULL: anybody */
    struct tr_http_header headers[TR_HTTP_HEADERS]; /* of every answer */
    size_t nheaders;
    _Atomic(struct tr_worker *) worker; /* NULL: still starting */
};

struct tr_exchange {
    struct tr_api *api;
    struct tr_arena in, out;
    struct tr_request request;
    struct tr_answer answer;
};

void tr_exchange_init(struct tr_exchange *exchange, struct tr_api *api);
void tr_exchange_finish(struct tr_exchange *exchange);

/* "/connectors/my%20name?expand=info" as the client sent it; sets bad_uri if need be. <0: no
 * memory. */
int tr_request_uri(struct tr_exchange *exchange, const char *uri) TR_MUSTCHECK;
enum tr_method tr_request_method(const char *name);

/* A query parameter: the first of its name, or NULL. */
const char *tr_request_query(const struct tr_request *request, const char *name);
/* As Java reads a boolean: anything but "true" is false. */
bool tr_request_flag(const struct tr_request *request, const char *name, bool fallback);

static inline struct tr_worker *tr_exchange_worker(const struct tr_exchange *exchange)
{
    return atomic_load_explicit(&exchange->api->worker, memory_order_acquire);
}

#endif
