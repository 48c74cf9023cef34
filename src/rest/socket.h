/* Sockets to listen at. */
#ifndef TR_REST_SOCKET_H
#define TR_REST_SOCKET_H

#include "config/listener.h"

/* Bound and listening, at the port that is written to listener->port if that was 0. >0: the address
 * is taken, and the diag says so. */
int tr_socket_listen(struct tr_listener *listener, int *ret_fd, struct tr_diag *diag) TR_MUSTCHECK;

#endif
