/*
 * One connector's properties, read by the option table: what came over REST, what stands in the
 * config topic, or what a file declares (tr_config keeps that as it was given).
 *
 * Files are strict, and their problems are told by file and line (config.h). Properties from
 * elsewhere are judged as Kafka Connect judges them: an unknown one is a warning, what is wrong is
 * told property by property, in the words of Connect (its own properties, the file connectors') and
 * Debezium (the databases'), so that whoever matches those texts goes on doing so. What only
 * tailrace refuses is said in its own words.
 *
 * References to secrets are resolved at each call, so a connector that reads its properties again
 * at each start or reconnect has the credentials of that moment.
 */
#ifndef TR_CONFIG_CONNECTOR_CONFIG_H
#define TR_CONFIG_CONNECTOR_CONFIG_H

#include "config/config.h"

struct tr_config_finding {
    const char *property; /* NULL: the configuration as a whole */
    const char *message;
};

struct tr_config_findings {
    const struct tr_config_finding *items;
    size_t count;
};

struct tr_connector_config {
    struct tr_connector_options options; /* good for a run only without errors */
    struct tr_config_findings errors;
    struct tr_config_findings warnings; /* whole sentences, for the log, validate and status */
};

/* Read a connector's properties; values may be NULL. config gives the worker's settings, which are
 * the connector's defaults, and its providers of secrets; nothing of it is kept. name goes before a
 * property "name" that is missing; it may be NULL, and a name that differs is an error. 0 also when
 * there are errors; <0 without memory. The result is the caller's to free, and owns its texts. */
int tr_connector_config_new(const struct tr_config *config, const char *name,
                            const struct tr_properties *properties,
                            struct tr_connector_config **ret_config,
                            struct tr_diag *diag) TR_MUSTCHECK;
void tr_connector_config_free(struct tr_connector_config *config);

/* 0 without errors; otherwise <0 (TR_CONFIG) and the first one, and how many more there are. */
int tr_connector_config_result(const struct tr_connector_config *config,
                               struct tr_diag *diag) TR_MUSTCHECK;

#endif
