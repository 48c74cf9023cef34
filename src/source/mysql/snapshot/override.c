/* snapshot.select.statement.overrides */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "source/mysql/snapshot/impl.h"

#define PROPERTY "snapshot.select.statement.overrides"

/* mysqld_error.h */
#define SYNTAX_ERROR 1064

/* A LIMIT that is none: MariaDB forgets the order of a subquery without one. */
#define NO_LIMIT " LIMIT 18446744073709551615"

/* Without the semicolon that some people end it with: it becomes part of another one. */
static const char *trimmed(struct tr_arena *arena, const char *statement, const char *ending)
{
    size_t n = strlen(statement);

    while (n && (isspace((unsigned char)statement[n - 1]) || statement[n - 1] == ';'))
        n--;
    return tr_arena_printf(arena, "%.*s%s", (int)n, statement, ending);
}

static int describe(const struct tr_mysql_session *session, const char *statement,
                    MYSQL_RES **ret_result, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    tr_buf_init(&sql, strlen(statement) + 128);
    tr_buf_printf(&sql, "SELECT * FROM (%s) AS selected LIMIT 0", statement);
    return tr_buf_ok(&sql) ? tr_mysql_query(session, tr_buf_string(&sql), ret_result, diag)
                           : tr_fail_memory(diag);
}

static int find_place(const struct tr_table *table, const char *name,
                      struct tr_mysql_place *ret_place, struct tr_diag *diag)
{
    for (size_t i = 0; i < table->ncolumns; i++) {
        const struct tr_mysql_type *type = table->columns[i].type;
        if (strcasecmp(table->columns[i].name, name) != 0)
            continue;
        *ret_place = (struct tr_mysql_place){(unsigned)i, type, tr_mysql_type_transcoder(type)};
        return 0;
    }
    return tr_fail(
        diag, TR_CONFIG, TR_STOP,
        "it selects a column \"%s\", which the table doesn't have: name it as one of the "
        "table's, or leave it out",
        name);
}

static int take_columns(struct tr_mysql_snapshot *snapshot, struct tr_mysql_snapshot_table *table,
                        MYSQL_RES *result, struct tr_diag *diag)
{
    const MYSQL_FIELD *fields = mysql_fetch_fields(result);
    size_t n = mysql_num_fields(result);

    if (n > table->version->table.ncolumns)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "it selects more columns than the table has");
    table->places = tr_arena_zalloc(&snapshot->arena, n, sizeof *table->places);
    if (!table->places)
        return tr_fail_memory(diag);
    table->nplaces = n;
    for (size_t i = 0; i < n; i++)
        if (find_place(&table->version->table, fields[i].name, &table->places[i], diag) < 0)
            return -1;
    return 0;
}

int tr_mysql_snapshot_override(struct tr_mysql_snapshot *snapshot,
                               struct tr_mysql_snapshot_table *table, struct tr_diag *diag)
{
    const struct tr_table *version = &table->version->table;
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    char name[512];

    snprintf(name, sizeof name, "%s.%s", version->schema, version->name);
    const char *statement = NULL;
    if (snapshot->params->executor)
        (void)tr_mysql_snapshot_ordered(snapshot, name, &statement);
    else
        statement = tr_snapshot_override(&snapshot->context->options->snapshot, name);
    if (!statement)
        return 0;
    table->chunked = false;
    table->statement = trimmed(&snapshot->arena, statement, NO_LIMIT);
    if (!table->statement)
        return tr_fail_memory(diag);
    int rc = describe(&snapshot->catalog, table->statement, &result, diag);
    if (rc < 0 && tr_mysql_error(&snapshot->catalog) == SYNTAX_ERROR) { /* it has one of its own? */
        table->statement = trimmed(&snapshot->arena, statement, "");
        rc = table->statement ? describe(&snapshot->catalog, table->statement, &result, diag)
                              : tr_fail_memory(diag);
    }
    if (!rc)
        rc = take_columns(snapshot, table, result, diag);
    return rc < 0
               ? tr_fail_in(diag, "the statement in %s.%s",
                            snapshot->params->executor ? "additional-conditions" : PROPERTY, name)
               : rc;
}
