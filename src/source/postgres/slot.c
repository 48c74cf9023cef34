#include "source/postgres/slot.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "source/postgres/failure.h"
#include "source/postgres/stream/message.h"

#define WAIT_NEWS_US 5000000 /* between two words about what creation waits for */

/* What the slot may be behind for the log to be read up to the position only to compare. */
#define PEEK_MOST ((uint64_t)256 << 20)

#define EPOCH_2000_US INT64_C(946684800000000)

#define NEW_SNAPSHOT "to take a new snapshot, set snapshot.mode=when_needed and start again"

static const char *slot_name(const struct tr_pg_session *session)
{
    return session->context->options->postgres.slot_name;
}

static void copy_cell(const PGresult *result, int column, char *ret_text, size_t size)
{
    const char *text = tr_pg_cell(result, 0, column);
    snprintf(ret_text, size, "%s", text ? text : "");
}

int tr_pg_slot_read(const struct tr_pg_session *session, const char *name,
                    struct tr_pg_slot *ret_slot, struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    char sql[256];

    *ret_slot = (struct tr_pg_slot){0};
    snprintf(sql, sizeof sql,
             "SELECT slot_type, plugin, database, active, active_pid, wal_status, restart_lsn,"
             " confirmed_flush_lsn, %s FROM pg_replication_slots WHERE slot_name = $1",
             session->version >= 170000 ? "invalidation_reason" : "NULL");
    int rc = tr_pg_ask(session, sql, (const char *[]){name, NULL}, &result, diag);
    if (rc || PQntuples(result) == 0)
        return rc;
    ret_slot->exists = true;
    ret_slot->logical = strcmp(tr_pg_cell(result, 0, 0), "logical") == 0;
    copy_cell(result, 1, ret_slot->plugin, sizeof ret_slot->plugin);
    copy_cell(result, 2, ret_slot->database, sizeof ret_slot->database);
    ret_slot->active = tr_pg_truth(result, 0, 3);
    ret_slot->active_pid = (int32_t)tr_pg_number(result, 0, 4);
    copy_cell(result, 5, ret_slot->wal_status, sizeof ret_slot->wal_status);
    ret_slot->restart_lsn = tr_pg_lsn_parse(tr_pg_cell(result, 0, 6));
    ret_slot->confirmed_lsn = tr_pg_lsn_parse(tr_pg_cell(result, 0, 7));
    copy_cell(result, 8, ret_slot->reason, sizeof ret_slot->reason);
    return 0;
}

int tr_pg_slot_usable(const struct tr_pg_session *session, const struct tr_pg_slot *slot,
                      struct tr_diag *diag)
{
    const char *name = slot_name(session);

    if (!slot->logical)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "slot \"%s\" (slot.name) is a physical one: choose another slot.name", name);
    if (strcmp(slot->plugin, "pgoutput") != 0)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "slot \"%s\" (slot.name) has the output plugin %s, tailrace reads pgoutput: "
                       "choose another slot.name",
                       name, slot->plugin);
    if (strcmp(slot->database, PQdb(session->conn)) != 0)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "slot \"%s\" (slot.name) belongs to database \"%s\", not to \"%s\": choose "
                       "another slot.name",
                       name, slot->database, PQdb(session->conn));
    return 0;
}

bool tr_pg_slot_lost(const struct tr_pg_slot *slot)
{
    return strcmp(slot->wal_status, "lost") == 0 || slot->reason[0] || !slot->confirmed_lsn;
}

/* The commit of the position's last transaction, among what the slot would send again. C: flags,
 * place, end, time in us since 2000. Fact: PostgreSQL manual, "Logical Replication Message
 * Formats". */
static int seek_last(const struct tr_pg_session *session, const struct tr_pg_position *position,
                     bool *ret_found, struct tr_diag *diag)
{
    const struct tr_postgres_options *options = &session->context->options->postgres;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    TR_CLEANUP(tr_buf_finish) struct tr_buf publication = {0};
    char sql[640], lsn[40], xid[24], end[24], time[24];

    tr_buf_init(&publication, 1024);
    tr_pg_quote(&publication, options->publication_name);
    if (!tr_buf_ok(&publication))
        return tr_fail_memory(diag);
    snprintf(lsn, sizeof lsn, TR_PG_LSN, TR_PG_LSN_ARGS(position->commit_lsn));
    snprintf(xid, sizeof xid, "%" PRId64, position->xid);
    snprintf(end, sizeof end, "%" PRIu64, position->commit_lsn);
    snprintf(time, sizeof time, "%" PRId64, position->ts_us - EPOCH_2000_US);
    snprintf(sql, sizeof sql,
             "SELECT EXISTS (SELECT FROM pg_logical_slot_peek_binary_changes($1::name, $2::pg_lsn,"
             " NULL, 'proto_version', '1', 'publication_names', $3%s) WHERE get_byte(data, 0) = 67"
             " AND xid::text = $4 AND substring(data FROM 11 FOR 8) = int8send($5::int8)"
             " AND substring(data FROM 19 FOR 8) = int8send($6::int8))",
             session->version >= TR_PG_MESSAGES_SINCE ? ", 'messages', 'true'" : "");
    int rc = tr_pg_ask(session, sql,
                       (const char *[]){options->slot_name, lsn, tr_buf_string(&publication), xid,
                                        end, time, NULL},
                       &result, diag);
    *ret_found = !rc && tr_pg_truth(result, 0, 0);
    return rc;
}

/* A server that was restored to an older state, and has gone on for longer than the position, has
 * other transactions under the same LSNs. Its slot is as old as the state: where that is before the
 * last transaction, the server is asked for it. */
static int check_history(const struct tr_pg_session *session, const struct tr_pg_slot *slot,
                         const struct tr_pg_position *position, struct tr_diag *diag)
{
    const struct tr_log *log = session->context->log;
    bool known = !position->foreign && !position->message && position->commit_lsn &&
                 position->commit_lsn <= position->resume_lsn &&
                 !position->partial.commit_lsn; /* that one is known by its own xid and place */
    bool found = false;

    if (!known || slot->active || slot->confirmed_lsn >= position->commit_lsn)
        return 0;
    if (position->commit_lsn - slot->confirmed_lsn > PEEK_MOST) {
        tr_log_warn(log, "the slot is too far behind the position for comparing their histories",
                    TR_LOG_STR("slot", slot_name(session)),
                    TR_LOG_INT("bytes", position->commit_lsn - slot->confirmed_lsn));
        return 0;
    }
    int rc = seek_last(session, position, &found, diag);
    if (rc < 0 && diag->cls != TR_NETWORK) {
        tr_log_warn(log, "the server's history can't be compared with the position's",
                    TR_LOG_STR("cause", diag->message));
        return 0;
    }
    if (rc || found)
        return rc;
    tr_fail(diag, TR_DATA, TR_STOP,
            "the server has another history than the stored position: transaction %" PRId64
            ", the last one that was read, does not end at " TR_PG_LSN
            " (it was restored to an older state, and has gone on since); go back to the former "
            "server, or " NEW_SNAPSHOT,
            position->xid, TR_PG_LSN_ARGS(position->commit_lsn));
    return TR_PG_GAP;
}

int tr_pg_slot_covers(const struct tr_pg_session *session, const struct tr_pg_slot *slot,
                      const struct tr_pg_position *position, struct tr_diag *diag)
{
    const char *name = slot_name(session);

    if (!slot->exists) {
        tr_fail(
            diag, TR_DATA, TR_STOP,
            "slot \"%s\" is missing, and with it all changes from " TR_PG_LSN
            ", the stored position, to now: restore the slot, correct slot.name, or " NEW_SNAPSHOT,
            name, TR_PG_LSN_ARGS(position->resume_lsn));
        return TR_PG_GAP;
    }
    int rc = tr_pg_slot_usable(session, slot, diag);
    if (rc)
        return rc;
    if (tr_pg_slot_lost(slot)) {
        tr_fail(diag, TR_DATA, TR_STOP,
                "slot \"%s\" is lost (%s): the server removed log that it needs, so the changes "
                "from " TR_PG_LSN ", the stored position, to now can't be read; " NEW_SNAPSHOT
                " (a higher max_slot_wal_keep_size prevents it)",
                name, slot->reason[0] ? slot->reason : "wal_removed",
                TR_PG_LSN_ARGS(position->resume_lsn));
        return TR_PG_GAP;
    }
    if (slot->confirmed_lsn <= position->resume_lsn)
        return check_history(session, slot, position, diag);
    tr_fail(diag, TR_DATA, TR_STOP,
            "slot \"%s\" was moved or created again: it begins at " TR_PG_LSN
            ", so the changes from " TR_PG_LSN
            ", the stored position, to there are gone; " NEW_SNAPSHOT,
            name, TR_PG_LSN_ARGS(slot->confirmed_lsn), TR_PG_LSN_ARGS(position->resume_lsn));
    return TR_PG_GAP;
}

/* Say which transaction the creation waits for: every one that was writing when it began has to
 * end. */
static void tell_wait(const struct tr_pg_slot_creation *creation)
{
    static const char sql[] =
        "SELECT a.pid, age(a.backend_xid), a.state, a.usename, left(a.query, 120)"
        " FROM pg_stat_activity a WHERE a.backend_xid IS NOT NULL UNION ALL"
        " SELECT NULL, age(p.transaction), 'prepared', p.owner, p.gid FROM pg_prepared_xacts p"
        " ORDER BY 2 DESC LIMIT 1";
    const struct tr_log *log = creation->session->context->log;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    struct tr_diag ignored;

    if (tr_pg_query(creation->session, sql, &result, &ignored) || PQntuples(result) == 0) {
        tr_log_info(log, "the creation of the slot waits for the server",
                    TR_LOG_STR("slot", slot_name(creation->session)));
        return;
    }
    const char *query = tr_pg_cell(result, 0, 4);
    tr_log_warn(log,
                "the creation of the slot waits for an open transaction to end: commit it, or "
                "end it with pg_terminate_backend(pid), or with ROLLBACK PREPARED",
                TR_LOG_STR("slot", slot_name(creation->session)),
                TR_LOG_INT("pid", tr_pg_number(result, 0, 0)),
                TR_LOG_INT("xid_age", tr_pg_number(result, 0, 1)),
                TR_LOG_STR("state", tr_pg_cell(result, 0, 2) ? tr_pg_cell(result, 0, 2) : ""),
                TR_LOG_STR("user", tr_pg_cell(result, 0, 3) ? tr_pg_cell(result, 0, 3) : ""),
                TR_LOG_STR("query", query ? query : ""));
}

/* Wait for the answer; >0 TR_PG_STOPPED after the server was asked to give up. */
static int await_creation(const struct tr_pg_slot_creation *creation, PGresult **ret_result,
                          struct tr_diag *diag)
{
    const struct tr_pg_session *replication = creation->replication;
    int64_t news = tr_clock_monotonic_us() + WAIT_NEWS_US;

    while (PQisBusy(replication->conn)) {
        if (tr_pg_wait(replication, 1000) == TR_PG_STOPPED) {
            tr_pg_cancel(replication);
            return TR_PG_STOPPED;
        }
        if (!PQconsumeInput(replication->conn))
            return tr_pg_fail_result(replication, NULL, "the connection to PostgreSQL broke", diag);
        if (PQisBusy(replication->conn) && tr_clock_monotonic_us() >= news) {
            tell_wait(creation);
            news = tr_clock_monotonic_us() + WAIT_NEWS_US;
        }
    }
    *ret_result = PQgetResult(replication->conn);
    for (PGresult *rest; (rest = PQgetResult(replication->conn));)
        PQclear(rest);
    return 0;
}

static int fail_creation(const struct tr_pg_slot_creation *creation, const PGresult *result,
                         struct tr_diag *diag)
{
    const char *name = slot_name(creation->session);
    char what[160];

    snprintf(what, sizeof what, "cannot create slot \"%s\"", name);
    tr_pg_fail_result(creation->replication, result, what, diag);
    if (tr_pg_state_is(result, "53400"))
        return tr_fail(diag, TR_RESOURCE, TR_STOP,
                       "cannot create slot \"%s\": all replication slots of the server are in use; "
                       "drop one that nobody needs (SELECT slot_name FROM pg_replication_slots "
                       "WHERE NOT active), or raise max_replication_slots",
                       name);
    if (tr_pg_state_is(result, "55000"))
        return tr_fail_in(diag, "the server is not set up for logical decoding (ALTER SYSTEM SET "
                                "wal_level = logical; then restart it)");
    if (tr_pg_state_is(result, "42501"))
        return tr_fail_in(diag, "the user lacks a privilege (ALTER ROLE \"%s\" REPLICATION)",
                          creation->session->context->options->postgres.user);
    return -1;
}

int tr_pg_slot_create(struct tr_pg_slot_creation *creation, struct tr_diag *diag)
{
    const struct tr_postgres_options *options = &creation->session->context->options->postgres;
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    bool failover = options->slot_failover;

    tr_buf_init(&sql, 1024);
    if (failover && creation->session->version < 170000)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "slot.failover needs PostgreSQL 17 or newer, the server has version %d: "
                       "leave it out",
                       creation->session->version / 10000);
    tr_buf_text(&sql, "CREATE_REPLICATION_SLOT ");
    tr_pg_quote(&sql, options->slot_name);
    tr_buf_printf(&sql, " LOGICAL pgoutput %s",
                  failover ? "(SNAPSHOT 'export', FAILOVER)" : "EXPORT_SNAPSHOT");
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    if (!PQsendQuery(creation->replication->conn, tr_buf_string(&sql)))
        return tr_pg_fail_result(creation->replication, NULL, "cannot create a slot", diag);
    int rc = await_creation(creation, &result, diag);
    if (rc)
        return rc;
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        return fail_creation(creation, result, diag);
    creation->lsn = tr_pg_lsn_parse(tr_pg_cell(result, 0, 1));
    copy_cell(result, 2, creation->snapshot, sizeof creation->snapshot);
    return 0;
}

int tr_pg_slot_release(const struct tr_pg_session *session, const char *name, bool *ret_ended,
                       struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    char application[64];

    tr_pg_application_name(session->context, application, sizeof application);
    int rc = tr_pg_ask(session,
                       "SELECT a.pid, pg_terminate_backend(a.pid) FROM pg_replication_slots s"
                       " JOIN pg_stat_activity a ON a.pid = s.active_pid WHERE s.slot_name = $1"
                       " AND a.application_name = $2 AND a.usename = current_user",
                       (const char *[]){name, application, NULL}, &result, diag);
    *ret_ended = !rc && PQntuples(result) > 0;
    if (*ret_ended)
        tr_log_warn(session->context->log, "ended the connector's former walsender",
                    TR_LOG_STR("slot", name), TR_LOG_INT("pid", tr_pg_number(result, 0, 0)));
    return rc;
}

int tr_pg_slot_drop(const struct tr_pg_session *session, const char *name, struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    bool ended;
    int rc = tr_pg_slot_release(session, name, &ended, diag);

    /* the walsender takes a moment to go */
    for (int i = 0; !rc && i < 50; i++) {
        TR_CLEANUP(tr_pg_clear) PGresult *active = NULL;
        rc =
            tr_pg_ask(session, "SELECT 1 FROM pg_replication_slots WHERE slot_name = $1 AND active",
                      (const char *[]){name, NULL}, &active, diag);
        if (rc || PQntuples(active) == 0)
            break;
        rc = tr_pg_sleep(session->context, 100);
    }
    if (!rc)
        rc = tr_pg_ask(session,
                       "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                       " WHERE slot_name = $1",
                       (const char *[]){name, NULL}, &result, diag);
    return rc < 0 ? tr_fail_in(diag, "cannot drop slot \"%s\"", name) : rc;
}
