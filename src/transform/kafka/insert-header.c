/* InsertHeader: a fixed header on every record. */
#include "transform/literal.h"
#include "transform/transform-impl.h"

struct insert_header {
    struct tr_transform transform;
    const char *name, *literal;
    struct tr_record_header header;
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct insert_header *self = (struct insert_header *)transform;

    (void)diag;
    self->header.name = self->name;
    tr_literal_parse(self->literal, arena, &self->header.schema, &self->header.value);
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct insert_header *self = (const struct insert_header *)transform;
    struct tr_record_header *headers = tr_headers_with_room(record, 1, context->scratch);

    if (!headers)
        return tr_fail_memory(diag);
    headers[record->nheaders++] = self->header;
    record->headers = headers;
    return 0;
}

static const struct tr_option options[] = {
    {.name = "header",
     .doc = "The header's name.",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(insert_header, name)},
    {.name = "value.literal",
     .doc = "Its value: a number, true, an ISO date, [a, b] … as Connect reads them, else text.",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(insert_header, literal)},
};

const struct tr_transform_impl tr_insert_header = {
    .class_name = "org.apache.kafka.connect.transforms.InsertHeader",
    .size = sizeof(struct insert_header),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
};
