#include "worker/group.h"

#include <string.h>

#include "kafka/admin.h"
#include "kafka/error.h"

static int refuse(const struct tr_worker_clients *clients, const struct rd_kafka_group_info *group,
                  struct tr_diag *diag)
{
    const struct rd_kafka_group_member_info *first = &group->members[0];

    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "%d worker%s of Kafka Connect still run%s in the group %s (one is %s on %s): "
                   "stop them and start again once the group has forgotten them "
                   "(kafka-consumer-groups.sh --describe --group %s --state), or give this worker "
                   "another group.id",
                   group->member_cnt, group->member_cnt == 1 ? "" : "s",
                   group->member_cnt == 1 ? "s" : "", clients->options->group_id, first->client_id,
                   first->client_host, clients->options->group_id);
}

static int judge(const struct tr_worker_clients *clients, const struct rd_kafka_group_list *list,
                 struct tr_diag *diag)
{
    for (int i = 0; i < list->group_cnt; i++) {
        const struct rd_kafka_group_info *group = &list->groups[i];
        if (strcmp(group->group, clients->options->group_id) != 0)
            continue;
        if (group->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
            tr_log_warn(clients->log,
                        "may not look whether Kafka Connect's workers run in the group",
                        TR_LOG_STR("group", group->group));
        if (group->member_cnt > 0 && strcmp(group->protocol_type, "connect") == 0)
            return refuse(clients, group, diag);
    }
    return 0;
}

/* The older of librdkafka's two functions: the newer one doesn't tell the protocol's type. */
int tr_worker_group_check(const struct tr_worker_clients *clients, struct tr_kafka_client *client,
                          struct tr_diag *diag)
{
    const struct rd_kafka_group_list *list;
    struct tr_kafka_wait wait;

    tr_kafka_wait_contact(&wait, client, "describing the group");
    for (;;) {
        rd_kafka_resp_err_t error =
            rd_kafka_list_groups(client->rk, clients->options->group_id, &list, 2000);
        if (!error) {
            int rc = judge(clients, list, diag);
            rd_kafka_group_list_destroy(list);
            return rc;
        }
        if (error == RD_KAFKA_RESP_ERR__PARTIAL)
            rd_kafka_group_list_destroy(list);
        else if (tr_kafka_reaction(error) == TR_STOP)
            return tr_kafka_fail(diag, error, "can't describe the group %s",
                                 clients->options->group_id);
        rd_kafka_poll(client->rk, TR_KAFKA_SLICE_MS);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
}
