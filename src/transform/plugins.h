/* Transforms and predicates as Connect's REST API shows them: plugins with definitions, and what
 * validate says of those that a connector has. */
#ifndef TR_TRANSFORM_PLUGINS_H
#define TR_TRANSFORM_PLUGINS_H

#include "config/validate.h"

/* All of them, transforms first; in the arena. NULL: no memory. */
const struct tr_plugin *tr_transform_plugins(struct tr_arena *arena, size_t *ret_count);

/* What a class, by its full or its short name (RegexRouter, Cast$Value), may be configured with.
 * >0: there is no such transform or predicate. ret_plugin may be NULL. */
int tr_transform_definitions(const char *name, struct tr_arena *arena, struct tr_plugin *ret_plugin,
                             struct tr_definitions *ret_definitions,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* For tr_validate_params.add: an entry for each option of each transform and predicate. context is
 * not used. */
int tr_transform_validate(void *context, const struct tr_connector_options *options,
                          struct tr_arena *arena, struct tr_validate_addition *ret_addition,
                          struct tr_diag *diag) TR_MUSTCHECK;

#endif
