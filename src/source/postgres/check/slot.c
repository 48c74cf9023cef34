#include <stdlib.h>

#include "source/postgres/check/impl.h"
#include "source/postgres/start.h"

static void report_way(const struct tr_pg_checking *checking, enum tr_pg_way way)
{
    const char *name = checking->options->slot_name;
    struct tr_report *report = checking->report;

    if (way == TR_PG_RESUME)
        tr_report_add(report, TR_FINDING_OK, NULL,
                      "slot \"%s\" keeps all changes from the stored position, " TR_PG_LSN
                      ", to now",
                      name, TR_PG_LSN_ARGS(checking->stored->resume_lsn));
    else if (way == TR_PG_ADOPT)
        tr_report_add(report, TR_FINDING_OK, NULL,
                      "slot \"%s\" will be streamed from where it is, " TR_PG_LSN, name,
                      TR_PG_LSN_ARGS(checking->slot.confirmed_lsn));
    else if (way == TR_PG_BEGIN)
        tr_report_add(report, TR_FINDING_OK, NULL,
                      "slot \"%s\" does not exist yet and will be created", name);
    else
        tr_report_add(report, TR_FINDING_OK, NULL,
                      "a new snapshot will be taken, as snapshot.mode "
                      "or an unfinished one asks for");
}

/* What the next run would make of position and slot, in the same words. */
static int decide(struct tr_pg_checking *checking)
{
    struct tr_pg_start start = {
        .context = checking->context,
        .replication = &checking->replication,
        .session = &checking->session,
        .position = checking->stored,
    };
    enum tr_pg_way way;
    int rc =
        tr_pg_identify(&checking->replication, &start.identity, &start.wal_lsn, checking->diag);

    if (rc)
        return rc;
    rc = tr_pg_start_decide(&start, &way, checking->diag);
    if (rc < 0)
        tr_report_add(checking->report, TR_FINDING_ERROR, NULL, "%s", checking->diag->message);
    else if (rc == 0)
        report_way(checking, way);
    return rc < 0 ? 0 : rc;
}

int tr_pg_check_slot(struct tr_pg_checking *checking)
{
    const char *name = checking->options->slot_name;
    const struct tr_pg_slot *slot = &checking->slot;

    if (slot->active)
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "slot \"%s\" is in use by process %d: if that isn't this connector, choose "
                      "another slot.name",
                      name, slot->active_pid);
    if (checking->stored && checking->replication.conn)
        return decide(checking);
    tr_report_add(checking->report, TR_FINDING_OK, NULL, "slot \"%s\" %s", name,
                  slot->exists ? "exists" : "does not exist yet");
    return 0;
}
