/* snapshot.locking.mode=shared */
#include <stdio.h>

#include "source/postgres/snapshot-impl.h"

#define SQL_CAP (16U << 20)

static bool is_off(const struct tr_pg_snapshot *snapshot)
{
    return snapshot->context->options->postgres.locking == TR_PG_LOCKING_NONE;
}

int tr_pg_snapshot_limit_waits(const struct tr_pg_snapshot *snapshot,
                               const struct tr_pg_session *session, struct tr_diag *diag)
{
    long long limit = snapshot->context->options->snapshot.lock_timeout_ms;
    char sql[64];

    snprintf(sql, sizeof sql, "SET LOCAL lock_timeout = %lld", limit);
    return is_off(snapshot) ? 0 : tr_pg_execute(session, sql, diag);
}

int tr_pg_snapshot_lock(const struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                        struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    if (is_off(snapshot) || snapshot->count == 0)
        return 0;
    tr_buf_init(&sql, SQL_CAP);
    tr_buf_text(&sql, "LOCK TABLE");
    for (size_t i = 0; i < snapshot->count; i++) {
        tr_buf_text(&sql, i ? ", " : " ");
        tr_pg_quote_table(&sql, snapshot->tables[i].published->schema,
                          snapshot->tables[i].published->name);
    }
    tr_buf_text(&sql, " IN ACCESS SHARE MODE; SET LOCAL lock_timeout = 0");
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    return tr_pg_execute(session, tr_buf_string(&sql), diag);
}
