/* The worker: Kafka, the group, what is left of Connect's own machinery. */
#include "config/check-text.h"
#include "config/option-table.h"

static const struct tr_choice exactly_once[] = {
    {"enabled", TR_EXACTLY_ONCE_ENABLED, NULL},
    {"disabled", TR_EXACTLY_ONCE_DISABLED, NULL},
    {"preparing", 0, "a step of a Connect cluster's roll-out: write enabled or disabled"},
    {0},
};

static const struct tr_option worker_options[] = {
    {.name = "bootstrap.servers",
     .fallback = "localhost:9092",
     .importance = TR_HIGH,
     .at = TR_WORKER_AT(bootstrap_servers),
     .check = tr_check_bootstrap,
     .doc = "Brokers to begin with: host:port, separated by commas."},
    {.name = "group.id",
     .fallback = "tailrace",
     .importance = TR_HIGH,
     .at = TR_WORKER_AT(group_id),
     .check = tr_check_connector_name,
     .doc = "The worker's group: first part of the connectors' transactional ids."},
    {.name = "exactly.once.source.support",
     .type = TR_OPTION_CHOICE,
     .fallback = "enabled",
     .importance = TR_HIGH,
     .at = TR_WORKER_AT(exactly_once),
     .choices = exactly_once,
     .doc = "Whether records and positions are written in one transaction; disabled: records may "
            "be written twice after a crash, but are never lost."},
    {.name = "offset.storage.topic",
     .fallback = "tailrace-offsets",
     .importance = TR_HIGH,
     .at = TR_WORKER_AT(offsets_topic),
     .check = tr_check_topic_text,
     .doc = "The compacted topic of the connectors' positions; created when missing."},
    {.name = "offset.storage.partitions",
     .type = TR_OPTION_INT,
     .fallback = "25",
     .at = TR_WORKER_AT(offsets_partitions),
     .min = 1,
     .max = INT32_MAX,
     .doc = "Its partitions, when it is created."},
    {.name = "offset.storage.replication.factor",
     .type = TR_OPTION_INT,
     .fallback = "3",
     .at = TR_WORKER_AT(offsets_replication),
     .min = -1,
     .max = INT16_MAX,
     .doc = "Its replicas, when it is created; -1 is the broker's default."},
    {.name = "offset.storage.*",
     .type = TR_OPTION_OPEN,
     .at = TR_WORKER_AT(offsets_settings),
     .doc = "Its other settings, when it is created, such as min.insync.replicas."},
    {.name = "config.storage.topic",
     .importance = TR_HIGH,
     .at = TR_WORKER_AT(config_topic),
     .check = tr_check_topic_text,
     .doc = "The compacted topic of the connectors that were created over the REST API, in "
            "Kafka Connect's own form; created when missing. Without it connectors come from files "
            "alone."},
    {.name = "config.storage.replication.factor",
     .type = TR_OPTION_INT,
     .fallback = "3",
     .at = TR_WORKER_AT(config_replication),
     .min = -1,
     .max = INT16_MAX,
     .doc = "Its replicas, when it is created; -1 is the broker's default."},
    {.name = "config.storage.*",
     .type = TR_OPTION_OPEN,
     .at = TR_WORKER_AT(config_settings),
     .doc = "Its other settings, when it is created."},
    {.name = "status.storage.topic",
     .importance = TR_HIGH,
     .at = TR_WORKER_AT(status_topic),
     .check = tr_check_topic_text,
     .doc = "The compacted topic that the connectors' states and topics are written to, in Kafka "
            "Connect's own form; created when missing. Without it only the REST API has them."},
    {.name = "status.storage.partitions",
     .type = TR_OPTION_INT,
     .fallback = "5",
     .at = TR_WORKER_AT(status_partitions),
     .min = 1,
     .max = INT32_MAX,
     .doc = "Its partitions, when it is created."},
    {.name = "status.storage.replication.factor",
     .type = TR_OPTION_INT,
     .fallback = "3",
     .at = TR_WORKER_AT(status_replication),
     .min = -1,
     .max = INT16_MAX,
     .doc = "Its replicas, when it is created; -1 is the broker's default."},
    {.name = "status.storage.*",
     .type = TR_OPTION_OPEN,
     .at = TR_WORKER_AT(status_settings),
     .doc = "Its other settings, when it is created."},
    {.name = "topic.tracking.enable",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = TR_WORKER_AT(topic_tracking),
     .doc = "Whether to keep the list of topics that a connector writes to."},
    {.name = "topic.tracking.allow.reset",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = TR_WORKER_AT(topic_tracking_reset),
     .doc = "Whether the REST API may empty that list."},
    {.name = "health.timeout.ms",
     .type = TR_OPTION_LONG,
     .fallback = "60000",
     .at = TR_WORKER_AT(health_timeout_ms),
     .min = 1,
     .max = INT32_MAX,
     .doc = "A connector that has waited this long for one and the same thing, a broker's answer "
            "or the database's leave to begin, is shown as RESTARTING, with what it waits for, and "
            "/health says so, until it goes on."},
};

const struct tr_option_group tr_options_worker = {
    .title = "Worker", .readers = TR_FOR_WORKER, TR_OPTIONS(worker_options)};

#define COMMON(text, what)                                                                         \
    {                                                                                              \
        .name = text, .type = TR_OPTION_WHOLE, .at = TR_WORKER_AT(common), .doc = what             \
    }

static const struct tr_option client_options[] = {
    COMMON("security.*", "How brokers are reached: security.protocol."),
    COMMON("sasl.*", "Authentication at the brokers."),
    COMMON("ssl.*", "TLS to the brokers."),
    COMMON("client.*", "client.id and the like."),
    COMMON("metadata.*", "How metadata is kept."),
    COMMON("reconnect.*", "When to connect again."),
    COMMON("retry.backoff.*", "When to try a request again."),
    COMMON("request.timeout.*", "How long a request may take."),
    COMMON("connections.max.idle.*", "When an idle connection is closed."),
    COMMON("send.buffer.*", "The sockets' buffers for sending."),
    COMMON("receive.buffer.*", "The sockets' buffers for receiving."),
    COMMON("socket.*", "Connection timeouts and the like."),
    COMMON("broker.*", "librdkafka's broker.address.family and the like."),
    COMMON("enable.ssl.*", "librdkafka's enable.ssl.certificate.verification."),
    {.name = "producer.*",
     .type = TR_OPTION_OPEN,
     .importance = TR_MEDIUM,
     .at = TR_WORKER_AT(producer),
     .doc = "A property of all producers: compression.type, linger.ms, batch.size and so on."},
    {.name = "consumer.*",
     .type = TR_OPTION_OPEN,
     .at = TR_WORKER_AT(consumer),
     .doc = "A property of the consumers that read positions."},
    {.name = "admin.*",
     .type = TR_OPTION_OPEN,
     .at = TR_WORKER_AT(admin),
     .doc = "A property of the clients that create topics."},
};

const struct tr_option_group tr_options_client = {
    .title = "Worker: Kafka clients", .readers = TR_FOR_WORKER, TR_OPTIONS(client_options)};

#define INERT(text, what, why)                                                                     \
    {                                                                                              \
        .name = text, .status = TR_OPTION_INERT, .note = why, .doc = what                          \
    }
#define NO_GROUP "workers don't share connectors yet"
#define NO_JVM   "it concerns the JVM"

static const struct tr_option store_options[] = {
    {.name = "config.providers",
     .type = TR_OPTION_LIST,
     .doc = "Names for the providers of secrets, beside file, dir and env, which are always "
            "there."},
    {.name = "config.providers.*.class",
     .doc = "The provider of that name: FileConfigProvider, DirectoryConfigProvider or "
            "EnvVarConfigProvider of org.apache.kafka.common.config.provider."},
    {.name = "config.providers.*.param.*",
     .status = TR_OPTION_DEFAULT_ONLY,
     .note = "what a provider may read is limited by the rights of the process",
     .doc = "Limits of a provider."},
    INERT("offset.flush.interval.ms", "How often Connect stores positions.",
          "positions are committed with their records"),
    INERT("offset.flush.timeout.ms", "How long that may take.",
          "positions are committed with their records"),
    INERT("task.shutdown.graceful.timeout.ms", "How long a task may take to stop.",
          "tailrace stops within seconds"),
    INERT("session.timeout.ms", "When a silent worker leaves the group.", NO_GROUP),
    INERT("heartbeat.interval.ms", "How often a worker is heard.", NO_GROUP),
    INERT("rebalance.timeout.ms", "How long joining the group may take.", NO_GROUP),
    INERT("scheduled.rebalance.max.delay.ms", "How long to wait for a lost worker.", NO_GROUP),
    INERT("worker.*", "How workers keep in step.", NO_GROUP),
    INERT("connect.protocol", "The protocol of the group.", NO_GROUP),
    INERT("inter.worker.*", "Signatures between workers.", NO_GROUP),
    INERT("connector.client.config.override.policy", "What connectors may override.",
          "connectors may override what tailrace doesn't own"),
    INERT("plugin.*", "Where Connect finds Java classes.", NO_JVM),
    INERT("metrics.*", "Metrics of the JVM.", NO_JVM),
    INERT("metric.*", "Reporters of metrics.", NO_JVM),
    INERT("auto.include.jmx.reporter", "Whether metrics go to JMX.", NO_JVM),
};

const struct tr_option_group tr_options_store = {
    .title = "Worker: what else a Connect worker's file may hold",
    .readers = TR_FOR_WORKER,
    TR_OPTIONS(store_options)};
