#include "transform/plugins.h"

#include <string.h>

#include "transform/shown.h"
#include "transform/transform-impl.h"

static const struct {
    const char *type;
    const struct tr_transform_impl *const *table;
} families[] = {{"transformation", tr_transforms}, {"predicate", tr_predicates}};

static struct tr_plugin plugin_of(const struct tr_transform_impl *impl, const char *type)
{
    bool debezium = strncmp(impl->class_name, "io.debezium.", 12) == 0;
    const struct tr_plugin *sibling = tr_plugin_find(debezium ? "PostgresConnector" : "Json");

    return (struct tr_plugin){impl->class_name, type, sibling->version, -1};
}

const struct tr_plugin *tr_transform_plugins(struct tr_arena *arena, size_t *ret_count)
{
    size_t n = 0;

    for (size_t i = 0; i < TR_COUNT(families); i++)
        for (size_t j = 0; families[i].table[j]; j++)
            n++;
    struct tr_plugin *plugins = tr_arena_zalloc(arena, n, sizeof *plugins);
    if (!plugins)
        return NULL;
    *ret_count = n;
    n = 0;
    for (size_t i = 0; i < TR_COUNT(families); i++)
        for (size_t j = 0; families[i].table[j]; j++)
            plugins[n++] = plugin_of(families[i].table[j], families[i].type);
    return plugins;
}

static bool is_called(const struct tr_transform_impl *impl, const char *name)
{
    return strcmp(impl->class_name, name) == 0 ||
           strcmp(strrchr(impl->class_name, '.') + 1, name) == 0;
}

/* Of a class whose options are in shown.c, others are known to nobody but its code. */
static int define(const struct tr_transform_impl *impl, struct tr_arena *arena,
                  struct tr_definitions *ret_definitions, struct tr_diag *diag)
{
    size_t n = 0;

    if (tr_definitions_of(impl->options, impl->noptions, arena, ret_definitions, diag) < 0)
        return -1;
    if (!tr_transform_is_shown(impl->class_name))
        return 0;
    struct tr_definition *items = (struct tr_definition *)ret_definitions->items;
    for (size_t i = 0; i < ret_definitions->count; i++) {
        const struct tr_shown *shown = tr_transform_shown(impl->class_name, items[i].name);
        if (!shown)
            continue;
        items[n] = items[i];
        tr_definition_show(&items[n++], shown);
    }
    ret_definitions->count = n;
    return 0;
}

int tr_transform_definitions(const char *name, struct tr_arena *arena, struct tr_plugin *ret_plugin,
                             struct tr_definitions *ret_definitions, struct tr_diag *diag)
{
    for (size_t i = 0; i < TR_COUNT(families); i++)
        for (size_t j = 0; families[i].table[j]; j++) {
            const struct tr_transform_impl *impl = families[i].table[j];
            if (!is_called(impl, name))
                continue;
            if (ret_plugin)
                *ret_plugin = plugin_of(impl, families[i].type);
            return define(impl, arena, ret_definitions, diag);
        }
    return 1;
}
