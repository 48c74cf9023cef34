/*
 * Walking along a table's key: the SQL that reads a range of it. Used by every snapshot, so that a
 * range which one has stored means the same rows to another.
 *
 * Keys are texts that a SELECT gave (tr_mysql_walk_texts), UTF-8 whatever the column is, and become
 * literals; the server compares in the column's own type and collation.
 */
#ifndef TR_SOURCE_MYSQL_WALK_H
#define TR_SOURCE_MYSQL_WALK_H

#include "snapshot/incremental.h"
#include "source/mysql/types.h"

struct tr_mysql_walk {
    const struct tr_table *table;
    unsigned columns[32]; /* that the table is read along */
    size_t count;
    const struct tr_chunk_range *range;
    struct tr_key_text until; /* a surrogate key's last value in the chunk; count 0: `limit` rows */
};

/* >0: TR_CHUNK_NO_KEY, TR_CHUNK_REFUSED. */
int tr_mysql_walk_init(struct tr_mysql_walk *walk, const struct tr_table *table,
                       const struct tr_chunk_range *range, struct tr_diag *diag) TR_MUSTCHECK;

/* The texts of the key, as what a SELECT asks for. */
void tr_mysql_walk_texts(const struct tr_mysql_walk *walk, struct tr_buf *sql);

/* FROM, WHERE, ORDER BY: for the last key of all; for the last key of the range's first `limit`
 * rows; for those rows (a surrogate key need not be unique: rows of one value stay together). */
void tr_mysql_walk_last(const struct tr_mysql_walk *walk, struct tr_buf *sql);
void tr_mysql_walk_until(const struct tr_mysql_walk *walk, struct tr_buf *sql);
void tr_mysql_walk_rows(const struct tr_mysql_walk *walk, struct tr_buf *sql);

/* FROM, WHERE: for all rows of the range, in any order. */
void tr_mysql_walk_all(const struct tr_mysql_walk *walk, struct tr_buf *sql);
/* For the keys of the range's `limit`th row and the one behind it, along the primary key. */
void tr_mysql_walk_next(const struct tr_mysql_walk *walk, struct tr_buf *sql);

/* A whole statement that asks for a row whose surrogate key is null: it has no place in the order.
 */
void tr_mysql_walk_null(const struct tr_mysql_walk *walk, struct tr_buf *sql);

#endif
