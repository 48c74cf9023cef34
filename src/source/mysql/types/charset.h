/*
 * The servers' character sets. Texts of a column stay in its charset until they are converted; this
 * makes UTF-8 of them.
 *
 * ASCII and UTF-8 pass through after a look at their bytes, one-byte charsets go through a table
 * that is made once per column plan, the others through iconv.
 */
#ifndef TR_SOURCE_MYSQL_TYPES_CHARSET_H
#define TR_SOURCE_MYSQL_TYPES_CHARSET_H

#include "base/arena.h"
#include "base/diag.h"

struct tr_mysql_charset;

/* By MySQL's name ("utf8mb4", "latin1"); NULL: unknown. "binary" is unknown, too: no charset. */
const struct tr_mysql_charset *tr_mysql_charset_find(const char *name);

/* By the id of one of its collations, MariaDB's included; NULL: unknown, or binary. */
const struct tr_mysql_charset *tr_mysql_charset_of_collation(unsigned collation);

const char *tr_mysql_charset_name(const struct tr_mysql_charset *charset);

/* Bytes of the longest character. */
unsigned tr_mysql_charset_width(const struct tr_mysql_charset *charset);

/* A text in UTF-8: the same bytes, or a copy in the arena. Bytes that are no character of the
 * charset become U+FFFD each. charset NULL: taken as UTF-8. <0: no memory. */
int tr_mysql_charset_to_utf8(const struct tr_mysql_charset *charset, struct tr_slice text,
                             struct tr_arena *arena, struct tr_slice *ret_text,
                             struct tr_diag *diag) TR_MUSTCHECK;

#endif
