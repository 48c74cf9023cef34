/*
 * A window: one chunk of a table, read beside the stream, and what the stream said of its rows
 * meanwhile.
 *
 * The chunk is read in a transaction of its own, which sees more than the stream has told so far;
 * its rows are written once the stream has told all of that. What the stream says of a row in
 * between is newer than what the chunk has, and a stale row must never follow a newer one: such a
 * row is dropped. So, from before the chunk's transaction begins until the rows are written, every
 * change of the table that is emitted is shown to the window (tr_window_change); where a key
 * changes, that is the old and the new one. Three things more:
 *
 * - An event that lacks values (unchanged TOAST, a partial row image) can't stand for the row that
 *   it drops: the row is asked for again, in a later window.
 * - TRUNCATE, DDL, or an event whose key can't be known: the chunk is discarded and read once more.
 * - What was emitted before the window watched, but isn't visible to the chunk's transaction (a
 *   commit stands in the log before others can see it): the driver finds it (TR_CHUNK_STALE in
 *   incremental.h), and the chunk is read once more.
 *
 * Keys are compared as the bytes of their cells: a driver gives the cells of a chunk and those of
 * the stream in the same form. Rows are told apart by the table's own key, whatever the records'
 * key is; by the surrogate key if there is no other.
 *
 * A window is filled by the reader's thread, and watched and emptied by the stream's. They take
 * turns with the reader's members: incremental.h.
 */
#ifndef TR_SNAPSHOT_WINDOW_H
#define TR_SNAPSHOT_WINDOW_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/change.h"
#include "record/table.h"

/* The values of the columns that a table is read along, as the driver's texts: it makes SQL of
 * them, they are what is stored, and notifications show them. */
struct tr_key_text {
    const char *const *parts;
    size_t count; /* 0: none */
};

bool tr_key_text_equal(const struct tr_key_text *a, const struct tr_key_text *b);

struct tr_window_row {
    const struct tr_cell *cells; /* one for each column of the table */
    struct tr_key_text at;       /* where it stands in the table */
    bool dropped;                /* the stream has told something newer */
    bool again;                  /* …, but not all of it */
};

struct tr_touched;

struct tr_window {
    /* The reader's. */
    struct tr_arena arena;        /* rows, texts, and what the driver needs with them */
    size_t memory;                /* bytes of the arena after which the chunk ends early */
    const struct tr_table *shape; /* of the cells; lives as long as the rows */
    struct tr_window_row *rows;   /* in the table's order */
    size_t count, room;
    bool full;   /* there are more rows in the range */
    void *sight; /* the driver's: what the chunk's transaction could see, and when */

    /* The stream's. */
    char *schema, *table;  /* that it watches; NULL: nothing */
    bool initial;          /* the rows are an initial snapshot's */
    char *surrogate;       /* what tells its rows if it has no key; NULL: nothing does */
    struct tr_arena notes; /* the keys that were touched */
    struct tr_touched **touched;
    size_t ntouched, ntable; /* entries, places */
    bool discarded;
};

/* memory: what rows may take, in bytes. */
void tr_window_init(struct tr_window *window, size_t memory);
void tr_window_finish(struct tr_window *window);

/* Stream: have it watch a table, of which nothing is known yet. */
int tr_window_watch(struct tr_window *window, const char *name, const char *surrogate,
                    struct tr_diag *diag) TR_MUSTCHECK;
void tr_window_close(struct tr_window *window);

/* Stream: does it watch this table? A window is closed most of the time: ask that first. */
bool tr_window_watches(const struct tr_window *window, const struct tr_table *table);

/* Stream: a change of the watched table is emitted (or would be, but for a filter). */
int tr_window_change(struct tr_window *window, const struct tr_table *table,
                     const struct tr_change *change, struct tr_diag *diag) TR_MUSTCHECK;

/* Stream: the watched table was truncated, or has another shape from here on. */
void tr_window_discard(struct tr_window *window);

/* Reader: forget rows and texts. */
void tr_window_clear(struct tr_window *window);

/* The condition that the window has no room for this row: the chunk ends with the one before. Rows
 * that stand in one place (a surrogate key need not be unique) stay together, because the next
 * chunk begins behind that place. */
#define TR_WINDOW_FULL 1

/* Reader: add a row, of which the bytes of the cells are copied; `at` has to lie in the window's
 * arena, or live as long. >0: TR_WINDOW_FULL. */
int tr_window_add(struct tr_window *window, const struct tr_cell *cells, struct tr_key_text at,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* The condition that the chunk is worth nothing. */
#define TR_WINDOW_DISCARDED 2

/* Stream, with the chunk delivered: mark what the stream knows better. >0: TR_WINDOW_DISCARDED. */
int tr_window_settle(struct tr_window *window, struct tr_diag *diag) TR_MUSTCHECK;

#endif
