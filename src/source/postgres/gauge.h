/*
 * How far the stream is, and what its slot costs the server: for those who look from outside.
 *
 * The server's log end and the slot are asked for seldom, on the session for the catalog, which is
 * idle most of the time; how far the stream is follows from what it knows anyway.
 */
#ifndef TR_SOURCE_POSTGRES_GAUGE_H
#define TR_SOURCE_POSTGRES_GAUGE_H

#include "source/postgres/query.h"

#define TR_PG_GAUGE_US 10000000 /* between two questions */

struct tr_pg_gauge {
    const struct tr_pg_session *session;
    uint64_t head_lsn;
    int64_t asked_us;  /* monotonic; 0: never */
    int64_t behind_us; /* since when the server is known to have more; 0: it hasn't */
};

/* How the stream is. */
struct tr_pg_gauge_news {
    uint64_t received_lsn; /* as far as the server has sent */
    uint64_t done_lsn;     /* as far as nothing of ours is left to be committed */
    int64_t held_us; /* when the oldest change that isn't handed over was committed; 0: none */
};

/* Ask the server if it is time. An error is none of the stream's: the figures are then unknown.
 * >0: TR_PG_STOPPED. */
int tr_pg_gauge_ask(struct tr_pg_gauge *gauge, int64_t now) TR_MUSTCHECK;

void tr_pg_gauge_tell(struct tr_pg_gauge *gauge, const struct tr_pg_gauge_news *news);

#endif
