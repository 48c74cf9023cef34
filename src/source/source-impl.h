/* For those who write a source. */
#ifndef TR_SOURCE_SOURCE_IMPL_H
#define TR_SOURCE_SOURCE_IMPL_H

#include "source/source.h"

struct tr_source_impl {
    int (*new)(const struct tr_source_params *params, struct tr_source **ret_source,
               struct tr_diag *diag);
    int (*run)(struct tr_source *source, struct tr_diag *diag);
    void (*free)(struct tr_source *source);
    /* Look at the server and report; <0 only when the checks themselves can't go on, which then is
     * a finding too. */
    int (*check)(const struct tr_source_params *params, struct tr_report *report,
                 struct tr_diag *diag);
    /* See tr_source_partition; NULL: a database's. */
    int (*partition)(const struct tr_connector_options *options, struct tr_buf *ret_json,
                     struct tr_diag *diag);
    /* See tr_source_reached; NULL: its positions have no order. */
    int (*reached)(const struct tr_stored_position *committed,
                   const struct tr_stored_position *mark, struct tr_diag *diag);
};

/* First member of each driver's own struct. */
struct tr_source {
    const struct tr_source_impl *impl;
};

#endif
