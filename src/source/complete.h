/*
 * How much of the batch that a stream fills is complete: what was in it when the newest source
 * transaction ended. A failure in one transaction leaves those before it complete.
 */
#ifndef TR_SOURCE_COMPLETE_H
#define TR_SOURCE_COMPLETE_H

#include "record/batch.h"

/* Zero: nothing is. */
struct tr_complete {
    bool any;
    size_t count, bytes, events, nstates;
};

/* All of the batch is. */
void tr_complete_note(struct tr_complete *complete, const struct tr_batch *batch);
/* The transaction behind what is complete has ended: count it, if it has changes. begun: some of
 * them went with an earlier batch. */
void tr_complete_count(const struct tr_complete *complete, struct tr_batch *batch, bool begun);
/* Take out of the batch what isn't complete. */
void tr_complete_cut(const struct tr_complete *complete, struct tr_batch *batch);

#endif
