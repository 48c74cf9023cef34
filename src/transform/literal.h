/*
 * A text as Connect's Values.parseString takes it: null, booleans, numbers of the narrowest type,
 * ISO dates, quoted texts, [arrays] and {maps}; anything else is the text itself.
 * Facts: org.apache.kafka.connect.data.Values (4.1) and recordings.
 */
#ifndef TR_TRANSFORM_LITERAL_H
#define TR_TRANSFORM_LITERAL_H

#include "base/arena.h"
#include "record/schema.h"
#include "record/value.h"

/* Schema (NULL for null) and value lie in the arena, or in the text, which must live as long. What
 * doesn't parse is a text. */
void tr_literal_parse(const char *text, struct tr_arena *arena, const struct tr_schema **ret_schema,
                      struct tr_value *ret_value);

#endif
