/* Defaults that information_schema can't print. */
#ifndef TR_SOURCE_MYSQL_SCHEMA_DEFAULT_H
#define TR_SOURCE_MYSQL_SCHEMA_DEFAULT_H

#include "source/mysql/catalog.h"

/* information_schema has '?' for a character beyond utf8mb3. Where a text default has one, ask the
 * server for the default's value; of a NOT NULL column it has no answer without a row, and the '?'
 * stays. columns are the definition's. >0: as tr_mysql_query. */
int tr_mysql_mend_defaults(const struct tr_mysql_session *session,
                           struct tr_mysql_definition *definition, struct tr_column *columns,
                           struct tr_diag *diag) TR_MUSTCHECK;

#endif
