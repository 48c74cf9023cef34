/* Heartbeats, signals, notifications, incremental snapshots. */
#include <string.h>

#include "config/check-text.h"
#include "config/option-table.h"

/* jmx is accepted: checks.c warns of it. */
static int check_signal_channel(const char *text, struct tr_diag *diag)
{
    if (strcmp(text, "source") == 0 || strcmp(text, "kafka") == 0 || strcmp(text, "file") == 0 ||
        strcmp(text, "jmx") == 0)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP, "none of source, kafka, file");
}

static int check_notification_channel(const char *text, struct tr_diag *diag)
{
    if (strcmp(text, "sink") == 0 || strcmp(text, "log") == 0 || strcmp(text, "jmx") == 0)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP, "none of sink, log");
}

static const struct tr_choice watermarks[] = {
    {"insert_insert", TR_MARKS_INSERT_INSERT, NULL},
    {"insert_delete", TR_MARKS_INSERT_DELETE, NULL},
    {0},
};

static const struct tr_option options[] = {
    {.name = "heartbeat.interval.ms",
     .type = TR_OPTION_LONG,
     .fallback = "0",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(heartbeat.interval_ms),
     .min = 0,
     .max = INT32_MAX,
     .doc = "How often a heartbeat record is written while changes are streamed, in ms; 0 is "
            "never."},
    {.name = "heartbeat.action.query",
     .at = TR_CONNECTOR_AT(heartbeat.action_query),
     .doc = "SQL to run at each heartbeat, in a session of its own."},
    {.name = "topic.heartbeat.prefix",
     .fallback = "__debezium-heartbeat",
     .at = TR_CONNECTOR_AT(capture.topic_heartbeat_prefix),
     .check = tr_check_topic_text,
     .doc = "First part of the heartbeat topic's name, <prefix>.<topic.prefix>."},
    {.name = "topic.heartbeat.name",
     .at = TR_CONNECTOR_AT(capture.topic_heartbeat),
     .check = tr_check_topic_text,
     .doc = "The whole name of the heartbeat topic."},
    {.name = "signal.data.collection",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(signal.data_collection),
     .doc = "The table of signals, as schema.table (MySQL, MariaDB: database.table): rows that are "
            "inserted there, with the columns id, type and data, are orders."},
    {.name = "signal.enabled.channels",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LIST,
     .fallback = "source",
     .at = TR_CONNECTOR_AT(signal.channels),
     .check = check_signal_channel,
     .doc = "Where signals come from: any of source, kafka and file."},
    {.name = "signal.poll.interval.ms",
     .type = TR_OPTION_LONG,
     .importance = TR_MEDIUM,
     .fallback = "5000",
     .min = 1,
     .max = 3600000,
     .at = TR_CONNECTOR_AT(signal.poll_interval_ms),
     .doc = "How often signal.file is looked at, in ms; signals from a table or from Kafka are "
            "taken as they come."},
    {.name = "signal.kafka.topic",
     .at = TR_CONNECTOR_AT(signal.kafka_topic),
     .check = tr_check_topic_text,
     .doc = "The topic of signals, of one partition; <topic.prefix>-signal if it isn't set."},
    {.name = "signal.kafka.bootstrap.servers",
     .at = TR_CONNECTOR_AT(signal.kafka_servers),
     .check = tr_check_bootstrap,
     .doc = "The brokers that have the topic of signals; if it isn't set, the worker's "
            "bootstrap.servers."},
    {.name = "signal.kafka.groupId",
     .fallback = "kafka-signal",
     .at = TR_CONNECTOR_AT(signal.kafka_group),
     .doc = "The consumer group whose offset says which signals were taken before tailrace kept "
            "count itself."},
    {.name = "signal.kafka.poll.timeout.ms",
     .type = TR_OPTION_LONG,
     .status = TR_OPTION_INERT,
     .fallback = "100",
     .note = "signals are taken as they come",
     .doc = "How long Debezium waits for signals."},
    {.name = "signal.consumer.*",
     .type = TR_OPTION_OPEN,
     .at = TR_CONNECTOR_AT(signal.consumer),
     .secret_name = true,
     .doc = "Options of the client that reads the topic of signals."},
    {.name = "signal.file",
     .fallback = "file-signals.txt",
     .at = TR_CONNECTOR_AT(signal.file),
     .doc = "The file of signals, a JSON object with id, type and data on each line; it is emptied "
            "when they are done."},
    {.name = "notification.enabled.channels",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LIST,
     .at = TR_CONNECTOR_AT(notification.channels),
     .check = check_notification_channel,
     .doc = "Where notifications of snapshots go: any of sink (the topic "
            "notification.sink.topic.name) and log."},
    {.name = "notification.sink.topic.name",
     .importance = TR_HIGH,
     .at = TR_CONNECTOR_AT(notification.topic),
     .check = tr_check_topic_text,
     .doc = "The topic of notifications."},
    {.name = "incremental.snapshot.chunk.size",
     .type = TR_OPTION_LONG,
     .importance = TR_MEDIUM,
     .fallback = "1024",
     .min = 1,
     .max = 1000000,
     .at = TR_CONNECTOR_AT(snapshot.incremental.chunk_size),
     .doc = "Rows that an incremental snapshot reads at a time; fewer, where they are large."},
    {.name = "incremental.snapshot.watermarking.strategy",
     .type = TR_OPTION_CHOICE,
     .fallback = "insert_insert",
     .choices = watermarks,
     .at = TR_CONNECTOR_AT(snapshot.incremental.watermarking),
     .doc = "How the end of a chunk is marked in the signal table: by another row, or by the "
            "deletion of the row that marked its begin."},
    {.name = "incremental.snapshot.allow.schema.changes",
     .type = TR_OPTION_BOOLEAN,
     .status = TR_OPTION_INERT,
     .fallback = "false",
     .note = "a chunk is read again whenever its table has changed meanwhile",
     .doc = "Whether tables may change while an incremental snapshot runs."},
    {.name = "read.only",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .at = TR_CONNECTOR_AT(snapshot.incremental.read_only),
     .doc = "Whether to write nothing to the signal table. An incremental snapshot needs no marks "
            "there; without read.only it writes them where there is a signal table, as Debezium "
            "does."},
};

const struct tr_option_group tr_options_signal = {.title = "Heartbeats, signals, notifications",
                                                  .readers = TR_FOR_DATABASES,
                                                  TR_OPTIONS(options)};
