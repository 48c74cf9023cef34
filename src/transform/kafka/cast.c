/*
 * Cast: other primitive types for fields, or for the whole.
 * Facts: org.apache.kafka.connect.transforms.Cast (4.1). Numbers narrow as Java's do.
 */
#include <stdlib.h>
#include <strings.h>

#include "encode/number.h"
#include "record/decimal.h"
#include "record/logical.h"
#include "record/moment-text.h"
#include "record/number.h"
#include "transform/copying.h"
#include "transform/shape.h"

struct cast_rule {
    const char *field; /* NULL: the whole */
    enum tr_type type;
};

struct cast {
    struct tr_transform transform;
    struct tr_list spec;
    bool replace_null;
    struct cast_rule *rules;
};

/* What the fields of one schema become: the rule of each, or NULL. */
struct shape {
    const struct tr_schema *schema;
    const struct cast_rule **rules;
};

static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    for (size_t n = strlen(text); n && (text[n - 1] == ' ' || text[n - 1] == '\t'); n--)
        text[n - 1] = '\0';
    return text;
}

static int parse_type(const char *name, enum tr_type *ret_type)
{
    static const char *const names[] = {"int8",    "int16",   "int32",   "int64",
                                        "float32", "float64", "boolean", "string"};

    for (size_t i = 0; i < TR_COUNT(names); i++) {
        if (strcasecmp(names[i], name) == 0) {
            *ret_type = (enum tr_type)i; /* the same order */
            return 0;
        }
    }
    return -1;
}

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct cast *self = (struct cast *)transform;

    self->rules = tr_arena_zalloc(arena, self->spec.count, sizeof *self->rules);
    if (!self->rules)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < self->spec.count; i++) {
        char *text = tr_arena_strdup(arena, tr_slice_of(self->spec.items[i]));
        if (!text)
            return tr_fail_memory(diag);
        char *colon = strchr(text, ':');
        if (colon)
            *colon = '\0';
        self->rules[i].field = colon ? trimmed(text) : NULL;
        if (parse_type(trimmed(colon ? colon + 1 : text), &self->rules[i].type) < 0)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "spec: \"%.200s\" names no type to cast to: int8, int16, int32, int64, "
                           "float32, float64, boolean or string",
                           self->spec.items[i]);
        if (!colon && self->spec.count > 1)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "spec: a type without a field is for the whole, and stands alone");
    }
    return 0;
}

static int cannot(const char *what, enum tr_type type, struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP, "Unexpected value in Cast transformation: %s to %s",
                   what, tr_shape_type_name(type));
}

/* A value as the number that Java's conversions start from: a long, or a double, or both where it
 * has a BigDecimal. */
struct number {
    bool whole;
    int64_t integer;
    double real;
};

/* BigDecimal.longValue(): the low bits of the whole part, however long it is. */
static int64_t decimal_bits(struct tr_slice text)
{
    bool negative = text.n && text.p[0] == '-';
    uint64_t bits = 0;

    for (size_t i = negative; i < text.n && text.p[i] != '.'; i++)
        bits = bits * 10 + (uint64_t)(text.p[i] - '0');
    return (int64_t)(negative ? 0 - bits : bits);
}

static int number_of(const struct tr_schema *schema, const struct tr_value *value,
                     struct tr_arena *scratch, struct number *ret_number)
{
    struct tr_slice text;

    switch (value->kind) {
    case TR_BOOLEAN:
        *ret_number = (struct number){true, value->boolean, value->boolean};
        return 0;
    case TR_INTEGER:
        *ret_number = (struct number){true, value->integer, (double)value->integer};
        return 0;
    case TR_FLOAT:
        *ret_number = (struct number){false, 0, (double)value->float32};
        return 0;
    case TR_DOUBLE:
        *ret_number = (struct number){false, 0, value->float64};
        return 0;
    case TR_BYTES:
        if (tr_logical_of(schema) != TR_LOGICAL_DECIMAL ||
            tr_decimal_text(value->bytes, tr_logical_scale(schema), true, scratch, &text) < 0)
            return -1;
        *ret_number = (struct number){true, decimal_bits(text), strtod(text.p, NULL)};
        return 0;
    default:
        return -1;
    }
}

static int64_t whole_of(const struct number *number)
{
    if (number->whole)
        return number->integer;
    if (number->real != number->real)
        return 0;
    if (number->real >= 9223372036854775807.0)
        return INT64_MAX;
    if (number->real <= -9223372036854775808.0)
        return INT64_MIN;
    return (int64_t)number->real;
}

/* Java: a float goes to int with saturation, then to byte and short by cutting bits. */
static int64_t narrow(const struct number *number, enum tr_type type)
{
    int64_t whole = whole_of(number);

    if (!number->whole && type != TR_TYPE_INT64)
        whole = whole > INT32_MAX ? INT32_MAX : whole < INT32_MIN ? INT32_MIN : whole;
    switch (type) {
    case TR_TYPE_INT8:
        return (int8_t)whole;
    case TR_TYPE_INT16:
        return (int16_t)whole;
    case TR_TYPE_INT32:
        return (int32_t)whole;
    default:
        return whole;
    }
}

static bool fits(int64_t number, enum tr_type type)
{
    switch (type) {
    case TR_TYPE_INT8:
        return number == (int8_t)number;
    case TR_TYPE_INT16:
        return number == (int16_t)number;
    case TR_TYPE_INT32:
        return number == (int32_t)number;
    default:
        return true;
    }
}

/* Float.parseFloat: blanks around it, and a sign, are fine. */
static int cast_text_to_real(enum tr_type type, struct tr_arena *scratch, struct tr_value *value,
                             struct tr_diag *diag)
{
    struct tr_slice text = value->bytes;
    float small;
    double real;

    while (text.n && (unsigned char)text.p[0] <= ' ')
        text = (struct tr_slice){text.p + 1, text.n - 1};
    while (text.n && (unsigned char)text.p[text.n - 1] <= ' ')
        text.n--;
    if (text.n > 1 && text.p[0] == '+' && text.p[1] != '-')
        text = (struct tr_slice){text.p + 1, text.n - 1};
    if (type == TR_TYPE_FLOAT64) {
        if (tr_number_parse_double(text, scratch, &real) < 0)
            return cannot("a text that is no number", type, diag);
        *value = (struct tr_value){.kind = TR_DOUBLE, .float64 = real};
        return 0;
    }
    if (tr_number_parse_float(text, scratch, &small) < 0)
        return cannot("a text that is no number", type, diag);
    *value = (struct tr_value){.kind = TR_FLOAT, .float32 = small};
    return 0;
}

static int cast_text(enum tr_type type, struct tr_arena *scratch, struct tr_value *value,
                     struct tr_diag *diag)
{
    struct tr_slice text = value->bytes;
    int64_t whole;

    if (type == TR_TYPE_BOOLEAN) {
        *value = tr_value_boolean(text.n == 4 && strncasecmp(text.p, "true", 4) == 0);
        return 0;
    }
    if (type == TR_TYPE_FLOAT32 || type == TR_TYPE_FLOAT64)
        return cast_text_to_real(type, scratch, value, diag);
    if (text.n > 1 && text.p[0] == '+' && text.p[1] != '-')
        text = (struct tr_slice){text.p + 1, text.n - 1};
    if (tr_number_parse_int64(text, &whole) < 0 || !fits(whole, type))
        return cannot("a text that is no such number", type, diag);
    *value = tr_value_integer(whole);
    return 0;
}

static int cast_number(const struct tr_schema *schema, enum tr_type type, struct tr_arena *scratch,
                       struct tr_value *value, struct tr_diag *diag)
{
    struct number number;

    if (number_of(schema, value, scratch, &number) < 0)
        return cannot(tr_shape_type_name(schema->type), type, diag);
    switch (type) {
    case TR_TYPE_FLOAT32:
        *value = (struct tr_value){.kind = TR_FLOAT,
                                   .float32 = value->kind == TR_INTEGER ? (float)number.integer
                                                                        : (float)number.real};
        return 0;
    case TR_TYPE_FLOAT64:
        *value = (struct tr_value){.kind = TR_DOUBLE, .float64 = number.real};
        return 0;
    case TR_TYPE_BOOLEAN:
        *value = tr_value_boolean(whole_of(&number) != 0);
        return 0;
    default:
        *value = tr_value_integer(narrow(&number, type));
        return 0;
    }
}

static void put_number(const struct tr_value *value, struct tr_writer *writer)
{
    double real = value->kind == TR_FLOAT ? (double)value->float32 : value->float64;

    if (real != real)
        tr_writer_literal(writer, "NaN");
    else if (real - real != 0)
        tr_writer_text(writer, real > 0 ? "Infinity" : "-Infinity");
    else if (value->kind == TR_FLOAT)
        tr_number_write_float(writer, value->float32);
    else
        tr_number_write_double(writer, real);
}

/* toString(), but moments as ISO 8601 and bytes as base64. */
static int cast_to_text(const struct tr_schema *schema, struct tr_arena *scratch,
                        struct tr_value *value, struct tr_diag *diag)
{
    struct tr_writer writer;
    struct tr_slice text;

    if (value->kind == TR_BYTES && tr_logical_of(schema) == TR_LOGICAL_DECIMAL) {
        if (tr_decimal_text(value->bytes, tr_logical_scale(schema), false, scratch, &text) < 0)
            return tr_fail_memory(diag);
        *value = tr_value_text(text);
        return 0;
    }
    tr_writer_begin(&writer, scratch);
    if (value->kind == TR_BOOLEAN)
        tr_writer_text(&writer, value->boolean ? "true" : "false");
    else if (value->kind == TR_INTEGER)
        tr_moment_write(&writer, schema, value->integer);
    else if (value->kind == TR_BYTES)
        tr_writer_base64(&writer, value->bytes);
    else
        put_number(value, &writer);
    if (tr_writer_end(&writer, &text) < 0)
        return tr_fail_memory(diag);
    *value = tr_value_text(text);
    return 0;
}

static int cast_value(const struct tr_schema *schema, enum tr_type type, struct tr_arena *scratch,
                      struct tr_value *value, struct tr_diag *diag)
{
    if (value->kind == TR_NULL || (value->kind == TR_TEXT && type == TR_TYPE_STRING))
        return 0;
    if (value->kind == TR_ITEMS)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "Cast transformation does not support casting from %s; supported types are "
                       "the primitive ones",
                       tr_shape_type_name(schema->type));
    if (type == TR_TYPE_STRING)
        return cast_to_text(schema, scratch, value, diag);
    if (value->kind == TR_TEXT)
        return cast_text(type, scratch, value, diag);
    return cast_number(schema, type, scratch, value, diag);
}

static struct tr_schema *cast_schema(const struct tr_schema *from, enum tr_type type,
                                     struct tr_arena *arena, struct tr_diag *diag)
{
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    struct tr_value *otherwise = tr_arena_zalloc(arena, 1, sizeof *otherwise);

    if (!schema || !otherwise) {
        tr_fail_memory(diag);
        return NULL;
    }
    *schema = (struct tr_schema){.type = type, .optional = from->optional};
    if (from->default_value) {
        *otherwise = *from->default_value;
        if (cast_value(from, type, arena, otherwise, diag) < 0)
            return NULL;
        schema->default_value = otherwise;
    }
    return schema;
}

static const struct cast_rule *rule_of(const struct cast *self, const char *field)
{
    for (size_t i = self->spec.count; i-- > 0;) /* the last one counts */
        if (self->rules[i].field && strcmp(self->rules[i].field, field) == 0)
            return &self->rules[i];
    return NULL;
}

static int shape_fields(const struct cast *self, const struct tr_schema *from,
                        struct tr_arena *arena, struct shape *shape, struct tr_diag *diag)
{
    struct tr_schema *schema = tr_shape_copy(from, 0, arena);

    shape->rules = tr_arena_zalloc(arena, from->nfields, sizeof(struct cast_rule *));
    if (!schema || !shape->rules)
        return tr_fail_memory(diag);
    schema->default_value = NULL;
    struct tr_field *fields = (struct tr_field *)(uintptr_t)schema->fields;
    for (size_t i = 0; i < from->nfields; i++) {
        shape->rules[i] = rule_of(self, from->fields[i].name);
        if (!shape->rules[i])
            continue;
        fields[i].schema = cast_schema(from->fields[i].schema, shape->rules[i]->type, arena, diag);
        if (!fields[i].schema)
            return tr_fail_in(diag, "field %s", from->fields[i].name);
    }
    shape->schema = schema;
    return 0;
}

static int make_shape(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                      struct tr_diag *diag)
{
    const struct cast *self = key->owner;
    const struct tr_schema *from = key->from;
    struct shape *shape = tr_arena_zalloc(arena, 1, sizeof *shape);

    if (!shape)
        return tr_fail_memory(diag);
    *ret_thing = shape;
    if (self->rules[0].field)
        return shape_fields(self, from, arena, shape, diag);
    struct tr_schema *schema = cast_schema(from, self->rules[0].type, arena, diag);
    if (!schema)
        return -1;
    if (tr_logical_of(from) == TR_LOGICAL_NONE) { /* else no converter could write it */
        schema->name = from->name;
        schema->version = from->version;
        schema->doc = from->doc;
        schema->parameters = from->parameters;
        schema->nparameters = from->nparameters;
    }
    shape->schema = schema;
    return 0;
}

static int cast_fields(const struct cast *self, const struct shape *shape,
                       const struct tr_half *half, struct tr_arena *scratch, struct tr_diag *diag)
{
    const struct tr_schema *from = *half->schema;
    struct tr_value *items = tr_arena_alloc(scratch, from->nfields * sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < from->nfields; i++) {
        items[i] = tr_field_value(half, i, self->replace_null);
        if (shape->rules[i] &&
            cast_value(from->fields[i].schema, shape->rules[i]->type, scratch, &items[i], diag) < 0)
            return tr_fail_in(diag, "field %s", from->fields[i].name);
    }
    *half->value = tr_value_items(items, from->nfields);
    return 0;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_shape, NULL};
    const struct cast *self = (const struct cast *)transform;
    struct tr_half half = tr_half_of(record, transform->impl->side);
    const struct tr_derive_key key = {self, *half.schema, NULL, NULL};
    void *thing;

    if (half.value->kind == TR_NULL)
        return 0;
    if (self->rules[0].field && tr_require_struct(half, "cast types", diag) < 0)
        return -1;
    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct shape *shape = thing;
    int rc = self->rules[0].field ? cast_fields(self, shape, &half, context->scratch, diag)
                                  : cast_value(*half.schema, self->rules[0].type, context->scratch,
                                               half.value, diag);
    *half.schema = shape->schema;
    return rc;
}

static const struct tr_option options[] = {
    {.name = "spec",
     .doc = "`field:type`, or one type for the whole key or value.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(cast, spec)},
    TR_OPTION_REPLACE_NULL(cast),
};

TR_TRANSFORM_SIDES(tr_cast, cast, "Cast", .start = start, .apply = apply);
