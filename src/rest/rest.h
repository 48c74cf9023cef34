/*
 * The REST API: Kafka Connect's, as of 4.1, on top of worker.h.
 *
 * Each listener is a daemon of libmicrohttpd with a thread for each connection, so that a call that
 * takes its time (validation asks a database) holds up nobody else. Requests are parsed here
 * (exchange.h) and answered by one table of routes (route.h); what an endpoint does is in the files
 * named after it. The API answers from its start: until it is given a worker it says so.
 *
 * What comes from outside has its limits: the sizes of headers and bodies, the number of
 * connections, and the time between two complete requests on one (deadline.h).
 *
 * Facts: Connect 4.1's resources (org.apache.kafka.connect.runtime.rest.resources) and recordings
 * of its answers (tests/golden/rest); docs/differences.md lists what is different, and why.
 */
#ifndef TR_REST_REST_H
#define TR_REST_REST_H

#include "base/log.h"
#include "worker/worker.h"

#define TR_REST_WORKER_ID 300

struct tr_rest;

/* Begin to listen. The options must outlive it. *ret_rest is NULL when there is nothing to listen
 * at: none configured, or the default address taken, which is logged. */
int tr_rest_new(const struct tr_worker_options *options, const struct tr_log *log,
                struct tr_rest **ret_rest, struct tr_diag *diag) TR_MUSTCHECK;

/* host:port as other hosts know it: a worker's id. rest may be NULL: the host's name then. */
void tr_rest_worker_id(const struct tr_rest *rest, const struct tr_rest_options *options,
                       char ret_id[TR_REST_WORKER_ID]);

/* From now on requests are answered by this worker. */
void tr_rest_serve(struct tr_rest *rest, struct tr_worker *worker);

/* Waits for the requests that are being answered; the worker must still be there. NULL is fine. */
void tr_rest_free(struct tr_rest *rest);

#endif
