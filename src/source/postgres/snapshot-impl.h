/* What the files of the snapshot share; nobody else includes it. */
#ifndef TR_SOURCE_POSTGRES_SNAPSHOT_IMPL_H
#define TR_SOURCE_POSTGRES_SNAPSHOT_IMPL_H

#include <pthread.h>

#include "base/buf.h"
#include "source/postgres/snapshot.h"
#include "source/postgres/source-block.h"
#include "source/postgres/version.h"

/* The condition that no chunk is left. */
#define TR_PG_DONE 4

struct tr_pg_snapshot_table {
    const struct tr_pg_published *published;
    struct tr_pg_version *version;
    uint64_t rank;    /* tr_snapshot_rank */
    unsigned *places; /* of the columns that are read */
    size_t nplaces;
    bool chunked;
    bool direct;           /* COPY can read the table itself */
    const char *statement; /* snapshot.select.statement.overrides; NULL: none */
    char name[320];        /* schema.table */
    /* Guarded by the snapshot's lock. */
    struct tr_rest rest; /* ranges to be given, and given */
    uint64_t chunks, chunks_done;
    bool given; /* the last chunk is out */
    /* For notifications; guarded by the lock, and by the right to hand over. */
    bool announced;
    uint64_t chunks_put, rows_put;
};

struct tr_pg_snapshot {
    const struct tr_pg_snapshot_params *params;
    const struct tr_pg_context *context;
    struct tr_pg_publication publication;
    struct tr_arena arena; /* texts and bounds */
    struct tr_pg_snapshot_table *tables;
    size_t count;
    size_t last; /* the last table that has rows; count: none has any */
    char name[64];
    size_t readers;
    size_t share; /* bytes that a reader may keep to itself */

    pthread_mutex_t lock;
    pthread_cond_t ended; /* a chunk has */
    size_t current;       /* the table that chunks are given of */
    size_t under_way;     /* chunks given and not ended */
    size_t tables_done;
    uint64_t chunks, rows, rows_estimated;
    bool failed;
    struct tr_diag diag; /* of the first failure */

    struct tr_buf reading, captured; /* names of tables for notifications: as read, and also those
                                        that are only streamed */

    pthread_mutex_t putting; /* the right to hand over */
    uint64_t token;          /* guarded by it */
};

struct tr_pg_chunk {
    struct tr_pg_snapshot_table *table;
    struct tr_rest_range *range;
    struct tr_buf sql;
    bool first, last; /* of its table */
    bool final;       /* of all */
    uint64_t ordinal; /* in its table */
};

/* Find the next chunk with a reader's session. >0: TR_PG_DONE, TR_PG_STOPPED. */
int tr_pg_snapshot_next(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                        struct tr_pg_chunk *ret_chunk, struct tr_diag *diag) TR_MUSTCHECK;

/* The chunk's rows are handed over (lock not held). */
void tr_pg_snapshot_ended(struct tr_pg_snapshot *snapshot, const struct tr_pg_chunk *chunk);

/* Put the table before the message, and behind it what mends a lack of privileges. Always <0. */
int tr_pg_snapshot_fail_table(const struct tr_pg_session *session,
                              const struct tr_pg_snapshot_table *table, struct tr_diag *diag);

/* What is left of the tables: rest.c. */

/* Does the snapshot keep what it has left? A blocking one doesn't. */
bool tr_pg_snapshot_keeps(const struct tr_pg_snapshot *snapshot);
/* The table that was added last: all of it, or what an interrupted snapshot has left. *ret_read is
 * false if there is nothing to read now. */
int tr_pg_snapshot_find_rest(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                             bool *ret_read, struct tr_diag *diag) TR_MUSTCHECK;
/* Is anything of a table left? True where nothing is known. */
bool tr_pg_snapshot_is_left(const struct tr_pg_snapshot *snapshot, const char *name);
/* Have it stored before the first row. >0: TR_PG_STOPPED. */
int tr_pg_snapshot_open_rest(struct tr_pg_snapshot *snapshot, struct tr_diag *diag) TR_MUSTCHECK;
/* In the batch that ends a chunk, under the right to hand over. */
int tr_pg_snapshot_end_range(struct tr_pg_snapshot *snapshot, const struct tr_pg_chunk *chunk,
                             struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;
/* In the batch that ends the snapshot: what was left to the stream's time is its now. */
int tr_pg_snapshot_close_rest(struct tr_pg_snapshot *snapshot, struct tr_batch *batch,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* A statement of the user's in the place of the table: override.c. The columns that are read become
 * those that it selects. */
int tr_pg_snapshot_override(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                            struct tr_pg_snapshot_table *table, struct tr_diag *diag) TR_MUSTCHECK;

/* snapshot.locking.mode=shared: from here on a lock is waited for as long as
 * snapshot.lock.timeout.ms says, by the list of tables, too; then the tables are locked until the
 * session's transaction ends. >0: TR_PG_STOPPED. */
int tr_pg_snapshot_limit_waits(const struct tr_pg_snapshot *snapshot,
                               const struct tr_pg_session *session,
                               struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_snapshot_lock(const struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* Of a blocking snapshot: is the table to be read, and by which statement (NULL: as it is)? */
bool tr_pg_snapshot_ordered(const struct tr_pg_snapshot *snapshot, const char *name,
                            const char **ret_select);

/* Names in such a statement are looked up as a role usually does; everything else in pg_catalog. */
#define TR_PG_USERS_PATH "SET search_path = \"$user\", public"
#define TR_PG_OWN_PATH   "SET search_path = pg_catalog"

/* Does the table have a row? */
int tr_pg_snapshot_probe(const struct tr_pg_session *session,
                         const struct tr_pg_snapshot_table *table, bool *ret_any,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* Is it really empty where it seems to be? ALTER TABLE (where it rewrites) and TRUNCATE leave older
 * snapshots an empty table, and the stream doesn't tell the rows of a rewrite. <0 (RETRY): no. */
int tr_pg_snapshot_check_empty(const struct tr_pg_session *session,
                               const struct tr_pg_snapshot_table *table,
                               struct tr_diag *diag) TR_MUSTCHECK;

/* One reader: chunk after chunk, until none is left. Failures go into the snapshot. */
void tr_pg_reader_run(struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session);

/* Begin a transaction that sees the snapshot. */
int tr_pg_snapshot_enter(const struct tr_pg_snapshot *snapshot, const struct tr_pg_session *session,
                         struct tr_diag *diag) TR_MUSTCHECK;

void tr_pg_snapshot_fail(struct tr_pg_snapshot *snapshot, const struct tr_diag *diag);
bool tr_pg_snapshot_failed(struct tr_pg_snapshot *snapshot);
void tr_pg_snapshot_tell(struct tr_pg_snapshot *snapshot, const struct tr_pg_snapshot_table *table,
                         uint64_t rows);

/* Notifications: notify.c. A table is in the list of those that are captured, and, if it is read,
 * in that of those; what is told at the start, of a table before its first row, of a chunk in the
 * batch that ends it (the caller has the right to hand over), and at the end. Nothing without a
 * notifier. >0: TR_PG_STOPPED. */
int tr_pg_snapshot_list(struct tr_pg_snapshot *snapshot, const char *name, bool read,
                        struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_snapshot_notify_start(struct tr_pg_snapshot *snapshot, struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_snapshot_notify_table(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                                struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_snapshot_notify_chunk(struct tr_pg_snapshot *snapshot, struct tr_pg_snapshot_table *table,
                                struct tr_batch *batch, uint64_t rows,
                                struct tr_diag *diag) TR_MUSTCHECK;
int tr_pg_snapshot_notify_end(struct tr_pg_snapshot *snapshot, struct tr_diag *diag) TR_MUSTCHECK;

#endif
