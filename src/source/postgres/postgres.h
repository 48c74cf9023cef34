/* The PostgreSQL driver: pgoutput over libpq. */
#ifndef TR_SOURCE_POSTGRES_POSTGRES_H
#define TR_SOURCE_POSTGRES_POSTGRES_H

#include "source/source-impl.h"

extern const struct tr_source_impl tr_postgres_source;

#endif
