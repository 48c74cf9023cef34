#include "config/plugin.h"

#include <string.h>

#include "config/plugin-impl.h"
#include "config/words.h"

#define DEBEZIUM "3.6.1.Final"
#define KAFKA    "4.1.0"

#define CONVERTER_JSON   "org.apache.kafka.connect.json.JsonConverter"
#define CONVERTER_STRING "org.apache.kafka.connect.storage.StringConverter"
#define CONVERTER_BYTES  "org.apache.kafka.connect.converters.ByteArrayConverter"
#define CONVERTER_SIMPLE "org.apache.kafka.connect.storage.SimpleHeaderConverter"
#define CONVERTER_BINARY "io.debezium.converters.BinaryDataConverter"
#define CONVERTER_FORMER "io.debezium.converters.ByteArrayConverter" /* Binary's name before */

/* Converters of single values. */
#define PRIMITIVES(type)                                                                           \
    {"org.apache.kafka.connect.converters.BooleanConverter", type, KAFKA, -1},                     \
        {"org.apache.kafka.connect.converters.DoubleConverter", type, KAFKA, -1},                  \
        {"org.apache.kafka.connect.converters.FloatConverter", type, KAFKA, -1},                   \
        {"org.apache.kafka.connect.converters.IntegerConverter", type, KAFKA, -1},                 \
        {"org.apache.kafka.connect.converters.LongConverter", type, KAFKA, -1},                    \
    {                                                                                              \
        "org.apache.kafka.connect.converters.ShortConverter", type, KAFKA, -1                      \
    }

static const struct tr_plugin plugins[] = {
    {"io.debezium.connector.postgresql.PostgresConnector", "source", DEBEZIUM, TR_KIND_POSTGRES},
    {"io.debezium.connector.mysql.MySqlConnector", "source", DEBEZIUM, TR_KIND_MYSQL},
    {"io.debezium.connector.mariadb.MariaDbConnector", "source", DEBEZIUM, TR_KIND_MARIADB},
    {"org.apache.kafka.connect.file.FileStreamSinkConnector", "sink", KAFKA, TR_KIND_FILE_SINK},
    {"org.apache.kafka.connect.file.FileStreamSourceConnector", "source", KAFKA,
     TR_KIND_FILE_SOURCE},
    {CONVERTER_BYTES, "converter", KAFKA, -1},
    {CONVERTER_JSON, "converter", KAFKA, -1},
    {CONVERTER_STRING, "converter", KAFKA, -1},
    PRIMITIVES("converter"),
    {CONVERTER_BINARY, "converter", DEBEZIUM, -1},
    {CONVERTER_FORMER, "converter", DEBEZIUM, -1},
    {"io.debezium.converters.CloudEventsConverter", "converter", DEBEZIUM, -1},
    {"io.confluent.connect.avro.AvroConverter", "converter", KAFKA, -1},
    {"io.apicurio.registry.utils.converter.AvroConverter", "converter", KAFKA, -1},
    {CONVERTER_SIMPLE, "header_converter", KAFKA, -1},
    {CONVERTER_STRING, "header_converter", KAFKA, -1},
    {CONVERTER_BYTES, "header_converter", KAFKA, -1},
    {CONVERTER_JSON, "header_converter", KAFKA, -1},
    PRIMITIVES("header_converter"),
    {CONVERTER_BINARY, "header_converter", DEBEZIUM, -1},
    {CONVERTER_FORMER, "header_converter", DEBEZIUM, -1},
};

const struct tr_plugin *tr_plugins(size_t *ret_count)
{
    *ret_count = TR_COUNT(plugins);
    return plugins;
}

const struct tr_plugin *tr_plugin_of(enum tr_connector_kind kind)
{
    for (size_t i = 0; i < TR_COUNT(plugins); i++)
        if (plugins[i].kind == (int)kind)
            return &plugins[i];
    return NULL;
}

/* Connect's short names: the class without its package, and that without what it is. */
static bool is_short(const char *class, const char *name)
{
    static const char *const suffixes[] = {"Connector", "HeaderConverter", "Converter"};
    const char *last = strrchr(class, '.') + 1;
    size_t n = strlen(last);

    if (strcmp(last, name) == 0)
        return true;
    for (size_t i = 0; i < TR_COUNT(suffixes); i++) {
        size_t m = strlen(suffixes[i]);
        if (n > m && strcmp(last + n - m, suffixes[i]) == 0)
            return strlen(name) == n - m && strncmp(last, name, n - m) == 0;
    }
    return false;
}

const struct tr_plugin *tr_plugin_find(const char *name)
{
    const struct tr_option_group *group;
    const struct tr_option *class = tr_option_find(TR_FOR_CONNECTORS, "connector.class", &group);

    for (size_t i = 0; i < TR_COUNT(plugins); i++)
        if (strcmp(plugins[i].class, name) == 0 || is_short(plugins[i].class, name))
            return &plugins[i];
    for (const struct tr_choice *choice = class->choices; choice->name; choice++)
        if (strcmp(choice->name, name) == 0)
            return tr_plugin_of((enum tr_connector_kind)choice->value);
    return NULL;
}

const char *tr_plugin_title(enum tr_connector_kind kind)
{
    static const char *const titles[TR_KINDS] = {
        [TR_KIND_POSTGRES] = "Postgres", [TR_KIND_MYSQL] = "MySQL", [TR_KIND_MARIADB] = "MariaDB"};

    return titles[kind];
}

static const char *type_name(enum tr_option_type type)
{
    static const char *const names[] = {
        [TR_OPTION_STRING] = "STRING",   [TR_OPTION_PASSWORD] = "PASSWORD",
        [TR_OPTION_BOOLEAN] = "BOOLEAN", [TR_OPTION_INT] = "INT",
        [TR_OPTION_LONG] = "LONG",       [TR_OPTION_LIST] = "LIST",
        [TR_OPTION_CHOICE] = "STRING",   [TR_OPTION_OPERATIONS] = "LIST",
        [TR_OPTION_OPEN] = "STRING",     [TR_OPTION_WHOLE] = "STRING",
    };

    return names[type];
}

static const char *importance_name(enum tr_importance importance)
{
    static const char *const names[] = {
        [TR_LOW] = "LOW", [TR_MEDIUM] = "MEDIUM", [TR_HIGH] = "HIGH"};

    return names[importance];
}

static bool is_version(const char *name)
{
    static const char end[] = ".plugin.version";
    size_t n = strlen(name), m = strlen(end);

    return n > m && strcmp(name + n - m, end) == 0;
}

static const char *default_of(const struct tr_shown *shown, const struct tr_option *option,
                              const struct tr_plugin *plugin)
{
    if (strcmp(shown->name, "connector.plugin.version") == 0)
        return plugin->version;
    if (option->classes || is_version(shown->name))
        return NULL; /* the worker's */
    return strchr(option->name, '*') ? shown->fallback : option->fallback;
}

static const char *width_name(enum tr_width width)
{
    static const char *const names[] = {"NONE", "SHORT", "MEDIUM", "LONG"};

    return names[width];
}

static void define(const struct tr_shown *shown, const struct tr_option *option,
                   const struct tr_plugin *plugin, struct tr_definition *ret_definition)
{
    bool pattern = strchr(option->name, '*');
    const char *title = tr_plugin_title((enum tr_connector_kind)plugin->kind);

    *ret_definition = (struct tr_definition){
        .name = shown->name,
        .type = shown->type ? shown->type : type_name(option->type),
        .required = option->required && !tr_words_are_debeziums(TR_FOR(plugin->kind), shown->name),
        .default_value = default_of(shown, option, plugin),
        .importance = importance_name(pattern ? shown->importance : option->importance),
        .documentation = option->doc,
        .group = shown->group && !*shown->group ? title : shown->group,
        .width = width_name(shown->width),
        .display_name = shown->label,
        .dependents = {&shown->dependent, shown->dependent ? 1 : 0},
        .order = shown->order,
    };
}

/* The order of the group's next option: one more than the last one's. */
static int next_order(const struct tr_definition *items, size_t count, const char *group)
{
    while (count-- > 0)
        if (items[count].group && strcmp(items[count].group, group) == 0)
            return items[count].order + 1;
    return 1;
}

/* Rows of options that another kind of connector has are left out. */
static size_t define_all(const struct tr_shown_list *list, const struct tr_plugin *plugin,
                         struct tr_definition *items)
{
    const struct tr_option_group *group;
    size_t n = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct tr_shown *shown = &list->items[i];
        const struct tr_option *option = tr_option_find(TR_FOR(plugin->kind), shown->name, &group);
        if (!option || option->status == TR_OPTION_FORMER ||
            (shown->readers && !(shown->readers & TR_FOR(plugin->kind))))
            continue;
        define(shown, option, plugin, &items[n]);
        if (!shown->order)
            items[n].order = next_order(items, n, items[n].group);
        n++;
    }
    return n;
}

bool tr_plugin_invisible(const char *option)
{
    for (size_t i = 0; i < tr_shown_databases.count; i++)
        if (strcmp(tr_shown_databases.items[i].name, option) == 0)
            return tr_shown_databases.items[i].invisible;
    return false;
}

static const struct tr_shown_list *own_list(enum tr_connector_kind kind)
{
    bool file = kind == TR_KIND_FILE_SOURCE || kind == TR_KIND_FILE_SINK;

    return file ? &tr_shown_files : &tr_shown_databases;
}

int tr_plugin_connectors_definitions(const struct tr_plugin *plugin, struct tr_arena *arena,
                                     struct tr_definitions *ret_connects,
                                     struct tr_definitions *ret_own, struct tr_diag *diag)
{
    const struct tr_shown_list *own = own_list((enum tr_connector_kind)plugin->kind);
    size_t count = tr_shown_connect.count + own->count;
    struct tr_definition *items = tr_arena_zalloc(arena, count, sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    size_t n = define_all(&tr_shown_connect, plugin, items);
    *ret_connects = (struct tr_definitions){items, n};
    *ret_own = (struct tr_definitions){items + n, define_all(own, plugin, items + n)};
    return 0;
}

/* What a converter's own definitions are: few, and the same for keys and values. */
static const struct tr_definition json_definitions[] = {
    {"converter.type",
     "STRING",
     true,
     NULL,
     "LOW",
     "How the converter is used: key or value.",
     NULL,
     "NONE",
     "converter.type",
     {0},
     -1},
    {"schemas.enable",
     "BOOLEAN",
     false,
     "true",
     "HIGH",
     "Whether each record carries its schema.",
     "Schemas",
     "MEDIUM",
     "Enable Schemas",
     {0},
     0},
    {"schemas.cache.size",
     "INT",
     false,
     "1000",
     "HIGH",
     "Size of a cache of schemas, in Connect.",
     "Schemas",
     "MEDIUM",
     "Schema Cache Size",
     {0},
     1},
    {"decimal.format",
     "STRING",
     false,
     "BASE64",
     "LOW",
     "How decimals are written.",
     "Serialization",
     "MEDIUM",
     "Decimal Format",
     {0},
     0},
    {"replace.null.with.default",
     "BOOLEAN",
     false,
     "true",
     "LOW",
     "Whether null is written as the field's default.",
     "Serialization",
     "MEDIUM",
     "Replace null with default",
     {0},
     1},
};

/* A BinaryDataConverter's; the first one is what other converters have. */
static const struct tr_definition plain_definitions[] = {
    {"converter.type",
     "STRING",
     true,
     NULL,
     "LOW",
     "How the converter is used: key or value.",
     NULL,
     "NONE",
     "converter.type",
     {0},
     -1},
    {"delegate.converter.type",
     "STRING",
     false,
     NULL,
     "LOW",
     "The class of the converter for what is not bytes.",
     NULL,
     "NONE",
     "delegate.converter.type",
     {0},
     -1},
};

/* Some define nothing. */
static struct tr_definitions converters_definitions(const char *class)
{
    size_t plain = strncmp(class, "org.apache.", 11) == 0 ? 1 : 0;

    if (strcmp(class, CONVERTER_JSON) == 0)
        return (struct tr_definitions){json_definitions, TR_COUNT(json_definitions)};
    if (strcmp(class, CONVERTER_BINARY) == 0 || strcmp(class, CONVERTER_FORMER) == 0)
        plain = TR_COUNT(plain_definitions);
    return (struct tr_definitions){plain_definitions, plain};
}

int tr_plugin_definitions(const struct tr_plugin *plugin, struct tr_arena *arena,
                          struct tr_definitions *ret_definitions, struct tr_diag *diag)
{
    struct tr_definitions connects, own;

    if (plugin->kind < 0) {
        *ret_definitions = converters_definitions(plugin->class);
        return 0;
    }
    if (tr_plugin_connectors_definitions(plugin, arena, &connects, &own, diag) < 0)
        return -1;
    struct tr_definition *items = tr_arena_zalloc(arena, connects.count + own.count, sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    memcpy(items, own.items, own.count * sizeof *items);
    memcpy(items + own.count, connects.items, connects.count * sizeof *items);
    *ret_definitions = (struct tr_definitions){items, connects.count + own.count};
    return 0;
}

void tr_definition_of(const struct tr_option *option, struct tr_definition *ret_definition)
{
    *ret_definition = (struct tr_definition){
        .name = option->name,
        .type = type_name(option->type),
        .required = option->required,
        .default_value = option->fallback,
        .importance = importance_name(option->importance),
        .documentation = option->doc,
        .width = "NONE",
        .display_name = option->name,
        .order = -1,
    };
}

int tr_definitions_of(const struct tr_option *options, size_t count, struct tr_arena *arena,
                      struct tr_definitions *ret_definitions, struct tr_diag *diag)
{
    struct tr_definition *items = tr_arena_zalloc(arena, count, sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (options[i].status != TR_OPTION_FORMER)
            tr_definition_of(&options[i], &items[n++]);
    *ret_definitions = (struct tr_definitions){items, n};
    return 0;
}

void tr_definition_show(struct tr_definition *definition, const struct tr_shown *shown)
{
    definition->group = shown->group;
    definition->order = shown->order;
    definition->width = width_name(shown->width);
    definition->display_name = shown->label;
    definition->importance = importance_name(shown->importance);
    if (shown->fallback)
        definition->default_value = shown->fallback;
}
