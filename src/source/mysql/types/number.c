/*
 * Integers, floating-point numbers, YEAR and BIT.
 *
 * Cells: integers of 1, 2, 3, 4 and 8 bytes and IEEE numbers of 4 and 8, little-endian; a YEAR is a
 * byte that counts from 1900, 0 for the year 0000; BIT(n) is (n + 7) / 8 bytes, big-endian.
 */
#include "record/number.h"

#include "source/mysql/types/impl.h"

static uint16_t load16(const char *p)
{
    uint16_t number;

    memcpy(&number, p, sizeof number);
    return le16toh(number);
}

static uint32_t load32(const char *p)
{
    uint32_t number;

    memcpy(&number, p, sizeof number);
    return le32toh(number);
}

static uint64_t load64(const char *p)
{
    uint64_t number;

    memcpy(&number, p, sizeof number);
    return le64toh(number);
}

static uint32_t load24(const char *p)
{
    return load16(p) | (uint32_t)(unsigned char)p[2] << 16;
}

int tr_mysql_convert_signed(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    switch (bytes.n) {
    case 1:
        tr_put_integer(ret_value, (int8_t)bytes.p[0]);
        return 0;
    case 2:
        tr_put_integer(ret_value, (int16_t)load16(bytes.p));
        return 0;
    case 3: /* the sign is bit 23 */
        tr_put_integer(ret_value, (int32_t)(load24(bytes.p) ^ 0x800000) - 0x800000);
        return 0;
    case 4:
        tr_put_integer(ret_value, (int32_t)load32(bytes.p));
        return 0;
    case 8:
        tr_put_integer(ret_value, (int64_t)load64(bytes.p));
        return 0;
    default:
        return tr_mysql_bad_cell(diag, "integer", bytes);
    }
}

/* BIGINT wraps, as Debezium's long does. */
int tr_mysql_convert_unsigned(const struct tr_plan_column *column, struct tr_slice bytes,
                              struct tr_arena *scratch, struct tr_value *ret_value,
                              struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    switch (bytes.n) {
    case 1:
        tr_put_integer(ret_value, (unsigned char)bytes.p[0]);
        return 0;
    case 2:
        tr_put_integer(ret_value, load16(bytes.p));
        return 0;
    case 3:
        tr_put_integer(ret_value, load24(bytes.p));
        return 0;
    case 4:
        tr_put_integer(ret_value, load32(bytes.p));
        return 0;
    case 8:
        tr_put_integer(ret_value, (int64_t)load64(bytes.p));
        return 0;
    default:
        return tr_mysql_bad_cell(diag, "integer", bytes);
    }
}

/* BIGINT UNSIGNED as a Decimal: the fewest bytes of two's complement. */
static int convert_precise(const struct tr_plan_column *column, struct tr_slice bytes,
                           struct tr_arena *scratch, struct tr_value *ret_value,
                           struct tr_diag *diag)
{
    unsigned char *out = tr_arena_zalloc(scratch, 9, 1);
    size_t skip = 0;

    (void)column;
    if (bytes.n != 8)
        return tr_mysql_bad_cell(diag, "BIGINT UNSIGNED", bytes);
    if (!out)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < 8; i++)
        out[8 - i] = (unsigned char)bytes.p[i];
    while (skip < 8 && out[skip] == 0 && out[skip + 1] < 0x80)
        skip++;
    *ret_value = tr_value_bytes((struct tr_slice){(const char *)out + skip, 9 - skip});
    return 0;
}

int tr_mysql_refine_integer(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    static const enum tr_type types[][2] = {
        [TR_MYSQL_TINYINT] = {TR_TYPE_INT16, TR_TYPE_INT16},
        [TR_MYSQL_SMALLINT] = {TR_TYPE_INT16, TR_TYPE_INT32},
        [TR_MYSQL_MEDIUMINT] = {TR_TYPE_INT32, TR_TYPE_INT32},
        [TR_MYSQL_INT] = {TR_TYPE_INT32, TR_TYPE_INT64},
        [TR_MYSQL_BIGINT] = {TR_TYPE_INT64, TR_TYPE_INT64},
    };
    const struct tr_mysql_type *type = mapping->type;

    mapping->schema->type = types[type->kind][type->is_unsigned];
    mapping->convert = type->is_unsigned ? tr_mysql_convert_unsigned : tr_mysql_convert_signed;
    if (type->kind != TR_MYSQL_BIGINT || !type->is_unsigned ||
        mapping->options->bigint_unsigned_handling == TR_BIGINT_UNSIGNED_LONG)
        return 0;
    mapping->convert = convert_precise;
    return tr_mysql_set_decimal(mapping, 0, 20, diag);
}

static size_t integer_size(enum tr_mysql_kind kind)
{
    switch (kind) {
    case TR_MYSQL_TINYINT:
        return 1;
    case TR_MYSQL_SMALLINT:
        return 2;
    case TR_MYSQL_MEDIUMINT:
        return 3;
    case TR_MYSQL_INT:
        return 4;
    default:
        return 8;
    }
}

/* Digits that fit into 64 bits, zeros of ZEROFILL in front; <0: not such a number. */
static int parse_digits(struct tr_slice text, uint64_t *ret_number)
{
    *ret_number = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned digit = (unsigned char)text.p[i] - (unsigned)'0';
        if (digit > 9 || __builtin_mul_overflow(*ret_number, 10, ret_number) ||
            __builtin_add_overflow(*ret_number, digit, ret_number))
            return -1;
    }
    return text.n ? 0 : -1;
}

int tr_mysql_transcode_integer(const struct tr_mysql_type *type, struct tr_slice text,
                               struct tr_arena *scratch, struct tr_slice *ret_cell,
                               struct tr_diag *diag)
{
    bool negative = text.n && text.p[0] == '-';
    struct tr_slice digits = {text.p + negative, text.n - negative};
    size_t size = integer_size(type->kind);
    uint64_t most = UINT64_MAX >> (64 - 8 * size), number;

    if (!type->is_unsigned)
        most = (most >> 1) + negative;
    if (parse_digits(digits, &number) < 0 || number > most || (negative && type->is_unsigned))
        return tr_mysql_bad_text(diag, "integer of its column's size", text);
    return tr_mysql_put_le(negative ? 0 - number : number, size, scratch, ret_cell, diag);
}

/* ---- floating point -------------------------------------------------------------------------- */

int tr_mysql_convert_float32(const struct tr_plan_column *column, struct tr_slice bytes,
                             struct tr_arena *scratch, struct tr_value *ret_value,
                             struct tr_diag *diag)
{
    uint32_t bits;

    (void)column;
    (void)scratch;
    if (bytes.n != 4)
        return tr_mysql_bad_cell(diag, "FLOAT", bytes);
    bits = load32(bytes.p);
    ret_value->kind = TR_FLOAT;
    memcpy(&ret_value->float32, &bits, sizeof bits);
    return 0;
}

/* Of a DOUBLE, or of a FLOAT(M,D). */
int tr_mysql_convert_float64(const struct tr_plan_column *column, struct tr_slice bytes,
                             struct tr_arena *scratch, struct tr_value *ret_value,
                             struct tr_diag *diag)
{
    uint64_t bits;

    if (bytes.n == 4) {
        struct tr_value value;
        int rc = tr_mysql_convert_float32(column, bytes, scratch, &value, diag);
        ret_value->kind = TR_DOUBLE;
        ret_value->float64 = (double)value.float32;
        return rc;
    }
    if (bytes.n != 8)
        return tr_mysql_bad_cell(diag, "DOUBLE", bytes);
    bits = load64(bytes.p);
    ret_value->kind = TR_DOUBLE;
    memcpy(&ret_value->float64, &bits, sizeof bits);
    return 0;
}

int tr_mysql_refine_float(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    bool single = mapping->type->kind == TR_MYSQL_FLOAT && mapping->type->scale < 0;

    (void)diag;
    mapping->schema->type = single ? TR_TYPE_FLOAT32 : TR_TYPE_FLOAT64;
    mapping->convert = single ? tr_mysql_convert_float32 : tr_mysql_convert_float64;
    return 0;
}

/* A FLOAT comes as the double that it is, so that it isn't rounded to six digits. */
int tr_mysql_transcode_float(const struct tr_mysql_type *type, struct tr_slice text,
                             struct tr_arena *scratch, struct tr_slice *ret_cell,
                             struct tr_diag *diag)
{
    double number;
    uint64_t bits;

    if (tr_number_parse_double(text, scratch, &number) < 0)
        return tr_mysql_bad_text(diag, "floating-point number", text);
    if (type->kind == TR_MYSQL_FLOAT) {
        float single = (float)number;
        uint32_t single_bits;
        memcpy(&single_bits, &single, sizeof single_bits);
        return tr_mysql_put_le(single_bits, 4, scratch, ret_cell, diag);
    }
    memcpy(&bits, &number, sizeof bits);
    return tr_mysql_put_le(bits, 8, scratch, ret_cell, diag);
}

/* ---- YEAR ------------------------------------------------------------------------------------ */

int tr_mysql_convert_year(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;

    (void)scratch;
    if (bytes.n != 1)
        return tr_mysql_bad_cell(diag, "YEAR", bytes);
    if (bytes.p[0])
        tr_put_integer(ret_value, 1900 + (unsigned char)bytes.p[0]);
    else
        tr_put_integer(ret_value, state->adjust ? 2000 : 0);
    return 0;
}

int tr_mysql_transcode_year(const struct tr_mysql_type *type, struct tr_slice text,
                            struct tr_arena *scratch, struct tr_slice *ret_cell,
                            struct tr_diag *diag)
{
    uint64_t year;

    (void)type;
    if (parse_digits(text, &year) < 0 || (year != 0 && (year < 1901 || year > 2155)))
        return tr_mysql_bad_text(diag, "year", text);
    return tr_mysql_put_le(year ? year - 1900 : 0, 1, scratch, ret_cell, diag);
}

/* ---- BIT ------------------------------------------------------------------------------------- */

static int convert_bit(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    if (bytes.n != 1)
        return tr_mysql_bad_cell(diag, "BIT(1)", bytes);
    tr_put_boolean(ret_value, bytes.p[0] & 1);
    return 0;
}

/* Little-endian. */
static int convert_bits(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    char *out = tr_arena_alloc(scratch, bytes.n);

    (void)column;
    if (!out)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < bytes.n; i++)
        out[i] = bytes.p[bytes.n - 1 - i];
    *ret_value = tr_value_bytes((struct tr_slice){out, bytes.n});
    return 0;
}

int tr_mysql_refine_bit(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    struct tr_schema_parameter *length;

    if (mapping->type->length == 1) {
        mapping->schema->type = TR_TYPE_BOOLEAN;
        mapping->convert = convert_bit;
        return 0;
    }
    length = tr_arena_zalloc(mapping->arena, 1, sizeof *length);
    if (!length)
        return tr_fail_memory(diag);
    length->key = "length";
    length->value = tr_arena_printf(mapping->arena, "%d", mapping->type->length);
    if (!length->value)
        return tr_fail_memory(diag);
    mapping->schema->type = TR_TYPE_BYTES;
    mapping->schema->name = "io.debezium.data.Bits";
    mapping->schema->version = 1;
    mapping->schema->parameters = length;
    mapping->schema->nparameters = 1;
    mapping->convert = convert_bits;
    return 0;
}
