/* ExtractField: one field instead of the struct it is in. Facts: Kafka 4.1, KIP-821 for V2. */
#include "transform/copying.h"
#include "transform/field-path.h"
#include "transform/shape.h"

struct extract_field {
    struct tr_transform transform;
    const char *field;
    int nested; /* a choice: field.syntax.version=V2 */
    bool replace_null;
    struct tr_list path;
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct extract_field *self = (struct extract_field *)transform;

    return tr_field_names_parse(self->field, self->nested, arena, &self->path, diag);
}

static int unknown(const struct extract_field *self, struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP, "Unknown field: %s", self->field);
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct extract_field *self = (const struct extract_field *)transform;
    struct tr_half half = tr_half_of(record, transform->impl->side);

    (void)context;
    if (!*half.schema)
        return 0; /* null it is, and null it stays */
    for (size_t i = 0; i < self->path.count; i++) {
        const struct tr_schema *schema = *half.schema;
        int place =
            schema->type == TR_TYPE_STRUCT ? tr_shape_find(schema, self->path.items[i]) : -1;
        if (place < 0)
            return unknown(self, diag);
        if (half.value->kind == TR_ITEMS)
            *half.value = tr_field_value(&half, (size_t)place, self->replace_null);
        *half.schema = schema->fields[place].schema;
    }
    return 0;
}

static const struct tr_choice versions[] = {
    {"V1", false, NULL}, {"V2", true, NULL}, {NULL, 0, NULL}};

static const struct tr_option options[] = {
    {.name = "field",
     .doc = "The field to extract.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .required = true,
     .at = TR_TRANSFORM_AT(extract_field, field)},
    {.name = "field.syntax.version",
     .fallback = "V1",
     .doc = "V2: dots in the field's name lead into nested structs.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_HIGH,
     .choices = versions,
     .at = TR_TRANSFORM_AT(extract_field, nested)},
    TR_OPTION_REPLACE_NULL(extract_field),
};

TR_TRANSFORM_SIDES(tr_extract_field, extract_field, "ExtractField", .start = start, .apply = apply);
