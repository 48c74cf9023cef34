#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "config/option-value.h"
#include "config/settings.h"
#include "config/words.h"
#include "transform/plugins.h"
#include "transform/transform-impl.h"

/* type, plugin.version, negate and predicate stand before a class's own options. */
#define COMMON 4

struct validating {
    const struct tr_transform_options *options;
    struct tr_arena *arena;
    struct tr_validated *entries;
    size_t count;
    struct tr_config_finding *errors; /* about transforms and predicates themselves */
    size_t nerrors;
    const char **warnings;
    size_t nwarnings;
};

/* Transforms or predicates. */
struct family {
    const char *prefix; /* "transforms" */
    const char *word;   /* "transformation" */
    const char *title;  /* "Transformation" */
    const char *group;  /* "Transforms: " */
    const struct tr_list *aliases;
    const struct tr_transform_impl *const *table;
};

static const char *find_value(const struct tr_transform_options *options, const char *name)
{
    for (size_t i = 0; i < options->properties.count; i++)
        if (strcmp(options->properties.items[i].name, name) == 0)
            return options->properties.items[i].value;
    return NULL;
}

static int add_error(const struct validating *v, struct tr_validated *entry, const char *message,
                     struct tr_diag *diag)
{
    const char **item = tr_arena_zalloc(v->arena, 1, sizeof *item);

    if (!item || !(*item = tr_arena_strdup(v->arena, tr_slice_of(message))))
        return tr_fail_memory(diag);
    entry->errors = (struct tr_list){item, 1};
    return 0;
}

/* A new entry: <family>.<alias>.<name>. */
static struct tr_validated *add_entry(struct validating *v, const struct family *family,
                                      const char *alias, struct tr_definition definition)
{
    struct tr_validated *entry = &v->entries[v->count++];

    definition.name = tr_arena_printf(v->arena, "%s.%s.%s", family->prefix, alias, definition.name);
    definition.group = tr_arena_printf(v->arena, "%s%s", family->group, alias);
    if (!definition.name || !definition.group)
        return NULL;
    entry->definition = definition;
    entry->visible = true;
    entry->value = definition.default_value;
    const char *given = find_value(v->options, definition.name);
    if (given) /* it goes away with the options */
        entry->value = tr_arena_strdup(v->arena, tr_slice_of(given));
    return given && !entry->value ? NULL : entry;
}

static const struct tr_transform_impl *find_impl(const struct family *family, const char *class)
{
    for (size_t i = 0; class && family->table[i]; i++)
        if (strcmp(family->table[i]->class_name, class) == 0)
            return family->table[i];
    return NULL;
}

static int recommend_classes(const struct validating *v, const struct family *family,
                             struct tr_validated *entry)
{
    size_t n = 0;

    while (family->table[n])
        n++;
    const char **names = tr_arena_zalloc(v->arena, n, sizeof *names);
    for (size_t i = 0; names && i < n; i++)
        names[i] = family->table[i]->class_name;
    entry->recommended_values = (struct tr_list){names, n};
    return names ? 0 : -1;
}

static int add_type(struct validating *v, const struct family *family, const char *alias,
                    const struct tr_transform_impl **ret_impl, struct tr_diag *diag)
{
    char message[1024];
    struct tr_validated *entry = add_entry(
        v, family, alias,
        (struct tr_definition){
            .name = "type",
            .type = "CLASS",
            .required = true,
            .importance = "HIGH",
            .documentation =
                tr_arena_printf(v->arena, "The class of the %s %s.", family->word, alias),
            .width = "LONG",
            .display_name = tr_arena_printf(v->arena, "%s type for %s", family->title, alias)});

    if (!entry || recommend_classes(v, family, entry) < 0)
        return tr_fail_memory(diag);
    *ret_impl = find_impl(family, entry->value);
    if (*ret_impl)
        return 0;
    if (entry->value)
        snprintf(message, sizeof message,
                 "Invalid value %s for configuration %s: Class %s could not be found.",
                 entry->value, entry->definition.name, entry->value);
    else
        snprintf(message, sizeof message,
                 "Missing required configuration \"%s\" which has no default value.",
                 entry->definition.name);
    return add_error(v, entry, message, diag);
}

static int add_common(struct validating *v, const struct family *family, const char *alias,
                      const struct tr_transform_impl *impl, struct tr_diag *diag)
{
    struct tr_plugin plugin = {0};
    struct tr_definitions ignored;
    const char **version = tr_arena_zalloc(v->arena, 1, sizeof *version);

    if (!version ||
        (impl && tr_transform_definitions(impl->class_name, v->arena, &plugin, &ignored, diag) < 0))
        return tr_fail_memory(diag);
    *version = plugin.version;
    struct tr_validated *entry =
        add_entry(v, family, alias,
                  (struct tr_definition){.name = "plugin.version",
                                         .type = "STRING",
                                         .default_value = plugin.version,
                                         .importance = "HIGH",
                                         .documentation = "Which version of it to use, in Connect.",
                                         .width = "LONG",
                                         .display_name = tr_arena_printf(
                                             v->arena, "%s version for %s", family->title, alias),
                                         .order = 1});
    if (!entry)
        return tr_fail_memory(diag);
    entry->recommended_values = (struct tr_list){version, plugin.version ? 1 : 0};
    if (family->table != tr_transforms)
        return 0;
    bool ok = add_entry(v, family, alias,
                        (struct tr_definition){.name = "negate",
                                               .type = "BOOLEAN",
                                               .default_value = "false",
                                               .importance = "MEDIUM",
                                               .documentation = "Whether the predicate is negated.",
                                               .width = "NONE",
                                               .display_name = "negate",
                                               .order = 2}) &&
              add_entry(v, family, alias,
                        (struct tr_definition){.name = "predicate",
                                               .type = "STRING",
                                               .importance = "MEDIUM",
                                               .documentation =
                                                   "The predicate of records that it is for.",
                                               .width = "NONE",
                                               .display_name = "predicate",
                                               .order = 3});
    return ok ? 0 : tr_fail_memory(diag);
}

/* Connect speaks of the option without what stands before it. */
static int judge(const struct validating *v, const struct tr_transform_impl *impl,
                 const struct tr_option *option, struct tr_validated *entry, struct tr_diag *diag)
{
    bool debezium = strncmp(impl->class_name, "io.debezium.", 12) == 0;
    struct tr_option_value value;
    const struct tr_setting setting = {.name = option->name, .value = entry->value};
    char message[512];

    if (!entry->value && option->required) {
        snprintf(message, sizeof message,
                 "Missing required configuration \"%s\" which has no default value.", option->name);
        return add_error(v, entry, message, diag);
    }
    if (!entry->value || option->status == TR_OPTION_INERT ||
        tr_option_parse(option, entry->value, v->arena, &value, diag) == 0)
        return 0;
    if (diag->cls != TR_CONFIG)
        return -1;
    tr_words_wrong_option(debezium, option, &setting, diag);
    return add_error(v, entry, diag->message, diag);
}

static int rank(const struct tr_definition *definition)
{
    return *definition->importance == 'H' ? 0 : *definition->importance == 'M' ? 1 : 2;
}

/* Connect's order: what is required, what matters more, names. */
static int by_weight(const void *left, const void *right)
{
    const struct tr_definition *a = left, *b = right;

    if (a->required != b->required)
        return a->required ? -1 : 1;
    return rank(a) != rank(b) ? rank(a) - rank(b) : strcmp(a->name, b->name);
}

static const struct tr_option *find_option(const struct tr_transform_impl *impl, const char *name)
{
    for (size_t i = 0; i < impl->noptions; i++)
        if (strcmp(impl->options[i].name, name) == 0)
            return &impl->options[i];
    return NULL;
}

static int add_options(struct validating *v, const struct family *family, const char *alias,
                       const struct tr_transform_impl *impl, struct tr_diag *diag)
{
    struct tr_definitions definitions;
    int order = COMMON;

    if (tr_transform_definitions(impl->class_name, v->arena, NULL, &definitions, diag) < 0)
        return -1;
    struct tr_definition *items = (struct tr_definition *)definitions.items;
    qsort(items, definitions.count, sizeof *items, by_weight);
    for (size_t i = 0; i < definitions.count; i++) {
        const struct tr_option *option = find_option(impl, items[i].name);
        items[i].order = order++;
        struct tr_validated *entry = add_entry(v, family, alias, items[i]);
        if (!entry)
            return tr_fail_memory(diag);
        if (judge(v, impl, option, entry, diag) < 0)
            return -1;
    }
    return 0;
}

static bool is_repeated(const struct tr_list *aliases, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (strcmp(aliases->items[i], aliases->items[place]) == 0)
            return true;
    return false;
}

static int report_repeated(struct validating *v, const struct family *family, struct tr_diag *diag)
{
    struct tr_writer writer;
    struct tr_slice list;

    tr_writer_begin(&writer, v->arena);
    tr_writer_printf(&writer, "Invalid value [");
    for (size_t i = 0; i < family->aliases->count; i++)
        tr_writer_printf(&writer, "%s%s", i ? ", " : "", family->aliases->items[i]);
    tr_writer_printf(&writer, "] for configuration %s: Duplicate alias provided.", family->prefix);
    tr_writer_char(&writer, '\0');
    if (tr_writer_end(&writer, &list) < 0)
        return tr_fail_memory(diag);
    v->errors[v->nerrors++] = (struct tr_config_finding){family->prefix, list.p};
    return 0;
}

static int add_family(struct validating *v, const struct family *family, struct tr_diag *diag)
{
    bool repeated = false;

    for (size_t i = 0; i < family->aliases->count; i++) {
        const char *alias = family->aliases->items[i];
        const struct tr_transform_impl *impl;
        if (is_repeated(family->aliases, i)) {
            repeated = true;
            continue;
        }
        if (add_type(v, family, alias, &impl, diag) < 0 ||
            add_common(v, family, alias, impl, diag) < 0 ||
            (impl && add_options(v, family, alias, impl, diag) < 0))
            return -1;
    }
    return repeated ? report_repeated(v, family, diag) : 0;
}

static bool any_error(const struct validating *v)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->entries[i].errors.count)
            return true;
    return v->nerrors;
}

static bool has_alias(const struct tr_list *aliases, const char *name)
{
    for (size_t i = 0; i < aliases->count; i++)
        if (strcmp(aliases->items[i], name) == 0)
            return true;
    return false;
}

/* Connect takes a transform whose predicate there isn't, and fails at the first record. */
static int warn_of_predicates(struct validating *v, bool *ret_missing, struct tr_diag *diag)
{
    const struct tr_list *aliases = &v->options->transforms;

    for (size_t i = 0; i < aliases->count; i++) {
        const char *name = tr_arena_printf(v->arena, "transforms.%s.predicate", aliases->items[i]);
        const char *predicate = name ? find_value(v->options, name) : NULL;
        if (!name)
            return tr_fail_memory(diag);
        if (!predicate || has_alias(&v->options->predicates, predicate))
            continue;
        *ret_missing = true;
        const char *text = tr_arena_printf(
            v->arena, "%s=%s: predicates has no such name, so the connector will fail", name,
            predicate);
        if (!text)
            return tr_fail_memory(diag);
        v->warnings[v->nwarnings++] = text;
    }
    return 0;
}

static int warn_of_unknown(struct validating *v, struct tr_diag *diag)
{
    struct tr_list names;

    if (tr_chain_unknown(v->options, v->arena, &names, diag) < 0)
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        const char *text = tr_arena_printf(
            v->arena,
            "%s has no effect: its class has no such option, or the alias is not in transforms or "
            "predicates",
            names.items[i]);
        if (!text)
            return tr_fail_memory(diag);
        v->warnings[v->nwarnings++] = text;
    }
    return 0;
}

static int warn_of_inert(struct validating *v, struct tr_diag *diag)
{
    struct tr_list sentences;

    if (tr_chain_inert(v->options, v->arena, &sentences, diag) < 0)
        return -1;
    for (size_t i = 0; i < sentences.count; i++)
        v->warnings[v->nwarnings++] = sentences.items[i];
    return 0;
}

/* What only making the chain finds out: expressions that don't compile, options that contradict. */
static int try_chain(struct validating *v, struct tr_diag *diag)
{
    struct tr_chain *chain;

    if (tr_chain_new(v->options, &chain, diag) == 0) {
        tr_chain_free(chain);
        return 0;
    }
    if (diag->cls != TR_CONFIG)
        return -1;
    const char *message = tr_arena_strdup(v->arena, tr_slice_of(diag->message));
    if (!message)
        return tr_fail_memory(diag);
    v->errors[v->nerrors++] = (struct tr_config_finding){"transforms", message};
    return 0;
}

static size_t count_entries(const struct tr_transform_options *options)
{
    size_t most = 0;

    for (size_t i = 0; tr_transforms[i]; i++)
        most = TR_MAX(most, tr_transforms[i]->noptions);
    for (size_t i = 0; tr_predicates[i]; i++)
        most = TR_MAX(most, tr_predicates[i]->noptions);
    return (options->transforms.count + options->predicates.count) * (COMMON + most);
}

static int validate(struct validating *v, struct tr_diag *diag)
{
    const struct family transforms = {"transforms",   "transformation",        "Transformation",
                                      "Transforms: ", &v->options->transforms, tr_transforms};
    const struct family predicates = {
        "predicates", "predicate", "Predicate", "Predicates: ", &v->options->predicates,
        tr_predicates};
    bool missing = false;

    if (add_family(v, &transforms, diag) < 0 || add_family(v, &predicates, diag) < 0 ||
        warn_of_predicates(v, &missing, diag) < 0 || warn_of_unknown(v, diag) < 0 ||
        warn_of_inert(v, diag) < 0)
        return -1;
    return missing || any_error(v) ? 0 : try_chain(v, diag);
}

int tr_transform_validate(void *context, const struct tr_connector_options *options,
                          struct tr_arena *arena, struct tr_validate_addition *ret_addition,
                          struct tr_diag *diag)
{
    const struct tr_transform_options *transforms = &options->capture.transforms;
    size_t warnings = transforms->transforms.count + transforms->properties.count;
    struct validating v = {
        .options = transforms,
        .arena = arena,
        .entries = tr_arena_zalloc(arena, count_entries(transforms), sizeof *v.entries),
        .errors = tr_arena_zalloc(arena, 3, sizeof *v.errors),
        .warnings = tr_arena_zalloc(arena, warnings, sizeof *v.warnings),
    };

    (void)context;
    if (!v.entries || !v.errors || !v.warnings)
        return tr_fail_memory(diag);
    if (validate(&v, diag) < 0)
        return -1;
    *ret_addition = (struct tr_validate_addition){
        .items = v.entries,
        .count = v.count,
        .errors = {v.errors, v.nerrors},
        .warnings = {v.warnings, v.nwarnings},
    };
    return 0;
}
