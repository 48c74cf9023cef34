/*
 * What every source shares: from a decoded change to encoded messages.
 *
 * A driver compiles each table version once (tr_capture_table_new: filters, column plan, key,
 * topic, schemas, encodings) and then calls tr_capture_change for each change. That builds the
 * envelope (before, after, source, op, ts_…), splits key changes into delete, tombstone and create,
 * adds tombstones and headers, and encodes into the batch. The place of the transform chain is
 * between envelope and encoding, in emit.c.
 *
 * struct tr_capture is made once per run of a connector. Compiled tables are immutable and shared
 * by threads; each thread that captures has a tr_capturer of its own.
 */
#ifndef TR_CAPTURE_CAPTURE_H
#define TR_CAPTURE_CAPTURE_H

#include "base/diag.h"
#include "base/log.h"
#include "capture/plan.h"
#include "capture/reselect.h"
#include "capture/source-info.h"
#include "config/options.h"
#include "record/batch.h"
#include "record/change.h"
#include "record/position.h"
#include "record/table.h"
#include "record/tally.h"

struct tr_capture;
struct tr_capture_table;
struct tr_transaction;

struct tr_capture_params {
    const struct tr_capture_options *options; /* borrowed */
    const char *connector;                    /* Debezium's word: postgresql, mysql, mariadb */
    const struct tr_schema *source_schema;    /* from tr_source_schema_new; borrowed; NULL: there
                                                 are no changes, only records */
    const struct tr_type_map *types;          /* borrowed */
    struct tr_tally *tally;                   /* counts changes; borrowed; NULL: nobody does */
    const char *signal_table;                 /* schema.table that is captured whatever the lists
                                                 say; borrowed; NULL: none */
    bool skip_whole; /* skipped.operations judges a change of a key as the update that it is; not
                        the delete and the create that become of it */
    const struct tr_log *log; /* for errors.log.enable; borrowed; NULL: nobody reads it */
    const struct tr_stored_position *position; /* that the run begins with; not kept; NULL: none */
};

int tr_capture_new(const struct tr_capture_params *params, struct tr_capture **ret_capture,
                   struct tr_diag *diag) TR_MUSTCHECK;
void tr_capture_free(struct tr_capture *capture);

/* Does the configuration capture this table? */
bool tr_capture_wants(const struct tr_capture *capture, const char *schema, const char *table);

/* A snapshot reads the tables by this number, and those with the same one by name:
 * table.include.list decides. */
size_t tr_capture_rank(const struct tr_capture *capture, const char *schema, const char *table);
bool tr_capture_wants_schema(const struct tr_capture *capture, const char *schema);

/* Could a table of this schema be captured, or be the signal table, one that isn't there yet
 * included? Yes where that isn't certain. */
bool tr_capture_may_want_in(const struct tr_capture *capture, const char *schema);

/* How many tables are captured, at the start of a run that has guardrail.collections.max: a warning
 * where they are too many, or <0. Nobody needs to count where tr_capture_has_limit is false. */
bool tr_capture_has_limit(const struct tr_capture *capture);
int tr_capture_check_count(const struct tr_capture *capture, size_t count,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* Compile a table version, which must outlive the result. Any thread; one at a time does. */
int tr_capture_table_new(struct tr_capture *capture, const struct tr_table *table,
                         struct tr_capture_table **ret_table, struct tr_diag *diag) TR_MUSTCHECK;
void tr_capture_table_free(struct tr_capture_table *table);

/* Where a record can fail: Connect's names. */
enum tr_stage {
    TR_STAGE_TRANSFORMATION,
    TR_STAGE_KEY_CONVERTER,
    TR_STAGE_VALUE_CONVERTER,
    TR_STAGE_HEADER_CONVERTER,
};

/* One thread's workplace. */
struct tr_capturer {
    const struct tr_capture *capture;
    struct tr_arena scratch; /* values of the row at hand */
    struct tr_value *source; /* the source block's fields, for the driver to set; version, connector
                                and name are there already */
    struct tr_transaction *transaction; /* transaction.h; NULL: no metadata of transactions */
    /* Values that had no place in their schema, for which null was written; the driver says so in
     * the log and sets the count to 0. Not counted with
     * event.converting.failure.handling.mode=skip. */
    struct {
        uint64_t count;
        char first[200]; /* schema.table.column */
    } nulled;
    struct tr_reselector *reselector; /* the driver's, where rows are read again; NULL: nowhere */
    /* Rows that could not be read again since the log told of one. */
    struct {
        int64_t count, told_us;
    } unread;
    /* The newest record that failed. */
    struct {
        enum tr_stage stage;
        const char *class_name; /* of the transform */
    } failed;
};

int tr_capturer_init(struct tr_capturer *capturer, const struct tr_capture *capture,
                     struct tr_diag *diag) TR_MUSTCHECK;
void tr_capturer_finish(struct tr_capturer *capturer);

/* Append the messages of one change to the batch: none if its operation is skipped. The driver has
 * set capturer->source before. <0: a cell that doesn't convert, no room in the batch. >0:
 * TR_RESELECT_STOPPED, only with a reselector; nothing was appended. */
int tr_capture_change(struct tr_capturer *capturer, const struct tr_capture_table *table,
                      const struct tr_change *change, struct tr_batch *batch,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* Records that are no row's change (the schema change topic): a topic by its name, and the schemas
 * that its keys and values have; borrowed. What it compiles to is freed like a table. */
struct tr_capture_topic_params {
    const char *topic;
    const struct tr_schema *key; /* NULL: records without key */
    const struct tr_schema *value;
    bool bare; /* without the headers of extended.headers.enabled */
};
int tr_capture_topic_new(struct tr_capture *capture, const struct tr_capture_topic_params *params,
                         struct tr_capture_table **ret_table, struct tr_diag *diag) TR_MUSTCHECK;

/* Append one such record, which goes through the transforms as any other. */
struct tr_capture_record {
    const struct tr_value *key, *value;
    uint64_t identity;    /* see tr_change */
    bool first_partition; /* goes to partition 0, whatever the key */
};
int tr_capture_record(struct tr_capturer *capturer, const struct tr_capture_table *table,
                      const struct tr_capture_record *record, struct tr_batch *batch,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* The plan, for drivers that need to know which columns are read (a snapshot's SELECT). */
const struct tr_plan *tr_capture_table_plan(const struct tr_capture_table *table);

#endif
