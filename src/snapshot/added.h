/*
 * Tables that a changed configuration adds to a running connector: they are read beside the stream,
 * as an initial snapshot's rest is (rest.h), which Debezium leaves to the user.
 *
 * What tells them is the lists of what is captured, as the last start had them: a state. A table
 * that these lists would have allowed isn't new to the connector, whatever became of it since;
 * where no lists are stored (a position of Debezium's, or of a tailrace that didn't keep them) none
 * is.
 */
#ifndef TR_SNAPSHOT_ADDED_H
#define TR_SNAPSHOT_ADDED_H

#include "config/options.h"
#include "record/batch.h"

/* Is it other lists, or none, that are stored? */
bool tr_added_differs(const struct tr_connector_options *options, const struct tr_states *states);
/* Other lists are stored, and what they add is to be read. */
bool tr_added_is_wanted(const struct tr_connector_options *options, const struct tr_states *states);

/* Have the lists stored with the batch. */
int tr_added_store(const struct tr_connector_options *options, struct tr_batch *batch,
                   struct tr_diag *diag) TR_MUSTCHECK;

/* The stored lists. */
struct tr_added;
int tr_added_new(const struct tr_states *states, struct tr_added **ret_added,
                 struct tr_diag *diag) TR_MUSTCHECK;
void tr_added_free(struct tr_added *added);

/* They didn't allow this table. schema: PostgreSQL's, or the database. */
bool tr_added_has(const struct tr_added *added, const char *schema, const char *table);

#endif
