/*
 * The source does it: as a snapshot without a stream behind it (snapshot.mode=initial_only), of one
 * table, into an outlet that keeps nothing. What only says how records look on their way (other
 * converters, transforms) is left out; what decides the values stays.
 */
#include "verify/table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* As the connector's ring has them. */
#define CHUNK_SIZE ((size_t)512 << 10)
#define BATCH_CAP  ((size_t)3 << 30)

#define POSITION_CAP ((size_t)16 << 20)

struct reading {
    struct tr_outlet outlet; /* first: the outlet is the reading */
    const struct tr_verify_table *table;
    struct tr_verify_form form;
    pthread_mutex_t lock;  /* guards what follows */
    struct tr_arena arena; /* of the row at hand */
    struct tr_buf position;
    size_t tables;
    atomic_bool failed;
    struct tr_diag diag;
    _Atomic uint64_t confirmed;
};

static struct reading *reading_of(struct tr_outlet *outlet)
{
    return (struct reading *)outlet;
}

static struct tr_batch *take(struct tr_outlet *outlet)
{
    return reading_of(outlet)->failed ? NULL : tr_batch_new(CHUNK_SIZE, BATCH_CAP);
}

static int take_message(struct reading *reading, const struct tr_message *message)
{
    const struct tr_verify_record record = {message->key, message->value};
    struct tr_verify_image image;

    tr_arena_reset(&reading->arena);
    int rc = tr_verify_image_read(&reading->form, &record, &reading->arena, &image, &reading->diag);
    if (rc)
        return rc < 0 ? -1 : 0;
    return reading->table->take(reading->table->context, &image, &reading->diag);
}

static int take_batch(struct reading *reading, const struct tr_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        if (take_message(reading, &batch->messages[i]) < 0)
            return tr_fail_in(&reading->diag, "a row of %s", reading->table->params->table);
    if (!batch->boundary)
        return 0;
    tr_buf_reset(&reading->position);
    tr_buf_text(&reading->position, "{");
    tr_buf_put(&reading->position, batch->position.json.p, batch->position.json.n);
    tr_buf_text(&reading->position, "}");
    reading->confirmed = batch->position.token;
    return tr_buf_ok(&reading->position) ? 0 : tr_fail_memory(&reading->diag);
}

static void put(struct tr_outlet *outlet, struct tr_batch *batches)
{
    struct reading *reading = reading_of(outlet);
    const uint64_t one = 1;

    pthread_mutex_lock(&reading->lock);
    while (batches) {
        struct tr_batch *next = batches->next;
        if (!reading->failed && take_batch(reading, batches) < 0)
            reading->failed = true;
        tr_batch_free(batches);
        batches = next;
    }
    pthread_mutex_unlock(&reading->lock);
    ssize_t ignored = write(outlet->fd, &one, sizeof one);
    (void)ignored;
}

static bool hungry(struct tr_outlet *outlet)
{
    (void)outlet;
    return true;
}

static uint64_t confirmed(struct tr_outlet *outlet)
{
    return reading_of(outlet)->confirmed;
}

static bool stopping(struct tr_outlet *outlet)
{
    return reading_of(outlet)->failed;
}

static bool asked(struct tr_outlet *outlet)
{
    (void)outlet;
    return false;
}

static void progress(struct tr_outlet *outlet, const struct tr_progress *news)
{
    reading_of(outlet)->tables = TR_MAX(reading_of(outlet)->tables, news->tables);
}

static const struct tr_outlet_impl outlet_impl = {
    .take = take,
    .take_wait = take,
    .put = put,
    .hungry = hungry,
    .confirmed = confirmed,
    .stopping = stopping,
    .asked = asked,
    .progress = progress,
};

/* A copy; texts stay with the connector's. */
static struct tr_connector_options options_of(const struct tr_connector_options *options,
                                              const struct tr_list *pattern)
{
    struct tr_connector_options copy = *options;

    copy.snapshot.mode = TR_SNAPSHOT_INITIAL_ONLY;
    copy.snapshot.include_collections = *pattern;
    copy.snapshot.delay_ms = 0;
    copy.capture.transforms = (struct tr_transform_options){.transforms = {0}};
    copy.capture.reselects = NULL; /* what isn't in the row is not at the watermark */
    copy.capture.nreselects = 0;
    copy.capture.transaction_metadata = false;
    copy.capture.extended_headers = false;
    copy.capture.errors = (struct tr_error_options){.tolerance = TR_TOLERATE_NONE};
    copy.capture.key.schemas_enable = copy.capture.value.schemas_enable = false;
    copy.heartbeat = (struct tr_heartbeat_options){.interval_ms = 0};
    copy.notification = (struct tr_notification_options){.topic = NULL};
    copy.signal.channels = (struct tr_list){NULL, 0};
    copy.postgres.slot_drop_on_stop = false;
    copy.postgres.locking = TR_PG_LOCKING_NONE; /* for a stream that would begin here */
    copy.mysql.include_schema_changes = false;
    return copy;
}

static int run(struct reading *reading, const struct tr_connector_options *options,
               struct tr_diag *diag)
{
    const struct tr_verify_params *params = reading->table->params;
    struct tr_log log = *params->log;
    const struct tr_source_params source_params = {
        .worker = params->worker,
        .options = options,
        .outlet = &reading->outlet,
        .log = &log,
        .as_streamed = true,
    };
    struct tr_source *source;

    log.level = TR_MIN(log.level, TR_LOG_WARN); /* it would speak of a run */
    log.levels = NULL;
    if (tr_source_new(params->drivers->sources[options->kind], &source_params, &source, diag) < 0)
        return -1;
    int rc = tr_source_run(source, diag);
    tr_source_free(source);
    if (reading->failed)
        *diag = reading->diag;
    return rc < 0 || reading->failed ? -1 : 0;
}

static int conclude(const struct reading *reading, struct tr_stored_position **ret_watermark,
                    struct tr_diag *diag)
{
    struct tr_slice text = {tr_buf_string(&reading->position), reading->position.len};

    if (!reading->tables)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the connector captures no table %s (table.include.list, the publication), "
                       "or there is none: name it as schema.table",
                       reading->table->params->table);
    return tr_stored_position_parse(text, ret_watermark, diag);
}

int tr_verify_table_read(const struct tr_verify_table *table,
                         struct tr_stored_position **ret_watermark, struct tr_diag *diag)
{
    struct reading reading = {
        .outlet = {.impl = &outlet_impl, .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
        .table = table,
        .form = {.table = table->params->table,
                 .placeholder = table->params->options->capture.unavailable_placeholder,
                 .names = table->names},
        .lock = PTHREAD_MUTEX_INITIALIZER,
    };
    TR_CLEANUP(tr_buf_finish) struct tr_buf pattern = {0};
    int rc = -1;

    /* a list of regular expressions */
    tr_buf_init(&pattern, 65536);
    tr_buf_printf(&pattern, "\\Q%s\\E", table->params->table);
    tr_arena_init(&reading.arena, CHUNK_SIZE, BATCH_CAP);
    tr_buf_init(&reading.position, POSITION_CAP);
    if (reading.outlet.fd < 0 || !tr_buf_ok(&pattern)) {
        (void)tr_fail(diag, TR_RESOURCE, TR_STOP, "no descriptor or memory to read a table");
    } else {
        const char *const items[] = {tr_buf_string(&pattern)};
        const struct tr_list patterns = {items, 1};
        const struct tr_connector_options options = options_of(table->params->options, &patterns);
        rc = run(&reading, &options, diag);
        if (rc == 0)
            rc = conclude(&reading, ret_watermark, diag);
        close(reading.outlet.fd);
    }
    tr_buf_finish(&reading.position);
    tr_arena_finish(&reading.arena);
    pthread_mutex_destroy(&reading.lock);
    return rc;
}
