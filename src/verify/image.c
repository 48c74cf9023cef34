#include "verify/image.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One form for equal values, whoever wrote them. */
#define FORM (JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY)

#define NAMES_MOST 65536

/* FNV-1a, whose high bits need mixing: the finalizer of splitmix64. */
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t add(uint64_t hash, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * FNV_PRIME;
    return hash;
}

static uint64_t finish(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return x == TR_VERIFY_UNAVAILABLE ? 1 : x;
}

uint64_t tr_verify_hash(const void *bytes, size_t n)
{
    return finish(add(FNV_BASIS, bytes, n));
}

uint64_t tr_verify_null(void)
{
    return tr_verify_hash("null", strlen("null"));
}

static int add_piece(const char *bytes, size_t n, void *hash)
{
    *(uint64_t *)hash = add(*(uint64_t *)hash, bytes, n);
    return 0;
}

static uint64_t hash_of(const json_t *value)
{
    uint64_t hash = FNV_BASIS;

    (void)json_dump_callback(value, add_piece, &hash, FORM);
    return finish(hash);
}

void tr_verify_names_init(struct tr_verify_names *names)
{
    *names = (struct tr_verify_names){.count = 0};
    tr_arena_init(&names->arena, 4096, (size_t)64 << 20);
}

void tr_verify_names_finish(struct tr_verify_names *names)
{
    tr_arena_finish(&names->arena);
    free(names->items);
}

const char *tr_verify_names_find(const struct tr_verify_names *names, uint64_t hash)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->items[i].hash == hash)
            return names->items[i].name;
    return "?";
}

/* place: where it most likely is. */
static int learn(struct tr_verify_names *names, size_t place, uint64_t hash, const char *name)
{
    if (place < names->count && names->items[place].hash == hash)
        return 0;
    for (size_t i = 0; i < names->count; i++)
        if (names->items[i].hash == hash)
            return 0;
    if (names->count == NAMES_MOST)
        return -1;
    if (names->count == names->room) {
        size_t room = names->room ? names->room * 2 : 64;
        struct tr_verify_name *items = reallocarray(names->items, room, sizeof *items);
        if (!items)
            return -1;
        names->items = items;
        names->room = room;
    }
    const char *copy = tr_arena_strdup(&names->arena, tr_slice_of(name));
    if (copy)
        names->items[names->count++] = (struct tr_verify_name){hash, copy};
    return copy ? 0 : -1;
}

/* Bytes stand in JSON as base64, unless binary.handling.mode says otherwise. */
static bool is_encoded(const char *text, const char *placeholder)
{
    size_t n = strlen(placeholder);
    char encoded[1024], hexadecimal[1024];

    if (n > 256)
        return false;
    EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)placeholder, (int)n);
    for (size_t i = 0; i < n; i++)
        snprintf(hexadecimal + 2 * i, 3, "%02x", (unsigned char)placeholder[i]);
    if (strcmp(text, encoded) == 0 || strcmp(text, hexadecimal) == 0)
        return true;
    for (char *p = encoded; *p; p++) /* base64-url-safe */
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
    return strcmp(text, encoded) == 0;
}

/* Of an array of octets: the placeholder's, as numbers. */
static bool are_octets(const json_t *array, const char *placeholder)
{
    size_t n = strlen(placeholder);

    if (json_array_size(array) != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(array, i);
        if (!json_is_number(item) || json_number_value(item) != (unsigned char)placeholder[i])
            return false;
    }
    return n > 0;
}

/* The forms of the type maps: a text, bytes, an array, a map. */
static bool is_unavailable(const json_t *value, const char *placeholder)
{
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        return *text && (strcmp(text, placeholder) == 0 || is_encoded(text, placeholder));
    }
    if (json_is_array(value))
        return (json_array_size(value) == 1 &&
                is_unavailable(json_array_get(value, 0), placeholder)) ||
               are_octets(value, placeholder);
    return json_object_size(value) == 1 &&
           is_unavailable(json_object_get(value, placeholder), placeholder);
}

static int hash_row(const struct tr_verify_form *form, const json_t *row, struct tr_arena *arena,
                    struct tr_verify_image *ret_image, struct tr_diag *diag)
{
    struct tr_verify_field *fields = tr_arena_zalloc(arena, json_object_size(row), sizeof *fields);
    const char *name;
    json_t *value;
    size_t n = 0;

    if (!fields)
        return tr_fail_memory(diag);
    json_object_foreach((json_t *)row, name, value)
    {
        bool left_out = is_unavailable(value, form->placeholder);
        fields[n].name = tr_verify_hash(name, strlen(name));
        fields[n].value = left_out ? TR_VERIFY_UNAVAILABLE : hash_of(value);
        if (form->names && learn(form->names, n, fields[n].name, name) < 0)
            return tr_fail_memory(diag);
        n++;
    }
    ret_image->kind = TR_VERIFY_ROW;
    ret_image->fields = fields;
    ret_image->nfields = n;
    return 0;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* The source block says "schema" with PostgreSQL, "db" with the others, PostgreSQL has both. */
static bool is_of_table(const struct tr_verify_form *form, const json_t *source)
{
    const char *schema = text_of(source, json_object_get(source, "schema") ? "schema" : "db");
    size_t n = strlen(schema);

    return strncmp(form->table, schema, n) == 0 && form->table[n] == '.' &&
           strcmp(form->table + n + 1, text_of(source, "table")) == 0;
}

static int read_envelope(const struct tr_verify_form *form, const json_t *value,
                         struct tr_arena *arena, struct tr_verify_image *ret_image,
                         struct tr_diag *diag)
{
    const json_t *after = json_object_get(value, "after"), *source = NULL;
    const char *op = text_of(value, "op");

    source = json_object_get(value, "source");
    if (!*op || !json_is_object(source))
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "its value is no envelope of Debezium's (op, source, after)");
    if (!is_of_table(form, source))
        return TR_VERIFY_OTHER;
    if (strcmp(op, "t") == 0) {
        ret_image->kind = TR_VERIFY_EMPTIED;
        return 0;
    }
    return json_is_object(after) ? hash_row(form, after, arena, ret_image, diag) : 0;
}

static int read_value(const struct tr_verify_form *form, const json_t *value,
                      struct tr_arena *arena, struct tr_verify_image *ret_image,
                      struct tr_diag *diag)
{
    ret_image->kind = TR_VERIFY_GONE;
    if (json_is_null(value))
        return 0;
    if (!json_is_object(value))
        return tr_fail(diag, TR_DATA, TR_STOP, "its value is no JSON object");
    if (!form->unwrapped)
        return read_envelope(form, value, arena, ret_image, diag);
    if (strcmp(text_of(value, "__deleted"), "true") == 0)
        return 0;
    return hash_row(form, value, arena, ret_image, diag);
}

/* The length of the object that a text begins with; 0: it has no end. */
static size_t length_of_object(struct tr_slice text)
{
    size_t depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']') && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* A schema is many times as long as its payload, and says nothing here: where a text is as
 * JsonConverter writes it, what is behind the schema; otherwise the text itself. */
static struct tr_slice skip_schema(struct tr_slice text)
{
    const struct tr_slice begin = TR_SLICE("{\"schema\":"), middle = TR_SLICE(",\"payload\":");

    if (text.n <= begin.n || memcmp(text.p, begin.p, begin.n) != 0 || text.p[begin.n] != '{')
        return text;
    size_t behind =
        begin.n + length_of_object((struct tr_slice){text.p + begin.n, text.n - begin.n});
    if (behind == begin.n || text.n - behind <= middle.n + 1 ||
        memcmp(text.p + behind, middle.p, middle.n) != 0 || text.p[text.n - 1] != '}')
        return text;
    behind += middle.n;
    return (struct tr_slice){text.p + behind, text.n - behind - 1};
}

static json_t *parse(struct tr_slice text, bool schema, const json_t **ret_payload,
                     const char *what, struct tr_diag *diag)
{
    struct tr_slice payload = schema ? skip_schema(text) : text;
    json_error_t error;
    json_t *json = json_loadb(payload.p, payload.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

    *ret_payload = schema && payload.p == text.p ? json_object_get(json, "payload") : json;
    if (*ret_payload)
        return json;
    if (json)
        tr_fail(diag, TR_DATA, TR_STOP,
                "its %s has no payload, as %s.converter.schemas.enable says it should: was that "
                "changed since? Verify a topic that was written with one configuration",
                what, what);
    else
        tr_fail(diag, TR_DATA, TR_STOP, "its %s is not JSON: %s", what, error.text);
    json_decref(json);
    return NULL;
}

static int read_key(const struct tr_verify_form *form, struct tr_slice key, struct tr_arena *arena,
                    struct tr_verify_image *ret_image, struct tr_diag *diag)
{
    const json_t *payload;
    json_t *json = parse(key, form->key_schema, &payload, "key", diag);
    char *text = json ? json_dumps(payload, FORM) : NULL;

    if (!json)
        return -1;
    json_decref(json);
    ret_image->key.n = text ? strlen(text) : 0;
    ret_image->key.p = text ? tr_arena_strdup(arena, tr_slice_of(text)) : NULL;
    free(text);
    return ret_image->key.p ? 0 : tr_fail_memory(diag);
}

/* Without a key only a TRUNCATE says something. */
static int judge_keyless(const struct tr_verify_image *image, struct tr_slice value,
                         struct tr_diag *diag)
{
    if (!value.p)
        return TR_VERIFY_OTHER;
    if (image->kind == TR_VERIFY_EMPTIED)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "it has no key, so that the topic doesn't say which row it is of: give the "
                   "table a primary key, or name its columns with message.key.columns");
}

int tr_verify_image_read(const struct tr_verify_form *form, const struct tr_verify_record *record,
                         struct tr_arena *arena, struct tr_verify_image *ret_image,
                         struct tr_diag *diag)
{
    int rc = 0;

    *ret_image = (struct tr_verify_image){.kind = TR_VERIFY_GONE};
    if (record->value.p) {
        const json_t *payload;
        json_t *json = parse(record->value, form->value_schema, &payload, "value", diag);
        rc = json ? read_value(form, payload, arena, ret_image, diag) : -1;
        json_decref(json);
    }
    if (rc)
        return rc;
    return record->key.p ? read_key(form, record->key, arena, ret_image, diag)
                         : judge_keyless(ret_image, record->value, diag);
}
