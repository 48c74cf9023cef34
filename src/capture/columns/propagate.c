#include <ctype.h>

#include "capture/columns/impl.h"

#define PREFIX "__debezium.source.column."

static const char *upper(const char *name, struct tr_arena *arena)
{
    char *copy = tr_arena_strdup(arena, tr_slice_of(name));

    for (char *p = copy; p && *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return copy;
}

int tr_propagate(const struct tr_column_facts *facts, struct tr_arena *arena,
                 struct tr_plan_column *column, struct tr_diag *diag)
{
    struct tr_schema_parameter parameters[5];
    size_t n = 0;

    parameters[n++] = (struct tr_schema_parameter){PREFIX "type", upper(facts->type, arena)};
    if (facts->length >= 0)
        parameters[n++] = (struct tr_schema_parameter){
            PREFIX "length", tr_arena_printf(arena, "%d", (int)facts->length)};
    if (facts->scale >= 0)
        parameters[n++] = (struct tr_schema_parameter){
            PREFIX "scale", tr_arena_printf(arena, "%d", (int)facts->scale)};
    if (facts->comment && *facts->comment)
        parameters[n++] = (struct tr_schema_parameter){PREFIX "comment", facts->comment};
    parameters[n++] = (struct tr_schema_parameter){PREFIX "name", column->column->name};
    for (size_t i = 0; i < n; i++)
        if (!parameters[i].value)
            return tr_fail_memory(diag);
    return tr_column_parameters(column, parameters, n, arena, diag);
}
