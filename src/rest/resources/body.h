/*
 * Reading bodies. What isn't JSON, or not of the right form, is answered with 400 and a text of our
 * own (Connect answers 500 with its parser's). Texts never quote the body, which may hold secrets.
 */
#ifndef TR_REST_RESOURCES_BODY_H
#define TR_REST_RESOURCES_BODY_H

#include <jansson.h>

#include "rest/exchange.h"

/* The body as an object, the caller's to json_decref; NULL: answered already. */
json_t *tr_body_object(struct tr_exchange *exchange) TR_MUSTCHECK;

/* False, and answered, if the object has other members than these (ends with NULL). */
bool tr_body_members(struct tr_exchange *exchange, json_t *object,
                     const char *const *names) TR_MUSTCHECK;

/* A scalar as the text that Connect takes it for; what is absent or null is NULL. False: answered
 * already. */
bool tr_body_text(struct tr_exchange *exchange, const char *name, const json_t *value,
                  const char **ret_text) TR_MUSTCHECK;

/* A configuration: {"property": scalar or null, …}, with room for one property more. False:
 * answered already. */
bool tr_body_config(struct tr_exchange *exchange, json_t *object,
                    struct tr_properties *ret_config) TR_MUSTCHECK;

/* Properties in the exchange's arena. */
const char *tr_properties_get(const struct tr_properties *properties, const char *name);

#endif
