/*
 * TimestampConverter: moments between text, numbers since 1970 and Connect's Date, Time and
 * Timestamp. Everything goes through milliseconds, as java.util.Date does.
 * Facts: org.apache.kafka.connect.transforms.TimestampConverter (4.1).
 */
#include "record/calendar.h"
#include "record/logical.h"
#include "transform/copying.h"
#include "transform/date-format.h"
#include "transform/shape.h"

#define DAY_MS (TR_DAY_US / 1000)

enum form { FORM_STRING, FORM_UNIX, FORM_DATE, FORM_TIME, FORM_TIMESTAMP };
enum precision { SECONDS, MILLISECONDS, MICROSECONDS, NANOSECONDS };

struct timestamp_converter {
    struct tr_transform transform;
    const char *field; /* "": the whole */
    enum form target;
    const char *format;
    enum precision precision;
    bool replace_null;
};

struct shape {
    const struct tr_schema *schema;
    int place; /* of the field; -1: the whole */
    bool here; /* the field exists */
    enum form source;
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    const struct timestamp_converter *self = (const struct timestamp_converter *)transform;

    (void)arena;
    if (self->target == FORM_STRING && !*self->format)
        return tr_fail(
            diag, TR_CONFIG, TR_STOP,
            "TimestampConverter requires format option to be specified when using string "
            "timestamps: set format to a SimpleDateFormat");
    return *self->format ? tr_date_format_check(self->format, "format", diag) : 0;
}

static int form_of(const struct tr_schema *schema, enum form *ret_form, struct tr_diag *diag)
{
    switch (tr_logical_of(schema)) {
    case TR_LOGICAL_DATE:
        *ret_form = FORM_DATE;
        return 0;
    case TR_LOGICAL_TIME:
        *ret_form = FORM_TIME;
        return 0;
    case TR_LOGICAL_TIMESTAMP:
        *ret_form = FORM_TIMESTAMP;
        return 0;
    default:
        break;
    }
    if (schema->type != TR_TYPE_STRING && schema->type != TR_TYPE_INT64)
        return tr_fail(
            diag, TR_DATA, TR_STOP,
            "Schema %s%s%s does not correspond to a known timestamp type format: it takes "
            "text, INT64 and Connect's own types (time.precision.mode=connect)",
            schema->name ? schema->name : "", schema->name ? ":" : "",
            tr_shape_type_name(schema->type));
    *ret_form = schema->type == TR_TYPE_STRING ? FORM_STRING : FORM_UNIX;
    return 0;
}

static const struct tr_schema *target_schema(const struct timestamp_converter *self, bool optional,
                                             struct tr_arena *arena)
{
    static const struct tr_schema unix_time = {.type = TR_TYPE_INT64};
    const struct tr_schema *const schemas[] = {
        [FORM_STRING] = &tr_shape_string,         [FORM_UNIX] = &unix_time,
        [FORM_DATE] = &tr_logical_date,           [FORM_TIME] = &tr_logical_time,
        [FORM_TIMESTAMP] = &tr_logical_timestamp,
    };

    return tr_shape_optional(schemas[self->target], optional, arena);
}

static int shape_field(const struct timestamp_converter *self, const struct tr_schema *from,
                       struct tr_arena *arena, struct shape *shape, struct tr_diag *diag)
{
    shape->schema = from;
    shape->place = from->type == TR_TYPE_STRUCT ? tr_shape_find(from, self->field) : -1;
    shape->here = shape->place >= 0;
    if (!shape->here)
        return 0;
    const struct tr_schema *field = from->fields[shape->place].schema;
    struct tr_schema *schema = tr_shape_copy(from, 0, arena);
    const struct tr_schema *target = target_schema(self, field->optional, arena);
    if (!schema || !target)
        return tr_fail_memory(diag);
    ((struct tr_field *)(uintptr_t)schema->fields)[shape->place].schema = target;
    shape->schema = schema;
    return form_of(field, &shape->source, diag);
}

static int make_shape(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                      struct tr_diag *diag)
{
    const struct timestamp_converter *self = key->owner;
    const struct tr_schema *from = key->from;
    struct shape *shape = tr_arena_zalloc(arena, 1, sizeof *shape);

    if (!shape)
        return tr_fail_memory(diag);
    *ret_thing = shape;
    if (*self->field)
        return shape_field(self, from, arena, shape, diag);
    shape->place = -1;
    shape->here = true;
    shape->schema = target_schema(self, from->optional, arena);
    return shape->schema ? form_of(from, &shape->source, diag) : tr_fail_memory(diag);
}

/* java.util.concurrent.TimeUnit: what is too far away ends at the last moment there is. */
static int64_t scaled(int64_t number, int64_t factor)
{
    int64_t product;

    if (__builtin_mul_overflow(number, factor, &product))
        return number < 0 ? INT64_MIN : INT64_MAX;
    return product;
}

static int64_t unix_to_ms(int64_t number, enum precision precision)
{
    switch (precision) {
    case SECONDS:
        return scaled(number, 1000);
    case MICROSECONDS:
        return number / 1000;
    case NANOSECONDS:
        return number / 1000000;
    default:
        return number;
    }
}

static int64_t ms_to_unix(int64_t ms, enum precision precision)
{
    switch (precision) {
    case SECONDS:
        return ms / 1000;
    case MICROSECONDS:
        return scaled(ms, 1000);
    case NANOSECONDS:
        return scaled(ms, 1000000);
    default:
        return ms;
    }
}

static int read_ms(const struct timestamp_converter *self, enum form source,
                   const struct tr_value *value, int64_t *ret_ms, struct tr_diag *diag)
{
    switch (source) {
    case FORM_STRING:
        if (tr_date_format_read(self->format, value->bytes, ret_ms) == 0)
            return 0;
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "Could not parse timestamp: the value does not match pattern (%s)",
                       self->format);
    case FORM_UNIX:
        *ret_ms = unix_to_ms(value->integer, self->precision);
        return 0;
    case FORM_DATE:
        *ret_ms = value->integer * DAY_MS;
        return 0;
    default:
        *ret_ms = value->integer;
        return 0;
    }
}

static int write_text(const struct timestamp_converter *self, int64_t ms, struct tr_arena *scratch,
                      struct tr_value *value, struct tr_diag *diag)
{
    struct tr_writer writer;
    struct tr_slice text;

    tr_writer_begin(&writer, scratch);
    tr_date_format_write(self->format, ms, &writer);
    if (tr_writer_end(&writer, &text) < 0)
        return tr_fail_memory(diag);
    *value = tr_value_text(text);
    return 0;
}

static int convert(const struct timestamp_converter *self, enum form source,
                   struct tr_arena *scratch, struct tr_value *value, struct tr_diag *diag)
{
    int64_t ms;

    if (value->kind == TR_NULL)
        return 0;
    if (read_ms(self, source, value, &ms, diag) < 0)
        return -1;
    int64_t days = tr_floor_div(ms, DAY_MS);
    switch (self->target) {
    case FORM_STRING:
        return write_text(self, ms, scratch, value, diag);
    case FORM_UNIX:
        *value = tr_value_integer(ms_to_unix(ms, self->precision));
        return 0;
    case FORM_DATE:
        *value = tr_value_integer(days);
        return 0;
    case FORM_TIME:
        *value = tr_value_integer(ms - days * DAY_MS);
        return 0;
    default:
        *value = tr_value_integer(ms);
        return 0;
    }
}

static int convert_field(const struct timestamp_converter *self, const struct shape *shape,
                         const struct tr_half *half, struct tr_arena *scratch, struct tr_diag *diag)
{
    size_t n = (*half->schema)->nfields;
    struct tr_value *items = tr_arena_alloc(scratch, n * sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++)
        items[i] = tr_field_value(half, i, self->replace_null);
    *half->value = tr_value_items(items, n);
    return convert(self, shape->source, scratch, &items[shape->place], diag);
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_shape, NULL};
    const struct timestamp_converter *self = (const struct timestamp_converter *)transform;
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {self, *half.schema, NULL, NULL};
    int rc = 0;
    void *thing;

    if (!*half.schema)
        return 0;
    if (*self->field && half.value->kind != TR_NULL &&
        tr_require_struct(half, "converting timestamp formats", diag) < 0)
        return -1;
    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct shape *shape = thing;
    if (!shape->here)
        return 0;
    if (shape->place < 0)
        rc = convert(self, shape->source, context->scratch, half.value, diag);
    else if (half.value->kind == TR_ITEMS)
        rc = convert_field(self, shape, &half, context->scratch, diag);
    *half.schema = shape->schema;
    return rc;
}

static const struct tr_choice forms[] = {
    {"string", FORM_STRING, NULL}, {"unix", FORM_UNIX, NULL},           {"Date", FORM_DATE, NULL},
    {"Time", FORM_TIME, NULL},     {"Timestamp", FORM_TIMESTAMP, NULL}, {NULL, 0, NULL},
};
static const struct tr_choice precisions[] = {
    {"nanoseconds", NANOSECONDS, NULL},
    {"microseconds", MICROSECONDS, NULL},
    {"milliseconds", MILLISECONDS, NULL},
    {"seconds", SECONDS, NULL},
    {NULL, 0, NULL},
};

static const struct tr_option options[] = {
    {.name = "field",
     .fallback = "",
     .doc = "The field that holds the moment; empty: the whole key or value.",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .at = TR_TRANSFORM_AT(timestamp_converter, field)},
    {.name = "target.type",
     .doc = "What the moment becomes.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_HIGH,
     .required = true,
     .choices = forms,
     .at = TR_TRANSFORM_AT(timestamp_converter, target)},
    {.name = "format",
     .fallback = "",
     .doc = "A SimpleDateFormat for text, read and written in UTC.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .at = TR_TRANSFORM_AT(timestamp_converter, format)},
    {.name = "unix.precision",
     .fallback = "milliseconds",
     .doc = "The unit of numbers since 1970.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_LOW,
     .choices = precisions,
     .at = TR_TRANSFORM_AT(timestamp_converter, precision)},
    TR_OPTION_REPLACE_NULL(timestamp_converter),
};

TR_TRANSFORM_SIDES(tr_timestamp_converter, timestamp_converter, "TimestampConverter",
                   .start = start, .apply = apply);
