/*
 * Events that steer the log, or say little (numbers are little-endian):
 *
 *   FORMAT       = version:u16 server:byte*50 created:u32 header:u8=19 post-header:u8*n
 *                  checksum:u8 crc:u32             n: event types that the server knows
 *   ROTATE       = position:u64 file:byte*
 *   HEARTBEAT    = [position:u64] file:byte*       position: if the header's is 0 (beyond 32 bits)
 *   HEARTBEAT_V2 = (1 n:packed file:byte*n | 2 n:packed position:packed | …)* 0
 *   INCIDENT     = number:u16 n:u8 message:byte*n
 *   XID          = xid:u64
 *   XA_PREPARE   = one-phase:u8 format:i32 n:u32 m:u32 global:byte*n branch:byte*m
 *   ROWS_QUERY   = ignored:u8 text:byte*           MariaDB's ANNOTATE_ROWS: text:byte*
 *
 * A FORMAT has its checksum's bytes even where the log has no checksums.
 */
#include <stdio.h>
#include <stdlib.h>

#include "binlog/reader.h"

#define VERSION_SIZE 50

/* The versions from which on a FORMAT says whether there are checksums. */
static bool knows_checksums(const char *version)
{
    unsigned major = 0, minor = 0, patch = 0;

    if (sscanf(version, "%3u.%3u.%3u", &major, &minor, &patch) < 2)
        return false;
    unsigned number = (major * 1000 + minor) * 1000 + patch;
    return number >= (strstr(version, "MariaDB") ? 5003000 : 5006001);
}

static int read_lengths(struct tr_binlog *binlog, struct tr_cursor *body,
                        struct tr_binlog_event *event, struct tr_diag *diag)
{
    size_t left = tr_cursor_left(body);

    if (left < 1 + TR_BINLOG_CHECKSUM_SIZE) {
        body->failed = true;
        return 0;
    }
    struct tr_slice lengths = tr_cursor_slice(body, left - 1 - TR_BINLOG_CHECKSUM_SIZE);
    unsigned checksum = tr_cursor_u8(body);
    tr_cursor_take(body, TR_BINLOG_CHECKSUM_SIZE);
    if (checksum > TR_BINLOG_CHECKSUM_CRC32)
        return tr_binlog_wrong(diag, "announces the unknown checksum algorithm %u", checksum);
    memset(binlog->post_headers, 0, sizeof binlog->post_headers);
    memcpy(binlog->post_headers + 1, lengths.p, TR_MIN(lengths.n, sizeof binlog->post_headers - 1));
    binlog->checksum = (enum tr_binlog_checksum)checksum;
    binlog->formatted = true;
    binlog->encrypted = false;
    event->format.checksum = binlog->checksum;
    return 0;
}

int tr_binlog_read_format(struct tr_binlog *binlog, struct tr_cursor *body,
                          struct tr_binlog_event *event, struct tr_diag *diag)
{
    char version[VERSION_SIZE + 1] = "";
    unsigned number = tr_cursor_le16(body);
    struct tr_slice text = tr_cursor_slice(body, VERSION_SIZE);

    event->format.created = tr_cursor_le32(body);
    unsigned header_size = tr_cursor_u8(body);
    if (body->failed)
        return 0;
    memcpy(version, text.p, VERSION_SIZE);
    event->format.server_version = (struct tr_slice){text.p, strlen(version)};
    if (number != 4 || header_size != TR_BINLOG_HEADER_SIZE || !knows_checksums(version))
        return tr_binlog_wrong(diag,
                               "is of format %u with headers of %u bytes, by server version "
                               "'%s'; tailrace reads format 4 from MySQL 5.6.1 or MariaDB 5.3 on",
                               number, header_size, version);
    binlog->mariadb = strstr(version, "MariaDB");
    return read_lengths(binlog, body, event, diag);
}

int tr_binlog_read_rotate(struct tr_binlog *binlog, struct tr_cursor *body,
                          struct tr_binlog_event *event, struct tr_diag *diag)
{
    event->rotate.position = tr_cursor_le64(body);
    event->rotate.file = tr_cursor_slice(body, tr_cursor_left(body));
    struct tr_slice file = event->rotate.file;
    if (file.n == 0 || file.n >= sizeof binlog->file || memchr(file.p, 0, file.n))
        return tr_binlog_wrong(diag, "has no possible file name (%zu bytes)", file.n);
    memcpy(binlog->file, file.p, file.n);
    binlog->file[file.n] = '\0';
    binlog->end = (uint32_t)event->rotate.position;
    return 0;
}

int tr_binlog_read_heartbeat(struct tr_binlog *binlog, struct tr_cursor *body,
                             struct tr_binlog_event *event, struct tr_diag *diag)
{
    (void)binlog;
    (void)diag;
    uint32_t next = event->header.next;
    event->rotate.position = next ? next : tr_cursor_le64(body);
    event->rotate.file = tr_cursor_slice(body, tr_cursor_left(body));
    return 0;
}

int tr_binlog_read_heartbeat_v2(struct tr_binlog *binlog, struct tr_cursor *body,
                                struct tr_binlog_event *event, struct tr_diag *diag)
{
    enum { END, FILE_NAME, POSITION };
    uint64_t field;

    (void)binlog;
    (void)diag;
    event->rotate = (struct tr_binlog_rotate){.file = {"", 0}};
    while ((field = tr_binlog_packed(body)) != END && !body->failed) {
        struct tr_slice value = tr_cursor_slice(body, tr_binlog_packed(body));
        struct tr_cursor number = tr_cursor_of(value);
        if (field == FILE_NAME)
            event->rotate.file = value;
        else if (field == POSITION)
            event->rotate.position = tr_binlog_packed(&number);
        body->failed |= number.failed;
    }
    return 0;
}

int tr_binlog_read_incident(struct tr_binlog *binlog, struct tr_cursor *body,
                            struct tr_binlog_event *event, struct tr_diag *diag)
{
    (void)binlog;
    (void)diag;
    event->incident.number = tr_cursor_le16(body);
    event->incident.message = tr_cursor_slice(body, tr_cursor_u8(body));
    return 0;
}

int tr_binlog_read_xid(struct tr_binlog *binlog, struct tr_cursor *body,
                       struct tr_binlog_event *event, struct tr_diag *diag)
{
    (void)binlog;
    (void)diag;
    event->xid = tr_cursor_le64(body);
    return 0;
}

int tr_binlog_read_xa_prepare(struct tr_binlog *binlog, struct tr_cursor *body,
                              struct tr_binlog_event *event, struct tr_diag *diag)
{
    (void)binlog;
    event->prepare.one_phase = tr_cursor_u8(body);
    event->prepare.xa.format = (int32_t)tr_cursor_le32(body);
    size_t global = tr_cursor_le32(body), branch = tr_cursor_le32(body);
    if (global > 64 || branch > 64)
        return tr_binlog_wrong(diag, "names an XA transaction with %zu and %zu bytes", global,
                               branch);
    event->prepare.xa.global = tr_cursor_slice(body, global);
    event->prepare.xa.branch = tr_cursor_slice(body, branch);
    return 0;
}

int tr_binlog_read_bytes(struct tr_binlog *binlog, struct tr_cursor *body,
                         struct tr_binlog_event *event, struct tr_diag *diag)
{
    (void)binlog;
    (void)diag;
    event->bytes = tr_cursor_slice(body, tr_cursor_left(body));
    return 0;
}

int tr_binlog_read_nothing(struct tr_binlog *binlog, struct tr_cursor *body,
                           struct tr_binlog_event *event, struct tr_diag *diag)
{
    (void)binlog;
    (void)body;
    (void)event;
    (void)diag;
    return 0;
}

/* The byte in front would be the text's length, if that were never above 255. */
int tr_binlog_read_rows_query(struct tr_binlog *binlog, struct tr_cursor *body,
                              struct tr_binlog_event *event, struct tr_diag *diag)
{
    tr_cursor_u8(body);
    return tr_binlog_read_bytes(binlog, body, event, diag);
}
