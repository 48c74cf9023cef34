#include "config/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "config/option-value.h"
#include "config/read.h"

#define fail_secret(diag, ...) tr_fail((diag), TR_CONFIG, TR_STOP, __VA_ARGS__)

/* A resolved value may not be larger than a file. */
#define VALUE_MOST TR_CONFIG_FILE_MOST

struct reference {
    const char *provider, *path, *key; /* path: "" for env */
};

typedef int fetch_fn(const struct reference *reference, struct tr_arena *arena,
                     const char **ret_value, struct tr_diag *diag);

static int fetch_file(const struct reference *reference, struct tr_arena *arena,
                      const char **ret_value, struct tr_diag *diag)
{
    struct tr_properties_reader reader = {.arena = arena, .upcoming = 1};
    struct tr_setting setting;
    int rc;

    if (tr_read_text(reference->path, arena, &reader.rest, diag) < 0)
        return tr_fail_in(diag, "%s can't be read", reference->path);
    while ((rc = tr_properties_next(&reader, &setting, diag)) == 0)
        if (strcmp(setting.name, reference->key) == 0)
            *ret_value = setting.value;
    if (rc < 0)
        return tr_fail_in(diag, "%s:%u", reference->path, reader.line);
    return *ret_value ? 0
                      : fail_secret(diag, "%s has no property %s", reference->path, reference->key);
}

static int fetch_directory(const struct reference *reference, struct tr_arena *arena,
                           const char **ret_value, struct tr_diag *diag)
{
    struct tr_slice text;
    const char *path = tr_arena_printf(arena, "%s/%s", reference->path, reference->key);

    if (!path)
        return tr_fail_memory(diag);
    if (strchr(reference->key, '/') || strcmp(reference->key, "..") == 0)
        return fail_secret(diag, "%s is not the name of a file in %s", reference->key,
                           reference->path);
    if (tr_read_text(path, arena, &text, diag) < 0)
        return tr_fail_in(diag, "%s can't be read", path);
    /* the line's end comes from the editor, not from the secret */
    if (text.n && text.p[text.n - 1] == '\n')
        text.n--;
    if (text.n && text.p[text.n - 1] == '\r')
        text.n--;
    if (memchr(text.p, '\0', text.n))
        return fail_secret(diag, "%s holds a zero byte", path);
    *ret_value = tr_arena_strdup(arena, text);
    return *ret_value ? 0 : tr_fail_memory(diag);
}

static int fetch_environment(const struct reference *reference, struct tr_arena *arena,
                             const char **ret_value, struct tr_diag *diag)
{
    const char *value = getenv(reference->key);

    if (!value)
        return fail_secret(diag, "the environment has no variable %s", reference->key);
    *ret_value = tr_arena_strdup(arena, tr_slice_of(value));
    return *ret_value ? 0 : tr_fail_memory(diag);
}

struct provider {
    const char *name;
    const char *class;
    bool path; /* ${name:path:key} rather than ${name:key} */
    fetch_fn *fetch;
};

#define PACKAGE "org.apache.kafka.common.config.provider."

static const struct provider providers[] = {
    {"file", PACKAGE "FileConfigProvider", true, fetch_file},
    {"dir", PACKAGE "DirectoryConfigProvider", true, fetch_directory},
    {"directory", PACKAGE "DirectoryConfigProvider", true, fetch_directory},
    {"env", PACKAGE "EnvVarConfigProvider", false, fetch_environment},
};

/* A class given to the name in config.providers goes before the names that are always there. */
static const struct provider *find_provider(const struct tr_settings *worker, const char *name)
{
    char property[128];
    const struct tr_setting *class = NULL;

    if (worker && strlen(name) < 64) {
        snprintf(property, sizeof property, "config.providers.%s.class", name);
        class = tr_settings_find(worker, property);
    }
    for (size_t i = 0; i < TR_COUNT(providers); i++)
        if (strcmp(class ? class->value : name, class ? providers[i].class : providers[i].name) ==
            0)
            return &providers[i];
    return NULL;
}

/* What stands between "${" and "}". >0: no reference, since there is no colon. */
static int split(struct tr_arena *arena, struct tr_slice text, struct reference *ret_reference,
                 struct tr_diag *diag)
{
    char *name = tr_arena_strdup(arena, text);

    if (!name)
        return tr_fail_memory(diag);
    char *colon = strchr(name, ':');
    if (!colon || colon == name)
        return 1;
    *colon = '\0';
    char *last = strrchr(colon + 1, ':');
    *ret_reference = (struct reference){name, "", colon + 1};
    if (last) {
        *last = '\0';
        ret_reference->path = colon + 1;
        ret_reference->key = last + 1;
    }
    return 0;
}

static int fetch(const struct tr_settings *worker, const struct reference *reference,
                 struct tr_arena *arena, const char **ret_value, struct tr_diag *diag)
{
    const struct provider *provider = find_provider(worker, reference->provider);

    if (!provider)
        return fail_secret(
            diag,
            "there is no provider of secrets called %s: it must be file, dir or env, "
            "or be named in the worker's config.providers",
            reference->provider);
    if (provider->path != (*reference->path != '\0') || !*reference->key)
        return fail_secret(diag, "a reference is ${%s:%s}", reference->provider,
                           provider->path ? "PATH:KEY" : "NAME");
    return provider->fetch(reference, arena, ret_value, diag);
}

/* Append text with its references resolved. */
static int expand(struct tr_reading *reading, const struct tr_settings *worker, const char *text,
                  struct tr_buf *out, struct tr_diag *diag)
{
    for (const char *open; (open = strstr(text, "${"));) {
        struct reference reference;
        const char *value = NULL, *close = strchr(open, '}');
        if (!close)
            break;
        int rc = split(reading->arena, (struct tr_slice){open + 2, (size_t)(close - open) - 2},
                       &reference, diag);
        if (rc == 0)
            rc = fetch(worker, &reference, reading->arena, &value, diag);
        if (rc < 0)
            return -1;
        tr_buf_put(out, text, (size_t)(open - text));
        if (value)
            tr_buf_text(out, value);
        else
            tr_buf_put(out, open, (size_t)(close - open) + 1);
        text = close + 1;
    }
    tr_buf_text(out, text);
    return tr_buf_ok(out) ? 0 : tr_fail_memory(diag);
}

static int resolve(struct tr_reading *reading, const struct tr_settings *worker,
                   struct tr_settings *settings, struct tr_setting *setting, struct tr_diag *diag)
{
    struct tr_buf out;

    tr_buf_init(&out, VALUE_MOST);
    int rc = expand(reading, worker, setting->value, &out, diag);
    if (rc < 0 && diag->cls == TR_CONFIG) {
        tr_problems_error(reading->problems, tr_settings_blame(reading->arena, settings, setting),
                          "the reference in %s can't be resolved: %s", setting->name,
                          diag->message);
        rc = 0;
    } else if (rc == 0 && strcmp(setting->value, tr_buf_string(&out)) != 0) {
        setting->secret = true;
        setting->given = setting->value;
        setting->value =
            tr_arena_strdup(reading->arena, (struct tr_slice){tr_buf_string(&out), out.len});
        rc = setting->value ? 0 : tr_fail_memory(diag);
    }
    if (out.data)
        explicit_bzero(out.data, out.size);
    tr_buf_finish(&out);
    return rc;
}

static void check_classes(struct tr_reading *reading, const struct tr_settings *worker)
{
    size_t length;

    for (size_t i = 0; i < worker->count; i++) {
        const struct tr_setting *setting = &worker->items[i];
        const char *star = tr_option_star("config.providers.*.class", setting->name, &length);
        char name[64];
        if (!star || length >= sizeof name)
            continue;
        memcpy(name, star, length);
        name[length] = '\0';
        if (!find_provider(worker, name))
            tr_problems_error(reading->problems, tr_settings_blame(reading->arena, worker, setting),
                              "the class of %s can't be had: there are FileConfigProvider, "
                              "DirectoryConfigProvider and EnvVarConfigProvider of " PACKAGE
                              "*, without options",
                              setting->name);
    }
}

int tr_providers_resolve(struct tr_reading *reading, struct tr_diag *diag)
{
    const struct tr_settings *worker = reading->first;

    while (worker && !worker->worker)
        worker = worker->next;
    if (worker)
        check_classes(reading, worker);
    for (struct tr_settings *settings = reading->first; settings; settings = settings->next)
        for (size_t i = 0; i < settings->count; i++)
            if (strstr(settings->items[i].value, "${") &&
                resolve(reading, worker, settings, &settings->items[i], diag) < 0)
                return -1;
    return 0;
}
