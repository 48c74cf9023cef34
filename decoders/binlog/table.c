/*
 * A table's form, in front of every statement's rows (numbers are little-endian):
 *
 *   TABLE_MAP = id:u48 flags:u16 n:u8 schema:byte*n 0 n:u8 name:byte*n 0
 *               n:packed type:u8*n                       one for each column
 *               m:packed metadata:byte*m                 column.c
 *               nullable:bit*n                           from the lowest bit
 *               optional*                                metadata.c
 *
 * The same table comes again and again with the same bytes, and a comparison is all that costs.
 */
#include "binlog/reader.h"

#include <stdlib.h>

/* Tables that are remembered beyond their statement. */
#define MAX_TABLES 4096
#define MAX_BYTES  ((size_t)64 << 20)

/* A statement names each table once; joins stop at 61, but triggers add theirs. */
#define MAX_STATEMENT_BYTES ((size_t)256 << 20)

struct fields {
    uint64_t id;
    struct tr_slice schema, name, types, metadata, nullable, optional;
};

static struct tr_binlog_table **bucket_of(struct tr_binlog *binlog, uint64_t id)
{
    return &binlog->tables.buckets[id % TR_BINLOG_BUCKETS];
}

static struct tr_binlog_table **find(struct tr_binlog *binlog, uint64_t id)
{
    struct tr_binlog_table **place = bucket_of(binlog, id);

    while (*place && (*place)->id != id)
        place = &(*place)->next;
    return place;
}

static size_t size_of(const struct tr_binlog_table *table)
{
    return sizeof *table + table->bytes.n +
           table->ncolumns * (sizeof *table->columns + sizeof *table->steps + sizeof *table->key);
}

static void forget(struct tr_binlog *binlog, struct tr_binlog_table **place)
{
    struct tr_binlog_table *table = *place;

    *place = table->next;
    binlog->tables.count--;
    binlog->tables.size -= size_of(table);
    if (table->user && binlog->params.forget)
        binlog->params.forget(binlog->params.context, table->user);
    free(table);
}

/* All but those of the statement `spared`. */
static void forget_but(struct tr_binlog *binlog, uint64_t spared)
{
    for (size_t i = 0; i < TR_BINLOG_BUCKETS; i++) {
        struct tr_binlog_table **place = &binlog->tables.buckets[i];
        while (*place) {
            if ((*place)->statement == spared)
                place = &(*place)->next;
            else
                forget(binlog, place);
        }
    }
}

void tr_binlog_forget_tables(struct tr_binlog *binlog)
{
    tr_binlog_end_rows(binlog);
    forget_but(binlog, UINT64_MAX);
}

struct tr_binlog_table *tr_binlog_find_table(struct tr_binlog *binlog, uint64_t id)
{
    struct tr_binlog_table *table = *find(binlog, id);

    return table && table->statement == binlog->tables.statement ? table : NULL;
}

static int read_fields(const struct tr_binlog *binlog, struct tr_cursor *body,
                       struct fields *ret_fields, struct tr_diag *diag)
{
    bool short_id = binlog->post_headers[TR_BINLOG_TYPE_TABLE_MAP] == 6;

    ret_fields->id = tr_cursor_le(body, short_id ? 4 : 6);
    tr_cursor_le16(body); /* flags: nothing that a reader needs */
    ret_fields->schema = tr_cursor_slice(body, tr_cursor_u8(body));
    tr_cursor_u8(body);
    ret_fields->name = tr_cursor_slice(body, tr_cursor_u8(body));
    tr_cursor_u8(body);
    uint64_t ncolumns = tr_binlog_packed(body);
    if (ncolumns > TR_BINLOG_MAX_COLUMNS)
        return tr_binlog_wrong(diag, "has a table of %llu columns, and %d is the servers' limit",
                               (unsigned long long)ncolumns, TR_BINLOG_MAX_COLUMNS);
    ret_fields->types = tr_cursor_slice(body, ncolumns);
    ret_fields->metadata = tr_cursor_slice(body, tr_binlog_packed(body));
    ret_fields->nullable = tr_cursor_slice(body, (ncolumns + 7) / 8);
    ret_fields->optional = tr_cursor_slice(body, tr_cursor_left(body));
    return 0;
}

/* One block: the table, its columns, their steps, the key, and last the bytes that all slices
 * point into. */
static struct tr_binlog_table *new_table(struct tr_slice bytes, size_t ncolumns,
                                         struct tr_binlog_parts *ret_parts)
{
    struct tr_binlog_table shape = {.ncolumns = ncolumns, .bytes = bytes};
    struct tr_binlog_table *table = calloc(1, size_of(&shape));

    if (!table)
        return NULL;
    ret_parts->columns = (struct tr_binlog_column *)(table + 1);
    ret_parts->steps = (struct tr_binlog_step *)(ret_parts->columns + ncolumns);
    ret_parts->key = (struct tr_binlog_key *)(ret_parts->steps + ncolumns);
    char *copy = (char *)(ret_parts->key + ncolumns);
    memcpy(copy, bytes.p, bytes.n);
    table->columns = ret_parts->columns;
    table->steps = ret_parts->steps;
    table->key = ret_parts->key;
    table->ncolumns = ncolumns;
    table->bytes = (struct tr_slice){copy, bytes.n};
    return table;
}

static int compile_columns(const struct fields *fields, const struct tr_binlog_parts *parts,
                           struct tr_diag *diag)
{
    struct tr_cursor metadata = tr_cursor_of(fields->metadata);

    for (size_t i = 0; i < fields->types.n; i++) {
        struct tr_binlog_column *column = &parts->columns[i];
        column->name = column->members = (struct tr_slice){"", 0};
        column->visible = true;
        column->nullable = tr_binlog_bit_lsb((const unsigned char *)fields->nullable.p, i);
        if (tr_binlog_read_column(&metadata, (unsigned char)fields->types.p[i], column,
                                  &parts->steps[i], diag) < 0)
            return -1;
        parts->steps[i].column = (uint16_t)i;
    }
    if (metadata.failed || tr_cursor_left(&metadata) > 0)
        return tr_binlog_wrong(diag, "has metadata that don't fit the types of table %.*s.%.*s",
                               (int)fields->schema.n, fields->schema.p, (int)fields->name.n,
                               fields->name.p);
    return 0;
}

static int fill_table(const struct tr_binlog *binlog, struct tr_binlog_table *table,
                      const struct tr_binlog_parts *parts, struct tr_diag *diag)
{
    struct tr_cursor body = tr_cursor_of(table->bytes);
    struct fields fields;

    if (read_fields(binlog, &body, &fields, diag) < 0)
        return -1;
    table->id = fields.id;
    table->schema = fields.schema;
    table->name = fields.name;
    struct tr_cursor optional = tr_cursor_of(fields.optional);
    if (compile_columns(&fields, parts, diag) < 0 ||
        tr_binlog_read_metadata(binlog, &optional, table, parts, diag) < 0)
        return -1;
    if (optional.failed)
        return tr_binlog_wrong(diag, "is cut off in its optional metadata");
    for (size_t i = 0; i < table->ncolumns; i++) {
        table->compressed |= parts->steps[i].compressed;
        table->njson += parts->columns[i].type == TR_BINLOG_FIELD_JSON;
    }
    return 0;
}

static int remember(struct tr_binlog *binlog, struct tr_binlog_table *table, struct tr_diag *diag)
{
    struct tr_binlog_tables *tables = &binlog->tables;
    struct tr_binlog_table **place = find(binlog, table->id);

    if (*place)
        forget(binlog, place);
    if (tables->count >= MAX_TABLES || tables->size + size_of(table) > MAX_BYTES)
        forget_but(binlog, tables->statement);
    if (tables->size + size_of(table) > MAX_STATEMENT_BYTES)
        return tr_binlog_wrong(diag, "is of a statement whose tables take more than %zu bytes",
                               MAX_STATEMENT_BYTES);
    table->serial = ++tables->serial;
    table->next = *bucket_of(binlog, table->id);
    *bucket_of(binlog, table->id) = table;
    tables->count++;
    tables->size += size_of(table);
    return 0;
}

int tr_binlog_read_table(struct tr_binlog *binlog, struct tr_cursor *body,
                         struct tr_binlog_event *event, struct tr_diag *diag)
{
    struct tr_slice bytes = {(const char *)body->p, tr_cursor_left(body)};
    struct fields fields;

    if (read_fields(binlog, body, &fields, diag) < 0)
        return -1;
    if (body->failed)
        return 0;
    struct tr_binlog_table *table = *find(binlog, fields.id);
    if (!table || !tr_slice_equal(table->bytes, bytes)) {
        struct tr_binlog_parts parts;
        table = new_table(bytes, fields.types.n, &parts);
        if (!table)
            return tr_fail_memory(diag);
        if (fill_table(binlog, table, &parts, diag) < 0 || remember(binlog, table, diag) < 0) {
            free(table);
            return -1;
        }
    }
    table->statement = binlog->tables.statement;
    event->table = table;
    return 0;
}
