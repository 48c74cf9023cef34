/* FileStreamSink's output: each message's value is a line. Lines are appended, nothing is cut: the
 * file may have other writers, and the position is the consumer group's. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/writer.h"
#include "sink/file/file.h"

/* Lines are collected up to this and written together. */
#define CHUNK    ((size_t)256 << 10)
#define LINE_CAP ((size_t)2 << 30)

struct text_sink {
    struct tr_sink sink; /* first: this is a tr_sink */
    struct tr_sink_params params;
    const char *path; /* NULL: standard output */
    int fd;
    struct tr_arena arena;
    struct tr_output *topics; /* whose messages were written */
    size_t ntopics, room;
};

static struct text_sink *sink_of(struct tr_sink *sink)
{
    return (struct text_sink *)sink;
}

static void free_sink(struct tr_sink *base)
{
    struct text_sink *sink = sink_of(base);

    if (sink->path && sink->fd >= 0)
        close(sink->fd);
    tr_arena_finish(&sink->arena);
    free(sink->topics);
    free(sink);
}

static int new_sink(const struct tr_sink_params *params, struct tr_sink **ret_sink,
                    struct tr_diag *diag)
{
    struct text_sink *sink = calloc(1, sizeof *sink);

    if (!sink)
        return tr_fail_memory(diag);
    sink->sink.impl = &tr_text_sink;
    sink->params = *params;
    sink->path = params->options->file_stream.path;
    sink->fd = sink->path ? -1 : STDOUT_FILENO;
    tr_arena_init(&sink->arena, CHUNK, LINE_CAP);
    *ret_sink = &sink->sink;
    return 0;
}

static int fail_errno(const struct text_sink *sink, const char *what, struct tr_diag *diag)
{
    bool passing = errno == ENOSPC || errno == EIO || errno == EDQUOT || errno == EMFILE;

    return tr_fail(diag, TR_SINK, passing ? TR_RETRY : TR_STOP, "can't %s %s (file): %s", what,
                   sink->path ? sink->path : "standard output", strerror(errno));
}

static int start(struct tr_sink *base, struct tr_found *ret_found, struct tr_diag *diag)
{
    struct text_sink *sink = sink_of(base);

    (void)ret_found;
    if (sink->path) {
        sink->fd = open(sink->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (sink->fd < 0)
            return fail_errno(sink, "open", diag);
    }
    return 1;
}

/* Whoever reads our stdout, or a pipe, may pause; a wish to stop has to be heard all the same. */
static int await_reader(const struct text_sink *sink, struct tr_diag *diag)
{
    struct pollfd fd = {.fd = sink->fd, .events = POLLOUT};

    while (poll(&fd, 1, 200) <= 0)
        if (sink->params.stopping(sink->params.context))
            return tr_fail(diag, TR_SINK, TR_RETRY, "stopped while nobody read the output");
    return 0;
}

static int write_out(const struct text_sink *sink, struct tr_slice text, struct tr_diag *diag)
{
    while (text.n > 0) {
        if (await_reader(sink, diag) < 0)
            return -1;
        ssize_t n = write(sink->fd, text.p, sink->path ? text.n : TR_MIN(text.n, 4096));
        if (n < 0 && errno != EINTR)
            return fail_errno(sink, "write", diag);
        text.p += n > 0 ? n : 0;
        text.n -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* For the list of topics that Connect keeps of each connector. */
static int see(struct text_sink *sink, struct tr_topic *topic)
{
    if (topic->sink)
        return 0;
    if (sink->ntopics == sink->room) {
        size_t room = sink->room ? 2 * sink->room : 8;
        struct tr_output *topics = realloc(sink->topics, room * sizeof *topics);
        if (!topics)
            return -1;
        sink->topics = topics;
        sink->room = room;
    }
    sink->topics[sink->ntopics++] =
        (struct tr_output){.topic = topic->name, .partitions = 1, .written = true};
    topic->sink = sink;
    return 0;
}

static int write_batch(struct tr_sink *base, const struct tr_batch *batch, struct tr_diag *diag)
{
    struct text_sink *sink = sink_of(base);

    for (size_t i = 0; i < batch->count;) {
        struct tr_writer writer;
        struct tr_slice lines;

        tr_arena_reset(&sink->arena);
        tr_writer_begin(&writer, &sink->arena);
        while (i < batch->count && (size_t)(writer.p - writer.start) < CHUNK / 2) {
            const struct tr_message *message = &batch->messages[i++];
            if (see(sink, message->topic) < 0)
                return tr_fail_memory(diag);
            tr_writer_slice(&writer, message->value);
            tr_writer_char(&writer, '\n');
        }
        if (tr_writer_end(&writer, &lines) < 0)
            return tr_fail_memory(diag);
        if (write_out(sink, lines, diag) < 0)
            return -1;
    }
    return 0;
}

/* What can't be synchronised (a pipe, a terminal) is written as far as it goes. */
static int flush(struct tr_sink *base, const struct tr_output **ret_outputs, size_t *ret_noutputs,
                 struct tr_diag *diag)
{
    struct text_sink *sink = sink_of(base);

    *ret_outputs = sink->topics;
    *ret_noutputs = sink->ntopics;
    if (fdatasync(sink->fd) < 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
        return fail_errno(sink, "sync", diag);
    return 0;
}

/* The group's offsets follow when this is confirmed. */
static int commit(struct tr_sink *sink, struct tr_slice position, struct tr_diag *diag)
{
    (void)sink, (void)position, (void)diag;
    return 0;
}

static int check(const struct tr_sink_params *params, struct tr_report *report,
                 struct tr_buf *ret_position, struct tr_diag *diag)
{
    const char *path = params->options->file_stream.path;

    (void)ret_position, (void)diag;
    if (!path)
        tr_report_add(report, TR_FINDING_OK, NULL, "lines go to standard output");
    else
        tr_report_writable(report, "file", path);
    return 1;
}

const struct tr_sink_impl tr_text_sink = {
    .new = new_sink,
    .start = start,
    .write = write_batch,
    .flush = flush,
    .commit = commit,
    .free = free_sink,
    .check = check,
};
