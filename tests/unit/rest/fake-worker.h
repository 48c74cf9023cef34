/* A worker in memory, for tests of what stands on worker.h: connectors don't run, they have states.
 * One of the class "refused" is refused, and so is whatever is set to "bad". */
#ifndef TR_TESTS_UNIT_REST_FAKE_WORKER_H
#define TR_TESTS_UNIT_REST_FAKE_WORKER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker/worker.h"

#define FAKE_MOST 16

struct fake_connector {
    struct tr_arena arena;
    char *name;
    struct tr_properties config;
    enum tr_worker_target target;
    const char *state, *task_state;
    char offset[200]; /* "": none */
    unsigned restarts;
};

struct tr_worker {
    struct fake_connector connectors[FAKE_MOST];
    size_t count;
    size_t stuck;
    bool busy; /* every call is TR_WORKER_BUSY */
};

static inline struct tr_properties fake_copy(struct tr_arena *arena,
                                             const struct tr_properties *from, size_t more)
{
    struct tr_property *items = tr_arena_zalloc(arena, from->count + more, sizeof *items);

    for (size_t i = 0; i < from->count; i++) {
        items[i].name = tr_arena_strdup(arena, tr_slice_of(from->items[i].name));
        if (from->items[i].value)
            items[i].value = tr_arena_strdup(arena, tr_slice_of(from->items[i].value));
    }
    return (struct tr_properties){items, from->count, NULL};
}

static inline struct fake_connector *fake_find(struct tr_worker *worker, const char *name)
{
    for (size_t i = 0; i < worker->count; i++)
        if (strcmp(worker->connectors[i].name, name) == 0)
            return &worker->connectors[i];
    return NULL;
}

static inline int fake_answer(struct tr_worker *worker, const struct fake_connector *connector,
                              struct tr_diag *diag)
{
    tr_fail(diag, TR_CONFIG, TR_STOP, worker->busy ? "busy" : "unknown");
    return worker->busy ? TR_WORKER_BUSY : connector ? 0 : TR_WORKER_UNKNOWN;
}

static inline void fake_clear(struct tr_worker *worker)
{
    for (size_t i = 0; i < worker->count; i++) {
        tr_arena_finish(&worker->connectors[i].arena);
        free(worker->connectors[i].name);
    }
    worker->count = 0;
}

int tr_worker_names(struct tr_worker *worker, struct tr_arena *arena, struct tr_list *ret_names,
                    struct tr_diag *diag)
{
    const char **items = tr_arena_zalloc(arena, worker->count, sizeof *items);

    for (size_t i = 0; i < worker->count; i++)
        items[i] = tr_arena_strdup(arena, tr_slice_of(worker->connectors[i].name));
    *ret_names = (struct tr_list){items, worker->count};
    return worker->busy ? fake_answer(worker, NULL, diag) : 0;
}

int tr_worker_info(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                   struct tr_worker_info *ret_info, struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);
    int rc = fake_answer(worker, connector, diag);

    if (rc != 0)
        return rc;
    *ret_info = (struct tr_worker_info){
        .name = tr_arena_strdup(arena, tr_slice_of(name)),
        .type = "source",
        .config = fake_copy(arena, &connector->config, 0),
        .tasks = connector->target != TR_TARGET_STOPPED,
        .target = connector->target,
        .origin = TR_ORIGIN_STORED,
    };
    return 0;
}

int tr_worker_status(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                     struct tr_worker_status *ret_status, struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);

    memset(ret_status, 0, sizeof *ret_status);
    int rc = tr_worker_info(worker, name, arena, &ret_status->info, diag);
    if (rc != 0)
        return rc;
    ret_status->name = ret_status->info.name;
    ret_status->type = "source";
    ret_status->version = "4.1.0";
    ret_status->worker_id = "127.0.0.1:8083";
    ret_status->state = connector->state;
    ret_status->task_state = connector->task_state;
    ret_status->tasks = ret_status->info.tasks;
    ret_status->stuck = worker->stuck ? "the sink" : NULL;
    if (strcmp(connector->task_state, "FAILED") == 0)
        ret_status->task_trace = "it broke \xff";
    return 0;
}

static inline int fake_judge(const struct tr_properties *config, struct tr_diag *diag)
{
    for (size_t i = 0; i < config->count; i++)
        if (config->items[i].value && strcmp(config->items[i].value, "bad") == 0) {
            tr_fail(diag, TR_CONFIG, TR_STOP, "Connector configuration is invalid");
            return TR_WORKER_INVALID;
        }
    return 0;
}

int tr_worker_create(struct tr_worker *worker, const char *name, const struct tr_properties *config,
                     enum tr_worker_target target, struct tr_diag *diag)
{
    static const char *const states[] = {"RUNNING", "PAUSED", "STOPPED"};

    if (fake_find(worker, name)) {
        tr_fail(diag, TR_CONFIG, TR_STOP, "Connector %s already exists", name);
        return TR_WORKER_EXISTS;
    }
    int rc = fake_judge(config, diag);
    if (rc != 0)
        return rc;
    if (worker->count == FAKE_MOST) {
        tr_fail(diag, TR_CONFIG, TR_STOP, "full");
        return TR_WORKER_REFUSED;
    }
    struct fake_connector *connector = &worker->connectors[worker->count++];
    *connector = (struct fake_connector){.name = strdup(name),
                                         .target = target,
                                         .state = states[target],
                                         .task_state = states[target]};
    tr_arena_init(&connector->arena, 1024, 8 << 20);
    connector->config = fake_copy(&connector->arena, config, 0);
    return 0;
}

int tr_worker_replace(struct tr_worker *worker, const char *name,
                      const struct tr_properties *config, bool *ret_created, struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);

    *ret_created = !connector;
    if (!connector)
        return tr_worker_create(worker, name, config, TR_TARGET_RUNNING, diag);
    int rc = fake_judge(config, diag);
    if (rc == 0)
        connector->config = fake_copy(&connector->arena, config, 0);
    return rc;
}

int tr_worker_patch(struct tr_worker *worker, const char *name, const struct tr_properties *changes,
                    struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);
    int rc = connector ? fake_judge(changes, diag) : fake_answer(worker, connector, diag);

    for (size_t i = 0; rc == 0 && i < changes->count; i++) {
        const struct tr_property *change = &changes->items[i];
        struct tr_properties config = fake_copy(&connector->arena, &connector->config, 1);
        struct tr_property *items = (struct tr_property *)config.items;
        size_t at = 0;
        while (at < config.count && strcmp(items[at].name, change->name) != 0)
            at++;
        if (change->value) {
            config.count += at == config.count;
            items[at].name = tr_arena_strdup(&connector->arena, tr_slice_of(change->name));
            items[at].value = tr_arena_strdup(&connector->arena, tr_slice_of(change->value));
        } else if (at < config.count) {
            items[at] = items[--config.count];
        }
        connector->config = config;
    }
    return rc;
}

int tr_worker_delete(struct tr_worker *worker, const char *name, struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);
    int rc = fake_answer(worker, connector, diag);

    if (rc == 0) {
        tr_arena_finish(&connector->arena);
        free(connector->name);
        *connector = worker->connectors[--worker->count];
    }
    return rc;
}

int tr_worker_validate(struct tr_worker *worker, const struct tr_properties *config,
                       struct tr_arena *arena, struct tr_validation *ret_validation,
                       struct tr_diag *diag)
{
    struct tr_validated *validated = tr_arena_zalloc(arena, config->count, sizeof *validated);
    (void)worker;

    *ret_validation = (struct tr_validation){.name = "X", .configs = validated};
    for (size_t i = 0; i < config->count; i++) {
        if (config->items[i].value && strcmp(config->items[i].value, "refused") == 0) {
            tr_fail(diag, TR_CONFIG, TR_STOP, "no such class");
            return TR_WORKER_INVALID;
        }
        validated[i].definition.name = tr_arena_strdup(arena, tr_slice_of(config->items[i].name));
        validated[i].value = config->items[i].value;
        ret_validation->nconfigs++;
    }
    return 0;
}

int tr_worker_target(struct tr_worker *worker, const char *name, enum tr_worker_target target,
                     struct tr_diag *diag)
{
    static const char *const states[] = {"RUNNING", "PAUSED", "STOPPED"};
    struct fake_connector *connector = fake_find(worker, name);
    int rc = fake_answer(worker, connector, diag);

    if (rc == 0) {
        connector->target = target;
        connector->state = connector->task_state = states[target];
    }
    return rc;
}

int tr_worker_restart(struct tr_worker *worker, const char *name, bool only_failed,
                      bool *ret_planned, struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);
    int rc = fake_answer(worker, connector, diag);

    if (rc == 0) {
        *ret_planned = !only_failed || strcmp(connector->task_state, "FAILED") == 0;
        connector->restarts += *ret_planned;
    }
    return rc;
}

int tr_worker_offsets(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                      struct tr_worker_offsets *ret_offsets, struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);
    int rc = fake_answer(worker, connector, diag);

    if (rc != 0)
        return rc;
    struct tr_worker_offset *items = tr_arena_zalloc(arena, 1, sizeof *items);
    items->partition = TR_SLICE("{\"filename\":\"in\"}");
    items->offset = tr_slice_of(tr_arena_strdup(arena, tr_slice_of(connector->offset)));
    *ret_offsets = (struct tr_worker_offsets){items, connector->offset[0] != '\0'};
    return 0;
}

static inline int fake_stopped(struct tr_worker *worker, const struct fake_connector *connector,
                               struct tr_diag *diag)
{
    int rc = fake_answer(worker, connector, diag);

    if (rc == 0 && connector->target != TR_TARGET_STOPPED) {
        tr_fail(diag, TR_CONFIG, TR_STOP, "Connectors must be in the STOPPED state");
        rc = TR_WORKER_REFUSED;
    }
    return rc;
}

int tr_worker_alter_offsets(struct tr_worker *worker, const char *name,
                            const struct tr_worker_offset *offsets, size_t count,
                            struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);
    int rc = fake_stopped(worker, connector, diag);

    for (size_t i = 0; rc == 0 && i < count; i++)
        snprintf(connector->offset, sizeof connector->offset, "%s",
                 offsets[i].offset.p && offsets[i].offset.n < 100 ? offsets[i].offset.p : "");
    return rc;
}

int tr_worker_reset_offsets(struct tr_worker *worker, const char *name, struct tr_diag *diag)
{
    struct fake_connector *connector = fake_find(worker, name);
    int rc = fake_stopped(worker, connector, diag);

    if (rc == 0)
        connector->offset[0] = '\0';
    return rc;
}

int tr_worker_topics(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                     struct tr_list *ret_topics, struct tr_diag *diag)
{
    static const char *const topics[] = {"t"};
    (void)arena;

    *ret_topics = (struct tr_list){topics, fake_find(worker, name) != NULL};
    return worker->busy ? fake_answer(worker, NULL, diag) : 0;
}

int tr_worker_reset_topics(struct tr_worker *worker, const char *name, struct tr_diag *diag)
{
    (void)name;
    tr_fail(diag, TR_CONFIG, TR_STOP, "Topic tracking reset is disabled.");
    return worker->busy ? TR_WORKER_REFUSED : 0;
}

void tr_worker_summarize(struct tr_worker *worker, struct tr_worker_summary *ret_summary)
{
    *ret_summary = (struct tr_worker_summary){.connectors = worker->count, .stuck = worker->stuck};
}

const char *tr_worker_cluster_id(struct tr_worker *worker)
{
    (void)worker;
    return "cluster";
}

#endif
