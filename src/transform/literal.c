#include "transform/literal.h"

#include <math.h>
#include <stdlib.h>

#include "record/calendar.h"
#include "record/decimal.h"
#include "record/logical.h"
#include "record/number.h"
#include "transform/date-format.h"
#include "transform/shape.h"

#define DEPTH_MOST 16
#define DAY_MS     (TR_DAY_US / 1000)

struct literal {
    const struct tr_schema *schema; /* NULL: null */
    struct tr_value value;
};

struct parsing {
    const char *p;
    struct tr_arena *arena;
    int depth;
};

static const struct tr_schema *primitive(enum tr_type type)
{
    static const struct tr_schema schemas[] = {
        {.type = TR_TYPE_INT8},    {.type = TR_TYPE_INT16},   {.type = TR_TYPE_INT32},
        {.type = TR_TYPE_INT64},   {.type = TR_TYPE_FLOAT32}, {.type = TR_TYPE_FLOAT64},
        {.type = TR_TYPE_BOOLEAN}, {.type = TR_TYPE_STRING},
    };
    return &schemas[type];
}

static enum tr_type narrowest(int64_t number)
{
    if (number == (int8_t)number)
        return TR_TYPE_INT8;
    if (number == (int16_t)number)
        return TR_TYPE_INT16;
    return number == (int32_t)number ? TR_TYPE_INT32 : TR_TYPE_INT64;
}

/* A whole number too long for 64 bits. */
static int big_number(struct tr_slice text, struct tr_arena *arena, struct literal *ret_literal)
{
    static const struct tr_schema_parameter scale[] = {{"scale", "0"}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_BYTES,
        .name = "org.apache.kafka.connect.data.Decimal",
        .version = 1,
        .parameters = scale,
        .nparameters = 1,
    };
    struct tr_decimal decimal;
    struct tr_slice bytes;

    if (tr_decimal_split(text, &decimal) < 0 || decimal.fraction.n ||
        tr_decimal_unscaled(&decimal, 0, arena, &bytes) < 0)
        return -1;
    *ret_literal = (struct literal){&schema, tr_value_bytes(bytes)};
    return 0;
}

static bool looks_numeric(struct tr_slice text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] >= '0' && text.p[i] <= '9')
            digits++;
        else if (!strchr("+-.eE", text.p[i]))
            return false;
    }
    return digits > 0;
}

static int parse_number(struct tr_slice text, struct tr_arena *arena, struct literal *ret_literal)
{
    int64_t whole;
    double real;

    if (!looks_numeric(text))
        return -1;
    if (tr_number_parse_int64(text, &whole) == 0) {
        *ret_literal = (struct literal){primitive(narrowest(whole)), tr_value_integer(whole)};
        return 0;
    }
    if (big_number(text, arena, ret_literal) == 0)
        return 0;
    if (tr_number_parse_double(text, arena, &real) < 0 || !isfinite(real))
        return -1;
    if (isfinite((float)real))
        *ret_literal = (struct literal){primitive(TR_TYPE_FLOAT32),
                                        {.kind = TR_FLOAT, .float32 = (float)real}};
    else
        *ret_literal =
            (struct literal){primitive(TR_TYPE_FLOAT64), {.kind = TR_DOUBLE, .float64 = real}};
    return 0;
}

/* Values' three formats, told apart by their length. */
static int parse_moment(struct tr_slice text, struct literal *ret_literal)
{
    static const struct {
        size_t length;
        const char *pattern;
        const struct tr_schema *schema;
    } forms[] = {
        {10, "yyyy-MM-dd", &tr_logical_date},
        {13, "HH:mm:ss.SSS'Z'", &tr_logical_time},
        {24, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", &tr_logical_timestamp},
    };
    int64_t ms;

    for (size_t i = 0; i < TR_COUNT(forms); i++) {
        if (text.n != forms[i].length || tr_date_format_read(forms[i].pattern, text, &ms) < 0)
            continue;
        *ret_literal =
            (struct literal){forms[i].schema, tr_value_integer(i == 0 ? ms / DAY_MS : ms)};
        return 0;
    }
    return -1;
}

/* What stands between separators. */
static struct literal parse_bare(struct tr_slice text, struct tr_arena *arena)
{
    struct literal literal = {0};

    if (tr_slice_is(text, "null"))
        return literal;
    if (tr_slice_is(text, "true") || tr_slice_is(text, "false"))
        return (struct literal){primitive(TR_TYPE_BOOLEAN), tr_value_boolean(text.n == 4)};
    if (parse_number(text, arena, &literal) == 0 || parse_moment(text, &literal) == 0)
        return literal;
    return (struct literal){primitive(TR_TYPE_STRING), tr_value_text(text)};
}

static void skip_blanks(struct parsing *parsing)
{
    while (*parsing->p == ' ' || *parsing->p == '\t' || *parsing->p == '\n' || *parsing->p == '\r')
        parsing->p++;
}

static struct tr_slice trim(struct tr_slice text)
{
    while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
        text.n--;
    return text;
}

/* "…" with \" and \\ inside. */
static int parse_quoted(struct parsing *parsing, struct literal *ret_literal)
{
    char *text = tr_arena_alloc(parsing->arena, strlen(parsing->p));
    size_t n = 0;

    if (!text)
        return -1;
    for (parsing->p++; *parsing->p && *parsing->p != '"'; parsing->p++) {
        if (*parsing->p == '\\' && parsing->p[1])
            parsing->p++;
        text[n++] = *parsing->p;
    }
    if (*parsing->p != '"')
        return -1;
    parsing->p++;
    *ret_literal =
        (struct literal){primitive(TR_TYPE_STRING), tr_value_text((struct tr_slice){text, n})};
    return 0;
}

static int parse_item(struct parsing *parsing, struct literal *ret_literal);

/* [a, b] or {k: v}; everything up to the closing sign. */
static int parse_list(struct parsing *parsing, struct literal *ret_literal)
{
    bool map = *parsing->p++ == '{';
    size_t room = strlen(parsing->p) + 1, n = 0;
    struct tr_value *items = tr_arena_alloc(parsing->arena, room * sizeof *items);
    struct tr_schema *schema = tr_arena_zalloc(parsing->arena, 1, sizeof *schema);
    struct literal item = {0};

    if (!items || !schema)
        return -1;
    *schema = (struct tr_schema){.type = map ? TR_TYPE_MAP : TR_TYPE_ARRAY,
                                 .keys = map ? primitive(TR_TYPE_STRING) : NULL,
                                 .items = &tr_shape_optional_string};
    for (skip_blanks(parsing); *parsing->p != (map ? '}' : ']'); skip_blanks(parsing)) {
        if (n && *parsing->p++ != (map && n % 2 ? ':' : ','))
            return -1;
        skip_blanks(parsing);
        if (n + 1 >= room || parse_item(parsing, &item) < 0)
            return -1;
        items[n++] = item.value;
        if (!map || n % 2 == 0)
            schema->items = item.schema ? item.schema : schema->items;
    }
    parsing->p++;
    *ret_literal = (struct literal){schema, tr_value_items(items, n)};
    return map && n % 2 ? -1 : 0;
}

static int parse_item(struct parsing *parsing, struct literal *ret_literal)
{
    int rc = 0;

    if (++parsing->depth > DEPTH_MOST)
        return -1;
    if (*parsing->p == '"') {
        rc = parse_quoted(parsing, ret_literal);
    } else if (*parsing->p == '[' || *parsing->p == '{') {
        rc = parse_list(parsing, ret_literal);
    } else {
        size_t n = strcspn(parsing->p, ",:]}");
        *ret_literal = parse_bare(trim((struct tr_slice){parsing->p, n}), parsing->arena);
        parsing->p += n;
        rc = n ? 0 : -1;
    }
    parsing->depth--;
    return rc;
}

void tr_literal_parse(const char *text, struct tr_arena *arena, const struct tr_schema **ret_schema,
                      struct tr_value *ret_value)
{
    struct parsing parsing = {.p = text, .arena = arena};
    struct literal literal;
    bool structured = *text == '"' || *text == '[' || *text == '{';

    if (structured && parse_item(&parsing, &literal) == 0) {
        skip_blanks(&parsing);
        structured = *parsing.p == '\0';
    } else {
        structured = false;
    }
    if (!structured)
        literal = parse_bare(tr_slice_of(text), arena);
    *ret_schema = literal.schema;
    *ret_value = literal.value;
}
