#include "source/postgres/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "capture/heartbeat.h"
#include "config/check-text.h"
#include "source/postgres/failure.h"
#include "source/postgres/gauge.h"
#include "source/postgres/slot.h"
#include "source/postgres/stream/beat.h"
#include "source/postgres/stream/reselect.h"
#include "source/postgres/stream/xmin.h"
#include "source/postgres/wire.h"

/* A batch is handed over when it is about this full: below the ring's usual chunk. */
#define BATCH_BYTES ((size_t)448 << 10)

/* Positions over idle log: not more often than this, unless the server asks. */
#define IDLE_US           3000000
/* Confirmations are sent when something was confirmed, but not more often than this. */
#define CONFIRM_US        1000000
/* Without a word from the server for this long, and three of our intervals, the line is dead. */
#define SILENCE_US        60000000
/* The first version whose pgoutput knows the origin of what it sends. */
#define ORIGIN_SINCE      160000
/* Look at the clock after so many messages, at the latest. */
#define MESSAGES_PER_LOOK 512
/* A row that is read again is worth as many. */
#define MESSAGES_PER_ROW  32

/* A reader that takes each row as it comes costs the server a send and a wake-up for each. When
 * more than HOT_ROWS came within HOT_US, and the last read of the socket yielded less than
 * GULP_BYTES, rows may pile up for a moment. */
#define HOT_US     5000
#define HOT_ROWS   100
#define PILE_US    300
#define GULP_BYTES 8192

/* Why reading paused. */
enum pause { PAUSE_DRY, PAUSE_FULL, PAUSE_TIME };

struct stream {
    const struct tr_pg_stream_params *params;
    struct tr_outlet *outlet;
    struct tr_pg_changes changes;
    struct tr_batch *batch; /* being filled; NULL: none taken */
    size_t full;            /* bytes at which it is handed over */
    size_t unfinished;      /* bytes of the transaction at hand in the batches before … */
    size_t begun;           /* … and where it begins in this one */
    struct {                /* how much of it was there when the newest transaction ended */
        size_t count, bytes, events;
    } complete;
    uint64_t received_lsn; /* as far as the server has told */
    uint64_t put_lsn;      /* resume_lsn of the newest position handed over */
    uint64_t told_lsn;     /* confirmed to the server … */
    bool manual;           /* … or kept from it: lsn.flush.mode=manual */
    int64_t interval_us;   /* between two status updates */
    int64_t status_us, heard_us, idle_us;
    bool answer_owed; /* the server asked: an idle position need not wait */
    bool half_put;    /* the newest batch handed over ends inside a transaction */
    bool commit_owed; /* read up to where the server was: who waits for that waits for its commit */
    bool caught_up;   /* and told so */
    bool streaming;   /* told that nothing of an initial snapshot is left */
    uint64_t chunks;  /* of that told */
    bool heard;       /* something came in this turn */
    int64_t window_us; /* since when messages are counted for HOT_ROWS */
    unsigned rows;
    bool hot;
    size_t gulp; /* bytes of messages since the socket was read */
    struct tr_heartbeat heartbeat;
    struct tr_pg_beat beat;
    struct tr_pg_gauge gauge;
    struct tr_pg_reselector reselector;
    struct tr_pg_xmin xmin;
    struct tr_diag *diag;
};

static uint64_t confirmed_lsn(const struct stream *stream)
{
    /* tokens of a snapshot's batches are small numbers, below any LSN */
    return TR_MAX(stream->params->position->resume_lsn,
                  stream->outlet->impl->confirmed(stream->outlet));
}

static int send_status(struct stream *stream, int64_t now)
{
    uint64_t confirmed = confirmed_lsn(stream);
    struct tr_pg_wire_status status = {.confirmed = stream->manual ? 0 : confirmed};
    PGconn *conn = stream->params->replication->conn;
    char packet[TR_PG_WIRE_STATUS];

    status.received = TR_MAX(stream->received_lsn, confirmed);
    /* a server that was silent since our last word is asked for one */
    status.reply = stream->heard_us < stream->status_us;
    tr_pg_wire_write(&status, tr_clock_realtime_ns() / 1000, packet);
    if (PQputCopyData(conn, packet, sizeof packet) < 0 || PQflush(conn) < 0)
        return tr_pg_fail_result(stream->params->replication, NULL,
                                 "cannot send a status update to PostgreSQL", stream->diag);
    stream->status_us = now;
    stream->told_lsn = confirmed;
    return 0;
}

/* Complete transactions only, nothing of one that a position lies in. */
static bool at_boundary(const struct stream *stream)
{
    const struct tr_pg_position *position = &stream->changes.position;
    return !stream->changes.open && !position->skip_lsn && !position->partial.commit_lsn;
}

static int write_partial(struct stream *stream)
{
    struct tr_batch *batch = stream->batch;

    stream->unfinished += batch->bytes - stream->begun;
    batch->unfinished = stream->unfinished;
    batch->position.token = stream->put_lsn;
    return tr_pg_changes_write_partial(&stream->changes, batch, stream->diag);
}

static int put_batch(struct stream *stream)
{
    struct tr_batch *batch = stream->batch;

    if (at_boundary(stream)) {
        const struct tr_pg_position *position = &stream->changes.position;
        if (tr_pg_position_write(batch, position, NULL, stream->diag) < 0)
            return -1;
        batch->position.token = stream->put_lsn = position->resume_lsn;
        tr_pg_incremental_put(stream->params->incremental, stream->put_lsn,
                              stream->outlet->impl->confirmed(stream->outlet));
        stream->idle_us = tr_clock_monotonic_us();
        stream->answer_owed = stream->commit_owed = false;
    } else if (write_partial(stream) < 0) {
        return -1;
    }
    stream->begun = 0;
    stream->half_put = !batch->boundary;
    stream->batch = NULL;
    stream->complete.count = 0;
    stream->outlet->impl->put(stream->outlet, batch);
    return 0;
}

/* A failure in one transaction leaves those before it complete: they go on their way. */
static void put_complete(struct stream *stream)
{
    struct tr_batch *batch = stream->batch;
    struct tr_diag second; /* the first failure is the one to tell of */

    if (!batch || !stream->complete.count)
        return;
    batch->count = stream->complete.count;
    batch->bytes = stream->complete.bytes;
    batch->events = stream->complete.events;
    stream->changes.open = false;
    stream->diag = &second;
    (void)put_batch(stream);
}

/* Something waits for the position that closes it: changes in the batch at hand, or, when its last
 * row filled the batch before, a whole transaction. */
static bool has_work(const struct stream *stream)
{
    return !tr_batch_empty(stream->batch) || stream->half_put;
}

/* What is in the batch is complete. */
static void note_complete(struct stream *stream)
{
    const struct tr_batch *batch = stream->batch;

    stream->complete.count = batch->count;
    stream->complete.bytes = batch->bytes;
    stream->complete.events = batch->events;
}

/* Between two transactions is the place for what is read beside the stream. >0: TR_PG_BLOCKING. */
static int look_aside(struct stream *stream)
{
    struct tr_pg_incremental *incremental = stream->params->incremental;

    if (!tr_pg_incremental_due(incremental) || !stream->batch || !at_boundary(stream))
        return 0;
    int rc = tr_pg_incremental_turn(incremental, stream->batch, stream->diag);
    if (rc < 0) { /* the position is behind what is left out */
        stream->complete.count = 0;
        return rc;
    }
    note_complete(stream);
    if (rc != TR_INCREMENTAL_BLOCKING)
        return 0;
    rc = put_batch(stream);
    return rc ? rc : TR_PG_BLOCKING;
}

/* The server has nothing more for us before this LSN. */
static void move_on(struct stream *stream, uint64_t lsn)
{
    struct tr_pg_position *position = &stream->changes.position;

    stream->received_lsn = TR_MAX(stream->received_lsn, lsn);
    if (at_boundary(stream) && lsn > position->resume_lsn)
        position->resume_lsn = lsn;
}

/* The batch's last transaction has ended, and has changes if there are more than at the last end.
 */
static void count_transaction(struct stream *stream)
{
    struct tr_batch *batch = stream->batch;
    size_t before = stream->complete.count ? stream->complete.events : 0;

    batch->transactions += batch->events > before || stream->half_put;
}

/* The first changes in it are of the transaction at hand. */
static void date(struct stream *stream)
{
    if (!stream->batch->since_us && stream->batch->events)
        stream->batch->since_us = stream->changes.commit_us;
}

static int take_data(struct stream *stream, const struct tr_pg_wire *wire)
{
    int rc =
        tr_pg_changes_take(&stream->changes, wire->lsn, wire->bytes, stream->batch, stream->diag);

    stream->rows++;
    date(stream);
    if (rc < 0 || rc == TR_PG_STOPPED)
        return rc;
    stream->received_lsn = TR_MAX(stream->received_lsn, wire->lsn);
    if (rc == TR_PG_COMMITTED) {
        stream->unfinished = 0;
        stream->begun = stream->batch->bytes;
    }
    if (rc == TR_PG_COMMITTED && at_boundary(stream)) {
        count_transaction(stream);
        note_complete(stream);
        rc = look_aside(stream);
        if (rc)
            return rc;
        if (has_work(stream) && stream->outlet->impl->hungry(stream->outlet))
            return put_batch(stream);
    }
    return stream->batch->bytes >= stream->full ? put_batch(stream) : 0;
}

static int take_packet(struct stream *stream, struct tr_slice packet)
{
    struct tr_pg_wire wire;

    if (tr_pg_wire_read(packet, &wire, stream->diag) < 0)
        return -1;
    if (wire.kind == TR_PG_WIRE_DATA)
        return take_data(stream, &wire);
    if (tr_pg_changes_pass(&stream->changes, wire.wal_end, stream->diag) < 0)
        return -1;
    move_on(stream, wire.wal_end);
    if (!wire.reply)
        return 0;
    stream->answer_owed = true;
    return send_status(stream, tr_clock_monotonic_us());
}

/* The COPY ended: by an error, or because the server shuts down. */
static int ended(struct stream *stream)
{
    const struct tr_pg_session *replication = stream->params->replication;
    TR_CLEANUP(tr_pg_clear) PGresult *result = PQgetResult(replication->conn);
    char what[128];

    snprintf(what, sizeof what, "the stream broke off behind " TR_PG_LSN,
             TR_PG_LSN_ARGS(stream->received_lsn));
    if (result && PQresultStatus(result) != PGRES_FATAL_ERROR)
        return tr_fail(stream->diag, TR_NETWORK, TR_RETRY,
                       "%s: the server ended it, as it does when it shuts down", what);
    tr_pg_fail_result(replication, result, what, stream->diag);
    const char *context = result ? PQresultErrorField(result, PG_DIAG_CONTEXT) : NULL;
    size_t n = strlen(stream->diag->message);
    if (context)
        snprintf(stream->diag->message + n, sizeof stream->diag->message - n, " (%s)", context);
    if (stream->changes.table && stream->diag->reaction == TR_STOP)
        return tr_fail_in(stream->diag, "after a change of table %s.%s",
                          stream->changes.table->table.schema, stream->changes.table->table.name);
    return -1;
}

/* Read the socket, unless that would be a sip. False: there is nothing to take now. */
static bool refill(struct stream *stream, bool *ret_failed)
{
    bool sip = stream->hot && stream->gulp > 0 && stream->gulp < GULP_BYTES;

    stream->gulp = 0;
    if (!sip)
        *ret_failed = !PQconsumeInput(stream->params->replication->conn);
    return !sip;
}

/* Read and work until there is no more, no room, or it is time to look at the clock. */
static int pump(struct stream *stream, enum pause *ret_pause)
{
    PGconn *conn = stream->params->replication->conn;
    bool fresh = false; /* the socket was read since the last message */
    bool failed = false;

    for (unsigned i = 0; i < MESSAGES_PER_LOOK;) {
        char *buffer;
        if (!stream->batch)
            stream->batch = stream->outlet->impl->take(stream->outlet);
        *ret_pause = PAUSE_FULL;
        if (!stream->batch)
            return 0;
        int n = PQgetCopyData(conn, &buffer, 1);
        if (n < 0 || failed)
            return ended(stream);
        *ret_pause = PAUSE_DRY;
        if (n == 0 && (fresh || !refill(stream, &failed)))
            return 0;
        fresh = n == 0;
        if (fresh)
            continue;
        stream->heard = true;
        stream->gulp += (size_t)n;
        i++;
        int rc = take_packet(stream, (struct tr_slice){buffer, (size_t)n});
        PQfreemem(buffer);
        if (rc)
            return rc;
        i += stream->reselector.asked ? MESSAGES_PER_ROW : 0;
        stream->reselector.asked = false;
    }
    *ret_pause = PAUSE_TIME;
    return 0;
}

/* As long as something of an initial snapshot is left, that is what goes on. */
static void report_phase(struct stream *stream)
{
    const struct tr_pg_incremental *incremental = stream->params->incremental;
    struct tr_outlet *outlet = stream->outlet;
    struct tr_initial_progress initial = {0};
    bool left = tr_pg_incremental_initial(incremental, &initial);
    const struct tr_progress snapshot = {
        .phase = TR_PHASE_SNAPSHOT,
        .table = initial.table,
        .tables = initial.tables,
        .tables_done = initial.tables_done,
        .chunks = initial.chunks,
        .rows = initial.rows,
        .rows_estimated = initial.rows,
    };

    if (left && stream->chunks == initial.chunks + 1)
        return;
    stream->chunks = initial.chunks + 1;
    if (initial.tables)
        outlet->impl->progress(outlet, &snapshot);
    if (!left)
        outlet->impl->progress(outlet, &(struct tr_progress){.phase = TR_PHASE_STREAMING});
    stream->streaming = !left;
}

/* Caught up is what is committed, not what is only read. */
static void report_caught_up(struct stream *stream)
{
    uint64_t target = stream->params->wal_lsn;

    if (!stream->streaming)
        report_phase(stream);
    if (!stream->streaming || stream->caught_up || stream->changes.open ||
        stream->changes.position.resume_lsn < target)
        return;
    stream->commit_owed = stream->put_lsn < target;
    if (confirmed_lsn(stream) < target)
        return;
    stream->caught_up = true;
    stream->outlet->impl->progress(stream->outlet,
                                   &(struct tr_progress){.phase = TR_PHASE_CAUGHT_UP});
}

/* Where there is a batch, also in the middle of a transaction. */
static int beat(struct stream *stream, int64_t now)
{
    if (!stream->batch || !tr_heartbeat_is_due(&stream->heartbeat, now))
        return 0;
    tr_action_go(stream->beat.action);
    return tr_heartbeat_put(&stream->heartbeat, &stream->changes.capturer, now, stream->batch,
                            stream->diag);
}

/* Hand over what is complete when the sink waits for it, and a position over idle log when there is
 * nothing else. */
static int hand_over(struct stream *stream, int64_t now)
{
    const struct tr_pg_position *position = &stream->changes.position;

    if (!stream->batch || !at_boundary(stream))
        return 0;
    if (has_work(stream))
        return stream->outlet->impl->hungry(stream->outlet) ? put_batch(stream) : 0;
    bool due = now - stream->idle_us >= IDLE_US || stream->answer_owed;
    bool news = due && position->resume_lsn > stream->put_lsn;
    return news || stream->commit_owed ? put_batch(stream) : 0;
}

static int talk(struct stream *stream, int64_t now)
{
    uint64_t confirmed = confirmed_lsn(stream);
    bool news = confirmed > stream->told_lsn && now - stream->status_us >= CONFIRM_US;

    if (!news && now - stream->status_us < stream->interval_us)
        return 0;
    tr_pg_tell_nulled(&stream->changes.capturer, stream->params->catalog->context->log);
    return send_status(stream, now);
}

/* While a row is read again. That the server can't be told is found out by the next one who tries.
 */
static void talk_meanwhile(void *talker)
{
    struct stream *stream = talker;
    struct tr_diag *diag = stream->diag, ignored;
    int64_t now = tr_clock_monotonic_us();

    if (now - stream->status_us < stream->interval_us)
        return;
    stream->diag = &ignored;
    int failed = send_status(stream, now);
    (void)failed;
    stream->status_us = now;
    stream->diag = diag;
}

static int check_silence(struct stream *stream, int64_t now)
{
    int64_t limit = TR_MAX(SILENCE_US, 3 * stream->interval_us);

    if (now - stream->heard_us < limit)
        return 0;
    return tr_fail(stream->diag, TR_NETWORK, TR_RETRY,
                   "nothing was heard from PostgreSQL for %lld s, though it was asked",
                   (long long)(limit / 1000000));
}

static void measure(struct stream *stream, int64_t now)
{
    if (now - stream->window_us < HOT_US)
        return;
    stream->hot = stream->rows >= HOT_ROWS && now - stream->window_us < 4 * HOT_US;
    stream->rows = 0;
    stream->window_us = now;
}

static int timeout_ms(const struct stream *stream, int64_t now)
{
    int64_t until = stream->status_us + stream->interval_us;

    if (stream->batch && tr_batch_empty(stream->batch) &&
        stream->changes.position.resume_lsn > stream->put_lsn)
        until = TR_MIN(until, TR_MAX(now, stream->idle_us + IDLE_US));
    if (confirmed_lsn(stream) > stream->told_lsn)
        until = TR_MIN(until, stream->status_us + CONFIRM_US);
    if (stream->params->catalog->context->figures)
        until = TR_MIN(until, stream->gauge.asked_us + TR_PG_GAUGE_US);
    if (stream->batch)
        until = tr_heartbeat_until(&stream->heartbeat, until);
    return (int)(TR_MAX(0, until - now) / 1000 + 1);
}

/* As far as everything of ours is committed. */
static uint64_t done_lsn(const struct stream *stream)
{
    uint64_t confirmed = confirmed_lsn(stream);
    bool work = stream->half_put || (stream->batch && !tr_batch_empty(stream->batch));

    return at_boundary(stream) && !work && confirmed >= stream->put_lsn
               ? TR_MAX(confirmed, stream->changes.position.resume_lsn)
               : confirmed;
}

static int gauge(struct stream *stream, int64_t now)
{
    int rc = tr_pg_gauge_ask(&stream->gauge, now);
    const struct tr_pg_gauge_news news = {
        .received_lsn = stream->received_lsn,
        .done_lsn = done_lsn(stream),
        .held_us = stream->batch ? stream->batch->since_us : 0,
    };

    tr_pg_gauge_tell(&stream->gauge, &news);
    return rc;
}

static int ask_xmin(struct stream *stream)
{
    return tr_pg_xmin_ask(&stream->xmin, stream->params->catalog, stream->changes.capturer.source,
                          stream->diag);
}

/* Wait for the server (unless there is no room for what it says), the outlet or a time. */
static void wait_for_news(struct stream *stream, enum pause pause)
{
    PGconn *conn = stream->params->replication->conn;
    struct pollfd fds[3] = {{.fd = stream->outlet->fd, .events = POLLIN},
                            {.fd = PQsocket(conn), .events = pause == PAUSE_FULL ? 0 : POLLIN},
                            {.fd = tr_pg_incremental_fd(stream->params->incremental),
                             .events = pause == PAUSE_FULL ? 0 : POLLIN}};
    uint64_t counter;

    if (PQflush(conn) > 0)
        fds[1].events |= POLLOUT;
    if (poll(fds, 3, timeout_ms(stream, tr_clock_monotonic_us())) <= 0)
        return;
    if (fds[0].revents) {
        ssize_t ignored = read(stream->outlet->fd, &counter, sizeof counter);
        (void)ignored;
    }
    /* a broken line ends the poll at once; without reading nobody would notice why */
    if (pause == PAUSE_FULL && fds[1].revents & (POLLERR | POLLHUP | POLLNVAL))
        nanosleep(&(struct timespec){0, 100000000}, NULL);
}

static int turn(struct stream *stream)
{
    enum pause pause;
    int rc = ask_xmin(stream);

    if (!rc)
        rc = pump(stream, &pause);
    if (rc)
        return rc;
    int64_t now = tr_clock_monotonic_us();
    if (stream->heard || pause == PAUSE_FULL) /* not read from is not silent */
        stream->heard_us = now;
    stream->heard = false;
    measure(stream, now);
    report_caught_up(stream);
    tr_pg_incremental_confirm(stream->params->incremental,
                              stream->outlet->impl->confirmed(stream->outlet));
    rc = look_aside(stream);
    if (!rc)
        rc = beat(stream, now);
    if (!rc)
        rc = hand_over(stream, now);
    if (!rc)
        rc = talk(stream, now);
    if (!rc)
        rc = check_silence(stream, now);
    if (!rc)
        rc = gauge(stream, now);
    if (rc || pause == PAUSE_TIME)
        return rc;
    if (pause == PAUSE_DRY && stream->hot)
        nanosleep(&(struct timespec){0, PILE_US * 1000}, NULL);
    else
        wait_for_news(stream, pause);
    return 0;
}

/* What is complete still goes to the sink; the rest comes again at the next start. */
static int wind_up(struct stream *stream)
{
    int rc = 0;

    if (stream->batch && at_boundary(stream) && has_work(stream))
        rc = put_batch(stream);
    tr_pg_tell_nulled(&stream->changes.capturer, stream->params->catalog->context->log);
    return rc < 0 ? rc : send_status(stream, tr_clock_monotonic_us());
}

/* wal_sender_timeout in milliseconds; 0: none. */
static int read_interval(struct stream *stream)
{
    const struct tr_postgres_options *options =
        &stream->params->catalog->context->options->postgres;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
    int rc = tr_pg_query(stream->params->catalog,
                         "SELECT setting FROM pg_settings WHERE name = 'wal_sender_timeout'",
                         &result, stream->diag);

    if (rc)
        return rc;
    int64_t timeout = PQntuples(result) ? tr_pg_number(result, 0, 0) : 0;
    int64_t interval = TR_MAX(options->status_update_interval_ms, 1);
    if (timeout > 0)
        interval = TR_MIN(interval, TR_MAX(timeout / 3, 1));
    stream->interval_us = interval * 1000;
    return 0;
}

/* slot.stream.params */
static int put_origin(const struct stream *stream, struct tr_buf *sql)
{
    const struct tr_pg_session *replication = stream->params->replication;
    const struct tr_postgres_options *options = &replication->context->options->postgres;
    struct tr_slice origin = tr_stream_param(options->slot_stream_params, "origin");

    if (!origin.n)
        return 0;
    if (replication->version < ORIGIN_SINCE)
        return tr_fail(stream->diag, TR_CONFIG, TR_STOP,
                       "slot.stream.params has origin, which needs PostgreSQL 16, and the server "
                       "is older: remove it");
    tr_buf_printf(sql, ", origin '%.*s'", (int)origin.n, origin.p);
    return 0;
}

static int send_start(struct stream *stream, PGresult **ret_result)
{
    const struct tr_pg_session *replication = stream->params->replication;
    const struct tr_postgres_options *options = &replication->context->options->postgres;
    uint64_t lsn = stream->params->position->resume_lsn;
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0}, name = {0};

    tr_buf_init(&sql, 4096);
    tr_buf_init(&name, 1024);
    tr_pg_quote(&name, options->publication_name);
    tr_buf_text(&sql, "START_REPLICATION SLOT ");
    tr_pg_quote(&sql, options->slot_name);
    tr_buf_printf(&sql, " LOGICAL " TR_PG_LSN " (proto_version '1', publication_names ",
                  TR_PG_LSN_ARGS(lsn));
    tr_pg_quote_literal(&sql, tr_buf_string(&name));
    if (replication->version >= TR_PG_MESSAGES_SINCE)
        tr_buf_text(&sql, ", messages 'true'");
    if (put_origin(stream, &sql) < 0)
        return -1;
    tr_buf_text(&sql, ")");
    if (!tr_buf_ok(&sql) || !tr_buf_ok(&name))
        return tr_fail_memory(stream->diag);
    if (!PQsendQuery(replication->conn, tr_buf_string(&sql)))
        return tr_pg_fail_result(replication, NULL, "cannot start the stream", stream->diag);
    int rc = tr_pg_await(replication, ret_result, stream->diag);
    if (rc || PQresultStatus(*ret_result) == PGRES_COPY_BOTH)
        return rc;
    for (PGresult *rest; (rest = PQgetResult(replication->conn));)
        PQclear(rest);
    return 0;
}

/* The slot is held by another session: maybe our own former one. */
static int wait_for_slot(struct stream *stream, int attempt)
{
    const struct tr_pg_session *catalog = stream->params->catalog;
    const struct tr_postgres_options *options = &catalog->context->options->postgres;
    struct tr_pg_slot slot;
    bool ended = false;
    int rc = tr_pg_slot_read(catalog, options->slot_name, &slot, stream->diag);

    if (!rc)
        rc = tr_pg_slot_release(catalog, options->slot_name, &ended, stream->diag);
    if (rc)
        return rc;
    if (attempt >= options->slot_max_retries)
        return tr_fail(stream->diag, TR_RESOURCE, TR_STOP,
                       "slot \"%s\" (slot.name) is in use by the server's process %d, after %d "
                       "attempts: stop the other connector, or give this one a slot of its own",
                       options->slot_name, slot.active_pid, attempt + 1);
    tr_log_warn(catalog->context->log, "the slot is in use, waiting",
                TR_LOG_STR("slot", options->slot_name), TR_LOG_INT("pid", slot.active_pid),
                TR_LOG_INT("attempt", attempt + 1));
    return tr_pg_sleep(catalog->context, ended ? 200 : options->slot_retry_delay_ms);
}

/* Now that nobody else can move the slot: whoever had it before may have done so, and from a slot
 * that is ahead the server streams without a word about what it leaves out. */
static int check_slot(const struct stream *stream)
{
    const struct tr_pg_session *catalog = stream->params->catalog;
    const struct tr_connector_options *options = catalog->context->options;
    struct tr_pg_slot slot;
    int rc = tr_pg_slot_read(catalog, options->postgres.slot_name, &slot, stream->diag);

    if (!rc)
        rc = tr_pg_slot_covers(catalog, &slot, stream->params->position, stream->diag);
    if (rc == TR_PG_GAP && tr_snapshot_wishes_of(&options->snapshot).when_needed)
        stream->diag->reaction = TR_RETRY;
    return rc == TR_PG_GAP ? -1 : rc;
}

static int start(struct stream *stream)
{
    for (int attempt = 0;; attempt++) {
        TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;
        int rc = send_start(stream, &result);
        if (rc)
            return rc;
        if (PQresultStatus(result) == PGRES_COPY_BOTH)
            return check_slot(stream);
        if (!tr_pg_state_is(result, "55006"))
            return tr_pg_fail_result(stream->params->replication, result, "cannot start the stream",
                                     stream->diag);
        rc = wait_for_slot(stream, attempt);
        if (rc)
            return rc;
    }
}

static void begin(struct stream *stream)
{
    const struct tr_pg_context *context = stream->params->catalog->context;
    const struct tr_postgres_options *options = &context->options->postgres;
    int64_t now = tr_clock_monotonic_us();

    stream->manual = options->flush_mode == TR_FLUSH_MANUAL || !options->flush_lsn_source;
    stream->heard_us = stream->status_us = stream->idle_us = stream->window_us = now;
    stream->put_lsn = stream->received_lsn = stream->params->position->resume_lsn;
    stream->full = TR_MIN(BATCH_BYTES, (size_t)context->options->split_bytes);
    stream->half_put = stream->params->position->partial.commit_lsn != 0;
    report_phase(stream);
}

static int set_up_heartbeats(struct stream *stream)
{
    const struct tr_pg_stream_params *params = stream->params;
    const struct tr_pg_context *context = params->catalog->context;

    if (tr_heartbeat_init(&stream->heartbeat, params->capture, &context->options->heartbeat,
                          stream->diag) < 0)
        return -1;
    return tr_pg_beat_init(&stream->beat, context, stream->diag);
}

static void attach(struct stream *stream)
{
    struct tr_pg_incremental *incremental = stream->params->incremental;

    tr_pg_incremental_attach(incremental, stream->params->catalog, &stream->changes.position);
    stream->changes.incremental = incremental;
    stream->changes.window = incremental ? tr_pg_incremental_window(incremental) : NULL;
}

static void set_up_reselecting(struct stream *stream)
{
    stream->reselector.talk = talk_meanwhile;
    stream->reselector.talker = stream;
    stream->reselector.xid = &stream->changes.xid;
    if (stream->params->catalog->context->options->capture.nreselects)
        stream->changes.capturer.reselector = &stream->reselector.base;
}

int tr_pg_stream_run(const struct tr_pg_stream_params *params, struct tr_diag *diag)
{
    struct stream stream = {
        .params = params,
        .outlet = params->catalog->context->outlet,
        .gauge.session = params->catalog,
        .diag = diag,
    };
    int rc = tr_pg_changes_init(&stream.changes, params->catalog, params->capture, params->position,
                                diag);

    tr_pg_reselector_init(&stream.reselector, params->catalog->context);
    set_up_reselecting(&stream);
    attach(&stream);
    if (!rc)
        rc = set_up_heartbeats(&stream);
    if (!rc)
        rc = read_interval(&stream);
    if (!rc)
        rc = start(&stream);
    if (!rc) {
        begin(&stream);
        rc = send_status(&stream, stream.status_us);
    }

    while (!rc)
        rc = tr_pg_stopping(params->catalog->context) ? TR_PG_STOPPED : turn(&stream);
    if (rc == TR_PG_STOPPED && wind_up(&stream) < 0)
        rc = -1;
    if (rc < 0)
        put_complete(&stream);
    *params->ret_position = stream.changes.position;
    tr_pg_incremental_attach(params->incremental, NULL, NULL);
    tr_pg_beat_finish(&stream.beat);
    tr_heartbeat_finish(&stream.heartbeat);
    tr_batch_free(stream.batch);
    tr_pg_changes_finish(&stream.changes);
    tr_pg_reselector_finish(&stream.reselector);
    return rc;
}
