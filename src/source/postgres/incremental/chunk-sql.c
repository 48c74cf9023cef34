/* The statements that read a chunk. */
#include <string.h>

#include "source/postgres/incremental/impl.h"

/* Operators are looked up in pg_catalog only. For a type of an extension there are none, or those
 * of another type with another order: such a column is read in the order of its text, which is one,
 * though no index has it. */
static bool as_text(const struct tr_pg_chunk_reader *reader, size_t i)
{
    const struct tr_pg_type *type = reader->version->table.columns[reader->along[i]].type;

    while (type->base)
        type = type->base;
    return type->kind == 'b' && !type->element && strcmp(type->schema, "pg_catalog") != 0;
}

static void put_column(struct tr_pg_chunk_reader *reader, size_t i)
{
    bool text = as_text(reader, i);

    tr_buf_text(&reader->sql, text ? "(" : "");
    tr_pg_quote(&reader->sql, reader->version->table.columns[reader->along[i]].name);
    tr_buf_text(&reader->sql, text ? "::text COLLATE \"C\")" : "");
}

static void put_along(struct tr_pg_chunk_reader *reader, const char *behind)
{
    for (size_t i = 0; i < reader->nalong; i++) {
        tr_buf_text(&reader->sql, i ? ", " : "");
        put_column(reader, i);
        tr_buf_text(&reader->sql, behind);
    }
}

/* ('…', '…'): literals without a type take the column's. */
static void put_key(struct tr_pg_chunk_reader *reader, struct tr_key_text key)
{
    tr_buf_text(&reader->sql, "(");
    for (size_t i = 0; i < key.count; i++) {
        tr_buf_text(&reader->sql, i ? ", " : "");
        tr_pg_quote_literal(&reader->sql, key.parts[i]);
    }
    tr_buf_text(&reader->sql, ")");
}

static void put_bound(struct tr_pg_chunk_reader *reader, const char *operator,
                      struct tr_key_text key)
{
    if (!key.count)
        return;
    tr_buf_text(&reader->sql, " AND (");
    put_along(reader, "");
    tr_buf_printf(&reader->sql, ") %s ", operator);
    put_key(reader, key);
}

static void put_keys(struct tr_pg_chunk_reader *reader, const struct tr_chunk_range *range)
{
    tr_buf_text(&reader->sql, " AND (");
    put_along(reader, "");
    tr_buf_text(&reader->sql, ") IN (");
    for (size_t i = 0; i < range->nkeys; i++) {
        tr_buf_text(&reader->sql, i ? ", " : "");
        put_key(reader, range->keys[i]);
    }
    tr_buf_text(&reader->sql, ")");
}

/* ONLY: the stream names inheritance children by themselves. A partitioned table has its rows in
 * its partitions. */
static void put_from(struct tr_pg_chunk_reader *reader, const struct tr_chunk_range *range)
{
    const struct tr_pg_published *table = reader->published;

    tr_buf_text(&reader->sql, table->kind == 'p' ? " FROM " : " FROM ONLY ");
    tr_pg_quote_table(&reader->sql, table->schema, table->name);
    tr_buf_text(&reader->sql, " WHERE true");
    if (table->filter)
        tr_buf_printf(&reader->sql, " AND (%s)", table->filter);
    if (range->condition)
        tr_buf_printf(&reader->sql, " AND (%s)", range->condition);
}

void tr_pg_chunk_maximum(struct tr_pg_chunk_reader *reader, const struct tr_chunk_range *range)
{
    tr_buf_reset(&reader->sql);
    tr_buf_text(&reader->sql, "SELECT ");
    for (size_t i = 0; i < reader->nalong; i++) {
        tr_buf_text(&reader->sql, i ? ", " : "");
        tr_pg_quote(&reader->sql, reader->version->table.columns[reader->along[i]].name);
    }
    put_from(reader, range);
    tr_buf_text(&reader->sql, " ORDER BY ");
    /* a null is first, and there must not be one */
    put_along(reader, " DESC NULLS FIRST");
    tr_buf_text(&reader->sql, " LIMIT 1");
}

void tr_pg_chunk_select(struct tr_pg_chunk_reader *reader, const struct tr_chunk_range *range,
                        struct tr_key_text maximum)
{
    const struct tr_table *table = &reader->version->table;

    tr_buf_reset(&reader->sql);
    tr_buf_text(&reader->sql, "SELECT ");
    for (size_t i = 0; i < table->ncolumns; i++) {
        tr_buf_text(&reader->sql, i ? ", " : "");
        tr_pg_quote(&reader->sql, table->columns[i].name);
    }
    put_from(reader, range);
    if (range->nkeys) {
        put_keys(reader, range);
    } else {
        put_bound(reader, ">", range->after);
        put_bound(reader, "<=", maximum);
    }
    tr_buf_text(&reader->sql, " ORDER BY ");
    put_along(reader, "");
    /* ties: a surrogate key need not be unique, and the next chunk begins behind the last key */
    if (!range->nkeys)
        tr_buf_printf(&reader->sql, " FETCH FIRST %" PRId64 " ROWS WITH TIES", range->limit);
}
