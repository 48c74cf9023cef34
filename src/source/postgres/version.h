/*
 * One version of a table: what a RELATION message or the catalog says, as a tr_table, compiled.
 *
 * The stream's message is the truth about the names, types and replica identity that the rows
 * behind it have; it was made with the catalog as it was then. What it doesn't say (key, defaults,
 * nullability) comes from the catalog as it is now, which may be later: a column that the catalog
 * no longer has becomes optional without default. With the default replica identity the message
 * marks the primary key's columns, so that the key is the right one even then.
 */
#ifndef TR_SOURCE_POSTGRES_VERSION_H
#define TR_SOURCE_POSTGRES_VERSION_H

#include "capture/capture.h"
#include "pgoutput/pgoutput.h"
#include "source/postgres/catalog.h"

struct tr_pg_version {
    struct tr_arena arena;
    struct tr_table table;
    struct tr_pg_shape shape;          /* the catalog's side of it */
    struct tr_capture_table *compiled; /* NULL until tr_pg_version_compile */
};

/* Load the version of a relation; message NULL: as the catalog has it, which then must have it. */
int tr_pg_version_new(const struct tr_pg_session *session, uint32_t oid,
                      const struct tr_pgoutput_message *message, struct tr_pg_version **ret_version,
                      struct tr_diag *diag) TR_MUSTCHECK;
void tr_pg_version_free(struct tr_pg_version *version);

/* The key as one text: names and types, which make the order of its values. NULL: no memory. */
const char *tr_pg_version_key(const struct tr_pg_version *version,
                              struct tr_arena *arena) TR_MUSTCHECK;

/* Both describe rows in the same way. */
bool tr_pg_version_equal(const struct tr_pg_version *a, const struct tr_pg_version *b);

int tr_pg_version_compile(struct tr_pg_version *version, struct tr_capture *capture,
                          struct tr_diag *diag) TR_MUSTCHECK;

#endif
