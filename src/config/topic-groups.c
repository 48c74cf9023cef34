/* topic.creation.groups, and what topic.creation.GROUP.* says about each; default is the last. */
#include <string.h>

#include "config/option-value.h"
#include "config/parse.h"

#define PREFIX "topic.creation."

struct grouping {
    struct tr_reading *reading;
    const struct tr_settings *settings;
    struct tr_arena *arena;
    struct tr_topic_group *groups;
    size_t ngroups;
};

static struct tr_topic_group *find_group(const struct grouping *grouping, const char *name,
                                         const char **ret_rest)
{
    struct tr_topic_group *found = NULL;
    size_t best = 0;

    for (size_t i = 0; i < grouping->ngroups; i++) {
        size_t n = strlen(grouping->groups[i].name);
        if (n > best && strncmp(name, grouping->groups[i].name, n) == 0 && name[n] == '.') {
            best = n;
            found = &grouping->groups[i];
            *ret_rest = name + n + 1;
        }
    }
    return found;
}

/* A topic's own configuration: room for all settings is made at the first one. */
static int add_setting(const struct grouping *grouping, struct tr_topic_group *group,
                       const char *name, const char *value)
{
    struct tr_property *items = (struct tr_property *)group->settings.items;
    struct tr_property property = {
        tr_arena_strdup(grouping->arena, tr_slice_of(name)),
        tr_arena_strdup(grouping->arena, tr_slice_of(value)),
    };

    if (!items)
        items = tr_arena_zalloc(grouping->arena, grouping->settings->count, sizeof *items);
    if (!items || !property.name || !property.value)
        return -1;
    items[group->settings.count++] = property;
    group->settings.items = items;
    return 0;
}

static int set(const struct grouping *grouping, struct tr_topic_group *group, const char *rest,
               const struct tr_setting *setting)
{
    const struct tr_option_group *table;
    const struct tr_option *option = tr_option_find(TR_FOR_CONNECTORS, setting->name, &table);
    struct tr_option_value value;
    struct tr_diag diag;

    /* what is wrong has been said already: the option table knows the forms */
    if (!option || tr_option_parse(option, setting->value, grouping->arena, &value, &diag) < 0)
        return 0;
    if (strcmp(rest, "include") == 0)
        group->include = value.list;
    else if (strcmp(rest, "exclude") == 0)
        group->exclude = value.list;
    else if (strcmp(rest, "replication.factor") == 0)
        group->replication_factor = (int32_t)value.number;
    else if (strcmp(rest, "partitions") == 0)
        group->partitions = (int32_t)value.number;
    else
        return add_setting(grouping, group, rest, setting->value);
    return 0;
}

static int set_from(const struct grouping *grouping, const struct tr_setting *setting)
{
    const char *name = setting->name + strlen(PREFIX), *rest;
    struct tr_topic_group *group = find_group(grouping, name, &rest);
    struct tr_problems *problems = grouping->reading->problems;
    struct tr_blame blame =
        tr_settings_blame(grouping->reading->arena, grouping->settings, setting);

    if (!group) {
        tr_problems_error(problems, blame,
                          "%s belongs to no group: name the group in topic.creation.groups, or "
                          "write default in its place",
                          setting->name);
        return 0;
    }
    if (strcmp(group->name, "default") == 0 &&
        (strcmp(rest, "include") == 0 || strcmp(rest, "exclude") == 0)) {
        tr_problems_error(problems, blame,
                          "%s can't be set: the group default takes all topics that no other "
                          "group does",
                          setting->name);
        return 0;
    }
    return set(grouping, group, rest, setting);
}

static void check_groups(const struct grouping *grouping)
{
    const struct tr_blame blame = {grouping->settings->file, PREFIX "groups"};

    for (size_t i = 0; i < grouping->ngroups; i++) {
        const struct tr_topic_group *group = &grouping->groups[i];
        if (!group->include.count && strcmp(group->name, "default") != 0)
            tr_problems_error(grouping->reading->problems, blame,
                              PREFIX "%s.include is missing: say which topics are in the "
                                     "group %s of topic.creation.groups",
                              group->name, group->name);
        if (group->replication_factor == 0 || group->partitions == 0)
            tr_problems_error(grouping->reading->problems, blame,
                              PREFIX "%s has no partitions or replicas: write -1 for the "
                                     "broker's default",
                              group->name);
    }
}

static int make_groups(struct grouping *grouping, struct tr_diag *diag)
{
    const struct tr_setting *setting = tr_settings_find(grouping->settings, PREFIX "groups");
    struct tr_list names = {0};

    if (setting && tr_list_parse(setting->value, grouping->arena, &names, diag) < 0)
        return -1;
    grouping->groups = tr_arena_zalloc(grouping->arena, names.count + 1, sizeof *grouping->groups);
    if (!grouping->groups)
        return tr_fail_memory(diag);
    for (size_t i = 0; i <= names.count; i++) {
        const char *name = i < names.count ? names.items[i] : "default";
        if (i < names.count && strcmp(name, "default") == 0)
            continue; /* Connect lets it be named, too; it stays the last */
        grouping->groups[grouping->ngroups++] =
            (struct tr_topic_group){.name = name, .replication_factor = -1, .partitions = -1};
    }
    return 0;
}

int tr_parse_topic_groups(struct tr_reading *reading, const struct tr_settings *settings,
                          struct tr_connector_options *options, struct tr_diag *diag)
{
    struct grouping grouping = {.reading = reading, .settings = settings, .arena = &options->arena};

    if (make_groups(&grouping, diag) < 0)
        return -1;
    for (size_t i = 0; i < settings->count; i++) {
        const char *name = settings->items[i].name;
        if (strncmp(name, PREFIX, strlen(PREFIX)) == 0 && strcmp(name, PREFIX "groups") != 0 &&
            strcmp(name, PREFIX "enable") != 0 && set_from(&grouping, &settings->items[i]) < 0)
            return tr_fail_memory(diag);
    }
    check_groups(&grouping);
    options->sink.topic_groups = grouping.groups;
    options->sink.ntopic_groups = grouping.ngroups;
    return 0;
}
