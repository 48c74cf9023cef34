/*
 * PartitionRouting: the partition from fields of the envelope, by Java's hash codes.
 * Facts: io.debezium.transforms.partitions.PartitionRouting (3.x), java.lang's hashCode() and
 * recordings. A field that is missing or null has no part in it.
 */
#include "record/logical.h"
#include "transform/debezium/envelope.h"
#include "transform/field-path.h"
#include "transform/shape.h"
#include "transform/transform-impl.h"

struct partition_routing {
    struct tr_transform transform;
    struct tr_list fields;
    int32_t partitions;
    int hash;
    struct tr_list *paths;
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct partition_routing *self = (struct partition_routing *)transform;

    self->paths = tr_arena_zalloc(arena, self->fields.count, sizeof *self->paths);
    if (!self->paths)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < self->fields.count; i++)
        if (tr_field_names_parse(self->fields.items[i], true, arena, &self->paths[i], diag) < 0)
            return tr_fail_in(diag, "partition.payload.fields");
    return 0;
}

/* String.hashCode() goes over UTF-16 units. */
static uint32_t hash_text(struct tr_slice text)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < text.n;) {
        unsigned char c = (unsigned char)text.p[i];
        size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        uint32_t point = length == 1 ? c : c & (0xffU >> (length + 1));
        for (size_t j = 1; j < length && i + j < text.n; j++)
            point = point << 6 | ((unsigned char)text.p[i + j] & 0x3f);
        i += length;
        if (point >= 0x10000) {
            hash = hash * 31 + (0xd800 + ((point - 0x10000) >> 10));
            point = 0xdc00 + ((point - 0x10000) & 0x3ff);
        }
        hash = hash * 31 + point;
    }
    return hash;
}

static uint32_t hash_long(uint64_t number)
{
    return (uint32_t)(number ^ number >> 32);
}

static uint32_t hash_float(const struct tr_value *value)
{
    uint32_t bits;
    uint64_t wide;

    if (value->kind == TR_FLOAT) {
        memcpy(&bits, &value->float32, sizeof bits);
        return value->float32 != value->float32 ? 0x7fc00000 : bits;
    }
    memcpy(&wide, &value->float64, sizeof wide);
    return hash_long(value->float64 != value->float64 ? UINT64_C(0x7ff8000000000000) : wide);
}

/* BigInteger.hashCode() goes over the magnitude's 32-bit words; BigDecimal adds the scale. */
static uint32_t hash_decimal(const struct tr_schema *schema, struct tr_slice bytes)
{
    bool negative = bytes.n && (bytes.p[0] & 0x80);
    size_t words = (bytes.n + 3) / 4;
    uint64_t carry = 1;
    uint32_t magnitude[64], hash = 0;

    if (words > TR_COUNT(magnitude))
        words = TR_COUNT(magnitude);
    for (size_t i = 0; i < words; i++) { /* from the last word on */
        uint32_t word = 0;
        for (size_t j = 0; j < 4; j++) {
            size_t at = i * 4 + j;
            uint32_t octet =
                at < bytes.n ? (unsigned char)bytes.p[bytes.n - 1 - at] : (negative ? 0xff : 0);
            word |= octet << (8 * j);
        }
        if (negative) {
            uint64_t sum = (uint64_t)(uint32_t)~word + carry;
            word = (uint32_t)sum;
            carry = sum >> 32;
        }
        magnitude[words - 1 - i] = word;
    }
    for (size_t i = 0; i < words; i++)
        hash = hash * 31 + magnitude[i];
    return 31 * (negative ? 0 - hash : hash) + (uint32_t)tr_logical_scale(schema);
}

static uint32_t hash_bytes(struct tr_slice bytes)
{
    uint32_t hash = 1;

    for (size_t i = 0; i < bytes.n; i++)
        hash = hash * 31 + (uint32_t)(int32_t)(signed char)bytes.p[i];
    return hash;
}

static uint32_t hash_of(const struct tr_schema *schema, const struct tr_value *value)
{
    switch (value->kind) {
    case TR_BOOLEAN:
        return value->boolean ? 1231 : 1237;
    case TR_INTEGER:
        return schema->type == TR_TYPE_INT64 ? hash_long((uint64_t)value->integer)
                                             : (uint32_t)value->integer;
    case TR_FLOAT:
    case TR_DOUBLE:
        return hash_float(value);
    case TR_TEXT:
        return hash_text(value->bytes);
    case TR_BYTES:
        return tr_logical_of(schema) == TR_LOGICAL_DECIMAL ? hash_decimal(schema, value->bytes)
                                                           : hash_bytes(value->bytes);
    default:
        return 0;
    }
}

/* Follow a path; NULL: it leads nowhere. "change" is the row, before a delete and after the rest.
 */
static const struct tr_value *follow(const struct tr_list *path, const struct tr_schema **schema,
                                     const struct tr_value *value, bool deleted)
{
    for (size_t i = 0; i < path->count; i++) {
        const char *name = path->items[i];
        if (i == 0 && strcmp(name, "change") == 0)
            name = deleted ? "before" : "after";
        int place = (*schema)->type == TR_TYPE_STRUCT && value->kind == TR_ITEMS
                        ? tr_shape_find(*schema, name)
                        : -1;
        if (place < 0)
            return NULL;
        value = &value->items[place];
        *schema = (*schema)->fields[place].schema;
    }
    if (value->kind == TR_NULL)
        value = (*schema)->default_value;
    return value && value->kind != TR_ITEMS ? value : NULL;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct partition_routing *self = (const struct partition_routing *)transform;
    struct tr_envelope_places at;
    uint32_t hash = 0;
    bool any = false;

    (void)context, (void)diag;
    if (record->value.kind == TR_NULL || !tr_envelope_find(record->value_schema, &at))
        return 0;
    struct tr_slice op = record->value.items[at.op].bytes;
    if (tr_slice_is(op, "t") || tr_slice_is(op, "m"))
        return 0;
    for (size_t i = 0; i < self->fields.count; i++) {
        const struct tr_schema *schema = record->value_schema;
        const struct tr_value *value =
            follow(&self->paths[i], &schema, &record->value, tr_slice_is(op, "d"));
        if (!value)
            continue;
        hash += hash_of(schema, value);
        any = true;
    }
    if (any)
        record->partition = (int32_t)((hash & INT32_MAX) % (uint32_t)self->partitions);
    return 0;
}

static const struct tr_choice hashes[] = {
    {"java", 0, NULL},
    {"murmur", 1,
     "only java is there; or leave the transform out: by default the partition is "
     "murmur2 of the key, as Kafka's own producer chooses it"},
    {NULL, 0, NULL},
};

static const struct tr_option options[] = {
    {.name = "partition.payload.fields",
     .doc = "Fields whose hash codes are added: `change.id`, `source.table`, `op`.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(partition_routing, fields)},
    {.name = "partition.topic.num",
     .doc = "How many partitions the topic has.",
     .type = TR_OPTION_INT,
     .importance = TR_HIGH,
     .required = true,
     .min = 1,
     .max = INT32_MAX,
     .at = TR_TRANSFORM_AT(partition_routing, partitions)},
    {.name = "partition.hash.function",
     .fallback = "java",
     .doc = "How the fields are hashed.",
     .type = TR_OPTION_CHOICE,
     .importance = TR_LOW,
     .choices = hashes,
     .at = TR_TRANSFORM_AT(partition_routing, hash)},
};

const struct tr_transform_impl tr_partition_routing = {
    .class_name = "io.debezium.transforms.partitions.PartitionRouting",
    .size = sizeof(struct partition_routing),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
};
