/* The row path: from one change to messages in a batch. */
#include <stdio.h>

#include "base/clock.h"
#include "capture/capture-impl.h"

int tr_emit_encode(const struct tr_emission *emission, const struct tr_encoding *encoding,
                   const struct tr_value *value, struct tr_slice *ret_bytes)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, &emission->batch->arena);
    int rc = tr_encoding_write(encoding, value, &writer, emission->diag);
    *ret_bytes = (struct tr_slice){0};
    if (rc)
        return rc < 0 ? -1 : 0;
    if (tr_writer_end(&writer, ret_bytes) == 0)
        return 0;
    if (emission->batch->arena.capped)
        return tr_fail(emission->diag, TR_RESOURCE, TR_STOP,
                       "a record needs more than %zu MB; raise memory.limit, or leave the column "
                       "out with column.exclude.list",
                       emission->batch->arena.cap >> 20);
    return tr_fail_memory(emission->diag);
}

/* __debezium.newkey or oldkey in front of the context headers. */
static int key_headers(const struct tr_emission *emission, const char *name,
                       const struct tr_value *other_key, struct tr_message *message)
{
    const struct tr_capture *capture = emission->capturer->capture;
    struct tr_header *headers =
        tr_arena_zalloc(&emission->batch->arena, capture->nheaders + 1, sizeof *headers);

    if (!headers)
        return tr_fail_memory(emission->diag);
    headers[0].name = name;
    if (tr_emit_encode(emission, emission->table->key_header, other_key, &headers[0].value) < 0)
        return tr_emit_fail(emission, TR_STAGE_HEADER_CONVERTER);
    memcpy(headers + 1, capture->headers, capture->nheaders * sizeof *headers);
    message->headers = headers;
    message->nheaders = (uint16_t)(capture->nheaders + 1);
    return 0;
}

static int put_record(const struct tr_emission *emission, const struct tr_outgoing *outgoing)
{
    const struct tr_capture *capture = emission->capturer->capture;

    if (TR_UNLIKELY(capture->chain))
        return tr_emit_transformed(emission, outgoing);
    struct tr_message *message = tr_batch_add(emission->batch);
    if (!message)
        return tr_fail_memory(emission->diag);
    message->topic = emission->table->topic;
    message->identity = emission->change->identity;
    message->partition = outgoing->first_partition ? 0 : -1;
    message->headers = capture->headers;
    message->nheaders = emission->table->bare ? 0 : (uint16_t)capture->nheaders;
    if (outgoing->key &&
        tr_emit_encode(emission, emission->table->key, outgoing->key, &message->key) < 0)
        return tr_emit_fail(emission, TR_STAGE_KEY_CONVERTER);
    if (outgoing->value &&
        tr_emit_encode(emission, emission->table->value, outgoing->value, &message->value) < 0)
        return tr_emit_fail(emission, TR_STAGE_VALUE_CONVERTER);
    emission->batch->bytes += message->key.n + message->value.n;
    if (outgoing->other_key &&
        key_headers(emission, outgoing->header, outgoing->other_key, message) < 0)
        return -1;
    if (TR_UNLIKELY(capture->converter_headers))
        return tr_emit_headers(emission, message, emission->table->key, emission->table->value);
    return 0;
}

static int put(const struct tr_emission *emission, const struct tr_outgoing *outgoing)
{
    const struct tr_batch_mark mark = {emission->batch->count, emission->batch->bytes};

    if (TR_LIKELY(put_record(emission, outgoing) == 0))
        return 0;
    return tr_emit_failed(emission, outgoing, &mark);
}

static void fill_envelope(const struct tr_emission *emission, enum tr_op op,
                          struct tr_value envelope[TR_ENVELOPE_FIELDS])
{
    static const char letters[] = "rcudt";
    int64_t now = tr_clock_realtime_ns();
    const struct tr_capture *capture = emission->capturer->capture;

    envelope[TR_ENVELOPE_SOURCE] =
        tr_value_items(emission->capturer->source, capture->source_schema->nfields);
    envelope[TR_ENVELOPE_TRANSACTION] = (struct tr_value){.kind = TR_NULL};
    envelope[TR_ENVELOPE_OP] = tr_value_text((struct tr_slice){strchr(letters, (char)op), 1});
    envelope[TR_ENVELOPE_TS_MS] = tr_value_integer(now / 1000000);
    envelope[TR_ENVELOPE_TS_US] = tr_value_integer(now / 1000);
    envelope[TR_ENVELOPE_TS_NS] = tr_value_integer(now);
}

/* Of a change that isn't skipped itself: of a key's change only the parts may be. */
static bool skips(const struct tr_emission *emission, enum tr_op op)
{
    const struct tr_capture *capture = emission->capturer->capture;

    return capture->skip[op] && !capture->skip_whole;
}

static int put_envelope(const struct tr_emission *emission, enum tr_op op,
                        struct tr_outgoing *outgoing, const struct tr_value *before,
                        const struct tr_value *after)
{
    struct tr_value envelope[TR_ENVELOPE_FIELDS] = {0};
    struct tr_value value = tr_value_items(envelope, TR_ENVELOPE_FIELDS);

    if (skips(emission, op))
        return 0;
    if (before)
        envelope[TR_ENVELOPE_BEFORE] = *before;
    if (after)
        envelope[TR_ENVELOPE_AFTER] = *after;
    fill_envelope(emission, op, envelope);
    if (TR_UNLIKELY(emission->capturer->transaction) &&
        tr_transaction_event(emission->capturer->transaction, &emission->table->collection,
                             &envelope[TR_ENVELOPE_TRANSACTION], emission->diag) < 0)
        return -1;
    outgoing->value = &value;
    int rc = put(emission, outgoing);
    outgoing->value = NULL;
    return rc;
}

static int put_delete(const struct tr_emission *emission, struct tr_outgoing *outgoing,
                      const struct tr_value *before)
{
    const struct tr_capture *capture = emission->capturer->capture;

    if (put_envelope(emission, TR_OP_DELETE, outgoing, before, NULL) < 0)
        return -1;
    if (!capture->options->tombstones_on_delete || skips(emission, TR_OP_DELETE))
        return 0;
    return put(emission, outgoing);
}

/* A changed key is the end of one record and the begin of another. */
static int put_key_change(const struct tr_emission *emission, const struct tr_value keys[2],
                          const struct tr_value rows[2])
{
    struct tr_outgoing old = {
        .key = &keys[0], .header = "__debezium.newkey", .other_key = &keys[1]};
    struct tr_outgoing new = {
        .key = &keys[1], .header = "__debezium.oldkey", .other_key = &keys[0]};

    if (put_delete(emission, &old, &rows[0]) < 0)
        return -1;
    return put_envelope(emission, TR_OP_CREATE, &new, NULL, &rows[1]);
}

static bool same_key(const struct tr_capture_table *table, const struct tr_change *change)
{
    for (size_t i = 0; i < table->plan.nkey_columns; i++) {
        const struct tr_cell *old = &change->before[table->plan.key[i].place];
        const struct tr_cell *new = &change->after[table->plan.key[i].place];
        if (new->kind == TR_CELL_UNCHANGED)
            continue;
        if (old->kind != new->kind ||
            (old->kind == TR_CELL_VALUE && !tr_slice_equal(old->bytes, new->bytes)))
            return false;
    }
    return true;
}

void tr_emit_count_nulled(const struct tr_emission *emission, const struct tr_column *column)
{
    struct tr_capturer *capturer = emission->capturer;
    const struct tr_table *table = emission->table->table;

    if (capturer->capture->options->converting_failure == TR_FAILURE_SKIP)
        return;
    if (capturer->nulled.count++ == 0)
        snprintf(capturer->nulled.first, sizeof capturer->nulled.first, "%s.%s.%s", table->schema,
                 table->name, column->name);
}

/* Convert key and row of one image; without key ret_key stays null. */
static int run_image(const struct tr_emission *emission, struct tr_image *image,
                     struct tr_value *ret_key, struct tr_value *ret_row)
{
    const struct tr_plan *plan = &emission->table->plan;

    if (plan->nkey && tr_plan_run(plan->key, plan->nkey, image, ret_key, emission->diag) < 0)
        return -1;
    if (tr_plan_run(plan->columns, plan->ncolumns, image, ret_row, emission->diag) < 0)
        return -1;
    if (TR_UNLIKELY(image->nulled))
        tr_emit_count_nulled(emission, image->nulled);
    return 0;
}

static int put_row(const struct tr_emission *emission)
{
    const struct tr_change *change = emission->change;
    struct tr_arena *scratch = &emission->capturer->scratch;
    struct tr_value keys[2] = {0}, rows[2] = {0};
    struct tr_image before = {.cells = change->before, .scratch = scratch};
    struct tr_image after = {.cells = change->after, .old = change->before, .scratch = scratch};

    if (change->before && run_image(emission, &before, &keys[0], &rows[0]) < 0)
        return -1;
    if (change->after && run_image(emission, &after, &keys[1], &rows[1]) < 0)
        return -1;
    bool keyed = emission->table->plan.nkey > 0;
    if (change->op == TR_OP_DELETE) {
        struct tr_outgoing gone = {.key = keyed ? &keys[0] : NULL};
        return put_delete(emission, &gone, change->before ? &rows[0] : NULL);
    }
    if (TR_UNLIKELY(emission->capturer->capture->options->skip_unchanged) && change->before &&
        tr_value_equal(&rows[0], &rows[1]))
        return 0;
    if (TR_UNLIKELY(emission->table->reselect) && emission->capturer->reselector) {
        int rc = tr_reselect_apply(emission, &rows[1]);
        if (rc)
            return rc;
    }
    if (keyed && change->before && !same_key(emission->table, change))
        return put_key_change(emission, keys, rows);
    struct tr_outgoing row = {.key = keyed ? &keys[1] : NULL};
    return put_envelope(emission, change->op, &row, change->before ? &rows[0] : NULL, &rows[1]);
}

int tr_capture_change(struct tr_capturer *capturer, const struct tr_capture_table *table,
                      const struct tr_change *change, struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_emission emission = {capturer, table, change, batch, diag};

    if (capturer->capture->skip[change->op])
        return 0;
    tr_arena_reset(&capturer->scratch);
    size_t first = batch->count;
    int rc;
    if (change->op == TR_OP_TRUNCATE)
        rc = put_envelope(&emission, TR_OP_TRUNCATE, &(struct tr_outgoing){0}, NULL, NULL);
    else
        rc = put_row(&emission);
    if (rc < 0)
        return tr_fail_in(diag, "table %s.%s", table->table->schema, table->table->name);
    if (TR_UNLIKELY(rc > 0))
        return rc;
    if (TR_LIKELY(batch->count > first)) /* a transform may leave nothing of it */
        batch->messages[first].tally = tr_tally_mark(table->tally, change->op);
    batch->events++;
    return 0;
}

int tr_capture_record(struct tr_capturer *capturer, const struct tr_capture_table *table,
                      const struct tr_capture_record *record, struct tr_batch *batch,
                      struct tr_diag *diag)
{
    const struct tr_change change = {.identity = record->identity};
    const struct tr_emission emission = {capturer, table, &change, batch, diag};
    const struct tr_outgoing outgoing = {
        .key = record->key, .value = record->value, .first_partition = record->first_partition};

    tr_arena_reset(&capturer->scratch);
    return put(&emission, &outgoing) < 0 ? tr_fail_in(diag, "topic %s", table->topic->name) : 0;
}
