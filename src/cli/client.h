/*
 * A client of a running worker's REST API (libcurl). Users and passwords come from ~/.netrc, so
 * that none stands on a command line.
 */
#ifndef TR_CLI_CLIENT_H
#define TR_CLI_CLIENT_H

#include "base/buf.h"
#include "base/diag.h"

#define TR_CLIENT_URL "http://127.0.0.1:8083"

struct tr_client_params {
    const char *url;    /* NULL: $TAILRACE_URL, or TR_CLIENT_URL */
    const char *cacert; /* PEM; NULL: the system's */
};

struct tr_client_request {
    const char *method, *path; /* path without a slash at its begin, encoded */
    const char *body;          /* JSON; NULL: none */
};

/* 0: an answer of 2xx. >0: nobody listens there (the diag says so). <0: no answer (TR_NETWORK), or
 * the worker refused, with its own words (TR_CONFIG). */
int tr_client_call(const struct tr_client_params *params, const struct tr_client_request *request,
                   struct tr_buf *ret_answer, struct tr_diag *diag) TR_MUSTCHECK;

/* A name as a segment of a path. */
void tr_client_put_segment(struct tr_buf *path, const char *name);

#endif
