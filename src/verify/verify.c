#include "verify/verify.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "capture/topic.h"
#include "offsets/offsets.h"
#include "verify/fold.h"
#include "verify/refuse.h"
#include "verify/table.h"
#include "verify/topic.h"

#define TEXTS_CAP    ((size_t)256 << 20)
#define POSITION_CAP ((size_t)16 << 20)
#define RECORD_CAP   ((size_t)3 << 30)

#define STEP_MS 200  /* between two looks at the committed position */
#define TELL_MS 5000 /* how often to say what is waited for */

/* One look at both sides. */
struct look {
    const struct tr_verify_params *params;
    const struct tr_verify_form *form;
    struct tr_verify_topic *topic;
    const struct tr_verify_keys *only; /* NULL: all keys */
    struct tr_verify_names names;
    struct tr_verify_spill rows, records;
    struct tr_arena arena; /* of the record at hand */
    uint64_t nrows, nrecords;
    int64_t *settled;
    int32_t partitions;
};

static bool is_wanted(const struct look *look, const struct tr_verify_image *image)
{
    return !look->only || image->kind == TR_VERIFY_EMPTIED ||
           tr_verify_keys_have(look->only, image->key);
}

static int take_row(void *context, const struct tr_verify_image *image, struct tr_diag *diag)
{
    struct look *look = context;

    look->nrows++;
    return is_wanted(look, image) ? tr_verify_spill_put(&look->rows, image, diag) : 0;
}

static struct tr_slice slice_of(const void *bytes, size_t n)
{
    return (struct tr_slice){bytes, bytes ? n : 0};
}

static int take_record(void *context, const rd_kafka_message_t *message, struct tr_diag *diag)
{
    struct look *look = context;
    const struct tr_verify_record record = {slice_of(message->key, message->key_len),
                                            slice_of(message->payload, message->len)};
    struct tr_verify_image image;

    look->nrecords++;
    tr_arena_reset(&look->arena);
    int rc = tr_verify_image_read(look->form, &record, &look->arena, &image, diag);
    if (rc)
        return rc < 0 ? -1 : 0;
    image.partition = message->partition;
    image.offset = message->offset;
    image.timestamp_ms = rd_kafka_message_timestamp(message, NULL);
    if (image.kind == TR_VERIFY_EMPTIED && look->partitions > 1)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "a TRUNCATE in a topic of %d partitions: what it came before and after in "
                       "the others isn't known",
                       look->partitions);
    return is_wanted(look, &image) ? tr_verify_spill_put(&look->records, &image, diag) : 0;
}

static bool never(void *context)
{
    (void)context;
    return false;
}

/* Other findings than the position are for `check`. */
static void ignore_finding(struct tr_report *report, enum tr_severity severity, const char *what,
                           const char *mend)
{
    (void)report;
    (void)severity;
    (void)what;
    (void)mend;
}

/* The committed position; nobody is fenced. >0: there is none. */
static int read_position(const struct tr_verify_params *params, struct tr_buf *ret_json,
                         struct tr_diag *diag)
{
    const struct tr_connector_options *options = params->options;
    struct tr_report report = {.add = ignore_finding};
    TR_CLEANUP(tr_buf_finish) struct tr_buf key = {0};

    tr_buf_init(&key, 4096);
    if (tr_offsets_write_key(params->drivers->sources[options->kind], options, &key, diag) < 0)
        return -1;
    const struct tr_sink_params sink_params = {
        .worker = params->worker,
        .options = options,
        .position_key = {tr_buf_string(&key), key.len},
        .log = params->log,
        .stopping = never,
    };
    return tr_sink_check(params->drivers->sinks[options->sink.kind], &sink_params, &report,
                         ret_json, diag);
}

/* >0: TR_SOURCE_BEHIND. */
static int compare_position(const struct tr_verify_params *params, const struct tr_buf *json,
                            const struct tr_stored_position *watermark, struct tr_diag *diag)
{
    const struct tr_source_impl *driver = params->drivers->sources[params->options->kind];
    struct tr_slice text = {tr_buf_string(json), json->len};
    struct tr_stored_position *committed;

    if (!json->len) {
        (void)tr_fail(diag, TR_CONFIG, TR_STOP, "it has no committed position yet");
        return TR_SOURCE_BEHIND;
    }
    if (tr_stored_position_parse(text, &committed, diag) < 0)
        return -1;
    int rc = tr_offsets_check(committed, diag);
    if (rc == 0)
        rc = tr_source_reached(driver, committed, watermark, diag);
    tr_stored_position_free(committed);
    return rc;
}

struct waiting {
    struct tr_buf last; /* the position, as it was */
    int64_t since_us, told_us;
};

/* The connector isn't there yet. <0: and gets no nearer. */
static int be_patient(const struct tr_verify_params *params, struct waiting *waiting,
                      const struct tr_buf *json, struct tr_diag *diag)
{
    const struct timespec step = {0, STEP_MS * 1000000L};
    int64_t now = tr_clock_monotonic_us();

    if (strcmp(tr_buf_string(json), tr_buf_string(&waiting->last)) != 0) {
        tr_buf_reset(&waiting->last);
        tr_buf_put(&waiting->last, json->data, json->len);
        waiting->since_us = now;
    }
    if (now - waiting->since_us >= params->patience_ms * 1000)
        return tr_fail_in(diag,
                          "the connector %s has not passed the point at which the table was "
                          "read, and makes no progress (is it running?)",
                          params->options->name);
    if (now - waiting->told_us >= TELL_MS * 1000) {
        tr_log_info(params->log, "waiting for the connector", TR_LOG_STR("behind", diag->message));
        waiting->told_us = now;
    }
    nanosleep(&step, NULL);
    return tr_buf_ok(&waiting->last) ? 0 : tr_fail_memory(diag);
}

static int await_connector(const struct tr_verify_params *params,
                           const struct tr_stored_position *watermark, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf json = {0};
    struct waiting waiting = {.since_us = tr_clock_monotonic_us()};
    int rc = TR_SOURCE_BEHIND;

    waiting.told_us = waiting.since_us;
    tr_buf_init(&json, POSITION_CAP);
    tr_buf_init(&waiting.last, POSITION_CAP);
    while (rc == TR_SOURCE_BEHIND) {
        tr_buf_reset(&json);
        if (read_position(params, &json, diag) < 0) {
            rc = -1;
            break;
        }
        rc = compare_position(params, &json, watermark, diag);
        if (rc == TR_SOURCE_BEHIND && be_patient(params, &waiting, &json, diag) < 0)
            rc = -1;
    }
    tr_buf_finish(&waiting.last);
    return rc;
}

static int gather(struct look *look, struct tr_diag *diag)
{
    const struct tr_verify_params *params = look->params;
    const struct tr_verify_table table = {params, &look->names, take_row, look};
    struct tr_stored_position *watermark = NULL;

    if (tr_verify_topic_settled(look->topic, &look->settled, &look->partitions, diag) < 0)
        return -1;
    tr_log_info(params->log, "reading the table", TR_LOG_STR("table", params->table));
    int rc = tr_verify_table_read(&table, &watermark, diag);
    if (rc == 0)
        rc = await_connector(params, watermark, diag);
    tr_stored_position_free(watermark);
    if (rc < 0)
        return -1;
    tr_log_info(params->log, "reading the topic", TR_LOG_STR("topic", look->topic->name),
                TR_LOG_INT("rows", look->nrows));
    return tr_verify_topic_read(look->topic, take_record, look, diag);
}

/* The verdict's texts are copies. ret_keys: what differs. */
static int compare(struct look *look, struct tr_verify_keys *ret_keys, struct tr_verdict *verdict,
                   struct tr_diag *diag)
{
    const struct tr_verify_fold fold = {
        .table = &look->rows,
        .topic = &look->records,
        .settled = look->settled,
        .partitions = look->partitions,
        .names = &look->names,
        .ret_keys = ret_keys,
        .ret_verdict = verdict,
    };
    return tr_verify_fold(&fold, diag);
}

static int look_once(struct look *look, struct tr_verify_keys *ret_keys, struct tr_verdict *verdict,
                     struct tr_diag *diag)
{
    tr_verify_names_init(&look->names);
    tr_verify_spill_init(&look->rows);
    tr_verify_spill_init(&look->records);
    tr_arena_init(&look->arena, 65536, RECORD_CAP);
    memset(verdict->differing, 0, sizeof verdict->differing);
    verdict->count = 0;
    verdict->moved = 0;
    int rc = gather(look, diag);
    if (rc == 0)
        rc = compare(look, ret_keys, verdict, diag);
    verdict->rows = look->nrows;
    verdict->records = look->nrecords;
    tr_arena_finish(&look->arena);
    tr_verify_spill_finish(&look->records);
    tr_verify_spill_finish(&look->rows);
    tr_verify_names_finish(&look->names);
    free(look->settled);
    return rc;
}

static int look_twice(const struct look *look, struct tr_verdict *verdict, struct tr_diag *diag)
{
    struct tr_verify_keys first = {.count = 0}, second = {.count = 0};
    struct look once = *look, again = *look;
    int rc = look_once(&once, &first, verdict, diag);

    if (rc == 0 && first.count && !first.too_many) {
        tr_log_info(look->params->log, "keys differ: looking a second time",
                    TR_LOG_INT("keys", first.count));
        again.only = &first;
        rc = look_once(&again, &second, verdict, diag);
    }
    tr_verify_keys_finish(&first);
    tr_verify_keys_finish(&second);
    return rc;
}

/* The table's topic, by the configuration. */
static int name_topic(const struct tr_verify_params *params, struct tr_arena *arena,
                      const char **ret_name, struct tr_diag *diag)
{
    const char *dot = strchr(params->table, '.');

    if (!dot || !dot[1])
        return tr_fail(diag, TR_CONFIG, TR_STOP, "--table %s: name it as schema.table",
                       params->table);
    struct tr_slice schema = {params->table, (size_t)(dot - params->table)};
    const struct tr_table table = {.schema = tr_arena_strdup(arena, schema), .name = dot + 1};
    if (!table.schema)
        return tr_fail_memory(diag);
    return tr_topic_name(&params->options->capture, &table, arena, ret_name, diag);
}

int tr_verify_run(const struct tr_verify_params *params, struct tr_verdict *ret_verdict,
                  struct tr_diag *diag)
{
    struct tr_verify_topic topic = {.name = params->topic};
    struct tr_verify_form form;

    memset(ret_verdict, 0, sizeof *ret_verdict);
    tr_arena_init(&ret_verdict->arena, 4096, TEXTS_CAP);
    if (tr_verify_form_of(params, &form, diag) < 0)
        return -1;
    if (!topic.name && name_topic(params, &ret_verdict->arena, &topic.name, diag) < 0)
        return -1;
    ret_verdict->topic = topic.name;
    int rc = tr_verify_topic_open(&topic, params, diag);
    if (rc == 0) {
        const struct look look = {.params = params, .form = &form, .topic = &topic};
        rc = look_twice(&look, ret_verdict, diag);
    }
    tr_verify_topic_close(&topic);
    return rc;
}

void tr_verdict_finish(struct tr_verdict *verdict)
{
    tr_arena_finish(&verdict->arena);
}
