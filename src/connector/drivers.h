/* What the binary was composed of (main.c), by kind. NULL: this build lacks it. */
#ifndef TR_CONNECTOR_DRIVERS_H
#define TR_CONNECTOR_DRIVERS_H

#include "sink/sink.h"
#include "source/source.h"

struct tr_drivers {
    const struct tr_source_impl *sources[TR_KINDS];
    const struct tr_sink_impl *sinks[TR_SINKS];
};

#endif
