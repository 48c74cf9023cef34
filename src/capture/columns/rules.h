/*
 * What the configuration does to columns beyond leaving them out: column.truncate.*, column.mask.*
 * and the propagation of source types.
 *
 * All of it goes into the column plan when a table version is compiled: a rule takes the place of
 * the column's conversion function and keeps the old one inside. So there is no way around a mask:
 * snapshot, stream, old images, stand-ins for missing values and keys all come from the plan, and
 * what follows (transforms, dead letters, messages) never sees what it hides. A table without a
 * rule costs nothing.
 *
 * Facts: io.debezium.relational.mapping.{ColumnMappers,MaskStrings,TruncateColumn,
 * PropagateSourceMetadataToSchemaParameter}; the first rule that has a column is its only one.
 */
#ifndef TR_CAPTURE_COLUMNS_RULES_H
#define TR_CAPTURE_COLUMNS_RULES_H

#include "base/arena.h"
#include "base/diag.h"
#include "capture/plan.h"
#include "config/options.h"

struct tr_column_rules;

/* The options are borrowed. */
int tr_column_rules_new(const struct tr_capture_options *options,
                        struct tr_column_rules **ret_rules, struct tr_diag *diag) TR_MUSTCHECK;
void tr_column_rules_free(struct tr_column_rules *rules);

/* A mapped column of a table version that is being compiled. */
struct tr_column_place {
    const struct tr_table *table;
    const struct tr_type_map *types;
    struct tr_arena *arena; /* of the plan */
    bool key;               /* a key is masked, but not cut, and its schema stays */
};

/* Apply to a mapped column the rule that has it, if there is one. */
int tr_column_rules_apply(const struct tr_column_rules *rules, const struct tr_column_place *place,
                          struct tr_plan_column *column, struct tr_diag *diag) TR_MUSTCHECK;

#endif
