/*
 * A value of Kafka Connect's data model. It says what it is by itself; its schema says how to read
 * it. Texts, bytes and items are borrowed: from the received message, an arena or static memory,
 * and live as long as the row that is being worked on.
 */
#ifndef TR_RECORD_VALUE_H
#define TR_RECORD_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum tr_kind {
    TR_NULL, /* zeroed memory is null */
    TR_BOOLEAN,
    TR_INTEGER, /* int8 to int64, dates and times included */
    TR_FLOAT,   /* float32 */
    TR_DOUBLE,  /* float64 */
    TR_TEXT,    /* UTF-8 */
    TR_BYTES,   /* a Decimal is its big-endian two's-complement unscaled value */
    TR_ITEMS, /* array: the elements; struct: one for each field; map: key, value, key, value … */
};

struct tr_value {
    enum tr_kind kind;
    union {
        bool boolean;
        int64_t integer;
        float float32;
        double float64;
        struct tr_slice bytes; /* TR_TEXT, TR_BYTES */
        struct {
            const struct tr_value *items;
            size_t count;
        };
    };
};

static inline struct tr_value tr_value_text(struct tr_slice text)
{
    return (struct tr_value){.kind = TR_TEXT, .bytes = text};
}

static inline struct tr_value tr_value_bytes(struct tr_slice bytes)
{
    return (struct tr_value){.kind = TR_BYTES, .bytes = bytes};
}

static inline struct tr_value tr_value_integer(int64_t number)
{
    return (struct tr_value){.kind = TR_INTEGER, .integer = number};
}

static inline struct tr_value tr_value_boolean(bool yes)
{
    return (struct tr_value){.kind = TR_BOOLEAN, .boolean = yes};
}

static inline struct tr_value tr_value_items(const struct tr_value *items, size_t count)
{
    return (struct tr_value){.kind = TR_ITEMS, .items = items, .count = count};
}

/* Equal as Java's objects are: each NaN equals the other one, 0.0 isn't -0.0. */
bool tr_value_equal(const struct tr_value *a, const struct tr_value *b);

#endif
