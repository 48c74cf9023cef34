/*
 * Include and exclude lists, and message.key.columns: comma-separated regular expressions in Java's
 * sense, matched anchored and without regard to case, as Debezium does (PCRE2).
 */
#ifndef TR_CAPTURE_FILTER_H
#define TR_CAPTURE_FILTER_H

#include <stdbool.h>

#include "base/diag.h"
#include "config/options.h"

struct tr_filter;

/* Either list may be empty; the names of the properties are for the message about a bad regex. An
 * empty filter lets everything through. */
int tr_filter_new(const struct tr_list *include, const char *include_name,
                  const struct tr_list *exclude, const char *exclude_name,
                  struct tr_filter **ret_filter, struct tr_diag *diag) TR_MUSTCHECK;
void tr_filter_free(struct tr_filter *filter);
bool tr_filter_allows(const struct tr_filter *filter, const char *name);

#endif
