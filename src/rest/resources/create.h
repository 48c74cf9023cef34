/* What POST /connectors and PUT /connectors/NAME/config have in common. */
#ifndef TR_REST_RESOURCES_CREATE_H
#define TR_REST_RESOURCES_CREATE_H

#include "rest/exchange.h"

/* Give the configuration its "name"; a configuration with another one, or without a class, is
 * answered. */
bool tr_create_prepare(struct tr_exchange *exchange, const char *name,
                       struct tr_properties *config) TR_MUSTCHECK;

/* 400 with the configuration, masked, if connector.class is missing. */
bool tr_create_has_class(struct tr_exchange *exchange,
                         const struct tr_properties *config) TR_MUSTCHECK;

/* 201 with its Location, or 200. */
void tr_create_answer(struct tr_exchange *exchange, const char *name, bool created);

#endif
