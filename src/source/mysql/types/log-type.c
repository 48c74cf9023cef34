/* Types as a TABLE_MAP has them, and whether a definition is theirs. */
#include "source/mysql/types/impl.h"

/* What a field is at least, and what Debezium calls it. */
static const struct {
    enum tr_binlog_field field;
    enum tr_mysql_kind kind;
    const char *name;
} fields[] = {
    {TR_BINLOG_FIELD_TINY, TR_MYSQL_TINYINT, "TINYINT"},
    {TR_BINLOG_FIELD_SHORT, TR_MYSQL_SMALLINT, "SMALLINT"},
    {TR_BINLOG_FIELD_INT24, TR_MYSQL_MEDIUMINT, "MEDIUMINT"},
    {TR_BINLOG_FIELD_LONG, TR_MYSQL_INT, "INT"},
    {TR_BINLOG_FIELD_LONGLONG, TR_MYSQL_BIGINT, "BIGINT"},
    {TR_BINLOG_FIELD_NEWDECIMAL, TR_MYSQL_DECIMAL, "DECIMAL"},
    {TR_BINLOG_FIELD_FLOAT, TR_MYSQL_FLOAT, "FLOAT"},
    {TR_BINLOG_FIELD_DOUBLE, TR_MYSQL_DOUBLE, "DOUBLE"},
    {TR_BINLOG_FIELD_BIT, TR_MYSQL_BIT, "BIT"},
    {TR_BINLOG_FIELD_YEAR, TR_MYSQL_YEAR, "YEAR"},
    {TR_BINLOG_FIELD_DATE, TR_MYSQL_DATE, "DATE"},
    {TR_BINLOG_FIELD_NEWDATE, TR_MYSQL_DATE, "DATE"},
    {TR_BINLOG_FIELD_TIME, TR_MYSQL_TIME, "TIME"},
    {TR_BINLOG_FIELD_TIME2, TR_MYSQL_TIME, "TIME"},
    {TR_BINLOG_FIELD_DATETIME, TR_MYSQL_DATETIME, "DATETIME"},
    {TR_BINLOG_FIELD_DATETIME2, TR_MYSQL_DATETIME, "DATETIME"},
    {TR_BINLOG_FIELD_TIMESTAMP, TR_MYSQL_TIMESTAMP, "TIMESTAMP"},
    {TR_BINLOG_FIELD_TIMESTAMP2, TR_MYSQL_TIMESTAMP, "TIMESTAMP"},
    {TR_BINLOG_FIELD_STRING, TR_MYSQL_CHAR, "CHAR"},
    {TR_BINLOG_FIELD_VARCHAR, TR_MYSQL_VARCHAR, "VARCHAR"},
    {TR_BINLOG_FIELD_VAR_STRING, TR_MYSQL_VARCHAR, "VARCHAR"},
    {TR_BINLOG_FIELD_VARCHAR_COMPRESSED, TR_MYSQL_VARCHAR, "VARCHAR"},
    {TR_BINLOG_FIELD_TINY_BLOB, TR_MYSQL_TEXT, "TEXT"},
    {TR_BINLOG_FIELD_MEDIUM_BLOB, TR_MYSQL_TEXT, "TEXT"},
    {TR_BINLOG_FIELD_LONG_BLOB, TR_MYSQL_TEXT, "TEXT"},
    {TR_BINLOG_FIELD_BLOB, TR_MYSQL_TEXT, "TEXT"},
    {TR_BINLOG_FIELD_BLOB_COMPRESSED, TR_MYSQL_TEXT, "TEXT"},
    {TR_BINLOG_FIELD_ENUM, TR_MYSQL_ENUM, "ENUM"},
    {TR_BINLOG_FIELD_SET, TR_MYSQL_SET, "SET"},
    {TR_BINLOG_FIELD_JSON, TR_MYSQL_JSON, "JSON"},
    {TR_BINLOG_FIELD_GEOMETRY, TR_MYSQL_GEOMETRY, "GEOMETRY"},
    {TR_BINLOG_FIELD_VECTOR, TR_MYSQL_VECTOR, "VECTOR"},
};

/* MySQL's geometry types by number. */
static const char *const geometries[] = {
    "GEOMETRY",   "POINT",           "LINESTRING",   "POLYGON",
    "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"};

/* Sizes of texts and blobs by the bytes of their length. */
static const char *const texts[] = {"TEXT", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"};
static const char *const blobs[] = {"BLOB", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"};

static bool is_number(enum tr_mysql_kind kind)
{
    return kind >= TR_MYSQL_TINYINT && kind <= TR_MYSQL_DOUBLE;
}

/* The kind with bytes where texts have characters. */
static enum tr_mysql_kind binary_kind(enum tr_mysql_kind kind)
{
    switch (kind) {
    case TR_MYSQL_CHAR:
        return TR_MYSQL_BINARY;
    case TR_MYSQL_VARCHAR:
        return TR_MYSQL_VARBINARY;
    case TR_MYSQL_TEXT:
        return TR_MYSQL_BLOB;
    default:
        return kind;
    }
}

static void set_text(const struct tr_binlog_column *column, struct tr_mysql_type *type)
{
    size_t size = column->metadata < TR_COUNT(texts) ? column->metadata : 0;

    type->charset = tr_mysql_charset_of_collation(column->charset);
    if (!type->charset)
        type->kind = binary_kind(type->kind);
    switch (type->kind) {
    case TR_MYSQL_TEXT:
        type->name = texts[size];
        break;
    case TR_MYSQL_BLOB:
        type->name = blobs[size];
        break;
    case TR_MYSQL_CHAR:
    case TR_MYSQL_VARCHAR:
        type->length = column->metadata / (int32_t)tr_mysql_charset_width(type->charset);
        break;
    default:
        type->name = type->kind == TR_MYSQL_BINARY ? "BINARY" : "VARBINARY";
        type->length = column->metadata;
    }
}

/* Fails only for lack of memory. */
static int set_members(const struct tr_binlog_column *column, struct tr_arena *arena,
                       struct tr_mysql_type *type, struct tr_diag *diag)
{
    struct tr_slice rest = column->members, text;
    const char **members = tr_arena_zalloc(arena, column->nmembers, sizeof *members);

    type->charset = tr_mysql_charset_of_collation(column->charset);
    if (!members)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < column->nmembers; i++) {
        text = tr_binlog_member(&rest);
        if (tr_mysql_charset_to_utf8(type->charset, text, arena, &text, diag) < 0)
            return -1;
        members[i] = tr_arena_strdup(arena, text);
        if (!members[i])
            return tr_fail_memory(diag);
    }
    type->members = members;
    type->nmembers = column->nmembers;
    type->members_doubtful = false;
    return 0;
}

static void set_numbers(const struct tr_binlog_column *column, struct tr_mysql_type *type)
{
    switch (type->kind) {
    case TR_MYSQL_DECIMAL:
        type->length = column->metadata >> 8;
        type->scale = column->metadata & 0xff;
        break;
    case TR_MYSQL_BIT:
        type->length = column->metadata;
        break;
    case TR_MYSQL_TIME:
    case TR_MYSQL_DATETIME:
    case TR_MYSQL_TIMESTAMP:
        if (column->metadata > 6)
            type->kind = TR_MYSQL_UNKNOWN;
        else if (column->metadata)
            type->length = column->metadata;
        break;
    case TR_MYSQL_VECTOR:
        if (column->dimension)
            type->length = (int32_t)TR_MIN(column->dimension, INT32_MAX);
        break;
    default:
        break;
    }
}

static void set_geometry(const struct tr_binlog_column *column, struct tr_mysql_type *type)
{
    if (column->geometry < TR_COUNT(geometries))
        type->name = geometries[column->geometry];
    if (column->geometry == 1)
        type->kind = TR_MYSQL_POINT;
}

static int set_unsigned(struct tr_mysql_type *type, struct tr_arena *arena, struct tr_diag *diag)
{
    type->is_unsigned = true;
    type->name = tr_arena_printf(arena, "%s UNSIGNED", type->name);
    return type->name ? 0 : tr_fail_memory(diag);
}

static int complete(const struct tr_binlog_column *column, struct tr_arena *arena,
                    struct tr_mysql_type *type, struct tr_diag *diag)
{
    set_numbers(column, type);
    switch (type->kind) {
    case TR_MYSQL_CHAR:
    case TR_MYSQL_VARCHAR:
    case TR_MYSQL_TEXT:
        set_text(column, type);
        return 0;
    case TR_MYSQL_ENUM:
    case TR_MYSQL_SET:
        return set_members(column, arena, type, diag);
    case TR_MYSQL_GEOMETRY:
        set_geometry(column, type);
        return 0;
    default:
        return column->is_unsigned && is_number(type->kind) ? set_unsigned(type, arena, diag) : 0;
    }
}

int tr_mysql_type_of_log(const struct tr_binlog_column *column, struct tr_arena *arena,
                         const struct tr_mysql_type **ret_type, struct tr_diag *diag)
{
    struct tr_mysql_type *type = tr_arena_zalloc(arena, 1, sizeof *type);

    if (!type)
        return tr_fail_memory(diag);
    *ret_type = type;
    *type = (struct tr_mysql_type){.name = "UNKNOWN",
                                   .length = -1,
                                   .scale = -1,
                                   .field = column->type,
                                   .metadata = column->metadata};
    for (size_t i = 0; i < TR_COUNT(fields); i++)
        if (fields[i].field == column->type) {
            type->kind = fields[i].kind;
            type->name = fields[i].name;
        }
    return type->kind == TR_MYSQL_UNKNOWN ? 0 : complete(column, arena, type, diag);
}

/* ---- does it fit? ---------------------------------------------------------------------------- */

/* What the log has, told as coarsely as the kinds that it can't tell apart. */
static enum tr_mysql_kind coarse(enum tr_mysql_kind kind)
{
    switch (kind) {
    case TR_MYSQL_UUID:
    case TR_MYSQL_INET4:
    case TR_MYSQL_INET6:
        return TR_MYSQL_BINARY;
    case TR_MYSQL_POINT:
        return TR_MYSQL_GEOMETRY;
    default:
        return kind;
    }
}

static bool same_kind(const struct tr_mysql_type *type, const struct tr_mysql_type *logged)
{
    if (type->kind == TR_MYSQL_VECTOR) /* MariaDB's is a VARBINARY */
        return logged->kind == TR_MYSQL_VECTOR || logged->kind == TR_MYSQL_VARBINARY;
    return coarse(type->kind) == coarse(logged->kind);
}

static bool same_numbers(const struct tr_mysql_type *type, const struct tr_mysql_type *logged)
{
    switch (type->kind) {
    case TR_MYSQL_DECIMAL:
    case TR_MYSQL_BIT:
    case TR_MYSQL_BINARY:
    case TR_MYSQL_UUID:
    case TR_MYSQL_INET4:
    case TR_MYSQL_INET6:
        return type->metadata == logged->metadata;
    case TR_MYSQL_TIME:
    case TR_MYSQL_DATETIME:
    case TR_MYSQL_TIMESTAMP:
        return TR_MAX(type->length, 0) == TR_MAX(logged->length, 0);
    case TR_MYSQL_ENUM:
        return type->metadata == logged->metadata;
    default:
        return true;
    }
}

static bool same_charset(const struct tr_mysql_type *type, const struct tr_mysql_type *logged)
{
    if (!type->charset || !logged->charset)
        return !type->charset == !logged->charset;
    return strcmp(tr_mysql_charset_name(type->charset), tr_mysql_charset_name(logged->charset)) ==
           0;
}

static bool is_text(enum tr_mysql_kind kind)
{
    return kind == TR_MYSQL_CHAR || kind == TR_MYSQL_VARCHAR || kind == TR_MYSQL_TEXT;
}

/* A text whose charset the log doesn't state looks like bytes. */
static bool same_type(const struct tr_mysql_type *type, const struct tr_mysql_type *logged,
                      unsigned stated)
{
    if (!(stated & TR_BINLOG_STATED_CHARSET) && is_text(type->kind))
        return binary_kind(type->kind) == logged->kind;
    if (!same_kind(type, logged) || !same_numbers(type, logged))
        return false;
    if (is_text(type->kind) && !same_charset(type, logged))
        return false;
    return !(stated & TR_BINLOG_STATED_SIGNEDNESS) || type->is_unsigned == logged->is_unsigned;
}

static bool same_members(const struct tr_mysql_type *type, const struct tr_mysql_type *logged)
{
    if (logged->nmembers == 0)
        return true;
    if (type->nmembers != logged->nmembers)
        return false;
    for (size_t i = 0; i < type->nmembers && !type->members_doubtful; i++)
        if (strcmp(type->members[i], logged->members[i]) != 0)
            return false;
    return true;
}

int tr_mysql_type_fit(const struct tr_mysql_type *type, struct tr_mysql_logged column,
                      struct tr_arena *arena, const struct tr_mysql_type **ret_type,
                      struct tr_diag *diag)
{
    const struct tr_mysql_type *logged;
    struct tr_mysql_type *copy;

    *ret_type = type;
    if (tr_mysql_type_of_log(column.column, arena, &logged, diag) < 0)
        return -1;
    if (type->kind == TR_MYSQL_UNKNOWN)
        return 0;
    if (type->unsized)
        return tr_fail(
            diag, TR_SCHEMA, TR_STOP,
            "%s is stored in MariaDB 5.3's format, whose size the log does not tell; SET "
                       "GLOBAL mysql56_temporal_format=ON, rebuild the table with ALTER TABLE ... "
                       "FORCE, and take a new snapshot of it",
                       tr_mysql_type_print(type, arena));
    if (!is_number(type->kind))
        column.stated &= ~(unsigned)TR_BINLOG_STATED_SIGNEDNESS;
    if (!same_type(type, logged, column.stated) || !same_members(type, logged))
        return 1;
    bool members = type->members_doubtful && logged->nmembers;
    if (type->field == logged->field && !members)
        return 0;
    copy = tr_arena_alloc(arena, sizeof *copy);
    if (!copy)
        return tr_fail_memory(diag);
    *copy = *type;
    copy->field = logged->field;
    if (members) {
        copy->members = logged->members;
        copy->members_doubtful = false;
    }
    *ret_type = copy;
    return 0;
}

const char *tr_mysql_type_print(const struct tr_mysql_type *type, struct tr_arena *arena)
{
    const char *text =
        type->scale >= 0
            ? tr_arena_printf(arena, "%s(%d,%d)", type->name, type->length, type->scale)
        : type->length >= 0 ? tr_arena_printf(arena, "%s(%d)", type->name, type->length)
                            : type->name;

    return text ? text : type->name;
}
