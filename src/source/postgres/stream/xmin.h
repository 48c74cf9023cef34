/* source.xmin: the slot's catalog_xmin, asked for every xmin.fetch.interval.ms. */
#ifndef TR_SOURCE_POSTGRES_STREAM_XMIN_H
#define TR_SOURCE_POSTGRES_STREAM_XMIN_H

#include "source/postgres/query.h"
#include "source/postgres/source-block.h"

struct tr_pg_xmin {
    int64_t asked_us; /* 0: not yet */
};

/* Ask, if it is time to, and put the answer into a source block. >0: TR_PG_STOPPED. */
int tr_pg_xmin_ask(struct tr_pg_xmin *xmin, const struct tr_pg_session *session,
                   struct tr_value *source, struct tr_diag *diag) TR_MUSTCHECK;

#endif
