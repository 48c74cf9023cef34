/* What concerns several properties, or several connectors. */
#ifndef TR_CONFIG_CHECKS_H
#define TR_CONFIG_CHECKS_H

#include "config/config.h"
#include "config/problems.h"

/* Look at one connector; at all of them. Findings are problems. */
void tr_check_connector(const struct tr_worker_options *worker,
                        const struct tr_connector_options *options, struct tr_problems *problems);
void tr_check_connectors(const struct tr_connector_options *connectors, size_t nconnectors,
                         struct tr_problems *problems);

/* Hash the settings that decide what is written, into the options' arena. */
int tr_config_fingerprint(struct tr_connector_options *options, struct tr_diag *diag) TR_MUSTCHECK;

#endif
