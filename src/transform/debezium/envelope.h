/* Debezium's envelope as transforms see it. */
#ifndef TR_TRANSFORM_DEBEZIUM_ENVELOPE_H
#define TR_TRANSFORM_DEBEZIUM_ENVELOPE_H

#include <stdbool.h>

#include "record/schema.h"

struct tr_envelope_places {
    int before, after, source, op;
};

/* False: the schema is not an envelope's. */
bool tr_envelope_find(const struct tr_schema *schema, struct tr_envelope_places *ret_places);

#endif
