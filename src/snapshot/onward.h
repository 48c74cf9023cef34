/*
 * How an initial snapshot deals with what it has left (rest.h), whatever the database: it begins
 * with everything, or goes on with what is stored. Then, where there is a stream, what has a key is
 * left to be read beside that.
 */
#ifndef TR_SNAPSHOT_ONWARD_H
#define TR_SNAPSHOT_ONWARD_H

#include "base/log.h"
#include "config/options.h"
#include "snapshot/incremental.h"

struct tr_onward {
    const struct tr_connector_options *options;
    const struct tr_log *log;
    const struct tr_states *states; /* stored with the position; NULL: none */
    bool goes_on;                   /* an interrupted snapshot, with what they have */
    struct tr_incremental *beside;  /* reads ranges beside the stream; NULL: nobody does */
};

/* A table, by name (copied: its owner may move), key, and whether it is one piece: all of it, or
 * what was left. *ret_read is false if it is read later, beside the stream. */
int tr_onward_find(const struct tr_onward *onward, struct tr_rest *rest, struct tr_arena *arena,
                   bool *ret_read, struct tr_diag *diag) TR_MUSTCHECK;

/* Tables that are left to the stream's time. */
size_t tr_onward_beside(const struct tr_onward *onward);

/* A snapshot begins: the mark, and the lists of what is captured (added.h); nothing that an older
 * one has left counts any more. */
int tr_onward_open(const struct tr_onward *onward, size_t tables, struct tr_batch *batch,
                   struct tr_diag *diag) TR_MUSTCHECK;

/* With the position that ends the snapshot: what isn't done of these tables is forgotten; or, where
 * it has gone on, what was stored is, and what was left to the stream's time is its now. */
int tr_onward_close(const struct tr_onward *onward, const struct tr_rest *const *rests,
                    size_t count, struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;

#endif
