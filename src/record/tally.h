/*
 * Counts committed changes by table and operation.
 *
 * A table version asks for its table's place when it is compiled. Each change then marks its first
 * message with place and operation, two bytes that are written anyway; the sink thread adds the
 * marks up, and what it has added counts once it is committed. So nothing is looked up or locked
 * for a row, and what is replayed after a failure is counted once.
 *
 * Tables beyond TR_TALLY_TABLES share one place, the last: an unbounded number of tables must not
 * become an unbounded number of metrics.
 */
#ifndef TR_RECORD_TALLY_H
#define TR_RECORD_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "record/change.h"

struct tr_batch;
struct tr_tally;

#define TR_TALLY_TABLES 200

enum tr_tally_op {
    TR_TALLY_NONE, /* no change's first message */
    TR_TALLY_READ,
    TR_TALLY_CREATE,
    TR_TALLY_UPDATE,
    TR_TALLY_DELETE,
    TR_TALLY_TRUNCATE,
    TR_TALLY_OPS = 8, /* a power of two */
};

struct tr_tally *tr_tally_new(void) TR_MUSTCHECK;
void tr_tally_free(struct tr_tally *tally);

/* The mark of a table's changes, without their operation; any thread. tally NULL: 0, uncounted. */
uint16_t tr_tally_table(struct tr_tally *tally, const char *schema, const char *table);

/* Complete it; 0 stays 0. */
static inline uint16_t tr_tally_mark(uint16_t table, enum tr_op op)
{
    static const uint8_t ops[32] = {
        [TR_OP_READ & 31] = TR_TALLY_READ,         [TR_OP_CREATE & 31] = TR_TALLY_CREATE,
        [TR_OP_UPDATE & 31] = TR_TALLY_UPDATE,     [TR_OP_DELETE & 31] = TR_TALLY_DELETE,
        [TR_OP_TRUNCATE & 31] = TR_TALLY_TRUNCATE,
    };
    return table ? (uint16_t)(table | ops[op & 31]) : 0;
}

/* The sink thread's: take in a batch; what was taken in is committed, or is given up. */
void tr_tally_add(struct tr_tally *tally, const struct tr_batch *batch);
void tr_tally_commit(struct tr_tally *tally);
void tr_tally_drop(struct tr_tally *tally);

/* What is committed; any thread. Names are the tally's and live as long. */
struct tr_tally_row {
    const char *table; /* "schema.table"; NULL: of all others */
    uint64_t counts[TR_TALLY_OPS];
};
/* At most room rows; returns how many there are. */
size_t tr_tally_read(struct tr_tally *tally, struct tr_tally_row *rows, size_t room);

#endif
