/*
 * What MariaDB compresses with zlib (numbers are big-endian):
 *
 *   event's part = 0x80 | n:4 size:byte*n zlib                  log_bin_compress; n: 1 to 4
 *   cell         = (nothing)                                    COMPRESSED columns; empty
 *                | 0 byte*                                      too short to be compressed
 *                | 0x80 | raw:8 | n:4 size:byte*n zlib          raw: without zlib's own header
 *
 * deflate can't make anything more than 1032 times smaller, so a size beyond that is a lie, and no
 * memory is reserved for it.
 */
#include "binlog/reader.h"

#include <stdlib.h>

#define MAX_RATIO 1032

/* Room kept for the next event. */
#define KEPT_ROOM ((size_t)1 << 20)

int tr_binlog_grow(struct tr_binlog_room *room, size_t size, struct tr_diag *diag)
{
    if (size <= room->size)
        return 0;
    char *data = realloc(room->data, size);
    if (!data)
        return tr_fail_memory(diag);
    *room = (struct tr_binlog_room){data, size};
    return 0;
}

static int check_size(const struct tr_binlog *binlog, uint64_t size, size_t compressed,
                      struct tr_diag *diag)
{
    if (size > binlog->params.max_event || size / MAX_RATIO > compressed)
        return tr_binlog_wrong(diag,
                               "announces %llu bytes in %zu compressed ones, and the limit is %zu",
                               (unsigned long long)size, compressed, binlog->params.max_event);
    return 0;
}

/* window: zlib's windowBits; negative: without header. */
static int inflate_into(struct tr_binlog *binlog, struct tr_slice from, int window,
                        struct tr_binlog_room to, struct tr_diag *diag)
{
    z_stream *stream = &binlog->inflate;

    if (!binlog->inflating) {
        if (inflateInit2(stream, window) != Z_OK)
            return tr_fail_memory(diag);
        binlog->inflating = true;
    } else if (inflateReset2(stream, window) != Z_OK)
        return tr_fail_bug(diag, "inflateReset2 refused");
    stream->next_in = (const Bytef *)from.p;
    stream->avail_in = (uInt)from.n;
    stream->next_out = (Bytef *)to.data;
    stream->avail_out = (uInt)to.size;
    int result = inflate(stream, Z_FINISH);
    if (result != Z_STREAM_END || stream->avail_out > 0)
        return tr_binlog_wrong(diag, "doesn't decompress: %s",
                               stream->msg ? stream->msg : "not the size that it announces");
    return 0;
}

int tr_binlog_inflate_event(struct tr_binlog *binlog, struct tr_cursor *cursor,
                            struct tr_slice *ret_bytes, struct tr_diag *diag)
{
    unsigned form = tr_cursor_u8(cursor);
    uint64_t size = tr_cursor_be(cursor, form & 7);
    struct tr_slice from = tr_cursor_slice(cursor, tr_cursor_left(cursor));

    *ret_bytes = (struct tr_slice){"", 0};
    if (cursor->failed)
        return 0;
    if ((form & ~7U) != 0x80 || (form & 7) < 1 || (form & 7) > 4)
        return tr_binlog_wrong(diag, "is compressed in the unknown way 0x%02x", form);
    if (check_size(binlog, size, from.n, diag) < 0 ||
        tr_binlog_grow(&binlog->room, TR_MAX(size, 1), diag) < 0 ||
        inflate_into(binlog, from, MAX_WBITS, (struct tr_binlog_room){binlog->room.data, size},
                     diag) < 0)
        return -1;
    *ret_bytes = (struct tr_slice){binlog->room.data, size};
    return 0;
}

void tr_binlog_shrink(struct tr_binlog *binlog)
{
    if (binlog->room.size <= KEPT_ROOM)
        return;
    free(binlog->room.data);
    binlog->room = (struct tr_binlog_room){0};
}

int tr_binlog_inflate_cell(struct tr_binlog *binlog, struct tr_slice *cell, struct tr_diag *diag)
{
    struct tr_cursor cursor = tr_cursor_of(*cell);

    if (cell->n == 0)
        return 0;
    unsigned form = tr_cursor_u8(&cursor);
    if ((form & 0xf0) == 0) {
        *cell = tr_cursor_slice(&cursor, tr_cursor_left(&cursor));
        return 0;
    }
    uint64_t size = tr_cursor_be(&cursor, form & 7);
    struct tr_slice from = tr_cursor_slice(&cursor, tr_cursor_left(&cursor));
    if (cursor.failed || (form & 0xf0) != 0x80)
        return tr_binlog_wrong(diag, "has a COMPRESSED column's value of the unknown form 0x%02x",
                               form);
    if (check_size(binlog, size, from.n, diag) < 0)
        return -1;
    char *to = tr_arena_alloc(&binlog->cell_memory, size);
    if (!to)
        return tr_fail_memory(diag);
    int window = form & 8 ? -MAX_WBITS : MAX_WBITS;
    if (inflate_into(binlog, from, window, (struct tr_binlog_room){to, size}, diag) < 0)
        return -1;
    *cell = (struct tr_slice){to, size};
    return 0;
}

void tr_binlog_finish_inflate(struct tr_binlog *binlog)
{
    if (binlog->inflating)
        inflateEnd(&binlog->inflate);
    free(binlog->room.data);
}
