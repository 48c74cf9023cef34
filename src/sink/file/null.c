/* Takes everything and keeps nothing: what a source can deliver, for benchmarks. The position lives
 * as long as the sink. */
#include <stdlib.h>

#include "sink/file/file.h"

static int new_sink(const struct tr_sink_params *params, struct tr_sink **ret_sink,
                    struct tr_diag *diag)
{
    struct tr_sink *sink = calloc(1, sizeof *sink);

    (void)params;
    if (!sink)
        return tr_fail_memory(diag);
    sink->impl = &tr_null_sink;
    *ret_sink = sink;
    return 0;
}

static int start(struct tr_sink *sink, struct tr_found *ret_found, struct tr_diag *diag)
{
    (void)sink, (void)ret_found, (void)diag;
    return 1;
}

static int write_batch(struct tr_sink *sink, const struct tr_batch *batch, struct tr_diag *diag)
{
    (void)sink, (void)batch, (void)diag;
    return 0;
}

static int flush(struct tr_sink *sink, const struct tr_output **ret_outputs, size_t *ret_noutputs,
                 struct tr_diag *diag)
{
    (void)sink, (void)diag;
    *ret_outputs = NULL;
    *ret_noutputs = 0;
    return 0;
}

static int commit(struct tr_sink *sink, struct tr_slice position, struct tr_diag *diag)
{
    (void)sink, (void)position, (void)diag;
    return 0;
}

static void free_sink(struct tr_sink *sink)
{
    free(sink);
}

static int check(const struct tr_sink_params *params, struct tr_report *report,
                 struct tr_buf *ret_position, struct tr_diag *diag)
{
    (void)params, (void)ret_position, (void)diag;
    tr_report_add(report, TR_FINDING_WARNING, NULL,
                  "sink.type=null throws everything away; it is for measuring");
    return 1;
}

const struct tr_sink_impl tr_null_sink = {
    .new = new_sink,
    .start = start,
    .write = write_batch,
    .flush = flush,
    .commit = commit,
    .free = free_sink,
    .check = check,
};
