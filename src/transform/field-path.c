#include "transform/field-path.h"

/* The next step's end; a quoted one is cut out of its back-ticks. NULL: they don't match. */
static char *take_step(char *p, char **ret_name)
{
    char *end;

    if (*p != '`') {
        *ret_name = p;
        return p + strcspn(p, ".");
    }
    *ret_name = p + 1;
    for (end = strchr(p + 1, '`'); end && end[1] && end[1] != '.'; end = strchr(end + 1, '`'))
        continue;
    if (!end)
        return NULL;
    *end = '\0';
    return end + 1;
}

int tr_field_names_parse(const char *text, bool nested, struct tr_arena *arena,
                         struct tr_list *ret_names, struct tr_diag *diag)
{
    size_t length = strlen(text);
    char *p = tr_arena_strdup(arena, (struct tr_slice){text, length});
    const char **names = tr_arena_zalloc(arena, length + 1, sizeof *names);
    size_t n = 0;

    if (!p || !names)
        return tr_fail_memory(diag);
    if (!nested) {
        names[0] = p;
        *ret_names = (struct tr_list){names, 1};
        return 0;
    }
    for (bool more = true; more;) {
        char *name;
        char *end = take_step(p, &name);
        if (!end)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "\"%.200s\" has a back-tick without its other one", text);
        more = *end == '.';
        *end = '\0';
        names[n++] = name;
        p = end + 1;
    }
    *ret_names = (struct tr_list){names, n};
    return 0;
}
