/*
 * The compacted topics that hold a worker's state: made if they are missing, checked if they are
 * not, read from begin to end, and written a few records at a time. worker/'s own.
 *
 * Facts: KafkaTopicBasedBackingStore, KafkaBasedLog, TopicAdmin (Kafka 4.1).
 */
#ifndef TR_WORKER_TOPIC_H
#define TR_WORKER_TOPIC_H

#include "kafka/client.h"
#include "kafka/properties.h"

/* What every client of the worker's knows of the outside. Borrowed. */
struct tr_worker_clients {
    const struct tr_worker_options *options;
    const struct tr_connector_options *connector; /* whose overrides count too; may be NULL */
    const struct tr_log *log;
    bool (*stopping)(void *context);
    void *context;
};

struct tr_state_topic {
    const char *name;
    const char *property; /* that names it */
    int32_t partitions, replication;
    const struct tr_properties *settings; /* of a new topic, beside cleanup.policy */
};

/* A client that reads committed records and asks the cluster; a producer's options are in
 * writer.h. */
int tr_worker_reader_new(const struct tr_worker_clients *clients, bool committed,
                         struct tr_kafka_client **ret_reader, struct tr_diag *diag) TR_MUSTCHECK;

/* Make the topic or look whether it is compacted, and nothing else. */
int tr_state_topic_prepare(const struct tr_worker_clients *clients, struct tr_kafka_client *reader,
                           const struct tr_state_topic *topic, int32_t *ret_partitions,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* Whether the topic, which is there, is compacted. */
int tr_state_topic_check(struct tr_kafka_client *reader, const struct tr_state_topic *topic,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* The number of partitions. >0: there is no such topic. */
int tr_state_topic_find(struct tr_kafka_client *reader, const char *name, int32_t *ret_partitions,
                        struct tr_diag *diag) TR_MUSTCHECK;

struct tr_state_record {
    struct tr_slice key, value; /* value.p NULL: deleted */
};

/* Called for each record, in each partition's order; keys are never NULL. <0 ends the reading. */
typedef int tr_state_record_fn(void *context, const struct tr_state_record *record,
                               struct tr_diag *diag);

struct tr_state_reading {
    const char *topic;
    int32_t partitions;
    struct tr_kafka_client *marks; /* a read_uncommitted client, asked for the topic's end */
    tr_state_record_fn *take;
    void *context;
};

/* All records, up to the end as it is now. What a transaction holds back is waited for, until the
 * broker must have ended it. */
int tr_state_topic_read(struct tr_kafka_client *reader, const struct tr_state_reading *reading,
                        struct tr_diag *diag) TR_MUSTCHECK;

#endif
