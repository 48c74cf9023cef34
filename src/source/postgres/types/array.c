/*
 * Arrays, as the server prints them:
 *
 *   array    = [ bounds "=" ] braces            bounds = { "[" int ":" int "]" }
 *   braces   = "{" [ item { delimiter item } ] "}"
 *   item     = braces | quoted | bare           NULL, bare, is null
 *   quoted   = '"' { char | "\" char } '"'
 *
 * Connect's arrays have one dimension and no bounds: items of inner arrays follow each other in
 * storage order, as in unnest(). int2vector and oidvector are numbers between blanks.
 */
#include <openssl/evp.h>
#include <strings.h>

#include "source/postgres/types/impl.h"

struct array_state {
    struct tr_plan_column element; /* converts one item */
    char delimiter;
};

/* What is being built. */
struct builder {
    const struct array_state *state;
    struct tr_arena *scratch;
    struct tr_value *items;
    size_t count, room;
    bool nulled; /* null stands for an item without a place in the schema */
};

/* Delimiters outside quotes, plus one: no array has more items. */
static size_t count_items(struct tr_slice text, char delimiter)
{
    size_t n = 1;
    bool quoted = false;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"')
            quoted = !quoted;
        else if (c == '\\')
            i++;
        else if (c == delimiter && !quoted)
            n++;
    }
    return n;
}

/* >0: malformed, here and in what follows. */
static int add_item(struct builder *builder, struct tr_slice bytes, struct tr_diag *diag)
{
    const struct tr_plan_column *element = &builder->state->element;
    struct tr_value *value = &builder->items[builder->count];

    if (builder->count == builder->room)
        return 1;
    builder->count++;
    int rc = element->convert(element, bytes, builder->scratch, value, diag);
    builder->nulled |= rc > 0;
    return rc < 0 ? rc : 0;
}

static bool is_null(struct tr_slice text)
{
    return text.n == 4 && strncasecmp(text.p, "NULL", 4) == 0;
}

/* Where a quoted item ends (its closing quote), or NULL; counts its backslashes. */
static const char *quoted_end(const char *p, const char *end, size_t *ret_escapes)
{
    *ret_escapes = 0;
    for (; p < end && *p != '"'; p++)
        if (*p == '\\') {
            (*ret_escapes)++;
            p++;
        }
    return p < end ? p : NULL;
}

static int add_quoted(struct builder *builder, const char **p, const char *end,
                      struct tr_diag *diag)
{
    const char *start = *p + 1;
    size_t escapes, n = 0;
    const char *stop = quoted_end(start, end, &escapes);

    if (!stop)
        return 1;
    *p = stop + 1;
    if (escapes == 0)
        return add_item(builder, (struct tr_slice){start, (size_t)(stop - start)}, diag);
    char *text = tr_arena_alloc(builder->scratch, (size_t)(stop - start) - escapes);
    if (!text)
        return tr_fail_memory(diag);
    for (; start < stop; start++) {
        start += *start == '\\';
        text[n++] = *start;
    }
    return add_item(builder, (struct tr_slice){text, n}, diag);
}

static int add_bare(struct builder *builder, const char **p, const char *end, struct tr_diag *diag)
{
    const char *start = *p;

    while (*p < end && **p != builder->state->delimiter && **p != '}' && **p != '{')
        (*p)++;
    struct tr_slice text = {start, (size_t)(*p - start)};
    if (text.n == 0 || builder->count == builder->room)
        return 1;
    if (is_null(text)) {
        builder->items[builder->count++] = (struct tr_value){0};
        return 0;
    }
    return add_item(builder, text, diag);
}

static int add_items(struct builder *builder, const char *p, const char *end, struct tr_diag *diag)
{
    size_t depth = 0;
    bool item = false; /* an item has just ended */
    int rc = 0;

    while (p < end && rc == 0) {
        if (*p == '{' && !item) {
            depth++, p++;
        } else if (*p == '}' && depth) {
            depth--, p++;
            item = true;
        } else if (*p == builder->state->delimiter && item && depth) {
            p++;
            item = false;
        } else if (item || !depth) {
            return 1;
        } else {
            rc = *p == '"' ? add_quoted(builder, &p, end, diag) : add_bare(builder, &p, end, diag);
            item = true;
        }
        if (depth == 0 && p < end)
            return 1;
    }
    return rc ? rc : (depth ? 1 : 0);
}

static int convert_array(const struct tr_plan_column *column, struct tr_slice bytes,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct array_state *state = column->state;
    struct builder builder = {.state = state, .scratch = scratch};
    const char *p = bytes.p, *end = bytes.p + bytes.n;

    if (bytes.n && *p == '[') { /* bounds */
        p = memchr(p, '=', bytes.n);
        p = p ? p + 1 : end;
    }
    builder.room = count_items(bytes, state->delimiter);
    builder.items = tr_arena_zalloc(scratch, builder.room, sizeof *builder.items);
    if (!builder.items)
        return tr_fail_memory(diag);
    int rc = p < end && *p == '{' ? add_items(&builder, p, end, diag) : 1;
    if (rc > 0)
        return tr_pg_bad_value(diag, "array", bytes);
    *ret_value = tr_value_items(builder.items, builder.count);
    return rc < 0 ? rc : builder.nulled;
}

static int convert_vector(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    struct builder builder = {.state = column->state, .scratch = scratch};

    builder.room = count_items(bytes, ' ');
    builder.items = tr_arena_zalloc(scratch, builder.room, sizeof *builder.items);
    if (!builder.items)
        return tr_fail_memory(diag);
    while (bytes.n) {
        const char *space = memchr(bytes.p, ' ', bytes.n);
        size_t n = space ? (size_t)(space - bytes.p) : bytes.n;
        int rc = add_item(&builder, (struct tr_slice){bytes.p, n}, diag);
        if (rc)
            return rc < 0 ? rc : tr_pg_bad_value(diag, "vector", bytes);
        bytes.p += space ? n + 1 : n;
        bytes.n -= space ? n + 1 : n;
    }
    *ret_value = tr_value_items(builder.items, builder.count);
    return 0;
}

/* ---- plan ------------------------------------------------------------------------------------ */

/* Java's UUID.nameUUIDFromBytes: MD5 with version 3 and the IETF variant. */
static int name_uuid(struct tr_slice name, struct tr_arena *arena, struct tr_slice *ret_uuid)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char md5[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    char *p = tr_arena_alloc(arena, 36);

    if (!p || EVP_Digest(name.p, name.n, md5, &size, EVP_md5(), NULL) != 1 || size != 16)
        return -1;
    md5[6] = (unsigned char)((md5[6] & 0x0f) | 0x30);
    md5[8] = (unsigned char)((md5[8] & 0x3f) | 0x80);
    *ret_uuid = (struct tr_slice){p, 36};
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = hex[md5[i] >> 4];
        *p++ = hex[md5[i] & 15];
    }
    return 0;
}

/* The placeholder's octets as numbers, signed as Java's bytes are. */
static int number_items(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    struct tr_slice octets = mapping->placeholder.octets;
    struct tr_value *items = tr_arena_zalloc(mapping->arena, octets.n, sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < octets.n; i++)
        items[i] = tr_value_integer((signed char)octets.p[i]);
    mapping->unavailable = tr_value_items(items, octets.n);
    return 0;
}

/* What stands for an unchanged TOASTed array; null where Debezium has nothing that fits either. */
static int set_unavailable(struct tr_pg_mapping *mapping, const struct tr_pg_mapping *element,
                           struct tr_diag *diag)
{
    struct tr_value *item;

    if (element->flags & TR_PG_MARK_NUMBER)
        return number_items(mapping, diag);
    if (!(element->flags & (TR_PG_MARK_TEXT | TR_PG_MARK_BINARY | TR_PG_MARK_UUID)))
        return 0;
    item = tr_arena_zalloc(mapping->arena, 1, sizeof *item);
    if (!item)
        return tr_fail_memory(diag);
    *item = element->schema->type == TR_TYPE_BYTES ? tr_value_bytes(mapping->placeholder.octets)
                                                   : tr_value_text(mapping->placeholder.text);
    if (element->flags & TR_PG_MARK_UUID &&
        name_uuid(mapping->placeholder.octets, mapping->arena, &item->bytes) < 0)
        return tr_fail(diag, TR_RESOURCE, TR_STOP,
                       "OpenSSL refuses MD5, which makes the placeholder of unchanged uuid[] "
                       "values; exclude the column or allow MD5");
    mapping->unavailable = tr_value_items(item, 1);
    return 0;
}

static int set_array(struct tr_pg_mapping *mapping, const struct tr_pg_mapping *element,
                     tr_convert_fn *convert, struct tr_diag *diag)
{
    struct array_state *state = tr_arena_zalloc(mapping->arena, 1, sizeof *state);

    if (!state)
        return tr_fail_memory(diag);
    state->element.schema = element->schema;
    state->element.convert = element->convert;
    state->element.state = element->state;
    state->element.strict = mapping->options->converting_failure == TR_FAILURE_FAIL;
    /* box is the one type whose items stand between semicolons */
    state->delimiter = mapping->type->element && mapping->type->element->oid == 603 ? ';' : ',';
    mapping->schema->type = TR_TYPE_ARRAY;
    mapping->schema->items = element->schema;
    mapping->convert = convert;
    mapping->state = state;
    mapping->zero = tr_value_items(NULL, 0);
    return set_unavailable(mapping, element, diag);
}

static int map_element(const struct tr_pg_mapping *mapping, struct tr_pg_mapping *ret_element,
                       struct tr_diag *diag)
{
    *ret_element = (struct tr_pg_mapping){
        .options = mapping->options,
        .arena = mapping->arena,
        .type = mapping->type->element,
        .modifier = mapping->modifier,
        .placeholder = mapping->placeholder,
        .schema = tr_arena_zalloc(mapping->arena, 1, sizeof *ret_element->schema),
    };
    if (!ret_element->schema)
        return tr_fail_memory(diag);
    ret_element->schema->optional = true;
    return tr_pg_map_type(ret_element, diag);
}

int tr_pg_map_array(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    struct tr_pg_mapping element;
    int rc = map_element(mapping, &element, diag);

    if (rc)
        return rc;
    if (element.flags & TR_PG_NO_ARRAY)
        return 1;
    element.schema->optional = !(element.flags & TR_PG_REQUIRED_ITEM);
    return set_array(mapping, &element, convert_array, diag);
}

int tr_pg_map_vector(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    struct tr_pg_mapping element;
    int rc = map_element(mapping, &element, diag);

    if (rc)
        return rc;
    element.schema->optional = false;
    return set_array(mapping, &element, convert_vector, diag);
}
