/* message.key.columns: which columns make the key of which tables, other than
 * the table's own key. */
#ifndef TR_CAPTURE_KEY_H
#define TR_CAPTURE_KEY_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/table.h"

struct tr_key_rules;

struct tr_key_columns {
    const unsigned *places; /* in the table's columns, in key order */
    size_t count;
};

/* text: "table:column,column;table:column", or NULL. Each <table>.<column> is one regular
 * expression, as Debezium has it (io.debezium.relational.Key). */
int tr_key_rules_new(const char *text, struct tr_key_rules **ret_rules,
                     struct tr_diag *diag) TR_MUSTCHECK;
void tr_key_rules_free(struct tr_key_rules *rules);

/* The key of a table as places in its columns: those that <table>.<column> of a rule matches, in
 * the order of the rules; if there are none, the table's own. In the arena (or the table). */
int tr_key_rules_apply(const struct tr_key_rules *rules, const struct tr_table *table,
                       struct tr_arena *arena, struct tr_key_columns *ret_key,
                       struct tr_diag *diag) TR_MUSTCHECK;

#endif
