#include <stdlib.h>
#include <string.h>

#include "worker/impl.h"

struct tr_entry *tr_entry_find(struct tr_worker *worker, const char *name)
{
    for (struct tr_entry *entry = worker->first; entry; entry = entry->next)
        if (!entry->gone && strcmp(entry->name, name) == 0)
            return entry;
    return NULL;
}

struct tr_entry *tr_entry_add(struct tr_worker *worker, const char *name)
{
    struct tr_entry **at = &worker->first, *entry = calloc(1, sizeof *entry);

    if (entry)
        entry->name = strdup(name);
    if (!entry || !entry->name) {
        free(entry);
        return NULL;
    }
    tr_arena_init(&entry->arena, TR_SPEC_CHUNK, TR_SPEC_CAP);
    while (*at && strcmp((*at)->name, name) < 0)
        at = &(*at)->next;
    entry->next = *at;
    *at = entry;
    return entry;
}

int tr_properties_copy(const struct tr_properties *from, struct tr_arena *arena,
                       struct tr_properties *ret_copy, struct tr_diag *diag)
{
    struct tr_property *items = tr_arena_zalloc(arena, from->count + 1, sizeof *items);
    bool ok = items != NULL;

    for (size_t i = 0; ok && i < from->count; i++) {
        const char *value = from->items[i].value;
        items[i].name = tr_arena_strdup(arena, tr_slice_of(from->items[i].name));
        items[i].value = value ? tr_arena_strdup(arena, tr_slice_of(value)) : NULL;
        ok = items[i].name && (items[i].value || !value);
    }
    *ret_copy = (struct tr_properties){.items = items, .count = from->count};
    return ok ? 0 : tr_fail_memory(diag);
}

const char *tr_properties_find(const struct tr_properties *properties, const char *name)
{
    for (size_t i = 0; i < properties->count; i++)
        if (strcmp(properties->items[i].name, name) == 0)
            return properties->items[i].value;
    return NULL;
}

int tr_entry_configure(struct tr_entry *entry, const struct tr_properties *config,
                       struct tr_diag *diag)
{
    struct tr_arena arena;
    struct tr_properties copy;

    tr_arena_init(&arena, TR_SPEC_CHUNK, TR_SPEC_CAP);
    if (tr_properties_copy(config, &arena, &copy, diag) < 0) {
        tr_arena_finish(&arena);
        return -1;
    }
    const char *class = tr_properties_find(&copy, "connector.class");
    const struct tr_plugin *plugin = class ? tr_plugin_find(class) : NULL;
    tr_arena_finish(&entry->arena);
    entry->arena = arena;
    entry->config = copy;
    entry->warnings = (struct tr_list){0};
    entry->plugin = plugin && plugin->kind >= 0 ? plugin : NULL;
    entry->version++;
    free(entry->trouble);
    entry->trouble = NULL;
    return 0;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool tr_entry_same(const struct tr_entry *entry, const struct tr_properties *config)
{
    bool same = entry->config.count == config->count;

    for (size_t i = 0; same && i < config->count; i++)
        same = same_text(tr_properties_find(&entry->config, config->items[i].name),
                         config->items[i].value);
    return same;
}

struct tr_shared_config *tr_shared_config_new(const struct tr_config *config, bool borrowed)
{
    struct tr_shared_config *shared = calloc(1, sizeof *shared);

    if (shared)
        *shared = (struct tr_shared_config){.config = config, .users = 1, .borrowed = borrowed};
    return shared;
}

void tr_shared_config_release(struct tr_shared_config *shared)
{
    if (!shared || --shared->users)
        return;
    if (!shared->borrowed)
        tr_config_free((struct tr_config *)shared->config);
    free(shared);
}

static void free_entry(struct tr_entry *entry)
{
    while (entry->topics) {
        struct tr_seen_topic *next = entry->topics->next;
        free(entry->topics);
        entry->topics = next;
    }
    tr_entry_forget_offsets(entry);
    tr_shared_config_release(entry->shared);
    tr_arena_finish(&entry->arena);
    free(entry->told.connector);
    free(entry->told.task);
    free(entry->trouble);
    free(entry->name);
    free(entry);
}

void tr_entries_sweep(struct tr_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    for (struct tr_entry **at = &worker->first; *at;) {
        struct tr_entry *entry = *at;
        if (!entry->gone || !entry->ended || entry->engine || entry->users) {
            at = &entry->next;
            continue;
        }
        *at = entry->next;
        free_entry(entry);
    }
    pthread_mutex_unlock(&worker->lock);
}

void tr_entries_free(struct tr_worker *worker)
{
    while (worker->first) {
        struct tr_entry *entry = worker->first;
        worker->first = entry->next;
        free_entry(entry);
    }
}

int tr_entry_use(struct tr_worker *worker, const char *name, struct tr_entry **ret_entry,
                 struct tr_diag *diag)
{
    pthread_mutex_lock(&worker->lock);
    struct tr_entry *entry = tr_entry_find(worker, name);
    if (entry)
        entry->users++;
    pthread_mutex_unlock(&worker->lock);
    *ret_entry = entry;
    if (entry)
        return 0;
    tr_fail(diag, TR_CONFIG, TR_STOP, "Connector %s not found", name);
    return TR_WORKER_UNKNOWN;
}

void tr_entry_leave(struct tr_worker *worker, struct tr_entry *entry)
{
    pthread_mutex_lock(&worker->lock);
    entry->users--;
    pthread_mutex_unlock(&worker->lock);
    tr_herder_wake(worker);
}
