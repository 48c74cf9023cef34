/*
 * Configuration: from files to plain structs.
 *
 * The vocabulary is Kafka Connect's and Debezium's. A FILE is a Connect .properties file (a
 * connector's if it has connector.class, otherwise the worker's), a connector .json ({"name",
 * "config"} or flat), or a .conf with [worker] and [connector NAME] sections. The way is always the
 * same, one file each: reading yields settings (read/: name, text, line), references to secrets
 * are resolved (provider.c), the option table (option-table.c and table/) turns texts into the
 * structs of options.h (option-value.c), and what concerns several properties is checked last
 * (checks.c).
 *
 * Nothing is accepted and ignored: a property is supported, or accepted with a warning that says
 * why it has no effect, or refused. All problems of all files are collected, so that one look mends
 * them. Values of secrets never get into a message.
 */
#ifndef TR_CONFIG_CONFIG_H
#define TR_CONFIG_CONFIG_H

#include <stdio.h>

#include "base/diag.h"
#include "config/options.h"

struct tr_settings;

struct tr_config {
    struct tr_worker_options worker;
    struct tr_connector_options *connectors;
    size_t nconnectors;
    /* For each connector: its properties as the file has them, references to secrets unresolved.
     * To read them again: connector-config.h. */
    const struct tr_properties *given;
    const struct tr_settings *worker_settings; /* config/'s own; NULL: no file is the worker's */
    const char *const *warnings;               /* whole sentences, for the log */
    size_t nwarnings;
    const char *const *errors; /* when loading failed: what is wrong, the first ones */
    size_t nerrors;
};

/* Read all files. <0: something is wrong (TR_CONFIG), and the diag has the first error and how many
 * more there are. *ret_config is made in either case, for its errors and warnings, and is the
 * caller's to free; it is NULL when there was no memory. */
int tr_config_load(const char *const *paths, size_t npaths, struct tr_config **ret_config,
                   struct tr_diag *diag) TR_MUSTCHECK;
void tr_config_free(struct tr_config *config);

/* Write docs/configuration.md: the option table for reading. */
void tr_options_document(FILE *out);

#endif
