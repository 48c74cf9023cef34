/* An address to listen at, as Connect writes it: http://HOST:PORT, https://HOST:PORT. An empty
 * HOST (http://:8083) and 0.0.0.0 are all interfaces; an IPv6 address stands in brackets. */
#ifndef TR_CONFIG_LISTENER_H
#define TR_CONFIG_LISTENER_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/slice.h"

struct tr_listener {
    bool tls;
    char host[256]; /* without brackets; "": all interfaces */
    int port;       /* 0: any free one */
};

/* <0 with the diag's message "not …". */
int tr_listener_parse(const char *text, struct tr_listener *ret_listener,
                      struct tr_diag *diag) TR_MUSTCHECK;

#endif
