/* How far the output topics have grown: as the newest position says when a run begins, and from
 * there on by what the broker acknowledges. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "kafka/error.h"
#include "sink/kafka/impl.h"

static int fail_form(struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "the stored position's tailrace_outputs is not what tailrace wrote; look at it "
                   "with tailrace offsets show, and set the position without it");
}

static int set_partitions(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                          int32_t partitions, struct tr_diag *diag)
{
    topic->high = tr_arena_alloc(&sink->arena, (size_t)partitions * sizeof *topic->high);
    if (!topic->high)
        return tr_fail_memory(diag);
    for (int32_t i = 0; i < partitions; i++)
        topic->high[i] = i < topic->recorded_partitions ? topic->recorded[i] - 1 : -1;
    topic->partitions = partitions;
    return 0;
}

static int take_topic(struct tr_kafka_sink *sink, const char *name, const json_t *ends,
                      struct tr_diag *diag)
{
    struct tr_kafka_topic *topic;
    size_t n = json_array_size(ends);

    if (n == 0 || n > INT32_MAX)
        return fail_form(diag);
    if (tr_kafka_topic_add(sink, name, &topic, diag) < 0)
        return -1;
    topic->recorded = tr_arena_zalloc(&sink->arena, n, sizeof *topic->recorded);
    if (!topic->recorded)
        return tr_fail_memory(diag);
    topic->recorded_partitions = (int32_t)n;
    for (size_t i = 0; i < n; i++) {
        const json_t *end = json_array_get(ends, i);
        if (!json_is_integer(end))
            return fail_form(diag);
        topic->recorded[i] = TR_MAX(json_integer_value(end), 0);
    }
    return set_partitions(sink, topic, topic->recorded_partitions, diag);
}

int tr_kafka_outputs_take(struct tr_kafka_sink *sink, const char *stored, struct tr_diag *diag)
{
    const char *name;
    json_t *ends;
    int rc = 0;

    if (!stored)
        return 0;
    json_t *topics = json_loads(stored, 0, NULL);
    if (!json_is_object(topics))
        rc = fail_form(diag);
    json_object_foreach(topics, name, ends)
    {
        if (rc == 0)
            rc = take_topic(sink, name, ends, diag);
    }
    json_decref(topics);
    return rc;
}

int tr_kafka_outputs_begin(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                           int32_t partitions, struct tr_diag *diag)
{
    if (topic->partitions == partitions)
        return 0;
    if (topic->tails)
        return tr_fail(diag, TR_SINK, TR_RETRY, "topic %s has other partitions than a moment ago",
                       topic->name);
    return set_partitions(sink, topic, partitions, diag);
}

static int take_ends(struct tr_kafka_topic *topic, const rd_kafka_topic_partition_list_t *ends)
{
    for (int i = 0; i < ends->cnt; i++) {
        if (ends->elems[i].err || ends->elems[i].offset < 0)
            return -1;
        topic->high[ends->elems[i].partition] = ends->elems[i].offset - 1;
    }
    return 0;
}

int tr_kafka_outputs_measure(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                             struct tr_diag *diag)
{
    struct tr_kafka_wait wait;
    bool known = false;
    int rc = 0;

    tr_kafka_wait_begin(&wait, sink->producer, "asking for the end of a topic", TR_KAFKA_ADMIN_MS);
    while (!known && rc == 0) {
        rd_kafka_topic_partition_list_t *ends =
            rd_kafka_topic_partition_list_new(topic->partitions);
        rd_kafka_topic_partition_list_add_range(ends, topic->name, 0, topic->partitions - 1);
        for (int i = 0; i < ends->cnt; i++)
            ends->elems[i].offset =
                RD_KAFKA_OFFSET_END; /* for a time: the protocol's for "latest" */
        rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(sink->producer->rk, ends, 1000);
        known = !error && take_ends(topic, ends) == 0;
        rd_kafka_topic_partition_list_destroy(ends);
        if (error && tr_kafka_reaction(error) == TR_STOP)
            rc = tr_kafka_fail(diag, error, "can't ask for the end of topic %s", topic->name);
        else if (!known)
            rc = tr_kafka_wait_more(&wait, diag);
    }
    return rc;
}

static int fail_short(const struct tr_kafka_sink *sink, const struct tr_kafka_topic *topic,
                      int32_t partition, int64_t end, struct tr_diag *diag)
{
    const char *name = sink->params.options->name;
    char what[80] = "is gone";

    if (end >= 0)
        snprintf(what, sizeof what, "ends at offset %" PRId64 " of partition %" PRId32, end,
                 partition);
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "topic %s %s, but the stored position has records up to %" PRId64
                   " of partition %" PRId32 " in it: it was deleted, made again, or lost its end; "
                   "restore it; or go on with what is there by tailrace offsets set %s "
                   "tailrace_outputs= --config FILE, and have the table read again by a signal "
                   "(execute-snapshot, type blocking); or begin anew under another name of the "
                   "connector",
                   topic->name, what, topic->recorded[partition], partition, name);
}

int tr_kafka_outputs_gone(const struct tr_kafka_sink *sink, const struct tr_kafka_topic *topic,
                          struct tr_diag *diag)
{
    for (int32_t i = 0; i < topic->recorded_partitions; i++)
        if (topic->recorded[i] > 0)
            return fail_short(sink, topic, i, -1, diag);
    return 0;
}

int tr_kafka_outputs_compare(struct tr_kafka_sink *sink, struct tr_kafka_topic *topic,
                             struct tr_diag *diag)
{
    if (tr_kafka_outputs_measure(sink, topic, diag) < 0)
        return -1;
    for (int32_t i = 0; i < topic->recorded_partitions; i++) {
        int64_t end = i < topic->partitions ? topic->high[i] + 1 : 0;
        if (end < topic->recorded[i])
            return fail_short(sink, topic, i, end, diag);
    }
    /* from here on they are our own again */
    for (int32_t i = 0; i < topic->partitions; i++)
        topic->high[i] = i < topic->recorded_partitions ? topic->recorded[i] - 1 : -1;
    return 0;
}

static int reserve(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    size_t count = 0;

    for (const struct tr_kafka_topic *topic = sink->first; topic; topic = topic->next)
        count += (size_t)topic->partitions;
    if (count <= sink->outputs_room)
        return 0;
    struct tr_output *outputs = reallocarray(sink->outputs, count, sizeof *outputs);
    if (!outputs)
        return tr_fail_memory(diag);
    sink->outputs = outputs;
    sink->outputs_room = count;
    return 0;
}

int tr_kafka_outputs_list(struct tr_kafka_sink *sink, const struct tr_output **ret_outputs,
                          size_t *ret_noutputs, struct tr_diag *diag)
{
    size_t n = 0;

    if (reserve(sink, diag) < 0)
        return -1;
    for (const struct tr_kafka_topic *topic = sink->first; topic; topic = topic->next) {
        for (int32_t i = 0; i < topic->partitions; i++)
            sink->outputs[n++] = (struct tr_output){
                .topic = topic->name,
                .partition = i,
                .partitions = topic->partitions,
                .offset = topic->high[i],
                .written = topic->handle != NULL, /* opened to write */
            };
    }
    *ret_outputs = sink->outputs;
    *ret_noutputs = n;
    return 0;
}
