#include "source/postgres/stream.h"

#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/postgres/failure.h"
#include "source/postgres/stream/impl.h"
#include "source/postgres/wire.h"

/* A batch is handed over when it is about this full: below the ring's usual chunk. */
#define BATCH_BYTES ((size_t)448 << 10)

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

/* Between two transactions is the place for what is read beside the stream. >0: TR_PG_BLOCKING. */
static int look_aside(struct tr_pg_stream *stream)
{
    struct tr_pg_incremental *incremental = stream->params->incremental;

    if (!tr_pg_incremental_due(incremental) || !stream->batch || !tr_pg_stream_at_boundary(stream))
        return 0;
    int rc = tr_pg_incremental_turn(incremental, stream->batch, stream->diag);
    if (rc < 0) { /* the position is behind what is left out */
        stream->complete = (struct tr_complete){0};
        return rc;
    }
    tr_complete_note(&stream->complete, stream->batch);
    if (rc != TR_INCREMENTAL_BLOCKING)
        return 0;
    rc = tr_pg_stream_put(stream);
    return rc ? rc : TR_PG_BLOCKING;
}

/* The server has nothing more for us before this LSN. */
static void move_on(struct tr_pg_stream *stream, uint64_t lsn)
{
    struct tr_pg_position *position = &stream->changes.position;

    stream->received_lsn = TR_MAX(stream->received_lsn, lsn);
    if (tr_pg_stream_at_boundary(stream) && lsn > position->resume_lsn)
        position->resume_lsn = lsn;
}

/* The first changes in it are of the transaction at hand. */
static void date(struct tr_pg_stream *stream)
{
    if (!stream->batch->since_us && stream->batch->events)
        stream->batch->since_us = stream->changes.commit_us;
}

static int take_data(struct tr_pg_stream *stream, const struct tr_pg_wire *wire)
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
    if (rc == TR_PG_COMMITTED && tr_pg_stream_at_boundary(stream)) {
        tr_complete_count(&stream->complete, stream->batch, stream->half_put);
        tr_complete_note(&stream->complete, stream->batch);
        rc = look_aside(stream);
        if (rc)
            return rc;
        if (tr_pg_stream_has_work(stream) && stream->outlet->impl->hungry(stream->outlet))
            return tr_pg_stream_put(stream);
    }
    return stream->batch->bytes >= stream->full ? tr_pg_stream_put(stream) : 0;
}

static int take_packet(struct tr_pg_stream *stream, struct tr_slice packet)
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
    return tr_pg_stream_send_status(stream, tr_clock_monotonic_us());
}

/* The COPY ended: by an error, or because the server shuts down. */
static int ended(struct tr_pg_stream *stream)
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
static bool refill(struct tr_pg_stream *stream, bool *ret_failed)
{
    bool sip = stream->hot && stream->gulp > 0 && stream->gulp < GULP_BYTES;

    stream->gulp = 0;
    if (!sip)
        *ret_failed = !PQconsumeInput(stream->params->replication->conn);
    return !sip;
}

/* Read and work until there is no more, no room, or it is time to look at the clock. */
static int pump(struct tr_pg_stream *stream, enum pause *ret_pause)
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

static void report_phase(struct tr_pg_stream *stream)
{
    tr_phase_report(&stream->told, tr_pg_incremental_core(stream->params->incremental),
                    stream->outlet);
}

/* Caught up is what is committed, not what is only read. */
static void report_caught_up(struct tr_pg_stream *stream)
{
    uint64_t target = stream->params->wal_lsn;

    if (!stream->told.streaming)
        report_phase(stream);
    if (!stream->told.streaming || stream->caught_up || stream->changes.open ||
        stream->changes.position.resume_lsn < target)
        return;
    stream->commit_owed = stream->put_lsn < target;
    if (tr_pg_stream_confirmed(stream) < target)
        return;
    stream->caught_up = true;
    stream->outlet->impl->progress(stream->outlet,
                                   &(struct tr_progress){.phase = TR_PHASE_CAUGHT_UP});
}

/* Where there is a batch, also in the middle of a transaction. */
static int beat(struct tr_pg_stream *stream, int64_t now)
{
    if (!stream->batch || !tr_heartbeat_is_due(&stream->heartbeat, now))
        return 0;
    tr_action_go(stream->beat.action);
    return tr_heartbeat_put(&stream->heartbeat, &stream->changes.capturer, now, stream->batch,
                            stream->diag);
}

static void measure(struct tr_pg_stream *stream, int64_t now)
{
    if (now - stream->window_us < HOT_US)
        return;
    stream->hot = stream->rows >= HOT_ROWS && now - stream->window_us < 4 * HOT_US;
    stream->rows = 0;
    stream->window_us = now;
}

static int timeout_ms(const struct tr_pg_stream *stream, int64_t now)
{
    int64_t until = stream->status_us + stream->interval_us;

    if (stream->batch && tr_batch_empty(stream->batch) &&
        stream->changes.position.resume_lsn > stream->put_lsn)
        until = TR_MIN(until, TR_MAX(now, stream->idle_us + TR_PG_IDLE_US));
    if (tr_pg_stream_confirmed(stream) > stream->told_lsn)
        until = TR_MIN(until, stream->status_us + TR_PG_CONFIRM_US);
    if (stream->params->catalog->context->figures)
        until = TR_MIN(until, stream->gauge.asked_us + TR_PG_GAUGE_US);
    if (stream->batch)
        until = tr_heartbeat_until(&stream->heartbeat, until);
    return (int)(TR_MAX(0, until - now) / 1000 + 1);
}

static int gauge(struct tr_pg_stream *stream, int64_t now)
{
    int rc = tr_pg_gauge_ask(&stream->gauge, now);
    const struct tr_pg_gauge_news news = {
        .received_lsn = stream->received_lsn,
        .done_lsn = tr_pg_stream_done(stream),
        .held_us = stream->batch ? stream->batch->since_us : 0,
    };

    tr_pg_gauge_tell(&stream->gauge, &news);
    return rc;
}

static int ask_xmin(struct tr_pg_stream *stream)
{
    return tr_pg_xmin_ask(&stream->xmin, stream->params->catalog, stream->changes.capturer.source,
                          stream->diag);
}

/* Wait for the server (unless there is no room for what it says), the outlet or a time. */
static void wait_for_news(struct tr_pg_stream *stream, enum pause pause)
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

static int turn(struct tr_pg_stream *stream)
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
        rc = tr_pg_stream_hand_over(stream, now);
    if (!rc)
        rc = tr_pg_stream_talk(stream, now);
    if (!rc)
        rc = tr_pg_stream_check_silence(stream, now);
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
static int wind_up(struct tr_pg_stream *stream)
{
    int rc = 0;

    if (stream->batch && tr_pg_stream_at_boundary(stream) && tr_pg_stream_has_work(stream))
        rc = tr_pg_stream_put(stream);
    tr_pg_tell_nulled(&stream->changes.capturer, stream->params->catalog->context->log);
    return rc < 0 ? rc : tr_pg_stream_send_status(stream, tr_clock_monotonic_us());
}

static void begin(struct tr_pg_stream *stream)
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

static int set_up_heartbeats(struct tr_pg_stream *stream)
{
    const struct tr_pg_stream_params *params = stream->params;
    const struct tr_pg_context *context = params->catalog->context;

    if (tr_heartbeat_init(&stream->heartbeat, params->capture, &context->options->heartbeat,
                          stream->diag) < 0)
        return -1;
    return tr_pg_beat_init(&stream->beat, context, stream->diag);
}

static void attach(struct tr_pg_stream *stream)
{
    struct tr_pg_incremental *incremental = stream->params->incremental;

    tr_pg_incremental_attach(incremental, stream->params->catalog, &stream->changes.position);
    stream->changes.incremental = incremental;
    stream->changes.window = incremental ? tr_pg_incremental_window(incremental) : NULL;
}

static void set_up_reselecting(struct tr_pg_stream *stream)
{
    stream->reselector.talk = tr_pg_stream_talk_meanwhile;
    stream->reselector.talker = stream;
    stream->reselector.xid = &stream->changes.xid;
    if (stream->params->catalog->context->options->capture.nreselects)
        stream->changes.capturer.reselector = &stream->reselector.base;
}

int tr_pg_stream_run(const struct tr_pg_stream_params *params, struct tr_diag *diag)
{
    struct tr_pg_stream stream = {
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
        rc = tr_pg_stream_read_interval(&stream);
    if (!rc)
        rc = tr_pg_stream_open(params, diag);
    if (!rc) {
        begin(&stream);
        rc = tr_pg_stream_send_status(&stream, stream.status_us);
    }

    while (!rc)
        rc = tr_pg_stopping(params->catalog->context) ? TR_PG_STOPPED : turn(&stream);
    if (rc == TR_PG_STOPPED && wind_up(&stream) < 0)
        rc = -1;
    if (rc < 0)
        tr_pg_stream_put_complete(&stream);
    *params->ret_position = stream.changes.position;
    tr_pg_incremental_attach(params->incremental, NULL, NULL);
    tr_pg_beat_finish(&stream.beat);
    tr_heartbeat_finish(&stream.heartbeat);
    tr_batch_free(stream.batch);
    tr_pg_changes_finish(&stream.changes);
    tr_pg_reselector_finish(&stream.reselector);
    return rc;
}
