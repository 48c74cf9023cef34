/* A borrowed run of bytes: not terminated, not owned. p is NULL for "no value" where a function
 * says so; otherwise it is valid even when n is 0. */
#ifndef TR_BASE_SLICE_H
#define TR_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct tr_slice {
    const char *p;
    size_t n;
};

#define TR_SLICE(literal) ((struct tr_slice){(literal), sizeof(literal) - 1})

static inline struct tr_slice tr_slice_of(const char *text)
{
    return (struct tr_slice){text, text ? strlen(text) : 0};
}

static inline bool tr_slice_equal(struct tr_slice a, struct tr_slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool tr_slice_is(struct tr_slice a, const char *text)
{
    return tr_slice_equal(a, tr_slice_of(text));
}

#endif
