#include "cli/standby.h"

#include <stdio.h>
#include <stdlib.h>

#define OFFSETS_CHUNK ((size_t)16 << 10)
#define OFFSETS_CAP   ((size_t)256 << 20)

struct tr_standby {
    const struct tr_config *config;
    struct tr_worker *worker;
};

static void ignore_news(void *context)
{
    (void)context;
}

int tr_standby_new(const struct tr_command *command, struct tr_standby **ret_standby,
                   struct tr_diag *diag)
{
    struct tr_standby *standby = calloc(1, sizeof *standby);
    const struct tr_worker_params params = {
        .config = command->config,
        .drivers = command->drivers,
        .log = &command->log,
        .worker_id = "standby",
        .standby = true,
        .notify = ignore_news,
    };

    if (!standby)
        return tr_fail_memory(diag);
    standby->config = command->config;
    if (tr_worker_new(&params, &standby->worker, diag) < 0) {
        free(standby);
        return -1;
    }
    *ret_standby = standby;
    return 0;
}

void tr_standby_free(struct tr_standby *standby)
{
    if (!standby)
        return;
    tr_worker_free(standby->worker);
    free(standby);
}

/* One that listens everywhere is asked here. */
bool tr_standby_url(const struct tr_standby *standby, char *ret_url, size_t size)
{
    const struct tr_rest_options *rest = &standby->config->worker.rest;
    const char *first = rest->listeners.count ? rest->listeners.items[0] : NULL;
    const char *host = first ? strstr(first, "://") : NULL;

    if (!rest->listeners.items)
        return snprintf(ret_url, size, "http://%s:%d",
                        rest->host_name ? rest->host_name : "127.0.0.1",
                        rest->port ? rest->port : 8083) < (int)size;
    if (!host)
        return false;
    host += strlen("://");
    int scheme = (int)(host - first);
    size_t everywhere = strncmp(host, "0.0.0.0:", 8) == 0 ? 7
                        : strncmp(host, "[::]:", 5) == 0  ? 4
                                                          : 0;
    const char *local = *host == ':' || everywhere ? "127.0.0.1" : "";
    return snprintf(ret_url, size, "%.*s%s%s", scheme, first, local, host + everywhere) < (int)size;
}

static json_t *pack(const struct tr_worker_offsets *offsets, struct tr_diag *diag)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < offsets->count; i++) {
        const struct tr_worker_offset *item = &offsets->items[i];
        json_t *partition = json_loadb(item->partition.p, item->partition.n, 0, NULL);
        json_t *offset = json_loadb(item->offset.p, item->offset.n, 0, NULL);
        json_array_append_new(list,
                              json_pack("{s:o,s:o}", "partition", partition, "offset", offset));
    }
    if (json_array_size(list) == offsets->count)
        return json_pack("{s:o}", "offsets", list);
    json_decref(list);
    tr_fail(diag, TR_DATA, TR_STOP, "an offset in the offsets topic is not a JSON object");
    return NULL;
}

static int get(struct tr_standby *standby, const char *name, struct tr_arena *arena,
               struct tr_buf *answer, struct tr_diag *diag)
{
    struct tr_worker_offsets offsets;

    if (tr_worker_offsets(standby->worker, name, arena, &offsets, diag))
        return -1;
    json_t *json = pack(&offsets, diag);
    if (!json)
        return -1;
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (text)
        tr_buf_text(answer, text);
    free(text);
    return answer->len && tr_buf_ok(answer) ? 0 : tr_fail_memory(diag);
}

static struct tr_slice print(const json_t *value, struct tr_arena *arena)
{
    char *text = json_dumps(value, JSON_COMPACT);
    struct tr_slice copy = {text ? tr_arena_strdup(arena, tr_slice_of(text)) : NULL,
                            text ? strlen(text) : 0};

    free(text);
    return copy;
}

/* As PATCH reads them: an offset that is null is removed. */
static int unpack(const json_t *list, struct tr_arena *arena, struct tr_worker_offset *items,
                  struct tr_diag *diag)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        const json_t *partition = json_object_get(entry, "partition");
        const json_t *offset = json_object_get(entry, "offset");
        bool removed = json_is_null(offset);
        if (!json_is_object(partition) || !(removed || json_is_object(offset)))
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "\"offsets\": number %zu has no object \"partition\", or its "
                           "\"offset\" is neither an object nor null",
                           i + 1);
        items[i].partition = print(partition, arena);
        if (!removed)
            items[i].offset = print(offset, arena);
        if (!items[i].partition.p || (!removed && !items[i].offset.p))
            return tr_fail_memory(diag);
    }
    return 0;
}

struct patch {
    const char *name;
    const json_t *list;
};

static int patch(struct tr_standby *standby, const struct patch *change, struct tr_arena *arena,
                 struct tr_buf *answer, struct tr_diag *diag)
{
    size_t count = json_array_size(change->list);
    struct tr_worker_offset *items = tr_arena_zalloc(arena, count + 1, sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    if (!count)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "there are no offsets to set");
    if (unpack(change->list, arena, items, diag) < 0 ||
        tr_worker_alter_offsets(standby->worker, change->name, items, count, diag))
        return -1;
    tr_buf_text(answer, "{\"message\":\"The offsets were set in Kafka; no worker was running.\"}");
    return tr_buf_ok(answer) ? 0 : tr_fail_memory(diag);
}

int tr_standby_call(struct tr_standby *standby, const char *name, const char *body,
                    struct tr_buf *ret_answer, struct tr_diag *diag)
{
    struct tr_arena arena;
    int rc;

    tr_arena_init(&arena, OFFSETS_CHUNK, OFFSETS_CAP);
    tr_buf_init(ret_answer, OFFSETS_CAP);
    if (body) {
        json_t *json = json_loads(body, 0, NULL);
        const struct patch change = {name, json_object_get(json, "offsets")};
        rc = patch(standby, &change, &arena, ret_answer, diag);
        json_decref(json);
    } else {
        rc = get(standby, name, &arena, ret_answer, diag);
    }
    if (rc < 0)
        tr_buf_finish(ret_answer);
    tr_arena_finish(&arena);
    return rc;
}

json_t *tr_standby_foreign(struct tr_standby *standby, const struct tr_worker_foreign *foreign,
                           struct tr_diag *diag)
{
    struct tr_worker_offsets offsets;
    struct tr_arena arena;
    json_t *json = NULL;

    tr_arena_init(&arena, OFFSETS_CHUNK, OFFSETS_CAP);
    if (tr_worker_foreign_offsets(standby->worker, foreign, &arena, &offsets, diag) == 0) {
        if (offsets.count)
            json = pack(&offsets, diag);
        else
            tr_fail(diag, TR_CONFIG, TR_STOP,
                    "--from-topic: %s has no offsets of a connector %s (--from-connector)",
                    foreign->topic, foreign->connector);
    }
    tr_arena_finish(&arena);
    return json;
}
