/* The worker's preflight. */
#include "worker/group.h"
#include "worker/topic.h"
#include "worker/worker.h"

static bool never(void *context)
{
    (void)context;
    return false;
}

static void add_failure(struct tr_report *report, const struct tr_diag *diag)
{
    tr_report_add(report, TR_FINDING_ERROR, NULL, "%s", diag->message);
}

static void check_topic(struct tr_kafka_client *reader, const char *property, const char *name,
                        int32_t most_partitions, struct tr_report *report)
{
    const struct tr_state_topic topic = {.name = name, .property = property};
    struct tr_diag diag;
    int32_t partitions = 0;

    if (!name)
        return;
    int rc = tr_state_topic_find(reader, name, &partitions, &diag);
    if (rc == 0)
        rc = tr_state_topic_check(reader, &topic, &diag);
    if (rc < 0)
        add_failure(report, &diag);
    else if (rc > 0)
        tr_report_add(report, TR_FINDING_OK, NULL, "%s: the topic %s will be created", property,
                      name);
    else if (most_partitions && partitions > most_partitions)
        tr_report_add(report, TR_FINDING_ERROR, NULL,
                      "%s: the topic %s has %d partitions, and must have one", property, name,
                      (int)partitions);
    else
        tr_report_add(report, TR_FINDING_OK, NULL, "%s: the topic %s is there", property, name);
}

void tr_worker_check(const struct tr_worker_options *options, const struct tr_log *log,
                     struct tr_report *report)
{
    const struct tr_worker_clients clients = {.options = options, .log = log, .stopping = never};
    struct tr_kafka_client *reader;
    struct tr_diag diag;

    if (!options->config_topic && !options->status_topic)
        return;
    if (tr_worker_reader_new(&clients, true, &reader, &diag) < 0) {
        add_failure(report, &diag);
        return;
    }
    int rc = options->config_topic ? tr_worker_group_check(&clients, reader, &diag) : 0;
    if (rc < 0)
        add_failure(report, &diag);
    if (rc == 0 || diag.cls == TR_CONFIG) { /* otherwise Kafka can't be asked anything */
        if (rc == 0 && options->config_topic)
            tr_report_add(report, TR_FINDING_OK, NULL,
                          "group.id: no worker of Kafka Connect runs in the group %s",
                          options->group_id);
        check_topic(reader, "config.storage.topic", options->config_topic, 1, report);
        check_topic(reader, "status.storage.topic", options->status_topic, 0, report);
    }
    tr_kafka_client_free(reader);
}
