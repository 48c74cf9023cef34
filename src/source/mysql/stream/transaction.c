/*
 * provide.transaction.metadata, as Debezium tells of it: in MySQL a transaction begins with BEGIN,
 * in MariaDB with its GTID, whatever follows; it ends with XID or COMMIT. So MySQL's XA
 * transactions have none, and MariaDB's DDL and XA have a beginning only.
 */
#include <inttypes.h>
#include <stdio.h>

#include "capture/transaction.h"
#include "source/mysql/changes-impl.h"

static struct tr_transaction_mark mark(const struct tr_mysql_step *step)
{
    const struct tr_mysql_track *track = step->track;
    int64_t us = track->transaction.commit_us;

    return (struct tr_transaction_mark){
        .ms = us ? us / 1000 : (int64_t)track->event.header.timestamp * 1000,
        .identity = tr_mysql_track_identity(track),
    };
}

int tr_mysql_step_tell_begin(const struct tr_mysql_step *step)
{
    struct tr_mysql_changes *changes = step->changes;
    const struct tr_mysql_track *track = step->track;
    const struct tr_mysql_transaction *transaction = &track->transaction;
    struct tr_transaction_mark begin = mark(step);
    char place[TR_MYSQL_FILE_MOST + 32];

    if (!changes->capturer.transaction)
        return 0;
    if (transaction->has_gtid) {
        begin.id = (struct tr_slice){transaction->gtid_text, transaction->gtid_length};
    } else {
        snprintf(place, sizeof place, "file=%s,pos=%" PRIu64, track->here.file, track->here.pos);
        begin.id = tr_slice_of(place);
    }
    if (changes->position.partial.any)
        return tr_transaction_resume(changes->capturer.transaction, begin.id, step->diag);
    if (track->replay)
        return tr_transaction_start(changes->capturer.transaction, begin.id, step->diag);
    return tr_transaction_begin(&changes->capturer, &begin, step->batch, step->diag);
}

/* A position of Debezium's behind END. */
static bool end_written(const struct tr_mysql_step *step)
{
    const struct tr_mysql_position *position = &step->changes->position;

    return position->skip_events && position->skip_events + 1 >= step->track->transaction.events;
}

int tr_mysql_step_tell_end(const struct tr_mysql_step *step)
{
    struct tr_mysql_changes *changes = step->changes;
    const struct tr_transaction_mark end = mark(step);

    if (!changes->capturer.transaction || step->track->replay)
        return 0;
    if (end_written(step)) {
        tr_transaction_stop(changes->capturer.transaction);
        return 0;
    }
    return tr_transaction_end(&changes->capturer, &end, step->batch, step->diag);
}
