/*
 * The form of a position in the offsets topic (or file): Kafka Connect's layout with Debezium's
 * keys, so that either engine can take over from the other, plus flat tailrace_… members.
 *
 * The source writes the members that say where it is (and its own identity); here the ones that all
 * sources share are added: format version, number of the Kafka transaction, fingerprint of the
 * configuration, and how far the output had grown. Facts: delivery-guarantees.md, "The position".
 */
#ifndef TR_OFFSETS_OFFSETS_H
#define TR_OFFSETS_OFFSETS_H

#include "base/buf.h"
#include "base/diag.h"
#include "record/position.h"
#include "sink/sink.h"
#include "source/source.h"

#define TR_OFFSETS_FORMAT 1

/* ["<connector>",<what the driver calls its source>] */
int tr_offsets_write_key(const struct tr_source_impl *driver,
                         const struct tr_connector_options *options, struct tr_buf *ret_key,
                         struct tr_diag *diag) TR_MUSTCHECK;

struct tr_offsets_commit {
    struct tr_slice source;  /* the source's members, without braces */
    uint64_t transaction;    /* number of the Kafka transaction */
    const char *fingerprint; /* may be NULL */
    int64_t states_at;       /* see struct tr_found; -1: no states were ever stored */
    const struct tr_output *outputs;
    size_t noutputs;
};

int tr_offsets_write(const struct tr_offsets_commit *commit, struct tr_buf *ret_json,
                     struct tr_diag *diag) TR_MUSTCHECK;

/* Give the states of a batch the keys and values that are stored. */
int tr_offsets_wrap_states(struct tr_slice position_key, struct tr_batch *batch,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* Back: from what a sink found to what the source had stored. */
int tr_offsets_unwrap_states(const struct tr_states *found, struct tr_states *ret_states,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* Can this version go on from that position? <0: it was written by a newer format (TR_DATA). */
int tr_offsets_check(const struct tr_stored_position *position, struct tr_diag *diag) TR_MUSTCHECK;

/* A position inside a source transaction, which went out in part, stands for the settings that this
 * was done with. <0: they are others now (TR_CONFIG). */
int tr_offsets_check_partial(const struct tr_stored_position *position, const char *fingerprint,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* Number of the Kafka transaction that wrote the position; 0 for Debezium's. */
uint64_t tr_offsets_transaction(const struct tr_stored_position *position);

#endif
