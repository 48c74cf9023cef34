/*
 * MySQL's binary JSON, read in place:
 *
 *   document  = type value
 *   type      = 0 small object, 1 large object, 2 small array, 3 large array, 4 literal, 5 int16,
 *               6 uint16, 7 int32, 8 uint32, 9 int64, 10 uint64, 11 double, 12 string, 15 opaque
 *   object    = count size { key offset, key length:16 } { type, value entry } keys values
 *   array     = count size { type, value entry } values
 *   literal   = 0 null, 1 true, 2 false
 *   string    = length utf8mb4
 *   opaque    = field type:8, length, bytes         a decimal, a date or time, a blob …
 *   length    = 7 bits per byte, lowest first; the high bit says that another one follows
 *
 * count, size and entries have 16 bits, in large containers 32. Offsets count from the container's
 * start. A value that fits into its entry stands there: literals and 16 bits, in large containers
 * also 32 (json_binary.h of MySQL's source).
 */
#ifndef TR_SOURCE_MYSQL_TYPES_JSON_H
#define TR_SOURCE_MYSQL_TYPES_JSON_H

#include "base/writer.h"

enum tr_mysql_json_type {
    TR_MYSQL_JSON_SMALL_OBJECT = 0,
    TR_MYSQL_JSON_LARGE_OBJECT = 1,
    TR_MYSQL_JSON_SMALL_ARRAY = 2,
    TR_MYSQL_JSON_LARGE_ARRAY = 3,
    TR_MYSQL_JSON_LITERAL = 4,
    TR_MYSQL_JSON_INT16 = 5,
    TR_MYSQL_JSON_UINT16 = 6,
    TR_MYSQL_JSON_INT32 = 7,
    TR_MYSQL_JSON_UINT32 = 8,
    TR_MYSQL_JSON_INT64 = 9,
    TR_MYSQL_JSON_UINT64 = 10,
    TR_MYSQL_JSON_DOUBLE = 11,
    TR_MYSQL_JSON_STRING = 12,
    TR_MYSQL_JSON_OPAQUE = 15,
};

/* The servers' own limit of nesting is 100. */
#define TR_MYSQL_JSON_DEPTH 100

/* First byte of a cell whose text is printed already; no document and no JSON text begins so. */
#define TR_MYSQL_JSON_PRINTED '\x10'

struct tr_mysql_json_value {
    unsigned type;
    struct tr_slice bytes; /* the value and what follows it in its container */
};

struct tr_mysql_json_container {
    struct tr_slice bytes;
    size_t count;
    size_t word; /* bytes of an offset: 2 or 4 */
    bool object;
};

static inline bool tr_mysql_json_is_container(unsigned type)
{
    return type <= TR_MYSQL_JSON_LARGE_ARRAY;
}

/* <0: malformed. */
int tr_mysql_json_open(struct tr_mysql_json_value value,
                       struct tr_mysql_json_container *ret_container) TR_MUSTCHECK;
int tr_mysql_json_key(const struct tr_mysql_json_container *container, size_t i,
                      struct tr_slice *ret_key) TR_MUSTCHECK;
int tr_mysql_json_at(const struct tr_mysql_json_container *container, size_t i,
                     struct tr_mysql_json_value *ret_value) TR_MUSTCHECK;

/* Print a value that is no container, as Debezium's stream does: a double outside 1e-3 to 1e7 in
 * all its digits, a decimal as it is, dates and times as text, other opaque bytes in base64. */
int tr_mysql_json_print_scalar(struct tr_mysql_json_value value,
                               struct tr_writer *writer) TR_MUSTCHECK;

/* left: values that a document of its size can have, so that entries which all point at one value
 * can't make a text of any length. */
struct tr_mysql_json_printer {
    struct tr_writer *writer;
    size_t left;
};
/* Any value, at a depth of its document; <0: malformed, or no room (writer->failed). */
int tr_mysql_json_print(struct tr_mysql_json_printer *printer, struct tr_mysql_json_value value,
                        unsigned depth) TR_MUSTCHECK;

/* A string in quotes. */
void tr_mysql_json_print_string(struct tr_slice text, struct tr_writer *writer);
void tr_mysql_json_print_double(double number, struct tr_writer *writer);

/* json-text.c: a SELECT's JSON, written as a document is. <0: no memory, >0: malformed. */
int tr_mysql_json_rewrite(struct tr_slice cell, struct tr_arena *scratch,
                          struct tr_slice *ret_text) TR_MUSTCHECK;

#endif
