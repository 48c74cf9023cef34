/* The stream: the log from a position on, into batches, until the outlet says stopping. */
#ifndef TR_SOURCE_MYSQL_STREAM_H
#define TR_SOURCE_MYSQL_STREAM_H

#include "source/mysql/changes.h"
#include "source/mysql/identity.h"
#include "source/mysql/incremental.h"

struct tr_mysql_stream_params {
    const struct tr_mysql_session *dump, *session;
    const struct tr_mysql_position *position; /* begin behind it */
    const struct tr_mysql_log_end *end;       /* where the log was when this began */
    struct tr_mysql_changes *changes;
    struct tr_mysql_incremental *incremental; /* NULL: no signals */
    struct tr_capture *capture;
    uint64_t *ret_token; /* of the last position handed over */
};

/* >0: TR_MYSQL_STOPPED, TR_INCREMENTAL_BLOCKING. */
int tr_mysql_stream_run(const struct tr_mysql_stream_params *params,
                        struct tr_diag *diag) TR_MUSTCHECK;

#endif
