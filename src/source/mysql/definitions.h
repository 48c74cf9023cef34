/*
 * Which definition the rows at a place of the log have.
 *
 * With binlog_row_metadata=FULL a table map tells names, types and the primary key; what it doesn't
 * tell (defaults, comments, unique keys) is added from the stored definition, by name. With MINIMAL
 * it tells only types, so that names come from the stored definition, and the two are compared:
 * number of columns, types with their metadata, nullability, signedness, character sets.
 *
 * A stored definition is read from the catalog in a snapshot, and anew when the stream meets a DDL
 * of its table. It travels to the sink in the batch with which the DDL does (a state record under
 * "table:<database>.<table>"), so that what a restart finds belongs to the position that it finds.
 * The catalog, however, is that of now: a definition read at a DDL counts for the rows behind it
 * only if no other DDL of that table stands in the log before the read. Where the stream lags
 * behind the server, and a table map needs such a definition, the log up to the moment of the read
 * is searched for one (lookahead.h). If there is one, the definition of that time can't be known,
 * and the connector stops with the ways out.
 */
#ifndef TR_SOURCE_MYSQL_DEFINITIONS_H
#define TR_SOURCE_MYSQL_DEFINITIONS_H

#include "binlog/binlog.h"
#include "capture/capture.h"
#include "source/mysql/catalog.h"
#include "source/mysql/statement.h"

/* A place in the log: the number of the file and a 64-bit offset in it. */
struct tr_mysql_place {
    uint64_t file, offset;
};

static inline bool tr_mysql_place_before(struct tr_mysql_place a, struct tr_mysql_place b)
{
    return a.file < b.file || (a.file == b.file && a.offset < b.offset);
}

/* A definition, compiled for capture. It lives until the next table map, or DDL, of its table. */
struct tr_mysql_version {
    const struct tr_mysql_definition *definition;
    struct tr_capture_table *compiled;
};

struct tr_mysql_definitions;

struct tr_mysql_definitions_params {
    const struct tr_mysql_context *context;
    struct tr_capture *capture;
    const struct tr_state *state; /* what the committed position came with; NULL: nothing */
};

int tr_mysql_definitions_new(const struct tr_mysql_definitions_params *params,
                             struct tr_mysql_definitions **ret_definitions,
                             struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_definitions_free(struct tr_mysql_definitions *definitions);

/* The session that the catalog is asked through from now on. */
void tr_mysql_definitions_connect(struct tr_mysql_definitions *definitions,
                                  const struct tr_mysql_session *session);

/* Take a definition over (from a snapshot's session, whose consistent point is `place`), and write
 * it into the batch as a state record. The definition belongs to the store from then on, also when
 * this fails. */
int tr_mysql_definitions_put(struct tr_mysql_definitions *definitions,
                             struct tr_mysql_definition *definition, struct tr_mysql_place place,
                             struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;

/* The version of the rows behind a table map at a place. *ret_version NULL: the table is not
 * captured. Called for each table map event; an unchanged map costs a comparison. <0: the definition
 * of that time is not known, or it isn't this. >0: TR_MYSQL_STOPPED. */
int tr_mysql_definitions_map(struct tr_mysql_definitions *definitions,
                             const struct tr_binlog_table_map *map, struct tr_mysql_place place,
                             const struct tr_mysql_version **ret_version,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* Take in a DDL statement at a place: forget or read anew what it touches, with state records into
 * the batch. >0: TR_MYSQL_STOPPED. */
int tr_mysql_definitions_alter(struct tr_mysql_definitions *definitions,
                               const struct tr_mysql_statement *statement,
                               struct tr_mysql_place place, struct tr_batch *batch,
                               struct tr_diag *diag) TR_MUSTCHECK;

/* The newest known definition of a table; NULL: none. */
const struct tr_mysql_definition *
tr_mysql_definitions_find(const struct tr_mysql_definitions *definitions, const char *database,
                          const char *table);

#endif
