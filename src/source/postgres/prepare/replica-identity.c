#include <stdio.h>
#include <stdlib.h>

#include "capture/pattern.h"
#include "config/check-text.h"
#include "source/postgres/prepare.h"

#define PROPERTY "replica.identity.autoset.values"
#define SQL_CAP  4096

static const char tables_sql[] =
    "SELECT n.nspname, c.relname, c.relreplident, i.relname FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_index x ON x.indrelid = c.oid AND x.indisreplident"
    " LEFT JOIN pg_class i ON i.oid = x.indexrelid"
    " WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'"
    " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

enum { T_SCHEMA, T_NAME, T_IDENTITY, T_INDEX };

struct rule {
    struct tr_replica_rule text;
    struct tr_pattern *pattern;
};

struct rules {
    struct rule *items;
    size_t count;
};

static void finish(struct rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        tr_pattern_free(rules->items[i].pattern);
    free(rules->items);
}

static int add(struct rules *rules, const char *text, struct tr_diag *diag)
{
    struct rule *rule = &rules->items[rules->count];
    char *expression;

    if (!tr_replica_rule_of(text, &rule->text))
        return tr_fail(diag, TR_BUG, TR_STOP, PROPERTY ": \"%s\" was not checked", text);
    if (asprintf(&expression, "%.*s", (int)rule->text.tables.n, rule->text.tables.p) < 0)
        return tr_fail_memory(diag);
    int rc = tr_pattern_new(expression, PROPERTY, &rule->pattern, diag);
    free(expression);
    rules->count += rc == 0;
    return rc;
}

static int make(struct rules *rules, const struct tr_list *values, struct tr_diag *diag)
{
    rules->items = calloc(values->count + 1, sizeof *rules->items);
    if (!rules->items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < values->count; i++)
        if (add(rules, values->items[i], diag) < 0)
            return -1;
    return 0;
}

/* The one rule of a table; NULL: it has none. */
static int find(const struct rules *rules, const char *table, const struct tr_replica_rule **ret,
                struct tr_diag *diag)
{
    *ret = NULL;
    for (size_t i = 0; i < rules->count; i++) {
        if (!tr_pattern_matches(rules->items[i].pattern, table))
            continue;
        if (*ret)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "table %s has more than one replica identity in " PROPERTY
                           ": narrow the regular expressions so that one is left",
                           table);
        *ret = &rules->items[i].text;
    }
    return 0;
}

static bool is_set(const struct tr_replica_rule *rule, const PGresult *tables, int row)
{
    const char *index = tr_pg_cell(tables, row, T_INDEX);

    return tr_pg_cell(tables, row, T_IDENTITY)[0] == rule->identity &&
           (rule->identity != 'i' || (index && tr_slice_is(rule->index, index)));
}

static int put_statement(struct tr_buf *sql, const struct tr_replica_rule *rule,
                         const PGresult *tables, int row)
{
    char index[256];

    tr_buf_text(sql, "ALTER TABLE ");
    tr_pg_quote_table(sql, tr_pg_cell(tables, row, T_SCHEMA), tr_pg_cell(tables, row, T_NAME));
    tr_buf_text(sql, " REPLICA IDENTITY ");
    if (rule->identity == 'i') {
        snprintf(index, sizeof index, "%.*s", (int)rule->index.n, rule->index.p);
        tr_buf_text(sql, "USING INDEX ");
        tr_pg_quote(sql, index);
    } else {
        tr_buf_text(sql, rule->identity == 'f'   ? "FULL"
                         : rule->identity == 'd' ? "DEFAULT"
                                                 : "NOTHING");
    }
    return tr_buf_ok(sql) ? 0 : -1;
}

static int set(const struct tr_pg_session *session, const struct tr_replica_rule *rule,
               const PGresult *tables, int row, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    if (is_set(rule, tables, row))
        return 0;
    tr_buf_init(&sql, SQL_CAP);
    if (put_statement(&sql, rule, tables, row) < 0)
        return tr_fail_memory(diag);
    int rc = tr_pg_execute(session, tr_buf_string(&sql), diag);
    if (rc < 0)
        return tr_fail_in(diag, PROPERTY " cannot be carried out; run %.400s; as the table's owner",
                          tr_buf_string(&sql));
    if (!rc)
        tr_log_info(session->context->log, "replica identity set",
                    TR_LOG_STR("sql", tr_buf_string(&sql)));
    return rc;
}

static int set_all(const struct tr_pg_session *session, const struct tr_capture *capture,
                   const struct rules *rules, struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *tables = NULL;
    const struct tr_replica_rule *rule;
    char name[320];
    int rc = tr_pg_query(session, tables_sql, &tables, diag);

    for (int row = 0; !rc && row < PQntuples(tables); row++) {
        const char *schema = tr_pg_cell(tables, row, T_SCHEMA);
        const char *table = tr_pg_cell(tables, row, T_NAME);
        if (!tr_capture_wants(capture, schema, table))
            continue;
        snprintf(name, sizeof name, "%s.%s", schema, table);
        rc = find(rules, name, &rule, diag);
        if (!rc && rule)
            rc = set(session, rule, tables, row, diag);
    }
    return rc;
}

int tr_pg_set_replica_identities(const struct tr_pg_session *session,
                                 const struct tr_capture *capture, struct tr_diag *diag)
{
    const struct tr_list *values = &session->context->options->postgres.replica_identities;
    struct rules rules = {0};

    if (values->count == 0)
        return 0;
    int rc = make(&rules, values, diag);
    if (!rc)
        rc = set_all(session, capture, &rules, diag);
    finish(&rules);
    return rc;
}
