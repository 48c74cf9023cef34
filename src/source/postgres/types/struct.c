/*
 * Types that are more than one value: point, and hstore as JSON text or as a map.
 *
 *   point    (1.5,-2)
 *   hstore   "key"=>"value", "quote \" and backslash \\"=>NULL
 */
#include "record/number.h"
#include "source/postgres/types/impl.h"

/* ---- point ----------------------------------------------------------------------------------- */

/* Well-known binary: byte order, type, x, y. */
#define WKB_SIZE 21

static void put_little_endian(unsigned char *out, double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    for (size_t i = 0; i < 8; i++)
        out[i] = (unsigned char)(bits >> (8 * i));
}

/* {x, y, wkb, srid} */
static int make_point(double x, double y, struct tr_arena *arena, struct tr_value *ret_value)
{
    static const unsigned char head[] = {1, 1, 0, 0, 0}; /* little-endian, a point */
    struct tr_value *items = tr_arena_zalloc(arena, 4, sizeof *items);
    unsigned char *wkb = tr_arena_alloc(arena, WKB_SIZE);

    if (!items || !wkb)
        return -1;
    memcpy(wkb, head, sizeof head);
    put_little_endian(wkb + 5, x);
    put_little_endian(wkb + 13, y);
    items[0] = (struct tr_value){.kind = TR_DOUBLE, .float64 = x};
    items[1] = (struct tr_value){.kind = TR_DOUBLE, .float64 = y};
    items[2] = tr_value_bytes((struct tr_slice){(const char *)wkb, WKB_SIZE});
    *ret_value = tr_value_items(items, 4);
    return 0;
}

static int convert_point(const struct tr_plan_column *column, struct tr_slice bytes,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const char *comma = bytes.n ? memchr(bytes.p, ',', bytes.n) : NULL;
    double x, y;

    (void)column;
    if (!comma || bytes.p[0] != '(' || bytes.p[bytes.n - 1] != ')')
        return tr_pg_bad_value(diag, "point", bytes);
    const char *end = bytes.p + bytes.n - 1;
    struct tr_slice left = {bytes.p + 1, (size_t)(comma - bytes.p - 1)};
    struct tr_slice right = {comma + 1, (size_t)(end - comma - 1)};
    if (tr_number_parse_double(left, scratch, &x) < 0 ||
        tr_number_parse_double(right, scratch, &y) < 0)
        return tr_pg_bad_value(diag, "point", bytes);
    if (make_point(x, y, scratch, ret_value) < 0)
        return tr_fail_memory(diag);
    return 0;
}

int tr_pg_refine_point(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    static const struct tr_schema number = {.type = TR_TYPE_FLOAT64},
                                  wkb = {.type = TR_TYPE_BYTES, .optional = true},
                                  srid = {.type = TR_TYPE_INT32, .optional = true};
    static const struct tr_field fields[] = {
        {"x", &number}, {"y", &number}, {"wkb", &wkb}, {"srid", &srid}};

    mapping->schema->name = "io.debezium.data.geometry.Point";
    mapping->schema->version = 1;
    mapping->schema->doc = "Geometry (POINT)";
    mapping->schema->fields = fields;
    mapping->schema->nfields = TR_COUNT(fields);
    mapping->convert = convert_point;
    if (make_point(0, 0, mapping->arena, &mapping->zero) < 0)
        return tr_fail_memory(diag);
    return 0;
}

/* ---- hstore ---------------------------------------------------------------------------------- */

/* "…" at text; moves text behind it. out is NULL when only the extent is wanted. <0: not one. */
static int scan_quoted(struct tr_slice *text, char *out, size_t *ret_n)
{
    size_t n = 0, i = 1;

    if (text->n == 0 || text->p[0] != '"')
        return -1;
    for (; i < text->n && text->p[i] != '"'; i++, n++) {
        if (text->p[i] == '\\' && ++i == text->n)
            return -1;
        if (out)
            out[n] = text->p[i];
    }
    if (i >= text->n)
        return -1;
    text->p += i + 1;
    text->n -= i + 1;
    *ret_n = n;
    return 0;
}

/* A quoted text without its escapes: a slice of the input where there are none. */
static int take_quoted(struct tr_slice *text, struct tr_arena *scratch, struct tr_value *ret_value)
{
    struct tr_slice start = *text;
    size_t n;

    if (scan_quoted(text, NULL, &n) < 0)
        return -1;
    *ret_value = tr_value_text((struct tr_slice){start.p + 1, n});
    if ((size_t)(text->p - start.p) == n + 2)
        return 0;
    char *out = tr_arena_alloc(scratch, n);
    if (!out || scan_quoted(&start, out, &n) < 0)
        return -1;
    ret_value->bytes.p = out;
    return 0;
}

static bool take(struct tr_slice *text, struct tr_slice word)
{
    if (text->n < word.n || memcmp(text->p, word.p, word.n) != 0)
        return false;
    text->p += word.n;
    text->n -= word.n;
    return true;
}

/* One pair into two items. */
static int take_pair(struct tr_slice *text, struct tr_arena *scratch, struct tr_value *items)
{
    if (take_quoted(text, scratch, &items[0]) < 0 || !take(text, TR_SLICE("=>")))
        return -1;
    if (take(text, TR_SLICE("NULL"))) {
        items[1] = (struct tr_value){0};
        return 0;
    }
    return take_quoted(text, scratch, &items[1]);
}

/* How many pairs at most: one for each => that the text holds, inside quotes or not. */
static size_t count_pairs(struct tr_slice text)
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < text.n; i++)
        n += text.p[i] == '=' && text.p[i + 1] == '>';
    return n;
}

/* Key, value, key, value …, in the server's order. */
static int convert_map(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    size_t room = count_pairs(bytes), n = 0;
    struct tr_value *items = tr_arena_zalloc(scratch, room, 2 * sizeof *items);
    struct tr_slice text = bytes;

    (void)column;
    if (!items)
        return tr_fail_memory(diag);
    while (text.n) {
        if (n == room || (n && !take(&text, TR_SLICE(", "))) ||
            take_pair(&text, scratch, &items[2 * n]) < 0)
            return tr_pg_bad_value(diag, "hstore", bytes);
        n++;
    }
    *ret_value = tr_value_items(items, 2 * n);
    return 0;
}

/* The JSON writer of the encoder is for UTF-8's outer form, which escapes what lies outside the
 * BMP; the text inside a text stays raw. */
static void put_json(struct tr_writer *writer, struct tr_slice text)
{
    static const char hex[] = "0123456789ABCDEF", shorts[] = "btn\0fr";

    tr_writer_char(writer, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x20) {
            if (c == '"' || c == '\\')
                tr_writer_char(writer, '\\');
            tr_writer_char(writer, (char)c);
        } else if (c >= 8 && c <= 13 && shorts[c - 8]) {
            tr_writer_char(writer, '\\');
            tr_writer_char(writer, shorts[c - 8]);
        } else {
            tr_writer_literal(writer, "\\u00");
            tr_writer_char(writer, hex[c >> 4]);
            tr_writer_char(writer, hex[c & 15]);
        }
    }
    tr_writer_char(writer, '"');
}

static int map_to_json(struct tr_arena *scratch, struct tr_value *value, struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, scratch);
    tr_writer_char(&writer, '{');
    for (size_t i = 0; i < value->count; i += 2) {
        if (i)
            tr_writer_char(&writer, ',');
        put_json(&writer, value->items[i].bytes);
        tr_writer_char(&writer, ':');
        if (value->items[i + 1].kind == TR_NULL)
            tr_writer_literal(&writer, "null");
        else
            put_json(&writer, value->items[i + 1].bytes);
    }
    tr_writer_char(&writer, '}');
    value->kind = TR_TEXT;
    if (tr_writer_end(&writer, &value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

static int convert_json(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    if (convert_map(column, bytes, scratch, ret_value, diag) < 0)
        return -1;
    return map_to_json(scratch, ret_value, diag);
}

/* {placeholder: placeholder} */
static int set_unavailable(struct tr_pg_mapping *mapping, bool json, struct tr_diag *diag)
{
    struct tr_value *items = tr_arena_zalloc(mapping->arena, 2, sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    items[0] = items[1] = tr_value_text(mapping->placeholder.text);
    mapping->unavailable = tr_value_items(items, 2);
    return json ? map_to_json(mapping->arena, &mapping->unavailable, diag) : 0;
}

int tr_pg_refine_hstore(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    static const struct tr_schema key = {.type = TR_TYPE_STRING},
                                  value = {.type = TR_TYPE_STRING, .optional = true};
    bool json = mapping->options->hstore_handling == TR_HSTORE_JSON;

    if (json) {
        mapping->schema->type = TR_TYPE_STRING;
        mapping->schema->name = "io.debezium.data.Json";
        mapping->schema->version = 1;
        mapping->convert = convert_json;
        mapping->zero = tr_value_text(TR_SLICE("{}"));
    } else {
        mapping->schema->type = TR_TYPE_MAP;
        mapping->schema->keys = &key;
        mapping->schema->items = &value;
        mapping->convert = convert_map;
        mapping->zero = tr_value_items(NULL, 0);
    }
    return set_unavailable(mapping, json, diag);
}
