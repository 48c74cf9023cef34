/*
 * DecodeLogicalDecodingMessageContent: the JSON in a logical decoding message becomes the row of an
 * envelope, as if it had been inserted, for EventRouter to work on. Other records pass; so do
 * tombstones, at which Debezium's stops.
 * Facts: io.debezium.connector.postgresql.transforms.DecodeLogicalDecodingMessageContent (3.6) and
 * recordings.
 */
#include "transform/copying.h"
#include "transform/debezium/expand-json.h"
#include "transform/shape.h"

#define MESSAGE_VALUE "io.debezium.connector.postgresql.MessageValue"

struct decode_message {
    struct tr_transform transform;
    bool include_nulls;
};

/* The bytes of message.content. */
static int find_content(const struct tr_record *record, int message, struct tr_slice *ret_content,
                        struct tr_diag *diag)
{
    const struct tr_schema *schema = record->value_schema->fields[message].schema;
    const struct tr_value *value = &record->value.items[message];
    int content = tr_shape_find(schema, "content");

    if (value->kind != TR_ITEMS || content < 0)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "Only Struct objects supported for [Retrieve content of a logical decoding "
                       "message], found: %s",
                       value->kind == TR_NULL ? "null" : tr_shape_type_name(schema->type));
    if (value->items[content].kind != TR_BYTES)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "The content of a logical decoding message is non-binary: leave "
                       "binary.handling.mode=bytes");
    *ret_content = value->items[content].bytes;
    return 0;
}

/* What the JSON becomes. */
struct row {
    struct tr_field field;
    struct tr_value value;
};

static int expand(const struct decode_message *self, struct tr_slice content,
                  struct tr_arena *scratch, struct row *ret_row, struct tr_diag *diag)
{
    const struct tr_expand_json how = {.null_as_bytes = self->include_nulls};

    ret_row->field.name = "after";
    int rc = tr_expand_json(&how, content, scratch, &ret_row->field.schema, &ret_row->value);
    if (rc < 0)
        return tr_fail_memory(diag);
    if (rc > 0 || ret_row->field.schema->type != TR_TYPE_STRUCT)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "Unable to parse logical decoding message content JSON string '%.*s': it "
                       "must be an object whose arrays have items of one type; a predicate "
                       "(TopicNameMatches) keeps other messages away from the transform",
                       (int)TR_MIN(content.n, 100), content.p);
    return 0;
}

/* The envelope: all fields but the message, and the row behind them. */
static int put_row(struct tr_record *record, int message, const struct row *row,
                   struct tr_arena *scratch)
{
    const struct tr_schema *from = record->value_schema;
    struct tr_schema *schema = tr_arena_zalloc(scratch, 1, sizeof *schema);
    struct tr_field *fields = tr_arena_zalloc(scratch, from->nfields, sizeof *fields);
    struct tr_value *items = tr_arena_zalloc(scratch, from->nfields, sizeof *items);
    size_t n = 0;

    if (!schema || !fields || !items)
        return -1;
    for (size_t i = 0; i < from->nfields; i++) {
        if (i == (size_t)message)
            continue;
        fields[n] = from->fields[i];
        items[n++] = strcmp(from->fields[i].name, "op") == 0 ? tr_value_text(TR_SLICE("c"))
                                                             : record->value.items[i];
    }
    fields[n] = row->field;
    items[n++] = row->value;
    *schema = (struct tr_schema){
        .type = TR_TYPE_STRUCT, .name = MESSAGE_VALUE ".Envelope", .fields = fields, .nfields = n};
    record->value_schema = schema;
    record->value = tr_value_items(items, n);
    record->key_schema = NULL;
    record->key = (struct tr_value){.kind = TR_NULL};
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct decode_message *self = (const struct decode_message *)transform;
    const struct tr_schema *schema = record->value_schema;
    struct tr_slice content = {0};
    struct row row = {0};

    if (!schema || !schema->name || strcmp(schema->name, MESSAGE_VALUE) != 0)
        return 0;
    if (tr_require_struct(tr_half_of(record, TR_SIDE_VALUE), "Retrieve a record value", diag) < 0)
        return -1;
    int message = tr_shape_find(schema, "message");
    if (message < 0)
        return 0;
    if (find_content(record, message, &content, diag) < 0 ||
        expand(self, content, context->scratch, &row, diag) < 0)
        return -1;
    if (put_row(record, message, &row, context->scratch) < 0)
        return tr_fail_memory(diag);
    return tr_transform_context_own(context, diag);
}

static const struct tr_option options[] = {
    {.name = "fields.null.include",
     .fallback = "false",
     .doc = "Whether nulls in the JSON become fields (of bytes, that are null).",
     .type = TR_OPTION_BOOLEAN,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(decode_message, include_nulls)},
};

const struct tr_transform_impl tr_decode_logical_message = {
    .class_name = "io.debezium.connector.postgresql.transforms.DecodeLogicalDecodingMessageContent",
    .size = sizeof(struct decode_message),
    .options = options,
    .noptions = TR_COUNT(options),
    .apply = apply,
};
