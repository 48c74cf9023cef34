/* response.http.headers.config, as Jetty's header filter reads it: "ACTION NAME: VALUE", separated
 * by commas; quotes around one hold commas together. An action is set (in place of another header
 * of the name) or add; setDate and addDate take milliseconds from now as their value. */
#ifndef TR_CONFIG_HTTP_HEADER_H
#define TR_CONFIG_HTTP_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

struct tr_http_header {
    const char *name, *value;
    bool add;  /* beside others of the name */
    bool date; /* value is milliseconds from now */
};

#define TR_HTTP_HEADERS 32

/* <0 with the diag's message "not …". */
int tr_http_headers_parse(const char *text, struct tr_arena *arena,
                          struct tr_http_header ret_headers[TR_HTTP_HEADERS], size_t *ret_count,
                          struct tr_diag *diag) TR_MUSTCHECK;

#endif
