/*
 * A source: a database's log, read by one thread of its own.
 *
 * The connector makes it with the committed position, runs it in a thread and takes what it puts
 * into the outlet. A source never waits for anything but its own socket and its outlet's
 * descriptor, so that the server hears from it even while the sink is stuck.
 */
#ifndef TR_SOURCE_SOURCE_H
#define TR_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/log.h"
#include "base/report.h"
#include "config/options.h"
#include "record/batch.h"
#include "record/figures.h"
#include "record/position.h"
#include "record/tally.h"

enum tr_phase {
    TR_PHASE_PREPARING,
    TR_PHASE_SNAPSHOT,
    TR_PHASE_STREAMING,
    TR_PHASE_CAUGHT_UP, /* committed up to where the server was when streaming began */
};

struct tr_progress {
    enum tr_phase phase;
    const char *table; /* the one that has news, or NULL */
    size_t tables, tables_done;
    uint64_t chunks;         /* read so far; a table is at least one */
    uint64_t rows;           /* read so far */
    uint64_t rows_estimated; /* of all tables, from the catalog's statistics */
};

/* The source's end of the connector's ring; implemented by connector/. All functions may be called
 * from any of the source's threads. */
struct tr_outlet;
struct tr_outlet_impl {
    /* An empty batch, or NULL: the ring is full (wait for the descriptor) or the run is ending. */
    struct tr_batch *(*take)(struct tr_outlet *outlet);
    /* The same, but waits; NULL only when the run is ending. For snapshot readers. */
    struct tr_batch *(*take_wait)(struct tr_outlet *outlet);
    /* Hand over a chain of batches (linked by next) that belong together; they reach the sink in
     * this order with nothing between them. Owned by the outlet from then on. */
    void (*put)(struct tr_outlet *outlet, struct tr_batch *batches);
    /* The sink has nothing to do: hand over what ends at a boundary now, don't fill it up. */
    bool (*hungry)(struct tr_outlet *outlet);
    /* Token of the newest committed position, 0 before the first. */
    uint64_t (*confirmed)(struct tr_outlet *outlet);
    bool (*stopping)(struct tr_outlet *outlet);
    /* Somebody has asked for the end: it is not that of a run that failed and is tried again. */
    bool (*asked)(struct tr_outlet *outlet);
    /* What a progress bar and the log show. */
    void (*progress)(struct tr_outlet *outlet, const struct tr_progress *progress);
};
struct tr_outlet {
    const struct tr_outlet_impl *impl;
    int fd; /* an eventfd: readable when room, confirmation, hunger or an end is news; the source
               thread reads it empty */
};

struct tr_source;
struct tr_source_impl; /* a driver */

struct tr_source_params {
    const struct tr_worker_options *worker;
    const struct tr_connector_options *options;
    const struct tr_stored_position *position; /* the committed one; NULL: none */
    bool position_unknown;                     /* in a check: the sink could not tell */
    const struct tr_states *states;            /* stored with earlier batches; NULL: none */
    struct tr_outlet *outlet;
    const struct tr_log *log;
    struct tr_figures *figures; /* where it tells how it is; NULL: nobody looks */
    struct tr_tally *tally;     /* for capture/; NULL as well */
    bool as_streamed; /* nothing is streamed (initial_only), and yet no rows and tables are read but
                         those whose changes would be (PostgreSQL: the publication's) */
};

/* Make a source of a driver's kind. Connects to nothing yet. */
int tr_source_new(const struct tr_source_impl *driver, const struct tr_source_params *params,
                  struct tr_source **ret_source, struct tr_diag *diag) TR_MUSTCHECK;
void tr_source_free(struct tr_source *source);

/* Append what names the source in its position's key, a JSON object: for a database
 * {"server":"<topic.prefix>"}. */
int tr_source_partition(const struct tr_source_impl *driver,
                        const struct tr_connector_options *options, struct tr_buf *ret_json,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* The thread's body: checks the position, snapshots if it has to, streams until the outlet says
 * stopping. 0: ended because it was told to, or there is nothing more to do (initial_only). */
int tr_source_run(struct tr_source *source, struct tr_diag *diag) TR_MUSTCHECK;

/* The condition that a position is before another one; the diag's message says how far. */
#define TR_SOURCE_BEHIND 11

/* Has who committed a position told everything that was visible at the mark, a position that a
 * snapshot ended with? <0: they are of different servers, or not a stream's. >0:
 * TR_SOURCE_BEHIND. */
int tr_source_reached(const struct tr_source_impl *driver,
                      const struct tr_stored_position *committed,
                      const struct tr_stored_position *mark, struct tr_diag *diag) TR_MUSTCHECK;

/* Look at the server and report what would stop or hurt a run. <0: the checks themselves could not
 * go on. */
int tr_source_check(const struct tr_source_impl *driver, const struct tr_source_params *params,
                    struct tr_report *report, struct tr_diag *diag) TR_MUSTCHECK;

#endif
