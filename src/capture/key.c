#include "capture/key.h"

#include <stdlib.h>

#include "base/buf.h"
#include "capture/pattern.h"

#define PROPERTY "message.key.columns"

/* Columns of tables: one <table>.<column>, a regular expression as a whole. */
struct rule {
    struct tr_pattern *column;
    struct rule *next;
};

struct tr_key_rules {
    struct rule *first, **end;
};

static int add_rule(struct tr_key_rules *rules, const char *table, const char *column,
                    struct tr_diag *diag)
{
    struct tr_buf expression;

    *rules->end = calloc(1, sizeof **rules->end);
    if (!*rules->end)
        return tr_fail_memory(diag);
    tr_buf_init(&expression, 64 << 10);
    tr_buf_printf(&expression, "%s.%s", table, column);
    int rc = tr_buf_ok(&expression) ? tr_pattern_new(tr_buf_string(&expression), PROPERTY,
                                                     &(*rules->end)->column, diag)
                                    : tr_fail_memory(diag);
    tr_buf_finish(&expression);
    rules->end = &(*rules->end)->next;
    return rc;
}

/* Cuts the blanks off. */
static char *trim(char *text)
{
    text += strspn(text, " \t");
    for (size_t n = strlen(text); n && strchr(" \t", text[n - 1]); n--)
        text[n - 1] = '\0';
    return text;
}

static int parse_rule(struct tr_key_rules *rules, char *text, struct tr_diag *diag)
{
    /* the columns stand behind the last colon: a regular expression may hold colons itself */
    char *columns = strrchr(text, ':');

    if (!columns || columns == text || !columns[1])
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "property " PROPERTY ": \"%s\" is not <table>:<column>,<column>", text);
    *columns++ = '\0';
    for (char *column; (column = strsep(&columns, ","));)
        if (*trim(column) && add_rule(rules, trim(text), trim(column), diag) < 0)
            return -1;
    return 0;
}

static int parse_rules(struct tr_key_rules *rules, char *text, struct tr_diag *diag)
{
    for (char *part; (part = strsep(&text, ";"));)
        if (*trim(part) && parse_rule(rules, trim(part), diag) < 0)
            return -1;
    return 0;
}

int tr_key_rules_new(const char *text, struct tr_key_rules **ret_rules, struct tr_diag *diag)
{
    struct tr_key_rules *rules = calloc(1, sizeof *rules);
    char *copy = strdup(text ? text : "");

    if (!rules || !copy) {
        free(rules);
        free(copy);
        return tr_fail_memory(diag);
    }
    rules->end = &rules->first;
    int rc = parse_rules(rules, copy, diag);
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
        tr_pattern_free(rule->column);
        free(rule);
        rule = next;
    }
    free(rules);
}

static bool taken(const struct tr_key_columns *key, unsigned place)
{
    for (size_t i = 0; i < key->count; i++)
        if (key->places[i] == place)
            return true;
    return false;
}

int tr_key_rules_apply(const struct tr_key_rules *rules, const struct tr_table *table,
                       struct tr_arena *arena, struct tr_key_columns *ret_key, struct tr_diag *diag)
{
    size_t n = rules->first ? table->ncolumns : 0;
    const char **names = tr_arena_zalloc(arena, n, sizeof *names);
    unsigned *places = tr_arena_zalloc(arena, n, sizeof *places);

    if (!names || !places)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++) {
        names[i] =
            tr_arena_printf(arena, "%s.%s.%s", table->schema, table->name, table->columns[i].name);
        if (!names[i])
            return tr_fail_memory(diag);
    }
    *ret_key = (struct tr_key_columns){places, 0};
    for (const struct rule *rule = rules->first; rule; rule = rule->next)
        for (unsigned i = 0; i < n; i++)
            if (tr_pattern_matches(rule->column, names[i]) && !taken(ret_key, i))
                places[ret_key->count++] = i;
    if (!ret_key->count)
        *ret_key = (struct tr_key_columns){table->key, table->nkey};
    return 0;
}
