/*
 * Allocations that fail, one after the other.
 *
 * A scenario is a piece of work that ends in 0, with what it made told by `tell`, or in <0 with the
 * diag filled. It is run with its first allocation failing, with its second, and so on until it
 * needs no more; then again with all from the n-th on failing. Each time it has to end in an error
 * that isn't a bug's, or in exactly what it makes with all the memory it wants.
 *
 * The test has a malloc of its own, so that libraries (PCRE2, OpenSSL, zstd) go without
 * memory, too; with the address sanitizer, which needs malloc for itself, only the project's own
 * calls are taken over, and leaks are seen.
 */
#ifndef TR_TESTS_UNIT_ALLOCATION_ALLOCATION_H
#define TR_TESTS_UNIT_ALLOCATION_ALLOCATION_H

#include "base/diag.h"
#include "base/slice.h"
#include "support/cmocka.h"

struct scenario {
    const char *name;
    int (*run)(struct tr_diag *diag);
};

/* A part of what the scenario at hand makes. */
void tell(struct tr_slice text);

/* Of each file with scenarios; ended by a NULL name. */
extern const struct scenario decoding_scenarios[];
extern const struct scenario encoding_scenarios[];
extern const struct scenario storing_scenarios[];

#endif
