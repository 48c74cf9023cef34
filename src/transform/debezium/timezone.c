/*
 * TimezoneConverter: moments with an offset are told in another zone's; moments without one are
 * taken for that zone's local time and become UTC's.
 *
 * Debezium takes a time without a date to the offset that the zone has while it runs; here it is
 * the one at the change's own time (source.ts_ms), so that a replay tells the same.
 *
 * Facts: io.debezium.transforms.TimezoneConverter (3.6) and recordings.
 */
#include "base/clock.h"
#include "base/zone.h"
#include "record/calendar.h"
#include "record/logical.h"
#include "transform/debezium/envelope.h"
#include "transform/debezium/zoned-text.h"
#include "transform/regex.h"
#include "transform/shape.h"
#include "transform/transform-impl.h"

enum match { MATCH_TOPIC, MATCH_TABLE, MATCH_EITHER };

/* source:table:field, topic:name:field, name:field; the fields of rules for one name together. */
struct rule {
    enum match match;
    const char *name;
    const char **fields;
    size_t nfields; /* 0: all */
};

struct timezone_converter {
    struct tr_transform transform;
    const char *zone_name;
    struct tr_list include, exclude;
    struct tr_zone *zone;
    struct rule *rules;
    size_t nrules;
};

enum kind { NOT, ZONED_TIMESTAMP, ZONED_TIME, COUNTED, EPOCH };

/* A field to convert. */
struct target {
    int parent; /* before, after or source: place in the envelope */
    int place;
    enum kind kind;
    int64_t unit; /* parts of a second */
};

struct plan {
    struct tr_envelope_places at;
    int table, ts_ms; /* places in source; -1: there is none */
    struct target *targets;
    size_t ntargets;
};

/* As Debezium checks the whole list: what stands before the first colon is the rules' kind. */
static int check_list(const struct tr_list *list, const char *which, struct tr_arena *arena,
                      struct tr_diag *diag)
{
    static const char pattern[] =
        "^\\[(source|topic|[\".\\w\\s_]+):([\".\\w\\s_]+(?::[\".\\w\\s_]+)?(?:,|]$))+$";
    struct tr_regex *regex;
    const char *text = "[";

    for (size_t i = 0; i < list->count && text; i++)
        text = tr_arena_printf(arena, "%s%s%s", text, i ? ", " : "", list->items[i]);
    text = text ? tr_arena_printf(arena, "%s]", text) : NULL;
    if (!text)
        return tr_fail_memory(diag);
    if (tr_regex_new(pattern, which, &regex, diag) < 0)
        return -1;
    int rc = tr_regex_matches(regex, tr_slice_of(text), diag);
    tr_regex_free(regex);
    if (rc > 0)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "Invalid %s list format. Please specify a list of rules in the format of "
                   "\"source:<tablename>:<fieldnames>\", \"topic:<topicname>:<fieldnames>\", "
                   "\"<matchname>:<fieldnames>\"",
                   which);
}

/* The rule for that name, made if there is none. */
static struct rule *rule_of(struct timezone_converter *self, enum match match, const char *name)
{
    for (size_t i = 0; i < self->nrules; i++)
        if (self->rules[i].match == match && strcmp(self->rules[i].name, name) == 0)
            return &self->rules[i];
    struct rule *rule = &self->rules[self->nrules++];
    rule->match = match;
    rule->name = name;
    return rule;
}

static int add_rule(struct timezone_converter *self, const char *text, enum match *match,
                    struct tr_arena *arena)
{
    char *copy = tr_arena_strdup(arena, tr_slice_of(text)), *rest = copy;
    const char *parts[3] = {0};
    size_t n = 0;

    if (!copy)
        return -1;
    for (char *part; n < 3 && (part = strsep(&rest, ":"));)
        parts[n++] = part;
    const char **part = parts;
    if (n > 1 && (strcasecmp(*part, "source") == 0 || strcasecmp(*part, "topic") == 0)) {
        /* "Source" is a kind to Debezium only as far as it is none */
        *match = strcmp(*part, "topic") == 0    ? MATCH_TOPIC
                 : strcmp(*part, "source") == 0 ? MATCH_TABLE
                                                : MATCH_EITHER;
        part++;
    }
    struct rule *rule = rule_of(self, *match, part[0]);
    if (part + 1 == parts + 3 || !part[1])
        return 0;
    if (!rule->fields)
        rule->fields =
            tr_arena_zalloc(arena, self->include.count + self->exclude.count, sizeof *rule->fields);
    if (!rule->fields)
        return -1;
    rule->fields[rule->nfields++] = part[1];
    return 0;
}

static int start_rules(struct timezone_converter *self, struct tr_arena *arena,
                       struct tr_diag *diag)
{
    const struct tr_list *list = self->include.count ? &self->include : &self->exclude;
    enum match match = MATCH_EITHER;

    if (self->include.count && self->exclude.count)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "Both include and exclude lists are specified. Please specify only one.");
    if (!list->count)
        return 0;
    if (check_list(list, list == &self->include ? "include" : "exclude", arena, diag) < 0)
        return -1;
    self->rules = tr_arena_zalloc(arena, list->count, sizeof *self->rules);
    if (!self->rules)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < list->count; i++)
        if (add_rule(self, list->items[i], &match, arena) < 0)
            return tr_fail_memory(diag);
    return 0;
}

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct timezone_converter *self = (struct timezone_converter *)transform;

    if (start_rules(self, arena, diag) < 0)
        return -1;
    int rc = tr_zone_new(self->zone_name, &self->zone);
    if (rc < 0)
        return tr_fail_memory(diag);
    if (rc > 0)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "converted.timezone=%.100s: Invalid timezone format. Please specify either "
                       "a geographic timezone (e.g. America/Los_Angeles) or a UTC offset in the "
                       "format of +/-hh:mm, (e.g. +08:00).",
                       self->zone_name);
    return 0;
}

static void finish(struct tr_transform *transform)
{
    tr_zone_free(((struct timezone_converter *)transform)->zone);
}

static enum kind kind_of(const struct tr_schema *schema, int64_t *ret_unit)
{
    static const struct {
        const char *name;
        enum kind kind;
        int64_t unit;
    } kinds[] = {
        {"io.debezium.time.ZonedTimestamp", ZONED_TIMESTAMP, 1},
        {"io.debezium.time.ZonedTime", ZONED_TIME, 1},
        {"io.debezium.time.Timestamp", COUNTED, 1000},
        {"io.debezium.time.MicroTimestamp", COUNTED, 1000000},
        {"io.debezium.time.NanoTimestamp", COUNTED, 1000000000},
        {"org.apache.kafka.connect.data.Timestamp", COUNTED, 1000},
    };

    for (size_t i = 0; schema->name && i < TR_COUNT(kinds); i++) {
        if (strcmp(schema->name, kinds[i].name) == 0) {
            *ret_unit = kinds[i].unit;
            return kinds[i].kind;
        }
    }
    return NOT;
}

/* ts_ms and its like in source, which are numbers without a name. */
static enum kind epoch_of(const struct tr_field *field, int64_t *ret_unit)
{
    static const struct {
        const char *name;
        int64_t unit;
    } names[] = {{"ts_ms", 1000}, {"ts_us", 1000000}, {"ts_ns", 1000000000}};

    for (size_t i = 0; i < TR_COUNT(names); i++) {
        if (strcmp(field->name, names[i].name) == 0 && !field->schema->name) {
            *ret_unit = names[i].unit;
            return EPOCH;
        }
    }
    return NOT;
}

/* Whether a rule names a field of this struct: "after.at", or "at" for before and after. */
static bool names(const struct rule *rule, const char *parent, const char *field)
{
    size_t n = strlen(parent);
    static const char *const parents[] = {"source.", "before.", "after."};

    for (size_t i = 0; i < rule->nfields; i++) {
        const char *text = rule->fields[i];
        bool prefixed = false;
        for (size_t j = 0; j < TR_COUNT(parents); j++)
            prefixed |= strncmp(text, parents[j], strlen(parents[j])) == 0;
        if (prefixed ? strncmp(text, parent, n) == 0 && text[n] == '.' &&
                           strcmp(text + n + 1, field) == 0
                     : strcmp(parent, "source") != 0 && strcmp(text, field) == 0)
            return true;
    }
    return false;
}

static bool names_source(const struct rule *rule)
{
    for (size_t i = 0; i < rule->nfields; i++)
        if (strncmp(rule->fields[i], "source.", 7) == 0)
            return true;
    return false;
}

struct planning {
    const struct timezone_converter *self;
    const struct rule *rule; /* NULL: all fields */
    const struct tr_schema *envelope;
    struct plan *plan;
};

static void plan_struct(const struct planning *planning, int parent)
{
    const struct tr_field *outer = &planning->envelope->fields[parent];
    const struct rule *rule = planning->rule;
    bool source = parent == planning->plan->at.source;

    if (outer->schema->type != TR_TYPE_STRUCT || (source && (!rule || !names_source(rule))))
        return;
    for (size_t i = 0; i < outer->schema->nfields; i++) {
        const struct tr_field *field = &outer->schema->fields[i];
        struct target target = {.parent = parent, .place = (int)i};
        target.kind = kind_of(field->schema, &target.unit);
        if (source && target.kind == NOT)
            target.kind = epoch_of(field, &target.unit);
        bool listed = rule && names(rule, outer->name, field->name);
        if (target.kind != NOT && (!rule || listed == (planning->self->include.count > 0)))
            planning->plan->targets[planning->plan->ntargets++] = target;
    }
}

static size_t count_fields(const struct tr_schema *envelope, int parent)
{
    const struct tr_schema *schema = envelope->fields[parent].schema;

    return schema->type == TR_TYPE_STRUCT ? schema->nfields : 0;
}

/* >0: not an envelope. */
static int make_plan(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                     struct tr_diag *diag)
{
    const struct tr_schema *envelope = key->from;
    struct plan *plan = tr_arena_zalloc(arena, 1, sizeof *plan);
    const struct planning planning = {key->owner, key->with, envelope, plan};

    if (!plan)
        return tr_fail_memory(diag);
    if (!tr_envelope_find(envelope, &plan->at))
        return 1;
    const int parents[] = {plan->at.before, plan->at.after, plan->at.source};
    size_t n = 0;
    for (size_t i = 0; i < TR_COUNT(parents); i++)
        n += count_fields(envelope, parents[i]);
    plan->targets = tr_arena_zalloc(arena, n, sizeof *plan->targets);
    if (!plan->targets)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < TR_COUNT(parents); i++)
        plan_struct(&planning, parents[i]);
    plan->table = tr_shape_find(envelope->fields[plan->at.source].schema, "table");
    plan->ts_ms = tr_shape_find(envelope->fields[plan->at.source].schema, "ts_ms");
    *ret_thing = plan;
    return 0;
}

/* A record on its way. */
struct converting {
    const struct timezone_converter *self;
    struct tr_arena *scratch;
    const struct plan *plan;
    const struct tr_value *envelope;
};

static int64_t change_seconds(const struct converting *converting)
{
    const struct tr_value *source = &converting->envelope[converting->plan->at.source];
    int ts_ms = converting->plan->ts_ms;

    if (source->kind == TR_ITEMS && ts_ms >= 0 && source->items[ts_ms].kind == TR_INTEGER)
        return tr_floor_div(source->items[ts_ms].integer, 1000);
    return tr_clock_realtime_ns() / 1000000000;
}

static int convert_text(const struct converting *converting, enum kind kind, struct tr_value *value,
                        struct tr_diag *diag)
{
    const struct tr_zone *zone = converting->self->zone;
    struct tr_zoned zoned;
    int64_t offset;

    int rc = kind == ZONED_TIME ? tr_zoned_read_time(value->bytes, &zoned)
                                : tr_zoned_read_timestamp(value->bytes, &zoned);
    if (rc < 0)
        return tr_fail(diag, TR_DATA, TR_STOP, "Text '%.*s' could not be parsed as ISO 8601",
                       (int)TR_MIN(value->bytes.n, 64), value->bytes.p);
    /* Debezium reads the moment's own clock as if it were the zone's; recorded so */
    offset = kind == ZONED_TIME ? tr_zone_offset(zone, change_seconds(converting))
                                : tr_zone_local_offset(zone, zoned.local);
    zoned.local += offset - zoned.offset;
    zoned.offset = offset;
    char *text = tr_arena_alloc(converting->scratch, TR_ZONED_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    const char *end =
        kind == ZONED_TIME ? tr_zoned_put_time(text, &zoned) : tr_zoned_put_timestamp(text, &zoned);
    *value = tr_value_text((struct tr_slice){text, (size_t)(end - text)});
    return 0;
}

static int convert(const struct converting *converting, const struct target *target,
                   struct tr_value *value, struct tr_diag *diag)
{
    const struct tr_zone *zone = converting->self->zone;

    if (value->kind == TR_TEXT)
        return convert_text(converting, target->kind, value, diag);
    if (value->kind != TR_INTEGER)
        return 0;
    int64_t seconds = tr_floor_div(value->integer, target->unit);
    int64_t offset = target->kind == EPOCH ? -tr_zone_offset(zone, seconds)
                                           : tr_zone_local_offset(zone, seconds);
    /* an infinite timestamp may wrap, as in Java */
    value->integer =
        (int64_t)((uint64_t)value->integer - (uint64_t)offset * (uint64_t)target->unit);
    return 0;
}

/* Copies of the envelope and of the structs in which something is converted. */
static int convert_all(const struct converting *converting, const struct tr_schema *schema,
                       struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct plan *plan = converting->plan;
    struct tr_value *items = tr_arena_alloc(converting->scratch, schema->nfields * sizeof *items);
    struct tr_value *inner = NULL;

    if (!items)
        return tr_fail_memory(diag);
    memcpy(items, converting->envelope, schema->nfields * sizeof *items);
    for (size_t i = 0; i < plan->ntargets; i++) {
        const struct target *target = &plan->targets[i];
        const struct tr_field *parent = &schema->fields[target->parent];
        struct tr_value *outer = &items[target->parent];
        const struct tr_field *field = &parent->schema->fields[target->place];
        if (outer->kind != TR_ITEMS)
            continue;
        if (outer->items == converting->envelope[target->parent].items) {
            inner = tr_arena_alloc(converting->scratch, outer->count * sizeof *inner);
            if (!inner)
                return tr_fail_memory(diag);
            memcpy(inner, outer->items, outer->count * sizeof *inner);
            *outer = tr_value_items(inner, outer->count);
        }
        if (inner[target->place].kind == TR_NULL && field->schema->default_value)
            inner[target->place] = *field->schema->default_value;
        if (convert(converting, target, &inner[target->place], diag) < 0)
            return tr_fail_in(diag, "field %s.%s", parent->name, field->name);
    }
    *ret_value = tr_value_items(items, schema->nfields);
    return 0;
}

static const struct rule *find_rule(const struct timezone_converter *self, const char *topic,
                                    struct tr_slice table)
{
    static const struct {
        enum match match;
        bool topic;
    } order[] = {
        {MATCH_TOPIC, true}, {MATCH_TABLE, false}, {MATCH_EITHER, true}, {MATCH_EITHER, false}};

    for (size_t i = 0; i < TR_COUNT(order); i++)
        for (size_t j = 0; j < self->nrules; j++)
            if (self->rules[j].match == order[i].match &&
                (order[i].topic ? strcmp(self->rules[j].name, topic) == 0
                                : table.p && tr_slice_is(table, self->rules[j].name)))
                return &self->rules[j];
    return NULL;
}

static struct tr_slice table_of(const struct plan *plan, const struct tr_value *envelope)
{
    const struct tr_value *source = &envelope[plan->at.source];

    if (source->kind != TR_ITEMS || plan->table < 0 || source->items[plan->table].kind != TR_TEXT)
        return (struct tr_slice){0};
    return source->items[plan->table].bytes;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_plan, NULL};
    const struct timezone_converter *self = (const struct timezone_converter *)transform;
    struct tr_derive_key key = {self, record->value_schema, NULL, NULL};
    void *thing;

    if (record->value.kind != TR_ITEMS)
        return 0;
    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct plan *plan = thing;
    if (!plan)
        return 0;
    if (self->nrules) {
        key.with = find_rule(self, record->topic, table_of(plan, record->value.items));
        const struct rule *rule = key.with;
        if (self->include.count ? !rule : rule && !rule->nfields)
            return 0;
        if (rule && !rule->nfields)
            key.with = NULL;
        if (key.with && tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
            return -1;
        plan = thing;
    }
    const struct converting converting = {self, context->scratch, plan, record->value.items};
    return plan->ntargets ? convert_all(&converting, record->value_schema, &record->value, diag)
                          : 0;
}

static const struct tr_option options[] = {
    {.name = "converted.timezone",
     .doc = "The zone: of the tz database (America/Los_Angeles), or an offset (+08:00).",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(timezone_converter, zone_name)},
    {.name = "include.list",
     .doc = "Only what these rules name is converted: `source:<table>`, `source:<table>:<field>`, "
            "`topic:<topic>`, `topic:<topic>:<field>`, `<table or topic>:<field>`.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .at = TR_TRANSFORM_AT(timezone_converter, include)},
    {.name = "exclude.list",
     .doc = "What these rules name is not converted; dates and times without offset never are.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .at = TR_TRANSFORM_AT(timezone_converter, exclude)},
};

const struct tr_transform_impl tr_timezone_converter = {
    .class_name = "io.debezium.transforms.TimezoneConverter",
    .size = sizeof(struct timezone_converter),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
    .finish = finish,
};
