#include "kafka/admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kafka/error.h"

int tr_kafka_metadata(struct tr_kafka_client *client, rd_kafka_topic_t *topic,
                      const struct rd_kafka_metadata **ret_metadata, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    tr_kafka_wait_contact(&wait, client, "asking for metadata");
    for (;;) {
        rd_kafka_resp_err_t error =
            rd_kafka_metadata(client->rk, 0, topic, ret_metadata, TR_KAFKA_SLICE_MS);
        if (!error) {
            client->answered = true;
            return 0;
        }
        if (tr_kafka_class(error) != TR_NETWORK)
            return tr_kafka_fail(diag, error, "can't get Kafka's metadata");
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

/* 0 and the partitions; 1: not there; 2: not all have leaders yet; <0. */
static int look_at_topic(const struct rd_kafka_metadata *metadata, const char *name,
                         int32_t *ret_partitions, struct tr_diag *diag)
{
    if (metadata->topic_cnt != 1)
        return 1;
    const struct rd_kafka_metadata_topic *topic = &metadata->topics[0];
    switch (topic->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        return 1;
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        return 2;
    default:
        return tr_kafka_fail(diag, topic->err, "can't use topic %s", name);
    }
    if (topic->partition_cnt == 0)
        return 2;
    for (int i = 0; i < topic->partition_cnt; i++) {
        if (topic->partitions[i].leader < 0)
            return 2;
    }
    *ret_partitions = topic->partition_cnt;
    return 0;
}

int tr_kafka_partitions(struct tr_kafka_client *client, rd_kafka_topic_t *topic,
                        int32_t *ret_partitions, struct tr_diag *diag)
{
    const struct rd_kafka_metadata *metadata;
    struct tr_kafka_wait wait;
    char what[300];

    snprintf(what, sizeof what, "waiting for leaders of topic %s", rd_kafka_topic_name(topic));
    tr_kafka_wait_begin(&wait, client, what, TR_KAFKA_ADMIN_MS);
    for (;;) {
        if (tr_kafka_metadata(client, topic, &metadata, diag) < 0)
            return -1;
        int rc = look_at_topic(metadata, rd_kafka_topic_name(topic), ret_partitions, diag);
        rd_kafka_metadata_destroy(metadata);
        if (rc <= 1)
            return rc;
        rd_kafka_poll(client->rk, 20);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

/* An admin request under way: its answer comes on a queue of its own. */
struct request {
    rd_kafka_AdminOptions_t *options;
    rd_kafka_queue_t *queue;
};

static int begin_request(struct request *request, struct tr_kafka_client *client,
                         rd_kafka_admin_op_t op, bool validate_only, struct tr_diag *diag)
{
    char text[256];

    request->queue = rd_kafka_queue_new(client->rk);
    request->options = rd_kafka_AdminOptions_new(client->rk, op);
    if (rd_kafka_AdminOptions_set_request_timeout(request->options, TR_KAFKA_ADMIN_MS, text,
                                                  sizeof text))
        return tr_fail_bug(diag, text);
    if (validate_only &&
        rd_kafka_AdminOptions_set_validate_only(request->options, 1, text, sizeof text))
        return tr_fail_bug(diag, text);
    return 0;
}

static void end_request(struct request *request)
{
    if (request->options)
        rd_kafka_AdminOptions_destroy(request->options);
    if (request->queue)
        rd_kafka_queue_destroy(request->queue);
}

static int await_answer(struct request *request, struct tr_kafka_client *client, const char *what,
                        rd_kafka_event_t **ret_event, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    tr_kafka_wait_begin(&wait, client, what, TR_KAFKA_ADMIN_MS);
    while (!(*ret_event = rd_kafka_queue_poll(request->queue, TR_KAFKA_SLICE_MS))) {
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
    return 0;
}

/* Nothing that the caller can't live without: a broker that won't or can't tell. */
static bool is_silence(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
           error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
           error == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE ||
           error == RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION;
}

static int take_settings(rd_kafka_event_t *event, const char *name,
                         struct tr_kafka_settings *ret_settings, struct tr_diag *diag)
{
    size_t count = 0;
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    const rd_kafka_ConfigResource_t **resources =
        error ? NULL
              : rd_kafka_DescribeConfigs_result_resources(
                    rd_kafka_event_DescribeConfigs_result(event), &count);

    if (!error && count == 1)
        error = rd_kafka_ConfigResource_error(resources[0]);
    if (error)
        return is_silence(error) ? 1 : tr_kafka_fail(diag, error, "can't read %s's settings", name);
    if (count != 1)
        return 1;
    *ret_settings = (struct tr_kafka_settings){.event = event};
    ret_settings->entries = rd_kafka_ConfigResource_configs(resources[0], &ret_settings->count);
    return 0;
}

int tr_kafka_settings_read(struct tr_kafka_client *client, rd_kafka_ResourceType_t type,
                           const char *name, struct tr_kafka_settings *ret_settings,
                           struct tr_diag *diag)
{
    struct request request = {0};
    rd_kafka_event_t *event = NULL;
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(type, name);

    if (!resource)
        return tr_fail_memory(diag);
    int rc = begin_request(&request, client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, false, diag);
    if (rc == 0) {
        rd_kafka_DescribeConfigs(client->rk, &resource, 1, request.options, request.queue);
        rc = await_answer(&request, client, "reading settings", &event, diag);
    }
    rd_kafka_ConfigResource_destroy(resource);
    if (rc == 0)
        rc = take_settings(event, name, ret_settings, diag);
    if (rc && event)
        rd_kafka_event_destroy(event);
    end_request(&request);
    return rc;
}

void tr_kafka_settings_finish(struct tr_kafka_settings *settings)
{
    if (settings->event)
        rd_kafka_event_destroy(settings->event);
    *settings = (struct tr_kafka_settings){0};
}

const char *tr_kafka_settings_text(const struct tr_kafka_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(rd_kafka_ConfigEntry_name(settings->entries[i]), name) == 0)
            return rd_kafka_ConfigEntry_value(settings->entries[i]);
    }
    return NULL;
}

int64_t tr_kafka_settings_integer(const struct tr_kafka_settings *settings, const char *name,
                                  int64_t otherwise)
{
    char *end;
    const char *text = tr_kafka_settings_text(settings, name);

    if (!text || !*text)
        return otherwise;
    long long number = strtoll(text, &end, 10);
    return *end ? otherwise : number;
}

static int make_topic(const struct tr_kafka_new_topic *topic, rd_kafka_NewTopic_t **ret_topic,
                      struct tr_diag *diag)
{
    char error[256];
    rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(topic->name, topic->partitions,
                                                      topic->replication, error, sizeof error);

    if (!made)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "can't create topic %s: %s", topic->name, error);
    for (size_t i = 0; topic->settings && i < topic->settings->count; i++) {
        const struct tr_property *setting = &topic->settings->items[i];
        rd_kafka_resp_err_t rc = rd_kafka_NewTopic_set_config(made, setting->name, setting->value);
        if (rc) {
            rd_kafka_NewTopic_destroy(made);
            return tr_kafka_fail(diag, rc, "can't create topic %s with %s", topic->name,
                                 setting->name);
        }
    }
    *ret_topic = made;
    return 0;
}

/* A broker that was slow or has just come up is "fenced" for some seconds; too few brokers are for
   good. Kafka has one code for both (StripedReplicaPlacer's messages tell them apart). */
static enum tr_reaction create_reaction(rd_kafka_resp_err_t error, const char *text)
{
    if (error == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR && text && strstr(text, "fenced"))
        return TR_RETRY;
    return tr_kafka_reaction(error);
}

static int take_created(rd_kafka_event_t *event, const struct tr_kafka_new_topic *topic,
                        struct tr_diag *diag)
{
    size_t count = 0;
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    const char *text = rd_kafka_event_error_string(event);

    if (!error) {
        const rd_kafka_topic_result_t **results =
            rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
        if (count == 1) {
            error = rd_kafka_topic_result_error(results[0]);
            text = rd_kafka_topic_result_error_string(results[0]);
        }
    }
    if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return 1;
    if (error)
        return tr_fail(diag, tr_kafka_class(error), create_reaction(error, text),
                       "can't create topic %s: %s", topic->name,
                       text ? text : rd_kafka_err2str(error));
    return 0;
}

int tr_kafka_topic_create(struct tr_kafka_client *client, const struct tr_kafka_new_topic *topic,
                          struct tr_diag *diag)
{
    struct request request = {0};
    rd_kafka_event_t *event = NULL;
    rd_kafka_NewTopic_t *made;

    if (make_topic(topic, &made, diag) < 0)
        return -1;
    int rc =
        begin_request(&request, client, RD_KAFKA_ADMIN_OP_CREATETOPICS, topic->validate_only, diag);
    if (rc == 0) {
        rd_kafka_CreateTopics(client->rk, &made, 1, request.options, request.queue);
        rc = await_answer(&request, client, "creating a topic", &event, diag);
    }
    rd_kafka_NewTopic_destroy(made);
    if (rc == 0)
        rc = take_created(event, topic, diag);
    if (event)
        rd_kafka_event_destroy(event);
    end_request(&request);
    return rc;
}
