/* Character strings, in UTF-8, and binary strings, as binary.handling.mode wants them. */
#include "source/mysql/types/impl.h"

int tr_mysql_convert_text(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;

    ret_value->kind = TR_TEXT;
    return tr_mysql_charset_to_utf8(state->type->charset, bytes, scratch, &ret_value->bytes, diag);
}

/* CHAR: blanks at the end don't count. The log has none in one-byte charsets and UTF-8, but a
 * ucs2 CHAR keeps its padding in some versions. */
int tr_mysql_convert_char(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    if (tr_mysql_convert_text(column, bytes, scratch, ret_value, diag) < 0)
        return -1;
    while (ret_value->bytes.n && ret_value->bytes.p[ret_value->bytes.n - 1] == ' ')
        ret_value->bytes.n--;
    return 0;
}

int tr_mysql_transcode_plain(const struct tr_mysql_type *type, struct tr_slice text,
                             struct tr_arena *scratch, struct tr_slice *ret_cell,
                             struct tr_diag *diag)
{
    (void)type;
    (void)scratch;
    (void)diag;
    *ret_cell = text;
    return 0;
}

/* ---- binary strings -------------------------------------------------------------------------- */

/* The log cuts zeros at the end of a BINARY(n). */
static int convert_padded(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;
    size_t size = state->type->length > 0 ? (size_t)state->type->length : 0;

    if (bytes.n < size) {
        char *padded = tr_arena_zalloc(scratch, size, 1);
        if (!padded)
            return tr_fail_memory(diag);
        if (bytes.n)
            memcpy(padded, bytes.p, bytes.n);
        bytes = (struct tr_slice){padded, size};
    }
    return state->bytes(column, bytes, scratch, ret_value, diag);
}

int tr_mysql_refine_bytes(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->state->bytes = tr_convert_binary(mapping->options->binary_handling);
    mapping->convert =
        mapping->type->kind == TR_MYSQL_BINARY ? convert_padded : mapping->state->bytes;
    if (mapping->options->binary_handling != TR_BINARY_BYTES)
        mapping->schema->type = TR_TYPE_STRING;
    return 0;
}
