#include "snapshot/incremental.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "snapshot/added.h"
#include "snapshot/execute.h"

#define JOB_CHUNK ((size_t)4 << 10)
#define JOB_CAP   ((size_t)1 << 30) /* keys to be read again: as many as a window has room for */

/* A signal that waits for its turn. */
struct waiting {
    struct waiting *next;
    struct tr_signal signal;
    char bytes[];
};

struct tr_incremental {
    struct tr_incremental_params params;
    struct tr_backlog backlog;
    struct tr_window window;
    struct tr_reader reader;
    struct tr_job job;
    bool at_work;     /* a job is ordered, and what came of it isn't done */
    atomic_bool news; /* of signals, or that nothing was looked at yet */
    struct tr_executor executor;
    uint64_t executed; /* signals with a mark */
    struct tr_initial_progress initial;
    int fd;

    pthread_mutex_t lock; /* of the signals */
    struct waiting *first, **last;
};

bool tr_incremental_is_wanted(const struct tr_connector_options *options,
                              const struct tr_states *states)
{
    const struct tr_list *channels = &options->signal.channels;

    return (options->signal.data_collection && tr_list_has(channels, "source")) ||
           tr_list_has(channels, "kafka") || tr_list_has(channels, "file") ||
           tr_states_get(states, TR_BACKLOG_KEY).p || tr_rest_known(states) ||
           tr_added_is_wanted(options, states);
}

int tr_incremental_new(const struct tr_incremental_params *params,
                       struct tr_incremental **ret_incremental, struct tr_diag *diag)
{
    struct tr_incremental *incremental = calloc(1, sizeof *incremental);

    if (!incremental)
        return tr_fail_memory(diag);
    incremental->params = *params;
    incremental->last = &incremental->first;
    pthread_mutex_init(&incremental->lock, NULL);
    atomic_init(&incremental->news, true);
    /* a chunk is encoded into one batch, which adds to what is in flight */
    tr_window_init(&incremental->window, (size_t)params->options->memory_limit / 16);
    tr_arena_init(&incremental->job.arena, JOB_CHUNK, JOB_CAP);
    tr_reader_init(&incremental->reader, params);
    incremental->reader.window = &incremental->window;
    incremental->fd = incremental->reader.fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
    incremental->executor.params = &incremental->params;
    incremental->executor.backlog = &incremental->backlog;
    int rc = incremental->fd < 0 ? tr_fail(diag, TR_RESOURCE, TR_RETRY, "no eventfd") : 0;
    if (!rc)
        rc = tr_backlog_load(&incremental->backlog, params->states, diag);
    if (!rc)
        rc = tr_executor_refresh(&incremental->executor, diag);
    if (rc < 0) {
        tr_incremental_free(incremental);
        return -1;
    }
    incremental->initial.tables = tr_backlog_count_of(&incremental->backlog, true);
    *ret_incremental = incremental;
    return 0;
}

void tr_incremental_free(struct tr_incremental *incremental)
{
    if (!incremental)
        return;
    incremental->params.impl->cancel(incremental->params.driver);
    tr_reader_finish(&incremental->reader);
    for (struct waiting *waiting = incremental->first, *next; waiting; waiting = next) {
        next = waiting->next;
        free(waiting);
    }
    tr_executor_finish(&incremental->executor);
    tr_backlog_finish(&incremental->backlog);
    tr_window_finish(&incremental->window);
    tr_arena_finish(&incremental->job.arena);
    pthread_mutex_destroy(&incremental->lock);
    if (incremental->fd >= 0)
        close(incremental->fd);
    free(incremental);
}

int tr_incremental_add_initial(struct tr_incremental *incremental, const struct tr_rest *rest,
                               struct tr_diag *diag)
{
    if (tr_backlog_add_initial(&incremental->backlog, rest, diag) < 0)
        return -1;
    incremental->initial.tables = tr_backlog_count_of(&incremental->backlog, true);
    return 0;
}

void tr_incremental_drop_initial(struct tr_incremental *incremental)
{
    tr_backlog_drop_initial(&incremental->backlog);
    incremental->initial.tables = 0;
}

int tr_incremental_store(struct tr_incremental *incremental, struct tr_batch *batch,
                         struct tr_diag *diag)
{
    return tr_backlog_store(&incremental->backlog, batch, diag);
}

bool tr_incremental_initial(const struct tr_incremental *incremental,
                            struct tr_initial_progress *ret_progress)
{
    *ret_progress = (struct tr_initial_progress){0};
    if (!incremental)
        return false;
    size_t left = tr_backlog_count_of(&incremental->backlog, true);
    *ret_progress = incremental->initial;
    ret_progress->tables_done = ret_progress->tables - left;
    ret_progress->table = tr_backlog_is_initial(&incremental->backlog)
                              ? tr_backlog_current(&incremental->backlog, "name")
                              : NULL;
    return left > 0;
}

uint64_t tr_incremental_executed(const struct tr_incremental *incremental)
{
    return incremental->executed;
}

int tr_incremental_fd(const struct tr_incremental *incremental)
{
    return incremental->fd;
}

struct tr_window *tr_incremental_window(struct tr_incremental *incremental)
{
    return &incremental->window;
}

bool tr_incremental_busy(const struct tr_incremental *incremental)
{
    return incremental->at_work || atomic_load(&incremental->news) ||
           tr_executor_blocking(&incremental->executor);
}

static struct tr_slice keep(struct tr_slice bytes, char **p)
{
    struct tr_slice kept = {bytes.p ? *p : NULL, bytes.n};

    if (bytes.n)
        memcpy(*p, bytes.p, bytes.n);
    *p += bytes.n;
    return kept;
}

int tr_incremental_signal(struct tr_incremental *incremental, const struct tr_signal *signal,
                          struct tr_diag *diag)
{
    const struct tr_state *mark = &signal->mark;
    struct waiting *waiting = malloc(sizeof *waiting + signal->id.n + signal->type.n +
                                     signal->data.n + mark->key.n + mark->value.n);
    const uint64_t one = 1;

    if (!waiting)
        return tr_fail_memory(diag);
    char *p = waiting->bytes;
    waiting->next = NULL;
    waiting->signal.id = keep(signal->id, &p);
    waiting->signal.type = keep(signal->type, &p);
    waiting->signal.data = keep(signal->data, &p);
    waiting->signal.mark.key = keep(mark->key, &p);
    waiting->signal.mark.value = keep(mark->value, &p);
    pthread_mutex_lock(&incremental->lock);
    *incremental->last = waiting;
    incremental->last = &waiting->next;
    pthread_mutex_unlock(&incremental->lock);
    atomic_store(&incremental->news, true);
    ssize_t ignored = write(incremental->fd, &one, sizeof one);
    (void)ignored;
    return 0;
}

static struct waiting *next_signal(struct tr_incremental *incremental)
{
    pthread_mutex_lock(&incremental->lock);
    struct waiting *waiting = incremental->first;
    if (waiting) {
        incremental->first = waiting->next;
        if (!incremental->first)
            incremental->last = &incremental->first;
    }
    pthread_mutex_unlock(&incremental->lock);
    return waiting;
}

/* Rows of a chunk. The initial snapshot has its own number, and smaller chunks would only cost. */
static int64_t limit_of(const struct tr_incremental *incremental)
{
    const struct tr_snapshot_options *options = &incremental->params.options->snapshot;
    bool initial = tr_backlog_is_initial(&incremental->backlog);

    return initial ? options->fetch_size : options->incremental.chunk_size;
}

/* The current collection's next chunk, as an order to the reader. */
static int describe(struct tr_incremental *incremental, struct tr_diag *diag)
{
    const struct tr_backlog *backlog = &incremental->backlog;
    struct tr_job *job = &incremental->job;
    struct tr_chunk_range *range = &job->range;

    tr_arena_reset(&job->arena);
    *range = (struct tr_chunk_range){
        .table = tr_backlog_current(backlog, "name"),
        .condition = tr_backlog_current(backlog, "condition"),
        .surrogate = tr_backlog_current(backlog, "surrogate"),
        .key = tr_backlog_current(backlog, "key"),
        .limit = limit_of(incremental),
    };
    job->unmarked = tr_backlog_is_initial(backlog);
    job->maximum = (struct tr_key_text){0};
    if (tr_backlog_key(backlog, "after", &job->arena, &range->after, diag) < 0 ||
        tr_backlog_key(backlog, "maximum", &job->arena, &range->maximum, diag) < 0 ||
        tr_backlog_again(backlog, &job->arena, &range->keys, &range->nkeys, diag) < 0)
        return -1;
    job->last = tr_backlog_count(backlog) == 1 && !range->nkeys;
    return 0;
}

static int order_chunk(struct tr_incremental *incremental, bool again, struct tr_diag *diag)
{
    struct tr_job *job = &incremental->job;

    if (describe(incremental, diag) < 0)
        return -1;
    job->again = again;
    /* watched before anything is read; what is emitted before that is the driver's care */
    if (tr_window_watch(&incremental->window, job->range.table, job->range.surrogate, diag) < 0)
        return -1;
    incremental->window.initial = job->unmarked;
    incremental->params.impl->watch(incremental->params.driver);
    incremental->at_work = true;
    return tr_reader_order(&incremental->reader, job, diag);
}

/* The window stays open from table to table, until there are rows or nothing is left. */
static int order_close(struct tr_incremental *incremental, struct tr_diag *diag)
{
    if (!incremental->reader.id[0])
        return 0;
    incremental->job.range = (struct tr_chunk_range){0};
    incremental->job.again = false;
    incremental->at_work = true;
    return tr_reader_order(&incremental->reader, &incremental->job, diag);
}

/* Nothing more to do with what the reader delivered. */
static void release(struct tr_incremental *incremental)
{
    tr_window_close(&incremental->window);
    tr_reader_release(&incremental->reader);
    incremental->at_work = false;
}

/* The current collection ends, with a word of Debezium's. */
static int end_table(struct tr_incremental *incremental, const char *status, struct tr_batch *batch,
                     struct tr_diag *diag)
{
    if (tr_backlog_is_initial(&incremental->backlog)) {
        if (tr_backlog_next_range(&incremental->backlog))
            return 0;
    } else if (strcmp(status, TR_SCAN_SUCCEEDED) != 0)
        tr_log_warn(incremental->params.log, "the incremental snapshot leaves a table out",
                    TR_LOG_STR("table", tr_backlog_current(&incremental->backlog, "name")),
                    TR_LOG_STR("status", status),
                    TR_LOG_STR("cause", incremental->job.rc == TR_CHUNK_REFUSED
                                            ? incremental->job.diag.message
                                            : ""));
    return tr_execute_end_table(&incremental->executor, status, batch, diag);
}

static const char *status_of(int rc)
{
    switch (rc) {
    case TR_CHUNK_UNKNOWN:
        return TR_SCAN_UNKNOWN_SCHEMA;
    case TR_CHUNK_NO_KEY:
        return TR_SCAN_NO_PRIMARY_KEY;
    case TR_CHUNK_EMPTY:
        return TR_SCAN_EMPTY;
    default:
        return TR_SCAN_SQL_EXCEPTION;
    }
}

static int keep_progress(struct tr_incremental *incremental, struct tr_diag *diag)
{
    const struct tr_window *window = &incremental->window;
    struct tr_backlog *backlog = &incremental->backlog;
    struct tr_job *job = &incremental->job;

    if (job->maximum.count && tr_backlog_set_key(backlog, "maximum", job->maximum, diag) < 0)
        return -1;
    if (!job->range.nkeys) {
        if (tr_backlog_set_key(backlog, "after", window->rows[window->count - 1].at, diag) < 0)
            return -1;
        tr_backlog_add_rows(backlog, window->count);
    }
    return tr_backlog_set_again(backlog, window, &job->range, diag);
}

/* The rows of a chunk, reconciled, and what there is to tell of it. */
static int write_chunk(struct tr_incremental *incremental, struct tr_batch *batch,
                       struct tr_diag *diag)
{
    const struct tr_incremental_params *params = &incremental->params;
    bool again = incremental->job.range.nkeys > 0;

    if (incremental->window.initial) {
        incremental->initial.chunks++;
        incremental->initial.rows += incremental->window.count;
    }
    if (params->impl->emit(params->driver, &incremental->window, batch, diag) < 0 ||
        keep_progress(incremental, diag) < 0)
        return -1;
    return again ? 0 : tr_execute_chunk(&incremental->executor, batch, diag);
}

/* An initial snapshot leaves out no table but one that is not captured any more. */
static int judge_initial(const struct tr_incremental *incremental, struct tr_diag *diag)
{
    const struct tr_job *job = &incremental->job;

    if (job->rc == TR_CHUNK_NO_KEY)
        return tr_fail(diag, TR_SCHEMA, TR_STOP,
                       "the rest of the snapshot of table %s can't be read, because it has no key "
                       "any more: give it one, or take it out of table.include.list",
                       job->range.table);
    if (job->rc == TR_CHUNK_REFUSED) {
        *diag = job->diag;
        return tr_fail_in(diag, "the rest of the snapshot of table %s", job->range.table);
    }
    if (job->rc == TR_CHUNK_UNKNOWN)
        tr_log_warn(incremental->params.log,
                    "the rest of a snapshot is dropped: the table is not captured any more",
                    TR_LOG_STR("table", job->range.table));
    return 0;
}

/* What came without rows. */
static int take_end(struct tr_incremental *incremental, struct tr_batch *batch,
                    struct tr_diag *diag)
{
    const struct tr_job *job = &incremental->job;

    if (!job->range.table)
        return 0;
    if (job->unmarked && judge_initial(incremental, diag) < 0)
        return -1;
    if (job->rc == TR_CHUNK_REKEYED) {
        tr_log_warn(incremental->params.log,
                    "a table has another key now: its snapshot is read again from its start",
                    TR_LOG_STR("table", job->range.table), TR_LOG_STR("key", job->key));
        return tr_backlog_restart(&incremental->backlog, job->key, diag);
    }
    if (job->unmarked && job->rc == TR_CHUNK_UNKNOWN)
        return tr_execute_end_table(&incremental->executor, TR_SCAN_SKIPPED, batch, diag);
    if (job->rc)
        return end_table(incremental, status_of(job->rc), batch, diag);
    if (job->range.nkeys) /* the rows are gone, which the stream has told */
        return tr_backlog_set_again(&incremental->backlog, &incremental->window, &job->range, diag);
    return end_table(incremental, TR_SCAN_SUCCEEDED, batch, diag);
}

/* Discarded or stale: the same again. */
static int retake(struct tr_incremental *incremental, struct tr_diag *diag)
{
    release(incremental);
    return order_chunk(incremental, true, diag);
}

static int take_chunk(struct tr_incremental *incremental, struct tr_batch *batch,
                      struct tr_diag *diag)
{
    const struct tr_incremental_params *params = &incremental->params;
    struct tr_job *job = &incremental->job;
    int rc;

    if (job->rc < 0) {
        *diag = job->diag;
        return tr_fail_in(diag, "the %s of table %s",
                          job->unmarked ? "rest of the snapshot" : "incremental snapshot",
                          job->range.table ? job->range.table : "(none)");
    }
    if (job->rc == TR_CHUNK_STOPPED) /* the stream hears of it as well */
        return 0;
    if (job->rc || incremental->window.count == 0) {
        rc = take_end(incremental, batch, diag);
        release(incremental);
        return rc;
    }
    switch (params->impl->settle(params->driver, &incremental->window)) {
    case TR_CHUNK_EARLY:
        return 0;
    case TR_CHUNK_STALE:
        return retake(incremental, diag);
    case TR_CHUNK_SETTLED:
        break;
    }
    rc = tr_window_settle(&incremental->window, diag);
    if (rc)
        return rc < 0 ? rc : retake(incremental, diag);
    rc = write_chunk(incremental, batch, diag);
    release(incremental);
    return rc;
}

/* Begin the next chunk, if there is one to begin. */
static int go_on(struct tr_incremental *incremental, struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_backlog *backlog = &incremental->backlog;
    int rc = tr_execute_owed(&incremental->executor, batch, diag);

    if (rc < 0 || incremental->at_work)
        return rc;
    if (tr_backlog_count(backlog) == 0)
        return order_close(incremental, diag);
    bool paused = tr_backlog_is(backlog, "paused") && !tr_backlog_is_initial(backlog);
    if (paused || tr_incremental_blocking(incremental))
        return order_close(incremental, diag);
    return order_chunk(incremental, false, diag);
}

/* Each before the next one, also in what it begins: a pause that comes with the order to read finds
 * the first chunk under way. */
static int execute_signals(struct tr_incremental *incremental, struct tr_batch *batch,
                           struct tr_diag *diag)
{
    struct waiting *waiting;
    int rc = 0;

    while (!rc && (waiting = next_signal(incremental))) {
        incremental->executor.at_work = incremental->at_work;
        rc = tr_execute(&incremental->executor, &waiting->signal, batch, diag);
        incremental->executed += waiting->signal.mark.key.p != NULL;
        free(waiting);
        if (!rc && !incremental->at_work)
            rc = go_on(incremental, batch, diag);
    }
    return rc;
}

int tr_incremental_turn(struct tr_incremental *incremental, struct tr_batch *batch,
                        struct tr_diag *diag)
{
    uint64_t counter;
    ssize_t ignored = read(incremental->fd, &counter, sizeof counter);

    (void)ignored;
    atomic_store(&incremental->news, false);
    int rc = execute_signals(incremental, batch, diag);
    if (!rc && incremental->at_work && tr_reader_delivered(&incremental->reader))
        rc = take_chunk(incremental, batch, diag);
    if (!rc && !incremental->at_work)
        rc = go_on(incremental, batch, diag);
    if (!rc)
        rc = tr_backlog_store(&incremental->backlog, batch, diag);
    if (rc)
        return rc;
    return !incremental->at_work && tr_incremental_blocking(incremental) ? TR_INCREMENTAL_BLOCKING
                                                                         : 0;
}

const struct tr_blocking *tr_incremental_blocking(const struct tr_incremental *incremental)
{
    return tr_executor_blocking(&incremental->executor);
}

int tr_incremental_unblock(struct tr_incremental *incremental, struct tr_batch *batch,
                           struct tr_diag *diag)
{
    if (tr_executor_unblock(&incremental->executor, diag) < 0)
        return -1;
    atomic_store(&incremental->news, true); /* what stood still for it goes on */
    return tr_backlog_store(&incremental->backlog, batch, diag);
}
