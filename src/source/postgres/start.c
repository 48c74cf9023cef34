#include "source/postgres/start.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "snapshot/added.h"
#include "snapshot/incremental.h"

static struct tr_snapshot_wishes wishes_of(const struct tr_pg_start *start)
{
    return tr_snapshot_wishes_of(&start->context->options->snapshot);
}

/* Nobody's slot that we know of: it is not ours to drop, and where it begins says nothing about
 * what is in the topics. */
static int refuse_slot(const struct tr_pg_start *start, struct tr_diag *diag)
{
    const char *name = start->context->options->postgres.slot_name;

    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "slot \"%s\" (slot.name) exists, but there is no stored position that goes with "
                   "it: if nobody else needs it, SELECT pg_drop_replication_slot('%s') and start "
                   "again; to stream from where it is, without a snapshot, set "
                   "snapshot.mode=no_data; or choose another slot.name",
                   name, name);
}

static int decide_new(const struct tr_pg_start *start, enum tr_pg_way *ret_way,
                      struct tr_diag *diag)
{
    *ret_way = TR_PG_BEGIN;
    if (!start->slot.exists || !start->replication)
        return 0;
    if (wishes_of(start).data)
        return refuse_slot(start, diag);
    *ret_way = TR_PG_ADOPT;
    return tr_pg_slot_usable(start->session, &start->slot, diag);
}

/* Changes of what was read already must all be in the log yet. */
static int decide_continue(const struct tr_pg_start *start, enum tr_pg_way *ret_way,
                           struct tr_diag *diag)
{
    int rc = tr_pg_identity_check(start->replication, start->position, start->wal_lsn,
                                  &start->identity, diag);

    if (!rc)
        rc = tr_pg_slot_covers(start->session, &start->slot, start->position, diag);
    if (rc == TR_PG_GAP)
        tr_log_warn(start->context->log,
                    "an interrupted snapshot can't go on: the tables are read from their start",
                    TR_LOG_STR("reason", diag->message));
    else
        *ret_way = TR_PG_CONTINUE;
    return rc == TR_PG_GAP ? 0 : rc;
}

/* Added tables that no stream brings are read with everything else. */
static bool knows_rest(const struct tr_pg_start *start)
{
    const struct tr_pg_position *position = start->position;
    const struct tr_connector_options *options = start->context->options;
    bool beside =
        start->replication && options->postgres.publication_mode != TR_PUBLICATION_NO_TABLES;

    return position->stage == TR_PG_SNAPSHOT && !position->foreign &&
           tr_rest_known(start->states) &&
           strcmp(position->identity.system, start->identity.system) == 0 &&
           strcmp(position->identity.database, start->identity.database) == 0 &&
           (beside || !tr_added_is_wanted(options, start->states));
}

/* Not finished. The slot stays where it is, because a row that was written and then deleted would
 * stand in the topics for ever under a new one; unless nothing was written yet: then a new one has
 * no change follow that the rows have shown already. Debezium doesn't say which slot it had; it
 * makes one before it reads, and so has seen no less than it keeps. */
static int decide_again(const struct tr_pg_start *start, enum tr_pg_way *ret_way,
                        struct tr_diag *diag)
{
    const struct tr_pg_position *position = start->position;
    const struct tr_pg_slot *slot = &start->slot;
    bool ours =
        position->foreign || (strcmp(position->identity.system, start->identity.system) == 0 &&
                              strcmp(position->identity.slot, start->identity.slot) == 0);

    if (!wishes_of(start).data)
        return decide_new(start, ret_way, diag);
    bool goes_on = knows_rest(start);
    *ret_way = goes_on && !start->replication ? TR_PG_CONTINUE : TR_PG_AGAIN;
    if (!slot->exists || !start->replication)
        return 0;
    /* the slot of an intent that was written for another server or name is somebody else's */
    if (!ours)
        return refuse_slot(start, diag);
    if (tr_pg_slot_lost(slot) || position->stage == TR_PG_INTENT)
        return 0;
    int rc = tr_pg_slot_usable(start->session, slot, diag);
    *ret_way = TR_PG_REREAD;
    return rc || !goes_on ? rc : decide_continue(start, ret_way, diag);
}

static int decide_stream(const struct tr_pg_start *start, enum tr_pg_way *ret_way,
                         struct tr_diag *diag)
{
    const struct tr_snapshot_wishes wishes = wishes_of(start);
    const struct tr_pg_position *position = start->position;

    *ret_way = TR_PG_RESUME;
    int rc =
        tr_pg_identity_check(start->replication, position, start->wal_lsn, &start->identity, diag);
    bool elsewhere = rc == TR_PG_GAP;
    if (!rc)
        rc = tr_pg_slot_covers(start->session, &start->slot, position, diag);
    if (rc == TR_PG_GAP && !wishes.when_needed)
        return -1;
    if (rc == TR_PG_GAP)
        tr_log_warn(start->context->log, "snapshot.mode=when_needed: taking a new snapshot",
                    TR_LOG_STR("reason", diag->message));
    if (rc != TR_PG_GAP && (rc || !wishes.again || tr_incremental_is_initial(start->states)))
        return rc;
    /* under a new slot, what was deleted since the position would stay in the topics; behind
     * Debezium's offset, which may lie inside a transaction, it can't be helped */
    *ret_way = rc || position->foreign ? TR_PG_AGAIN : TR_PG_REREAD;
    return elsewhere && start->slot.exists ? refuse_slot(start, diag) : 0;
}

int tr_pg_start_decide(struct tr_pg_start *start, enum tr_pg_way *ret_way, struct tr_diag *diag)
{
    const struct tr_pg_position *position = start->position;
    int rc = tr_pg_slot_read(start->session, start->context->options->postgres.slot_name,
                             &start->slot, diag);

    if (rc)
        return rc;
    if (position->stage == TR_PG_STREAM && !start->replication) {
        *ret_way = wishes_of(start).again ? TR_PG_AGAIN : TR_PG_COMPLETE;
        return 0;
    }
    if (position->stage == TR_PG_STREAM)
        return decide_stream(start, ret_way, diag);
    if (position->stage == TR_PG_NOTHING)
        return decide_new(start, ret_way, diag);
    return decide_again(start, ret_way, diag);
}

int tr_pg_start_commit(const struct tr_pg_context *context, struct tr_batch *batch,
                       const struct tr_pg_position *position, uint64_t token, struct tr_diag *diag)
{
    struct tr_outlet *outlet = context->outlet;

    if (!batch)
        batch = outlet->impl->take_wait(outlet);
    if (!batch)
        return TR_PG_STOPPED;
    if (tr_pg_position_write(batch, position, NULL, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    batch->position.token = token;
    outlet->impl->put(outlet, batch);
    while (outlet->impl->confirmed(outlet) < token) {
        struct pollfd news = {.fd = outlet->fd, .events = POLLIN};
        uint64_t counter;
        if (outlet->impl->stopping(outlet))
            return TR_PG_STOPPED;
        if (poll(&news, 1, 250) > 0) {
            ssize_t ignored = read(outlet->fd, &counter, sizeof counter);
            (void)ignored;
        }
    }
    return 0;
}
