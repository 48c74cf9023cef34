#include "base/log-levels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Names come from outside: there is an end to them. */
#define MOST        1000
#define NAME_LENGTH 500

struct level {
    const char *word;
    int limit; /* the last enum tr_log_level that is written; -1: none */
};

struct entry {
    char *name;
    const struct level *level;
    int64_t set_ms;
};

struct tr_log_levels {
    _Atomic int most; /* what the most talkative logger writes: most lines end here */
    pthread_mutex_t lock;
    struct entry *entries; /* in alphabetical order */
    size_t count;
};

static const struct level words[] = {
    {"OFF", -1},           {"FATAL", -1},           {"ERROR", TR_LOG_ERROR}, {"WARN", TR_LOG_WARN},
    {"INFO", TR_LOG_INFO}, {"DEBUG", TR_LOG_DEBUG}, {"TRACE", TR_LOG_DEBUG},
};

static const struct level *level_of(enum tr_log_level level)
{
    return &words[level + 2];
}

struct tr_log_levels *tr_log_levels_new(enum tr_log_level root)
{
    struct tr_log_levels *levels = calloc(1, sizeof *levels);

    if (!levels)
        return NULL;
    levels->entries = calloc(1, sizeof *levels->entries);
    char *name = strdup("root");
    if (!levels->entries || !name) {
        free(levels->entries);
        free(name);
        free(levels);
        return NULL;
    }
    levels->entries[levels->count++] = (struct entry){name, level_of(root), 0};
    atomic_init(&levels->most, (int)root);
    pthread_mutex_init(&levels->lock, NULL);
    return levels;
}

void tr_log_levels_free(struct tr_log_levels *levels)
{
    if (!levels)
        return;
    for (size_t i = 0; i < levels->count; i++)
        free(levels->entries[i].name);
    free(levels->entries);
    pthread_mutex_destroy(&levels->lock);
    free(levels);
}

bool tr_logger_below(const char *name, const char *other)
{
    size_t n = strlen(other);

    if (strcmp(other, "root") == 0)
        return true;
    return strncmp(name, other, n) == 0 && (name[n] == '\0' || name[n] == '.');
}

/* The entry that decides: the longest name that this one is below. root is always there. */
static const struct entry *nearest(const struct tr_log_levels *levels, const char *name)
{
    const struct entry *found = NULL, *root = NULL;

    for (size_t i = 0; i < levels->count; i++) {
        const struct entry *entry = &levels->entries[i];
        if (strcmp(entry->name, "root") == 0)
            root = entry;
        else if (tr_logger_below(name, entry->name) &&
                 (!found || strlen(entry->name) > strlen(found->name)))
            found = entry;
    }
    return found ? found : root;
}

bool tr_log_levels_pass(struct tr_log_levels *levels, const char *connector,
                        enum tr_log_level level)
{
    char name[sizeof TR_LOGGER_CONNECTOR + NAME_LENGTH] = TR_LOGGER;

    if ((int)level > atomic_load_explicit(&levels->most, memory_order_relaxed))
        return false;
    if (connector)
        snprintf(name, sizeof name, TR_LOGGER_CONNECTOR "%s", connector);
    pthread_mutex_lock(&levels->lock);
    bool pass = (int)level <= nearest(levels, name)->level->limit;
    pthread_mutex_unlock(&levels->lock);
    return pass;
}

static const struct level *find_word(const char *word)
{
    for (size_t i = 0; i < TR_COUNT(words); i++)
        if (strcasecmp(words[i].word, word) == 0)
            return &words[i];
    return NULL;
}

/* Where a name is or would be. */
static size_t place_of(const struct tr_log_levels *levels, const char *name, bool *ret_there)
{
    size_t i = 0;

    while (i < levels->count && strcmp(levels->entries[i].name, name) < 0)
        i++;
    *ret_there = i < levels->count && strcmp(levels->entries[i].name, name) == 0;
    return i;
}

static int insert(struct tr_log_levels *levels, size_t at, const char *name)
{
    if (levels->count >= MOST || strlen(name) > NAME_LENGTH)
        return -1;
    struct entry *entries = reallocarray(levels->entries, levels->count + 1, sizeof *entries);
    if (!entries)
        return -1;
    levels->entries = entries;
    char *copy = strdup(name);
    if (!copy)
        return -1;
    memmove(&entries[at + 1], &entries[at], (levels->count - at) * sizeof *entries);
    entries[at] = (struct entry){.name = copy};
    levels->count++;
    return 0;
}

static void give(struct tr_log_levels *levels, const char *name, const struct level *level,
                 int64_t now_ms)
{
    int most = -1;

    for (size_t i = 0; i < levels->count; i++) {
        struct entry *entry = &levels->entries[i];
        if (tr_logger_below(entry->name, name)) {
            entry->level = level;
            entry->set_ms = now_ms;
        }
        most = TR_MAX(most, entry->level->limit);
    }
    atomic_store_explicit(&levels->most, most, memory_order_relaxed);
}

int tr_log_levels_set(struct tr_log_levels *levels, const char *name, const char *word,
                      int64_t now_ms)
{
    const struct level *level = find_word(word);
    bool there;
    int rc = 0;

    if (!level)
        return 1;
    pthread_mutex_lock(&levels->lock);
    size_t at = place_of(levels, name, &there);
    if (!there)
        rc = insert(levels, at, name);
    if (rc == 0)
        give(levels, name, level, now_ms);
    pthread_mutex_unlock(&levels->lock);
    return rc;
}

void tr_log_levels_each(struct tr_log_levels *levels,
                        void (*see)(void *context, const char *name, const char *word,
                                    int64_t set_ms),
                        void *context)
{
    pthread_mutex_lock(&levels->lock);
    for (size_t i = 0; i < levels->count; i++)
        see(context, levels->entries[i].name, levels->entries[i].level->word,
            levels->entries[i].set_ms);
    pthread_mutex_unlock(&levels->lock);
}

bool tr_log_levels_get(struct tr_log_levels *levels, const char *name, const char **ret_word,
                       int64_t *ret_set_ms)
{
    pthread_mutex_lock(&levels->lock);
    const struct entry *entry = nearest(levels, name);
    bool own = strcmp(entry->name, name) == 0;
    *ret_word = entry->level->word;
    *ret_set_ms = entry->set_ms;
    pthread_mutex_unlock(&levels->lock);
    return own;
}
