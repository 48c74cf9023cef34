/* ReadToInsertEvent: rows of a snapshot look like inserted ones. Facts:
 * io.debezium.connector.mysql.transforms.ReadToInsertEvent (3.x). */
#include "transform/debezium/envelope.h"
#include "transform/transform-impl.h"

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    struct tr_envelope_places at;

    (void)transform;
    if (record->value.kind == TR_NULL || !tr_envelope_find(record->value_schema, &at) ||
        !tr_slice_is(record->value.items[at.op].bytes, "r"))
        return 0;
    size_t size = record->value.count * sizeof *record->value.items;
    struct tr_value *items = tr_arena_alloc(context->scratch, size);
    if (!items)
        return tr_fail_memory(diag);
    memcpy(items, record->value.items, size);
    items[at.op] = tr_value_text(TR_SLICE("c"));
    record->value.items = items;
    return 0;
}

const struct tr_transform_impl tr_read_to_insert_event = {
    .class_name = "io.debezium.connector.mysql.transforms.ReadToInsertEvent",
    .size = sizeof(struct tr_transform),
    .apply = apply,
};
