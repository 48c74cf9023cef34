/*
 * PUT /connector-plugins/X/config/validate: each property of a connector, what it is set to and
 * what is wrong with it. Creating or changing a connector is refused for the same errors.
 *
 * Whether a database answers belongs to it, too, as in Connect; since config/ knows no drivers, the
 * caller brings a function that tries.
 */
#ifndef TR_CONFIG_VALIDATE_H
#define TR_CONFIG_VALIDATE_H

#include "config/connector-config.h"
#include "config/plugin.h"

struct tr_validated;

/* What else a configuration describes, transforms for example. */
struct tr_validate_addition {
    const struct tr_validated *items;
    size_t count;
    struct tr_config_findings errors; /* about properties that have their entries elsewhere */
    struct tr_list warnings;
};

struct tr_validate_params {
    const struct tr_config *config; /* the worker's settings */
    const char *name;               /* the connector's; NULL: as the properties say */
    const struct tr_properties *properties;
    /* Try to connect; called only if nothing is wrong with the configuration so far. <0 with the
     * reason becomes an error of database.hostname. NULL: don't try. */
    int (*connect)(void *context, const struct tr_connector_options *options, struct tr_diag *diag);
    /* Entries to stand behind Connect's own; they live in the arena. NULL: there are none. */
    int (*add)(void *context, const struct tr_connector_options *options, struct tr_arena *arena,
               struct tr_validate_addition *ret_addition, struct tr_diag *diag);
    void *context;
};

struct tr_validated {
    struct tr_definition definition;
    const char *value; /* NULL: none, a secret, or one of Debezium's, which Connect doesn't show */
    struct tr_list recommended_values;
    struct tr_list errors;
    bool visible;
};

struct tr_validation {
    const char *name; /* the plugin's class */
    size_t error_count;
    struct tr_list groups;
    const struct tr_validated *configs;
    size_t nconfigs;
    struct tr_list warnings; /* whole sentences; unknown properties among them */
};

/* Everything lives in the arena. 0 also when there are errors. >0: connector.class is missing or
 * names no connector; the diag has Connect's text of that (a bad request). <0: no memory. */
int tr_validate(const struct tr_validate_params *params, struct tr_arena *arena,
                struct tr_validation *ret_validation, struct tr_diag *diag) TR_MUSTCHECK;

/* 0 without errors; otherwise >0 with Connect's "Connector configuration is invalid and contains
 * the following N error(s): …" in the diag (cut at the message's size). */
int tr_validation_result(const struct tr_validation *validation, struct tr_diag *diag) TR_MUSTCHECK;

#endif
