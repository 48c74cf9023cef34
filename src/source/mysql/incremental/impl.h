/* What the files of incremental snapshots share; nobody else includes it. */
#ifndef TR_SOURCE_MYSQL_INCREMENTAL_IMPL_H
#define TR_SOURCE_MYSQL_INCREMENTAL_IMPL_H

#include <stdatomic.h>

#include "source/mysql/incremental.h"
#include "source/mysql/source-block.h"
#include "source/mysql/types.h"
#include "source/mysql/walk.h"

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

#endif
