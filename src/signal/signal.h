/* Signals: orders to a running connector. */
#ifndef TR_SIGNAL_SIGNAL_H
#define TR_SIGNAL_SIGNAL_H

#include <string.h>

#include "config/options.h"

/* Is it signal.data.collection, given as schema.table? */
static inline bool tr_signal_table_is(const struct tr_signal_options *options, const char *name)
{
    return options->data_collection && strcmp(options->data_collection, name) == 0;
}

#endif
