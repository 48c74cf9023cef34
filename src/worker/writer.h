/*
 * A producer for a worker's state. With a transactional id all records of a call are written
 * together, by one who has not been fenced; a fenced writer never writes again, because taking the
 * id back would fence the one that follows. worker/'s own.
 */
#ifndef TR_WORKER_WRITER_H
#define TR_WORKER_WRITER_H

#include "worker/topic.h"

struct tr_state_writer;

/* transactional_id NULL: no transactions. Connects to nothing yet. */
int tr_state_writer_new(const struct tr_worker_clients *clients, const char *transactional_id,
                        struct tr_state_writer **ret_writer, struct tr_diag *diag) TR_MUSTCHECK;
/* Waits a moment for what was sent. */
void tr_state_writer_free(struct tr_state_writer *writer);

/* Fence earlier owners of the transactional id. */
int tr_state_writer_fence(struct tr_state_writer *writer, struct tr_diag *diag) TR_MUSTCHECK;

/* The client, for questions; its isolation level is read_uncommitted. */
struct tr_kafka_client *tr_state_writer_client(struct tr_state_writer *writer);

/* Where records go: by their keys, to the partitions that Java's clients choose. */
struct tr_state_place {
    const char *topic;
    int32_t partitions;
};

/* Write and wait. <0: nothing was written, or it is not known yet: see settle. */
int tr_state_writer_write(struct tr_state_writer *writer, const struct tr_state_place *place,
                          const struct tr_state_record *records, size_t count,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* Before a write: find out what became of the former one. >0: that was in doubt and is decided now;
 * who wants to know how reads the topic. */
int tr_state_writer_settle(struct tr_state_writer *writer, struct tr_diag *diag) TR_MUSTCHECK;

/* Without transactions: send and don't wait. <0: the queue is full, try later. */
int tr_state_writer_send(struct tr_state_writer *writer, const struct tr_state_place *place,
                         const struct tr_state_record *record) TR_MUSTCHECK;

/* Serve the client; for those who only send. */
void tr_state_writer_poll(struct tr_state_writer *writer);

#endif
