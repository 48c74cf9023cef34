/* MaskField: fields become a replacement, or the empty value of their type. Nulls stay. */
#include <errno.h>
#include <stdlib.h>

#include "record/decimal.h"
#include "record/logical.h"
#include "transform/copying.h"
#include "transform/shape.h"

struct mask_field {
    struct tr_transform transform;
    struct tr_list fields;
    const char *replacement;
    bool replace_null;
};

/* For each field of the schema its mask; NULL: it is left alone; of no kind (TR_NULL): there can be
 * none, and a value that isn't null is an error. */
struct masks {
    const struct tr_value **of;
};

static bool is_decimal(const struct tr_schema *schema)
{
    return tr_logical_of(schema) == TR_LOGICAL_DECIMAL;
}

static int cannot(const struct tr_schema *schema, struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP, "Cannot mask value of type %s with custom replacement.",
                   schema->name ? schema->name : tr_shape_type_name(schema->type));
}

static int64_t limit(enum tr_type type)
{
    switch (type) {
    case TR_TYPE_INT8:
        return INT8_MAX;
    case TR_TYPE_INT16:
        return INT16_MAX;
    case TR_TYPE_INT32:
        return INT32_MAX;
    default:
        return INT64_MAX;
    }
}

static int parse_integer(const char *text, const struct tr_schema *schema,
                         struct tr_value *ret_mask, struct tr_diag *diag)
{
    char *end;

    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end || number > limit(schema->type) ||
        number < -limit(schema->type) - 1)
        return tr_fail(diag, TR_DATA, TR_STOP, "Unable to convert %s (%s) to number", text,
                       tr_shape_type_name(schema->type));
    *ret_mask = tr_value_integer(number);
    return 0;
}

static int parse_float(const char *text, const struct tr_schema *schema, struct tr_value *ret_mask,
                       struct tr_diag *diag)
{
    char *end;
    double number = strtod(text, &end);

    if (end == text || *end)
        return tr_fail(diag, TR_DATA, TR_STOP, "Unable to convert %s (%s) to number", text,
                       tr_shape_type_name(schema->type));
    if (schema->type == TR_TYPE_FLOAT32)
        *ret_mask = (struct tr_value){.kind = TR_FLOAT, .float32 = (float)number};
    else
        *ret_mask = (struct tr_value){.kind = TR_DOUBLE, .float64 = number};
    return 0;
}

static int mismatch(int scale, size_t other, struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "Decimal value has mismatching scale for given Decimal schema. Schema has scale "
                   "%d, value has scale %zu.",
                   scale, other);
}

static int parse_decimal(const char *text, const struct tr_schema *schema, struct tr_arena *arena,
                         struct tr_value *ret_mask, struct tr_diag *diag)
{
    struct tr_decimal decimal;
    struct tr_slice bytes;

    if (tr_decimal_split(tr_slice_of(text), &decimal) < 0)
        return tr_fail(diag, TR_DATA, TR_STOP, "Unable to convert %s (Decimal) to number", text);
    if (decimal.fraction.n != (size_t)tr_logical_scale(schema))
        return mismatch(tr_logical_scale(schema), decimal.fraction.n, diag);
    if (tr_decimal_unscaled(&decimal, 0, arena, &bytes) < 0)
        return tr_fail_memory(diag);
    *ret_mask = tr_value_bytes(bytes);
    return 0;
}

static int make_replacement(const char *text, const struct tr_schema *schema,
                            struct tr_arena *arena, struct tr_value *ret_mask, struct tr_diag *diag)
{
    if (is_decimal(schema))
        return parse_decimal(text, schema, arena, ret_mask, diag);
    if (tr_logical_of(schema) != TR_LOGICAL_NONE) /* a java.util.Date */
        return cannot(schema, diag);
    switch (schema->type) {
    case TR_TYPE_INT8:
    case TR_TYPE_INT16:
    case TR_TYPE_INT32:
    case TR_TYPE_INT64:
        return parse_integer(text, schema, ret_mask, diag);
    case TR_TYPE_FLOAT32:
    case TR_TYPE_FLOAT64:
        return parse_float(text, schema, ret_mask, diag);
    case TR_TYPE_STRING:
        *ret_mask = tr_value_text(tr_slice_of(text));
        return 0;
    default:
        return cannot(schema, diag);
    }
}

/* A zero of the wrong scale is what Connect's Decimal refuses. */
static int make_empty_bytes(const struct tr_schema *schema, struct tr_value *ret_mask,
                            struct tr_diag *diag)
{
    static const char zero[1];

    if (!is_decimal(schema))
        return tr_fail(diag, TR_DATA, TR_STOP, "Cannot mask value of type BYTES");
    if (tr_logical_scale(schema) != 0)
        return mismatch(tr_logical_scale(schema), 0, diag);
    *ret_mask = tr_value_bytes((struct tr_slice){zero, 1});
    return 0;
}

static int make_empty(const struct tr_schema *schema, struct tr_value *ret_mask,
                      struct tr_diag *diag)
{
    switch (schema->type) {
    case TR_TYPE_BOOLEAN:
        *ret_mask = tr_value_boolean(false);
        return 0;
    case TR_TYPE_FLOAT32:
        *ret_mask = (struct tr_value){.kind = TR_FLOAT};
        return 0;
    case TR_TYPE_FLOAT64:
        *ret_mask = (struct tr_value){.kind = TR_DOUBLE};
        return 0;
    case TR_TYPE_STRING:
        *ret_mask = tr_value_text(TR_SLICE(""));
        return 0;
    case TR_TYPE_BYTES:
        return make_empty_bytes(schema, ret_mask, diag);
    case TR_TYPE_ARRAY:
    case TR_TYPE_MAP:
        *ret_mask = tr_value_items(NULL, 0);
        return 0;
    case TR_TYPE_STRUCT:
        return tr_fail(diag, TR_DATA, TR_STOP, "Cannot mask value of type STRUCT");
    default:
        *ret_mask = tr_value_integer(0);
        return 0;
    }
}

static bool is_listed(const struct tr_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    return false;
}

static int make_mask(const struct mask_field *self, const struct tr_schema *schema,
                     struct tr_arena *arena, struct tr_value *ret_mask, struct tr_diag *diag)
{
    if (self->replacement && *self->replacement)
        return make_replacement(self->replacement, schema, arena, ret_mask, diag);
    return make_empty(schema, ret_mask, diag);
}

static int make_masks(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                      struct tr_diag *diag)
{
    const struct mask_field *self = key->owner;
    const struct tr_schema *schema = key->from;
    struct masks *masks = tr_arena_zalloc(arena, 1, sizeof *masks);
    const struct tr_value **of = tr_arena_zalloc(arena, schema->nfields, sizeof *of);

    if (!masks || !of)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < schema->nfields; i++) {
        const struct tr_schema *type = schema->fields[i].schema;
        if (!is_listed(&self->fields, schema->fields[i].name))
            continue;
        struct tr_value *mask = tr_arena_alloc(arena, sizeof *mask);
        if (!mask)
            return tr_fail_memory(diag);
        if (make_mask(self, type, arena, mask, diag) < 0)
            *mask = (struct tr_value){.kind = TR_NULL};
        of[i] = mask;
    }
    masks->of = of;
    *ret_thing = masks;
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_masks, NULL};
    const struct mask_field *self = (const struct mask_field *)transform;
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {self, *half.schema, NULL, NULL};
    void *thing;

    if (tr_require_struct(half, "mask fields", diag) < 0 ||
        tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct masks *masks = thing;
    size_t n = (*half.schema)->nfields;
    struct tr_value *items = tr_arena_alloc(context->scratch, n * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++) {
        items[i] = tr_field_value(&half, i, self->replace_null);
        if (!masks->of[i] || items[i].kind == TR_NULL)
            continue;
        items[i] = *masks->of[i];
        if (items[i].kind == TR_NULL && make_mask(self, (*half.schema)->fields[i].schema,
                                                  context->scratch, &items[i], diag) < 0)
            return tr_fail_in(diag, "field %s", (*half.schema)->fields[i].name);
    }
    *half.value = tr_value_items(items, n);
    return 0;
}

static const struct tr_option options[] = {
    {.name = "fields",
     .doc = "The fields to mask.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(mask_field, fields)},
    {.name = "replacement",
     .doc = "What stands in numeric and text fields instead; empty: zero or nothing.",
     .type = TR_OPTION_STRING,
     .importance = TR_LOW,
     .at = TR_TRANSFORM_AT(mask_field, replacement)},
    TR_OPTION_REPLACE_NULL(mask_field),
};

TR_TRANSFORM_SIDES(tr_mask_field, mask_field, "MaskField", .apply = apply);
