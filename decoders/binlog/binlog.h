/*
 * The binary log of MySQL (to 9.7) and MariaDB (to 11.8).
 *
 * Pure: bytes in, events out; no socket, clock, log or client library. The caller hands over one
 * event at a time, as a file or a dump has them (of a dump's packet: what follows its status byte),
 * in the order of the log:
 *
 *   tr_binlog_decode          → one event
 *   its kind is ROWS          → tr_binlog_next_row until TR_BINLOG_END, or leave them
 *   its kind is PAYLOAD       → tr_binlog_next_inner until TR_BINLOG_END: the events inside, whose
 *                               rows are read in the same way
 *
 * What has to be remembered between events is here: the file's format and checksum algorithm (a
 * FORMAT_DESCRIPTION changes them in the middle of a stream), the tables by id, and the name of the
 * file, for messages.
 *
 * A row's cells are slices in the log's own form without their length, so that slicing a row
 * costs a table look-up per column and no copy. An event stays where the caller has it; a
 * transaction's payload is decompressed one inner event at a time (in zstd's window: 2 MiB with the
 * server's default level, 128 MiB at most), MariaDB's compressed events and columns each as a
 * whole, and each into memory that grows up to `max_event`: what a stream says of its own size is
 * believed only up to there.
 *
 * Never dropped: an event of unknown type is an error unless its server marked it as ignorable.
 * Errors (but for want of memory) are TR_DATA, TR_STOP, name the file and the place, and leave the
 * decoder unusable for all but free.
 */
#ifndef TR_DECODERS_BINLOG_H
#define TR_DECODERS_BINLOG_H

#include "base/diag.h"
#include "binlog/event.h"
#include "record/change.h"

/* No more rows, or no more events in the payload. */
#define TR_BINLOG_END 1

/* The servers write no larger event (max_allowed_packet's upper bound). */
#define TR_BINLOG_MAX_EVENT (UINT32_C(1) << 30)

struct tr_binlog_params {
    /* What was agreed with the server for the artificial ROTATE in front of the first
     * FORMAT_DESCRIPTION (@source_binlog_checksum). A file begins with the latter and needs none.
     */
    enum tr_binlog_checksum checksum;
    size_t max_event; /* bytes of a decompressed event or cell; 0: TR_BINLOG_MAX_EVENT */
    /* A table goes (another took its id, or too many are known): called if its `user` isn't NULL.
     * Never called for a table of the statement that is being read. May be NULL. */
    void (*forget)(void *context, void *user);
    void *context;
};

struct tr_binlog;

int tr_binlog_new(const struct tr_binlog_params *params, struct tr_binlog **ret_binlog,
                  struct tr_diag *diag) TR_MUSTCHECK;
void tr_binlog_free(struct tr_binlog *binlog);

/* Decode one event. Rows and inner events of the one before are gone, whether read or not. */
int tr_binlog_decode(struct tr_binlog *binlog, struct tr_slice bytes,
                     struct tr_binlog_event *ret_event, struct tr_diag *diag) TR_MUSTCHECK;

/* The next event of the payload. Valid until the next call for either. TR_BINLOG_END: no more. */
int tr_binlog_next_inner(struct tr_binlog *binlog, struct tr_binlog_event *ret_event,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* One cell for each column of the table. A column that the image leaves out is TR_CELL_UNCHANGED
 * in an after image and TR_CELL_ABSENT in a before image. */
struct tr_binlog_row {
    const struct tr_cell *before; /* NULL in an insert */
    const struct tr_cell *after;  /* NULL in a delete */
    /* Columns whose after cell is not a value but the JSON diffs that turn the old value into the
     * new one (binlog_row_value_options=PARTIAL_JSON). No bytes: it is the old one. */
    const uint16_t *diffs;
    size_t ndiffs;
};

/* The next row of the last ROWS event. TR_BINLOG_END: no more. */
int tr_binlog_next_row(struct tr_binlog *binlog, struct tr_binlog_row *ret_row,
                       struct tr_diag *diag) TR_MUSTCHECK;

/* Forget all tables, e.g. to make everything that hangs on them be looked up anew. */
void tr_binlog_forget_tables(struct tr_binlog *binlog);

/* Bytes that the decoder holds beyond itself: tables, and memory to decompress into. */
size_t tr_binlog_memory(const struct tr_binlog *binlog);

struct tr_binlog_gtid_list_entry {
    uint32_t domain, server;
    uint64_t number;
};

struct tr_binlog_gtid_list_entry tr_binlog_gtid_list_at(const struct tr_binlog_gtid_list *list,
                                                        size_t index);

#endif
