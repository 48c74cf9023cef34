/* What the checks share. */
#ifndef TR_SOURCE_MYSQL_CHECK_IMPL_H
#define TR_SOURCE_MYSQL_CHECK_IMPL_H

#include "source/mysql/check.h"
#include "source/mysql/query.h"

struct tr_mysql_checking {
    const struct tr_mysql_context *context;
    struct tr_capture *capture;
    const struct tr_mysql_position *stored; /* NULL: not known */
    struct tr_report *report;
    struct tr_mysql_session session;
    struct tr_buf grants; /* SHOW GRANTS, one below the other */
    struct tr_diag *diag;
};

/* Each: <0: the server can't be asked. */
int tr_mysql_check_server(struct tr_mysql_checking *checking) TR_MUSTCHECK;
int tr_mysql_check_rights(struct tr_mysql_checking *checking) TR_MUSTCHECK;
int tr_mysql_check_tables(struct tr_mysql_checking *checking) TR_MUSTCHECK;

/* A global variable's value, "" when there is none. */
int tr_mysql_check_variable(const struct tr_mysql_checking *checking, const char *name,
                            char *ret_value, size_t size) TR_MUSTCHECK;

/* Does SHOW GRANTS have it, for everything? */
bool tr_mysql_check_granted(const struct tr_mysql_checking *checking, const char *privilege);

/* Will the snapshot, or what comes after it, be read from the log? */
static inline bool tr_mysql_check_streams(const struct tr_mysql_checking *checking)
{
    return tr_snapshot_wishes_of(&checking->context->options->snapshot).stream;
}

#endif
