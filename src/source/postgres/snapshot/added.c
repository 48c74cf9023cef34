/* Tables that a changed configuration adds: snapshot/added.h. */
#include <stdio.h>

#include "snapshot/added.h"
#include "source/postgres/snapshot-impl.h"
#include "source/postgres/start.h"

#define WAIT_MS 100

/* Who writes to the table, by virtual transaction. */
static int ask_writers(const struct tr_pg_session *session, const struct tr_pg_published *table,
                       PGresult **ret_result, struct tr_diag *diag)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND"
             " granted AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock',"
             " 'AccessExclusiveLock') AND database = (SELECT oid FROM pg_database WHERE datname ="
             " current_database()) AND relation IN (SELECT %" PRIu32
             " UNION ALL SELECT relid FROM pg_partition_tree(%" PRIu32 "))",
             table->id, table->id);
    return tr_pg_query(session, sql, ret_result, diag);
}

static bool has_any(const PGresult *result, const PGresult *of)
{
    for (int i = 0; i < PQntuples(result); i++)
        for (int k = 0; k < PQntuples(of); k++)
            if (strcmp(PQgetvalue(result, i, 0), PQgetvalue(of, k, 0)) == 0)
                return true;
    return false;
}

/* What was written before the publication had the table isn't streamed, also when it is committed
 * later: wait for those transactions, so that the chunks see it. */
static int await_writers(const struct tr_pg_session *session, const struct tr_pg_published *table,
                         struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *first = NULL;
    int rc = ask_writers(session, table, &first, diag);
    bool busy = !rc && PQntuples(first) > 0;

    if (busy)
        tr_log_info(session->context->log, "waiting for transactions that write to an added table",
                    TR_LOG_STR("schema", table->schema), TR_LOG_STR("table", table->name));
    while (!rc && busy) {
        TR_CLEANUP(tr_pg_clear) PGresult *now = NULL;
        rc = tr_pg_sleep(session->context, WAIT_MS);
        if (!rc)
            rc = ask_writers(session, table, &now, diag);
        busy = !rc && has_any(now, first);
    }
    return rc;
}

struct adding {
    const struct tr_pg_session *session;
    const struct tr_pg_snapshot_params *params;
    struct tr_added *added;
    struct tr_arena arena;
};

static int add_table(struct adding *adding, const struct tr_pg_published *table,
                     struct tr_diag *diag)
{
    struct tr_pg_version *version;
    int rc = tr_pg_version_new(adding->session, table->id, NULL, &version, diag);

    if (rc)
        return rc;
    bool keyed = version->shape.primary && version->table.nkey == version->shape.nkey;
    const struct tr_added_table found = {
        .schema = table->schema,
        .table = table->name,
        .obstacle = keyed ? NULL : "it has no primary key",
        .key = tr_pg_version_key(version, &adding->arena),
    };
    tr_pg_version_free(version);
    if (!found.key)
        return tr_fail_memory(diag);
    rc = keyed ? await_writers(adding->session, table, diag) : 0;
    return rc ? rc : tr_added_take(adding->added, &found, diag);
}

static int find_tables(struct adding *adding, struct tr_diag *diag)
{
    const struct tr_pg_snapshot_params *params = adding->params;
    struct tr_pg_publication publication;
    int rc = tr_pg_publication_tables(adding->session, params->capture, true, &publication, diag);

    for (size_t i = 0; !rc && i < publication.count; i++)
        if (tr_added_wants(adding->added, publication.tables[i].schema, publication.tables[i].name))
            rc = add_table(adding, &publication.tables[i], diag);
    tr_pg_publication_finish(&publication);
    return rc;
}

int tr_pg_snapshot_add(const struct tr_pg_snapshot_params *params,
                       const struct tr_pg_session *session, struct tr_diag *diag)
{
    struct adding adding = {.session = session, .params = params};

    if (!params->onward.beside ||
        !tr_added_is_wanted(params->onward.options, params->onward.states))
        return 0;
    tr_arena_init(&adding.arena, 4096, (size_t)16 << 20);
    int rc = tr_added_new(&params->onward, &adding.added, diag);
    if (!rc)
        rc = find_tables(&adding, diag);
    tr_added_free(adding.added);
    tr_arena_finish(&adding.arena);
    return rc;
}

int tr_pg_snapshot_keep_lists(const struct tr_pg_snapshot_params *params, struct tr_diag *diag)
{
    struct tr_outlet *outlet = params->context->outlet;

    /* a place inside a transaction can't be written again: the next start keeps them */
    if (params->position->skip_lsn ||
        !tr_added_differs(params->onward.options, params->onward.states))
        return 0;
    struct tr_batch *batch = outlet->impl->take_wait(outlet);
    if (!batch)
        return TR_PG_STOPPED;
    if (tr_added_store(&params->onward, batch, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    return tr_pg_start_commit(params->context, batch, params->position,
                              params->position->resume_lsn, diag);
}
