/* What is wrong with a configuration: collected, so that one look mends it. */
#ifndef TR_CONFIG_PROBLEMS_H
#define TR_CONFIG_PROBLEMS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"

/* How many errors of files are told; further ones are only counted: they tend to follow from
 * these. */
#define TR_PROBLEMS_TOLD 20
#define TR_PROBLEMS_MOST 200

/* What a problem is about: where it stands in a file ("" or NULL: in none), which goes before the
 * message, and the property (NULL: none in particular). */
struct tr_blame {
    const char *place, *property;
};

struct tr_problem {
    const char *property, *message;
};

struct tr_problems {
    struct tr_arena *arena; /* of the texts */
    bool as_connect;        /* judge and speak as Kafka Connect does: see connector-config.h */
    struct tr_problem errors[TR_PROBLEMS_MOST];
    size_t nerrors, nmore;
    struct tr_problem warnings[TR_PROBLEMS_MOST];
    size_t nwarnings;
};

void tr_problems_error(struct tr_problems *problems, struct tr_blame blame, const char *format, ...)
    TR_PRINTF(3, 4);
void tr_problems_warn(struct tr_problems *problems, struct tr_blame blame, const char *format, ...)
    TR_PRINTF(3, 4);

/* 0 when there is no error; otherwise the first one and the number of others in the diag, and <0.
 */
int tr_problems_result(const struct tr_problems *problems, struct tr_diag *diag) TR_MUSTCHECK;

#endif
