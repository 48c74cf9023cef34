/*
 * A stored position, read: the flat JSON object that stands in the offsets topic (or file), with
 * Debezium's keys and tailrace's own (tailrace_…). Values are primitives; nested ones are refused.
 */
#ifndef TR_RECORD_POSITION_H
#define TR_RECORD_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"

struct tr_stored_position;

/* The member of a position inside a source transaction: how many of its changes are written. */
#define TR_POSITION_PARTIAL "tailrace_partial"

/* 0, or <0: not a flat JSON object. The result is the caller's to free. */
int tr_stored_position_parse(struct tr_slice json, struct tr_stored_position **ret_position,
                             struct tr_diag *diag) TR_MUSTCHECK;
void tr_stored_position_free(struct tr_stored_position *position);

/* The text or number under a key, or the given default when it is missing, null or of another type.
 * The text is borrowed from the position. */
const char *tr_stored_position_text(const struct tr_stored_position *position, const char *key,
                                    const char *otherwise);
int64_t tr_stored_position_integer(const struct tr_stored_position *position, const char *key,
                                   int64_t otherwise);
bool tr_stored_position_boolean(const struct tr_stored_position *position, const char *key,
                                bool otherwise);
/* Call take for each number whose key begins with the prefix, and what follows it. 0, or what take
 * returned, if that wasn't 0. */
int tr_stored_position_each(const struct tr_stored_position *position, const char *prefix,
                            int (*take)(void *context, const char *rest, int64_t number),
                            void *context) TR_MUSTCHECK;
bool tr_stored_position_has(const struct tr_stored_position *position, const char *key);

#endif
