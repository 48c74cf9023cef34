/*
 * From Kafka's client properties, as Java's clients know them, to a librdkafka configuration.
 *
 * Layers, later ones win: bootstrap.servers, the worker's common properties (security.*, sasl.*,
 * ssl.* …), the worker's for the role (producer.* …), the connector's (producer.override.* …).
 * Names that only Java has are translated or refused with what to write instead; names that
 * tailrace must own for its guarantee are refused; everything else goes to librdkafka, under
 * whichever of its names. Values may be secrets: none of them gets into a message.
 */
#ifndef TR_KAFKA_PROPERTIES_H
#define TR_KAFKA_PROPERTIES_H

#include <librdkafka/rdkafka.h>

#include "base/diag.h"
#include "config/options.h"

enum tr_kafka_role { TR_KAFKA_PRODUCER, TR_KAFKA_CONSUMER, TR_KAFKA_ADMIN };

/* A configuration with nothing but the user's properties: the caller adds what it owns
 * (transactional.id, callbacks …) and passes it to rd_kafka_new or destroys it. connector may be
 * NULL. <0: TR_CONFIG, TR_STOP. */
int tr_kafka_conf_new(const struct tr_worker_options *worker,
                      const struct tr_connector_options *connector, enum tr_kafka_role role,
                      rd_kafka_conf_t **ret_conf, struct tr_diag *diag) TR_MUSTCHECK;

/* Receives a sentence for each property that is accepted but has no effect. */
struct tr_kafka_warnings {
    void (*add)(struct tr_kafka_warnings *warnings, const char *text);
};

/* Look at the properties of all roles before any client is made. warnings may be NULL. */
int tr_kafka_properties_check(const struct tr_worker_options *worker,
                              const struct tr_connector_options *connector,
                              struct tr_kafka_warnings *warnings,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* What the user wrote for a property, or NULL: lets a client keep its default apart from a wish. */
const char *tr_kafka_property(const struct tr_worker_options *worker,
                              const struct tr_connector_options *connector, enum tr_kafka_role role,
                              const char *name);

#endif
