#include "source/mysql/walk.h"

#include <inttypes.h>

#include "source/mysql/query.h"

/* How a column is asked for as text, compared and ordered. */
enum form {
    FORM_NUMBER,  /* k, written as it is */
    FORM_ORDINAL, /* k+0: ENUM, SET and BIT are ordered by their number */
    FORM_BYTES,   /* hexadecimal digits */
    FORM_TEXT,    /* as utf8mb4; the server compares in the column's collation */
    FORM_QUOTED,
    FORM_NONE, /* the text isn't the value */
};

static enum form form_of(const struct tr_mysql_type *type)
{
    switch (type->kind) {
    case TR_MYSQL_TINYINT:
    case TR_MYSQL_SMALLINT:
    case TR_MYSQL_MEDIUMINT:
    case TR_MYSQL_INT:
    case TR_MYSQL_BIGINT:
    case TR_MYSQL_DECIMAL:
    case TR_MYSQL_YEAR:
        return FORM_NUMBER;
    case TR_MYSQL_BIT:
    case TR_MYSQL_ENUM:
    case TR_MYSQL_SET:
        return FORM_ORDINAL;
    case TR_MYSQL_BINARY:
    case TR_MYSQL_VARBINARY:
    case TR_MYSQL_BLOB:
        return FORM_BYTES;
    case TR_MYSQL_CHAR:
    case TR_MYSQL_VARCHAR:
    case TR_MYSQL_TEXT:
        return type->charset ? FORM_TEXT : FORM_BYTES;
    case TR_MYSQL_DATE:
    case TR_MYSQL_TIME:
    case TR_MYSQL_DATETIME:
    case TR_MYSQL_TIMESTAMP:
    case TR_MYSQL_UUID:
    case TR_MYSQL_INET4:
    case TR_MYSQL_INET6:
        return FORM_QUOTED;
    default:
        return FORM_NONE;
    }
}

static const struct tr_column *column_of(const struct tr_mysql_walk *walk, size_t i)
{
    return &walk->table->columns[walk->columns[i]];
}

static int find_surrogate(struct tr_mysql_walk *walk)
{
    for (size_t i = 0; i < walk->table->ncolumns; i++)
        if (strcmp(walk->table->columns[i].name, walk->range->surrogate) == 0) {
            walk->columns[walk->count++] = (unsigned)i;
            return 0;
        }
    return TR_CHUNK_NO_KEY;
}

static int find_key(struct tr_mysql_walk *walk)
{
    const struct tr_table *table = walk->table;

    if (table->nkey == 0 || table->nkey > TR_COUNT(walk->columns))
        return TR_CHUNK_NO_KEY;
    for (size_t i = 0; i < table->nkey; i++)
        walk->columns[walk->count++] = table->key[i];
    return 0;
}

int tr_mysql_walk_init(struct tr_mysql_walk *walk, const struct tr_table *table,
                       const struct tr_chunk_range *range, struct tr_diag *diag)
{
    *walk = (struct tr_mysql_walk){.table = table, .range = range};
    int rc = range->surrogate ? find_surrogate(walk) : find_key(walk);

    for (size_t i = 0; !rc && i < walk->count; i++) {
        if (form_of(column_of(walk, i)->type) != FORM_NONE)
            continue;
        (void)tr_fail(diag, TR_SCHEMA, TR_STOP,
                      "table %s can't be read along its column %s, whose text is not exact: name "
                      "another one as surrogate-key",
                      range->table, column_of(walk, i)->name);
        rc = TR_CHUNK_REFUSED;
    }
    /* a key of another shape: the table was altered since it was stored */
    if (!rc && ((range->after.count && range->after.count != walk->count) ||
                (range->maximum.count && range->maximum.count != walk->count))) {
        (void)tr_fail(diag, TR_SCHEMA, TR_STOP, "the key of table %s has changed meanwhile",
                      range->table);
        rc = TR_CHUNK_REFUSED;
    }
    return rc;
}

static void put_name(const struct tr_mysql_walk *walk, size_t i, struct tr_buf *sql)
{
    tr_mysql_quote(sql, column_of(walk, i)->name);
    if (form_of(column_of(walk, i)->type) == FORM_ORDINAL)
        tr_buf_text(sql, "+0");
}

void tr_mysql_walk_texts(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    for (size_t i = 0; i < walk->count; i++) {
        enum form form = form_of(column_of(walk, i)->type);
        tr_buf_text(sql, i ? ", " : "");
        tr_buf_text(sql, form == FORM_TEXT    ? "CONVERT("
                         : form == FORM_BYTES ? "CONCAT('0x', HEX("
                                              : "CAST(");
        put_name(walk, i, sql);
        tr_buf_text(sql, form == FORM_TEXT    ? " USING utf8mb4)"
                         : form == FORM_BYTES ? "))"
                                              : " AS CHAR)");
    }
}

static void put_literal(const struct tr_mysql_walk *walk, size_t i, const char *text,
                        struct tr_buf *sql)
{
    switch (form_of(column_of(walk, i)->type)) {
    case FORM_NUMBER:
    case FORM_ORDINAL:
        /* as the server wrote it; whatever else it may be is no SQL */
        tr_buf_put(sql, text, strspn(text, "+-.0123456789eE"));
        break;
    case FORM_BYTES:
        tr_buf_text(sql, "X'");
        if (strncmp(text, "0x", 2) == 0)
            tr_buf_put(sql, text + 2, strspn(text + 2, "0123456789ABCDEFabcdef"));
        tr_buf_text(sql, "'");
        break;
    default:
        tr_mysql_quote_literal(sql, text);
        break;
    }
}

static void put_compared(const struct tr_mysql_walk *walk, size_t i, const char *operator,
                         const struct tr_key_text * key, struct tr_buf *sql)
{
    put_name(walk, i, sql);
    tr_buf_printf(sql, " %s ", operator);
    put_literal(walk, i, key->parts[i], sql);
}

/* (k1, k2) > (b1, b2) or <= them, written out, because the servers find no range in a comparison of
 * rows: k1 >= b1 AND (k1 > b1 OR (k1 = b1 AND k2 > b2)). */
static void put_bound(const struct tr_mysql_walk *walk, bool above, const struct tr_key_text *key,
                      struct tr_buf *sql)
{
    for (size_t i = 0; i + 1 < walk->count; i++) {
        put_compared(walk, i, above ? ">=" : "<=", key, sql);
        tr_buf_text(sql, " AND (");
        put_compared(walk, i, above ? ">" : "<", key, sql);
        tr_buf_text(sql, " OR (");
        put_compared(walk, i, "=", key, sql);
        tr_buf_text(sql, " AND ");
    }
    put_compared(walk, walk->count - 1, above ? ">" : "<=", key, sql);
    for (size_t i = 0; i + 1 < walk->count; i++)
        tr_buf_text(sql, "))");
}

static void put_keys(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    for (size_t k = 0; k < walk->range->nkeys; k++) {
        tr_buf_text(sql, k ? " OR (" : "(");
        for (size_t i = 0; i < walk->count && i < walk->range->keys[k].count; i++) {
            tr_buf_text(sql, i ? " AND " : "");
            put_compared(walk, i, "=", &walk->range->keys[k], sql);
        }
        tr_buf_text(sql, ")");
    }
}

/* " WHERE " once, then " AND ". */
static void put_and(bool *begun, struct tr_buf *sql)
{
    tr_buf_text(sql, *begun ? " AND (" : " WHERE (");
    *begun = true;
}

static void put_range(const struct tr_mysql_walk *walk, struct tr_buf *sql, bool *begun)
{
    const struct tr_chunk_range *range = walk->range;

    if (range->nkeys) {
        put_and(begun, sql);
        put_keys(walk, sql);
        tr_buf_text(sql, ")");
        return;
    }
    if (range->after.count) {
        put_and(begun, sql);
        put_bound(walk, true, &range->after, sql);
        tr_buf_text(sql, ")");
    }
    if (range->maximum.count) {
        put_and(begun, sql);
        put_bound(walk, false, &range->maximum, sql);
        tr_buf_text(sql, ")");
    }
}

static void put_from(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    tr_buf_text(sql, " FROM ");
    tr_mysql_quote_table(sql, walk->table->schema, walk->table->name);
}

static void put_condition(const struct tr_mysql_walk *walk, struct tr_buf *sql, bool *begun)
{
    if (!walk->range->condition)
        return;
    put_and(begun, sql);
    tr_buf_printf(sql, "%s)", walk->range->condition);
}

static void put_order(const struct tr_mysql_walk *walk, const char *behind, struct tr_buf *sql)
{
    tr_buf_text(sql, " ORDER BY ");
    for (size_t i = 0; i < walk->count; i++) {
        tr_buf_text(sql, i ? ", " : "");
        put_name(walk, i, sql);
        tr_buf_text(sql, behind);
    }
}

static void put_rows(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    bool begun = false;

    put_from(walk, sql);
    put_range(walk, sql, &begun);
    if (walk->until.count) {
        put_and(&begun, sql);
        put_bound(walk, false, &walk->until, sql);
        tr_buf_text(sql, ")");
    }
    put_condition(walk, sql, &begun);
    put_order(walk, "", sql);
}

void tr_mysql_walk_last(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    bool begun = false;

    put_from(walk, sql);
    put_condition(walk, sql, &begun);
    put_order(walk, " DESC", sql);
    tr_buf_text(sql, " LIMIT 1");
}

void tr_mysql_walk_until(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    put_rows(walk, sql);
    tr_buf_printf(sql, " LIMIT %" PRId64 ", 1", walk->range->limit - 1);
}

void tr_mysql_walk_rows(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    put_rows(walk, sql);
    if (!walk->range->surrogate && !walk->range->nkeys)
        tr_buf_printf(sql, " LIMIT %" PRId64, walk->range->limit);
}

void tr_mysql_walk_all(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    bool begun = false;

    put_from(walk, sql);
    put_range(walk, sql, &begun);
}

void tr_mysql_walk_next(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    bool begun = false;

    put_from(walk, sql);
    tr_buf_text(sql, " FORCE INDEX (PRIMARY)");
    put_range(walk, sql, &begun);
    put_order(walk, "", sql);
    tr_buf_printf(sql, " LIMIT %" PRId64 ", 2", walk->range->limit - 1);
}

void tr_mysql_walk_null(const struct tr_mysql_walk *walk, struct tr_buf *sql)
{
    bool begun = false;

    tr_buf_text(sql, "SELECT 1");
    put_from(walk, sql);
    put_condition(walk, sql, &begun);
    put_and(&begun, sql);
    tr_mysql_quote(sql, column_of(walk, 0)->name);
    tr_buf_text(sql, " IS NULL) LIMIT 1");
}
