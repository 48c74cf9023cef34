/* For those who write a sink. */
#ifndef TR_SINK_SINK_IMPL_H
#define TR_SINK_SINK_IMPL_H

#include "sink/sink.h"

struct tr_sink_impl {
    int (*new)(const struct tr_sink_params *params, struct tr_sink **ret_sink,
               struct tr_diag *diag);
    int (*start)(struct tr_sink *sink, struct tr_found *ret_found, struct tr_diag *diag);
    int (*write)(struct tr_sink *sink, const struct tr_batch *batch, struct tr_diag *diag);
    int (*flush)(struct tr_sink *sink, const struct tr_output **ret_outputs, size_t *ret_noutputs,
                 struct tr_diag *diag);
    int (*commit)(struct tr_sink *sink, struct tr_slice position, struct tr_diag *diag);
    int (*hold)(struct tr_sink *sink, struct tr_diag *diag);    /* NULL: never */
    int (*abandon)(struct tr_sink *sink, struct tr_diag *diag); /* NULL: nobody else can own it */
    void (*free)(struct tr_sink *sink);
    int (*check)(const struct tr_sink_params *params, struct tr_report *report,
                 struct tr_buf *ret_position, struct tr_diag *diag);
};

/* First member of each sink's own struct. */
struct tr_sink {
    const struct tr_sink_impl *impl;
};

#endif
