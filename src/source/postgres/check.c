#include "source/postgres/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "source/postgres/publication.h"
#include "source/postgres/slot.h"

#define MEND_SIZE 1024

/* What a check works on. */
struct checking {
    const struct tr_pg_context *context;
    const struct tr_postgres_options *options;
    struct tr_capture *capture;
    const struct tr_pg_position *stored;
    struct tr_report *report;
    struct tr_pg_session session, replication;
    struct tr_pg_publication publication;
    bool published; /* the publication exists, and was looked at */
    struct tr_diag *diag;
};

/* A single value of a query. */
static int ask_number(const struct checking *checking, const char *sql, int64_t *ret_number)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_query(&checking->session, sql, &result, checking->diag);

    if (rc)
        return rc;
    *ret_number = PQntuples(result) ? tr_pg_number(result, 0, 0) : 0;
    return 0;
}

/* Releases before these lose or repeat changes by bugs of the server. Facts: the release notes of
 * August 2025 (data lost after DDL beside open transactions, confirmed_flush_lsn moving back), and
 * of November 2026 for 15 (wrong initial snapshots). */
static void check_version(const struct checking *checking)
{
    static const struct {
        int major, minor;
    } sound[] = {{13, 22}, {14, 19}, {15, 20}, {16, 10}, {17, 6}};
    int major = checking->session.version / 10000, minor = checking->session.version % 10000;

    for (size_t i = 0; i < TR_COUNT(sound); i++)
        if (sound[i].major == major && minor < sound[i].minor) {
            tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                          "PostgreSQL %d.%d has known bugs in logical decoding that lose changes: "
                          "update it to %d.%d or newer",
                          major, minor, major, sound[i].minor);
            return;
        }
    tr_report_add(checking->report, TR_FINDING_OK, NULL, "PostgreSQL %d.%d", major, minor);
}

static int check_wal_level(struct checking *checking)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_query(&checking->session, "SHOW wal_level", &result, checking->diag);

    if (rc)
        return rc;
    const char *level = PQgetvalue(result, 0, 0);
    if (strcmp(level, "logical") == 0)
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "wal_level is logical");
    else
        tr_report_add(checking->report, TR_FINDING_ERROR,
                      "ALTER SYSTEM SET wal_level = logical; -- then restart the server",
                      "wal_level is %s, the stream needs logical", level);
    return 0;
}

static int check_room(struct checking *checking)
{
    int64_t slots, senders;
    int rc = ask_number(checking,
                        "SELECT current_setting('max_replication_slots')::int - count(*)"
                        " FROM pg_replication_slots",
                        &slots);

    if (!rc)
        rc = ask_number(checking,
                        "SELECT current_setting('max_wal_senders')::int - count(*)"
                        " FROM pg_stat_replication",
                        &senders);
    if (rc)
        return rc;
    if (slots < 1 && checking->stored->stage != TR_PG_STREAM)
        tr_report_add(checking->report, TR_FINDING_ERROR,
                      "ALTER SYSTEM SET max_replication_slots = 20; -- then restart the server, or "
                      "drop a slot that nobody needs",
                      "no replication slot is free");
    else
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "%lld replication slots are free",
                      (long long)slots);
    if (senders < 1)
        tr_report_add(checking->report, TR_FINDING_ERROR,
                      "ALTER SYSTEM SET max_wal_senders = 20; -- then restart the server",
                      "no walsender is free");
    else
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "%lld walsenders are free",
                      (long long)senders);
    return 0;
}

static void check_encoding(const struct checking *checking)
{
    const char *encoding = PQparameterStatus(checking->session.conn, "server_encoding");

    if (encoding && strcmp(encoding, "SQL_ASCII") == 0)
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "the database's encoding is SQL_ASCII: a text that is not UTF-8 will stop "
                      "the connector; leave such columns out with column.exclude.list");
}

/* The replication session shows by itself whether the role and pg_hba.conf allow it. */
static int check_replication(struct checking *checking)
{
    char mend[MEND_SIZE];
    int rc =
        tr_pg_connect(checking->context, TR_PG_REPLICATION, &checking->replication, checking->diag);

    if (rc == 0) {
        tr_report_add(checking->report, TR_FINDING_OK, NULL,
                      "user \"%s\" may open a replication session", checking->options->user);
        return 0;
    }
    snprintf(mend, sizeof mend, "ALTER ROLE \"%s\" REPLICATION;", checking->options->user);
    tr_report_add(checking->report, TR_FINDING_ERROR, checking->diag->cls == TR_AUTH ? mend : NULL,
                  "no replication session: %s", checking->diag->message);
    return 0;
}

static int check_publication(struct checking *checking)
{
    const char *name = checking->options->publication_name;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_ask(&checking->session, "SELECT 1 FROM pg_publication WHERE pubname = $1",
                       (const char *[]){name, NULL}, &result, checking->diag);

    if (rc)
        return rc;
    checking->published = PQntuples(result) > 0;
    if (checking->published)
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "publication \"%s\" exists", name);
    return 0;
}

/* FOR ALL TABLES is for superusers; FOR TABLE for who owns the tables and may create here. */
static int may_create(const struct checking *checking, bool *ret_may)
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
    int rc = ask_number(checking, tr_buf_string(&sql), &may);
    if (!rc)
        *ret_may = may;
    return rc;
}

/* There is no publication: can the start make one? */
static int check_creation(struct checking *checking)
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

static int check_select(const struct checking *checking, const struct tr_pg_published *table)
{
    char sql[160], mend[MEND_SIZE];
    int64_t may;

    snprintf(sql, sizeof sql,
             "SELECT (has_schema_privilege(relnamespace, 'USAGE') AND has_table_privilege(oid, "
             "'SELECT'))::int FROM pg_class WHERE oid = %u",
             table->id);
    int rc = ask_number(checking, sql, &may);
    if (rc || may)
        return rc;
    snprintf(mend, sizeof mend,
             "GRANT USAGE ON SCHEMA \"%s\" TO \"%s\"; GRANT SELECT ON \"%s\".\"%s\" TO \"%s\";",
             table->schema, checking->options->user, table->schema, table->name,
             checking->options->user);
    tr_report_add(checking->report, TR_FINDING_ERROR, mend,
                  "user \"%s\" may not read table %s.%s, which the snapshot needs",
                  checking->options->user, table->schema, table->name);
    return 0;
}

/* Without an identity the server itself refuses the application's UPDATEs and DELETEs. */
static int check_replica_identity(const struct checking *checking,
                                  const struct tr_pg_published *table)
{
    char sql[256], mend[MEND_SIZE];
    int64_t keys = 1;

    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM pg_index WHERE indrelid = %u AND indisvalid AND %s", table->id,
             table->identity == 'i' ? "indisreplident" : "indisprimary");
    int rc = table->identity == 'f' ? 0 : ask_number(checking, sql, &keys);
    if (rc)
        return rc;
    if (keys > 0 && table->identity != 'n')
        return 0;
    if (checking->published && !checking->publication.updates && !checking->publication.deletes)
        return 0;
    snprintf(mend, sizeof mend,
             "ALTER TABLE \"%s\".\"%s\" ADD PRIMARY KEY (…); -- or ALTER TABLE \"%s\".\"%s\" "
             "REPLICA IDENTITY FULL;",
             table->schema, table->name, table->schema, table->name);
    tr_report_add(checking->report, TR_FINDING_WARNING, mend,
                  "table %s.%s has no replica identity: while it is published, the server refuses "
                  "UPDATE and DELETE on it",
                  table->schema, table->name);
    return 0;
}

static void check_coverage(const struct checking *checking, const struct tr_pg_published *table)
{
    char mend[MEND_SIZE];

    if (table->unlogged) {
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "table %s.%s is unlogged: the snapshot has it, the stream never will",
                      table->schema, table->name);
        return;
    }
    enum tr_publication_mode mode = checking->options->publication_mode;
    /* a filtered one is brought in line at the start */
    if (!checking->published || table->published || mode == TR_PUBLICATION_FILTERED ||
        mode == TR_PUBLICATION_NO_TABLES)
        return;
    snprintf(mend, sizeof mend, "ALTER PUBLICATION \"%s\" ADD TABLE \"%s\".\"%s\";",
             checking->options->publication_name, table->schema, table->name);
    tr_report_add(checking->report, TR_FINDING_ERROR, mend,
                  "publication \"%s\" does not publish the changes of table %s.%s under that name",
                  checking->options->publication_name, table->schema, table->name);
}

/* TOAST: large values that an UPDATE leaves alone are not in the log. */
static int check_toast(const struct checking *checking)
{
    int64_t tables;
    int rc = ask_number(checking,
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
static int check_generated(const struct checking *checking)
{
    static const char sql[] =
        "SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relreplident = 'f'"
        " AND a.attgenerated <> '' AND NOT a.attisdropped AND n.nspname !~ '^pg_'"
        " AND n.nspname <> 'information_schema'";
    char mend[MEND_SIZE];
    int64_t columns;

    if (checking->session.version < 180000)
        return 0;
    int rc = ask_number(checking, sql, &columns);
    if (rc || columns == 0)
        return rc;
    snprintf(mend, sizeof mend,
             "ALTER PUBLICATION \"%s\" SET (publish_generated_columns = stored);",
             checking->options->publication_name);
    tr_report_add(checking->report, TR_FINDING_WARNING, mend,
                  "%lld generated columns are in a table with REPLICA IDENTITY FULL: unless they "
                  "are published, the server refuses UPDATE and DELETE on it",
                  (long long)columns);
    return 0;
}

static int check_tables(struct checking *checking)
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
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "%zu tables are captured",
                      checking->publication.count);
    rc = check_toast(checking);
    return rc ? rc : check_generated(checking);
}

static void report_slot(const struct checking *checking, const struct tr_pg_slot *slot, int rc)
{
    const char *name = checking->options->slot_name;
    char mend[MEND_SIZE];

    snprintf(mend, sizeof mend, "SELECT pg_drop_replication_slot('%s');", name);
    if (rc == TR_PG_GAP || rc < 0)
        tr_report_add(checking->report, TR_FINDING_ERROR, NULL, "%s", checking->diag->message);
    else if (slot->exists && checking->stored->stage == TR_PG_NOTHING)
        tr_report_add(checking->report, TR_FINDING_WARNING, mend,
                      "slot \"%s\" exists; if there is no stored position for this connector, it "
                      "is refused (unless snapshot.mode=no_data)",
                      name);
    else if (slot->active)
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "slot \"%s\" is in use by process %d", name, slot->active_pid);
    else
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "slot \"%s\" %s", name,
                      slot->exists ? "is there" : "does not exist yet and will be created");
}

static int check_slot(struct checking *checking)
{
    struct tr_pg_slot slot;
    int rc =
        tr_pg_slot_read(&checking->session, checking->options->slot_name, &slot, checking->diag);

    if (rc)
        return rc;
    int found = 0;
    if (checking->stored->stage == TR_PG_STREAM)
        found = tr_pg_slot_covers(&checking->session, &slot, checking->stored, checking->diag);
    else if (slot.exists)
        found = tr_pg_slot_usable(&checking->session, &slot, checking->diag);
    report_slot(checking, &slot, found);
    return 0;
}

typedef int check_fn(struct checking *checking);

static int run_checks(struct checking *checking, check_fn *const *checks, size_t n)
{
    int rc = 0;

    for (size_t i = 0; !rc && i < n; i++)
        rc = checks[i](checking);
    return rc;
}

static int check_all(struct checking *checking)
{
    static check_fn *const streamed[] = {check_wal_level,   check_room,   check_replication,
                                         check_publication, check_tables, check_creation,
                                         check_slot};
    static check_fn *const read_once[] = {check_tables};

    check_version(checking);
    check_encoding(checking);
    if (checking->context->options->snapshot.mode == TR_SNAPSHOT_INITIAL_ONLY)
        return run_checks(checking, read_once, TR_COUNT(read_once));
    return run_checks(checking, streamed, TR_COUNT(streamed));
}

int tr_pg_check(const struct tr_pg_context *context, struct tr_capture *capture,
                const struct tr_pg_position *stored, struct tr_report *report, struct tr_diag *diag)
{
    struct checking checking = {
        .context = context,
        .options = &context->options->postgres,
        .capture = capture,
        .stored = stored,
        .report = report,
        .diag = diag,
    };
    int rc = tr_pg_connect(context, TR_PG_ORDINARY, &checking.session, diag);

    if (!rc)
        rc = check_all(&checking);
    tr_pg_disconnect(&checking.session);
    tr_pg_disconnect(&checking.replication);
    tr_pg_publication_finish(&checking.publication);
    return rc;
}
