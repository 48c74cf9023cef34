/*
 * avro-c reads what tailrace writes: the schema's text has to parse, the bytes have to be read to
 * their end, and what was read has to be the value. Shared by a unit test and a fuzz target.
 */
#ifndef TR_TESTS_UNIT_SUPPORT_AVRO_ORACLE_H
#define TR_TESTS_UNIT_SUPPORT_AVRO_ORACLE_H

#include <avro.h>
#include <stdlib.h>
#include <string.h>

#include "encode/avro/avro.h"

struct avro_oracle {
    const struct tr_avro_options *options;
    const char *failed; /* what isn't so; NULL: all is well */
};

#define ORACLE(oracle, condition)                                                                  \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (oracle)->failed = #condition;                                                         \
            return;                                                                                \
        }                                                                                          \
    } while (0)

static void oracle_compare(struct avro_oracle *oracle, const struct tr_schema *schema,
                           const struct tr_value *wanted, avro_value_t *got);

static void oracle_compare_number(struct avro_oracle *oracle, const struct tr_schema *schema,
                                  const struct tr_value *wanted, avro_value_t *got)
{
    int32_t number = 0;
    int64_t large = 0;
    float single = 0;
    double wide = 0;
    int yes = 0;

    switch (schema->type) {
    case TR_TYPE_INT64:
        ORACLE(oracle, avro_value_get_long(got, &large) == 0 && large == wanted->integer);
        break;
    case TR_TYPE_FLOAT32:
        ORACLE(oracle, avro_value_get_float(got, &single) == 0);
        ORACLE(oracle, memcmp(&single, &wanted->float32, sizeof single) == 0);
        break;
    case TR_TYPE_FLOAT64:
        ORACLE(oracle, avro_value_get_double(got, &wide) == 0);
        ORACLE(oracle, memcmp(&wide, &wanted->float64, sizeof wide) == 0);
        break;
    case TR_TYPE_BOOLEAN:
        ORACLE(oracle, avro_value_get_boolean(got, &yes) == 0 && yes == wanted->boolean);
        break;
    default:
        ORACLE(oracle, avro_value_get_int(got, &number) == 0 && number == wanted->integer);
        break;
    }
}

static void oracle_compare_bytes(struct avro_oracle *oracle, const struct tr_schema *schema,
                                 const struct tr_value *wanted, avro_value_t *got)
{
    const void *bytes = NULL;
    const char *text = NULL;
    size_t n = 0;

    if (schema->type == TR_TYPE_STRING) {
        ORACLE(oracle, avro_value_get_string(got, &text, &n) == 0 && n > 0);
        bytes = text;
        n--; /* the NUL that avro-c adds */
    } else {
        ORACLE(oracle, avro_value_get_bytes(got, &bytes, &n) == 0);
    }
    ORACLE(oracle, n == wanted->bytes.n && (n == 0 || memcmp(bytes, wanted->bytes.p, n) == 0));
}

static void oracle_compare_map(struct avro_oracle *oracle, const struct tr_schema *schema,
                               const struct tr_value *wanted, avro_value_t *got)
{
    avro_value_t item;
    const char *key = NULL;
    size_t n = 0;

    ORACLE(oracle, avro_value_get_size(got, &n) == 0 && 2 * n == wanted->count);
    for (size_t i = 0; i < n && !oracle->failed; i++) {
        const struct tr_value *name = &wanted->items[2 * i];
        ORACLE(oracle, avro_value_get_by_index(got, i, &item, &key) == 0);
        ORACLE(oracle, strlen(key) == name->bytes.n);
        ORACLE(oracle, name->bytes.n == 0 || memcmp(key, name->bytes.p, name->bytes.n) == 0);
        oracle_compare(oracle, schema->items, &wanted->items[2 * i + 1], &item);
    }
}

/* Of an array, or of a map that is an array of records: width is 2. */
static void oracle_compare_items(struct avro_oracle *oracle, const struct tr_schema *schema,
                                 const struct tr_value *wanted, avro_value_t *got)
{
    size_t width = schema->type == TR_TYPE_MAP ? 2 : 1, n = 0;
    avro_value_t item, part;

    ORACLE(oracle, avro_value_get_size(got, &n) == 0 && width * n == wanted->count);
    for (size_t i = 0; i < n && !oracle->failed; i++) {
        ORACLE(oracle, avro_value_get_by_index(got, i, &item, NULL) == 0);
        if (width == 1) {
            oracle_compare(oracle, schema->items, &wanted->items[i], &item);
            continue;
        }
        ORACLE(oracle, avro_value_get_by_name(&item, "key", &part, NULL) == 0);
        oracle_compare(oracle, schema->keys, &wanted->items[2 * i], &part);
        if (oracle->failed)
            return;
        ORACLE(oracle, avro_value_get_by_name(&item, "value", &part, NULL) == 0);
        oracle_compare(oracle, schema->items, &wanted->items[2 * i + 1], &part);
    }
}

static void oracle_compare_struct(struct avro_oracle *oracle, const struct tr_schema *schema,
                                  const struct tr_value *wanted, avro_value_t *got)
{
    avro_value_t field;
    size_t n = 0;

    ORACLE(oracle, avro_value_get_size(got, &n) == 0 && n == schema->nfields);
    for (size_t i = 0; i < n && !oracle->failed; i++) {
        const struct tr_value *value = &wanted->items[i];
        if (value->kind == TR_NULL && schema->fields[i].schema->default_value &&
            !oracle->options->keep_nulls)
            value = schema->fields[i].schema->default_value;
        ORACLE(oracle, avro_value_get_by_index(got, i, &field, NULL) == 0);
        oracle_compare(oracle, schema->fields[i].schema, value, &field);
    }
}

static void oracle_compare(struct avro_oracle *oracle, const struct tr_schema *schema,
                           const struct tr_value *wanted, avro_value_t *got)
{
    avro_value_t branch = *got;

    if (schema->optional) {
        ORACLE(oracle, avro_value_get_type(got) == AVRO_UNION);
        ORACLE(oracle, avro_value_get_current_branch(got, &branch) == 0);
        ORACLE(oracle, (avro_value_get_type(&branch) == AVRO_NULL) == (wanted->kind == TR_NULL));
    }
    if (wanted->kind == TR_NULL)
        return;
    if (schema->type == TR_TYPE_STRING || schema->type == TR_TYPE_BYTES)
        oracle_compare_bytes(oracle, schema, wanted, &branch);
    else if (schema->type == TR_TYPE_STRUCT)
        oracle_compare_struct(oracle, schema, wanted, &branch);
    else if (schema->type == TR_TYPE_MAP && tr_avro_is_map(schema, oracle->options))
        oracle_compare_map(oracle, schema, wanted, &branch);
    else if (schema->type == TR_TYPE_MAP || schema->type == TR_TYPE_ARRAY)
        oracle_compare_items(oracle, schema, wanted, &branch);
    else
        oracle_compare_number(oracle, schema, wanted, &branch);
}

/* avro-c doesn't read a NUL, which a default of bytes may have; it doesn't look at defaults. */
static avro_schema_t oracle_parse(struct tr_slice text)
{
    avro_schema_t parsed = NULL;
    char *copy = malloc(text.n + 1);

    if (!copy)
        return NULL;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    for (char *nul = copy; (nul = strstr(nul, "\\u0000")); nul++)
        nul[5] = '1';
    if (avro_schema_from_json_length(copy, text.n, &parsed) != 0)
        parsed = NULL;
    free(copy);
    return parsed;
}

/* What isn't so, or NULL. */
static const char *oracle_check(const struct tr_schema *schema,
                                const struct tr_avro_options *options, struct tr_slice text,
                                struct tr_slice bytes, const struct tr_value *value)
{
    struct avro_oracle oracle = {.options = options};
    avro_schema_t parsed = oracle_parse(text);
    avro_value_t got;

    if (!parsed)
        return avro_strerror();
    avro_value_iface_t *interface = avro_generic_class_from_schema(parsed);
    avro_generic_value_new(interface, &got);
    avro_reader_t reader = avro_reader_memory(bytes.p, (int64_t)bytes.n);
    if (avro_value_read(reader, &got) != 0)
        oracle.failed = "avro-c reads the bytes";
    else if (avro_skip(reader, 1) == 0)
        oracle.failed = "avro-c reads all of the bytes";
    else
        oracle_compare(&oracle, schema, value, &got);
    avro_reader_free(reader);
    avro_value_decref(&got);
    avro_value_iface_decref(interface);
    avro_schema_decref(parsed);
    return oracle.failed;
}

#endif
