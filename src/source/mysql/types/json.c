/* Binary JSON to text: the form of json.h. */
#include "source/mysql/types/json.h"

#include <stdio.h>

#include "encode/number.h"
#include "source/mysql/types/impl.h"
#include "source/mysql/types/moment.h"

static uint64_t load(struct tr_slice bytes, size_t at, size_t n)
{
    return tr_mysql_le((struct tr_slice){bytes.p + at, n});
}

/* ---- containers ------------------------------------------------------------------------------ */

static size_t key_entry(const struct tr_mysql_json_container *container, size_t i)
{
    return 2 * container->word + i * (container->word + 2);
}

static size_t value_entry(const struct tr_mysql_json_container *container, size_t i)
{
    size_t keys = container->object ? container->count * (container->word + 2) : 0;

    return 2 * container->word + keys + i * (1 + container->word);
}

int tr_mysql_json_open(struct tr_mysql_json_value value,
                       struct tr_mysql_json_container *ret_container)
{
    size_t word = value.type & 1 ? 4 : 2;

    if (value.bytes.n < 2 * word)
        return -1;
    uint64_t size = load(value.bytes, word, word);
    *ret_container = (struct tr_mysql_json_container){
        .bytes = {value.bytes.p, (size_t)size},
        .count = (size_t)load(value.bytes, 0, word),
        .word = word,
        .object = value.type <= TR_MYSQL_JSON_LARGE_OBJECT,
    };
    return size <= value.bytes.n && value_entry(ret_container, ret_container->count) <= size ? 0
                                                                                             : -1;
}

int tr_mysql_json_key(const struct tr_mysql_json_container *container, size_t i,
                      struct tr_slice *ret_key)
{
    size_t entry = key_entry(container, i);
    uint64_t offset = load(container->bytes, entry, container->word);
    uint64_t n = load(container->bytes, entry + container->word, 2);

    if (offset > container->bytes.n || n > container->bytes.n - offset)
        return -1;
    *ret_key = (struct tr_slice){container->bytes.p + offset, (size_t)n};
    return 0;
}

static bool is_inlined(unsigned type, size_t word)
{
    return (type >= TR_MYSQL_JSON_LITERAL && type <= TR_MYSQL_JSON_UINT16) ||
           (word == 4 && (type == TR_MYSQL_JSON_INT32 || type == TR_MYSQL_JSON_UINT32));
}

int tr_mysql_json_at(const struct tr_mysql_json_container *container, size_t i,
                     struct tr_mysql_json_value *ret_value)
{
    size_t entry = value_entry(container, i);
    unsigned type = (unsigned char)container->bytes.p[entry];
    uint64_t offset = load(container->bytes, entry + 1, container->word);

    ret_value->type = type;
    if (is_inlined(type, container->word)) {
        ret_value->bytes = (struct tr_slice){container->bytes.p + entry + 1, container->word};
        return 0;
    }
    /* behind the entries, so that what is inside is always smaller */
    if (offset < value_entry(container, container->count) || offset >= container->bytes.n)
        return -1;
    ret_value->bytes =
        (struct tr_slice){container->bytes.p + offset, container->bytes.n - (size_t)offset};
    return 0;
}

/* ---- scalars --------------------------------------------------------------------------------- */

/* A length and as many bytes. */
static int take_bytes(struct tr_slice from, struct tr_slice *ret_bytes)
{
    uint64_t n = 0;
    size_t i = 0;

    for (unsigned shift = 0;; shift += 7, i++) {
        if (i == from.n || i == 5)
            return -1;
        n |= (uint64_t)(from.p[i] & 0x7f) << shift;
        if (!(from.p[i] & 0x80))
            break;
    }
    i++;
    if (n > from.n - i)
        return -1;
    *ret_bytes = (struct tr_slice){from.p + i, (size_t)n};
    return 0;
}

/* By byte: 1: \u00.., otherwise the letter behind the backslash. */
static const char escapes[128] = {
    1, 1, 1, 1, 1, 1, 1, 1, 'b', 't', 'n', 1, 'f', 'r', 1, 1,           1,
    1, 1, 1, 1, 1, 1, 1, 1, 1,   1,   1,   1, 1,   1,   1, ['"'] = '"', ['\\'] = '\\',
};

void tr_mysql_json_print_string(struct tr_slice text, struct tr_writer *writer)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t start = 0;

    tr_writer_char(writer, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (TR_LIKELY(c > 127 || !escapes[c]))
            continue;
        tr_writer_put(writer, text.p + start, i - start);
        start = i + 1;
        tr_writer_char(writer, '\\');
        if (escapes[c] != 1) {
            tr_writer_char(writer, escapes[c]);
            continue;
        }
        tr_writer_literal(writer, "u00");
        tr_writer_char(writer, hex[c >> 4]);
        tr_writer_char(writer, hex[c & 15]);
    }
    tr_writer_put(writer, text.p + start, text.n - start);
    tr_writer_char(writer, '"');
}

/* Java's text; instead of an exponent, all digits of the number as it is (its BigDecimal). */
void tr_mysql_json_print_double(double number, struct tr_writer *writer)
{
    enum { WHOLE = 310, FRACTION = 1074, ROOM = WHOLE + FRACTION + 3 };
    double size = number < 0 ? -number : number;
    char digits[ROOM];

    if (size == 0 || (size >= 1e-3 && size < 1e7)) {
        tr_number_write_double(writer, number);
        return;
    }
    int n = snprintf(digits, sizeof digits, "%.*f", size >= 0x1p53 ? 0 : FRACTION, number);
    if (n < 0 || n >= ROOM)
        n = 0; /* not a number that JSON has */
    if (memchr(digits, '.', (size_t)n)) {
        while (digits[n - 1] == '0')
            n--;
        n -= digits[n - 1] == '.';
    }
    tr_writer_put(writer, digits, (size_t)n);
}

static void print_date(const struct tr_mysql_moment *moment, struct tr_writer *writer)
{
    tr_writer_printf(writer, "%04d-%02d-%02d", (int)moment->date.year, moment->date.month,
                     moment->date.day);
}

static void print_time(int64_t us, struct tr_writer *writer)
{
    int64_t size = us < 0 ? -us : us, seconds = size / TR_SECOND_US;

    tr_writer_printf(writer, "%s%02d:%02d:%02d", us < 0 ? "-" : "", (int)(seconds / 3600),
                     (int)(seconds / 60 % 60), (int)(seconds % 60));
    if (size % TR_SECOND_US)
        tr_writer_printf(writer, ".%06d", (int)(size % TR_SECOND_US));
}

static int print_moment(enum tr_binlog_field field, struct tr_slice bytes, struct tr_writer *writer)
{
    struct tr_mysql_moment moment;
    int64_t packed = bytes.n == 8 ? (int64_t)tr_mysql_le(bytes) : 0;
    int rc = field == TR_BINLOG_FIELD_TIME ? tr_mysql_split_time(packed, &moment)
                                           : tr_mysql_split_datetime(packed, &moment);

    if (bytes.n != 8 || rc < 0)
        return -1;
    tr_writer_char(writer, '"');
    if (field != TR_BINLOG_FIELD_TIME)
        print_date(&moment, writer);
    if (field == TR_BINLOG_FIELD_DATETIME || field == TR_BINLOG_FIELD_TIMESTAMP)
        tr_writer_char(writer, ' ');
    if (field != TR_BINLOG_FIELD_DATE)
        print_time(moment.us, writer);
    tr_writer_char(writer, '"');
    return 0;
}

/* Precision, scale, packed decimal. */
static int print_decimal(struct tr_slice bytes, struct tr_writer *writer)
{
    char room[TR_MYSQL_DECIMAL_TEXT];
    struct tr_slice text;

    if (bytes.n < 2 || tr_mysql_decimal_print((struct tr_slice){bytes.p + 2, bytes.n - 2},
                                              (unsigned char)bytes.p[0], (unsigned char)bytes.p[1],
                                              room, &text) < 0)
        return -1;
    tr_writer_slice(writer, text);
    return 0;
}

static int print_opaque(struct tr_slice bytes, struct tr_writer *writer)
{
    struct tr_slice rest = {bytes.p + 1, bytes.n - 1}, value;

    if (bytes.n == 0 || take_bytes(rest, &value) < 0)
        return -1;
    enum tr_binlog_field field = (unsigned char)bytes.p[0];
    switch (field) {
    case TR_BINLOG_FIELD_NEWDECIMAL:
        return print_decimal(value, writer);
    case TR_BINLOG_FIELD_DATE:
    case TR_BINLOG_FIELD_TIME:
    case TR_BINLOG_FIELD_DATETIME:
    case TR_BINLOG_FIELD_TIMESTAMP:
        return print_moment(field, value, writer);
    default:
        tr_writer_char(writer, '"');
        tr_writer_base64(writer, value);
        tr_writer_char(writer, '"');
        return 0;
    }
}

static int print_literal(struct tr_slice bytes, struct tr_writer *writer)
{
    static const char *const literals[] = {"null", "true", "false"};

    if (bytes.n == 0 || (unsigned char)bytes.p[0] >= TR_COUNT(literals))
        return -1;
    tr_writer_text(writer, literals[(unsigned char)bytes.p[0]]);
    return 0;
}

/* 5 to 11: an odd type is signed, the two of a size follow each other. */
static int print_number(struct tr_mysql_json_value value, struct tr_writer *writer)
{
    size_t n = value.type <= TR_MYSQL_JSON_UINT16 ? 2 : value.type <= TR_MYSQL_JSON_UINT32 ? 4 : 8;
    double number;

    if (value.bytes.n < n)
        return -1;
    uint64_t bits = load(value.bytes, 0, n);
    if (value.type == TR_MYSQL_JSON_DOUBLE) {
        memcpy(&number, &bits, sizeof number);
        tr_mysql_json_print_double(number, writer);
    } else if (value.type & 1) {
        unsigned shift = 64 - 8 * (unsigned)n;
        tr_writer_int(writer, (int64_t)(bits << shift) >> shift);
    } else {
        tr_writer_uint(writer, bits);
    }
    return 0;
}

int tr_mysql_json_print_scalar(struct tr_mysql_json_value value, struct tr_writer *writer)
{
    struct tr_slice text;

    switch (value.type) {
    case TR_MYSQL_JSON_LITERAL:
        return print_literal(value.bytes, writer);
    case TR_MYSQL_JSON_STRING:
        if (take_bytes(value.bytes, &text) < 0)
            return -1;
        tr_mysql_json_print_string(text, writer);
        return 0;
    case TR_MYSQL_JSON_OPAQUE:
        return print_opaque(value.bytes, writer);
    default:
        return value.type < TR_MYSQL_JSON_INT16 || value.type > TR_MYSQL_JSON_DOUBLE
                   ? -1
                   : print_number(value, writer);
    }
}

/* ---- documents ------------------------------------------------------------------------------- */

int tr_mysql_json_print(struct tr_mysql_json_printer *printer, struct tr_mysql_json_value value,
                        unsigned depth)
{
    struct tr_mysql_json_container container;
    struct tr_slice key;

    if (printer->left-- == 0)
        return -1;
    if (!tr_mysql_json_is_container(value.type))
        return tr_mysql_json_print_scalar(value, printer->writer);
    if (depth == TR_MYSQL_JSON_DEPTH || tr_mysql_json_open(value, &container) < 0)
        return -1;
    tr_writer_char(printer->writer, container.object ? '{' : '[');
    for (size_t i = 0; i < container.count; i++) {
        if (i)
            tr_writer_char(printer->writer, ',');
        if (container.object) {
            if (tr_mysql_json_key(&container, i, &key) < 0)
                return -1;
            tr_mysql_json_print_string(key, printer->writer);
            tr_writer_char(printer->writer, ':');
        }
        if (tr_mysql_json_at(&container, i, &value) < 0 ||
            tr_mysql_json_print(printer, value, depth + 1) < 0 || printer->writer->failed)
            return -1;
    }
    tr_writer_char(printer->writer, container.object ? '}' : ']');
    return 0;
}

/* >0: malformed. */
static int print(struct tr_slice cell, struct tr_arena *scratch, struct tr_slice *ret_text)
{
    struct tr_writer writer;
    struct tr_mysql_json_printer printer = {&writer, cell.n / 3 + 1};
    struct tr_mysql_json_value value;

    value.type = (unsigned char)cell.p[0];
    value.bytes = (struct tr_slice){cell.p + 1, cell.n - 1};
    tr_writer_begin(&writer, scratch);
    int rc = tr_mysql_json_print(&printer, value, 0);
    bool full = writer.failed;
    if (tr_writer_end(&writer, ret_text) < 0 || full)
        return -1;
    return rc < 0 ? 1 : 0;
}

int tr_mysql_convert_json(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    int rc = 0;

    (void)column;
    ret_value->kind = TR_TEXT;
    if (bytes.n && bytes.p[0] == TR_MYSQL_JSON_PRINTED)
        ret_value->bytes = (struct tr_slice){bytes.p + 1, bytes.n - 1};
    else if (bytes.n && (unsigned char)bytes.p[0] <= TR_MYSQL_JSON_OPAQUE)
        rc = print(bytes, scratch, &ret_value->bytes);
    else
        rc = tr_mysql_json_rewrite(bytes, scratch, &ret_value->bytes);
    if (rc < 0)
        return tr_fail_memory(diag);
    return rc > 0 ? tr_mysql_bad_cell(diag, "JSON document", bytes) : 0;
}
