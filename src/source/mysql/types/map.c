/* The type map: from a column's type to its rule, schema, converter and stand-ins. */
#include "source/mysql/types.h"

#include "source/mysql/types/impl.h"

#define BOTH (TR_MYSQL_DEFAULT | TR_MYSQL_MARK)

static const struct tr_mysql_rule rules[] = {
    [TR_MYSQL_TINYINT] = {TR_TYPE_INT16, NULL, NULL, tr_mysql_refine_integer,
                          tr_mysql_transcode_integer, TR_MYSQL_DEFAULT},
    [TR_MYSQL_SMALLINT] = {TR_TYPE_INT16, NULL, NULL, tr_mysql_refine_integer,
                           tr_mysql_transcode_integer, TR_MYSQL_DEFAULT},
    [TR_MYSQL_MEDIUMINT] = {TR_TYPE_INT32, NULL, NULL, tr_mysql_refine_integer,
                            tr_mysql_transcode_integer, TR_MYSQL_DEFAULT},
    [TR_MYSQL_INT] = {TR_TYPE_INT32, NULL, NULL, tr_mysql_refine_integer,
                      tr_mysql_transcode_integer, TR_MYSQL_DEFAULT},
    [TR_MYSQL_BIGINT] = {TR_TYPE_INT64, NULL, NULL, tr_mysql_refine_integer,
                         tr_mysql_transcode_integer, TR_MYSQL_DEFAULT},
    [TR_MYSQL_DECIMAL] = {TR_TYPE_BYTES, NULL, NULL, tr_mysql_refine_decimal,
                          tr_mysql_transcode_decimal, TR_MYSQL_DEFAULT},
    [TR_MYSQL_FLOAT] = {TR_TYPE_FLOAT32, NULL, NULL, tr_mysql_refine_float,
                        tr_mysql_transcode_float, TR_MYSQL_DEFAULT},
    [TR_MYSQL_DOUBLE] = {TR_TYPE_FLOAT64, NULL, NULL, tr_mysql_refine_float,
                         tr_mysql_transcode_float, TR_MYSQL_DEFAULT},
    [TR_MYSQL_BIT] = {TR_TYPE_BYTES, NULL, NULL, tr_mysql_refine_bit, tr_mysql_transcode_plain,
                      TR_MYSQL_DEFAULT},
    [TR_MYSQL_YEAR] = {TR_TYPE_INT32, "io.debezium.time.Year", tr_mysql_convert_year, NULL,
                       tr_mysql_transcode_year, TR_MYSQL_DEFAULT},
    [TR_MYSQL_DATE] = {TR_TYPE_INT32, NULL, NULL, tr_mysql_refine_date, tr_mysql_transcode_date,
                       TR_MYSQL_DEFAULT},
    [TR_MYSQL_TIME] = {TR_TYPE_INT64, NULL, NULL, tr_mysql_refine_time, tr_mysql_transcode_time,
                       TR_MYSQL_DEFAULT},
    [TR_MYSQL_DATETIME] = {TR_TYPE_INT64, NULL, NULL, tr_mysql_refine_datetime,
                           tr_mysql_transcode_datetime, TR_MYSQL_DEFAULT},
    [TR_MYSQL_TIMESTAMP] = {TR_TYPE_STRING, NULL, NULL, tr_mysql_refine_timestamp,
                            tr_mysql_transcode_timestamp, TR_MYSQL_DEFAULT},
    [TR_MYSQL_CHAR] = {TR_TYPE_STRING, NULL, tr_mysql_convert_char, NULL, tr_mysql_transcode_plain,
                       BOTH},
    [TR_MYSQL_VARCHAR] = {TR_TYPE_STRING, NULL, tr_mysql_convert_text, NULL,
                          tr_mysql_transcode_plain, BOTH},
    [TR_MYSQL_TEXT] = {TR_TYPE_STRING, NULL, tr_mysql_convert_text, NULL, tr_mysql_transcode_plain,
                       BOTH},
    [TR_MYSQL_BINARY] = {TR_TYPE_BYTES, NULL, NULL, tr_mysql_refine_bytes, tr_mysql_transcode_plain,
                         BOTH},
    [TR_MYSQL_VARBINARY] = {TR_TYPE_BYTES, NULL, NULL, tr_mysql_refine_bytes,
                            tr_mysql_transcode_plain, BOTH},
    [TR_MYSQL_BLOB] = {TR_TYPE_BYTES, NULL, NULL, tr_mysql_refine_bytes, tr_mysql_transcode_plain,
                       BOTH},
    [TR_MYSQL_ENUM] = {TR_TYPE_STRING, "io.debezium.data.Enum", NULL, tr_mysql_refine_enum,
                       tr_mysql_transcode_enum, BOTH},
    [TR_MYSQL_SET] = {TR_TYPE_STRING, "io.debezium.data.EnumSet", NULL, tr_mysql_refine_set,
                      tr_mysql_transcode_set, BOTH},
    [TR_MYSQL_JSON] = {TR_TYPE_STRING, "io.debezium.data.Json", tr_mysql_convert_json, NULL,
                       tr_mysql_transcode_plain, TR_MYSQL_MARK},
    [TR_MYSQL_GEOMETRY] = {TR_TYPE_STRUCT, "io.debezium.data.geometry.Geometry", NULL,
                           tr_mysql_refine_geometry, tr_mysql_transcode_plain, 0},
    [TR_MYSQL_POINT] = {TR_TYPE_STRUCT, "io.debezium.data.geometry.Point", NULL,
                        tr_mysql_refine_point, tr_mysql_transcode_plain, 0},
    [TR_MYSQL_VECTOR] = {TR_TYPE_ARRAY, "io.debezium.data.FloatVector", NULL,
                         tr_mysql_refine_vector, tr_mysql_transcode_plain, 0},
    [TR_MYSQL_UUID] = {TR_TYPE_STRING, "io.debezium.data.Uuid", tr_mysql_convert_uuid, NULL,
                       tr_mysql_transcode_uuid, TR_MYSQL_MARK},
    [TR_MYSQL_INET4] = {TR_TYPE_STRING, NULL, tr_mysql_convert_inet4, NULL,
                        tr_mysql_transcode_inet4, BOTH},
    [TR_MYSQL_INET6] = {TR_TYPE_STRING, NULL, tr_mysql_convert_inet6, NULL,
                        tr_mysql_transcode_inet6, BOTH},
};

int32_t tr_mysql_type_length(const struct tr_mysql_type *type)
{
    if (type->kind == TR_MYSQL_ENUM)
        return 1;
    if (type->kind == TR_MYSQL_SET)
        return (int32_t)TR_MAX(2 * type->nmembers, 1) - 1;
    return type->length;
}

const struct tr_mysql_rule *tr_mysql_rule_of(enum tr_mysql_kind kind)
{
    return kind == TR_MYSQL_UNKNOWN ? NULL : &rules[kind];
}

static int apply_rule(struct tr_mysql_mapping *mapping, const struct tr_mysql_rule *rule,
                      struct tr_diag *diag)
{
    mapping->schema->type = rule->type;
    mapping->schema->name = rule->semantic;
    mapping->schema->version = rule->semantic ? 1 : 0;
    mapping->convert = rule->convert;
    if (rule->refine && rule->refine(mapping, diag) < 0)
        return -1;
    if (mapping->zero.kind == TR_NULL)
        mapping->zero = tr_convert_zero(mapping->schema->type);
    mapping->state->zero = mapping->zero;
    return 0;
}

/* What stands for a value that a row image leaves out and that no old image has. */
static struct tr_value unavailable(const struct tr_mysql_mapping *mapping, unsigned flags)
{
    if (flags & TR_MYSQL_MARK)
        return mapping->schema->type == TR_TYPE_BYTES ? tr_value_bytes(mapping->placeholder.octets)
                                                      : tr_value_text(mapping->placeholder.text);
    if (!mapping->schema->optional)
        return mapping->zero; /* no null, and no number says "unknown" */
    return (struct tr_value){0};
}

static int start_mapping(struct tr_mysql_mapping *mapping, const struct tr_column *column,
                         struct tr_diag *diag)
{
    mapping->type = column->type;
    mapping->schema = tr_arena_zalloc(mapping->arena, 1, sizeof *mapping->schema);
    mapping->state = tr_arena_zalloc(mapping->arena, 1, sizeof *mapping->state);
    if (!mapping->schema || !mapping->state)
        return tr_fail_memory(diag);
    mapping->schema->optional = column->optional;
    mapping->state->type = mapping->type;
    mapping->state->adjust = mapping->options->time_adjuster;
    return tr_convert_placeholder(mapping->options, mapping->arena, &mapping->placeholder, diag);
}

static int map_column(const struct tr_type_map *types, struct tr_plan_column *ret_column,
                      struct tr_arena *arena, struct tr_diag *diag)
{
    const struct tr_column *column = ret_column->column;
    const struct tr_mysql_type *type = column->type;
    const struct tr_mysql_rule *rule = tr_mysql_rule_of(type->kind);
    struct tr_mysql_mapping mapping = {
        .options = ((const struct tr_mysql_type_map *)types)->options, .arena = arena};

    if (!rule)
        return 1;
    if (start_mapping(&mapping, column, diag) < 0 || apply_rule(&mapping, rule, diag) < 0)
        return -1;
    ret_column->schema = mapping.schema;
    ret_column->convert = mapping.convert;
    ret_column->state = mapping.state;
    ret_column->strict = mapping.options->converting_failure == TR_FAILURE_FAIL;
    if (rule->flags & TR_MYSQL_DEFAULT && column->default_text &&
        tr_mysql_default_value(&mapping, ret_column, column->default_text,
                               &mapping.schema->default_value, diag) < 0)
        return -1;
    ret_column->unavailable = unavailable(&mapping, rule->flags);
    ret_column->filler = mapping.schema->optional        ? (struct tr_value){0}
                         : mapping.schema->default_value ? *mapping.schema->default_value
                                                         : mapping.zero;
    return 0;
}

static void describe(const struct tr_type_map *types, const struct tr_column *column,
                     struct tr_column_facts *ret_facts)
{
    const struct tr_mysql_type *type = column->type;

    (void)types;
    *ret_facts = (struct tr_column_facts){
        .type = type->name,
        .length = tr_mysql_type_length(type),
        .scale = type->scale,
        .text = type->kind == TR_MYSQL_CHAR || type->kind == TR_MYSQL_VARCHAR ||
                type->kind == TR_MYSQL_TEXT || type->kind == TR_MYSQL_ENUM ||
                type->kind == TR_MYSQL_SET,
    };
}

void tr_mysql_type_map_init(struct tr_mysql_type_map *types,
                            const struct tr_capture_options *options)
{
    *types = (struct tr_mysql_type_map){
        .map = {.map = map_column, .describe = describe},
        .options = options,
    };
}

/* ---- a snapshot's SELECT --------------------------------------------------------------------- */

/* The document; and where strings could be opaque values, a list of these behind a zero byte
 * (json-text.c). MySQL has JSON_TABLE since 8.0.4. */
static void select_json(const char *column, struct tr_buf *sql)
{
    tr_buf_printf(
        sql,
        "/*!80004 IF(%s LIKE '%%.000000\"%%' OR %s LIKE '%%base64:type%%',CONCAT(%s,CHAR(0),"
        "IFNULL((SELECT JSON_ARRAYAGG(o) FROM JSON_TABLE(JSON_EXTRACT(%s,'$','$**.*',"
        "'$**[*]'),'$[*]' COLUMNS(o JSON PATH '$')) AS os WHERE JSON_TYPE(o) IN ('TIME',"
        "'DATETIME','BLOB','BIT','OPAQUE')),'')),*/%s/*!80004 )*/",
        column, column, column, column, column);
}

void tr_mysql_type_select(const struct tr_mysql_type *type, const char *column, struct tr_buf *sql)
{
    bool ordinal = type->kind == TR_MYSQL_ENUM || type->kind == TR_MYSQL_SET;

    if (ordinal && type->members_doubtful)
        tr_buf_printf(sql, "CONCAT(CAST(%s AS UNSIGNED),':',CONVERT(%s USING utf8mb4))", column,
                      column);
    else if (ordinal) /* not +0, which is a double */
        tr_buf_printf(sql, "CAST(%s AS UNSIGNED)", column);
    else if (type->kind == TR_MYSQL_FLOAT || (type->kind == TR_MYSQL_DOUBLE && type->scale >= 0))
        /* six digits are printed of a float, and of a DOUBLE(M,D) those that it declares */
        tr_buf_printf(sql, "%s*1e0", column);
    else if (type->kind == TR_MYSQL_JSON)
        select_json(column, sql);
    else
        tr_buf_text(sql, column);
}

tr_mysql_transcode_fn *tr_mysql_type_transcoder(const struct tr_mysql_type *type)
{
    const struct tr_mysql_rule *rule = tr_mysql_rule_of(type->kind);

    return rule ? rule->transcode : tr_mysql_transcode_plain;
}

/* ---- what the files share -------------------------------------------------------------------- */

static int put_number(uint64_t number, size_t n, bool little, struct tr_arena *scratch,
                      struct tr_slice *ret_cell)
{
    char *cell = tr_arena_alloc(scratch, n);

    for (size_t i = 0; cell && i < n; i++, number >>= 8)
        cell[little ? i : n - 1 - i] = (char)number;
    *ret_cell = (struct tr_slice){cell, n};
    return cell ? 0 : -1;
}

int tr_mysql_put_le(uint64_t number, size_t n, struct tr_arena *scratch, struct tr_slice *ret_cell,
                    struct tr_diag *diag)
{
    return put_number(number, n, true, scratch, ret_cell) < 0 ? tr_fail_memory(diag) : 0;
}

int tr_mysql_put_be(uint64_t number, size_t n, struct tr_arena *scratch, struct tr_slice *ret_cell,
                    struct tr_diag *diag)
{
    return put_number(number, n, false, scratch, ret_cell) < 0 ? tr_fail_memory(diag) : 0;
}

int tr_mysql_bad_cell(struct tr_diag *diag, const char *what, struct tr_slice cell)
{
    static const char hex[] = "0123456789abcdef";
    char room[2 * 16 + 4] = "";
    size_t n = TR_MIN(cell.n, 16);

    for (size_t i = 0; i < n; i++) {
        room[2 * i] = hex[(unsigned char)cell.p[i] >> 4];
        room[2 * i + 1] = hex[cell.p[i] & 15];
    }
    memcpy(room + 2 * n, n < cell.n ? "..." : "", n < cell.n ? 4 : 1);
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "0x%s (%zu bytes) is not a valid %s of the binary log; please report this, and "
                   "exclude the column (column.exclude.list) to go on",
                   room, cell.n, what);
}

int tr_mysql_bad_text(struct tr_diag *diag, const char *what, struct tr_slice text)
{
    char room[TR_CONVERT_SHOWN];

    return tr_fail(diag, TR_DATA, TR_STOP,
                   "\"%s\" is not a valid %s as the server prints it; please report this, and "
                   "exclude the column (column.exclude.list) to go on",
                   tr_convert_show(text, room), what);
}
