/*
 * Java's SimpleDateFormat in UTC and English: patterns such as yyyy-MM-dd'T'HH:mm:ss.SSSXXX. The
 * calendar is Gregorian at all times, as the databases' is; Java's is Julian before 1582.
 * Facts: java.text.SimpleDateFormat's documentation.
 */
#ifndef TR_TRANSFORM_DATE_FORMAT_H
#define TR_TRANSFORM_DATE_FORMAT_H

#include <stdint.h>

#include "base/diag.h"
#include "base/writer.h"

/* <0: a letter that means nothing, or a quote without its other one. option is for the message. */
int tr_date_format_check(const char *pattern, const char *option,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* ms since 1970, in UTC. The pattern has been checked. */
void tr_date_format_write(const char *pattern, int64_t ms, struct tr_writer *writer);

/* <0: the text doesn't begin with a moment of that form. What follows is not looked at, as Java
 * doesn't. */
int tr_date_format_read(const char *pattern, struct tr_slice text, int64_t *ret_ms) TR_MUSTCHECK;

#endif
