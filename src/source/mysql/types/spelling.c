/*
 * Types as information_schema spells them:
 *
 *   type    = word [ "(" number [ "," number ] ")" | "(" member { "," member } ")" ] { attribute }
 *   member  = "'" { char | "''" | "\" char } "'"
 *
 * Of the attributes "unsigned" and "zerofill" count; MariaDB has comments there, too ("COMPRESSED",
 * "mariadb-5.3").
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "source/mysql/types/impl.h"

struct word {
    const char *word;
    enum tr_mysql_kind kind;
    enum tr_binlog_field field;
};

static const struct word words[] = {
    {"tinyint", TR_MYSQL_TINYINT, TR_BINLOG_FIELD_TINY},
    {"smallint", TR_MYSQL_SMALLINT, TR_BINLOG_FIELD_SHORT},
    {"mediumint", TR_MYSQL_MEDIUMINT, TR_BINLOG_FIELD_INT24},
    {"int", TR_MYSQL_INT, TR_BINLOG_FIELD_LONG},
    {"bigint", TR_MYSQL_BIGINT, TR_BINLOG_FIELD_LONGLONG},
    {"decimal", TR_MYSQL_DECIMAL, TR_BINLOG_FIELD_NEWDECIMAL},
    {"float", TR_MYSQL_FLOAT, TR_BINLOG_FIELD_FLOAT},
    {"double", TR_MYSQL_DOUBLE, TR_BINLOG_FIELD_DOUBLE},
    {"bit", TR_MYSQL_BIT, TR_BINLOG_FIELD_BIT},
    {"year", TR_MYSQL_YEAR, TR_BINLOG_FIELD_YEAR},
    {"date", TR_MYSQL_DATE, TR_BINLOG_FIELD_DATE},
    {"time", TR_MYSQL_TIME, TR_BINLOG_FIELD_TIME2},
    {"datetime", TR_MYSQL_DATETIME, TR_BINLOG_FIELD_DATETIME2},
    {"timestamp", TR_MYSQL_TIMESTAMP, TR_BINLOG_FIELD_TIMESTAMP2},
    {"char", TR_MYSQL_CHAR, TR_BINLOG_FIELD_STRING},
    {"varchar", TR_MYSQL_VARCHAR, TR_BINLOG_FIELD_VARCHAR},
    {"tinytext", TR_MYSQL_TEXT, TR_BINLOG_FIELD_BLOB},
    {"text", TR_MYSQL_TEXT, TR_BINLOG_FIELD_BLOB},
    {"mediumtext", TR_MYSQL_TEXT, TR_BINLOG_FIELD_BLOB},
    {"longtext", TR_MYSQL_TEXT, TR_BINLOG_FIELD_BLOB},
    {"binary", TR_MYSQL_BINARY, TR_BINLOG_FIELD_STRING},
    {"varbinary", TR_MYSQL_VARBINARY, TR_BINLOG_FIELD_VARCHAR},
    {"tinyblob", TR_MYSQL_BLOB, TR_BINLOG_FIELD_BLOB},
    {"blob", TR_MYSQL_BLOB, TR_BINLOG_FIELD_BLOB},
    {"mediumblob", TR_MYSQL_BLOB, TR_BINLOG_FIELD_BLOB},
    {"longblob", TR_MYSQL_BLOB, TR_BINLOG_FIELD_BLOB},
    {"enum", TR_MYSQL_ENUM, TR_BINLOG_FIELD_ENUM},
    {"set", TR_MYSQL_SET, TR_BINLOG_FIELD_SET},
    {"json", TR_MYSQL_JSON, TR_BINLOG_FIELD_JSON},
    {"geometry", TR_MYSQL_GEOMETRY, TR_BINLOG_FIELD_GEOMETRY},
    {"point", TR_MYSQL_POINT, TR_BINLOG_FIELD_GEOMETRY},
    {"linestring", TR_MYSQL_GEOMETRY, TR_BINLOG_FIELD_GEOMETRY},
    {"polygon", TR_MYSQL_GEOMETRY, TR_BINLOG_FIELD_GEOMETRY},
    {"multipoint", TR_MYSQL_GEOMETRY, TR_BINLOG_FIELD_GEOMETRY},
    {"multilinestring", TR_MYSQL_GEOMETRY, TR_BINLOG_FIELD_GEOMETRY},
    {"multipolygon", TR_MYSQL_GEOMETRY, TR_BINLOG_FIELD_GEOMETRY},
    {"geometrycollection", TR_MYSQL_GEOMETRY, TR_BINLOG_FIELD_GEOMETRY},
    {"geomcollection", TR_MYSQL_GEOMETRY, TR_BINLOG_FIELD_GEOMETRY},
    {"vector", TR_MYSQL_VECTOR, TR_BINLOG_FIELD_VECTOR},
    {"uuid", TR_MYSQL_UUID, TR_BINLOG_FIELD_STRING},
    {"inet4", TR_MYSQL_INET4, TR_BINLOG_FIELD_STRING},
    {"inet6", TR_MYSQL_INET6, TR_BINLOG_FIELD_STRING},
};

static const struct word *find_word(struct tr_slice word)
{
    for (size_t i = 0; i < TR_COUNT(words); i++)
        if (strlen(words[i].word) == word.n && strncasecmp(words[i].word, word.p, word.n) == 0)
            return &words[i];
    return NULL;
}

/* ---- members --------------------------------------------------------------------------------- */

/* One member at *text, behind which *text stands then; <0: no memory, >0: not a member. */
static int take_member(const char **text, struct tr_arena *arena, const char **ret_member)
{
    const char *p = *text;
    char *out = tr_arena_alloc(arena, strlen(p) + 1);

    *ret_member = out;
    if (!out)
        return -1;
    if (*p++ != '\'')
        return 1;
    for (; *p && !(p[0] == '\'' && p[1] != '\''); p++) {
        if (*p == '\\' && p[1]) {
            p++;
            *out++ = (char)(*p == 'n' ? '\n' : *p == 'r' ? '\r' : *p == '0' ? '\0' : *p);
            continue;
        }
        p += *p == '\'';
        *out++ = *p;
    }
    *out = '\0';
    *text = p + (*p == '\'');
    return *p == '\'' ? 0 : 1;
}

static size_t count_members(const char *text)
{
    size_t n = 1;

    for (; *text; text++)
        n += *text == ',';
    return n;
}

/* "('a','b')"; returns as take_member. */
static int parse_members(const char *text, struct tr_arena *arena, struct tr_mysql_type *type)
{
    const char **members = tr_arena_alloc(arena, count_members(text) * sizeof *members);

    if (!members)
        return -1;
    do {
        int rc = take_member((text++, &text), arena, &members[type->nmembers]);
        if (rc)
            return rc;
        if (strchr(members[type->nmembers], '?'))
            type->members_doubtful = true;
        type->nmembers++;
    } while (*text == ',');
    type->members = members;
    return *text == ')' ? 0 : 1;
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* "(10,2)" */
static void parse_numbers(const char *text, struct tr_mysql_type *type)
{
    char *end;

    type->length = (int32_t)strtol(text + 1, &end, 10);
    if (*end == ',')
        type->scale = (int32_t)strtol(end + 1, &end, 10);
}

static bool has_word(const char *text, const char *word)
{
    return strstr(text, word) != NULL;
}

/* The word in upper case, and what the type's attributes say. */
static int set_name(struct tr_mysql_type *type, struct tr_slice word, struct tr_arena *arena)
{
    char *name =
        tr_arena_printf(arena, "%.*s%s%s", (int)word.n, word.p,
                        type->is_unsigned ? " UNSIGNED" : "", type->zerofill ? " ZEROFILL" : "");

    type->name = name;
    for (size_t i = 0; name && i < word.n; i++)
        name[i] = (char)toupper((unsigned char)name[i]);
    return name ? 0 : -1;
}

static uint16_t metadata_of(const struct tr_mysql_type *type)
{
    switch (type->kind) {
    case TR_MYSQL_DECIMAL:
        return (uint16_t)((type->length < 0 ? 10 : type->length) << 8 | TR_MAX(type->scale, 0));
    case TR_MYSQL_FLOAT:
        return 4;
    case TR_MYSQL_DOUBLE:
        return 8;
    case TR_MYSQL_ENUM:
        return type->nmembers < 256 ? 1 : 2;
    case TR_MYSQL_UUID:
    case TR_MYSQL_INET6:
        return 16;
    case TR_MYSQL_INET4:
        return 4;
    default:
        return (uint16_t)TR_MAX(type->length, 0);
    }
}

static int set_charset(struct tr_mysql_type *type, const char *charset, struct tr_diag *diag)
{
    if (!charset || strcmp(charset, "binary") == 0)
        return 0;
    type->charset = tr_mysql_charset_find(charset);
    if (!type->charset)
        return tr_fail(diag, TR_SCHEMA, TR_STOP,
                       "character set %s is unknown to tailrace; exclude the column "
                       "(column.exclude.list) or convert it to utf8mb4",
                       charset);
    return 0;
}

/* >0: spelled in a way that isn't known. */
static int fill(struct tr_mysql_type *type, const char *text, size_t n, struct tr_arena *arena)
{
    const char *behind = text + n;
    bool members = type->kind == TR_MYSQL_ENUM || type->kind == TR_MYSQL_SET;
    int rc = 0;

    if (members) {
        rc = *behind == '(' ? parse_members(behind, arena, type) : 1;
    } else {
        if (*behind == '(')
            parse_numbers(behind, type);
        type->is_unsigned = has_word(behind, " unsigned");
        type->zerofill = has_word(behind, " zerofill");
        type->unsized = has_word(behind, " mariadb-5.3") && type->length > 0;
    }
    type->metadata = metadata_of(type);
    return rc;
}

/* What goes into a schema is UTF-8, whatever the server sent. */
static const char *utf8(const char *text, struct tr_arena *arena)
{
    struct tr_slice clean;
    struct tr_diag ignored;

    if (tr_mysql_charset_to_utf8(NULL, tr_slice_of(text), arena, &clean, &ignored) < 0)
        return NULL;
    return clean.p == text ? text : tr_arena_strdup(arena, clean);
}

int tr_mysql_type_parse(const char *column_type, const char *charset, struct tr_arena *arena,
                        const struct tr_mysql_type **ret_type, struct tr_diag *diag)
{
    struct tr_mysql_type *type = tr_arena_zalloc(arena, 1, sizeof *type);
    const char *text = utf8(column_type, arena);

    if (!type || !text)
        return tr_fail_memory(diag);
    struct tr_slice name = {text, strcspn(text, "( ")};
    const struct word *word = find_word(name);
    *ret_type = type;
    type->length = type->scale = -1;
    if (word) {
        type->kind = word->kind;
        type->field = word->field;
        int rc = fill(type, text, name.n, arena);
        if (rc < 0)
            return tr_fail_memory(diag);
        if (rc > 0)
            type->kind = TR_MYSQL_UNKNOWN;
    }
    if (set_name(type, name, arena) < 0)
        return tr_fail_memory(diag);
    return word ? set_charset(type, charset, diag) : 0;
}

/* Debezium's length of an ENUM is 1, of a SET that of one letter for each member between commas. */
void tr_mysql_type_describe(const struct tr_mysql_type *type, struct tr_column *column)
{
    column->type = type;
    column->type_name = type->name;
    column->modifier = -1;
    column->length = type->length;
    column->scale = type->scale;
    if (type->kind == TR_MYSQL_ENUM)
        column->length = 1;
    else if (type->kind == TR_MYSQL_SET && type->nmembers)
        column->length = (int32_t)(2 * type->nmembers - 1);
}
