/*
 * Tables that a changed configuration adds to a running connector: they are read beside the stream,
 * as an initial snapshot's rest is (rest.h), which Debezium leaves to the user. What can't be read
 * so is told, and left to a blocking snapshot.
 *
 * What tells them is the lists of what is captured, as the last start had them: a state. A table
 * that these lists would have allowed isn't new to the connector, whatever became of it since;
 * where no lists are stored (a position of Debezium's, or of a tailrace that didn't keep them) none
 * is.
 */
#ifndef TR_SNAPSHOT_ADDED_H
#define TR_SNAPSHOT_ADDED_H

#include "snapshot/onward.h"

/* Is it other lists, or none, that are stored? */
bool tr_added_differs(const struct tr_connector_options *options, const struct tr_states *states);
/* Other lists are stored, and what they add is to be read. */
bool tr_added_is_wanted(const struct tr_connector_options *options, const struct tr_states *states);

/* Have the lists stored with the batch, together with what is to be read beside the stream. */
int tr_added_store(const struct tr_onward *onward, struct tr_batch *batch,
                   struct tr_diag *diag) TR_MUSTCHECK;

/* The stored lists, and what becomes of the tables that they didn't allow; onward is borrowed. */
struct tr_added;

int tr_added_new(const struct tr_onward *onward, struct tr_added **ret_added,
                 struct tr_diag *diag) TR_MUSTCHECK;
void tr_added_free(struct tr_added *added);

/* A captured table, by its schema (PostgreSQL's, or the database) and name: the lists didn't allow
 * it, and its rows are wanted. */
bool tr_added_wants(const struct tr_added *added, const char *schema, const char *table);

/* What is known of such a table: what keeps it from being read beside the stream, as the end of a
 * sentence (NULL: nothing), and its key, as struct tr_rest has it. */
struct tr_added_table {
    const char *schema, *table;
    const char *obstacle;
    const char *key;
};
/* Have it read; or say why not. */
int tr_added_take(const struct tr_added *added, const struct tr_added_table *table,
                  struct tr_diag *diag) TR_MUSTCHECK;

#endif
