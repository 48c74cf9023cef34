#include <stdio.h>
#include <stdlib.h>

#include "capture/key.h"
#include "source/postgres/check/impl.h"

int tr_pg_check_publication(struct tr_pg_checking *checking)
{
    const char *name = checking->options->publication_name;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_ask(&checking->session,
                       "SELECT pg_has_role(pubowner, 'USAGE') FROM pg_publication"
                       " WHERE pubname = $1",
                       (const char *[]){name, NULL}, &result, checking->diag);

    if (rc)
        return rc;
    checking->published = PQntuples(result) > 0;
    checking->owned = checking->published && tr_pg_truth(result, 0, 0);
    if (checking->published)
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "publication \"%s\" exists", name);
    return 0;
}

/* FOR ALL TABLES is for superusers; FOR TABLE for who owns the tables and may create here. */
static int may_create(const struct tr_pg_checking *checking, bool *ret_may)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    int64_t may;

    tr_buf_init(&sql, 1 << 20);
    tr_buf_text(&sql, "SELECT (rolsuper");
    if (checking->options->publication_mode != TR_PUBLICATION_ALL_TABLES) {
        tr_buf_text(&sql, " OR has_database_privilege(current_database(), 'CREATE') AND NOT EXISTS"
                          " (SELECT 1 FROM pg_class WHERE oid IN (0");
        for (size_t i = 0; i < checking->publication.count; i++)
            tr_buf_printf(&sql, ", %u", checking->publication.tables[i].id);
        tr_buf_text(&sql, ") AND NOT pg_has_role(relowner, 'USAGE'))");
    }
    tr_buf_text(&sql, ")::int FROM pg_roles WHERE rolname = current_user");
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(checking->diag);
    int rc = tr_pg_check_number(checking, tr_buf_string(&sql), &may);
    if (!rc)
        *ret_may = may;
    return rc;
}

/* There is no publication: can the start make one? */
int tr_pg_check_creation(struct tr_pg_checking *checking)
{
    const char *name = checking->options->publication_name;
    bool disabled = checking->options->publication_mode == TR_PUBLICATION_DISABLED;
    TR_CLEANUP(tr_buf_finish) struct tr_buf mend = {0};
    bool may = false;

    if (checking->published)
        return 0;
    int rc = disabled ? 0 : may_create(checking, &may);

    if (rc)
        return rc;
    tr_buf_init(&mend, 16 << 20);
    rc = tr_pg_publication_statement(&checking->session, checking->capture, &mend, checking->diag);
    if (rc < 0) {
        tr_report_add(checking->report, TR_FINDING_ERROR, NULL, "%s", checking->diag->message);
        return 0;
    }
    tr_buf_text(&mend, may ? "" : "; -- as a superuser");
    if (may)
        tr_report_add(checking->report, TR_FINDING_OK, NULL,
                      "publication \"%s\" does not exist yet and will be created", name);
    else if (disabled)
        tr_report_add(
            checking->report, TR_FINDING_ERROR, tr_buf_string(&mend),
            "publication \"%s\" does not exist, and publication.autocreate.mode is disabled", name);
    else
        tr_report_add(checking->report, TR_FINDING_ERROR, tr_buf_string(&mend),
                      "publication \"%s\" does not exist, and user \"%s\" may not create it "
                      "(all_tables is for superusers; filtered for who owns the tables and has "
                      "CREATE on the database)",
                      name, checking->options->user);
    return rc;
}

static void quote_table(const struct tr_pg_published *table, char ret_quoted[TR_PG_QUOTED])
{
    struct tr_buf buf;

    tr_buf_init(&buf, 4096);
    tr_pg_quote_table(&buf, table->schema, table->name);
    snprintf(ret_quoted, TR_PG_QUOTED, "%s", tr_buf_string(&buf));
    tr_buf_finish(&buf);
}

static void quote_schema(const struct tr_pg_published *table, char ret_quoted[TR_PG_QUOTED])
{
    struct tr_buf buf;

    tr_buf_init(&buf, 4096);
    tr_pg_quote(&buf, table->schema);
    snprintf(ret_quoted, TR_PG_QUOTED, "%s", tr_buf_string(&buf));
    tr_buf_finish(&buf);
}

static int check_select(const struct tr_pg_checking *checking, const struct tr_pg_published *table)
{
    char sql[160], mend[TR_PG_MEND_SIZE], schema[TR_PG_QUOTED], name[TR_PG_QUOTED];
    int64_t may;

    snprintf(sql, sizeof sql,
             "SELECT (has_schema_privilege(relnamespace, 'USAGE') AND has_table_privilege(oid, "
             "'SELECT'))::int FROM pg_class WHERE oid = %u",
             table->id);
    int rc = tr_pg_check_number(checking, sql, &may);
    if (rc || may)
        return rc;
    quote_schema(table, schema);
    quote_table(table, name);
    snprintf(mend, sizeof mend, "GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s TO %s;", schema,
             checking->user, name, checking->user);
    tr_report_add(checking->report, TR_FINDING_ERROR, mend,
                  "user \"%s\" may not read table %s.%s, which the snapshot needs",
                  checking->options->user, table->schema, table->name);
    return 0;
}

/* $1: the table. Its columns, and which of them belong to the replica identity and to the key (as
 * catalog.c chooses it). The identity of DEFAULT is the primary key. */
static const char key_sql[] =
    "SELECT a.attname, coalesce(a.attnum = ANY (ident.columns), false),"
    " coalesce(a.attnum = ANY (key.columns), false) FROM pg_class c"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " LEFT JOIN LATERAL (SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns FROM pg_index i"
    " WHERE i.indrelid = c.oid AND i.indisvalid AND CASE c.relreplident WHEN 'i'"
    " THEN i.indisreplident ELSE i.indisprimary END) ident ON true"
    " LEFT JOIN LATERAL (SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns FROM pg_index i"
    " JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisunique"
    " AND i.indisvalid AND i.indexprs IS NULL"
    " ORDER BY i.indisprimary DESC, x.relname COLLATE \"C\" LIMIT 1) key ON true"
    " WHERE c.oid = $1::oid ORDER BY a.attnum";

/* The table as message.key.columns sees it. */
static int shape_of(const PGresult *result, const struct tr_pg_published *table,
                    struct tr_arena *arena, struct tr_table *ret_shape)
{
    size_t n = (size_t)PQntuples(result);
    struct tr_column *columns = tr_arena_zalloc(arena, n + 1, sizeof *columns);
    unsigned *key = tr_arena_zalloc(arena, n + 1, sizeof *key);

    if (!columns || !key)
        return -1;
    *ret_shape = (struct tr_table){.schema = table->schema,
                                   .name = table->name,
                                   .columns = columns,
                                   .ncolumns = n,
                                   .key = key};
    for (size_t i = 0; i < n; i++) {
        columns[i].name = tr_pg_cell(result, (int)i, 0);
        columns[i].identity = tr_pg_truth(result, (int)i, 1);
        if (tr_pg_truth(result, (int)i, 2))
            key[ret_shape->nkey++] = (unsigned)i;
    }
    return 0;
}

/* message.key.columns that would fit: the columns that a delete does carry. */
static void put_fitting_key(const struct tr_table *shape, struct tr_buf *mend)
{
    const char *separator = ":";

    tr_buf_printf(mend, "; or set message.key.columns=%s.%s", shape->schema, shape->name);
    for (size_t i = 0; i < shape->ncolumns; i++) {
        if (!shape->columns[i].identity)
            continue;
        tr_buf_printf(mend, "%s%s", separator, shape->columns[i].name);
        separator = ",";
    }
}

static void report_key(const struct tr_pg_checking *checking, const struct tr_pg_published *table,
                       const struct tr_table *shape, const struct tr_key_columns *key)
{
    const char *lacking = NULL;
    TR_CLEANUP(tr_buf_finish) struct tr_buf mend = {0};

    for (size_t i = 0; i < key->count && !lacking; i++)
        if (!shape->columns[key->places[i]].identity)
            lacking = shape->columns[key->places[i]].name;
    if (!lacking)
        return;
    tr_buf_init(&mend, 1 << 20);
    tr_buf_text(&mend, "ALTER TABLE ");
    tr_pg_quote_table(&mend, table->schema, table->name);
    tr_buf_text(&mend, " REPLICA IDENTITY FULL;");
    if (key->places == shape->key && table->identity == 'i')
        tr_buf_text(&mend, " -- or DEFAULT, if the primary key is the key");
    put_fitting_key(shape, &mend);
    tr_report_add(checking->report, TR_FINDING_WARNING, tr_buf_string(&mend),
                  "column %s is in the key of table %s.%s, but not in its replica identity (%s): a "
                  "delete can't carry it, so its record has another key than the row's",
                  lacking, table->schema, table->name,
                  table->identity == 'i' ? "USING INDEX" : "the primary key");
}

/* A delete has only the columns of the replica identity. */
static int check_key(const struct tr_pg_checking *checking, const struct tr_pg_published *table)
{
    const char *rules_text = checking->context->options->capture.message_key_columns;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    struct tr_key_rules *rules = NULL;
    struct tr_key_columns key;
    struct tr_table shape;
    struct tr_arena arena;
    char id[16];

    if (table->identity == 'f')
        return 0;
    snprintf(id, sizeof id, "%" PRIu32, table->id);
    int rc =
        tr_pg_ask(&checking->session, key_sql, (const char *[]){id, NULL}, &result, checking->diag);
    if (rc)
        return rc;
    tr_arena_init(&arena, 4096, 1 << 24);
    rc = tr_key_rules_new(rules_text, &rules, checking->diag);
    if (rc == 0)
        rc = shape_of(result, table, &arena, &shape) < 0
                 ? tr_fail_memory(checking->diag)
                 : tr_key_rules_apply(rules, &shape, &arena, &key, checking->diag);
    if (rc == 0)
        report_key(checking, table, &shape, &key);
    tr_key_rules_free(rules);
    tr_arena_finish(&arena);
    return rc;
}

/* Without an identity the server itself refuses the application's UPDATEs and DELETEs. */
static int check_replica_identity(const struct tr_pg_checking *checking,
                                  const struct tr_pg_published *table)
{
    char sql[256], mend[TR_PG_MEND_SIZE], name[TR_PG_QUOTED];
    int64_t keys = 1;

    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM pg_index WHERE indrelid = %u AND indisvalid AND %s", table->id,
             table->identity == 'i' ? "indisreplident" : "indisprimary");
    int rc = table->identity == 'f' ? 0 : tr_pg_check_number(checking, sql, &keys);
    if (rc)
        return rc;
    if (keys > 0 && table->identity != 'n')
        return check_key(checking, table);
    if (checking->published && !checking->publication.updates && !checking->publication.deletes)
        return 0;
    quote_table(table, name);
    snprintf(mend, sizeof mend,
             "ALTER TABLE %s ADD PRIMARY KEY (…); -- or ALTER TABLE %s REPLICA IDENTITY FULL;",
             name, name);
    tr_report_add(checking->report, TR_FINDING_WARNING, mend,
                  "table %s.%s has no replica identity: while it is published, the server refuses "
                  "UPDATE and DELETE on it",
                  table->schema, table->name);
    return 0;
}

static void check_coverage(const struct tr_pg_checking *checking,
                           const struct tr_pg_published *table)
{
    char mend[TR_PG_MEND_SIZE], name[TR_PG_QUOTED];

    if (table->unlogged) {
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "table %s.%s is unlogged: the snapshot has it, the stream never will",
                      table->schema, table->name);
        return;
    }
    enum tr_publication_mode mode = checking->options->publication_mode;
    if (!checking->published || table->published || mode == TR_PUBLICATION_NO_TABLES)
        return;
    /* a filtered one is brought in line at the start */
    if (mode == TR_PUBLICATION_FILTERED && checking->owned)
        return;
    quote_table(table, name);
    snprintf(mend, sizeof mend, "ALTER PUBLICATION %s ADD TABLE %s;", checking->publication_name,
             name);
    tr_report_add(checking->report, TR_FINDING_ERROR, mend,
                  "publication \"%s\" does not publish the changes of table %s.%s under that "
                  "name%s",
                  checking->options->publication_name, table->schema, table->name,
                  mode == TR_PUBLICATION_FILTERED ? ", and belongs to another user" : "");
}

/* TOAST: large values that an UPDATE leaves alone are not in the log. */
static int check_toast(const struct tr_pg_checking *checking)
{
    int64_t tables;
    int rc = tr_pg_check_number(checking,
                                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid ="
                                " c.relnamespace WHERE c.relkind = 'r' AND c.reltoastrelid <> 0 AND"
                                " c.relreplident <> 'f' AND n.nspname !~ '^pg_' AND n.nspname <>"
                                " 'information_schema'",
                                &tables);

    if (rc || tables == 0)
        return rc;
    tr_report_add(checking->report, TR_FINDING_OK, "ALTER TABLE … REPLICA IDENTITY FULL;",
                  "%lld tables can hold values out of line: where an UPDATE leaves such a value "
                  "unchanged, unavailable.value.placeholder stands for it (unless the replica "
                  "identity is FULL)",
                  (long long)tables);
    return 0;
}

/* Since 18 an identity with a generated column that isn't published makes
 * UPDATE and DELETE fail. */
static int check_generated(const struct tr_pg_checking *checking)
{
    static const char sql[] =
        "SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relreplident = 'f'"
        " AND a.attgenerated <> '' AND NOT a.attisdropped AND n.nspname !~ '^pg_'"
        " AND n.nspname <> 'information_schema'";
    char mend[TR_PG_MEND_SIZE];
    int64_t columns;

    if (checking->session.version < 180000)
        return 0;
    int rc = tr_pg_check_number(checking, sql, &columns);
    if (rc || columns == 0)
        return rc;
    snprintf(mend, sizeof mend, "ALTER PUBLICATION %s SET (publish_generated_columns = stored);",
             checking->publication_name);
    tr_report_add(checking->report, TR_FINDING_WARNING, mend,
                  "%lld generated columns are in a table with REPLICA IDENTITY FULL: unless they "
                  "are published, the server refuses UPDATE and DELETE on it",
                  (long long)columns);
    return 0;
}

int tr_pg_check_tables(struct tr_pg_checking *checking)
{
    bool streamed =
        checking->published && checking->options->publication_mode != TR_PUBLICATION_NO_TABLES;
    int rc = tr_pg_publication_tables(&checking->session, checking->capture, streamed,
                                      &checking->publication, checking->diag);

    for (size_t i = 0; !rc && i < checking->publication.count; i++) {
        const struct tr_pg_published *table = &checking->publication.tables[i];
        check_coverage(checking, table);
        rc = check_select(checking, table);
        if (!rc && table->kind == 'r')
            rc = check_replica_identity(checking, table);
    }
    if (rc)
        return rc;
    if (checking->publication.count == 0)
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "no table of database \"%s\" passes the filters", checking->options->dbname);
    else
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "captured tables: %zu",
                      checking->publication.count);
    rc = check_toast(checking);
    return rc ? rc : check_generated(checking);
}
