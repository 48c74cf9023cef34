/* The row path: values as Avro's bytes. */
#include "base/utf8.h"
#include "encode/avro/avro.h"

static int mismatch(const struct tr_avro_node *node, struct tr_diag *diag)
{
    return tr_fail(diag, TR_BUG, TR_STOP, "field \"%s\": the value doesn't fit the schema",
                   node->field);
}

static void put_long(struct tr_writer *writer, int64_t number)
{
    if (TR_LIKELY(tr_writer_reserve(writer, TR_AVRO_LONG)))
        writer->p = tr_avro_put_long(writer->p, number);
}

static void put_bytes(struct tr_writer *writer, struct tr_slice bytes)
{
    if (TR_UNLIKELY(!tr_writer_reserve(writer, bytes.n + TR_AVRO_LONG)))
        return;
    writer->p = tr_avro_put_long(writer->p, (int64_t)bytes.n);
    if (bytes.n)
        memcpy(writer->p, bytes.p, bytes.n);
    writer->p += bytes.n;
}

/* Little-endian, whatever the machine is. */
static void put_fixed(struct tr_writer *writer, uint64_t bits, size_t n)
{
    if (TR_UNLIKELY(!tr_writer_reserve(writer, n)))
        return;
    for (size_t i = 0; i < n; i++)
        *writer->p++ = (char)(bits >> (8 * i));
}

static int write_text(const struct tr_avro_node *node, const struct tr_value *value,
                      struct tr_writer *writer, struct tr_diag *diag)
{
    if (value->kind != TR_TEXT)
        return mismatch(node, diag);
    if (TR_UNLIKELY(!tr_utf8_valid(value->bytes)))
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "field \"%s\" holds bytes that are not UTF-8: the database's encoding "
                       "doesn't tell what they are; correct the row, or convert the database from "
                       "SQL_ASCII",
                       node->field);
    put_bytes(writer, value->bytes);
    return 0;
}

static int write_number(const struct tr_avro_node *node, const struct tr_value *value,
                        struct tr_writer *writer, struct tr_diag *diag)
{
    uint64_t bits = 0;

    if (node->type == TR_TYPE_BOOLEAN && value->kind == TR_BOOLEAN) {
        tr_writer_char(writer, value->boolean);
    } else if (node->type == TR_TYPE_FLOAT32 && value->kind == TR_FLOAT) {
        uint32_t half;
        memcpy(&half, &value->float32, sizeof half);
        put_fixed(writer, half, sizeof half);
    } else if (node->type == TR_TYPE_FLOAT64 && value->kind == TR_DOUBLE) {
        memcpy(&bits, &value->float64, sizeof bits);
        put_fixed(writer, bits, sizeof bits);
    } else {
        return mismatch(node, diag);
    }
    return 0;
}

static int write_struct(const struct tr_avro_node *node, const struct tr_value *value,
                        struct tr_writer *writer, struct tr_diag *diag)
{
    if (value->count != node->nchildren)
        return mismatch(node, diag);
    for (size_t i = 0; i < value->count; i++)
        if (tr_avro_write(&node->children[i], &value->items[i], writer, diag) < 0)
            return -1;
    return 0;
}

/* One block of items; maps and arrays of pairs have the same form. */
static int write_block(const struct tr_avro_node *node, const struct tr_value *value,
                       struct tr_writer *writer, struct tr_diag *diag)
{
    size_t n = node->nchildren;

    if (value->count % n)
        return mismatch(node, diag);
    if (value->count)
        put_long(writer, (int64_t)(value->count / n));
    for (size_t i = 0; i < value->count; i++)
        if (tr_avro_write(&node->children[i % n], &value->items[i], writer, diag) < 0)
            return -1;
    tr_writer_char(writer, 0);
    return 0;
}

static int write_present(const struct tr_avro_node *node, const struct tr_value *value,
                         struct tr_writer *writer, struct tr_diag *diag)
{
    switch (node->type) {
    case TR_TYPE_INT8:
    case TR_TYPE_INT16:
    case TR_TYPE_INT32:
    case TR_TYPE_INT64:
        if (value->kind != TR_INTEGER)
            return mismatch(node, diag);
        put_long(writer, value->integer);
        return 0;
    case TR_TYPE_STRING:
        return write_text(node, value, writer, diag);
    case TR_TYPE_BYTES:
        if (value->kind != TR_BYTES)
            return mismatch(node, diag);
        put_bytes(writer, value->bytes);
        return 0;
    case TR_TYPE_STRUCT:
        return value->kind == TR_ITEMS ? write_struct(node, value, writer, diag)
                                       : mismatch(node, diag);
    case TR_TYPE_ARRAY:
    case TR_TYPE_MAP:
        return value->kind == TR_ITEMS ? write_block(node, value, writer, diag)
                                       : mismatch(node, diag);
    default:
        return write_number(node, value, writer, diag);
    }
}

int tr_avro_write(const struct tr_avro_node *node, const struct tr_value *value,
                  struct tr_writer *writer, struct tr_diag *diag)
{
    if (TR_UNLIKELY(value->kind == TR_NULL && node->otherwise))
        value = node->otherwise;
    if (value->kind == TR_NULL) {
        if (node->null == TR_AVRO_REQUIRED)
            return tr_fail(diag, TR_DATA, TR_STOP,
                           "field \"%s\" is null, but its schema says that it never is",
                           node->field);
        tr_writer_char(writer, node->null == TR_AVRO_NULL_FIRST ? 0 : 2);
        return 0;
    }
    if (node->null != TR_AVRO_REQUIRED)
        tr_writer_char(writer, node->null == TR_AVRO_NULL_FIRST ? 2 : 0);
    return write_present(node, value, writer, diag);
}
