#include "source/postgres/changes.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "capture/transaction.h"

/* One message on its way. */
struct step {
    struct tr_pg_changes *changes;
    uint64_t lsn;
    struct tr_pgoutput_message message;
    struct tr_batch *batch;
    struct tr_diag *diag;
};

int tr_pg_changes_init(struct tr_pg_changes *changes, const struct tr_pg_session *catalog,
                       struct tr_capture *capture, const struct tr_pg_position *position,
                       struct tr_diag *diag)
{
    *changes = (struct tr_pg_changes){.catalog = catalog, .position = *position};
    tr_pg_relations_init(&changes->relations, catalog, capture);
    changes->decoder = malloc(sizeof *changes->decoder);
    if (!changes->decoder)
        return tr_fail_memory(diag);
    if (tr_capturer_init(&changes->capturer, capture, diag) < 0)
        return -1;
    /* null: the converter writes the schema's default, "false", unless replace.null.with.default
     * says otherwise */
    changes->capturer.source[TR_SOURCE_SNAPSHOT] = (struct tr_value){.kind = TR_NULL};
    if (tr_transaction_new(capture, &changes->capturer, diag) < 0)
        return -1;
    return tr_pg_messages_init(&changes->messages, catalog->context->options, capture, diag);
}

void tr_pg_changes_finish(struct tr_pg_changes *changes)
{
    tr_pg_messages_finish(&changes->messages);
    tr_capturer_finish(&changes->capturer);
    tr_pg_relations_finish(&changes->relations);
    free(changes->decoder);
    changes->decoder = NULL;
}

/* Debezium's ids differ from event to event of one transaction: they have each one's LSN. */
static struct tr_slice transaction_id(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;
    int n = snprintf(changes->transaction_id, sizeof changes->transaction_id, "%u:%" PRIu64,
                     changes->xid, step->lsn);
    return (struct tr_slice){changes->transaction_id, (size_t)n};
}

static struct tr_transaction_mark mark(const struct step *step)
{
    const struct tr_pg_changes *changes = step->changes;
    const struct tr_slice id = transaction_id(step);

    return (struct tr_transaction_mark){
        .id = id,
        .stored = {id.p, strcspn(id.p, ":")},
        .ms = changes->commit_us / 1000,
        .identity = tr_pg_row_identity(changes->commit_lsn, changes->ordinal),
    };
}

/* A Debezium offset inside a transaction: those before it are written whole. */
static bool told_already(const struct step *step)
{
    const struct tr_pg_changes *changes = step->changes;
    return changes->position.skip_lsn && changes->xid != changes->position.skip_xid;
}

static int tell_begin(const struct step *step)
{
    const struct tr_transaction_mark begin = mark(step);

    if (told_already(step))
        return 0;
    return tr_transaction_begin(&step->changes->capturer, &begin, step->batch, step->diag);
}

static int tell_end(const struct step *step)
{
    const struct tr_transaction_mark end = mark(step);

    if (told_already(step))
        return 0;
    return tr_transaction_end(&step->changes->capturer, &end, step->batch, step->diag);
}

static int take_begin(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;
    struct tr_value *source = changes->capturer.source;

    if (changes->open)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the server began a transaction at " TR_PG_LSN " inside another one",
                       TR_PG_LSN_ARGS(step->lsn));
    changes->open = true;
    changes->ordinal = 0;
    changes->commit_lsn = step->message.begin.final_lsn;
    changes->commit_us = step->message.begin.commit_us;
    changes->xid = step->message.begin.xid;
    changes->told = false;
    if (tr_pg_changes_check_begin(changes, step->diag) < 0)
        return -1;
    tr_source_set_time(source, changes->commit_us);
    source[TR_PG_SOURCE_TXID] = tr_value_integer(changes->xid);
    source[TR_PG_SOURCE_ORIGIN] = (struct tr_value){.kind = TR_NULL};
    source[TR_PG_SOURCE_ORIGIN_LSN] = (struct tr_value){.kind = TR_NULL};
    if (changes->incremental)
        tr_pg_incremental_begin(changes->incremental, changes->xid);
    if (!changes->capturer.transaction)
        return 0;
    return tell_begin(step);
}

static int take_commit(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;
    struct tr_pg_position *position = &changes->position;

    if (!changes->open)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the server ended a transaction at " TR_PG_LSN " that did not begin",
                       TR_PG_LSN_ARGS(step->lsn));
    changes->open = false;
    if (changes->capturer.transaction && tell_end(step) < 0)
        return -1;
    position->commit_lsn = position->lsn = step->message.commit.end_lsn;
    position->message = false;
    position->resume_lsn = TR_MAX(position->resume_lsn, position->commit_lsn);
    position->xid = changes->xid;
    position->ts_us = changes->commit_us;
    if (changes->xid == position->skip_xid)
        position->skip_lsn = 0;
    position->partial = (struct tr_pg_partial){.commit_lsn = 0};
    return TR_PG_COMMITTED;
}

static int take_origin(const struct step *step)
{
    struct tr_value *source = step->changes->capturer.source;
    char *origin = step->changes->origin;
    struct tr_slice name = step->message.origin.name;

    name.n = TR_MIN(name.n, sizeof step->changes->origin);
    memcpy(origin, name.p, name.n);
    source[TR_PG_SOURCE_ORIGIN] = tr_value_text((struct tr_slice){origin, name.n});
    source[TR_PG_SOURCE_ORIGIN_LSN] = tr_value_integer((int64_t)step->message.origin.lsn);
    return 0;
}

static void warn_again(const struct step *step)
{
    const struct tr_pg_changes *changes = step->changes;

    tr_log_warn(changes->catalog->context->log,
                "Debezium's offset lies among rows that COPY wrote to one place of the log, and "
                "doesn't say how many of them it has delivered: they are delivered again",
                TR_LOG_INT("lsn", step->lsn), TR_LOG_INT("transaction", changes->xid));
}

/* A position inside a transaction: what it covers is written already. In Debezium's several rows
 * may share an LSN (COPY): of those only as many as the offset says are known to be written, the
 * others are sent again rather than lost. >0: written already. */
static int skip(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;
    struct tr_pg_position *position = &changes->position;

    if (position->partial.commit_lsn)
        return changes->ordinal <= position->partial.ordinal;
    if (!position->skip_lsn)
        return 0;
    if (changes->commit_lsn < position->skip_lsn)
        return 1;
    if (changes->xid != position->skip_xid)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the stored position lies inside transaction %lld at " TR_PG_LSN
                       ", but the slot goes on with transaction %u: changes may be missing; to "
                       "take a new snapshot, set snapshot.mode=when_needed and drop the slot",
                       (long long)position->skip_xid, TR_PG_LSN_ARGS(position->skip_lsn),
                       changes->xid);
    if (step->lsn < position->skip_lsn)
        return 1;
    if (step->lsn > position->skip_lsn)
        return 0;
    if (position->skip_events == 0 && !position->skip_counted)
        warn_again(step);
    return position->skip_events-- > 0;
}

/* The old image of a key holds nothing but the identity's columns; the decoder shows the others as
 * null. */
static void leave_out(const struct tr_table *table, struct tr_cell *cells)
{
    for (size_t i = 0; i < table->ncolumns; i++)
        if (!table->columns[i].identity)
            cells[i].kind = TR_CELL_ABSENT;
}

static int explain(const struct step *step)
{
    const struct tr_pg_changes *changes = step->changes;
    const char *encoding = PQparameterStatus(changes->catalog->conn, "server_encoding");

    tr_fail_in(step->diag, "transaction %u, change at " TR_PG_LSN, changes->xid,
               TR_PG_LSN_ARGS(step->lsn));
    if (step->diag->cls == TR_DATA && encoding && strcmp(encoding, "SQL_ASCII") == 0) {
        struct tr_diag *diag = step->diag;
        size_t n = strlen(diag->message);
        snprintf(
            diag->message + n, sizeof diag->message - n,
            "; the database's encoding is SQL_ASCII, so the server does not check texts: leave "
            "the column out with column.exclude.list");
    }
    return -1;
}

/* Whoever reads tables beside the stream has to know what it says of them; and rows of one table
 * are orders. */
static int tell_incremental(const struct step *step, const struct tr_table *table,
                            const struct tr_change *change)
{
    struct tr_pg_changes *changes = step->changes;

    if (changes->window->schema && tr_window_watches(changes->window, table) &&
        tr_window_change(changes->window, table, change, step->diag) < 0)
        return -1;
    return changes->signals
               ? tr_pg_incremental_signal(changes->incremental, table, change, step->diag)
               : 0;
}

static int emit(const struct step *step, const struct tr_pg_relation *relation,
                struct tr_change *change)
{
    struct tr_pg_changes *changes = step->changes;

    change->identity = tr_pg_row_identity(changes->commit_lsn, changes->ordinal);
    if (changes->table != relation->version) {
        changes->table = relation->version;
        changes->signals =
            tr_pg_incremental_signals(changes->incremental, &relation->version->table);
        tr_pg_source_set_table(changes->capturer.source, &relation->version->table);
    }
    tr_pg_source_set_lsn(changes->capturer.source, &changes->sequence, changes->position.commit_lsn,
                         step->lsn);
    if (TR_UNLIKELY(changes->capturer.transaction))
        tr_transaction_name(changes->capturer.transaction, transaction_id(step));
    changes->told = true;
    int rc = tr_capture_change(&changes->capturer, relation->version->compiled, change, step->batch,
                               step->diag);
    if (TR_UNLIKELY(rc))
        return rc < 0 ? explain(step) : TR_PG_STOPPED;
    return TR_UNLIKELY(changes->window) ? tell_incremental(step, &relation->version->table, change)
                                        : 0;
}

static int check_row(const struct step *step, const struct tr_table *table)
{
    const struct tr_pgoutput_message *message = &step->message;

    if ((!message->row.after || message->row.nafter == table->ncolumns) &&
        (!message->row.before || message->row.nbefore == table->ncolumns))
        return 0;
    return tr_fail(step->diag, TR_DATA, TR_STOP,
                   "a row of table %s.%s at " TR_PG_LSN " has another number of columns than its "
                   "RELATION message (%zu)",
                   table->schema, table->name, TR_PG_LSN_ARGS(step->lsn), table->ncolumns);
}

static enum tr_op op_of(enum tr_pgoutput_type type)
{
    return type == TR_PGOUTPUT_INSERT   ? TR_OP_CREATE
           : type == TR_PGOUTPUT_UPDATE ? TR_OP_UPDATE
                                        : TR_OP_DELETE;
}

/* A row that is written already. Orders that are part of a transaction are carried out at its end:
 * who begins inside it has to hear those before. */
static int pass_row(const struct step *step, const struct tr_table *table)
{
    struct tr_pg_changes *changes = step->changes;
    const struct tr_pgoutput_message *message = &step->message;
    const struct tr_change change = {
        .op = op_of(message->type), .before = message->row.before, .after = message->row.after};

    if (!changes->position.partial.commit_lsn ||
        !tr_pg_incremental_signals(changes->incremental, table))
        return 0;
    return check_row(step, table) < 0
               ? -1
               : tr_pg_incremental_signal(changes->incremental, table, &change, step->diag);
}

static int take_row(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;
    const struct tr_pgoutput_message *message = &step->message;
    const struct tr_pg_relation *relation =
        tr_pg_relations_find(&changes->relations, message->row.id);
    struct tr_change change = {
        .op = op_of(message->type), .before = message->row.before, .after = message->row.after};

    if (!relation || !changes->open)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the server sent a row of relation %" PRIu32 " at " TR_PG_LSN
                       " without its RELATION or BEGIN message",
                       message->row.id, TR_PG_LSN_ARGS(step->lsn));
    changes->ordinal++;
    if (!relation->version)
        return 0;
    int rc = skip(step);
    if (rc)
        return rc < 0 ? rc : pass_row(step, &relation->version->table);
    if (check_row(step, &relation->version->table) < 0)
        return -1;
    if (message->row.old == TR_PGOUTPUT_OLD_KEY)
        leave_out(&relation->version->table, changes->decoder->before);
    return emit(step, relation, &change);
}

static int take_truncate(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;

    for (size_t i = 0; i < step->message.truncate.count; i++) {
        const struct tr_pg_relation *relation =
            tr_pg_relations_find(&changes->relations, step->message.truncate.ids[i]);
        struct tr_change change = {.op = TR_OP_TRUNCATE};
        changes->ordinal++;
        if (!relation || !relation->version)
            continue;
        int rc = skip(step);
        if (rc < 0)
            return -1;
        if (rc == 0 && emit(step, relation, &change) < 0) /* nothing to wait for in a TRUNCATE */
            return -1;
    }
    return 0;
}

static int put_message(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;
    struct tr_pg_messages *messages = &changes->messages;
    const struct tr_pg_message message = {
        .message = &step->message,
        .database = PQdb(changes->catalog->conn),
        .lsn = step->lsn,
        .identity = tr_pg_row_identity(step->lsn, 0),
    };

    changes->table = NULL; /* the source block names none */
    changes->told = true;
    tr_pg_source_set_lsn(changes->capturer.source, &changes->sequence, changes->position.commit_lsn,
                         step->lsn);
    if (changes->capturer.transaction)
        tr_transaction_name(changes->capturer.transaction, transaction_id(step));
    if (tr_pg_messages_put(messages, &changes->capturer, &message, step->batch, step->diag) < 0)
        return tr_fail_in(step->diag, "logical decoding message at " TR_PG_LSN,
                          TR_PG_LSN_ARGS(step->lsn));
    return 0;
}

/* It stands for itself. The server sends it where it stands in the log, and again unless the stream
 * begins behind that. */
static int take_lone_message(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;
    struct tr_pg_position *position = &changes->position;
    struct tr_value *source = changes->capturer.source;

    if (changes->open)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the server sent a message outside of transactions at " TR_PG_LSN
                       " inside one",
                       TR_PG_LSN_ARGS(step->lsn));
    if (tr_pg_changes_pass(changes, step->lsn, step->diag) < 0)
        return -1;
    if (position->skip_lsn && step->lsn < position->skip_lsn)
        return 0; /* an offset of Debezium's covers it */
    position->commit_lsn = position->lsn = step->lsn;
    position->resume_lsn = TR_MAX(position->resume_lsn, step->lsn + 1);
    position->message = true;
    tr_source_set_time(source, position->ts_us);
    source[TR_PG_SOURCE_TXID] = source[TR_PG_SOURCE_ORIGIN] = source[TR_PG_SOURCE_ORIGIN_LSN] =
        (struct tr_value){.kind = TR_NULL};
    return put_message(step) < 0 ? -1 : TR_PG_COMMITTED;
}

static int take_message(const struct step *step)
{
    if (!step->message.message.transactional)
        return take_lone_message(step);
    if (!step->changes->open)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the server sent a message of a transaction at " TR_PG_LSN " outside of one",
                       TR_PG_LSN_ARGS(step->lsn));
    step->changes->ordinal++;
    int rc = skip(step);
    if (rc)
        return rc < 0 ? rc : 0;
    step->batch->events++;
    return put_message(step);
}

static int learn(const struct step *step)
{
    struct tr_pg_changes *changes = step->changes;
    uint32_t id = step->message.relation.id;
    const struct tr_pg_relation *known = tr_pg_relations_find(&changes->relations, id);
    const struct tr_pg_version *before = known ? known->version : NULL;
    bool watched = before && changes->window && tr_window_watches(changes->window, &before->table);

    changes->table = NULL; /* may be freed */
    int rc = tr_pg_relations_learn(&changes->relations, &step->message, step->diag);
    /* a chunk was read of a table that is another one now */
    if (!rc && watched && tr_pg_relations_find(&changes->relations, id)->version != before)
        tr_window_discard(changes->window);
    return rc;
}

static int take(const struct step *step)
{
    switch (step->message.type) {
    case TR_PGOUTPUT_BEGIN:
        return take_begin(step);
    case TR_PGOUTPUT_COMMIT:
        return take_commit(step);
    case TR_PGOUTPUT_ORIGIN:
        return take_origin(step);
    case TR_PGOUTPUT_RELATION:
        return learn(step);
    case TR_PGOUTPUT_INSERT:
    case TR_PGOUTPUT_UPDATE:
    case TR_PGOUTPUT_DELETE:
        return take_row(step);
    case TR_PGOUTPUT_TRUNCATE:
        return take_truncate(step);
    case TR_PGOUTPUT_MESSAGE:
        return take_message(step);
    case TR_PGOUTPUT_TYPE: /* the catalog tells more about types */
        return 0;
    }
    return tr_fail_bug(step->diag, "a message type that the decoder does not know");
}

/* Rows of tables that nobody wants need not be decoded. */
static bool unwanted_row(struct tr_pg_changes *changes, struct tr_slice bytes)
{
    struct tr_cursor cursor = tr_cursor_of(bytes);
    uint8_t type = tr_cursor_u8(&cursor);

    if (type != TR_PGOUTPUT_INSERT && type != TR_PGOUTPUT_UPDATE && type != TR_PGOUTPUT_DELETE)
        return false;
    const struct tr_pg_relation *relation =
        tr_pg_relations_find(&changes->relations, tr_cursor_be32(&cursor));
    return !cursor.failed && relation && !relation->version;
}

int tr_pg_changes_take(struct tr_pg_changes *changes, uint64_t lsn, struct tr_slice message,
                       struct tr_batch *batch, struct tr_diag *diag)
{
    struct step step = {.changes = changes, .lsn = lsn, .batch = batch, .diag = diag};

    if (unwanted_row(changes, message)) {
        changes->ordinal++;
        return 0;
    }
    if (tr_pgoutput_decode(changes->decoder, message, &step.message, diag) < 0)
        return tr_fail_in(diag, "at " TR_PG_LSN, TR_PG_LSN_ARGS(lsn));
    return take(&step);
}
