/* Files and stdout. They differ in what a crash leaves behind: a file is cut to what the position
 * covers, what went to stdout is gone and is written again. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "sink/file/file.h"
#include "sink/file/lines.h"
#include "sink/file/store.h"

/* Lines are collected up to this and written together. */
#define CHUNK      ((size_t)256 << 10)
/* One line may hold a value of 1 GB, escaped. */
#define LINE_CAP   ((size_t)7 << 30)
/* A pipe that says it is writable takes this much without blocking (POSIX, PIPE_BUF). */
#define PIPE_CHUNK 4096

struct file_sink {
    struct tr_sink sink; /* first: this is a tr_sink */
    struct tr_sink_params params;
    int fd;
    bool is_file;
    uint64_t inode;
    int64_t length;           /* written, in bytes */
    struct tr_states *states; /* that wait for the commit */
    struct tr_arena arena;
};

static struct file_sink *sink_of(struct tr_sink *sink)
{
    return (struct file_sink *)sink;
}

static void free_sink(struct tr_sink *base)
{
    struct file_sink *sink = sink_of(base);

    if (sink->is_file && sink->fd >= 0)
        close(sink->fd); /* gives the lock back */
    tr_states_free(sink->states);
    tr_arena_finish(&sink->arena);
    free(sink);
}

static int new_sink(const struct tr_sink_impl *impl, const struct tr_sink_params *params,
                    struct tr_sink **ret_sink, struct tr_diag *diag)
{
    if (!params->options->sink.offsets_path)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "this sink.type keeps its position in a file: set "
                       "offset.storage.file.filename");
    if (impl == &tr_file_sink && !params->options->sink.path)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "sink.type=file needs sink.path");
    struct file_sink *sink = calloc(1, sizeof *sink);
    if (!sink)
        return tr_fail_memory(diag);
    sink->sink.impl = impl;
    sink->params = *params;
    sink->is_file = impl == &tr_file_sink;
    sink->fd = sink->is_file ? -1 : STDOUT_FILENO;
    tr_arena_init(&sink->arena, CHUNK, LINE_CAP);
    *ret_sink = &sink->sink;
    return 0;
}

static int new_file(const struct tr_sink_params *params, struct tr_sink **ret_sink,
                    struct tr_diag *diag)
{
    return new_sink(&tr_file_sink, params, ret_sink, diag);
}

static int new_stdout(const struct tr_sink_params *params, struct tr_sink **ret_sink,
                      struct tr_diag *diag)
{
    return new_sink(&tr_stdout_sink, params, ret_sink, diag);
}

static int fail_errno(const struct file_sink *sink, const char *what, struct tr_diag *diag)
{
    const char *path = sink->is_file ? sink->params.options->sink.path : "standard output";
    bool passing = errno == ENOSPC || errno == EIO || errno == EDQUOT || errno == EMFILE;

    return tr_fail(diag, TR_SINK, passing ? TR_RETRY : TR_STOP, "can't %s %s (sink.path): %s", what,
                   path, strerror(errno));
}

static int open_file(struct file_sink *sink, struct stat *ret_stat, struct tr_diag *diag)
{
    const char *path = sink->params.options->sink.path;

    sink->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    if (sink->fd < 0)
        return fail_errno(sink, "open", diag);
    /* one writer: the file's fence */
    if (flock(sink->fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK)
            return fail_errno(sink, "lock", diag);
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "%s (sink.path) is being written by another instance: stop one of them",
                       path);
    }
    if (fstat(sink->fd, ret_stat) < 0)
        return fail_errno(sink, "look at", diag);
    if (!S_ISREG(ret_stat->st_mode))
        return tr_fail(diag, TR_CONFIG, TR_STOP, "sink.path=%s is not a regular file", path);
    sink->inode = ret_stat->st_ino;
    return 0;
}

static int check_file(const struct file_sink *sink, const struct tr_store_entry *entry,
                      const struct stat *stat, struct tr_diag *diag)
{
    const char *path = sink->params.options->sink.path;
    const char *offsets = sink->params.options->sink.offsets_path;

    if (entry->inode != stat->st_ino)
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "%s (sink.path) is not the file that the position in %s belongs to: put the "
                       "old file back, or remove the position to begin anew",
                       path, offsets);
    if (stat->st_size < entry->length)
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "%s (sink.path) has %" PRId64 " bytes, the position in %s covers %" PRId64
                       ": put the old file back, or remove the position to begin anew",
                       path, (int64_t)stat->st_size, offsets, entry->length);
    return 0;
}

/* Where the file ends without what the last run did not commit. */
static int cut_tail(struct file_sink *sink, const struct tr_store_entry *entry,
                    const struct stat *stat, struct tr_diag *diag)
{
    if (check_file(sink, entry, stat, diag) < 0)
        return -1;
    if (stat->st_size > entry->length) {
        if (ftruncate(sink->fd, entry->length) < 0)
            return fail_errno(sink, "cut", diag);
        tr_log_info(sink->params.log, "cut what was not committed",
                    TR_LOG_STR("file", sink->params.options->sink.path),
                    TR_LOG_INT("bytes", stat->st_size - entry->length));
    }
    sink->length = entry->length;
    return 0;
}

/* Without a position (somebody took it away) its states mean nothing: the first commit drops them.
 */
static int read_states(struct file_sink *sink, struct tr_states *ret_states, struct tr_diag *diag)
{
    const char *offsets = sink->params.options->sink.offsets_path;

    if (ret_states)
        return tr_store_read_states(offsets, sink->params.position_key, ret_states, diag);
    sink->states = tr_states_new();
    if (!sink->states)
        return tr_fail_memory(diag);
    if (tr_store_read_states(offsets, sink->params.position_key, sink->states, diag) < 0)
        return -1;
    for (size_t i = 0; i < tr_states_count(sink->states); i++) {
        const struct tr_state gone = {tr_states_at(sink->states, i).key, TR_SLICE("null")};
        if (tr_states_set(sink->states, gone, diag) < 0)
            return -1;
    }
    return 0;
}

static int start(struct tr_sink *base, struct tr_found *ret_found, struct tr_diag *diag)
{
    struct file_sink *sink = sink_of(base);
    const char *offsets = sink->params.options->sink.offsets_path;
    struct tr_store_entry entry = {0};
    struct stat stat = {0};

    if (sink->is_file && open_file(sink, &stat, diag) < 0)
        return -1;
    int rc = tr_store_read(offsets, sink->params.position_key, &ret_found->position, &entry, diag);
    if (rc < 0 || read_states(sink, entry.value.p ? ret_found->states : NULL, diag) < 0)
        return -1;
    if (sink->is_file && rc > 0) {
        /* from here on the file's growth is ours to cut */
        entry = (struct tr_store_entry){.inode = sink->inode, .length = stat.st_size};
        if (tr_store_write(offsets, sink->params.position_key, &entry, diag) < 0)
            return -1;
    }
    if (sink->is_file) {
        if (cut_tail(sink, &entry, &stat, diag) < 0)
            return -1;
        if (lseek(sink->fd, sink->length, SEEK_SET) < 0)
            return fail_errno(sink, "seek in", diag);
    }
    return entry.value.p ? 0 : 1;
}

/* Whoever reads our stdout may pause; a wish to stop has to be heard all the same. */
static int await_reader(const struct file_sink *sink, struct tr_diag *diag)
{
    struct pollfd fd = {.fd = sink->fd, .events = POLLOUT};

    while (poll(&fd, 1, 200) <= 0) {
        if (sink->params.stopping(sink->params.context))
            return tr_fail(diag, TR_SINK, TR_RETRY,
                           "stopped while nobody read the standard output");
    }
    return 0;
}

static int write_out(struct file_sink *sink, struct tr_slice text, struct tr_diag *diag)
{
    while (text.n > 0) {
        size_t most = sink->is_file ? text.n : TR_MIN(text.n, PIPE_CHUNK);
        if (!sink->is_file && await_reader(sink, diag) < 0)
            return -1;
        ssize_t n = write(sink->fd, text.p, most);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(sink, "write", diag);
        text.p += n;
        text.n -= (size_t)n;
        sink->length += n;
    }
    return 0;
}

/* The file that holds them is written at the commit. */
static int keep_states(struct file_sink *sink, const struct tr_batch *batch, struct tr_diag *diag)
{
    if (batch->nstates && !sink->states && !(sink->states = tr_states_new()))
        return tr_fail_memory(diag);
    for (size_t i = 0; i < batch->nstates; i++) {
        struct tr_state state = batch->states[i];
        char *key = tr_store_state_key(state.key);
        if (!key)
            return tr_fail_bug(diag, "a state's key is not JSON");
        state.key = tr_slice_of(key);
        if (!state.value.p)
            state.value = TR_SLICE("null");
        int rc = tr_states_set(sink->states, state, diag);
        free(key);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int write_batch(struct tr_sink *base, const struct tr_batch *batch, struct tr_diag *diag)
{
    struct file_sink *sink = sink_of(base);
    int64_t now_ms = tr_clock_realtime_ns() / 1000000;

    for (size_t i = 0; i < batch->count;) {
        struct tr_writer writer;
        struct tr_slice lines;

        tr_arena_reset(&sink->arena);
        tr_writer_begin(&writer, &sink->arena);
        while (i < batch->count && (size_t)(writer.p - writer.start) < CHUNK / 2)
            tr_line_write(&writer, &batch->messages[i++], now_ms);
        if (tr_writer_end(&writer, &lines) < 0)
            return tr_fail_memory(diag);
        if (write_out(sink, lines, diag) < 0)
            return -1;
    }
    return keep_states(sink, batch, diag);
}

static int flush(struct tr_sink *base, const struct tr_output **ret_outputs, size_t *ret_noutputs,
                 struct tr_diag *diag)
{
    struct file_sink *sink = sink_of(base);

    *ret_outputs = NULL;
    *ret_noutputs = 0;
    if (sink->is_file && fdatasync(sink->fd) < 0)
        return fail_errno(sink, "sync", diag);
    return 0;
}

static int commit(struct tr_sink *base, struct tr_slice position, struct tr_diag *diag)
{
    struct file_sink *sink = sink_of(base);
    const struct tr_store_entry entry = {
        .value = position,
        .inode = sink->is_file ? sink->inode : 0,
        .length = sink->length,
        .states = sink->states,
    };

    if (sink->is_file && fdatasync(sink->fd) < 0)
        return fail_errno(sink, "sync", diag);
    if (tr_store_write(sink->params.options->sink.offsets_path, sink->params.position_key, &entry,
                       diag) < 0)
        return -1;
    tr_states_free(sink->states);
    sink->states = NULL;
    return 0;
}

/* The output has to be the one that the position was written for. */
static void report_output(const struct file_sink *sink, struct tr_report *report,
                          const struct tr_store_entry *entry)
{
    const char *path = sink->params.options->sink.path;
    struct stat found = {0};
    struct tr_diag diag;

    tr_report_writable(report, "sink.path", path);
    /* a file that is gone has no bytes, and no inode that anything belongs to */
    if (stat(path, &found) < 0 && errno != ENOENT)
        return;
    if (entry->inode && check_file(sink, entry, &found, &diag) < 0)
        tr_report_add(report, TR_FINDING_ERROR, NULL, "%s", diag.message);
}

/* Looks at what a run would open, and leaves no trace in it. */
static int check(const struct tr_sink_params *params, struct tr_report *report,
                 struct tr_buf *ret_position, struct tr_diag *diag)
{
    const struct tr_sink_options *options = &params->options->sink;
    struct tr_store_entry entry = {0};
    struct tr_sink *base;

    if (new_sink(options->kind == TR_SINK_FILE ? &tr_file_sink : &tr_stdout_sink, params, &base,
                 diag) < 0)
        return -1;
    int rc = tr_store_read(options->offsets_path, params->position_key, ret_position, &entry, diag);
    if (rc >= 0) {
        tr_report_writable(report, "offset.storage.file.filename", options->offsets_path);
        if (options->kind == TR_SINK_FILE)
            report_output(sink_of(base), report, &entry);
    }
    free_sink(base);
    if (rc < 0)
        return -1;
    return entry.value.p ? 0 : 1;
}

const struct tr_sink_impl tr_file_sink = {
    .new = new_file,
    .start = start,
    .write = write_batch,
    .flush = flush,
    .commit = commit,
    .free = free_sink,
    .check = check,
};

const struct tr_sink_impl tr_stdout_sink = {
    .new = new_stdout,
    .start = start,
    .write = write_batch,
    .flush = flush,
    .commit = commit,
    .free = free_sink,
    .check = check,
};
