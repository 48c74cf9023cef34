/*
 * numeric: Connect's Decimal (the unscaled value as big-endian two's complement, the scale in the
 * schema), VariableScaleDecimal where the type has no scale, or double or string.
 */
#include "source/postgres/types/decimal.h"

/* PostgreSQL's own limits are 131072 digits before the point and 16383 behind it. */
#define MAX_DIGITS 160000

/* 10^19 is the largest power of ten that a limb holds. */
#define LIMB_DIGITS 19

__extension__ typedef unsigned __int128 wide;

/* A decimal number's text, taken apart. */
struct digits {
    bool negative;
    struct tr_slice whole, fraction;
};

static size_t count_digits(const char *p, const char *end)
{
    const char *start = p;

    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return (size_t)(p - start);
}

static int split(struct tr_slice text, struct digits *ret_digits)
{
    const char *p = text.p, *end = text.p + text.n;

    ret_digits->negative = p < end && *p == '-';
    p += ret_digits->negative;
    ret_digits->whole = (struct tr_slice){p, count_digits(p, end)};
    p += ret_digits->whole.n;
    ret_digits->fraction = (struct tr_slice){"", 0};
    if (p < end && *p == '.') {
        p++;
        ret_digits->fraction = (struct tr_slice){p, count_digits(p, end)};
        p += ret_digits->fraction.n;
    }
    return p == end && ret_digits->whole.n + ret_digits->fraction.n > 0 ? 0 : -1;
}

/* Fewest bytes that hold the number, as Java's BigInteger.toByteArray. */
static int put_small(int64_t number, struct tr_arena *scratch, struct tr_slice *ret_bytes)
{
    unsigned char *bytes = tr_arena_alloc(scratch, 8);
    size_t n = 8;

    if (!bytes)
        return -1;
    while (n > 1 && number >> (8 * n - 9) == number >> 63)
        n--;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * (n - 1 - i)));
    *ret_bytes = (struct tr_slice){(const char *)bytes, n};
    return 0;
}

/* The digits of whole and fraction, then zeros: one after the other. */
struct digit_reader {
    const char *p, *end;
    struct tr_slice next;
};

static unsigned next_digit(struct digit_reader *reader)
{
    if (reader->p == reader->end && reader->next.n) {
        reader->p = reader->next.p;
        reader->end = reader->p + reader->next.n;
        reader->next.n = 0;
    }
    return reader->p < reader->end ? (unsigned)(*reader->p++ - '0') : 0;
}

/* limbs (little-endian) × factor + addend. */
static size_t multiply_add(uint64_t *limbs, size_t n, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;

    for (size_t i = 0; i < n; i++) {
        wide product = (wide)limbs[i] * factor + carry;
        limbs[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
    if (carry)
        limbs[n++] = carry;
    return n;
}

/* Quadratic, but 19 digits and 64 bits at a time: about 40 ms for the longest numeric there is. */
static size_t to_limbs(struct digit_reader *reader, size_t ndigits, uint64_t *limbs)
{
    size_t n = 0;
    size_t take = ndigits % LIMB_DIGITS ? ndigits % LIMB_DIGITS : LIMB_DIGITS;

    for (; ndigits; ndigits -= take, take = LIMB_DIGITS) {
        uint64_t chunk = 0, factor = 1;
        for (size_t i = 0; i < take; i++) {
            chunk = chunk * 10 + next_digit(reader);
            factor *= 10;
        }
        n = multiply_add(limbs, n, factor, chunk);
    }
    return n;
}

static void negate(unsigned char *bytes, size_t n)
{
    unsigned carry = 1;

    while (n--) {
        carry += (unsigned char)~bytes[n];
        bytes[n] = (unsigned char)carry;
        carry >>= 8;
    }
}

/* limbs to minimal two's complement; bytes has room for 8 * n + 1. */
static struct tr_slice put_limbs(const uint64_t *limbs, size_t n, bool negative,
                                 unsigned char *bytes)
{
    size_t size = 8 * n + 1, skip = 0;

    bytes[0] = 0;
    for (size_t i = 0; i < 8 * n; i++)
        bytes[size - 1 - i] = (unsigned char)(limbs[i / 8] >> (8 * (i % 8)));
    if (negative)
        negate(bytes, size);
    /* a leading byte that only repeats the sign bit of the next one says nothing */
    while (skip + 1 < size && bytes[skip] == (bytes[skip + 1] & 0x80 ? 0xff : 0x00))
        skip++;
    return (struct tr_slice){(const char *)bytes + skip, size - skip};
}

static int put_big(const struct digits *digits, size_t zeros, struct tr_arena *scratch,
                   struct tr_slice *ret_bytes)
{
    size_t ndigits = digits->whole.n + digits->fraction.n + zeros;
    size_t nlimbs = ndigits / LIMB_DIGITS + 2;
    struct digit_reader reader = {
        .p = digits->whole.p, .end = digits->whole.p + digits->whole.n, .next = digits->fraction};
    uint64_t *limbs = tr_arena_alloc(scratch, nlimbs * sizeof *limbs);
    unsigned char *bytes = tr_arena_alloc(scratch, 8 * nlimbs + 1);

    if (!limbs || !bytes)
        return -1;
    size_t n = to_limbs(&reader, ndigits, limbs);
    *ret_bytes = put_limbs(limbs, n, digits->negative, bytes);
    return 0;
}

/* The unscaled value of the digits followed by zeros. */
static int put_unscaled(const struct digits *digits, size_t zeros, struct tr_arena *scratch,
                        struct tr_slice *ret_bytes)
{
    struct digit_reader reader = {
        .p = digits->whole.p, .end = digits->whole.p + digits->whole.n, .next = digits->fraction};
    size_t ndigits = digits->whole.n + digits->fraction.n + zeros;
    int64_t number = 0;

    if (ndigits > 18)
        return put_big(digits, zeros, scratch, ret_bytes);
    while (ndigits--)
        number = number * 10 + next_digit(&reader);
    return put_small(digits->negative ? -number : number, scratch, ret_bytes);
}

static bool is_special(struct tr_slice text)
{
    return tr_slice_is(text, "NaN") || tr_slice_is(text, "Infinity") ||
           tr_slice_is(text, "-Infinity");
}

/* Cut zeros that stand behind the scale; <0 when there are other digits, or too many. */
static int fit_scale(struct digits *digits, size_t scale, size_t *ret_zeros)
{
    while (digits->fraction.n > scale && digits->fraction.p[digits->fraction.n - 1] == '0')
        digits->fraction.n--;
    if (digits->fraction.n > scale || digits->whole.n + scale > MAX_DIGITS)
        return -1;
    *ret_zeros = scale - digits->fraction.n;
    return 0;
}

int tr_pg_decimal_scaled(const struct tr_pg_decimal_state *state, struct tr_slice text,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    struct digits digits;
    size_t zeros;

    if (split(text, &digits) < 0 || fit_scale(&digits, (size_t)state->scale, &zeros) < 0)
        return tr_pg_bad_value(diag, state->what, text);
    ret_value->kind = TR_BYTES;
    if (put_unscaled(&digits, zeros, scratch, &ret_value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

static int convert_decimal(const struct tr_plan_column *column, struct tr_slice bytes,
                           struct tr_arena *scratch, struct tr_value *ret_value,
                           struct tr_diag *diag)
{
    if (is_special(bytes))
        return tr_pg_unrepresentable(column, bytes, ret_value, diag);
    return tr_pg_decimal_scaled(column->state, bytes, scratch, ret_value, diag);
}

/* Scale and unscaled value of each number by itself, without trailing zeros. */
static int convert_variable(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    struct digits digits;
    size_t zeros;

    if (is_special(bytes))
        return tr_pg_unrepresentable(column, bytes, ret_value, diag);
    if (split(bytes, &digits) < 0)
        return tr_pg_bad_value(diag, "numeric", bytes);
    while (digits.fraction.n && digits.fraction.p[digits.fraction.n - 1] == '0')
        digits.fraction.n--;
    if (fit_scale(&digits, digits.fraction.n, &zeros) < 0)
        return tr_pg_bad_value(diag, "numeric", bytes);
    struct tr_value *items = tr_arena_alloc(scratch, 2 * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    items[0] = tr_value_integer((int64_t)digits.fraction.n);
    items[1].kind = TR_BYTES;
    if (put_unscaled(&digits, 0, scratch, &items[1].bytes) < 0)
        return tr_fail_memory(diag);
    *ret_value = tr_value_items(items, 2);
    return 0;
}

/* The text, with zeros up to the scale where the server leaves them out (a negative scale). */
static int convert_string(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    const struct tr_pg_decimal_state *state = column->state;
    struct digits digits;
    struct tr_writer writer;

    if (is_special(bytes)) {
        *ret_value = tr_value_text(bytes.p[0] == 'N'   ? TR_SLICE("NAN")
                                   : bytes.p[0] == '-' ? TR_SLICE("NEGATIVE_INFINITY")
                                                       : TR_SLICE("POSITIVE_INFINITY"));
        return 0;
    }
    if (split(bytes, &digits) < 0)
        return tr_pg_bad_value(diag, state->what, bytes);
    *ret_value = tr_value_text(bytes);
    if (state->scale < 0 || digits.fraction.n >= (size_t)state->scale)
        return 0;
    tr_writer_begin(&writer, scratch);
    tr_writer_slice(&writer, bytes);
    if (digits.fraction.n == 0)
        tr_writer_char(&writer, '.');
    for (size_t n = digits.fraction.n; n < (size_t)state->scale; n++)
        tr_writer_char(&writer, '0');
    if (tr_writer_end(&writer, &ret_value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

/* ---- plan ------------------------------------------------------------------------------------ */

/* Decimal: parameters scale and, where the source has one, connect.decimal.precision. */
int tr_pg_decimal_map(struct tr_pg_mapping *mapping, int32_t scale, int32_t precision,
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
    mapping->schema->name = "org.apache.kafka.connect.data.Decimal";
    mapping->schema->version = 1;
    mapping->schema->parameters = parameters;
    mapping->schema->nparameters = precision ? 2 : 1;
    mapping->zero = tr_value_bytes((struct tr_slice){"", 1}); /* one zero byte */
    mapping->convert = convert_decimal;
    return 0;
}

static void set_variable(struct tr_pg_mapping *mapping)
{
    static const struct tr_schema scale = {.type = TR_TYPE_INT32}, value = {.type = TR_TYPE_BYTES};
    static const struct tr_field fields[] = {{"scale", &scale}, {"value", &value}};
    static const struct tr_value zero[] = {{.kind = TR_INTEGER, .integer = 0},
                                           {.kind = TR_BYTES, .bytes = {"", 1}}};

    mapping->schema->type = TR_TYPE_STRUCT;
    mapping->schema->name = "io.debezium.data.VariableScaleDecimal";
    mapping->schema->version = 1;
    mapping->schema->doc = "Variable scaled decimal";
    mapping->schema->fields = fields;
    mapping->schema->nfields = TR_COUNT(fields);
    mapping->zero = tr_value_items(zero, TR_COUNT(zero));
    mapping->convert = convert_variable;
    mapping->flags &= ~(unsigned)TR_PG_DEFAULT;
}

struct tr_pg_decimal_state *tr_pg_decimal_new_state(struct tr_pg_mapping *mapping, int32_t scale,
                                                    const char *what)
{
    struct tr_pg_decimal_state *state = tr_arena_zalloc(mapping->arena, 1, sizeof *state);

    if (state)
        *state = (struct tr_pg_decimal_state){.scale = scale, .what = what};
    mapping->state = state;
    return state;
}

/* "0" with as many zeros behind the point as the scale says. */
int tr_pg_decimal_map_string(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    struct tr_plan_column column = {.state = mapping->state};

    mapping->schema->type = TR_TYPE_STRING;
    mapping->convert = convert_string;
    return convert_string(&column, TR_SLICE("0"), mapping->arena, &mapping->zero, diag);
}

int tr_pg_refine_numeric(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    bool fixed = mapping->modifier >= 4;
    int32_t precision = fixed ? (mapping->modifier - 4) >> 16 : 0;
    /* eleven bits, two's complement since PostgreSQL 15; Debezium takes them as unsigned */
    int32_t scale = fixed ? (mapping->modifier - 4) & 0x7ff : -1;

    if (!tr_pg_decimal_new_state(mapping, scale, "numeric"))
        return tr_fail_memory(diag);
    switch (mapping->options->decimal_handling) {
    case TR_DECIMAL_DOUBLE:
        mapping->schema->type = TR_TYPE_FLOAT64;
        mapping->convert = tr_pg_convert_float64;
        return 0;
    case TR_DECIMAL_STRING:
        return tr_pg_decimal_map_string(mapping, diag);
    default:
        if (fixed)
            return tr_pg_decimal_map(mapping, scale, precision, diag);
        set_variable(mapping);
        return 0;
    }
}
