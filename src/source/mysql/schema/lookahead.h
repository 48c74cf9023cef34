/*
 * What DDL stands in the log between two places: asked where a definition was read later than the
 * rows were written that need it (definitions.h).
 *
 * The log is read by a dump of its own, which ends at the log's end, and of which everything but
 * QUERY events is skipped. What was found is kept, so that a stretch is read once.
 */
#ifndef TR_SOURCE_MYSQL_SCHEMA_LOOKAHEAD_H
#define TR_SOURCE_MYSQL_SCHEMA_LOOKAHEAD_H

#include "record/table.h"
#include "source/mysql/connect.h"
#include "source/mysql/position.h"

struct tr_mysql_lookahead;

struct tr_mysql_lookahead *
tr_mysql_lookahead_new(const struct tr_mysql_context *context) TR_MUSTCHECK; /* NULL: no memory */
void tr_mysql_lookahead_free(struct tr_mysql_lookahead *lookahead);

struct tr_mysql_sought {
    const struct tr_table *table;                 /* its names */
    const struct tr_mysql_coordinates *from, *to; /* places of events */
};

/* Is there a DDL of the table whose event begins at `from` or behind it, and before `to`? Its place
 * goes into *ret_place, whose file is "" when there is none. >0: TR_MYSQL_STOPPED. */
int tr_mysql_lookahead_find(struct tr_mysql_lookahead *lookahead,
                            const struct tr_mysql_sought *sought,
                            struct tr_mysql_coordinates *ret_place,
                            struct tr_diag *diag) TR_MUSTCHECK;

#endif
