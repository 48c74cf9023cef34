/*
 * How far the stream is, for those who look from outside. The log's end is asked for seldom, on the
 * session for the catalog, which is idle most of the time (and so isn't closed by wait_timeout);
 * how far the stream is follows from what it knows anyway.
 */
#ifndef TR_SOURCE_MYSQL_GAUGE_H
#define TR_SOURCE_MYSQL_GAUGE_H

#include "source/mysql/position.h"
#include "source/mysql/query.h"

struct tr_mysql_gauge {
    const struct tr_mysql_session *session;
    struct tr_mysql_coordinates head, done; /* done: everything before it is committed */
    bool has_all;                           /* the GTIDs of the newest answer were all read */
    int64_t asked_us;                       /* monotonic; 0: never */
    int64_t behind_us; /* since when the server is known to have more; 0: it hasn't */
    /* A position on its way: done will be there when its token is confirmed. */
    struct tr_mysql_coordinates marked;
    uint64_t token; /* 0: none */
};

/* How the stream is. */
struct tr_mysql_gauge_news {
    const struct tr_mysql_position *position; /* read so far */
    uint64_t put, confirmed;                  /* tokens */
    bool pending;                             /* something was read that isn't put */
    int64_t held_us; /* when the oldest change of that was committed; 0: there is none */
};

/* Ask the server if it is time. An error is none of the stream's: the figures stay. >0:
 * TR_MYSQL_STOPPED. */
int tr_mysql_gauge_ask(struct tr_mysql_gauge *gauge, const struct tr_mysql_gauge_news *news,
                       int64_t now) TR_MUSTCHECK;
void tr_mysql_gauge_tell(struct tr_mysql_gauge *gauge, const struct tr_mysql_gauge_news *news);

#endif
