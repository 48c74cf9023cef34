/* Inside the decoder: its state, and what its files share. */
#ifndef TR_DECODERS_BINLOG_READER_H
#define TR_DECODERS_BINLOG_READER_H

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/cursor.h"
#include "binlog/binlog.h"

#define TR_BINLOG_HEADER_SIZE   19
#define TR_BINLOG_CHECKSUM_SIZE 4

/* The numbers on the wire that readers have to tell apart. */
enum tr_binlog_type {
    TR_BINLOG_TYPE_QUERY = 2,
    TR_BINLOG_TYPE_ROTATE = 4,
    TR_BINLOG_TYPE_FORMAT = 15,
    TR_BINLOG_TYPE_TABLE_MAP = 19,
    TR_BINLOG_TYPE_WRITE_ROWS_V1 = 23,
    TR_BINLOG_TYPE_UPDATE_ROWS_V1 = 24,
    TR_BINLOG_TYPE_DELETE_ROWS_V1 = 25,
    TR_BINLOG_TYPE_HEARTBEAT = 27,
    TR_BINLOG_TYPE_ROWS_QUERY = 29,
    TR_BINLOG_TYPE_WRITE_ROWS = 30,
    TR_BINLOG_TYPE_UPDATE_ROWS = 31,
    TR_BINLOG_TYPE_DELETE_ROWS = 32,
    TR_BINLOG_TYPE_ANONYMOUS_GTID = 34,
    TR_BINLOG_TYPE_PARTIAL_UPDATE_ROWS = 39,
    TR_BINLOG_TYPE_PAYLOAD = 40,
    TR_BINLOG_TYPE_HEARTBEAT_V2 = 41,
    TR_BINLOG_TYPE_QUERY_COMPRESSED = 165,
    TR_BINLOG_TYPE_WRITE_ROWS_COMPRESSED_V1 = 166,
    TR_BINLOG_TYPE_UPDATE_ROWS_COMPRESSED_V1 = 167,
    TR_BINLOG_TYPE_DELETE_ROWS_COMPRESSED_V1 = 168,
    TR_BINLOG_TYPE_WRITE_ROWS_COMPRESSED = 169,
    TR_BINLOG_TYPE_UPDATE_ROWS_COMPRESSED = 170,
    TR_BINLOG_TYPE_DELETE_ROWS_COMPRESSED = 171,
};

/* How to cut one cell out of a row. A cell is `size` bytes plus what the little-endian number under
 * `mask` says, which stands in `prefix` bytes in front of it: for most types one of the two is
 * zero, so that no branch is needed. */
struct tr_binlog_step {
    uint32_t size;
    uint32_t mask;
    uint16_t column;
    uint8_t prefix;
    bool compressed; /* MariaDB's COMPRESSED columns */
};

/* Memory to decompress into; grows, and is kept for the next time. */
struct tr_binlog_room {
    char *data;
    size_t size;
};

/* One image of the rows event that is being read. */
struct tr_binlog_image {
    const struct tr_binlog_step *steps;
    size_t nsteps;
    struct tr_cell *cells;                               /* one for each column of the table */
    struct tr_binlog_step chosen[TR_BINLOG_MAX_COLUMNS]; /* `steps` of an image with gaps */
};

struct tr_binlog_rows_state {
    const struct tr_binlog_table *table;
    struct tr_cursor cursor;
    char op;
    bool partial_json;
    bool empty_row; /* the only row has no cells, and so no bytes */
    struct tr_binlog_image before, after;
};

struct tr_binlog_payload_state {
    ZSTD_DCtx *context; /* NULL until the first one */
    ZSTD_inBuffer input;
    bool compressed;
    bool open;           /* inner events may follow */
    bool whole;          /* the compressed data may end here */
    uint64_t size, done; /* bytes: as declared, and decompressed so far */
    struct tr_binlog_room room;
    size_t start, end; /* what of the room is decompressed and not yet read */
};

#define TR_BINLOG_BUCKETS 256

struct tr_binlog_tables {
    struct tr_binlog_table *buckets[TR_BINLOG_BUCKETS];
    size_t count, size; /* size: bytes of all */
    uint64_t serial, statement;
};

struct tr_binlog {
    struct tr_binlog_params params;
    bool formatted; /* a FORMAT_DESCRIPTION was read */
    bool mariadb;   /* wrote it */
    bool encrypted; /* a START_ENCRYPTION followed it */
    enum tr_binlog_checksum checksum;
    unsigned char post_headers[256]; /* length of each type's post-header, by its number */
    char file[512];                  /* the current file's name, "" at first */
    /* For messages: type and place of the last event; one in a payload stands where that does. */
    uint8_t type;
    uint32_t start, end;
    struct tr_binlog_tables tables;
    struct tr_binlog_rows_state rows;
    struct tr_binlog_payload_state payload;
    z_stream inflate;
    bool inflating;              /* `inflate` was set up */
    struct tr_binlog_room room;  /* for a compressed event */
    struct tr_arena cell_memory; /* for a row's compressed cells */
    struct tr_cell before[TR_BINLOG_MAX_COLUMNS], after[TR_BINLOG_MAX_COLUMNS];
    uint16_t diffs[TR_BINLOG_MAX_COLUMNS];
};

/* A reader takes an event's body (without header and checksum) apart. A read beyond its end is
 * left to the cursor's own error. */
typedef int tr_binlog_reader(struct tr_binlog *binlog, struct tr_cursor *body,
                             struct tr_binlog_event *event, struct tr_diag *diag);

tr_binlog_reader tr_binlog_read_format, tr_binlog_read_rotate, tr_binlog_read_heartbeat,
    tr_binlog_read_heartbeat_v2, tr_binlog_read_incident, tr_binlog_read_xid,
    tr_binlog_read_xa_prepare, tr_binlog_read_bytes, tr_binlog_read_nothing,
    tr_binlog_read_rows_query;
tr_binlog_reader tr_binlog_read_gtid, tr_binlog_read_tagged_gtid;
tr_binlog_reader tr_binlog_read_query;
tr_binlog_reader tr_binlog_read_table;
tr_binlog_reader tr_binlog_read_rows;
tr_binlog_reader tr_binlog_read_payload;
tr_binlog_reader tr_binlog_read_mariadb_gtid, tr_binlog_read_mariadb_gtid_list,
    tr_binlog_read_mariadb_checkpoint, tr_binlog_read_mariadb_encryption;

/* One event from its header on, of the log or of a payload. `bytes` ends where the event ends,
 * without checksum. */
int tr_binlog_read_event(struct tr_binlog *binlog, struct tr_slice bytes,
                         struct tr_binlog_event *event, struct tr_diag *diag) TR_MUSTCHECK;
int tr_binlog_read_header(struct tr_slice bytes, struct tr_binlog_header *ret_header,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* What is wrong with an event, in the words that follow "it". Returns -1. */
#define tr_binlog_wrong(diag, ...) tr_fail((diag), TR_DATA, TR_STOP, __VA_ARGS__)

/* Put which event it is, and where, in front of that. Returns -1. */
int tr_binlog_locate(const struct tr_binlog *binlog, struct tr_diag *diag);

/* A number in 1 to 9 bytes, the protocol's length-encoded integer. */
uint64_t tr_binlog_packed(struct tr_cursor *cursor);

/* Bit `index` of a bitmap whose bytes begin with their highest (first) or lowest (last) bit. */
static inline bool tr_binlog_bit_msb(const unsigned char *bits, size_t index)
{
    return bits[index / 8] >> (7 - index % 8) & 1;
}

static inline bool tr_binlog_bit_lsb(const unsigned char *bits, size_t index)
{
    return bits[index / 8] >> index % 8 & 1;
}

/* column.c: a column's type, metadata and step from its type byte and metadata bytes. */
int tr_binlog_read_column(struct tr_cursor *metadata, unsigned type,
                          struct tr_binlog_column *column, struct tr_binlog_step *step,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* What a table's constant pointers point to, while it is compiled. */
struct tr_binlog_parts {
    struct tr_binlog_column *columns;
    struct tr_binlog_step *steps;
    struct tr_binlog_key *key;
};

/* metadata.c: the optional blocks at a TABLE_MAP's end. */
int tr_binlog_read_metadata(const struct tr_binlog *binlog, struct tr_cursor *cursor,
                            struct tr_binlog_table *table, const struct tr_binlog_parts *parts,
                            struct tr_diag *diag) TR_MUSTCHECK;

/* table.c */
struct tr_binlog_table *tr_binlog_find_table(struct tr_binlog *binlog, uint64_t id);

/* rows.c: no rows are left of an earlier event. */
void tr_binlog_end_rows(struct tr_binlog *binlog);

/* payload.c */
void tr_binlog_end_payload(struct tr_binlog *binlog);
void tr_binlog_finish_payload(struct tr_binlog *binlog);

/* inflate.c: MariaDB's zlib forms. An event's: into binlog->room. A cell's: into cell_memory. */
int tr_binlog_grow(struct tr_binlog_room *room, size_t size, struct tr_diag *diag) TR_MUSTCHECK;
int tr_binlog_inflate_event(struct tr_binlog *binlog, struct tr_cursor *cursor,
                            struct tr_slice *ret_bytes, struct tr_diag *diag) TR_MUSTCHECK;
int tr_binlog_inflate_cell(struct tr_binlog *binlog, struct tr_slice *cell,
                           struct tr_diag *diag) TR_MUSTCHECK;
void tr_binlog_shrink(struct tr_binlog *binlog);
void tr_binlog_finish_inflate(struct tr_binlog *binlog);

#endif
