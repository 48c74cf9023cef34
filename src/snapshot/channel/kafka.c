/* The channel "kafka": partition 0 of a topic, from behind the last signal that was executed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "kafka/client.h"
#include "kafka/error.h"
#include "kafka/properties.h"
#include "snapshot/channel/impl.h"

#define STATE_KEY "signal/kafka"

/* Take so many records before looking whether the run is to end. */
#define RECORDS_PER_TURN 100

#define RETRY_US 2000000

struct tr_kafka_channel {
    struct tr_channels *channels;
    const struct tr_log *log;
    const char *prefix; /* topic.prefix: whose signals are ours */
    char topic[256];
    /* What tr_kafka_conf_new takes, with signal.* in place of the sink's. */
    struct tr_worker_options worker;
    struct tr_connector_options options;
    struct tr_kafka_client *client;
    rd_kafka_queue_t *queue;
    struct tr_channel_signal signal;
    uint64_t last;       /* number of the newest signal that was handed on */
    int64_t last_offset; /* where it stands */
    int64_t committed;   /* the group's offset, as far as we have set it; -1: not yet */
    int64_t retry_us;    /* to be asked for again then, if nothing is heard */
};

static bool never(void *context)
{
    (void)context;
    return false;
}

static int set_own(rd_kafka_conf_t *conf, const char *group, struct tr_diag *diag)
{
    const struct tr_property ours[] = {
        {"group.id", group},
        {"enable.auto.commit", "false"},
        {"auto.offset.reset", "earliest"},
        {"enable.partition.eof", "false"},
        {"allow.auto.create.topics", "true"},           /* as Java's consumer does */
        {"topic.metadata.refresh.interval.ms", "5000"}, /* for a topic that isn't there yet */
    };

    for (size_t i = 0; i < TR_COUNT(ours); i++)
        if (tr_kafka_set(conf, ours[i].name, ours[i].value, diag) < 0)
            return -1;
    return 0;
}

static int open_client(struct tr_kafka_channel *channel, int wake_fd, struct tr_diag *diag)
{
    const struct tr_kafka_client_params params = {
        .log = channel->log,
        .servers = channel->worker.bootstrap_servers,
        .stopping = never,
    };
    rd_kafka_conf_t *conf;

    if (tr_kafka_conf_new(&channel->worker, &channel->options, TR_KAFKA_CONSUMER, &conf, diag) < 0)
        return tr_fail_in(diag, "signal.consumer.*");
    if (set_own(conf, channel->options.signal.kafka_group, diag) < 0) {
        rd_kafka_conf_destroy(conf);
        return -1;
    }
    if (tr_kafka_client_new(RD_KAFKA_CONSUMER, conf, &params, &channel->client, diag) < 0)
        return tr_fail_in(diag, "signal.kafka.bootstrap.servers");
    rd_kafka_poll_set_consumer(channel->client->rk);
    channel->queue = rd_kafka_queue_get_consumer(channel->client->rk);
    const uint64_t one = 1;
    rd_kafka_queue_io_event_enable(channel->queue, wake_fd, &one, sizeof one);
    return 0;
}

/* The state's value: the offset of the last signal executed, and the topic that it stands in. */
static int64_t stored_offset(const struct tr_kafka_channel *channel, const struct tr_states *states)
{
    struct tr_slice state = tr_states_get(states, STATE_KEY);
    int64_t offset;
    int n = 0;
    char text[320];

    if (!state.p || state.n >= sizeof text)
        return -1;
    memcpy(text, state.p, state.n);
    text[state.n] = '\0';
    if (sscanf(text, "%" SCNd64 " %n", &offset, &n) != 1 || n == 0 || offset < 0 ||
        strcmp(text + n, channel->topic) != 0)
        return -1;
    return offset;
}

/* Without a state the group's offset counts: Debezium may have left it there. */
static int assign(struct tr_kafka_channel *channel, const struct tr_states *states,
                  struct tr_diag *diag)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    int64_t stored = stored_offset(channel, states);

    rd_kafka_topic_partition_list_add(list, channel->topic, 0)->offset =
        stored < 0 ? RD_KAFKA_OFFSET_STORED : stored + 1;
    rd_kafka_resp_err_t error = rd_kafka_assign(channel->client->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (error)
        return tr_kafka_fail(diag, error, "can't read signal.kafka.topic %s", channel->topic);
    channel->last_offset = stored;
    channel->committed = -1;
    tr_log_info(channel->log, "signals are taken from Kafka", TR_LOG_STR("topic", channel->topic));
    return 0;
}

int tr_kafka_channel_new(struct tr_channels *channels, const struct tr_channels_params *params,
                         int wake_fd, struct tr_kafka_channel **ret_channel, struct tr_diag *diag)
{
    const struct tr_signal_options *signal = &params->options->signal;
    struct tr_kafka_channel *channel = calloc(1, sizeof *channel);

    if (!channel)
        return tr_fail_memory(diag);
    *ret_channel = channel;
    channel->channels = channels;
    channel->log = params->log;
    channel->prefix = params->options->capture.topic_prefix;
    tr_channel_signal_init(&channel->signal);
    if (signal->kafka_topic)
        snprintf(channel->topic, sizeof channel->topic, "%s", signal->kafka_topic);
    else
        snprintf(channel->topic, sizeof channel->topic, "%s-signal", channel->prefix);
    channel->worker = *params->worker;
    if (signal->kafka_servers)
        channel->worker.bootstrap_servers = signal->kafka_servers;
    channel->options = *params->options;
    channel->options.sink.consumer_override = signal->consumer;
    if (!channel->worker.bootstrap_servers)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "signal.kafka.bootstrap.servers is missing: the channel kafka of "
                       "signal.enabled.channels needs brokers");
    if (open_client(channel, wake_fd, diag) < 0)
        return -1;
    return assign(channel, params->states, diag);
}

void tr_kafka_channel_free(struct tr_kafka_channel *channel)
{
    if (!channel)
        return;
    if (channel->queue)
        rd_kafka_queue_destroy(channel->queue);
    tr_kafka_client_free(channel->client);
    tr_channel_signal_finish(&channel->signal);
    free(channel);
}

static int take(struct tr_kafka_channel *channel, const rd_kafka_message_t *message,
                struct tr_diag *diag)
{
    struct tr_slice key = {message->key, message->key_len};
    char mark[320];

    if (!message->key || !tr_slice_is(key, channel->prefix) || !message->payload)
        return 0;
    int rc = tr_channel_signal_read(&channel->signal,
                                    (struct tr_slice){message->payload, message->len}, diag);
    if (rc < 0)
        return -1;
    if (rc > 0) {
        tr_log_warn(channel->log, "a signal in signal.kafka.topic is ignored",
                    TR_LOG_INT("offset", message->offset), TR_LOG_STR("reason", diag->message));
        return 0;
    }
    snprintf(mark, sizeof mark, "%" PRId64 " %s", message->offset, channel->topic);
    const struct tr_state state = {TR_SLICE(STATE_KEY), tr_slice_of(mark)};
    uint64_t number = tr_channels_give(channel->channels, &channel->signal, state, diag);
    if (!number)
        return -1;
    channel->last = number;
    channel->last_offset = message->offset;
    return 0;
}

/* From consumer_poll. */
static void on_commit(rd_kafka_t *rk, rd_kafka_resp_err_t error,
                      rd_kafka_topic_partition_list_t *offsets, void *opaque)
{
    struct tr_kafka_channel *channel = opaque;

    (void)rk;
    if (!error && offsets && offsets->cnt == 1 && !offsets->elems[0].err)
        channel->committed = offsets->elems[0].offset - 1;
}

/* So that Debezium, and whoever looks at the group's lag, finds what is done. */
static void commit(struct tr_kafka_channel *channel, uint64_t committed)
{
    if (channel->last > committed || channel->last_offset < 0 ||
        channel->committed == channel->last_offset || tr_clock_monotonic_us() < channel->retry_us)
        return;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, channel->topic, 0)->offset = channel->last_offset + 1;
    /* what comes of it, or nothing, is seen later */
    (void)rd_kafka_commit_queue(channel->client->rk, list, channel->queue, on_commit, channel);
    channel->retry_us = tr_clock_monotonic_us() + RETRY_US;
    rd_kafka_topic_partition_list_destroy(list);
}

int tr_kafka_channel_turn(struct tr_kafka_channel *channel, uint64_t committed,
                          struct tr_diag *diag)
{
    int rc = 0;

    commit(channel, committed);
    for (int i = 0; !rc && i < RECORDS_PER_TURN; i++) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(channel->client->rk, 0);
        if (!message)
            break;
        if (!message->err)
            rc = take(channel, message, diag);
        else if (message->err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
                 message->err != RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION &&
                 message->err != RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
            rc = tr_kafka_fail(diag, message->err, "signal.kafka.topic %s", channel->topic);
        rd_kafka_message_destroy(message);
    }
    return rc;
}
