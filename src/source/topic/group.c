#include "source/topic/group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "kafka/admin.h"
#include "kafka/error.h"
#include "kafka/properties.h"
#include "transform/regex.h"

#define COMMIT_US 1000000

/* How often to look for new topics that a pattern matches. */
#define LIST_US 30000000

struct tr_owed {
    uint64_t token;
    rd_kafka_topic_partition_list_t *offsets;
    struct tr_owed *next;
};

static bool stopping(void *context)
{
    struct tr_outlet *outlet = ((struct tr_group *)context)->params.outlet;

    return outlet->impl->stopping(outlet);
}

/* What was confirmed is committed before somebody else may read on from there. */
static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t event,
                         rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    struct tr_kafka_client *client = opaque;
    struct tr_group *group = client->params.owner;

    if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        tr_log_info(group->params.log, "partitions assigned",
                    TR_LOG_INT("partitions", partitions->cnt));
        rd_kafka_assign(rk, partitions);
        return;
    }
    tr_group_commit(group, true);
    rd_kafka_assign(rk, NULL);
}

static int configure(struct tr_group *group, rd_kafka_conf_t *conf, struct tr_diag *diag)
{
    static const struct tr_property ours[] = {
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "earliest"},
        {"isolation.level", "read_committed"},
        {"allow.auto.create.topics", "true"},
        {"statistics.interval.ms", "0"},
        /* a topic that is made later is read soon */
        {"topic.metadata.refresh.interval.ms", "5000"},
    };
    char name[300];

    snprintf(name, sizeof name, "connect-%s", group->params.options->name);
    for (size_t i = 0; i < TR_COUNT(ours); i++)
        if (tr_kafka_set(conf, ours[i].name, ours[i].value, diag) < 0)
            return -1;
    if (tr_kafka_set(conf, "group.id", name, diag) < 0)
        return -1;
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    return 0;
}

static int open_client(struct tr_group *group, struct tr_diag *diag)
{
    const struct tr_source_params *params = &group->params;
    const struct tr_kafka_client_params client = {
        .log = params->log,
        .servers = params->worker->bootstrap_servers,
        .stopping = stopping,
        .context = group,
        .owner = group,
    };
    rd_kafka_conf_t *conf;

    if (tr_kafka_conf_new(params->worker, params->options, TR_KAFKA_CONSUMER, &conf, diag) < 0)
        return -1;
    if (configure(group, conf, diag) < 0) {
        rd_kafka_conf_destroy(conf);
        return -1;
    }
    return tr_kafka_client_new(RD_KAFKA_CONSUMER, conf, &client, &group->client, diag);
}

int tr_group_open(struct tr_group *group, const struct tr_source_params *params,
                  struct tr_diag *diag)
{
    static const uint64_t one = 1;

    *group = (struct tr_group){.params = *params};
    group->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    group->taken = rd_kafka_topic_partition_list_new(8);
    group->confirmed = rd_kafka_topic_partition_list_new(8);
    if (group->fd < 0 || !group->taken || !group->confirmed)
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "no descriptor or memory for a consumer");
    if (open_client(group, diag) < 0)
        return -1;
    group->queue = rd_kafka_queue_get_consumer(group->client->rk);
    rd_kafka_queue_io_event_enable(group->queue, group->fd, &one, sizeof one);
    return 0;
}

static int subscribe(struct tr_group *group, const rd_kafka_topic_partition_list_t *topics,
                     struct tr_diag *diag)
{
    rd_kafka_resp_err_t error = rd_kafka_subscribe(group->client->rk, topics);

    group->topics = (size_t)topics->cnt;
    return error ? tr_kafka_fail(diag, error, "can't subscribe to the topics") : 0;
}

static int add_matching(const struct tr_regex *regex, const struct rd_kafka_metadata *metadata,
                        rd_kafka_topic_partition_list_t *topics, struct tr_diag *diag)
{
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const char *name = metadata->topics[i].topic;
        int rc = tr_regex_matches(regex, tr_slice_of(name), diag);
        if (rc < 0)
            return -1;
        if (rc > 0)
            rd_kafka_topic_partition_list_add(topics, name, RD_KAFKA_PARTITION_UA);
    }
    return 0;
}

/* All topics there are. */
static int list_topics(struct tr_group *group, const struct rd_kafka_metadata **ret_metadata,
                       struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    tr_kafka_wait_begin(&wait, group->client, "listing topics for topics.regex", TR_KAFKA_ADMIN_MS);
    for (;;) {
        rd_kafka_resp_err_t error =
            rd_kafka_metadata(group->client->rk, 1, NULL, ret_metadata, TR_KAFKA_SLICE_MS);
        if (!error)
            return 0;
        if (tr_kafka_class(error) != TR_NETWORK)
            return tr_kafka_fail(diag, error, "can't list the topics");
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}

static int subscribe_matching(struct tr_group *group, struct tr_diag *diag)
{
    const struct rd_kafka_metadata *metadata;
    const char *pattern = group->params.options->file_stream.topics_regex;
    rd_kafka_topic_partition_list_t *topics;
    struct tr_regex *regex;

    if (tr_regex_new(pattern, "topics.regex", &regex, diag) < 0)
        return -1;
    int rc = list_topics(group, &metadata, diag);
    if (rc == 0) {
        topics = rd_kafka_topic_partition_list_new(metadata->topic_cnt);
        rc = add_matching(regex, metadata, topics, diag);
        if (rc == 0 && (size_t)topics->cnt != group->topics)
            rc = subscribe(group, topics, diag);
        rd_kafka_topic_partition_list_destroy(topics);
        rd_kafka_metadata_destroy(metadata);
    }
    tr_regex_free(regex);
    return rc;
}

static int subscribe_named(struct tr_group *group, struct tr_diag *diag)
{
    const struct tr_list *names = &group->params.options->file_stream.topics;
    const struct rd_kafka_metadata *metadata;

    if (group->topics)
        return 0;
    /* the first contact: who is refused, or meets nobody, shall hear it now */
    if (tr_kafka_metadata(group->client, NULL, &metadata, diag) < 0)
        return -1;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new((int)names->count);
    for (size_t i = 0; i < names->count; i++)
        rd_kafka_topic_partition_list_add(topics, names->items[i], RD_KAFKA_PARTITION_UA);
    int rc = subscribe(group, topics, diag);
    rd_kafka_topic_partition_list_destroy(topics);
    return rc;
}

int tr_group_subscribe(struct tr_group *group, struct tr_diag *diag)
{
    int64_t now = tr_clock_monotonic_us();

    if (group->listed_us && now - group->listed_us < LIST_US)
        return 0;
    group->listed_us = now;
    return *group->params.options->file_stream.topics_regex ? subscribe_matching(group, diag)
                                                            : subscribe_named(group, diag);
}

/* The newer offset of a partition counts. */
static int put_offset(rd_kafka_topic_partition_list_t *list, const char *topic, int32_t partition,
                      int64_t offset)
{
    rd_kafka_topic_partition_t *found = rd_kafka_topic_partition_list_find(list, topic, partition);

    if (!found)
        found = rd_kafka_topic_partition_list_add(list, topic, partition);
    if (found)
        found->offset = offset;
    return found ? 0 : -1;
}

int tr_group_take(struct tr_group *group, const rd_kafka_message_t *message)
{
    return put_offset(group->taken, rd_kafka_topic_name(message->rkt), message->partition,
                      message->offset + 1);
}

int tr_group_owe(struct tr_group *group, uint64_t token)
{
    struct tr_owed *owed = calloc(1, sizeof *owed);

    if (!owed)
        return -1;
    *owed = (struct tr_owed){.token = token, .offsets = group->taken};
    group->taken = rd_kafka_topic_partition_list_new(8);
    if (group->last)
        group->last->next = owed;
    else
        group->first = owed;
    group->last = owed;
    return group->taken ? 0 : -1;
}

static void forget_first(struct tr_group *group)
{
    struct tr_owed *owed = group->first;

    group->first = owed->next;
    if (!group->first)
        group->last = NULL;
    rd_kafka_topic_partition_list_destroy(owed->offsets);
    free(owed);
}

static void take_confirmed(struct tr_group *group)
{
    struct tr_outlet *outlet = group->params.outlet;
    uint64_t token = outlet->impl->confirmed(outlet);

    while (group->first && group->first->token <= token) {
        const rd_kafka_topic_partition_list_t *offsets = group->first->offsets;
        for (int i = 0; i < offsets->cnt; i++)
            (void)put_offset(group->confirmed, offsets->elems[i].topic, offsets->elems[i].partition,
                             offsets->elems[i].offset);
        forget_first(group);
    }
}

void tr_group_commit(struct tr_group *group, bool wait)
{
    int64_t now = tr_clock_monotonic_us();

    take_confirmed(group);
    if (!group->confirmed->cnt || (!wait && now - group->committed_us < COMMIT_US))
        return;
    rd_kafka_resp_err_t error =
        rd_kafka_commit(group->client->rk, group->confirmed, /* async */ !wait);
    if (error) /* what isn't committed is read and written again, which Connect allows itself, too
                */
        tr_log_warn(group->params.log, "can't commit the group's offsets",
                    TR_LOG_STR("error", rd_kafka_err2str(error)));
    group->committed_us = now;
    rd_kafka_topic_partition_list_destroy(group->confirmed);
    group->confirmed = rd_kafka_topic_partition_list_new(8);
}

void tr_group_close(struct tr_group *group)
{
    if (group->client) {
        if (group->queue) {
            tr_group_commit(group, true);
            rd_kafka_queue_io_event_enable(group->queue, -1, NULL, 0);
            rd_kafka_queue_destroy(group->queue);
            rd_kafka_consumer_close(group->client->rk);
        }
        tr_kafka_client_free(group->client);
    }
    while (group->first)
        forget_first(group);
    if (group->taken)
        rd_kafka_topic_partition_list_destroy(group->taken);
    if (group->confirmed)
        rd_kafka_topic_partition_list_destroy(group->confirmed);
    if (group->fd > 0)
        close(group->fd);
    *group = (struct tr_group){0};
}
