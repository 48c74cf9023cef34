#include "config/problems.h"

#include <stdarg.h>
#include <stdio.h>

static struct tr_problem render(struct tr_arena *arena, struct tr_blame blame, const char *format,
                                va_list args)
{
    char text[1024];
    bool placed = blame.place && *blame.place;

    vsnprintf(text, sizeof text, format, args);
    const char *message =
        tr_arena_printf(arena, "%s%s%s", placed ? blame.place : "", placed ? ": " : "", text);
    return (struct tr_problem){
        .property = blame.property ? tr_arena_strdup(arena, tr_slice_of(blame.property)) : NULL,
        .message = message ? message : "out of memory while reading the configuration"};
}

void tr_problems_error(struct tr_problems *problems, struct tr_blame blame, const char *format, ...)
{
    va_list args;

    if (problems->nerrors == (problems->as_connect ? TR_PROBLEMS_MOST : TR_PROBLEMS_TOLD)) {
        problems->nmore++;
        return;
    }
    va_start(args, format);
    problems->errors[problems->nerrors++] = render(problems->arena, blame, format, args);
    va_end(args);
}

void tr_problems_warn(struct tr_problems *problems, struct tr_blame blame, const char *format, ...)
{
    va_list args;

    if (problems->nwarnings == TR_PROBLEMS_MOST)
        return;
    if (problems->nwarnings == TR_PROBLEMS_MOST - 1) {
        problems->warnings[problems->nwarnings++] =
            (struct tr_problem){.message = "there are more warnings than are shown"};
        return;
    }
    va_start(args, format);
    problems->warnings[problems->nwarnings++] = render(problems->arena, blame, format, args);
    va_end(args);
}

int tr_problems_result(const struct tr_problems *problems, struct tr_diag *diag)
{
    size_t others = problems->nerrors + problems->nmore - 1;

    if (!problems->nerrors)
        return 0;
    const char *first = problems->errors[0].message;
    if (!others)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "%s", first);
    return tr_fail(diag, TR_CONFIG, TR_STOP, "%s (and %zu more)", first, others);
}
