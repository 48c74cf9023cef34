/* One regular expression as Debezium reads them in its lists: anchored at both ends, without regard
 * to case, Unicode (PCRE2 for Java's dialect). */
#ifndef TR_CAPTURE_PATTERN_H
#define TR_CAPTURE_PATTERN_H

#include <stdbool.h>

#include "base/diag.h"

struct tr_pattern;

/* property is for the message about an expression that doesn't compile (TR_CONFIG, TR_STOP). */
int tr_pattern_new(const char *expression, const char *property, struct tr_pattern **ret_pattern,
                   struct tr_diag *diag) TR_MUSTCHECK;
void tr_pattern_free(struct tr_pattern *pattern);
bool tr_pattern_matches(const struct tr_pattern *pattern, const char *name);

/* Could a name match that begins so? Yes where that isn't certain. */
bool tr_pattern_may_begin(const struct tr_pattern *pattern, const char *beginning);

#endif
