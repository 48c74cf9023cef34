/* Bytes in pieces, lines out. */
#ifndef TR_SOURCE_FILE_LINES_H
#define TR_SOURCE_FILE_LINES_H

#include "base/arena.h"
#include "base/diag.h"

struct tr_lines {
    char *bytes;
    size_t start, end, size; /* what is still to be read lies between start and end */
    size_t looked;           /* up to where no line's end was found */
};

void tr_lines_finish(struct tr_lines *lines);

/* Room for what comes next; say with tr_lines_filled how much of it was filled. <0: a line is
 * longer than the limit (TR_DATA), or no memory. */
int tr_lines_room(struct tr_lines *lines, size_t limit, char **ret_room, size_t *ret_size,
                  struct tr_diag *diag) TR_MUSTCHECK;
void tr_lines_filled(struct tr_lines *lines, size_t n);

/* The next whole line without its end; *ret_length with it. The line is good until the next call of
 * tr_lines_room. false: its end isn't there yet. */
bool tr_lines_next(struct tr_lines *lines, struct tr_slice *ret_line, size_t *ret_length);

/* The line as UTF-8: what isn't becomes U+FFFD, as in Java. Copied into the arena if it has to. <0:
 * no memory. */
int tr_lines_text(struct tr_slice line, struct tr_arena *arena,
                  struct tr_slice *ret_text) TR_MUSTCHECK;

#endif
