#include "base/clock.h"
#include "source/postgres/failure.h"
#include "source/postgres/stream/impl.h"
#include "source/postgres/wire.h"

/* Without a word from the server for this long, and three of our intervals, the line is dead. */
#define SILENCE_US 60000000

uint64_t tr_pg_stream_confirmed(const struct tr_pg_stream *stream)
{
    /* tokens of a snapshot's batches are small numbers, below any LSN */
    return TR_MAX(stream->params->position->resume_lsn,
                  stream->outlet->impl->confirmed(stream->outlet));
}

int tr_pg_stream_send_status(struct tr_pg_stream *stream, int64_t now)
{
    uint64_t confirmed = tr_pg_stream_confirmed(stream);
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

int tr_pg_stream_talk(struct tr_pg_stream *stream, int64_t now)
{
    uint64_t confirmed = tr_pg_stream_confirmed(stream);
    bool news = confirmed > stream->told_lsn && now - stream->status_us >= TR_PG_CONFIRM_US;

    if (!news && now - stream->status_us < stream->interval_us)
        return 0;
    tr_pg_tell_nulled(&stream->changes.capturer, stream->params->catalog->context->log);
    return tr_pg_stream_send_status(stream, now);
}

/* That the server can't be told is found out by the next one who tries. */
void tr_pg_stream_talk_meanwhile(void *talker)
{
    struct tr_pg_stream *stream = talker;
    struct tr_diag *diag = stream->diag, ignored;
    int64_t now = tr_clock_monotonic_us();

    if (now - stream->status_us < stream->interval_us)
        return;
    stream->diag = &ignored;
    int failed = tr_pg_stream_send_status(stream, now);
    (void)failed;
    stream->status_us = now;
    stream->diag = diag;
}

int tr_pg_stream_check_silence(struct tr_pg_stream *stream, int64_t now)
{
    int64_t limit = TR_MAX(SILENCE_US, 3 * stream->interval_us);

    if (now - stream->heard_us < limit)
        return 0;
    return tr_fail(stream->diag, TR_NETWORK, TR_RETRY,
                   "nothing was heard from PostgreSQL for %lld s, though it was asked",
                   (long long)(limit / 1000000));
}

/* wal_sender_timeout in milliseconds; 0: none. */
int tr_pg_stream_read_interval(struct tr_pg_stream *stream)
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
