/* A definition of a property, as /connector-plugins shows it. */
#ifndef TR_REST_RESOURCES_DEFINITION_H
#define TR_REST_RESOURCES_DEFINITION_H

#include "config/plugin.h"
#include "rest/answer.h"

void tr_json_definition(struct tr_exchange *exchange, struct tr_writer *writer,
                        const struct tr_definition *definition);

#endif
