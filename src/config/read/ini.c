/* .conf: [worker] and [connector NAME] sections of lines as .properties have them. */
#include <string.h>

#include "config/read.h"

static struct tr_settings *open_section(struct tr_reading *reading, const char *file,
                                        const struct tr_setting *heading)
{
    struct tr_settings *settings = tr_settings_new(reading, file);

    if (!settings)
        return NULL;
    settings->worker = strcmp(heading->name, "worker") == 0;
    if (strncmp(heading->name, "connector ", 10) == 0)
        settings->section = heading->name + 10 + strspn(heading->name + 10, " \t");
    if (!settings->worker && !settings->section)
        tr_problems_error(reading->problems, (struct tr_blame){0},
                          "%s:%u: [%s] is not a section: write [worker] or [connector NAME]", file,
                          heading->line, heading->name);
    return settings;
}

static int add(struct tr_reading *reading, const char *file, struct tr_settings **section,
               const struct tr_setting *setting)
{
    if (!setting->value) {
        *section = open_section(reading, file, setting);
        return *section ? 0 : -1;
    }
    if (*section)
        return tr_settings_add(reading, *section, *setting);
    tr_problems_error(reading->problems, (struct tr_blame){0},
                      "%s:%u: %s stands outside of a section: write [worker] or [connector NAME] "
                      "before it",
                      file, setting->line, setting->name);
    return 0;
}

int tr_read_ini(struct tr_reading *reading, const char *file, struct tr_slice text,
                struct tr_diag *diag)
{
    struct tr_properties_reader reader = {
        .rest = text, .arena = reading->arena, .upcoming = 1, .sections = true};
    struct tr_settings *section = NULL;
    struct tr_setting setting;
    int rc;

    while ((rc = tr_properties_next(&reader, &setting, diag)) == 0)
        if (add(reading, file, &section, &setting) < 0)
            return tr_fail_memory(diag);
    return rc < 0 ? tr_fail_in(diag, "%s:%u", file, reader.line) : 0;
}
