#include "capture/columns/rules.h"

#include <stdlib.h>

#include "capture/columns/impl.h"
#include "capture/pattern.h"

/* What a list of regular expressions is for. */
struct compiled {
    const struct tr_column_rule *rule; /* NULL: propagation */
    bool by_type;                      /* of propagation: names of types, not of columns */
    EVP_MD *md;
    struct tr_pattern **patterns;
    size_t npatterns;
};

struct tr_column_rules {
    const struct tr_capture_options *options;
    size_t count;
    struct compiled rules[];
};

static int compile(struct compiled *rule, const struct tr_list *list, const char *property,
                   struct tr_diag *diag)
{
    rule->patterns = calloc(list->count + 1, sizeof *rule->patterns);
    if (!rule->patterns)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < list->count; i++) {
        if (tr_pattern_new(list->items[i], property, &rule->patterns[i], diag) < 0)
            return -1;
        rule->npatterns = i + 1;
    }
    return 0;
}

static int add_rule(struct tr_column_rules *rules, const struct tr_column_rule *rule,
                    struct tr_diag *diag)
{
    struct compiled *compiled = &rules->rules[rules->count++];

    compiled->rule = rule;
    if (rule->algorithm && !(compiled->md = EVP_MD_fetch(NULL, rule->algorithm, NULL)))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "column.mask.hash.*: OpenSSL has no %s here (a FIPS provider leaves some "
                       "out); choose another algorithm",
                       rule->algorithm);
    return compile(compiled, &rule->columns,
                   rule->action == TR_COLUMN_TRUNCATE ? "column.truncate.*" : "column.mask.*",
                   diag);
}

static int add_propagation(struct tr_column_rules *rules, const struct tr_list *list, bool by_type,
                           struct tr_diag *diag)
{
    struct compiled *compiled = &rules->rules[rules->count];

    if (!list->count)
        return 0;
    rules->count++;
    compiled->by_type = by_type;
    return compile(compiled, list,
                   by_type ? "datatype.propagate.source.type" : "column.propagate.source.type",
                   diag);
}

/* Debezium's order: what cuts or masks, what propagates, what hashes. */
static int add_all(struct tr_column_rules *rules, const struct tr_capture_options *options,
                   struct tr_diag *diag)
{
    size_t i = 0;

    for (; i < options->ncolumn_rules && !options->column_rules[i].algorithm; i++)
        if (add_rule(rules, &options->column_rules[i], diag) < 0)
            return -1;
    if (add_propagation(rules, &options->propagate_columns, false, diag) < 0 ||
        add_propagation(rules, &options->propagate_types, true, diag) < 0)
        return -1;
    for (; i < options->ncolumn_rules; i++)
        if (add_rule(rules, &options->column_rules[i], diag) < 0)
            return -1;
    return 0;
}

int tr_column_rules_new(const struct tr_capture_options *options,
                        struct tr_column_rules **ret_rules, struct tr_diag *diag)
{
    size_t most = options->ncolumn_rules + 2;
    struct tr_column_rules *rules = calloc(1, sizeof *rules + most * sizeof rules->rules[0]);

    if (!rules)
        return tr_fail_memory(diag);
    rules->options = options;
    if (add_all(rules, options, diag) < 0) {
        tr_column_rules_free(rules);
        return -1;
    }
    *ret_rules = rules;
    return 0;
}

void tr_column_rules_free(struct tr_column_rules *rules)
{
    if (!rules)
        return;
    for (size_t i = 0; i < rules->count; i++) {
        for (size_t j = 0; j < rules->rules[i].npatterns; j++)
            tr_pattern_free(rules->rules[i].patterns[j]);
        free(rules->rules[i].patterns);
        EVP_MD_free(rules->rules[i].md);
    }
    free(rules);
}

static bool has(const struct compiled *rule, const char *name)
{
    for (size_t i = 0; i < rule->npatterns; i++)
        if (tr_pattern_matches(rule->patterns[i], name))
            return true;
    return false;
}

/* The rules that have a column. Debezium takes the first one alone, so that a propagated or cut
 * column escapes its mask; here a mask counts in any case. */
struct found {
    const struct compiled *mask, *cut, *propagation;
};

static struct found find(const struct tr_column_rules *rules, const char *name, const char *type)
{
    struct found found = {0};

    for (size_t i = 0; i < rules->count; i++) {
        const struct compiled *rule = &rules->rules[i];
        const struct compiled **slot = !rule->rule ? &found.propagation
                                       : rule->rule->action == TR_COLUMN_TRUNCATE ? &found.cut
                                                                                  : &found.mask;
        if (!*slot && has(rule, rule->by_type ? type : name))
            *slot = rule;
    }
    return found;
}

static int apply(const struct found *found, const struct tr_column_place *place,
                 const struct tr_column_facts *facts, struct tr_plan_column *column,
                 struct tr_diag *diag)
{
    const struct compiled *rule = found->mask ? found->mask : place->key ? NULL : found->cut;
    bool before = found->cut || (found->mask && found->mask->rule->action == TR_COLUMN_MASK);

    if (found->propagation && !before && !place->key &&
        tr_propagate(facts, place->arena, column, diag) < 0)
        return -1;
    if (!rule)
        return 0;
    return tr_mask_apply(&(struct tr_mask){rule->rule, rule->md, facts}, place, column, diag);
}

int tr_column_rules_apply(const struct tr_column_rules *rules, const struct tr_column_place *place,
                          struct tr_plan_column *column, struct tr_diag *diag)
{
    struct tr_column_facts facts;
    const struct tr_table *table = place->table;

    if (!rules->count)
        return 0;
    place->types->describe(place->types, column->column, &facts);
    facts.comment = rules->options->schema_comments ? column->column->comment : NULL;
    const char *name =
        tr_arena_printf(place->arena, "%s.%s.%s", table->schema, table->name, column->column->name);
    const char *type =
        tr_arena_printf(place->arena, "%s.%s.%s", table->schema, table->name, facts.type);
    if (!name || !type)
        return tr_fail_memory(diag);
    const struct found found = find(rules, name, type);
    return apply(&found, place, &facts, column, diag);
}

int tr_column_parameters(struct tr_plan_column *column,
                         const struct tr_schema_parameter *parameters, size_t n,
                         struct tr_arena *arena, struct tr_diag *diag)
{
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    size_t before = column->schema->nparameters;
    struct tr_schema_parameter *all = tr_arena_zalloc(arena, before + n, sizeof *all);

    if (!schema || !all)
        return tr_fail_memory(diag);
    if (before)
        memcpy(all, column->schema->parameters, before * sizeof *all);
    memcpy(all + before, parameters, n * sizeof *all);
    *schema = *column->schema;
    schema->parameters = all;
    schema->nparameters = before + n;
    column->schema = schema;
    return 0;
}
