/*
 * A record that a transform or a converter can't do. It stops the connector, unless
 * errors.tolerance says that such records are left out: then it is counted, logged if that is asked
 * for, and put into the dead letter topic if there is one, in the batch and so in the Kafka
 * transaction that would have had it. Whether a record fails depends on the record and the
 * configuration, never on the moment: a replay leaves out the same.
 *
 * Facts: org.apache.kafka.connect.runtime.errors.{DeadLetterQueueReporter,ProcessingContext}
 * (Kafka 4.1).
 */
#include <stdio.h>

#include "capture/capture-impl.h"
#include "config/option-table.h"

/* As much of a key as a message shows. */
#define KEY_SHOWN 200

static const char *const stages[] = {
    [TR_STAGE_TRANSFORMATION] = "TRANSFORMATION",
    [TR_STAGE_KEY_CONVERTER] = "KEY_CONVERTER",
    [TR_STAGE_VALUE_CONVERTER] = "VALUE_CONVERTER",
    [TR_STAGE_HEADER_CONVERTER] = "HEADER_CONVERTER",
};

/* The first choice of that value has the whole name. */
static const char *class_of(const char *option, int value)
{
    const struct tr_option_group *group;
    const struct tr_option *row = tr_option_find(TR_FOR_CONNECTORS, option, &group);

    for (const struct tr_choice *choice = row->choices; choice->name; choice++)
        if (choice->value == value)
            return choice->name;
    return "";
}

static const char *class_name(const struct tr_capturer *capturer)
{
    const struct tr_capture_options *options = capturer->capture->options;

    switch (capturer->failed.stage) {
    case TR_STAGE_KEY_CONVERTER:
        return class_of("key.converter", (int)options->key.class);
    case TR_STAGE_VALUE_CONVERTER:
        return class_of("value.converter", (int)options->value.class);
    case TR_STAGE_HEADER_CONVERTER:
        return class_of("header.converter", 0);
    default:
        return capturer->failed.class_name;
    }
}

static bool is_tolerable(const struct tr_diag *diag)
{
    return diag->reaction == TR_STOP && (diag->cls == TR_DATA || diag->cls == TR_SCHEMA);
}

/* The key as JSON, cut to what a message holds; "" if there is none, or it can't be shown. */
static void show_key(const struct tr_emission *emission, const struct tr_value *key,
                     char shown[KEY_SHOWN + 8])
{
    static const struct tr_converter_options plain = {.class = TR_CONVERTER_JSON};
    const struct tr_schema *schema = emission->table->plan.key_schema;
    struct tr_encoder *encoder = NULL;
    struct tr_encoding *encoding = NULL;
    struct tr_writer writer;
    struct tr_slice json = {"", 0};
    struct tr_diag ignored;

    tr_writer_begin(&writer, &emission->capturer->scratch);
    if (key && schema && tr_json_encoder_new(&plain, &encoder, &ignored) == 0 &&
        tr_encoding_new(encoder, schema, "", &encoding, &ignored) == 0 &&
        tr_encoding_write(encoding, key, &writer, &ignored) == 0 &&
        tr_writer_end(&writer, &json) < 0)
        json.n = 0;
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
    size_t n = TR_MIN(json.n, KEY_SHOWN);
    while (n && n < json.n && (json.p[n] & 0xc0) == 0x80) /* not within a character */
        n--;
    snprintf(shown, KEY_SHOWN + 8, "%.*s%s", (int)n, json.p, n < json.n ? "…" : "");
}

static const struct tr_value *source_field(const struct tr_capturer *capturer, const char *name)
{
    const struct tr_schema *schema = capturer->capture->source_schema;

    for (size_t i = TR_SOURCE_COMMON; schema && i < schema->nfields; i++)
        if (strcmp(schema->fields[i].name, name) == 0 && capturer->source[i].kind != TR_NULL)
            return &capturer->source[i];
    return NULL;
}

/* Where the row at hand stands in the log; "" if nobody knows. */
static void show_position(const struct tr_capturer *capturer, char shown[160])
{
    const struct tr_value *lsn = source_field(capturer, "lsn");
    const struct tr_value *file = source_field(capturer, "file");
    const struct tr_value *pos = source_field(capturer, "pos");

    shown[0] = '\0';
    if (lsn && lsn->kind == TR_INTEGER)
        snprintf(shown, 160, "%X/%X", (unsigned)((uint64_t)lsn->integer >> 32),
                 (unsigned)lsn->integer);
    else if (file && pos && file->kind == TR_TEXT && pos->kind == TR_INTEGER)
        snprintf(shown, 160, "%.*s:%lld", (int)TR_MIN(file->bytes.n, 100), file->bytes.p,
                 (long long)pos->integer);
}

struct shown {
    char key[KEY_SHOWN + 8];
    char position[160];
};

static void show(const struct tr_emission *emission, const struct tr_outgoing *outgoing,
                 struct shown *ret_shown)
{
    show_key(emission, outgoing->key, ret_shown->key);
    show_position(emission->capturer, ret_shown->position);
}

/* The table or topic is named by who called. */
static int fail_record(const struct tr_emission *emission, const struct tr_outgoing *outgoing)
{
    struct shown shown;

    show(emission, outgoing, &shown);
    return tr_fail_in(emission->diag, "a record for topic %s%s%s%s%s", emission->table->topic->name,
                      *shown.key ? ", key " : "", shown.key, *shown.position ? ", at " : "",
                      shown.position);
}

static void log_record(const struct tr_emission *emission, const struct tr_outgoing *outgoing)
{
    const struct tr_capturer *capturer = emission->capturer;
    const struct tr_capture *capture = capturer->capture;
    struct shown shown = {0};

    if (!capture->log || !capture->options->errors.log)
        return;
    if (capture->options->errors.log_messages)
        show(emission, outgoing, &shown);
    struct tr_log_field fields[] = {
        TR_LOG_STR("stage", stages[capturer->failed.stage]),
        TR_LOG_STR("class", class_name(capturer)),
        TR_LOG_STR("error", emission->diag->message),
        TR_LOG_STR("topic", emission->table->topic->name),
        TR_LOG_STR("key", shown.key),
        TR_LOG_STR("position", shown.position),
        {0},
    };
    if (!capture->options->errors.log_messages)
        fields[3] = (struct tr_log_field){0};
    tr_log_write(capture->log, TR_LOG_ERROR, "a record was left out", fields);
}

/* A half that can't be written is null: the headers tell why. */
static int put_half(const struct tr_emission *emission, const struct tr_encoding *encoding,
                    const struct tr_value *value, struct tr_slice *ret_bytes)
{
    if (!value || tr_emit_encode(emission, encoding, value, ret_bytes) == 0)
        return 0;
    *ret_bytes = (struct tr_slice){0};
    return is_tolerable(emission->diag) ? 0 : -1;
}

#define ERRORS "__connect.errors."

static size_t put_context(const struct tr_emission *emission, struct tr_slice why,
                          struct tr_header *headers)
{
    const struct tr_capturer *capturer = emission->capturer;
    const struct tr_log *log = capturer->capture->log;
    const struct tr_header context[] = {
        {ERRORS "topic", tr_slice_of(emission->table->topic->name)},
        {ERRORS "partition", TR_SLICE("-1")}, /* there is none yet, and no offset */
        {ERRORS "offset", TR_SLICE("-1")},
        {ERRORS "connector.name", tr_slice_of(log && log->connector ? log->connector : "")},
        {ERRORS "task.id", TR_SLICE("0")},
        {ERRORS "stage", tr_slice_of(stages[capturer->failed.stage])},
        {ERRORS "class.name", tr_slice_of(class_name(capturer))},
        {ERRORS "exception.class.name", TR_SLICE("org.apache.kafka.connect.errors.DataException")},
        {ERRORS "exception.message", why},
    };

    memcpy(headers, context, sizeof context);
    return TR_COUNT(context);
}
#define CONTEXT 9

static int put_headers(const struct tr_emission *emission, const struct tr_outgoing *outgoing,
                       const char *why, struct tr_message *message)
{
    const struct tr_capture *capture = emission->capturer->capture;
    struct tr_arena *arena = &emission->batch->arena;
    size_t own = emission->table->bare ? 0 : capture->nheaders, n = 0;
    struct tr_header *headers = tr_arena_zalloc(arena, 1 + own + CONTEXT, sizeof *headers);

    if (!headers)
        return tr_fail_memory(emission->diag);
    if (outgoing->other_key) {
        headers[n].name = outgoing->header;
        if (put_half(emission, emission->table->key_header, outgoing->other_key,
                     &headers[n++].value) < 0)
            return -1;
    }
    memcpy(headers + n, capture->headers, own * sizeof *headers);
    n += own;
    if (capture->options->errors.dead_letter_headers) {
        const struct tr_slice text = {tr_arena_strdup(arena, tr_slice_of(why)), strlen(why)};
        if (!text.p)
            return tr_fail_memory(emission->diag);
        n += put_context(emission, text, headers + n);
    }
    message->headers = headers;
    message->nheaders = (uint16_t)n;
    return 0;
}

/* The record as it was before the transforms. */
static int put_letter(const struct tr_emission *emission, const struct tr_outgoing *outgoing,
                      const char *why)
{
    const struct tr_capture *capture = emission->capturer->capture;
    const struct tr_capture_table *table = emission->table;
    struct tr_message *message = tr_batch_add(emission->batch);

    if (!message)
        return tr_fail_memory(emission->diag);
    message->identity = emission->change->identity;
    if (tr_topics_of_name((struct tr_topics *)(uintptr_t)&capture->topics,
                          capture->options->errors.dead_letter_topic, &message->topic,
                          emission->diag) < 0 ||
        put_half(emission, table->key, outgoing->key, &message->key) < 0 ||
        put_half(emission, table->value, outgoing->value, &message->value) < 0)
        return -1;
    emission->batch->bytes += message->key.n + message->value.n;
    return put_headers(emission, outgoing, why, message);
}

int tr_emit_failed(const struct tr_emission *emission, const struct tr_outgoing *outgoing,
                   const struct tr_batch_mark *mark)
{
    const struct tr_error_options *options = &emission->capturer->capture->options->errors;
    struct tr_diag second;
    struct tr_emission letter = *emission;

    if (!is_tolerable(emission->diag))
        return -1;
    if (options->tolerance == TR_TOLERATE_NONE)
        return fail_record(emission, outgoing);
    emission->batch->count = mark->count;
    emission->batch->bytes = mark->bytes;
    emission->batch->skipped++;
    log_record(emission, outgoing);
    if (!options->dead_letter_topic || !*options->dead_letter_topic)
        return 0;
    letter.diag = &second;
    if (put_letter(&letter, outgoing, emission->diag->message) == 0)
        return 0;
    *emission->diag = second;
    return -1;
}
