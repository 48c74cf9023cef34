/*
 * How the options of a plugin are shown to a user interface: in which groups and in which order,
 * under which label. A row is an option's name; whether a connector has it, and what it is, says
 * the option table. Rows that one of the table's patterns covers (openlineage.integration.*) bring
 * along what the pattern can't know.
 *
 * Facts: ConnectorConfig, SourceConnectorConfig, SinkConnectorConfig (Kafka 4.1), and the answers
 * of Debezium 3.6.1's PostgreSQL connector.
 */
#ifndef TR_CONFIG_SHOWN_H
#define TR_CONFIG_SHOWN_H

#include "config/option-table.h"

enum tr_width { TR_WIDTH_NONE, TR_WIDTH_SHORT, TR_WIDTH_MEDIUM, TR_WIDTH_LONG };

struct tr_shown {
    const char *group; /* NULL: none; TR_SHOWN_OWN: called as the database */
    const char *name;
    const char *label;
    enum tr_width width;
    int order;             /* in the group; 0: the next one; -1: none */
    const char *type;      /* if it isn't what follows from the option's */
    const char *dependent; /* an option that this one narrows; NULL: none */
    /* of an option that a pattern covers: */
    const char *fallback;
    enum tr_importance importance;
    bool invisible;   /* not to be asked for */
    unsigned readers; /* fewer than the option's; 0: the option's */
};

#define TR_SHOWN_OWN ""

struct tr_shown_list {
    const struct tr_shown *items;
    size_t count;
};

/* Connect's own options, the databases', the file connectors', the converters': table/shown.c */
extern const struct tr_shown_list tr_shown_connect, tr_shown_databases, tr_shown_files;

#endif
