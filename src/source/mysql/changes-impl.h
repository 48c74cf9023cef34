/* What the files that turn events into messages share; nobody else includes it. */
#ifndef TR_SOURCE_MYSQL_CHANGES_IMPL_H
#define TR_SOURCE_MYSQL_CHANGES_IMPL_H

#include "binlog/binlog.h"
#include "source/mysql/changes.h"
#include "source/mysql/source-block.h"
#include "source/mysql/xa.h"

/* How a transaction's rows are delivered. */
enum tr_mysql_fate {
    TR_MYSQL_FATE_DELIVER,
    TR_MYSQL_FATE_IGNORE, /* its source is excluded */
    TR_MYSQL_FATE_HOLD,   /* XA: later, if at all */
};

struct tr_mysql_transaction {
    bool open;
    bool grouped; /* BEGIN was seen (or is implied): COMMIT or XID ends it, not a statement */
    bool has_gtid;
    enum tr_mysql_fate fate;
    struct tr_mysql_gtid gtid;
    char gtid_text[TR_MYSQL_GTID_TEXT];
    size_t gtid_length;
    int64_t begun_us;                  /* what the first event says of the commit's time */
    int64_t commit_us;                 /* 0: not stated, the events' own times count */
    struct tr_mysql_coordinates begin; /* where its first event stands */
    struct tr_binlog_xa xa;            /* MariaDB: which XA transaction; in xa_text */
    unsigned flags, extra_flags;       /* MariaDB's */
    int64_t thread;                    /* -1: not known */
    uint64_t seed;                     /* of the rows' identities */
    uint64_t events;                   /* so far, the first included */
    bool rows;                         /* there were some, of whatever table */
};

/* A reading of the log: the stream's, or that of a prepared transaction once more. */
struct tr_mysql_track {
    struct tr_mysql_changes *changes;
    struct tr_binlog *decoder;
    struct tr_mysql_coordinates here; /* where the event at hand begins */
    uint64_t next;                    /* where it ends */
    uint32_t created;                 /* when the file was begun; 0: not told yet */
    bool in_payload, in_rows;         /* events inside, rows of the event: not done */
    bool replay;                      /* of a prepared transaction */
    struct tr_binlog_event event;     /* the one at hand, or the inner one */
    uint64_t row;                     /* of the event at hand */
    struct tr_mysql_transaction transaction;
};

struct tr_mysql_changes {
    struct tr_mysql_changes_params params;
    struct tr_mysql_track stream;
    struct tr_capturer capturer;
    struct tr_mysql_position position;
    struct tr_mysql_coordinates told_to;
    uint64_t rows;  /* of captured tables, in the events before the one at hand of the transaction
                       that is delivered */
    bool cared_for; /* the incremental snapshot wants to hear of the rows at hand */
    uint64_t moves;
    uint64_t passed_over;         /* statements that are in place of others' rows */
    struct tr_filter *sources;    /* gtid.source.includes and excludes; NULL: all */
    struct tr_filter *statements; /* skipped.statement.tables; NULL: none */
    struct tr_arena scratch;      /* statements, patched rows */
    struct tr_arena query_arena;  /* source.query */
    struct tr_slice query;        /* p NULL: none */
    struct tr_mysql_xa xa;
    const struct tr_mysql_version *version; /* the one that the source block names */
    const char *source_file;                /* and the file of the track it has */
};

/* One event on its way. */
struct tr_mysql_step {
    struct tr_mysql_changes *changes;
    struct tr_mysql_track *track;
    struct tr_batch *batch;
    size_t full;
    struct tr_diag *diag;
};

int tr_mysql_track_init(struct tr_mysql_track *track, struct tr_mysql_changes *changes,
                        struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_track_finish(struct tr_mysql_track *track);

/* Of the row or statement at hand: different for neighbours, the same in a replay. */
uint64_t tr_mysql_track_identity(const struct tr_mysql_track *track);

/* Take in what a dump has sent, as far as the batch holds. */
int tr_mysql_track_take(const struct tr_mysql_step *step, struct tr_slice bytes) TR_MUSTCHECK;
int tr_mysql_track_go(const struct tr_mysql_step *step) TR_MUSTCHECK;

/* The place of the event at hand goes before the message; always <0. */
int tr_mysql_step_explain(const struct tr_mysql_step *step);

/* TABLE_MAP and rows. */
int tr_mysql_step_map(const struct tr_mysql_step *step) TR_MUSTCHECK;
int tr_mysql_step_rows(const struct tr_mysql_step *step) TR_MUSTCHECK; /* begin with an event's */
int tr_mysql_step_go_rows(const struct tr_mysql_step *step) TR_MUSTCHECK;

/* A statement. >0: TR_MYSQL_COMMITTED and what comes with it. */
int tr_mysql_step_query(const struct tr_mysql_step *step) TR_MUSTCHECK;

/* The transaction is complete. Yields TR_MYSQL_COMMITTED. */
int tr_mysql_step_commit(const struct tr_mysql_step *step) TR_MUSTCHECK;

/* provide.transaction.metadata: the event at hand begins a transaction, or ends it. */
int tr_mysql_step_tell_begin(const struct tr_mysql_step *step) TR_MUSTCHECK;
int tr_mysql_step_tell_end(const struct tr_mysql_step *step) TR_MUSTCHECK;

/* A transaction begins. <0: it isn't the one that the position lies in. */
int tr_mysql_step_check_begin(const struct tr_mysql_step *step) TR_MUSTCHECK;

/* Set what the source block has of an event: server, time, place, transaction, query. */
void tr_mysql_step_set_source(const struct tr_mysql_step *step);

#endif
