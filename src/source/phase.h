/*
 * What a stream tells of its phase: as long as something of an initial snapshot is left to be read
 * beside it, that is what goes on.
 */
#ifndef TR_SOURCE_PHASE_H
#define TR_SOURCE_PHASE_H

#include "snapshot/incremental.h"
#include "source/source.h"

/* Zero: nothing is told yet. */
struct tr_phase_told {
    bool streaming;  /* told that nothing is left */
    uint64_t chunks; /* of that told, and one */
};

/* Tell what is new; incremental may be NULL. Not called again once it is streaming. */
void tr_phase_report(struct tr_phase_told *told, const struct tr_incremental *incremental,
                     struct tr_outlet *outlet);

#endif
