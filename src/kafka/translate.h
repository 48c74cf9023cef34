/* The steps of the translation of client properties: kafka/'s own. */
#ifndef TR_KAFKA_TRANSLATE_H
#define TR_KAFKA_TRANSLATE_H

#include <stdbool.h>

#include "kafka/properties.h"

/* A property as the user wrote it: prefix and name together. */
struct tr_kafka_entry {
    const char *prefix; /* "" for the worker's common ones, "producer.override." … */
    const char *name, *value;
    bool secret; /* the value is not for messages */
};

struct tr_kafka_translation {
    const struct tr_kafka_entry *entries; /* a name is there once: the last layer's */
    size_t nentries;
    enum tr_kafka_role role;
    const char *servers; /* the worker's bootstrap.servers */
    rd_kafka_conf_t *conf;
    struct tr_kafka_warnings *warnings;
    struct tr_diag *diag;
};

/* What to do about one property. <0: the diag says why it can't be had. */
typedef int tr_kafka_apply_fn(const struct tr_kafka_translation *t,
                              const struct tr_kafka_entry *entry, const char *argument);

/* The function for a name, and its argument; the function is never NULL. */
tr_kafka_apply_fn *tr_kafka_rule(const char *name, const char **ret_argument);

/* Hand a value to librdkafka under one of its names; failures speak of the user's. */
tr_kafka_apply_fn tr_kafka_apply;
int tr_kafka_apply_value(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                         const char *name, const char *value) TR_MUSTCHECK;

/* The value of another property, or NULL. */
const char *tr_kafka_other(const struct tr_kafka_translation *t, const char *name);

/* Refuse, with what to do instead; accept with a warning. */
tr_kafka_apply_fn tr_kafka_refuse, tr_kafka_ignore;

/* sasl.jaas.config: jaas.c. Stores of keys and certificates: stores.c. */
tr_kafka_apply_fn tr_kafka_jaas;
tr_kafka_apply_fn tr_kafka_truststore_type, tr_kafka_truststore_location;
tr_kafka_apply_fn tr_kafka_keystore_type, tr_kafka_keystore_location, tr_kafka_keystore_password;

#endif
