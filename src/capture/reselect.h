/*
 * ReselectColumnsPostProcessor: values that the log has left out (TOAST, partial row images), or
 * that are null, are read from the table.
 *
 * It stands between the column plan and the envelope, for new rows of the stream: of changes of the
 * signal table, rows without key and deletes nothing is read. Which columns of a table are looked
 * at, and which find the row, is settled when the table is compiled; a row that lacks nothing costs
 * a look at those columns. One that does is asked for by a statement of its own, through a
 * connection of the driver's (tr_reselector), and what comes goes through the same plan as the
 * log's cells, masks included.
 *
 * What is read is the row as it is by then: later than the change, and another one in a replay.
 * That is what the user has asked for; positions and the order of records are not touched.
 *
 * Facts: io.debezium.processors.reselect.ReselectColumnsPostProcessor.
 */
#ifndef TR_CAPTURE_RESELECT_H
#define TR_CAPTURE_RESELECT_H

#include "base/diag.h"
#include "config/options.h"
#include "record/change.h"
#include "record/table.h"

/* Columns of one row of a table, by their places. */
struct tr_reselect_query {
    const struct tr_table *table;
    const unsigned *columns; /* that are wanted */
    size_t ncolumns;
    const unsigned *key; /* that find the row … */
    size_t nkey;
    const struct tr_cell *cells; /* … by what they have here: values, one for each place */
};

/* The condition that there is no such row. */
#define TR_RESELECT_NO_ROW  20
/* The condition that the run is to end. */
#define TR_RESELECT_STOPPED 21

/* What a driver brings. */
struct tr_reselector {
    /* Read the columns, in their order, into ret_cells; their bytes live until the next call. <0:
     * the server can't be asked, or refuses. >0: see above. */
    int (*select)(struct tr_reselector *reselector, const struct tr_reselect_query *query,
                  struct tr_cell *ret_cells, struct tr_diag *diag);
};

struct tr_reselect_rules;

/* *ret_rules NULL: there are none. The options are borrowed. */
int tr_reselect_rules_new(const struct tr_capture_options *options,
                          struct tr_reselect_rules **ret_rules, struct tr_diag *diag) TR_MUSTCHECK;
void tr_reselect_rules_free(struct tr_reselect_rules *rules);

#endif
