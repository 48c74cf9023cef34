#include "connector/ring.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Large enough that a batch costs nothing per row, small enough that one is soon full. */
#define CHUNK_SIZE ((size_t)512 << 10)
/* One record may need this much: PostgreSQL's and MySQL's values end at 1 GB. */
#define BATCH_CAP  ((size_t)3 << 30)

struct tr_ring {
    struct tr_outlet outlet; /* first: the outlet is the ring */
    struct tr_ring_params params;
    pthread_mutex_t lock;
    pthread_cond_t filled; /* the sink waits here */
    pthread_cond_t freed;  /* snapshot readers wait here */
    struct tr_batch *first, *last;
    struct tr_batch *pool;
    size_t queued;    /* bytes of batches in the queue or with the sink */
    size_t batches;   /* of them */
    int64_t since_us; /* of the oldest change that was put and isn't confirmed */
    size_t taken;     /* batches with the source */
    bool closed, interrupted;
    bool starved; /* the source got no batch for want of memory */
    bool hungry;  /* the sink waits for a batch */
    atomic_bool stopping;
    _Atomic uint64_t confirmed;
};

static struct tr_ring *ring_of(struct tr_outlet *outlet)
{
    return (struct tr_ring *)outlet;
}

/* News for the source thread. A full counter means that it has news already. */
static void wake_source(struct tr_ring *ring)
{
    uint64_t one = 1;
    ssize_t ignored = write(ring->outlet.fd, &one, sizeof one);
    (void)ignored;
}

static size_t weigh(const struct tr_batch *batch)
{
    return batch->arena.used + batch->room * sizeof *batch->messages;
}

static bool has_room(const struct tr_ring *ring)
{
    return !ring->queued || ring->queued + ring->taken * CHUNK_SIZE < ring->params.limit;
}

/* With the lock held. */
static struct tr_batch *take_locked(struct tr_ring *ring)
{
    struct tr_batch *batch = ring->pool;

    if (batch)
        ring->pool = batch->next;
    else
        batch = tr_batch_new(CHUNK_SIZE, BATCH_CAP);
    ring->starved = !batch;
    if (!batch) {
        pthread_cond_signal(&ring->filled);
        return NULL;
    }
    tr_batch_reset(batch);
    ring->taken++;
    return batch;
}

static struct tr_batch *take(struct tr_outlet *outlet)
{
    struct tr_ring *ring = ring_of(outlet);
    struct tr_batch *batch = NULL;

    pthread_mutex_lock(&ring->lock);
    if (has_room(ring) && !ring->stopping)
        batch = take_locked(ring);
    pthread_mutex_unlock(&ring->lock);
    return batch;
}

static struct tr_batch *take_wait(struct tr_outlet *outlet)
{
    struct tr_ring *ring = ring_of(outlet);
    struct tr_batch *batch = NULL;

    pthread_mutex_lock(&ring->lock);
    while (!ring->stopping && (!has_room(ring) || !(batch = take_locked(ring))))
        pthread_cond_wait(&ring->freed, &ring->lock);
    pthread_mutex_unlock(&ring->lock);
    return batch;
}

static void put(struct tr_outlet *outlet, struct tr_batch *batches)
{
    struct tr_ring *ring = ring_of(outlet);

    pthread_mutex_lock(&ring->lock);
    while (batches) {
        struct tr_batch *batch = batches;
        batches = batch->next;
        batch->next = NULL;
        if (ring->last)
            ring->last->next = batch;
        else
            ring->first = batch;
        ring->last = batch;
        batch->weight = weigh(batch);
        ring->queued += batch->weight;
        ring->batches++;
        ring->taken--;
        if (!ring->since_us)
            ring->since_us = batch->since_us;
    }
    ring->hungry = false;
    pthread_cond_signal(&ring->filled);
    pthread_mutex_unlock(&ring->lock);
}

static bool hungry(struct tr_outlet *outlet)
{
    struct tr_ring *ring = ring_of(outlet);

    pthread_mutex_lock(&ring->lock);
    bool yes = ring->hungry;
    pthread_mutex_unlock(&ring->lock);
    return yes;
}

static uint64_t confirmed(struct tr_outlet *outlet)
{
    return ring_of(outlet)->confirmed;
}

static bool stopping(struct tr_outlet *outlet)
{
    return ring_of(outlet)->stopping;
}

static bool asked(struct tr_outlet *outlet)
{
    struct tr_ring *ring = ring_of(outlet);

    pthread_mutex_lock(&ring->lock);
    bool yes = ring->interrupted;
    pthread_mutex_unlock(&ring->lock);
    return yes;
}

static void progress(struct tr_outlet *outlet, const struct tr_progress *news)
{
    const struct tr_ring_params *params = &ring_of(outlet)->params;
    params->progress(params->context, news);
}

int tr_ring_new(const struct tr_ring_params *params, struct tr_ring **ret_ring,
                struct tr_diag *diag)
{
    static const struct tr_outlet_impl impl = {
        .take = take,
        .take_wait = take_wait,
        .put = put,
        .hungry = hungry,
        .confirmed = confirmed,
        .stopping = stopping,
        .asked = asked,
        .progress = progress,
    };
    struct tr_ring *ring = calloc(1, sizeof *ring);
    pthread_condattr_t monotonic;

    if (!ring)
        return tr_fail_memory(diag);
    ring->params = *params;
    ring->outlet.impl = &impl;
    ring->outlet.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (ring->outlet.fd < 0) {
        free(ring);
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "no eventfd: %s", strerror(errno));
    }
    pthread_mutex_init(&ring->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&ring->filled, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&ring->freed, NULL);
    *ret_ring = ring;
    return 0;
}

static void free_list(struct tr_batch *batch)
{
    while (batch) {
        struct tr_batch *next = batch->next;
        tr_batch_free(batch);
        batch = next;
    }
}

void tr_ring_free(struct tr_ring *ring)
{
    if (!ring)
        return;
    free_list(ring->first);
    free_list(ring->pool);
    close(ring->outlet.fd);
    pthread_cond_destroy(&ring->filled);
    pthread_cond_destroy(&ring->freed);
    pthread_mutex_destroy(&ring->lock);
    free(ring);
}

struct tr_outlet *tr_ring_outlet(struct tr_ring *ring)
{
    return &ring->outlet;
}

/* With the lock held: for something to pop, or for the end. False: it is later than until_us. */
static bool wait_locked(struct tr_ring *ring, int64_t until_us)
{
    const struct timespec until = {until_us / 1000000, until_us % 1000000 * 1000};
    int error = 0;

    while (!ring->first && !ring->closed && !ring->interrupted && !ring->starved && !error) {
        if (!ring->hungry) {
            ring->hungry = true;
            wake_source(ring);
        }
        error = until_us ? pthread_cond_timedwait(&ring->filled, &ring->lock, &until)
                         : pthread_cond_wait(&ring->filled, &ring->lock);
    }
    return !error;
}

bool tr_ring_wait(struct tr_ring *ring, int64_t until_us)
{
    pthread_mutex_lock(&ring->lock);
    bool came = wait_locked(ring, until_us);
    pthread_mutex_unlock(&ring->lock);
    return came;
}

struct tr_batch *tr_ring_pop(struct tr_ring *ring)
{
    struct tr_batch *batch = NULL;

    pthread_mutex_lock(&ring->lock);
    (void)wait_locked(ring, 0);
    ring->hungry = false;
    if (ring->first && !ring->interrupted) {
        batch = ring->first;
        ring->first = batch->next;
        if (!ring->first)
            ring->last = NULL;
        batch->next = NULL;
    }
    pthread_mutex_unlock(&ring->lock);
    return batch;
}

bool tr_ring_starved(struct tr_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    bool starved = ring->starved && !ring->first;
    pthread_mutex_unlock(&ring->lock);
    return starved;
}

bool tr_ring_empty(struct tr_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    bool empty = !ring->first;
    pthread_mutex_unlock(&ring->lock);
    return empty;
}

void tr_ring_recycle(struct tr_ring *ring, struct tr_batch *batch)
{
    pthread_mutex_lock(&ring->lock);
    ring->queued -= batch->weight; /* it weighs more now if the sink has put something into it */
    ring->batches--;
    tr_batch_reset(batch); /* gives a huge record's memory back now, not when the batch is used */
    batch->next = ring->pool;
    ring->pool = batch;
    ring->starved = false;
    pthread_cond_broadcast(&ring->freed);
    pthread_mutex_unlock(&ring->lock);
    wake_source(ring);
}

void tr_ring_confirm(struct tr_ring *ring, uint64_t token)
{
    ring->confirmed = token;
    pthread_mutex_lock(&ring->lock);
    /* what was popped is committed now: the queue's is the oldest */
    ring->since_us = 0;
    for (const struct tr_batch *batch = ring->first; batch && !ring->since_us; batch = batch->next)
        ring->since_us = batch->since_us;
    pthread_mutex_unlock(&ring->lock);
    wake_source(ring);
}

void tr_ring_usage(struct tr_ring *ring, struct tr_ring_usage *ret_usage)
{
    pthread_mutex_lock(&ring->lock);
    *ret_usage = (struct tr_ring_usage){
        .bytes = ring->queued,
        .limit = ring->params.limit,
        .batches = ring->batches,
        .since_us = ring->since_us,
    };
    pthread_mutex_unlock(&ring->lock);
}

void tr_ring_close(struct tr_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->closed = true;
    pthread_cond_broadcast(&ring->filled);
    pthread_mutex_unlock(&ring->lock);
}

void tr_ring_interrupt(struct tr_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->interrupted = true;
    pthread_cond_broadcast(&ring->filled);
    pthread_mutex_unlock(&ring->lock);
}

void tr_ring_stop(struct tr_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->stopping = true;
    pthread_cond_broadcast(&ring->freed);
    pthread_mutex_unlock(&ring->lock);
    wake_source(ring);
}
