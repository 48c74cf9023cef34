/* Columns as Debezium knows them: lengths and scales that the JDBC driver tells of types
 * (org.postgresql.jdbc.TypeInfoCache), by way of PostgresType and ColumnMetaData. */
#include <limits.h>

#include "source/postgres/types/impl.h"

enum {
    OID_BOOL = 16,
    OID_CHAR = 18,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_OID = 26,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_BPCHAR = 1042,
    OID_VARCHAR = 1043,
    OID_DATE = 1082,
    OID_TIME = 1083,
    OID_TIMESTAMP = 1114,
    OID_TIMESTAMPTZ = 1184,
    OID_INTERVAL = 1186,
    OID_TIMETZ = 1266,
    OID_BIT = 1560,
    OID_VARBIT = 1562,
    OID_NUMERIC = 1700,
};

#define HEADER 4 /* of a length in a modifier: VARHDRSZ */

static int32_t length_of_time(uint32_t oid, int32_t modifier)
{
    static const struct {
        uint32_t oid;
        int32_t length; /* to the second */
    } times[] = {{OID_TIME, 8}, {OID_TIMETZ, 14}, {OID_TIMESTAMP, 22}, {OID_TIMESTAMPTZ, 28}};
    int32_t fraction = modifier < 0 ? 6 + 1 : modifier == 0 ? 0 : modifier == 1 ? 3 : modifier + 1;

    for (size_t i = 0; i < TR_COUNT(times); i++)
        if (times[i].oid == oid)
            return times[i].length + fraction;
    return INT32_MAX;
}

static int32_t length_of(uint32_t oid, int32_t modifier)
{
    switch (oid) {
    case OID_BOOL:
    case OID_CHAR:
        return 1;
    case OID_INT2:
        return 5;
    case OID_OID:
    case OID_INT4:
        return 10;
    case OID_INT8:
        return 19;
    case OID_FLOAT4:
        return 8;
    case OID_FLOAT8:
        return 17;
    case OID_NUMERIC: /* without precision: as many characters as there can be */
        return modifier < 0 ? 131089 : (modifier - HEADER) >> 16;
    case OID_BPCHAR:
    case OID_VARCHAR:
        return modifier < 0 ? INT32_MAX : modifier - HEADER;
    case OID_DATE:
        return 13;
    case OID_INTERVAL:
        return 49;
    case OID_BIT:
        return modifier;
    case OID_VARBIT:
        return modifier < 0 ? INT32_MAX : modifier;
    default:
        return length_of_time(oid, modifier);
    }
}

static int32_t scale_of(uint32_t oid, int32_t modifier)
{
    switch (oid) {
    case OID_FLOAT4:
        return 8;
    case OID_FLOAT8:
        return 17;
    case OID_NUMERIC:
        return modifier < 0 ? 0 : (modifier - HEADER) & 0xffff;
    case OID_TIME:
    case OID_TIMETZ:
    case OID_TIMESTAMP:
    case OID_TIMESTAMPTZ:
        return modifier < 0 ? 6 : modifier;
    case OID_INTERVAL:
        return modifier < 0 ? 6 : modifier & 0xffff;
    default:
        return 0;
    }
}

static bool is_text(const struct tr_pg_type *type)
{
    switch (type->oid) {
    case OID_CHAR:
    case OID_NAME:
    case OID_TEXT:
    case OID_BPCHAR:
    case OID_VARCHAR:
        return true;
    default:
        return type->kind == 'e';
    }
}

void tr_pg_type_describe(const struct tr_type_map *types, const struct tr_column *column,
                         struct tr_column_facts *ret_facts)
{
    const struct tr_pg_type *type = column->type, *base = type;
    int32_t modifier = column->modifier;

    (void)types;
    for (; base->kind == 'd' && base->base; base = base->base)
        if (modifier < 0)
            modifier = base->base_modifier;
    const struct tr_pg_type *item = base->element ? base->element : base;
    *ret_facts = (struct tr_column_facts){
        .type = type->name,
        .length = length_of(item->oid, modifier),
        .scale = scale_of(item->oid, modifier),
        .text = is_text(base),
    };
}
