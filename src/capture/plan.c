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

static int map_column(struct tr_capture_table *table, unsigned place, struct tr_plan_column *column,
                      struct tr_diag *diag)
{
    const struct tr_type_map *types = table->capture->types;

    *column = (struct tr_plan_column){.column = &table->table->columns[place], .place = place};
    int rc = types->map(types, column, &table->arena, diag);
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
        int rc = map_column(table, i, &columns[table->plan.ncolumns], diag);
        if (rc < 0)
            return -1;
        table->plan.ncolumns += rc == 0;
    }
    return 0;
}

static int compile_key(struct tr_capture_table *table, struct tr_diag *diag)
{
    struct tr_key_columns key;

    if (tr_key_rules_apply(table->capture->keys, table->table, &table->arena, &key, diag) < 0)
        return -1;
    struct tr_plan_column *columns = tr_arena_zalloc(&table->arena, key.count, sizeof *columns);
    if (!columns)
        return tr_fail_memory(diag);
    table->plan.key = columns;
    for (size_t i = 0; i < key.count; i++) {
        int rc = map_column(table, key.places[i], &columns[table->plan.nkey], diag);
        if (rc < 0)
            return -1;
        table->plan.nkey += rc == 0;
    }
    return 0;
}

static struct tr_schema *struct_schema(struct tr_capture_table *table, const char *suffix,
                                       const struct tr_plan_column *columns, size_t n)
{
    struct tr_arena *arena = &table->arena;
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    struct tr_field *fields = tr_arena_zalloc(arena, n, sizeof *fields);
    char *name = tr_arena_printf(arena, "%s.%s", table->topic->name, suffix);

    if (!schema || !fields || !name)
        return NULL;
    for (size_t i = 0; i < n; i++)
        fields[i] = (struct tr_field){columns[i].column->name, columns[i].schema};
    *schema =
        (struct tr_schema){.type = TR_TYPE_STRUCT, .name = name, .fields = fields, .nfields = n};
    return schema;
}

int tr_plan_compile(struct tr_capture_table *table, struct tr_diag *diag)
{
    struct tr_plan *plan = &table->plan;

    if (compile_values(table, diag) < 0 || compile_key(table, diag) < 0)
        return -1;
    struct tr_schema *value = struct_schema(table, "Value", plan->columns, plan->ncolumns);
    if (!value)
        return tr_fail_memory(diag);
    value->optional = true;
    plan->value_schema = value;
    if (plan->nkey) {
        plan->key_schema = struct_schema(table, "Key", plan->key, plan->nkey);
        if (!plan->key_schema)
            return tr_fail_memory(diag);
    }
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
    *ret_value = column->schema->optional ? (struct tr_value){.kind = TR_NULL} : column->filler;
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
