#include "source/mysql/schema/default.h"

#include "source/mysql/mysql-type.h"

#define SQL_CAP (64U << 10)

/* mysqld_error.h of both servers: who may not read a table is told of its columns all the same. */
#define TABLE_ACCESS_DENIED  1142
#define COLUMN_ACCESS_DENIED 1143

static bool is_doubtful(const struct tr_mysql_attribute *attribute, const struct tr_column *column)
{
    const char *text = column->default_text;

    return attribute->charset && column->optional && text && text[0] == '\'' && strchr(text, '?');
}

/* The value as a literal, in the definition's arena. */
static int set_default(const struct tr_mysql_attribute *attribute, const char *value,
                       struct tr_arena *arena, struct tr_column *column, struct tr_diag *diag)
{
    const struct tr_mysql_type *type;

    if (!value)
        return 0;
    if (tr_mysql_type_parse(attribute->spelling, attribute->charset, arena, &type, diag) < 0)
        return -1;
    column->default_text = tr_mysql_default_text(type, value, NULL, arena);
    return column->default_text ? 0 : tr_fail_memory(diag);
}

/* An outer join has a row of the table, all NULL, whether the table has one or not. */
static int mend(const struct tr_mysql_session *session, struct tr_mysql_definition *definition,
                struct tr_column *column, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    const struct tr_table *table = &definition->table;

    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "SELECT CONVERT(DEFAULT(");
    tr_mysql_quote(&sql, column->name);
    tr_buf_text(&sql, ") USING utf8mb4) FROM (SELECT 1) AS one LEFT JOIN ");
    tr_mysql_quote_table(&sql, table->schema, table->name);
    tr_buf_text(&sql, " ON FALSE");
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    int rc = tr_mysql_query(session, tr_buf_string(&sql), &result, diag);
    unsigned error = rc < 0 ? tr_mysql_error(session) : 0;
    if (error == TABLE_ACCESS_DENIED || error == COLUMN_ACCESS_DENIED)
        return 0;
    MYSQL_ROW row = rc == 0 ? mysql_fetch_row(result) : NULL;
    if (rc || !row)
        return rc;
    return set_default(&definition->attributes[column - definition->table.columns], row[0],
                       &definition->arena, column, diag);
}

int tr_mysql_mend_defaults(const struct tr_mysql_session *session,
                           struct tr_mysql_definition *definition, struct tr_column *columns,
                           struct tr_diag *diag)
{
    int rc = 0;

    for (size_t i = 0; i < definition->table.ncolumns && rc == 0; i++)
        if (is_doubtful(&definition->attributes[i], &columns[i]))
            rc = mend(session, definition, &columns[i], diag);
    return rc;
}
