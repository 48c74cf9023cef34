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
 * "table/<database>.<table>"), so that what a restart finds belongs to the position that it finds.
 * The catalog, however, is that of now: a definition read at a DDL counts for the rows behind it
 * only if no other DDL of that table stands in the log before the read. Where the stream lags
 * behind the server, and a table map needs such a definition, the log up to the moment of the read
 * is searched for one (lookahead.h). If there is one, the definition of that time can't be known,
 * and the connector stops with the ways out.
 */
#ifndef TR_SOURCE_MYSQL_DEFINITIONS_H
#define TR_SOURCE_MYSQL_DEFINITIONS_H

#include "source/mysql/statement.h"
#include "source/mysql/version.h"

struct tr_mysql_definitions;

struct tr_mysql_definitions_params {
    const struct tr_mysql_context *context;
    struct tr_capture *capture;
    const struct tr_states *states; /* stored with the committed position; borrowed for the call */
    bool moved; /* the position is another server's: stored places say nothing here */
};

int tr_mysql_definitions_new(const struct tr_mysql_definitions_params *params,
                             struct tr_mysql_definitions **ret_definitions,
                             struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_definitions_free(struct tr_mysql_definitions *definitions);

/* The session that the catalog is asked through from now on; borrowed. >0: TR_MYSQL_STOPPED. */
int tr_mysql_definitions_connect(struct tr_mysql_definitions *definitions,
                                 const struct tr_mysql_session *session,
                                 struct tr_diag *diag) TR_MUSTCHECK;

/* A snapshot begins: what was stored before doesn't count any more. State records that say so go
 * into the batch. */
int tr_mysql_definitions_clear(struct tr_mysql_definitions *definitions, struct tr_batch *batch,
                               struct tr_diag *diag) TR_MUSTCHECK;

/* Take over a definition that was read in a snapshot, and write it into the batch as a state
 * record. It belongs to the store from then on, also when this fails. */
int tr_mysql_definitions_put(struct tr_mysql_definitions *definitions,
                             struct tr_mysql_definition *definition, struct tr_batch *batch,
                             struct tr_diag *diag) TR_MUSTCHECK;

/*
 * What the rows behind a table map have that stands at a place (of the TABLE_MAP). To be called
 * when the decoder has compiled a map (table->user is NULL); the version hangs on table->user from
 * then on, and the decoder's `forget` frees it. Call tr_binlog_forget_tables behind each DDL. <0:
 * the definition of that time is not known. >0: TR_MYSQL_STOPPED.
 */
struct tr_mysql_mapping {
    const struct tr_binlog_table *map;
    const struct tr_mysql_coordinates *place;
    struct tr_batch *batch; /* for a definition that had to be read */
};
int tr_mysql_definitions_map(struct tr_mysql_definitions *definitions,
                             const struct tr_mysql_mapping *mapping,
                             struct tr_mysql_version **ret_version,
                             struct tr_diag *diag) TR_MUSTCHECK;

/* Take in a DDL statement whose event ends at a place: forget or read anew what it touches, with
 * state records into the batch. Of tables that are not captured nothing is kept. >0:
 * TR_MYSQL_STOPPED. */
int tr_mysql_definitions_alter(struct tr_mysql_definitions *definitions,
                               const struct tr_mysql_statement *statement,
                               const struct tr_mysql_coordinates *place, struct tr_batch *batch,
                               struct tr_diag *diag) TR_MUSTCHECK;

/* That statement was a CREATE TABLE IF NOT EXISTS of a captured table that is there. */
bool tr_mysql_definitions_unchanged(const struct tr_mysql_definitions *definitions);

/* The newest definition of a table that is known, captured or not; of others than captured ones
 * only what the last DDL named. NULL: none. */
const struct tr_mysql_definition *
tr_mysql_definitions_find(const struct tr_mysql_definitions *definitions, struct tr_slice database,
                          struct tr_slice table);

/* The configuration captures the table, and it is none of the server's own. */
static inline bool tr_mysql_wants(const struct tr_capture *capture, const char *database,
                                  const char *table)
{
    return !tr_mysql_is_system(tr_slice_of(database)) && tr_capture_wants(capture, database, table);
}

/* guardrail.collections.max. >0: TR_MYSQL_STOPPED. */
int tr_mysql_check_limit(const struct tr_mysql_session *session, const struct tr_capture *capture,
                         struct tr_diag *diag) TR_MUSTCHECK;

#endif
