#include "config/check-text.h"
#include "source/postgres/failure.h"
#include "source/postgres/slot.h"
#include "source/postgres/stream/impl.h"

/* The first version whose pgoutput knows the origin of what it sends. */
#define ORIGIN_SINCE 160000

/* slot.stream.params */
static int put_origin(const struct tr_pg_stream_params *params, struct tr_buf *sql,
                      struct tr_diag *diag)
{
    const struct tr_pg_session *replication = params->replication;
    const struct tr_postgres_options *options = &replication->context->options->postgres;
    struct tr_slice origin = tr_stream_param(options->slot_stream_params, "origin");

    if (!origin.n)
        return 0;
    if (replication->version < ORIGIN_SINCE)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "slot.stream.params has origin, which needs PostgreSQL 16, and the server "
                       "is older: remove it");
    tr_buf_printf(sql, ", origin '%.*s'", (int)origin.n, origin.p);
    return 0;
}

static int send_start(const struct tr_pg_stream_params *params, PGresult **ret_result,
                      struct tr_diag *diag)
{
    const struct tr_pg_session *replication = params->replication;
    const struct tr_postgres_options *options = &replication->context->options->postgres;
    uint64_t lsn = params->position->resume_lsn;
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0}, name = {0};

    tr_buf_init(&sql, 4096);
    tr_buf_init(&name, 1024);
    tr_pg_quote(&name, options->publication_name);
    tr_buf_text(&sql, "START_REPLICATION SLOT ");
    tr_pg_quote(&sql, options->slot_name);
    tr_buf_printf(&sql, " LOGICAL " TR_PG_LSN " (proto_version '1', publication_names ",
                  TR_PG_LSN_ARGS(lsn));
    tr_pg_quote_literal(&sql, tr_buf_string(&name));
    if (replication->version >= TR_PG_MESSAGES_SINCE)
        tr_buf_text(&sql, ", messages 'true'");
    if (put_origin(params, &sql, diag) < 0)
        return -1;
    tr_buf_text(&sql, ")");
    if (!tr_buf_ok(&sql) || !tr_buf_ok(&name))
        return tr_fail_memory(diag);
    if (!PQsendQuery(replication->conn, tr_buf_string(&sql)))
        return tr_pg_fail_result(replication, NULL, "cannot start the stream", diag);
    int rc = tr_pg_await(replication, ret_result, diag);
    if (rc || PQresultStatus(*ret_result) == PGRES_COPY_BOTH)
        return rc;
    for (PGresult *rest; (rest = PQgetResult(replication->conn));)
        PQclear(rest);
    return 0;
}

/* The slot is held by another session: maybe our own former one. */
static int wait_for_slot(const struct tr_pg_stream_params *params, int attempt,
                         struct tr_diag *diag)
{
    const struct tr_pg_session *catalog = params->catalog;
    const struct tr_postgres_options *options = &catalog->context->options->postgres;
    struct tr_pg_slot slot;
    bool ended = false;
    int rc = tr_pg_slot_read(catalog, options->slot_name, &slot, diag);

    if (!rc)
        rc = tr_pg_slot_release(catalog, options->slot_name, &ended, diag);
    if (rc)
        return rc;
    if (attempt >= options->slot_max_retries)
        return tr_fail(diag, TR_RESOURCE, TR_STOP,
                       "slot \"%s\" (slot.name) is in use by the server's process %d, after %d "
                       "attempts: stop the other connector, or give this one a slot of its own",
                       options->slot_name, slot.active_pid, attempt + 1);
    tr_log_warn(catalog->context->log, "the slot is in use, waiting",
                TR_LOG_STR("slot", options->slot_name), TR_LOG_INT("pid", slot.active_pid),
                TR_LOG_INT("attempt", attempt + 1));
    return tr_pg_sleep(catalog->context, ended ? 200 : options->slot_retry_delay_ms);
}

/* Now that nobody else can move the slot: whoever had it before may have done so, and from a slot
 * that is ahead the server streams without a word about what it leaves out. */
static int check_slot(const struct tr_pg_stream_params *params, struct tr_diag *diag)
{
    const struct tr_pg_session *catalog = params->catalog;
    const struct tr_connector_options *options = catalog->context->options;
    struct tr_pg_slot slot;
    int rc = tr_pg_slot_read(catalog, options->postgres.slot_name, &slot, diag);

    if (!rc)
        rc = tr_pg_slot_covers(catalog, &slot, params->position, diag);
    if (rc == TR_PG_GAP && tr_snapshot_wishes_of(&options->snapshot).when_needed)
        diag->reaction = TR_RETRY;
    return rc == TR_PG_GAP ? -1 : rc;
}

int tr_pg_stream_open(const struct tr_pg_stream_params *params, struct tr_diag *diag)
{
    for (int attempt = 0;; attempt++) {
        TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
        int rc = send_start(params, &result, diag);
        if (rc)
            return rc;
        if (PQresultStatus(result) == PGRES_COPY_BOTH)
            return check_slot(params, diag);
        if (!tr_pg_state_is(result, "55006"))
            return tr_pg_fail_result(params->replication, result, "cannot start the stream", diag);
        rc = wait_for_slot(params, attempt, diag);
        if (rc)
            return rc;
    }
}
