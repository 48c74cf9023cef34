/*
 * The grammar of the log (numbers are little-endian):
 *
 *   log    = [ROTATE] FORMAT event*                 the first ROTATE only in a dump
 *   event  = header body [crc:u32]
 *   header = timestamp:u32 type:u8 server:u32 size:u32 next:u32 flags:u16
 *
 * Bodies stand at the top of the file that reads them. size counts everything, next is where the
 * next event stands. The crc is zlib's over all that is in front of it; if events have one is said
 * by the last FORMAT, whose own body ends in it.
 */
#include "binlog/reader.h"

#include <stdlib.h>

/* How many bytes of cells one row may decompress to, beyond the largest cell. */
#define CELL_CHUNK ((size_t)64 << 10)

struct type {
    tr_binlog_reader *read;
    enum tr_binlog_kind kind;
    bool open;  /* newer servers may add something at the end */
    bool outer; /* can't be in a payload */
};

/* Both servers' numbers. Those that only a log from before MySQL 5.1 can hold are unknown here. */
static const struct type types[256] = {
    [2] = {tr_binlog_read_query, TR_BINLOG_QUERY, false, false},
    [3] = {tr_binlog_read_nothing, TR_BINLOG_STOP, true, true},
    [4] = {tr_binlog_read_rotate, TR_BINLOG_ROTATE, false, true},
    [5] = {tr_binlog_read_bytes, TR_BINLOG_CONTEXT, false, false},  /* INTVAR */
    [6] = {tr_binlog_read_bytes, TR_BINLOG_LOAD, false, false},     /* LOAD */
    [8] = {tr_binlog_read_bytes, TR_BINLOG_LOAD, false, false},     /* CREATE_FILE */
    [9] = {tr_binlog_read_bytes, TR_BINLOG_LOAD, false, false},     /* APPEND_BLOCK */
    [10] = {tr_binlog_read_bytes, TR_BINLOG_LOAD, false, false},    /* EXEC_LOAD */
    [11] = {tr_binlog_read_bytes, TR_BINLOG_LOAD, false, false},    /* DELETE_FILE */
    [12] = {tr_binlog_read_bytes, TR_BINLOG_LOAD, false, false},    /* NEW_LOAD */
    [13] = {tr_binlog_read_bytes, TR_BINLOG_CONTEXT, false, false}, /* RAND */
    [14] = {tr_binlog_read_bytes, TR_BINLOG_CONTEXT, false, false}, /* USER_VAR */
    [15] = {tr_binlog_read_format, TR_BINLOG_FORMAT, false, true},
    [16] = {tr_binlog_read_xid, TR_BINLOG_XID, false, false},
    [17] = {tr_binlog_read_bytes, TR_BINLOG_LOAD, false, false}, /* BEGIN_LOAD_QUERY */
    [18] = {tr_binlog_read_bytes, TR_BINLOG_LOAD, false, false}, /* EXECUTE_LOAD_QUERY */
    [19] = {tr_binlog_read_table, TR_BINLOG_TABLE, false, false},
    [23] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false}, /* WRITE, UPDATE, DELETE v1 */
    [24] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false},
    [25] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false},
    [26] = {tr_binlog_read_incident, TR_BINLOG_INCIDENT, true, true},
    [27] = {tr_binlog_read_heartbeat, TR_BINLOG_HEARTBEAT, false, true},
    [28] = {tr_binlog_read_bytes, TR_BINLOG_IGNORABLE, false, false},
    [29] = {tr_binlog_read_rows_query, TR_BINLOG_ROWS_QUERY, false, false},
    [30] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false}, /* WRITE, UPDATE, DELETE v2 */
    [31] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false},
    [32] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false},
    [33] = {tr_binlog_read_gtid, TR_BINLOG_GTID, true, true},
    [34] = {tr_binlog_read_gtid, TR_BINLOG_GTID, true, true}, /* ANONYMOUS_GTID */
    [35] = {tr_binlog_read_bytes, TR_BINLOG_PREVIOUS_GTIDS, false, true},
    [36] = {tr_binlog_read_bytes, TR_BINLOG_GROUP, false, false}, /* TRANSACTION_CONTEXT */
    [37] = {tr_binlog_read_bytes, TR_BINLOG_GROUP, false, false}, /* VIEW_CHANGE */
    [38] = {tr_binlog_read_xa_prepare, TR_BINLOG_XA_PREPARE, true, false},
    [39] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false}, /* PARTIAL_UPDATE */
    [40] = {tr_binlog_read_payload, TR_BINLOG_PAYLOAD, true, true},
    [41] = {tr_binlog_read_heartbeat_v2, TR_BINLOG_HEARTBEAT, true, true},
    [42] = {tr_binlog_read_tagged_gtid, TR_BINLOG_GTID, true, true},
    /* MariaDB's */
    [160] = {tr_binlog_read_bytes, TR_BINLOG_ROWS_QUERY, false, false}, /* ANNOTATE_ROWS */
    [161] = {tr_binlog_read_mariadb_checkpoint, TR_BINLOG_MARIADB_CHECKPOINT, true, true},
    [162] = {tr_binlog_read_mariadb_gtid, TR_BINLOG_MARIADB_GTID, true, true},
    [163] = {tr_binlog_read_mariadb_gtid_list, TR_BINLOG_MARIADB_GTID_LIST, true, true},
    [164] = {tr_binlog_read_mariadb_encryption, TR_BINLOG_IGNORABLE, true, true},
    [165] = {tr_binlog_read_query, TR_BINLOG_QUERY, false, false},
    [166] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false}, /* compressed v1 */
    [167] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false},
    [168] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false},
    [169] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false}, /* compressed v2 */
    [170] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false},
    [171] = {tr_binlog_read_rows, TR_BINLOG_ROWS, false, false},
};

int tr_binlog_new(const struct tr_binlog_params *params, struct tr_binlog **ret_binlog,
                  struct tr_diag *diag)
{
    struct tr_binlog *binlog = calloc(1, sizeof *binlog);

    if (!binlog)
        return tr_fail_memory(diag);
    binlog->params = *params;
    if (!params->max_event || params->max_event > TR_BINLOG_MAX_EVENT)
        binlog->params.max_event = TR_BINLOG_MAX_EVENT;
    binlog->checksum = params->checksum;
    binlog->end = 4; /* behind a file's magic number */
    binlog->rows.before.cells = binlog->before;
    binlog->rows.after.cells = binlog->after;
    /* a row may have several such cells, but comes in an event that the servers limit */
    tr_arena_init(&binlog->cell_memory, CELL_CHUNK, 2 * binlog->params.max_event);
    *ret_binlog = binlog;
    return 0;
}

void tr_binlog_free(struct tr_binlog *binlog)
{
    if (!binlog)
        return;
    tr_binlog_forget_tables(binlog);
    tr_binlog_finish_payload(binlog);
    tr_binlog_finish_inflate(binlog);
    tr_arena_finish(&binlog->cell_memory);
    free(binlog);
}

size_t tr_binlog_memory(const struct tr_binlog *binlog)
{
    const struct tr_binlog_payload_state *payload = &binlog->payload;

    return binlog->tables.size + binlog->room.size + binlog->cell_memory.used + payload->room.size +
           (payload->context ? ZSTD_sizeof_DCtx(payload->context) : 0);
}

uint64_t tr_binlog_packed(struct tr_cursor *cursor)
{
    unsigned first = tr_cursor_u8(cursor);

    switch (first) {
    case 252:
        return tr_cursor_le(cursor, 2);
    case 253:
        return tr_cursor_le(cursor, 3);
    case 254:
        return tr_cursor_le(cursor, 8);
    case 251: /* NULL, and never a number */
    case 255:
        cursor->failed = true;
        return 0;
    default:
        return first;
    }
}

int tr_binlog_locate(const struct tr_binlog *binlog, struct tr_diag *diag)
{
    struct tr_diag cause = *diag;

    if (cause.cls != TR_DATA)
        return -1;
    return tr_fail(
        diag, TR_DATA, TR_STOP, "the binlog event of type %u at %s:%u %s%s", binlog->type,
        binlog->file[0] ? binlog->file : "(unknown file)", binlog->start, cause.message,
        binlog->encrypted ? "; this binlog is encrypted, and only its server can read it" : "");
}

int tr_binlog_read_header(struct tr_slice bytes, struct tr_binlog_header *ret_header,
                          struct tr_diag *diag)
{
    struct tr_cursor cursor = tr_cursor_of(bytes);

    ret_header->timestamp = tr_cursor_le32(&cursor);
    ret_header->type = tr_cursor_u8(&cursor);
    ret_header->server_id = tr_cursor_le32(&cursor);
    ret_header->size = tr_cursor_le32(&cursor);
    ret_header->next = tr_cursor_le32(&cursor);
    ret_header->flags = tr_cursor_le16(&cursor);
    if (cursor.failed || ret_header->size < TR_BINLOG_HEADER_SIZE)
        return tr_binlog_wrong(diag, "is too short for a header (%zu bytes, and says %u)", bytes.n,
                               ret_header->size);
    return 0;
}

static bool comes_before_format(unsigned type)
{
    return type == TR_BINLOG_TYPE_FORMAT || type == TR_BINLOG_TYPE_ROTATE ||
           type == TR_BINLOG_TYPE_HEARTBEAT || type == TR_BINLOG_TYPE_HEARTBEAT_V2;
}

int tr_binlog_read_event(struct tr_binlog *binlog, struct tr_slice bytes,
                         struct tr_binlog_event *event, struct tr_diag *diag)
{
    const struct tr_binlog_header *header = &event->header;
    const struct type *type = &types[header->type];
    struct tr_cursor body = tr_cursor_of(bytes);
    int result;

    binlog->type = header->type;
    tr_cursor_take(&body, TR_BINLOG_HEADER_SIZE);
    if (!binlog->formatted && !comes_before_format(header->type))
        return tr_binlog_wrong(diag, "stands in front of the log's FORMAT_DESCRIPTION");
    if (binlog->payload.open && type->outer)
        return tr_binlog_wrong(diag, "stands in a TRANSACTION_PAYLOAD, where none belongs");
    if (!type->read && !(header->flags & TR_BINLOG_FLAG_IGNORABLE))
        return tr_binlog_wrong(diag, "is of a type that tailrace doesn't know and the server "
                                     "hasn't marked as one that may be skipped");
    if (type->read) {
        event->kind = type->kind;
        result = type->read(binlog, &body, event, diag);
    } else {
        event->kind = TR_BINLOG_IGNORABLE;
        result = tr_binlog_read_bytes(binlog, &body, event, diag);
    }
    if (body.failed) /* whatever else seemed wrong */
        return tr_binlog_wrong(diag, "is cut off (%zu bytes)", bytes.n);
    if (result == 0 && !type->open && tr_cursor_left(&body) > 0)
        return tr_binlog_wrong(diag, "has %zu bytes left over at its end", tr_cursor_left(&body));
    return result;
}

/* A file that is still written to has a flag in its FORMAT that came after the checksum. */
static uint32_t checksum_of(struct tr_slice bytes, const struct tr_binlog_header *header)
{
    const Bytef *p = (const Bytef *)bytes.p;
    const size_t flags_at = TR_BINLOG_HEADER_SIZE - 2;

    if (header->type != TR_BINLOG_TYPE_FORMAT)
        return (uint32_t)crc32(0, p, (uInt)bytes.n);
    unsigned flags = header->flags & ~(unsigned)TR_BINLOG_FLAG_IN_USE;
    const Bytef patched[2] = {(Bytef)flags, (Bytef)(flags >> 8)};
    uLong crc = crc32(0, p, (uInt)flags_at);
    crc = crc32(crc, patched, sizeof patched);
    return (uint32_t)crc32(crc, p + flags_at + 2, (uInt)(bytes.n - flags_at - 2));
}

static int verify(struct tr_slice bytes, const struct tr_binlog_header *header,
                  struct tr_diag *diag)
{
    if (bytes.n < TR_BINLOG_HEADER_SIZE + TR_BINLOG_CHECKSUM_SIZE)
        return tr_binlog_wrong(diag, "is too short for a checksum (%zu bytes)", bytes.n);
    bytes.n -= TR_BINLOG_CHECKSUM_SIZE;
    struct tr_cursor crc =
        tr_cursor_of((struct tr_slice){bytes.p + bytes.n, TR_BINLOG_CHECKSUM_SIZE});
    uint32_t expected = tr_cursor_le32(&crc), found = checksum_of(bytes, header);
    if (found != expected)
        return tr_binlog_wrong(diag,
                               "has the checksum %08x and says %08x: the file or the connection "
                               "is damaged",
                               found, expected);
    return 0;
}

static int decode(struct tr_binlog *binlog, struct tr_slice bytes,
                  struct tr_binlog_event *ret_event, struct tr_diag *diag)
{
    struct tr_binlog_header *header = &ret_event->header;

    if (tr_binlog_read_header(bytes, header, diag) < 0)
        return -1;
    binlog->type = header->type;
    binlog->start = header->next ? header->next - header->size : binlog->end;
    binlog->end = binlog->start + header->size;
    if (header->size != bytes.n)
        return tr_binlog_wrong(diag, "has %zu bytes and says %u", bytes.n, header->size);
    if (header->type == TR_BINLOG_TYPE_FORMAT) { /* it says itself if it has a checksum */
        if (tr_binlog_read_event(binlog, bytes, ret_event, diag) < 0)
            return -1;
        return binlog->checksum ? verify(bytes, header, diag) : 0;
    }
    if (binlog->checksum) {
        if (verify(bytes, header, diag) < 0)
            return -1;
        bytes.n -= TR_BINLOG_CHECKSUM_SIZE;
    }
    return tr_binlog_read_event(binlog, bytes, ret_event, diag);
}

int tr_binlog_decode(struct tr_binlog *binlog, struct tr_slice bytes,
                     struct tr_binlog_event *ret_event, struct tr_diag *diag)
{
    tr_binlog_end_rows(binlog);
    tr_binlog_end_payload(binlog);
    tr_binlog_shrink(binlog);
    return decode(binlog, bytes, ret_event, diag) < 0 ? tr_binlog_locate(binlog, diag) : 0;
}
