/* What a snapshot says of the tables before their rows: state records, and the schema change topic
 * with a DDL that would make them. */
#include <stdio.h>

#include "base/clock.h"
#include "source/mysql/snapshot/impl.h"

/* Below the ring's usual chunk of memory. */
#define BATCH_BYTES ((size_t)256 << 10)

int tr_mysql_snapshot_take_batch(struct tr_mysql_snapshot *snapshot)
{
    struct tr_outlet *outlet = snapshot->context->outlet;

    if (snapshot->batch && snapshot->batch->arena.used < BATCH_BYTES)
        return 0;
    if (snapshot->batch)
        outlet->impl->put(outlet, snapshot->batch);
    snapshot->batch = outlet->impl->take_wait(outlet);
    return snapshot->batch ? 0 : TR_MYSQL_STOPPED;
}

int tr_mysql_snapshot_flush(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    struct tr_outlet *outlet = snapshot->context->outlet;

    (void)diag;
    if (snapshot->batch)
        outlet->impl->put(outlet, snapshot->batch);
    snapshot->batch = NULL;
    return 0;
}

/* Where the stream goes on from an older point, the definitions of then are needed. */
static bool keeps(const struct tr_mysql_snapshot *snapshot)
{
    return snapshot->params->keep && snapshot->params->data;
}

int tr_mysql_snapshot_forget(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    if (keeps(snapshot))
        return 0;
    int rc = tr_mysql_snapshot_take_batch(snapshot);
    return rc ? rc
              : tr_mysql_definitions_clear(snapshot->params->definitions, snapshot->batch, diag);
}

int tr_mysql_snapshot_define(struct tr_mysql_snapshot *snapshot,
                             struct tr_mysql_definition *definition, struct tr_diag *diag)
{
    const struct tr_table *table = &definition->table;
    const struct tr_mysql_definitions *definitions = snapshot->params->definitions;
    bool known =
        keeps(snapshot) && tr_mysql_definitions_find(definitions, tr_slice_of(table->schema),
                                                     tr_slice_of(table->name));
    int rc = known ? 0 : tr_mysql_snapshot_take_batch(snapshot);

    if (rc || known) {
        tr_mysql_definition_free(definition);
        return rc;
    }
    return tr_mysql_definitions_put(snapshot->params->definitions, definition, snapshot->batch,
                                    diag);
}

/* Records on their way. */
struct announcing {
    struct tr_mysql_snapshot *snapshot;
    struct tr_capturer capturer;
    struct tr_arena arena;
    uint64_t count;
    struct tr_diag *diag;
};

static int put(struct announcing *announcing, const struct tr_mysql_schema_change *change,
               bool last)
{
    struct tr_mysql_snapshot *snapshot = announcing->snapshot;
    struct tr_value *source = announcing->capturer.source;
    int rc = tr_mysql_snapshot_take_batch(snapshot);

    if (rc)
        return rc;
    tr_source_set_time(source, tr_clock_realtime_ns() / 1000);
    tr_mysql_source_set_place(source, &snapshot->place, 0);
    source[TR_MYSQL_SOURCE_SERVER_ID] = tr_value_integer(0);
    source[TR_SOURCE_SNAPSHOT] = tr_value_text(tr_slice_of(last ? "last" : "true"));
    const struct tr_mysql_schema_target target = {&announcing->capturer, snapshot->batch,
                                                  announcing->count++};
    return tr_mysql_schema_changes_put(snapshot->params->changes, change, &target,
                                       announcing->diag);
}

/* A statement that makes no table. */
static int put_text(struct announcing *announcing, const char *database, const char *ddl)
{
    const struct tr_mysql_schema_change change = {.database = database, .ddl = tr_slice_of(ddl)};
    return ddl ? put(announcing, &change, false) : tr_fail_memory(announcing->diag);
}

static int put_server(struct announcing *announcing)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = tr_mysql_query(&announcing->snapshot->catalog,
                            "SELECT @@character_set_server, @@collation_server", &result,
                            announcing->diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;

    if (rc || !row)
        return rc;
    return put_text(announcing, "",
                    tr_arena_printf(&announcing->arena,
                                    "SET character_set_server=%s, collation_server=%s", row[0],
                                    row[1]));
}

static const char *quoted(struct announcing *announcing, const char *database, const char *table)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf buf = {0};

    tr_buf_init(&buf, 4096);
    if (table)
        tr_mysql_quote_table(&buf, database, table);
    else
        tr_mysql_quote(&buf, database);
    return tr_buf_ok(&buf) ? tr_arena_strdup(&announcing->arena, tr_slice_of(tr_buf_string(&buf)))
                           : NULL;
}

static int put_drop(struct announcing *announcing, const struct tr_mysql_listed *listed)
{
    const struct tr_table names = {.schema = listed->database, .name = listed->table};
    const char *name = quoted(announcing, listed->database, listed->table);
    const char *ddl =
        name ? tr_arena_printf(&announcing->arena, "DROP TABLE IF EXISTS %s", name) : NULL;
    const struct tr_mysql_schema_change change = {
        .database = listed->database,
        .table = listed->table,
        .ddl = tr_slice_of(ddl),
        .type = "DROP",
        .names = &names,
    };
    return ddl ? put(announcing, &change, false) : tr_fail_memory(announcing->diag);
}

static int put_create_database(struct announcing *announcing, const char *database,
                               const char *name)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;

    tr_buf_init(&sql, 4096);
    tr_buf_text(&sql, "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME"
                      " FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ");
    tr_mysql_quote_literal(&sql, database);
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(announcing->diag);
    int rc = tr_mysql_query(&announcing->snapshot->catalog, tr_buf_string(&sql), &result,
                            announcing->diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (rc || !row)
        return rc;
    return put_text(announcing, database,
                    tr_arena_printf(&announcing->arena, "CREATE DATABASE %s CHARSET %s COLLATE %s",
                                    name, row[0], row[1]));
}

static int put_database(struct announcing *announcing, const char *database)
{
    const char *name = quoted(announcing, database, NULL);

    if (!name)
        return tr_fail_memory(announcing->diag);
    int rc = put_text(announcing, database,
                      tr_arena_printf(&announcing->arena, "DROP DATABASE IF EXISTS %s", name));
    if (!rc)
        rc = put_create_database(announcing, database, name);
    return rc ? rc
              : put_text(announcing, database, tr_arena_printf(&announcing->arena, "USE %s", name));
}

static int put_definition(struct announcing *announcing,
                          const struct tr_mysql_definition *definition, bool last)
{
    struct tr_mysql_snapshot *snapshot = announcing->snapshot;
    const struct tr_table *table = &definition->table;
    const char *ddl;
    int rc = tr_mysql_catalog_show(&snapshot->catalog, table, &announcing->arena, &ddl,
                                   announcing->diag);

    if (rc)
        return rc == TR_MYSQL_MISSING ? 0 : rc;
    const struct tr_mysql_schema_change change = {
        .database = table->schema,
        .table = table->name,
        .ddl = tr_slice_of(ddl),
        .type = "CREATE",
        .names = table,
        .definition = definition,
        .comments = snapshot->context->options->capture.schema_comments,
    };
    return put(announcing, &change, last);
}

/* Of a table that isn't captured nobody has the definition. */
static int put_create(struct announcing *announcing, const struct tr_mysql_listed *listed,
                      bool last)
{
    struct tr_mysql_snapshot *snapshot = announcing->snapshot;
    const struct tr_mysql_definition *known = tr_mysql_definitions_find(
        snapshot->params->definitions, tr_slice_of(listed->database), tr_slice_of(listed->table));
    struct tr_mysql_definition *definition;

    if (known)
        return put_definition(announcing, known, last);
    int rc = tr_mysql_catalog_read(&snapshot->catalog, listed->database, listed->table, &definition,
                                   announcing->diag);
    if (rc)
        return rc == TR_MYSQL_MISSING ? 0 : rc;
    rc = put_definition(announcing, definition, last);
    tr_mysql_definition_free(definition);
    return rc;
}

/* Leave out of the list what the topic isn't to tell of. */
static void narrow(struct tr_mysql_snapshot *snapshot)
{
    struct tr_mysql_list *list = &snapshot->list;
    size_t n = 0;

    for (size_t i = 0; i < list->count; i++)
        if (tr_mysql_schema_changes_wants(snapshot->params->changes, list->items[i].database,
                                          list->items[i].table))
            list->items[n++] = list->items[i];
    list->count = n;
}

/* Where no row follows, the last table's record is the snapshot's last. */
static int put_all(struct announcing *announcing)
{
    struct tr_mysql_snapshot *snapshot = announcing->snapshot;
    const struct tr_mysql_list *list = &snapshot->list;
    bool rows = snapshot->last < snapshot->count;
    int rc = put_server(announcing);

    narrow(snapshot);
    for (size_t i = 0; !rc && i < list->count; i++)
        rc = put_drop(announcing, &list->items[i]);
    for (size_t i = 0; !rc && i < list->count; i++) {
        const struct tr_mysql_listed *listed = &list->items[i];
        tr_arena_reset(&announcing->arena);
        if (i == 0 || strcmp(listed->database, listed[-1].database) != 0)
            rc = put_database(announcing, listed->database);
        if (!rc)
            rc = put_create(announcing, listed, !rows && i + 1 == list->count);
    }
    return rc;
}

int tr_mysql_snapshot_announce(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag)
{
    struct announcing announcing = {.snapshot = snapshot, .diag = diag};

    if (tr_capturer_init(&announcing.capturer, snapshot->params->capture, diag) < 0)
        return -1;
    tr_arena_init(&announcing.arena, 16U << 10, 256U << 20);
    int rc = put_all(&announcing);
    tr_arena_finish(&announcing.arena);
    tr_capturer_finish(&announcing.capturer);
    return rc;
}
