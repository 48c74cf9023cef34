#include "config/connector-config.h"

#include <stdlib.h>
#include <string.h>

#include "config/checks.h"
#include "config/parse.h"
#include "config/provider.h"

#define TEXTS_CHUNK   (8 << 10)
#define TEXTS_MOST    (16 << 20)
#define OPTIONS_CHUNK (4 << 10)
#define OPTIONS_MOST  (16 << 20)

/* What callers see, and what stands behind its texts. */
struct read {
    struct tr_connector_config config;
    struct tr_arena arena;
    struct tr_problems problems;
};

/* The worker's settings with their references, to be resolved anew. */
static int copy_worker(struct tr_reading *reading, const struct tr_settings *worker)
{
    struct tr_settings *copy = worker ? tr_settings_new(reading, "") : NULL;

    if (!worker)
        return 0;
    if (!copy)
        return -1;
    copy->worker = true;
    for (size_t i = 0; i < worker->count; i++) {
        struct tr_setting setting = worker->items[i];
        if (setting.given)
            setting = (struct tr_setting){.name = setting.name, .value = setting.given};
        setting.line = 0;
        if (tr_settings_add(reading, copy, setting) < 0)
            return -1;
    }
    return 0;
}

static struct tr_settings *copy_properties(struct tr_reading *reading, const char *name,
                                           const struct tr_properties *properties)
{
    struct tr_settings *settings = tr_settings_new(reading, "");

    if (!settings)
        return NULL;
    settings->section = name ? tr_arena_strdup(reading->arena, tr_slice_of(name)) : NULL;
    if (name && !settings->section)
        return NULL;
    for (size_t i = 0; i < properties->count; i++) {
        const struct tr_property *property = &properties->items[i];
        const char *value = property->value ? property->value : "";
        struct tr_setting setting = {
            .name = tr_arena_strdup(reading->arena, tr_slice_of(property->name)),
            .value = tr_arena_strdup(reading->arena, tr_slice_of(value)),
            .null = !property->value,
        };
        if (!setting.name || !setting.value || tr_settings_add(reading, settings, setting) < 0)
            return NULL;
    }
    return settings;
}

static int findings(struct tr_arena *arena, const struct tr_problem *problems, size_t count,
                    struct tr_config_findings *ret_findings)
{
    struct tr_config_finding *items = tr_arena_zalloc(arena, count, sizeof *items);

    for (size_t i = 0; items && i < count; i++)
        items[i] = (struct tr_config_finding){problems[i].property, problems[i].message};
    *ret_findings = (struct tr_config_findings){items, count};
    return items ? 0 : -1;
}

static int parse(struct read *read, const struct tr_config *config, const char *name,
                 const struct tr_properties *properties, struct tr_diag *diag)
{
    struct tr_connector_options *options = &read->config.options;
    struct tr_reading reading = {
        .arena = &read->arena, .problems = &read->problems, .end = &reading.first};

    if (copy_worker(&reading, config->worker_settings) < 0)
        return tr_fail_memory(diag);
    const struct tr_settings *worker = reading.first;
    const struct tr_settings *settings = copy_properties(&reading, name, properties);
    if (!settings)
        return tr_fail_memory(diag);
    if (tr_providers_resolve(&reading, diag) < 0 ||
        tr_parse_connector(&reading, worker, settings, options, diag) < 0)
        return -1;
    tr_check_connector(&config->worker, options, &read->problems);
    return tr_config_fingerprint(options, diag);
}

int tr_connector_config_new(const struct tr_config *config, const char *name,
                            const struct tr_properties *properties,
                            struct tr_connector_config **ret_config, struct tr_diag *diag)
{
    struct read *read = calloc(1, sizeof *read);

    if (!read)
        return tr_fail_memory(diag);
    tr_arena_init(&read->arena, TEXTS_CHUNK, TEXTS_MOST);
    tr_arena_init(&read->config.options.arena, OPTIONS_CHUNK, OPTIONS_MOST);
    read->problems.arena = &read->arena;
    read->problems.as_connect = true;
    int rc = parse(read, config, name, properties, diag);
    if (rc == 0 && (findings(&read->arena, read->problems.errors, read->problems.nerrors,
                             &read->config.errors) < 0 ||
                    findings(&read->arena, read->problems.warnings, read->problems.nwarnings,
                             &read->config.warnings) < 0))
        rc = tr_fail_memory(diag);
    if (rc < 0) {
        tr_connector_config_free(&read->config);
        return -1;
    }
    *ret_config = &read->config;
    return 0;
}

void tr_connector_config_free(struct tr_connector_config *config)
{
    struct read *read = (struct read *)config;

    if (!config)
        return;
    tr_arena_finish(&config->options.arena);
    tr_arena_finish(&read->arena);
    free(read);
}

int tr_connector_config_result(const struct tr_connector_config *config, struct tr_diag *diag)
{
    return tr_problems_result(&((const struct read *)config)->problems, diag);
}
