/*
 * What an initial snapshot has left, so that one that was interrupted goes on instead of beginning
 * anew.
 *
 * From the snapshot's first batch on, each table that is not done has a state: the ranges of its
 * key whose rows aren't committed, or that it can't be cut and is one piece. A chunk's rows and the
 * state without its range are in one Kafka transaction; chunks of several readers may end in any
 * order, then there are as many ranges as chunks under way, and what wasn't given yet. A table that
 * is done has no state any more.
 *
 *   snapshot/rest            the mark that there is such a snapshot: {"tables":3}
 *   snapshot/rest/shop.a     {"rest":[[["7"],["9"]],[["12"],null]],"key":"id"}: behind 7 up to 9,
 *                            and behind 12
 *   snapshot/rest/shop.b     {"whole":true}
 *
 * Keys are the database's own texts, as the driver's SQL for chunks (struct tr_chunk_range) takes
 * them: behind `after`, up to and with `through`. They mean the same rows under a later snapshot,
 * as long as the table has the same key: with another one it is read from its start.
 *
 * A start that finds the mark, and the place from which the first try wanted to stream still in the
 * log, reads the tables in one piece again (theirs are the only rows that can come twice), then
 * streams from that place, and reads the ranges beside the stream: with the position it commits
 * them as collections of the kind "initial" in the backlog of incremental.h
 * (tr_incremental_add_initial), which keeps their progress from then on, and without the states
 * from here. What is read so is reconciled as in window.h; its rows are those of an initial
 * snapshot. Where nothing is streamed (initial_only) the ordinary readers take the ranges.
 */
#ifndef TR_SNAPSHOT_REST_H
#define TR_SNAPSHOT_REST_H

#include "record/batch.h"
#include "snapshot/window.h"

struct tr_rest_range {
    struct tr_key_text after, through; /* count 0: from the begin, to the end */
    struct tr_rest_range *next;
};

/* One table's. Guarded by its owner. */
struct tr_rest {
    const char *name; /* schema.table; borrowed */
    const char *key;  /* the columns that ranges are meant by, as the driver writes them; borrowed,
                         NULL: nobody compares it */
    bool whole;
    struct tr_rest_range *left;  /* not given to a reader yet */
    struct tr_rest_range *given; /* and not ended */
};

/* Did a snapshot that keeps what it has left begin, and not end? */
bool tr_rest_known(const struct tr_states *states);

/* Everything is left. */
int tr_rest_begin(struct tr_rest *ret_rest, const char *name, bool whole, struct tr_arena *arena,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* The condition that nothing of the table is left; and the question. */
#define TR_REST_NONE 12

bool tr_rest_is_left(const struct tr_states *states, const char *name);

/* What is stored; keys are copied. That the table's key is still rest->key is for the driver to
 * see. >0: TR_REST_NONE. */
int tr_rest_load(struct tr_rest *ret_rest, const struct tr_states *states, const char *name,
                 struct tr_arena *arena, struct tr_diag *diag) TR_MUSTCHECK;

/* Give the first part of rest->left, up to a key (borrowed; count 0: the first range's end). */
int tr_rest_give(struct tr_rest *rest, struct tr_key_text through, struct tr_arena *arena,
                 struct tr_rest_range **ret_range, struct tr_diag *diag) TR_MUSTCHECK;
/* Its rows are in the batch that is handed over next. */
void tr_rest_end(struct tr_rest *rest, struct tr_rest_range *range);
bool tr_rest_done(const struct tr_rest *rest);

/* Have it stored with the batch; forgotten, if nothing is left. A table with keys that can't be
 * stored, because they are no UTF-8, counts as one piece. */
int tr_rest_store(const struct tr_rest *rest, struct tr_batch *batch,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* Store the mark; with the tables' states, before any row. */
int tr_rest_open(size_t tables, struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;
/* Forget the mark, and, of this list, what isn't done. */
int tr_rest_close(const struct tr_rest *const *rests, size_t count, struct tr_batch *batch,
                  struct tr_diag *diag) TR_MUSTCHECK;
/* Forget the mark and everything that is stored. */
int tr_rest_forget(const struct tr_states *states, struct tr_batch *batch,
                   struct tr_diag *diag) TR_MUSTCHECK;

/* Call with each table that is stored, in the order of their names. */
int tr_rest_each(const struct tr_states *states, int (*take)(void *to, const char *name), void *to,
                 struct tr_diag *diag) TR_MUSTCHECK;

#endif
