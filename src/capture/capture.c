#include "capture/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/random.h>

#include "base/clock.h"
#include "capture/capture-impl.h"
#include "transform/shape.h"

/* One row's values; a value of 1 GB is the servers' limit and may double when it is converted. */
#define SCRATCH_CHUNK (64U << 10)
#define SCRATCH_CAP   ((size_t)3 << 30)

/* RFC 9562: 48 bits of milliseconds, then random. The kernel's random numbers don't fail once the
 * system is up. */
static void make_run_id(char run_id[37])
{
    unsigned char b[16];
    uint64_t ms = (uint64_t)(tr_clock_realtime_ns() / 1000000);

    while (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b) {
    }
    for (int i = 0; i < 6; i++)
        b[i] = (unsigned char)(ms >> (40 - 8 * i));
    b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    snprintf(run_id, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
             b[14], b[15]);
}

static void make_headers(struct tr_capture *capture)
{
    if (!capture->options->extended_headers)
        return;
    make_run_id(capture->run_id);
    const struct tr_header headers[TR_CONTEXT_HEADERS] = {
        {"__debezium.context.connectorLogicalName", tr_slice_of(capture->options->topic_prefix)},
        {"__debezium.context.taskId", TR_SLICE("0")},
        {"__debezium.context.connectorName", tr_slice_of(capture->connector)},
        {"__debezium.context.runId", tr_slice_of(capture->run_id)},
    };
    memcpy(capture->headers, headers, sizeof headers);
    for (size_t i = 0; i < TR_CONTEXT_HEADERS; i++)
        capture->record_headers[i] = (struct tr_record_header){headers[i].name, &tr_shape_string,
                                                               tr_value_text(headers[i].value)};
    capture->nheaders = TR_CONTEXT_HEADERS;
}

static int make_filters(struct tr_capture *capture, struct tr_diag *diag)
{
    const struct tr_capture_options *o = capture->options;

    if (tr_filter_new((struct tr_filter_list){&o->schema_include, "schema.include.list"},
                      (struct tr_filter_list){&o->schema_exclude, "schema.exclude.list"},
                      &capture->schemas, diag) < 0)
        return -1;
    if (tr_filter_new((struct tr_filter_list){&o->table_include, "table.include.list"},
                      (struct tr_filter_list){&o->table_exclude, "table.exclude.list"},
                      &capture->tables, diag) < 0)
        return -1;
    if (tr_filter_new((struct tr_filter_list){&o->column_include, "column.include.list"},
                      (struct tr_filter_list){&o->column_exclude, "column.exclude.list"},
                      &capture->columns, diag) < 0)
        return -1;
    if (tr_column_rules_new(o, &capture->column_rules, diag) < 0 ||
        tr_reselect_rules_new(o, &capture->reselect, diag) < 0 ||
        tr_naming_new(o, &capture->naming, diag) < 0)
        return -1;
    return tr_key_rules_new(o->message_key_columns, &capture->keys, diag);
}

static int make_encoders(struct tr_capture *capture, struct tr_diag *diag)
{
    if (tr_encoder_new(&capture->options->key, true, &capture->key_encoder, diag) < 0)
        return -1;
    if (tr_encoder_new(&capture->options->value, false, &capture->value_encoder, diag) < 0)
        return -1;
    capture->converter_headers =
        tr_encoder_headers(capture->key_encoder) || tr_encoder_headers(capture->value_encoder);
    return tr_encoder_new(&capture->options->header, false, &capture->header_encoder, diag);
}

/* The context headers as the header converter writes them: the same for all messages. */
static int encode_headers(struct tr_capture *capture, struct tr_diag *diag)
{
    struct tr_encoding *encoding;
    struct tr_writer writer;

    if (!capture->nheaders)
        return 0;
    if (tr_encoding_new(capture->header_encoder, &tr_shape_string, "", &encoding, diag) < 0)
        return -1;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < capture->nheaders; i++) {
        tr_writer_begin(&writer, &capture->arena);
        rc = tr_encoding_write(encoding, &capture->record_headers[i].value, &writer, diag);
        if (rc == 0 && tr_writer_end(&writer, &capture->headers[i].value) < 0)
            rc = tr_fail_memory(diag);
    }
    tr_encoding_free(encoding);
    return rc < 0 ? tr_fail_in(diag, "header.converter, of the context headers "
                                     "(extended.headers.enabled)")
                  : 0;
}

int tr_capture_new(const struct tr_capture_params *params, struct tr_capture **ret_capture,
                   struct tr_diag *diag)
{
    struct tr_capture *capture = calloc(1, sizeof *capture);

    if (!capture)
        return tr_fail_memory(diag);
    capture->options = params->options;
    capture->connector = params->connector;
    capture->source_schema = params->source_schema;
    capture->types = params->types;
    capture->tally = params->tally;
    capture->signal_table = params->signal_table;
    pthread_mutex_init(&capture->compiling, NULL);
    capture->skip_whole = params->skip_whole;
    capture->log = params->log;
    tr_topics_init(&capture->topics);
    tr_arena_init(&capture->arena, 1024, 16 << 20);
    for (const char *op = params->options->skipped_operations; op && *op; op++)
        capture->skip[*op & 127] = true;
    make_headers(capture);
    if (tr_transaction_read(params->position, &capture->arena, &capture->stored_transaction, diag) <
            0 ||
        make_filters(capture, diag) < 0 || make_encoders(capture, diag) < 0 ||
        encode_headers(capture, diag) < 0 ||
        tr_chain_new(&params->options->transforms, &capture->chain, diag) < 0) {
        tr_capture_free(capture);
        return -1;
    }
    *ret_capture = capture;
    return 0;
}

void tr_capture_free(struct tr_capture *capture)
{
    if (!capture)
        return;
    tr_filter_free(capture->schemas);
    tr_filter_free(capture->tables);
    tr_filter_free(capture->columns);
    tr_key_rules_free(capture->keys);
    tr_column_rules_free(capture->column_rules);
    tr_naming_free(capture->naming);
    tr_reselect_rules_free(capture->reselect);
    tr_encoder_free(capture->key_encoder);
    tr_encoder_free(capture->value_encoder);
    tr_encoder_free(capture->header_encoder);
    tr_chain_free(capture->chain);
    tr_topics_finish(&capture->topics);
    tr_arena_finish(&capture->arena);
    pthread_mutex_destroy(&capture->compiling);
    free(capture);
}

bool tr_capture_wants_schema(const struct tr_capture *capture, const char *schema)
{
    return tr_filter_allows(capture->schemas, schema);
}

/* PostgreSQL and MySQL names have at most 63 and 64 characters: two fit. */
struct table_id {
    char name[512];
};

static struct table_id id_of(const char *schema, const char *table)
{
    struct table_id id;

    snprintf(id.name, sizeof id.name, "%s.%s", schema, table);
    return id;
}

bool tr_capture_wants(const struct tr_capture *capture, const char *schema, const char *table)
{
    const struct table_id id = id_of(schema, table);

    if (capture->signal_table && strcmp(id.name, capture->signal_table) == 0)
        return true;
    return tr_filter_allows(capture->schemas, schema) && tr_filter_allows(capture->tables, id.name);
}

bool tr_capture_may_want_in(const struct tr_capture *capture, const char *schema)
{
    const struct table_id beginning = id_of(schema, "");

    if (capture->signal_table &&
        strncasecmp(capture->signal_table, beginning.name, strlen(beginning.name)) == 0)
        return true;
    return tr_filter_allows(capture->schemas, schema) &&
           tr_filter_may_begin(capture->tables, beginning.name);
}

size_t tr_capture_rank(const struct tr_capture *capture, const char *schema, const char *table)
{
    return tr_filter_rank(capture->tables, id_of(schema, table).name);
}

/* The schemas are there: the value's in table->envelope, the key's in its plan. */
static int compile_encodings(struct tr_capture_table *table, struct tr_diag *diag)
{
    const struct tr_capture *capture = table->capture;
    const struct tr_schema *key = table->plan.key_schema;
    const char *topic = table->topic->name;

    if (!table->envelope)
        return tr_fail_memory(diag);
    if (tr_encoding_new(capture->value_encoder, table->envelope, topic, &table->value, diag) < 0)
        return -1;
    if (!key)
        return 0;
    if (tr_encoding_new(capture->key_encoder, key, topic, &table->key, diag) < 0)
        return -1;
    return tr_encoding_new(capture->header_encoder, key, topic, &table->key_header, diag);
}

static struct tr_capture_table *allocate_table(const struct tr_capture *capture)
{
    struct tr_capture_table *table = calloc(1, sizeof *table);

    if (!table)
        return NULL;
    table->capture = capture;
    tr_arena_init(&table->arena, 16 << 10, 64 << 20);
    if (capture->chain)
        table->derivations = tr_derivations_new();
    if (!capture->chain || table->derivations)
        return table;
    tr_capture_table_free(table);
    return NULL;
}

static int compile_table(struct tr_capture *capture, struct tr_capture_table *table,
                         struct tr_diag *diag)
{
    if (tr_topics_of_table(&capture->topics, capture->naming, table->table, &table->topic, diag) <
            0 ||
        tr_plan_compile(table, diag) < 0)
        return -1;
    table->collection.name =
        tr_arena_printf(&table->arena, "%s.%s", table->table->schema, table->table->name);
    if (!table->collection.name)
        return tr_fail_memory(diag);
    table->collection.hash = tr_collection_hash(table->collection.name);
    if (tr_reselect_compile(table, diag) < 0)
        return -1;
    table->envelope = tr_envelope_schema_new(table);
    return compile_encodings(table, diag);
}

int tr_capture_table_new(struct tr_capture *capture, const struct tr_table *version,
                         struct tr_capture_table **ret_table, struct tr_diag *diag)
{
    struct tr_capture_table *table = allocate_table(capture);

    if (!table)
        return tr_fail_memory(diag);
    table->table = version;
    table->tally = tr_tally_table(capture->tally, version->schema, version->name);
    pthread_mutex_lock(&capture->compiling);
    int rc = compile_table(capture, table, diag);
    pthread_mutex_unlock(&capture->compiling);
    if (rc < 0) {
        tr_capture_table_free(table);
        return -1;
    }
    *ret_table = table;
    return 0;
}

int tr_capture_topic_new(struct tr_capture *capture, const struct tr_capture_topic_params *params,
                         struct tr_capture_table **ret_table, struct tr_diag *diag)
{
    struct tr_capture_table *table = allocate_table(capture);

    if (!table)
        return tr_fail_memory(diag);
    table->bare = params->bare;
    table->plan.key_schema = params->key;
    table->envelope = params->value;
    if (tr_topics_of_name(&capture->topics, params->topic, &table->topic, diag) < 0 ||
        compile_encodings(table, diag) < 0) {
        tr_capture_table_free(table);
        return -1;
    }
    *ret_table = table;
    return 0;
}

void tr_capture_table_free(struct tr_capture_table *table)
{
    if (!table)
        return;
    tr_encoding_free(table->key);
    tr_encoding_free(table->value);
    tr_encoding_free(table->key_header);
    tr_derivations_free(table->derivations);
    tr_arena_finish(&table->arena);
    free(table);
}

int tr_capturer_init(struct tr_capturer *capturer, const struct tr_capture *capture,
                     struct tr_diag *diag)
{
    *capturer = (struct tr_capturer){.capture = capture};
    tr_arena_init(&capturer->scratch, SCRATCH_CHUNK, SCRATCH_CAP);
    if (!capture->source_schema)
        return 0;
    capturer->source = calloc(capture->source_schema->nfields, sizeof *capturer->source);
    if (!capturer->source)
        return tr_fail_memory(diag);
    capturer->source[TR_SOURCE_VERSION_FIELD] = tr_value_text(TR_SLICE(TR_SOURCE_VERSION));
    capturer->source[TR_SOURCE_CONNECTOR] = tr_value_text(tr_slice_of(capture->connector));
    capturer->source[TR_SOURCE_NAME] = tr_value_text(tr_slice_of(capture->options->topic_prefix));
    return 0;
}

void tr_capturer_finish(struct tr_capturer *capturer)
{
    tr_transaction_free(capturer->transaction);
    tr_arena_finish(&capturer->scratch);
    free(capturer->source);
    *capturer = (struct tr_capturer){0};
}

const struct tr_plan *tr_capture_table_plan(const struct tr_capture_table *table)
{
    return &table->plan;
}
