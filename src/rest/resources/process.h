/* Figures of this process, under the names that Prometheus's client libraries have for them. */
#ifndef TR_REST_RESOURCES_PROCESS_H
#define TR_REST_RESOURCES_PROCESS_H

#include "base/writer.h"

void tr_expose_process(struct tr_writer *writer);

#endif
