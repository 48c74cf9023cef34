/*
 * Torn commits: a transaction that was committed without its position.
 *
 * A request to end a transaction that reaches the coordinator late can end a later one of the same
 * epoch (KAFKA-17754). Our producers are replaced when they may have sent such a one, but who knows
 * what a network does behind their backs. What was written by then is committed, what follows is
 * refused, the position among it; so the next run would write all of it again. The trace is the
 * open marker: the first record of each transaction, committed behind the newest position.
 *
 * Only when it is there, what stands in the output topics behind the ends that the position records
 * is read. A replay writes each partition in the same order: its first records have to be those,
 * one by one, and are not written again. The transaction stays open until all of them are met,
 * because with the next position the marker is history.
 *
 * What can't be compared, and what is not the same, stops the connector.
 */
#ifndef TR_SINK_KAFKA_TORN_H
#define TR_SINK_KAFKA_TORN_H

#include "sink/kafka/impl.h"

/* Once the position is known. Does nothing unless the sink is torn; nor do the others. */
int tr_kafka_torn_open(struct tr_kafka_sink *sink, struct tr_kafka_client *reader,
                       const struct tr_buf *position, struct tr_diag *diag) TR_MUSTCHECK;
/* A topic that the position doesn't know is there: it may be new since the torn transaction. */
int tr_kafka_torn_see(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                      struct tr_diag *diag) TR_MUSTCHECK;
/* What was left is not met. */
int tr_kafka_torn_fail(const struct tr_kafka_sink *sink, struct tr_diag *diag);
void tr_kafka_torn_close(struct tr_kafka_sink *sink);

/* The message need not be written: it stands there. */
#define TR_KAFKA_MET 21

/* For a topic with tails. >0: TR_KAFKA_MET. */
int tr_kafka_torn_meet(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic, int32_t partition,
                       const struct tr_message *message, struct tr_diag *diag) TR_MUSTCHECK;

#endif
