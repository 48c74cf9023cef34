/* The tables of the stream, by oid: each with its newest version, or remembered as not wanted. */
#ifndef TR_SOURCE_POSTGRES_RELATION_H
#define TR_SOURCE_POSTGRES_RELATION_H

#include "source/postgres/version.h"

struct tr_pg_relation {
    uint32_t id;
    struct tr_pg_version *version; /* NULL: capture doesn't want it */
};

struct tr_pg_relations {
    const struct tr_pg_session *catalog; /* an ordinary session */
    struct tr_capture *capture;
    struct tr_pg_relation *items; /* by id */
    size_t count, room;
    size_t last; /* the one asked for before: rows come in runs */
};

void tr_pg_relations_init(struct tr_pg_relations *relations, const struct tr_pg_session *catalog,
                          struct tr_capture *capture);
void tr_pg_relations_finish(struct tr_pg_relations *relations);

/* Take in a RELATION message. The table is compiled anew only if something changed. */
int tr_pg_relations_learn(struct tr_pg_relations *relations,
                          const struct tr_pgoutput_message *message,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* NULL: no RELATION message came for it. */
const struct tr_pg_relation *tr_pg_relations_find(struct tr_pg_relations *relations, uint32_t id);

#endif
