#include "config/problems.h"

#include <stdarg.h>
#include <stdio.h>

static const char *render(struct tr_arena *arena, const char *format, va_list args)
{
    char text[1024];

    vsnprintf(text, sizeof text, format, args);
    const char *copy = tr_arena_strdup(arena, tr_slice_of(text));
    return copy ? copy : "out of memory while reading the configuration";
}

void tr_problems_error(struct tr_problems *problems, const char *format, ...)
{
    va_list args;

    if (problems->nerrors == TR_PROBLEMS_MOST) {
        problems->nmore++;
        return;
    }
    va_start(args, format);
    problems->errors[problems->nerrors++] = render(problems->arena, format, args);
    va_end(args);
}

void tr_problems_warn(struct tr_problems *problems, const char *format, ...)
{
    va_list args;

    if (problems->nwarnings == TR_WARNINGS_MOST)
        return;
    if (problems->nwarnings == TR_WARNINGS_MOST - 1) {
        problems->warnings[problems->nwarnings++] = "there are more warnings than are shown";
        return;
    }
    va_start(args, format);
    problems->warnings[problems->nwarnings++] = render(problems->arena, format, args);
    va_end(args);
}

int tr_problems_result(const struct tr_problems *problems, struct tr_diag *diag)
{
    size_t others = problems->nerrors + problems->nmore - 1;

    if (!problems->nerrors)
        return 0;
    if (!others)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "%s", problems->errors[0]);
    return tr_fail(diag, TR_CONFIG, TR_STOP, "%s (and %zu more)", problems->errors[0], others);
}
