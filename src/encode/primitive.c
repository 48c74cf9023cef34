/*
 * Kafka Connect's converters of single values: BooleanConverter, ShortConverter, IntegerConverter,
 * LongConverter, FloatConverter, DoubleConverter: big-endian, of one type only; and
 * ByteArrayConverter. Dates and decimals are no numbers to them.
 * Facts: org.apache.kafka.connect.converters (4.1).
 */
#include <stdlib.h>

#include "encode/encoder-impl.h"
#include "record/logical.h"

/* What a converter takes, and what it writes. */
struct primitive {
    const char *name;
    enum tr_type type;
    enum tr_kind kind;
    size_t size; /* bytes; 0: as many as there are */
};

struct primitive_encoder {
    struct tr_encoder base;
    const struct primitive *primitive;
};

struct primitive_encoding {
    struct tr_encoding base;
    const struct primitive *primitive;
    const struct tr_schema *schema;
};

static void put_big_endian(uint64_t bits, size_t size, struct tr_writer *writer)
{
    for (size_t i = size; i-- > 0;)
        tr_writer_char(writer, (char)(bits >> (8 * i)));
}

static uint64_t bits_of(const struct tr_value *value)
{
    uint32_t bits32;
    uint64_t bits64;

    switch (value->kind) {
    case TR_BOOLEAN:
        return value->boolean;
    case TR_FLOAT:
        memcpy(&bits32, &value->float32, sizeof bits32);
        return bits32;
    case TR_DOUBLE:
        memcpy(&bits64, &value->float64, sizeof bits64);
        return bits64;
    default:
        return (uint64_t)value->integer;
    }
}

static const char *describe(const struct tr_schema *schema)
{
    static const char *const names[] = {
        [TR_TYPE_INT8] = "INT8",       [TR_TYPE_INT16] = "INT16",     [TR_TYPE_INT32] = "INT32",
        [TR_TYPE_INT64] = "INT64",     [TR_TYPE_FLOAT32] = "FLOAT32", [TR_TYPE_FLOAT64] = "FLOAT64",
        [TR_TYPE_BOOLEAN] = "BOOLEAN", [TR_TYPE_STRING] = "STRING",   [TR_TYPE_BYTES] = "BYTES",
        [TR_TYPE_ARRAY] = "ARRAY",     [TR_TYPE_MAP] = "MAP",         [TR_TYPE_STRUCT] = "STRUCT",
    };
    return tr_logical_of(schema) == TR_LOGICAL_NONE ? names[schema->type] : schema->name;
}

static int write(const struct tr_encoding *base, const struct tr_value *value,
                 struct tr_writer *writer, struct tr_diag *diag)
{
    const struct primitive_encoding *encoding = (const struct primitive_encoding *)base;
    const struct primitive *primitive = encoding->primitive;
    const struct tr_schema *schema = encoding->schema;

    if (value->kind == TR_NULL)
        return 1;
    if (schema->type != primitive->type || value->kind != primitive->kind ||
        tr_logical_of(schema) != TR_LOGICAL_NONE)
        return tr_fail(
            diag, TR_DATA, TR_STOP,
            "Invalid schema type for %s: %s; take another converter, or a transform that "
            "leaves one value of that type (ExtractField)",
            primitive->name, describe(schema));
    if (primitive->size)
        put_big_endian(bits_of(value), primitive->size, writer);
    else
        tr_writer_slice(writer, value->bytes);
    return 0;
}

static int compile(struct tr_encoder *base, const struct tr_schema *schema, const char *topic,
                   struct tr_encoding **ret_encoding, struct tr_diag *diag)
{
    struct primitive_encoding *encoding = calloc(1, sizeof *encoding);

    (void)topic;
    if (!encoding)
        return tr_fail_memory(diag);
    encoding->base.impl = base->impl;
    encoding->primitive = ((const struct primitive_encoder *)base)->primitive;
    encoding->schema = schema;
    *ret_encoding = &encoding->base;
    return 0;
}

static void free_encoding(struct tr_encoding *encoding)
{
    free(encoding);
}

static void free_encoder(struct tr_encoder *encoder)
{
    free(encoder);
}

int tr_primitive_encoder_new(enum tr_converter class, struct tr_encoder **ret_encoder,
                             struct tr_diag *diag)
{
    static const struct primitive primitives[] = {
        [TR_CONVERTER_BYTES] = {"ByteArrayConverter", TR_TYPE_BYTES, TR_BYTES, 0},
        [TR_CONVERTER_BOOLEAN] = {"BooleanConverter", TR_TYPE_BOOLEAN, TR_BOOLEAN, 1},
        [TR_CONVERTER_SHORT] = {"ShortConverter", TR_TYPE_INT16, TR_INTEGER, 2},
        [TR_CONVERTER_INTEGER] = {"IntegerConverter", TR_TYPE_INT32, TR_INTEGER, 4},
        [TR_CONVERTER_LONG] = {"LongConverter", TR_TYPE_INT64, TR_INTEGER, 8},
        [TR_CONVERTER_FLOAT] = {"FloatConverter", TR_TYPE_FLOAT32, TR_FLOAT, 4},
        [TR_CONVERTER_DOUBLE] = {"DoubleConverter", TR_TYPE_FLOAT64, TR_DOUBLE, 8},
    };
    static const struct tr_encoder_impl impl = {
        .plain_null = true,
        .compile = compile,
        .write = write,
        .free_encoding = free_encoding,
        .free_encoder = free_encoder,
    };
    struct primitive_encoder *encoder = calloc(1, sizeof *encoder);

    if (!encoder)
        return tr_fail_memory(diag);
    encoder->base.impl = &impl;
    encoder->primitive = &primitives[class];
    *ret_encoder = &encoder->base;
    return 0;
}
