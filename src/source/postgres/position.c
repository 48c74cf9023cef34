#include "source/postgres/position.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/writer.h"
#include "capture/transaction.h"
#include "source/source.h"

#define FORMAT 1

static void copy_text(const struct tr_stored_position *stored, const char *key, char *ret_text,
                      size_t size)
{
    snprintf(ret_text, size, "%s", tr_stored_position_text(stored, key, ""));
}

static uint64_t lsn_of(const struct tr_stored_position *stored, const char *key)
{
    int64_t lsn = tr_stored_position_integer(stored, key, 0);
    return lsn > 0 ? (uint64_t)lsn : 0;
}

static void read_identity(const struct tr_stored_position *stored, struct tr_pg_identity *identity)
{
    copy_text(stored, "tailrace_pg_system_identifier", identity->system, sizeof identity->system);
    copy_text(stored, "tailrace_pg_database", identity->database, sizeof identity->database);
    copy_text(stored, "tailrace_slot", identity->slot, sizeof identity->slot);
    identity->timeline = (uint32_t)tr_stored_position_integer(stored, "tailrace_pg_timeline", 0);
}

/* The record behind a commit begins where the commit ends, so that their LSNs are one: the type
 * tells which of the two it was. BEGIN has the LSN of its transaction's first change, which is not
 * written then. */
static bool inside(const char *type, uint64_t processed, uint64_t commit)
{
    static const char *const types[] = {"BEGIN", "INSERT", "UPDATE", "DELETE", "TRUNCATE"};

    if (processed != commit || !processed)
        return processed > commit;
    for (size_t i = 0; i < TR_COUNT(types); i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

/* Debezium stores the last event's LSN; the transaction that it is in was read up to there, and is
 * sent again from lsn_commit on. Fact: Debezium 3.6, PostgresOffsetContext. */
static void read_foreign(const struct tr_stored_position *stored, struct tr_pg_position *position)
{
    const char *type = tr_stored_position_text(stored, "messageType", "");
    uint64_t processed = lsn_of(stored, "lsn_proc");

    /* a message outside of transactions counts as a commit at the LSN where it begins */
    position->message &= processed == position->commit_lsn;
    position->resume_lsn = position->commit_lsn + position->message;
    if (inside(type, processed, position->commit_lsn)) {
        bool begin = strcmp(type, "BEGIN") == 0;
        position->skip_lsn = processed;
        position->skip_xid = position->xid;
        position->skip_counted = begin || tr_stored_position_has(stored, "lsn_events_processed");
        if (!begin)
            position->skip_events =
                TR_MAX(1, tr_stored_position_integer(stored, "lsn_events_processed", 1));
    }
    if (!position->resume_lsn && position->stage == TR_PG_STREAM)
        position->resume_lsn = processed ? processed : position->lsn;
}

static int read_partial(const struct tr_stored_position *stored, struct tr_pg_partial *partial,
                        struct tr_diag *diag)
{
    int64_t ordinal = tr_stored_position_integer(stored, TR_POSITION_PARTIAL, 0);

    if (!tr_stored_position_has(stored, TR_POSITION_PARTIAL))
        return 0;
    *partial = (struct tr_pg_partial){
        .commit_lsn = lsn_of(stored, "tailrace_partial_lsn"),
        .xid = (uint32_t)tr_stored_position_integer(stored, "tailrace_partial_xid", 0),
        .ordinal = ordinal > 0 ? (uint64_t)ordinal : 0,
    };
    return partial->commit_lsn && partial->xid
               ? 0
               : tr_fail(diag, TR_DATA, TR_STOP,
                         "the stored position has " TR_POSITION_PARTIAL ", but not the "
                         "transaction that it is of (tailrace_partial_lsn, tailrace_partial_xid): "
                         "correct it");
}

static bool snapshot_unfinished(const struct tr_stored_position *stored)
{
    return tr_stored_position_has(stored, "snapshot") &&
           !tr_stored_position_boolean(stored, "snapshot_completed", false);
}

int tr_pg_position_read(const struct tr_stored_position *stored,
                        struct tr_pg_position *ret_position, struct tr_diag *diag)
{
    *ret_position = (struct tr_pg_position){.stage = TR_PG_NOTHING};
    if (!stored)
        return 0;
    if (tr_stored_position_integer(stored, "tailrace_pg_format", FORMAT) != FORMAT)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the stored position was written by a newer tailrace (tailrace_pg_format "
                       "is not %d): run that version",
                       FORMAT);
    read_identity(stored, &ret_position->identity);
    ret_position->foreign = !tr_stored_position_has(stored, "tailrace_pg_system_identifier");
    ret_position->lsn = lsn_of(stored, "lsn");
    ret_position->commit_lsn = lsn_of(stored, "lsn_commit");
    ret_position->xid = tr_stored_position_integer(stored, "txId", 0);
    ret_position->message =
        strcmp(tr_stored_position_text(stored, "messageType", ""), "MESSAGE") == 0;
    ret_position->ts_us = tr_stored_position_integer(stored, "ts_usec", 0);
    ret_position->stage = TR_PG_STREAM;
    if (tr_stored_position_boolean(stored, "tailrace_intent", false))
        ret_position->stage = TR_PG_INTENT;
    else if (snapshot_unfinished(stored))
        ret_position->stage = TR_PG_SNAPSHOT;
    if (ret_position->foreign)
        read_foreign(stored, ret_position);
    else
        ret_position->resume_lsn = lsn_of(stored, "tailrace_resume_lsn");
    if (!ret_position->foreign && read_partial(stored, &ret_position->partial, diag) < 0)
        return -1;
    if (ret_position->stage == TR_PG_STREAM && !ret_position->resume_lsn)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "the stored position has neither tailrace_resume_lsn nor lsn_commit, "
                       "lsn_proc or lsn: correct it, or set snapshot.mode=when_needed for a new "
                       "snapshot");
    return 0;
}

/* After the snapshot's own keys, or, once a transaction was read, after the stream's. Never inside
 * a transaction: Debezium's place there is an LSN, which rows that COPY wrote share, and it would
 * leave out those of them that aren't written. So it begins the transaction anew. Fact:
 * Debezium 3.6, WalPositionLocator. */
static void put_debezium(struct tr_writer *writer, const struct tr_pg_position *position)
{
    bool complete = position->stage == TR_PG_STREAM;

    if (position->commit_lsn && complete) {
        tr_writer_printf(writer,
                         "\"lsn_proc\":%" PRIu64 ",\"messageType\":\"%s\",\"lsn_commit\":%" PRIu64
                         ",\"lsn\":%" PRIu64 ",\"txId\":%" PRId64 ",\"ts_usec\":%" PRId64,
                         position->commit_lsn, position->message ? "MESSAGE" : "COMMIT",
                         position->commit_lsn, position->commit_lsn, position->xid,
                         position->ts_us);
        return;
    }
    tr_writer_printf(writer,
                     "\"last_snapshot_record\":%s,\"lsn\":%" PRIu64 ",\"txId\":%" PRId64
                     ",\"ts_usec\":%" PRId64 ",\"snapshot\":\"INITIAL\",\"snapshot_completed\":%s",
                     complete ? "true" : "false", position->lsn, position->xid, position->ts_us,
                     complete ? "true" : "false");
}

static bool put_member(struct tr_writer *writer, const char *key, const char *text)
{
    tr_writer_printf(writer, ",\"%s\":", key);
    return tr_writer_json(writer, tr_slice_of(text));
}

static bool put_tailrace(struct tr_writer *writer, const struct tr_pg_position *position)
{
    const struct tr_pg_identity *identity = &position->identity;

    tr_writer_printf(writer, ",\"tailrace_pg_format\":%d", FORMAT);
    if (!put_member(writer, "tailrace_pg_system_identifier", identity->system) ||
        !put_member(writer, "tailrace_pg_database", identity->database) ||
        !put_member(writer, "tailrace_slot", identity->slot))
        return false;
    tr_writer_printf(writer, ",\"tailrace_pg_timeline\":%" PRIu32, identity->timeline);
    if (position->stage != TR_PG_INTENT && position->resume_lsn)
        tr_writer_printf(writer, ",\"tailrace_resume_lsn\":%" PRIu64, position->resume_lsn);
    if (position->stage == TR_PG_INTENT)
        tr_writer_literal(writer, ",\"tailrace_intent\":true");
    return true;
}

static bool put_partial(struct tr_writer *writer, const struct tr_pg_partial *partial)
{
    char xid[16];

    if (!partial->commit_lsn)
        return true;
    tr_writer_printf(writer,
                     ",\"" TR_POSITION_PARTIAL "\":%" PRIu64 ",\"tailrace_partial_lsn\":%" PRIu64
                     ",\"tailrace_partial_xid\":%" PRIu32,
                     partial->ordinal, partial->commit_lsn, partial->xid);
    snprintf(xid, sizeof xid, "%" PRIu32, partial->xid);
    return tr_transaction_put(partial->counted, tr_slice_of(xid), writer) == 0;
}

static bool put_progress(struct tr_writer *writer, const struct tr_pg_progress *progress)
{
    if (!put_member(writer, "tailrace_snapshot_table", progress->table))
        return false;
    tr_writer_printf(writer,
                     ",\"tailrace_snapshot_chunks\":%" PRIu64
                     ",\"tailrace_snapshot_tables_done\":%" PRIu64,
                     progress->chunks, progress->tables);
    return true;
}

int tr_pg_position_write(struct tr_batch *batch, const struct tr_pg_position *position,
                         const struct tr_pg_progress *progress, struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, &batch->arena);
    put_debezium(&writer, position);
    bool valid = put_tailrace(&writer, position) && put_partial(&writer, &position->partial) &&
                 (!progress || put_progress(&writer, progress));
    if (tr_writer_end(&writer, &batch->position.json) < 0)
        return tr_fail_memory(diag);
    if (!valid)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "a database, slot or table name is not UTF-8: rename it");
    batch->boundary = true;
    return 0;
}

/* Not the timeline: who doesn't stream knows that of the last checkpoint only. */
static bool same_log(const struct tr_pg_identity *a, const struct tr_pg_identity *b)
{
    return strcmp(a->system, b->system) == 0 && strcmp(a->database, b->database) == 0;
}

int tr_pg_position_reached(const struct tr_stored_position *committed,
                           const struct tr_stored_position *mark, struct tr_diag *diag)
{
    struct tr_pg_position there, here;

    if (tr_pg_position_read(committed, &there, diag) < 0 ||
        tr_pg_position_read(mark, &here, diag) < 0)
        return -1;
    bool known = there.stage != TR_PG_NOTHING && !there.foreign;
    if (known && !same_log(&there.identity, &here.identity))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the committed position is of database %s of system %s, and the table of "
                       "database %s of system %s: look at database.hostname and database.dbname",
                       there.identity.database, there.identity.system, here.identity.database,
                       here.identity.system);
    if (there.stage == TR_PG_STREAM && there.resume_lsn >= here.resume_lsn)
        return 0;
    (void)tr_fail(diag, TR_NETWORK, TR_RETRY,
                  there.stage == TR_PG_STREAM ? "it has committed up to %X/%X, %" PRIu64
                                                " bytes before %X/%X"
                                              : "its snapshot isn't finished",
                  (unsigned)(there.resume_lsn >> 32), (unsigned)there.resume_lsn,
                  here.resume_lsn - there.resume_lsn, (unsigned)(here.resume_lsn >> 32),
                  (unsigned)here.resume_lsn);
    return TR_SOURCE_BEHIND;
}
