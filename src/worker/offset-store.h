/*
 * A source connector's offsets, in the offsets topic: all partitions that it ever had, whichever
 * engine wrote them, as Connect's REST API shows them. tailrace's own records beside them (markers
 * of transactions, facts that a source stores) are seen, but not shown. worker/'s own.
 *
 * Facts: ConnectorOffsetBackingStore, OffsetUtils (Kafka 4.1); delivery-guarantees.md.
 */
#ifndef TR_WORKER_OFFSET_STORE_H
#define TR_WORKER_OFFSET_STORE_H

#include "base/arena.h"
#include "worker/writer.h"

struct tr_stored_offset {
    struct tr_stored_offset *next;
    struct tr_slice key;       /* the record's */
    struct tr_slice partition; /* JSON */
    struct tr_slice offset;    /* JSON; p NULL: deleted */
    bool shown;                /* an offset of the connector's, as Connect has them */
    bool reset;                /* what tr_offset_reset left */
};

struct tr_offset_reading {
    const char *topic, *connector;
    struct tr_arena *arena; /* of the result */
    struct tr_kafka_client *reader;
    struct tr_kafka_client *marks; /* a read_uncommitted client */
};

/* In the order in which they were first written; none if there is no such topic. */
int tr_offset_store_read(const struct tr_offset_reading *reading,
                         struct tr_stored_offset **ret_first, struct tr_diag *diag) TR_MUSTCHECK;

/* Is this partition (a JSON object) the stored one, whatever its form? */
bool tr_stored_offset_is(const struct tr_stored_offset *stored, struct tr_slice partition);

/* ["connector",{partition}] */
int tr_offset_store_key(const char *connector, struct tr_slice partition, struct tr_arena *arena,
                        struct tr_slice *ret_key, struct tr_diag *diag) TR_MUSTCHECK;

/* What a reset leaves of an offset: nothing (p NULL), or, where a replication slot goes with it, an
 * unfinished snapshot's, so that the new snapshot begins with that slot. */
int tr_offset_reset(struct tr_slice offset, struct tr_arena *arena, struct tr_slice *ret_offset,
                    struct tr_diag *diag) TR_MUSTCHECK;

#endif
