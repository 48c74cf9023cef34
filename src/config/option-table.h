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

/* Who reads an option: a set of connectors by kind, the worker, or both: then a worker's is the
 * default of its connectors. Two rows may have the same name if nobody reads both. */
#define TR_FOR(kind)       (1u << (kind))
#define TR_FOR_POSTGRES    TR_FOR(TR_KIND_POSTGRES)
#define TR_FOR_MYSQL       TR_FOR(TR_KIND_MYSQL)
#define TR_FOR_MARIADB     TR_FOR(TR_KIND_MARIADB)
#define TR_FOR_BINLOG      (TR_FOR_MYSQL | TR_FOR_MARIADB)
#define TR_FOR_DATABASES   (TR_FOR_POSTGRES | TR_FOR_BINLOG)
#define TR_FOR_FILE_SOURCE TR_FOR(TR_KIND_FILE_SOURCE)
#define TR_FOR_FILE_SINK   TR_FOR(TR_KIND_FILE_SINK)
#define TR_FOR_SOURCES     (TR_FOR_DATABASES | TR_FOR_FILE_SOURCE)
#define TR_FOR_CONNECTORS  (TR_FOR(TR_KINDS) - 1)
#define TR_FOR_WORKER      TR_FOR(TR_KINDS)
#define TR_FOR_ALL         (TR_FOR_CONNECTORS | TR_FOR_WORKER)

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
    unsigned readers; /* fewer than the group's; 0: the group's */
    bool required;
    bool secret_name; /* what the "*" stands for may be a secret */
    bool identity;    /* decides what is written: part of the fingerprint */
    size_t at;        /* offset in tr_connector_options or tr_worker_options; 0: not kept */
    const struct tr_choice *choices; /* ends with a NULL name */
    bool classes;                    /* they are the names of classes */
    int64_t min, max;                /* when they differ */
    /* <0 with the diag's message "is …" when this text (or list item) won't do */
    int (*check)(const char *text, struct tr_diag *diag);
};

struct tr_option_group {
    const char *title;
    unsigned readers; /* TR_FOR_... */
    const struct tr_option *options;
    size_t count;
};

/* All groups, in the order of the documentation. */
const struct tr_option_group *const *tr_option_groups(size_t *ret_count);

/* Who reads an option of a group. */
unsigned tr_option_readers(const struct tr_option_group *group, const struct tr_option *option);

/* The option of this name that one of the readers has, or NULL. */
const struct tr_option *tr_option_find(unsigned readers, const char *name,
                                       const struct tr_option_group **ret_group);

/* A worker's option that is the default of its connectors'. */
bool tr_option_inherited(const struct tr_option_group *group);

/* Whether a property's value is a secret, as far as its name tells: a password, a key, what a Kafka
 * client logs in with. */
bool tr_option_is_secret(const char *name);

/* The name that was most likely meant, or NULL. */
const char *tr_option_nearest(unsigned readers, const char *name);

/* The same, if the name is so near to it that it is hardly another one's. */
const char *tr_option_mistyped(unsigned readers, const char *name);

/* What the "*" of a pattern stands for in a name, or NULL when the name doesn't match. */
const char *tr_option_star(const char *pattern, const char *name, size_t *ret_length);

/* The groups: table/. */
extern const struct tr_option_group tr_options_connector, tr_options_postgres, tr_options_slot;
extern const struct tr_option_group tr_options_mysql, tr_options_binlog;
extern const struct tr_option_group tr_options_snapshot, tr_options_filter, tr_options_record;
extern const struct tr_option_group tr_options_types, tr_options_signal, tr_options_topic;
extern const struct tr_option_group tr_options_creation, tr_options_converter, tr_options_sink;
extern const struct tr_option_group tr_options_errors, tr_options_engine;
extern const struct tr_option_group tr_options_worker, tr_options_rest, tr_options_client;
extern const struct tr_option_group tr_options_file_source, tr_options_file_sink;
extern const struct tr_option_group tr_options_store, tr_options_avro, tr_options_former;
extern const struct tr_option_group tr_options_cloudevents, tr_options_driver;

#define TR_OPTIONS(array)       .options = (array), .count = TR_COUNT(array)
#define TR_CONNECTOR_AT(member) offsetof(struct tr_connector_options, member)
#define TR_WORKER_AT(member)    offsetof(struct tr_worker_options, member)

#endif
