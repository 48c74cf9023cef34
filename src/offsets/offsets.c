#include "offsets/offsets.h"

#include <inttypes.h>

#include "base/writer.h"

int tr_offsets_write_key(const struct tr_source_impl *driver,
                         const struct tr_connector_options *options, struct tr_buf *ret_key,
                         struct tr_diag *diag)
{
    tr_buf_text(ret_key, "[");
    if (!tr_buf_json(ret_key, options->name))
        return tr_fail(diag, TR_CONFIG, TR_STOP, "the connector's name is not UTF-8");
    tr_buf_text(ret_key, ",");
    if (tr_source_partition(driver, options, ret_key, diag) < 0)
        return -1;
    tr_buf_text(ret_key, "]");
    return tr_buf_ok(ret_key) ? 0 : tr_fail_memory(diag);
}

/* With thousands of topics, printf would be most of what a position costs. */
static void put_offset(struct tr_buf *buf, int64_t offset)
{
    char text[24], *p = text + sizeof text;
    uint64_t rest = offset < 0 ? 0 - (uint64_t)offset : (uint64_t)offset;

    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (offset < 0)
        *--p = '-';
    tr_buf_put(buf, p, (size_t)(text + sizeof text - p));
}

/* {"topic":[next offset of partition 0, …]}: where a partition ends for us, -1 where that isn't
 * known; outputs are sorted by topic. As one JSON text, because offsets hold primitives only.
 * Topic names need no escaping: Kafka allows letters, digits, ".", "_" and "-". */
static void put_outputs(struct tr_buf *buf, const struct tr_offsets_commit *commit)
{
    const struct tr_output *end = commit->outputs + commit->noutputs;

    tr_buf_text(buf, ",\"tailrace_outputs\":\"{");
    for (const struct tr_output *o = commit->outputs; o < end;) {
        const struct tr_output *topic = o;
        tr_buf_text(buf, o == commit->outputs ? "\\\"" : ",\\\"");
        tr_buf_text(buf, topic->topic);
        tr_buf_text(buf, "\\\":[");
        for (int32_t p = 0; p < topic->partitions; p++) {
            bool written = o < end && o->topic == topic->topic && o->partition == p;
            tr_buf_text(buf, p ? "," : "");
            put_offset(buf, written ? o->offset + 1 : -1);
            o += written;
        }
        tr_buf_text(buf, "]");
        if (o == topic)
            o++; /* a partition outside its topic: never stand still */
    }
    tr_buf_text(buf, "}\"");
}

int tr_offsets_write(const struct tr_offsets_commit *commit, struct tr_buf *ret_json,
                     struct tr_diag *diag)
{
    tr_buf_text(ret_json, "{");
    tr_buf_put(ret_json, commit->source.p, commit->source.n);
    tr_buf_printf(ret_json, "%s\"tailrace_format\":%d,\"tailrace_transaction\":%" PRIu64,
                  commit->source.n ? "," : "", TR_OFFSETS_FORMAT, commit->transaction);
    if (commit->fingerprint)
        tr_buf_printf(ret_json, ",\"tailrace_fingerprint\":\"%s\"", commit->fingerprint);
    if (commit->states_at >= 0)
        tr_buf_printf(ret_json, ",\"tailrace_states_at\":%" PRId64, commit->states_at);
    if (commit->noutputs)
        put_outputs(ret_json, commit);
    tr_buf_text(ret_json, "}");
    return tr_buf_ok(ret_json) ? 0 : tr_fail_memory(diag);
}

int tr_offsets_check(const struct tr_stored_position *position, struct tr_diag *diag)
{
    int64_t format = tr_stored_position_integer(position, "tailrace_format", 0);

    if (format <= TR_OFFSETS_FORMAT)
        return 0;
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "the stored position has format %" PRId64 ", this version knows up to %d; run "
                   "the version that wrote it, or a newer one",
                   format, TR_OFFSETS_FORMAT);
}

int tr_offsets_check_partial(const struct tr_stored_position *position, const char *fingerprint,
                             struct tr_diag *diag)
{
    if (!tr_stored_position_has(position, TR_POSITION_PARTIAL) ||
        strcmp(tr_stored_position_text(position, "tailrace_fingerprint", ""),
               fingerprint ? fingerprint : "") == 0)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "the stored position lies inside a large source transaction, of which the first "
                   "%" PRId64 " changes are written, and the settings that decide what is written "
                   "are others now: put the former ones back until that transaction is written; "
                   "or, to have all of it written again under the new ones, stop the connector and "
                   "remove " TR_POSITION_PARTIAL " from its position (PATCH /connectors/NAME/"
                   "offsets)",
                   tr_stored_position_integer(position, TR_POSITION_PARTIAL, 0));
}

uint64_t tr_offsets_transaction(const struct tr_stored_position *position)
{
    return (uint64_t)tr_stored_position_integer(position, "tailrace_transaction", 0);
}
