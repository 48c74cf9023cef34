/*
 * Rows of one table (numbers are little-endian):
 *
 *   ROWS    = id:u48 flags:u16 [m:u16 extra*]       v2 and PARTIAL_UPDATE; m counts itself
 *             n:packed present:bit*n [present:bit*n] row*
 *   extra   = 0 n:u8 byte*(n-1)                     NDB's own; n counts itself
 *           | 1 partition:u16 [old-partition:u16]   the second in updates
 *   row     = image                                 WRITE: after, DELETE: before
 *           | image image                           UPDATE: before, after
 *           | image options:packed [diff:bit*] image       PARTIAL_UPDATE: before, after
 *   image   = null:bit*k cell*                      k: present columns; no cell where null
 *
 * Bitmaps begin with the lowest bit. Flags: 1 the statement ends here. options: 1 there is a bit
 * for each JSON column of the table, and where it is set, the cell in the after image is a list of
 * changes to the document.
 *
 * An id of all ones has no table and no rows, and only ends the statement.
 *
 * MariaDB's compressed events have the rows in the form that inflate.c describes.
 */
#include "binlog/reader.h"

#define ENDS_STATEMENT 1
#define PARTIAL_JSON   1

static char op_of(unsigned type)
{
    switch (type) {
    case TR_BINLOG_TYPE_WRITE_ROWS_V1:
    case TR_BINLOG_TYPE_WRITE_ROWS:
    case TR_BINLOG_TYPE_WRITE_ROWS_COMPRESSED_V1:
    case TR_BINLOG_TYPE_WRITE_ROWS_COMPRESSED:
        return TR_OP_CREATE;
    case TR_BINLOG_TYPE_DELETE_ROWS_V1:
    case TR_BINLOG_TYPE_DELETE_ROWS:
    case TR_BINLOG_TYPE_DELETE_ROWS_COMPRESSED_V1:
    case TR_BINLOG_TYPE_DELETE_ROWS_COMPRESSED:
        return TR_OP_DELETE;
    default:
        return TR_OP_UPDATE;
    }
}

static bool has_extra(unsigned type)
{
    return (type >= TR_BINLOG_TYPE_WRITE_ROWS && type <= TR_BINLOG_TYPE_DELETE_ROWS) ||
           type == TR_BINLOG_TYPE_PARTIAL_UPDATE_ROWS ||
           type >= TR_BINLOG_TYPE_WRITE_ROWS_COMPRESSED;
}

static bool is_compressed(unsigned type)
{
    return type >= TR_BINLOG_TYPE_WRITE_ROWS_COMPRESSED_V1;
}

/* What an unknown kind of extra data is followed by can't be known, and nobody needs it. */
static void read_extra(struct tr_cursor *body, struct tr_binlog_rows *rows)
{
    enum { NDB, PARTITION };
    size_t size = tr_cursor_le16(body);
    struct tr_cursor extra = tr_cursor_of(tr_cursor_slice(body, TR_MAX(size, 2) - 2));

    body->failed |= size < 2;
    while (!extra.failed && tr_cursor_left(&extra) > 0) {
        unsigned kind = tr_cursor_u8(&extra);
        if (kind > PARTITION)
            return;
        if (kind == NDB) {
            unsigned n = tr_cursor_u8(&extra);
            tr_cursor_take(&extra, TR_MAX(n, 1) - 1);
            continue;
        }
        rows->partition = tr_cursor_le16(&extra);
        if (rows->op == TR_OP_UPDATE)
            rows->old_partition = tr_cursor_le16(&extra);
    }
    body->failed |= extra.failed;
}

/* The cells that every row of the event lacks are marked once. */
static void choose_steps(struct tr_binlog_image *image, const struct tr_binlog_table *table,
                         const unsigned char *present, enum tr_cell_kind lacking)
{
    image->nsteps = 0;
    for (size_t i = 0; i < table->ncolumns; i++) {
        if (tr_binlog_bit_lsb(present, i))
            image->chosen[image->nsteps++] = table->steps[i];
        else
            image->cells[i] = (struct tr_cell){.kind = lacking, .bytes = {"", 0}};
    }
    image->steps = image->nsteps == table->ncolumns ? table->steps : image->chosen;
}

static void read_images(struct tr_binlog *binlog, struct tr_cursor *body,
                        const struct tr_binlog_table *table)
{
    struct tr_binlog_rows_state *rows = &binlog->rows;
    size_t size = (table->ncolumns + 7) / 8;
    const unsigned char *present = tr_cursor_take(body, size);

    rows->before.nsteps = rows->after.nsteps = 0;
    if (present && rows->op != TR_OP_CREATE)
        choose_steps(&rows->before, table, present, TR_CELL_ABSENT);
    if (rows->op == TR_OP_UPDATE)
        present = tr_cursor_take(body, size);
    if (present && rows->op != TR_OP_DELETE)
        choose_steps(&rows->after, table, present, TR_CELL_UNCHANGED);
}

static int read_rows(struct tr_binlog *binlog, struct tr_cursor *body,
                     struct tr_binlog_event *event, struct tr_diag *diag)
{
    struct tr_binlog_rows_state *rows = &binlog->rows;
    struct tr_slice bytes;

    rows->op = event->rows.op;
    rows->partial_json = event->rows.partial_json;
    read_images(binlog, body, event->rows.table);
    if (body->failed)
        return 0;
    if (!is_compressed(event->header.type))
        bytes = tr_cursor_slice(body, tr_cursor_left(body));
    else if (tr_binlog_inflate_event(binlog, body, &bytes, diag) < 0)
        return -1;
    rows->cursor = tr_cursor_of(bytes);
    bool no_bytes = rows->before.nsteps + rows->after.nsteps == 0 && !rows->partial_json;
    if (no_bytes && bytes.n > 0)
        return tr_binlog_wrong(diag, "has %zu bytes of rows without columns", bytes.n);
    rows->empty_row = no_bytes;
    event->rows.size = (uint32_t)bytes.n;
    rows->table = event->rows.table;
    return 0;
}

int tr_binlog_read_rows(struct tr_binlog *binlog, struct tr_cursor *body,
                        struct tr_binlog_event *event, struct tr_diag *diag)
{
    const uint64_t no_table = (UINT64_C(1) << 48) - 1, old_no_table = 0xffffff;
    unsigned type = event->header.type;
    struct tr_binlog_rows *rows = &event->rows;

    *rows = (struct tr_binlog_rows){.op = op_of(type), .partition = -1, .old_partition = -1};
    rows->partial_json = type == TR_BINLOG_TYPE_PARTIAL_UPDATE_ROWS;
    rows->table_id = tr_cursor_le(body, binlog->post_headers[type] == 6 ? 4 : 6);
    rows->ends_statement = tr_cursor_le16(body) & ENDS_STATEMENT;
    if (has_extra(type))
        read_extra(body, rows);
    uint64_t ncolumns = tr_binlog_packed(body);
    if (body->failed)
        return 0;
    rows->table = tr_binlog_find_table(binlog, rows->table_id);
    if (rows->ends_statement)
        binlog->tables.statement++;
    if (!rows->table && (rows->table_id == no_table || rows->table_id == old_no_table)) {
        body->p = body->end;
        return 0;
    }
    if (!rows->table)
        return tr_binlog_wrong(diag,
                               "has rows of the table with id %llu, and its statement has no "
                               "TABLE_MAP of that id: reading began inside of a statement, or "
                               "events are missing",
                               (unsigned long long)rows->table_id);
    if (ncolumns != rows->table->ncolumns)
        return tr_binlog_wrong(diag, "has rows of %llu columns, and table %.*s.%.*s has %zu",
                               (unsigned long long)ncolumns, (int)rows->table->schema.n,
                               rows->table->schema.p, (int)rows->table->name.n, rows->table->name.p,
                               rows->table->ncolumns);
    return read_rows(binlog, body, event, diag);
}

void tr_binlog_end_rows(struct tr_binlog *binlog)
{
    binlog->rows.table = NULL;
}

static uint32_t word_at(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Fewer than four bytes are left: as if zeros followed. */
static uint32_t last_word(const unsigned char *p, size_t left)
{
    uint32_t word = 0;

    for (size_t i = 0; i < left; i++)
        word |= (uint32_t)p[i] << 8 * i;
    return word;
}

/* The row path: no branch depends on a cell's type. */
static void slice_image(const struct tr_binlog_image *image, struct tr_cursor *cursor)
{
    const unsigned char *nulls = tr_cursor_take(cursor, (image->nsteps + 7) / 8);
    if (!nulls)
        return;
    const unsigned char *p = cursor->p, *end = cursor->end;

    for (size_t i = 0; i < image->nsteps; i++) {
        const struct tr_binlog_step *step = &image->steps[i];
        struct tr_cell *cell = &image->cells[step->column];
        if (tr_binlog_bit_lsb(nulls, i)) {
            *cell = (struct tr_cell){.kind = TR_CELL_NULL, .bytes = {"", 0}};
            continue;
        }
        size_t left = (size_t)(end - p);
        uint32_t number = TR_LIKELY(left >= 4) ? word_at(p) : last_word(p, left);
        uint64_t size = (uint64_t)step->size + (number & step->mask);
        if (TR_UNLIKELY(left < step->prefix + size)) {
            cursor->failed = true;
            return;
        }
        cell->kind = TR_CELL_VALUE;
        cell->bytes = (struct tr_slice){(const char *)p + step->prefix, (size_t)size};
        p += step->prefix + size;
    }
    cursor->p = p;
}

static int inflate_cells(struct tr_binlog *binlog, const struct tr_binlog_image *image,
                         struct tr_diag *diag)
{
    for (size_t i = 0; i < image->nsteps; i++) {
        struct tr_cell *cell = &image->cells[image->steps[i].column];
        if (image->steps[i].compressed && cell->kind == TR_CELL_VALUE &&
            tr_binlog_inflate_cell(binlog, &cell->bytes, diag) < 0)
            return -1;
    }
    return 0;
}

/* The bits of PARTIAL_UPDATE's columns; NULL: none, or cut off. */
static int read_options(struct tr_binlog_rows_state *rows, const unsigned char **ret_bits,
                        struct tr_diag *diag)
{
    uint64_t options = tr_binlog_packed(&rows->cursor);

    *ret_bits = NULL;
    if (options & ~(uint64_t)PARTIAL_JSON)
        return tr_binlog_wrong(diag, "has rows with the unknown options %llu",
                               (unsigned long long)options);
    if (options & PARTIAL_JSON)
        *ret_bits = tr_cursor_take(&rows->cursor, (rows->table->njson + 7) / 8);
    return 0;
}

static size_t find_diffs(const struct tr_binlog_rows_state *rows, const unsigned char *bits,
                         uint16_t *diffs)
{
    size_t ndiffs = 0, json = 0;

    for (size_t i = 0; bits && i < rows->table->ncolumns; i++) {
        if (rows->table->columns[i].type != TR_BINLOG_FIELD_JSON)
            continue;
        if (tr_binlog_bit_lsb(bits, json++) && rows->after.cells[i].kind == TR_CELL_VALUE)
            diffs[ndiffs++] = (uint16_t)i;
    }
    return ndiffs;
}

static int next_row(struct tr_binlog *binlog, struct tr_binlog_row *ret_row, struct tr_diag *diag)
{
    struct tr_binlog_rows_state *rows = &binlog->rows;
    const unsigned char *bits = NULL;

    *ret_row = (struct tr_binlog_row){.diffs = binlog->diffs};
    if (rows->op != TR_OP_CREATE) {
        slice_image(&rows->before, &rows->cursor);
        ret_row->before = rows->before.cells;
    }
    if (rows->partial_json && read_options(rows, &bits, diag) < 0)
        return -1;
    if (rows->op != TR_OP_DELETE) {
        slice_image(&rows->after, &rows->cursor);
        ret_row->after = rows->after.cells;
        ret_row->ndiffs = find_diffs(rows, bits, binlog->diffs);
    }
    if (rows->cursor.failed)
        return tr_binlog_wrong(diag, "has a row of table %.*s.%.*s that is cut off",
                               (int)rows->table->schema.n, rows->table->schema.p,
                               (int)rows->table->name.n, rows->table->name.p);
    if (!rows->table->compressed)
        return 0;
    tr_arena_reset(&binlog->cell_memory);
    return inflate_cells(binlog, &rows->before, diag) < 0 ||
                   inflate_cells(binlog, &rows->after, diag) < 0
               ? -1
               : 0;
}

int tr_binlog_next_row(struct tr_binlog *binlog, struct tr_binlog_row *ret_row,
                       struct tr_diag *diag)
{
    struct tr_binlog_rows_state *rows = &binlog->rows;

    if (!rows->table)
        return TR_BINLOG_END;
    if (tr_cursor_left(&rows->cursor) == 0 && !rows->empty_row) {
        tr_binlog_end_rows(binlog);
        return TR_BINLOG_END;
    }
    rows->empty_row = false;
    if (TR_UNLIKELY(next_row(binlog, ret_row, diag) < 0)) {
        tr_binlog_end_rows(binlog);
        return tr_binlog_locate(binlog, diag);
    }
    return 0;
}
