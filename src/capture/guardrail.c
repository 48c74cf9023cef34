/* guardrail.collections.max: against a filter that takes in more than was meant. */
#include "capture/capture-impl.h"

bool tr_capture_has_limit(const struct tr_capture *capture)
{
    return capture->options->collections_max > 0;
}

int tr_capture_check_count(const struct tr_capture *capture, size_t count, struct tr_diag *diag)
{
    size_t most = (size_t)capture->options->collections_max;

    if (most == 0 || count <= most)
        return 0;
    if (capture->options->limit_action == TR_LIMIT_FAIL)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%zu tables are to be captured, and guardrail.collections.max allows %zu: "
                       "narrow table.include.list, or raise the limit",
                       count, most);
    tr_log_warn(capture->log, "more tables are captured than guardrail.collections.max allows",
                TR_LOG_INT("tables", count), TR_LOG_INT("limit", most));
    return 0;
}
