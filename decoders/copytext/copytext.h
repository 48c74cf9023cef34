/*
 * The text format of COPY … TO STDOUT: one row a line, cells between tabs, \N for NULL, backslash
 * escapes. Pure.
 *
 * Facts: PostgreSQL manual, COPY, "Text Format".
 */
#ifndef TR_DECODERS_COPYTEXT_H
#define TR_DECODERS_COPYTEXT_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/slice.h"
#include "record/change.h"

/* Split one row (with or without its newline) into exactly ncells cells. Cells without escapes are
 * slices into the row, others are unescaped into the arena. <0: another number of cells, an escape
 * cut off, no room (TR_DATA or TR_RESOURCE, TR_STOP). */
int tr_copytext_decode(struct tr_slice row, struct tr_cell *cells, size_t ncells,
                       struct tr_arena *arena, struct tr_diag *diag) TR_MUSTCHECK;

#endif
