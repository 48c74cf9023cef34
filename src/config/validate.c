#include "config/validate.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "config/plugin-impl.h"
#include "config/settings.h"
#include "config/words.h"

struct validating {
    const struct tr_validate_params *params;
    const struct tr_plugin *plugin;
    struct tr_connector_config *config;
    struct tr_arena *arena;
    struct tr_validated *entries;
    size_t count, size;
};

static const struct tr_property *find_property(const struct tr_properties *properties,
                                               const char *name)
{
    for (size_t i = 0; i < properties->count; i++)
        if (strcmp(properties->items[i].name, name) == 0)
            return &properties->items[i];
    return NULL;
}

/* What the worker's file says, or the default of the option table: a converter's. */
static const char *workers(const struct validating *v, const char *name)
{
    const struct tr_option_group *group;
    const struct tr_settings *worker = v->params->config->worker_settings;
    const struct tr_setting *setting = worker ? tr_settings_find(worker, name) : NULL;
    const struct tr_option *option = tr_option_find(TR_FOR_WORKER, name, &group);

    return setting ? setting->value : option ? option->fallback : NULL;
}

static const struct tr_option *option_of(const struct validating *v, const char *name)
{
    const struct tr_option_group *group;

    return tr_option_find(TR_FOR(v->plugin->kind), name, &group);
}

/* One class has several names; the first is its full one. */
static const char *full_name(const struct tr_option *option, const char *name)
{
    const struct tr_choice *found = NULL;

    for (const struct tr_choice *choice = option->choices; choice->name && !found; choice++)
        if (strcasecmp(choice->name, name) == 0 && !choice->refusal)
            found = choice;
    for (const struct tr_choice *choice = option->choices; choice->name && found; choice++)
        if (choice->value == found->value && strchr(choice->name, '.'))
            return choice->name;
    return name;
}

/* "x.converter.plugin.version" has its converter's. */
static const char *version_of(const struct validating *v, const char *name)
{
    return strcmp(name, "connector.plugin.version") == 0 ? v->plugin->version
                                                         : tr_plugin_find("JsonConverter")->version;
}

static int recommend(const struct validating *v, const struct tr_option *option,
                     struct tr_validated *entry, struct tr_diag *diag)
{
    size_t n = 0;
    const struct tr_choice *choice = option->choices;

    while (choice[n].name)
        n++;
    const char **names = tr_arena_zalloc(v->arena, n, sizeof *names);
    if (!names)
        return tr_fail_memory(diag);
    n = 0;
    for (; choice->name; choice++)
        if (!choice->refusal && (!option->classes || strchr(choice->name, '.')))
            names[n++] = choice->name;
    entry->recommended_values = (struct tr_list){names, n};
    return 0;
}

/* Only Connect's own options and the file connectors' show their values; only Debezium's and the
 * converters recommend some. */
static int fill(const struct validating *v, struct tr_validated *entry, struct tr_diag *diag)
{
    const char *name = entry->definition.name;
    const struct tr_option *option = option_of(v, name);
    const struct tr_property *property = find_property(v->params->properties, name);
    bool debezium = tr_words_are_debeziums(TR_FOR(v->plugin->kind), name);

    if (option->classes && strcmp(name, "connector.class") != 0) {
        entry->definition.default_value = full_name(option, workers(v, name));
        if (recommend(v, option, entry, diag) < 0)
            return -1;
    } else if (option->choices && debezium && strcmp(entry->definition.type, "CLASS") != 0 &&
               recommend(v, option, entry, diag) < 0)
        return -1;
    if (debezium)
        return 0;
    entry->value = property && property->value ? property->value : entry->definition.default_value;
    if (strcmp(name, "name") == 0 && !property)
        entry->value = v->params->name;
    if (option->classes && entry->value)
        entry->value = full_name(option, entry->value);
    return 0;
}

static struct tr_validated *find_entry(const struct validating *v, const char *property)
{
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(v->entries[i].definition.name, property) == 0)
            return &v->entries[i];
    return NULL;
}

/* A property of tailrace's own, or one under a pattern, is shown when there is something wrong with
 * it. */
static struct tr_validated *add_entry(struct validating *v, const char *property)
{
    const struct tr_property *given = find_property(v->params->properties, property);
    const struct tr_option *option = option_of(v, property);
    struct tr_validated *entry = &v->entries[v->count];

    if (v->count == v->size)
        return NULL;
    if (option)
        tr_definition_of(option, &entry->definition);
    else
        entry->definition = (struct tr_definition){
            .type = "STRING", .importance = "LOW", .documentation = "", .width = "NONE"};
    entry->definition.name = tr_arena_strdup(v->arena, tr_slice_of(property));
    entry->definition.display_name = entry->definition.name;
    entry->definition.order = -1;
    entry->visible = true;
    if (given && given->value && !tr_option_is_secret(property))
        entry->value = tr_arena_strdup(v->arena, tr_slice_of(given->value));
    v->count++;
    return entry->definition.name ? entry : NULL;
}

static int add_error(const struct validating *v, struct tr_validated *entry, const char *message,
                     struct tr_diag *diag)
{
    size_t n = entry->errors.count;
    const char **items = tr_arena_zalloc(v->arena, n + 1, sizeof *items);
    const char *copy = tr_arena_strdup(v->arena, tr_slice_of(message));

    if (!items || !copy)
        return tr_fail_memory(diag);
    if (n)
        memcpy(items, entry->errors.items, n * sizeof *items);
    items[n] = copy;
    entry->errors = (struct tr_list){items, n + 1};
    return 0;
}

/* What couldn't be read has no value. */
static void forget_value(struct tr_validated *entry, const char *message)
{
    if (strstr(message, ": Not a number of type ") || strstr(message, ": Expected value to be "))
        entry->value = NULL;
}

static int blame(struct validating *v, const struct tr_config_finding *error, struct tr_diag *diag)
{
    const char *property = error->property ? error->property : "connector.class";
    struct tr_validated *entry = find_entry(v, property);

    if (!entry)
        entry = add_entry(v, property);
    if (!entry)
        return tr_fail_memory(diag);
    forget_value(entry, error->message);
    return add_error(v, entry, error->message, diag);
}

/* What was given, or stands in the worker's file, goes away with those. */
static int keep_texts(const struct validating *v, struct tr_validated *entry, struct tr_diag *diag)
{
    const char **texts[] = {&entry->value, &entry->definition.default_value};

    for (size_t i = 0; i < TR_COUNT(texts); i++)
        if (*texts[i] && !(*texts[i] = tr_arena_strdup(v->arena, tr_slice_of(*texts[i]))))
            return tr_fail_memory(diag);
    return 0;
}

static int append(struct validating *v, const struct tr_definitions *definitions,
                  struct tr_diag *diag)
{
    for (size_t i = 0; i < definitions->count; i++) {
        struct tr_validated *entry = &v->entries[v->count++];
        entry->definition = definitions->items[i];
        entry->visible = !tr_plugin_invisible(entry->definition.name);
        if (strlen(entry->definition.name) > 15 &&
            strstr(entry->definition.name, ".plugin.version")) {
            const char **version = tr_arena_zalloc(v->arena, 1, sizeof *version);
            if (!version)
                return tr_fail_memory(diag);
            *version = version_of(v, entry->definition.name);
            entry->definition.default_value = *version;
            entry->recommended_values = (struct tr_list){version, 1};
        }
        if (fill(v, entry, diag) < 0 || keep_texts(v, entry, diag) < 0)
            return -1;
    }
    return 0;
}

static int make_entries(struct validating *v, struct tr_validate_addition *addition,
                        struct tr_diag *diag)
{
    struct tr_definitions connects, own;
    const struct tr_validate_params *params = v->params;

    if (tr_plugin_connectors_definitions(v->plugin, v->arena, &connects, &own, diag) < 0 ||
        (params->add &&
         params->add(params->context, &v->config->options, v->arena, addition, diag) < 0))
        return -1;
    v->size = connects.count + own.count + addition->count + v->config->errors.count +
              addition->errors.count;
    v->entries = tr_arena_zalloc(v->arena, v->size, sizeof *v->entries);
    if (!v->entries)
        return tr_fail_memory(diag);
    if (append(v, &connects, diag) < 0)
        return -1;
    if (addition->count)
        memcpy(v->entries + v->count, addition->items, addition->count * sizeof *v->entries);
    v->count += addition->count;
    return append(v, &own, diag);
}

static size_t count_errors(const struct validating *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->count; i++)
        n += v->entries[i].errors.count;
    return n;
}

static int try_to_connect(struct validating *v, struct tr_diag *diag)
{
    char message[sizeof diag->message + 64];
    struct tr_diag reason;
    struct tr_validated *host = find_entry(v, "database.hostname");

    if (!v->params->connect || !host || count_errors(v) ||
        v->params->connect(v->params->context, &v->config->options, &reason) == 0)
        return 0;
    snprintf(message, sizeof message, "Error while validating connector config: %s",
             reason.message);
    return add_error(v, host, message, diag);
}

static int list_groups(const struct validating *v, struct tr_list *ret_groups, struct tr_diag *diag)
{
    const char **groups = tr_arena_zalloc(v->arena, v->count, sizeof *groups);
    size_t n = 0;

    if (!groups)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < v->count; i++) {
        const char *group = v->entries[i].definition.group;
        size_t j = 0;
        while (group && j < n && strcmp(groups[j], group) != 0)
            j++;
        if (group && j == n)
            groups[n++] = group;
    }
    *ret_groups = (struct tr_list){groups, n};
    return 0;
}

static int list_warnings(const struct validating *v, const struct tr_validate_addition *addition,
                         struct tr_list *ret_warnings, struct tr_diag *diag)
{
    const struct tr_config_findings *warnings = &v->config->warnings;
    size_t n = 0;
    const char **items =
        tr_arena_zalloc(v->arena, warnings->count + addition->warnings.count, sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < warnings->count; i++)
        if (!(items[n++] = tr_arena_strdup(v->arena, tr_slice_of(warnings->items[i].message))))
            return tr_fail_memory(diag);
    for (size_t i = 0; i < addition->warnings.count; i++)
        items[n++] = addition->warnings.items[i];
    *ret_warnings = (struct tr_list){items, n};
    return 0;
}

static int validate(struct validating *v, struct tr_validation *ret_validation,
                    struct tr_diag *diag)
{
    struct tr_validate_addition addition = {0};

    if (make_entries(v, &addition, diag) < 0)
        return -1;
    for (size_t i = 0; i < v->config->errors.count; i++)
        if (blame(v, &v->config->errors.items[i], diag) < 0)
            return -1;
    for (size_t i = 0; i < addition.errors.count; i++)
        if (blame(v, &addition.errors.items[i], diag) < 0)
            return -1;
    if (try_to_connect(v, diag) < 0)
        return -1;
    *ret_validation = (struct tr_validation){.name = v->plugin->class,
                                             .error_count = count_errors(v),
                                             .configs = v->entries,
                                             .nconfigs = v->count};
    if (list_groups(v, &ret_validation->groups, diag) < 0)
        return -1;
    return list_warnings(v, &addition, &ret_validation->warnings, diag);
}

/* Connect's text, which shows the whole configuration: secrets don't belong there. */
static int fail_without_class(const struct tr_properties *properties, struct tr_diag *diag)
{
    struct tr_buf text;

    tr_buf_init(&text, sizeof diag->message);
    for (size_t i = 0; i < properties->count; i++) {
        const struct tr_property *property = &properties->items[i];
        bool hidden = tr_option_is_secret(property->name);
        tr_buf_printf(&text, "%s%s=%s", i ? ", " : "", property->name,
                      hidden            ? "[hidden]"
                      : property->value ? property->value
                                        : "null");
    }
    tr_fail(diag, TR_CONFIG, TR_STOP, "Connector config {%s} contains no connector type",
            tr_buf_string(&text));
    tr_buf_finish(&text);
    return 1;
}

static int fail_unknown(const char *class, struct tr_diag *diag)
{
    struct tr_buf names;
    size_t count;
    const struct tr_plugin *plugins = tr_plugins(&count);

    tr_buf_init(&names, sizeof diag->message);
    for (size_t i = 0; i < count && plugins[i].kind >= 0; i++)
        tr_buf_printf(&names, "%s%s", i ? ", " : "", plugins[i].class);
    tr_fail(diag, TR_CONFIG, TR_STOP,
            "Failed to find any class that implements Connector and which name matches %s, "
            "available connectors are: %s",
            class, tr_buf_string(&names));
    tr_buf_finish(&names);
    return 1;
}

int tr_validate(const struct tr_validate_params *params, struct tr_arena *arena,
                struct tr_validation *ret_validation, struct tr_diag *diag)
{
    const struct tr_property *class = find_property(params->properties, "connector.class");
    struct validating v = {.params = params, .arena = arena};

    if (!class || !class->value || !*class->value)
        return fail_without_class(params->properties, diag);
    v.plugin = tr_plugin_find(class->value);
    if (!v.plugin || v.plugin->kind < 0)
        return fail_unknown(class->value, diag);
    if (tr_connector_config_new(params->config, params->name, params->properties, &v.config, diag) <
        0)
        return -1;
    int rc = validate(&v, ret_validation, diag);
    tr_connector_config_free(v.config);
    return rc;
}

int tr_validation_result(const struct tr_validation *validation, struct tr_diag *diag)
{
    struct tr_buf text;

    if (!validation->error_count)
        return 0;
    tr_buf_init(&text, 1 << 20);
    tr_buf_printf(&text,
                  "Connector configuration is invalid and contains the following %zu error(s):",
                  validation->error_count);
    for (size_t i = 0; i < validation->nconfigs; i++)
        for (size_t j = 0; j < validation->configs[i].errors.count; j++)
            tr_buf_printf(&text, "\n%s", validation->configs[i].errors.items[j]);
    tr_buf_text(&text, "\nYou can also find the above list of errors at the endpoint "
                       "`/connector-plugins/{connectorType}/config/validate`");
    tr_fail(diag, TR_CONFIG, TR_STOP, "%s", tr_buf_string(&text));
    tr_buf_finish(&text);
    return 1;
}
