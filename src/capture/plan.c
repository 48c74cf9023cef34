/* Compiles a table version into a column plan, and runs it. */
#include "capture/plan.h"

#include "capture/capture-impl.h"

/* include.schema.comments: the schema with the column's comment. */
static int document(struct tr_capture_table *table, struct tr_plan_column *column,
                    struct tr_diag *diag)
{
    struct tr_schema *schema;

    if (!table->capture->options->schema_comments || !column->column->comment)
        return 0;
    schema = tr_arena_zalloc(&table->arena, 1, sizeof *schema);
    if (!schema)
        return tr_fail_memory(diag);
    *schema = *column->schema;
    schema->doc = column->column->comment;
    column->schema = schema;
    return 0;
}

static int map_column(struct tr_capture_table *table, unsigned place, bool key,
                      struct tr_plan_column *column, struct tr_diag *diag)
{
    const struct tr_type_map *types = table->capture->types;
    const struct tr_column_place where = {table->table, types, &table->arena, key};

    *column = (struct tr_plan_column){.column = &table->table->columns[place], .place = place};
    int rc = types->map(types, column, &table->arena, diag);
    if (rc == 0 && types->adapt)
        rc = types->adapt(types, table->table, column, &table->arena, diag);
    if (rc == 0)
        rc = tr_column_rules_apply(table->capture->column_rules, &where, column, diag);
    if (rc < 0)
        return tr_fail_in(diag, "table %s.%s, column %s", table->table->schema, table->table->name,
                          column->column->name);
    return rc ? rc : document(table, column, diag);
}

static int compile_values(struct tr_capture_table *table, struct tr_diag *diag)
{
    const struct tr_table *version = table->table;
    struct tr_plan_column *columns =
        tr_arena_zalloc(&table->arena, version->ncolumns, sizeof *columns);

    if (!columns)
        return tr_fail_memory(diag);
    table->plan.columns = columns;
    for (unsigned i = 0; i < version->ncolumns; i++) {
        char *name = tr_arena_printf(&table->arena, "%s.%s.%s", version->schema, version->name,
                                     version->columns[i].name);
        if (!name)
            return tr_fail_memory(diag);
        if (!tr_filter_allows(table->capture->columns, name))
            continue;
        int rc = map_column(table, i, false, &columns[table->plan.ncolumns], diag);
        if (rc < 0)
            return -1;
        table->plan.ncolumns += rc == 0;
    }
    return 0;
}

static int convert_constant(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    (void)bytes;
    (void)scratch;
    (void)diag;
    *ret_value = column->filler;
    return 0;
}

/* topic.key.field.name: a field that tells the table. It stands in the plan as a column whose value
 * is the same whatever the cell at its place is. */
static int add_key_field(struct tr_capture_table *table, struct tr_plan_column *field,
                         struct tr_diag *diag)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    struct tr_naming_field named;
    struct tr_column *column;

    if (tr_naming_key_field(table->capture->naming, table->table, &table->arena, &named, diag) < 0)
        return -1;
    if (!named.name || !table->table->ncolumns)
        return 0;
    column = tr_arena_zalloc(&table->arena, 1, sizeof *column);
    if (!column)
        return tr_fail_memory(diag);
    column->name = named.name;
    *field = (struct tr_plan_column){
        .column = column,
        .schema = &text,
        .convert = convert_constant,
        .filler = tr_value_text(named.value),
        .unavailable = tr_value_text(named.value),
    };
    table->plan.nkey++;
    return 0;
}

static int compile_key(struct tr_capture_table *table, struct tr_diag *diag)
{
    struct tr_key_columns key;

    if (tr_key_rules_apply(table->capture->keys, table->table, &table->arena, &key, diag) < 0)
        return -1;
    struct tr_plan_column *columns = tr_arena_zalloc(&table->arena, key.count + 1, sizeof *columns);
    if (!columns)
        return tr_fail_memory(diag);
    table->plan.key = columns;
    for (size_t i = 0; i < key.count; i++) {
        int rc = map_column(table, key.places[i], true, &columns[table->plan.nkey], diag);
        if (rc < 0)
            return -1;
        table->plan.nkey += rc == 0;
    }
    table->plan.nkey_columns = table->plan.nkey;
    return add_key_field(table, &columns[table->plan.nkey], diag);
}

/* Names that Avro doesn't allow are replaced, and then two may be the same. */
static int name_fields(struct tr_capture_table *table, const struct tr_plan_column *columns,
                       struct tr_field *fields, size_t n, struct tr_diag *diag)
{
    enum tr_adjustment mode = table->capture->options->field_names;

    for (size_t i = 0; i < n; i++) {
        const char *name = tr_adjust_field_name(mode, columns[i].column->name, &table->arena);
        if (!name)
            return tr_fail_memory(diag);
        for (size_t j = 0; j < i; j++)
            if (strcmp(fields[j].name, name) == 0)
                return tr_fail(diag, TR_CONFIG, TR_STOP,
                               "table %s.%s: %s and %s would both be the field %s; change "
                               "field.name.adjustment.mode or topic.key.field.name, or exclude one "
                               "of the columns (column.exclude.list)",
                               table->table->schema, table->table->name, columns[j].column->name,
                               columns[i].column->name, name);
        fields[i] = (struct tr_field){name, columns[i].schema};
    }
    return 0;
}

struct columns {
    const struct tr_plan_column *items;
    size_t count;
};

static int make_struct(struct tr_capture_table *table, const char *suffix, struct columns columns,
                       struct tr_schema **ret_schema, struct tr_diag *diag)
{
    size_t n = columns.count;
    struct tr_arena *arena = &table->arena;
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    struct tr_field *fields = tr_arena_zalloc(arena, n, sizeof *fields);
    const char *name = tr_schema_name(table, suffix);

    if (!schema || !fields || !name)
        return tr_fail_memory(diag);
    if (name_fields(table, columns.items, fields, n, diag) < 0)
        return -1;
    *schema =
        (struct tr_schema){.type = TR_TYPE_STRUCT, .name = name, .fields = fields, .nfields = n};
    *ret_schema = schema;
    return 0;
}

const char *tr_schema_name(struct tr_capture_table *table, const char *suffix)
{
    const char *name = tr_arena_printf(&table->arena, "%s.%s", table->topic->name, suffix);

    return name ? tr_adjust_schema_name(table->capture->options->schema_names, name, &table->arena)
                : NULL;
}

int tr_plan_compile(struct tr_capture_table *table, struct tr_diag *diag)
{
    struct tr_plan *plan = &table->plan;
    struct tr_schema *value, *key = NULL;

    if (compile_values(table, diag) < 0 || compile_key(table, diag) < 0)
        return -1;
    if (make_struct(table, "Value", (struct columns){plan->columns, plan->ncolumns}, &value, diag) <
        0)
        return -1;
    value->optional = true;
    plan->value_schema = value;
    if (plan->nkey &&
        make_struct(table, "Key", (struct columns){plan->key, plan->nkey}, &key, diag) < 0)
        return -1;
    plan->key_schema = key;
    return 0;
}

static int convert(const struct tr_plan_column *column, const struct tr_cell *cell,
                   struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    switch (cell->kind) {
    case TR_CELL_VALUE:
        return column->convert(column, cell->bytes, scratch, ret_value, diag);
    case TR_CELL_UNCHANGED:
        *ret_value = column->unavailable;
        return 0;
    case TR_CELL_NULL:
    case TR_CELL_ABSENT:
        break;
    }
    *ret_value = column->filler;
    return 0;
}

int tr_plan_run(const struct tr_plan_column *columns, size_t ncolumns, struct tr_image *image,
                struct tr_value *ret_row, struct tr_diag *diag)
{
    struct tr_value *values = tr_arena_alloc(image->scratch, ncolumns * sizeof *values);

    if (!values)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < ncolumns; i++) {
        const struct tr_plan_column *column = &columns[i];
        const struct tr_cell *cell = &image->cells[column->place];
        if (TR_UNLIKELY(cell->kind == TR_CELL_UNCHANGED) && image->old &&
            image->old[column->place].kind != TR_CELL_ABSENT)
            cell = &image->old[column->place];
        int rc = convert(column, cell, image->scratch, &values[i], diag);
        if (TR_UNLIKELY(rc < 0))
            return tr_fail_in(diag, "column %s", column->column->name);
        if (TR_UNLIKELY(rc > 0))
            image->nulled = column->column;
    }
    *ret_row = tr_value_items(values, ncolumns);
    return 0;
}
