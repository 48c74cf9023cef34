/* The hash that Java's Kafka clients choose partitions with. */
#ifndef TR_KAFKA_MURMUR2_H
#define TR_KAFKA_MURMUR2_H

#include <stdint.h>

#include "base/slice.h"

/* MurmurHash 2, 32 bits, with the seed of Kafka's org.apache.kafka.common.utils.Utils. */
uint32_t tr_kafka_murmur2(struct tr_slice bytes);

/* The partition that Java's default partitioner gives a record with this key. */
static inline int32_t tr_kafka_partition(struct tr_slice key, int32_t partitions)
{
    return (int32_t)(tr_kafka_murmur2(key) & 0x7fffffff) % partitions;
}

#endif
