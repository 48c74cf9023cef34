#include "sink/sink-impl.h"

int tr_sink_new(const struct tr_sink_impl *driver, const struct tr_sink_params *params,
                struct tr_sink **ret_sink, struct tr_diag *diag)
{
    return driver->new (params, ret_sink, diag);
}

/* A position and what surrounds it; far above any real one. */
#define POSITION_CAP ((size_t)16 << 20)

int tr_found_init(struct tr_found *found, struct tr_diag *diag)
{
    *found = (struct tr_found){.states = tr_states_new(), .states_at = -1};
    tr_buf_init(&found->position, POSITION_CAP);
    return found->states ? 0 : tr_fail_memory(diag);
}

void tr_found_finish(struct tr_found *found)
{
    tr_buf_finish(&found->position);
    tr_states_free(found->states);
    found->states = NULL;
}

int tr_sink_start(struct tr_sink *sink, struct tr_found *ret_found, struct tr_diag *diag)
{
    return sink->impl->start(sink, ret_found, diag);
}

int tr_sink_write(struct tr_sink *sink, const struct tr_batch *batch, struct tr_diag *diag)
{
    return sink->impl->write(sink, batch, diag);
}

int tr_sink_flush(struct tr_sink *sink, const struct tr_output **ret_outputs, size_t *ret_noutputs,
                  struct tr_diag *diag)
{
    return sink->impl->flush(sink, ret_outputs, ret_noutputs, diag);
}

int tr_sink_commit(struct tr_sink *sink, struct tr_slice position, struct tr_diag *diag)
{
    return sink->impl->commit(sink, position, diag);
}

int tr_sink_hold(struct tr_sink *sink, struct tr_diag *diag)
{
    return sink->impl->hold ? sink->impl->hold(sink, diag) : 0;
}

int tr_sink_abandon(struct tr_sink *sink, struct tr_diag *diag)
{
    return sink->impl->abandon ? sink->impl->abandon(sink, diag) : 0;
}

void tr_sink_free(struct tr_sink *sink)
{
    if (sink)
        sink->impl->free(sink);
}

int tr_sink_check(const struct tr_sink_impl *driver, const struct tr_sink_params *params,
                  struct tr_report *report, struct tr_buf *ret_position, struct tr_diag *diag)
{
    return driver->check(params, report, ret_position, diag);
}
