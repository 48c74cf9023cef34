/*
 * Offsets, read and changed. Both are asked of Kafka, in the caller's thread; the entry is marked
 * as used meanwhile, so that it isn't started under the change. A change first fences whoever still
 * writes as this connector, then looks, then writes, all in one transaction.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "worker/group-offsets.h"
#include "worker/group.h"
#include "worker/impl.h"
#include "worker/offset-judge.h"
#include "worker/offset-store.h"

/* All offsets of a connector. */
#define OFFSETS_CHUNK ((size_t)16 << 10)
#define OFFSETS_CAP   ((size_t)1 << 30)

/* How long a change waits for a connector that was told to stop. */
#define STOP_S 10

/* One call's view of a connector. */
struct job {
    struct tr_worker *worker;
    struct tr_entry *entry;
    struct tr_settled settled;
    struct tr_worker_clients clients;
    struct tr_arena arena;
};

static int refuse(struct tr_diag *diag, const char *message)
{
    tr_fail(diag, TR_CONFIG, TR_STOP, "%s", message);
    return TR_WORKER_REFUSED;
}

static int busy(const struct tr_diag *diag)
{
    return diag->reaction == TR_RETRY ? TR_WORKER_BUSY : -1;
}

static void end(struct job *job)
{
    tr_settled_finish(job->worker, &job->settled);
    tr_entry_leave(job->worker, job->entry);
    tr_arena_finish(&job->arena);
}

static int begin(struct tr_worker *worker, const char *name, struct job *job, struct tr_diag *diag)
{
    *job = (struct job){.worker = worker, .clients = worker->clients};
    int rc = tr_entry_use(worker, name, &job->entry, diag);
    if (rc)
        return rc;
    tr_arena_init(&job->arena, OFFSETS_CHUNK, OFFSETS_CAP);
    rc = tr_entry_settle(worker, job->entry, &job->settled, diag);
    if (rc < 0) {
        end(job);
        return rc;
    }
    if (job->settled.config)
        job->clients.connector = &job->settled.config->options;
    job->clients.options = &job->settled.shared->config->worker;
    return 0;
}

static bool is_sink(const struct job *job)
{
    return job->settled.plugin && strcmp(job->settled.plugin->type, "sink") == 0;
}

static bool keeps_elsewhere(const struct job *job)
{
    const struct tr_connector_options *options = job->clients.connector;

    return options && !is_sink(job) && options->sink.kind != TR_SINK_KAFKA;
}

static const char *topic_of(const struct job *job)
{
    const struct tr_connector_options *options = job->clients.connector;

    return options && options->sink.offsets_topic ? options->sink.offsets_topic
                                                  : job->clients.options->offsets_topic;
}

static const char no_kafka[] =
    "this connector's sink is not Kafka: its position is in the file that "
    "offset.storage.file.filename names";

void tr_entry_forget_offsets(struct tr_entry *entry)
{
    if (entry->others.known)
        tr_arena_finish(&entry->others.arena);
    entry->others = (struct tr_other_offsets){0};
}

/* The position of a connector at work is in memory. */
struct live {
    struct tr_buf key, position;
    bool is;
    struct tr_slice partition; /* the key's, as JSON */
};

static int take_partition(struct live *live, struct tr_arena *arena, struct tr_diag *diag)
{
    json_t *key = json_loadb(tr_buf_string(&live->key), live->key.len, 0, NULL);
    char *text = json_dumps(json_array_get(key, 1), JSON_COMPACT);

    live->partition = (struct tr_slice){text ? tr_arena_strdup(arena, tr_slice_of(text)) : NULL,
                                        text ? strlen(text) : 0};
    free(text);
    json_decref(key);
    return live->partition.p ? 0 : tr_fail_memory(diag);
}

static int look_alive(struct job *job, struct live *live, struct tr_diag *diag)
{
    tr_buf_init(&live->key, TR_RECORD_MOST);
    tr_buf_init(&live->position, TR_RECORD_MOST);
    pthread_mutex_lock(&job->worker->lock);
    const struct tr_engine *engine = job->entry->engine;
    int rc =
        engine ? tr_connector_position(engine->connector, &live->key, &live->position, diag) : 1;
    pthread_mutex_unlock(&job->worker->lock);
    live->is = rc == 0;
    return live->is ? take_partition(live, &job->arena, diag) : rc < 0 ? -1 : 0;
}

static void finish_live(struct live *live)
{
    tr_buf_finish(&live->key);
    tr_buf_finish(&live->position);
}

static int copy_offset(struct tr_slice partition, struct tr_slice offset, struct tr_arena *arena,
                       struct tr_worker_offset *ret_offset)
{
    ret_offset->partition = (struct tr_slice){tr_arena_strdup(arena, partition), partition.n};
    ret_offset->offset = (struct tr_slice){tr_arena_strdup(arena, offset), offset.n};
    return ret_offset->partition.p && ret_offset->offset.p ? 0 : -1;
}

/* What is shown of the stored ones, but for the partition that is left out (p NULL: none). */
static int list_shown(const struct tr_stored_offset *first, struct tr_slice but,
                      struct tr_arena *arena, struct tr_worker_offsets *ret_offsets)
{
    size_t count = 0, n = 0;

    for (const struct tr_stored_offset *stored = first; stored; stored = stored->next)
        count += stored->shown;
    struct tr_worker_offset *items = tr_arena_zalloc(arena, count + 1, sizeof *items);
    for (const struct tr_stored_offset *stored = first; items && stored; stored = stored->next)
        if (stored->shown && !(but.p && tr_stored_offset_is(stored, but)) &&
            copy_offset(stored->partition, stored->offset, arena, &items[n++]) < 0)
            return -1;
    *ret_offsets = (struct tr_worker_offsets){items, n};
    return items ? 0 : -1;
}

static int read_all(const struct tr_worker_clients *clients, struct tr_offset_reading *reading,
                    struct tr_stored_offset **ret_first, struct tr_diag *diag)
{
    int rc = tr_worker_reader_new(clients, true, &reading->reader, diag);

    if (rc < 0)
        return -1;
    rc = tr_worker_reader_new(clients, false, &reading->marks, diag);
    if (rc == 0) {
        rc = tr_offset_store_read(reading, ret_first, diag);
        tr_kafka_client_free(reading->marks);
    }
    tr_kafka_client_free(reading->reader);
    return rc;
}

static int scan(struct job *job, struct tr_stored_offset **ret_first, struct tr_diag *diag)
{
    struct tr_offset_reading reading = {
        .topic = topic_of(job),
        .connector = job->entry->name,
        .arena = &job->arena,
    };

    return read_all(&job->clients, &reading, ret_first, diag);
}

int tr_worker_foreign_offsets(struct tr_worker *worker, const struct tr_worker_foreign *foreign,
                              struct tr_arena *arena, struct tr_worker_offsets *ret_offsets,
                              struct tr_diag *diag)
{
    struct tr_offset_reading reading = {
        .topic = foreign->topic,
        .connector = foreign->connector,
        .arena = arena,
    };
    struct tr_stored_offset *first = NULL;

    if (read_all(&worker->clients, &reading, &first, diag) < 0)
        return -1;
    return list_shown(first, (struct tr_slice){NULL, 0}, arena, ret_offsets) < 0
               ? tr_fail_memory(diag)
               : 0;
}

/* Keep what is not the connector's own for the next call. */
static void remember(struct job *job, const struct live *live, const struct tr_stored_offset *first)
{
    struct tr_other_offsets others = {.known = true};

    tr_arena_init(&others.arena, 1024, OFFSETS_CAP);
    if (list_shown(first, live->partition, &others.arena, &others.list) < 0) {
        tr_arena_finish(&others.arena);
        return;
    }
    pthread_mutex_lock(&job->worker->lock);
    tr_entry_forget_offsets(job->entry);
    if (job->entry->engine)
        job->entry->others = others;
    else
        tr_arena_finish(&others.arena);
    pthread_mutex_unlock(&job->worker->lock);
}

static int list_live(struct job *job, const struct live *live, struct tr_arena *arena,
                     struct tr_worker_offsets *ret_offsets)
{
    const struct tr_worker_offsets *others = &job->entry->others.list;
    size_t n = 0;
    int rc = 0;

    pthread_mutex_lock(&job->worker->lock);
    struct tr_worker_offset *items = tr_arena_zalloc(arena, others->count + 1, sizeof *items);
    for (size_t i = 0; items && rc == 0 && i < others->count; i++)
        rc = copy_offset(others->items[i].partition, others->items[i].offset, arena, &items[n++]);
    pthread_mutex_unlock(&job->worker->lock);
    if (!items || rc < 0)
        return -1;
    struct tr_slice position = {tr_buf_string(&live->position), live->position.len};
    *ret_offsets = (struct tr_worker_offsets){items, n + 1};
    return copy_offset(live->partition, position, arena, &items[n]);
}

static int list_offsets(struct job *job, const struct live *live, struct tr_arena *arena,
                        struct tr_worker_offsets *ret_offsets, struct tr_diag *diag)
{
    struct tr_stored_offset *first = NULL;

    pthread_mutex_lock(&job->worker->lock);
    bool known = live->is && job->entry->others.known;
    pthread_mutex_unlock(&job->worker->lock);
    if (!known && !(live->is && keeps_elsewhere(job))) {
        if (scan(job, &first, diag) < 0)
            return -1;
        if (live->is)
            remember(job, live, first);
    }
    int rc = live->is ? list_live(job, live, arena, ret_offsets)
                      : list_shown(first, (struct tr_slice){NULL, 0}, arena, ret_offsets);
    return rc < 0 ? tr_fail_memory(diag) : 0;
}

/* Where they lie in the topic depends on hashes, and on what was read before. */
static int by_partition(const void *left, const void *right)
{
    const struct tr_worker_offset *a = left, *b = right;

    return strcmp(a->partition.p, b->partition.p);
}

static void sort(struct tr_worker_offsets *offsets)
{
    if (offsets->count)
        qsort((void *)offsets->items, offsets->count, sizeof *offsets->items, by_partition);
}

int tr_worker_offsets(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                      struct tr_worker_offsets *ret_offsets, struct tr_diag *diag)
{
    struct live live = {0};
    struct job job;
    int rc = begin(worker, name, &job, diag);

    if (rc)
        return rc;
    if (is_sink(&job))
        rc = tr_group_offsets_read(&job.clients, name, arena, ret_offsets, diag);
    else
        rc = look_alive(&job, &live, diag);
    if (rc == 0 && !is_sink(&job) && !live.is && keeps_elsewhere(&job))
        rc = refuse(diag, no_kafka);
    else if (rc == 0 && !is_sink(&job))
        rc = list_offsets(&job, &live, arena, ret_offsets, diag);
    if (rc == 0)
        sort(ret_offsets);
    finish_live(&live);
    end(&job);
    return rc < 0 ? busy(diag) : rc;
}

/* Stopped, and really so: an engine that is on its way out is waited for. */
static int await_stop(struct job *job, struct tr_diag *diag)
{
    struct tr_worker *worker = job->worker;
    struct timespec until;
    int rc = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += STOP_S;
    pthread_mutex_lock(&worker->lock);
    bool stopped = job->entry->target == TR_TARGET_STOPPED;
    while (stopped && job->entry->engine && rc == 0)
        rc = pthread_cond_clockwait(&worker->idle, &worker->lock, CLOCK_MONOTONIC, &until);
    bool ended = !job->entry->engine;
    pthread_mutex_unlock(&worker->lock);
    if (!stopped) {
        tr_fail(diag, TR_CONFIG, TR_STOP,
                "Connectors must be in the STOPPED state before their offsets can be modified. "
                "This can be done for the specified connector by issuing a 'PUT' request to the "
                "'/connectors/%s/stop' endpoint",
                job->entry->name);
        return TR_WORKER_REFUSED;
    }
    if (ended)
        return 0;
    tr_fail(diag, TR_SINK, TR_RETRY, "the connector %s has not come to its end yet, try later",
            job->entry->name);
    return TR_WORKER_BUSY;
}

/* The records of one change. */
struct change {
    struct job *job;
    struct tr_state_writer *writer;
    struct tr_state_record *records;
    size_t count;
};

static int add(struct change *change, size_t room, struct tr_slice key, struct tr_slice value,
               struct tr_diag *diag)
{
    if (!change->records)
        change->records = tr_arena_zalloc(&change->job->arena, room, sizeof *change->records);
    if (!change->records)
        return tr_fail_memory(diag);
    change->records[change->count++] = (struct tr_state_record){.key = key, .value = value};
    return 0;
}

static int write_change(struct change *change, const char *topic, struct tr_diag *diag)
{
    struct tr_state_place place = {.topic = topic};
    struct tr_kafka_client *client = tr_state_writer_client(change->writer);

    if (!change->count)
        return 0;
    int rc = tr_state_topic_find(client, topic, &place.partitions, diag);
    if (rc)
        return rc < 0 ? -1
                      : tr_fail(diag, TR_SINK, TR_STOP, "the offsets topic %s is missing", topic);
    rc = tr_state_writer_write(change->writer, &place, change->records, change->count, diag);
    change->records = NULL;
    change->count = 0;
    return rc;
}

static int read_fenced(struct change *change, const char *topic,
                       struct tr_stored_offset **ret_first, struct tr_diag *diag)
{
    struct job *job = change->job;
    struct tr_kafka_client *reader;

    if (tr_worker_reader_new(&job->clients, true, &reader, diag) < 0)
        return -1;
    const struct tr_offset_reading reading = {
        .topic = topic,
        .connector = job->entry->name,
        .arena = &job->arena,
        .reader = reader,
        .marks = tr_state_writer_client(change->writer),
    };
    int rc = tr_offset_store_read(&reading, ret_first, diag);
    tr_kafka_client_free(reader);
    return rc;
}

/* As if nothing was ever stored; what is known of the slot stays, unless it is left from before. */
static int add_reset(struct change *change, const struct tr_stored_offset *stored, size_t room,
                     struct tr_diag *diag)
{
    struct tr_slice left;

    if (stored->reset)
        return 0;
    if (tr_offset_reset(stored->shown ? stored->offset : (struct tr_slice){NULL, 0},
                        &change->job->arena, &left, diag) < 0)
        return -1;
    return add(change, room, stored->key, left, diag);
}

static int add_one(struct change *change, const struct tr_stored_offset *first,
                   const struct tr_worker_offset *offset, size_t room, struct tr_diag *diag)
{
    const char *name = change->job->entry->name;
    struct tr_slice key;

    for (; first; first = first->next)
        if (tr_stored_offset_is(first, offset->partition))
            return offset->offset.p ? add(change, room, first->key, offset->offset, diag)
                                    : add_reset(change, first, room, diag);
    if (tr_offset_store_key(name, offset->partition, &change->job->arena, &key, diag) < 0)
        return -1;
    return add(change, room, key, offset->offset, diag);
}

struct alteration {
    const struct tr_worker_offset *offsets;
    size_t count;
};

static int alter(struct change *change, const struct alteration *alteration, struct tr_diag *diag)
{
    struct tr_stored_offset *first = NULL;
    const char *topic = topic_of(change->job);

    if (read_fenced(change, topic, &first, diag) < 0)
        return -1;
    for (size_t i = 0; i < alteration->count; i++)
        if (add_one(change, first, &alteration->offsets[i], alteration->count, diag) < 0)
            return -1;
    return write_change(change, topic, diag);
}

static int reset_topic(struct change *change, const char *topic, struct tr_diag *diag)
{
    struct tr_stored_offset *first = NULL;
    size_t room = 0;

    if (read_fenced(change, topic, &first, diag) < 0)
        return -1;
    for (const struct tr_stored_offset *stored = first; stored; stored = stored->next)
        room += stored->offset.p != NULL;
    for (const struct tr_stored_offset *stored = first; stored; stored = stored->next)
        if (stored->offset.p && add_reset(change, stored, room, diag) < 0)
            return -1;
    return write_change(change, topic, diag);
}

/* Connect copies offsets from a connector's own topic to the worker's; what isn't forgotten there
 * it would find again. */
static int reset(struct change *change, const struct alteration *unused, struct tr_diag *diag)
{
    const char *own = topic_of(change->job), *worker = change->job->clients.options->offsets_topic;

    (void)unused;
    if (strcmp(own, worker) != 0 && reset_topic(change, worker, diag) < 0)
        return -1;
    return reset_topic(change, own, diag);
}

static int with_writer(struct job *job,
                       int (*apply)(struct change *change, const struct alteration *alteration,
                                    struct tr_diag *diag),
                       const struct alteration *alteration, struct tr_diag *diag)
{
    const struct tr_worker_options *options = job->clients.options;
    struct change change = {.job = job};
    const char *id = NULL;

    if (options->exactly_once == TR_EXACTLY_ONCE_ENABLED &&
        !(id = tr_arena_printf(&job->arena, "%s-%s-0", options->group_id, job->entry->name)))
        return tr_fail_memory(diag);
    if (tr_state_writer_new(&job->clients, id, &change.writer, diag) < 0)
        return -1;
    /* without transactions Connect's tasks can't be fenced, and a worker looks before it starts */
    int rc = job->worker->params.standby
                 ? tr_worker_group_check(&job->clients, tr_state_writer_client(change.writer), diag)
                 : 0;
    if (rc == 0)
        rc = tr_state_writer_fence(change.writer, diag);
    if (rc == 0)
        rc = apply(&change, alteration, diag);
    tr_state_writer_free(change.writer);
    return rc;
}

int tr_worker_alter_offsets(struct tr_worker *worker, const char *name,
                            const struct tr_worker_offset *offsets, size_t count,
                            struct tr_diag *diag)
{
    const struct alteration alteration = {offsets, count};
    struct job job;
    int rc = begin(worker, name, &job, diag);

    if (rc)
        return rc;
    rc = await_stop(&job, diag);
    if (rc == 0 && is_sink(&job))
        rc = tr_group_offsets_alter(&job.clients, name, offsets, count, diag);
    else if (rc == 0 && keeps_elsewhere(&job))
        rc = refuse(diag, no_kafka);
    else if (rc == 0)
        rc = tr_offsets_judge(job.settled.plugin, offsets, count, diag);
    if (rc == 0 && !is_sink(&job))
        rc = with_writer(&job, alter, &alteration, diag);
    end(&job);
    return rc < 0 ? busy(diag) : rc;
}

int tr_worker_reset_offsets(struct tr_worker *worker, const char *name, struct tr_diag *diag)
{
    struct job job;
    int rc = begin(worker, name, &job, diag);

    if (rc)
        return rc;
    rc = await_stop(&job, diag);
    if (rc == 0 && is_sink(&job))
        rc = tr_group_offsets_reset(&job.clients, name, diag);
    else if (rc == 0 && keeps_elsewhere(&job))
        rc = refuse(diag, no_kafka);
    else if (rc == 0)
        rc = with_writer(&job, reset, NULL, diag);
    end(&job);
    return rc < 0 ? busy(diag) : rc;
}
