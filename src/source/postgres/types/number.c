/* Integers, floating-point numbers and booleans. */
#include "record/number.h"

#include "source/postgres/types/impl.h"

static int convert_int(struct tr_slice bytes, int64_t least, int64_t most,
                       struct tr_value *ret_value, struct tr_diag *diag)
{
    int64_t number;

    if (tr_number_parse_int64(bytes, &number) < 0 || number < least || number > most)
        return tr_pg_bad_value(diag, "integer of its column's size", bytes);
    tr_put_integer(ret_value, number);
    return 0;
}

int tr_pg_convert_int16(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    return convert_int(bytes, INT16_MIN, INT16_MAX, ret_value, diag);
}

int tr_pg_convert_int32(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    return convert_int(bytes, INT32_MIN, INT32_MAX, ret_value, diag);
}

int tr_pg_convert_int64(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    return convert_int(bytes, INT64_MIN, INT64_MAX, ret_value, diag);
}

int tr_pg_convert_oid(const struct tr_plan_column *column, struct tr_slice bytes,
                      struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    return convert_int(bytes, 0, UINT32_MAX, ret_value, diag);
}

int tr_pg_convert_boolean(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    if (bytes.n == 1 && (bytes.p[0] == 't' || bytes.p[0] == 'f'))
        tr_put_boolean(ret_value, bytes.p[0] == 't');
    else if (tr_slice_is(bytes, "true") || tr_slice_is(bytes, "false")) /* in defaults */
        tr_put_boolean(ret_value, bytes.n == 4);
    else
        return tr_pg_bad_value(diag, "boolean", bytes);
    return 0;
}

int tr_pg_convert_float64(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    (void)column;
    ret_value->kind = TR_DOUBLE;
    if (tr_number_parse_double(bytes, scratch, &ret_value->float64) < 0)
        return tr_pg_bad_value(diag, "floating-point number", bytes);
    return 0;
}

int tr_pg_convert_float32(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    (void)column;
    ret_value->kind = TR_FLOAT;
    if (tr_number_parse_float(bytes, scratch, &ret_value->float32) < 0)
        return tr_pg_bad_value(diag, "floating-point number", bytes);
    return 0;
}
