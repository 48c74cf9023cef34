/*
 * The bounded way from a source's threads to the sink thread: a queue of batches, limited in bytes,
 * and a pool of empty ones. The source's end is a tr_outlet. Nothing here waits for a broker or a
 * database: a full ring makes take() say so, and the eventfd tells when to ask again.
 */
#ifndef TR_CONNECTOR_RING_H
#define TR_CONNECTOR_RING_H

#include "source/source.h"

struct tr_ring;

struct tr_ring_params {
    size_t limit; /* bytes of batches in flight; a single batch may exceed it */
    /* Where progress goes; called on the source's thread. */
    void (*progress)(void *context, const struct tr_progress *progress);
    void *context;
};

int tr_ring_new(const struct tr_ring_params *params, struct tr_ring **ret_ring,
                struct tr_diag *diag) TR_MUSTCHECK;
void tr_ring_free(struct tr_ring *ring);

struct tr_outlet *tr_ring_outlet(struct tr_ring *ring);

/* The sink's side. */

/* The next batch; waits. NULL: interrupted, or empty and closed or starved. */
struct tr_batch *tr_ring_pop(struct tr_ring *ring);
/* Wait until pop doesn't have to. False: until_us (tr_clock_monotonic_us) came first. */
bool tr_ring_wait(struct tr_ring *ring, int64_t until_us);
/* There is no memory for a batch, and none is under way that would come back. */
bool tr_ring_starved(struct tr_ring *ring);
bool tr_ring_empty(struct tr_ring *ring);
void tr_ring_recycle(struct tr_ring *ring, struct tr_batch *batch);
void tr_ring_confirm(struct tr_ring *ring, uint64_t token);

/* How full it is; any thread. */
struct tr_ring_usage {
    size_t bytes, limit, batches; /* with the sink or waiting for it; not what the source fills */
    int64_t since_us; /* of the oldest change from a log that is not committed; 0: there is none */
};
void tr_ring_usage(struct tr_ring *ring, struct tr_ring_usage *ret_usage);

/* The source has ended: pop returns what is left, then NULL. */
void tr_ring_close(struct tr_ring *ring);
/* Somebody asks for the end: make pop return NULL at once, even while batches are left. */
void tr_ring_interrupt(struct tr_ring *ring);
/* Tell the source to end. */
void tr_ring_stop(struct tr_ring *ring);

#endif
