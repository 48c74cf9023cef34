/* Positions inside a transaction, for one that is too large to go out as one. */
#include "capture/transaction.h"
#include "source/postgres/changes.h"

/* Nothing of it may be written yet; and Debezium's offset may lie in a transaction behind it, which
 * ours has no place for. */
static bool has_place(const struct tr_pg_changes *changes)
{
    const struct tr_pg_position *position = &changes->position;

    return changes->open && changes->told &&
           (!position->skip_lsn || changes->xid == position->skip_xid) &&
           tr_transaction_collections(changes->capturer.transaction) <= TR_TRANSACTION_COLLECTIONS;
}

int tr_pg_changes_write_partial(const struct tr_pg_changes *changes, struct tr_batch *batch,
                                struct tr_diag *diag)
{
    struct tr_pg_position position = changes->position;

    if (!has_place(changes))
        return 0;
    position.partial = (struct tr_pg_partial){
        .commit_lsn = changes->commit_lsn,
        .xid = changes->xid,
        .ordinal = changes->ordinal,
        .counted = changes->capturer.transaction,
    };
    if (tr_pg_position_write(batch, &position, NULL, diag) < 0)
        return -1;
    batch->boundary = false;
    batch->partial = true;
    return 0;
}

/* Everything before it is written, so it comes first. */
static int fail_missing(const struct tr_pg_partial *partial, struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "the stored position lies inside transaction %" PRIu32
                   ", whose COMMIT stands at " TR_PG_LSN ", behind its first %" PRIu64
                   " changes, and the server doesn't send that transaction: is it another server, "
                   "or slot.stream.params another one? Go back to what was; or take a new snapshot "
                   "(snapshot.mode=when_needed, and drop the slot)",
                   partial->xid, TR_PG_LSN_ARGS(partial->commit_lsn), partial->ordinal);
}

int tr_pg_changes_check_begin(const struct tr_pg_changes *changes, struct tr_diag *diag)
{
    const struct tr_pg_partial *partial = &changes->position.partial;

    if (!partial->commit_lsn ||
        (partial->commit_lsn == changes->commit_lsn && partial->xid == changes->xid))
        return 0;
    return fail_missing(partial, diag);
}

int tr_pg_changes_pass(const struct tr_pg_changes *changes, uint64_t lsn, struct tr_diag *diag)
{
    const struct tr_pg_partial *partial = &changes->position.partial;

    if (!partial->commit_lsn || changes->open || lsn <= partial->commit_lsn)
        return 0;
    return fail_missing(partial, diag);
}
