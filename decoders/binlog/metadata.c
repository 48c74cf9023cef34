/*
 * The optional blocks at the end of a TABLE_MAP, each  type:u8 n:packed byte*n :
 *
 *    1 SIGNEDNESS           a bit for each numeric column, 1: unsigned
 *    2 DEFAULT_CHARSET      collation:packed (index:packed collation:packed)*
 *    3 COLUMN_CHARSET       collation:packed for each character column
 *    4 COLUMN_NAME          n:packed byte*n for each column
 *    5 SET_STR_VALUE        count:packed (n:packed byte*n)*count for each SET
 *    6 ENUM_STR_VALUE       the same for each ENUM
 *    7 GEOMETRY_TYPE        type:packed for each GEOMETRY
 *    8 SIMPLE_PRIMARY_KEY   column:packed for each column of the key
 *    9 PRIMARY_KEY_WITH_PREFIX   column:packed prefix:packed for each column of the key
 *   10 ENUM_AND_SET_DEFAULT_CHARSET, 11 ENUM_AND_SET_COLUMN_CHARSET   as 2 and 3, of ENUM and SET
 *   12 COLUMN_VISIBILITY    a bit for each column, 1: visible
 *   13 VECTOR_DIMENSIONALITY   number:packed for each VECTOR
 *
 * An index counts only the columns that the block is about. Bitmaps begin with the highest bit.
 * Blocks are optional by definition, so an unknown one is passed over.
 */
#include "binlog/reader.h"

enum block {
    SIGNEDNESS = 1,
    DEFAULT_CHARSET,
    COLUMN_CHARSET,
    COLUMN_NAME,
    SET_STR_VALUE,
    ENUM_STR_VALUE,
    GEOMETRY_TYPE,
    SIMPLE_PRIMARY_KEY,
    PRIMARY_KEY_WITH_PREFIX,
    ENUM_AND_SET_DEFAULT_CHARSET,
    ENUM_AND_SET_COLUMN_CHARSET,
    COLUMN_VISIBILITY,
    VECTOR_DIMENSIONALITY,
};

/* Which columns a block is about. */
typedef bool concerns(const struct tr_binlog_column *column);

static bool is_numeric(const struct tr_binlog_column *column)
{
    switch (column->type) {
    case TR_BINLOG_FIELD_TINY:
    case TR_BINLOG_FIELD_SHORT:
    case TR_BINLOG_FIELD_INT24:
    case TR_BINLOG_FIELD_LONG:
    case TR_BINLOG_FIELD_LONGLONG:
    case TR_BINLOG_FIELD_FLOAT:
    case TR_BINLOG_FIELD_DOUBLE:
    case TR_BINLOG_FIELD_NEWDECIMAL:
    case TR_BINLOG_FIELD_YEAR:
        return true;
    default:
        return false;
    }
}

static bool is_character(const struct tr_binlog_column *column)
{
    switch (column->type) {
    case TR_BINLOG_FIELD_STRING:
    case TR_BINLOG_FIELD_VAR_STRING:
    case TR_BINLOG_FIELD_VARCHAR:
    case TR_BINLOG_FIELD_VARCHAR_COMPRESSED:
    case TR_BINLOG_FIELD_BLOB:
    case TR_BINLOG_FIELD_BLOB_COMPRESSED:
    case TR_BINLOG_FIELD_VECTOR:
        return true;
    default:
        return false;
    }
}

/* To MariaDB a GEOMETRY is a kind of BLOB. */
static bool is_character_to_mariadb(const struct tr_binlog_column *column)
{
    return is_character(column) || column->type == TR_BINLOG_FIELD_GEOMETRY;
}

static bool is_enum(const struct tr_binlog_column *column)
{
    return column->type == TR_BINLOG_FIELD_ENUM;
}

static bool is_set(const struct tr_binlog_column *column)
{
    return column->type == TR_BINLOG_FIELD_SET;
}

static bool is_enum_or_set(const struct tr_binlog_column *column)
{
    return is_enum(column) || is_set(column);
}

static bool is_geometry(const struct tr_binlog_column *column)
{
    return column->type == TR_BINLOG_FIELD_GEOMETRY;
}

static bool is_vector(const struct tr_binlog_column *column)
{
    return column->type == TR_BINLOG_FIELD_VECTOR;
}

struct columns {
    struct tr_binlog_column *columns;
    size_t ncolumns;
    concerns *character;
};

static size_t count_columns(const struct columns *of, concerns *concerned)
{
    size_t count = 0;

    for (size_t i = 0; i < of->ncolumns; i++)
        count += concerned(&of->columns[i]);
    return count;
}

static void read_signedness(struct tr_cursor *block, const struct columns *of)
{
    const unsigned char *bits = tr_cursor_take(block, (count_columns(of, is_numeric) + 7) / 8);
    size_t index = 0;

    for (size_t i = 0; bits && i < of->ncolumns; i++)
        if (is_numeric(&of->columns[i]))
            of->columns[i].is_unsigned = tr_binlog_bit_msb(bits, index++);
}

static void read_visibility(struct tr_cursor *block, const struct columns *of)
{
    const unsigned char *bits = tr_cursor_take(block, (of->ncolumns + 7) / 8);

    for (size_t i = 0; bits && i < of->ncolumns; i++)
        of->columns[i].visible = tr_binlog_bit_msb(bits, i);
}

/* One collation for all but those that follow in the order of their columns. */
static void read_default_charset(struct tr_cursor *block, const struct columns *of,
                                 concerns *concerned)
{
    uint16_t collation = (uint16_t)tr_binlog_packed(block);
    uint64_t index = 0, special = UINT64_MAX;

    if (tr_cursor_left(block) > 0)
        special = tr_binlog_packed(block);
    for (size_t i = 0; i < of->ncolumns; i++) {
        if (!concerned(&of->columns[i]))
            continue;
        of->columns[i].charset = collation;
        if (index++ != special)
            continue;
        of->columns[i].charset = (uint16_t)tr_binlog_packed(block);
        special = tr_cursor_left(block) > 0 ? tr_binlog_packed(block) : UINT64_MAX;
    }
    block->failed |= special != UINT64_MAX;
}

static void read_charsets(struct tr_cursor *block, const struct columns *of, concerns *concerned)
{
    for (size_t i = 0; i < of->ncolumns; i++)
        if (concerned(&of->columns[i]))
            of->columns[i].charset = (uint16_t)tr_binlog_packed(block);
}

static void read_names(struct tr_cursor *block, const struct columns *of)
{
    for (size_t i = 0; i < of->ncolumns; i++)
        of->columns[i].name = tr_cursor_slice(block, tr_binlog_packed(block));
}

static void read_members(struct tr_cursor *block, const struct columns *of, concerns *concerned)
{
    for (size_t i = 0; i < of->ncolumns; i++) {
        if (!concerned(&of->columns[i]))
            continue;
        uint64_t count = tr_binlog_packed(block);
        const char *start = (const char *)block->p;
        for (uint64_t j = 0; j < count && !block->failed; j++)
            tr_cursor_slice(block, tr_binlog_packed(block));
        if (block->failed)
            return;
        of->columns[i].nmembers = count;
        of->columns[i].members = (struct tr_slice){start, (size_t)((const char *)block->p - start)};
    }
}

struct tr_slice tr_binlog_member(struct tr_slice *members)
{
    struct tr_cursor cursor = tr_cursor_of(*members);
    struct tr_slice member = tr_cursor_slice(&cursor, tr_binlog_packed(&cursor));

    *members = (struct tr_slice){(const char *)cursor.p, tr_cursor_left(&cursor)};
    return member;
}

static void read_geometries(struct tr_cursor *block, const struct columns *of)
{
    for (size_t i = 0; i < of->ncolumns; i++)
        if (is_geometry(&of->columns[i]))
            of->columns[i].geometry = (uint32_t)tr_binlog_packed(block);
}

static void read_dimensions(struct tr_cursor *block, const struct columns *of)
{
    for (size_t i = 0; i < of->ncolumns; i++)
        if (is_vector(&of->columns[i]))
            of->columns[i].dimension = (uint32_t)tr_binlog_packed(block);
}

static void read_key(struct tr_cursor *block, struct tr_binlog_table *table,
                     struct tr_binlog_key *key, bool prefixes)
{
    table->nkey = 0;
    while (!block->failed && tr_cursor_left(block) > 0) {
        uint64_t column = tr_binlog_packed(block);
        uint64_t prefix = prefixes ? tr_binlog_packed(block) : 0;
        if (column >= table->ncolumns || table->nkey == table->ncolumns) {
            block->failed = true;
            return;
        }
        key[table->nkey++] = (struct tr_binlog_key){(uint16_t)column, (uint32_t)prefix};
    }
}

/* The bit of enum tr_binlog_stated; 0: an unknown block. */
static unsigned read_block(struct tr_cursor *block, unsigned type, const struct columns *of,
                           struct tr_binlog_table *table, struct tr_binlog_key *key)
{
    switch (type) {
    case SIGNEDNESS:
        return read_signedness(block, of), TR_BINLOG_STATED_SIGNEDNESS;
    case DEFAULT_CHARSET:
        return read_default_charset(block, of, of->character), TR_BINLOG_STATED_CHARSET;
    case COLUMN_CHARSET:
        return read_charsets(block, of, of->character), TR_BINLOG_STATED_CHARSET;
    case COLUMN_NAME:
        return read_names(block, of), TR_BINLOG_STATED_NAMES;
    case SET_STR_VALUE:
        return read_members(block, of, is_set), TR_BINLOG_STATED_SET;
    case ENUM_STR_VALUE:
        return read_members(block, of, is_enum), TR_BINLOG_STATED_ENUM;
    case GEOMETRY_TYPE:
        return read_geometries(block, of), TR_BINLOG_STATED_GEOMETRY;
    case SIMPLE_PRIMARY_KEY:
        return read_key(block, table, key, false), TR_BINLOG_STATED_KEY;
    case PRIMARY_KEY_WITH_PREFIX:
        return read_key(block, table, key, true), TR_BINLOG_STATED_KEY;
    case ENUM_AND_SET_DEFAULT_CHARSET:
        return read_default_charset(block, of, is_enum_or_set), TR_BINLOG_STATED_ENUM_SET_CHARSET;
    case ENUM_AND_SET_COLUMN_CHARSET:
        return read_charsets(block, of, is_enum_or_set), TR_BINLOG_STATED_ENUM_SET_CHARSET;
    case COLUMN_VISIBILITY:
        return read_visibility(block, of), TR_BINLOG_STATED_VISIBILITY;
    case VECTOR_DIMENSIONALITY:
        return read_dimensions(block, of), TR_BINLOG_STATED_VECTOR;
    default:
        return 0;
    }
}

int tr_binlog_read_metadata(const struct tr_binlog *binlog, struct tr_cursor *cursor,
                            struct tr_binlog_table *table, const struct tr_binlog_parts *parts,
                            struct tr_diag *diag)
{
    struct columns of = {parts->columns, table->ncolumns,
                         binlog->mariadb ? is_character_to_mariadb : is_character};

    while (!cursor->failed && tr_cursor_left(cursor) > 0) {
        unsigned type = tr_cursor_u8(cursor);
        struct tr_cursor block = tr_cursor_of(tr_cursor_slice(cursor, tr_binlog_packed(cursor)));
        unsigned stated = read_block(&block, type, &of, table, parts->key);
        table->stated |= stated;
        if (!cursor->failed && (block.failed || (stated && tr_cursor_left(&block) > 0)))
            return tr_binlog_wrong(diag,
                                   "has metadata of type %u that don't fit the columns of "
                                   "table %.*s.%.*s",
                                   type, (int)table->schema.n, table->schema.p, (int)table->name.n,
                                   table->name.p);
    }
    return 0;
}
