/* The Kafka sink: librdkafka's transactional producer, by the protocol of
 * docs/delivery-guarantees.md. */
#ifndef TR_SINK_KAFKA_KAFKA_H
#define TR_SINK_KAFKA_KAFKA_H

#include "sink/sink-impl.h"

extern const struct tr_sink_impl tr_kafka_sink;

#endif
