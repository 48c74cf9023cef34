/* The preflight of `tailrace check`: each finding with its cause and the SQL that mends it. */
#ifndef TR_SOURCE_POSTGRES_CHECK_H
#define TR_SOURCE_POSTGRES_CHECK_H

#include "capture/capture.h"
#include "source/postgres/connect.h"
#include "source/postgres/position.h"

/* stored is the committed position, or NULL if it is not known. <0: the server can't be asked. */
int tr_pg_check(const struct tr_pg_context *context, struct tr_capture *capture,
                const struct tr_pg_position *stored, struct tr_report *report,
                struct tr_diag *diag) TR_MUSTCHECK;

#endif
