#include "capture/key.h"

#include <stdlib.h>
#include <strings.h>

#include "base/buf.h"
#include "capture/pattern.h"

#define PROPERTY "message.key.columns"

struct rule {
    struct tr_pattern *table;
    char *columns; /* name,name */
    struct rule *next;
};

struct tr_key_rules {
    struct rule *first;
};

static int parse_rule(char *text, struct rule *rule, struct tr_diag *diag)
{
    /* the columns stand behind the last colon: a regular expression may hold colons itself */
    char *colon = strrchr(text, ':');

    if (!colon || colon == text || !colon[1])
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "property " PROPERTY ": \"%s\" is not <table>:<column>,<column>", text);
    *colon = '\0';
    rule->columns = strdup(colon + 1);
    if (!rule->columns)
        return tr_fail_memory(diag);
    return tr_pattern_new(text, PROPERTY, &rule->table, diag);
}

static int parse_rules(struct tr_key_rules *rules, char *text, struct tr_diag *diag)
{
    struct rule **end = &rules->first;
    char *rest = text;

    for (char *part; (part = strsep(&rest, ";"));) {
        part += strspn(part, " \t");
        if (!*part)
            continue;
        *end = calloc(1, sizeof **end);
        if (!*end)
            return tr_fail_memory(diag);
        if (parse_rule(part, *end, diag) < 0)
            return -1;
        end = &(*end)->next;
    }
    return 0;
}

int tr_key_rules_new(const char *text, struct tr_key_rules **ret_rules, struct tr_diag *diag)
{
    struct tr_key_rules *rules = calloc(1, sizeof *rules);
    char *copy = strdup(text ? text : "");
    int rc = rules && copy ? parse_rules(rules, copy, diag) : tr_fail_memory(diag);

    free(copy);
    if (rc < 0) {
        tr_key_rules_free(rules);
        return -1;
    }
    *ret_rules = rules;
    return 0;
}

void tr_key_rules_free(struct tr_key_rules *rules)
{
    if (!rules)
        return;
    for (struct rule *rule = rules->first; rule;) {
        struct rule *next = rule->next;
        tr_pattern_free(rule->table);
        free(rule->columns);
        free(rule);
        rule = next;
    }
    free(rules);
}

static bool find_column(const struct tr_table *table, struct tr_slice name, unsigned *ret_place)
{
    for (unsigned i = 0; i < table->ncolumns; i++) {
        const char *column = table->columns[i].name;
        if (strlen(column) == name.n && strncasecmp(column, name.p, name.n) == 0) {
            *ret_place = i;
            return true;
        }
    }
    return false;
}

static struct tr_slice next_name(const char **rest)
{
    const char *start = *rest + strspn(*rest, " ,");
    size_t n = strcspn(start, ",");

    *rest = start + n;
    while (n && start[n - 1] == ' ')
        n--;
    return (struct tr_slice){start, n};
}

static size_t columns_of(const struct rule *rule, const struct tr_table *table, unsigned *places)
{
    const char *rest = rule->columns;
    size_t n = 0;

    for (struct tr_slice name; n < table->ncolumns && (name = next_name(&rest)).n;)
        n += find_column(table, name, &places[n]);
    return n;
}

int tr_key_rules_apply(const struct tr_key_rules *rules, const struct tr_table *table,
                       struct tr_arena *arena, struct tr_key_columns *ret_key, struct tr_diag *diag)
{
    char *name = tr_arena_printf(arena, "%s.%s", table->schema, table->name);
    unsigned *places = tr_arena_zalloc(arena, table->ncolumns + 1, sizeof *places);

    if (!name || !places)
        return tr_fail_memory(diag);
    *ret_key = (struct tr_key_columns){table->key, table->nkey};
    for (const struct rule *rule = rules->first; rule; rule = rule->next) {
        size_t n = tr_pattern_matches(rule->table, name) ? columns_of(rule, table, places) : 0;
        if (n) {
            *ret_key = (struct tr_key_columns){places, n};
            break;
        }
    }
    return 0;
}
