/*
 * The driver's part of the stored position.
 *
 * It has Debezium's keys (ts_sec, file, pos, gtids, row, server_id, event), so that Debezium can go
 * on from it, and in flat tailrace_ keys what Debezium has no place for:
 *
 *   tailrace_server_uuid, tailrace_server_id   whose log file and pos are of
 *   tailrace_log_created, tailrace_last_*      what this log can be told by: trace.h
 *   tailrace_partial      inside a large transaction: how many rows of captured tables are written
 *   tailrace_partial_gtid, or tailrace_partial_file and _pos   of which one
 *   tailrace_intent       true: a snapshot is about to begin
 *   tailrace_snapshot_*   how far an unfinished snapshot has come
 *
 * Ours usually lies between two transactions: event and row are 0. Debezium's usually lies inside
 * one, and says how many events and rows of it are to be skipped. How rows are put into events is
 * each server's own way, so ours counts rows alone. pos counts in 64 bits, which the log's own
 * field doesn't.
 */
#ifndef TR_SOURCE_MYSQL_POSITION_H
#define TR_SOURCE_MYSQL_POSITION_H

#include "record/batch.h"
#include "record/position.h"
#include "source/mysql/gtid.h"

#define TR_MYSQL_FILE_MOST 512 /* bytes of a log file's name, the end included */

struct tr_transaction;

/* Whose log it is. */
struct tr_mysql_identity {
    char uuid[37]; /* MySQL; "": not known, MariaDB */
    uint32_t server_id;
};

/* A place in the log, as the server names it. */
struct tr_mysql_coordinates {
    char file[TR_MYSQL_FILE_MOST]; /* "": none */
    uint64_t pos;
};

/* By the number at the end of the names, then pos: <0, 0, >0. */
int tr_mysql_coordinates_compare(const struct tr_mysql_coordinates *a,
                                 const struct tr_mysql_coordinates *b);

/* The number at the end of the file's name; 0: it has none. */
uint64_t tr_mysql_coordinates_number(const struct tr_mysql_coordinates *coordinates);

/* What the log can be told by (trace.h). 0, "": not known. */
struct tr_mysql_trace {
    uint32_t created;              /* when place.file was begun; seconds since 1970 */
    char gtid[TR_MYSQL_GTID_TEXT]; /* of the newest transaction, where it has one */
    uint64_t begin;                /* its first event in place.file; 0: it is in another one */
    int64_t begun_us;              /* what that event says of the commit's time, since 1970 */
};

enum tr_mysql_stage {
    TR_MYSQL_NOTHING,  /* no position */
    TR_MYSQL_INTENT,   /* nothing was written */
    TR_MYSQL_SNAPSHOT, /* a snapshot that did not end */
    TR_MYSQL_STREAM,
};

/* A source transaction that went out in part, because it is large. */
struct tr_mysql_partial {
    bool any;                          /* there is one */
    char gtid[TR_MYSQL_GTID_TEXT];     /* "": it has none, then the place counts */
    struct tr_mysql_coordinates begin; /* where its first event stands */
    uint64_t rows;                     /* of captured tables, that are written */
    bool in_debezium;                  /* the two that follow say the same in Debezium's way */
    uint64_t events, event_rows;
    const struct tr_transaction *counted; /* NULL: what it told of itself isn't to be written */
};

struct tr_mysql_position {
    enum tr_mysql_stage stage;
    bool foreign; /* Debezium's: only the plain keys say something */
    struct tr_mysql_identity identity;
    struct tr_mysql_coordinates place; /* behind the last complete transaction */
    struct tr_mysql_trace trace;
    bool has_gtids;                  /* gtids says where it is; the place is for those who look */
    struct tr_mysql_gtids gtids;     /* of complete transactions */
    int64_t ts_sec;                  /* of the last transaction, or the snapshot */
    uint32_t server_id;              /* of the last event; 0: none */
    uint64_t skip_events, skip_rows; /* foreign: of the transaction behind it */
    struct tr_mysql_partial partial; /* ours: the same */
};

/* stored NULL gives TR_MYSQL_NOTHING. The result is to be finished. <0: keys that contradict each
 * other or are missing. */
int tr_mysql_position_read(const struct tr_stored_position *stored, bool mariadb,
                           struct tr_mysql_position *ret_position,
                           struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_position_finish(struct tr_mysql_position *position);

/* The copy is to be finished, too, whatever is returned. */
int tr_mysql_position_copy(const struct tr_mysql_position *position,
                           struct tr_mysql_position *ret_position,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* See tr_source_reached. */
int tr_mysql_position_reached(const struct tr_stored_position *committed,
                              const struct tr_stored_position *mark, bool mariadb,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* Snapshot progress that goes into a position; NULL table: none. */
struct tr_mysql_progress {
    const char *table; /* schema.name of the chunk that ended */
    uint64_t chunks;   /* of that table so far */
    uint64_t tables;   /* complete ones */
};

/* Make the batch a boundary with this position, its text in the batch's arena. */
int tr_mysql_position_write(struct tr_batch *batch, const struct tr_mysql_position *position,
                            const struct tr_mysql_progress *progress,
                            struct tr_diag *diag) TR_MUSTCHECK;

#endif
