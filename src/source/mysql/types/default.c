/*
 * Column defaults, as SHOW CREATE TABLE prints them:
 *
 *   default = "NULL" | string | number | bits | bytes | now | expression
 *   string  = "'" { char | "''" | "\" char } "'"
 *   bits    = "b'" { "0" | "1" } "'"
 *   bytes   = "0x" hex | "x'" hex "'"
 *   now     = "CURRENT_TIMESTAMP" [ "(" digits ")" ]      in any case
 *
 * An expression is something that only the server can evaluate: no default in the schema.
 */
#include <strings.h>

#include "source/mysql/types/impl.h"

static const char now[] = "current_timestamp";

static bool is_now(const char *text)
{
    return strncasecmp(text, now, sizeof now - 1) == 0;
}

/* The text between the quotes, its escapes undone; <0: no memory, >0: not a quoted text. */
static int unquote(const char *text, struct tr_arena *arena, struct tr_slice *ret_text)
{
    char *out = tr_arena_alloc(arena, strlen(text)), *p = out;

    if (!out)
        return -1;
    for (text++; *text && !(text[0] == '\'' && text[1] != '\''); text++) {
        if (*text == '\'') {
            text++;
        } else if (*text == '\\' && text[1]) {
            text++;
            *p++ = (char)(*text == 'n' ? '\n' : *text == 'r' ? '\r' : *text == '0' ? '\0' : *text);
            continue;
        }
        *p++ = *text;
    }
    *ret_text = (struct tr_slice){out, (size_t)(p - out)};
    return text[0] == '\'' && text[1] == '\0' ? 0 : 1;
}

/* b'101' to a cell of the column's size. */
static int parse_bits(const struct tr_mysql_type *type, const char *text, struct tr_arena *arena,
                      struct tr_slice *ret_cell, struct tr_diag *diag)
{
    uint64_t number = 0;

    for (text += 2; *text == '0' || *text == '1'; text++)
        number = number << 1 | (uint64_t)(*text - '0');
    if (*text != '\'')
        return 1;
    return tr_mysql_put_be(number, ((size_t)type->length + 7) / 8, arena, ret_cell, diag);
}

/* 0x6162 or x'6162' */
static int parse_hex(const char *text, struct tr_arena *arena, struct tr_slice *ret_cell)
{
    struct tr_slice digits = {text + 2, strlen(text + 2)};

    digits.n -= text[1] == '\'' && digits.n;
    unsigned char *bytes = tr_arena_alloc(arena, digits.n / 2);
    if (!bytes)
        return -1;
    *ret_cell = (struct tr_slice){(const char *)bytes, digits.n / 2};
    return tr_decode_hex(digits, bytes) < 0 ? 1 : 0;
}

static bool is_text(enum tr_mysql_kind kind)
{
    return kind == TR_MYSQL_CHAR || kind == TR_MYSQL_VARCHAR || kind == TR_MYSQL_TEXT ||
           kind == TR_MYSQL_ENUM || kind == TR_MYSQL_SET;
}

static bool is_binary(enum tr_mysql_kind kind)
{
    return kind == TR_MYSQL_BINARY || kind == TR_MYSQL_VARBINARY || kind == TR_MYSQL_BLOB;
}

/* A text default is in UTF-8, whatever its column's charset; >0: none. */
static int put_text(struct tr_slice text, struct tr_arena *arena, struct tr_value *ret_value)
{
    struct tr_diag ignored;

    ret_value->kind = TR_TEXT;
    return tr_mysql_charset_to_utf8(NULL, text, arena, &ret_value->bytes, &ignored) < 0;
}

/* A literal of text or number, to a value; >0: none. */
static int convert_literal(const struct tr_mysql_mapping *mapping,
                           const struct tr_plan_column *column, struct tr_slice literal,
                           struct tr_value *ret_value)
{
    const struct tr_mysql_type *type = mapping->type;
    struct tr_slice cell = literal;
    struct tr_diag ignored;

    if (is_text(type->kind))
        return put_text(literal, mapping->arena, ret_value);
    if (!is_binary(type->kind) &&
        (type->kind == TR_MYSQL_BIT ||
         tr_mysql_rule_of(type->kind)->transcode(type, literal, mapping->arena, &cell, &ignored) <
             0))
        return 1;
    return column->convert(column, cell, mapping->arena, ret_value, &ignored) < 0 ? 1 : 0;
}

/* 0x…, x'…', b'…' */
static int convert_encoded(const struct tr_mysql_mapping *mapping,
                           const struct tr_plan_column *column, const char *text,
                           struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_mysql_type *type = mapping->type;
    bool bits = text[0] == 'b' || text[0] == 'B';
    struct tr_diag ignored;
    struct tr_slice cell;

    if (bits && type->kind != TR_MYSQL_BIT)
        return 1;
    int rc = bits ? parse_bits(type, text, mapping->arena, &cell, diag)
                  : parse_hex(text, mapping->arena, &cell);
    if (rc)
        return rc > 0 ? rc : tr_fail_memory(diag);
    if (is_text(type->kind)) /* MySQL prints some texts so, in UTF-8 */
        return put_text(cell, mapping->arena, ret_value);
    if (!bits && !is_binary(type->kind))
        return 1;
    return column->convert(column, cell, mapping->arena, ret_value, &ignored) < 0 ? 1 : 0;
}

static bool is_encoded(const char *text)
{
    return (text[0] == '0' && text[1] == 'x') ||
           (text[0] && strchr("bBxX", text[0]) && text[1] == '\'');
}

/* >0: no default. */
static int convert_default(const struct tr_mysql_mapping *mapping,
                           const struct tr_plan_column *column, const char *text,
                           struct tr_value *ret_value, struct tr_diag *diag)
{
    struct tr_slice literal = tr_slice_of(text);

    if (is_now(text)) {
        *ret_value = mapping->zero;
        return mapping->type->kind == TR_MYSQL_DATETIME || mapping->type->kind == TR_MYSQL_TIMESTAMP
                   ? 0
                   : 1;
    }
    if (is_encoded(text))
        return convert_encoded(mapping, column, text, ret_value, diag);
    if (text[0] == '\'') {
        int rc = unquote(text, mapping->arena, &literal);
        if (rc)
            return rc > 0 ? rc : tr_fail_memory(diag);
    } else if (!text[0] || !strchr("-+.0123456789", text[0])) {
        return 1;
    }
    return convert_literal(mapping, column, literal, ret_value);
}

int tr_mysql_default_value(const struct tr_mysql_mapping *mapping,
                           const struct tr_plan_column *column, const char *text,
                           const struct tr_value **ret_value, struct tr_diag *diag)
{
    struct tr_value *value = tr_arena_zalloc(mapping->arena, 1, sizeof *value);

    *ret_value = NULL;
    if (!value)
        return tr_fail_memory(diag);
    int rc = convert_default(mapping, column, text, value, diag);
    if (rc || value->kind == TR_NULL)
        return rc < 0 ? rc : 0;
    /* where a value wraps, Debezium's default stops at the largest long */
    if (mapping->type->kind == TR_MYSQL_BIGINT && mapping->type->is_unsigned &&
        value->kind == TR_INTEGER && value->integer < 0)
        value->integer = INT64_MAX;
    *ret_value = value;
    return 0;
}

/* ---- MySQL's information_schema -------------------------------------------------------------- */

/* As SQL's text, in quotes. */
static const char *quote(const char *text, struct tr_arena *arena)
{
    char *out = tr_arena_alloc(arena, 2 * strlen(text) + 3), *p = out;

    if (!out)
        return NULL;
    *p++ = '\'';
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            *p++ = *text;
        *p++ = *text;
    }
    memcpy(p, "'", 2);
    return out;
}

const char *tr_mysql_default_text(const struct tr_mysql_type *type, const char *column_default,
                                  const char *extra, struct tr_arena *arena)
{
    if (!column_default)
        return NULL;
    if (extra && strstr(extra, "DEFAULT_GENERATED"))
        return is_now(column_default) ? tr_arena_strdup(arena, tr_slice_of(column_default))
                                      : tr_arena_printf(arena, "(%s)", column_default);
    bool encoded = type->kind == TR_MYSQL_BIT ||
                   (is_binary(type->kind) && strncmp(column_default, "0x", 2) == 0);
    return encoded ? tr_arena_strdup(arena, tr_slice_of(column_default))
                   : quote(column_default, arena);
}
