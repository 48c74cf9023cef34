#include "source/postgres/identity.h"

#include <stdio.h>
#include <stdlib.h>

#define NEW_SNAPSHOT "to take a new snapshot, set snapshot.mode=when_needed and start again"

int tr_pg_identify(const struct tr_pg_session *replication, struct tr_pg_identity *ret_identity,
                   uint64_t *ret_lsn, struct tr_diag *diag)
{
    const struct tr_postgres_options *options = &replication->context->options->postgres;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_query(replication, "IDENTIFY_SYSTEM", &result, diag);

    if (rc)
        return rc;
    if (PQntuples(result) != 1 || PQnfields(result) < 4)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "the server at %s:%d does not answer IDENTIFY_SYSTEM as PostgreSQL does: "
                       "connect to the server itself, not to a pooler",
                       options->hostname, options->port);
    *ret_identity = (struct tr_pg_identity){
        .timeline = (uint32_t)tr_pg_number(result, 0, 1),
    };
    snprintf(ret_identity->system, sizeof ret_identity->system, "%s", PQgetvalue(result, 0, 0));
    snprintf(ret_identity->database, sizeof ret_identity->database, "%s", PQdb(replication->conn));
    snprintf(ret_identity->slot, sizeof ret_identity->slot, "%s", options->slot_name);
    *ret_lsn = tr_pg_lsn_parse(tr_pg_cell(result, 0, 2));
    return 0;
}

/* Where the server left the given timeline; 0: it was never on it. The file has a line for each
 * parent: "tli <tab> switch point <tab> reason". Fact: PostgreSQL source, timeline.c. */
static int switch_point(const struct tr_pg_session *replication, uint32_t now, uint32_t then,
                        uint64_t *ret_lsn, struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    char sql[64], lsn[32];
    uint32_t parent;

    *ret_lsn = 0;
    snprintf(sql, sizeof sql, "TIMELINE_HISTORY %" PRIu32, now);
    int rc = tr_pg_query(replication, sql, &result, diag);
    if (rc || PQntuples(result) == 0)
        return rc;
    for (const char *line = PQgetvalue(result, 0, 1); *line;) {
        if (sscanf(line, "%" SCNu32 "%31s", &parent, lsn) == 2 && parent == then)
            *ret_lsn = tr_pg_lsn_parse(lsn);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return 0;
}

static int check_timeline(const struct tr_pg_session *replication,
                          const struct tr_pg_position *position,
                          const struct tr_pg_identity *identity, struct tr_diag *diag)
{
    uint64_t left = 0;

    if (position->identity.timeline == identity->timeline)
        return 0;
    if (identity->timeline > position->identity.timeline) {
        int rc =
            switch_point(replication, identity->timeline, position->identity.timeline, &left, diag);
        if (rc)
            return rc;
    }
    if (left >= position->resume_lsn)
        return 0;
    tr_fail(diag, TR_DATA, TR_STOP,
            "the server is on timeline %" PRIu32 ", which left timeline %" PRIu32
            " of the stored position at " TR_PG_LSN ", before the position " TR_PG_LSN
            ": changes that were written are not in this history; go back to the former primary, "
            "or " NEW_SNAPSHOT,
            identity->timeline, position->identity.timeline, TR_PG_LSN_ARGS(left),
            TR_PG_LSN_ARGS(position->resume_lsn));
    return TR_PG_GAP;
}

int tr_pg_identity_check(const struct tr_pg_session *replication,
                         const struct tr_pg_position *position, uint64_t wal_lsn,
                         const struct tr_pg_identity *identity, struct tr_diag *diag)
{
    const struct tr_pg_identity *stored = &position->identity;

    if (!position->foreign && strcmp(stored->system, identity->system) != 0) {
        tr_fail(diag, TR_DATA, TR_STOP,
                "the stored position is of the database system %s, but the server is system %s: "
                "correct database.hostname, or " NEW_SNAPSHOT,
                stored->system, identity->system);
        return TR_PG_GAP;
    }
    if (!position->foreign && strcmp(stored->database, identity->database) != 0) {
        tr_fail(diag, TR_DATA, TR_STOP,
                "the stored position is of database \"%s\", but database.dbname is \"%s\": "
                "correct it, or " NEW_SNAPSHOT,
                stored->database, identity->database);
        return TR_PG_GAP;
    }
    if (!position->foreign) {
        int rc = check_timeline(replication, position, identity, diag);
        if (rc)
            return rc;
    }
    if (wal_lsn >= position->resume_lsn)
        return 0;
    tr_fail(diag, TR_DATA, TR_STOP,
            "the server's log ends at " TR_PG_LSN ", before the stored position " TR_PG_LSN
            ": it was restored or failed over to an older state; go back to the former server, "
            "or " NEW_SNAPSHOT,
            TR_PG_LSN_ARGS(wal_lsn), TR_PG_LSN_ARGS(position->resume_lsn));
    return TR_PG_GAP;
}
