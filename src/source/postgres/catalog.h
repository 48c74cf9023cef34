/*
 * What the catalog says about tables and types, as plain structs. Read with an ordinary session:
 * current truth for the stream, the snapshot's truth when the session's transaction has one.
 */
#ifndef TR_SOURCE_POSTGRES_CATALOG_H
#define TR_SOURCE_POSTGRES_CATALOG_H

#include "source/postgres/pg-type.h"
#include "source/postgres/query.h"

struct tr_pg_attribute {
    const char *name;
    uint32_t type;
    int32_t modifier;
    bool not_null;
    bool generated;
    const char *default_text; /* pg_get_expr; NULL: none, or generated */
};

/* One relation, as it is now. */
struct tr_pg_shape {
    bool exists;
    char kind; /* relkind: r or p */
    const char *schema, *name;
    const struct tr_pg_attribute *attributes; /* by attnum, dropped and unpublished ones left out */
    size_t nattributes;
    /* The primary key's columns in its order; without one those of the first unique index (by name)
     * over plain columns, partial or nullable as it may be. */
    const char *const *key;
    size_t nkey;
    bool primary;
};

/* The relation with this oid, in the arena; not exists: it is gone. */
int tr_pg_catalog_shape(const struct tr_pg_session *session, uint32_t oid, struct tr_arena *arena,
                        struct tr_pg_shape *ret_shape, struct tr_diag *diag) TR_MUSTCHECK;

/* Types with everything they stand on (elements, bases). */
struct tr_pg_types {
    struct tr_pg_type *items;
    const char **spellings; /* format_type of each */
    size_t count;
};

/* Load the given types into the arena. Those that the catalog no longer has are left out. */
int tr_pg_catalog_types(const struct tr_pg_session *session, const struct tr_buf *oids,
                        struct tr_arena *arena, struct tr_pg_types *ret_types,
                        struct tr_diag *diag) TR_MUSTCHECK;
/* NULL: not among them. ret_spelling may be NULL. */
const struct tr_pg_type *tr_pg_types_find(const struct tr_pg_types *types, uint32_t oid,
                                          const char **ret_spelling);

#endif
