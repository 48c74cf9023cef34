/* Facts: recordings; the numbers are those of java.sql.Types. */
#include "source/mysql/schema/value.h"

#include <strings.h>

#include "source/mysql/mysql-type.h"
#include "source/mysql/source-block.h"

enum column_field {
    COLUMN_NAME,
    COLUMN_JDBC_TYPE,
    COLUMN_NATIVE_TYPE,
    COLUMN_TYPE_NAME,
    COLUMN_TYPE_EXPRESSION,
    COLUMN_CHARSET,
    COLUMN_LENGTH,
    COLUMN_SCALE,
    COLUMN_POSITION,
    COLUMN_OPTIONAL,
    COLUMN_AUTO_INCREMENTED,
    COLUMN_GENERATED,
    COLUMN_COMMENT,
    COLUMN_DEFAULT,
    COLUMN_ENUM_VALUES,
    COLUMN_FIELDS,
};

enum { TABLE_CHARSET, TABLE_KEY, TABLE_COLUMNS, TABLE_COMMENT, TABLE_FIELDS };
enum { CHANGE_TYPE, CHANGE_ID, CHANGE_TABLE, CHANGE_FIELDS };

static const struct tr_schema text = {.type = TR_TYPE_STRING};
static const struct tr_schema optional_text = {.type = TR_TYPE_STRING, .optional = true};
static const struct tr_schema integer = {.type = TR_TYPE_INT32};
static const struct tr_schema optional_integer = {.type = TR_TYPE_INT32, .optional = true};
static const struct tr_schema optional_boolean = {.type = TR_TYPE_BOOLEAN, .optional = true};
static const struct tr_schema number = {.type = TR_TYPE_INT64};
static const struct tr_schema texts = {.type = TR_TYPE_ARRAY, .optional = true, .items = &text};

static const struct tr_field column_fields[] = {
    {"name", &text},
    {"jdbcType", &integer},
    {"nativeType", &optional_integer},
    {"typeName", &text},
    {"typeExpression", &optional_text},
    {"charsetName", &optional_text},
    {"length", &optional_integer},
    {"scale", &optional_integer},
    {"position", &integer},
    {"optional", &optional_boolean},
    {"autoIncremented", &optional_boolean},
    {"generated", &optional_boolean},
    {"comment", &optional_text},
    {"defaultValueExpression", &optional_text},
    {"enumValues", &texts},
};
static const struct tr_schema column_schema = {
    .type = TR_TYPE_STRUCT,
    .name = "io.debezium.connector.schema.Column",
    .version = 1,
    .fields = column_fields,
    .nfields = COLUMN_FIELDS,
};
static const struct tr_schema columns_schema = {.type = TR_TYPE_ARRAY, .items = &column_schema};

static const struct tr_field table_fields[] = {
    {"defaultCharsetName", &optional_text},
    {"primaryKeyColumnNames", &texts},
    {"columns", &columns_schema},
    {"comment", &optional_text},
};
static const struct tr_schema table_schema = {
    .type = TR_TYPE_STRUCT,
    .optional = true,
    .name = "io.debezium.connector.schema.Table",
    .version = 1,
    .fields = table_fields,
    .nfields = TABLE_FIELDS,
};

static const struct tr_field change_fields[] = {
    {"type", &text},
    {"id", &text},
    {"table", &table_schema},
};
static const struct tr_schema change_schema = {
    .type = TR_TYPE_STRUCT,
    .name = "io.debezium.connector.schema.Change",
    .version = 1,
    .fields = change_fields,
    .nfields = CHANGE_FIELDS,
};
static const struct tr_schema changes_schema = {.type = TR_TYPE_ARRAY, .items = &change_schema};

static const struct tr_field key_fields[] = {{"databaseName", &text}};

int tr_mysql_schema_value_schemas(bool mariadb, struct tr_arena *arena,
                                  const struct tr_schema **ret_key,
                                  const struct tr_schema **ret_value)
{
    struct tr_schema *key = tr_arena_zalloc(arena, 1, sizeof *key);
    struct tr_schema *value = tr_arena_zalloc(arena, 1, sizeof *value);
    struct tr_field *fields = tr_arena_zalloc(arena, TR_MYSQL_SCHEMA_FIELDS, sizeof *fields);
    const struct tr_schema *source = tr_mysql_source_schema_new(arena, mariadb);

    if (!key || !value || !fields || !source)
        return -1;
    fields[TR_MYSQL_SCHEMA_SOURCE] = (struct tr_field){"source", source};
    fields[TR_MYSQL_SCHEMA_TS_MS] = (struct tr_field){"ts_ms", &number};
    fields[TR_MYSQL_SCHEMA_DATABASE] = (struct tr_field){"databaseName", &optional_text};
    fields[TR_MYSQL_SCHEMA_SCHEMA] = (struct tr_field){"schemaName", &optional_text};
    fields[TR_MYSQL_SCHEMA_DDL] = (struct tr_field){"ddl", &optional_text};
    fields[TR_MYSQL_SCHEMA_CHANGES] = (struct tr_field){"tableChanges", &changes_schema};
    *key = (struct tr_schema){
        .type = TR_TYPE_STRUCT,
        .name = mariadb ? "io.debezium.connector.mariadb.SchemaChangeKey"
                        : "io.debezium.connector.mysql.SchemaChangeKey",
        .version = 1,
        .fields = key_fields,
        .nfields = TR_COUNT(key_fields),
    };
    *value = (struct tr_schema){
        .type = TR_TYPE_STRUCT,
        .name = mariadb ? "io.debezium.connector.mariadb.SchemaChangeValue"
                        : "io.debezium.connector.mysql.SchemaChangeValue",
        .version = 1,
        .fields = fields,
        .nfields = TR_MYSQL_SCHEMA_FIELDS,
    };
    *ret_key = key;
    *ret_value = value;
    return 0;
}

static int jdbc_type(const struct tr_mysql_type *type)
{
    static const int numbers[] = {
        [TR_MYSQL_TINYINT] = 5,    [TR_MYSQL_SMALLINT] = 5,     [TR_MYSQL_MEDIUMINT] = 4,
        [TR_MYSQL_INT] = 4,        [TR_MYSQL_BIGINT] = -5,      [TR_MYSQL_DECIMAL] = 3,
        [TR_MYSQL_FLOAT] = 6,      [TR_MYSQL_DOUBLE] = 8,       [TR_MYSQL_BIT] = -7,
        [TR_MYSQL_YEAR] = 4,       [TR_MYSQL_DATE] = 91,        [TR_MYSQL_TIME] = 92,
        [TR_MYSQL_DATETIME] = 93,  [TR_MYSQL_TIMESTAMP] = 2014, [TR_MYSQL_CHAR] = 1,
        [TR_MYSQL_VARCHAR] = 12,   [TR_MYSQL_TEXT] = 12,        [TR_MYSQL_BINARY] = -2,
        [TR_MYSQL_VARBINARY] = -3, [TR_MYSQL_BLOB] = 2004,      [TR_MYSQL_ENUM] = 1,
        [TR_MYSQL_SET] = 1,
    };
    const int other = 1111;
    int found = type->kind < TR_COUNT(numbers) ? numbers[type->kind] : 0;

    return found ? found : other;
}

static struct tr_value text_value(const char *p)
{
    return p ? tr_value_text(tr_slice_of(p)) : (struct tr_value){.kind = TR_NULL};
}

static struct tr_value length_value(int32_t length)
{
    return length < 0 ? (struct tr_value){.kind = TR_NULL} : tr_value_integer(length);
}

/* Members as they stand in the statement: 'it''s'. */
static int members_value(const struct tr_mysql_type *type, struct tr_arena *arena,
                         struct tr_value *ret_value)
{
    struct tr_value *items = tr_arena_zalloc(arena, type->nmembers, sizeof *items);

    for (size_t i = 0; items && i < type->nmembers; i++) {
        struct tr_writer writer;
        struct tr_slice quoted;
        tr_writer_begin(&writer, arena);
        tr_writer_char(&writer, '\'');
        for (const char *p = type->members[i]; *p; p++) {
            if (*p == '\'')
                tr_writer_char(&writer, '\'');
            tr_writer_char(&writer, *p);
        }
        tr_writer_char(&writer, '\'');
        if (tr_writer_end(&writer, &quoted) < 0)
            return -1;
        items[i] = tr_value_text(quoted);
    }
    *ret_value = tr_value_items(items, type->nmembers);
    return items ? 0 : -1;
}

static bool is_now(const char *expression)
{
    static const char *const names[] = {"CURRENT_TIMESTAMP", "NOW", "LOCALTIME"};

    for (size_t i = 0; i < TR_COUNT(names); i++)
        if (strncasecmp(expression, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* What stands behind a backslash. */
static char escaped(char c)
{
    return (char)(c == 'n' ? '\n' : c == 'r' ? '\r' : c == '0' ? '\0' : c);
}

/* The literal behind DEFAULT without its quotes; an expression has no value. */
static int default_value(const char *expression, struct tr_arena *arena, struct tr_value *ret_value)
{
    size_t n = expression ? strlen(expression) : 0, used = 0;
    const char *from = expression;

    *ret_value = (struct tr_value){.kind = TR_NULL};
    if (!n || *expression == '(' || strcasecmp(expression, "NULL") == 0)
        return 0;
    if (is_now(expression)) {
        *ret_value = text_value("1970-01-01 00:00:00");
        return 0;
    }
    if ((*from == 'b' || *from == 'B') && from[1] == '\'')
        from++;
    if (*from != '\'') {
        if (strchr("+-.0123456789", *from) || strchr(from, '(') == NULL)
            *ret_value = text_value(from);
        return 0;
    }
    char *copy = tr_arena_alloc(arena, n);
    if (!copy)
        return -1;
    for (from++; *from && !(*from == '\'' && from[1] != '\''); from++) {
        bool escape = *from == '\\' && from[1];
        from += escape || *from == '\'';
        copy[used++] = escape ? escaped(*from) : *from;
    }
    *ret_value = tr_value_text((struct tr_slice){copy, used});
    return 0;
}

static int column_value(const struct tr_mysql_schema_change *change, size_t i,
                        struct tr_arena *arena, struct tr_value *ret_value)
{
    const struct tr_column *column = &change->definition->table.columns[i];
    const struct tr_mysql_attribute *attribute = &change->definition->attributes[i];
    const struct tr_mysql_type *type = column->type;
    bool automatic = attribute->auto_increment || attribute->on_update;
    struct tr_value *fields = tr_arena_zalloc(arena, COLUMN_FIELDS, sizeof *fields);

    if (!fields)
        return -1;
    fields[COLUMN_NAME] = text_value(column->name);
    fields[COLUMN_JDBC_TYPE] = tr_value_integer(jdbc_type(type));
    fields[COLUMN_TYPE_NAME] = text_value(type->name);
    fields[COLUMN_TYPE_EXPRESSION] = text_value(type->name);
    fields[COLUMN_CHARSET] = text_value(attribute->charset);
    fields[COLUMN_LENGTH] = length_value(tr_mysql_type_length(type));
    fields[COLUMN_SCALE] = length_value(type->scale);
    fields[COLUMN_POSITION] = tr_value_integer((int64_t)i + 1);
    fields[COLUMN_OPTIONAL] = tr_value_boolean(column->optional);
    fields[COLUMN_AUTO_INCREMENTED] = tr_value_boolean(automatic);
    fields[COLUMN_GENERATED] = tr_value_boolean(automatic);
    fields[COLUMN_COMMENT] = text_value(change->comments ? attribute->comment : NULL);
    if (default_value(column->default_text, arena, &fields[COLUMN_DEFAULT]) < 0)
        return -1;
    if (type->nmembers && members_value(type, arena, &fields[COLUMN_ENUM_VALUES]) < 0)
        return -1;
    *ret_value = tr_value_items(fields, COLUMN_FIELDS);
    return 0;
}

static int table_value(const struct tr_mysql_schema_change *change, struct tr_arena *arena,
                       struct tr_value *ret_value)
{
    const struct tr_mysql_definition *definition = change->definition;
    const struct tr_table *table = &definition->table;
    struct tr_slice charset = tr_mysql_definition_charset(definition);
    struct tr_value *fields = tr_arena_zalloc(arena, TABLE_FIELDS, sizeof *fields);
    struct tr_value *key = tr_arena_zalloc(arena, table->nkey, sizeof *key);
    struct tr_value *columns = tr_arena_zalloc(arena, table->ncolumns, sizeof *columns);

    if (!fields || !key || !columns)
        return -1;
    for (size_t i = 0; i < table->nkey; i++)
        key[i] = text_value(table->columns[table->key[i]].name);
    for (size_t i = 0; i < table->ncolumns; i++)
        if (column_value(change, i, arena, &columns[i]) < 0)
            return -1;
    if (charset.n)
        fields[TABLE_CHARSET] = tr_value_text(charset);
    fields[TABLE_KEY] = tr_value_items(key, table->nkey);
    fields[TABLE_COLUMNS] = tr_value_items(columns, table->ncolumns);
    fields[TABLE_COMMENT] = text_value(change->comments ? definition->comment : NULL);
    *ret_value = tr_value_items(fields, TABLE_FIELDS);
    return 0;
}

int tr_mysql_schema_value_change(const struct tr_mysql_schema_change *change,
                                 struct tr_arena *arena, struct tr_value *ret_value)
{
    struct tr_value *fields = tr_arena_zalloc(arena, CHANGE_FIELDS, sizeof *fields);
    const char *id =
        tr_arena_printf(arena, "\"%s\".\"%s\"", change->names->schema, change->names->name);

    if (!fields || !id)
        return -1;
    fields[CHANGE_TYPE] = text_value(change->type);
    fields[CHANGE_ID] = text_value(id);
    if (change->definition && table_value(change, arena, &fields[CHANGE_TABLE]) < 0)
        return -1;
    *ret_value = tr_value_items(fields, CHANGE_FIELDS);
    return 0;
}
