/*
 * The channel "file": lines of JSON. What is executed is cut off, as Debezium does, but only when
 * it is committed, and only if nothing was added meanwhile (then it is skipped until all is done).
 * The state says which part of the file was executed, for a run that begins before it is cut off:
 * "<bytes> <hash of these> <inode> <time of the last change, ns>".
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot/channel/impl.h"

#define STATE_KEY "signal/file"
#define FILE_CAP  ((size_t)16 << 20)

/* Which part of which file. */
struct part {
    uint64_t bytes, hash, inode;
    int64_t changed_ns;
};

struct tr_file_channel {
    struct tr_channels *channels;
    const struct tr_log *log;
    const char *path;
    struct part stored; /* executed by an earlier run; bytes 0: nothing known */
    uint64_t done;      /* bytes of the file that were handed on, or are no signals */
    uint64_t seen;      /* its size at the last look */
    uint64_t last;      /* number of the last signal of these */
    struct tr_buf text;
    struct tr_channel_signal signal;
};

/* FNV-1a */
static uint64_t hash_of(const char *bytes, uint64_t n)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (uint64_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static int64_t changed_ns(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static void read_state(struct tr_file_channel *channel, const struct tr_states *states)
{
    struct tr_slice state = tr_states_get(states, STATE_KEY);
    struct part part;
    char text[128];

    if (!state.p || state.n >= sizeof text)
        return;
    memcpy(text, state.p, state.n);
    text[state.n] = '\0';
    if (sscanf(text, "%" SCNu64 " %" SCNx64 " %" SCNu64 " %" SCNd64, &part.bytes, &part.hash,
               &part.inode, &part.changed_ns) == 4)
        channel->stored = part;
}

int tr_file_channel_new(struct tr_channels *channels, const struct tr_channels_params *params,
                        struct tr_file_channel **ret_channel, struct tr_diag *diag)
{
    struct tr_file_channel *channel = calloc(1, sizeof *channel);

    if (!channel)
        return tr_fail_memory(diag);
    channel->channels = channels;
    channel->log = params->log;
    channel->path = params->options->signal.file;
    tr_buf_init(&channel->text, FILE_CAP + 1);
    tr_channel_signal_init(&channel->signal);
    read_state(channel, params->states);
    tr_log_info(params->log, "signals are taken from a file", TR_LOG_STR("file", channel->path));
    *ret_channel = channel;
    return 0;
}

void tr_file_channel_free(struct tr_file_channel *channel)
{
    if (!channel)
        return;
    tr_buf_finish(&channel->text);
    tr_channel_signal_finish(&channel->signal);
    free(channel);
}

static int fail(const struct tr_file_channel *channel, const char *what, struct tr_diag *diag)
{
    return tr_fail(diag, TR_RESOURCE, TR_RETRY, "signal.file %s can't be %s: %s", channel->path,
                   what, strerror(errno));
}

static int load(struct tr_file_channel *channel, int fd, uint64_t size, struct tr_diag *diag)
{
    char chunk[16384];
    uint64_t rest = size;

    if (size > FILE_CAP)
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "signal.file %s is larger than 16 MB: empty it",
                       channel->path);
    tr_buf_reset(&channel->text);
    while (rest > 0) {
        ssize_t n = read(fd, chunk, (size_t)TR_MIN(rest, sizeof chunk));
        if (n < 0)
            return fail(channel, "read", diag);
        if (n == 0)
            break;
        tr_buf_put(&channel->text, chunk, (size_t)n);
        rest -= (uint64_t)n;
    }
    return tr_buf_ok(&channel->text) ? 0 : tr_fail_memory(diag);
}

/* Skip what an earlier run has executed, if it is this file, with the same begin: unchanged since,
 * or longer. The same lines written anew are new signals. */
static void skip_stored(struct tr_file_channel *channel, const struct stat *st)
{
    const struct part *stored = &channel->stored;

    if (stored->bytes && stored->inode == st->st_ino && channel->text.len >= stored->bytes &&
        (stored->changed_ns == changed_ns(st) || channel->text.len > stored->bytes) &&
        hash_of(channel->text.data, stored->bytes) == stored->hash)
        channel->done = stored->bytes;
    channel->stored.bytes = 0;
}

static int take_line(struct tr_file_channel *channel, struct tr_slice line, const struct stat *st,
                     struct tr_diag *diag)
{
    char mark[128];
    uint64_t end = (uint64_t)(line.p + line.n - channel->text.data);
    int rc = tr_channel_signal_read(&channel->signal, line, diag);

    if (rc)
        return rc;
    snprintf(mark, sizeof mark, "%" PRIu64 " %" PRIx64 " %" PRIu64 " %" PRId64, end,
             hash_of(channel->text.data, end), (uint64_t)st->st_ino, changed_ns(st));
    const struct tr_state state = {TR_SLICE(STATE_KEY), tr_slice_of(mark)};
    uint64_t number = tr_channels_give(channel->channels, &channel->signal, state, diag);
    if (!number)
        return -1;
    channel->last = number;
    return 0;
}

static bool is_blank(struct tr_slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if (!strchr(" \t\r\n", line.p[i]))
            return false;
    return true;
}

/* A last line without an end may still be written: it is believed if it is a signal, or if nothing
 * came since the last look. */
static int take_lines(struct tr_file_channel *channel, const struct stat *st, struct tr_diag *diag)
{
    while (channel->done < channel->text.len) {
        const char *p = channel->text.data + channel->done;
        const char *end = memchr(p, '\n', channel->text.len - channel->done);
        bool whole = end || channel->seen == channel->text.len;
        size_t n = end ? (size_t)(end - p) + 1 : channel->text.len - (size_t)channel->done;
        const struct tr_slice line = {p, n};
        int rc = is_blank(line) ? 0 : take_line(channel, line, st, diag);
        if (rc < 0)
            return -1;
        if (rc > 0 && !whole)
            return 0;
        if (rc > 0)
            tr_log_warn(channel->log, "a line of signal.file is ignored",
                        TR_LOG_STR("reason", diag->message));
        channel->done += n;
    }
    return 0;
}

static int cut(struct tr_file_channel *channel, int fd, struct tr_diag *diag)
{
    struct stat st;

    if (fstat(fd, &st) < 0 || (uint64_t)st.st_size != channel->done)
        return 0;
    if (ftruncate(fd, 0) < 0)
        return fail(channel, "emptied", diag);
    channel->done = channel->seen = 0;
    return 0;
}

static int look(struct tr_file_channel *channel, int fd, uint64_t committed, struct tr_diag *diag)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return fail(channel, "read", diag);
    uint64_t size = (uint64_t)st.st_size;
    if (size < channel->done) /* somebody else has emptied it */
        channel->done = channel->seen = 0;
    if (size == 0)
        channel->stored.bytes = 0;
    if (!S_ISREG(st.st_mode) || size == 0)
        return 0;
    if (size > channel->done) {
        if (load(channel, fd, size, diag) < 0)
            return -1;
        if (channel->stored.bytes)
            skip_stored(channel, &st);
        int rc = take_lines(channel, &st, diag);
        channel->seen = size;
        if (rc < 0)
            return -1;
    }
    return channel->last <= committed ? cut(channel, fd, diag) : 0;
}

int tr_file_channel_turn(struct tr_file_channel *channel, uint64_t committed, struct tr_diag *diag)
{
    int fd = open(channel->path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? 0 : fail(channel, "opened", diag);
    int rc = look(channel, fd, committed, diag);
    close(fd);
    return rc;
}
