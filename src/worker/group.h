/* Who else works in the group. worker/'s own. */
#ifndef TR_WORKER_GROUP_H
#define TR_WORKER_GROUP_H

#include "worker/topic.h"

/* <0 if Kafka Connect's workers are in the group (TR_CONFIG, TR_STOP): they and we would run the
 * same connectors. */
int tr_worker_group_check(const struct tr_worker_clients *clients, struct tr_kafka_client *client,
                          struct tr_diag *diag) TR_MUSTCHECK;

#endif
