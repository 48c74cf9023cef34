/*
 * JdbcSinkDataTypesConverter: columns that a selector names as INT16 (true and false are 1 and 0),
 * as FLOAT64 or FLOAT32, or as text with its character set. The first selector that has a column
 * counts.
 *
 * Debezium writes 0 or "" for what it can't convert, a date for example. Here a selector that names
 * such a column is a mistake.
 */
#include <strings.h>

#include "encode/text.h"
#include "record/number.h"
#include "source/mysql/converters/impl.h"

#define CHARACTER_SET "__debezium.source.column.character_set"

static bool is_number(const struct tr_mysql_type *type)
{
    switch (type->kind) {
    case TR_MYSQL_TINYINT:
    case TR_MYSQL_SMALLINT:
    case TR_MYSQL_MEDIUMINT:
    case TR_MYSQL_INT:
    case TR_MYSQL_BIGINT:
    case TR_MYSQL_DECIMAL:
    case TR_MYSQL_FLOAT:
    case TR_MYSQL_DOUBLE:
    case TR_MYSQL_YEAR:
        return true;
    default:
        return type->kind == TR_MYSQL_BIT && type->length == 1;
    }
}

static bool is_text(const struct tr_mysql_type *type)
{
    switch (type->kind) {
    case TR_MYSQL_CHAR:
    case TR_MYSQL_VARCHAR:
    case TR_MYSQL_TEXT:
    case TR_MYSQL_ENUM:
    case TR_MYSQL_SET:
        return true;
    default:
        return false;
    }
}

static bool is_binary(const struct tr_mysql_type *type)
{
    return type->kind == TR_MYSQL_BINARY || type->kind == TR_MYSQL_VARBINARY ||
           type->kind == TR_MYSQL_BLOB;
}

static int refuse(const struct tr_mysql_adapting *adapting, const char *selector)
{
    return tr_fail(adapting->diag, TR_CONFIG, TR_STOP,
                   "%s.%s names %s, which is a %s and can't be converted so: narrow the regular "
                   "expression",
                   adapting->converter->options->alias, selector, adapting->name,
                   tr_mysql_adapted(adapting)->name);
}

static int read_value(const struct tr_plan_column *column, struct tr_slice bytes,
                      struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_mysql_converted *converted = column->state;

    return converted->inner.convert(&converted->inner, bytes, scratch, ret_value, diag);
}

/* ---- boolean --------------------------------------------------------------------------------- */

/* Java's Integer.parseInt(text) > 0, or that the text is "true". */
static bool text_is_true(struct tr_slice text)
{
    struct tr_slice digits = text;
    int64_t number;

    if (digits.n && digits.p[0] == '+')
        digits.p++, digits.n--;
    if (tr_number_parse_int64(digits, &number) == 0 && number >= INT32_MIN && number <= INT32_MAX)
        return number > 0;
    return text.n == 4 && strncasecmp(text.p, "true", 4) == 0;
}

static bool is_true(const struct tr_plan_column *inner, const struct tr_value *value)
{
    const struct tr_mysql_type *type = inner->column->type;

    switch (value->kind) {
    case TR_BOOLEAN:
        return value->boolean;
    case TR_INTEGER: /* a BIGINT UNSIGNED wraps */
        return type->is_unsigned ? value->integer != 0 : value->integer > 0;
    case TR_FLOAT: /* Java cuts the fraction off */
        return value->float32 >= 1;
    case TR_DOUBLE:
        return value->float64 >= 1;
    case TR_TEXT:
        return text_is_true(value->bytes);
    default:
        return false;
    }
}

static int convert_boolean(const struct tr_plan_column *column, struct tr_slice bytes,
                           struct tr_arena *scratch, struct tr_value *ret_value,
                           struct tr_diag *diag)
{
    const struct tr_mysql_converted *converted = column->state;
    struct tr_value value;

    if (read_value(column, bytes, scratch, &value, diag) < 0)
        return -1;
    *ret_value = tr_value_integer(is_true(&converted->inner, &value));
    return 0;
}

static int adapt_boolean(const struct tr_mysql_adapting *adapting)
{
    const struct tr_mysql_type *type = tr_mysql_adapted(adapting);
    const struct tr_mysql_form form = {
        .schema = {.type = TR_TYPE_INT16},
        .convert = convert_boolean,
        .zero = tr_value_integer(0),
    };
    struct tr_mysql_converted *converted;

    if (!is_number(type) && !is_text(type))
        return refuse(adapting, "selector.boolean");
    if (tr_mysql_converted_new(adapting, TR_MYSQL_INNER_NUMBER, &converted) < 0)
        return -1;
    return tr_mysql_converted_use(adapting, converted, &form);
}

/* ---- real ------------------------------------------------------------------------------------ */

/* >0: a text that is no number, for which null stands. */
static int read_double(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, double *ret_number, struct tr_diag *diag)
{
    const struct tr_mysql_converted *converted = column->state;
    const struct tr_mysql_type *type = converted->inner.column->type;
    struct tr_value value, null;

    if (read_value(column, bytes, scratch, &value, diag) < 0)
        return -1;
    switch (value.kind) {
    case TR_INTEGER:
        *ret_number = type->is_unsigned ? (double)(uint64_t)value.integer : (double)value.integer;
        return 0;
    case TR_FLOAT:
        *ret_number = (double)value.float32;
        return 0;
    case TR_DOUBLE:
        *ret_number = value.float64;
        return 0;
    case TR_BOOLEAN:
        *ret_number = value.boolean;
        return 0;
    default:
        break;
    }
    if (value.kind == TR_TEXT && tr_number_parse_double(value.bytes, scratch, ret_number) == 0)
        return 0;
    return tr_plan_unrepresentable(column, TR_SLICE("a text that is no number"), &null, diag);
}

static int convert_double(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    double number = 0;
    int rc = read_double(column, bytes, scratch, &number, diag);

    *ret_value =
        rc ? (struct tr_value){0} : (struct tr_value){.kind = TR_DOUBLE, .float64 = number};
    return rc;
}

static int convert_float(const struct tr_plan_column *column, struct tr_slice bytes,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    double number = 0;
    int rc = read_double(column, bytes, scratch, &number, diag);

    *ret_value =
        rc ? (struct tr_value){0} : (struct tr_value){.kind = TR_FLOAT, .float32 = (float)number};
    return rc;
}

static int adapt_real(const struct tr_mysql_adapting *adapting)
{
    const struct tr_mysql_type *type = tr_mysql_adapted(adapting);
    bool wide = adapting->converter->options->real_as_double;
    const struct tr_mysql_form form = {
        .schema = {.type = wide ? TR_TYPE_FLOAT64 : TR_TYPE_FLOAT32},
        .convert = wide ? convert_double : convert_float,
        .zero = tr_convert_zero(wide ? TR_TYPE_FLOAT64 : TR_TYPE_FLOAT32),
    };
    struct tr_mysql_converted *converted;

    if (!is_number(type) && !is_text(type))
        return refuse(adapting, "selector.real");
    if (tr_mysql_converted_new(adapting, TR_MYSQL_INNER_NUMBER, &converted) < 0)
        return -1;
    return tr_mysql_converted_use(adapting, converted, &form);
}

/* ---- string ---------------------------------------------------------------------------------- */

static void put_integer(const struct tr_mysql_type *type, int64_t number, struct tr_writer *writer)
{
    if (type->is_unsigned)
        tr_writer_uint(writer, (uint64_t)number);
    else
        tr_writer_int(writer, number);
}

static int print(const struct tr_mysql_type *type, struct tr_value *value, struct tr_arena *scratch,
                 struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, scratch);
    if (value->kind == TR_INTEGER)
        put_integer(type, value->integer, &writer);
    else if (value->kind == TR_FLOAT)
        tr_text_put_float(value->float32, &writer);
    else if (value->kind == TR_DOUBLE)
        tr_text_put_double(value->float64, &writer);
    else
        tr_writer_text(&writer, value->boolean ? "true" : "false");
    value->kind = TR_TEXT;
    return tr_writer_end(&writer, &value->bytes) < 0 ? tr_fail_memory(diag) : 0;
}

static int convert_string(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    const struct tr_mysql_converted *converted = column->state;

    if (read_value(column, bytes, scratch, ret_value, diag) < 0)
        return -1;
    if (ret_value->kind == TR_TEXT)
        return 0;
    if (ret_value->kind != TR_BYTES)
        return print(converted->inner.column->type, ret_value, scratch, diag);
    ret_value->kind = TR_TEXT;
    return tr_mysql_charset_to_utf8(NULL, ret_value->bytes, scratch, &ret_value->bytes, diag);
}

static int adapt_string(const struct tr_mysql_adapting *adapting)
{
    const struct tr_mysql_type *type = tr_mysql_adapted(adapting);
    struct tr_schema_parameter *charset = tr_arena_zalloc(adapting->arena, 1, sizeof *charset);
    struct tr_mysql_form form = {
        .schema = {.type = TR_TYPE_STRING},
        .convert = convert_string,
        .zero = tr_value_text(TR_SLICE("")),
    };
    struct tr_mysql_converted *converted;

    if (!is_number(type) && !is_text(type) && !is_binary(type) && type->kind != TR_MYSQL_JSON)
        return refuse(adapting, "selector.string");
    if (!charset)
        return tr_fail_memory(adapting->diag);
    if (type->charset) {
        *charset =
            (struct tr_schema_parameter){CHARACTER_SET, tr_mysql_charset_name(type->charset)};
        form.schema.parameters = charset;
        form.schema.nparameters = 1;
    }
    if (tr_mysql_converted_new(adapting, TR_MYSQL_INNER_TEXT, &converted) < 0)
        return -1;
    return tr_mysql_converted_use(adapting, converted, &form);
}

int tr_mysql_adapt_jdbc_sink(const struct tr_mysql_adapting *adapting)
{
    static int (*const adapts[TR_MYSQL_SELECTORS])(const struct tr_mysql_adapting *) = {
        adapt_boolean, adapt_real, adapt_string};
    const struct tr_mysql_converter *converter = adapting->converter;

    for (size_t i = 0; i < TR_MYSQL_SELECTORS; i++)
        if (converter->selectors[i] && tr_filter_allows(converter->selectors[i], adapting->name))
            return adapts[i](adapting);
    return 1;
}
