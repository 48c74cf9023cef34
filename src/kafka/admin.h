/* What tailrace asks of Kafka besides producing: metadata, topics, settings of brokers and topics.
 */
#ifndef TR_KAFKA_ADMIN_H
#define TR_KAFKA_ADMIN_H

#include "config/options.h"
#include "kafka/client.h"

/* Of one topic, or of the cluster alone when topic is NULL. The topic's own error is in the answer.
 * To be freed with rd_kafka_metadata_destroy. */
int tr_kafka_metadata(struct tr_kafka_client *client, rd_kafka_topic_t *topic,
                      const struct rd_kafka_metadata **ret_metadata,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* The number of a topic's partitions, all with a leader. >0: there is no such topic. */
int tr_kafka_partitions(struct tr_kafka_client *client, rd_kafka_topic_t *topic,
                        int32_t *ret_partitions, struct tr_diag *diag) TR_MUSTCHECK;

/* The settings of a broker (by its number) or topic. */
struct tr_kafka_settings {
    rd_kafka_event_t *event;
    const rd_kafka_ConfigEntry_t **entries;
    size_t count;
};

/* >0: we may not read them, or the broker can't tell. */
int tr_kafka_settings_read(struct tr_kafka_client *client, rd_kafka_ResourceType_t type,
                           const char *name, struct tr_kafka_settings *ret_settings,
                           struct tr_diag *diag) TR_MUSTCHECK;
void tr_kafka_settings_finish(struct tr_kafka_settings *settings);

/* NULL: not there, or secret. */
const char *tr_kafka_settings_text(const struct tr_kafka_settings *settings, const char *name);
int64_t tr_kafka_settings_integer(const struct tr_kafka_settings *settings, const char *name,
                                  int64_t otherwise);

struct tr_kafka_new_topic {
    const char *name;
    int32_t partitions;  /* -1: the broker's default */
    int32_t replication; /* -1: the broker's default */
    const struct tr_properties *settings;
    bool validate_only;
};

/* >0: it exists already. <0: with the broker's own words. */
int tr_kafka_topic_create(struct tr_kafka_client *client, const struct tr_kafka_new_topic *topic,
                          struct tr_diag *diag) TR_MUSTCHECK;

#endif
