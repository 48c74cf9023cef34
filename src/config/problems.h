/* What is wrong with a configuration: collected, so that one look mends it. */
#ifndef TR_CONFIG_PROBLEMS_H
#define TR_CONFIG_PROBLEMS_H

#include "base/arena.h"
#include "base/diag.h"

/* Further ones are only counted: they tend to follow from these. */
#define TR_PROBLEMS_MOST 20
#define TR_WARNINGS_MOST 100

struct tr_problems {
    struct tr_arena *arena; /* of the texts */
    const char *errors[TR_PROBLEMS_MOST];
    size_t nerrors, nmore;
    const char *warnings[TR_WARNINGS_MOST];
    size_t nwarnings;
};

void tr_problems_error(struct tr_problems *problems, const char *format, ...) TR_PRINTF(2, 3);
void tr_problems_warn(struct tr_problems *problems, const char *format, ...) TR_PRINTF(2, 3);

/* 0 when there is no error; otherwise the first one and the number of others in the diag, and <0.
 */
int tr_problems_result(const struct tr_problems *problems, struct tr_diag *diag) TR_MUSTCHECK;

#endif
