/*
 * A column's type and metadata, and from these how long its cells are:
 *
 *   type                              metadata                  cell
 *   TINY, YEAR                        -                         1 byte
 *   SHORT, INT24, LONG, LONGLONG      -                         2, 3, 4, 8 bytes
 *   FLOAT, DOUBLE                     size:u8                   size bytes
 *   NEWDECIMAL                        precision:u8 scale:u8     4 bytes per 9 digits, on either
 *                                                               side; 1 to 4 for what is left
 *   DATE, NEWDATE, TIME               -                         3 bytes
 *   TIMESTAMP, DATETIME               -                         4, 8 bytes
 *   TIME2, TIMESTAMP2, DATETIME2      digits:u8                 3, 4, 5 bytes, and 1 for 2 digits
 *   BIT                               bits:u8 bytes:u8          bytes, and one if there are bits
 *   VARCHAR, VAR_STRING               longest:u16               n:u8 or (longest > 255) n:u16, n
 *   STRING                            type:u8 size:u8           the same; or ENUM, SET: size bytes
 *   BLOB, JSON, GEOMETRY, VECTOR      size:u8                   n in size bytes, n
 *   TYPED_ARRAY                       type:u8, that type's      n:u32, n
 *   *_COMPRESSED                      as BLOB, VARCHAR          the same, see inflate.c
 *
 * A STRING longer than 255 bytes has two bits of its length in the type byte, inverted.
 */
#include "binlog/reader.h"

static struct tr_binlog_step fixed(unsigned size)
{
    return (struct tr_binlog_step){.size = size};
}

/* prefix is 1 to 4. */
static struct tr_binlog_step prefixed(unsigned prefix)
{
    return (struct tr_binlog_step){.prefix = (uint8_t)prefix,
                                   .mask = UINT32_MAX >> (32 - 8 * prefix)};
}

static int impossible(const struct tr_binlog_column *column, struct tr_diag *diag)
{
    return tr_binlog_wrong(diag, "has a column of type %u with the impossible metadata %u",
                           (unsigned)column->type, column->metadata);
}

static int read_fraction(struct tr_cursor *metadata, unsigned size, struct tr_binlog_column *column,
                         struct tr_binlog_step *step, struct tr_diag *diag)
{
    column->metadata = tr_cursor_u8(metadata);
    *step = fixed(size + (column->metadata + 1U) / 2);
    return column->metadata > 6 ? impossible(column, diag) : 0;
}

static int read_float(struct tr_cursor *metadata, unsigned size, struct tr_binlog_column *column,
                      struct tr_binlog_step *step, struct tr_diag *diag)
{
    column->metadata = tr_cursor_u8(metadata);
    *step = fixed(size);
    return column->metadata != size && !metadata->failed ? impossible(column, diag) : 0;
}

static int read_decimal(struct tr_cursor *metadata, struct tr_binlog_column *column,
                        struct tr_binlog_step *step, struct tr_diag *diag)
{
    static const unsigned char bytes[] = {0, 1, 1, 2, 2, 3, 3, 4, 4};
    unsigned precision = tr_cursor_u8(metadata), scale = tr_cursor_u8(metadata);

    column->metadata = (uint16_t)(precision << 8 | scale);
    if (precision == 0 || precision > 65 || scale > precision)
        return metadata->failed ? 0 : impossible(column, diag);
    unsigned whole = precision - scale;
    *step = fixed(whole / 9 * 4 + bytes[whole % 9] + scale / 9 * 4 + bytes[scale % 9]);
    return 0;
}

static int read_bit(struct tr_cursor *metadata, struct tr_binlog_column *column,
                    struct tr_binlog_step *step, struct tr_diag *diag)
{
    unsigned bits = tr_cursor_u8(metadata), bytes = tr_cursor_u8(metadata);

    column->metadata = (uint16_t)(bytes * 8 + bits);
    *step = fixed((column->metadata + 7U) / 8);
    return bits > 7 || column->metadata > 64 ? impossible(column, diag) : 0;
}

static int read_varchar(struct tr_cursor *metadata, struct tr_binlog_column *column,
                        struct tr_binlog_step *step, struct tr_diag *diag)
{
    (void)diag;
    column->metadata = tr_cursor_le16(metadata);
    *step = prefixed(column->metadata > 255 ? 2 : 1);
    return 0;
}

static int read_string(struct tr_cursor *metadata, struct tr_binlog_column *column,
                       struct tr_binlog_step *step, struct tr_diag *diag)
{
    unsigned type = tr_cursor_u8(metadata), size = tr_cursor_u8(metadata);

    column->metadata = (uint16_t)size;
    if (type == TR_BINLOG_FIELD_ENUM || type == TR_BINLOG_FIELD_SET) {
        column->type = (enum tr_binlog_field)type;
        *step = fixed(size);
        return size == 0 || size > 8 ? impossible(column, diag) : 0;
    }
    column->type = TR_BINLOG_FIELD_STRING;
    column->metadata = (uint16_t)(size | ((~type & 0x30) << 4));
    *step = prefixed(column->metadata > 255 ? 2 : 1);
    if ((type | 0x30) != TR_BINLOG_FIELD_STRING && !metadata->failed)
        return tr_binlog_wrong(diag, "has a column of type 254 that is really a %u", type);
    return 0;
}

static int read_blob(struct tr_cursor *metadata, struct tr_binlog_column *column,
                     struct tr_binlog_step *step, struct tr_diag *diag)
{
    column->metadata = tr_cursor_u8(metadata);
    if (column->metadata < 1 || column->metadata > 4)
        return metadata->failed ? 0 : impossible(column, diag);
    *step = prefixed(column->metadata);
    return 0;
}

/* An array's elements need no look here; what counts is where the metadata end. */
static int read_array(struct tr_cursor *metadata, struct tr_binlog_column *column,
                      struct tr_binlog_step *step, struct tr_diag *diag)
{
    struct tr_binlog_column element = {0};
    unsigned type = tr_cursor_u8(metadata);

    if (type == TR_BINLOG_FIELD_TYPED_ARRAY)
        return tr_binlog_wrong(diag, "has an array of arrays");
    if (type == TR_BINLOG_FIELD_VARCHAR)
        tr_cursor_le(metadata, 3);
    else if (tr_binlog_read_column(metadata, type, &element, step, diag) < 0)
        return -1;
    column->metadata = 4;
    *step = prefixed(4);
    return 0;
}

static int read_plain(unsigned type, struct tr_binlog_step *step, struct tr_diag *diag)
{
    static const unsigned char sizes[] = {
        [TR_BINLOG_FIELD_TINY] = 1,     [TR_BINLOG_FIELD_SHORT] = 2,
        [TR_BINLOG_FIELD_INT24] = 3,    [TR_BINLOG_FIELD_LONG] = 4,
        [TR_BINLOG_FIELD_LONGLONG] = 8, [TR_BINLOG_FIELD_YEAR] = 1,
        [TR_BINLOG_FIELD_DATE] = 3,     [TR_BINLOG_FIELD_NEWDATE] = 3,
        [TR_BINLOG_FIELD_TIME] = 3,     [TR_BINLOG_FIELD_TIMESTAMP] = 4,
        [TR_BINLOG_FIELD_DATETIME] = 8,
    };

    if (type != TR_BINLOG_FIELD_NULL && (type >= sizeof sizes || !sizes[type]))
        return tr_binlog_wrong(diag, "has a column of the unknown type %u", type);
    *step = fixed(type < sizeof sizes ? sizes[type] : 0);
    return 0;
}

int tr_binlog_read_column(struct tr_cursor *metadata, unsigned type,
                          struct tr_binlog_column *column, struct tr_binlog_step *step,
                          struct tr_diag *diag)
{
    int result;

    column->type = (enum tr_binlog_field)type;
    switch (column->type) {
    case TR_BINLOG_FIELD_FLOAT:
        return read_float(metadata, 4, column, step, diag);
    case TR_BINLOG_FIELD_DOUBLE:
        return read_float(metadata, 8, column, step, diag);
    case TR_BINLOG_FIELD_NEWDECIMAL:
        return read_decimal(metadata, column, step, diag);
    case TR_BINLOG_FIELD_TIME2:
        return read_fraction(metadata, 3, column, step, diag);
    case TR_BINLOG_FIELD_TIMESTAMP2:
        return read_fraction(metadata, 4, column, step, diag);
    case TR_BINLOG_FIELD_DATETIME2:
        return read_fraction(metadata, 5, column, step, diag);
    case TR_BINLOG_FIELD_BIT:
        return read_bit(metadata, column, step, diag);
    case TR_BINLOG_FIELD_VARCHAR:
    case TR_BINLOG_FIELD_VAR_STRING:
        return read_varchar(metadata, column, step, diag);
    case TR_BINLOG_FIELD_VARCHAR_COMPRESSED:
        result = read_varchar(metadata, column, step, diag);
        step->compressed = true;
        return result;
    case TR_BINLOG_FIELD_STRING:
    case TR_BINLOG_FIELD_ENUM:
    case TR_BINLOG_FIELD_SET:
        return read_string(metadata, column, step, diag);
    case TR_BINLOG_FIELD_TINY_BLOB:
    case TR_BINLOG_FIELD_MEDIUM_BLOB:
    case TR_BINLOG_FIELD_LONG_BLOB:
    case TR_BINLOG_FIELD_BLOB:
    case TR_BINLOG_FIELD_JSON:
    case TR_BINLOG_FIELD_GEOMETRY:
    case TR_BINLOG_FIELD_VECTOR:
        return read_blob(metadata, column, step, diag);
    case TR_BINLOG_FIELD_BLOB_COMPRESSED:
        result = read_blob(metadata, column, step, diag);
        step->compressed = true;
        return result;
    case TR_BINLOG_FIELD_TYPED_ARRAY:
        return read_array(metadata, column, step, diag);
    default:
        return read_plain(type, step, diag);
    }
}
