#include "source/postgres/publication.h"

#include <stdio.h>
#include <stdlib.h>

#include "source/postgres/failure.h"

#define ARENA_CHUNK (16U << 10)
#define ARENA_CAP   (256U << 20)
#define SQL_CAP     (16U << 20)

/* $1 is the publication. %s: what only PostgreSQL 15 and newer have. */
static const char tables_sql[] =
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence = 'u',"
    " pt.tablename IS NOT NULL, %s, c.relreplident, c.relispartition,"
    " coalesce(pg_partition_root(c.oid)::oid, 0), pr.prrelid IS NOT NULL,"
    " CASE c.relkind WHEN 'r' THEN greatest(c.reltuples, 0)::int8 ELSE (SELECT"
    " coalesce(sum(greatest(l.reltuples, 0)), 0)::int8 FROM pg_partition_tree(c.oid) t"
    " JOIN pg_class l ON l.oid = t.relid WHERE t.isleaf) END,"
    " CASE c.relkind WHEN 'r' THEN pg_relation_size(c.oid) ELSE (SELECT"
    " coalesce(sum(pg_relation_size(t.relid)), 0)::int8 FROM pg_partition_tree(c.oid) t"
    " WHERE t.isleaf) END"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_publication_tables pt ON pt.pubname = $1 AND pt.schemaname = n.nspname"
    " AND pt.tablename = c.relname"
    " LEFT JOIN pg_publication p ON p.pubname = $1"
    " LEFT JOIN pg_publication_rel pr ON pr.prpubid = p.oid AND pr.prrelid = c.oid"
    " WHERE c.relkind IN ('r', 'p') AND c.relpersistence IN ('p', 'u')"
    " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

static const char filter_sql[] = "pg_get_expr(pr.prqual, pr.prrelid)";

enum tables_column {
    T_OID,
    T_SCHEMA,
    T_NAME,
    T_KIND,
    T_UNLOGGED,
    T_PUBLISHED,
    T_FILTER,
    T_IDENTITY,
    T_PARTITION,
    T_ROOT,
    T_MEMBER, /* named in the publication itself */
    T_ROWS,
    T_BYTES,
};

static int list_tables(const struct tr_pg_session *session, PGresult **ret_result,
                       struct tr_diag *diag)
{
    const char *name = session->context->options->postgres.publication_name;
    char sql[sizeof tables_sql + sizeof filter_sql];

    snprintf(sql, sizeof sql, tables_sql, session->version >= 150000 ? filter_sql : "NULL");
    return tr_pg_ask(session, sql, (const char *[]){name, NULL}, ret_result, diag);
}

static bool wanted(const struct tr_capture *capture, const PGresult *result, int row)
{
    return tr_capture_wants(capture, tr_pg_cell(result, row, T_SCHEMA),
                            tr_pg_cell(result, row, T_NAME));
}

/* The publish list: skipped operations need not even be sent. truncate
 * stays, as Debezium has it. */
static void put_options(struct tr_buf *sql, const struct tr_connector_options *options)
{
    const char *skipped = options->capture.skipped_operations;
    bool c = skipped && strchr(skipped, 'c'), u = skipped && strchr(skipped, 'u');
    bool d = skipped && strchr(skipped, 'd');
    const char *separator = " WITH (";

    if (c || u || d) {
        tr_buf_printf(sql, "%spublish = '%s%s%struncate'", separator, c ? "" : "insert, ",
                      u ? "" : "update, ", d ? "" : "delete, ");
        separator = ", ";
    }
    if (options->postgres.publish_via_partition_root) {
        tr_buf_printf(sql, "%spublish_via_partition_root = true", separator);
        separator = ", ";
    }
    if (*separator == ',')
        tr_buf_text(sql, ")");
}

/* Add the tables that are wanted (and not yet members) to a statement; how many. */
static size_t put_tables(struct tr_buf *sql, const PGresult *tables,
                         const struct tr_capture *capture, bool want)
{
    size_t n = 0;

    for (int row = 0; row < PQntuples(tables); row++) {
        bool member = tr_pg_truth(tables, row, T_MEMBER);
        if (member == want || wanted(capture, tables, row) != want ||
            tr_pg_truth(tables, row, T_UNLOGGED))
            continue;
        tr_buf_text(sql, n++ ? ", " : " TABLE ");
        tr_pg_quote_table(sql, tr_pg_cell(tables, row, T_SCHEMA), tr_pg_cell(tables, row, T_NAME));
    }
    return n;
}

static int run(const struct tr_pg_session *session, struct tr_buf *sql, struct tr_diag *diag)
{
    if (!tr_buf_ok(sql))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the publication's table list is too long: use "
                       "publication.autocreate.mode=all_tables");
    int rc = tr_pg_execute(session, tr_buf_string(sql), diag);
    if (!rc)
        tr_log_info(session->context->log, "publication changed",
                    TR_LOG_STR("sql", tr_buf_string(sql)));
    if (rc < 0 && diag->cls == TR_AUTH)
        tr_fail(diag, TR_AUTH, TR_STOP,
                "user \"%s\" may not make or change the publication of publication.name: run as "
                "a superuser or the owner of the tables: %.1200s;",
                session->context->options->postgres.user, tr_buf_string(sql));
    return rc;
}

int tr_pg_publication_statement(const struct tr_pg_session *session,
                                const struct tr_capture *capture, struct tr_buf *sql,
                                struct tr_diag *diag)
{
    const struct tr_postgres_options *options = &session->context->options->postgres;
    TR_CLEANUP(tr_pg_clear) PGresult *tables = NULL;

    tr_buf_text(sql, "CREATE PUBLICATION ");
    tr_pg_quote(sql, options->publication_name);
    if (options->publication_mode == TR_PUBLICATION_ALL_TABLES) {
        tr_buf_text(sql, " FOR ALL TABLES");
    } else if (options->publication_mode != TR_PUBLICATION_NO_TABLES) {
        int rc = list_tables(session, &tables, diag);
        if (rc)
            return rc;
        tr_buf_text(sql, " FOR");
        if (put_tables(sql, tables, capture, true) == 0)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "no table of database \"%s\" passes the filters, so a filtered "
                           "publication would be empty: correct table.include.list or "
                           "schema.include.list, or create the table first",
                           options->dbname);
    }
    put_options(sql, session->context->options);
    return 0;
}

static int create(const struct tr_pg_session *session, const struct tr_capture *capture,
                  struct tr_diag *diag)
{
    const struct tr_postgres_options *options = &session->context->options->postgres;
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    if (options->publication_mode == TR_PUBLICATION_DISABLED)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "publication \"%s\" (publication.name) does not exist and "
                       "publication.autocreate.mode is disabled: create it, or choose "
                       "all_tables or filtered",
                       options->publication_name);
    tr_buf_init(&sql, SQL_CAP);
    int rc = tr_pg_publication_statement(session, capture, &sql, diag);
    return rc ? rc : run(session, &sql, diag);
}

/* Bring a filtered publication in line with the filters. Only what differs is touched: row filters
 * and column lists of other members stay. */
static int adjust(const struct tr_pg_session *session, const struct tr_capture *capture,
                  struct tr_diag *diag)
{
    const char *name = session->context->options->postgres.publication_name;
    TR_CLEANUP(tr_pg_clear) PGresult *tables = NULL;
    int rc = list_tables(session, &tables, diag);

    for (int add = 1; !rc && add >= 0; add--) {
        TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
        tr_buf_init(&sql, SQL_CAP);
        tr_buf_text(&sql, "ALTER PUBLICATION ");
        tr_pg_quote(&sql, name);
        tr_buf_text(&sql, add ? " ADD" : " DROP");
        if (put_tables(&sql, tables, capture, add) > 0)
            rc = run(session, &sql, diag);
    }
    return rc;
}

int tr_pg_publication_ensure(const struct tr_pg_session *session, const struct tr_capture *capture,
                             struct tr_diag *diag)
{
    const struct tr_postgres_options *options = &session->context->options->postgres;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_ask(session, "SELECT puballtables FROM pg_publication WHERE pubname = $1",
                       (const char *[]){options->publication_name, NULL}, &result, diag);

    if (rc)
        return rc;
    if (PQntuples(result) == 0)
        return create(session, capture, diag);
    if (options->publication_mode == TR_PUBLICATION_FILTERED && !tr_pg_truth(result, 0, 0))
        return adjust(session, capture, diag);
    return 0;
}

/* Does every published member of this partition tree pass the filters? Then the tree's root and
 * inner nodes need not be published themselves. */
static bool leaves_wanted(const struct tr_capture *capture, const PGresult *tables, int64_t root)
{
    bool found = false;

    for (int row = 0; row < PQntuples(tables); row++) {
        if (tr_pg_number(tables, row, T_ROOT) != root || !tr_pg_truth(tables, row, T_PUBLISHED))
            continue;
        found = true;
        if (!wanted(capture, tables, row))
            return false;
    }
    return found;
}

/* Its rows come under the name of the root, and that one is captured. */
static bool root_wanted(const struct tr_capture *capture, const PGresult *tables, int64_t root)
{
    for (int row = 0; row < PQntuples(tables); row++)
        if (tr_pg_number(tables, row, T_OID) == root)
            return tr_pg_truth(tables, row, T_PUBLISHED) && wanted(capture, tables, row);
    return false;
}

/* A captured relation that the publication doesn't name, but whose rows come under other names that
 * are captured too. */
static bool covered_otherwise(const struct tr_capture *capture, const PGresult *tables, int row)
{
    int64_t root = tr_pg_number(tables, row, T_ROOT);

    if (tr_pg_cell(tables, row, T_KIND)[0] == 'p' && leaves_wanted(capture, tables, root))
        return true;
    return tr_pg_truth(tables, row, T_PARTITION) && root_wanted(capture, tables, root);
}

static const char *copy(struct tr_arena *arena, const char *text, bool *failed)
{
    const char *copied = text ? tr_arena_strdup(arena, tr_slice_of(text)) : NULL;

    *failed |= text && !copied;
    return copied;
}

static bool add_table(struct tr_pg_publication *publication, const PGresult *tables, int row)
{
    struct tr_arena *arena = &publication->arena;
    bool failed = false;

    publication->tables[publication->count++] = (struct tr_pg_published){
        .id = (uint32_t)tr_pg_number(tables, row, T_OID),
        .schema = copy(arena, tr_pg_cell(tables, row, T_SCHEMA), &failed),
        .name = copy(arena, tr_pg_cell(tables, row, T_NAME), &failed),
        .kind = tr_pg_cell(tables, row, T_KIND)[0],
        .unlogged = tr_pg_truth(tables, row, T_UNLOGGED),
        .published = tr_pg_truth(tables, row, T_PUBLISHED),
        .filter = copy(arena, tr_pg_cell(tables, row, T_FILTER), &failed),
        .rows = tr_pg_number(tables, row, T_ROWS),
        .bytes = tr_pg_number(tables, row, T_BYTES),
        .identity = tr_pg_cell(tables, row, T_IDENTITY)[0],
    };
    return !failed;
}

/* Without a publication (nothing is streamed): what a new one would name. */
static bool would_be_published(const PGresult *tables, int row, bool via_root)
{
    return via_root ? !tr_pg_truth(tables, row, T_PARTITION)
                    : tr_pg_cell(tables, row, T_KIND)[0] == 'r';
}

static int fill(const struct tr_pg_session *session, const struct tr_capture *capture,
                const PGresult *tables, bool streamed, struct tr_pg_publication *publication)
{
    bool via_root = session->context->options->postgres.publish_via_partition_root;

    publication->tables = tr_arena_zalloc(&publication->arena, (size_t)PQntuples(tables),
                                          sizeof *publication->tables);
    if (!publication->tables)
        return -1;
    for (int row = 0; row < PQntuples(tables); row++) {
        if (!wanted(capture, tables, row))
            continue;
        if (!streamed && !would_be_published(tables, row, via_root))
            continue;
        if (streamed && !tr_pg_truth(tables, row, T_PUBLISHED) &&
            covered_otherwise(capture, tables, row))
            continue;
        if (!add_table(publication, tables, row))
            return -1;
    }
    return 0;
}

static int read_flags(const struct tr_pg_session *session, struct tr_pg_publication *publication,
                      struct tr_diag *diag)
{
    const char *name = session->context->options->postgres.publication_name;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_ask(session,
                       "SELECT pubviaroot, pubupdate, pubdelete FROM pg_publication"
                       " WHERE pubname = $1",
                       (const char *[]){name, NULL}, &result, diag);

    if (rc || PQntuples(result) == 0)
        return rc;
    publication->via_root = tr_pg_truth(result, 0, 0);
    publication->updates = tr_pg_truth(result, 0, 1);
    publication->deletes = tr_pg_truth(result, 0, 2);
    return 0;
}

int tr_pg_publication_tables(const struct tr_pg_session *session, const struct tr_capture *capture,
                             bool publication, struct tr_pg_publication *ret_publication,
                             struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *tables = NULL;

    *ret_publication = (struct tr_pg_publication){0};
    tr_arena_init(&ret_publication->arena, ARENA_CHUNK, ARENA_CAP);
    int rc = list_tables(session, &tables, diag);
    if (!rc)
        rc = read_flags(session, ret_publication, diag);
    if (!rc && fill(session, capture, tables, publication, ret_publication) < 0)
        rc = tr_fail_memory(diag);
    return rc;
}

void tr_pg_publication_finish(struct tr_pg_publication *publication)
{
    tr_arena_finish(&publication->arena);
    publication->tables = NULL;
}

const struct tr_pg_published *tr_pg_publication_gap(const struct tr_pg_publication *publication)
{
    for (size_t i = 0; i < publication->count; i++)
        if (!publication->tables[i].published && !publication->tables[i].unlogged)
            return &publication->tables[i];
    return NULL;
}

int tr_pg_publication_fail_gap(const struct tr_pg_session *session,
                               const struct tr_pg_published *table, struct tr_diag *diag)
{
    const char *publication = session->context->options->postgres.publication_name;

    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "table %s.%s is to be captured, but publication \"%s\" does not publish its "
                   "changes under that name: ALTER PUBLICATION \"%s\" ADD TABLE \"%s\".\"%s\"; "
                   "(a partition or partitioned table: set publish.via.partition.root and the "
                   "filters to the same name), or leave it out with table.exclude.list",
                   table->schema, table->name, publication, publication, table->schema,
                   table->name);
}
