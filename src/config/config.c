#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/checks.h"
#include "config/parse.h"
#include "config/provider.h"
#include "config/read.h"

#define TEXTS_CHUNK   (16 << 10)
#define TEXTS_MOST    (64 << 20)
#define OPTIONS_CHUNK (4 << 10)
#define OPTIONS_MOST  (16 << 20)

/* What callers see, and what stands behind its texts. */
struct loaded {
    struct tr_config config;
    struct tr_arena arena;
    struct tr_problems problems;
};

static const struct tr_settings *find_worker(const struct tr_reading *reading)
{
    const struct tr_settings *worker = NULL;

    for (const struct tr_settings *s = reading->first; s; s = s->next) {
        if (!s->worker)
            continue;
        if (worker)
            tr_problems_error(reading->problems, (struct tr_blame){s->file, NULL},
                              "%s is a worker's already, and there can be only one (a "
                              "connector's file has connector.class)",
                              worker->file);
        else
            worker = s;
    }
    return worker;
}

static size_t count_connectors(const struct tr_reading *reading)
{
    size_t n = 0;

    for (const struct tr_settings *s = reading->first; s; s = s->next)
        n += !s->worker;
    return n;
}

/* A connector's properties as they were before references were resolved. */
static int keep_given(struct tr_arena *arena, const struct tr_settings *settings,
                      struct tr_properties *ret_given)
{
    bool named = !settings->section || tr_settings_find(settings, "name");
    size_t count = settings->count + !named;
    struct tr_property *items = tr_arena_zalloc(arena, count, sizeof *items);

    if (!items)
        return -1;
    for (size_t i = 0; i < settings->count; i++) {
        const struct tr_setting *setting = &settings->items[i];
        items[i] =
            (struct tr_property){setting->name, setting->given ? setting->given : setting->value};
    }
    if (!named)
        items[settings->count] = (struct tr_property){"name", settings->section};
    *ret_given = (struct tr_properties){items, count, NULL};
    return 0;
}

static int parse_connector(struct tr_reading *reading, const struct tr_settings *worker,
                           const struct tr_settings *settings, struct tr_config *config,
                           struct tr_diag *diag)
{
    struct tr_properties *given = (struct tr_properties *)&config->given[config->nconnectors];
    struct tr_connector_options *options = &config->connectors[config->nconnectors++];

    tr_arena_init(&options->arena, OPTIONS_CHUNK, OPTIONS_MOST);
    if (keep_given(reading->arena, settings, given) < 0)
        return tr_fail_memory(diag);
    if (tr_parse_connector(reading, worker, settings, options, diag) < 0)
        return -1;
    tr_check_connector(&config->worker, options, reading->problems);
    return tr_config_fingerprint(options, diag);
}

static int parse_all(struct tr_reading *reading, struct tr_config *config, struct tr_diag *diag)
{
    const struct tr_settings *worker = find_worker(reading);
    size_t nconnectors = count_connectors(reading);

    config->connectors = calloc(nconnectors + 1, sizeof *config->connectors);
    config->given = tr_arena_zalloc(reading->arena, nconnectors, sizeof *config->given);
    if (!config->connectors || !config->given)
        return tr_fail_memory(diag);
    config->worker_settings = worker;
    if (tr_parse_worker(reading, worker, &config->worker, diag) < 0)
        return -1;
    if (!nconnectors && !config->worker.config_topic && !reading->problems->nerrors)
        tr_problems_error(reading->problems, (struct tr_blame){0},
                          "there is no connector: add a file that has "
                          "connector.class, or a section [connector NAME], or set the worker's "
                          "config.storage.topic for connectors that are created over the REST API");
    for (const struct tr_settings *s = reading->first; s; s = s->next)
        if (!s->worker && parse_connector(reading, worker, s, config, diag) < 0)
            return -1;
    tr_check_connectors(config->connectors, config->nconnectors, reading->problems);
    return 0;
}

static int load(struct loaded *loaded, const char *const *paths, size_t npaths,
                struct tr_diag *diag)
{
    struct tr_reading reading = {
        .arena = &loaded->arena, .problems = &loaded->problems, .end = &reading.first};

    for (size_t i = 0; i < npaths; i++)
        if (tr_read_file(&reading, paths[i], diag) < 0)
            return -1;
    if (tr_providers_resolve(&reading, diag) < 0)
        return -1;
    return parse_all(&reading, &loaded->config, diag);
}

static const char *const *messages(struct tr_arena *arena, const struct tr_problem *problems,
                                   size_t count)
{
    const char **texts = tr_arena_zalloc(arena, count, sizeof *texts);

    for (size_t i = 0; texts && i < count; i++)
        texts[i] = problems[i].message;
    return texts;
}

int tr_config_load(const char *const *paths, size_t npaths, struct tr_config **ret_config,
                   struct tr_diag *diag)
{
    struct loaded *loaded = calloc(1, sizeof *loaded);

    *ret_config = NULL;
    if (!loaded)
        return tr_fail_memory(diag);
    tr_arena_init(&loaded->arena, TEXTS_CHUNK, TEXTS_MOST);
    tr_arena_init(&loaded->config.worker.arena, OPTIONS_CHUNK, OPTIONS_MOST);
    loaded->problems.arena = &loaded->arena;
    *ret_config = &loaded->config;
    if (load(loaded, paths, npaths, diag) < 0)
        return -1;
    loaded->config.nwarnings = loaded->problems.nwarnings;
    loaded->config.warnings =
        messages(&loaded->arena, loaded->problems.warnings, loaded->config.nwarnings);
    loaded->config.nerrors = loaded->problems.nerrors;
    loaded->config.errors =
        messages(&loaded->arena, loaded->problems.errors, loaded->config.nerrors);
    if (!loaded->config.warnings || !loaded->config.errors)
        return tr_fail_memory(diag);
    return tr_problems_result(&loaded->problems, diag);
}

void tr_config_free(struct tr_config *config)
{
    struct loaded *loaded = (struct loaded *)config;

    if (!config)
        return;
    for (size_t i = 0; i < config->nconnectors; i++)
        tr_arena_finish(&config->connectors[i].arena);
    free(config->connectors);
    tr_arena_finish(&config->worker.arena);
    tr_arena_finish(&loaded->arena);
    free(loaded);
}
