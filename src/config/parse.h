/* From settings to option structs, by the option table. */
#ifndef TR_CONFIG_PARSE_H
#define TR_CONFIG_PARSE_H

#include "config/options.h"
#include "config/settings.h"

/* Fill a worker's options. settings may be NULL: no file is a worker's. What is wrong is a problem
 * of the reading; <0 only without memory. The options' arena must be ready. */
int tr_parse_worker(struct tr_reading *reading, const struct tr_settings *settings,
                    struct tr_worker_options *options, struct tr_diag *diag) TR_MUSTCHECK;

/* The same for a connector. worker gives defaults, and may be NULL. */
int tr_parse_connector(struct tr_reading *reading, const struct tr_settings *worker,
                       const struct tr_settings *settings, struct tr_connector_options *options,
                       struct tr_diag *diag) TR_MUSTCHECK;

/* topic.creation.*: topic-groups.c */
int tr_parse_topic_groups(struct tr_reading *reading, const struct tr_settings *settings,
                          struct tr_connector_options *options, struct tr_diag *diag) TR_MUSTCHECK;

/* column.truncate.*, column.mask.*: column-rules.c */
int tr_parse_column_rules(struct tr_reading *reading, const struct tr_settings *settings,
                          struct tr_connector_options *options, struct tr_diag *diag) TR_MUSTCHECK;

/* converters, post.processors and the options of what they name: aliased/ */
int tr_parse_aliased(struct tr_reading *reading, const struct tr_settings *settings,
                     struct tr_connector_options *options, struct tr_diag *diag) TR_MUSTCHECK;

/* Is this an option of a converter or post processor that stands behind its alias alone? */
bool tr_is_aliased(const struct tr_settings *settings, const char *name);

#endif
