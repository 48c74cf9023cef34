/*
 * What the rows of one table map are made of: a definition brought together with the map, compiled
 * for capture.
 *
 * A map with names (binlog_row_metadata=FULL) is the truth about names, types, nullability and
 * primary key; the definition adds the rest to columns of the same name and type. A map without
 * names has to agree with the definition in everything that it says.
 */
#ifndef TR_SOURCE_MYSQL_VERSION_H
#define TR_SOURCE_MYSQL_VERSION_H

#include "binlog/table.h"
#include "capture/capture.h"
#include "source/mysql/catalog.h"

/* The condition that map and definition are not of one table. */
#define TR_MYSQL_MISFIT 6

struct tr_mysql_version {
    struct tr_arena arena;
    struct tr_table table;
    struct tr_mysql_definition *definition; /* referred to; NULL: none was known */
    struct tr_capture_table *compiled;      /* NULL: the table is not captured */
    bool hidden_period;                     /* see tr_mysql_version_is_current */
};

struct tr_mysql_version_params {
    struct tr_capture *capture;             /* NULL: not captured */
    struct tr_mysql_definition *definition; /* NULL: none; it gets one reference more */
    const struct tr_binlog_table *map;      /* NULL: a snapshot has none */
};

/* >0: TR_MYSQL_MISFIT. */
int tr_mysql_version_new(const struct tr_mysql_version_params *params,
                         struct tr_mysql_version **ret_version, struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_version_free(struct tr_mysql_version *version);

/* The key as one text: names, types and collations, which make the order of its values. NULL: no
 * memory. */
const char *tr_mysql_version_key(const struct tr_mysql_version *version,
                                 struct tr_arena *arena) TR_MUSTCHECK;

/*
 * With a hidden period (MariaDB's system versioning) a table keeps rows that no SELECT shows, and
 * the log tells of them: an UPDATE also inserts the old row as history, a DELETE updates the row's
 * end. Is the image of a row the table's present one? Only an image that is one exists: a change
 * from such an image to history is a delete, a change of history is none.
 */
bool tr_mysql_version_is_current(const struct tr_mysql_version *version,
                                 const struct tr_cell *cells);

/* "1 INT NOT NULL, 2 VARCHAR(40)": a map's columns, for messages. "" when there is no memory. */
const char *tr_mysql_print_map(const struct tr_binlog_table *map, struct tr_arena *arena);

#endif
