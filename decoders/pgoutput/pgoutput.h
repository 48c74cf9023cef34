/*
 * pgoutput: PostgreSQL's logical replication messages, protocol version 1, text cells.
 *
 * Pure: bytes in, message out; no socket, clock, log or libpq. Cells and names are slices into the
 * given bytes and live as long as those.
 *
 * Facts: PostgreSQL manual, "Logical Replication Message Formats".
 */
#ifndef TR_DECODERS_PGOUTPUT_H
#define TR_DECODERS_PGOUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"
#include "record/change.h"

/* PostgreSQL's own limit (MaxTupleAttributeNumber is 1664, tables stop at 1600). */
#define TR_PGOUTPUT_MAX_COLUMNS 1664

/* Tables of one TRUNCATE: a partitioned table counts with all its partitions. */
#define TR_PGOUTPUT_MAX_TRUNCATED 65536

enum tr_pgoutput_type {
    TR_PGOUTPUT_BEGIN = 'B',
    TR_PGOUTPUT_COMMIT = 'C',
    TR_PGOUTPUT_ORIGIN = 'O',
    TR_PGOUTPUT_RELATION = 'R',
    TR_PGOUTPUT_TYPE = 'Y',
    TR_PGOUTPUT_INSERT = 'I',
    TR_PGOUTPUT_UPDATE = 'U',
    TR_PGOUTPUT_DELETE = 'D',
    TR_PGOUTPUT_TRUNCATE = 'T',
    TR_PGOUTPUT_MESSAGE = 'M',
};

struct tr_pgoutput_column {
    struct tr_slice name;
    uint32_t type;    /* oid */
    int32_t modifier; /* atttypmod */
    bool identity;    /* part of the replica identity */
};

/* 'K': the old image holds only the identity's columns; 'O': the whole old row (identity FULL). */
enum tr_pgoutput_old { TR_PGOUTPUT_OLD_NONE, TR_PGOUTPUT_OLD_KEY = 'K', TR_PGOUTPUT_OLD_ROW = 'O' };

struct tr_pgoutput_message {
    enum tr_pgoutput_type type;
    union {
        struct {
            uint64_t final_lsn; /* of the commit record */
            int64_t commit_us;  /* since 1970 */
            uint32_t xid;
        } begin;
        struct {
            uint64_t commit_lsn, end_lsn;
            int64_t commit_us; /* since 1970 */
        } commit;
        struct {
            uint64_t lsn;
            struct tr_slice name;
        } origin;
        struct {
            uint32_t id;
            struct tr_slice schema; /* empty: pg_catalog */
            struct tr_slice name;
            char identity; /* relreplident: d, n, f, i */
            const struct tr_pgoutput_column *columns;
            size_t ncolumns;
        } relation;
        struct {
            uint32_t id;
            enum tr_pgoutput_old old;
            const struct tr_cell *before; /* NULL without old image */
            const struct tr_cell *after;  /* NULL in a delete */
            size_t nbefore, nafter;
        } row;
        struct {
            const uint32_t *ids;
            size_t count;
            bool cascade, restart_identity;
        } truncate;
        struct {
            bool transactional;
            uint64_t lsn;
            struct tr_slice prefix, content;
        } message;
    };
};

/* Room for the cells and columns of one message at a time. About 400 kB, of which only what
 * messages need is touched; allocate it once, on the heap. */
struct tr_pgoutput_decoder {
    struct tr_cell before[TR_PGOUTPUT_MAX_COLUMNS], after[TR_PGOUTPUT_MAX_COLUMNS];
    struct tr_pgoutput_column columns[TR_PGOUTPUT_MAX_COLUMNS];
    uint32_t ids[TR_PGOUTPUT_MAX_TRUNCATED];
};

/* Decode one message (the payload of an XLogData). What ret_message points to stays valid until
 * the next call. <0: truncated, trailing bytes, too many columns, an unknown type or flag (TR_DATA,
 * TR_STOP). */
int tr_pgoutput_decode(struct tr_pgoutput_decoder *decoder, struct tr_slice bytes,
                       struct tr_pgoutput_message *ret_message, struct tr_diag *diag) TR_MUSTCHECK;

#endif
