#include "base/writer.h"
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

int tr_source_reached(const struct tr_source_impl *driver,
                      const struct tr_stored_position *committed,
                      const struct tr_stored_position *mark, struct tr_diag *diag)
{
    return driver->reached(committed, mark, diag);
}

int tr_source_partition(const struct tr_source_impl *driver,
                        const struct tr_connector_options *options, struct tr_buf *ret_json,
                        struct tr_diag *diag)
{
    if (driver->partition)
        return driver->partition(options, ret_json, diag);
    tr_buf_text(ret_json, "{\"server\":");
    if (!tr_buf_json(ret_json, options->capture.topic_prefix))
        return tr_fail(diag, TR_CONFIG, TR_STOP, "topic.prefix is not UTF-8");
    tr_buf_text(ret_json, "}");
    return 0;
}
