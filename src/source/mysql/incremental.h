/*
 * Incremental snapshots of MySQL and MariaDB, and what an initial one has left: what a chunk's
 * transaction sees, and where the stream is with that (all else is in snapshot/).
 *
 * A row may be written when the stream has told everything that its chunk could see (so that what
 * the stream tells afterwards is newer), and only if everything that the stream had told before the
 * window watched was visible to the chunk: a server sends what it has logged before it makes it
 * visible. The servers know different things about that:
 *
 * - MariaDB and Percona Server tell the very place of a consistent snapshot
 *   (binlog_snapshot_file, _position).
 * - MySQL with GTIDs: what is in gtid_executed before the transaction begins is visible to it. A
 *   GTID that the stream had told and that is not in there makes the chunk be read once more.
 * - MySQL without, where a signal asked for it: commits become visible in the log's order
 *   (binlog_order_commits). The mark that opens the window is a commit itself; what was in the log
 *   before it is visible behind it.
 *
 * From above, the log's end after the transaction has begun bounds what it sees in all of them.
 */
#ifndef TR_SOURCE_MYSQL_INCREMENTAL_H
#define TR_SOURCE_MYSQL_INCREMENTAL_H

#include "signal/notifier.h"
#include "snapshot/channels.h"
#include "source/mysql/changes.h"

struct tr_mysql_incremental;

struct tr_mysql_incremental_params {
    const struct tr_worker_options *worker;
    const struct tr_mysql_context *context;
    struct tr_capture *capture;
    const struct tr_mysql_session *session; /* for the catalog, in the stream's thread */
    struct tr_notifier *notifier;           /* may be NULL */
    const struct tr_states *states;         /* stored with the position; NULL: none */
};

/* *ret_incremental is NULL when no signal can come and none is left over: everything below takes
 * that and does nothing. */
int tr_mysql_incremental_new(const struct tr_mysql_incremental_params *params,
                             struct tr_mysql_incremental **ret_incremental,
                             struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_incremental_free(struct tr_mysql_incremental *incremental);

/* All of the stream's thread from here. The changes begin, or (NULL) end. */
void tr_mysql_incremental_attach(struct tr_mysql_incremental *incremental,
                                 struct tr_mysql_changes *changes);

/* A change of a table is about to be captured: for the window, and if it is a row of the table of
 * signals. before and after as in tr_change; NULL incremental isn't allowed here. */
bool tr_mysql_incremental_cares(const struct tr_mysql_incremental *incremental,
                                const struct tr_table *table);
int tr_mysql_incremental_change(struct tr_mysql_incremental *incremental,
                                const struct tr_table *table, const struct tr_change *change,
                                struct tr_diag *diag) TR_MUSTCHECK;

/* A statement changed a table's shape, or emptied it. */
void tr_mysql_incremental_altered(struct tr_mysql_incremental *incremental,
                                  struct tr_slice database, struct tr_slice table);

/* Readable when there is something to do; -1: nothing ever. */
int tr_mysql_incremental_fd(const struct tr_mysql_incremental *incremental);

/* Is it time for a turn, at the next place between two transactions? */
bool tr_mysql_incremental_due(const struct tr_mysql_incremental *incremental);
/* The next look at the clock: it may be. */
void tr_mysql_incremental_look(struct tr_mysql_incremental *incremental);

/* Between two transactions. >0: TR_INCREMENTAL_BLOCKING. */
int tr_mysql_incremental_turn(struct tr_mysql_incremental *incremental, struct tr_batch *batch,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* A position was handed over with a token; tokens up to one are committed. */
void tr_mysql_incremental_put(struct tr_mysql_incremental *incremental, uint64_t token);
void tr_mysql_incremental_confirm(struct tr_mysql_incremental *incremental, uint64_t token);

/* The executor, for blocking snapshots; NULL: there is none. */
struct tr_incremental *tr_mysql_incremental_core(struct tr_mysql_incremental *incremental);

#endif
