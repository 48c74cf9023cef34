#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/writer.h"
#include "capture/capture.h"
#include "source/file/file.h"
#include "source/file/lines.h"

/* A batch is handed over when it is about this full. */
#define BATCH_BYTES ((size_t)448 << 10)

/* How often to look for what the kernel doesn't tell: a file that appears, one on a network. */
#define LOOK_MS 1000

struct file_source {
    struct tr_source base; /* first: this is a tr_source */
    struct tr_source_params params;
    const char *path; /* NULL: standard input */
    struct tr_capture *capture;
    struct tr_capturer capturer;
    struct tr_capture_table *topic;
    struct tr_lines lines;
    struct tr_batch *batch; /* being filled; NULL: none taken */
    struct tr_arena scratch;
    int fd;
    int watch;                                    /* an inotify descriptor; -1: none */
    uint64_t position;                            /* of the lines taken so far, bytes */
    uint64_t put;                                 /* the newest position handed over in this run */
    bool missed, replaced, cut, caught_up, ended; /* each is said once */
};

static struct file_source *source_of(struct tr_source *source)
{
    return (struct file_source *)source;
}

static void source_free(struct tr_source *base)
{
    struct file_source *source = source_of(base);

    if (source->path && source->fd >= 0)
        close(source->fd);
    if (source->watch >= 0)
        close(source->watch);
    tr_batch_free(source->batch);
    tr_lines_finish(&source->lines);
    tr_capture_table_free(source->topic);
    if (source->capture)
        tr_capturer_finish(&source->capturer);
    tr_capture_free(source->capture);
    tr_arena_finish(&source->scratch);
    free(source);
}

static int make_capture(struct file_source *source, struct tr_diag *diag)
{
    static const struct tr_schema line = {.type = TR_TYPE_STRING};
    const struct tr_connector_options *options = source->params.options;
    const struct tr_capture_params params = {
        .options = &options->capture, .connector = "file", .log = source->params.log};
    const struct tr_capture_topic_params topic = {.topic = options->file_stream.topic,
                                                  .value = &line};

    if (!topic.topic)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "topic has no value: the lines need a topic");
    if (tr_capture_new(&params, &source->capture, diag) < 0 ||
        tr_capturer_init(&source->capturer, source->capture, diag) < 0)
        return -1;
    return tr_capture_topic_new(source->capture, &topic, &source->topic, diag);
}

static int source_new(const struct tr_source_params *params, struct tr_source **ret_source,
                      struct tr_diag *diag)
{
    struct file_source *source = calloc(1, sizeof *source);

    if (!source)
        return tr_fail_memory(diag);
    source->base.impl = &tr_file_source;
    source->params = *params;
    source->path = params->options->file_stream.path;
    source->fd = source->path ? -1 : STDIN_FILENO;
    source->watch = -1;
    tr_arena_init(&source->scratch, 4096, 3 * (size_t)params->options->memory_limit);
    if (params->position && source->path) {
        int64_t position = tr_stored_position_integer(params->position, "position", 0);
        source->position = (uint64_t)TR_MAX(position, 0);
    }
    if (make_capture(source, diag) < 0) {
        source_free(&source->base);
        return -1;
    }
    *ret_source = &source->base;
    return 0;
}

static bool stopping(const struct file_source *source)
{
    return source->params.outlet->impl->stopping(source->params.outlet);
}

static void drain(int fd)
{
    char news[4096];
    ssize_t ignored = read(fd, news, sizeof news);
    (void)ignored; /* there was news: what, we look at ourselves */
}

/* Until there may be more to read, or the outlet has news. */
static void wait_for_more(struct file_source *source)
{
    bool pipe = !source->path && !source->ended;
    struct pollfd fds[] = {
        {.fd = source->params.outlet->fd, .events = POLLIN},
        {.fd = pipe ? source->fd : source->watch, .events = POLLIN},
    };

    (void)poll(fds, TR_COUNT(fds), LOOK_MS);
    if (fds[0].revents)
        drain(fds[0].fd);
    if (fds[1].revents && !pipe)
        drain(fds[1].fd);
}

static int fail_errno(const struct file_source *source, const char *what, struct tr_diag *diag)
{
    return tr_fail(diag, TR_RESOURCE, TR_RETRY, "can't %s %s (file): %s", what, source->path,
                   strerror(errno));
}

/* >0: it can't be opened now; Connect waits for it, and so do we. */
static int open_file(struct file_source *source, struct tr_diag *diag)
{
    const struct tr_log *log = source->params.log;
    struct stat found = {0};

    source->fd = open(source->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (source->fd < 0) {
        if (!source->missed)
            tr_log_warn(log, "the file can't be opened, waiting for it",
                        TR_LOG_STR("file", source->path), TR_LOG_STR("error", strerror(errno)));
        source->missed = true;
        return 1;
    }
    if (fstat(source->fd, &found) < 0)
        return fail_errno(source, "look at", diag);
    if (S_ISDIR(found.st_mode))
        return tr_fail(diag, TR_CONFIG, TR_STOP, "%s (file) is a directory", source->path);
    if (lseek(source->fd, (off_t)source->position, SEEK_SET) < 0 && errno != ESPIPE)
        return fail_errno(source, "seek in", diag);
    source->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (source->watch >= 0 && inotify_add_watch(source->watch, source->path, IN_MODIFY) < 0) {
        close(source->watch);
        source->watch = -1;
    }
    tr_log_info(log, "reading", TR_LOG_STR("file", source->path),
                TR_LOG_INT("position", (int64_t)source->position));
    return 0;
}

/* Hand over what was read: it ends with a line. */
static int put_batch(struct file_source *source, struct tr_diag *diag)
{
    struct tr_batch *batch = source->batch;
    struct tr_outlet *outlet = source->params.outlet;

    if (!batch || tr_batch_empty(batch))
        return 0;
    const char *json =
        source->path ? tr_arena_printf(&batch->arena, "\"position\":%" PRIu64, source->position)
                     : "\"position\":null";
    if (!json)
        return tr_fail_memory(diag);
    batch->boundary = true;
    batch->position = (struct tr_position){.json = tr_slice_of(json), .token = source->position};
    source->put = source->position;
    source->batch = NULL;
    outlet->impl->put(outlet, batch);
    return 0;
}

static int take_line(struct file_source *source, struct tr_slice line, size_t length,
                     struct tr_diag *diag)
{
    struct tr_outlet *outlet = source->params.outlet;
    struct tr_slice text;

    if (!source->batch)
        source->batch = outlet->impl->take_wait(outlet);
    if (!source->batch)
        return 0; /* the run is ending */
    tr_arena_reset(&source->scratch);
    if (tr_lines_text(line, &source->scratch, &text) < 0)
        return tr_fail_memory(diag);
    source->position += length;
    const struct tr_value value = tr_value_text(text);
    const struct tr_capture_record record = {.value = &value, .identity = source->position};
    if (tr_capture_record(&source->capturer, source->topic, &record, source->batch, diag) < 0)
        return -1;
    source->batch->events++;
    return 0;
}

static int take_lines(struct file_source *source, struct tr_diag *diag)
{
    size_t most = (size_t)TR_MAX(source->params.options->file_stream.batch_size, 1), length;
    struct tr_slice line;

    while (!stopping(source) && tr_lines_next(&source->lines, &line, &length)) {
        if (take_line(source, line, length, diag) < 0)
            return -1;
        const struct tr_batch *batch = source->batch;
        if (batch && (batch->events >= most || batch->bytes >= BATCH_BYTES) &&
            put_batch(source, diag) < 0)
            return -1;
    }
    return 0;
}

/* Reading standard input may wait for ever, and a wish to stop has to be heard all the same. */
static bool is_readable(const struct file_source *source)
{
    struct pollfd fd = {.fd = source->fd, .events = POLLIN};

    return source->path || poll(&fd, 1, 0) > 0;
}

/* >0: there is nothing more for now. */
static int read_more(struct file_source *source, struct tr_diag *diag)
{
    size_t limit = (size_t)source->params.options->memory_limit / 4, size;
    char *room;

    if (!is_readable(source))
        return 1;
    if (tr_lines_room(&source->lines, limit, &room, &size, diag) < 0)
        return -1;
    ssize_t n = read(source->fd, room, size);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        return source->path ? fail_errno(source, "read", diag)
                            : tr_fail(diag, TR_RESOURCE, TR_STOP, "can't read standard input: %s",
                                      strerror(errno));
    if (n <= 0) {
        source->ended = !source->path && n == 0;
        return 1;
    }
    tr_lines_filled(&source->lines, (size_t)n);
    return take_lines(source, diag);
}

/* Lines that Connect wouldn't see either, and that nobody should miss without a word. */
static void look_at_file(struct file_source *source)
{
    const struct tr_log *log = source->params.log;
    uint64_t read = source->position + (source->lines.end - source->lines.start);
    struct stat ours, named;

    if (!source->path || fstat(source->fd, &ours) < 0 || !S_ISREG(ours.st_mode))
        return;
    if ((uint64_t)ours.st_size < read && !source->cut)
        tr_log_warn(log,
                    "the file is shorter than what was read of it: nothing is read until it is "
                    "longer again",
                    TR_LOG_STR("file", source->path), TR_LOG_INT("position", (int64_t)read),
                    TR_LOG_INT("length", ours.st_size));
    source->cut = (uint64_t)ours.st_size < read;
    bool replaced = stat(source->path, &named) == 0 &&
                    (named.st_ino != ours.st_ino || named.st_dev != ours.st_dev);
    if (replaced && !source->replaced)
        tr_log_warn(log,
                    "the file was replaced: the old one is read on; to read the new one from its "
                    "begin, stop the connector, reset its offsets and resume it",
                    TR_LOG_STR("file", source->path));
    source->replaced = replaced;
}

/* All that was there is committed. */
static void tell_progress(struct file_source *source)
{
    struct tr_outlet *outlet = source->params.outlet;

    if (source->caught_up || outlet->impl->confirmed(outlet) < source->put)
        return;
    source->caught_up = true;
    outlet->impl->progress(outlet, &(struct tr_progress){.phase = TR_PHASE_CAUGHT_UP});
}

static int run(struct tr_source *base, struct tr_diag *diag)
{
    struct file_source *source = source_of(base);
    struct tr_outlet *outlet = source->params.outlet;
    int rc = 0;

    outlet->impl->progress(outlet, &(struct tr_progress){.phase = TR_PHASE_STREAMING});
    while (rc >= 0 && !stopping(source)) {
        rc = source->fd < 0 ? open_file(source, diag) : source->ended ? 1 : read_more(source, diag);
        if (rc <= 0)
            continue;
        rc = put_batch(source, diag);
        if (source->fd >= 0)
            look_at_file(source);
        tell_progress(source);
        wait_for_more(source);
    }
    return rc < 0 ? -1 : 0;
}

static int check(const struct tr_source_params *params, struct tr_report *report,
                 struct tr_diag *diag)
{
    const struct tr_file_options *file = &params->options->file_stream;

    (void)diag;
    if (!file->topic)
        tr_report_add(report, TR_FINDING_ERROR, NULL, "topic has no value: the lines need a topic");
    if (!file->path)
        tr_report_add(report, TR_FINDING_OK, NULL, "standard input is read");
    else if (access(file->path, R_OK) == 0)
        tr_report_add(report, TR_FINDING_OK, NULL, "%s (file) can be read", file->path);
    else
        tr_report_add(report, TR_FINDING_WARNING, NULL,
                      "%s (file) can't be read, a run waits for it: %s", file->path,
                      strerror(errno));
    return 0;
}

static int partition(const struct tr_connector_options *options, struct tr_buf *ret_json,
                     struct tr_diag *diag)
{
    const char *path = options->file_stream.path;

    tr_buf_text(ret_json, "{\"filename\":");
    if (!path)
        tr_buf_text(ret_json, "null");
    else if (!tr_buf_json(ret_json, path))
        return tr_fail(diag, TR_CONFIG, TR_STOP, "the name of the file (file) is not UTF-8");
    tr_buf_text(ret_json, "}");
    return 0;
}

const struct tr_source_impl tr_file_source = {
    .new = source_new,
    .run = run,
    .free = source_free,
    .check = check,
    .partition = partition,
};
