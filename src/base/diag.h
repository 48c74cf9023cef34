/*
 * What went wrong, said once, for the user and for the connector.
 *
 * A fallible function returns 0 when all is well, <0 when it failed and filled the diag, and >0 for
 * a condition that its header names and that the caller handles. The diag says what kind of failure
 * it is (class) and what has to follow (reaction); only connector/ turns a reaction into behaviour.
 * The message is one sentence that names the property, table or position and the cure.
 */
#ifndef TR_BASE_DIAG_H
#define TR_BASE_DIAG_H

#include "base/macros.h"

enum tr_class {
    TR_CONFIG,   /* the configuration asks for something impossible */
    TR_AUTH,     /* the other side refused us */
    TR_NETWORK,  /* the other side can't be reached, or went away */
    TR_DATA,     /* bytes that don't decode or convert */
    TR_SCHEMA,   /* a table isn't what it has to be */
    TR_SINK,     /* the sink refused a record or a commit */
    TR_RESOURCE, /* memory, disk, descriptors */
    TR_BUG,      /* our own mistake */
};

enum tr_reaction {
    TR_RETRY, /* tear down, wait, start again from the committed position */
    TR_STOP,  /* state FAILED until somebody mends it */
};

struct tr_diag {
    enum tr_class cls;
    enum tr_reaction reaction;
    char message[2048];
};

/* Fill the diag; always returns -1, so that "return tr_fail(...)" reads well. */
int tr_fail(struct tr_diag *diag, enum tr_class cls, enum tr_reaction reaction, const char *format,
            ...) TR_PRINTF(4, 5);

/* Put "format: " before the message that is already there; returns -1. */
int tr_fail_in(struct tr_diag *diag, const char *format, ...) TR_PRINTF(2, 3);

/* The usual answers. */
#define tr_fail_memory(diag) tr_fail((diag), TR_RESOURCE, TR_RETRY, "out of memory in %s", __func__)
#define tr_fail_bug(diag, text) \
    tr_fail((diag), TR_BUG, TR_STOP, "internal error in %s: %s", __func__, (text))

const char *tr_class_name(enum tr_class cls);

#endif
