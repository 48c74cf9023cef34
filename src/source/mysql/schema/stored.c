/* A definition as the text that is stored: {"version":1,"database":…,"table":…,"columns":[…]}. What
 * isn't said is false, or not there. */
#include <jansson.h>
#include <stdio.h>

#include "source/mysql/catalog.h"

#define FORMAT 1

static json_t *column_object(const struct tr_column *column,
                             const struct tr_mysql_attribute *attribute)
{
    return json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:b, s:b, s:b, s:b, s:b}", "name",
                     column->name, "type", attribute->spelling, "default", column->default_text,
                     "charset", attribute->charset, "collation", attribute->collation, "comment",
                     attribute->comment, "nullable", column->optional, "auto_increment",
                     attribute->auto_increment, "on_update", attribute->on_update, "generated",
                     attribute->generated, "invisible", attribute->invisible);
}

static json_t *columns_array(const struct tr_mysql_definition *definition)
{
    json_t *array = json_array();

    for (size_t i = 0; i < definition->table.ncolumns; i++)
        if (json_array_append_new(array, column_object(&definition->table.columns[i],
                                                       &definition->attributes[i])) < 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *key_array(const struct tr_table *table)
{
    json_t *array = json_array();

    for (size_t i = 0; i < table->nkey; i++)
        if (json_array_append_new(array, json_string(table->columns[table->key[i]].name)) < 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static int put(const char *bytes, size_t n, void *writer)
{
    tr_writer_put(writer, bytes, n);
    return 0;
}

int tr_mysql_definition_write(const struct tr_mysql_definition *definition,
                              struct tr_writer *writer)
{
    json_t *object = json_pack(
        "{s:i, s:s, s:I, s:s, s:s, s:s*, s:s*, s:b, s:b, s:b, s:o, s:o}", "version", FORMAT, "file",
        definition->read.file, "pos", (json_int_t)definition->read.pos, "database",
        definition->table.schema, "table", definition->table.name, "collation",
        definition->collation, "comment", definition->comment, "primary", definition->primary,
        "sequence", definition->sequence, "hidden_period", definition->hidden_period, "columns",
        columns_array(definition), "key", key_array(&definition->table));
    int rc = object ? json_dump_callback(object, put, writer, JSON_COMPACT) : -1;

    json_decref(object);
    return rc;
}

/* A text is being read. */
struct reading {
    struct tr_mysql_definition *definition;
    struct tr_column *columns;
    const char **key;
    size_t nkey;
    bool failed; /* no memory */
};

static const char *copy(struct reading *reading, const char *text)
{
    const char *copied =
        text ? tr_arena_strdup(&reading->definition->arena, tr_slice_of(text)) : NULL;

    reading->failed |= text && !copied;
    return copied;
}

static bool read_column(struct reading *reading, json_t *object,
                        struct tr_mysql_attribute *attribute, struct tr_column *column)
{
    const char *name, *type, *otherwise = NULL, *charset = NULL, *collation = NULL, *comment = NULL;
    int nullable, auto_increment, on_update, generated, invisible;

    if (json_unpack(object, "{s:s, s:s, s?s, s?s, s?s, s?s, s:b, s:b, s:b, s:b, s:b}", "name",
                    &name, "type", &type, "default", &otherwise, "charset", &charset, "collation",
                    &collation, "comment", &comment, "nullable", &nullable, "auto_increment",
                    &auto_increment, "on_update", &on_update, "generated", &generated, "invisible",
                    &invisible) < 0)
        return false;
    *attribute = (struct tr_mysql_attribute){
        .spelling = copy(reading, type),
        .charset = copy(reading, charset),
        .collation = copy(reading, collation),
        .comment = copy(reading, comment),
        .auto_increment = auto_increment,
        .on_update = on_update,
        .generated = generated,
        .invisible = invisible,
    };
    *column = (struct tr_column){
        .name = copy(reading, name),
        .optional = nullable,
        .identity = true,
        .default_text = copy(reading, otherwise),
    };
    return true;
}

static bool read_columns(struct reading *reading, json_t *array)
{
    struct tr_mysql_definition *definition = reading->definition;
    size_t n = json_array_size(array);
    struct tr_mysql_attribute *attributes =
        tr_arena_zalloc(&definition->arena, n, sizeof *attributes);

    reading->columns = tr_arena_zalloc(&definition->arena, n, sizeof *reading->columns);
    reading->failed |= !attributes || !reading->columns;
    definition->attributes = attributes;
    definition->table.columns = reading->columns;
    definition->table.ncolumns = n;
    for (size_t i = 0; !reading->failed && i < n; i++)
        if (!read_column(reading, json_array_get(array, i), &attributes[i], &reading->columns[i]))
            return false;
    return n > 0;
}

static bool read_key(struct reading *reading, json_t *array)
{
    reading->nkey = json_array_size(array);
    reading->key =
        tr_arena_zalloc(&reading->definition->arena, reading->nkey, sizeof *reading->key);
    reading->failed |= !reading->key;
    for (size_t i = 0; !reading->failed && i < reading->nkey; i++) {
        const char *name = json_string_value(json_array_get(array, i));
        if (!name)
            return false;
        reading->key[i] = copy(reading, name);
    }
    return true;
}

static bool read_object(struct reading *reading, json_t *object)
{
    struct tr_mysql_definition *definition = reading->definition;
    const char *database, *table, *collation = NULL, *comment = NULL;
    const char *file;
    json_int_t pos;
    int version, primary, sequence, hidden_period;
    json_t *columns, *key;

    if (json_unpack(object, "{s:i, s:s, s:I, s:s, s:s, s?s, s?s, s:b, s:b, s:b, s:o, s:o}",
                    "version", &version, "file", &file, "pos", &pos, "database", &database, "table",
                    &table, "collation", &collation, "comment", &comment, "primary", &primary,
                    "sequence", &sequence, "hidden_period", &hidden_period, "columns", &columns,
                    "key", &key) < 0 ||
        version != FORMAT)
        return false;
    snprintf(definition->read.file, sizeof definition->read.file, "%s", file);
    definition->read.pos = (uint64_t)pos;
    definition->table.schema = copy(reading, database);
    definition->table.name = copy(reading, table);
    definition->collation = copy(reading, collation);
    definition->comment = copy(reading, comment);
    definition->primary = primary;
    definition->sequence = sequence;
    definition->hidden_period = hidden_period;
    return read_columns(reading, columns) && read_key(reading, key);
}

static int parse(struct reading *reading, struct tr_slice text, struct tr_diag *diag)
{
    json_t *object = json_loadb(text.p, text.n, 0, NULL);
    bool good = object && read_object(reading, object);

    json_decref(object);
    if (reading->failed)
        return tr_fail_memory(diag);
    if (!good)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "a stored table definition can't be read; it was written by another "
                       "version, or not by tailrace");
    return tr_mysql_definition_complete(reading->definition, reading->columns, reading->key,
                                        reading->nkey, diag);
}

int tr_mysql_definition_parse(struct tr_slice json, struct tr_mysql_definition **ret_definition,
                              struct tr_diag *diag)
{
    struct tr_mysql_definition *definition = tr_mysql_definition_new();
    struct reading reading = {.definition = definition};

    if (!definition)
        return tr_fail_memory(diag);
    if (parse(&reading, json, diag) < 0) {
        tr_mysql_definition_free(definition);
        return -1;
    }
    *ret_definition = definition;
    return 0;
}
