/*
 * An end to connections that don't get anywhere. libmicrohttpd's timeout begins anew with every
 * byte, so that a client that sends one now and then could keep its connection, and all of them,
 * for ever. Here a connection has some seconds from its start, or from its last answer, to send a
 * complete request, and to take an answer; time that we spend on it doesn't count. It is checked
 * once a second while there are connections, and never without.
 */
#ifndef TR_REST_DEADLINE_H
#define TR_REST_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct tr_deadline;
struct tr_peer;

/* NULL: no memory, or no thread. */
struct tr_deadline *tr_deadline_new(int64_t patience_us);
void tr_deadline_free(struct tr_deadline *deadline);

/* A connection begins (NULL: no memory) and ends; its socket must be open in between. */
struct tr_peer *tr_deadline_join(struct tr_deadline *deadline, int fd);
void tr_deadline_leave(struct tr_deadline *deadline, struct tr_peer *peer);

/* Whether we are working on it. Each change begins its time anew. */
void tr_deadline_busy(struct tr_deadline *deadline, struct tr_peer *peer, bool busy);

#endif
