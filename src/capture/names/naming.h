/*
 * topic.naming.strategy: the topic of a table, and what a key says of the table when several share
 * a topic. Compiled once per run; asked once per table version.
 *
 * Facts: io.debezium.schema.AbstractTopicNamingStrategy and its subclasses.
 */
#ifndef TR_CAPTURE_NAMES_NAMING_H
#define TR_CAPTURE_NAMES_NAMING_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/options.h"
#include "record/table.h"

struct tr_naming;

/* The options are borrowed. */
int tr_naming_new(const struct tr_capture_options *options, struct tr_naming **ret_naming,
                  struct tr_diag *diag) TR_MUSTCHECK;
void tr_naming_free(struct tr_naming *naming);

/* The name of a table's topic, terminated, in the arena. It may be one that Kafka doesn't allow. */
int tr_naming_topic(const struct tr_naming *naming, const struct tr_table *table,
                    struct tr_arena *arena, struct tr_slice *ret_name,
                    struct tr_diag *diag) TR_MUSTCHECK;

/* The field that a table's keys get: its name, NULL for none, and its value, in the arena. */
struct tr_naming_field {
    const char *name;
    struct tr_slice value;
};
int tr_naming_key_field(const struct tr_naming *naming, const struct tr_table *table,
                        struct tr_arena *arena, struct tr_naming_field *ret_field,
                        struct tr_diag *diag) TR_MUSTCHECK;

#endif
