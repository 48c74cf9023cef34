/* What the files of the snapshot share; nobody else includes it. */
#ifndef TR_SOURCE_MYSQL_SNAPSHOT_IMPL_H
#define TR_SOURCE_MYSQL_SNAPSHOT_IMPL_H

#include <pthread.h>

#include "base/buf.h"
#include "source/mysql/snapshot.h"
#include "source/mysql/source-block.h"
#include "source/mysql/types.h"
#include "source/mysql/walk.h"

/* A column that is read: how, and what is known of it. */
struct tr_mysql_place {
    unsigned column; /* in the table's columns */
    const struct tr_mysql_type *type;
    tr_mysql_transcode_fn *transcode;
};

struct tr_mysql_snapshot_table {
    struct tr_mysql_version *version;
    char name[512];                /* database.table */
    uint64_t rank;                 /* tr_snapshot_rank */
    struct tr_mysql_place *places; /* of the columns that are read */
    size_t nplaces;
    const char *columns;   /* of the SELECT */
    const char *statement; /* snapshot.select.statement.overrides; NULL: none */
    bool chunked;
    /* Guarded by the snapshot's lock. */
    struct tr_rest rest; /* ranges to be given, and given */
    uint64_t chunks, chunks_done;
    bool given; /* the last chunk is out */
    /* For notifications; guarded by the lock, and by the right to hand over. */
    bool announced;
    uint64_t chunks_put, rows_put;
};

struct tr_mysql_snapshot {
    const struct tr_mysql_snapshot_params *params;
    const struct tr_mysql_context *context;
    struct tr_mysql_session catalog; /* sees what is there now */
    struct tr_mysql_session *readers;
    size_t nreaders;
    struct tr_mysql_coordinates place; /* the point … */
    int64_t ts_sec;                    /* … and when it was */
    struct tr_arena arena;             /* texts and bounds */
    struct tr_mysql_list list;         /* all tables of the server */
    struct tr_batch *batch;            /* of definitions; NULL: none at hand */
    struct tr_mysql_snapshot_table *tables;
    size_t count;
    size_t last;  /* the last table that has rows; count: none has any */
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

struct tr_mysql_chunk {
    struct tr_mysql_snapshot_table *table;
    struct tr_rest_range *range;
    struct tr_buf sql;
    bool first, last; /* of its table */
    bool final;       /* of all */
    uint64_t ordinal; /* in its table */
};

/* What is said before the rows: announce.c. See that snapshot->batch has room; forget what was
 * stored before; keep a definition, which belongs to the store then, also when this fails; write
 * the schema change topic; hand over. >0: TR_MYSQL_STOPPED. */
int tr_mysql_snapshot_take_batch(struct tr_mysql_snapshot *snapshot) TR_MUSTCHECK;
int tr_mysql_snapshot_forget(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_snapshot_define(struct tr_mysql_snapshot *snapshot,
                             struct tr_mysql_definition *definition,
                             struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_snapshot_announce(struct tr_mysql_snapshot *snapshot,
                               struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_snapshot_flush(struct tr_mysql_snapshot *snapshot, struct tr_diag *diag) TR_MUSTCHECK;

/* What is left of the tables: rest.c. */

/* Does the snapshot keep what it has left? A blocking one doesn't. */
bool tr_mysql_snapshot_keeps(const struct tr_mysql_snapshot *snapshot);
/* Is anything of a table left? True for all, unless this goes on with an interrupted snapshot. */
bool tr_mysql_snapshot_is_left(const struct tr_mysql_snapshot *snapshot, const char *name);
/* Is there a key as the driver's SQL for chunks takes it? */
bool tr_mysql_snapshot_can_walk(const struct tr_mysql_version *version);
/* All of the table, or what was left. *ret_read is false if it is read later, beside the stream. */
int tr_mysql_snapshot_find_rest(struct tr_mysql_snapshot *snapshot,
                                struct tr_mysql_snapshot_table *table, bool *ret_read,
                                struct tr_diag *diag) TR_MUSTCHECK;
/* Have it stored before the first row. >0: TR_MYSQL_STOPPED. */
int tr_mysql_snapshot_open_rest(struct tr_mysql_snapshot *snapshot,
                                struct tr_diag *diag) TR_MUSTCHECK;
/* In the batch that ends a chunk, under the right to hand over; NULL: a chunk without one, in
 * which nothing was. */
int tr_mysql_snapshot_end_range(struct tr_mysql_snapshot *snapshot,
                                const struct tr_mysql_chunk *chunk, struct tr_batch *batch,
                                struct tr_diag *diag) TR_MUSTCHECK;
/* In the batch that ends the snapshot: what was left to the stream's time is its now. */
int tr_mysql_snapshot_close_rest(struct tr_mysql_snapshot *snapshot, struct tr_batch *batch,
                                 struct tr_diag *diag) TR_MUSTCHECK;

/* A statement of the user's in the place of the table: override.c. The columns that are read become
 * those that it selects. */
int tr_mysql_snapshot_override(struct tr_mysql_snapshot *snapshot,
                               struct tr_mysql_snapshot_table *table,
                               struct tr_diag *diag) TR_MUSTCHECK;

/* Write the columns of a table's SELECT. */
int tr_mysql_snapshot_columns(struct tr_mysql_snapshot *snapshot,
                              struct tr_mysql_snapshot_table *table,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* Can the table be cut into ranges of its primary key? */
bool tr_mysql_snapshot_can_cut(const struct tr_mysql_version *version);

/* Find the next chunk with a reader's session. >0: TR_MYSQL_DONE, TR_MYSQL_STOPPED. */
int tr_mysql_snapshot_next(struct tr_mysql_snapshot *snapshot,
                           const struct tr_mysql_session *session, struct tr_mysql_chunk *ret_chunk,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* The chunk's rows are handed over (lock not held). */
void tr_mysql_snapshot_ended(struct tr_mysql_snapshot *snapshot,
                             const struct tr_mysql_chunk *chunk);

/* Rows of a table whose engine knows no transactions change while they are read. */
int tr_mysql_snapshot_transactions(const struct tr_mysql_session *session,
                                   const struct tr_mysql_definition *definition,
                                   bool *ret_transactions, struct tr_diag *diag) TR_MUSTCHECK;

/* Does the table have a row? */
int tr_mysql_snapshot_probe(const struct tr_mysql_session *session,
                            const struct tr_mysql_snapshot_table *table, bool *ret_any,
                            struct tr_diag *diag) TR_MUSTCHECK;

/* Put the table before the message, and behind it what mends a lack of privileges. Always <0. */
int tr_mysql_snapshot_fail_table(const struct tr_mysql_session *session,
                                 const struct tr_mysql_snapshot_table *table, struct tr_diag *diag);

/* One reader: chunk after chunk, until none is left. Failures go into the snapshot. */
void tr_mysql_reader_run(struct tr_mysql_snapshot *snapshot,
                         const struct tr_mysql_session *session);

void tr_mysql_snapshot_fail(struct tr_mysql_snapshot *snapshot, const struct tr_diag *diag);
bool tr_mysql_snapshot_failed(struct tr_mysql_snapshot *snapshot);
void tr_mysql_snapshot_tell(struct tr_mysql_snapshot *snapshot,
                            const struct tr_mysql_snapshot_table *table, uint64_t rows);

/* Notifications: notify.c. A table is in the list of those that are captured, and, if it is read,
 * in that of those; what is told at the start, of a table before its first row, of a chunk in the
 * batch that ends it (the caller has the right to hand over), and at the end. Nothing without a
 * notifier. >0: TR_MYSQL_STOPPED. */
int tr_mysql_snapshot_list(struct tr_mysql_snapshot *snapshot, const char *name, bool read,
                           struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_snapshot_notify_start(struct tr_mysql_snapshot *snapshot,
                                   struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_snapshot_notify_table(struct tr_mysql_snapshot *snapshot,
                                   struct tr_mysql_snapshot_table *table,
                                   struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_snapshot_notify_chunk(struct tr_mysql_snapshot *snapshot,
                                   struct tr_mysql_snapshot_table *table, struct tr_batch *batch,
                                   uint64_t rows, struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_snapshot_notify_end(struct tr_mysql_snapshot *snapshot,
                                 struct tr_diag *diag) TR_MUSTCHECK;

/* Of a blocking snapshot: is the table to be read, and by which statement (NULL: as it is)? */
bool tr_mysql_snapshot_ordered(const struct tr_mysql_snapshot *snapshot, const char *name,
                               const char **ret_select);

#endif
