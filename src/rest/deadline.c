#include "rest/deadline.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

#define TICK_S 1

struct tr_peer {
    struct tr_peer *next, **before;
    int64_t since_us;
    int fd;
    bool busy;
};

struct tr_deadline {
    pthread_mutex_t lock;
    pthread_cond_t wake; /* somebody came, or all is over */
    pthread_t thread;
    struct tr_peer *peers;
    int64_t patience_us;
    bool over;
};

/* The connection's own thread finds out, and closes. */
static void expire(const struct tr_deadline *deadline)
{
    int64_t now = tr_clock_monotonic_us();

    for (const struct tr_peer *peer = deadline->peers; peer; peer = peer->next)
        if (!peer->busy && now - peer->since_us > deadline->patience_us)
            shutdown(peer->fd, SHUT_RDWR);
}

static void *run(void *context)
{
    struct tr_deadline *deadline = context;
    struct timespec until;

    pthread_mutex_lock(&deadline->lock);
    while (!deadline->over) {
        if (!deadline->peers) {
            pthread_cond_wait(&deadline->wake, &deadline->lock);
            continue;
        }
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += TICK_S;
        pthread_cond_timedwait(&deadline->wake, &deadline->lock, &until);
        expire(deadline);
    }
    pthread_mutex_unlock(&deadline->lock);
    return NULL;
}

struct tr_deadline *tr_deadline_new(int64_t patience_us)
{
    struct tr_deadline *deadline = calloc(1, sizeof *deadline);
    pthread_condattr_t attributes;

    if (!deadline)
        return NULL;
    deadline->patience_us = patience_us;
    pthread_mutex_init(&deadline->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&deadline->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&deadline->thread, NULL, run, deadline) != 0) {
        pthread_cond_destroy(&deadline->wake);
        pthread_mutex_destroy(&deadline->lock);
        free(deadline);
        return NULL;
    }
    return deadline;
}

void tr_deadline_free(struct tr_deadline *deadline)
{
    if (!deadline)
        return;
    pthread_mutex_lock(&deadline->lock);
    deadline->over = true;
    pthread_cond_signal(&deadline->wake);
    pthread_mutex_unlock(&deadline->lock);
    pthread_join(deadline->thread, NULL);
    pthread_cond_destroy(&deadline->wake);
    pthread_mutex_destroy(&deadline->lock);
    free(deadline);
}

struct tr_peer *tr_deadline_join(struct tr_deadline *deadline, int fd)
{
    struct tr_peer *peer = calloc(1, sizeof *peer);

    if (!peer)
        return NULL;
    peer->fd = fd;
    peer->since_us = tr_clock_monotonic_us();
    pthread_mutex_lock(&deadline->lock);
    peer->next = deadline->peers;
    peer->before = &deadline->peers;
    if (peer->next)
        peer->next->before = &peer->next;
    else
        pthread_cond_signal(&deadline->wake);
    deadline->peers = peer;
    pthread_mutex_unlock(&deadline->lock);
    return peer;
}

void tr_deadline_leave(struct tr_deadline *deadline, struct tr_peer *peer)
{
    if (!peer)
        return;
    pthread_mutex_lock(&deadline->lock);
    *peer->before = peer->next;
    if (peer->next)
        peer->next->before = peer->before;
    pthread_mutex_unlock(&deadline->lock);
    free(peer);
}

void tr_deadline_busy(struct tr_deadline *deadline, struct tr_peer *peer, bool busy)
{
    if (!peer)
        return;
    pthread_mutex_lock(&deadline->lock);
    peer->busy = busy;
    peer->since_us = tr_clock_monotonic_us();
    pthread_mutex_unlock(&deadline->lock);
}
