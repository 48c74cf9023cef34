/*
 * numeric: Connect's Decimal (the unscaled value as big-endian two's complement, the scale in the
 * schema), VariableScaleDecimal where the type has no scale, or double or string.
 */
#include "source/postgres/types/decimal.h"

#include "record/decimal.h"

static bool is_special(struct tr_slice text)
{
    return tr_slice_is(text, "NaN") || tr_slice_is(text, "Infinity") ||
           tr_slice_is(text, "-Infinity");
}

int tr_pg_decimal_scaled(const struct tr_pg_decimal_state *state, struct tr_slice text,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    struct tr_decimal digits;
    size_t zeros;

    if (tr_decimal_split(text, &digits) < 0 ||
        tr_decimal_fit(&digits, (size_t)state->scale, &zeros) < 0)
        return tr_pg_bad_value(diag, state->what, text);
    ret_value->kind = TR_BYTES;
    if (tr_decimal_unscaled(&digits, zeros, scratch, &ret_value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

static int convert_decimal(const struct tr_plan_column *column, struct tr_slice bytes,
                           struct tr_arena *scratch, struct tr_value *ret_value,
                           struct tr_diag *diag)
{
    if (is_special(bytes))
        return tr_plan_unrepresentable(column, bytes, ret_value, diag);
    return tr_pg_decimal_scaled(column->state, bytes, scratch, ret_value, diag);
}

/* Scale and unscaled value of each number by itself, without trailing zeros. */
static int convert_variable(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    struct tr_decimal digits;
    size_t zeros;

    if (is_special(bytes))
        return tr_plan_unrepresentable(column, bytes, ret_value, diag);
    if (tr_decimal_split(bytes, &digits) < 0)
        return tr_pg_bad_value(diag, "numeric", bytes);
    while (digits.fraction.n && digits.fraction.p[digits.fraction.n - 1] == '0')
        digits.fraction.n--;
    if (tr_decimal_fit(&digits, digits.fraction.n, &zeros) < 0)
        return tr_pg_bad_value(diag, "numeric", bytes);
    struct tr_value *items = tr_arena_alloc(scratch, 2 * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    items[0] = tr_value_integer((int64_t)digits.fraction.n);
    items[1].kind = TR_BYTES;
    if (tr_decimal_unscaled(&digits, 0, scratch, &items[1].bytes) < 0)
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
    struct tr_decimal digits;
    struct tr_writer writer;

    if (is_special(bytes)) {
        *ret_value = tr_value_text(bytes.p[0] == 'N'   ? TR_SLICE("NAN")
                                   : bytes.p[0] == '-' ? TR_SLICE("NEGATIVE_INFINITY")
                                                       : TR_SLICE("POSITIVE_INFINITY"));
        return 0;
    }
    if (tr_decimal_split(bytes, &digits) < 0)
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
