#include <string.h>

#include "capture/filter.h"
#include "kafka/admin.h"
#include "kafka/error.h"
#include "kafka/properties.h"
#include "sink/kafka/impl.h"
#include "sink/kafka/torn.h"

int tr_kafka_topic_group(const struct tr_sink_options *options, const char *name,
                         const struct tr_topic_group **ret_group, struct tr_diag *diag)
{
    for (size_t i = 0; i < options->ntopic_groups; i++) {
        const struct tr_topic_group *group = &options->topic_groups[i];
        struct tr_filter *filter;

        /* a topic is in a group when it is included and not excluded */
        if (tr_filter_new(
                (struct tr_filter_list){&group->include, "topic.creation.<group>.include"},
                (struct tr_filter_list){&group->exclude, "topic.creation.<group>.exclude"}, &filter,
                diag) < 0)
            return -1;
        bool in = tr_filter_allows(filter, name);
        tr_filter_free(filter);
        if (in) {
            *ret_group = group;
            return 0;
        }
    }
    *ret_group = NULL;
    return 0;
}

int tr_kafka_sink_create(const struct tr_sink_params *params, struct tr_kafka_client *client,
                         const struct tr_kafka_new_topic *topic, struct tr_diag *diag)
{
    const struct tr_kafka_client_params outside = tr_kafka_sink_client(params);
    struct tr_kafka_client *admin;
    rd_kafka_conf_t *conf;

    if (!params->worker->admin.count && !params->options->sink.admin_override.count)
        return tr_kafka_topic_create(client, topic, diag);
    if (tr_kafka_conf_new(params->worker, params->options, TR_KAFKA_ADMIN, &conf, diag) < 0 ||
        tr_kafka_client_new(RD_KAFKA_PRODUCER, conf, &outside, &admin, diag) < 0)
        return -1;
    int rc = tr_kafka_topic_create(admin, topic, diag);
    tr_kafka_client_free(admin);
    return rc;
}

static bool is_dead_letters(const struct tr_error_options *errors, const char *name)
{
    return errors->dead_letter_topic && strcmp(errors->dead_letter_topic, name) == 0;
}

static int create(struct tr_kafka_sink *sink, const char *name, struct tr_diag *diag)
{
    const struct tr_sink_options *options = &sink->params.options->sink;
    const struct tr_topic_group *group;

    if (!options->topic_creation_enable)
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "topic %s does not exist and topic.creation.enable is false: create it with "
                       "kafka-topics.sh --create --topic %s",
                       name, name);
    if (tr_kafka_topic_group(options, name, &group, diag) < 0)
        return -1;
    struct tr_kafka_new_topic topic = {
        .name = name,
        .partitions = group ? group->partitions : -1,
        .replication = group ? group->replication_factor : -1,
        .settings = group ? &group->settings : NULL,
    };
    if (is_dead_letters(&sink->params.options->capture.errors, name)) {
        topic.partitions = 1; /* as Connect's */
        topic.replication = sink->params.options->capture.errors.dead_letter_replication;
    }
    int rc = tr_kafka_sink_create(&sink->params, sink->producer, &topic, diag);
    if (rc == 0)
        tr_log_info(sink->params.log, "topic created", TR_LOG_STR("topic", name));
    if (rc < 0 && diag->cls == TR_AUTH) {
        size_t n = strlen(diag->message);
        snprintf(diag->message + n, sizeof diag->message - n,
                 "; create it beforehand, or grant the right: kafka-acls.sh --add "
                 "--allow-principal User:<user> --operation Create --topic %s",
                 name);
    }
    return rc;
}

/* A new topic reaches the brokers' metadata a little later. */
static int await_partitions(struct tr_kafka_sink *sink, rd_kafka_topic_t *handle,
                            int32_t *ret_partitions, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    tr_kafka_wait_begin(&wait, sink->producer, "waiting for a new topic", TR_KAFKA_ADMIN_MS);
    for (;;) {
        int rc = tr_kafka_partitions(sink->producer, handle, ret_partitions, diag);
        if (rc <= 0)
            return rc;
        rd_kafka_poll(sink->producer->rk, 20);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

/* A handle of the producer, and the topic's partitions. >0: no such topic. */
static int open_handle(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                       int32_t *ret_partitions, struct tr_diag *diag)
{
    topic->handle = rd_kafka_topic_new(sink->producer->rk, topic->name, NULL);
    if (!topic->handle)
        return tr_kafka_fail(diag, rd_kafka_last_error(), "can't use topic %s", topic->name);
    return tr_kafka_partitions(sink->producer, topic->handle, ret_partitions, diag);
}

int tr_kafka_topic_open(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                        struct tr_diag *diag)
{
    int32_t partitions;
    int rc = open_handle(sink, topic, &partitions, diag);

    if (rc > 0)
        return tr_fail(diag, TR_SINK, TR_RETRY, "topic %s is not there", topic->name);
    return rc;
}

struct tr_kafka_topic *tr_kafka_topic_find(const struct tr_kafka_sink *sink, const char *name)
{
    struct tr_kafka_topic *topic = sink->first;

    while (topic && strcmp(topic->name, name) != 0)
        topic = topic->next;
    return topic;
}

int tr_kafka_topic_add(struct tr_kafka_sink *sink, const char *name,
                       struct tr_kafka_topic **ret_topic, struct tr_diag *diag)
{
    struct tr_kafka_topic *topic = tr_arena_zalloc(&sink->arena, 1, sizeof *topic);

    if (!topic || !(topic->name = tr_arena_strdup(&sink->arena, tr_slice_of(name))))
        return tr_fail_memory(diag);
    if (sink->last)
        sink->last->next = topic;
    else
        sink->first = topic;
    sink->last = topic;
    *ret_topic = topic;
    return 0;
}

int tr_kafka_topic_see(struct tr_kafka_sink *sink, struct tr_topic *topic, struct tr_diag *diag)
{
    int32_t partitions;
    struct tr_kafka_topic *seen = tr_kafka_topic_find(sink, topic->name);

    if (!seen && tr_kafka_topic_add(sink, topic->name, &seen, diag) < 0)
        return -1;
    int rc = open_handle(sink, seen, &partitions, diag);
    bool created = rc > 0;
    if (created && tr_kafka_outputs_gone(sink, seen, diag) < 0)
        return -1;
    if (created) {
        rc = create(sink, topic->name, diag);
        if (rc >= 0)
            rc = await_partitions(sink, seen->handle, &partitions, diag);
    }
    if (rc < 0 || tr_kafka_outputs_begin(sink, seen, partitions, diag) < 0)
        return -1;
    if (!created && seen->recorded && tr_kafka_outputs_compare(sink, seen, diag) < 0)
        return -1;
    if (!created && !seen->recorded &&
        (tr_kafka_outputs_measure(sink, seen, diag) < 0 || tr_kafka_torn_see(sink, seen, diag) < 0))
        return -1;
    topic->sink = seen;
    return 0;
}

int tr_kafka_topics_check(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    const struct rd_kafka_metadata *metadata;
    int rc = 0;

    if (rd_kafka_metadata(sink->producer->rk, 0, NULL, &metadata, 10 * TR_KAFKA_SLICE_MS))
        return 0; /* no broker answers: another reason to wait */
    for (int i = 0; i < metadata->topic_cnt && rc == 0; i++)
        if (metadata->topics[i].err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
            rc = tr_fail(diag, TR_SINK, TR_RETRY, "topic %s was deleted while it was written to",
                         metadata->topics[i].topic);
    rd_kafka_metadata_destroy(metadata);
    return rc;
}
