/*
 * Kafka Connect's records in config.storage.topic and status.storage.topic, as bytes: keys are
 * texts, values are JSON without schemas. worker/'s own.
 *
 *   connector-NAME          {"properties":{…}}, the connector's configuration; null: deleted
 *   target-state-NAME       {"state":…,"state.v2":…}; the older field knows no STOPPED
 *   task-NAME-0             {"properties":{…}}, the task's configuration …
 *   commit-NAME             {"tasks":1}, … which counts from here on
 *   tasks-fencing-NAME      {"task-count":1}: producers of that many tasks have to be fenced
 *   status-connector-NAME   {"state":…,"trace":…,"worker_id":…,"generation":…,"version":…}
 *   status-task-NAME-0      the same
 *   status-topic-TOPIC:connector-NAME   {"topic":{"name":…,"connector":…,"task":0,
 *                                         "discoverTimestamp":…}}
 *
 * Facts: KafkaConfigBackingStore, KafkaStatusBackingStore, TargetState (Kafka 4.1).
 */
#ifndef TR_WORKER_RECORDS_H
#define TR_WORKER_RECORDS_H

#include "base/buf.h"
#include "worker/worker.h"

/* A value may not be larger: the broker would refuse it. */
#define TR_RECORD_MOST ((size_t)64 << 20)

enum tr_record_kind {
    TR_RECORD_CONNECTOR,
    TR_RECORD_TARGET,
    TR_RECORD_COMMIT,
    TR_RECORD_TOPIC_STATUS,
    TR_RECORD_OTHER, /* of Connect's own, or of nobody we know: left alone */
};

/* What a key says. ret_name: the connector's name, inside of the key; ret_topic: of a topic's
 * status. */
enum tr_record_kind tr_record_kind(struct tr_slice key, struct tr_slice *ret_name,
                                   struct tr_slice *ret_topic);

/* Values. class: a task's is the connector's configuration with task.class; NULL for the
 * connector's own. <0: no memory, or a text that is not UTF-8. */
int tr_record_write_config(const struct tr_properties *config, const char *class,
                           struct tr_buf *ret_value, struct tr_diag *diag) TR_MUSTCHECK;
const char *tr_record_target(enum tr_worker_target target);

struct tr_record_status {
    const char *state, *trace /* or NULL */, *worker_id, *version;
};

int tr_record_write_status(const struct tr_record_status *status, struct tr_buf *ret_value,
                           struct tr_diag *diag) TR_MUSTCHECK;
int tr_record_write_topic(const char *topic, const char *connector, int64_t discovered_ms,
                          struct tr_buf *ret_value, struct tr_diag *diag) TR_MUSTCHECK;

/* The other way. >0: the value is not what Connect would write. */
int tr_record_read_config(struct tr_slice value, struct tr_arena *arena,
                          struct tr_properties *ret_config, struct tr_diag *diag) TR_MUSTCHECK;
int tr_record_read_target(struct tr_slice value, enum tr_worker_target *ret_target) TR_MUSTCHECK;
int tr_record_read_tasks(struct tr_slice value, int32_t *ret_tasks) TR_MUSTCHECK;

#endif
