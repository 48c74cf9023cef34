/* What the files of incremental/ share; nobody else includes it. */
#ifndef TR_SOURCE_POSTGRES_INCREMENTAL_IMPL_H
#define TR_SOURCE_POSTGRES_INCREMENTAL_IMPL_H

#include <stdatomic.h>

#include "signal/signal.h"
#include "source/postgres/incremental.h"
#include "source/postgres/publication.h"
#include "source/postgres/source-block.h"

/* Ids of the transactions that were streamed last. */
#define TR_PG_STREAMED 8192U

/* What a chunk's transaction sees, and its table as it is then. In the window's arena. */
struct tr_pg_sight {
    uint64_t xmin, xmax;
    const uint64_t *running; /* between them, sorted */
    size_t nrunning;
    uint64_t lsn;                   /* the log's end afterwards */
    struct tr_pg_version **version; /* the reader's; taken by the stream when it writes rows */
};

/* The reader's side. */
struct tr_pg_chunk_reader {
    struct tr_outlet outlet;  /* first: says stopping for us alone */
    struct tr_outlet *source; /* that one says stopping for all */
    atomic_bool quit;
    struct tr_pg_context context; /* with that outlet */
    struct tr_capture *capture;
    struct tr_pg_session session;
    bool connected;
    struct tr_buf sql;
    /* The table at hand: what the catalog says when it is begun. */
    char name[320];
    struct tr_pg_publication publication;
    const struct tr_pg_published *published; /* in it */
    struct tr_pg_version *version;           /* as the chunk at hand has it */
    const unsigned *along;                   /* the places that the table is read along */
    unsigned surrogate;
    size_t nalong;
    struct tr_cell *cells;
    size_t room;
};

struct tr_pg_incremental {
    struct tr_pg_incremental_params params;
    struct tr_incremental *core;
    struct tr_channels *channels; /* NULL: nothing comes from outside */
    struct tr_pg_chunk_reader reader;
    /* The stream's. */
    const struct tr_pg_session *catalog;
    const struct tr_pg_position *position;
    uint32_t streamed[TR_PG_STREAMED]; /* a ring */
    uint64_t count, before;            /* of all, and of those before the window watched */
    struct tr_pg_version *version;     /* compiled, of the last chunk */
    struct tr_capturer capturer;
    struct tr_pg_sequence sequence;
};

/* Read what pg_current_snapshot() says, into the arena. */
int tr_pg_sight_read(const char *text, struct tr_arena *arena, struct tr_pg_sight *ret_sight,
                     struct tr_diag *diag) TR_MUSTCHECK;

void tr_pg_chunk_reader_init(struct tr_pg_chunk_reader *reader, const struct tr_pg_context *context,
                             struct tr_capture *capture);
void tr_pg_chunk_reader_finish(struct tr_pg_chunk_reader *reader);

/* The driver's functions that the reader's thread calls. */
int tr_pg_chunk_mark(void *driver, const struct tr_signal *row, struct tr_diag *diag);
int tr_pg_chunk_read(void *driver, const struct tr_chunk_range *range, struct tr_window *window,
                     struct tr_diag *diag);
void tr_pg_chunk_end(void *driver);

/* SQL: chunk-sql.c. All append. */
void tr_pg_chunk_maximum(struct tr_pg_chunk_reader *reader, const struct tr_chunk_range *range);
void tr_pg_chunk_select(struct tr_pg_chunk_reader *reader, const struct tr_chunk_range *range,
                        struct tr_key_text maximum);

#endif
