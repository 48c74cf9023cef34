#include "snapshot/channels.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "snapshot/channel/impl.h"

/* Serve librdkafka, and look again after a failure, at least so often. */
#define IDLE_MS 1000

struct tr_channels {
    struct tr_incremental *incremental;
    const struct tr_log *log;
    struct tr_kafka_channel *kafka; /* NULL: not enabled */
    struct tr_file_channel *file;   /* the same */
    int64_t file_ms;                /* how often to look at it */
    int wake_fd;                    /* an eventfd: news for the thread */
    pthread_t thread;
    bool started;
    atomic_bool ending;
    uint64_t given;                 /* signals handed on */
    atomic_uint_fast64_t committed; /* of these, executed for good */
    struct {                        /* the stream's */
        uint64_t put, token; /* executed in what was handed over with this token; 0: nothing */
    } stream;
};

uint64_t tr_channels_give(struct tr_channels *channels, const struct tr_channel_signal *signal,
                          struct tr_state mark, struct tr_diag *diag)
{
    const struct tr_signal order = {
        .id = tr_slice_of(tr_buf_string(&signal->id)),
        .type = tr_slice_of(tr_buf_string(&signal->type)),
        .data = signal->data.len ? tr_slice_of(tr_buf_string(&signal->data)) : (struct tr_slice){0},
        .mark = mark,
    };

    if (tr_incremental_signal(channels->incremental, &order, diag) < 0)
        return 0;
    return ++channels->given;
}

static int turn(struct tr_channels *channels, int64_t *look_us, struct tr_diag *diag)
{
    uint64_t committed = atomic_load(&channels->committed);
    int64_t now = tr_clock_monotonic_us();

    if (channels->kafka && tr_kafka_channel_turn(channels->kafka, committed, diag) < 0)
        return -1;
    if (!channels->file || now < *look_us)
        return 0;
    *look_us = now + channels->file_ms * 1000;
    return tr_file_channel_turn(channels->file, committed, diag);
}

static void wait_for_news(struct tr_channels *channels, int64_t look_us)
{
    struct pollfd news = {.fd = channels->wake_fd, .events = POLLIN};
    int64_t until = tr_clock_monotonic_us() + IDLE_MS * 1000;
    uint64_t counter;

    if (channels->file)
        until = TR_MIN(until, look_us);
    int64_t wait_us = TR_MAX(until - tr_clock_monotonic_us(), 0);
    if (poll(&news, 1, (int)(wait_us / 1000 + 1)) > 0) {
        ssize_t ignored = read(channels->wake_fd, &counter, sizeof counter);
        (void)ignored;
    }
}

/* A channel that fails is tried again; the connector has other things to do. */
static void *run(void *context)
{
    struct tr_channels *channels = context;
    int64_t look_us = 0;
    struct tr_diag diag;

    while (!atomic_load(&channels->ending)) {
        if (turn(channels, &look_us, &diag) < 0)
            tr_log_warn(channels->log, "signals can't be read for now",
                        TR_LOG_STR("reason", diag.message));
        wait_for_news(channels, look_us);
    }
    return NULL;
}

static void wake(struct tr_channels *channels)
{
    const uint64_t one = 1;
    ssize_t ignored = write(channels->wake_fd, &one, sizeof one);
    (void)ignored;
}

static int open_channels(struct tr_channels *channels, const struct tr_channels_params *params,
                         struct tr_diag *diag)
{
    const struct tr_list *enabled = &params->options->signal.channels;

    channels->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (channels->wake_fd < 0)
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "no descriptor for signals: %s",
                       strerror(errno));
    if (tr_list_has(enabled, "kafka") &&
        tr_kafka_channel_new(channels, params, channels->wake_fd, &channels->kafka, diag) < 0)
        return -1;
    if (tr_list_has(enabled, "file") &&
        tr_file_channel_new(channels, params, &channels->file, diag) < 0)
        return -1;
    channels->started = pthread_create(&channels->thread, NULL, run, channels) == 0;
    return channels->started ? 0 : tr_fail(diag, TR_RESOURCE, TR_RETRY, "no thread for signals");
}

int tr_channels_new(const struct tr_channels_params *params, struct tr_channels **ret_channels,
                    struct tr_diag *diag)
{
    const struct tr_list *enabled = &params->options->signal.channels;

    *ret_channels = NULL;
    if (!tr_list_has(enabled, "kafka") && !tr_list_has(enabled, "file"))
        return 0;
    struct tr_channels *channels = calloc(1, sizeof *channels);
    if (!channels)
        return tr_fail_memory(diag);
    channels->incremental = params->incremental;
    channels->log = params->log;
    channels->file_ms = params->options->signal.poll_interval_ms;
    if (open_channels(channels, params, diag) < 0) {
        tr_channels_free(channels);
        return -1;
    }
    *ret_channels = channels;
    return 0;
}

void tr_channels_free(struct tr_channels *channels)
{
    if (!channels)
        return;
    atomic_store(&channels->ending, true);
    if (channels->started) {
        wake(channels);
        pthread_join(channels->thread, NULL);
    }
    tr_kafka_channel_free(channels->kafka);
    tr_file_channel_free(channels->file);
    if (channels->wake_fd >= 0)
        close(channels->wake_fd);
    free(channels);
}

void tr_channels_put(struct tr_channels *channels, uint64_t token, uint64_t confirmed)
{
    uint64_t executed = channels ? tr_incremental_executed(channels->incremental) : 0;

    if (!channels || executed == channels->stream.put)
        return;
    channels->stream.put = executed;
    channels->stream.token = TR_MAX(token, confirmed + 1);
}

void tr_channels_confirm(struct tr_channels *channels, uint64_t token)
{
    if (!channels || !channels->stream.token || token < channels->stream.token)
        return;
    channels->stream.token = 0;
    atomic_store(&channels->committed, channels->stream.put);
    wake(channels);
}
