#include "source/source-impl.h"

int tr_source_new(const struct tr_source_impl *driver, const struct tr_source_params *params,
                  struct tr_source **ret_source, struct tr_diag *diag)
{
    return driver->new(params, ret_source, diag);
}

void tr_source_free(struct tr_source *source)
{
    if (source)
        source->impl->free(source);
}

int tr_source_run(struct tr_source *source, struct tr_diag *diag)
{
    return source->impl->run(source, diag);
}

int tr_source_check(const struct tr_source_impl *driver, const struct tr_source_params *params,
                    struct tr_report *report, struct tr_diag *diag)
{
    return driver->check(params, report, diag);
}
