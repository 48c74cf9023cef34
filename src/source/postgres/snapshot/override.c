/* snapshot.select.statement.overrides */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "source/postgres/snapshot-impl.h"

#define PROPERTY "snapshot.select.statement.overrides"

/* Without the semicolon that some people end it with: it becomes part of another one. */
static const char *trimmed(struct tr_arena *arena, const char *statement)
{
    size_t n = strlen(statement);

    while (n && (isspace((unsigned char)statement[n - 1]) || statement[n - 1] == ';'))
        n--;
    return tr_arena_strdup(arena, (struct tr_slice){statement, n});
}

static int describe(const struct tr_pg_session *session, const char *statement,
                    PGresult **ret_result, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    tr_buf_init(&sql, strlen(statement) + 128);
    tr_buf_printf(&sql, "SELECT * FROM (%s) AS selected LIMIT 0", statement);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    int rc = tr_pg_execute(session, TR_PG_USERS_PATH, diag);
    if (!rc)
        rc = tr_pg_query(session, tr_buf_string(&sql), ret_result, diag);
    return rc ? rc : tr_pg_execute(session, TR_PG_OWN_PATH, diag);
}

static int find_column(const struct tr_table *table, const char *name, unsigned *ret_place,
                       struct tr_diag *diag)
{
    for (size_t i = 0; i < table->ncolumns; i++)
        if (strcasecmp(table->columns[i].name, name) == 0) {
            *ret_place = (unsigned)i;
            return 0;
        }
    return tr_fail(
        diag, TR_CONFIG, TR_STOP,
        "it selects a column \"%s\", which the table doesn't have: name it as one of the "
        "table's, or leave it out",
        name);
}

static int take_columns(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                        const PGresult *result, struct tr_diag *diag)
{
    size_t n = (size_t)PQnfields(result);

    if (n > table->version->table.ncolumns)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "it selects more columns than the table has");
    table->places = tr_arena_zalloc(&snapshot->arena, n, sizeof *table->places);
    if (!table->places)
        return tr_fail_memory(diag);
    table->nplaces = n;
    for (size_t i = 0; i < n; i++)
        if (find_column(&table->version->table, PQfname(result, (int)i), &table->places[i], diag) <
            0)
            return -1;
    return 0;
}

int tr_pg_snapshot_override(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                            struct tr_pg_snapshot_table *table, struct tr_diag *diag)
{
    const struct tr_table *version = &table->version->table;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    char name[320];

    snprintf(name, sizeof name, "%s.%s", version->schema, version->name);
    const char *statement = NULL;
    if (snapshot->params->executor)
        (void)tr_pg_snapshot_ordered(snapshot, name, &statement);
    if (!statement)
        statement = tr_snapshot_override(&snapshot->context->options->snapshot, name);
    if (!statement)
        return 0;
    table->statement = trimmed(&snapshot->arena, statement);
    if (!table->statement)
        return tr_fail_memory(diag);
    table->chunked = table->direct = false;
    int rc = describe(session, table->statement, &result, diag);
    if (!rc)
        rc = take_columns(snapshot, table, result, diag);
    return rc < 0 ? tr_fail_in(diag, "the statement in " PROPERTY ".%s", name) : rc;
}
