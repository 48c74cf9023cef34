#include "config/settings.h"

#include <string.h>

struct tr_settings *tr_settings_new(struct tr_reading *reading, const char *file)
{
    struct tr_settings *settings = tr_arena_zalloc(reading->arena, 1, sizeof *settings);

    if (!settings)
        return NULL;
    settings->file = file;
    *reading->end = settings;
    reading->end = &settings->next;
    return settings;
}

static int grow(struct tr_arena *arena, struct tr_settings *settings)
{
    size_t size = settings->size ? settings->size * 2 : 32;
    struct tr_setting *items = tr_arena_zalloc(arena, size, sizeof *items);

    if (!items)
        return -1;
    if (settings->count)
        memcpy(items, settings->items, settings->count * sizeof *items);
    settings->items = items;
    settings->size = size;
    return 0;
}

int tr_settings_add(struct tr_reading *reading, struct tr_settings *settings,
                    struct tr_setting setting)
{
    const struct tr_setting *earlier = tr_settings_find(settings, setting.name);

    if (earlier) {
        tr_problems_error(reading->problems, tr_settings_blame(reading->arena, settings, &setting),
                          "%s is there twice: remove one of them", setting.name);
        return 0;
    }
    if (settings->count == settings->size && grow(reading->arena, settings) < 0)
        return -1;
    settings->items[settings->count++] = setting;
    return 0;
}

const struct tr_setting *tr_settings_find(const struct tr_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].name, name) == 0)
            return &settings->items[i];
    return NULL;
}

struct tr_blame tr_settings_blame(struct tr_arena *arena, const struct tr_settings *settings,
                                  const struct tr_setting *setting)
{
    const char *place = NULL;

    if (setting->line)
        place = tr_arena_printf(arena, "%s:%u", settings->file, setting->line);
    return (struct tr_blame){place ? place : settings->file, setting->name};
}
