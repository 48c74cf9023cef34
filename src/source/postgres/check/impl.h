/* The preflight's inner side: server.c is the order of things and what concerns the server as a
 * whole, tables.c the publication and the captured tables, slot.c how the next run would begin. */
#ifndef TR_SOURCE_POSTGRES_CHECK_IMPL_H
#define TR_SOURCE_POSTGRES_CHECK_IMPL_H

#include "source/postgres/check.h"
#include "source/postgres/publication.h"
#include "source/postgres/slot.h"

/* Room for a statement that names a table, a role and a publication. */
#define TR_PG_MEND_SIZE 1536
/* Room for a quoted identifier, or schema.table. */
#define TR_PG_QUOTED    (4 * 64 + 8)

/* What a check works on. */
struct tr_pg_checking {
    const struct tr_pg_context *context;
    const struct tr_postgres_options *options;
    struct tr_capture *capture;
    const struct tr_pg_position *stored; /* NULL: not known */
    struct tr_report *report;
    struct tr_pg_session session, replication;
    char user[TR_PG_QUOTED], publication_name[TR_PG_QUOTED]; /* as SQL quotes them */
    struct tr_pg_slot slot;
    struct tr_pg_publication publication;
    bool published; /* the publication exists, and was looked at */
    bool owned;     /* the user may alter it */
    struct tr_diag *diag;
};

/* Each: <0: the server can't be asked. */
int tr_pg_check_publication(struct tr_pg_checking *checking) TR_MUSTCHECK;
int tr_pg_check_tables(struct tr_pg_checking *checking) TR_MUSTCHECK;
/* There is no publication: can the start make one? */
int tr_pg_check_creation(struct tr_pg_checking *checking) TR_MUSTCHECK;
int tr_pg_check_slot(struct tr_pg_checking *checking) TR_MUSTCHECK;

/* A single number of a query. */
int tr_pg_check_number(const struct tr_pg_checking *checking, const char *sql,
                       int64_t *ret_number) TR_MUSTCHECK;

#endif
