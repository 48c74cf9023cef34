#include "capture/heartbeat.h"

#include <stdio.h>

#include "base/clock.h"
#include "capture/capture-impl.h"

static const struct tr_schema *key_schema(void)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_field fields[] = {{"serverName", &text}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT,
        .name = "io.debezium.connector.common.ServerNameKey",
        .version = 1,
        .fields = fields,
        .nfields = TR_COUNT(fields),
    };
    return &schema;
}

static const struct tr_schema *value_schema(void)
{
    static const struct tr_schema number = {.type = TR_TYPE_INT64};
    static const struct tr_field fields[] = {{"ts_ms", &number}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT,
        .name = "io.debezium.connector.common.Heartbeat",
        .version = 1,
        .fields = fields,
        .nfields = TR_COUNT(fields),
    };
    return &schema;
}

int tr_heartbeat_init(struct tr_heartbeat *heartbeat, struct tr_capture *capture,
                      const struct tr_heartbeat_options *options, struct tr_diag *diag)
{
    const struct tr_capture_options *names = capture->options;
    char topic[512];

    *heartbeat = (struct tr_heartbeat){.interval_us = options->interval_ms * 1000};
    if (!options->interval_ms)
        return 0;
    if (names->topic_heartbeat)
        snprintf(topic, sizeof topic, "%s", names->topic_heartbeat);
    else
        snprintf(topic, sizeof topic, "%s%s%s", names->topic_heartbeat_prefix,
                 names->topic_delimiter, names->topic_prefix);
    const struct tr_capture_topic_params params = {
        .topic = topic, .key = key_schema(), .value = value_schema(), .bare = true};
    return tr_capture_topic_new(capture, &params, &heartbeat->topic, diag);
}

void tr_heartbeat_finish(struct tr_heartbeat *heartbeat)
{
    tr_capture_table_free(heartbeat->topic);
    heartbeat->topic = NULL;
}

int tr_heartbeat_put(struct tr_heartbeat *heartbeat, struct tr_capturer *capturer, int64_t now_us,
                     struct tr_batch *batch, struct tr_diag *diag)
{
    const struct tr_value name =
        tr_value_text(tr_slice_of(capturer->capture->options->topic_prefix));
    const struct tr_value time = tr_value_integer(tr_clock_realtime_ns() / 1000000);
    const struct tr_value key = tr_value_items(&name, 1), value = tr_value_items(&time, 1);
    const struct tr_capture_record record = {.key = &key, .value = &value, .first_partition = true};

    heartbeat->due_us = now_us + heartbeat->interval_us;
    return tr_capture_record(capturer, heartbeat->topic, &record, batch, diag);
}
