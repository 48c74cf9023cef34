/*
 * A transaction compressed as a whole (binlog_transaction_compression):
 *
 *   TRANSACTION_PAYLOAD = field* 0 payload:byte*
 *   field   = 1 n:packed payload-size:packed
 *           | 2 n:packed compression:packed         0 zstd, 255 none
 *           | 3 n:packed size:packed                of the payload uncompressed
 *   payload = event*                                with headers, without checksums
 *
 * It may hold gigabytes in a packet of megabytes, so it is decompressed as its events are asked
 * for: at most the largest event is in memory at a time, and that much only after as many bytes
 * really came out of the decompression. What a header promises reserves nothing.
 */
#include "binlog/reader.h"

#include <stdlib.h>

/* Room kept between payloads; what a large event took beyond it is given back. */
#define KEPT_ROOM ((size_t)1 << 20)

enum field { FIELD_END, FIELD_PAYLOAD_SIZE, FIELD_COMPRESSION, FIELD_SIZE, NFIELDS };

static void read_fields(struct tr_cursor *body, uint64_t *values)
{
    uint64_t field;

    while ((field = tr_binlog_packed(body)) != FIELD_END && !body->failed) {
        struct tr_cursor value = tr_cursor_of(tr_cursor_slice(body, tr_binlog_packed(body)));
        if (field < NFIELDS)
            values[field] = tr_binlog_packed(&value);
        body->failed |= value.failed;
    }
}

int tr_binlog_read_payload(struct tr_binlog *binlog, struct tr_cursor *body,
                           struct tr_binlog_event *event, struct tr_diag *diag)
{
    struct tr_binlog_payload_state *payload = &binlog->payload;
    uint64_t values[NFIELDS] = {[FIELD_PAYLOAD_SIZE] = UINT64_MAX, [FIELD_COMPRESSION] = 1};

    read_fields(body, values);
    if (!body->failed && values[FIELD_COMPRESSION] != TR_BINLOG_ZSTD &&
        values[FIELD_COMPRESSION] != TR_BINLOG_UNCOMPRESSED)
        return tr_binlog_wrong(diag, "is compressed in the unknown way %llu",
                               (unsigned long long)values[FIELD_COMPRESSION]);
    struct tr_slice bytes = tr_cursor_slice(body, values[FIELD_PAYLOAD_SIZE]);
    payload->compressed = values[FIELD_COMPRESSION] == TR_BINLOG_ZSTD;
    event->payload.compression = (enum tr_binlog_compression)values[FIELD_COMPRESSION];
    event->payload.compressed_size = bytes.n;
    event->payload.size = payload->compressed ? values[FIELD_SIZE] : bytes.n;
    if (payload->compressed && !payload->context) {
        payload->context = ZSTD_createDCtx();
        if (!payload->context)
            return tr_fail_memory(diag);
    }
    if (payload->compressed)
        ZSTD_DCtx_reset(payload->context, ZSTD_reset_session_only);
    payload->input = (ZSTD_inBuffer){bytes.p, bytes.n, 0};
    payload->size = event->payload.size;
    payload->done = payload->start = payload->end = 0;
    payload->open = payload->whole = true;
    return 0;
}

void tr_binlog_end_payload(struct tr_binlog *binlog)
{
    struct tr_binlog_payload_state *payload = &binlog->payload;

    payload->open = false;
    if (payload->room.size > KEPT_ROOM) {
        free(payload->room.data);
        payload->room = (struct tr_binlog_room){0};
    }
}

void tr_binlog_finish_payload(struct tr_binlog *binlog)
{
    ZSTD_freeDCtx(binlog->payload.context);
    free(binlog->payload.room.data);
}

/* Decompress what fits into the room behind `end`. */
static int decompress(struct tr_binlog_payload_state *payload, struct tr_diag *diag)
{
    ZSTD_outBuffer output = {payload->room.data, payload->room.size, payload->end};
    size_t result = ZSTD_decompressStream(payload->context, &output, &payload->input);

    if (ZSTD_isError(result))
        return tr_binlog_wrong(diag, "doesn't decompress: %s", ZSTD_getErrorName(result));
    payload->whole = result == 0;
    payload->done += output.pos - payload->end;
    payload->end = output.pos;
    if (payload->size && payload->done > payload->size)
        return tr_binlog_wrong(diag, "holds more than the %llu bytes that it announces",
                               (unsigned long long)payload->size);
    return 0;
}

static int make_room(struct tr_binlog_payload_state *payload, size_t want, struct tr_diag *diag)
{
    if (payload->start > 0) {
        memmove(payload->room.data, payload->room.data + payload->start,
                payload->end - payload->start);
        payload->end -= payload->start;
        payload->start = 0;
    }
    if (payload->end < payload->room.size)
        return 0;
    size_t more = TR_MAX(ZSTD_DStreamOutSize(), payload->room.size);
    return tr_binlog_grow(&payload->room,
                          TR_MIN(payload->room.size + more, TR_MAX(want, ZSTD_DStreamOutSize())),
                          diag);
}

/* Have `want` bytes at `start`, or as many as are left. */
static int fill(struct tr_binlog_payload_state *payload, size_t want, struct tr_diag *diag)
{
    bool more = true;

    while (more && payload->end - payload->start < want) {
        if (make_room(payload, want, diag) < 0)
            return -1;
        size_t end = payload->end, read = payload->input.pos;
        bool whole = payload->whole;
        if (decompress(payload, diag) < 0)
            return -1;
        more = payload->end > end || payload->input.pos > read;
        if (!more) /* what it says then is about a next frame */
            payload->whole = whole;
    }
    return 0;
}

/* Up to `want` bytes of what follows. */
static int look(struct tr_binlog_payload_state *payload, size_t want, struct tr_slice *ret_bytes,
                struct tr_diag *diag)
{
    if (!payload->compressed) {
        *ret_bytes = (struct tr_slice){(const char *)payload->input.src + payload->input.pos,
                                       TR_MIN(want, payload->input.size - payload->input.pos)};
        return 0;
    }
    if (fill(payload, want, diag) < 0)
        return -1;
    *ret_bytes = (struct tr_slice){payload->room.data + payload->start,
                                   TR_MIN(want, payload->end - payload->start)};
    return 0;
}

static void skip(struct tr_binlog_payload_state *payload, size_t n)
{
    if (payload->compressed)
        payload->start += n;
    else
        payload->input.pos += n;
}

/* Nothing follows: was that all? */
static int finish(const struct tr_binlog_payload_state *payload, struct tr_diag *diag)
{
    if (payload->compressed && (!payload->whole || payload->input.pos < payload->input.size))
        return tr_binlog_wrong(diag, "has a compressed payload that is cut off");
    if (payload->compressed && payload->size && payload->done != payload->size)
        return tr_binlog_wrong(diag, "holds %llu bytes and announces %llu",
                               (unsigned long long)payload->done,
                               (unsigned long long)payload->size);
    return TR_BINLOG_END;
}

static int next_inner(struct tr_binlog *binlog, struct tr_binlog_event *ret_event,
                      struct tr_diag *diag)
{
    struct tr_binlog_payload_state *payload = &binlog->payload;
    struct tr_slice bytes;

    if (look(payload, TR_BINLOG_HEADER_SIZE, &bytes, diag) < 0)
        return -1;
    if (bytes.n == 0)
        return finish(payload, diag);
    if (tr_binlog_read_header(bytes, &ret_event->header, diag) < 0)
        return -1;
    uint32_t size = ret_event->header.size;
    if (size > binlog->params.max_event)
        return tr_binlog_wrong(diag, "holds an event of %u bytes, and the limit is %zu", size,
                               binlog->params.max_event);
    if (look(payload, size, &bytes, diag) < 0)
        return -1;
    if (bytes.n < size)
        return tr_binlog_wrong(diag, "has a payload that ends inside of an event");
    skip(payload, size);
    return tr_binlog_read_event(binlog, bytes, ret_event, diag);
}

int tr_binlog_next_inner(struct tr_binlog *binlog, struct tr_binlog_event *ret_event,
                         struct tr_diag *diag)
{
    if (!binlog->payload.open)
        return TR_BINLOG_END;
    tr_binlog_end_rows(binlog);
    int result = next_inner(binlog, ret_event, diag);
    if (result != 0)
        tr_binlog_end_payload(binlog);
    return result < 0 ? tr_binlog_locate(binlog, diag) : result;
}
