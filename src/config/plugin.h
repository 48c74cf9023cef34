/*
 * Plugins, in Kafka Connect's sense: the classes that a configuration may name, and the definitions
 * of their properties as GET /connector-plugins/X/config shows them. Rows of the option table, in
 * the order and the groups that Connect and Debezium give them.
 *
 * What a definition says is what tailrace does: its own defaults, and only values that it takes are
 * recommended. The documentation is tailrace's.
 */
#ifndef TR_CONFIG_PLUGIN_H
#define TR_CONFIG_PLUGIN_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/options.h"

struct tr_plugin {
    const char *class;   /* the full name */
    const char *type;    /* source, sink, converter, header_converter */
    const char *version; /* of the original that it stands for, as GET /connector-plugins has it */
    int kind;            /* an enum tr_connector_kind, or -1: no connector */
};

/* Connectors and converters, connectors first; transforms and predicates are transform/'s. */
const struct tr_plugin *tr_plugins(size_t *ret_count);

/* By full name, or by one of Connect's short ones (PostgresConnector, Postgres) or ours (postgres);
 * NULL: unknown. */
const struct tr_plugin *tr_plugin_find(const char *name);

struct tr_definition {
    const char *name;
    const char *type; /* STRING, INT, LONG, BOOLEAN, LIST, PASSWORD, CLASS */
    bool required;
    const char *default_value; /* NULL: none */
    const char *importance;    /* HIGH, MEDIUM, LOW */
    const char *documentation;
    const char *group; /* NULL: none */
    const char *width; /* NONE, SHORT, MEDIUM, LONG */
    const char *display_name;
    struct tr_list dependents;
    int order; /* in the group; -1: none */
};

struct tr_definitions {
    const struct tr_definition *items;
    size_t count;
};

/* What a plugin may be configured with: its own properties, then Connect's. The texts are the
 * table's or the arena's. */
int tr_plugin_definitions(const struct tr_plugin *plugin, struct tr_arena *arena,
                          struct tr_definitions *ret_definitions,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* The same for rows that stand elsewhere: a transform's. */
struct tr_option;
int tr_definitions_of(const struct tr_option *options, size_t count, struct tr_arena *arena,
                      struct tr_definitions *ret_definitions, struct tr_diag *diag) TR_MUSTCHECK;

/* Give a definition what a row of shown.h says: label, group, order, importance. */
struct tr_shown;
void tr_definition_show(struct tr_definition *definition, const struct tr_shown *shown);

#endif
