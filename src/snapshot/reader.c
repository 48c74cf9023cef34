/* The reader's thread: one chunk at a time, with the marks around it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "snapshot/impl.h"

/* Between two attempts at a chunk that was discarded. */
#define PAUSE_NS 20000000

/* As Java's Instant is written: thousands at a time. */
static void write_instant(char ret_text[40])
{
    int64_t now = tr_clock_realtime_ns();
    time_t seconds = (time_t)(now / 1000000000);
    struct tm parts;
    char fraction[12], date[21];
    size_t n = 9;

    gmtime_r(&seconds, &parts);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(fraction, sizeof fraction, "%09" PRIu32, (uint32_t)(now % 1000000000));
    while (n && strncmp(fraction + n - 3, "000", 3) == 0)
        n -= 3;
    fraction[n] = '\0';
    snprintf(ret_text, 40, "%s%s%sZ", date, n ? "." : "", fraction);
}

static int put_mark(struct tr_reader *reader, const char *end, const char *type, const char *data,
                    struct tr_diag *diag)
{
    char id[64];

    snprintf(id, sizeof id, "%s-%s", reader->id, end);
    const struct tr_signal row = {
        .id = tr_slice_of(id), .type = tr_slice_of(type), .data = tr_slice_of(data)};
    return reader->impl->mark(reader->driver, &row, diag);
}

static int open_window(struct tr_reader *reader, struct tr_diag *diag)
{
    char data[120];

    if (!reader->marks || reader->id[0])
        return 0;
    tr_uuid_random(reader->id);
    write_instant(reader->opened);
    snprintf(data, sizeof data, "{\"openWindowTimestamp\": \"%s\"}", reader->opened);
    int rc = put_mark(reader, "open", "snapshot-window-open", data, diag);
    if (rc)
        reader->id[0] = '\0';
    return rc;
}

static int close_window(struct tr_reader *reader, struct tr_diag *diag)
{
    char data[160], now[40];
    int rc;

    if (!reader->id[0])
        return 0;
    if (reader->delete_marks) {
        rc = put_mark(reader, "open", "", NULL, diag);
    } else {
        write_instant(now);
        snprintf(data, sizeof data,
                 "{\"openWindowTimestamp\": \"%s\", \"closeWindowTimestamp\": \"%s\"}",
                 reader->opened, now);
        rc = put_mark(reader, "close", "snapshot-window-close", data, diag);
    }
    reader->id[0] = '\0';
    return rc;
}

static int do_job(struct tr_reader *reader, struct tr_job *job)
{
    struct tr_window *window = reader->window;

    if (job->again)
        nanosleep(&(struct timespec){0, PAUSE_NS}, NULL);
    tr_window_clear(window);
    if (!job->range.table)
        return close_window(reader, &job->diag);
    int rc = job->unmarked ? 0 : open_window(reader, &job->diag);
    if (rc)
        return rc;
    job->range.ret_maximum = &job->maximum;
    job->range.ret_key = &job->key;
    rc = reader->impl->read(reader->driver, &job->range, window, &job->diag);
    if (rc < 0 || rc == TR_CHUNK_STOPPED || (window->count == 0 && !job->last))
        return rc;
    struct tr_diag ignored; /* of two failures the first one counts */
    int closed = close_window(reader, rc ? &ignored : &job->diag);
    return rc ? rc : closed;
}

static void wake(const struct tr_reader *reader)
{
    const uint64_t one = 1;
    ssize_t ignored = write(reader->fd, &one, sizeof one);
    (void)ignored;
}

static void *run(void *context)
{
    struct tr_reader *reader = context;

    pthread_mutex_lock(&reader->lock);
    while (!reader->quit) {
        if (reader->stage != TR_READER_AT_WORK) {
            pthread_cond_wait(&reader->news, &reader->lock);
            continue;
        }
        pthread_mutex_unlock(&reader->lock);
        reader->job->rc = do_job(reader, reader->job);
        pthread_mutex_lock(&reader->lock);
        reader->stage = TR_READER_DELIVERED;
        wake(reader);
    }
    pthread_mutex_unlock(&reader->lock);
    reader->impl->end(reader->driver);
    return NULL;
}

void tr_reader_init(struct tr_reader *reader, const struct tr_incremental_params *params)
{
    const struct tr_connector_options *options = params->options;

    reader->impl = params->impl;
    reader->driver = params->driver;
    reader->marks = options->signal.data_collection && !options->snapshot.incremental.read_only;
    reader->delete_marks = options->snapshot.incremental.watermarking == TR_MARKS_INSERT_DELETE;
    pthread_mutex_init(&reader->lock, NULL);
    pthread_cond_init(&reader->news, NULL);
}

void tr_reader_finish(struct tr_reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    reader->quit = true;
    pthread_cond_signal(&reader->news);
    pthread_mutex_unlock(&reader->lock);
    if (reader->started)
        pthread_join(reader->thread, NULL);
    pthread_cond_destroy(&reader->news);
    pthread_mutex_destroy(&reader->lock);
}

int tr_reader_order(struct tr_reader *reader, struct tr_job *job, struct tr_diag *diag)
{
    if (!reader->started && pthread_create(&reader->thread, NULL, run, reader) != 0)
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "no thread for the incremental snapshot");
    reader->started = true;
    pthread_mutex_lock(&reader->lock);
    reader->job = job;
    reader->stage = TR_READER_AT_WORK;
    pthread_cond_signal(&reader->news);
    pthread_mutex_unlock(&reader->lock);
    return 0;
}

bool tr_reader_delivered(struct tr_reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    bool delivered = reader->stage == TR_READER_DELIVERED;
    pthread_mutex_unlock(&reader->lock);
    return delivered;
}

void tr_reader_release(struct tr_reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    reader->stage = TR_READER_IDLE;
    pthread_mutex_unlock(&reader->lock);
}
