/*
 * converters and post.processors: Debezium's plugins that belong to a connector. Their options
 * stand behind an alias that the user has chosen: ALIAS.type, or post.processors.ALIAS.type.
 */
#include <string.h>
#include <strings.h>

#include "config/check-text.h"
#include "config/option-value.h"
#include "config/parse.h"
#include "config/zero-fallback.h"

#define PROCESSORS "post.processors"

/* ---- the classes ----------------------------------------------------------------------------- */

#define CONVERTER_AT(member) offsetof(struct tr_custom_converter, member)
#define RESELECT_AT(member)  offsetof(struct tr_reselect_options, member)

static int check_date(const char *text, struct tr_diag *diag)
{
    struct tr_zero_fallback ignored;
    return tr_zero_fallback_parse(TR_ZERO_DATE, text, &ignored, diag);
}

static int check_datetime(const char *text, struct tr_diag *diag)
{
    struct tr_zero_fallback ignored;
    return tr_zero_fallback_parse(TR_ZERO_DATETIME, text, &ignored, diag);
}

static int check_timestamp(const char *text, struct tr_diag *diag)
{
    struct tr_zero_fallback ignored;
    return tr_zero_fallback_parse(TR_ZERO_TIMESTAMP, text, &ignored, diag);
}

/* Of a column, whose type isn't known here. */
static int check_any(const char *text, struct tr_diag *diag)
{
    if (check_date(text, diag) == 0 || check_datetime(text, diag) == 0 ||
        check_timestamp(text, diag) == 0)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "neither NULL nor a date (2000-01-31), a date with a time (2000-01-31 23:59:59) "
                   "or a moment (2000-01-31T23:59:59Z)");
}

static int check_target(const char *text, struct tr_diag *diag)
{
    if (strcasecmp(text, "DATE") == 0 || strcasecmp(text, "DATETIME") == 0 ||
        strcasecmp(text, "TIMESTAMP") == 0)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP, "none of DATE, DATETIME and TIMESTAMP");
}

static const struct tr_option tinyint_options[] = {
    {.name = "selector",
     .type = TR_OPTION_LIST,
     .at = CONVERTER_AT(selector),
     .check = tr_check_regex},
    {.name = "length.checker",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = CONVERTER_AT(length_checker)},
};

static const struct tr_option jdbc_sink_options[] = {
    {.name = "selector.boolean",
     .type = TR_OPTION_LIST,
     .at = CONVERTER_AT(booleans),
     .check = tr_check_regex},
    {.name = "selector.real",
     .type = TR_OPTION_LIST,
     .at = CONVERTER_AT(reals),
     .check = tr_check_regex},
    {.name = "selector.string",
     .type = TR_OPTION_LIST,
     .at = CONVERTER_AT(strings),
     .check = tr_check_regex},
    {.name = "treat.real.as.double",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = CONVERTER_AT(real_as_double)},
};

static const struct tr_option zero_date_options[] = {
    {.name = "selector",
     .type = TR_OPTION_LIST,
     .at = CONVERTER_AT(selector),
     .check = tr_check_regex},
    {.name = "target.types",
     .type = TR_OPTION_LIST,
     .fallback = "DATE,DATETIME,TIMESTAMP",
     .at = CONVERTER_AT(targets),
     .check = check_target},
    {.name = "fallback.date", .at = CONVERTER_AT(date), .check = check_date},
    {.name = "fallback.datetime", .at = CONVERTER_AT(datetime), .check = check_datetime},
    {.name = "fallback.timestamp", .at = CONVERTER_AT(timestamp), .check = check_timestamp},
    {.name = "column.*.fallback",
     .type = TR_OPTION_OPEN,
     .at = CONVERTER_AT(fallbacks),
     .check = check_any},
};

static const struct tr_choice modes[] = {{"warn", 0, NULL}, {"fail", 1, NULL}, {0}};

static const struct tr_option reselect_options[] = {
    {.name = "reselect.columns.include.list",
     .type = TR_OPTION_LIST,
     .at = RESELECT_AT(include),
     .check = tr_check_regex},
    {.name = "reselect.columns.exclude.list",
     .type = TR_OPTION_LIST,
     .at = RESELECT_AT(exclude),
     .check = tr_check_regex},
    {.name = "reselect.unavailable.values",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = RESELECT_AT(unavailable)},
    {.name = "reselect.null.values",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = RESELECT_AT(nulls)},
    {.name = "reselect.use.event.key",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .at = RESELECT_AT(event_key)},
    {.name = "reselect.error.handling.mode",
     .type = TR_OPTION_CHOICE,
     .fallback = "warn",
     .choices = modes,
     .at = RESELECT_AT(fail)},
};

struct class
{
    const char *name; /* behind the package */
    enum tr_custom_class custom;
    const struct tr_option *options;
    size_t noptions;
};

static const struct class converters[] = {
    {"TinyIntOneToBooleanConverter", TR_CUSTOM_TINYINT, tinyint_options, TR_COUNT(tinyint_options)},
    {"JdbcSinkDataTypesConverter", TR_CUSTOM_JDBC_SINK, jdbc_sink_options,
     TR_COUNT(jdbc_sink_options)},
    {"ZeroDateFallbackConverter", TR_CUSTOM_ZERO_DATE, zero_date_options,
     TR_COUNT(zero_date_options)},
};

static const struct class reselect = {"io.debezium.processors.reselect."
                                      "ReselectColumnsPostProcessor",
                                      0, reselect_options, TR_COUNT(reselect_options)};

/* The same classes stand in several packages. */
static const struct class *find_converter(const char *name)
{
    static const char *const packages[] = {
        "io.debezium.connector.binlog.converters.",
        "io.debezium.connector.mysql.converters.",
        "io.debezium.connector.mariadb.converters.",
    };

    for (size_t i = 0; i < TR_COUNT(packages); i++) {
        size_t n = strlen(packages[i]);
        for (size_t j = 0; j < TR_COUNT(converters); j++)
            if (strncmp(name, packages[i], n) == 0 && strcmp(name + n, converters[j].name) == 0)
                return &converters[j];
    }
    return NULL;
}

/* ---- from properties to what they are of ----------------------------------------------------- */

/* One alias on its way. */
struct making {
    struct tr_reading *reading;
    const struct tr_settings *settings;
    const struct tr_properties *properties;
    struct tr_arena *arena;
    const char *prefix; /* "ALIAS." or "post.processors.ALIAS." */
    const struct class *class;
    void *made;
};

static bool begins(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

bool tr_is_aliased(const struct tr_settings *settings, const char *name)
{
    static const char *const lists[] = {"converters", PROCESSORS};

    for (size_t i = 0; i < TR_COUNT(lists); i++) {
        const struct tr_setting *setting = tr_settings_find(settings, lists[i]);
        for (const char *p = setting ? setting->value : ""; *p;) {
            p += strspn(p, ", \t");
            size_t n = strcspn(p, ", \t");
            if (n && strncmp(name, p, n) == 0 && name[n] == '.')
                return true;
            p += n;
        }
    }
    return false;
}

static struct tr_blame blame(const struct making *making, const char *name)
{
    const struct tr_setting *setting = tr_settings_find(making->settings, name);

    return setting ? tr_settings_blame(making->reading->arena, making->settings, setting)
                   : (struct tr_blame){making->settings->file, name};
}

static const struct tr_property *find_type(const struct making *making)
{
    size_t n = strlen(making->prefix);

    for (size_t i = 0; i < making->properties->count; i++) {
        const struct tr_property *property = &making->properties->items[i];
        if (begins(property->name, making->prefix) && strcmp(property->name + n, "type") == 0)
            return property;
    }
    return NULL;
}

/* A value that came from a provider is for no message. */
static const char *shown(const struct making *making, const struct tr_property *property)
{
    const struct tr_setting *setting = tr_settings_find(making->settings, property->name);

    return setting && setting->secret ? "..." : property->value;
}

static const struct tr_option *find_option(const struct class *class, const char *name)
{
    size_t ignored;

    for (size_t i = 0; i < class->noptions; i++)
        if (strcmp(class->options[i].name, name) == 0 ||
            (strchr(class->options[i].name, '*') &&
             tr_option_star(class->options[i].name, name, &ignored)))
            return &class->options[i];
    return NULL;
}

static void report_unknown(const struct making *making, const char *name)
{
    const char *class = strrchr(making->class->name, '.');
    struct tr_problems *problems = making->reading->problems;
    struct tr_buf names;

    tr_buf_init(&names, 1024);
    for (size_t i = 0; i < making->class->noptions; i++)
        tr_buf_printf(&names, "%s%s", i ? ", " : "", making->class->options[i].name);
    class = class ? class + 1 : making->class->name;
    if (problems->as_connect)
        tr_problems_warn(problems, blame(making, name), "%s has no effect: %s reads %s", name,
                         class, tr_buf_string(&names));
    else
        tr_problems_error(problems, blame(making, name), "there is no property %s: %s reads %s",
                          name, class, tr_buf_string(&names));
    tr_buf_finish(&names);
}

/* column.<database>.<table>.<column>.fallback */
static int add_open(const struct making *making, const struct tr_option *option,
                    const struct tr_property *property, struct tr_diag *diag)
{
    struct tr_properties *open =
        (struct tr_properties *)(void *)((char *)making->made + option->at);
    struct tr_property *items = (struct tr_property *)open->items;
    size_t length = 0;
    const char *star =
        tr_option_star(option->name, property->name + strlen(making->prefix), &length);

    if (!items)
        items = tr_arena_zalloc(making->arena, making->properties->count, sizeof *items);
    char *name = tr_arena_strdup(making->arena, (struct tr_slice){star, length});
    if (!items || !name)
        return tr_fail_memory(diag);
    items[open->count++] = (struct tr_property){name, property->value};
    open->items = items;
    return 0;
}

static int set(const struct making *making, const struct tr_option *option,
               const struct tr_property *property, struct tr_diag *diag)
{
    struct tr_option_value value;

    int rc = tr_option_parse(option, property->value, making->arena, &value, diag);
    if (rc == 0 && option->type == TR_OPTION_OPEN)
        rc = option->check(property->value, diag);
    if (rc < 0) {
        if (diag->cls != TR_CONFIG)
            return -1;
        tr_problems_error(making->reading->problems, blame(making, property->name),
                          "the value \"%.200s\" of %s is %s", shown(making, property),
                          property->name, diag->message);
        return 0;
    }
    if (option->type == TR_OPTION_OPEN)
        return add_open(making, option, property, diag);
    tr_option_store(option, &value, making->made);
    return 0;
}

static int set_defaults(const struct making *making, struct tr_diag *diag)
{
    for (size_t i = 0; i < making->class->noptions; i++) {
        const struct tr_option *option = &making->class->options[i];
        struct tr_option_value value;
        if (!option->fallback)
            continue;
        if (tr_option_parse(option, option->fallback, making->arena, &value, diag) < 0)
            return -1;
        tr_option_store(option, &value, making->made);
    }
    return 0;
}

static int set_all(const struct making *making, struct tr_diag *diag)
{
    size_t n = strlen(making->prefix);

    if (set_defaults(making, diag) < 0)
        return -1;
    for (size_t i = 0; i < making->properties->count; i++) {
        const struct tr_property *property = &making->properties->items[i];
        if (!begins(property->name, making->prefix) || strcmp(property->name + n, "type") == 0)
            continue;
        const struct tr_option *option = find_option(making->class, property->name + n);
        if (!option)
            report_unknown(making, property->name);
        else if (set(making, option, property, diag) < 0)
            return -1;
    }
    return 0;
}

/* "ALIAS.type" for a message. */
static const char *type_of(const struct making *making)
{
    const char *name = tr_arena_printf(making->reading->arena, "%stype", making->prefix);
    return name ? name : "";
}

static void report_no_type(const struct making *making, const char *alias, const char *list)
{
    tr_problems_error(making->reading->problems, blame(making, list),
                      "%s is missing: name the class of \"%s\", or take it out of %s",
                      type_of(making), alias, list);
}

/* ---- converters ------------------------------------------------------------------------------ */

static int make_converter(struct making *making, enum tr_connector_kind kind,
                          struct tr_custom_converter *converter, struct tr_diag *diag)
{
    const struct tr_property *class = find_type(making);
    struct tr_problems *problems = making->reading->problems;

    if (!class) {
        report_no_type(making, converter->alias, "converters");
        return 0;
    }
    making->class = find_converter(class->value);
    if (!making->class) {
        tr_problems_error(problems, blame(making, class->name),
                          "%s=%.200s: tailrace has no such converter, and can't load a Java class; "
                          "it has TinyIntOneToBooleanConverter, JdbcSinkDataTypesConverter and "
                          "ZeroDateFallbackConverter of io.debezium.connector.binlog.converters: "
                          "use one of these or a transform, or take \"%s\" out of converters",
                          class->name, shown(making, class), converter->alias);
        return 0;
    }
    if (kind == TR_KIND_POSTGRES) {
        tr_problems_error(problems, blame(making, class->name),
                          "%s=%.200s is for columns of MySQL and MariaDB: take \"%s\" out of "
                          "converters",
                          class->name, shown(making, class), converter->alias);
        return 0;
    }
    converter->class = making->class->custom;
    making->made = converter;
    return set_all(making, diag);
}

static int make_converters(struct making *making, struct tr_connector_options *options,
                           struct tr_diag *diag)
{
    const struct tr_list *aliases = &options->capture.converter_aliases;
    struct tr_custom_converter *made = tr_arena_zalloc(making->arena, aliases->count, sizeof *made);

    if (!made)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < aliases->count; i++) {
        made[i].alias = aliases->items[i];
        making->prefix = tr_arena_printf(making->arena, "%s.", aliases->items[i]);
        if (!making->prefix)
            return tr_fail_memory(diag);
        if (make_converter(making, options->kind, &made[i], diag) < 0)
            return -1;
    }
    options->capture.converters = made;
    options->capture.nconverters = aliases->count;
    return 0;
}

/* ---- post processors ------------------------------------------------------------------------- */

/* Whether there is a property behind the prefix. */
static bool is_used(const struct making *making)
{
    for (size_t i = 0; i < making->properties->count; i++)
        if (begins(making->properties->items[i].name, making->prefix))
            return true;
    return false;
}

/* Debezium's newer form of names, or if there is none the older one. */
static int find_prefix(struct making *making, const char *alias, struct tr_diag *diag)
{
    const char *const newer = tr_arena_printf(making->arena, PROCESSORS ".%s.", alias);
    const char *const older = tr_arena_printf(making->arena, "%s.", alias);

    if (!newer || !older)
        return tr_fail_memory(diag);
    making->prefix = older;
    bool both = is_used(making);
    making->prefix = newer;
    if (!is_used(making)) {
        making->prefix = both ? older : newer;
        return 0;
    }
    if (both)
        tr_problems_error(
            making->reading->problems, blame(making, PROCESSORS),
            "the options of the post processor %s stand behind %s and behind %s: keep "
            "those behind %s",
            alias, newer, older, newer);
    return 0;
}

static int make_reselect(struct making *making, struct tr_reselect_options *made,
                         struct tr_diag *diag)
{
    const struct tr_property *class = find_type(making);
    struct tr_problems *problems = making->reading->problems;

    if (!class) {
        report_no_type(making, made->alias, PROCESSORS);
        return 0;
    }
    if (strcmp(class->value, reselect.name) != 0) {
        tr_problems_error(problems, blame(making, class->name),
                          "%s=%.200s: tailrace has no such post processor; the one it has is %s: "
                          "use that, or take \"%s\" out of " PROCESSORS,
                          class->name, shown(making, class), reselect.name, made->alias);
        return 0;
    }
    making->class = &reselect;
    making->made = made;
    if (set_all(making, diag) < 0)
        return -1;
    if (made->include.count && made->exclude.count)
        tr_problems_error(problems, blame(making, PROCESSORS),
                          "%sreselect.columns.include.list and .exclude.list are both set: keep "
                          "one of them",
                          making->prefix);
    if (!made->unavailable && !made->nulls)
        tr_problems_warn(problems, blame(making, PROCESSORS),
                         "the post processor %s has no effect: reselect.unavailable.values and "
                         "reselect.null.values are both off",
                         made->alias);
    return 0;
}

static int make_reselects(struct making *making, struct tr_connector_options *options,
                          struct tr_diag *diag)
{
    const struct tr_list *aliases = &options->capture.processor_aliases;
    struct tr_reselect_options *made = tr_arena_zalloc(making->arena, aliases->count, sizeof *made);

    if (!made)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < aliases->count; i++) {
        made[i].alias = aliases->items[i];
        if (find_prefix(making, aliases->items[i], diag) < 0 ||
            make_reselect(making, &made[i], diag) < 0)
            return -1;
    }
    options->capture.reselects = made;
    options->capture.nreselects = aliases->count;
    return 0;
}

/* What stands behind post.processors. has to belong to an alias. */
static void report_strays(struct making *making, const struct tr_list *aliases)
{
    const char *const family = PROCESSORS ".";

    for (size_t i = 0; i < making->properties->count; i++) {
        const char *name = making->properties->items[i].name;
        bool found = !begins(name, family);
        for (size_t j = 0; !found && j < aliases->count; j++)
            found = begins(name + strlen(family), aliases->items[j]) &&
                    name[strlen(family) + strlen(aliases->items[j])] == '.';
        if (!found)
            tr_problems_warn(making->reading->problems, blame(making, name),
                             "%s has no effect: " PROCESSORS " doesn't name its alias", name);
    }
}

int tr_parse_aliased(struct tr_reading *reading, const struct tr_settings *settings,
                     struct tr_connector_options *options, struct tr_diag *diag)
{
    struct making making = {
        .reading = reading,
        .settings = settings,
        .properties = &options->capture.aliased,
        .arena = &options->arena,
    };

    report_strays(&making, &options->capture.processor_aliases);
    if (make_converters(&making, options, diag) < 0)
        return -1;
    return make_reselects(&making, options, diag);
}
