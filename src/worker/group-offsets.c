#include "worker/group-offsets.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kafka/admin.h"
#include "kafka/error.h"

static int refuse(struct tr_diag *diag, const char *format, ...) TR_PRINTF(2, 3);
static int refuse(struct tr_diag *diag, const char *format, ...)
{
    char message[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    tr_fail(diag, TR_CONFIG, TR_STOP, "%s", message);
    return TR_WORKER_REFUSED;
}

/* One question about the group: asked, awaited, answered. */
struct asking {
    char group[512];
    struct tr_kafka_client *client;
    rd_kafka_queue_t *queue;
    rd_kafka_event_t *event;
};

static int begin(const struct tr_worker_clients *clients, const char *connector,
                 struct asking *asking, struct tr_diag *diag)
{
    const char *own =
        tr_kafka_property(clients->options, clients->connector, TR_KAFKA_CONSUMER, "group.id");

    *asking = (struct asking){0};
    snprintf(asking->group, sizeof asking->group, "%s%s", own ? "" : "connect-",
             own ? own : connector);
    if (tr_worker_reader_new(clients, true, &asking->client, diag) < 0)
        return -1;
    asking->queue = rd_kafka_queue_new(asking->client->rk);
    return 0;
}

static void end(struct asking *asking)
{
    if (asking->event)
        rd_kafka_event_destroy(asking->event);
    if (asking->queue)
        rd_kafka_queue_destroy(asking->queue);
    tr_kafka_client_free(asking->client);
}

static int await(struct asking *asking, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    if (asking->event)
        rd_kafka_event_destroy(asking->event);
    tr_kafka_wait_begin(&wait, asking->client, "asking for a consumer group's offsets",
                        TR_KAFKA_ADMIN_MS);
    while (!(asking->event = rd_kafka_queue_poll(asking->queue, TR_KAFKA_SLICE_MS)))
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    rd_kafka_resp_err_t error = rd_kafka_event_error(asking->event);
    return error ? tr_kafka_fail(diag, error, "the offsets of the group %s", asking->group) : 0;
}

/* The group's answer, once it is there. */
static int judge(const struct asking *asking, const rd_kafka_group_result_t **groups, size_t count,
                 const rd_kafka_topic_partition_list_t **ret_list, struct tr_diag *diag)
{
    const rd_kafka_error_t *error = count ? rd_kafka_group_result_error(groups[0]) : NULL;
    rd_kafka_resp_err_t code = error ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;

    *ret_list = count ? rd_kafka_group_result_partitions(groups[0]) : NULL;
    if (code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) {
        *ret_list = NULL;
        return 0;
    }
    for (int i = 0; !code && *ret_list && i < (*ret_list)->cnt; i++)
        code = (*ret_list)->elems[i].err;
    if (code)
        return tr_kafka_fail(diag, code, "the offsets of the group %s", asking->group);
    return 0;
}

/* All of the group's partitions. The list is the event's; NULL: there is no such group. */
static int read_all(struct asking *asking, const rd_kafka_topic_partition_list_t **ret_list,
                    struct tr_diag *diag)
{
    rd_kafka_ListConsumerGroupOffsets_t *request =
        rd_kafka_ListConsumerGroupOffsets_new(asking->group, NULL);
    size_t count = 0;

    rd_kafka_ListConsumerGroupOffsets(asking->client->rk, &request, 1, NULL, asking->queue);
    rd_kafka_ListConsumerGroupOffsets_destroy(request);
    if (await(asking, diag) < 0)
        return -1;
    const rd_kafka_group_result_t **groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(asking->event), &count);
    return judge(asking, groups, count, ret_list, diag);
}

static int list(const rd_kafka_topic_partition_list_t *partitions, struct tr_arena *arena,
                struct tr_worker_offsets *ret_offsets)
{
    int count = partitions ? partitions->cnt : 0;
    struct tr_worker_offset *items = tr_arena_zalloc(arena, (size_t)count + 1, sizeof *items);
    size_t n = 0;

    for (int i = 0; items && i < count; i++) {
        const rd_kafka_topic_partition_t *at = &partitions->elems[i];
        if (at->offset < 0)
            continue;
        const char *partition =
            tr_arena_printf(arena, "{\"kafka_partition\":%" PRId32 ",\"kafka_topic\":\"%s\"}",
                            at->partition, at->topic);
        const char *offset = tr_arena_printf(arena, "{\"kafka_offset\":%" PRId64 "}", at->offset);
        if (!partition || !offset)
            return -1;
        items[n++] = (struct tr_worker_offset){tr_slice_of(partition), tr_slice_of(offset)};
    }
    *ret_offsets = (struct tr_worker_offsets){items, n};
    return items ? 0 : -1;
}

int tr_group_offsets_read(const struct tr_worker_clients *clients, const char *connector,
                          struct tr_arena *arena, struct tr_worker_offsets *ret_offsets,
                          struct tr_diag *diag)
{
    const rd_kafka_topic_partition_list_t *partitions;
    struct asking asking;
    int rc = begin(clients, connector, &asking, diag);

    if (rc == 0)
        rc = read_all(&asking, &partitions, diag);
    if (rc == 0 && list(partitions, arena, ret_offsets) < 0)
        rc = tr_fail_memory(diag);
    end(&asking);
    return rc;
}

/* Connect takes numbers as numbers and as texts. */
static bool integer(const json_t *value, int64_t most, int64_t *ret_number)
{
    const char *text = json_string_value(value);
    char *tail = NULL;

    if (json_is_integer(value))
        *ret_number = json_integer_value(value);
    else if (text && *text)
        *ret_number = strtoll(text, &tail, 10);
    else
        return false;
    return (!tail || !*tail) && *ret_number >= 0 && *ret_number <= most;
}

static int wrong_number(const char *what, const json_t *value, struct tr_diag *diag)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    int rc = refuse(diag,
                    "Failed to parse the following Kafka %s value in the provided offsets: '%s'. "
                    "%s values for sink connectors need to be integers.",
                    what, text ? text : "", *what == 'p' ? "Partition" : "Offset");

    free(text);
    return rc;
}

struct lists {
    rd_kafka_topic_partition_list_t *set, *forget;
};

static int sort_in(struct lists *lists, const json_t *partition, const json_t *offset,
                   struct tr_diag *diag)
{
    const json_t *number = json_object_get(partition, "kafka_partition");
    const json_t *topic = json_object_get(partition, "kafka_topic");
    const json_t *position = json_object_get(offset, "kafka_offset");
    int64_t index = 0, at = 0;

    if (!number || !topic)
        return refuse(diag, "The partition for a sink connector offset must contain the keys "
                            "'kafka_topic' and 'kafka_partition'");
    if (!json_is_string(topic))
        return refuse(diag, "Kafka topic names must be valid strings and may not be null");
    if (json_is_null(number))
        return refuse(diag, "Kafka partitions must be valid numbers and may not be null");
    if (!integer(number, INT32_MAX, &index))
        return wrong_number("partition", number, diag);
    if (!offset) {
        rd_kafka_topic_partition_list_add(lists->forget, json_string_value(topic), (int32_t)index);
        return 0;
    }
    if (!position)
        return refuse(diag, "The offset for a sink connector should either be null or contain the "
                            "key 'kafka_offset'");
    if (!integer(position, INT64_MAX, &at))
        return wrong_number("offset", position, diag);
    rd_kafka_topic_partition_list_add(lists->set, json_string_value(topic), (int32_t)index)
        ->offset = at;
    return 0;
}

static int sort_all(struct lists *lists, const struct tr_worker_offset *offsets, size_t count,
                    struct tr_diag *diag)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++) {
        json_t *partition = json_loadb(offsets[i].partition.p, offsets[i].partition.n, 0, NULL);
        json_t *offset = offsets[i].offset.p
                             ? json_loadb(offsets[i].offset.p, offsets[i].offset.n, 0, NULL)
                             : NULL;
        rc = sort_in(lists, partition, offset, diag);
        json_decref(partition);
        json_decref(offset);
    }
    return rc;
}

static int set(struct asking *asking, const rd_kafka_topic_partition_list_t *partitions,
               struct tr_diag *diag)
{
    const rd_kafka_topic_partition_list_t *answered;
    size_t count = 0;

    if (!partitions->cnt)
        return 0;
    rd_kafka_AlterConsumerGroupOffsets_t *request =
        rd_kafka_AlterConsumerGroupOffsets_new(asking->group, partitions);
    rd_kafka_AlterConsumerGroupOffsets(asking->client->rk, &request, 1, NULL, asking->queue);
    rd_kafka_AlterConsumerGroupOffsets_destroy(request);
    if (await(asking, diag) < 0)
        return -1;
    const rd_kafka_group_result_t **groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
        rd_kafka_event_AlterConsumerGroupOffsets_result(asking->event), &count);
    return judge(asking, groups, count, &answered, diag);
}

static int forget(struct asking *asking, const rd_kafka_topic_partition_list_t *partitions,
                  struct tr_diag *diag)
{
    const rd_kafka_topic_partition_list_t *answered;
    size_t count = 0;

    if (!partitions->cnt)
        return 0;
    rd_kafka_DeleteConsumerGroupOffsets_t *request =
        rd_kafka_DeleteConsumerGroupOffsets_new(asking->group, partitions);
    rd_kafka_DeleteConsumerGroupOffsets(asking->client->rk, &request, 1, NULL, asking->queue);
    rd_kafka_DeleteConsumerGroupOffsets_destroy(request);
    if (await(asking, diag) < 0)
        return -1;
    const rd_kafka_group_result_t **groups = rd_kafka_DeleteConsumerGroupOffsets_result_groups(
        rd_kafka_event_DeleteConsumerGroupOffsets_result(asking->event), &count);
    return judge(asking, groups, count, &answered, diag);
}

int tr_group_offsets_alter(const struct tr_worker_clients *clients, const char *connector,
                           const struct tr_worker_offset *offsets, size_t count,
                           struct tr_diag *diag)
{
    struct lists lists = {rd_kafka_topic_partition_list_new((int)count),
                          rd_kafka_topic_partition_list_new((int)count)};
    struct asking asking = {0};
    int rc = sort_all(&lists, offsets, count, diag);

    if (rc == 0)
        rc = begin(clients, connector, &asking, diag);
    if (rc == 0)
        rc = set(&asking, lists.set, diag);
    if (rc == 0)
        rc = forget(&asking, lists.forget, diag);
    end(&asking);
    rd_kafka_topic_partition_list_destroy(lists.set);
    rd_kafka_topic_partition_list_destroy(lists.forget);
    return rc;
}

int tr_group_offsets_reset(const struct tr_worker_clients *clients, const char *connector,
                           struct tr_diag *diag)
{
    const rd_kafka_topic_partition_list_t *partitions = NULL;
    rd_kafka_topic_partition_list_t *copy = NULL;
    struct asking asking;
    int rc = begin(clients, connector, &asking, diag);

    if (rc == 0)
        rc = read_all(&asking, &partitions, diag);
    if (rc == 0 && partitions) {
        copy = rd_kafka_topic_partition_list_copy(partitions); /* forget's answer replaces it */
        rc = forget(&asking, copy, diag);
        rd_kafka_topic_partition_list_destroy(copy);
    }
    end(&asking);
    return rc;
}
