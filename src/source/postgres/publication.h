/*
 * The publication, and the tables that it makes the stream name.
 *
 * pg_publication_tables resolves everything that decides under which name a row comes (partitions,
 * publish_via_partition_root, schemas, FOR ALL TABLES), so the snapshot reads just the tables
 * listed there: no row under two names, none that the stream would not go on with.
 */
#ifndef TR_SOURCE_POSTGRES_PUBLICATION_H
#define TR_SOURCE_POSTGRES_PUBLICATION_H

#include "base/buf.h"
#include "capture/capture.h"
#include "source/postgres/query.h"

struct tr_pg_published {
    uint32_t id;
    const char *schema, *name;
    char kind;     /* relkind: r, p */
    bool unlogged; /* read in the snapshot, as Debezium does; the stream never has it */
    bool published;
    const char *filter; /* the publication's row filter, or NULL */
    int64_t rows;       /* estimated */
    int64_t bytes;      /* of the heap */
    char identity;      /* relreplident */
};

struct tr_pg_publication {
    struct tr_arena arena;
    bool via_root;
    bool updates, deletes;          /* published */
    struct tr_pg_published *tables; /* captured ones, by schema and name */
    size_t count;
};

void tr_pg_publication_finish(struct tr_pg_publication *publication);

/* Append the statement that makes the publication as publication.autocreate.mode asks for it; for
 * disabled one with the captured tables. <0: there is none, for example. */
int tr_pg_publication_statement(const struct tr_pg_session *session,
                                const struct tr_capture *capture, struct tr_buf *sql,
                                struct tr_diag *diag) TR_MUSTCHECK;

/* Make what publication.autocreate.mode asks for. >0: TR_PG_STOPPED. */
int tr_pg_publication_ensure(const struct tr_pg_session *session, const struct tr_capture *capture,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* The captured tables. With publication false (initial_only, which streams nothing) those that the
 * catalog has; leaves of partitioned tables then, as a new publication would list them.
 * ret_publication is to be finished in any case. */
int tr_pg_publication_tables(const struct tr_pg_session *session, const struct tr_capture *capture,
                             bool publication, struct tr_pg_publication *ret_publication,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* A captured table that the publication doesn't have; NULL: all are covered. */
const struct tr_pg_published *tr_pg_publication_gap(const struct tr_pg_publication *publication);

/* Say so, with the ways out. Always <0. */
int tr_pg_publication_fail_gap(const struct tr_pg_session *session,
                               const struct tr_pg_published *table, struct tr_diag *diag);

#endif
