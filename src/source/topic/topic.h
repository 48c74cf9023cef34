/*
 * The source of sink connectors: the records of Kafka topics, their values as text.
 *
 * It reads as Kafka Connect's sink tasks do: in the consumer group connect-<name>, from the
 * beginning where the group has no offset, and the group's offsets are committed after the sink
 * has brought the records to disk. What lies between the last commit and a crash is written again:
 * at least once, as in Connect.
 *
 * Facts: WorkerSinkTask, SinkUtils.consumerGroupId (Kafka 4.1).
 */
#ifndef TR_SOURCE_TOPIC_TOPIC_H
#define TR_SOURCE_TOPIC_TOPIC_H

#include "source/source-impl.h"

extern const struct tr_source_impl tr_topic_source;

#endif
