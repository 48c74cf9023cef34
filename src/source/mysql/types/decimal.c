/*
 * DECIMAL: Connect's Decimal, or double or string.
 *
 * A cell: the digits before the point and those behind it, each in groups of nine that take four
 * big-endian bytes; the odd group (the first before the point, the last behind it) takes as many as
 * its digits need. The first bit is inverted, and in a negative number all bits are.
 */
#include "record/decimal.h"

#include "record/number.h"
#include "source/mysql/types/impl.h"

#define GROUP         9 /* digits of four bytes */
#define MAX_PRECISION 65
#define MAX_CELL      32
#define SMALL         18 /* digits that 64 bits hold */

/* Bytes of an odd group by its digits. */
static const unsigned char odd_size[GROUP] = {0, 1, 1, 2, 2, 3, 3, 4, 4};

static size_t part_size(unsigned digits)
{
    return digits / GROUP * 4 + odd_size[digits % GROUP];
}

static unsigned precision_of(const struct tr_mysql_type *type)
{
    return type->metadata >> 8;
}

static unsigned scale_of(const struct tr_mysql_type *type)
{
    return type->metadata & 0xff;
}

/* ---- from a cell ----------------------------------------------------------------------------- */

/* One group; what doesn't fit into its digits is cut, as the server does. */
static char *put_group(char *out, const unsigned char *p, size_t size, unsigned digits)
{
    uint32_t number = 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | p[i];
    for (unsigned i = digits; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + digits;
}

/* Digits of a part; odd_first: before the point. */
static char *put_part(char *out, const unsigned char **p, unsigned digits, bool odd_first)
{
    unsigned odd = digits % GROUP;

    if (odd && odd_first) {
        out = put_group(out, *p, odd_size[odd], odd);
        *p += odd_size[odd];
    }
    for (unsigned i = digits / GROUP; i > 0; i--, *p += 4)
        out = put_group(out, *p, 4, GROUP);
    if (odd && !odd_first) {
        out = put_group(out, *p, odd_size[odd], odd);
        *p += odd_size[odd];
    }
    return out;
}

int tr_mysql_decimal_print(struct tr_slice cell, unsigned precision, unsigned scale, char *room,
                           struct tr_slice *ret_text)
{
    unsigned char bytes[MAX_CELL];
    const unsigned char *p = bytes;
    char *out = room;

    if (precision == 0 || precision > MAX_PRECISION || scale > precision ||
        cell.n != part_size(precision - scale) + part_size(scale))
        return -1;
    bool negative = !((unsigned char)cell.p[0] & 0x80);
    for (size_t i = 0; i < cell.n; i++)
        bytes[i] = (unsigned char)(cell.p[i] ^ (negative ? 0xff : 0));
    bytes[0] ^= 0x80;
    *out++ = '-';
    char *digits = out;
    out = put_part(out, &p, precision - scale, true);
    while (digits < out - 1 && *digits == '0')
        digits++;
    if (digits == out)
        *out++ = '0';
    if (scale) {
        *out++ = '.';
        out = put_part(out, &p, scale, false);
    }
    if (negative)
        *--digits = '-';
    *ret_text = (struct tr_slice){digits, (size_t)(out - digits)};
    return 0;
}

static int print(const struct tr_plan_column *column, struct tr_slice cell, char *room,
                 struct tr_slice *ret_text, struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;

    if (tr_mysql_decimal_print(cell, precision_of(state->type), scale_of(state->type), room,
                               ret_text) < 0)
        return tr_mysql_bad_cell(diag, "DECIMAL", cell);
    return 0;
}

/* A part as a number, added behind the digits of *sum. */
static const unsigned char *add_part(const unsigned char *p, unsigned digits, bool odd_first,
                                     uint64_t *sum)
{
    static const uint64_t powers[] = {1,      10,      100,      1000,      10000,
                                      100000, 1000000, 10000000, 100000000, 1000000000};
    unsigned odd = digits % GROUP, groups = digits / GROUP;

    for (unsigned i = 0; i < groups + (odd > 0); i++) {
        bool is_odd = odd && (odd_first ? i == 0 : i == groups);
        size_t size = is_odd ? odd_size[odd] : 4;
        *sum = *sum * powers[is_odd ? odd : GROUP] + tr_mysql_be((const char *)p, size);
        p += size;
    }
    return p;
}

/* Up to 18 digits: without the text between. >0: not done. */
static int convert_small(const struct tr_mysql_type *type, struct tr_slice cell,
                         struct tr_arena *scratch, struct tr_slice *ret_bytes)
{
    unsigned precision = precision_of(type), scale = scale_of(type);
    unsigned char bytes[2 * SMALL];
    uint64_t sum = 0;

    if (precision > SMALL || scale > precision || cell.n == 0 ||
        cell.n != part_size(precision - scale) + part_size(scale))
        return 1;
    unsigned char flip = (unsigned char)cell.p[0] & 0x80 ? 0 : 0xff;
    for (size_t i = 0; i < cell.n; i++)
        bytes[i] = (unsigned char)cell.p[i] ^ flip;
    bytes[0] ^= 0x80;
    add_part(add_part(bytes, precision - scale, true, &sum), scale, false, &sum);
    if (sum >= UINT64_C(1000000000000000000))
        return 1;
    return tr_decimal_small(flip ? -(int64_t)sum : (int64_t)sum, scratch, ret_bytes);
}

static int convert_decimal(const struct tr_plan_column *column, struct tr_slice bytes,
                           struct tr_arena *scratch, struct tr_value *ret_value,
                           struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;
    char room[TR_MYSQL_DECIMAL_TEXT];
    struct tr_slice text;
    struct tr_decimal decimal;

    ret_value->kind = TR_BYTES;
    int rc = convert_small(state->type, bytes, scratch, &ret_value->bytes);
    if (rc <= 0)
        return rc < 0 ? tr_fail_memory(diag) : 0;
    if (print(column, bytes, room, &text, diag) < 0)
        return -1;
    if (tr_decimal_split(text, &decimal) < 0)
        return tr_mysql_bad_cell(diag, "DECIMAL", bytes);
    if (tr_decimal_unscaled(&decimal, 0, scratch, &ret_value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

static int convert_string(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    char *room = tr_arena_alloc(scratch, TR_MYSQL_DECIMAL_TEXT);

    if (!room)
        return tr_fail_memory(diag);
    ret_value->kind = TR_TEXT;
    return print(column, bytes, room, &ret_value->bytes, diag);
}

static int convert_double(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    char room[TR_MYSQL_DECIMAL_TEXT];
    struct tr_slice text;

    if (print(column, bytes, room, &text, diag) < 0)
        return -1;
    ret_value->kind = TR_DOUBLE;
    if (tr_number_parse_double(text, scratch, &ret_value->float64) < 0)
        return tr_fail_memory(diag);
    return 0;
}

/* ---- to a cell ------------------------------------------------------------------------------- */

static void put_bytes(unsigned char *p, size_t size, const char *digits, unsigned n)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < n; i++)
        number = number * 10 + (uint32_t)(digits[i] - '0');
    for (size_t i = size; i-- > 0; number >>= 8)
        p[i] = (unsigned char)number;
}

/* The digits of a part, as many as it has, at p; returns the end. */
static unsigned char *pack_part(unsigned char *p, const char *digits, unsigned n, bool odd_first)
{
    unsigned odd = n % GROUP;

    if (odd && odd_first) {
        put_bytes(p, odd_size[odd], digits, odd);
        p += odd_size[odd], digits += odd;
    }
    for (unsigned i = n / GROUP; i > 0; i--, p += 4, digits += GROUP)
        put_bytes(p, 4, digits, GROUP);
    if (odd && !odd_first) {
        put_bytes(p, odd_size[odd], digits, odd);
        p += odd_size[odd];
    }
    return p;
}

/* All digits of precision and scale, zeros included; <0: there are others. */
static int align(struct tr_decimal *decimal, unsigned whole, unsigned scale, char *digits)
{
    while (decimal->whole.n && decimal->whole.p[0] == '0')
        decimal->whole.p++, decimal->whole.n--;
    while (decimal->fraction.n > scale && decimal->fraction.p[decimal->fraction.n - 1] == '0')
        decimal->fraction.n--;
    if (decimal->whole.n > whole || decimal->fraction.n > scale)
        return -1;
    memset(digits, '0', whole + scale);
    memcpy(digits + whole - decimal->whole.n, decimal->whole.p, decimal->whole.n);
    memcpy(digits + whole, decimal->fraction.p, decimal->fraction.n);
    return 0;
}

static bool is_zero(const char *digits, unsigned n)
{
    while (n && digits[n - 1] == '0')
        n--;
    return n == 0;
}

int tr_mysql_transcode_decimal(const struct tr_mysql_type *type, struct tr_slice text,
                               struct tr_arena *scratch, struct tr_slice *ret_cell,
                               struct tr_diag *diag)
{
    unsigned precision = precision_of(type), scale = scale_of(type);
    struct tr_decimal decimal;
    char digits[MAX_PRECISION];

    if (precision > MAX_PRECISION || scale > precision || tr_decimal_split(text, &decimal) < 0 ||
        align(&decimal, precision - scale, scale, digits) < 0)
        return tr_mysql_bad_text(diag, "decimal of its column's size", text);
    size_t size = part_size(precision - scale) + part_size(scale);
    unsigned char *cell = tr_arena_alloc(scratch, size);
    if (!cell)
        return tr_fail_memory(diag);
    unsigned char *p = pack_part(cell, digits, precision - scale, true);
    pack_part(p, digits + precision - scale, scale, false);
    if (size)
        cell[0] ^= 0x80;
    for (size_t i = 0; decimal.negative && !is_zero(digits, precision) && i < size; i++)
        cell[i] ^= 0xff;
    *ret_cell = (struct tr_slice){(const char *)cell, size};
    return 0;
}

/* ---- plan ------------------------------------------------------------------------------------ */

int tr_mysql_set_decimal(struct tr_mysql_mapping *mapping, int32_t scale, int32_t precision,
                         struct tr_diag *diag)
{
    struct tr_schema_parameter *parameters = tr_arena_zalloc(mapping->arena, 2, sizeof *parameters);

    if (!parameters)
        return tr_fail_memory(diag);
    parameters[0].key = "scale";
    parameters[0].value = tr_arena_printf(mapping->arena, "%d", scale);
    parameters[1].key = "connect.decimal.precision";
    parameters[1].value = tr_arena_printf(mapping->arena, "%d", precision);
    if (!parameters[0].value || !parameters[1].value)
        return tr_fail_memory(diag);
    mapping->schema->type = TR_TYPE_BYTES;
    mapping->schema->name = "org.apache.kafka.connect.data.Decimal";
    mapping->schema->version = 1;
    mapping->schema->parameters = parameters;
    mapping->schema->nparameters = 2;
    mapping->zero = tr_value_bytes((struct tr_slice){"", 1}); /* one zero byte */
    return 0;
}

static int set_string(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    unsigned scale = scale_of(mapping->type);
    char *zero = tr_arena_printf(mapping->arena, "%.*f", (int)scale, 0.0);

    if (!zero)
        return tr_fail_memory(diag);
    mapping->schema->type = TR_TYPE_STRING;
    mapping->convert = convert_string;
    mapping->zero = tr_value_text(tr_slice_of(zero));
    return 0;
}

int tr_mysql_refine_decimal(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    switch (mapping->options->decimal_handling) {
    case TR_DECIMAL_DOUBLE:
        mapping->schema->type = TR_TYPE_FLOAT64;
        mapping->convert = convert_double;
        return 0;
    case TR_DECIMAL_STRING:
        return set_string(mapping, diag);
    default:
        mapping->convert = convert_decimal;
        return tr_mysql_set_decimal(mapping, (int32_t)scale_of(mapping->type),
                                    (int32_t)precision_of(mapping->type), diag);
    }
}
