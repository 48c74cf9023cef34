/* Facts: Debezium 3.6, LogicalDecodingMessageMonitor. */
#include "source/postgres/stream/message.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "capture/convert.h"
#include "capture/transaction.h"

enum { FIELD_OP, FIELD_TS_MS, FIELD_SOURCE, FIELD_TRANSACTION, FIELD_MESSAGE, FIELDS };

static const struct tr_schema *key_schema(void)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING, .optional = true};
    static const struct tr_field fields[] = {{"prefix", &text}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT,
        .name = "io.debezium.connector.postgresql.MessageKey",
        .version = 1,
        .fields = fields,
        .nfields = TR_COUNT(fields),
    };
    return &schema;
}

static const struct tr_schema *message_schema(bool bytes)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING, .optional = true};
    static const struct tr_schema octets = {.type = TR_TYPE_BYTES, .optional = true};
    static const struct tr_field fields[2][2] = {{{"prefix", &text}, {"content", &text}},
                                                 {{"prefix", &text}, {"content", &octets}}};
    static const struct tr_schema schemas[2] = {
        {
            .type = TR_TYPE_STRUCT,
            .name = "io.debezium.connector.postgresql.Message",
            .version = 1,
            .fields = fields[0],
            .nfields = 2,
        },
        {
            .type = TR_TYPE_STRUCT,
            .name = "io.debezium.connector.postgresql.Message",
            .version = 1,
            .fields = fields[1],
            .nfields = 2,
        },
    };
    return &schemas[bytes];
}

static const struct tr_schema *value_schema(struct tr_arena *arena, bool bytes)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema number = {.type = TR_TYPE_INT64, .optional = true};
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    struct tr_field *fields = tr_arena_zalloc(arena, FIELDS, sizeof *fields);
    const struct tr_schema *source = tr_pg_source_schema_new(arena);

    if (!schema || !fields || !source)
        return NULL;
    fields[FIELD_OP] = (struct tr_field){"op", &text};
    fields[FIELD_TS_MS] = (struct tr_field){"ts_ms", &number};
    fields[FIELD_SOURCE] = (struct tr_field){"source", source};
    fields[FIELD_TRANSACTION] = (struct tr_field){"transaction", tr_transaction_block_schema()};
    fields[FIELD_MESSAGE] = (struct tr_field){"message", message_schema(bytes)};
    *schema = (struct tr_schema){
        .type = TR_TYPE_STRUCT,
        .name = "io.debezium.connector.postgresql.MessageValue",
        .version = 1,
        .fields = fields,
        .nfields = FIELDS,
    };
    return schema;
}

int tr_pg_messages_init(struct tr_pg_messages *messages,
                        const struct tr_connector_options *options, struct tr_capture *capture,
                        struct tr_diag *diag)
{
    const struct tr_filter_list include = {&options->postgres.message_include,
                                           "message.prefix.include.list"};
    const struct tr_filter_list exclude = {&options->postgres.message_exclude,
                                           "message.prefix.exclude.list"};
    enum tr_binary_handling handling = options->capture.binary_handling;
    char topic[512];

    *messages = (struct tr_pg_messages){.convert = tr_convert_binary(handling)};
    tr_arena_init(&messages->arena, 4096, 1 << 20);
    snprintf(topic, sizeof topic, "%s.message", options->capture.topic_prefix);
    const struct tr_capture_topic_params params = {
        .topic = topic,
        .key = key_schema(),
        .value = value_schema(&messages->arena, handling == TR_BINARY_BYTES),
        .bare = true,
    };
    if (!params.value)
        return tr_fail_memory(diag);
    if (tr_filter_new(include, exclude, &messages->prefixes, diag) < 0)
        return -1;
    return tr_capture_topic_new(capture, &params, &messages->topic, diag);
}

void tr_pg_messages_finish(struct tr_pg_messages *messages)
{
    tr_capture_table_free(messages->topic);
    tr_filter_free(messages->prefixes);
    tr_arena_finish(&messages->arena);
    *messages = (struct tr_pg_messages){.topic = NULL};
}

/* In Debezium each message counts as a collection of its own, under the name of a Java object. */
static int count(struct tr_capturer *capturer, const struct tr_pg_message *message,
                 struct tr_value *ret_block, struct tr_diag *diag)
{
    struct tr_collection collection = {.apart = true};
    char name[160];

    if (!capturer->transaction)
        return 0;
    snprintf(name, sizeof name, TR_TRANSACTION_MESSAGE "%" PRIx32, (uint32_t)message->identity);
    collection.name = name;
    collection.hash = tr_collection_hash(name);
    return tr_transaction_event(capturer->transaction, &collection, ret_block, diag);
}

static void name_nothing(struct tr_value *source, const char *database)
{
    source[TR_SOURCE_DB] = tr_value_text(tr_slice_of(database));
    source[TR_PG_SOURCE_SCHEMA] = source[TR_PG_SOURCE_TABLE] = tr_value_text(TR_SLICE(""));
}

int tr_pg_messages_put(const struct tr_pg_messages *messages, struct tr_capturer *capturer,
                       const struct tr_pg_message *message, struct tr_batch *batch,
                       struct tr_diag *diag)
{
    const struct tr_pgoutput_message *decoded = message->message;
    struct tr_value content[2], fields[FIELDS] = {0};

    content[0] = tr_value_text(decoded->message.prefix);
    const struct tr_value key = tr_value_items(content, 1), value = tr_value_items(fields, FIELDS);
    const struct tr_capture_record record = {
        .key = &key, .value = &value, .identity = message->identity};
    if (!tr_filter_allows(messages->prefixes, decoded->message.prefix.p))
        return 0;
    if (messages->convert(NULL, decoded->message.content, &batch->arena, &content[1], diag) < 0)
        return -1;
    name_nothing(capturer->source, message->database);
    fields[FIELD_OP] = tr_value_text(TR_SLICE("m"));
    fields[FIELD_TS_MS] = tr_value_integer(tr_clock_realtime_ns() / 1000000);
    fields[FIELD_SOURCE] = tr_value_items(capturer->source, TR_PG_SOURCE_FIELDS);
    fields[FIELD_MESSAGE] = tr_value_items(content, 2);
    if (decoded->message.transactional &&
        count(capturer, message, &fields[FIELD_TRANSACTION], diag) < 0)
        return -1;
    return tr_capture_record(capturer, messages->topic, &record, batch, diag);
}
