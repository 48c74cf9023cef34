/*
 * The Kafka sink's inner side, shared by its files.
 *
 *   sink.c         the interface's functions, start
 *   producer.c     the librdkafka producer: configuration, fencing, delivery reports
 *   position.c     the offsets topic: find, make, read the committed position
 *   scan.c         committed records of a partition
 *   torn.c         what a transaction left that was committed without its position
 *   identity.c     is it the same record?
 *   topics.c       output topics: find, make, keep
 *   outputs.c      how far they have grown
 *   owner.c        whose is the transactional.id?
 *   write.c        messages
 *   transaction.c  begin, flush, commit, abort
 *   check.c        preflight
 *
 * One thread, the connector's sink thread, runs all of it, delivery reports included: they are
 * served inside rd_kafka_poll and rd_kafka_flush. Measured against interceptors on librdkafka's
 * threads: same cost, and a flush that ends when the last report is in, not up to 10 ms later. Only
 * `tainted` and `fence_doubtful` are written elsewhere.
 */
#ifndef TR_SINK_KAFKA_IMPL_H
#define TR_SINK_KAFKA_IMPL_H

#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/uuid.h"
#include "encode/avro-decoder.h"
#include "kafka/admin.h"
#include "kafka/client.h"
#include "sink/kafka/kafka.h"

struct tr_kafka_tail; /* torn.c */

/* A topic that we write to. */
struct tr_kafka_topic {
    const char *name;
    rd_kafka_topic_t *handle; /* of the producer; NULL: to be opened (again) */
    int32_t partitions;       /* as at first sight: a topic that grows is noticed at next start, or
                                 a replay would choose other partitions */
    int64_t *high;            /* by partition: offset of our newest message; before the first: of
                                 what was there, -1: nothing */
    /* By partition, where it ended by the position that the run began with; NULL: that doesn't
     * know the topic. */
    int64_t *recorded;
    int32_t recorded_partitions;
    struct tr_kafka_tail *tails; /* by partition; NULL: nothing to be met there */
    struct tr_kafka_topic *next;
};

/* The first message that was not delivered: it fails the transaction. */
struct tr_kafka_loss {
    rd_kafka_resp_err_t error;
    char topic[256];
    char key[208];
    size_t size;
};

struct tr_kafka_sink {
    struct tr_sink sink; /* first: this is a tr_sink */
    struct tr_sink_params params;
    struct tr_arena arena; /* names and topics */
    bool exactly_once;
    const char *transactional_id;
    const char *offsets_topic;
    json_t *position_key;        /* params.position_key, parsed */
    struct tr_slice marker_key;  /* of the open marker */
    char instance[TR_UUID_TEXT]; /* stands in our markers */

    struct tr_kafka_client *producer;
    int64_t timeout_ms;         /* of our transactions */
    int64_t broker_timeout_ms;  /* of anybody's */
    atomic_bool tainted;        /* to be replaced before the next transaction */
    atomic_bool fence_doubtful; /* a request for its epoch may still arrive, and fence it */

    struct tr_kafka_topic offsets;
    int32_t position_partition;
    int64_t position_at; /* offset of the position that the run began with; -1: there was none */
    bool torn;           /* a committed marker stands behind it */
    size_t unmet;        /* partitions whose tails are not met to their ends */
    int64_t states_at;   /* offset from which on our states lie there; -1: none were written */
    struct tr_avro_decoder *decoder; /* of torn values; NULL: they aren't Avro */
    struct tr_kafka_topic *first, *last;
    struct tr_output *outputs;
    size_t outputs_room;

    uint64_t transaction; /* number of the newest committed one */
    struct tr_buf newest; /* the position that it committed; empty: none yet */
    struct tr_buf doubt;  /* the one that was last written */
    bool open, marked;
    int64_t opened_us;
    struct tr_kafka_loss loss;

    /* Headers as librdkafka wants them, of the batch's newest header list. */
    const struct tr_header *template_of;
    rd_kafka_headers_t *template;
};

/* producer.c */

/* Make the producer and fence earlier owners. */
int tr_kafka_producer_open(struct tr_kafka_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;
/* Destroy it; topic handles go with it. What is undelivered is dropped. */
void tr_kafka_producer_close(struct tr_kafka_sink *sink);
/* <0 if a message was not delivered. */
int tr_kafka_producer_check(struct tr_kafka_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;
/* Fill the diag for a librdkafka error that ends the producer's life; returns -1. */
int tr_kafka_producer_failed(struct tr_kafka_sink *sink, rd_kafka_resp_err_t error,
                             const char *text, struct tr_diag *diag);
/* The same for another instance that has taken over: what is open is not ours to end any more. */
int tr_kafka_producer_taken(struct tr_kafka_sink *sink, struct tr_diag *diag);
/* What every client of the sink knows of the outside. */
struct tr_kafka_client_params tr_kafka_sink_client(const struct tr_sink_params *params);

/* scan.c */

typedef int tr_kafka_scan_fn(void *context, const rd_kafka_message_t *message,
                             struct tr_diag *diag);

/* What to read, and what to do with it. */
struct tr_kafka_scan {
    struct tr_kafka_sink *sink;
    struct tr_kafka_client *reader;
    const char *topic;
    int32_t partition;
    const char *cure; /* of an end that an open transaction holds back; may be NULL */
    tr_kafka_scan_fn *take;
    void *context;
};

/* All committed records from start to below end, which nothing less than the end of every
 * transaction there lets it reach. */
int tr_kafka_scan(struct tr_kafka_scan *scan, int64_t start, int64_t end,
                  struct tr_diag *diag) TR_MUSTCHECK;

struct tr_kafka_extent {
    int64_t low, high;
};

/* The extent of a partition, open transactions included if the client is a producer, whose
 * isolation level is read_uncommitted. ListOffsets is also what a new leader refuses while its mark
 * may be behind. */
int tr_kafka_measure(struct tr_kafka_client *client, const char *topic, int32_t partition,
                     struct tr_kafka_extent *ret_extent, struct tr_diag *diag) TR_MUSTCHECK;

/* identity.c */

struct tr_kafka_identity {
    uint64_t hash;
    const char *why; /* there is none */
};

#define TR_KAFKA_NO_IDENTITY 22
#define TR_KAFKA_NOT_OURS    23 /* of another connector, or no change at all */

struct tr_kafka_written {
    struct tr_slice key, value;
    struct tr_slice schema; /* the header that tells the value's, of some converters */
};

/* decoder: NULL unless the values are Avro. >0: TR_KAFKA_NO_IDENTITY, TR_KAFKA_NOT_OURS. */
int tr_kafka_identify(const struct tr_capture_options *capture, struct tr_avro_decoder *decoder,
                      const struct tr_kafka_written *written,
                      struct tr_kafka_identity *ret_identity, struct tr_diag *diag) TR_MUSTCHECK;

/* position.c */

/* A client that reads records, of this isolation.level, and settings. */
int tr_kafka_reader_open(const struct tr_sink_params *params, const char *isolation,
                         struct tr_kafka_client **ret_reader, struct tr_diag *diag) TR_MUSTCHECK;
/* The name of the offsets topic for this connector. */
const char *tr_kafka_offsets_topic(const struct tr_sink_params *params);
/* Learn the offsets topic's partitions, creating it if need be. */
int tr_kafka_position_prepare(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                              struct tr_diag *diag) TR_MUSTCHECK;
/* Is it the connector's position, or its open marker? */
bool tr_kafka_is_position(const struct tr_kafka_sink *sink, const rd_kafka_message_t *message);
bool tr_kafka_is_marker(const struct tr_kafka_sink *sink, const rd_kafka_message_t *message);
/* The committed position's value. >0: there is none. Without a producer (in a check) only what is
 * before the first open transaction is looked at, and nothing is waited for. */
int tr_kafka_position_read(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                           struct tr_buf *ret_position, struct tr_diag *diag) TR_MUSTCHECK;

/* The states beside it, from where the newest position says they begin. */
int tr_kafka_states_read(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                         struct tr_found *ret_found, struct tr_diag *diag) TR_MUSTCHECK;

/* topics.c */

/* Create a topic by a client of its own if there are admin.* properties, which may be another
 * user's, otherwise by the given one. >0: it is there already. */
int tr_kafka_sink_create(const struct tr_sink_params *params, struct tr_kafka_client *client,
                         const struct tr_kafka_new_topic *topic, struct tr_diag *diag) TR_MUSTCHECK;
/* Are all topics still there? The client keeps messages for one that is not for as long as a
 * transaction may last. */
int tr_kafka_topics_check(struct tr_kafka_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;
int tr_kafka_topic_see(struct tr_kafka_sink *sink, struct tr_topic *topic,
                       struct tr_diag *diag) TR_MUSTCHECK;
/* (Re)open a known topic with the current producer; it has to exist. */
int tr_kafka_topic_open(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                        struct tr_diag *diag) TR_MUSTCHECK;
/* The one of this name, or NULL. */
struct tr_kafka_topic *tr_kafka_topic_find(const struct tr_kafka_sink *sink, const char *name);
/* One more, which the sink knows nothing of but its name. */
int tr_kafka_topic_add(struct tr_kafka_sink *sink, const char *name,
                       struct tr_kafka_topic **ret_topic, struct tr_diag *diag) TR_MUSTCHECK;
/* The options that a new topic of this name is created with. */
int tr_kafka_topic_group(const struct tr_sink_options *options, const char *name,
                         const struct tr_topic_group **ret_group,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* outputs.c */

/* Topics as the stored position's tailrace_outputs says, NULL for none: in its own form, as
 * offsets/ writes it. */
int tr_kafka_outputs_take(struct tr_kafka_sink *sink, const char *stored,
                          struct tr_diag *diag) TR_MUSTCHECK;
/* The topic has so many partitions: go on from what is recorded of them. */
int tr_kafka_outputs_begin(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                           int32_t partitions, struct tr_diag *diag) TR_MUSTCHECK;
/* What was in a topic before our first message. */
int tr_kafka_outputs_measure(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                             struct tr_diag *diag) TR_MUSTCHECK;
/* Is everything in it that is recorded? <0: it ends before, or (gone) it isn't there at all. */
int tr_kafka_outputs_compare(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                             struct tr_diag *diag) TR_MUSTCHECK;
int tr_kafka_outputs_gone(const struct tr_kafka_sink *sink, const struct tr_kafka_topic *topic,
                          struct tr_diag *diag) TR_MUSTCHECK;
int tr_kafka_outputs_list(struct tr_kafka_sink *sink, const struct tr_output **ret_outputs,
                          size_t *ret_noutputs, struct tr_diag *diag) TR_MUSTCHECK;

/* owner.c */

#define TR_KAFKA_TAKEN    31
#define TR_KAFKA_INSTANCE "tailrace_instance" /* header of the marker: who wrote it */
/* Has another instance begun a transaction since our newest record was acknowledged? Waits for
 * nobody's end, and fences nobody. >0: TR_KAFKA_TAKEN. */
int tr_kafka_ask_owner(struct tr_kafka_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;

/* write.c */

int tr_kafka_write(struct tr_kafka_sink *sink, const struct tr_batch *batch,
                   struct tr_diag *diag) TR_MUSTCHECK;
/* One record to the offsets topic; value p NULL: a tombstone. */
int tr_kafka_write_position(struct tr_kafka_sink *sink, struct tr_slice key, struct tr_slice value,
                            rd_kafka_headers_t *headers, struct tr_diag *diag) TR_MUSTCHECK;

/* transaction.c */

int tr_kafka_begin(struct tr_kafka_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;
/* Wait for the open marker to be acknowledged: before the transaction's first message. */
int tr_kafka_marked(struct tr_kafka_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;
int tr_kafka_flush(struct tr_kafka_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;
int tr_kafka_commit(struct tr_kafka_sink *sink, struct tr_slice position,
                    struct tr_diag *diag) TR_MUSTCHECK;
/* Abort what is open; <0: another instance owns the transactional.id. */
int tr_kafka_abandon(struct tr_kafka_sink *sink, struct tr_diag *diag) TR_MUSTCHECK;
void tr_kafka_abort(struct tr_kafka_sink *sink);

/* check.c */

int tr_kafka_check(const struct tr_sink_params *params, struct tr_report *report,
                   struct tr_buf *ret_position, struct tr_diag *diag) TR_MUSTCHECK;

#endif
