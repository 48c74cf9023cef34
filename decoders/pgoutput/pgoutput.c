/*
 * The grammar (numbers are big-endian, texts end in a zero byte):
 *
 *   message  = 'B' lsn:u64 time:i64 xid:u32
 *            | 'C' flags:u8=0 lsn:u64 end:u64 time:i64
 *            | 'O' lsn:u64 name:text
 *            | 'R' id:u32 schema:text name:text identity:char n:u16 column*n
 *            | 'Y' id:u32 schema:text name:text
 *            | 'I' id:u32 'N' tuple
 *            | 'U' id:u32 [('K' | 'O') tuple] 'N' tuple
 *            | 'D' id:u32 ('K' | 'O') tuple
 *            | 'T' n:u32 flags:u8 id:u32*n          flags: 1 CASCADE, 2 RESTART IDENTITY
 *            | 'M' flags:u8 lsn:u64 prefix:text n:u32 byte*n         flags: 1 transactional
 *   column   = flags:u8 name:text type:u32 modifier:i32     flags: 1 part of the identity
 *   tuple    = n:u16 cell*n
 *   cell     = 'n' | 'u' | 't' n:u32 byte*n                 null, unchanged TOAST, text
 *
 * Times are microseconds since 2000-01-01. Binary cells ('b') and the messages of streamed or
 * prepared transactions are sent only if asked for; tailrace doesn't ask.
 */
#include "pgoutput/pgoutput.h"

#include "base/cursor.h"

/* From 1970-01-01 to 2000-01-01. */
#define EPOCH_US (INT64_C(946684800) * 1000000)

/* Reads one message behind its type byte. NULL, or what is wrong with it in the words that follow
 * "the message"; a read beyond the end is left to the cursor's own error. */
typedef const char *reader(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                           struct tr_pgoutput_message *message);

static const char *read_time(struct tr_cursor *cursor, int64_t *ret_us)
{
    if (__builtin_add_overflow((int64_t)tr_cursor_be64(cursor), EPOCH_US, ret_us))
        return "has an impossible time";
    return NULL;
}

static const char *read_begin(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                              struct tr_pgoutput_message *message)
{
    (void)decoder;
    message->begin.final_lsn = tr_cursor_be64(cursor);
    const char *wrong = read_time(cursor, &message->begin.commit_us);
    message->begin.xid = tr_cursor_be32(cursor);
    return wrong;
}

static const char *read_commit(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                               struct tr_pgoutput_message *message)
{
    (void)decoder;
    if (tr_cursor_u8(cursor) != 0)
        return "has unknown flags";
    message->commit.commit_lsn = tr_cursor_be64(cursor);
    message->commit.end_lsn = tr_cursor_be64(cursor);
    return read_time(cursor, &message->commit.commit_us);
}

static const char *read_origin(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                               struct tr_pgoutput_message *message)
{
    (void)decoder;
    message->origin.lsn = tr_cursor_be64(cursor);
    message->origin.name = tr_cursor_cstring(cursor);
    return NULL;
}

static const char *read_column(struct tr_cursor *cursor, struct tr_pgoutput_column *column)
{
    unsigned flags = tr_cursor_u8(cursor);

    column->identity = flags & 1;
    column->name = tr_cursor_cstring(cursor);
    column->type = tr_cursor_be32(cursor);
    column->modifier = (int32_t)tr_cursor_be32(cursor);
    return flags > 1 ? "has unknown column flags" : NULL;
}

static const char *read_relation(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                                 struct tr_pgoutput_message *message)
{
    message->relation.id = tr_cursor_be32(cursor);
    message->relation.schema = tr_cursor_cstring(cursor);
    message->relation.name = tr_cursor_cstring(cursor);
    message->relation.identity = (char)tr_cursor_u8(cursor);
    message->relation.columns = decoder->columns;
    message->relation.ncolumns = tr_cursor_be16(cursor);
    if (message->relation.ncolumns > TR_PGOUTPUT_MAX_COLUMNS)
        return "has more columns than PostgreSQL allows";
    for (size_t i = 0; i < message->relation.ncolumns && !cursor->failed; i++) {
        const char *wrong = read_column(cursor, &decoder->columns[i]);
        if (wrong)
            return wrong;
    }
    return NULL;
}

/* Types are read from the catalog when a relation needs them; what stands here says too little. */
static const char *read_type(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                             struct tr_pgoutput_message *message)
{
    (void)decoder;
    (void)message;
    tr_cursor_be32(cursor);
    tr_cursor_cstring(cursor);
    tr_cursor_cstring(cursor);
    return NULL;
}

static const char *read_tuple(struct tr_cursor *cursor, struct tr_cell *cells, size_t *ret_ncells)
{
    size_t ncells = tr_cursor_be16(cursor);

    if (ncells > TR_PGOUTPUT_MAX_COLUMNS)
        return "has more cells than PostgreSQL allows";
    for (size_t i = 0; i < ncells && !cursor->failed; i++) {
        switch (tr_cursor_u8(cursor)) {
        case 't':
            cells[i].kind = TR_CELL_VALUE;
            cells[i].bytes = tr_cursor_slice(cursor, tr_cursor_be32(cursor));
            break;
        case 'n':
            cells[i] = (struct tr_cell){.kind = TR_CELL_NULL};
            break;
        case 'u':
            cells[i] = (struct tr_cell){.kind = TR_CELL_UNCHANGED};
            break;
        default:
            return cursor->failed ? NULL : "has a cell that is neither text, null nor unchanged";
        }
    }
    *ret_ncells = ncells;
    return NULL;
}

static const char *read_before(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                               struct tr_pgoutput_message *message, unsigned kind)
{
    message->row.old = (enum tr_pgoutput_old)kind;
    message->row.before = decoder->before;
    return read_tuple(cursor, decoder->before, &message->row.nbefore);
}

static const char *read_after(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                              struct tr_pgoutput_message *message, unsigned kind)
{
    if (kind != 'N')
        return cursor->failed ? NULL : "has no new row where one belongs";
    message->row.after = decoder->after;
    return read_tuple(cursor, decoder->after, &message->row.nafter);
}

static const char *read_insert(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                               struct tr_pgoutput_message *message)
{
    message->row.id = tr_cursor_be32(cursor);
    return read_after(decoder, cursor, message, tr_cursor_u8(cursor));
}

static const char *read_update(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                               struct tr_pgoutput_message *message)
{
    message->row.id = tr_cursor_be32(cursor);
    unsigned kind = tr_cursor_u8(cursor);
    if (kind == TR_PGOUTPUT_OLD_KEY || kind == TR_PGOUTPUT_OLD_ROW) {
        const char *wrong = read_before(decoder, cursor, message, kind);
        if (wrong)
            return wrong;
        kind = tr_cursor_u8(cursor);
    }
    return read_after(decoder, cursor, message, kind);
}

static const char *read_delete(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                               struct tr_pgoutput_message *message)
{
    message->row.id = tr_cursor_be32(cursor);
    unsigned kind = tr_cursor_u8(cursor);
    if (kind != TR_PGOUTPUT_OLD_KEY && kind != TR_PGOUTPUT_OLD_ROW)
        return cursor->failed ? NULL : "has no old row where one belongs";
    return read_before(decoder, cursor, message, kind);
}

static const char *read_truncate(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                                 struct tr_pgoutput_message *message)
{
    message->truncate.ids = decoder->ids;
    message->truncate.count = tr_cursor_be32(cursor);
    unsigned flags = tr_cursor_u8(cursor);
    message->truncate.cascade = flags & 1;
    message->truncate.restart_identity = flags & 2;
    if (flags > 3)
        return "has unknown flags";
    if (message->truncate.count > TR_PGOUTPUT_MAX_TRUNCATED)
        return "truncates more tables at once than tailrace has room for";
    for (size_t i = 0; i < message->truncate.count && !cursor->failed; i++)
        decoder->ids[i] = tr_cursor_be32(cursor);
    return NULL;
}

static const char *read_message(struct tr_pgoutput_decoder *decoder, struct tr_cursor *cursor,
                                struct tr_pgoutput_message *message)
{
    (void)decoder;
    unsigned flags = tr_cursor_u8(cursor);
    message->message.transactional = flags & 1;
    message->message.lsn = tr_cursor_be64(cursor);
    message->message.prefix = tr_cursor_cstring(cursor);
    message->message.content = tr_cursor_slice(cursor, tr_cursor_be32(cursor));
    return flags > 1 ? "has unknown flags" : NULL;
}

static int refuse(struct tr_diag *diag, struct tr_slice bytes, const struct tr_cursor *cursor,
                  const char *wrong)
{
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "a pgoutput message of type '%c' %s (at byte %zu of %zu); this PostgreSQL sends "
                   "what tailrace doesn't know, or the connection garbles data",
                   bytes.p[0], wrong, (size_t)((const char *)cursor->p - bytes.p), bytes.n);
}

int tr_pgoutput_decode(struct tr_pgoutput_decoder *decoder, struct tr_slice bytes,
                       struct tr_pgoutput_message *ret_message, struct tr_diag *diag)
{
    static reader *const readers[0x80] = {
        [TR_PGOUTPUT_BEGIN] = read_begin,       [TR_PGOUTPUT_COMMIT] = read_commit,
        [TR_PGOUTPUT_ORIGIN] = read_origin,     [TR_PGOUTPUT_RELATION] = read_relation,
        [TR_PGOUTPUT_TYPE] = read_type,         [TR_PGOUTPUT_INSERT] = read_insert,
        [TR_PGOUTPUT_UPDATE] = read_update,     [TR_PGOUTPUT_DELETE] = read_delete,
        [TR_PGOUTPUT_TRUNCATE] = read_truncate, [TR_PGOUTPUT_MESSAGE] = read_message,
    };
    struct tr_cursor cursor = tr_cursor_of(bytes);
    unsigned type = tr_cursor_u8(&cursor);

    if (type >= TR_COUNT(readers) || !readers[type])
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "a pgoutput message of %zu bytes has the unknown type 0x%02x; tailrace "
                       "reads protocol version 1, without streamed or prepared transactions",
                       bytes.n, type);
    *ret_message = (struct tr_pgoutput_message){.type = (enum tr_pgoutput_type)type};
    const char *wrong = readers[type](decoder, &cursor, ret_message);
    if (cursor.failed)
        wrong = "is cut off";
    else if (!wrong && tr_cursor_left(&cursor) > 0)
        wrong = "has bytes left over at its end";
    return wrong ? refuse(diag, bytes, &cursor, wrong) : 0;
}
