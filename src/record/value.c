#include "record/value.h"

#include <math.h>

static bool doubles_equal(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b);
}

static bool items_equal(const struct tr_value *a, const struct tr_value *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!tr_value_equal(&a->items[i], &b->items[i]))
            return false;
    return true;
}

bool tr_value_equal(const struct tr_value *a, const struct tr_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TR_NULL:
        return true;
    case TR_BOOLEAN:
        return a->boolean == b->boolean;
    case TR_INTEGER:
        return a->integer == b->integer;
    case TR_FLOAT:
        return doubles_equal((double)a->float32, (double)b->float32);
    case TR_DOUBLE:
        return doubles_equal(a->float64, b->float64);
    case TR_TEXT:
    case TR_BYTES:
        return tr_slice_equal(a->bytes, b->bytes);
    case TR_ITEMS:
        return items_equal(a, b);
    }
    return false;
}
