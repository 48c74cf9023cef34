#include "source/file/lines.h"

#include <stdint.h>
#include <stdlib.h>

#define ROOM ((size_t)64 << 10)

void tr_lines_finish(struct tr_lines *lines)
{
    free(lines->bytes);
    *lines = (struct tr_lines){0};
}

int tr_lines_room(struct tr_lines *lines, size_t limit, char **ret_room, size_t *ret_size,
                  struct tr_diag *diag)
{
    size_t kept = lines->end - lines->start;

    if (lines->start) {
        memmove(lines->bytes, lines->bytes + lines->start, kept);
        lines->looked -= lines->start;
        lines->end = kept;
        lines->start = 0;
    }
    if (kept > limit)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "a line is longer than %zu MB: raise memory.limit if it is meant to be one",
                       limit >> 20);
    if (lines->size - kept < ROOM) {
        size_t size = TR_MAX(2 * lines->size, 2 * ROOM);
        char *bytes = realloc(lines->bytes, size);
        if (!bytes)
            return tr_fail_memory(diag);
        lines->bytes = bytes;
        lines->size = size;
    }
    *ret_room = lines->bytes + kept;
    *ret_size = lines->size - kept;
    return 0;
}

void tr_lines_filled(struct tr_lines *lines, size_t n)
{
    lines->end += n;
}

bool tr_lines_next(struct tr_lines *lines, struct tr_slice *ret_line, size_t *ret_length)
{
    const char *bytes = lines->bytes;
    size_t i = lines->looked;

    while (i < lines->end && bytes[i] != '\n' && bytes[i] != '\r')
        i++;
    lines->looked = i;
    /* whether an LF belongs to the CR says only the next byte */
    if (i == lines->end || (bytes[i] == '\r' && i + 1 == lines->end))
        return false;
    size_t after = i + (bytes[i] == '\r' && bytes[i + 1] == '\n' ? 2 : 1);
    *ret_line = (struct tr_slice){bytes + lines->start, i - lines->start};
    *ret_length = after - lines->start;
    lines->start = lines->looked = after;
    return true;
}

/* The length of the UTF-8 sequence at p; 0: it is none, and *ret_bad bytes of it are to be left out
 * together. */
static size_t sequence(const unsigned char *p, size_t n, size_t *ret_bad)
{
    size_t length = *p < 0x80                  ? 1
                    : *p >= 0xC2 && *p <= 0xDF ? 2
                    : (*p & 0xF0) == 0xE0      ? 3
                    : *p >= 0xF0 && *p <= 0xF4 ? 4
                                               : 0;
    unsigned char low = *p == 0xE0 ? 0xA0 : *p == 0xF0 ? 0x90 : 0x80;
    unsigned char high = *p == 0xED ? 0x9F : *p == 0xF4 ? 0x8F : 0xBF;

    *ret_bad = 1;
    for (size_t i = 1; i < length; i++) {
        if (i == n || p[i] < low || p[i] > high)
            return 0;
        *ret_bad = i + 1;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

/* Where the text stops to be UTF-8, or its end. */
static size_t good_length(struct tr_slice text)
{
    size_t i = 0, bad;

    while (i < text.n) {
        size_t n = sequence((const unsigned char *)text.p + i, text.n - i, &bad);
        if (!n)
            break;
        i += n;
    }
    return i;
}

int tr_lines_text(struct tr_slice line, struct tr_arena *arena, struct tr_slice *ret_text)
{
    size_t n = good_length(line), bad;

    *ret_text = line;
    if (TR_LIKELY(n == line.n))
        return 0;
    char *text = tr_arena_alloc(arena, 3 * line.n), *out = text;
    if (!text)
        return -1;
    while (line.n) {
        n = sequence((const unsigned char *)line.p, line.n, &bad);
        memcpy(out, n ? line.p : "\xEF\xBF\xBD", n ? n : 3);
        out += n ? n : 3;
        n = n ? n : bad;
        line.p += n;
        line.n -= n;
    }
    *ret_text = (struct tr_slice){text, (size_t)(out - text)};
    return 0;
}
