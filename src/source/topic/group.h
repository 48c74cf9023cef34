/* A member of a consumer group, and what it owes the group: offsets that are to be committed when
 * the sink has confirmed their token. */
#ifndef TR_SOURCE_TOPIC_GROUP_H
#define TR_SOURCE_TOPIC_GROUP_H

#include "kafka/client.h"
#include "source/source.h"

struct tr_owed;

struct tr_group {
    struct tr_source_params params;
    struct tr_kafka_client *client;
    rd_kafka_queue_t *queue; /* the consumer's; its news comes on the eventfd */
    int fd;
    rd_kafka_topic_partition_list_t *taken;     /* behind what was read since the last token */
    struct tr_owed *first, *last;               /* by token */
    rd_kafka_topic_partition_list_t *confirmed; /* on disk, and not yet committed */
    int64_t committed_us, listed_us;            /* when that was done last */
    size_t topics;                              /* that are subscribed to */
};

/* The member is made, and looks for its brokers. */
int tr_group_open(struct tr_group *group, const struct tr_source_params *params,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* Subscribe to the topics of the configuration: those there are, if it is a pattern; call again now
 * and then. */
int tr_group_subscribe(struct tr_group *group, struct tr_diag *diag) TR_MUSTCHECK;

/* A message went into the batch at hand; all of the batch's may be committed when its token is
 * confirmed. <0: no memory. */
int tr_group_take(struct tr_group *group, const rd_kafka_message_t *message) TR_MUSTCHECK;
int tr_group_owe(struct tr_group *group, uint64_t token) TR_MUSTCHECK;

/* Commit what is confirmed, at most once a second; at the end (wait) at once, and wait for it. */
void tr_group_commit(struct tr_group *group, bool wait);

/* Leave the group. */
void tr_group_close(struct tr_group *group);

#endif
