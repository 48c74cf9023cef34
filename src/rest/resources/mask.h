/*
 * Passwords in connectors' configurations: answers show ********** in their place, references to
 * secrets (${file:…}) as they came in. A configuration that is written back with the mask keeps
 * what is stored. rest.mask.passwords=false switches all of this off.
 *
 * A mask keeps passwords off screens and out of logs. It doesn't hold back who may change
 * connectors: such a user can send a password elsewhere by changing the host beside it.
 */
#ifndef TR_REST_RESOURCES_MASK_H
#define TR_REST_RESOURCES_MASK_H

#include "rest/exchange.h"

#define TR_MASK "**********"

/* The value as answers show it. */
const char *tr_mask_value(const struct tr_exchange *exchange, const struct tr_property *property);

/* Put what the connector has in place of masks; name may be NULL (nothing stored then). False:
 * there is nothing to keep, which has been answered. */
bool tr_mask_restore(struct tr_exchange *exchange, const char *name,
                     struct tr_properties *config) TR_MUSTCHECK;

/* The same for changes: what is masked isn't one. */
bool tr_mask_drop(struct tr_exchange *exchange, const char *name,
                  struct tr_properties *changes) TR_MUSTCHECK;

#endif
