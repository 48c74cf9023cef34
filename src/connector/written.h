/* Which topics a run has written to: told once each, from what the sink says at each commit.
 * connector/'s own; used by the sink thread. */
#ifndef TR_CONNECTOR_WRITTEN_H
#define TR_CONNECTOR_WRITTEN_H

#include "connector/connector.h"

struct tr_written_topic {
    const char *topic; /* the sink's text, which lives as long as the run */
    int64_t grown;     /* its partitions' ends, added up */
    bool told;
};

struct tr_written {
    struct tr_written_topic *topics; /* in the sink's order */
    size_t count;
};

void tr_written_finish(struct tr_written *written);
/* Tell all of them once more, when they are written to once more. */
void tr_written_forget(struct tr_written *written);

/* outputs: cumulative over all runs, those of one topic one after the other. */
void tr_written_look(struct tr_written *written, const struct tr_output *outputs, size_t count,
                     const struct tr_connector_params *params);

#endif
