/* The schema of Debezium's envelope, version 2. Facts: recordings of 3.6.1. */
#include "capture/capture-impl.h"

const struct tr_schema *tr_envelope_schema_new(struct tr_capture_table *table)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema number = {.type = TR_TYPE_INT64, .optional = true};
    struct tr_schema *schema = tr_arena_zalloc(&table->arena, 1, sizeof *schema);
    struct tr_field *fields = tr_arena_zalloc(&table->arena, TR_ENVELOPE_FIELDS, sizeof *fields);
    const char *name = tr_schema_name(table, "Envelope");

    if (!schema || !fields || !name)
        return NULL;
    fields[TR_ENVELOPE_BEFORE] = (struct tr_field){"before", table->plan.value_schema};
    fields[TR_ENVELOPE_AFTER] = (struct tr_field){"after", table->plan.value_schema};
    fields[TR_ENVELOPE_SOURCE] = (struct tr_field){"source", table->capture->source_schema};
    fields[TR_ENVELOPE_TRANSACTION] =
        (struct tr_field){"transaction", tr_transaction_block_schema()};
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
