/* What a ZeroDateFallbackConverter puts in the place of 0000-00-00. */
#ifndef TR_CONFIG_ZERO_FALLBACK_H
#define TR_CONFIG_ZERO_FALLBACK_H

#include "base/diag.h"
#include "config/options.h"

enum tr_zero_kind { TR_ZERO_DATE, TR_ZERO_DATETIME, TR_ZERO_TIMESTAMP };

/* NULL, "" or "NULL": not set. 2000-01-31; 2000-01-31 23:59:59, in UTC; 2000-01-31T23:59:59.5Z or
 * with another offset. <0: the diag's message completes "the value is …". */
int tr_zero_fallback_parse(enum tr_zero_kind kind, const char *text,
                           struct tr_zero_fallback *ret_fallback,
                           struct tr_diag *diag) TR_MUSTCHECK;

#endif
