/* One listener: libmicrohttpd between the sockets and the exchanges. */
#ifndef TR_REST_SERVER_H
#define TR_REST_SERVER_H

#include "base/log.h"
#include "rest/exchange.h"
#include "rest/tls.h"

struct tr_server;

struct tr_server_params {
    struct tr_api *api;
    const struct tr_log *log;
    const struct tr_tls *tls; /* NULL: http */
    int fd;                   /* the server's from now on, whatever comes of it */
    bool main, admin;         /* what is answered here */
};

int tr_server_new(const struct tr_server_params *params, struct tr_server **ret_server,
                  struct tr_diag *diag) TR_MUSTCHECK;
/* Waits for what is being answered. */
void tr_server_free(struct tr_server *server);

#endif
