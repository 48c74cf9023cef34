#include "signal/notifier.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/uuid.h"

/* Of additional_data, at most. */
#define MAX_DATA 8

struct tr_notifier {
    const char *connector; /* topic.prefix: Debezium's connector_name */
    const struct tr_log *log;
    bool logs;
    bool status_first;
    struct tr_capture_table *topic; /* NULL: the channel sink is off */
    pthread_mutex_t lock;           /* guards the capturer */
    struct tr_capturer capturer;
};

static const struct tr_schema text = {.type = TR_TYPE_STRING};
static const struct tr_schema number = {.type = TR_TYPE_INT64};
static const struct tr_schema data_schema = {
    .type = TR_TYPE_MAP, .optional = true, .keys = &text, .items = &text};

static const struct tr_field key_fields[] = {{"id", &text}};
static const struct tr_schema key_schema = {
    .type = TR_TYPE_STRUCT,
    .name = "io.debezium.connector.common.NotificationKey",
    .version = 1,
    .fields = key_fields,
    .nfields = TR_COUNT(key_fields),
};

static const struct tr_field value_fields[] = {
    {"id", &text},
    {"type", &text},
    {"aggregate_type", &text},
    {"additional_data", &data_schema},
    {"timestamp", &number},
};
static const struct tr_schema value_schema = {
    .type = TR_TYPE_STRUCT,
    .name = "io.debezium.connector.common.Notification",
    .version = 1,
    .fields = value_fields,
    .nfields = TR_COUNT(value_fields),
};

static int make_topic(struct tr_notifier *notifier, const struct tr_notifier_params *params,
                      struct tr_diag *diag)
{
    const struct tr_capture_topic_params topic = {
        .topic = params->options->notification.topic,
        .key = &key_schema,
        .value = &value_schema,
        .bare = true,
    };

    if (tr_capturer_init(&notifier->capturer, params->capture, diag) < 0)
        return -1;
    return tr_capture_topic_new(params->capture, &topic, &notifier->topic, diag);
}

int tr_notifier_new(const struct tr_notifier_params *params, struct tr_notifier **ret_notifier,
                    struct tr_diag *diag)
{
    const struct tr_connector_options *options = params->options;
    bool sink = tr_list_has(&options->notification.channels, "sink");
    bool logs = tr_list_has(&options->notification.channels, "log");

    *ret_notifier = NULL;
    if (!sink && !logs)
        return 0;
    struct tr_notifier *notifier = calloc(1, sizeof *notifier);
    if (!notifier)
        return tr_fail_memory(diag);
    notifier->connector = options->capture.topic_prefix;
    notifier->log = params->log;
    notifier->logs = logs;
    /* a hash order that depends on the JVM: here as each connector was recorded */
    notifier->status_first = options->kind != TR_KIND_POSTGRES;
    pthread_mutex_init(&notifier->lock, NULL);
    if (sink && make_topic(notifier, params, diag) < 0) {
        tr_notifier_free(notifier);
        return -1;
    }
    *ret_notifier = notifier;
    return 0;
}

void tr_notifier_free(struct tr_notifier *notifier)
{
    if (!notifier)
        return;
    tr_capture_table_free(notifier->topic);
    tr_capturer_finish(&notifier->capturer);
    pthread_mutex_destroy(&notifier->lock);
    free(notifier);
}

/* The members of additional_data, in the order of Java's HashMap. */
struct data {
    struct tr_log_field fields[MAX_DATA + 1]; /* the last one ends the list */
    size_t count;
    char rows[24];
};

static void add(struct data *data, const char *name, const char *value)
{
    if (value && data->count < MAX_DATA)
        data->fields[data->count++] = TR_LOG_STR(name, value);
}

static void collect(const struct tr_notifier *notifier, const struct tr_notification *notification,
                    struct data *data)
{
    bool completed = notification->type == TR_NOTIFY_TABLE_SCAN_COMPLETED;

    add(data, completed ? "scanned_collection" : "current_collection_in_progress",
        notification->table);
    add(data, "connector_name", notifier->connector);
    add(data, "maximum_key", notification->maximum_key);
    add(data, "last_processed_key", notification->last_key);
    if (completed) {
        snprintf(data->rows, sizeof data->rows, "%" PRIu64, notification->rows);
        add(data, "total_rows_scanned", data->rows);
    }
    if (notifier->status_first)
        add(data, "status", notification->status);
    add(data, "data_collections", notification->data_collections);
    if (!notifier->status_first)
        add(data, "status", notification->status);
}

static int put(struct tr_notifier *notifier, const struct tr_value *value, struct tr_batch *batch,
               struct tr_diag *diag)
{
    const struct tr_value key = tr_value_items(value->items, 1);
    const struct tr_capture_record record = {.key = &key, .value = value};

    pthread_mutex_lock(&notifier->lock);
    int rc = tr_capture_record(&notifier->capturer, notifier->topic, &record, batch, diag);
    pthread_mutex_unlock(&notifier->lock);
    return rc;
}

int tr_notify(struct tr_notifier *notifier, const struct tr_notification *notification,
              struct tr_batch *batch, struct tr_diag *diag)
{
    static const char *const types[] = {
        [TR_NOTIFY_STARTED] = "STARTED",
        [TR_NOTIFY_IN_PROGRESS] = "IN_PROGRESS",
        [TR_NOTIFY_TABLE_SCAN_COMPLETED] = "TABLE_SCAN_COMPLETED",
        [TR_NOTIFY_COMPLETED] = "COMPLETED",
        [TR_NOTIFY_ABORTED] = "ABORTED",
        [TR_NOTIFY_SKIPPED] = "SKIPPED",
        [TR_NOTIFY_PAUSED] = "PAUSED",
        [TR_NOTIFY_RESUMED] = "RESUMED",
    };
    struct data data = {.count = 0};
    struct tr_value map[2 * MAX_DATA];
    char random[TR_UUID_TEXT], message[64];
    const char *id = notification->id ? notification->id : random;
    const char *what = notification->incremental ? "Incremental Snapshot" : "Initial Snapshot";

    if (!notifier)
        return 0;
    tr_uuid_random(random);
    collect(notifier, notification, &data);
    if (notifier->logs) {
        snprintf(message, sizeof message, "notification: %s %s", what, types[notification->type]);
        tr_log_write(notifier->log, TR_LOG_INFO, message, data.fields);
    }
    if (!notifier->topic)
        return 0;
    for (size_t i = 0; i < data.count; i++) {
        map[2 * i] = tr_value_text(tr_slice_of(data.fields[i].key));
        map[2 * i + 1] = tr_value_text(tr_slice_of(data.fields[i].text));
    }
    const struct tr_value fields[TR_COUNT(value_fields)] = {
        tr_value_text(tr_slice_of(id)),
        tr_value_text(tr_slice_of(types[notification->type])),
        tr_value_text(tr_slice_of(what)),
        tr_value_items(map, 2 * data.count),
        tr_value_integer(tr_clock_realtime_ns() / 1000000),
    };
    const struct tr_value value = tr_value_items(fields, TR_COUNT(fields));
    return put(notifier, &value, batch, diag);
}
