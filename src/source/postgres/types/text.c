/*
 * What passes through as text, and what is bytes: bytea, bit strings, types that nobody knows.
 */
#include "source/postgres/types/impl.h"

int tr_pg_convert_text(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    (void)diag;
    *ret_value = tr_value_text(bytes);
    return 0;
}

/* ---- bit strings ----------------------------------------------------------------------------- */

static int convert_bit(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)scratch;
    if (bytes.n == 0) /* a bit varying(1) can be empty, a boolean can't */
        return tr_plan_unrepresentable(column, TR_SLICE("B''"), ret_value, diag);
    if (bytes.n != 1 || (bytes.p[0] != '0' && bytes.p[0] != '1'))
        return tr_pg_bad_value(diag, "bit", bytes);
    tr_put_boolean(ret_value, bytes.p[0] == '1');
    return 0;
}

/* Little-endian: the last digit is bit 0 of the first byte; bytes of zeros at the end are cut. */
static int convert_bits(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    size_t n = (bytes.n + 7) / 8;
    unsigned char *out = tr_arena_zalloc(scratch, n, 1);

    (void)column;
    if (!out)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < bytes.n; i++) {
        char digit = bytes.p[bytes.n - 1 - i];
        if (digit != '0' && digit != '1')
            return tr_pg_bad_value(diag, "bit string", bytes);
        out[i / 8] |= (unsigned char)((digit - '0') << (i % 8));
    }
    while (n && out[n - 1] == 0)
        n--;
    *ret_value = tr_value_bytes((struct tr_slice){(const char *)out, n});
    return 0;
}

int tr_pg_refine_bits(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    struct tr_schema_parameter *length;

    if (mapping->modifier == 1) {
        mapping->schema->type = TR_TYPE_BOOLEAN;
        mapping->convert = convert_bit;
        return 0;
    }
    length = tr_arena_zalloc(mapping->arena, 1, sizeof *length);
    if (!length)
        return tr_fail_memory(diag);
    length->key = "length";
    length->value = tr_arena_printf(mapping->arena, "%d",
                                    mapping->modifier < 0 ? INT32_MAX : mapping->modifier);
    if (!length->value)
        return tr_fail_memory(diag);
    mapping->schema->name = "io.debezium.data.Bits";
    mapping->schema->version = 1;
    mapping->schema->parameters = length;
    mapping->schema->nparameters = 1;
    mapping->convert = convert_bits;
    return 0;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* The hex digits of a bytea. */
static int bytea_digits(struct tr_slice bytes, struct tr_slice *ret_digits, struct tr_diag *diag)
{
    if (bytes.n < 2 || bytes.p[0] != '\\' || bytes.p[1] != 'x')
        return tr_pg_bad_value(diag, "bytea in hex form", bytes);
    *ret_digits = (struct tr_slice){bytes.p + 2, bytes.n - 2};
    return 0;
}

static int convert_bytea(const struct tr_plan_column *column, struct tr_slice bytes,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    struct tr_slice digits;

    (void)column;
    if (bytea_digits(bytes, &digits, diag) < 0)
        return -1;
    unsigned char *out = tr_arena_alloc(scratch, digits.n / 2);
    if (!out)
        return tr_fail_memory(diag);
    if (tr_decode_hex(digits, out) < 0)
        return tr_pg_bad_value(diag, "bytea in hex form", bytes);
    *ret_value = tr_value_bytes((struct tr_slice){(const char *)out, digits.n / 2});
    return 0;
}

static int convert_bytea_hex(const struct tr_plan_column *column, struct tr_slice bytes,
                             struct tr_arena *scratch, struct tr_value *ret_value,
                             struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    ret_value->kind = TR_TEXT;
    return bytea_digits(bytes, &ret_value->bytes, diag);
}

static int convert_bytea_base64(const struct tr_plan_column *column, struct tr_slice bytes,
                                struct tr_arena *scratch, struct tr_value *ret_value,
                                struct tr_diag *diag)
{
    if (convert_bytea(column, bytes, scratch, ret_value, diag) < 0)
        return -1;
    return tr_convert_base64(column, ret_value->bytes, scratch, ret_value, diag);
}

static int convert_bytea_base64_url(const struct tr_plan_column *column, struct tr_slice bytes,
                                    struct tr_arena *scratch, struct tr_value *ret_value,
                                    struct tr_diag *diag)
{
    if (convert_bytea(column, bytes, scratch, ret_value, diag) < 0)
        return -1;
    return tr_convert_base64_url(column, ret_value->bytes, scratch, ret_value, diag);
}

int tr_pg_refine_bytea(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    static tr_convert_fn *const converts[] = {
        [TR_BINARY_BYTES] = convert_bytea,
        [TR_BINARY_BASE64] = convert_bytea_base64,
        [TR_BINARY_BASE64_URL_SAFE] = convert_bytea_base64_url,
        [TR_BINARY_HEX] = convert_bytea_hex,
    };

    (void)diag;
    mapping->convert = converts[mapping->options->binary_handling];
    if (mapping->options->binary_handling != TR_BINARY_BYTES)
        mapping->schema->type = TR_TYPE_STRING;
    return 0;
}

/* ---- types that nobody knows: their text as bytes -----------------------------------------------
 */

int tr_pg_refine_opaque(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->convert = tr_convert_binary(mapping->options->binary_handling);
    if (mapping->options->binary_handling != TR_BINARY_BYTES)
        mapping->schema->type = TR_TYPE_STRING;
    return 0;
}

/* ---- texts with a semantic name ----------------------------------------------------------------
 */

int tr_pg_refine_enum(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    struct tr_schema_parameter *allowed = tr_arena_zalloc(mapping->arena, 1, sizeof *allowed);
    struct tr_writer writer;
    struct tr_slice labels;

    if (!allowed)
        return tr_fail_memory(diag);
    tr_writer_begin(&writer, mapping->arena);
    for (size_t i = 0; i < mapping->type->nlabels; i++) {
        if (i)
            tr_writer_char(&writer, ',');
        tr_writer_text(&writer, mapping->type->labels[i]);
    }
    tr_writer_char(&writer, '\0');
    if (tr_writer_end(&writer, &labels) < 0)
        return tr_fail_memory(diag);
    allowed->key = "allowed";
    allowed->value = labels.p;
    mapping->schema->parameters = allowed;
    mapping->schema->nparameters = 1;
    return 0;
}

int tr_pg_refine_json(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->generated = tr_value_text(TR_SLICE("{}"));
    return 0;
}

int tr_pg_refine_uuid(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->generated = tr_value_text(TR_SLICE("00000000-0000-0000-0000-000000000000"));
    return 0;
}
