/*
 * PostgreSQL's types as the catalog tells them (pg_type, pg_enum, pg_range). Column->type of a
 * PostgreSQL table points to one of these. Filled by catalog.c, read by the type map.
 */
#ifndef TR_SOURCE_POSTGRES_PG_TYPE_H
#define TR_SOURCE_POSTGRES_PG_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tr_pg_type {
    uint32_t oid;
    const char *schema, *name; /* typname, e.g. int4, _int4 */
    char kind;     /* typtype: b base, e enum, d domain, c composite, r range, m multirange */
    char category; /* typcategory; 'A' is a true array */
    const struct tr_pg_type *element; /* of an array; NULL otherwise */
    const struct tr_pg_type *base;    /* of a domain */
    int32_t base_modifier;            /* of a domain: typtypmod */
    bool not_null;                    /* of a domain: typnotnull */
    const char *const *labels;        /* of an enum, by enumsortorder */
    size_t nlabels;
};

#endif
