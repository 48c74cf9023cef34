#include <stdio.h>
#include <stdlib.h>

#include "source/postgres/check/impl.h"

/* A single value of a query. */
int tr_pg_check_number(const struct tr_pg_checking *checking, const char *sql, int64_t *ret_number)
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
static void check_version(const struct tr_pg_checking *checking)
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

static int check_wal_level(struct tr_pg_checking *checking)
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

/* What max_replication_slots and max_wal_senders leave over. */
static void report_room(const struct tr_pg_checking *checking, const char *setting, int64_t most,
                        int64_t used)
{
    char mend[160];

    if (used < most) {
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "%s: %" PRId64 " of %" PRId64 " free",
                      setting, most - used, most);
        return;
    }
    snprintf(mend, sizeof mend, "ALTER SYSTEM SET %s = %" PRId64 "; -- then restart the server",
             setting, most + 10);
    tr_report_add(checking->report, TR_FINDING_ERROR, mend,
                  "%s is %" PRId64 ", and all are in use: raise it, or drop what nobody needs "
                  "(SELECT slot_name FROM pg_replication_slots WHERE NOT active)",
                  setting, most);
}

/* A slot and a walsender of our own that are there already need no further room. */
static int check_room(struct tr_pg_checking *checking)
{
    static const char sql[] =
        "SELECT current_setting('max_replication_slots')::int,"
        " (SELECT count(*) FROM pg_replication_slots), current_setting('max_wal_senders')::int,"
        " (SELECT count(*) FROM pg_stat_replication)";
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_query(&checking->session, sql, &result, checking->diag);

    if (rc)
        return rc;
    report_room(checking, "max_replication_slots", tr_pg_number(result, 0, 0),
                tr_pg_number(result, 0, 1) - checking->slot.exists);
    report_room(checking, "max_wal_senders", tr_pg_number(result, 0, 2),
                tr_pg_number(result, 0, 3) - checking->slot.active);
    return 0;
}

static void check_encoding(const struct tr_pg_checking *checking)
{
    const char *encoding = PQparameterStatus(checking->session.conn, "server_encoding");

    if (encoding && strcmp(encoding, "SQL_ASCII") == 0)
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "the database's encoding is SQL_ASCII: a text that is not UTF-8 will stop "
                      "the connector; leave such columns out with column.exclude.list");
}

/* The replication session shows by itself whether the role and pg_hba.conf allow it. */
static int check_replication(struct tr_pg_checking *checking)
{
    char mend[TR_PG_MEND_SIZE];
    int rc =
        tr_pg_connect(checking->context, TR_PG_REPLICATION, &checking->replication, checking->diag);

    if (rc == 0) {
        tr_report_add(checking->report, TR_FINDING_OK, NULL,
                      "user \"%s\" may open a replication session", checking->options->user);
        return 0;
    }
    snprintf(mend, sizeof mend, "ALTER ROLE %s REPLICATION;", checking->user);
    tr_report_add(checking->report, TR_FINDING_ERROR, checking->diag->cls == TR_AUTH ? mend : NULL,
                  "no replication session: %s", checking->diag->message);
    return 0;
}

static int check_slot_read(struct tr_pg_checking *checking)
{
    return tr_pg_slot_read(&checking->session, checking->options->slot_name, &checking->slot,
                           checking->diag);
}

typedef int check_fn(struct tr_pg_checking *checking);

static int run_checks(struct tr_pg_checking *checking, check_fn *const *checks, size_t n)
{
    int rc = 0;

    for (size_t i = 0; !rc && i < n; i++)
        rc = checks[i](checking);
    return rc;
}

static int check_all(struct tr_pg_checking *checking)
{
    static check_fn *const streamed[] = {
        check_slot_read,         check_wal_level,    check_room,           check_replication,
        tr_pg_check_publication, tr_pg_check_tables, tr_pg_check_creation, tr_pg_check_slot,
    };
    static check_fn *const read_once[] = {tr_pg_check_tables};

    check_version(checking);
    check_encoding(checking);
    if (!tr_snapshot_wishes_of(&checking->context->options->snapshot).stream)
        return run_checks(checking, read_once, TR_COUNT(read_once));
    return run_checks(checking, streamed, TR_COUNT(streamed));
}

static void quote(const char *name, char *ret_quoted)
{
    struct tr_buf buf;

    tr_buf_init(&buf, 4096);
    tr_pg_quote(&buf, name);
    snprintf(ret_quoted, TR_PG_QUOTED, "%s", tr_buf_string(&buf));
    tr_buf_finish(&buf);
}

int tr_pg_check(const struct tr_pg_context *context, struct tr_capture *capture,
                const struct tr_pg_position *stored, struct tr_report *report, struct tr_diag *diag)
{
    struct tr_pg_checking checking = {
        .context = context,
        .options = &context->options->postgres,
        .capture = capture,
        .stored = stored,
        .report = report,
        .diag = diag,
    };
    quote(checking.options->user, checking.user);
    quote(checking.options->publication_name, checking.publication_name);
    int rc = tr_pg_connect(context, TR_PG_ORDINARY, &checking.session, diag);

    if (!rc)
        rc = check_all(&checking);
    tr_pg_disconnect(&checking.session);
    tr_pg_disconnect(&checking.replication);
    tr_pg_publication_finish(&checking.publication);
    return rc;
}
