/* The schema of Debezium's envelope, version 2. Facts: recordings of 3.6.1. */
#include "capture/capture-impl.h"

/* transaction: ids and orders of provide.transaction.metadata */
static const struct tr_schema *transaction_schema(void)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema number = {.type = TR_TYPE_INT64};
    static const struct tr_field fields[] = {
        {"id", &text}, {"total_order", &number}, {"data_collection_order", &number}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT,
        .optional = true,
        .name = "event.block",
        .version = 1,
        .fields = fields,
        .nfields = TR_COUNT(fields),
    };
    return &schema;
}

const struct tr_schema *tr_envelope_schema_new(struct tr_capture_table *table)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema number = {.type = TR_TYPE_INT64, .optional = true};
    struct tr_schema *schema = tr_arena_zalloc(&table->arena, 1, sizeof *schema);
    struct tr_field *fields = tr_arena_zalloc(&table->arena, TR_ENVELOPE_FIELDS, sizeof *fields);
    char *name = tr_arena_printf(&table->arena, "%s.Envelope", table->topic->name);

    if (!schema || !fields || !name)
        return NULL;
    fields[TR_ENVELOPE_BEFORE] = (struct tr_field){"before", table->plan.value_schema};
    fields[TR_ENVELOPE_AFTER] = (struct tr_field){"after", table->plan.value_schema};
    fields[TR_ENVELOPE_SOURCE] = (struct tr_field){"source", table->capture->source_schema};
    fields[TR_ENVELOPE_TRANSACTION] = (struct tr_field){"transaction", transaction_schema()};
    fields[TR_ENVELOPE_OP] = (struct tr_field){"op", &text};
    fields[TR_ENVELOPE_TS_MS] = (struct tr_field){"ts_ms", &number};
    fields[TR_ENVELOPE_TS_US] = (struct tr_field){"ts_us", &number};
    fields[TR_ENVELOPE_TS_NS] = (struct tr_field){"ts_ns", &number};
    *schema = (struct tr_schema){
        .type = TR_TYPE_STRUCT,
        .name = name,
        .version = 2,
        .fields = fields,
        .nfields = TR_ENVELOPE_FIELDS,
    };
    return schema;
}
