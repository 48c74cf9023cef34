/*
 * EventRouter: rows of an outbox table become events: topic, key, id, payload from columns.
 * Facts: io.debezium.transforms.outbox.EventRouterDelegate (3.x) and recordings.
 */
#include "transform/debezium/envelope.h"
#include "transform/debezium/expand-json.h"
#include "transform/regex.h"
#include "transform/shape.h"
#include "transform/transform-impl.h"

enum invalid { INVALID_WARN, INVALID_ERROR, INVALID_FATAL };
enum placement { IN_HEADER, IN_ENVELOPE, AS_PARTITION };

/* table.fields.additional.placement */
struct addition {
    const char *column, *alias;
    enum placement placement;
};

struct event_router {
    struct tr_transform transform;
    enum invalid invalid;
    const char *id, *key, *type, *timestamp, *payload, *version;
    struct tr_list placements;
    int ignore_missing; /* a choice */
    const char *route_by, *topic_regex, *topic_replacement;
    bool tombstone_on_empty, expand;
    int null_as_bytes; /* a choice */
    struct addition *additions;
    size_t nadditions;
    bool enveloped; /* some addition goes into the envelope */
    struct tr_regex *regex;
};

/* Columns of one table, as places; -1: there is no such column. */
struct columns {
    struct tr_envelope_places at;
    const struct tr_schema *row;
    int id, key, payload, timestamp, route, version;
    int *additions;
};

static int parse_addition(char *text, struct addition *ret_addition)
{
    char *placement = strchr(text, ':');
    char *alias = placement ? strchr(placement + 1, ':') : NULL;

    if (!placement || (alias && strchr(alias + 1, ':')))
        return -1;
    *placement++ = '\0';
    if (alias)
        *alias++ = '\0';
    *ret_addition = (struct addition){.column = text, .alias = alias ? alias : text};
    if (strcmp(placement, "header") == 0)
        ret_addition->placement = IN_HEADER;
    else if (strcmp(placement, "envelope") == 0)
        ret_addition->placement = IN_ENVELOPE;
    else if (strcmp(placement, "partition") == 0)
        ret_addition->placement = AS_PARTITION;
    else
        return -1;
    return 0;
}

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct event_router *self = (struct event_router *)transform;

    self->nadditions = self->placements.count;
    self->additions = tr_arena_zalloc(arena, self->nadditions, sizeof *self->additions);
    if (!self->additions)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < self->nadditions; i++) {
        char *text = tr_arena_strdup(arena, tr_slice_of(self->placements.items[i]));
        if (!text)
            return tr_fail_memory(diag);
        if (parse_addition(text, &self->additions[i]) < 0)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "table.fields.additional.placement: \"%.200s\" is not of the form "
                           "column:header|envelope|partition:alias",
                           self->placements.items[i]);
        self->enveloped |= self->additions[i].placement == IN_ENVELOPE;
    }
    return tr_regex_new(self->topic_regex, "route.topic.regex", &self->regex, diag);
}

static void finish(struct tr_transform *transform)
{
    tr_regex_free(((struct event_router *)transform)->regex);
}

static int place_of(const struct tr_schema *row, const char *column)
{
    return column && *column ? tr_shape_find(row, column) : -1;
}

static int find_additions(const struct event_router *self, struct columns *columns,
                          struct tr_arena *arena, struct tr_diag *diag)
{
    columns->additions = tr_arena_zalloc(arena, self->nadditions, sizeof *columns->additions);
    if (!columns->additions)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < self->nadditions; i++) {
        columns->additions[i] = tr_shape_find(columns->row, self->additions[i].column);
        if (columns->additions[i] < 0 && !self->ignore_missing)
            return tr_fail(diag, TR_DATA, TR_STOP,
                           "%s is not a valid field name: table.fields.additional.placement names "
                           "it, the table has no such column",
                           self->additions[i].column);
    }
    return 0;
}

static int need(int place, const char *what, const char *column, struct tr_diag *diag)
{
    if (place >= 0)
        return 0;
    return tr_fail(diag, TR_DATA, TR_STOP, "Unable to find %s field %s in event", what, column);
}

/* >0: not an envelope. */
static int make_columns(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                        struct tr_diag *diag)
{
    const struct event_router *self = key->owner;
    struct columns *columns = tr_arena_zalloc(arena, 1, sizeof *columns);

    if (!columns)
        return tr_fail_memory(diag);
    if (!tr_envelope_find(key->from, &columns->at))
        return 1;
    columns->row = ((const struct tr_schema *)key->from)->fields[columns->at.after].schema;
    columns->id = place_of(columns->row, self->id);
    columns->key = place_of(columns->row, self->key);
    columns->payload = place_of(columns->row, self->payload);
    columns->route = place_of(columns->row, self->route_by);
    columns->timestamp = place_of(columns->row, self->timestamp);
    columns->version = place_of(columns->row, self->version);
    *ret_thing = columns;
    if (need(columns->payload, "payload", self->payload, diag) < 0 ||
        need(columns->id, "event-id", self->id, diag) < 0 ||
        need(columns->route, "route.by.field", self->route_by, diag) < 0)
        return -1;
    if (self->timestamp && *self->timestamp &&
        need(columns->timestamp, "timestamp", self->timestamp, diag) < 0)
        return -1;
    if (self->version && *self->version &&
        need(columns->version, "schema version", self->version, diag) < 0)
        return -1;
    return find_additions(self, columns, arena, diag);
}

/* An event that is being made of a row. */
struct event {
    const struct event_router *self;
    const struct columns *columns;
    struct tr_transform_context *context;
    struct tr_record *record;
    const struct tr_value *row;      /* its items */
    const struct tr_value *envelope; /* its items */
};

static const struct tr_schema *column_schema(const struct event *event, int place)
{
    return event->columns->row->fields[place].schema;
}

/* In milliseconds, from a column of one of Debezium's timestamp types, or when it was captured. */
static int find_timestamp(const struct event *event, int64_t *ret_ms, struct tr_diag *diag)
{
    static const struct {
        const char *name;
        int64_t divisor;
    } units[] = {
        {"io.debezium.time.Timestamp", 1},
        {"io.debezium.time.MicroTimestamp", 1000},
        {"io.debezium.time.NanoTimestamp", 1000000},
    };
    int place = event->columns->timestamp;
    int ts_ms = tr_shape_find(event->record->value_schema, "ts_ms");

    *ret_ms = ts_ms >= 0 ? event->envelope[ts_ms].integer : 0;
    if (place < 0 || event->row[place].kind != TR_INTEGER)
        return 0;
    const struct tr_schema *schema = column_schema(event, place);
    for (size_t i = 0; schema->name && i < TR_COUNT(units); i++) {
        if (strcmp(schema->name, units[i].name) == 0) {
            *ret_ms = event->row[place].integer / units[i].divisor;
            return 0;
        }
    }
    return tr_fail(diag, TR_DATA, TR_STOP, "Unsupported field type %s%s for event timestamp",
                   schema->name ? schema->name : tr_shape_type_name(schema->type),
                   schema->name ? "" : " (without logical schema name)");
}

static int set_headers(const struct event *event, struct tr_diag *diag)
{
    const struct event_router *self = event->self;
    struct tr_record *record = event->record;
    size_t n = record->nheaders;
    struct tr_record_header *headers =
        tr_headers_with_room(record, self->nadditions + 1, event->context->scratch);

    if (!headers)
        return tr_fail_memory(diag);
    headers[n++] = (struct tr_record_header){"id", column_schema(event, event->columns->id),
                                             event->row[event->columns->id]};
    for (size_t i = 0; i < self->nadditions; i++) {
        int place = event->columns->additions[i];
        if (self->additions[i].placement == IN_HEADER && place >= 0)
            headers[n++] = (struct tr_record_header){
                self->additions[i].alias, column_schema(event, place), event->row[place]};
    }
    record->headers = headers;
    record->nheaders = n;
    return 0;
}

static void set_partition(const struct event *event)
{
    for (size_t i = 0; i < event->self->nadditions; i++) {
        int place = event->columns->additions[i];
        if (event->self->additions[i].placement == AS_PARTITION && place >= 0 &&
            event->row[place].kind == TR_INTEGER && event->row[place].integer >= 0 &&
            event->row[place].integer <= INT32_MAX)
            event->record->partition = (int32_t)event->row[place].integer;
    }
}

/* The payload around which an envelope goes, and the schema it then has. */
struct payload {
    const struct tr_schema *schema;
    struct tr_value value;
    bool expanded;
};

static bool is_empty(const struct tr_value *payload)
{
    if (payload->kind == TR_NULL)
        return true;
    if (payload->kind != TR_TEXT && payload->kind != TR_BYTES)
        return false;
    for (size_t i = 0; i < payload->bytes.n; i++)
        if ((unsigned char)payload->bytes.p[i] > ' ')
            return false;
    return true;
}

static int expand(const struct event *event, struct payload *payload, struct tr_diag *diag)
{
    const struct tr_expand_json how = {event->self->payload, event->self->null_as_bytes != 0};

    if (!event->self->expand || payload->value.kind != TR_TEXT)
        return 0;
    /* what doesn't begin as a JSON object or array stays the text it is */
    if (!payload->value.bytes.n || !strchr("{[", payload->value.bytes.p[0]))
        return 0;
    int rc = tr_expand_json(&how, payload->value.bytes, event->context->scratch, &payload->schema,
                            &payload->value);
    if (rc < 0)
        return tr_fail_memory(diag);
    if (rc > 0)
        payload->schema = column_schema(event, event->columns->payload);
    payload->expanded = rc == 0;
    return payload->expanded ? tr_transform_context_own(event->context, diag) : 0;
}

/* Debezium names the schema after the table and the topic it saw first; we after each one's own. */
static struct tr_schema *envelope_schema(const struct event *event, const struct payload *payload,
                                         struct tr_slice topic)
{
    const struct event_router *self = event->self;
    struct tr_arena *arena = event->context->scratch;
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    struct tr_field *fields = tr_arena_zalloc(arena, self->nadditions + 1, sizeof *fields);
    const char *name = event->columns->row->name;
    size_t base = name ? strlen(name) : 0;

    if (!schema || !fields)
        return NULL;
    if (base > 6 && strcmp(name + base - 6, ".Value") == 0)
        base -= 6;
    *schema = (struct tr_schema){.type = TR_TYPE_STRUCT, .fields = fields, .nfields = 1};
    schema->name = tr_arena_printf(arena, "%.*s.%.*s.Value", (int)base, name ? name : "",
                                   (int)topic.n, topic.p);
    if (event->columns->version >= 0 && event->row[event->columns->version].kind == TR_INTEGER)
        schema->version = (int)event->row[event->columns->version].integer;
    fields[0] = (struct tr_field){"payload", payload->schema};
    for (size_t i = 0; i < self->nadditions; i++)
        if (self->additions[i].placement == IN_ENVELOPE && event->columns->additions[i] >= 0)
            fields[schema->nfields++] = (struct tr_field){
                self->additions[i].alias, column_schema(event, event->columns->additions[i])};
    return schema->name ? schema : NULL;
}

static int set_envelope(const struct event *event, const struct payload *payload,
                        struct tr_slice topic, struct tr_diag *diag)
{
    const struct event_router *self = event->self;
    struct tr_schema *schema = envelope_schema(event, payload, topic);
    struct tr_value *items =
        tr_arena_zalloc(event->context->scratch, self->nadditions + 1, sizeof *items);
    size_t n = 0;

    if (!schema || !items)
        return tr_fail_memory(diag);
    if (tr_shape_check_names(schema, diag) < 0)
        return -1;
    items[n++] = payload->value;
    for (size_t i = 0; i < self->nadditions; i++)
        if (self->additions[i].placement == IN_ENVELOPE && event->columns->additions[i] >= 0)
            items[n++] = event->row[event->columns->additions[i]];
    event->record->value_schema = schema;
    event->record->value = tr_value_items(items, n);
    return tr_transform_context_own(event->context, diag);
}

static int set_value(const struct event *event, struct tr_slice topic, struct tr_diag *diag)
{
    struct payload payload = {column_schema(event, event->columns->payload),
                              event->row[event->columns->payload], false};

    if (expand(event, &payload, diag) < 0)
        return -1;
    if (event->self->tombstone_on_empty && is_empty(&payload.value)) {
        event->record->value_schema = NULL;
        event->record->value = (struct tr_value){.kind = TR_NULL};
        return 0;
    }
    if (event->self->enveloped)
        return set_envelope(event, &payload, topic, diag);
    event->record->value_schema = payload.schema;
    event->record->value = payload.value;
    return 0;
}

static void set_key(const struct event *event)
{
    int place = event->columns->key;

    event->record->key_schema = place >= 0 ? column_schema(event, place) : &tr_shape_string;
    event->record->key = place >= 0 ? event->row[place] : (struct tr_value){.kind = TR_NULL};
    if (place < 0)
        event->record->key_schema = NULL;
}

static int set_topic(const struct event *event, struct tr_slice routed, struct tr_diag *diag)
{
    const struct tr_regex_replacing replacing = {event->self->regex, event->self->topic_replacement,
                                                 false};
    int matches = tr_regex_matches(event->self->regex, routed, diag);

    if (matches < 0)
        return -1;
    if (matches > 0 &&
        tr_regex_replace(&replacing, routed, event->context->scratch, &routed, diag) < 0)
        return -1;
    event->record->topic = tr_arena_strdup(event->context->scratch, routed);
    return event->record->topic ? 0 : tr_fail_memory(diag);
}

static int make_event(const struct event *event, struct tr_diag *diag)
{
    const struct tr_value *route = &event->row[event->columns->route];
    int64_t timestamp;

    if (route->kind != TR_TEXT)
        return tr_fail(diag, TR_DATA, TR_STOP, "the column %s (route.by.field) is %s",
                       event->self->route_by, route->kind == TR_NULL ? "null" : "not text");
    if (find_timestamp(event, &timestamp, diag) < 0 || set_headers(event, diag) < 0)
        return -1;
    set_partition(event);
    set_key(event);
    event->record->timestamp_ms = timestamp;
    if (set_value(event, route->bytes, diag) < 0)
        return -1;
    return set_topic(event, route->bytes, diag);
}

static int unexpected(const struct event_router *self, struct tr_diag *diag)
{
    if (self->invalid != INVALID_FATAL)
        return 1;
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "Unexpected update message received: an outbox's rows are only inserted and "
                   "deleted (table.op.invalid.behavior=fatal)");
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_columns, NULL};
    const struct event_router *self = (const struct event_router *)transform;
    const struct tr_derive_key key = {self, record->value_schema, NULL, NULL};
    void *thing;

    if (record->value.kind == TR_NULL)
        return 1;
    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct columns *columns = thing;
    if (!columns)
        return 0;
    const struct tr_value *envelope = record->value.items;
    struct tr_slice op = envelope[columns->at.op].bytes;
    if (tr_slice_is(op, "d") || envelope[columns->at.after].kind != TR_ITEMS)
        return 1;
    if (tr_slice_is(op, "u"))
        return unexpected(self, diag);
    const struct event event = {
        self, columns, context, record, envelope[columns->at.after].items, envelope,
    };
    return make_event(&event, diag);
}

static const struct tr_choice behaviors[] = {{"warn", INVALID_WARN, NULL},
                                             {"error", INVALID_ERROR, NULL},
                                             {"fatal", INVALID_FATAL, NULL},
                                             {NULL, 0, NULL}};
static const struct tr_choice missing[] = {
    {"error", false, NULL}, {"ignore", true, NULL}, {NULL, 0, NULL}};
static const struct tr_choice nulls[] = {
    {"ignore", false, NULL}, {"optional_bytes", true, NULL}, {NULL, 0, NULL}};

#define TEXT(option, otherwise, member, sentence)                                                  \
    {                                                                                              \
        .name = option, .fallback = otherwise, .doc = sentence, .type = TR_OPTION_STRING,          \
        .importance = TR_MEDIUM, .at = TR_TRANSFORM_AT(event_router, member),                      \
    }

static const struct tr_option options[] = {
    {.name = "table.op.invalid.behavior",
     .fallback = "warn",
     .doc = "What an update of the outbox does: it is left out, or stops the connector (fatal).",
     .type = TR_OPTION_CHOICE,
     .importance = TR_MEDIUM,
     .choices = behaviors,
     .at = TR_TRANSFORM_AT(event_router, invalid)},
    TEXT("table.field.event.id", "id", id, "The column of the event's id."),
    TEXT("table.field.event.key", "aggregateid", key, "The column of the event's key."),
    TEXT("table.field.event.type", "type", type, "The column of the event's type."),
    TEXT("table.field.event.timestamp", NULL, timestamp, "The column of the record's timestamp."),
    TEXT("table.field.event.payload", "payload", payload, "The column of the payload."),
    TEXT("table.field.event.schema.version", NULL, version,
         "The column of the envelope's schema version."),
    {.name = "table.fields.additional.placement",
     .doc = "More columns and where they go: `column:header|envelope|partition:alias`.",
     .type = TR_OPTION_LIST,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(event_router, placements)},
    {.name = "table.field.additional.missing",
     .fallback = "error",
     .doc = "Whether such a column may be missing.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_MEDIUM,
     .choices = missing,
     .at = TR_TRANSFORM_AT(event_router, ignore_missing)},
    TEXT("route.by.field", "aggregatetype", route_by, "The column that the topic is made from."),
    TEXT("route.topic.regex", "(?<routedByValue>.*)", topic_regex,
         "What that column's text must match to be rewritten."),
    TEXT("route.topic.replacement", "outbox.event.${routedByValue}", topic_replacement,
         "The topic's name."),
    {.name = "route.tombstone.on.empty.payload",
     .fallback = "false",
     .doc = "Whether an empty payload becomes a tombstone.",
     .type = TR_OPTION_BOOLEAN,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(event_router, tombstone_on_empty)},
    {.name = "table.expand.json.payload",
     .fallback = "false",
     .doc = "Whether a JSON payload becomes a value with a schema.",
     .type = TR_OPTION_BOOLEAN,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(event_router, expand)},
    {.name = "table.json.payload.null.behavior",
     .fallback = "ignore",
     .doc = "What becomes of nulls in it.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_MEDIUM,
     .choices = nulls,
     .at = TR_TRANSFORM_AT(event_router, null_as_bytes)},
    {.name = "table.json.payload.empty.array.behavior",
     .status = TR_OPTION_INERT,
     .note = "Debezium 3.6 leaves empty arrays out whatever it says, and so does tailrace",
     .doc = "What becomes of empty arrays.",
     .type = TR_OPTION_STRING},
    {.name = "tracing.*",
     .status = TR_OPTION_INERT,
     .note = "tailrace sends no OpenTelemetry spans; a span's context passes through as any column",
     .doc = "Spans of OpenTelemetry.",
     .type = TR_OPTION_STRING},
};

const struct tr_transform_impl tr_event_router = {
    .class_name = "io.debezium.transforms.outbox.EventRouter",
    .size = sizeof(struct event_router),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
    .finish = finish,
};
