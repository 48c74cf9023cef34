/* Which tables were published when the stream last began, as a state beside the position: one that
 * the publication has lost since is told from one that is new. */
#include <stdio.h>

#include "base/writer.h"
#include "source/postgres/identity.h"
#include "source/postgres/prepare.h"
#include "source/postgres/publication.h"

#define KEY "publication/tables"

/* ",16384,16402,": the captured tables that are published, by oid, for a table may be renamed. */
static int write_list(struct tr_pg_publication *publication, struct tr_slice *ret_text,
                      struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, &publication->arena);
    tr_writer_char(&writer, ',');
    for (size_t i = 0; i < publication->count; i++)
        if (publication->tables[i].published)
            tr_writer_printf(&writer, "%u,", publication->tables[i].id);
    return tr_writer_end(&writer, ret_text) < 0 ? tr_fail_memory(diag) : 0;
}

static bool is_listed(struct tr_slice list, uint32_t id)
{
    char text[16];
    int n = snprintf(text, sizeof text, ",%u,", id);

    return memmem(list.p, list.n, text, (size_t)n) != NULL;
}

static int fail_lost(const struct tr_pg_session *session, const struct tr_pg_published *table,
                     struct tr_diag *diag)
{
    const char *publication = session->context->options->postgres.publication_name;

    tr_fail(diag, TR_DATA, TR_STOP,
            "table %s.%s was taken out of publication \"%s\" since the stored position, and what "
            "was changed in it meanwhile can't be read: ALTER PUBLICATION \"%s\" ADD TABLE "
            "\"%s\".\"%s\"; if nothing was changed that is all, otherwise have the table read "
            "again by a signal (execute-snapshot, type blocking); or leave it out with "
            "table.exclude.list; or set snapshot.mode=when_needed for a new snapshot of all tables",
            table->schema, table->name, publication, publication, table->schema, table->name);
    return TR_PG_GAP;
}

int tr_pg_check_published(const struct tr_pg_session *session, const struct tr_capture *capture,
                          const struct tr_states *states, struct tr_diag *diag)
{
    struct tr_slice list = tr_states_get(states, KEY);
    struct tr_pg_publication publication;

    if (!list.p)
        return 0;
    int rc = tr_pg_publication_tables(session, capture, true, &publication, diag);
    for (size_t i = 0; !rc && i < publication.count; i++) {
        const struct tr_pg_published *table = &publication.tables[i];
        if (!table->published && !table->unlogged && is_listed(list, table->id))
            rc = fail_lost(session, table, diag);
    }
    tr_pg_publication_finish(&publication);
    return rc;
}

/* In a batch without a position: it goes with the next one, which the stream's begin has. */
static int put(struct tr_outlet *outlet, struct tr_slice list, struct tr_diag *diag)
{
    struct tr_batch *batch = outlet->impl->take_wait(outlet);

    if (!batch)
        return TR_PG_STOPPED;
    const char *copy = tr_arena_strdup(&batch->arena, list);
    const struct tr_state state = {TR_SLICE(KEY), {copy, list.n}};
    if (!copy || tr_batch_state(batch, state) < 0) {
        tr_batch_free(batch);
        return tr_fail_memory(diag);
    }
    outlet->impl->put(outlet, batch);
    return 0;
}

int tr_pg_store_published(const struct tr_pg_session *session, const struct tr_capture *capture,
                          const struct tr_states *states, struct tr_diag *diag)
{
    struct tr_pg_publication publication;
    struct tr_slice list = {0};
    int rc = tr_pg_publication_tables(session, capture, true, &publication, diag);

    if (!rc)
        rc = write_list(&publication, &list, diag);
    if (!rc && !tr_slice_equal(list, tr_states_get(states, KEY)))
        rc = put(session->context->outlet, list, diag);
    tr_pg_publication_finish(&publication);
    return rc;
}
