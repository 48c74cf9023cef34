/*
 *   data      = 'w' lsn:u64 wal_end:u64 time:i64 byte*
 *   keepalive = 'k' wal_end:u64 time:i64 reply:u8
 *   status    = 'r' written:u64 flushed:u64 applied:u64 time:i64 reply:u8
 *
 * Numbers are big-endian, times are microseconds since 2000-01-01.
 */
#include "source/postgres/wire.h"

#include "base/cursor.h"

/* From 1970-01-01 to 2000-01-01. */
#define EPOCH_US (INT64_C(946684800) * 1000000)

int tr_pg_wire_read(struct tr_slice packet, struct tr_pg_wire *ret_wire, struct tr_diag *diag)
{
    struct tr_cursor cursor = tr_cursor_of(packet);
    uint8_t kind = tr_cursor_u8(&cursor);

    *ret_wire = (struct tr_pg_wire){.kind = kind};
    if (kind == TR_PG_WIRE_DATA) {
        ret_wire->lsn = tr_cursor_be64(&cursor);
        tr_cursor_take(&cursor, 16);
        ret_wire->bytes = tr_cursor_slice(&cursor, tr_cursor_left(&cursor));
    } else if (kind == TR_PG_WIRE_KEEPALIVE) {
        ret_wire->wal_end = tr_cursor_be64(&cursor);
        tr_cursor_take(&cursor, 8);
        ret_wire->reply = tr_cursor_u8(&cursor) != 0;
    } else {
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "the server sent an unknown replication message (type %u)", kind);
    }
    if (cursor.failed)
        return tr_fail(diag, TR_DATA, TR_STOP, "a replication message is cut off");
    return 0;
}

static char *put64(char *p, uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        *p++ = (char)(number >> shift);
    return p;
}

void tr_pg_wire_write(const struct tr_pg_wire_status *status, int64_t now_us,
                      char ret_packet[TR_PG_WIRE_STATUS])
{
    char *p = ret_packet;

    *p++ = 'r';
    p = put64(p, status->received);
    p = put64(p, status->confirmed);
    p = put64(p, status->confirmed);
    p = put64(p, (uint64_t)(now_us - EPOCH_US));
    *p = status->reply;
}
