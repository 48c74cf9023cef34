#include "config/parse.h"

#include <string.h>

#include "config/option-value.h"
#include "config/words.h"

/* One worker or connector on its way. */
struct parsing {
    struct tr_reading *reading;
    const struct tr_settings *settings;
    unsigned readers;       /* TR_FOR_... */
    struct tr_arena *arena; /* the options' */
    void *options;
    void *shared; /* where a worker's defaults of connectors go */
};

#define wrong(diag, ...) (tr_fail((diag), TR_CONFIG, TR_STOP, __VA_ARGS__), 1)

static int wrong_value(const struct parsing *parsing, const struct tr_option *option,
                       const struct tr_setting *setting, struct tr_diag *diag)
{
    struct tr_diag why = *diag;

    if (parsing->reading->problems->as_connect) {
        tr_words_wrong(parsing->readers, option, setting, diag);
        return 1;
    }
    if (setting->secret || option->type == TR_OPTION_PASSWORD || strlen(setting->value) > 200)
        return wrong(diag, "the value of %s is %s", setting->name, why.message);
    return wrong(diag, "the value \"%s\" of %s is %s", setting->value, setting->name, why.message);
}

/* A name that holds a salt is kept out of messages, too. */
static const char *shown_name(const struct tr_option *option, const struct tr_setting *setting)
{
    return option->secret_name ? option->name : setting->name;
}

static int judge_default(const struct parsing *parsing, const struct tr_option *option,
                         const struct tr_setting *setting, const struct tr_option_value *value,
                         struct tr_diag *diag)
{
    bool is_default;

    if (tr_option_is_default(option, value, parsing->arena, &is_default, diag) < 0)
        return -1;
    if (is_default)
        return 0;
    if (!option->fallback)
        return wrong(diag, "%s can't be set, remove it: %s", shown_name(option, setting),
                     option->note);
    return wrong(diag, "%s can only be set to its default, %s: %s", setting->name, option->fallback,
                 option->note);
}

/* 0: the setting is right, and *ret_value what it says; >0: the diag's message is a sentence about
 * what is wrong; <0: no memory. */
static int judge(const struct parsing *parsing, const struct tr_option *option,
                 const struct tr_setting *setting, struct tr_option_value *ret_value,
                 struct tr_diag *diag)
{
    if (option->status == TR_OPTION_FORMER)
        return wrong(diag, "%s is a former name or another connector's: write %s", setting->name,
                     option->note);
    if (tr_option_parse(option, setting->value, parsing->arena, ret_value, diag) < 0)
        return diag->cls == TR_CONFIG ? wrong_value(parsing, option, setting, diag) : -1;
    if (option->status == TR_OPTION_DEFAULT_ONLY)
        return judge_default(parsing, option, setting, ret_value, diag);
    return 0;
}

/* Whether a property is there and wrong: then what depends on it needs no message of its own. */
static bool is_wrong(const struct parsing *parsing, const char *name)
{
    const struct tr_option_group *group;
    struct tr_option_value value;
    struct tr_diag diag;
    const struct tr_setting *setting = tr_settings_find(parsing->settings, name);
    const struct tr_option *option =
        setting ? tr_option_find(parsing->readers, name, &group) : NULL;

    return option && judge(parsing, option, setting, &value, &diag) > 0;
}

/* An unknown key.converter.x.y is an option of a converter that was refused, for example. */
static bool blamed_on_prefix(const struct parsing *parsing, const char *name)
{
    char prefix[128];
    size_t n = strlen(name);

    while (n > 0) {
        while (n > 0 && name[n] != '.')
            n--;
        if (n == 0 || n >= sizeof prefix)
            return false;
        memcpy(prefix, name, n);
        prefix[n] = '\0';
        if (is_wrong(parsing, prefix))
            return true;
        n--;
    }
    return false;
}

static struct tr_blame blame_of(const struct parsing *parsing, const struct tr_setting *setting)
{
    return tr_settings_blame(parsing->reading->arena, parsing->settings, setting);
}

static void report_misplaced(const struct parsing *parsing, const struct tr_setting *setting,
                             unsigned readers)
{
    struct tr_problems *problems = parsing->reading->problems;
    struct tr_blame blame = blame_of(parsing, setting);

    if (parsing->readers == TR_FOR_WORKER)
        tr_problems_error(problems, blame,
                          "%s is a property of connectors: move it to a connector's file, which is "
                          "one that has connector.class",
                          setting->name);
    else if (readers & TR_FOR_WORKER)
        tr_problems_error(problems, blame,
                          "%s is a property of the worker: move it to the worker's .properties "
                          "file or to the section [worker]",
                          setting->name);
    else
        tr_problems_error(problems, blame,
                          "%s is a property of connectors of another connector.class: remove it",
                          setting->name);
}

/* Connect takes any property; so it is only said that this one does nothing. */
static void warn_unknown(const struct parsing *parsing, const struct tr_setting *setting)
{
    const char *nearest = tr_option_nearest(parsing->readers, setting->name);

    tr_problems_warn(parsing->reading->problems, blame_of(parsing, setting),
                     "%s has no effect: this connector has no such property%s%s%s", setting->name,
                     nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

static void report_unknown(const struct parsing *parsing, const struct tr_setting *setting)
{
    const struct tr_option_group *group;
    struct tr_problems *problems = parsing->reading->problems;
    const char *nearest = tr_option_nearest(parsing->readers, setting->name);
    const struct tr_option *other =
        tr_option_find(TR_FOR_ALL & ~parsing->readers, setting->name, &group);

    if (blamed_on_prefix(parsing, setting->name))
        return;
    if (problems->as_connect)
        warn_unknown(parsing, setting);
    else if (other && (!nearest || strcmp(other->name, setting->name) == 0))
        report_misplaced(parsing, setting, tr_option_readers(group, other));
    else if (nearest)
        tr_problems_error(problems, blame_of(parsing, setting),
                          "there is no property %s: did you mean %s?", setting->name, nearest);
    else
        tr_problems_error(problems, blame_of(parsing, setting),
                          "there is no property %s: remove it, or look for its name in "
                          "docs/configuration.md",
                          setting->name);
}

/* A pattern that takes any name would swallow the misspelt one of an option of its own. */
static bool swallows(const struct parsing *parsing, const struct tr_option *option,
                     const char *name)
{
    return (option->status == TR_OPTION_INERT || option->type == TR_OPTION_OPEN) &&
           strchr(option->name, '*') && tr_option_mistyped(parsing->readers, name);
}

static int warn_inert(const struct parsing *parsing, const struct tr_option *option,
                      const struct tr_setting *setting, const struct tr_option_value *value,
                      struct tr_diag *diag)
{
    bool is_default;

    if (tr_option_is_default(option, value, parsing->arena, &is_default, diag) < 0)
        return -1;
    if (!is_default)
        tr_problems_warn(parsing->reading->problems, blame_of(parsing, setting),
                         "%s has no effect: %s", setting->name, option->note);
    return 0;
}

/* One more of the properties that share a field. */
static int append_property(const struct parsing *parsing, const struct tr_option *option,
                           const struct tr_setting *setting, void *options, struct tr_diag *diag)
{
    size_t length;
    struct tr_properties properties;
    char *at = (char *)options + option->at;
    const char *name = option->type == TR_OPTION_OPEN
                           ? tr_option_star(option->name, setting->name, &length)
                           : setting->name;
    struct tr_property property = {
        tr_arena_strdup(parsing->arena, tr_slice_of(name)),
        tr_arena_strdup(parsing->arena, tr_slice_of(setting->value)),
    };

    memcpy(&properties, at, sizeof properties);
    struct tr_property *items = (struct tr_property *)properties.items;
    bool *secret = (bool *)properties.secret;
    if (!items) { /* room for all that may follow */
        items = tr_arena_zalloc(parsing->arena, parsing->settings->count, sizeof *items);
        secret = tr_arena_zalloc(parsing->arena, parsing->settings->count, sizeof *secret);
    }
    if (!items || !secret || !property.name || !property.value)
        return tr_fail_memory(diag);
    secret[properties.count] = setting->secret;
    items[properties.count] = property;
    properties = (struct tr_properties){items, properties.count + 1, secret};
    memcpy(at, &properties, sizeof properties);
    return 0;
}

/* Properties of a converter stand behind a name that the user has chosen. */
static const struct tr_option aliased = {
    .name = "*", .type = TR_OPTION_WHOLE, .at = TR_CONNECTOR_AT(capture.aliased)};

/* What is wrong is said once: at the worker for what is inherited, at the parent for its options.
 */
static void report_wrong(const struct parsing *parsing, const struct tr_option *option,
                         const struct tr_setting *setting, const char *sentence)
{
    struct tr_problems *problems = parsing->reading->problems;

    if (setting->inherited || (option->with && is_wrong(parsing, option->with)))
        return;
    tr_problems_error(problems, blame_of(parsing, setting), "%s", sentence);
    if (problems->as_connect && tr_words_wrong_twice(parsing->readers, option, setting))
        tr_problems_error(problems, blame_of(parsing, setting),
                          "Invalid value null for configuration %s: Value must be non-null",
                          setting->name);
}

static int parse_setting(const struct parsing *parsing, const struct tr_setting *setting,
                         struct tr_diag *diag)
{
    const struct tr_option_group *group;
    struct tr_option_value value;
    const struct tr_option *option = tr_option_find(parsing->readers, setting->name, &group);

    if (!option && tr_is_aliased(parsing->settings, setting->name))
        return append_property(parsing, &aliased, setting, parsing->options, diag);
    if (!option || swallows(parsing, option, setting->name)) {
        report_unknown(parsing, setting);
        return 0;
    }
    if (setting->null)
        return 0;
    int rc = judge(parsing, option, setting, &value, diag);
    if (rc < 0)
        return -1;
    if (rc > 0) {
        report_wrong(parsing, option, setting, diag->message);
        return 0;
    }
    if (option->status == TR_OPTION_INERT && !setting->inherited)
        return warn_inert(parsing, option, setting, &value, diag);
    void *options = tr_option_inherited(group) ? parsing->shared : parsing->options;
    if (option->type == TR_OPTION_OPEN || option->type == TR_OPTION_WHOLE)
        return append_property(parsing, option, setting, options, diag);
    tr_option_store(option, &value, options);
    return 0;
}

static bool reads(const struct parsing *parsing, const struct tr_option_group *group,
                  const struct tr_option *option)
{
    return tr_option_readers(group, option) & parsing->readers;
}

static int store_default(const struct parsing *parsing, const struct tr_option_group *group,
                         const struct tr_option *option, struct tr_diag *diag)
{
    struct tr_option_value value;
    void *options = tr_option_inherited(group) ? parsing->shared : parsing->options;

    if (!option->fallback || !option->at || !reads(parsing, group, option))
        return 0;
    if (tr_option_parse(option, option->fallback, parsing->arena, &value, diag) < 0)
        return -1;
    tr_option_store(option, &value, options);
    return 0;
}

static int store_defaults(const struct parsing *parsing, struct tr_diag *diag)
{
    size_t ngroups;
    const struct tr_option_group *const *groups = tr_option_groups(&ngroups);

    for (size_t i = 0; i < ngroups; i++)
        for (size_t j = 0; j < groups[i]->count; j++)
            if (store_default(parsing, groups[i], &groups[i]->options[j], diag) < 0)
                return -1;
    return 0;
}

static bool is_empty(const struct tr_setting *setting)
{
    return !setting || !setting->value[strspn(setting->value, " \t\r\n")];
}

static void report_missing(const struct parsing *parsing, const struct tr_option *option)
{
    struct tr_problems *problems = parsing->reading->problems;
    const struct tr_setting *setting = tr_settings_find(parsing->settings, option->name);
    struct tr_diag diag;

    if (!problems->as_connect)
        tr_problems_error(problems, (struct tr_blame){parsing->settings->file, option->name},
                          "%s is missing: add it, there is no default", option->name);
    else if (tr_words_are_debeziums(parsing->readers, option->name) || !setting || !setting->null) {
        /* to Connect, null is a value */
        tr_words_missing(parsing->readers, option, setting, &diag);
        tr_problems_error(problems, (struct tr_blame){NULL, option->name}, "%s", diag.message);
    }
}

static void check_required(const struct parsing *parsing)
{
    size_t ngroups;
    const struct tr_option_group *const *groups = tr_option_groups(&ngroups);

    for (size_t i = 0; i < ngroups; i++)
        for (size_t j = 0; j < groups[i]->count; j++) {
            const struct tr_option *option = &groups[i]->options[j];
            if (option->required && reads(parsing, groups[i], option) &&
                is_empty(tr_settings_find(parsing->settings, option->name)))
                report_missing(parsing, option);
        }
}

static int parse_settings(const struct parsing *parsing, struct tr_diag *diag)
{
    if (store_defaults(parsing, diag) < 0)
        return -1;
    for (size_t i = 0; i < parsing->settings->count; i++)
        if (parse_setting(parsing, &parsing->settings->items[i], diag) < 0)
            return -1;
    check_required(parsing);
    return 0;
}

int tr_parse_worker(struct tr_reading *reading, const struct tr_settings *settings,
                    struct tr_worker_options *options, struct tr_diag *diag)
{
    static const struct tr_settings nothing = {.file = "", .worker = true};
    struct tr_connector_options shared = {0}; /* only to see that they are right */
    struct parsing parsing = {
        .reading = reading,
        .settings = settings ? settings : &nothing,
        .readers = TR_FOR_WORKER,
        .arena = &options->arena,
        .options = options,
        .shared = &shared,
    };

    return parse_settings(&parsing, diag);
}

/* A worker's setting is a connector's default, unless the connector has one of its own, or chooses
 * the converter that the setting is an option of: it starts from that converter's defaults then. */
static bool inherits(const struct tr_settings *settings, const struct tr_setting *setting)
{
    const struct tr_option_group *group;
    const struct tr_option *option = tr_option_find(TR_FOR_WORKER, setting->name, &group);

    return option && tr_option_inherited(group) && !tr_settings_find(settings, setting->name) &&
           !(option->with && tr_settings_find(settings, option->with));
}

static int inherit(struct tr_reading *reading, const struct tr_settings *worker,
                   struct tr_settings *settings, struct tr_diag *diag)
{
    size_t own = settings->count;
    struct tr_settings without = *settings;

    for (size_t i = 0; worker && i < worker->count; i++) {
        struct tr_setting setting = worker->items[i];
        without.count = own;
        if (!inherits(&without, &setting))
            continue;
        setting.inherited = true;
        if (tr_settings_add(reading, settings, setting) < 0)
            return tr_fail_memory(diag);
        without.items = settings->items;
    }
    return 0;
}

/* The name may stand in the file's settings, beside them, or in both if it is the same. */
static int settle_name(struct tr_reading *reading, struct tr_settings *settings,
                       struct tr_diag *diag)
{
    const struct tr_setting *name = tr_settings_find(settings, "name");

    if (!settings->section)
        return 0;
    if (!name) {
        struct tr_setting setting = {.name = "name", .value = settings->section};
        return tr_settings_add(reading, settings, setting) < 0 ? tr_fail_memory(diag) : 0;
    }
    if (strcmp(name->value, settings->section) != 0)
        tr_problems_error(reading->problems, tr_settings_blame(reading->arena, settings, name),
                          "the connector %s has name=%s in its properties: make them the same",
                          settings->section, name->value);
    return 0;
}

/* Find out which connector's options to read. >0: the class is wrong, and so are all properties
 * that would be read by it. */
static int judge_class(struct parsing *parsing, struct tr_diag *diag)
{
    const struct tr_option_group *group;
    struct tr_option_value value;
    const struct tr_settings *settings = parsing->settings;
    const struct tr_setting *setting = tr_settings_find(settings, "connector.class");
    const struct tr_option *option = tr_option_find(TR_FOR_CONNECTORS, "connector.class", &group);
    int rc = setting
                 ? judge(parsing, option, setting, &value, diag)
                 : wrong(diag, "connector.class is missing: write "
                               "io.debezium.connector.postgresql.PostgresConnector or postgres");

    if (rc > 0)
        tr_problems_error(parsing->reading->problems,
                          setting ? blame_of(parsing, setting)
                                  : (struct tr_blame){settings->file, "connector.class"},
                          "%s", diag->message);
    else if (rc == 0)
        parsing->readers = TR_FOR(value.number);
    return rc;
}

/* The connector's own converter, not one of the worker's: Debezium looks at its configuration. */
static bool writes_avro(const struct tr_settings *settings, const char *name,
                        const struct tr_converter_options *converter)
{
    return tr_settings_find(settings, name) && (converter->class == TR_CONVERTER_AVRO ||
                                                converter->class == TR_CONVERTER_APICURIO_AVRO);
}

/* With an AvroConverter, fields get names that Avro allows, whatever else is said. */
static void adjust_for_avro(const struct tr_settings *settings, struct tr_capture_options *capture)
{
    if (capture->field_names == TR_ADJUST_NONE &&
        (writes_avro(settings, "key.converter", &capture->key) ||
         writes_avro(settings, "value.converter", &capture->value)))
        capture->field_names = TR_ADJUST_AVRO;
}

int tr_parse_connector(struct tr_reading *reading, const struct tr_settings *worker,
                       const struct tr_settings *settings, struct tr_connector_options *options,
                       struct tr_diag *diag)
{
    struct tr_settings merged = *settings;
    struct parsing parsing = {
        .reading = reading,
        .settings = &merged,
        .readers = TR_FOR_CONNECTORS,
        .arena = &options->arena,
        .options = options,
        .shared = options,
    };

    /* an array of its own: the file's settings are read again for the next message */
    merged.size = merged.count;
    options->file = tr_arena_strdup(&options->arena, tr_slice_of(settings->file));
    if (!options->file)
        return tr_fail_memory(diag);
    if (settle_name(reading, &merged, diag) < 0 || inherit(reading, worker, &merged, diag) < 0)
        return -1;
    int rc = judge_class(&parsing, diag);
    if (rc)
        return rc < 0 ? -1 : 0;
    if (parse_settings(&parsing, diag) < 0)
        return -1;
    adjust_for_avro(settings, &options->capture);
    if (options->kind == TR_KIND_FILE_SINK)
        options->sink.kind = TR_SINK_TEXT;
    if (tr_parse_column_rules(reading, &merged, options, diag) < 0 ||
        tr_parse_aliased(reading, &merged, options, diag) < 0)
        return -1;
    return tr_parse_topic_groups(reading, &merged, options, diag);
}
