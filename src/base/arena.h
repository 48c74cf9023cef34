/*
 * Memory that is given back all at once.
 *
 * An arena hands out bytes from chunks and frees them together; reset keeps one chunk, so that a
 * row or batch that follows another one costs no malloc. Pointers stay valid until reset or finish.
 * The cap bounds the sum of all chunks. Not thread-safe: one owner at a time.
 */
#ifndef TR_BASE_ARENA_H
#define TR_BASE_ARENA_H

#include "base/macros.h"
#include "base/slice.h"

struct tr_arena_chunk;

struct tr_arena {
    struct tr_arena_chunk *chunks; /* newest first */
    char *next, *end;              /* free room in the newest chunk */
    size_t chunk_size;             /* size of a usual chunk, bytes */
    size_t used;                   /* sum of the chunks' sizes, bytes */
    size_t cap;                    /* limit of used */
    bool capped;                   /* since the last reset something didn't fit below it */
};

void tr_arena_init(struct tr_arena *arena, size_t chunk_size, size_t cap);
void tr_arena_finish(struct tr_arena *arena);

/* Forget what was allocated. Keeps the largest chunk unless it is over four usual ones. */
void tr_arena_reset(struct tr_arena *arena);

/* size bytes, aligned to 8, or NULL: cap reached or no memory. Zero bytes are allowed. */
void *tr_arena_alloc(struct tr_arena *arena, size_t size) TR_MUSTCHECK;

/* The same, zeroed, for count objects. */
void *tr_arena_zalloc(struct tr_arena *arena, size_t count, size_t size) TR_MUSTCHECK;

/* A terminated copy; NULL when there is no room. */
char *tr_arena_strdup(struct tr_arena *arena, struct tr_slice text) TR_MUSTCHECK;
char *tr_arena_printf(struct tr_arena *arena, const char *format, ...) TR_PRINTF(2, 3) TR_MUSTCHECK;

/* Make the newest chunk have room for size bytes that will follow the given n bytes at `from`,
 * which move along when a new chunk is needed. Returns the (new) place of `from`, NULL when there
 * is no room. This is what tr_writer stands on. */
char *tr_arena_extend(struct tr_arena *arena, char *from, size_t n, size_t size) TR_MUSTCHECK;

#endif
