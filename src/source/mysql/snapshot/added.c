/* Tables that a changed configuration adds: snapshot/added.h. */
#include "snapshot/added.h"

#include "source/mysql/snapshot/impl.h"
#include "source/mysql/start.h"

struct adding {
    const struct tr_mysql_session *session;
    const struct tr_mysql_snapshot_params *params;
    struct tr_added *added;
};

/* What a chunk can't be read by; see incremental.h. */
static int find_obstacle(const struct adding *adding, const struct tr_mysql_version *version,
                         const char **ret_obstacle, struct tr_diag *diag)
{
    const struct tr_mysql_dialect *dialect = &adding->session->dialect;
    bool transactions;
    int rc =
        tr_mysql_snapshot_transactions(adding->session, version->definition, &transactions, diag);

    *ret_obstacle = NULL;
    if (rc)
        return rc;
    if (!dialect->mariadb && !dialect->gtids)
        *ret_obstacle = "without GTIDs the server can't tell what a later snapshot sees "
                        "(gtid_mode=ON)";
    else if (!transactions)
        *ret_obstacle = "its engine knows no transactions";
    else if (!tr_mysql_snapshot_can_walk(version))
        *ret_obstacle = "it has no key to read it along";
    return 0;
}

static int take_table(struct adding *adding, const struct tr_mysql_version *version,
                      struct tr_diag *diag)
{
    struct tr_added_table found = {.schema = version->table.schema, .table = version->table.name};
    struct tr_arena arena;

    tr_arena_init(&arena, 1024, 1 << 20);
    found.key = tr_mysql_version_key(version, &arena);
    int rc =
        found.key ? find_obstacle(adding, version, &found.obstacle, diag) : tr_fail_memory(diag);
    if (!rc)
        rc = tr_added_take(adding->added, &found, diag);
    tr_arena_finish(&arena);
    return rc;
}

static int add_table(struct adding *adding, const struct tr_mysql_listed *listed,
                     struct tr_diag *diag)
{
    struct tr_mysql_version_params version_params = {.capture = adding->params->capture};
    struct tr_mysql_version *version;
    int rc = tr_mysql_catalog_read(adding->session, listed->database, listed->table,
                                   &version_params.definition, diag);

    if (rc) /* dropped since: the stream tells */
        return rc == TR_MYSQL_MISSING ? 0 : rc;
    rc = tr_mysql_version_new(&version_params, &version, diag);
    if (!rc) {
        rc = take_table(adding, version, diag);
        tr_mysql_version_free(version);
    }
    tr_mysql_definition_free(version_params.definition);
    return rc;
}

static int find_tables(struct adding *adding, struct tr_diag *diag)
{
    const struct tr_capture *capture = adding->params->capture;
    struct tr_mysql_list list = {0};
    struct tr_arena arena;

    tr_arena_init(&arena, 16 << 10, (size_t)64 << 20);
    int rc = tr_mysql_catalog_tables(adding->session, &arena, &list, diag);
    for (size_t i = 0; !rc && i < list.count; i++)
        if (tr_mysql_wants(capture, list.items[i].database, list.items[i].table) &&
            tr_added_wants(adding->added, list.items[i].database, list.items[i].table))
            rc = add_table(adding, &list.items[i], diag);
    tr_arena_finish(&arena);
    return rc;
}

/* A place inside a transaction can't be written without its rows: the next start does all this. */
static bool is_inside(const struct tr_mysql_position *position)
{
    return position->skip_events || position->skip_rows || position->partial.any;
}

int tr_mysql_snapshot_add(const struct tr_mysql_snapshot_params *params,
                          const struct tr_mysql_session *session, struct tr_diag *diag)
{
    struct adding adding = {.session = session, .params = params};

    if (!params->onward.beside || is_inside(params->position) ||
        !tr_added_is_wanted(params->onward.options, params->onward.states))
        return 0;
    int rc = tr_added_new(&params->onward, &adding.added, diag);
    if (!rc)
        rc = find_tables(&adding, diag);
    tr_added_free(adding.added);
    return rc;
}

int tr_mysql_snapshot_keep_lists(const struct tr_mysql_snapshot_params *params,
                                 struct tr_diag *diag)
{
    struct tr_outlet *outlet = params->context->outlet;

    if (is_inside(params->position) ||
        !tr_added_differs(params->onward.options, params->onward.states))
        return 0;
    struct tr_batch *batch = outlet->impl->take_wait(outlet);
    if (!batch)
        return TR_MYSQL_STOPPED;
    if (tr_added_store(&params->onward, batch, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    return tr_mysql_start_commit(params->context, batch, params->position,
                                 outlet->impl->confirmed(outlet) + 1, diag);
}
