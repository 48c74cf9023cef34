/*
 * Builds one object of unknown size at the end of an arena: begin, put, end. While it is open
 * nothing else may be allocated from that arena. Failure is sticky: check once, at the end.
 * The finished slice stays where it is until the arena is reset.
 */
#ifndef TR_BASE_WRITER_H
#define TR_BASE_WRITER_H

#include <stdint.h>

#include "base/arena.h"

struct tr_writer {
    struct tr_arena *arena;
    char *start; /* of the object */
    char *p;     /* where the next byte goes */
    char *end;   /* of the room */
    bool failed; /* no room: what follows is dropped */
};

void tr_writer_begin(struct tr_writer *writer, struct tr_arena *arena);

/* 0 and the object, or <0 when a put failed (nothing is kept then). */
int tr_writer_end(struct tr_writer *writer, struct tr_slice *ret_object) TR_MUSTCHECK;

/* Slow path of tr_writer_reserve. */
bool tr_writer_grow(struct tr_writer *writer, size_t size);

/* Room for size bytes at writer->p; false when there is none. The caller advances p itself. */
static inline bool tr_writer_reserve(struct tr_writer *writer, size_t size)
{
    if (TR_LIKELY((size_t)(writer->end - writer->p) >= size))
        return true;
    return tr_writer_grow(writer, size);
}

static inline void tr_writer_put(struct tr_writer *writer, const char *bytes, size_t n)
{
    if (TR_LIKELY(n && tr_writer_reserve(writer, n))) {
        memcpy(writer->p, bytes, n);
        writer->p += n;
    }
}

static inline void tr_writer_slice(struct tr_writer *writer, struct tr_slice slice)
{
    if (slice.n)
        tr_writer_put(writer, slice.p, slice.n);
}

static inline void tr_writer_char(struct tr_writer *writer, char c)
{
    if (TR_LIKELY(tr_writer_reserve(writer, 1)))
        *writer->p++ = c;
}

#define tr_writer_literal(writer, text) tr_writer_put((writer), (text), sizeof(text) - 1)

void tr_writer_text(struct tr_writer *writer, const char *text);
void tr_writer_int(struct tr_writer *writer, int64_t number);
void tr_writer_uint(struct tr_writer *writer, uint64_t number);
void tr_writer_printf(struct tr_writer *writer, const char *format, ...) TR_PRINTF(2, 3);

/* RFC 4648 base64 with padding. */
void tr_writer_base64(struct tr_writer *writer, struct tr_slice bytes);

/* A JSON string with its quotes, escaped as Kafka Connect's JsonConverter (Jackson) does it: short
 * escapes, \u00XX in upper case for other controls, characters outside the BMP as a pair of \uXXXX,
 * everything else raw. The bytes must be UTF-8; false when they are not. */
bool tr_writer_json(struct tr_writer *writer, struct tr_slice text) TR_MUSTCHECK;

/* The same as tr_writer_json, at the end of a buf; false when the text is not UTF-8. */
struct tr_buf;
bool tr_buf_json(struct tr_buf *buf, const char *text) TR_MUSTCHECK;

#endif
