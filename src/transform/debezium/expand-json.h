/*
 * A JSON text as a value with a schema made for it: table.expand.json.payload of EventRouter.
 * Members in their order; nulls and empty arrays have no type and are left out; an array's objects
 * share one schema with the members of all of them.
 *
 * Facts: io.debezium.transforms.outbox.JsonSchemaData (3.x) and recordings.
 */
#ifndef TR_TRANSFORM_DEBEZIUM_EXPAND_JSON_H
#define TR_TRANSFORM_DEBEZIUM_EXPAND_JSON_H

#include "base/arena.h"
#include "record/schema.h"
#include "record/value.h"

struct tr_expand_json {
    const char *name;   /* of the schema: "payload"; nested ones are "payload.member"; or NULL */
    bool null_as_bytes; /* nulls become optional bytes instead */
};

/* >0: not an object or array, or one whose arrays mix types. Both results lie in the arena. <0: no
 * memory. */
int tr_expand_json(const struct tr_expand_json *how, struct tr_slice text, struct tr_arena *arena,
                   const struct tr_schema **ret_schema, struct tr_value *ret_value) TR_MUSTCHECK;

#endif
