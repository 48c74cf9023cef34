#include "base/clock.h"
#include "source/postgres/stream/impl.h"

bool tr_pg_stream_at_boundary(const struct tr_pg_stream *stream)
{
    const struct tr_pg_position *position = &stream->changes.position;
    return !stream->changes.open && !position->skip_lsn && !position->partial.commit_lsn;
}

static int write_partial(struct tr_pg_stream *stream)
{
    struct tr_batch *batch = stream->batch;

    stream->unfinished += batch->bytes - stream->begun;
    batch->unfinished = stream->unfinished;
    batch->position.token = stream->put_lsn;
    return tr_pg_changes_write_partial(&stream->changes, batch, stream->diag);
}

int tr_pg_stream_put(struct tr_pg_stream *stream)
{
    struct tr_batch *batch = stream->batch;

    if (tr_pg_stream_at_boundary(stream)) {
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
    stream->complete = (struct tr_complete){0};
    stream->outlet->impl->put(stream->outlet, batch);
    return 0;
}

void tr_pg_stream_put_complete(struct tr_pg_stream *stream)
{
    struct tr_batch *batch = stream->batch;
    struct tr_diag second; /* the first failure is the one to tell of */

    if (!batch || !stream->complete.any)
        return;
    tr_complete_cut(&stream->complete, batch);
    stream->changes.open = false;
    stream->diag = &second;
    int failed = tr_pg_stream_put(stream);
    (void)failed;
}

bool tr_pg_stream_has_work(const struct tr_pg_stream *stream)
{
    return !tr_batch_empty(stream->batch) || stream->half_put;
}

int tr_pg_stream_hand_over(struct tr_pg_stream *stream, int64_t now)
{
    const struct tr_pg_position *position = &stream->changes.position;

    if (!stream->batch || !tr_pg_stream_at_boundary(stream))
        return 0;
    if (tr_pg_stream_has_work(stream))
        return stream->outlet->impl->hungry(stream->outlet) ? tr_pg_stream_put(stream) : 0;
    bool due = now - stream->idle_us >= TR_PG_IDLE_US || stream->answer_owed;
    bool news = due && position->resume_lsn > stream->put_lsn;
    return news || stream->commit_owed ? tr_pg_stream_put(stream) : 0;
}

uint64_t tr_pg_stream_done(const struct tr_pg_stream *stream)
{
    uint64_t confirmed = tr_pg_stream_confirmed(stream);
    bool work = stream->half_put || (stream->batch && !tr_batch_empty(stream->batch));

    return tr_pg_stream_at_boundary(stream) && !work && confirmed >= stream->put_lsn
               ? TR_MAX(confirmed, stream->changes.position.resume_lsn)
               : confirmed;
}
