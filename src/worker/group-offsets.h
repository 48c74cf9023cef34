/*
 * A sink connector's offsets: those of its consumer group, connect-NAME unless consumer.override's
 * group.id says otherwise. worker/'s own.
 *
 * Facts: SinkUtils, Worker.modifySinkConnectorOffsets (Kafka 4.1).
 */
#ifndef TR_WORKER_GROUP_OFFSETS_H
#define TR_WORKER_GROUP_OFFSETS_H

#include "worker/topic.h"
#include "worker/worker.h"

int tr_group_offsets_read(const struct tr_worker_clients *clients, const char *connector,
                          struct tr_arena *arena, struct tr_worker_offsets *ret_offsets,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* >0: TR_WORKER_REFUSED, these are no offsets of topics. */
int tr_group_offsets_alter(const struct tr_worker_clients *clients, const char *connector,
                           const struct tr_worker_offset *offsets, size_t count,
                           struct tr_diag *diag) TR_MUSTCHECK;
int tr_group_offsets_reset(const struct tr_worker_clients *clients, const char *connector,
                           struct tr_diag *diag) TR_MUSTCHECK;

#endif
