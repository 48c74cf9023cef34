/*
 * How Kafka Connect and Debezium say what is wrong with a property: the texts that clients of
 * Connect's REST API know. Connect's ConfigDef speaks of its own properties and of the file
 * connectors', Debezium's Field of the databases'. What neither of them would refuse is said in our
 * words, in their frame.
 *
 * Facts: ConfigDef, ConnectorConfig, SourceConnectorConfig (Kafka 4.1), io.debezium.config.Field.
 */
#ifndef TR_CONFIG_WORDS_H
#define TR_CONFIG_WORDS_H

#include "config/option-table.h"
#include "config/settings.h"

/* Whether Debezium speaks of it: one of its connectors (readers) has the option, and Connect
 * doesn't. */
bool tr_words_are_debeziums(unsigned readers, const char *name);

/* The value won't do; the diag has the reason ("not a whole number") and gets the sentence. readers
 * is the connector. */
void tr_words_wrong(unsigned readers, const struct tr_option *option,
                    const struct tr_setting *setting, struct tr_diag *diag);

/* The same for an option of a transform or a predicate, which Connect frames always. */
void tr_words_wrong_option(bool debezium, const struct tr_option *option,
                           const struct tr_setting *setting, struct tr_diag *diag);

/* Connect checks the bounds of a number even if there is none: then this is said, too. */
bool tr_words_wrong_twice(unsigned readers, const struct tr_option *option,
                          const struct tr_setting *setting);

/* It is required, and missing or (setting) empty. */
void tr_words_missing(unsigned readers, const struct tr_option *option,
                      const struct tr_setting *setting, struct tr_diag *diag);

#endif
