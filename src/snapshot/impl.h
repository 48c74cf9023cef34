/* What the files of snapshot/ share; nobody else includes it. */
#ifndef TR_SNAPSHOT_IMPL_H
#define TR_SNAPSHOT_IMPL_H

#include <jansson.h>
#include <pthread.h>

#include "snapshot/incremental.h"
#include "snapshot/rest.h"

#define TR_BACKLOG_KEY "snapshot/incremental"

/* What is still to be read, as it is stored: one JSON object under one key. Members: id (of the
 * newest signal), collections (of objects with name, condition, surrogate, or name, initial and
 * rest, the ranges that are left; the first is the current one), of that one, or the first of its
 * ranges, maximum, after, again (keys) and rows; paused, pausing; stop (regular
 * expressions); blocking (of objects with id, tables, selects). backlog.c. */
struct tr_backlog {
    json_t *json;
    bool changed; /* since it was stored */
};

int tr_backlog_load(struct tr_backlog *backlog, const struct tr_states *states,
                    struct tr_diag *diag) TR_MUSTCHECK;
void tr_backlog_finish(struct tr_backlog *backlog);
/* Have it stored with the batch, if it has changed. */
int tr_backlog_store(struct tr_backlog *backlog, struct tr_batch *batch,
                     struct tr_diag *diag) TR_MUSTCHECK;

size_t tr_backlog_count(const struct tr_backlog *backlog);
/* Those of an initial snapshot, or the others. */
size_t tr_backlog_count_of(const struct tr_backlog *backlog, bool initial);
/* Is the current collection one of an initial snapshot? */
bool tr_backlog_is_initial(const struct tr_backlog *backlog);
/* Done with the current range of the current collection; false: there is no other. */
bool tr_backlog_next_range(struct tr_backlog *backlog);
/* The current collection's member, or NULL. */
const char *tr_backlog_current(const struct tr_backlog *backlog, const char *member);
/* "a,b": what is to be read, for notifications; freed by the caller. NULL: no memory. */
char *tr_backlog_names(const struct tr_backlog *backlog, bool initial) TR_MUSTCHECK;
const char *tr_backlog_id(const struct tr_backlog *backlog);

/* Done with the current collection. */
void tr_backlog_next(struct tr_backlog *backlog);

/* initial.c */
int tr_backlog_add_initial(struct tr_backlog *backlog, const struct tr_rest *rest,
                           struct tr_diag *diag) TR_MUSTCHECK;
void tr_backlog_drop_initial(struct tr_backlog *backlog);
/* The current one has another key: all of it is left. */
int tr_backlog_restart(struct tr_backlog *backlog, const char *key,
                       struct tr_diag *diag) TR_MUSTCHECK;

bool tr_backlog_is(const struct tr_backlog *backlog, const char *flag);
void tr_backlog_set(struct tr_backlog *backlog, const char *flag, bool on);

/* A key that is kept: "maximum", "after". */
int tr_backlog_key(const struct tr_backlog *backlog, const char *member, struct tr_arena *arena,
                   struct tr_key_text *ret_key, struct tr_diag *diag) TR_MUSTCHECK;
int tr_backlog_set_key(struct tr_backlog *backlog, const char *member, struct tr_key_text key,
                       struct tr_diag *diag) TR_MUSTCHECK;
/* The keys that are to be read again. */
int tr_backlog_again(const struct tr_backlog *backlog, struct tr_arena *arena,
                     const struct tr_key_text **ret_keys, size_t *ret_count,
                     struct tr_diag *diag) TR_MUSTCHECK;
/* What has to be read again now: rows of the window, and, if those were among the keys of the range
 * and the window is full, the keys that it had no room for. */
int tr_backlog_set_again(struct tr_backlog *backlog, const struct tr_window *window,
                         const struct tr_chunk_range *range, struct tr_diag *diag) TR_MUSTCHECK;

uint64_t tr_backlog_rows(const struct tr_backlog *backlog);
void tr_backlog_add_rows(struct tr_backlog *backlog, uint64_t rows);

/* NULL: no memory, or it is not UTF-8. */
json_t *tr_key_json(struct tr_key_text key) TR_MUSTCHECK;
/* Back; copied: the JSON may go. NULL: no key. */
int tr_key_read(const json_t *array, struct tr_arena *arena, struct tr_key_text *ret_key,
                struct tr_diag *diag) TR_MUSTCHECK;
/* As it is stored; an object. */
json_t *tr_rest_json(const struct tr_rest *rest) TR_MUSTCHECK;

/* A key as notifications show it; NULL: no memory. */
char *tr_backlog_shown(const struct tr_key_text *key) TR_MUSTCHECK;

/* One chunk to be read, and what came of it. */
struct tr_job {
    struct tr_arena arena;       /* of the range */
    struct tr_chunk_range range; /* table NULL: only close the window */
    bool last;                   /* nothing follows: close the window behind this one */
    bool again;                  /* it was read before, in vain: not too fast */
    bool unmarked;               /* no marks: it is nothing that a signal asked for */
    struct tr_key_text maximum;  /* found */
    const char *key;             /* found, instead of the range's */
    int rc;                      /* of read */
    struct tr_diag diag;
};

/* The reader's thread, and how the two take turns: reader.c. */
struct tr_reader {
    const struct tr_incremental_impl *impl;
    void *driver;
    bool marks, delete_marks;
    struct tr_window *window;
    int fd; /* written when a job is done */
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool quit;
    enum { TR_READER_IDLE, TR_READER_AT_WORK, TR_READER_DELIVERED } stage;
    struct tr_job *job;
    char id[40]; /* of the open window; "": none */
    char opened[40];
};

void tr_reader_init(struct tr_reader *reader, const struct tr_incremental_params *params);
void tr_reader_finish(struct tr_reader *reader);
/* Have a job done, which stays the reader's until it is delivered. */
int tr_reader_order(struct tr_reader *reader, struct tr_job *job,
                    struct tr_diag *diag) TR_MUSTCHECK;
bool tr_reader_delivered(struct tr_reader *reader);
/* The stream is done with what was delivered. */
void tr_reader_release(struct tr_reader *reader);

#endif
