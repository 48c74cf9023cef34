/* TimestampRouter: the topic's name with the record's timestamp in it. */
#include "transform/date-format.h"
#include "transform/transform-impl.h"

struct timestamp_router {
    struct tr_transform transform;
    const char *topic_format, *timestamp_format;
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    const struct timestamp_router *self = (const struct timestamp_router *)transform;

    (void)arena;
    return tr_date_format_check(self->timestamp_format, "timestamp.format", diag);
}

static void put_name(const struct timestamp_router *self, const struct tr_record *record,
                     struct tr_writer *writer)
{
    static const char topic[] = "${topic}", timestamp[] = "${timestamp}";

    for (const char *p = self->topic_format; *p;) {
        if (strncmp(p, topic, sizeof topic - 1) == 0) {
            tr_writer_text(writer, record->topic);
            p += sizeof topic - 1;
        } else if (strncmp(p, timestamp, sizeof timestamp - 1) == 0) {
            tr_date_format_write(self->timestamp_format, record->timestamp_ms, writer);
            p += sizeof timestamp - 1;
        } else {
            tr_writer_char(writer, *p++);
        }
    }
    tr_writer_char(writer, '\0');
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct timestamp_router *self = (const struct timestamp_router *)transform;
    struct tr_writer writer;
    struct tr_slice name;

    if (!record->timestamp_ms)
        return tr_fail(
            diag, TR_DATA, TR_STOP,
            "Timestamp missing on record: a change has none of its own unless a transform "
            "before this one sets it (EventRouter's table.field.event.timestamp)");
    tr_writer_begin(&writer, context->scratch);
    put_name(self, record, &writer);
    if (tr_writer_end(&writer, &name) < 0)
        return tr_fail_memory(diag);
    record->topic = name.p;
    return 0;
}

static const struct tr_option options[] = {
    {.name = "topic.format",
     .fallback = "${topic}-${timestamp}",
     .doc = "The new name, with ${topic} and ${timestamp}.",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .at = TR_TRANSFORM_AT(timestamp_router, topic_format)},
    {.name = "timestamp.format",
     .fallback = "yyyyMMdd",
     .doc = "A SimpleDateFormat for the timestamp.",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .at = TR_TRANSFORM_AT(timestamp_router, timestamp_format)},
};

const struct tr_transform_impl tr_timestamp_router = {
    .class_name = "org.apache.kafka.connect.transforms.TimestampRouter",
    .size = sizeof(struct timestamp_router),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
};
