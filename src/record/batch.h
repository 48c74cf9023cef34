/*
 * What goes from a source to a sink: encoded messages, in order, with the position that covers
 * them.
 *
 * A batch owns one arena, in which keys, values and headers lie; one call frees it all. It is
 * filled by one thread, handed over through the connector's ring and read by another.
 */
#ifndef TR_RECORD_BATCH_H
#define TR_RECORD_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "record/state.h"

/* A Kafka topic that a connector writes to. Made once per topic by capture/; lives as long as the
 * connector's run. The sink keeps what it knows of it (handle, partitions) behind `sink`. */
struct tr_topic {
    const char *name;
    void *sink; /* the sink thread's; NULL until it has seen the topic */
    struct tr_topic *next;
};

struct tr_header {
    const char *name;
    struct tr_slice value; /* p NULL: a null header */
};

struct tr_message {
    struct tr_topic *topic;
    struct tr_slice key;   /* p NULL: no key */
    struct tr_slice value; /* p NULL: a tombstone */
    const struct tr_header *headers;
    uint16_t nheaders;
    uint16_t tally;       /* see tally.h: set on the first message of a change */
    int32_t partition;    /* -1: murmur2 of the key; without key by the identity */
    uint64_t identity;    /* see tr_change */
    int64_t timestamp_ms; /* since 1970; 0: when it is sent */
};

/* Where a restart goes on. */
struct tr_position {
    struct tr_slice json; /* members of the offset's JSON object, without braces; in the arena */
    uint64_t token;       /* the source's own order of positions, for its confirmation (an LSN) */
};

struct tr_batch {
    struct tr_arena arena;
    struct tr_message *messages;
    size_t count, room;
    size_t bytes;            /* keys, values and headers */
    size_t events;           /* source changes in it: rows read or changed */
    size_t transactions;     /* of the source that end in it and have changes */
    size_t skipped;          /* records that were left out because they failed */
    int64_t since_us;        /* when the first of its changes was committed, µs since 1970 by the
                                source's clock; 0: not from a log */
    struct tr_state *states; /* in the arena */
    size_t nstates, states_room;
    /* The batch ends where the source may be resumed: a source transaction's or a chunk's end; or,
     * partial, inside a source transaction, which the position says. It is used only if that
     * transaction is too large to go out as one. Without either position says nothing. */
    bool boundary, partial;
    size_t unfinished; /* partial: bytes of that transaction since its begin */
    struct tr_position position;
    size_t weight; /* the ring's own: what it counts the batch as */
    struct tr_batch *next;
};

/* A batch allows up to cap bytes in its arena. */
struct tr_batch *tr_batch_new(size_t chunk_size, size_t cap) TR_MUSTCHECK;
void tr_batch_free(struct tr_batch *batch);
void tr_batch_reset(struct tr_batch *batch);

/* The next message, zeroed (partition -1), or NULL when there is no memory. */
struct tr_message *tr_batch_add(struct tr_batch *batch) TR_MUSTCHECK;

/* Have a fact stored with the batch; key and value must live as long as its arena. <0: no memory.
 */
int tr_batch_state(struct tr_batch *batch, struct tr_state state) TR_MUSTCHECK;

static inline bool tr_batch_empty(const struct tr_batch *batch)
{
    return batch->count == 0 && batch->nstates == 0;
}

#endif
