/*
 * ExtractSchemaToNewRecord: the source's columns, as column.propagate.source.type describes them in
 * the schema, also stand in each value: a field sourceSchema at its end.
 * Facts: io.debezium.transforms.ExtractSchemaToNewRecord, SchemaFactory (3.6) and recordings.
 */
#include <errno.h>
#include <stdlib.h>

#include "transform/debezium/envelope.h"
#include "transform/shape.h"
#include "transform/transform-impl.h"

#define PARAMETER "__debezium.source.column."

/* The places of a column's fields. */
enum { NAME, TYPE_NAME, LENGTH, SCALE, COMMENT, COLUMN_FIELDS };

struct extraction {
    struct tr_envelope_places at;
    const struct tr_schema *schema; /* with sourceSchema as its last field */
    struct tr_value block;
};

static const struct tr_schema *block_schema(void)
{
    static const struct tr_schema int32 = {.type = TR_TYPE_INT32, .optional = true};
    static const struct tr_field column_fields[COLUMN_FIELDS] = {
        [NAME] = {"name", &tr_shape_string},
        [TYPE_NAME] = {"typeName", &tr_shape_string},
        [LENGTH] = {"length", &int32},
        [SCALE] = {"scale", &int32},
        [COMMENT] = {"comment", &tr_shape_optional_string},
    };
    static const struct tr_schema column = {.type = TR_TYPE_STRUCT,
                                            .name = "io.debezium.connector.source.schema.Column",
                                            .version = 1,
                                            .fields = column_fields,
                                            .nfields = COLUMN_FIELDS};
    static const struct tr_schema columns = {.type = TR_TYPE_ARRAY, .items = &column};
    static const struct tr_field table_fields[] = {{"columns", &columns}};
    static const struct tr_schema table = {.type = TR_TYPE_STRUCT,
                                           .name = "io.debezium.connector.source.schema.Table",
                                           .version = 1,
                                           .fields = table_fields,
                                           .nfields = 1};
    static const struct tr_field block_fields[] = {{"id", &tr_shape_string}, {"table", &table}};
    static const struct tr_schema block = {.type = TR_TYPE_STRUCT,
                                           .name = "io.debezium.connector.source.Schema",
                                           .version = 1,
                                           .fields = block_fields,
                                           .nfields = 2};
    return &block;
}

static const char *parameter(const struct tr_schema *schema, const char *key)
{
    for (size_t i = 0; i < schema->nparameters; i++)
        if (strcmp(schema->parameters[i].key, key) == 0)
            return schema->parameters[i].value;
    return NULL;
}

static struct tr_value number_of(const char *text)
{
    char *end;

    errno = 0;
    long number = text ? strtol(text, &end, 10) : 0;
    if (!text || errno || end == text || *end)
        return (struct tr_value){.kind = TR_NULL};
    return tr_value_integer(number);
}

static struct tr_value text_of(const char *text)
{
    return text ? tr_value_text(tr_slice_of(text)) : (struct tr_value){.kind = TR_NULL};
}

static int describe(const struct tr_schema *schema, struct tr_value *items, struct tr_diag *diag)
{
    items[NAME] = text_of(parameter(schema, PARAMETER "name"));
    items[TYPE_NAME] = text_of(parameter(schema, PARAMETER "type"));
    items[LENGTH] = number_of(parameter(schema, PARAMETER "length"));
    items[SCALE] = number_of(parameter(schema, PARAMETER "scale"));
    items[COMMENT] = text_of(parameter(schema, PARAMETER "comment"));
    if (items[NAME].kind == TR_TEXT && items[TYPE_NAME].kind == TR_TEXT)
        return 0;
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "Ensure that enable configurations \"column.propagate.source.type\" or "
                   "\"datatype.propagate.source.type\" and the value is set to \".*\"");
}

static int describe_all(const struct tr_schema *row, struct tr_arena *arena,
                        struct tr_value *ret_columns, struct tr_diag *diag)
{
    struct tr_value *columns = tr_arena_zalloc(arena, row->nfields, sizeof *columns);
    struct tr_value *items = tr_arena_zalloc(arena, row->nfields * COLUMN_FIELDS, sizeof *items);

    if (!columns || !items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < row->nfields; i++, items += COLUMN_FIELDS) {
        if (describe(row->fields[i].schema, items, diag) < 0)
            return tr_fail_in(diag, "column %s", row->fields[i].name);
        columns[i] = tr_value_items(items, COLUMN_FIELDS);
    }
    *ret_columns = tr_value_items(columns, row->nfields);
    return 0;
}

/* {id, {columns}} */
static int make_block(const struct tr_schema *row, struct tr_slice table, struct tr_arena *arena,
                      struct tr_value *ret_block, struct tr_diag *diag)
{
    struct tr_value *items = tr_arena_zalloc(arena, 3, sizeof *items);
    char *id = tr_arena_strdup(arena, table);

    if (!items || !id)
        return tr_fail_memory(diag);
    items[0] = tr_value_text((struct tr_slice){id, table.n});
    items[1] = tr_value_items(&items[2], 1);
    *ret_block = tr_value_items(items, 2);
    return describe_all(row, arena, &items[2], diag);
}

static struct tr_slice table_of(const struct tr_schema *envelope, const struct tr_value *value,
                                int source)
{
    int place = tr_shape_find(envelope->fields[source].schema, "table");
    const struct tr_value *items = value->items[source].items;

    if (place < 0 || value->items[source].kind != TR_ITEMS || items[place].kind != TR_TEXT)
        return TR_SLICE("");
    return items[place].bytes;
}

/* >0: not an envelope. */
static int make_extraction(const struct tr_derive_key *key, struct tr_arena *arena,
                           void **ret_thing, struct tr_diag *diag)
{
    struct extraction *extraction = tr_arena_zalloc(arena, 1, sizeof *extraction);
    const struct tr_schema *envelope = key->from;

    if (!extraction)
        return tr_fail_memory(diag);
    if (!tr_envelope_find(envelope, &extraction->at))
        return 1;
    struct tr_schema *schema = tr_shape_copy(envelope, 1, arena);
    if (!schema)
        return tr_fail_memory(diag);
    tr_shape_add(schema, "sourceSchema", block_schema());
    if (tr_shape_check_names(schema, diag) < 0)
        return -1;
    extraction->schema = schema;
    *ret_thing = extraction;
    return make_block(envelope->fields[extraction->at.after].schema,
                      table_of(envelope, key->argument, extraction->at.source), arena,
                      &extraction->block, diag);
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_extraction, NULL};
    const struct tr_derive_key key = {transform, record->value_schema, NULL, &record->value};
    size_t n = record->value.count;
    void *thing;

    if (record->value.kind != TR_ITEMS)
        return 0;
    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct extraction *extraction = thing;
    if (!extraction || (record->value.items[extraction->at.before].kind == TR_NULL &&
                        record->value.items[extraction->at.after].kind == TR_NULL))
        return 0; /* not an envelope, or a TRUNCATE's */
    struct tr_value *items = tr_arena_alloc(context->scratch, (n + 1) * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    memcpy(items, record->value.items, n * sizeof *items);
    items[n] = extraction->block;
    record->value_schema = extraction->schema;
    record->value = tr_value_items(items, n + 1);
    return 0;
}

const struct tr_transform_impl tr_extract_schema = {
    .class_name = "io.debezium.transforms.ExtractSchemaToNewRecord",
    .size = sizeof(struct tr_transform),
    .apply = apply,
};
