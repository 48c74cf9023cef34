/*
 * Include and exclude lists, and message.key.columns: comma-separated regular expressions in Java's
 * sense, matched anchored and without regard to case, as Debezium does (PCRE2).
 */
#ifndef TR_CAPTURE_FILTER_H
#define TR_CAPTURE_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "config/options.h"

struct tr_filter;

/* A list and the property that it is from, for the message about a bad regex. list NULL: empty. */
struct tr_filter_list {
    const struct tr_list *list;
    const char *property;
};

/* An empty filter lets everything through. */
int tr_filter_new(struct tr_filter_list include, struct tr_filter_list exclude,
                  struct tr_filter **ret_filter, struct tr_diag *diag) TR_MUSTCHECK;
void tr_filter_free(struct tr_filter *filter);
bool tr_filter_allows(const struct tr_filter *filter, const char *name);

/* Could it let a name through that begins so? No only if the include list alone rules that out. */
bool tr_filter_may_begin(const struct tr_filter *filter, const char *beginning);

/* Which expression of the include list is the first that matches; 0 if none does. */
size_t tr_filter_rank(const struct tr_filter *filter, const char *name);

#endif
