/* What would stop or hurt a run, as far as Kafka tells without disturbing anybody: no producer is
 * made, because its transactional.id would fence one that runs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kafka/admin.h"
#include "kafka/error.h"
#include "kafka/murmur2.h"
#include "sink/kafka/impl.h"

/* Settings of so many existing output topics are looked at. */
#define TOPICS_MAX 100

struct checkup {
    const struct tr_sink_params *params;
    struct tr_report *report;
    struct tr_kafka_client *reader;
    int brokers;
    int64_t replicas, insync;   /* what the broker gives a new topic; 0: not known */
    int32_t offsets_partitions; /* 0: there is no offsets topic */
    char mend[512];
};

/* kafka-configs.sh for one entity: "topics --entity-name x", "brokers --entity-default". */
static const char *mend_config(struct checkup *checkup, const char *entity, const char *setting)
{
    snprintf(checkup->mend, sizeof checkup->mend,
             "kafka-configs.sh --bootstrap-server %s --alter --entity-type %s --add-config %s",
             checkup->params->worker->bootstrap_servers, entity, setting);
    return checkup->mend;
}

static void check_timeout(struct checkup *checkup, const struct tr_kafka_settings *broker)
{
    int64_t timeout = tr_kafka_settings_integer(broker, "transaction.max.timeout.ms", 0);

    if (timeout < 60000)
        tr_report_add(
            checkup->report, TR_FINDING_WARNING,
            mend_config(checkup, "brokers --entity-default", "transaction.max.timeout.ms=900000"),
            "the broker ends transactions after %" PRId64
            " ms (transaction.max.timeout.ms): a source transaction has to be written "
            "in that time",
            timeout);
    else
        tr_report_add(checkup->report, TR_FINDING_OK, NULL,
                      "transactions may take up to %" PRId64 " s (transaction.max.timeout.ms)",
                      timeout / 1000);
}

static void check_verification(struct checkup *checkup, const struct tr_kafka_settings *broker)
{
    const char *on = tr_kafka_settings_text(broker, "transaction.partition.verification.enable");

    if (!on)
        tr_report_add(checkup->report, TR_FINDING_WARNING, "upgrade the brokers to 3.6.1 or newer",
                      "the broker is older than Kafka 3.6: a request that arrives late can end a "
                      "later transaction (KAFKA-17754), exactly once is not certain");
    else if (strcmp(on, "true") != 0)
        tr_report_add(checkup->report, TR_FINDING_WARNING,
                      mend_config(checkup, "brokers --entity-default",
                                  "transaction.partition.verification.enable=true"),
                      "transaction.partition.verification.enable is %s: a request that arrives "
                      "late can end a later transaction (KAFKA-17754)",
                      on);
    else
        tr_report_add(checkup->report, TR_FINDING_OK, NULL,
                      "the broker verifies the partitions of transactions");
}

/* What a group of topics, or the broker, says of min.insync.replicas. */
static int64_t insync_of_new(const struct checkup *checkup, const struct tr_kafka_new_topic *topic)
{
    for (size_t i = 0; topic->settings && i < topic->settings->count; i++)
        if (strcmp(topic->settings->items[i].name, "min.insync.replicas") == 0)
            return strtoll(topic->settings->items[i].value, NULL, 10);
    return checkup->insync;
}

/* The broker creates topics that nothing can be written to. */
static void check_new_copies(const struct checkup *checkup, const struct tr_kafka_new_topic *topic,
                             const char *what, const char *property)
{
    int64_t replicas = topic->replication > 0 ? topic->replication : checkup->replicas;
    int64_t insync = insync_of_new(checkup, topic);

    if (replicas > 0 && insync > replicas)
        tr_report_add(checkup->report, TR_FINDING_ERROR, NULL,
                      "%s would have %" PRId64 " replicas and min.insync.replicas=%" PRId64
                      ": nothing could be written; raise %s, or lower min.insync.replicas",
                      what, replicas, insync, property);
    else if (replicas == 1 && checkup->brokers > 1)
        tr_report_add(checkup->report, TR_FINDING_WARNING, NULL,
                      "%s would have one replica and be lost with its broker: raise %s", what,
                      property);
}

static void check_broker(struct checkup *checkup, const struct tr_kafka_settings *broker)
{
    const char *unclean = tr_kafka_settings_text(broker, "unclean.leader.election.enable");
    const char *protocol = tr_kafka_settings_text(broker, "inter.broker.protocol.version");

    checkup->replicas = tr_kafka_settings_integer(broker, "default.replication.factor", 0);
    checkup->insync = tr_kafka_settings_integer(broker, "min.insync.replicas", 0);
    tr_report_add(checkup->report, TR_FINDING_OK, NULL, "broker version: %s",
                  protocol ? protocol : "4.0 or newer");
    if (checkup->params->worker->exactly_once == TR_EXACTLY_ONCE_ENABLED) {
        check_timeout(checkup, broker);
        check_verification(checkup, broker);
    }
    if (unclean && strcmp(unclean, "true") == 0)
        tr_report_add(checkup->report, TR_FINDING_WARNING,
                      mend_config(checkup, "brokers --entity-default",
                                  "unclean.leader.election.enable=false"),
                      "unclean.leader.election.enable is true: a failover can lose committed "
                      "messages and positions");
}

static int check_brokers(struct checkup *checkup, const struct rd_kafka_metadata *metadata,
                         struct tr_diag *diag)
{
    struct tr_kafka_settings settings;
    char name[16];

    tr_report_add(checkup->report, TR_FINDING_OK, NULL, "Kafka reachable through %s, brokers: %d",
                  checkup->params->worker->bootstrap_servers, metadata->broker_cnt);
    checkup->brokers = metadata->broker_cnt;
    if (metadata->broker_cnt == 0)
        return 0;
    snprintf(name, sizeof name, "%" PRId32, metadata->brokers[0].id);
    int rc =
        tr_kafka_settings_read(checkup->reader, RD_KAFKA_RESOURCE_BROKER, name, &settings, diag);
    if (rc < 0)
        return -1;
    if (rc > 0) {
        tr_report_add(checkup->report, TR_FINDING_WARNING,
                      "kafka-acls.sh --add --allow-principal User:<user> --operation "
                      "DescribeConfigs --cluster",
                      "the broker's settings may not be read: the transaction timeout stays at "
                      "60 s, and what else would hurt is not known");
        return 0;
    }
    check_broker(checkup, &settings);
    tr_kafka_settings_finish(&settings);
    return 0;
}

static void check_copies(struct checkup *checkup, const char *topic, int replicas, int64_t insync)
{
    char entity[320];

    snprintf(entity, sizeof entity, "topics --entity-name %s", topic);
    if (insync > replicas)
        tr_report_add(checkup->report, TR_FINDING_ERROR,
                      mend_config(checkup, entity, "min.insync.replicas=1"),
                      "topic %s has %d replicas and min.insync.replicas=%" PRId64
                      ": nothing can be written to it",
                      topic, replicas, insync);
    else if (replicas > 2 && insync < 2)
        tr_report_add(checkup->report, TR_FINDING_WARNING,
                      mend_config(checkup, entity, "min.insync.replicas=2"),
                      "topic %s has %d replicas and min.insync.replicas=%" PRId64
                      ": what is acknowledged can be lost with one broker",
                      topic, replicas, insync);
    else if (replicas < 2 && checkup->brokers > 1)
        tr_report_add(checkup->report, TR_FINDING_WARNING, NULL,
                      "topic %s has one replica: it is lost with its broker", topic);
}

static void check_compaction(struct checkup *checkup, const char *topic, const char *policy)
{
    char entity[320];

    snprintf(entity, sizeof entity, "topics --entity-name %s", topic);
    if (policy && strcmp(policy, "compact") != 0)
        tr_report_add(checkup->report, TR_FINDING_ERROR,
                      mend_config(checkup, entity, "cleanup.policy=compact"),
                      "the offsets topic %s has cleanup.policy=%s: positions would be deleted",
                      topic, policy);
    else
        tr_report_add(checkup->report, TR_FINDING_OK, NULL, "offsets topic %s is compacted", topic);
}

static int check_topic(struct checkup *checkup, const struct rd_kafka_metadata_topic *topic,
                       struct tr_diag *diag)
{
    const char *offsets = tr_kafka_offsets_topic(checkup->params);
    struct tr_kafka_settings settings;
    int rc = tr_kafka_settings_read(checkup->reader, RD_KAFKA_RESOURCE_TOPIC, topic->topic,
                                    &settings, diag);

    if (rc)
        return rc < 0 ? -1 : 0;
    if (topic->partition_cnt > 0)
        check_copies(checkup, topic->topic, topic->partitions[0].replica_cnt,
                     tr_kafka_settings_integer(&settings, "min.insync.replicas", 1));
    if (strcmp(topic->topic, offsets) == 0)
        check_compaction(checkup, topic->topic,
                         tr_kafka_settings_text(&settings, "cleanup.policy"));
    tr_kafka_settings_finish(&settings);
    return 0;
}

/* Would the broker create such a topic? Nothing is created. */
static int try_create(struct checkup *checkup, const struct tr_kafka_new_topic *topic,
                      const char *what, struct tr_diag *diag)
{
    int rc = tr_kafka_sink_create(checkup->params, checkup->reader, topic, diag);

    if (rc >= 0) {
        tr_report_add(checkup->report, TR_FINDING_OK, NULL, "%s can be created", what);
        return 0;
    }
    if (diag->cls == TR_NETWORK)
        return -1;
    snprintf(checkup->mend, sizeof checkup->mend,
             "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:<user> --operation "
             "Create --cluster",
             checkup->params->worker->bootstrap_servers);
    tr_report_add(checkup->report, TR_FINDING_ERROR, diag->cls == TR_AUTH ? checkup->mend : NULL,
                  "%s: %s", what, diag->message);
    return 0;
}

static int check_creation(struct checkup *checkup, struct tr_diag *diag)
{
    const struct tr_worker_options *worker = checkup->params->worker;
    const struct tr_sink_options *options = &checkup->params->options->sink;
    const struct tr_topic_group *group;
    char name[250];
    const struct tr_kafka_new_topic offsets = {
        .name = tr_kafka_offsets_topic(checkup->params),
        .partitions = worker->offsets_partitions,
        .replication = worker->offsets_replication,
        .validate_only = true,
    };

    if (!checkup->offsets_partitions) {
        if (try_create(checkup, &offsets, "the offsets topic", diag) < 0)
            return -1;
        check_new_copies(checkup, &offsets, "the offsets topic",
                         "offset.storage.replication.factor");
    }
    if (!options->topic_creation_enable)
        return 0;
    /* a name that no table has: the delimiter stands at its end */
    snprintf(name, sizeof name, "%s.tailrace-check.",
             checkup->params->options->capture.topic_prefix);
    if (tr_kafka_topic_group(options, name, &group, diag) < 0)
        return -1;
    const struct tr_kafka_new_topic output = {
        .name = name,
        .partitions = group ? group->partitions : -1,
        .replication = group ? group->replication_factor : -1,
        .settings = group ? &group->settings : NULL,
        .validate_only = true,
    };
    check_new_copies(checkup, &output, "output topics",
                     "topic.creation.default.replication.factor");
    return try_create(checkup, &output, "output topics", diag);
}

static int check_topics(struct checkup *checkup, const struct rd_kafka_metadata *metadata,
                        struct tr_diag *diag)
{
    const char *offsets = tr_kafka_offsets_topic(checkup->params);
    const char *prefix = checkup->params->options->capture.topic_prefix;
    size_t n = strlen(prefix);
    int seen = 0;

    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];
        bool is_offsets = strcmp(topic->topic, offsets) == 0;
        bool is_output = strncmp(topic->topic, prefix, n) == 0 && topic->topic[n] == '.';
        if (!is_offsets && (!is_output || seen++ >= TOPICS_MAX))
            continue;
        if (is_offsets)
            checkup->offsets_partitions = topic->partition_cnt;
        if (check_topic(checkup, topic, diag) < 0)
            return -1;
    }
    return check_creation(checkup, diag);
}

static int list_topics(struct tr_kafka_client *client,
                       const struct rd_kafka_metadata **ret_metadata, struct tr_diag *diag)
{
    rd_kafka_resp_err_t error =
        rd_kafka_metadata(client->rk, 1, NULL, ret_metadata, TR_KAFKA_ADMIN_MS);

    return error ? tr_kafka_fail(diag, error, "can't list Kafka's topics") : 0;
}

/* As a run would, but fencing nobody. */
static int read_position(const struct checkup *checkup, struct tr_buf *ret_position,
                         struct tr_diag *diag)
{
    struct tr_sink *base;

    if (!checkup->offsets_partitions)
        return 1;
    if (tr_kafka_sink.new(checkup->params, &base, diag) < 0)
        return -1;
    struct tr_kafka_sink *sink = (struct tr_kafka_sink *)base;
    sink->position_partition =
        tr_kafka_partition(checkup->params->position_key, checkup->offsets_partitions);
    int rc = tr_kafka_position_read(sink, checkup->reader, ret_position, diag);
    if (rc >= 0 && sink->torn)
        tr_report_add(checkup->report, TR_FINDING_WARNING, NULL,
                      "a transaction was committed without its position (KAFKA-17754): the next "
                      "run compares what it left in the topics with what is to be written");
    tr_sink_free(base);
    return rc;
}

static int look_around(struct checkup *checkup, struct tr_diag *diag)
{
    const struct rd_kafka_metadata *metadata;

    if (tr_kafka_metadata(checkup->reader, NULL, &metadata, diag) < 0)
        return -1;
    int rc = check_brokers(checkup, metadata, diag);
    rd_kafka_metadata_destroy(metadata);
    if (rc < 0 || list_topics(checkup->reader, &metadata, diag) < 0)
        return -1;
    rc = check_topics(checkup, metadata, diag);
    rd_kafka_metadata_destroy(metadata);
    return rc;
}

int tr_kafka_check(const struct tr_sink_params *params, struct tr_report *report,
                   struct tr_buf *ret_position, struct tr_diag *diag)
{
    struct checkup checkup = {.params = params, .report = report};

    if (tr_kafka_version_check(diag) < 0 ||
        tr_kafka_reader_open(params, "read_committed", &checkup.reader, diag) < 0)
        return -1;
    const char *advice = tr_kafka_version_advice();
    tr_report_add(report, advice ? TR_FINDING_WARNING : TR_FINDING_OK, NULL, "librdkafka %s%s%s",
                  rd_kafka_version_str(), advice ? ": " : "", advice ? advice : "");
    int rc = look_around(&checkup, diag);
    if (rc == 0)
        rc = read_position(&checkup, ret_position, diag);
    tr_kafka_client_free(checkup.reader);
    return rc;
}
