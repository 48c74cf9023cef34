/*
 * HTTP to a registry: several addresses, of which the next is tried when one doesn't answer; login
 * by user, token or OAuth client; TLS with PEM files. One request at a time.
 */
#ifndef TR_ENCODE_REGISTRY_HTTP_H
#define TR_ENCODE_REGISTRY_HTTP_H

#include "base/buf.h"
#include "base/diag.h"
#include "config/options.h"

struct tr_http;

/* side ("key.converter") stands before the properties that messages name. */
int tr_http_new(const struct tr_converter_options *options, const char *side,
                struct tr_http **ret_http, struct tr_diag *diag) TR_MUSTCHECK;
void tr_http_free(struct tr_http *http);

struct tr_http_request {
    const char *method, *path;
    const char *body;           /* NULL: none */
    const char *content_type;   /* of the body */
    const char *const *headers; /* "Name: value", ends with NULL; or NULL */
};

struct tr_http_answer {
    long status;
    const char *url; /* without user and password */
    const struct tr_buf *body;
};

/* <0: no address answers, or not with more than an error of the server's own (TR_NETWORK,
 * TR_RETRY). The answer is the http's, until its next request. */
int tr_http_send(struct tr_http *http, const struct tr_http_request *request,
                 struct tr_http_answer *ret_answer, struct tr_diag *diag) TR_MUSTCHECK;

/* A path's part, escaped; libcurl's memory: curl_free. NULL: no memory. */
char *tr_http_escape(struct tr_http *http, const char *text) TR_MUSTCHECK;

#endif
