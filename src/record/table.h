/*
 * One version of a source table: what a decoder, the catalog or a table map told about it. A source
 * makes a new one whenever the table's shape changes; changes point to the version that they were
 * decoded with. Everything in it lives in the source's memory and doesn't change.
 */
#ifndef TR_RECORD_TABLE_H
#define TR_RECORD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tr_column {
    const char *name;
    const char *type_name;    /* as the server spells it, e.g. numeric, character varying */
    const void *type;         /* the driver's own description of the type */
    int32_t modifier;         /* the driver's (PostgreSQL: atttypmod), -1: none */
    int32_t length;           /* characters, bits or decimal precision; -1: none */
    int32_t scale;            /* decimal or fractional-second digits; -1: none */
    bool optional;            /* may be NULL */
    bool identity;            /* part of the replica identity: present in old images */
    const char *default_text; /* the server's expression; NULL: no default */
    const char *comment;      /* NULL: none */
};

struct tr_table {
    const char *catalog; /* PostgreSQL: the database; MySQL: NULL */
    const char *schema;  /* PostgreSQL: the schema; MySQL: the database */
    const char *name;
    uint32_t id; /* PostgreSQL: the relation's oid */
    const struct tr_column *columns;
    size_t ncolumns;
    const unsigned *key; /* places in columns, in the key's own order */
    size_t nkey;         /* 0: no key */
};

#endif
