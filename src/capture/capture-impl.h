/* What the files of capture/ share; nobody else includes it. */
#ifndef TR_CAPTURE_CAPTURE_IMPL_H
#define TR_CAPTURE_CAPTURE_IMPL_H

#include "capture/capture.h"
#include "capture/columns/rules.h"
#include "capture/filter.h"
#include "capture/key.h"
#include "capture/names/adjust.h"
#include "capture/names/naming.h"
#include "capture/reselect.h"
#include "capture/topic.h"
#include "capture/transaction.h"
#include "encode/encoder.h"
#include "transform/transform.h"

#define TR_CONTEXT_HEADERS 4

struct tr_capture {
    const struct tr_capture_options *options;
    const char *connector;
    const struct tr_schema *source_schema;
    const struct tr_type_map *types;
    struct tr_tally *tally;
    const char *signal_table;
    pthread_mutex_t compiling;
    const struct tr_log *log; /* NULL: none */
    struct tr_filter *schemas, *tables, *columns;
    struct tr_key_rules *keys;
    struct tr_column_rules *column_rules;
    struct tr_naming *naming;
    struct tr_reselect_rules *reselect; /* NULL: none */
    struct tr_topics topics;
    struct tr_encoder *key_encoder, *value_encoder;
    bool converter_headers;                       /* one of them has headers of its own */
    struct tr_encoder *header_encoder;            /* of __debezium.newkey and oldkey */
    struct tr_header headers[TR_CONTEXT_HEADERS]; /* __debezium.context.* */
    struct tr_record_header record_headers[TR_CONTEXT_HEADERS]; /* the same, for transforms */
    size_t nheaders;
    struct tr_chain *chain; /* NULL: no transforms */
    struct tr_arena arena;  /* of what follows */
    struct tr_stored_transaction stored_transaction;
    char run_id[37];
    bool skip[128];  /* by operation letter … */
    bool skip_whole; /* … of what the log has, not of a key change's parts */
};

struct tr_capture_table {
    const struct tr_capture *capture;
    const struct tr_table *table;
    struct tr_arena arena;
    struct tr_plan plan;
    struct tr_topic *topic;
    struct tr_collection collection;              /* transactions count it under this name */
    uint16_t tally;                               /* the mark of its changes */
    struct tr_encoding *key, *value, *key_header; /* key and key_header NULL without key */
    const struct tr_schema *envelope;
    bool bare;                               /* records without context headers */
    struct tr_derivations *derivations;      /* NULL without transforms */
    const struct tr_reselect_plan *reselect; /* NULL: nothing is read from the table */
};

/* One message on its way to the batch. */
struct tr_outgoing {
    const struct tr_value *key, *value; /* value NULL: a tombstone */
    const char *header;                 /* key changes: __debezium.newkey or oldkey … */
    const struct tr_value *other_key;   /* … and its value; otherwise both NULL */
    bool first_partition;
};

/* What the messages of one change share. */
struct tr_emission {
    struct tr_capturer *capturer;
    const struct tr_capture_table *table;
    const struct tr_change *change;
    struct tr_batch *batch;
    struct tr_diag *diag;
};

/* Encode into the batch's arena. */
int tr_emit_encode(const struct tr_emission *emission, const struct tr_encoding *encoding,
                   const struct tr_value *value, struct tr_slice *ret_bytes) TR_MUSTCHECK;

/* What the converters' own headers are, behind the message's others. Only with
 * capture->converter_headers; the encodings are those that key and value were written by. */
int tr_emit_headers(const struct tr_emission *emission, struct tr_message *message,
                    const struct tr_encoding *key, const struct tr_encoding *value) TR_MUSTCHECK;

/* The way of a message through the transform chain: emit-transformed.c. */
int tr_emit_transformed(const struct tr_emission *emission,
                        const struct tr_outgoing *outgoing) TR_MUSTCHECK;

/* What a batch had before a record. */
struct tr_batch_mark {
    size_t count, bytes;
};

/* A record failed, as emission->diag and the capturer's `failed` say: 0: it is left out of the
 * batch (errors.tolerance); <0: it stops the connector. See tolerance.c. */
int tr_emit_failed(const struct tr_emission *emission, const struct tr_outgoing *outgoing,
                   const struct tr_batch_mark *mark) TR_MUSTCHECK;

/* Settle what is reselected of a table: its plan and its name are there. */
int tr_reselect_compile(struct tr_capture_table *table, struct tr_diag *diag) TR_MUSTCHECK;

/* Fill in what the new row lacks. >0: TR_RESELECT_STOPPED. */
int tr_reselect_apply(const struct tr_emission *emission, const struct tr_value *row) TR_MUSTCHECK;

/* A value had no place in its column's schema. */
void tr_emit_count_nulled(const struct tr_emission *emission, const struct tr_column *column);

/* Remember the stage that failed; returns -1. */
static inline int tr_emit_fail(const struct tr_emission *emission, enum tr_stage stage)
{
    emission->capturer->failed.stage = stage;
    return -1;
}

/* Fill table->plan and the envelope's schema. */
int tr_plan_compile(struct tr_capture_table *table, struct tr_diag *diag) TR_MUSTCHECK;

/* <topic>.<suffix>, adjusted, in the table's arena; NULL: no memory. */
const char *tr_schema_name(struct tr_capture_table *table, const char *suffix);

/* The schema of <topic>.Envelope around a plan's value; NULL: no memory. */
const struct tr_schema *tr_envelope_schema_new(struct tr_capture_table *table);

/* The places of an envelope's fields. */
enum tr_envelope_field {
    TR_ENVELOPE_BEFORE,
    TR_ENVELOPE_AFTER,
    TR_ENVELOPE_SOURCE,
    TR_ENVELOPE_TRANSACTION,
    TR_ENVELOPE_OP,
    TR_ENVELOPE_TS_MS,
    TR_ENVELOPE_TS_US,
    TR_ENVELOPE_TS_NS,
    TR_ENVELOPE_FIELDS,
};

/* One image of a row, about to be converted. */
struct tr_image {
    const struct tr_cell *cells;
    const struct tr_cell *old; /* the whole old image: holds what cells leave out as unchanged; or
                                  NULL */
    struct tr_arena *scratch;
    const struct tr_column *nulled; /* set: a column whose value had no place in its schema */
};

/* Run columns of a plan over an image. */
int tr_plan_run(const struct tr_plan_column *columns, size_t ncolumns, struct tr_image *image,
                struct tr_value *ret_row, struct tr_diag *diag) TR_MUSTCHECK;

#endif
