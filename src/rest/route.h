/*
 * What the API answers, by method and path: one row of route.c for each. Errors that concern no
 * row in particular (unknown paths, methods, media types) are told as JAX-RS does.
 *
 * One more endpoint is a function, a line in handlers.h, and a row.
 */
#ifndef TR_REST_ROUTE_H
#define TR_REST_ROUTE_H

#include "rest/exchange.h"

/* Whether this client may ask at all; false: answered. It looks at headers alone, so that a body
 * from nobody is never read. */
bool tr_route_admit(struct tr_exchange *exchange) TR_MUSTCHECK;

/* Fill the answer of an exchange that was admitted. */
void tr_route(struct tr_exchange *exchange);

#endif
