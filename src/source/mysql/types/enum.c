/*
 * ENUM and SET: cells are little-endian numbers. An ENUM's counts its members from 1, and 0 is the
 * empty text that stands for a value that wasn't one of them; a SET's has a bit for each member.
 *
 * information_schema prints a member's character beyond utf8mb3 as '?'. Where a member has one, a
 * SELECT asks for number and text, and the text stands behind the number in the cell.
 */
#include "source/mysql/types/impl.h"

/* The number's bytes in the log. */
static size_t cell_size(const struct tr_mysql_type *type)
{
    if (type->kind == TR_MYSQL_ENUM)
        return type->nmembers < 256 ? 1 : 2;
    size_t n = (type->nmembers + 7) / 8;
    return n > 4 ? 8 : n;
}

static int convert_enum(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_mysql_type *type = ((const struct tr_mysql_state *)column->state)->type;
    size_t size = cell_size(type);

    if (type->members_doubtful && bytes.n > size) {
        *ret_value = tr_value_text((struct tr_slice){bytes.p + size, bytes.n - size});
        return 0;
    }
    (void)scratch;
    if (bytes.n == 0 || bytes.n > 2)
        return tr_mysql_bad_cell(diag, "ENUM", bytes);
    uint64_t number = tr_mysql_le(bytes);
    if (number > type->nmembers)
        return tr_mysql_bad_cell(diag, "ENUM of its column", bytes);
    *ret_value = tr_value_text(number ? tr_slice_of(type->members[number - 1]) : TR_SLICE(""));
    return 0;
}

static int convert_set(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_mysql_type *type = ((const struct tr_mysql_state *)column->state)->type;
    size_t size = cell_size(type);
    struct tr_writer writer;

    if (type->members_doubtful && bytes.n > size) {
        *ret_value = tr_value_text((struct tr_slice){bytes.p + size, bytes.n - size});
        return 0;
    }
    if (bytes.n == 0 || bytes.n > 8)
        return tr_mysql_bad_cell(diag, "SET", bytes);
    uint64_t number = tr_mysql_le(bytes);
    if (type->nmembers < 64 && number >> type->nmembers)
        return tr_mysql_bad_cell(diag, "SET of its column", bytes);
    tr_writer_begin(&writer, scratch);
    for (size_t i = 0; i < type->nmembers && number; i++, number >>= 1) {
        if (number & 1 && writer.p != writer.start)
            tr_writer_char(&writer, ',');
        if (number & 1)
            tr_writer_text(&writer, type->members[i]);
    }
    ret_value->kind = TR_TEXT;
    if (tr_writer_end(&writer, &ret_value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

/* "3", or "3:text" where the members are doubtful. */
static int transcode(const struct tr_mysql_type *type, struct tr_slice text, size_t size,
                     struct tr_arena *scratch, struct tr_slice *ret_cell)
{
    uint64_t number = 0;
    size_t i = 0;

    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(text.p[i] - '0'), &number))
            return 1;
    if (i == 0 || (i < text.n && (text.p[i] != ':' || !type->members_doubtful)))
        return 1;
    size_t rest = i < text.n ? text.n - i - 1 : 0;
    char *cell = tr_arena_alloc(scratch, size + rest);
    if (!cell)
        return -1;
    for (size_t n = 0; n < size; n++, number >>= 8)
        cell[n] = (char)number;
    if (rest)
        memcpy(cell + size, text.p + i + 1, rest);
    *ret_cell = (struct tr_slice){cell, size + rest};
    return number ? 1 : 0;
}

int tr_mysql_transcode_enum(const struct tr_mysql_type *type, struct tr_slice text,
                            struct tr_arena *scratch, struct tr_slice *ret_cell,
                            struct tr_diag *diag)
{
    int rc = transcode(type, text, cell_size(type), scratch, ret_cell);

    return rc == 0 ? 0 : rc < 0 ? tr_fail_memory(diag) : tr_mysql_bad_text(diag, "ENUM", text);
}

int tr_mysql_transcode_set(const struct tr_mysql_type *type, struct tr_slice text,
                           struct tr_arena *scratch, struct tr_slice *ret_cell,
                           struct tr_diag *diag)
{
    int rc = transcode(type, text, cell_size(type), scratch, ret_cell);

    return rc == 0 ? 0 : rc < 0 ? tr_fail_memory(diag) : tr_mysql_bad_text(diag, "SET", text);
}

/* ---- plan ------------------------------------------------------------------------------------ */

/* The members between commas; Debezium escapes a comma in one. */
static int set_allowed(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    struct tr_schema_parameter *allowed = tr_arena_zalloc(mapping->arena, 1, sizeof *allowed);
    struct tr_writer writer;
    struct tr_slice members;

    if (!allowed)
        return tr_fail_memory(diag);
    tr_writer_begin(&writer, mapping->arena);
    for (size_t i = 0; i < mapping->type->nmembers; i++) {
        if (i)
            tr_writer_char(&writer, ',');
        for (const char *p = mapping->type->members[i]; *p; p++) {
            if (*p == ',')
                tr_writer_char(&writer, '\\');
            tr_writer_char(&writer, *p);
        }
    }
    tr_writer_char(&writer, '\0');
    if (tr_writer_end(&writer, &members) < 0)
        return tr_fail_memory(diag);
    allowed->key = "allowed";
    allowed->value = members.p;
    mapping->schema->parameters = allowed;
    mapping->schema->nparameters = 1;
    return 0;
}

int tr_mysql_refine_enum(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    mapping->convert = convert_enum;
    return set_allowed(mapping, diag);
}

int tr_mysql_refine_set(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    mapping->convert = convert_set;
    return set_allowed(mapping, diag);
}
