/*
 * The snapshot: what the tables hold at one point of the log, read by several sessions.
 *
 * MariaDB tells the point of a consistent snapshot exactly (binlog_snapshot_file and _position), so
 * the readers are opened until they all have the same one. MySQL has nothing like that: the readers
 * are opened between two looks at gtid_executed; if both are equal, and no transaction owns a GTID
 * behind the readers' begin (gtid_owned), no commit was shown or on its way. That is tried a few
 * times; on a server that never rests, and without GTIDs, commits are held back by FLUSH TABLES
 * WITH READ LOCK for as long as the readers take to open. snapshot.locking.mode says whether that
 * may be done: minimal (as described), extended (for the whole snapshot), none (never).
 *
 * Like PostgreSQL's, tables are cut into ranges of the primary key, chunks are handed over whole,
 * together with what is left then (snapshot/rest.h), and an interrupted snapshot goes on with that:
 * the stream begins at the point of the first try, and what is left is read beside it.
 */
#ifndef TR_SOURCE_MYSQL_SNAPSHOT_H
#define TR_SOURCE_MYSQL_SNAPSHOT_H

#include "signal/notifier.h"
#include "snapshot/onward.h"
#include "source/mysql/definitions.h"
#include "source/mysql/position.h"
#include "source/mysql/schema-change.h"

struct tr_mysql_snapshot_params {
    const struct tr_mysql_context *context;
    struct tr_capture *capture;
    struct tr_notifier *notifier;             /* NULL: nobody wants to hear */
    struct tr_mysql_definitions *definitions; /* learns the tables */
    struct tr_mysql_schema_changes *changes;  /* NULL: include.schema.changes is off */
    bool data;                                /* false: definitions only (no_data, recovery) */
    /* The position has a point already from which to stream afterwards (always, recovery, a
     * snapshot that was interrupted): leave it there, so that what was deleted since comes, too. */
    bool keep;
    struct tr_onward onward; /* an initial one; it goes on only with keep */
    /* A blocking snapshot: who has the order, and is told when it is done; the stream's source
     * block, of which its records have most; and the place in the log that has to be visible. With
     * keep, and the stream's position. NULL: an initial one. */
    struct tr_incremental *executor;
    const struct tr_value *block;
    const struct tr_mysql_coordinates *seen;
    /* identity is set; the consistent point, the time and the final stage are set here. */
    struct tr_mysql_position *position;
};

/* Read the tables and hand over their definitions and rows, then the position from which to stream.
 * >0: TR_MYSQL_STOPPED. */
int tr_mysql_snapshot_run(const struct tr_mysql_snapshot_params *params,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* A start in the stream, or one that goes on with an interrupted snapshot: have tables that the
 * configuration adds read beside the stream. Then, in the stream, have the lists kept, if they are
 * others, with the position. >0: TR_MYSQL_STOPPED. */
int tr_mysql_snapshot_add(const struct tr_mysql_snapshot_params *params,
                          const struct tr_mysql_session *session,
                          struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_snapshot_keep_lists(const struct tr_mysql_snapshot_params *params,
                                 struct tr_diag *diag) TR_MUSTCHECK;

/* A blocking snapshot is done, or can't be had: commit that, with a token. >0: TR_MYSQL_STOPPED. */
int tr_mysql_snapshot_unblock(const struct tr_mysql_snapshot_params *params, uint64_t token,
                              struct tr_diag *diag) TR_MUSTCHECK;

#endif
