#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/filter.h"
#include "capture/transaction.h"
#include "source/mysql/changes-impl.h"
#include "source/mysql/identity.h"
#include "source/mysql/trace.h"

#define SCRATCH_CHUNK (16U << 10)
#define SCRATCH_MOST  ((size_t)3 << 30) /* a statement or a row, converted */

/* The table that hung on a map goes with it. */
static void forget(void *context, void *user)
{
    struct tr_mysql_changes *changes = context;

    if (changes->version == user)
        changes->version = NULL;
    tr_mysql_version_free(user);
}

int tr_mysql_track_init(struct tr_mysql_track *track, struct tr_mysql_changes *changes,
                        struct tr_diag *diag)
{
    const struct tr_binlog_params params = {
        .checksum = TR_BINLOG_CHECKSUM_CRC32, .forget = forget, .context = changes};

    *track = (struct tr_mysql_track){.changes = changes};
    return tr_binlog_new(&params, &track->decoder, diag);
}

void tr_mysql_track_finish(struct tr_mysql_track *track)
{
    tr_binlog_free(track->decoder);
    track->decoder = NULL;
}

int tr_mysql_step_explain(const struct tr_mysql_step *step)
{
    const struct tr_mysql_track *track = step->track;
    const struct tr_mysql_transaction *transaction = &track->transaction;

    return tr_fail_in(step->diag, "%s%.*s%s%s:%" PRIu64,
                      transaction->has_gtid ? "transaction " : "", (int)transaction->gtid_length,
                      transaction->gtid_text, transaction->has_gtid ? " at " : "at ",
                      track->here.file, track->here.pos);
}

/* Where the event stands. The log's own field has 32 bits, so it is counted on from the event
 * before. */
static void locate(struct tr_mysql_track *track)
{
    const struct tr_binlog_header *header = &track->event.header;

    if (track->in_payload || !header->next || header->flags & TR_BINLOG_FLAG_ARTIFICIAL)
        return;
    uint64_t end = (track->next & ~(uint64_t)UINT32_MAX) | header->next;
    if (end < track->next)
        end += UINT64_C(1) << 32;
    track->here.pos = end > header->size ? end - header->size : 0;
    track->next = end;
}

static bool artificial(const struct tr_binlog_header *header)
{
    return !header->next || header->flags & TR_BINLOG_FLAG_ARTIFICIAL;
}

/* The position moves over log that has nothing for us. */
static void move_on(const struct tr_mysql_step *step, const struct tr_mysql_coordinates *place)
{
    struct tr_mysql_changes *changes = step->changes;
    struct tr_mysql_coordinates *position = &changes->position.place;

    if (step->track->replay || !tr_mysql_changes_at_boundary(changes) ||
        tr_mysql_coordinates_compare(place, position) <= 0)
        return;
    if (strcmp(position->file, place->file) != 0) {
        changes->position.trace.created = 0;
        changes->position.trace.begin = 0;
    }
    *position = *place;
    changes->moves++;
}

static int read_place(const struct tr_mysql_step *step, struct tr_mysql_coordinates *ret_place)
{
    const struct tr_binlog_rotate *rotate = &step->track->event.rotate;

    if (rotate->file.n >= sizeof ret_place->file)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the server names a binary log with a name of %zu bytes", rotate->file.n);
    memcpy(ret_place->file, rotate->file.p, rotate->file.n);
    ret_place->file[rotate->file.n] = '\0';
    ret_place->pos = rotate->position;
    return 0;
}

static int take_rotate(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;
    bool real = !artificial(&track->event.header);
    struct tr_mysql_coordinates place;

    if (read_place(step, &place) < 0)
        return -1;
    if (real && track->transaction.open)
        return tr_fail(step->diag, TR_DATA, TR_STOP, "the binary log %s ends inside a transaction",
                       track->here.file);
    track->here = place;
    track->next = place.pos;
    track->created = 0;
    step->changes->source_file = NULL;
    if (real)
        move_on(step, &place);
    return 0;
}

static int take_heartbeat(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;
    struct tr_mysql_coordinates place;

    if (!track->event.rotate.file.n || track->transaction.open)
        return 0;
    if (read_place(step, &place) < 0)
        return -1;
    /* the older form has 32 bits */
    if (strcmp(place.file, track->here.file) == 0 && place.pos <= UINT32_MAX &&
        track->next > UINT32_MAX)
        return 0;
    move_on(step, &place);
    return 0;
}

static uint64_t mix(uint64_t x)
{
    /* the finalizer of splitmix64 */
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* The same in every replay, and on another server, too, if there are GTIDs. */
static uint64_t seed_of(const struct tr_mysql_track *track)
{
    const struct tr_mysql_transaction *transaction = &track->transaction;
    const char *text = transaction->has_gtid ? transaction->gtid_text : track->here.file;
    uint64_t x = transaction->has_gtid ? 0 : track->here.pos;

    for (; *text; text++)
        x = mix(x + (unsigned char)*text);
    return x;
}

static int begin(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;

    if (track->transaction.open)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the log begins a transaction at %s:%" PRIu64
                       " inside another one: the server wrote it only in part (it crashed?)",
                       track->here.file, track->here.pos);
    track->transaction =
        (struct tr_mysql_transaction){.open = true, .begin = track->here, .thread = -1};
    track->transaction.begun_us = tr_mysql_trace_time(&track->event);
    if (!track->replay)
        step->changes->rows = 0;
    return 0;
}

/* MySQL's sources are uuids, MariaDB's domains. */
static bool excluded(const struct tr_mysql_step *step)
{
    const struct tr_mysql_gtid *gtid = &step->track->transaction.gtid;
    char name[TR_MYSQL_GTID_TEXT];

    if (!step->changes->sources || !step->changes->params.context->options->mysql.gtid_filter_dml)
        return false;
    if (gtid->mariadb) {
        snprintf(name, sizeof name, "%" PRIu32, gtid->domain);
    } else {
        memcpy(name, step->track->transaction.gtid_text, 36);
        name[36] = '\0';
    }
    return !tr_filter_allows(step->changes->sources, name);
}

static void set_gtid(const struct tr_mysql_step *step)
{
    struct tr_mysql_transaction *transaction = &step->track->transaction;

    transaction->has_gtid = true;
    transaction->gtid_length = tr_mysql_gtid_print(&transaction->gtid, transaction->gtid_text);
    if (excluded(step))
        transaction->fate = TR_MYSQL_FATE_IGNORE;
}

static int take_gtid(const struct tr_mysql_step *step)
{
    const struct tr_binlog_gtid *event = &step->track->event.gtid;
    struct tr_mysql_transaction *transaction = &step->track->transaction;
    int rc = begin(step);

    if (rc)
        return rc;
    if (!event->anonymous) {
        memcpy(transaction->gtid.uuid, event->uuid, sizeof event->uuid);
        transaction->gtid.number = event->number;
        if (event->tag.n > TR_MYSQL_TAG_MOST)
            return tr_fail(step->diag, TR_DATA, TR_STOP, "a GTID's tag has %zu characters",
                           event->tag.n);
        memcpy(transaction->gtid.tag, event->tag.p, event->tag.n);
        uint64_t us =
            event->original_commit_us ? event->original_commit_us : event->immediate_commit_us;
        transaction->commit_us =
            us ? (int64_t)us : (int64_t)step->track->event.header.timestamp * 1000000;
        set_gtid(step);
    }
    transaction->seed = seed_of(step->track);
    return tr_mysql_step_check_begin(step);
}

static int take_mariadb_gtid(const struct tr_mysql_step *step)
{
    const struct tr_binlog_mariadb_gtid *event = &step->track->event.mariadb_gtid;
    struct tr_mysql_transaction *transaction = &step->track->transaction;
    int rc = begin(step);

    if (rc)
        return rc;
    transaction->gtid = (struct tr_mysql_gtid){
        .mariadb = true, .domain = event->domain, .server = event->server, .number = event->number};
    transaction->flags = event->flags;
    transaction->extra_flags = event->extra_flags;
    transaction->grouped = !(event->flags & TR_BINLOG_MARIADB_STANDALONE);
    transaction->events = 1;
    set_gtid(step);
    transaction->seed = seed_of(step->track);
    if (event->flags & TR_BINLOG_MARIADB_XA_PREPARE && !step->track->replay &&
        transaction->fate == TR_MYSQL_FATE_DELIVER)
        transaction->fate = TR_MYSQL_FATE_HOLD;
    return tr_mysql_step_check_begin(step) < 0 ? -1 : tr_mysql_step_tell_begin(step);
}

static int take_rows_query(const struct tr_mysql_step *step)
{
    struct tr_mysql_changes *changes = step->changes;

    if (!changes->params.context->options->mysql.include_query)
        return 0;
    tr_arena_reset(&changes->query_arena);
    const char *copy = tr_arena_strdup(&changes->query_arena, step->track->event.bytes);
    if (!copy)
        return tr_fail_memory(step->diag);
    changes->query = (struct tr_slice){copy, step->track->event.bytes.n};
    return 0;
}

static void note_trace(const struct tr_mysql_track *track, struct tr_mysql_trace *trace)
{
    const struct tr_mysql_transaction *transaction = &track->transaction;

    trace->created = track->created;
    trace->begin = transaction->begin.pos;
    trace->begun_us = transaction->begun_us;
    trace->gtid[0] = '\0';
    if (transaction->has_gtid)
        memcpy(trace->gtid, transaction->gtid_text, sizeof trace->gtid);
}

int tr_mysql_step_commit(const struct tr_mysql_step *step)
{
    struct tr_mysql_changes *changes = step->changes;
    struct tr_mysql_position *position = &changes->position;
    struct tr_mysql_track *track = step->track;
    struct tr_mysql_transaction *transaction = &track->transaction;

    if (!transaction->open)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the log ends a transaction at %s:%" PRIu64 " that did not begin",
                       track->here.file, track->here.pos);
    transaction->open = false;
    changes->query = (struct tr_slice){NULL, 0};
    if (position->has_gtids && transaction->has_gtid &&
        tr_mysql_gtids_add(&position->gtids, &transaction->gtid, step->diag) < 0)
        return -1;
    position->place = track->here;
    position->place.pos = track->next;
    note_trace(track, &position->trace);
    position->ts_sec = transaction->commit_us ? transaction->commit_us / 1000000
                                              : (int64_t)track->event.header.timestamp;
    position->server_id = track->event.header.server_id;
    position->skip_events = position->skip_rows = 0;
    position->partial = (struct tr_mysql_partial){.any = false};
    changes->told_to = position->place;
    changes->moves++;
    return TR_MYSQL_COMMITTED;
}

static int take_incident(const struct tr_mysql_step *step)
{
    const struct tr_binlog_incident *incident = &step->track->event.incident;

    return tr_fail(step->diag, TR_DATA, TR_STOP,
                   "the server tells that changes are missing in its binary log behind %s:%" PRIu64
                   " (incident %u: %.*s): take a new snapshot, with snapshot.mode=when_needed and "
                   "the stored position removed",
                   step->track->here.file, step->track->here.pos, incident->number,
                   (int)TR_MIN(incident->message.n, 300), incident->message.p);
}

static int take_load(const struct tr_mysql_step *step)
{
    return tr_fail(step->diag, TR_DATA, TR_STOP,
                   "LOAD DATA was logged as a statement at %s:%" PRIu64
                   ": its rows can't be read from the log; set binlog_format=ROW at the server and "
                   "take a new snapshot",
                   step->track->here.file, step->track->here.pos);
}

/* A position that was made before anything was read of its file learns it here. */
static void note_file(const struct tr_mysql_step *step)
{
    struct tr_mysql_changes *changes = step->changes;
    struct tr_mysql_position *position = &changes->position;
    struct tr_mysql_track *track = step->track;

    track->created = track->event.header.timestamp;
    if (track->replay || strcmp(track->here.file, position->place.file) != 0)
        return;
    if (!position->trace.created)
        changes->moves++;
    position->trace.created = track->created;
}

/* A new file begins; if a transaction is open, its end was never written. */
static int take_format(const struct tr_mysql_step *step)
{
    note_file(step);
    if (artificial(&step->track->event.header) || !step->track->transaction.open)
        return 0;
    return tr_fail(step->diag, TR_DATA, TR_STOP,
                   "the transaction that begins at %s:%" PRIu64
                   " has no end in the log: the server crashed while it wrote it",
                   step->track->transaction.begin.file, step->track->transaction.begin.pos);
}

static int dispatch(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;

    switch (track->event.kind) {
    case TR_BINLOG_FORMAT:
        return take_format(step);
    case TR_BINLOG_ROTATE:
        return take_rotate(step);
    case TR_BINLOG_HEARTBEAT:
        return take_heartbeat(step);
    case TR_BINLOG_GTID:
        return take_gtid(step);
    case TR_BINLOG_MARIADB_GTID:
        return take_mariadb_gtid(step);
    case TR_BINLOG_QUERY:
        return tr_mysql_step_query(step);
    case TR_BINLOG_ROWS_QUERY:
        return take_rows_query(step);
    case TR_BINLOG_TABLE:
        return tr_mysql_step_map(step);
    case TR_BINLOG_ROWS:
        return tr_mysql_step_rows(step);
    case TR_BINLOG_XID:
        return tr_mysql_step_tell_end(step) < 0 ? -1 : tr_mysql_step_commit(step);
    case TR_BINLOG_XA_PREPARE:
        return tr_mysql_step_prepare(step);
    case TR_BINLOG_PAYLOAD:
        track->in_payload = true;
        return 0;
    case TR_BINLOG_INCIDENT:
        return take_incident(step);
    case TR_BINLOG_LOAD:
        return take_load(step);
    case TR_BINLOG_CONTEXT: /* of a statement, which is judged by itself */
    case TR_BINLOG_STOP:
    case TR_BINLOG_PREVIOUS_GTIDS:
    case TR_BINLOG_MARIADB_GTID_LIST:
    case TR_BINLOG_MARIADB_CHECKPOINT:
    case TR_BINLOG_GROUP:
    case TR_BINLOG_IGNORABLE:
        return 0;
    }
    return tr_fail_bug(step->diag, "an event kind that the decoder does not know");
}

/* Count as Debezium does, whose positions inside transactions have to be understood: all but the
 * GTID event of MySQL. MariaDB sends statements only to who wants them. */
static void count(struct tr_mysql_track *track)
{
    enum tr_binlog_kind kind = track->event.kind;

    if (kind != TR_BINLOG_PAYLOAD && kind != TR_BINLOG_HEARTBEAT &&
        (track->transaction.open || kind == TR_BINLOG_QUERY))
        track->transaction.events++;
}

static int take_inner(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;
    int rc = tr_binlog_next_inner(track->decoder, &track->event, step->diag);

    if (rc == TR_BINLOG_END)
        track->in_payload = false;
    if (rc)
        return rc == TR_BINLOG_END ? 0 : rc;
    count(track);
    return dispatch(step);
}

int tr_mysql_track_go(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;
    bool committed = false;

    for (;;) {
        int rc;
        if (!track->replay && step->changes->xa.session)
            rc = tr_mysql_step_replay(step);
        else if (track->in_rows)
            rc = tr_mysql_step_go_rows(step);
        else if (track->in_payload)
            rc = take_inner(step);
        else
            return committed ? TR_MYSQL_COMMITTED : 0;
        if (rc && rc != TR_MYSQL_COMMITTED)
            return rc;
        committed |= rc == TR_MYSQL_COMMITTED;
    }
}

int tr_mysql_track_take(const struct tr_mysql_step *step, struct tr_slice bytes)
{
    struct tr_mysql_track *track = step->track;

    if (tr_binlog_decode(track->decoder, bytes, &track->event, step->diag) < 0)
        return -1;
    locate(track);
    count(track);
    int rc = dispatch(step);
    if (rc && rc != TR_MYSQL_COMMITTED)
        return rc;
    int more = tr_mysql_track_go(step);
    return more ? more : rc;
}

int tr_mysql_changes_take(struct tr_mysql_changes *changes, struct tr_slice event,
                          struct tr_batch *batch, size_t full, struct tr_diag *diag)
{
    const struct tr_mysql_step step = {changes, &changes->stream, batch, full, diag};
    return tr_mysql_track_take(&step, event);
}

int tr_mysql_changes_go(struct tr_mysql_changes *changes, struct tr_batch *batch, size_t full,
                        struct tr_diag *diag)
{
    const struct tr_mysql_step step = {changes, &changes->stream, batch, full, diag};
    return tr_mysql_track_go(&step);
}

bool tr_mysql_changes_at_boundary(const struct tr_mysql_changes *changes)
{
    const struct tr_mysql_position *position = &changes->position;

    return !changes->stream.transaction.open && !position->skip_events && !position->skip_rows &&
           !position->partial.any;
}

const struct tr_mysql_position *tr_mysql_changes_position(const struct tr_mysql_changes *changes)
{
    return &changes->position;
}

const struct tr_mysql_coordinates *tr_mysql_changes_told_to(const struct tr_mysql_changes *changes)
{
    return &changes->told_to;
}

struct tr_capturer *tr_mysql_changes_capturer(struct tr_mysql_changes *changes)
{
    return &changes->capturer;
}

int64_t tr_mysql_changes_commit_us(const struct tr_mysql_changes *changes)
{
    const struct tr_mysql_track *track = &changes->stream;
    int64_t us = track->transaction.commit_us;

    return us ? us : (int64_t)track->event.header.timestamp * 1000000;
}

struct tr_mysql_at tr_mysql_changes_at(const struct tr_mysql_changes *changes)
{
    const struct tr_mysql_transaction *transaction = &changes->stream.transaction;
    size_t n = transaction->has_gtid ? transaction->gtid_length : 0;

    return (struct tr_mysql_at){{transaction->gtid_text, n}, &transaction->begin};
}

uint64_t tr_mysql_changes_moves(const struct tr_mysql_changes *changes)
{
    return changes->moves;
}

void tr_mysql_changes_tell(struct tr_mysql_changes *changes)
{
    tr_mysql_tell_nulled(&changes->capturer, changes->params.context->log);
}

void tr_mysql_changes_place(const struct tr_mysql_changes *changes, char *ret_text, size_t size)
{
    const struct tr_mysql_track *track = &changes->stream;
    const struct tr_mysql_transaction *transaction = &track->transaction;

    snprintf(ret_text, size, "%s:%" PRIu64 "%s%.*s", track->here.file, track->next,
             transaction->open && transaction->has_gtid ? " in transaction " : "",
             transaction->open ? (int)transaction->gtid_length : 0, transaction->gtid_text);
}

static int set_up(struct tr_mysql_changes *changes, struct tr_diag *diag)
{
    const struct tr_mysql_changes_params *params = &changes->params;
    const struct tr_mysql_options *options = &params->context->options->mysql;
    struct tr_filter_list include = {&options->gtid_includes, "gtid.source.includes"};
    struct tr_filter_list exclude = {&options->gtid_excludes, "gtid.source.excludes"};
    struct tr_filter_list skipped = {&options->skipped_statements, "skipped.statement.tables"};

    if (tr_mysql_position_copy(params->position, &changes->position, diag) < 0 ||
        tr_mysql_track_init(&changes->stream, changes, diag) < 0 ||
        tr_mysql_xa_init(&changes->xa, params->states, diag) < 0 ||
        tr_capturer_init(&changes->capturer, params->capture, diag) < 0 ||
        tr_transaction_new(params->capture, &changes->capturer, diag) < 0)
        return -1;
    changes->stream.here = params->position->place;
    changes->stream.next = params->position->place.pos;
    /* null: the converter writes the schema's default, "false", unless replace.null.with.default
     * says otherwise */
    changes->capturer.source[TR_SOURCE_SNAPSHOT] = (struct tr_value){.kind = TR_NULL};
    if (options->skipped_statements.count &&
        tr_filter_new(skipped, (struct tr_filter_list){0}, &changes->statements, diag) < 0)
        return -1;
    if (!options->gtid_includes.count && !options->gtid_excludes.count)
        return 0;
    return tr_filter_new(include, exclude, &changes->sources, diag);
}

int tr_mysql_changes_new(const struct tr_mysql_changes_params *params,
                         struct tr_mysql_changes **ret_changes, struct tr_diag *diag)
{
    struct tr_mysql_changes *changes = calloc(1, sizeof *changes);

    if (!changes)
        return tr_fail_memory(diag);
    changes->params = *params;
    tr_arena_init(&changes->scratch, SCRATCH_CHUNK, SCRATCH_MOST);
    tr_arena_init(&changes->query_arena, SCRATCH_CHUNK, SCRATCH_MOST);
    if (set_up(changes, diag) < 0) {
        tr_mysql_changes_free(changes);
        return -1;
    }
    if (changes->position.trace.begin) { /* what was told then may still not be visible */
        changes->told_to = changes->position.place;
        changes->told_to.pos = changes->position.trace.begin + 1;
    }
    *ret_changes = changes;
    return 0;
}

void tr_mysql_changes_free(struct tr_mysql_changes *changes)
{
    if (!changes)
        return;
    tr_mysql_xa_finish(&changes->xa);
    tr_mysql_track_finish(&changes->stream);
    tr_capturer_finish(&changes->capturer);
    tr_mysql_position_finish(&changes->position);
    tr_filter_free(changes->sources);
    tr_filter_free(changes->statements);
    tr_arena_finish(&changes->query_arena);
    tr_arena_finish(&changes->scratch);
    free(changes);
}
