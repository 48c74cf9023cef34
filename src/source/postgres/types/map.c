/* The type map: from a column's type to its rule, schema, converter and stand-ins. */
#include "source/postgres/types.h"

#include "source/postgres/types/impl.h"

/* Object ids of built-in types, fixed in PostgreSQL's pg_type.dat. */
enum { OID_INT2VECTOR = 22, OID_OIDVECTOR = 30, FIRST_USER_OID = 16384 };

#define TEXT (TR_PG_DEFAULT | TR_PG_MARK_TEXT)

/* By object id, then extensions' types by name. */
static const struct tr_pg_rule rules[] = {
    {16, "bool", TR_TYPE_BOOLEAN, NULL, tr_pg_convert_boolean, NULL, TR_PG_DEFAULT},
    {17, "bytea", TR_TYPE_BYTES, NULL, NULL, tr_pg_refine_bytea, TR_PG_MARK_BINARY},
    {18, "char", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {19, "name", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT | TR_PG_NO_ARRAY},
    {20, "int8", TR_TYPE_INT64, NULL, tr_pg_convert_int64, NULL, TR_PG_DEFAULT | TR_PG_MARK_NUMBER},
    {21, "int2", TR_TYPE_INT16, NULL, tr_pg_convert_int16, NULL, TR_PG_DEFAULT | TR_PG_MARK_NUMBER},
    {23, "int4", TR_TYPE_INT32, NULL, tr_pg_convert_int32, NULL, TR_PG_DEFAULT | TR_PG_MARK_NUMBER},
    {25, "text", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TEXT},
    {26, "oid", TR_TYPE_INT64, NULL, tr_pg_convert_oid, NULL, TR_PG_MARK_NUMBER},
    {114, "json", TR_TYPE_STRING, "io.debezium.data.Json", tr_pg_convert_text, tr_pg_refine_json,
     TEXT},
    {142, "xml", TR_TYPE_STRING, "io.debezium.data.Xml", tr_pg_convert_text, NULL,
     TEXT | TR_PG_NO_ARRAY},
    {600, "point", TR_TYPE_STRUCT, NULL, NULL, tr_pg_refine_point, TR_PG_NO_ARRAY},
    {650, "cidr", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {700, "float4", TR_TYPE_FLOAT32, NULL, tr_pg_convert_float32, NULL, TR_PG_DEFAULT},
    {701, "float8", TR_TYPE_FLOAT64, NULL, tr_pg_convert_float64, NULL, TR_PG_DEFAULT},
    {774, "macaddr8", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {790, "money", TR_TYPE_BYTES, NULL, NULL, tr_pg_refine_money, TR_PG_NO_ARRAY},
    {829, "macaddr", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {869, "inet", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {1042, "bpchar", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TEXT},
    {1043, "varchar", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TEXT},
    {1082, "date", TR_TYPE_INT32, NULL, NULL, tr_pg_refine_date, TR_PG_DEFAULT | TR_PG_MARK_NUMBER},
    {1083, "time", TR_TYPE_INT64, NULL, NULL, tr_pg_refine_time, TR_PG_DEFAULT},
    {1114, "timestamp", TR_TYPE_INT64, NULL, NULL, tr_pg_refine_timestamp, TR_PG_DEFAULT},
    {1184, "timestamptz", TR_TYPE_STRING, NULL, NULL, tr_pg_refine_timestamptz, TR_PG_DEFAULT},
    {1186, "interval", TR_TYPE_INT64, NULL, NULL, tr_pg_refine_interval,
     TR_PG_DEFAULT | TR_PG_NO_ARRAY},
    {1266, "timetz", TR_TYPE_STRING, NULL, NULL, tr_pg_refine_timetz, 0},
    {1560, "bit", TR_TYPE_BYTES, NULL, NULL, tr_pg_refine_bits, TR_PG_DEFAULT},
    {1562, "varbit", TR_TYPE_BYTES, NULL, NULL, tr_pg_refine_bits, TR_PG_DEFAULT | TR_PG_NO_ARRAY},
    {1700, "numeric", TR_TYPE_BYTES, NULL, NULL, tr_pg_refine_numeric,
     TR_PG_DEFAULT | TR_PG_FINITE_DEFAULT},
    {1790, "refcursor", TR_TYPE_BYTES, NULL, NULL, tr_pg_refine_opaque,
     TR_PG_MARK_BINARY | TR_PG_NO_ARRAY | TR_PG_UNKNOWN},
    {2950, "uuid", TR_TYPE_STRING, "io.debezium.data.Uuid", tr_pg_convert_text, tr_pg_refine_uuid,
     TR_PG_DEFAULT | TR_PG_MARK_TEXT | TR_PG_MARK_UUID},
    {3614, "tsvector", TR_TYPE_STRING, "io.debezium.data.Tsvector", tr_pg_convert_text, NULL,
     TR_PG_MARK_TEXT | TR_PG_REQUIRED_ITEM},
    {3802, "jsonb", TR_TYPE_STRING, "io.debezium.data.Json", tr_pg_convert_text, tr_pg_refine_json,
     TEXT},
    {3904, "int4range", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {3906, "numrange", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {3908, "tsrange", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {3910, "tstzrange", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {3912, "daterange", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {3926, "int8range", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {0, "citext", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL, TR_PG_MARK_TEXT},
    {0, "ltree", TR_TYPE_STRING, "io.debezium.data.Ltree", tr_pg_convert_text, NULL,
     TR_PG_MARK_TEXT},
    {0, "isbn", TR_TYPE_STRING, NULL, tr_pg_convert_text, NULL,
     TR_PG_MARK_TEXT | TR_PG_REQUIRED_ITEM},
    {0, "hstore", TR_TYPE_STRING, NULL, NULL, tr_pg_refine_hstore, 0},
};

static const struct tr_pg_rule enum_rule = {0,
                                            NULL,
                                            TR_TYPE_STRING,
                                            "io.debezium.data.Enum",
                                            tr_pg_convert_text,
                                            tr_pg_refine_enum,
                                            TR_PG_DEFAULT | TR_PG_MARK_TEXT | TR_PG_REQUIRED_ITEM};

/* Composites, multiranges, domains inside arrays and everything else: with
 * include.unknown.datatypes. */
static const struct tr_pg_rule opaque_rule = {0,
                                              NULL,
                                              TR_TYPE_BYTES,
                                              NULL,
                                              NULL,
                                              tr_pg_refine_opaque,
                                              TR_PG_MARK_BINARY | TR_PG_REQUIRED_ITEM |
                                                  TR_PG_UNKNOWN};

static const struct tr_pg_rule *find_rule(const struct tr_pg_type *type)
{
    if (type->kind == 'e')
        return &enum_rule;
    for (size_t i = 0; i < TR_COUNT(rules); i++) {
        const struct tr_pg_rule *rule = &rules[i];
        if (rule->oid ? rule->oid == type->oid
                      : type->kind == 'b' && type->oid >= FIRST_USER_OID &&
                            strcmp(rule->name, type->name) == 0)
            return rule;
    }
    return &opaque_rule;
}

static int apply_rule(struct tr_pg_mapping *mapping, const struct tr_pg_rule *rule,
                      struct tr_diag *diag)
{
    mapping->flags = rule->flags;
    if (rule->flags & TR_PG_UNKNOWN && !mapping->options->include_unknown)
        return 1;
    mapping->schema->type = rule->type;
    mapping->schema->name = rule->semantic;
    mapping->schema->version = rule->semantic ? 1 : 0;
    mapping->convert = rule->convert;
    if (rule->refine && rule->refine(mapping, diag) < 0)
        return -1;
    if (mapping->zero.kind == TR_NULL)
        mapping->zero = tr_convert_zero(mapping->schema->type);
    if (mapping->generated.kind == TR_NULL)
        mapping->generated = mapping->zero;
    return 0;
}

int tr_pg_map_type(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    const struct tr_pg_type *type = mapping->type;

    if (type->element && (type->oid == OID_INT2VECTOR || type->oid == OID_OIDVECTOR))
        return tr_pg_map_vector(mapping, diag);
    if (type->category == 'A' && type->element && type->kind == 'b')
        return tr_pg_map_array(mapping, diag);
    return apply_rule(mapping, find_rule(type), diag);
}

/* ---- columns --------------------------------------------------------------------------------- */

static void set_unavailable(struct tr_pg_mapping *mapping)
{
    if (mapping->unavailable.kind != TR_NULL)
        return;
    if (mapping->schema->type == TR_TYPE_STRING &&
        mapping->flags & (TR_PG_MARK_TEXT | TR_PG_MARK_BINARY))
        mapping->unavailable = tr_value_text(mapping->placeholder.text);
    else if (mapping->flags & TR_PG_MARK_BINARY)
        mapping->unavailable = tr_value_bytes(mapping->placeholder.octets);
    else if (!mapping->schema->optional)
        mapping->unavailable = mapping->zero; /* no null, and no number says "unknown" */
}

/* The schema's default; an expression that doesn't convert gives none. */
static int set_default(struct tr_pg_mapping *mapping, const struct tr_column *column,
                       const struct tr_plan_column *plan, struct tr_diag *diag)
{
    enum tr_pg_default_kind kind;
    struct tr_slice literal;
    struct tr_diag ignored;
    struct tr_value *value;

    if (!column->default_text || !(mapping->flags & TR_PG_DEFAULT))
        return 0;
    if (tr_pg_parse_default(column->default_text, mapping->arena, &kind, &literal, diag) < 0)
        return -1;
    if (kind == TR_PG_DEFAULT_NONE)
        return 0;
    value = tr_arena_zalloc(mapping->arena, 1, sizeof *value);
    if (!value)
        return tr_fail_memory(diag);
    if (kind == TR_PG_DEFAULT_FUNCTION)
        *value = mapping->generated;
    else if (mapping->flags & TR_PG_FINITE_DEFAULT &&
             (literal.n == 0 || memchr("NI", literal.p[literal.p[0] == '-' && literal.n > 1], 2)))
        return 0;
    else if (plan->convert(plan, literal, mapping->arena, value, &ignored) < 0)
        return 0;
    if (value->kind != TR_NULL)
        mapping->schema->default_value = value;
    return 0;
}

/* Below domains: the innermost type, with the modifier that was written nearest to it. */
static void resolve_domains(struct tr_pg_mapping *mapping, const struct tr_column *column)
{
    mapping->type = column->type;
    mapping->modifier = column->modifier;
    while (mapping->type->kind == 'd' && mapping->type->base) {
        if (mapping->modifier < 0)
            mapping->modifier = mapping->type->base_modifier;
        mapping->type = mapping->type->base;
    }
}

static int map_column(const struct tr_type_map *types, struct tr_plan_column *ret_column,
                      struct tr_arena *arena, struct tr_diag *diag)
{
    const struct tr_column *column = ret_column->column;
    const struct tr_pg_type *type = column->type;
    struct tr_pg_mapping mapping = {.options = ((const struct tr_pg_type_map *)types)->options,
                                    .arena = arena};

    resolve_domains(&mapping, column);
    mapping.schema = tr_arena_zalloc(arena, 1, sizeof *mapping.schema);
    if (!mapping.schema)
        return tr_fail_memory(diag);
    mapping.schema->optional = column->optional && !(type->kind == 'd' && type->not_null);
    if (tr_convert_placeholder(mapping.options, arena, &mapping.placeholder, diag) < 0)
        return -1;
    int rc = tr_pg_map_type(&mapping, diag);
    if (rc)
        return rc;
    ret_column->schema = mapping.schema;
    ret_column->convert = mapping.convert;
    ret_column->state = mapping.state;
    ret_column->strict = mapping.options->converting_failure == TR_FAILURE_FAIL;
    if (set_default(&mapping, column, ret_column, diag) < 0)
        return -1;
    set_unavailable(&mapping);
    ret_column->unavailable = mapping.unavailable;
    ret_column->filler = mapping.schema->optional        ? (struct tr_value){0}
                         : mapping.schema->default_value ? *mapping.schema->default_value
                                                         : mapping.zero;
    return 0;
}

void tr_pg_type_map_init(struct tr_pg_type_map *types, const struct tr_capture_options *options)
{
    *types = (struct tr_pg_type_map){
        .map = {.map = map_column, .describe = tr_pg_type_describe},
        .options = options,
    };
}

/* ---- failures -------------------------------------------------------------------------------- */

int tr_pg_bad_value(struct tr_diag *diag, const char *what, struct tr_slice text)
{
    char room[TR_CONVERT_SHOWN];

    return tr_fail(diag, TR_DATA, TR_STOP,
                   "\"%s\" is not a valid %s as PostgreSQL prints it; please report this, and "
                   "exclude the column (column.exclude.list) to go on",
                   tr_convert_show(text, room), what);
}
