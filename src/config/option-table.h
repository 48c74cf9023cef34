/*
 * The option table: every property that a connector or worker file may hold, described once. It
 * drives parsing, the messages about wrong values, the fingerprint and docs/configuration.md.
 *
 * A name may hold one "*", which stands for any text that isn't empty; an exact name goes first,
 * then the pattern with the longest text. To support one more property is one row and one field of
 * options.h; to support more values of one is a change of its row's status.
 */
#ifndef TR_CONFIG_OPTION_TABLE_H
#define TR_CONFIG_OPTION_TABLE_H

#include <stddef.h>

#include "base/diag.h"
#include "config/options.h"

enum tr_option_type {
    TR_OPTION_STRING, /* const char *; one of choices, if there are any */
    TR_OPTION_PASSWORD,
    TR_OPTION_BOOLEAN,
    TR_OPTION_INT,        /* int32_t */
    TR_OPTION_LONG,       /* int64_t */
    TR_OPTION_LIST,       /* struct tr_list: separated by commas, "\," is a comma in an item */
    TR_OPTION_CHOICE,     /* an enum: the value of one of choices */
    TR_OPTION_OPERATIONS, /* const char *: skipped.operations as letters */
    TR_OPTION_OPEN,       /* struct tr_properties: what stands for the "*" is a name of its own */
    TR_OPTION_WHOLE,      /* the same, with the whole name kept */
};

enum tr_option_status {
    TR_OPTION_SUPPORTED,
    TR_OPTION_INERT,        /* accepted with a warning: note says why it has no effect */
    TR_OPTION_DEFAULT_ONLY, /* would change the records and isn't supported: note says what is */
    TR_OPTION_FORMER,       /* refused: note is the successor's name */
};

enum tr_scope {
    TR_SCOPE_WORKER,
    TR_SCOPE_CONNECTOR,
    TR_SCOPE_BOTH, /* a worker's is the default of its connectors */
};

enum tr_importance { TR_LOW, TR_MEDIUM, TR_HIGH };

struct tr_choice {
    const char *name;
    int value;
    const char *refusal; /* a known value that can't be had: why, and what to do */
};

struct tr_option {
    const char *name;
    const char *fallback; /* the default as text, or NULL */
    const char *doc;      /* one sentence */
    const char *note;     /* see the status */
    const char *with;     /* the property that this one is an option of */
    enum tr_option_type type;
    enum tr_option_status status;
    enum tr_importance importance;
    bool required;
    bool secret_name; /* what the "*" stands for may be a secret */
    bool identity;    /* decides what is written: part of the fingerprint */
    size_t at;        /* offset in tr_connector_options or tr_worker_options; 0: not kept */
    const struct tr_choice *choices; /* ends with a NULL name */
    int64_t min, max;                /* when they differ */
    /* <0 with the diag's message "is …" when this text (or list item) won't do */
    int (*check)(const char *text, struct tr_diag *diag);
};

struct tr_option_group {
    const char *title;
    enum tr_scope scope;
    const struct tr_option *options;
    size_t count;
};

/* All groups, in the order of the documentation. */
const struct tr_option_group *const *tr_option_groups(size_t *ret_count);

/* The option of this name for a worker's or a connector's file, or NULL. The scope that it was
 * found in is TR_SCOPE_BOTH or the one asked for. */
const struct tr_option *tr_option_find(enum tr_scope scope, const char *name,
                                       const struct tr_option_group **ret_group);

/* The name that was most likely meant, or NULL. */
const char *tr_option_nearest(enum tr_scope scope, const char *name);

/* The same, if the name is so near to it that it is hardly another one's. */
const char *tr_option_mistyped(enum tr_scope scope, const char *name);

/* What the "*" of a pattern stands for in a name, or NULL when the name doesn't match. */
const char *tr_option_star(const char *pattern, const char *name, size_t *ret_length);

/* The groups: table/. */
extern const struct tr_option_group tr_options_connector, tr_options_postgres, tr_options_slot;
extern const struct tr_option_group tr_options_snapshot, tr_options_filter, tr_options_record;
extern const struct tr_option_group tr_options_types, tr_options_signal, tr_options_topic;
extern const struct tr_option_group tr_options_converter, tr_options_sink, tr_options_engine;
extern const struct tr_option_group tr_options_worker, tr_options_client, tr_options_store;
extern const struct tr_option_group tr_options_former;

#define TR_OPTIONS(array)       .options = (array), .count = TR_COUNT(array)
#define TR_CONNECTOR_AT(member) offsetof(struct tr_connector_options, member)
#define TR_WORKER_AT(member)    offsetof(struct tr_worker_options, member)

#endif
