#include "source/complete.h"

void tr_complete_note(struct tr_complete *complete, const struct tr_batch *batch)
{
    *complete = (struct tr_complete){
        .any = true,
        .count = batch->count,
        .bytes = batch->bytes,
        .events = batch->events,
        .nstates = batch->nstates,
    };
}

void tr_complete_count(const struct tr_complete *complete, struct tr_batch *batch, bool begun)
{
    batch->transactions += batch->events > complete->events || begun;
}

void tr_complete_cut(const struct tr_complete *complete, struct tr_batch *batch)
{
    batch->count = complete->count;
    batch->bytes = complete->bytes;
    batch->events = complete->events;
    batch->nstates = complete->nstates;
}
