#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "encode/decoder.h"
#include "kafka/error.h"
#include "source/topic/group.h"
#include "source/topic/topic.h"

/* A batch is handed over when it is about this full. */
#define BATCH_BYTES  ((size_t)448 << 10)
#define BATCH_EVENTS 2000

/* How often to look at what nobody tells: the time of the next commit. */
#define LOOK_MS 1000

struct topic_source {
    struct tr_source base; /* first: this is a tr_source */
    struct tr_source_params params;
    struct tr_group group;
    struct tr_arena arena;
    struct tr_topic *topics; /* that had a message */
    struct tr_batch *batch;  /* being filled; NULL: none taken */
    uint64_t token;          /* of the newest batch handed over */
    bool caught_up;
};

static struct topic_source *source_of(struct tr_source *source)
{
    return (struct topic_source *)source;
}

static void source_free(struct tr_source *base)
{
    struct topic_source *source = source_of(base);

    tr_batch_free(source->batch);
    tr_arena_finish(&source->arena);
    free(source);
}

static int source_new(const struct tr_source_params *params, struct tr_source **ret_source,
                      struct tr_diag *diag)
{
    struct topic_source *source = calloc(1, sizeof *source);

    if (!source)
        return tr_fail_memory(diag);
    source->base.impl = &tr_topic_source;
    source->params = *params;
    tr_arena_init(&source->arena, 4096, 1 << 24);
    *ret_source = &source->base;
    return 0;
}

static bool stopping(const struct topic_source *source)
{
    return source->params.outlet->impl->stopping(source->params.outlet);
}

static struct tr_topic *topic_of(struct topic_source *source, const char *name)
{
    struct tr_topic *topic = source->topics;

    while (topic && strcmp(topic->name, name) != 0)
        topic = topic->next;
    if (topic)
        return topic;
    topic = tr_arena_zalloc(&source->arena, 1, sizeof *topic);
    if (!topic)
        return NULL;
    topic->name = tr_arena_strdup(&source->arena, tr_slice_of(name));
    topic->next = source->topics;
    if (topic->name)
        source->topics = topic;
    return topic->name ? topic : NULL;
}

static int write_text(const struct topic_source *source, const rd_kafka_message_t *message,
                      struct tr_slice *ret_text, struct tr_diag *diag)
{
    const struct tr_slice bytes = {message->payload, message->len};
    struct tr_writer writer;

    tr_writer_begin(&writer, &source->batch->arena);
    if (tr_decode_text(&source->params.options->capture.value, bytes, &writer, diag) < 0) {
        struct tr_diag why = *diag;
        return tr_fail(diag, why.cls, why.reaction,
                       "the value of topic %s, partition %" PRId32 ", offset %" PRId64 " %s",
                       rd_kafka_topic_name(message->rkt), message->partition, message->offset,
                       why.message);
    }
    return tr_writer_end(&writer, ret_text) < 0 ? tr_fail_memory(diag) : 0;
}

static int take_message(struct topic_source *source, const rd_kafka_message_t *message,
                        struct tr_diag *diag)
{
    struct tr_outlet *outlet = source->params.outlet;
    struct tr_slice text;

    if (!source->batch)
        source->batch = outlet->impl->take_wait(outlet);
    if (!source->batch)
        return 0; /* the run is ending; the message is read again */
    if (write_text(source, message, &text, diag) < 0)
        return -1;
    struct tr_topic *topic = topic_of(source, rd_kafka_topic_name(message->rkt));
    struct tr_message *line = topic ? tr_batch_add(source->batch) : NULL;
    if (!line || tr_group_take(&source->group, message) < 0)
        return tr_fail_memory(diag);
    line->topic = topic;
    line->value = text;
    source->batch->bytes += text.n;
    source->batch->events++;
    return 0;
}

static int put_batch(struct topic_source *source, struct tr_diag *diag)
{
    struct tr_outlet *outlet = source->params.outlet;
    struct tr_batch *batch = source->batch;

    if (!batch || tr_batch_empty(batch))
        return 0;
    batch->boundary = true;
    batch->position = (struct tr_position){.json = TR_SLICE(""), .token = ++source->token};
    source->batch = NULL;
    outlet->impl->put(outlet, batch);
    return tr_group_owe(&source->group, source->token) < 0 ? tr_fail_memory(diag) : 0;
}

static bool is_full(const struct tr_batch *batch)
{
    return batch && (batch->bytes >= BATCH_BYTES || batch->events >= BATCH_EVENTS);
}

/* librdkafka tries again by itself; only what it can't mend ends the run. */
static int look_at_error(const struct topic_source *source, const rd_kafka_message_t *message,
                         struct tr_diag *diag)
{
    const char *text = rd_kafka_message_errstr(message);

    if (message->err == RD_KAFKA_RESP_ERR__FATAL ||
        (message->err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
         tr_kafka_reaction(message->err) == TR_STOP))
        return tr_kafka_fail(diag, message->err, "can't read the topics");
    tr_log_warn(source->params.log, "reading the topics", TR_LOG_STR("error", text));
    return 0;
}

/* >0: there is nothing more for now. */
static int read_more(struct topic_source *source, struct tr_diag *diag)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(source->group.client->rk, 0);

    if (!message)
        return 1;
    int rc =
        message->err ? look_at_error(source, message, diag) : take_message(source, message, diag);
    rd_kafka_message_destroy(message);
    if (rc == 0 && is_full(source->batch))
        rc = put_batch(source, diag);
    return rc;
}

static void drain(int fd)
{
    uint64_t news;
    ssize_t ignored = read(fd, &news, sizeof news);
    (void)ignored; /* there was news: what, we look at ourselves */
}

static void wait_for_more(struct topic_source *source)
{
    struct pollfd fds[] = {
        {.fd = source->params.outlet->fd, .events = POLLIN},
        {.fd = source->group.fd, .events = POLLIN},
    };

    (void)poll(fds, TR_COUNT(fds), LOOK_MS);
    for (size_t i = 0; i < TR_COUNT(fds); i++)
        if (fds[i].revents)
            drain(fds[i].fd);
    rd_kafka_poll(source->group.client->rk, 0); /* errors of connections */
}

static void tell_progress(struct topic_source *source)
{
    struct tr_outlet *outlet = source->params.outlet;

    if (source->caught_up || !source->token || outlet->impl->confirmed(outlet) < source->token)
        return;
    source->caught_up = true;
    outlet->impl->progress(outlet, &(struct tr_progress){.phase = TR_PHASE_CAUGHT_UP});
}

static int read_all(struct topic_source *source, struct tr_diag *diag)
{
    struct tr_outlet *outlet = source->params.outlet;
    int rc = 0;

    outlet->impl->progress(outlet, &(struct tr_progress){.phase = TR_PHASE_STREAMING});
    while (rc >= 0 && !stopping(source)) {
        rc = tr_group_subscribe(&source->group, diag);
        if (rc == 0)
            rc = read_more(source, diag);
        if (rc > 0) {
            rc = put_batch(source, diag);
            tell_progress(source);
            wait_for_more(source);
        }
        if (rc >= 0)
            tr_group_commit(&source->group, false);
    }
    /* a wish to stop that interrupts the first contact is no failure */
    return stopping(source) ? 0 : rc;
}

static int run(struct tr_source *base, struct tr_diag *diag)
{
    struct topic_source *source = source_of(base);
    int rc = tr_group_open(&source->group, &source->params, diag);

    if (rc == 0)
        rc = read_all(source, diag);
    tr_group_close(&source->group);
    return rc < 0 ? -1 : 0;
}

static int check(const struct tr_source_params *params, struct tr_report *report,
                 struct tr_diag *diag)
{
    const struct tr_file_options *file = &params->options->file_stream;

    (void)diag;
    tr_report_add(report, TR_FINDING_OK, NULL, "the group connect-%s reads %s%s",
                  params->options->name, file->topics.count ? "the topics" : "topics.regex ",
                  file->topics.count ? "" : file->topics_regex);
    return 0;
}

/* Positions are the group's; nothing is stored under this. */
static int partition(const struct tr_connector_options *options, struct tr_buf *ret_json,
                     struct tr_diag *diag)
{
    (void)options, (void)diag;
    tr_buf_text(ret_json, "{}");
    return 0;
}

const struct tr_source_impl tr_topic_source = {
    .new = source_new,
    .run = run,
    .free = source_free,
    .check = check,
    .partition = partition,
};
