/*
 * What is made once per schema and then found again by pointer: output schemas of transforms,
 * resolved fields, encodings. So no record pays for building a schema.
 *
 * A derivations list belongs to what the schemas belong to (a compiled table version) and ends with
 * it: an address is never taken for another schema's. Several threads may use it at once.
 */
#ifndef TR_TRANSFORM_DERIVE_H
#define TR_TRANSFORM_DERIVE_H

#include "base/arena.h"
#include "base/diag.h"

struct tr_derivations;

struct tr_derivations *tr_derivations_new(void) TR_MUSTCHECK;
void tr_derivations_free(struct tr_derivations *derivations);

/* Compared by address. */
struct tr_derive_key {
    const void *owner;    /* who derives; with it goes what kind of thing it is */
    const void *from;     /* a schema */
    const void *with;     /* another one, or NULL */
    const void *argument; /* for make; not compared */
};

struct tr_derive_maker {
    /* Makes the thing in the arena. >0: there is none, which is remembered as NULL. */
    int (*make)(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                struct tr_diag *diag);
    void (*drop)(void *thing); /* NULL: the arena is all it has */
};

/* maker is called at the first time only. */
int tr_derive(struct tr_derivations *derivations, const struct tr_derive_key *key,
              const struct tr_derive_maker *maker, void **ret_thing,
              struct tr_diag *diag) TR_MUSTCHECK;

#endif
