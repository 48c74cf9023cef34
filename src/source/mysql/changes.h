/*
 * From events of the log to messages in a batch: the state between two of them (the transaction at
 * hand, the tables, the place that a restart may go on from).
 *
 * A transaction is a group of events. It begins with a GTID event (anonymous where there are no
 * GTIDs) and ends with XID, COMMIT, or the one statement that it is; its GTID enters the position
 * then, and not before. An event can hold very many rows, a payload very many events: a batch may
 * be full in the middle of one, and tr_mysql_changes_go goes on with the next batch.
 *
 * XA: rows stand in the log where a transaction is prepared, and are delivered when it is
 * committed, by reading that place once more (xa.h). What is rolled back is never delivered.
 */
#ifndef TR_SOURCE_MYSQL_CHANGES_H
#define TR_SOURCE_MYSQL_CHANGES_H

#include "source/mysql/schema-change.h"

struct tr_mysql_changes;
struct tr_mysql_incremental;

struct tr_mysql_changes_params {
    const struct tr_mysql_context *context;
    struct tr_capture *capture;
    struct tr_mysql_definitions *definitions;
    struct tr_mysql_schema_changes *schema_changes; /* NULL: include.schema.changes is off */
    const struct tr_mysql_dialect *dialect;
    const struct tr_mysql_position *position; /* begin behind it */
    const struct tr_states *states;           /* stored with it; NULL: none */
    struct tr_mysql_incremental *incremental; /* hears of changes; NULL: nobody does */
};

int tr_mysql_changes_new(const struct tr_mysql_changes_params *params,
                         struct tr_mysql_changes **ret_changes, struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_changes_free(struct tr_mysql_changes *changes);

/* The condition that a transaction is complete. */
#define TR_MYSQL_COMMITTED 3
/* The condition that the batch is full and the event at hand isn't done: it has to stay where it
 * is, and tr_mysql_changes_go with another batch is next. */
#define TR_MYSQL_MORE      7

/* Take in an event; what it changes goes into the batch, until that holds about `full` bytes. >0:
 * TR_MYSQL_COMMITTED, TR_MYSQL_MORE, TR_MYSQL_STOPPED. */
int tr_mysql_changes_take(struct tr_mysql_changes *changes, struct tr_slice event,
                          struct tr_batch *batch, size_t full, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_changes_go(struct tr_mysql_changes *changes, struct tr_batch *batch, size_t full,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* Between two transactions, with nothing to be skipped: the position says where. */
bool tr_mysql_changes_at_boundary(const struct tr_mysql_changes *changes);

/* Behind the last complete transaction, or further, where nothing of ours followed. */
const struct tr_mysql_position *tr_mysql_changes_position(const struct tr_mysql_changes *changes);

/* Inside a transaction: write into the batch how far it has come. Not if that can't be said, as
 * where none of its rows is written yet. */
int tr_mysql_changes_write_partial(const struct tr_mysql_changes *changes, struct tr_batch *batch,
                                   struct tr_diag *diag) TR_MUSTCHECK;

/* For records that are no changes. */
struct tr_capturer *tr_mysql_changes_capturer(struct tr_mysql_changes *changes);

/* Behind the last complete transaction, or, if that is of an earlier run, in it; file "": not
 * known. */
const struct tr_mysql_coordinates *tr_mysql_changes_told_to(const struct tr_mysql_changes *changes);

/* When the transaction at hand, or the last one, was committed; µs since 1970. */
int64_t tr_mysql_changes_commit_us(const struct tr_mysql_changes *changes);

/* The transaction at hand: its GTID, empty where there are none, and where it begins. */
struct tr_mysql_at {
    struct tr_slice gtid;
    const struct tr_mysql_coordinates *begin;
};
struct tr_mysql_at tr_mysql_changes_at(const struct tr_mysql_changes *changes);

/* Grows with each move of the position. */
uint64_t tr_mysql_changes_moves(const struct tr_mysql_changes *changes);

/* What to say in the log. */
void tr_mysql_changes_tell(struct tr_mysql_changes *changes);

/* "transaction …:17 at binlog.000002:4711", of the event at hand, for messages. */
void tr_mysql_changes_place(const struct tr_mysql_changes *changes, char *ret_text, size_t size);

#endif
