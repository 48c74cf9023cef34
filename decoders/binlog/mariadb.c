/*
 * Events that only MariaDB has (numbers are little-endian):
 *
 *   GTID             = number:u64 domain:u32 flags:u8
 *                      [commit-id:u64]                             flags & GROUP_COMMIT
 *                      [format:i32 n:u8 m:u8 byte*n byte*m]        flags & (XA_PREPARE|COMPLETED)
 *                      [extra:u8
 *                       [engines:u8]                               extra & MULTI_ENGINE
 *                       [alter:u64]                                extra & (COMMIT|ROLLBACK)_ALTER
 *                       [thread:u32]]                              extra & THREAD_ID
 *                      0*                                          up to 19 bytes
 *   GTID_LIST        = count-and-flags:u32 (domain:u32 server:u32 number:u64)*count
 *   CHECKPOINT       = n:u32 file:byte*n
 *   START_ENCRYPTION = scheme:u8 version:u32 nonce:byte*12
 *
 * A START_ENCRYPTION says that the file is encrypted from here on. The server decrypts what it
 * dumps and yet sends this event, so it is nothing to stop for; in a file read from disk the next
 * event doesn't decode, and the message says why.
 */
#include "binlog/reader.h"

static void read_xa(struct tr_cursor *body, struct tr_binlog_xa *xa)
{
    xa->format = (int32_t)tr_cursor_le32(body);
    size_t global = tr_cursor_u8(body), branch = tr_cursor_u8(body);
    xa->global = tr_cursor_slice(body, global);
    xa->branch = tr_cursor_slice(body, branch);
}

static void read_extra(struct tr_cursor *body, struct tr_binlog_mariadb_gtid *gtid)
{
    gtid->extra_flags = tr_cursor_u8(body);
    if (gtid->extra_flags & TR_BINLOG_MARIADB_MULTI_ENGINE)
        gtid->extra_engines = tr_cursor_u8(body);
    if (gtid->extra_flags & (TR_BINLOG_MARIADB_COMMIT_ALTER | TR_BINLOG_MARIADB_ROLLBACK_ALTER))
        gtid->alter_sequence = tr_cursor_le64(body);
    if (gtid->extra_flags & TR_BINLOG_MARIADB_HAS_THREAD_ID)
        gtid->thread_id = tr_cursor_le32(body);
}

int tr_binlog_read_mariadb_gtid(struct tr_binlog *binlog, struct tr_cursor *body,
                                struct tr_binlog_event *event, struct tr_diag *diag)
{
    struct tr_binlog_mariadb_gtid *gtid = &event->mariadb_gtid;

    (void)binlog;
    (void)diag;
    *gtid = (struct tr_binlog_mariadb_gtid){.server = event->header.server_id,
                                            .xa = {.global = {"", 0}, .branch = {"", 0}}};
    gtid->number = tr_cursor_le64(body);
    gtid->domain = tr_cursor_le32(body);
    gtid->flags = tr_cursor_u8(body);
    if (gtid->flags & TR_BINLOG_MARIADB_GROUP_COMMIT)
        gtid->commit_id = tr_cursor_le64(body);
    if (gtid->flags & (TR_BINLOG_MARIADB_XA_PREPARE | TR_BINLOG_MARIADB_XA_COMPLETED))
        read_xa(body, &gtid->xa);
    if (tr_cursor_left(body) > 0)
        read_extra(body, gtid);
    return 0;
}

int tr_binlog_read_mariadb_gtid_list(struct tr_binlog *binlog, struct tr_cursor *body,
                                     struct tr_binlog_event *event, struct tr_diag *diag)
{
    uint32_t number = tr_cursor_le32(body);

    (void)binlog;
    (void)diag;
    event->gtid_list.count = number & 0x0fffffff;
    event->gtid_list.flags = number >> 28;
    event->gtid_list.entries = tr_cursor_take(body, event->gtid_list.count * 16);
    return 0;
}

struct tr_binlog_gtid_list_entry tr_binlog_gtid_list_at(const struct tr_binlog_gtid_list *list,
                                                        size_t index)
{
    struct tr_cursor cursor =
        tr_cursor_of((struct tr_slice){(const char *)list->entries + index * 16, 16});
    struct tr_binlog_gtid_list_entry entry;

    entry.domain = tr_cursor_le32(&cursor);
    entry.server = tr_cursor_le32(&cursor);
    entry.number = tr_cursor_le64(&cursor);
    return entry;
}

int tr_binlog_read_mariadb_checkpoint(struct tr_binlog *binlog, struct tr_cursor *body,
                                      struct tr_binlog_event *event, struct tr_diag *diag)
{
    (void)binlog;
    (void)diag;
    event->bytes = tr_cursor_slice(body, tr_cursor_le32(body));
    return 0;
}

int tr_binlog_read_mariadb_encryption(struct tr_binlog *binlog, struct tr_cursor *body,
                                      struct tr_binlog_event *event, struct tr_diag *diag)
{
    binlog->encrypted = true;
    return tr_binlog_read_bytes(binlog, body, event, diag);
}
