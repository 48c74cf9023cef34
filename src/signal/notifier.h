/*
 * Notifications: what becomes of snapshots, told to whom it may concern.
 *
 * The channel "sink" makes each a record of a topic, which goes the way of every other record: it
 * is in the Kafka transaction of the chunk or the signal that it tells of, so that it is there
 * exactly once, and not if what it tells of was given up. The channel "log" writes a line.
 *
 * Any thread may notify. Facts: io.debezium.pipeline.notification.* (3.6) and recordings.
 */
#ifndef TR_SIGNAL_NOTIFIER_H
#define TR_SIGNAL_NOTIFIER_H

#include "base/log.h"
#include "capture/capture.h"

struct tr_notifier;

struct tr_notifier_params {
    struct tr_capture *capture; /* borrowed */
    const struct tr_connector_options *options;
    const struct tr_log *log;
};

/* *ret_notifier is NULL when no channel is enabled: everything below takes that and does nothing.
 */
int tr_notifier_new(const struct tr_notifier_params *params, struct tr_notifier **ret_notifier,
                    struct tr_diag *diag) TR_MUSTCHECK;
void tr_notifier_free(struct tr_notifier *notifier);

enum tr_notification_type {
    TR_NOTIFY_STARTED,
    TR_NOTIFY_IN_PROGRESS, /* a table begins (initial), a chunk is done (incremental) */
    TR_NOTIFY_TABLE_SCAN_COMPLETED,
    TR_NOTIFY_COMPLETED,
    TR_NOTIFY_ABORTED,
    TR_NOTIFY_SKIPPED,
    TR_NOTIFY_PAUSED,
    TR_NOTIFY_RESUMED,
};

/* Debezium's words for the end of a table. */
#define TR_SCAN_SUCCEEDED      "SUCCEEDED"
#define TR_SCAN_EMPTY          "EMPTY"
#define TR_SCAN_NO_PRIMARY_KEY "NO_PRIMARY_KEY"
#define TR_SCAN_SKIPPED        "SKIPPED"
#define TR_SCAN_SQL_EXCEPTION  "SQL_EXCEPTION"
#define TR_SCAN_UNKNOWN_SCHEMA "UNKNOWN_SCHEMA"

struct tr_notification {
    enum tr_notification_type type;
    bool incremental;             /* of an incremental snapshot; otherwise of an initial one */
    const char *id;               /* the signal's; NULL: a random one */
    const char *table;            /* in progress or completed */
    const char *data_collections; /* separated by commas; NULL: not told */
    const char *maximum_key, *last_key;
    uint64_t rows;      /* of a completed table */
    const char *status; /* of a completed table */
};

/* Tell it; the record goes into the batch. */
int tr_notify(struct tr_notifier *notifier, const struct tr_notification *notification,
              struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;

#endif
