/*
 * Debezium's CloudEventsConverter, JSON in JSON: an envelope becomes
 *
 *   {"id":…,"source":"/debezium/postgresql/srv","specversion":"1.0","type":…,"time":…,
 *    "datacontenttype":"application/json", iodebezium…: op, source's and transaction's fields,
 *    "data":{"schema":…,"payload":{"before":…,"after":…}}}
 *
 * Records that are no envelopes, keys among them, become null. Whole numbers of 64 bits are texts:
 * CloudEvents has no such type.
 *
 * Facts: io.debezium.converters.CloudEventsConverter, CloudEventsMaker, RecordAndMetadata… (3.6)
 * and recordings.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "encode/encoder-impl.h"
#include "encode/json.h"
#include "record/calendar.h"

#define PREFIX     "iodebezium"
#define DAY_MS     (TR_DAY_US / 1000)
#define TEXT_SIZE  24 /* a number of 64 bits, or a moment */
#define ATTRIBUTES 64 /* more than any source block has */
#define ID_SIZE    512

/* Where a piece of metadata comes from: metadata.source. */
enum origin { FROM_VALUE, FROM_HEADER, GENERATED };

struct cloudevents_encoder {
    struct tr_encoder base;
    const struct tr_converter_options *options;
};

/* What parse_sources finds. */
struct origins {
    enum origin global, id, type, tracing, data_name;
};

/* A value's schema and a source block's, compiled. */
struct plan {
    const struct tr_schema *source;            /* the block's schema */
    int before, after, op, transaction, block; /* places in the envelope; -1: there is none */
    int name, connector, ts_ms;                /* places in the block */
    const char *const *id_names;               /* of those that make an event's id */
    int id[3];
    struct tr_schema data_schema;
    struct tr_json_node event, data;
    struct tr_slice head, tail; /* around the data's payload */
};

struct cloudevents_encoding {
    struct tr_encoding base;
    const struct cloudevents_encoder *encoder;
    const struct tr_schema *schema;
    bool envelope;
    struct tr_arena arena;
    struct plan plan;
};

/* What an event is made of. */
struct event {
    const struct cloudevents_encoder *encoder;
    const struct plan *plan;
    const struct tr_value *source; /* its items */
    struct tr_value op, transaction;
    struct tr_value items[ATTRIBUTES];
    size_t nitems;
    char texts[ATTRIBUTES][TEXT_SIZE];
    char made_id[ID_SIZE], made_source[ID_SIZE], made_type[128], time[64];
};

static int parse_origin(const char *text, enum origin *ret_origin)
{
    static const char *const names[] = {"value", "header", "generate"};

    for (int i = 0; i < 3; i++) {
        if (strcasecmp(text, names[i]) == 0) {
            *ret_origin = (enum origin)i;
            return 0;
        }
    }
    return -1;
}

static enum origin *origin_of(struct origins *origins, const char *text, size_t n)
{
    const struct {
        const char *name;
        enum origin *origin;
    } fields[] = {
        {"id", &origins->id},
        {"type", &origins->type},
        {"traceparent", &origins->tracing},
        {"dataSchemaName", &origins->data_name},
    };

    for (size_t i = 0; i < TR_COUNT(fields); i++)
        if (strlen(fields[i].name) == n && strncmp(text, fields[i].name, n) == 0)
            return fields[i].origin;
    return NULL;
}

/* value; then field:generate, or field:header where that has no effect. */
static int parse_sources(const struct tr_cloudevents_options *options, struct tr_diag *diag)
{
    const struct tr_list *list = &options->metadata_source;
    struct origins origins;

    if (!list->count || parse_origin(list->items[0], &origins.global) < 0 ||
        origins.global == GENERATED)
        return tr_fail(
            diag, TR_CONFIG, TR_STOP,
            "metadata.source must begin with value or header: where metadata comes from");
    origins.id = origins.type = origins.tracing = origins.data_name = origins.global;
    for (size_t i = 1; i < list->count; i++) {
        const char *text = list->items[i], *colon = strchr(text, ':');
        enum origin *field = colon ? origin_of(&origins, text, (size_t)(colon - text)) : NULL;
        if (!field || parse_origin(colon + 1, field) < 0 || *field == FROM_VALUE)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "metadata.source: \"%.100s\" is not id, type, traceparent or "
                           "dataSchemaName with :header or :generate",
                           text);
    }
    if (origins.global == FROM_HEADER || origins.id == FROM_HEADER || origins.type == FROM_HEADER ||
        options->tracing || (origins.data_name == FROM_HEADER && options->data_name_header))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "a CloudEvents converter takes metadata from the value here, not from "
                       "headers: write metadata.source=value,id:generate,type:generate and leave "
                       "opentelemetry.tracing.attributes.enable=false");
    /* as Debezium: id and type are the generated ones, or missing */
    if (origins.id != GENERATED || origins.type != GENERATED)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "metadata.source: an envelope has no id and no type of an event: add "
                       "id:generate,type:generate");
    return 0;
}

static int find(const struct tr_schema *schema, const char *name)
{
    for (size_t i = 0; schema && i < schema->nfields; i++)
        if (strcmp(schema->fields[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t n = text ? strlen(text) : 0, m = strlen(suffix);

    return n >= m && strcmp(text + n - m, suffix) == 0;
}

static const struct tr_schema required_text = {.type = TR_TYPE_STRING};
static const struct tr_schema optional_text = {.type = TR_TYPE_STRING, .optional = true};

/* Letters and digits of a name, behind the prefix that all of Debezium's attributes have. */
static const char *extension_name(const char *prefix, const char *name, struct tr_arena *arena)
{
    char *text = tr_arena_printf(arena, PREFIX "%s%s", prefix, name);
    char *to = text;

    for (const char *p = text; p && *p; p++)
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9'))
            *to++ = *p;
    if (to)
        *to = '\0';
    return text;
}

static int extension_schema(const struct tr_schema *from, const struct tr_schema **ret_schema,
                            struct tr_diag *diag)
{
    static const struct tr_schema boolean = {.type = TR_TYPE_BOOLEAN, .optional = true};
    static const struct tr_schema int32 = {.type = TR_TYPE_INT32, .optional = true};

    switch (from->type) {
    case TR_TYPE_BOOLEAN:
        *ret_schema = &boolean;
        return 0;
    case TR_TYPE_INT8:
    case TR_TYPE_INT16:
    case TR_TYPE_INT32:
        *ret_schema = &int32;
        return 0;
    case TR_TYPE_INT64:
    case TR_TYPE_STRING:
        *ret_schema = from->optional ? &optional_text : &required_text;
        return 0;
    default:
        return tr_fail(diag, TR_SCHEMA, TR_STOP,
                       "a source field of this type cannot be converted into a CloudEvents "
                       "extension attribute: set extension.attributes.enable=false");
    }
}

/* The attributes behind those that every event has. */
static int add_extensions(const struct plan *plan, struct tr_field *fields, size_t *n,
                          struct tr_arena *arena, struct tr_diag *diag)
{
    static const char *const transaction[] = {"id", "total_order", "data_collection_order"};

    fields[(*n)++] = (struct tr_field){PREFIX "op", &required_text};
    for (size_t i = 0; i < plan->source->nfields; i++) {
        struct tr_field *field = &fields[(*n)++];
        field->name = extension_name("", plan->source->fields[i].name, arena);
        if (!field->name)
            return tr_fail_memory(diag);
        if (extension_schema(plan->source->fields[i].schema, &field->schema, diag) < 0)
            return -1;
    }
    for (size_t i = 0; i < TR_COUNT(transaction); i++) {
        fields[*n] = (struct tr_field){extension_name("tx", transaction[i], arena), &optional_text};
        if (!fields[(*n)++].name)
            return tr_fail_memory(diag);
    }
    return 0;
}

static struct tr_json_options json_options(const struct cloudevents_encoder *encoder)
{
    return (struct tr_json_options){encoder->options->cloudevents.replace_null,
                                    encoder->options->cloudevents.decimal_format ==
                                        TR_DECIMAL_NUMERIC};
}

static int compile_event(const struct cloudevents_encoder *encoder, struct plan *plan,
                         struct tr_arena *arena, struct tr_diag *diag)
{
    static const char *const common[] = {"id",   "source", "specversion",
                                         "type", "time",   "datacontenttype"};
    struct tr_field fields[ATTRIBUTES];
    size_t n = 0;

    if (plan->source->nfields > ATTRIBUTES - 16)
        return tr_fail(diag, TR_SCHEMA, TR_STOP, "a source block of %zu fields is too large",
                       plan->source->nfields);
    for (size_t i = 0; i < TR_COUNT(common); i++)
        fields[n++] = (struct tr_field){common[i], &required_text};
    if (encoder->options->cloudevents.extensions &&
        add_extensions(plan, fields, &n, arena, diag) < 0)
        return -1;
    const struct tr_schema event = {.type = TR_TYPE_STRUCT, .fields = fields, .nfields = n};
    return tr_json_compile(&event, json_options(encoder), arena, &plan->event, diag);
}

/* The fields of the envelope that are data. */
static int shape_data(const struct tr_schema *schema, struct plan *plan, struct tr_arena *arena)
{
    struct tr_field *fields = tr_arena_zalloc(arena, 2, sizeof *fields);

    if (!fields)
        return -1;
    fields[0] = schema->fields[plan->before];
    fields[1] = schema->fields[plan->after];
    plan->data_schema = (struct tr_schema){.type = TR_TYPE_STRUCT, .fields = fields, .nfields = 2};
    return 0;
}

static int compile_data(const struct cloudevents_encoder *encoder, struct plan *plan,
                        struct tr_arena *arena, struct tr_diag *diag)
{
    const struct tr_json_options options = json_options(encoder);
    struct tr_writer writer;

    if (tr_json_compile(&plan->data_schema, options, arena, &plan->data, diag) < 0)
        return -1;
    plan->tail = TR_SLICE("}");
    plan->head = TR_SLICE(",\"data\":");
    if (!encoder->options->cloudevents.data_schemas)
        return 0;
    plan->tail = TR_SLICE("}}");
    tr_writer_begin(&writer, arena);
    tr_writer_literal(&writer, ",\"data\":{\"schema\":");
    if (tr_json_write_schema(&plan->data_schema, options.numeric, &writer, diag) < 0)
        return -1;
    tr_writer_literal(&writer, ",\"payload\":");
    return tr_writer_end(&writer, &plan->head) < 0 ? tr_fail_memory(diag) : 0;
}

/* postgresql, of io.debezium.connector.postgresql.Source. */
static struct tr_slice connector_of(const struct tr_schema *source)
{
    static const char before[] = "io.debezium.connector.", behind[] = ".Source";
    size_t n = source->name ? strlen(source->name) : 0;

    if (n <= sizeof before + sizeof behind - 2 ||
        strncmp(source->name, before, sizeof before - 1) != 0 || !ends_with(source->name, behind))
        return TR_SLICE("");
    return (struct tr_slice){source->name + sizeof before - 1,
                             n - (sizeof before - 1) - (sizeof behind - 1)};
}

static const char *const postgres_id[] = {"lsn", "txId", "sequence"};
static const char *const binlog_id[] = {"file", "pos", NULL};

static int find_source(struct plan *plan, struct tr_diag *diag)
{
    bool has_lsn = find(plan->source, "lsn") >= 0;

    plan->id_names = has_lsn ? postgres_id : binlog_id;
    for (size_t i = 0; i < TR_COUNT(plan->id); i++)
        plan->id[i] = plan->id_names[i] ? find(plan->source, plan->id_names[i]) : -1;
    plan->name = find(plan->source, "name");
    plan->connector = find(plan->source, "connector");
    plan->ts_ms = find(plan->source, "ts_ms");
    if (plan->name >= 0 && plan->connector >= 0 && plan->ts_ms >= 0)
        return 0;
    return tr_fail(
        diag, TR_SCHEMA, TR_STOP,
        "No usable CloudEvents converters: the source block has lost its name, connector "
        "or ts_ms to a transform");
}

static int compile_plan(const struct cloudevents_encoding *encoding, struct plan *plan,
                        struct tr_arena *arena, struct tr_diag *diag)
{
    const struct cloudevents_encoder *encoder = encoding->encoder;
    struct tr_slice connector = connector_of(plan->source);

    if (shape_data(encoding->schema, plan, arena) < 0)
        return tr_fail_memory(diag);
    plan->data_schema.name =
        tr_arena_printf(arena, "io.debezium.connector.%.*s.Data", (int)connector.n, connector.p);
    if (!plan->data_schema.name)
        return tr_fail_memory(diag);
    if (find_source(plan, diag) < 0 || compile_event(encoder, plan, arena, diag) < 0)
        return -1;
    return compile_data(encoder, plan, arena, diag);
}

static void free_encoding(struct tr_encoding *base)
{
    struct cloudevents_encoding *encoding = (struct cloudevents_encoding *)base;

    tr_arena_finish(&encoding->arena);
    free(encoding);
}

static bool find_places(const struct tr_schema *schema, struct plan *plan)
{
    plan->before = find(schema, "before");
    plan->after = find(schema, "after");
    plan->op = find(schema, "op");
    plan->transaction = find(schema, "transaction");
    plan->block = find(schema, "source");
    return schema->type == TR_TYPE_STRUCT && ends_with(schema->name, ".Envelope") &&
           plan->before >= 0 && plan->after >= 0 && plan->op >= 0 && plan->block >= 0;
}

static int compile(struct tr_encoder *base, const struct tr_schema *schema, const char *topic,
                   struct tr_encoding **ret_encoding, struct tr_diag *diag)
{
    struct cloudevents_encoding *encoding = calloc(1, sizeof *encoding);

    (void)topic;
    if (!encoding)
        return tr_fail_memory(diag);
    encoding->base.impl = base->impl;
    encoding->encoder = (const struct cloudevents_encoder *)base;
    encoding->schema = schema;
    tr_arena_init(&encoding->arena, 16 << 10, 64 << 20);
    encoding->envelope = find_places(schema, &encoding->plan);
    if (encoding->envelope)
        encoding->plan.source = schema->fields[encoding->plan.block].schema;
    if (encoding->envelope && compile_plan(encoding, &encoding->plan, &encoding->arena, diag) < 0) {
        free_encoding(&encoding->base);
        return -1;
    }
    *ret_encoding = &encoding->base;
    return 0;
}

/* A field of the source block, with its default. */
static struct tr_value source_field(const struct event *event, int place)
{
    const struct tr_value *otherwise = event->plan->source->fields[place].schema->default_value;

    return event->source[place].kind == TR_NULL && otherwise ? *otherwise : event->source[place];
}

/* A value as Java appends it to a text. */
static const char *append(char *room, size_t size, const char *label, struct tr_value value)
{
    size_t n = strlen(room);

    if (value.kind == TR_TEXT)
        snprintf(room + n, size - n, "%s%.*s", label, (int)value.bytes.n, value.bytes.p);
    else if (value.kind == TR_INTEGER)
        snprintf(room + n, size - n, "%s%" PRId64, label, value.integer);
    else
        snprintf(room + n, size - n, "%snull", label);
    return room;
}

static struct tr_value text_of(const char *text)
{
    return tr_value_text(tr_slice_of(text));
}

static struct tr_value make_id(struct event *event)
{
    const struct plan *plan = event->plan;
    char label[32];

    append(event->made_id, ID_SIZE, "name:", source_field(event, plan->name));
    for (size_t i = 0; i < TR_COUNT(plan->id) && plan->id[i] >= 0; i++) {
        snprintf(label, sizeof label, ";%s:", plan->id_names[i]);
        append(event->made_id, ID_SIZE, label, source_field(event, plan->id[i]));
    }
    return text_of(event->made_id);
}

static struct tr_value make_time(struct event *event)
{
    const struct tr_value ts_ms = source_field(event, event->plan->ts_ms);
    int64_t days = tr_floor_div(ts_ms.integer, DAY_MS);
    struct tr_date date;
    char *p = event->time;

    tr_date_from_days(days, &date);
    p = tr_date_put(p, &date);
    *p++ = 'T';
    p = tr_time_put(p, (ts_ms.integer - days * DAY_MS) * 1000, 3);
    *p++ = 'Z';
    *p = '\0';
    return text_of(event->time);
}

static void add(struct event *event, struct tr_value value)
{
    event->items[event->nitems++] = value;
}

/* CloudEvents has no numbers of 64 bits. */
static void add_extension(struct event *event, enum tr_type type, struct tr_value value)
{
    if (type == TR_TYPE_INT64 && value.kind == TR_INTEGER) {
        char *text = event->texts[event->nitems];
        snprintf(text, TEXT_SIZE, "%" PRId64, value.integer);
        value = text_of(text);
    }
    add(event, value);
}

static void add_extensions_of(struct event *event)
{
    const struct tr_schema *source = event->plan->source;
    static const enum tr_type types[] = {TR_TYPE_STRING, TR_TYPE_INT64, TR_TYPE_INT64};

    add(event, event->op);
    for (size_t i = 0; i < source->nfields; i++)
        add_extension(event, source->fields[i].schema->type, source_field(event, (int)i));
    for (size_t i = 0; i < TR_COUNT(types); i++)
        add_extension(event, types[i],
                      event->transaction.kind == TR_ITEMS && event->transaction.count > i
                          ? event->transaction.items[i]
                          : (struct tr_value){.kind = TR_NULL});
}

static int write_event(struct event *event, const struct tr_value *data, struct tr_writer *writer,
                       struct tr_diag *diag)
{
    const struct tr_cloudevents_options *options = &event->encoder->options->cloudevents;
    const struct plan *plan = event->plan;
    const struct tr_value connector = source_field(event, plan->connector);

    append(event->made_source, ID_SIZE, "/debezium/", connector);
    append(event->made_source, ID_SIZE, "/", source_field(event, plan->name));
    append(event->made_type, sizeof event->made_type, "io.debezium.connector.", connector);
    strncat(event->made_type, ".DataChangeEvent",
            sizeof event->made_type - strlen(event->made_type) - 1);
    add(event, make_id(event));
    add(event, text_of(event->made_source));
    add(event, tr_value_text(TR_SLICE("1.0")));
    add(event, text_of(event->made_type));
    add(event, make_time(event));
    add(event, tr_value_text(TR_SLICE("application/json")));
    if (options->extensions)
        add_extensions_of(event);
    const struct tr_value items = tr_value_items(event->items, event->nitems);
    if (tr_json_write(&plan->event, &items, writer, diag) < 0)
        return -1;
    if (!writer->failed)
        writer->p--; /* the brace: the data come before it */
    tr_writer_slice(writer, plan->head);
    if (tr_json_write(&plan->data, data, writer, diag) < 0)
        return -1;
    tr_writer_slice(writer, plan->tail);
    return 0;
}

static int write(const struct tr_encoding *base, const struct tr_value *value,
                 struct tr_writer *writer, struct tr_diag *diag)
{
    const struct cloudevents_encoding *encoding = (const struct cloudevents_encoding *)base;
    const struct plan *plan = &encoding->plan;

    if (!encoding->envelope || value->kind != TR_ITEMS)
        return 1;
    const struct tr_value *envelope = value->items;
    const struct tr_value rows[] = {envelope[plan->before], envelope[plan->after]};
    const struct tr_value data = tr_value_items(rows, 2);
    struct event event = {
        .encoder = encoding->encoder,
        .plan = plan,
        .source = envelope[plan->block].items,
        .op = envelope[plan->op],
    };
    if (envelope[plan->block].kind != TR_ITEMS)
        return tr_fail(diag, TR_DATA, TR_STOP, "a CloudEvent needs the envelope's source block");
    if (plan->transaction >= 0)
        event.transaction = envelope[plan->transaction];
    return write_event(&event, &data, writer, diag);
}

static void free_encoder(struct tr_encoder *encoder)
{
    free(encoder);
}

int tr_cloudevents_encoder_new(const struct tr_converter_options *options,
                               struct tr_encoder **ret_encoder, struct tr_diag *diag)
{
    static const struct tr_encoder_impl impl = {
        .plain_null = true,
        .compile = compile,
        .write = write,
        .free_encoding = free_encoding,
        .free_encoder = free_encoder,
    };
    struct cloudevents_encoder *encoder = calloc(1, sizeof *encoder);

    if (!encoder)
        return tr_fail_memory(diag);
    encoder->base.impl = &impl;
    encoder->options = options;
    if (parse_sources(&options->cloudevents, diag) < 0) {
        free(encoder);
        return -1;
    }
    *ret_encoder = &encoder->base;
    return 0;
}
