/* Heartbeats, signals, notifications, incremental snapshots. */
#include "config/check-text.h"
#include "config/option-table.h"

#define NO_HEARTBEATS                                                                              \
    "there are no heartbeat records yet, and an idle connector releases WAL without them"
#define NO_SIGNALS       "signals are not supported yet"
#define NO_NOTIFICATIONS "notifications are not supported yet"

static const struct tr_option options[] = {
    {.name = "heartbeat.interval.ms",
     .type = TR_OPTION_LONG,
     .status = TR_OPTION_DEFAULT_ONLY,
     .fallback = "0",
     .importance = TR_MEDIUM,
     .note = NO_HEARTBEATS,
     .doc = "How often a heartbeat record is written, in ms; 0 is never."},
    {.name = "heartbeat.action.query",
     .status = TR_OPTION_DEFAULT_ONLY,
     .note = NO_HEARTBEATS,
     .doc = "SQL to run at each heartbeat."},
    {.name = "topic.heartbeat.prefix",
     .status = TR_OPTION_INERT,
     .fallback = "__debezium-heartbeat",
     .note = "there are no heartbeat records yet",
     .doc = "First part of the heartbeat topic's name."},
    {.name = "topic.heartbeat.name",
     .status = TR_OPTION_INERT,
     .note = "there are no heartbeat records yet",
     .doc = "Name of the heartbeat topic."},
    {.name = "signal.data.collection",
     .importance = TR_MEDIUM,
     .status = TR_OPTION_DEFAULT_ONLY,
     .note = NO_SIGNALS,
     .doc = "The table of signals."},
    {.name = "signal.enabled.channels",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LIST,
     .status = TR_OPTION_DEFAULT_ONLY,
     .fallback = "source",
     .note = NO_SIGNALS,
     .doc = "Where signals come from."},
    {.name = "signal.*",
     .status = TR_OPTION_INERT,
     .note = NO_SIGNALS,
     .doc = "Options of signals."},
    {.name = "notification.enabled.channels",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LIST,
     .status = TR_OPTION_DEFAULT_ONLY,
     .note = NO_NOTIFICATIONS,
     .doc = "Where notifications go."},
    {.name = "notification.*",
     .status = TR_OPTION_INERT,
     .note = NO_NOTIFICATIONS,
     .doc = "Options of notifications."},
    {.name = "incremental.snapshot.*",
     .status = TR_OPTION_INERT,
     .note = "incremental snapshots are started by signals, which are not supported yet",
     .doc = "Options of incremental snapshots."},
};

const struct tr_option_group tr_options_signal = {.title = "Heartbeats, signals, notifications",
                                                  .readers = TR_FOR_DATABASES,
                                                  TR_OPTIONS(options)};
