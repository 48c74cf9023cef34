#include "source/mysql/stream.h"

#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "capture/heartbeat.h"
#include "source/complete.h"
#include "source/mysql/gauge.h"
#include "source/mysql/stream/beat.h"
#include "source/mysql/stream/reselect.h"
#include "source/mysql/wire.h"
#include "source/phase.h"

/* A batch is handed over when it is about this full: below the ring's usual chunk. */
#define BATCH_BYTES ((size_t)448 << 10)

/* Positions over log that has nothing for us: not more often than this. */
#define IDLE_US         3000000
/* The server speaks at least this often. */
#define HEARTBEAT_MS    5000
/* Look at the clock after so many events, at the latest. */
#define EVENTS_PER_LOOK 512

/* A reader that takes each event as it comes costs the server a send and a wake-up for each. When
 * more than HOT_EVENTS came within HOT_US, and the last wake-up yielded less than GULP_BYTES,
 * events may pile up for a moment. */
#define HOT_US     5000
#define HOT_EVENTS 200
#define PILE_US    300
#define GULP_BYTES 8192

/* Tokens of positions, above all of a snapshot's. */
#define FIRST_TOKEN (UINT64_C(1) << 32)

/* Why reading paused. */
enum pause { PAUSE_DRY, PAUSE_FULL, PAUSE_TIME };

struct stream {
    const struct tr_mysql_stream_params *params;
    const struct tr_mysql_context *context;
    struct tr_outlet *outlet;
    struct tr_mysql_changes *changes;
    struct tr_batch *batch;      /* being filled; NULL: none taken */
    size_t full;                 /* bytes at which it is handed over */
    size_t unfinished;           /* bytes of the transaction at hand in the batches before … */
    size_t begun;                /* … and where it begins in this one */
    struct tr_complete complete; /* of the batch */
    bool more;                   /* the event at hand isn't done */
    uint64_t token;              /* of the newest position handed over */
    uint64_t put_moves;          /* moves of the position that it was */
    uint64_t end_token; /* of the first one at the log's end of when this began; 0: not yet */
    bool half_put;      /* the newest batch handed over ends inside a transaction */
    bool commit_owed; /* read up to where the server was: who waits for that waits for its commit */
    bool reached, caught_up; /* it is read, and it is committed and told */
    struct tr_phase_told told;
    bool heard; /* something came in this turn */
    int64_t heard_us, idle_us;
    int64_t silence_us; /* so long a silence means that the line is dead; 0: never */
    int64_t window_us;  /* since when events are counted for HOT_EVENTS */
    unsigned events;
    bool hot;
    size_t gulp; /* bytes of events since the last wait */
    struct tr_heartbeat heartbeat;
    struct tr_mysql_beat beat;
    struct tr_mysql_gauge gauge;
    struct tr_diag *diag;
};

static int write_position(struct stream *stream)
{
    struct tr_batch *batch = stream->batch;

    if (tr_mysql_position_write(batch, tr_mysql_changes_position(stream->changes), NULL,
                                stream->diag) < 0)
        return -1;
    batch->position.token = ++stream->token;
    tr_mysql_incremental_put(stream->params->incremental, stream->token);
    stream->put_moves = tr_mysql_changes_moves(stream->changes);
    stream->idle_us = tr_clock_monotonic_us();
    stream->commit_owed = false;
    if (stream->reached && !stream->end_token)
        stream->end_token = stream->token;
    return 0;
}

static int write_partial(struct stream *stream)
{
    struct tr_batch *batch = stream->batch;

    stream->unfinished += batch->bytes - stream->begun;
    batch->unfinished = stream->unfinished;
    batch->position.token = stream->token;
    return tr_mysql_changes_write_partial(stream->changes, batch, stream->diag);
}

static void hand_batch(struct stream *stream)
{
    struct tr_batch *batch = stream->batch;

    stream->half_put = !batch->boundary;
    stream->batch = NULL;
    stream->complete = (struct tr_complete){0};
    stream->begun = 0;
    stream->outlet->impl->put(stream->outlet, batch);
}

static int put_batch(struct stream *stream)
{
    bool boundary = !stream->more && tr_mysql_changes_at_boundary(stream->changes);

    if ((boundary ? write_position(stream) : write_partial(stream)) < 0)
        return -1;
    hand_batch(stream);
    return 0;
}

/* A failure in one transaction leaves those before it complete: they go on their way. */
static void put_complete(struct stream *stream)
{
    struct tr_batch *batch = stream->batch;
    struct tr_diag second; /* the first failure is the one to tell of */

    if (!batch || !stream->complete.any)
        return;
    tr_complete_cut(&stream->complete, batch);
    stream->diag = &second;
    if (write_position(stream) == 0)
        hand_batch(stream);
}

/* Something waits for the position that closes it: changes in the batch at hand, or, when its last
 * row filled the batch before, a whole transaction. */
static bool has_work(const struct stream *stream)
{
    return !tr_batch_empty(stream->batch) || stream->half_put;
}

/* Signals and chunks, between two transactions; what comes of them is complete as these are. >0:
 * TR_INCREMENTAL_BLOCKING: the position is on its way, and the stream is to be left. */
static int turn_incremental(struct stream *stream)
{
    struct tr_mysql_incremental *incremental = stream->params->incremental;
    int rc = tr_mysql_incremental_turn(incremental, stream->batch, stream->diag);

    if (rc < 0) /* the position is behind what is left out */
        stream->complete = (struct tr_complete){0};
    else
        tr_complete_note(&stream->complete, stream->batch);
    if (rc == TR_INCREMENTAL_BLOCKING && put_batch(stream) < 0)
        return -1;
    return rc;
}

static int end_transaction(struct stream *stream)
{
    int rc = 0;

    tr_complete_count(&stream->complete, stream->batch, stream->half_put);
    if (TR_UNLIKELY(tr_mysql_incremental_due(stream->params->incremental)))
        rc = turn_incremental(stream);
    else
        tr_complete_note(&stream->complete, stream->batch);
    if (rc)
        return rc;
    return has_work(stream) && stream->outlet->impl->hungry(stream->outlet) ? put_batch(stream) : 0;
}

/* What came of an event, or of its rest. */
static int settle(struct stream *stream, int rc)
{
    stream->more = rc == TR_MYSQL_MORE;
    if (rc < 0 || rc == TR_MYSQL_STOPPED)
        return rc;
    if (!stream->batch->since_us && stream->batch->events)
        stream->batch->since_us = tr_mysql_changes_commit_us(stream->changes);
    if (rc == TR_MYSQL_COMMITTED) {
        stream->unfinished = 0;
        stream->begun = stream->batch->bytes;
    }
    if (rc == TR_MYSQL_COMMITTED && tr_mysql_changes_at_boundary(stream->changes)) {
        rc = end_transaction(stream);
        if (rc || !stream->batch)
            return rc;
    }
    return stream->more || stream->batch->bytes >= stream->full ? put_batch(stream) : 0;
}

static bool readable(const struct stream *stream)
{
    struct pollfd pollfd = {.fd = mysql_get_socket(stream->params->dump->mysql), .events = POLLIN};
    return tr_mysql_pending(stream->params->dump) || poll(&pollfd, 1, 0) > 0;
}

static int take_event(struct stream *stream)
{
    struct tr_slice event;
    int rc = tr_mysql_dump_read(stream->params->dump, &event, stream->diag);

    if (rc == TR_MYSQL_DONE)
        return tr_fail(stream->diag, TR_NETWORK, TR_RETRY,
                       "the server ended the stream, as it does when it shuts down");
    if (rc)
        return rc;
    stream->heard = true;
    stream->events++;
    stream->gulp += event.n;
    return settle(stream, tr_mysql_changes_take(stream->changes, event, stream->batch, stream->full,
                                                stream->diag));
}

/* Read and work until there is no more, no room, or it is time to look at the clock. */
static int pump(struct stream *stream, enum pause *ret_pause)
{
    for (unsigned i = 0; i < EVENTS_PER_LOOK; i++) {
        int rc;
        if (!stream->batch)
            stream->batch = stream->outlet->impl->take(stream->outlet);
        *ret_pause = PAUSE_FULL;
        if (!stream->batch)
            return 0;
        *ret_pause = PAUSE_DRY;
        if (stream->more)
            rc = settle(stream, tr_mysql_changes_go(stream->changes, stream->batch, stream->full,
                                                    stream->diag));
        else if (readable(stream))
            rc = take_event(stream);
        else
            return 0;
        if (rc)
            return rc;
    }
    *ret_pause = PAUSE_TIME;
    return 0;
}

/* Is everything read that the log had when this began? Its GTIDs say so, or, on the same server,
 * the place does. */
static bool at_end(const struct stream *stream)
{
    const struct tr_mysql_position *position = tr_mysql_changes_position(stream->changes);
    const struct tr_mysql_log_end *end = stream->params->end;

    if (position->has_gtids && tr_mysql_gtids_contain(&position->gtids, &end->gtids))
        return true;
    return tr_mysql_coordinates_compare(&position->place, &end->place) >= 0;
}

static void report_phase(struct stream *stream)
{
    tr_phase_report(&stream->told, tr_mysql_incremental_core(stream->params->incremental),
                    stream->outlet);
}

/* Caught up is what is committed, not what is only read. */
static void report_caught_up(struct stream *stream)
{
    if (!stream->told.streaming)
        report_phase(stream);
    if (!stream->told.streaming || stream->caught_up)
        return;
    if (!stream->reached && tr_mysql_changes_at_boundary(stream->changes))
        stream->reached = at_end(stream);
    if (!stream->reached)
        return;
    stream->commit_owed = !stream->end_token;
    if (!stream->end_token || stream->outlet->impl->confirmed(stream->outlet) < stream->end_token)
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
    return tr_heartbeat_put(&stream->heartbeat, tr_mysql_changes_capturer(stream->changes), now,
                            stream->batch, stream->diag);
}

/* Also where nothing happens in the log. */
static int look_incremental(struct stream *stream)
{
    struct tr_mysql_incremental *incremental = stream->params->incremental;

    if (!incremental)
        return 0;
    tr_mysql_incremental_confirm(incremental, stream->outlet->impl->confirmed(stream->outlet));
    tr_mysql_incremental_look(incremental);
    if (!tr_mysql_incremental_due(incremental) || !stream->batch || stream->more ||
        !tr_mysql_changes_at_boundary(stream->changes))
        return 0;
    return turn_incremental(stream);
}

/* Hand over what is complete when the sink waits for it, and a position over idle log when there is
 * nothing else. */
static int hand_over(struct stream *stream, int64_t now)
{
    if (!stream->batch || stream->more || !tr_mysql_changes_at_boundary(stream->changes))
        return 0;
    if (has_work(stream))
        return stream->outlet->impl->hungry(stream->outlet) ? put_batch(stream) : 0;
    bool due = now - stream->idle_us >= IDLE_US;
    bool news = due && tr_mysql_changes_moves(stream->changes) > stream->put_moves;
    return news || stream->commit_owed ? put_batch(stream) : 0;
}

static int check_silence(const struct stream *stream, int64_t now)
{
    if (!stream->silence_us || now - stream->heard_us < stream->silence_us)
        return 0;
    return tr_fail(stream->diag, TR_NETWORK, TR_RETRY,
                   "nothing was heard from %s for %lld s, not even a heartbeat "
                   "(connect.keep.alive.interval.ms)%s",
                   tr_mysql_product(stream->context), (long long)(stream->silence_us / 1000000),
                   stream->params->dump->dialect.mariadb
                       ? "; MariaDB waits for an older reader of this connector that is frozen, up "
                         "to that one's binlog.net.write.timeout: end its process"
                       : "");
}

static void measure(struct stream *stream, int64_t now)
{
    if (now - stream->window_us < HOT_US)
        return;
    stream->hot = stream->events >= HOT_EVENTS && now - stream->window_us < 4 * HOT_US;
    stream->events = 0;
    stream->window_us = now;
}

static int timeout_ms(const struct stream *stream, int64_t now)
{
    int64_t until = now + 1000000;

    if (stream->batch && tr_batch_empty(stream->batch) &&
        tr_mysql_changes_moves(stream->changes) > stream->put_moves)
        until = TR_MIN(until, TR_MAX(now, stream->idle_us + IDLE_US));
    if (stream->batch)
        until = tr_heartbeat_until(&stream->heartbeat, until);
    return (int)(TR_MAX(0, until - now) / 1000 + 1);
}

/* Wait for the server (unless there is no room for what it says), the outlet or a time. */
static void wait_for_news(struct stream *stream, enum pause pause)
{
    struct pollfd fds[] = {{.fd = stream->outlet->fd, .events = POLLIN},
                           {.fd = mysql_get_socket(stream->params->dump->mysql),
                            .events = pause == PAUSE_FULL ? 0 : POLLIN},
                           {.fd = tr_mysql_incremental_fd(stream->params->incremental),
                            .events = pause == PAUSE_FULL ? 0 : POLLIN}};
    uint64_t counter;

    if (poll(fds, TR_COUNT(fds), timeout_ms(stream, tr_clock_monotonic_us())) <= 0)
        return;
    if (fds[0].revents) {
        ssize_t ignored = read(stream->outlet->fd, &counter, sizeof counter);
        (void)ignored;
    }
    /* a broken line ends the poll at once; without reading nobody would notice why */
    if (pause == PAUSE_FULL && fds[1].revents & (POLLERR | POLLHUP | POLLNVAL))
        nanosleep(&(struct timespec){0, 100000000}, NULL);
}

static int gauge(struct stream *stream, int64_t now)
{
    const struct tr_mysql_gauge_news news = {
        .position = tr_mysql_changes_position(stream->changes),
        .put = stream->token,
        .confirmed = stream->outlet->impl->confirmed(stream->outlet),
        .pending = stream->more || !tr_mysql_changes_at_boundary(stream->changes) ||
                   stream->half_put || (stream->batch && !tr_batch_empty(stream->batch)),
        .held_us = stream->batch ? stream->batch->since_us : 0,
    };
    int rc = tr_mysql_gauge_ask(&stream->gauge, &news, now);

    tr_mysql_gauge_tell(&stream->gauge, &news);
    return rc;
}

static int turn(struct stream *stream)
{
    enum pause pause;
    int rc = pump(stream, &pause);

    if (rc)
        return rc;
    int64_t now = tr_clock_monotonic_us();
    if (stream->heard || pause == PAUSE_FULL) /* not read from is not silent */
        stream->heard_us = now;
    stream->heard = false;
    measure(stream, now);
    report_caught_up(stream);
    rc = look_incremental(stream);
    if (!rc)
        rc = beat(stream, now);
    if (!rc)
        rc = hand_over(stream, now);
    if (!rc)
        rc = check_silence(stream, now);
    if (!rc)
        rc = gauge(stream, now);
    if (rc || pause == PAUSE_TIME)
        return rc;
    bool sip = pause == PAUSE_DRY && stream->hot && stream->gulp < GULP_BYTES;
    stream->gulp = 0;
    if (sip)
        nanosleep(&(struct timespec){0, PILE_US * 1000}, NULL);
    else
        wait_for_news(stream, pause);
    return 0;
}

static int start(struct stream *stream)
{
    const struct tr_mysql_session *session = stream->params->dump;
    const struct tr_mysql_position *position = stream->params->position;
    const struct tr_mysql_options *options = &session->context->options->mysql;
    const struct tr_mysql_dump dump = {
        .server_id = (uint32_t)options->server_id,
        .gtids = tr_mysql_by_gtids(session, position) ? &position->gtids : NULL,
        .place = &position->place,
        .heartbeat_ms = TR_MIN(HEARTBEAT_MS, TR_MAX(1, options->keep_alive_interval_ms / 3)),
        .annotate = options->include_query,
    };
    int64_t now = tr_clock_monotonic_us();

    stream->silence_us = options->keep_alive ? options->keep_alive_interval_ms * 1000 : 0;
    stream->heard_us = stream->idle_us = stream->window_us = now;
    stream->full = TR_MIN(BATCH_BYTES, (size_t)session->context->options->split_bytes);
    stream->half_put = position->partial.any;
    stream->token = TR_MAX(FIRST_TOKEN, stream->outlet->impl->confirmed(stream->outlet));
    int rc = tr_mysql_dump_start(session, &dump, stream->diag);
    if (!rc)
        report_phase(stream);
    return rc;
}

/* What is complete still goes to the sink; the rest comes again at the next start. */
static int wind_up(struct stream *stream)
{
    int rc = 0;

    if (stream->batch && !stream->more && tr_mysql_changes_at_boundary(stream->changes) &&
        has_work(stream))
        rc = put_batch(stream);
    return rc;
}

int tr_mysql_stream_run(const struct tr_mysql_stream_params *params, struct tr_diag *diag)
{
    struct stream stream = {
        .params = params,
        .context = params->dump->context,
        .outlet = params->dump->context->outlet,
        .changes = params->changes,
        .gauge = {.session = params->session, .done = params->position->place},
        .diag = diag,
    };
    int rc = tr_heartbeat_init(&stream.heartbeat, params->capture,
                               &stream.context->options->heartbeat, diag);
    struct tr_mysql_reselector reselector;

    tr_mysql_reselector_init(&reselector, stream.context, stream.changes);
    if (stream.context->options->capture.nreselects)
        tr_mysql_changes_capturer(stream.changes)->reselector = &reselector.base;
    if (!rc)
        rc = tr_mysql_beat_init(&stream.beat, stream.context, diag);
    if (!rc)
        rc = start(&stream);
    while (!rc)
        rc = tr_mysql_stopping(stream.context) ? TR_MYSQL_STOPPED : turn(&stream);
    if (rc == TR_MYSQL_STOPPED && wind_up(&stream) < 0)
        rc = -1;
    if (rc < 0)
        put_complete(&stream);
    *params->ret_token = stream.token;
    tr_mysql_changes_tell(stream.changes);
    tr_mysql_beat_finish(&stream.beat);
    tr_heartbeat_finish(&stream.heartbeat);
    tr_batch_free(stream.batch);
    tr_mysql_changes_capturer(stream.changes)->reselector = NULL;
    tr_mysql_reselector_finish(&reselector);
    return rc;
}
