#include "source/mysql/converters.h"

#include <stdlib.h>

#include "source/mysql/converters/impl.h"

struct tr_mysql_converters {
    size_t count;
    struct tr_mysql_converter items[];
};

/* ---- selectors ------------------------------------------------------------------------------- */

static int compile(struct tr_mysql_converter *converter, struct tr_diag *diag)
{
    const struct tr_custom_converter *options = converter->options;
    const bool jdbc = options->class == TR_CUSTOM_JDBC_SINK;
    const struct tr_list *const lists[TR_MYSQL_SELECTORS] = {
        jdbc ? &options->booleans : &options->selector,
        jdbc ? &options->reals : NULL,
        jdbc ? &options->strings : NULL,
    };

    for (size_t i = 0; i < TR_MYSQL_SELECTORS; i++) {
        if (!lists[i] || (jdbc && !lists[i]->count))
            continue;
        if (tr_filter_new((struct tr_filter_list){lists[i], "selector"},
                          (struct tr_filter_list){NULL, NULL}, &converter->selectors[i], diag) < 0)
            return tr_fail_in(diag, "converter %s", options->alias);
    }
    return 0;
}

static int adapt(const struct tr_type_map *types, const struct tr_table *table,
                 struct tr_plan_column *column, struct tr_arena *arena, struct tr_diag *diag)
{
    static int (*const adapts[])(const struct tr_mysql_adapting *) = {
        [TR_CUSTOM_TINYINT] = tr_mysql_adapt_tinyint,
        [TR_CUSTOM_JDBC_SINK] = tr_mysql_adapt_jdbc_sink,
        [TR_CUSTOM_ZERO_DATE] = tr_mysql_adapt_zero_date,
    };
    const struct tr_mysql_type_map *map = (const struct tr_mysql_type_map *)types;
    struct tr_mysql_adapting adapting = {
        .types = map, .column = column, .arena = arena, .diag = diag};

    adapting.name =
        tr_arena_printf(arena, "%s.%s.%s", table->schema, table->name, column->column->name);
    if (!adapting.name)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < map->converters->count; i++) {
        adapting.converter = &map->converters->items[i];
        int rc = adapts[adapting.converter->options->class](&adapting);
        if (rc < 0)
            return tr_fail_in(diag, "converter %s", adapting.converter->options->alias);
        if (rc == 0)
            return 0;
    }
    return 0;
}

int tr_mysql_converters_new(struct tr_mysql_type_map *types,
                            struct tr_mysql_converters **ret_converters, struct tr_diag *diag)
{
    size_t n = types->options->nconverters;
    struct tr_mysql_converters *converters;

    *ret_converters = NULL;
    if (!n)
        return 0;
    converters = calloc(1, sizeof *converters + n * sizeof converters->items[0]);
    if (!converters)
        return tr_fail_memory(diag);
    converters->count = n;
    for (size_t i = 0; i < n; i++) {
        converters->items[i].options = &types->options->converters[i];
        if (compile(&converters->items[i], diag) < 0) {
            tr_mysql_converters_free(converters);
            return -1;
        }
    }
    types->converters = *ret_converters = converters;
    types->map.adapt = adapt;
    return 0;
}

void tr_mysql_converters_free(struct tr_mysql_converters *converters)
{
    if (!converters)
        return;
    for (size_t i = 0; i < converters->count; i++)
        for (size_t j = 0; j < TR_MYSQL_SELECTORS; j++)
            tr_filter_free(converters->items[i].selectors[j]);
    free(converters);
}

/* ---- what converters share ------------------------------------------------------------------- */

int tr_mysql_converted_new(const struct tr_mysql_adapting *adapting, enum tr_mysql_inner inner,
                           struct tr_mysql_converted **ret_converted)
{
    struct tr_arena *arena = adapting->arena;
    struct tr_mysql_converted *converted = tr_arena_zalloc(arena, 1, sizeof *converted);
    struct tr_capture_options *options = tr_arena_zalloc(arena, 1, sizeof *options);
    struct tr_column *column = tr_arena_zalloc(arena, 1, sizeof *column);
    struct tr_mysql_type_map types;

    if (!converted || !options || !column)
        return tr_fail_memory(adapting->diag);
    *options = *adapting->types->options;
    options->decimal_handling =
        inner == TR_MYSQL_INNER_TEXT ? TR_DECIMAL_STRING : TR_DECIMAL_DOUBLE;
    options->binary_handling = TR_BINARY_BYTES;
    options->bigint_unsigned_handling = TR_BIGINT_UNSIGNED_LONG;
    options->time_precision = TR_TIME_MICROSECONDS;
    options->time_adjuster = false;
    *column = *adapting->column->column;
    column->optional = true;
    tr_mysql_type_map_init(&types, options);
    converted->inner = (struct tr_plan_column){.column = column, .place = adapting->column->place};
    if (types.map.map(&types.map, &converted->inner, arena, adapting->diag) < 0)
        return -1;
    *ret_converted = converted;
    return 0;
}

/* The default of the column, converted as a value is. A converter works on cells, so the cell is
 * left out: what inner makes of it is already there. */
static tr_convert_fn put_default;
static int put_default(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)bytes;
    (void)scratch;
    (void)diag;
    *ret_value = *(const struct tr_value *)column->state;
    return 0;
}

static int convert_default(const struct tr_mysql_adapting *adapting,
                           const struct tr_mysql_converted *converted,
                           const struct tr_mysql_form *form, const struct tr_value **ret_default)
{
    const struct tr_value *value = converted->inner.schema->default_value;
    struct tr_mysql_converted *stated = tr_arena_zalloc(adapting->arena, 1, sizeof *stated);
    struct tr_value *made = tr_arena_zalloc(adapting->arena, 1, sizeof *made);

    *ret_default = NULL;
    if (!adapting->column->schema->default_value)
        return 0;
    *ret_default = form->default_value;
    if (form->default_value || form->nullable || !value)
        return 0;
    if (!stated || !made)
        return tr_fail_memory(adapting->diag);
    *stated = *converted;
    stated->inner.convert = put_default;
    stated->inner.state = value;
    struct tr_plan_column column = *adapting->column;
    struct tr_diag ignored;
    column.state = stated;
    if (form->convert(&column, TR_SLICE(""), adapting->arena, made, &ignored) == 0 &&
        made->kind != TR_NULL)
        *ret_default = made;
    return 0;
}

int tr_mysql_converted_use(const struct tr_mysql_adapting *adapting,
                           struct tr_mysql_converted *converted, const struct tr_mysql_form *form)
{
    struct tr_plan_column *column = adapting->column;
    struct tr_schema *schema = tr_arena_zalloc(adapting->arena, 1, sizeof *schema);
    const struct tr_value *default_value;

    if (!schema)
        return tr_fail_memory(adapting->diag);
    if (convert_default(adapting, converted, form, &default_value) < 0)
        return -1;
    *schema = form->schema;
    schema->optional = column->column->optional || form->nullable;
    schema->default_value = default_value;
    converted->zero = form->zero;
    column->schema = schema;
    column->convert = form->convert;
    column->state = converted;
    column->filler = schema->optional ? (struct tr_value){0}
                     : default_value  ? *default_value
                                      : form->zero;
    /* a text has a mark for a value that the log leaves out, whatever a converter makes of it */
    if (schema->type != TR_TYPE_STRING || column->unavailable.kind != TR_TEXT)
        column->unavailable = schema->optional ? (struct tr_value){0} : form->zero;
    return 0;
}
