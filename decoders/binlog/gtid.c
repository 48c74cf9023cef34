/*
 * MySQL's GTID events (numbers are little-endian):
 *
 *   GTID, ANONYMOUS_GTID
 *          = flags:u8 uuid:byte*16 number:i64
 *            [2 last-committed:i64 sequence:i64                       logical clock, from 5.7
 *             [immediate:u56 [original:u56]                           µs, from 8.0
 *              [size:packed
 *               [immediate-version:u32 [original-version:u32] [ticket:u64]]]]]
 *   GTID_TAGGED
 *          = version:var size:var last:var (id:var value)*            from 8.3
 *
 * Bit 55 of the immediate timestamp, and bit 31 of the immediate version, say that the original
 * one differs and follows. Flags: 1 the transaction may hold statements.
 *
 * GTID_TAGGED is the message format of MySQL's serialization library (libs/mysql/serialization,
 * readme.md). Fields stand in the order of their ids, without lengths, and may be left out. `last`
 * is one above the last id that a reader must know; `size` counts from the version on. A var is
 * 1 to 9 bytes, of which the first one's trailing 1 bits count the others; signed ones have their
 * sign in the lowest bit.
 */
#include "binlog/reader.h"

enum field {
    FIELD_FLAGS,
    FIELD_UUID,
    FIELD_NUMBER,
    FIELD_TAG,
    FIELD_LAST_COMMITTED,
    FIELD_SEQUENCE,
    FIELD_IMMEDIATE_COMMIT,
    FIELD_ORIGINAL_COMMIT,
    FIELD_SIZE,
    FIELD_IMMEDIATE_VERSION,
    FIELD_ORIGINAL_VERSION,
    FIELD_TICKET,
    NFIELDS,
};

static void read_commit_times(struct tr_cursor *body, struct tr_binlog_gtid *gtid)
{
    const uint64_t differs = UINT64_C(1) << 55;

    gtid->immediate_commit_us = tr_cursor_le(body, 7);
    gtid->original_commit_us = gtid->immediate_commit_us;
    if (gtid->immediate_commit_us & differs) {
        gtid->immediate_commit_us &= ~differs;
        gtid->original_commit_us = tr_cursor_le(body, 7);
    }
}

static void read_versions(struct tr_cursor *body, struct tr_binlog_gtid *gtid)
{
    const uint32_t differs = UINT32_C(1) << 31;

    gtid->immediate_version = tr_cursor_le32(body);
    gtid->original_version = gtid->immediate_version;
    if (gtid->immediate_version & differs) {
        gtid->immediate_version &= ~differs;
        gtid->original_version = tr_cursor_le32(body);
    }
}

/* Each version of the server added something at the end. */
static void read_additions(struct tr_cursor *body, struct tr_binlog_gtid *gtid)
{
    const unsigned logical_clock = 2;

    if (tr_cursor_left(body) == 0 || tr_cursor_u8(body) != logical_clock)
        return;
    gtid->last_committed = (int64_t)tr_cursor_le64(body);
    gtid->sequence_number = (int64_t)tr_cursor_le64(body);
    if (tr_cursor_left(body) < 7)
        return;
    read_commit_times(body, gtid);
    if (tr_cursor_left(body) == 0)
        return;
    gtid->transaction_size = tr_binlog_packed(body);
    if (tr_cursor_left(body) < 4)
        return;
    read_versions(body, gtid);
    if (tr_cursor_left(body) >= 8)
        gtid->group_ticket = tr_cursor_le64(body);
}

static int check_number(const struct tr_binlog_gtid *gtid, struct tr_diag *diag)
{
    if (gtid->anonymous ? gtid->number != 0
                        : gtid->number == 0 || gtid->number >= (uint64_t)INT64_MAX)
        return tr_binlog_wrong(diag, "has the impossible transaction number %llu",
                               (unsigned long long)gtid->number);
    return 0;
}

int tr_binlog_read_gtid(struct tr_binlog *binlog, struct tr_cursor *body,
                        struct tr_binlog_event *event, struct tr_diag *diag)
{
    struct tr_binlog_gtid *gtid = &event->gtid;

    (void)binlog;
    *gtid = (struct tr_binlog_gtid){.last_committed = -1, .sequence_number = -1, .tag = {"", 0}};
    gtid->anonymous = event->header.type == TR_BINLOG_TYPE_ANONYMOUS_GTID;
    gtid->may_have_statements = tr_cursor_u8(body) & 1;
    struct tr_slice uuid = tr_cursor_slice(body, sizeof gtid->uuid);
    gtid->number = tr_cursor_le64(body);
    if (body->failed)
        return 0;
    memcpy(gtid->uuid, uuid.p, sizeof gtid->uuid);
    read_additions(body, gtid);
    return check_number(gtid, diag);
}

static uint64_t read_var(struct tr_cursor *cursor)
{
    unsigned first = tr_cursor_u8(cursor);
    /* the complement's lowest 1 bit is the first 0 bit; bit 8 stands in for a byte of ones */
    size_t more = (size_t)__builtin_ctz(~first | 0x100);
    uint64_t rest = tr_cursor_le(cursor, more);

    return more < 8 ? first >> (more + 1) | rest << (7 - more) : rest;
}

static int64_t read_signed(struct tr_cursor *cursor)
{
    uint64_t number = read_var(cursor);

    return (int64_t)(number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
}

static void read_field(struct tr_cursor *body, enum field field, struct tr_binlog_gtid *gtid)
{
    switch (field) {
    case FIELD_FLAGS:
        gtid->may_have_statements = read_var(body) & 1;
        break;
    case FIELD_UUID:
        for (size_t i = 0; i < sizeof gtid->uuid; i++)
            gtid->uuid[i] = (unsigned char)read_var(body);
        break;
    case FIELD_NUMBER:
        gtid->number = (uint64_t)read_signed(body);
        break;
    case FIELD_TAG:
        gtid->tag = tr_cursor_slice(body, read_var(body));
        break;
    case FIELD_LAST_COMMITTED:
        gtid->last_committed = read_signed(body);
        break;
    case FIELD_SEQUENCE:
        gtid->sequence_number = read_signed(body);
        break;
    case FIELD_IMMEDIATE_COMMIT:
        gtid->immediate_commit_us = gtid->original_commit_us = read_var(body);
        break;
    case FIELD_ORIGINAL_COMMIT:
        gtid->original_commit_us = read_var(body);
        break;
    case FIELD_SIZE:
        gtid->transaction_size = read_var(body);
        break;
    case FIELD_IMMEDIATE_VERSION:
        gtid->immediate_version = gtid->original_version = (uint32_t)read_var(body);
        break;
    case FIELD_ORIGINAL_VERSION:
        gtid->original_version = (uint32_t)read_var(body);
        break;
    case FIELD_TICKET:
        gtid->group_ticket = read_var(body);
        break;
    case NFIELDS:
        break;
    }
}

int tr_binlog_read_tagged_gtid(struct tr_binlog *binlog, struct tr_cursor *body,
                               struct tr_binlog_event *event, struct tr_diag *diag)
{
    struct tr_binlog_gtid *gtid = &event->gtid;
    const unsigned char *start = body->p;
    uint64_t next = 0;

    (void)binlog;
    *gtid = (struct tr_binlog_gtid){.last_committed = -1, .sequence_number = -1, .tag = {"", 0}};
    uint64_t version = read_var(body), size = read_var(body), last = read_var(body);
    if (body->failed || size > (uint64_t)(body->end - start)) {
        body->failed = true;
        return 0;
    }
    if (version > 1 || last > NFIELDS)
        return tr_binlog_wrong(diag, "has format %llu with %llu fields, of which tailrace knows %d",
                               (unsigned long long)version, (unsigned long long)last, NFIELDS);
    struct tr_cursor fields = {body->p, start + size, size < (uint64_t)(body->p - start)};
    while (!fields.failed && tr_cursor_left(&fields) > 0) {
        uint64_t field = read_var(&fields);
        if (field >= NFIELDS) /* and all that follow: newer, and may be ignored */
            break;
        if (field < next)
            return tr_binlog_wrong(diag, "has its fields in disorder");
        next = field + 1;
        read_field(&fields, (enum field)field, gtid);
    }
    body->failed = fields.failed;
    return body->failed ? 0 : check_number(gtid, diag);
}
