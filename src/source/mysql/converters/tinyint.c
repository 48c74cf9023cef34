/* TinyIntOneToBooleanConverter: TINYINT(1), which is what BOOLEAN is to the servers, as boolean. */
#include <strings.h>

#include "source/mysql/converters/impl.h"

static int convert(const struct tr_plan_column *column, struct tr_slice bytes,
                   struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_mysql_converted *converted = column->state;
    struct tr_value number;

    if (converted->inner.convert(&converted->inner, bytes, scratch, &number, diag) < 0)
        return -1;
    *ret_value = tr_value_boolean(number.integer > 0);
    return 0;
}

int tr_mysql_adapt_tinyint(const struct tr_mysql_adapting *adapting)
{
    const struct tr_mysql_type *type = tr_mysql_adapted(adapting);
    const struct tr_mysql_converter *converter = adapting->converter;
    const struct tr_mysql_form form = {
        .schema = {.type = TR_TYPE_BOOLEAN},
        .convert = convert,
        .zero = tr_value_boolean(false),
    };
    struct tr_mysql_converted *converted;

    if (type->kind != TR_MYSQL_TINYINT || type->zerofill ||
        (converter->options->length_checker && tr_mysql_type_length(type) != 1) ||
        !tr_filter_allows(converter->selectors[0], adapting->name))
        return 1;
    if (tr_mysql_converted_new(adapting, TR_MYSQL_INNER_NUMBER, &converted) < 0)
        return -1;
    return tr_mysql_converted_use(adapting, converted, &form);
}
