/* Positions inside a transaction, for one that is too large to go out as one. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture/transaction.h"
#include "source/mysql/changes-impl.h"

/* What reads the rows that are delivered. */
static const struct tr_mysql_track *reader(const struct tr_mysql_changes *changes)
{
    return changes->xa.session ? changes->xa.track : &changes->stream;
}

/* So many rows of the transaction are done with. */
static uint64_t rows_done(const struct tr_mysql_changes *changes)
{
    const struct tr_mysql_track *track = reader(changes);
    return changes->rows + (track->in_rows ? track->row : 0);
}

/* In Debezium XA transactions go out when they are prepared: it knows no place inside them. */
static void put_in_debezium(const struct tr_mysql_changes *changes,
                            struct tr_mysql_partial *partial)
{
    const struct tr_mysql_track *track = &changes->stream;

    partial->in_debezium = !changes->xa.session;
    partial->events = track->transaction.events - (track->in_rows ? 1 : 0);
    partial->event_rows = track->in_rows ? track->row : 0;
}

int tr_mysql_changes_write_partial(const struct tr_mysql_changes *changes, struct tr_batch *batch,
                                   struct tr_diag *diag)
{
    const struct tr_mysql_transaction *transaction = &changes->stream.transaction;
    const struct tr_transaction *counted = changes->capturer.transaction;
    struct tr_mysql_position position = changes->position;
    uint64_t rows = rows_done(changes);

    if (!transaction->open || rows <= position.partial.rows ||
        tr_transaction_collections(counted) > TR_TRANSACTION_COLLECTIONS)
        return 0;
    position.partial = (struct tr_mysql_partial){
        .any = true, .begin = transaction->begin, .rows = rows, .counted = counted};
    if (transaction->has_gtid)
        memcpy(position.partial.gtid, transaction->gtid_text, transaction->gtid_length + 1);
    put_in_debezium(changes, &position.partial);
    position.ts_sec = tr_mysql_changes_commit_us(changes) / 1000000;
    position.server_id = changes->stream.event.header.server_id;
    if (tr_mysql_position_write(batch, &position, NULL, diag) < 0)
        return -1;
    batch->boundary = false;
    batch->partial = true;
    return 0;
}

static int fail_missing(const struct tr_mysql_step *step)
{
    const struct tr_mysql_partial *partial = &step->changes->position.partial;
    char place[TR_MYSQL_FILE_MOST + 32];

    snprintf(place, sizeof place, "%s:%" PRIu64, partial->begin.file, partial->begin.pos);
    (void)tr_fail(step->diag, TR_DATA, TR_STOP,
                  "the stored position lies inside transaction %s, behind its first %" PRIu64
                  " rows, and the server goes on with another one: go back to the server that it "
                  "was read from; or take a new snapshot (remove the stored position)",
                  partial->gtid[0] ? partial->gtid : place, partial->rows);
    return tr_mysql_step_explain(step);
}

/* Everything before it is written, so it comes first; a replay reads an older place. */
int tr_mysql_step_check_begin(const struct tr_mysql_step *step)
{
    const struct tr_mysql_partial *partial = &step->changes->position.partial;
    const struct tr_mysql_transaction *transaction = &step->track->transaction;

    if (!partial->any || step->track->replay)
        return 0;
    bool same = partial->gtid[0]
                    ? transaction->has_gtid && strcmp(partial->gtid, transaction->gtid_text) == 0
                    : tr_mysql_coordinates_compare(&partial->begin, &transaction->begin) == 0;
    return same ? 0 : fail_missing(step);
}
