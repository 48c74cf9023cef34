/* The topic: where it ends, and what is in it. verify/'s own. */
#ifndef TR_VERIFY_TOPIC_H
#define TR_VERIFY_TOPIC_H

#include "kafka/client.h"
#include "verify/verify.h"

struct tr_verify_topic {
    const struct tr_verify_params *params;
    const char *name;
    /* One reads what is committed, the other one is asked where it all ends. */
    struct tr_kafka_client *reader, *marks;
};

int tr_verify_topic_open(struct tr_verify_topic *topic, const struct tr_verify_params *params,
                         struct tr_diag *diag) TR_MUSTCHECK;
void tr_verify_topic_close(struct tr_verify_topic *topic);

/* Before which offset of each partition everything is committed, or was given up. There are no
 * partitions where there is no such topic (yet). *ret_ends is the caller's to free. */
int tr_verify_topic_settled(struct tr_verify_topic *topic, int64_t **ret_ends,
                            int32_t *ret_partitions, struct tr_diag *diag) TR_MUSTCHECK;

/* Every committed record, in each partition's order, up to where the topic ends now; what an open
 * transaction holds back is waited for. take returns <0 to end it. */
typedef int tr_verify_record_fn(void *context, const rd_kafka_message_t *message,
                                struct tr_diag *diag);
int tr_verify_topic_read(struct tr_verify_topic *topic, tr_verify_record_fn *take, void *context,
                         struct tr_diag *diag) TR_MUSTCHECK;

#endif
