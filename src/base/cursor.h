/*
 * Reads bytes from outside. Every read is bounds-checked; the first one that doesn't fit makes the
 * error sticky, and everything after it yields zeros. So a message is read straight through and
 * checked once, at its end. Big-endian is the network's order (PostgreSQL), little-endian MySQL's.
 */
#ifndef TR_BASE_CURSOR_H
#define TR_BASE_CURSOR_H

#include <stdint.h>

#include "base/macros.h"
#include "base/slice.h"

struct tr_cursor {
    const unsigned char *p, *end;
    bool failed;
};

static inline struct tr_cursor tr_cursor_of(struct tr_slice bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    return (struct tr_cursor){p, p ? p + bytes.n : p, false};
}

static inline size_t tr_cursor_left(const struct tr_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->p);
}

/* n bytes, or NULL and failed. */
static inline const unsigned char *tr_cursor_take(struct tr_cursor *cursor, size_t n)
{
    if (TR_UNLIKELY(cursor->failed || tr_cursor_left(cursor) < n)) {
        cursor->failed = true;
        return NULL;
    }
    const unsigned char *p = cursor->p;
    cursor->p += n;
    return p;
}

static inline uint64_t tr_cursor_be(struct tr_cursor *cursor, size_t n)
{
    const unsigned char *p = tr_cursor_take(cursor, n);
    uint64_t number = 0;
    for (size_t i = 0; p && i < n; i++)
        number = number << 8 | p[i];
    return number;
}

static inline uint8_t tr_cursor_u8(struct tr_cursor *cursor)
{
    return (uint8_t)tr_cursor_be(cursor, 1);
}

static inline uint16_t tr_cursor_be16(struct tr_cursor *cursor)
{
    return (uint16_t)tr_cursor_be(cursor, 2);
}

static inline uint32_t tr_cursor_be32(struct tr_cursor *cursor)
{
    return (uint32_t)tr_cursor_be(cursor, 4);
}

static inline uint64_t tr_cursor_be64(struct tr_cursor *cursor)
{
    return tr_cursor_be(cursor, 8);
}

static inline uint64_t tr_cursor_le(struct tr_cursor *cursor, size_t n)
{
    const unsigned char *p = tr_cursor_take(cursor, n);
    uint64_t number = 0;
    for (size_t i = 0; p && i < n; i++)
        number |= (uint64_t)p[i] << (8 * i);
    return number;
}

static inline uint16_t tr_cursor_le16(struct tr_cursor *cursor)
{
    return (uint16_t)tr_cursor_le(cursor, 2);
}

static inline uint32_t tr_cursor_le32(struct tr_cursor *cursor)
{
    return (uint32_t)tr_cursor_le(cursor, 4);
}

static inline uint64_t tr_cursor_le64(struct tr_cursor *cursor)
{
    return tr_cursor_le(cursor, 8);
}

static inline struct tr_slice tr_cursor_slice(struct tr_cursor *cursor, size_t n)
{
    const unsigned char *p = tr_cursor_take(cursor, n);
    return p ? (struct tr_slice){(const char *)p, n} : (struct tr_slice){"", 0};
}

/* A zero-terminated text; the slice leaves the zero out, but it stands behind it. */
static inline struct tr_slice tr_cursor_cstring(struct tr_cursor *cursor)
{
    const void *zero =
        cursor->failed ? NULL : memchr(cursor->p, 0, tr_cursor_left(cursor));
    if (!zero) {
        cursor->failed = true;
        return (struct tr_slice){"", 0};
    }
    struct tr_slice text = {(const char *)cursor->p,
                            (size_t)((const unsigned char *)zero - cursor->p)};
    cursor->p += text.n + 1;
    return text;
}

#endif
