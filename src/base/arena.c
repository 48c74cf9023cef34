#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct tr_arena_chunk {
    struct tr_arena_chunk *older;
    size_t size;
    char bytes[];
};

#define TR_ALIGN(n) (((n) + 7U) & ~(size_t)7)

void tr_arena_init(struct tr_arena *arena, size_t chunk_size, size_t cap)
{
    *arena = (struct tr_arena){.chunk_size = chunk_size, .cap = cap};
}

static void free_chunks(struct tr_arena_chunk *chunk)
{
    while (chunk) {
        struct tr_arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void tr_arena_finish(struct tr_arena *arena)
{
    free_chunks(arena->chunks);
    *arena = (struct tr_arena){0};
}

void tr_arena_reset(struct tr_arena *arena)
{
    struct tr_arena_chunk *keep = arena->chunks;

    arena->capped = false;
    if (!keep)
        return;
    free_chunks(keep->older);
    keep->older = NULL;
    if (keep->size > 4 * arena->chunk_size) {
        free(keep);
        arena->chunks = NULL;
        arena->next = arena->end = NULL;
        arena->used = 0;
        return;
    }
    arena->used = keep->size;
    arena->next = keep->bytes;
    arena->end = keep->bytes + keep->size;
}

static int add_chunk(struct tr_arena *arena, size_t least)
{
    size_t size = TR_MAX(arena->chunk_size, TR_ALIGN(least));

    if (size < least || size > arena->cap || arena->used > arena->cap - size) {
        arena->capped = true;
        return -1;
    }
    struct tr_arena_chunk *chunk = malloc(sizeof *chunk + size);
    if (!chunk)
        return -1;
    chunk->older = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    arena->used += size;
    arena->next = chunk->bytes;
    arena->end = chunk->bytes + size;
    return 0;
}

void *tr_arena_alloc(struct tr_arena *arena, size_t size)
{
    size_t want = TR_ALIGN(size);

    if (want < size)
        return NULL;
    if (TR_UNLIKELY(!arena->next || (size_t)(arena->end - arena->next) < want))
        if (add_chunk(arena, want) < 0)
            return NULL;
    void *place = arena->next;
    arena->next += want;
    return place;
}

void *tr_arena_zalloc(struct tr_arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    void *place = tr_arena_alloc(arena, bytes);
    return place ? memset(place, 0, bytes) : NULL;
}

char *tr_arena_strdup(struct tr_arena *arena, struct tr_slice text)
{
    char *copy = tr_arena_alloc(arena, text.n + 1);

    if (!copy)
        return NULL;
    if (text.n)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    return copy;
}

char *tr_arena_printf(struct tr_arena *arena, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = n < 0 ? NULL : tr_arena_alloc(arena, (size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

char *tr_arena_extend(struct tr_arena *arena, char *from, size_t n, size_t size)
{
    size_t want;

    if (from && (size_t)(arena->end - (from + n)) >= size)
        return from;
    if (__builtin_add_overflow(n, size, &want) || want > SIZE_MAX / 2)
        return NULL;
    /* an object that has outgrown a chunk once will do so again: leave it room to double */
    if (add_chunk(arena, n > arena->chunk_size / 2 ? want + n : want) < 0)
        return NULL;
    if (n)
        memcpy(arena->next, from, n);
    return arena->next;
}
