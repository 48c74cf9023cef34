/* What the files of incremental snapshots share; nobody else includes it. */
#ifndef TR_SOURCE_MYSQL_INCREMENTAL_IMPL_H
#define TR_SOURCE_MYSQL_INCREMENTAL_IMPL_H

#include <stdatomic.h>

#include "source/mysql/incremental.h"
#include "source/mysql/source-block.h"
#include "source/mysql/types.h"

/* What a chunk's transaction could see. */
struct tr_mysql_sight {
    bool by_gtids;
    struct tr_mysql_gtids gtids;       /* all of these; or … */
    struct tr_mysql_coordinates place; /* … everything in the log before it */
    struct tr_mysql_coordinates end;   /* nothing in the log behind it */
};

struct tr_mysql_incremental {
    struct tr_outlet outlet; /* first: the reader's, in the place of the source's */
    struct tr_mysql_incremental_params params;
    struct tr_mysql_context context; /* the source's, with that outlet */
    struct tr_incremental *incremental;
    struct tr_channels *channels;
    atomic_bool ending;

    /* The stream's. */
    struct tr_mysql_changes *changes;
    bool due;
    struct tr_capturer capturer;
    struct tr_mysql_gtids watched;          /* told before the window watched */
    bool watch_failed;                      /* they are not all there */
    struct tr_mysql_coordinates watched_to; /* where the last transaction of that ended; file "":
                                               there was none in this run */
    uint64_t rows;                          /* written so far, for their identities */

    /* The reader's, and the stream's when a chunk is delivered. */
    struct tr_mysql_session reader, marker; /* of the chunks; of the marks, and for questions */
    struct tr_mysql_version *version;       /* of the chunk at hand */
    struct tr_mysql_sight sight;
    struct tr_mysql_coordinates marked; /* where the log was before the newest mark */
};

/* The reader's: see tr_incremental_impl. */
int tr_mysql_chunk_mark(void *driver, const struct tr_signal *row,
                        struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_chunk_read(void *driver, const struct tr_chunk_range *range,
                        struct tr_window *window, struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_chunk_end(void *driver);

/* "database.table", at its first dot; false: there is none. */
bool tr_mysql_chunk_name(const char *name, struct tr_arena *arena, const char **ret_database,
                         const char **ret_table);

/* Begin the transaction and find out what it sees: sight.c. >0: TR_MYSQL_STOPPED,
 * TR_CHUNK_REFUSED. */
int tr_mysql_sight_open(struct tr_mysql_incremental *incremental,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* SQL of a chunk: sql.c. */
struct tr_mysql_walk {
    const struct tr_table *table;
    unsigned columns[32]; /* that the table is read along */
    size_t count;
    const struct tr_chunk_range *range;
    struct tr_key_text until; /* a surrogate key's last value in the chunk; count 0: `limit` rows */
};
/* >0: TR_CHUNK_NO_KEY, TR_CHUNK_REFUSED. */
int tr_mysql_walk_init(struct tr_mysql_walk *walk, const struct tr_table *table,
                       const struct tr_chunk_range *range, struct tr_diag *diag) TR_MUSTCHECK;
/* The texts of the key, as what a SELECT asks for. */
void tr_mysql_walk_texts(const struct tr_mysql_walk *walk, struct tr_buf *sql);
/* FROM, WHERE, ORDER BY: for the last key of all; for the last key of the range's first `limit`
 * rows; for those rows (a surrogate key need not be unique: rows of one value stay together). */
void tr_mysql_walk_last(const struct tr_mysql_walk *walk, struct tr_buf *sql);
void tr_mysql_walk_until(const struct tr_mysql_walk *walk, struct tr_buf *sql);
void tr_mysql_walk_rows(const struct tr_mysql_walk *walk, struct tr_buf *sql);
/* A whole statement that asks for a row whose surrogate key is null: it has no place in the order.
 */
void tr_mysql_walk_null(const struct tr_mysql_walk *walk, struct tr_buf *sql);

#endif
