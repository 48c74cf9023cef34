/* What the files of the definitions share; nobody else includes it. */
#ifndef TR_SOURCE_MYSQL_SCHEMA_DEFINITIONS_IMPL_H
#define TR_SOURCE_MYSQL_SCHEMA_DEFINITIONS_IMPL_H

#include "source/mysql/definitions.h"
#include "source/mysql/schema/lookahead.h"

struct tr_mysql_known {
    struct tr_mysql_definition *definition;
    bool wanted; /* captured; others are forgotten at the next DDL */
    bool stored; /* there is a state record of it */
};

struct tr_mysql_definitions {
    const struct tr_mysql_context *context;
    struct tr_capture *capture;
    const struct tr_mysql_session *session;
    struct tr_mysql_lookahead *lookahead;
    struct tr_mysql_known *items; /* by database and table */
    size_t count, room;
    bool moved;
    bool unchanged; /* the last statement created nothing, for it was there */
};

/* NULL: not known. */
struct tr_mysql_known *tr_mysql_known_find(const struct tr_mysql_definitions *definitions,
                                           struct tr_slice database, struct tr_slice table);

/* Take the one at a place out. */
void tr_mysql_definitions_drop(struct tr_mysql_definitions *definitions, size_t place);

/* Tell the sink of a definition, or (NULL) that there is none any more. */
int tr_mysql_definitions_store(const struct tr_table *table,
                               const struct tr_mysql_definition *definition, struct tr_batch *batch,
                               struct tr_diag *diag) TR_MUSTCHECK;

/* Forget a table, also in the store. */
int tr_mysql_definitions_forget(struct tr_mysql_definitions *definitions,
                                const struct tr_table *table, struct tr_batch *batch,
                                struct tr_diag *diag) TR_MUSTCHECK;

/* Read a table from the catalog, as it is now; forget it if it isn't there. >0: TR_MYSQL_STOPPED.
 */
int tr_mysql_definitions_read(struct tr_mysql_definitions *definitions,
                              const struct tr_table *table, struct tr_batch *batch,
                              struct tr_diag *diag) TR_MUSTCHECK;

#endif
