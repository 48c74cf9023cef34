/*
 * Does a topic say what its table holds?
 *
 * A table is read at one point of its log; the topic, folded to the newest state of each key, must
 * be equal to it. The connector goes on meanwhile, and nothing is written to either side:
 *
 *   1. Where do the topic's partitions end? Everything before that was committed, and so visible to
 *      whoever begins to read the table now.
 *   2. Read the table as a snapshot does, by the same plan and in key ranges, in transactions that
 *      see one point; that point is the watermark.
 *   3. Wait until the connector's committed position has passed the watermark.
 *   4. Read the topic, read_committed, up to where it ends now.
 *   5. Compare. A key without records behind (1) has one state, which must be the table's. One that
 *      moved meanwhile has several, one of which was true at the watermark: that must be the
 *      table's.
 *
 * A commit stands in a log shortly before others can see it, so that (1) may be ahead of (2) by
 * moments. What differs is therefore looked at a second time, from the beginning; only what differs
 * again is told.
 *
 * Compared are the columns that the table's records have now, by their values in JSON. A column
 * that an older record doesn't have counts as null there. An unchanged value that the log left out
 * (unavailable.value.placeholder) is taken from the key's record before; where that is gone, too,
 * the column differs.
 *
 * Memory: rows and records become a key and a hash of 64 bits for each column, which go to
 * TR_VERIFY_BUCKETS temporary files by the key's hash; one is folded at a time. So memory is
 * bounded by the connector's batches and the keys of one bucket, whatever the table's size; the
 * disk (TMPDIR, or /var/tmp) holds the key, 32 bytes and 16 bytes for each column, of each row and
 * of each record.
 */
#ifndef TR_VERIFY_VERIFY_H
#define TR_VERIFY_VERIFY_H

#include "base/arena.h"
#include "base/log.h"
#include "connector/drivers.h"

struct tr_verify_params {
    const struct tr_drivers *drivers;
    const struct tr_worker_options *worker;
    const struct tr_connector_options *options;
    const char *table;   /* schema.table */
    const char *topic;   /* NULL: the one that the configuration gives the table */
    int64_t patience_ms; /* how long the connector may make no progress */
    const struct tr_log *log;
};

enum tr_verify_difference {
    TR_VERIFY_MISSING, /* the table has the key, the topic doesn't */
    TR_VERIFY_EXTRA,   /* the other way */
    TR_VERIFY_CHANGED,
    TR_VERIFY_DIFFERENCES,
};

struct tr_verify_key {
    enum tr_verify_difference difference;
    const char *key;        /* as JSON */
    struct tr_list columns; /* TR_VERIFY_CHANGED: those that differ */
};

/* Of the keys that differ, so many are named. */
#define TR_VERIFY_NAMED 100

struct tr_verdict {
    struct tr_arena arena; /* of the texts */
    const char *topic;
    uint64_t rows, records;                      /* read by the last look */
    uint64_t moved;                              /* keys compared that had records behind (1) */
    uint64_t differing[TR_VERIFY_DIFFERENCES];   /* keys */
    struct tr_verify_key named[TR_VERIFY_NAMED]; /* the first of them */
    size_t count;
};

/* ret_verdict is to be finished in any case. <0: there is no verdict; TR_CONFIG: this connector's
 * topics can't be compared, the message says why. */
int tr_verify_run(const struct tr_verify_params *params, struct tr_verdict *ret_verdict,
                  struct tr_diag *diag) TR_MUSTCHECK;
void tr_verdict_finish(struct tr_verdict *verdict);

static inline bool tr_verdict_equal(const struct tr_verdict *verdict)
{
    return !verdict->differing[TR_VERIFY_MISSING] && !verdict->differing[TR_VERIFY_EXTRA] &&
           !verdict->differing[TR_VERIFY_CHANGED];
}

#endif
