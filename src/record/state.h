/*
 * Facts that a source wants back at its next start: a table's definition, the progress of a
 * snapshot. It adds them to a batch (tr_batch_state); the sink stores them beside the position, in
 * the same transaction; of each key the newest value counts. They are few and small: a table or a
 * chunk each, never a row.
 */
#ifndef TR_RECORD_STATE_H
#define TR_RECORD_STATE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/slice.h"

struct tr_state {
    struct tr_slice key;   /* UTF-8, of the source's own choice: "table/shop.orders" */
    struct tr_slice value; /* UTF-8; p NULL: forget the key */
};

/* A map of them, sorted by key. */
struct tr_states;

struct tr_states *tr_states_new(void) TR_MUSTCHECK;
void tr_states_free(struct tr_states *states);

/* Keep a copy, or forget the key if the value is NULL. */
int tr_states_set(struct tr_states *states, struct tr_state state,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* The value, borrowed until the next set; p NULL: none. states may be NULL: empty. */
struct tr_slice tr_states_get(const struct tr_states *states, const char *key);

size_t tr_states_count(const struct tr_states *states);

/* The one at a place in key order, place < count. */
struct tr_state tr_states_at(const struct tr_states *states, size_t place);

/* The first place whose key is not before this one; those with a common prefix follow each other.
 */
size_t tr_states_from(const struct tr_states *states, struct tr_slice key);

#endif
