/*
 * provide.transaction.metadata: the transaction block of envelopes, and the topic that tells where
 * transactions begin and end.
 *
 * A stream's capturer has a tr_transaction; a snapshot's has none, so its envelopes have no block,
 * and neither have any when the option is off. The driver says where a transaction begins and ends
 * and under which name its events go; events are counted here, after skipped.operations, before
 * transforms. All of it follows from the log alone: a replay writes the same.
 *
 * A position of Debezium's may lie inside a transaction, and then holds its id and what was counted
 * so far (transaction_id, transaction_data_collection_order_…). The transaction of that id goes on
 * from there: it gets no second BEGIN. Positions of our own usually lie between transactions; one
 * inside a large transaction says the same as Debezium's.
 */
#ifndef TR_CAPTURE_TRANSACTION_H
#define TR_CAPTURE_TRANSACTION_H

#include "capture/capture.h"
#include "record/position.h"

struct tr_writer;

/* Logical decoding messages count apart, under names that begin so: in Debezium each is a Java
 * object of its own. */
#define TR_TRANSACTION_MESSAGE                                                                     \
    "io.debezium.connector.postgresql.LogicalDecodingMessageMonitor$LogicalDecodingMessageId@"

/* What events are counted under: a table, as schema.table. */
struct tr_collection {
    const char *name;
    uint32_t hash; /* Java's of the name: END lists collections in the order of a Java hash table */
    bool apart;    /* counts for itself, behind the others: a logical decoding message */
};

uint32_t tr_collection_hash(const char *name);

/* What a position holds of the transaction that it lies in. */
struct tr_stored_count {
    struct tr_collection collection;
    uint64_t events;
};
struct tr_stored_transaction {
    const char *id; /* NULL: it lies in none */
    const struct tr_stored_count *counted;
    size_t count;
};

/* Into the arena; position NULL: none. */
int tr_transaction_read(const struct tr_stored_position *position, struct tr_arena *arena,
                        struct tr_stored_transaction *ret_stored,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* Give the capturer what it needs, if the option is on. Freed with the capturer. */
int tr_transaction_new(struct tr_capture *capture, struct tr_capturer *capturer,
                       struct tr_diag *diag) TR_MUSTCHECK;
void tr_transaction_free(struct tr_transaction *transaction);

struct tr_transaction_mark {
    struct tr_slice id;     /* of an END p may be NULL: that of the BEGIN */
    struct tr_slice stored; /* what Debezium's stored positions call it; p NULL: the same */
    int64_t ms;             /* when it was committed, since 1970 */
    uint64_t identity;      /* see tr_change */
};

/* Write BEGIN or END, and count from 0, or no more. For capturers without transactions: nothing. */
int tr_transaction_begin(struct tr_capturer *capturer, const struct tr_transaction_mark *mark,
                         struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;
int tr_transaction_end(struct tr_capturer *capturer, const struct tr_transaction_mark *mark,
                       struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;

/* The same without a word: for what is read a second time, or was told by somebody else. */
int tr_transaction_start(struct tr_transaction *transaction, struct tr_slice id,
                         struct tr_diag *diag) TR_MUSTCHECK;
void tr_transaction_stop(struct tr_transaction *transaction);

/* Begin one whose BEGIN was written by who stored the position: without a word, and counted from
 * there, if the position says so of this id. */
int tr_transaction_resume(struct tr_transaction *transaction, struct tr_slice id,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* So many collections at most can be told in a position. */
#define TR_TRANSACTION_COLLECTIONS 1000

/* How many there are in the transaction at hand; 0 with NULL. */
size_t tr_transaction_collections(const struct tr_transaction *transaction);

/* Put the members that tell of the transaction at hand behind a position's others; id: what stored
 * positions call it, p NULL: its id. Nothing outside of transactions. <0: a name isn't UTF-8. */
int tr_transaction_put(const struct tr_transaction *transaction, struct tr_slice id,
                       struct tr_writer *writer) TR_MUSTCHECK;

/* The id in the blocks that follow; borrowed until the change is captured. */
void tr_transaction_name(struct tr_transaction *transaction, struct tr_slice id);

/* Count an event; its block, valid until the next one's. Null outside of transactions. */
int tr_transaction_event(struct tr_transaction *transaction, const struct tr_collection *collection,
                         struct tr_value *ret_block, struct tr_diag *diag) TR_MUSTCHECK;

/* event.block: the schema of the block. */
const struct tr_schema *tr_transaction_block_schema(void);

#endif
