#include "source/mysql/position.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/writer.h"
#include "capture/transaction.h"
#include "source/source.h"

#define FORMAT 1

/* Of a position's text: a set of GTIDs with very many holes. */
#define TEXT_MOST ((size_t)8 << 20)

/* The number behind the last dot; names with more digits than others are later, too. */
static uint64_t number_of(const char *file)
{
    const char *dot = strrchr(file, '.');
    return dot && isdigit((unsigned char)dot[1]) ? strtoull(dot + 1, NULL, 10) : 0;
}

uint64_t tr_mysql_coordinates_number(const struct tr_mysql_coordinates *coordinates)
{
    return number_of(coordinates->file);
}

int tr_mysql_coordinates_compare(const struct tr_mysql_coordinates *a,
                                 const struct tr_mysql_coordinates *b)
{
    uint64_t left = number_of(a->file), right = number_of(b->file);

    if (left != right)
        return left < right ? -1 : 1;
    return (a->pos > b->pos) - (a->pos < b->pos);
}

static void read_identity(const struct tr_stored_position *stored,
                          struct tr_mysql_identity *identity)
{
    snprintf(identity->uuid, sizeof identity->uuid, "%s",
             tr_stored_position_text(stored, "tailrace_server_uuid", ""));
    identity->server_id = (uint32_t)tr_stored_position_integer(stored, "tailrace_server_id", 0);
}

static uint64_t number_at(const struct tr_stored_position *stored, const char *key)
{
    int64_t number = tr_stored_position_integer(stored, key, 0);
    return number > 0 ? (uint64_t)number : 0;
}

static void read_trace(const struct tr_stored_position *stored, struct tr_mysql_trace *trace)
{
    trace->created = (uint32_t)tr_stored_position_integer(stored, "tailrace_log_created", 0);
    snprintf(trace->gtid, sizeof trace->gtid, "%s",
             tr_stored_position_text(stored, "tailrace_last_gtid", ""));
    trace->begin = number_at(stored, "tailrace_last_pos");
    trace->begun_us = tr_stored_position_integer(stored, "tailrace_last_us", 0);
}

static enum tr_mysql_stage stage_of(const struct tr_stored_position *stored)
{
    if (tr_stored_position_boolean(stored, "tailrace_intent", false))
        return TR_MYSQL_INTENT;
    if (tr_stored_position_has(stored, "snapshot") &&
        !tr_stored_position_boolean(stored, "snapshot_completed", false))
        return TR_MYSQL_SNAPSHOT;
    return TR_MYSQL_STREAM;
}

static int read_coordinates(const struct tr_stored_position *stored,
                            struct tr_mysql_position *position, struct tr_diag *diag)
{
    const char *file = tr_stored_position_text(stored, "file", "");
    const char *gtids = tr_stored_position_text(stored, "gtids", NULL);

    if (strlen(file) >= sizeof position->place.file)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "the stored position's file is not the name of a binary log: correct it, or "
                       "set snapshot.mode=when_needed for a new snapshot");
    memcpy(position->place.file, file, strlen(file) + 1);
    position->place.pos = number_at(stored, "pos");
    position->has_gtids = gtids != NULL;
    if (!gtids)
        return 0;
    int rc = tr_mysql_gtids_parse(&position->gtids, tr_slice_of(gtids), diag);
    return rc < 0 ? tr_fail_in(diag, "gtids of the stored position") : 0;
}

static int read_partial(const struct tr_stored_position *stored, struct tr_mysql_partial *partial,
                        struct tr_diag *diag)
{
    const char *gtid = tr_stored_position_text(stored, "tailrace_partial_gtid", "");
    const char *file = tr_stored_position_text(stored, "tailrace_partial_file", "");

    partial->any = tr_stored_position_has(stored, TR_POSITION_PARTIAL);
    if (!partial->any)
        return 0;
    partial->rows = number_at(stored, TR_POSITION_PARTIAL);
    partial->begin.pos = number_at(stored, "tailrace_partial_pos");
    if ((!*gtid && !*file) || strlen(gtid) >= sizeof partial->gtid ||
        strlen(file) >= sizeof partial->begin.file)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "the stored position has " TR_POSITION_PARTIAL ", but not the transaction "
                       "that it is of (tailrace_partial_gtid, or tailrace_partial_file and "
                       "tailrace_partial_pos): correct it");
    memcpy(partial->gtid, gtid, strlen(gtid) + 1);
    memcpy(partial->begin.file, file, strlen(file) + 1);
    return 0;
}

int tr_mysql_position_read(const struct tr_stored_position *stored, bool mariadb,
                           struct tr_mysql_position *ret_position, struct tr_diag *diag)
{
    *ret_position = (struct tr_mysql_position){.stage = TR_MYSQL_NOTHING};
    tr_mysql_gtids_init(&ret_position->gtids, mariadb);
    if (!stored)
        return 0;
    if (tr_stored_position_integer(stored, "tailrace_mysql_format", FORMAT) != FORMAT)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the stored position was written by a newer tailrace "
                       "(tailrace_mysql_format is not %d): run that version",
                       FORMAT);
    read_identity(stored, &ret_position->identity);
    read_trace(stored, &ret_position->trace);
    ret_position->foreign = !tr_stored_position_has(stored, "tailrace_server_id");
    ret_position->stage = stage_of(stored);
    ret_position->ts_sec = tr_stored_position_integer(stored, "ts_sec", 0);
    ret_position->server_id = (uint32_t)tr_stored_position_integer(stored, "server_id", 0);
    if (ret_position->foreign) {
        ret_position->skip_events = number_at(stored, "event");
        ret_position->skip_rows = number_at(stored, "row");
    } else if (read_partial(stored, &ret_position->partial, diag) < 0) {
        return -1;
    }
    if (read_coordinates(stored, ret_position, diag) < 0)
        return -1;
    if (ret_position->stage == TR_MYSQL_STREAM && !ret_position->place.file[0] &&
        !ret_position->has_gtids)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "the stored position has neither file and pos nor gtids: correct it, or set "
                       "snapshot.mode=when_needed for a new snapshot");
    return 0;
}

void tr_mysql_position_finish(struct tr_mysql_position *position)
{
    tr_mysql_gtids_finish(&position->gtids);
}

int tr_mysql_position_copy(const struct tr_mysql_position *position,
                           struct tr_mysql_position *ret_position, struct tr_diag *diag)
{
    *ret_position = *position;
    return tr_mysql_gtids_copy(&position->gtids, &ret_position->gtids, diag);
}

static bool put_member(struct tr_writer *writer, const char *key, const char *text)
{
    tr_writer_printf(writer, ",\"%s\":", key);
    return tr_writer_json(writer, tr_slice_of(text));
}

/* In Debezium's order. */
static bool put_debezium(struct tr_writer *writer, const struct tr_mysql_position *position,
                         const char *gtids)
{
    tr_writer_printf(writer, "\"ts_sec\":%" PRId64, position->ts_sec);
    if (position->place.file[0]) {
        if (!put_member(writer, "file", position->place.file))
            return false;
        tr_writer_printf(writer, ",\"pos\":%" PRIu64, position->place.pos);
    }
    if (position->has_gtids && !put_member(writer, "gtids", gtids))
        return false;
    if (position->partial.in_debezium)
        tr_writer_printf(writer, ",\"row\":%" PRIu64, position->partial.event_rows);
    if (position->server_id)
        tr_writer_printf(writer, ",\"server_id\":%" PRIu32, position->server_id);
    if (position->partial.in_debezium)
        tr_writer_printf(writer, ",\"event\":%" PRIu64, position->partial.events);
    if (position->stage != TR_MYSQL_STREAM)
        tr_writer_literal(writer, ",\"snapshot\":\"INITIAL\",\"snapshot_completed\":false");
    return true;
}

static bool put_trace(struct tr_writer *writer, const struct tr_mysql_trace *trace)
{
    if (trace->created)
        tr_writer_printf(writer, ",\"tailrace_log_created\":%" PRIu32, trace->created);
    if (trace->gtid[0] && !put_member(writer, "tailrace_last_gtid", trace->gtid))
        return false;
    if (trace->begin)
        tr_writer_printf(writer, ",\"tailrace_last_pos\":%" PRIu64, trace->begin);
    if (trace->begun_us)
        tr_writer_printf(writer, ",\"tailrace_last_us\":%" PRId64, trace->begun_us);
    return true;
}

static bool put_tailrace(struct tr_writer *writer, const struct tr_mysql_position *position,
                         const struct tr_mysql_progress *progress)
{
    tr_writer_printf(writer, ",\"tailrace_mysql_format\":%d", FORMAT);
    if (position->identity.uuid[0] &&
        !put_member(writer, "tailrace_server_uuid", position->identity.uuid))
        return false;
    tr_writer_printf(writer, ",\"tailrace_server_id\":%" PRIu32, position->identity.server_id);
    if (!put_trace(writer, &position->trace))
        return false;
    if (position->stage == TR_MYSQL_INTENT)
        tr_writer_literal(writer, ",\"tailrace_intent\":true");
    if (!progress || !progress->table)
        return true;
    if (!put_member(writer, "tailrace_snapshot_table", progress->table))
        return false;
    tr_writer_printf(writer,
                     ",\"tailrace_snapshot_chunks\":%" PRIu64
                     ",\"tailrace_snapshot_tables_done\":%" PRIu64,
                     progress->chunks, progress->tables);
    return true;
}

static bool put_partial(struct tr_writer *writer, const struct tr_mysql_partial *partial)
{
    if (!partial->any)
        return true;
    tr_writer_printf(writer, ",\"" TR_POSITION_PARTIAL "\":%" PRIu64, partial->rows);
    if (partial->gtid[0]) {
        if (!put_member(writer, "tailrace_partial_gtid", partial->gtid))
            return false;
    } else {
        if (!put_member(writer, "tailrace_partial_file", partial->begin.file))
            return false;
        tr_writer_printf(writer, ",\"tailrace_partial_pos\":%" PRIu64, partial->begin.pos);
    }
    return tr_transaction_put(partial->counted, (struct tr_slice){NULL, 0}, writer) == 0;
}

int tr_mysql_position_write(struct tr_batch *batch, const struct tr_mysql_position *position,
                            const struct tr_mysql_progress *progress, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf gtids = {0};
    struct tr_writer writer;

    tr_buf_init(&gtids, TEXT_MOST);
    if (position->has_gtids)
        tr_mysql_gtids_print(&position->gtids, &gtids);
    if (!tr_buf_ok(&gtids))
        return tr_fail_memory(diag);
    tr_writer_begin(&writer, &batch->arena);
    bool valid = put_debezium(&writer, position, tr_buf_string(&gtids)) &&
                 put_tailrace(&writer, position, progress) &&
                 put_partial(&writer, &position->partial);
    if (tr_writer_end(&writer, &batch->position.json) < 0)
        return tr_fail_memory(diag);
    if (!valid)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "the name of a binary log or a table is not UTF-8: rename it");
    batch->boundary = true;
    return 0;
}

static int behind(const struct tr_mysql_position *there, const struct tr_mysql_position *here,
                  struct tr_diag *diag)
{
    if (there->stage != TR_MYSQL_STREAM)
        (void)tr_fail(diag, TR_NETWORK, TR_RETRY, "its snapshot isn't finished");
    else if (there->has_gtids && here->has_gtids)
        (void)tr_fail(diag, TR_NETWORK, TR_RETRY, "%" PRIu64 " transactions are missing",
                      tr_mysql_gtids_missing(&there->gtids, &here->gtids));
    else
        (void)tr_fail(diag, TR_NETWORK, TR_RETRY,
                      "it has committed up to %s:%" PRIu64 ", which is before %s:%" PRIu64,
                      there->place.file, there->place.pos, here->place.file, here->place.pos);
    return TR_SOURCE_BEHIND;
}

static bool same_server(const struct tr_mysql_identity *a, const struct tr_mysql_identity *b)
{
    return a->uuid[0] ? strcmp(a->uuid, b->uuid) == 0 : a->server_id == b->server_id;
}

static int compare(const struct tr_mysql_position *there, const struct tr_mysql_position *here,
                   struct tr_diag *diag)
{
    bool reached;

    if (there->stage != TR_MYSQL_STREAM)
        return behind(there, here, diag);
    if (there->has_gtids && here->has_gtids) {
        reached = tr_mysql_gtids_contain(&there->gtids, &here->gtids);
    } else {
        if (!there->foreign && !same_server(&there->identity, &here->identity))
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "the committed position is of another server than the table, and has no "
                           "GTIDs to be compared by: has the server failed over since?");
        reached = tr_mysql_coordinates_compare(&there->place, &here->place) >= 0;
    }
    return reached ? 0 : behind(there, here, diag);
}

int tr_mysql_position_reached(const struct tr_stored_position *committed,
                              const struct tr_stored_position *mark, bool mariadb,
                              struct tr_diag *diag)
{
    struct tr_mysql_position there, here;
    int rc = tr_mysql_position_read(committed, mariadb, &there, diag);

    if (rc == 0) {
        rc = tr_mysql_position_read(mark, mariadb, &here, diag);
        if (rc == 0)
            rc = compare(&there, &here, diag);
        tr_mysql_position_finish(&here);
    }
    tr_mysql_position_finish(&there);
    return rc;
}
