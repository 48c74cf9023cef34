/*
 * Incremental snapshots: tables read chunk by chunk while the stream goes on, because a signal asks
 * for it.
 *
 * Two threads. The stream's calls everything here; between two source transactions it calls
 * tr_incremental_turn, which alone has effects: it executes the signals that have come, writes a
 * chunk's rows (op r, snapshot "incremental"), its notifications and its progress into the stream's
 * batch, and has the next chunk read. So a signal is executed in the Kafka transaction that has its
 * row, a chunk is committed together with the progress that tells of it, and a run that begins
 * again goes on with the chunk that wasn't committed. The reader's thread lives from the first
 * chunk on and reads one at a time; it calls the driver's functions that are marked so.
 *
 *   stream                                  reader
 *   turn: watch; order a chunk ───────────► mark "open"; read; mark "close"
 *   goes on; tells the window each change          │
 *   fd readable ◄────────────────────────────── delivered
 *   turn, each time until the stream has told what the chunk could see: `settle`
 *   turn: drop what is known better; `emit` the rest; progress; the next chunk
 *
 * What differs between databases is in a driver: struct tr_incremental_impl. Order between a
 * table's rows is the key's; a chunk ends after incremental.snapshot.chunk.size rows or when its
 * memory is full. The words of notifications and marks are Debezium's; window.h tells how rows are
 * reconciled.
 *
 * What an initial snapshot has left (rest.h) is read here as well, after one was interrupted: its
 * tables are collections of the kind "initial", which no signal stops or pauses, for which nothing
 * is marked, and whose end is an initial snapshot's in notifications. That it can't be read is a
 * failure, not a table left out. The driver knows such rows by window->initial.
 *
 * A blocking snapshot is only remembered here: turn asks the driver to leave the stream for it
 * (TR_INCREMENTAL_BLOCKING); until tr_incremental_unblock is committed every start comes back to
 * it.
 */
#ifndef TR_SNAPSHOT_INCREMENTAL_H
#define TR_SNAPSHOT_INCREMENTAL_H

#include "base/log.h"
#include "config/options.h"
#include "record/batch.h"
#include "signal/notifier.h"
#include "snapshot/rest.h"
#include "snapshot/signal.h"
#include "snapshot/window.h"

struct tr_incremental;

/* Conditions of a driver's functions. */
#define TR_CHUNK_STOPPED 1 /* the run is to end */
#define TR_CHUNK_UNKNOWN 2 /* no such table is captured */
#define TR_CHUNK_NO_KEY  3 /* neither key nor surrogate key */
#define TR_CHUNK_EMPTY   4 /* the table has no row (that meets the condition) */
#define TR_CHUNK_REFUSED 5 /* the server refuses the statement; the diag says why */
#define TR_CHUNK_REKEYED 6 /* the table's key isn't the range's */

enum tr_settled {
    TR_CHUNK_EARLY, /* the stream hasn't told all that the chunk could see */
    TR_CHUNK_STALE, /* something emitted before the window watched isn't visible in it */
    TR_CHUNK_SETTLED,
};

/* What to read. */
struct tr_chunk_range {
    const char *table;               /* schema.table, as in data-collections */
    const char *condition;           /* SQL of a WHERE; NULL: none */
    const char *surrogate;           /* column to read along, instead of the key; NULL: the key */
    const char *key;                 /* what the key has to be (struct tr_rest); NULL: anything */
    struct tr_key_text after;        /* only what stands behind it; count 0: from the begin */
    struct tr_key_text maximum;      /* and not behind this; count 0: find it, see ret_maximum */
    const struct tr_key_text *keys;  /* these alone, to be read again … */
    size_t nkeys;                    /* … if there are any */
    int64_t limit;                   /* rows */
    const char **ret_key;            /* with TR_CHUNK_REKEYED: what it is, in the window's arena */
    struct tr_key_text *ret_maximum; /* the table's last key (that meets the condition), in the
                                        window's arena */
};

struct tr_incremental_impl {
    /* Stream: where it is, for the log. */
    void (*place)(void *driver, char *ret_text, size_t size);
    /* Stream: call add(to, "schema.table") for every captured table, sorted by name. */
    int (*list)(void *driver, int (*add)(void *to, const char *name), void *to,
                struct tr_diag *diag);
    /* Stream: from now on the window sees what is emitted; remember what was emitted before. */
    void (*watch)(void *driver);
    /* Stream: how far is the stream with a delivered chunk? Called at each turn until it is
     * settled. */
    enum tr_settled (*settle)(void *driver, const struct tr_window *window);
    /* Stream: append the rows that aren't dropped to the batch. */
    int (*emit)(void *driver, const struct tr_window *window, struct tr_batch *batch,
                struct tr_diag *diag);
    /* Stream: have the reader give up what it does, as soon as it can. */
    void (*cancel)(void *driver);
    /* Reader: insert the row of a watermark into the signal table, or delete it (data NULL). Not
     * called where there is no signal table, or with read.only. >0: TR_CHUNK_STOPPED, _REFUSED. */
    int (*mark)(void *driver, const struct tr_signal *row, struct tr_diag *diag);
    /* Reader: begin a transaction, remember what it sees (window->sight), read a chunk into the
     * window (shape, rows). No rows: there are none in the range. >0: the conditions above. */
    int (*read)(void *driver, const struct tr_chunk_range *range, struct tr_window *window,
                struct tr_diag *diag);
    /* Reader: it ends; close what it had open. Called once, also when nothing was opened. */
    void (*end)(void *driver);
};

struct tr_incremental_params {
    const struct tr_incremental_impl *impl;
    void *driver;
    const struct tr_connector_options *options;
    const struct tr_states *states; /* stored with the position; NULL: none */
    struct tr_notifier *notifier;   /* may be NULL */
    const struct tr_log *log;
};

/* Can a signal come, or is something left over from those that have? Otherwise nothing here is
 * needed. */
bool tr_incremental_is_wanted(const struct tr_connector_options *options,
                              const struct tr_states *states);

/* Is an initial snapshot's rest in what is stored of the backlog? */
bool tr_incremental_is_initial(const struct tr_states *states);

/* Goes on with what is stored. */
int tr_incremental_new(const struct tr_incremental_params *params,
                       struct tr_incremental **ret_incremental, struct tr_diag *diag) TR_MUSTCHECK;
/* Ends the reader. NULL is fine. */
void tr_incremental_free(struct tr_incremental *incremental);

/* Before the stream: have what is left of a table read beside it (not a whole one; once is enough),
 * or nothing of the kind any more; then the batch that has it stored, together with the position
 * from which to stream. */
int tr_incremental_add_initial(struct tr_incremental *incremental, const struct tr_rest *rest,
                               struct tr_diag *diag) TR_MUSTCHECK;
void tr_incremental_drop_initial(struct tr_incremental *incremental);
int tr_incremental_store(struct tr_incremental *incremental, struct tr_batch *batch,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* How far that is; false: nothing of the kind is left. NULL: there never was any. */
struct tr_initial_progress {
    const char *table; /* the one at work */
    size_t tables, tables_done;
    uint64_t chunks, rows; /* read in this run */
};
bool tr_incremental_initial(const struct tr_incremental *incremental,
                            struct tr_initial_progress *ret_progress);

/* Any thread: a signal has come; it is copied, and executed at the next turn. */
int tr_incremental_signal(struct tr_incremental *incremental, const struct tr_signal *signal,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* Stream: is this the table of signals, and are they taken from it? */
bool tr_incremental_is_signals(const struct tr_connector_options *options,
                               const struct tr_table *table);
/* Stream: a change of that table, which may be a signal. */
int tr_incremental_row(struct tr_incremental *incremental, const struct tr_table *table,
                       const struct tr_change *change, const struct tr_log *log,
                       struct tr_diag *diag) TR_MUSTCHECK;

/* Stream: how many signals with a mark were executed so far; they are in the order in which they
 * came. */
uint64_t tr_incremental_executed(const struct tr_incremental *incremental);

/* An eventfd, readable when turn has something to do because of somebody else; turn reads it empty.
 */
int tr_incremental_fd(const struct tr_incremental *incremental);

/* Stream: the window, watched (window->table) or not. */
struct tr_window *tr_incremental_window(struct tr_incremental *incremental);

/* The condition that a blocking snapshot is due: commit the batch, leave the stream. */
#define TR_INCREMENTAL_BLOCKING 8

/* Stream: between two source transactions, with a batch at hand. >0: TR_INCREMENTAL_BLOCKING, as
 * long as one is due. */
int tr_incremental_turn(struct tr_incremental *incremental, struct tr_batch *batch,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* Has turn something to do, or may have, now that the stream has moved? */
bool tr_incremental_busy(const struct tr_incremental *incremental);

/* What the blocking snapshot is to read: names of captured tables, and for some of them a SELECT.
 */
struct tr_blocking {
    const char *id; /* the signal's */
    size_t count;
    const char *const *tables;  /* schema.table, sorted; also names that nothing matched */
    const char *const *selects; /* by table; NULL: all of it */
};
const struct tr_blocking *tr_incremental_blocking(const struct tr_incremental *incremental);
/* It is done: say so in the batch that ends it. */
int tr_incremental_unblock(struct tr_incremental *incremental, struct tr_batch *batch,
                           struct tr_diag *diag) TR_MUSTCHECK;

#endif
