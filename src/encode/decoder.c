#include "encode/decoder.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "encode/text.h"

#define fail_json(diag, ...) tr_fail((diag), TR_DATA, TR_STOP, __VA_ARGS__)

/* One value on its way to text. */
struct decoding {
    const struct tr_converter_options *options;
    struct tr_writer *writer;
    struct tr_diag *diag;
};

static int put(const struct decoding *decoding, const json_t *schema, const json_t *value);

/* Without a schema a value says itself what it is. */
static int put_bare(const struct decoding *decoding, const json_t *value)
{
    struct tr_writer *writer = decoding->writer;

    switch (json_typeof(value)) {
    case JSON_NULL:
        tr_writer_literal(writer, "null");
        return 0;
    case JSON_TRUE:
    case JSON_FALSE:
        tr_writer_text(writer, json_is_true(value) ? "true" : "false");
        return 0;
    case JSON_INTEGER:
        tr_writer_int(writer, json_integer_value(value));
        return 0;
    case JSON_REAL:
        tr_text_put_double(json_real_value(value), writer);
        return 0;
    case JSON_STRING:
        tr_writer_put(writer, json_string_value(value), json_string_length(value));
        return 0;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return -1;
}

static int put_array(const struct decoding *decoding, const json_t *schema, const json_t *value)
{
    const json_t *items = json_object_get(schema, "items"), *item;
    size_t i;

    if (!json_is_array(value))
        return fail_json(decoding->diag, "doesn't fit its schema: an array was expected");
    tr_writer_char(decoding->writer, '[');
    json_array_foreach(value, i, item)
    {
        if (i)
            tr_writer_literal(decoding->writer, ", ");
        if (put(decoding, items, item) < 0)
            return -1;
    }
    tr_writer_char(decoding->writer, ']');
    return 0;
}

/* Keys that are text make an object. */
static int put_object(const struct decoding *decoding, const json_t *values, const json_t *object)
{
    json_t *map = (json_t *)object, *item;
    const char *key, *separator = "{";

    json_object_foreach(map, key, item)
    {
        tr_writer_text(decoding->writer, separator);
        tr_writer_text(decoding->writer, key);
        tr_writer_char(decoding->writer, '=');
        if (put(decoding, values, item) < 0)
            return -1;
        separator = ", ";
    }
    tr_writer_text(decoding->writer, *separator == '{' ? "{}" : "}");
    return 0;
}

/* Other keys make an array of pairs. */
static int put_pairs(const struct decoding *decoding, const json_t *schema, const json_t *pairs)
{
    const json_t *pair;
    size_t i;

    tr_writer_char(decoding->writer, '{');
    json_array_foreach(pairs, i, pair)
    {
        if (!json_is_array(pair) || json_array_size(pair) != 2)
            return fail_json(decoding->diag, "doesn't fit its schema: a pair was expected");
        if (i)
            tr_writer_literal(decoding->writer, ", ");
        if (put(decoding, json_object_get(schema, "keys"), json_array_get(pair, 0)) < 0)
            return -1;
        tr_writer_char(decoding->writer, '=');
        if (put(decoding, json_object_get(schema, "values"), json_array_get(pair, 1)) < 0)
            return -1;
    }
    tr_writer_char(decoding->writer, '}');
    return 0;
}

static int put_map(const struct decoding *decoding, const json_t *schema, const json_t *value)
{
    if (json_is_object(value))
        return put_object(decoding, json_object_get(schema, "values"), value);
    if (json_is_array(value))
        return put_pairs(decoding, schema, value);
    return fail_json(decoding->diag, "doesn't fit its schema: a map was expected");
}

static const json_t *default_of(const struct decoding *decoding, const json_t *schema)
{
    const json_t *value = json_object_get(schema, "default");

    return decoding->options->replace_null_with_default && !json_is_null(value) ? value : NULL;
}

static int put_struct(const struct decoding *decoding, const json_t *schema, const json_t *value)
{
    const json_t *fields = json_object_get(schema, "fields"), *field;
    const char *separator = "Struct{";
    size_t i;

    if (!json_is_object(value))
        return fail_json(decoding->diag, "doesn't fit its schema: a struct was expected");
    json_array_foreach(fields, i, field)
    {
        const char *name = json_string_value(json_object_get(field, "field"));
        const json_t *item = name ? json_object_get(value, name) : NULL;
        if (!name)
            return fail_json(decoding->diag, "has a schema that isn't one of Connect's: a field "
                                             "without a name");
        if ((!item || json_is_null(item)) && !default_of(decoding, field) &&
            json_is_true(json_object_get(field, "optional")))
            continue; /* toString leaves it out */
        tr_writer_text(decoding->writer, separator);
        tr_writer_text(decoding->writer, name);
        tr_writer_char(decoding->writer, '=');
        if (put(decoding, field, item) < 0)
            return -1;
        separator = ",";
    }
    tr_writer_text(decoding->writer, *separator == 'S' ? "Struct{}" : "}");
    return 0;
}

static int put_base64_decimal(const struct decoding *decoding, const json_t *schema,
                              const json_t *value)
{
    size_t n = json_string_length(value);
    const char *text = json_string_value(value);
    const json_t *parameters = json_object_get(schema, "parameters");
    const char *scale = json_string_value(json_object_get(parameters, "scale"));
    unsigned char *bytes = n && n % 4 == 0 ? malloc(n) : NULL;

    int length = bytes ? EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)n) : -1;
    if (length < 0 || !scale) {
        free(bytes);
        return fail_json(decoding->diag,
                         "doesn't fit its schema: a Decimal in base64 was expected");
    }
    /* EVP_DecodeBlock counts the padding as zeros */
    size_t padding = (size_t)(text[n - 1] == '=') + (size_t)(text[n - 2] == '=');
    struct tr_slice unscaled = {(const char *)bytes, (size_t)length - padding};
    int rc = tr_text_put_decimal(unscaled, (int)strtol(scale, NULL, 10), decoding->writer);
    free(bytes);
    return rc < 0 ? tr_fail_memory(decoding->diag) : 0;
}

static enum tr_logical logical_of(const json_t *schema)
{
    static const struct {
        const char *name;
        enum tr_logical logical;
    } names[] = {
        {"org.apache.kafka.connect.data.Decimal", TR_LOGICAL_DECIMAL},
        {"org.apache.kafka.connect.data.Date", TR_LOGICAL_DATE},
        {"org.apache.kafka.connect.data.Time", TR_LOGICAL_TIME},
        {"org.apache.kafka.connect.data.Timestamp", TR_LOGICAL_TIMESTAMP},
    };
    const char *name = json_string_value(json_object_get(schema, "name"));

    for (size_t i = 0; name && i < TR_COUNT(names); i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].logical;
    return TR_LOGICAL_NONE;
}

/* What isn't made of other values. */
static int put_plain(const struct decoding *decoding, const json_t *schema, const char *type,
                     const json_t *value)
{
    bool floating = strcmp(type, "float") == 0 || strcmp(type, "double") == 0;
    enum tr_logical logical = logical_of(schema);

    if (logical == TR_LOGICAL_DECIMAL && json_is_string(value))
        return put_base64_decimal(decoding, schema, value);
    if (json_is_array(value) || json_is_object(value))
        return fail_json(decoding->diag, "doesn't fit its schema: a value of type %s was expected",
                         type);
    if (json_is_integer(value) && !floating)
        tr_text_put_integer(logical, json_integer_value(value), decoding->writer);
    else if (json_is_number(value) && strcmp(type, "float") == 0)
        tr_text_put_float((float)json_number_value(value), decoding->writer);
    else if (json_is_number(value))
        tr_text_put_double(json_number_value(value), decoding->writer);
    else
        return put_bare(decoding, value);
    return 0;
}

static int put_typed(const struct decoding *decoding, const json_t *schema, const json_t *value)
{
    const char *type = json_string_value(json_object_get(schema, "type"));

    if (!type)
        return fail_json(decoding->diag,
                         "has a schema that isn't one of Connect's: without a type");
    if (!value || json_is_null(value)) {
        value = default_of(decoding, schema);
        if (!value && !json_is_true(json_object_get(schema, "optional")))
            return fail_json(decoding->diag, "is null where its schema requires a value of type %s",
                             type);
    }
    if (!value) {
        tr_writer_literal(decoding->writer, "null");
        return 0;
    }
    if (strcmp(type, "struct") == 0)
        return put_struct(decoding, schema, value);
    if (strcmp(type, "array") == 0)
        return put_array(decoding, schema, value);
    if (strcmp(type, "map") == 0)
        return put_map(decoding, schema, value);
    return put_plain(decoding, schema, type, value);
}

static int put(const struct decoding *decoding, const json_t *schema, const json_t *value)
{
    if (schema && !json_is_null(schema))
        return put_typed(decoding, schema, value);
    if (json_is_array(value))
        return put_array(decoding, NULL, value);
    if (json_is_object(value))
        return put_object(decoding, NULL, value);
    return value ? put_bare(decoding, value) : fail_json(decoding->diag, "has no payload");
}

static int put_message(const struct decoding *decoding, const json_t *root)
{
    const json_t *schema = json_object_get(root, "schema");
    const json_t *payload = json_object_get(root, "payload");

    if (!decoding->options->schemas_enable)
        return put(decoding, NULL, root);
    if (!schema || !payload || json_object_size(root) != 2)
        return fail_json(decoding->diag,
                         "can't be read: JsonConverter with schemas.enable requires \"schema\" and "
                         "\"payload\" fields and may not contain additional fields; if this is "
                         "plain JSON, set value.converter.schemas.enable=false");
    return put(decoding, schema, payload);
}

static int decode_json(const struct decoding *decoding, struct tr_slice bytes)
{
    json_error_t error;
    json_t *root = json_loadb(bytes.p, bytes.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

    if (!root)
        return fail_json(decoding->diag,
                         "is not JSON (%s): set value.converter to what it was written with",
                         error.text);
    int rc = put_message(decoding, root);
    json_decref(root);
    return rc;
}

int tr_decode_text(const struct tr_converter_options *options, struct tr_slice bytes,
                   struct tr_writer *writer, struct tr_diag *diag)
{
    const struct decoding decoding = {options, writer, diag};

    if (!bytes.p)
        tr_writer_literal(writer, "null");
    else if (options->class == TR_CONVERTER_JSON)
        return decode_json(&decoding, bytes);
    else
        tr_writer_slice(writer, bytes);
    return 0;
}
