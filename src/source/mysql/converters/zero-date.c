/*
 * ZeroDateFallbackConverter: what the calendar doesn't have (0000-00-00, 2024-02-31) as null, which
 * a NOT NULL column then may be, or as a date that the user has chosen, which is then the schema's
 * default, too, if the column has one. time.precision.mode has no say in such a column.
 *
 * To Debezium's converter a NULL is the same as a zero date; here a NULL stays one.
 */
#include <strings.h>

#include "source/mysql/converters/impl.h"
#include "source/mysql/types/moment.h"

/* Room for the longest text: 9999-12-31T23:59:59.999999Z */
#define TEXT_SIZE 32

static bool is_target(const struct tr_custom_converter *options, const char *type)
{
    for (size_t i = 0; i < options->targets.count; i++)
        if (strcasecmp(options->targets.items[i], type) == 0)
            return true;
    return false;
}

/* What stands for a zero date: the column's own, or the type's. */
static int find_fallback(const struct tr_mysql_adapting *adapting, enum tr_zero_kind kind,
                         struct tr_zero_fallback *ret_fallback)
{
    const struct tr_custom_converter *options = adapting->converter->options;
    const char *const texts[] = {options->date, options->datetime, options->timestamp};
    const char *text = texts[kind];

    for (size_t i = 0; i < options->fallbacks.count; i++)
        if (strcmp(options->fallbacks.items[i].name, adapting->name) == 0)
            text = options->fallbacks.items[i].value;
    if (tr_zero_fallback_parse(kind, text, ret_fallback, adapting->diag) == 0)
        return 0;
    struct tr_diag why = *adapting->diag;
    return tr_fail(adapting->diag, TR_CONFIG, TR_STOP,
                   "the value \"%.200s\" of %s.column.%s.fallback is %s", text, options->alias,
                   adapting->name, why.message);
}

/* ---- DATE and DATETIME ----------------------------------------------------------------------- */

static int convert_counted(const struct tr_plan_column *column, struct tr_slice bytes,
                           struct tr_arena *scratch, struct tr_value *ret_value,
                           struct tr_diag *diag)
{
    const struct tr_mysql_converted *converted = column->state;
    int rc = converted->inner.convert(&converted->inner, bytes, scratch, ret_value, diag);

    if (rc < 0)
        return -1;
    if (ret_value->kind == TR_NULL)
        *ret_value = converted->zero;
    else if (!converted->micros)
        ret_value->integer = tr_floor_div(ret_value->integer, 1000);
    return 0;
}

static int convert_date(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_mysql_converted *converted = column->state;
    int rc = converted->inner.convert(&converted->inner, bytes, scratch, ret_value, diag);

    if (rc == 0 && ret_value->kind == TR_NULL)
        *ret_value = converted->zero;
    return rc < 0 ? -1 : 0;
}

/* ---- TIMESTAMP ------------------------------------------------------------------------------- */

/* As Java prints it: no zeros at the fraction's end. */
static int put_moment(int64_t us, struct tr_arena *arena, struct tr_value *ret_value,
                      struct tr_diag *diag)
{
    char *text = tr_arena_alloc(arena, TEXT_SIZE), *p;
    int64_t days = tr_floor_div(us, TR_DAY_US), rest = us % TR_SECOND_US;
    struct tr_date date;
    int digits = rest ? 6 : 0;

    if (!text)
        return tr_fail_memory(diag);
    for (; rest && rest % 10 == 0; rest /= 10)
        digits--;
    tr_date_from_days(days, &date);
    p = tr_date_put(text, &date);
    *p++ = 'T';
    p = tr_time_put(p, us - days * TR_DAY_US, digits);
    *p++ = 'Z';
    *ret_value = tr_value_text((struct tr_slice){text, (size_t)(p - text)});
    return 0;
}

static int convert_timestamp(const struct tr_plan_column *column, struct tr_slice bytes,
                             struct tr_arena *scratch, struct tr_value *ret_value,
                             struct tr_diag *diag)
{
    const struct tr_mysql_converted *converted = column->state;
    int64_t us;

    if (tr_mysql_unpack_timestamp(converted->inner.column->type, bytes, &us) < 0)
        return converted->inner.convert(&converted->inner, bytes, scratch, ret_value, diag);
    if (us)
        return put_moment(us, scratch, ret_value, diag);
    *ret_value = converted->zero;
    return 0;
}

/* ---- plan ------------------------------------------------------------------------------------ */

static int put_fallback(const struct tr_mysql_adapting *adapting,
                        const struct tr_zero_fallback *fallback, struct tr_mysql_form *form)
{
    struct tr_value *value = tr_arena_zalloc(adapting->arena, 1, sizeof *value);

    if (!value)
        return tr_fail_memory(adapting->diag);
    form->nullable = !fallback->set;
    if (!fallback->set)
        return 0;
    if (form->convert == convert_timestamp) {
        if (put_moment(fallback->us, adapting->arena, value, adapting->diag) < 0)
            return -1;
    } else if (form->convert == convert_date) {
        *value = tr_value_integer(fallback->us / TR_DAY_US);
    } else {
        *value = tr_value_integer(strcmp(form->schema.name, "io.debezium.time.Timestamp") == 0
                                      ? tr_floor_div(fallback->us, 1000)
                                      : fallback->us);
    }
    form->zero = *value;
    form->default_value = value;
    return 0;
}

static int use(const struct tr_mysql_adapting *adapting, enum tr_zero_kind kind,
               struct tr_mysql_form form)
{
    struct tr_zero_fallback fallback;
    struct tr_mysql_converted *converted;

    form.schema.version = 1;
    if (find_fallback(adapting, kind, &fallback) < 0 ||
        tr_mysql_converted_new(adapting, TR_MYSQL_INNER_NUMBER, &converted) < 0 ||
        put_fallback(adapting, &fallback, &form) < 0)
        return -1;
    converted->micros = tr_mysql_adapted(adapting)->length >= 4;
    return tr_mysql_converted_use(adapting, converted, &form);
}

int tr_mysql_adapt_zero_date(const struct tr_mysql_adapting *adapting)
{
    const struct tr_mysql_type *type = tr_mysql_adapted(adapting);
    const struct tr_custom_converter *options = adapting->converter->options;

    if (!tr_filter_allows(adapting->converter->selectors[0], adapting->name))
        return 1;
    if (type->kind == TR_MYSQL_DATE && is_target(options, "DATE"))
        return use(adapting, TR_ZERO_DATE,
                   (struct tr_mysql_form){
                       .schema = {.type = TR_TYPE_INT32, .name = "io.debezium.time.Date"},
                       .convert = convert_date});
    if (type->kind == TR_MYSQL_DATETIME && is_target(options, "DATETIME"))
        return use(adapting, TR_ZERO_DATETIME,
                   (struct tr_mysql_form){.schema = {.type = TR_TYPE_INT64,
                                                     .name = type->length >= 4
                                                                 ? "io.debezium.time.MicroTimestamp"
                                                                 : "io.debezium.time.Timestamp"},
                                          .convert = convert_counted});
    if (type->kind == TR_MYSQL_TIMESTAMP && is_target(options, "TIMESTAMP"))
        return use(adapting, TR_ZERO_TIMESTAMP,
                   (struct tr_mysql_form){.schema = {.type = TR_TYPE_STRING,
                                                     .name = "io.debezium.time.ZonedTimestamp"},
                                          .convert = convert_timestamp});
    return 1;
}
