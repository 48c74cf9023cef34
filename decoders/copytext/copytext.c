/*
 * The grammar:
 *
 *   row    = cell (TAB cell)* [LF]          a table without columns: nothing
 *   cell   = '\' 'N' | (plain | escape)*    \N alone is NULL
 *   plain  = any byte but TAB and '\'
 *   escape = '\' ('b' | 'f' | 'n' | 'r' | 't' | 'v' | '\')
 *
 * The manual's octal and hexadecimal escapes are for COPY FROM: the server never writes them, and
 * what it never writes is refused here.
 */
#include "copytext/copytext.h"

#include "base/word.h"

static int fail_count(struct tr_diag *diag, size_t ncells, const char *found)
{
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "a row of COPY has %s cells than the %zu columns that were asked for", found,
                   ncells);
}

static char unescape(char letter)
{
    static const char meanings[0x80] = {['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r',
                                        ['t'] = '\t', ['v'] = '\v', ['\\'] = '\\'};
    return (unsigned char)letter < 0x80 ? meanings[(unsigned char)letter] : '\0';
}

/* A cell that holds backslashes: NULL, or a text that has to be unescaped. */
static int read_escaped(struct tr_slice text, struct tr_cell *cell, struct tr_arena *arena,
                        struct tr_diag *diag)
{
    const char *in = text.p, *end = text.p + text.n;

    if (tr_slice_equal(text, TR_SLICE("\\N"))) {
        *cell = (struct tr_cell){.kind = TR_CELL_NULL};
        return 0;
    }
    char *place = tr_arena_alloc(arena, text.n);
    if (!place)
        return tr_fail_memory(diag);
    char *out = place;
    while (in < end) {
        const char *slash = memchr(in, '\\', (size_t)(end - in));
        size_t plain = (size_t)((slash ? slash : end) - in);
        memcpy(out, in, plain);
        out += plain;
        in += plain;
        if (!slash)
            break;
        if (end - in < 2 || !unescape(in[1]))
            return tr_fail(diag, TR_DATA, TR_STOP,
                           "a row of COPY has an escape sequence that PostgreSQL never writes");
        *out++ = unescape(in[1]);
        in += 2;
    }
    *cell = (struct tr_cell){TR_CELL_VALUE, {place, (size_t)(out - place)}};
    return 0;
}

/* Where the cell ends: at its tab or the row's end. */
static const char *find_cell_end(const char *p, const char *end, bool *ret_escaped)
{
    uint64_t slashes = 0;

    while (p < end) {
        size_t left = (size_t)(end - p);
        uint64_t word = left >= 8 ? tr_word_load(p) : tr_word_load_tail(p, left);
        uint64_t tab = tr_word_equal(word, '\t');
        uint64_t slash = tr_word_equal(word, '\\');
        if (tab) {
            /* only the backslashes in front of the tab are this cell's */
            slashes |= slash & (tab - 1) & ~tab;
            p += tr_word_first(tab);
            break;
        }
        slashes |= slash;
        p += TR_MIN(left, 8);
    }
    *ret_escaped = slashes != 0;
    return p;
}

int tr_copytext_decode(struct tr_slice row, struct tr_cell *cells, size_t ncells,
                       struct tr_arena *arena, struct tr_diag *diag)
{
    const char *p = row.p, *end = row.p + row.n;
    bool escaped;

    if (row.n && end[-1] == '\n')
        end--;
    if (ncells == 0)
        return p == end ? 0 : fail_count(diag, ncells, "more");
    for (size_t i = 0; i < ncells; i++) {
        const char *stop = find_cell_end(p, end, &escaped);
        struct tr_slice text = {p, (size_t)(stop - p)};
        cells[i] = (struct tr_cell){TR_CELL_VALUE, text};
        if (TR_UNLIKELY(escaped) && read_escaped(text, &cells[i], arena, diag) < 0)
            return -1;
        if (stop == end)
            return i + 1 == ncells ? 0 : fail_count(diag, ncells, "fewer");
        p = stop + 1;
    }
    return fail_count(diag, ncells, "more");
}
