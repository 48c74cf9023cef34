#include "transform/copying.h"

#include "transform/shape.h"

int tr_require_struct(struct tr_half half, const char *purpose, struct tr_diag *diag)
{
    const struct tr_schema *schema = *half.schema;

    if (schema && schema->type == TR_TYPE_STRUCT && half.value->kind == TR_ITEMS)
        return 0;
    if (!schema)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "Only Map objects supported in absence of schema for [%s], found: null; a "
                       "predicate (RecordIsTombstone, negate) keeps tombstones away from it",
                       purpose);
    return tr_fail(diag, TR_DATA, TR_STOP, "Only Struct objects supported for [%s], found: %s",
                   purpose,
                   half.value->kind == TR_NULL ? "null" : tr_shape_type_name(schema->type));
}
