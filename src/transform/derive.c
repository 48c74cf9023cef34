#include "transform/derive.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Schemas of one table version, whatever its number of columns. */
#define ARENA_CHUNK ((size_t)4 << 10)
#define ARENA_CAP   ((size_t)256 << 20)

struct tr_derived {
    struct tr_derive_key key;
    void *thing;
    void (*drop)(void *thing);
    struct tr_derived *next;
};

struct tr_derivations {
    pthread_mutex_t lock; /* for adding: readers need none */
    struct tr_arena arena;
    _Atomic(struct tr_derived *) first;
};

struct tr_derivations *tr_derivations_new(void)
{
    struct tr_derivations *derivations = calloc(1, sizeof *derivations);

    if (!derivations)
        return NULL;
    pthread_mutex_init(&derivations->lock, NULL);
    tr_arena_init(&derivations->arena, ARENA_CHUNK, ARENA_CAP);
    return derivations;
}

void tr_derivations_free(struct tr_derivations *derivations)
{
    if (!derivations)
        return;
    for (struct tr_derived *d = atomic_load(&derivations->first); d; d = d->next)
        if (d->drop)
            d->drop(d->thing);
    tr_arena_finish(&derivations->arena);
    pthread_mutex_destroy(&derivations->lock);
    free(derivations);
}

static struct tr_derived *find(struct tr_derivations *derivations, const struct tr_derive_key *key)
{
    struct tr_derived *d = atomic_load_explicit(&derivations->first, memory_order_acquire);

    while (d &&
           (d->key.from != key->from || d->key.owner != key->owner || d->key.with != key->with))
        d = d->next;
    return d;
}

static int add(struct tr_derivations *derivations, const struct tr_derive_key *key,
               const struct tr_derive_maker *maker, struct tr_derived **ret_derived,
               struct tr_diag *diag)
{
    void *thing = NULL;
    int rc = maker->make(key, &derivations->arena, &thing, diag);

    if (rc < 0)
        return -1;
    struct tr_derived *d = tr_arena_alloc(&derivations->arena, sizeof *d);
    if (!d) {
        if (rc == 0 && maker->drop)
            maker->drop(thing);
        return tr_fail_memory(diag);
    }
    *d = (struct tr_derived){
        .key = *key,
        .thing = rc == 0 ? thing : NULL,
        .drop = rc == 0 ? maker->drop : NULL,
        .next = atomic_load_explicit(&derivations->first, memory_order_relaxed),
    };
    atomic_store_explicit(&derivations->first, d, memory_order_release);
    *ret_derived = d;
    return 0;
}

int tr_derive(struct tr_derivations *derivations, const struct tr_derive_key *key,
              const struct tr_derive_maker *maker, void **ret_thing, struct tr_diag *diag)
{
    struct tr_derived *d = find(derivations, key);
    int rc = 0;

    if (TR_UNLIKELY(!d)) {
        pthread_mutex_lock(&derivations->lock);
        d = find(derivations, key); /* another thread may have been faster */
        if (!d)
            rc = add(derivations, key, maker, &d, diag);
        pthread_mutex_unlock(&derivations->lock);
    }
    *ret_thing = rc == 0 ? d->thing : NULL;
    return rc;
}
