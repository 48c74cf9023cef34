/*
 * Single message transforms, as Kafka Connect's: a chain that a record passes between envelope and
 * encoder.
 *
 *   transforms=route,unwrap              aliases, in order
 *   transforms.unwrap.type=…             a class; its options follow under the same prefix
 *   transforms.unwrap.predicate=isFoo    only records for which the predicate holds (negate=true:
 *   predicates=isFoo                     does not hold)
 *   predicates.isFoo.type=…
 *
 * A chain is immutable: several threads may apply it at once. What a transform derives from schemas
 * lies with the schemas (derive.h), what it makes of a value in the record's scratch memory.
 *
 * To add a transform is one file with its options, one line in table.c, one test:
 * docs/internals/transform.md.
 */
#ifndef TR_TRANSFORM_TRANSFORM_H
#define TR_TRANSFORM_TRANSFORM_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/options.h"
#include "record/record.h"
#include "transform/derive.h"

struct tr_chain;

/* *ret_chain is NULL without transforms. <0 (TR_CONFIG): the message names the property. */
int tr_chain_new(const struct tr_transform_options *options, struct tr_chain **ret_chain,
                 struct tr_diag *diag) TR_MUSTCHECK;
void tr_chain_free(struct tr_chain *chain);

/* Names of properties under transforms. and predicates. that nobody reads: for a file's errors and
 * REST's warnings. The names are borrowed from the options, the array lies in the arena. */
int tr_chain_unknown(const struct tr_transform_options *options, struct tr_arena *arena,
                     struct tr_list *ret_names, struct tr_diag *diag) TR_MUSTCHECK;

/* A sentence about each property that has no effect here; all of it lies in the arena. */
int tr_chain_inert(const struct tr_transform_options *options, struct tr_arena *arena,
                   struct tr_list *ret_sentences, struct tr_diag *diag) TR_MUSTCHECK;

/* All that can be wrong with a file's chain, unknown properties too. <0: TR_CONFIG. */
int tr_chain_check(const struct tr_transform_options *options, struct tr_diag *diag) TR_MUSTCHECK;

/* What surrounds a record in a chain. */
struct tr_transform_context {
    struct tr_derivations *derivations; /* of the record's schemas */
    struct tr_arena *scratch;           /* lives until the record is encoded */
    struct tr_derivations *own;         /* NULL, or see below */
    const char *failed;                 /* class of the transform or predicate that failed */
};

/* For a transform that makes a schema for this one record (of the JSON text in it): what is derived
 * from now on ends with the record. Whoever made the context calls _finish when it is encoded. */
int tr_transform_context_own(struct tr_transform_context *context,
                             struct tr_diag *diag) TR_MUSTCHECK;
void tr_transform_context_finish(struct tr_transform_context *context);

/* >0: the record is dropped. <0: the message names transform and cause. */
int tr_chain_apply(const struct tr_chain *chain, struct tr_transform_context *context,
                   struct tr_record *record, struct tr_diag *diag) TR_MUSTCHECK;

#endif
