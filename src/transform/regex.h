/* Java's regular expressions as transforms use them: PCRE2 with Java's replacement syntax. */
#ifndef TR_TRANSFORM_REGEX_H
#define TR_TRANSFORM_REGEX_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/slice.h"

struct tr_regex;

/* option names the expression in messages and lives as long as the regex. */
int tr_regex_new(const char *expression, const char *option, struct tr_regex **ret_regex,
                 struct tr_diag *diag) TR_MUSTCHECK;
void tr_regex_free(struct tr_regex *regex);

/* Matcher.matches(): the whole text. >0: it does; <0: PCRE2 gives up (TR_DATA). */
int tr_regex_matches(const struct tr_regex *regex, struct tr_slice text,
                     struct tr_diag *diag) TR_MUSTCHECK;

struct tr_regex_replacing {
    const struct tr_regex *regex;
    const char *replacement;
    bool all;
};

/* Matcher.replaceFirst(), or replaceAll(): $1, ${name}, \$. The result is terminated and lies in
 * the arena; it is the text's copy without a match. <0: a replacement that names a group there
 * isn't. */
int tr_regex_replace(const struct tr_regex_replacing *replacing, struct tr_slice text,
                     struct tr_arena *arena, struct tr_slice *ret_text,
                     struct tr_diag *diag) TR_MUSTCHECK;

#endif
