/* The MySQL and MariaDB drivers: one code, two dialects. */
#ifndef TR_SOURCE_MYSQL_MYSQL_H
#define TR_SOURCE_MYSQL_MYSQL_H

#include "source/source-impl.h"

extern const struct tr_source_impl tr_mysql_source, tr_mariadb_source;

#endif
