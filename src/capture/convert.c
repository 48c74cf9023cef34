#include "capture/convert.h"

#include "base/utf8.h"
#include "base/writer.h"

static int put_base64(struct tr_slice bytes, bool url_safe, struct tr_arena *scratch,
                      struct tr_value *ret_value, struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, scratch);
    tr_writer_base64(&writer, bytes);
    for (char *p = writer.start; url_safe && p < writer.p; p++)
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
    ret_value->kind = TR_TEXT;
    if (tr_writer_end(&writer, &ret_value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

int tr_convert_bytes(const struct tr_plan_column *column, struct tr_slice bytes,
                     struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    (void)diag;
    *ret_value = tr_value_bytes(bytes);
    return 0;
}

int tr_convert_base64(const struct tr_plan_column *column, struct tr_slice bytes,
                      struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    return put_base64(bytes, false, scratch, ret_value, diag);
}

int tr_convert_base64_url(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    (void)column;
    return put_base64(bytes, true, scratch, ret_value, diag);
}

int tr_convert_hex(const struct tr_plan_column *column, struct tr_slice bytes,
                   struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    static const char digits[] = "0123456789abcdef";
    struct tr_writer writer;

    (void)column;
    tr_writer_begin(&writer, scratch);
    for (size_t i = 0; i < bytes.n; i++) {
        tr_writer_char(&writer, digits[(unsigned char)bytes.p[i] >> 4]);
        tr_writer_char(&writer, digits[bytes.p[i] & 15]);
    }
    ret_value->kind = TR_TEXT;
    if (tr_writer_end(&writer, &ret_value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

tr_convert_fn *tr_convert_binary(enum tr_binary_handling handling)
{
    static tr_convert_fn *const converts[] = {
        [TR_BINARY_BYTES] = tr_convert_bytes,
        [TR_BINARY_BASE64] = tr_convert_base64,
        [TR_BINARY_BASE64_URL_SAFE] = tr_convert_base64_url,
        [TR_BINARY_HEX] = tr_convert_hex,
    };

    return converts[handling];
}

int tr_decode_hex(struct tr_slice text, unsigned char *ret_bytes)
{
    /* each digit's value plus one, so that everything else is none */
    static const unsigned char digits[256] = {
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
        ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
        ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
        ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    };
    int bad = 0;

    if (text.n % 2)
        return -1;
    for (size_t i = 0; i < text.n; i += 2) {
        int high = digits[(unsigned char)text.p[i]] - 1;
        int low = digits[(unsigned char)text.p[i + 1]] - 1;
        bad |= high | low; /* negative as soon as one is */
        ret_bytes[i / 2] = (unsigned char)((unsigned)high << 4 | (unsigned)low);
    }
    return bad < 0 ? -1 : 0;
}

static int make_octets(struct tr_slice digits, struct tr_arena *arena, struct tr_slice *ret_octets,
                       struct tr_diag *diag)
{
    unsigned char *octets = tr_arena_alloc(arena, digits.n / 2 + 1);

    if (!octets)
        return tr_fail_memory(diag);
    if (tr_decode_hex(digits, octets) < 0)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "unavailable.value.placeholder is not hexadecimal behind \"hex:\": give "
                       "two digits 0-9, a-f for each octet");
    *ret_octets = (struct tr_slice){(const char *)octets, digits.n / 2};
    return 0;
}

/* As long as one sequence of UTF-8 at in, or 0. */
static size_t sequence_at(const unsigned char *in, size_t left)
{
    uint32_t character;
    return in[0] < 0x80 ? 1 : tr_utf8_read(in, left, &character);
}

static int make_text(struct tr_slice octets, struct tr_arena *arena, struct tr_slice *ret_text)
{
    const unsigned char *in = (const unsigned char *)octets.p;
    char *text = tr_arena_alloc(arena, 3 * octets.n + 1), *out = text;

    if (!text)
        return -1;
    for (size_t i = 0; i < octets.n;) {
        size_t n = sequence_at(in + i, octets.n - i);
        memcpy(out, n ? octets.p + i : "\xef\xbf\xbd", n ? n : 3);
        out += n ? n : 3;
        i += n ? n : 1;
    }
    *ret_text = (struct tr_slice){text, (size_t)(out - text)};
    return 0;
}

int tr_convert_placeholder(const struct tr_capture_options *options, struct tr_arena *arena,
                           struct tr_placeholder *ret_placeholder, struct tr_diag *diag)
{
    struct tr_slice text = tr_slice_of(options->unavailable_placeholder);

    if (!text.p)
        text = TR_SLICE("");
    *ret_placeholder = (struct tr_placeholder){text, text};
    if (text.n < 4 || memcmp(text.p, "hex:", 4) != 0)
        return 0;
    text.p += 4, text.n -= 4;
    if (make_octets(text, arena, &ret_placeholder->octets, diag) < 0)
        return -1;
    return make_text(ret_placeholder->octets, arena, &ret_placeholder->text) < 0
               ? tr_fail_memory(diag)
               : 0;
}

struct tr_value tr_convert_zero(enum tr_type type)
{
    switch (type) {
    case TR_TYPE_FLOAT32:
        return (struct tr_value){.kind = TR_FLOAT, .float32 = 0};
    case TR_TYPE_FLOAT64:
        return (struct tr_value){.kind = TR_DOUBLE, .float64 = 0};
    case TR_TYPE_BOOLEAN:
        return tr_value_boolean(false);
    case TR_TYPE_STRING:
        return tr_value_text(TR_SLICE(""));
    case TR_TYPE_BYTES:
        return tr_value_bytes(TR_SLICE(""));
    default:
        return tr_value_integer(0);
    }
}

const char *tr_convert_show(struct tr_slice text, char *room)
{
    size_t n = TR_MIN(text.n, 40);

    for (size_t i = 0; i < n; i++)
        room[i] = text.p[i] >= ' ' && text.p[i] < 0x7f ? text.p[i] : '?';
    memcpy(room + n, "...", 4);
    if (text.n == n)
        room[n] = '\0';
    return room;
}

int tr_plan_unrepresentable(const struct tr_plan_column *column, struct tr_slice text,
                            struct tr_value *ret_value, struct tr_diag *diag)
{
    char room[TR_CONVERT_SHOWN];

    *ret_value = (struct tr_value){0};
    if (column->schema->optional && !column->strict)
        return 1;
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "%s has no place in Connect type %s; allow NULL in the column (with "
                   "event.converting.failure.handling.mode=warn), choose another mode "
                   "(decimal.handling.mode, time.precision.mode, interval.handling.mode), or "
                   "exclude the column",
                   tr_convert_show(text, room),
                   column->schema->name ? column->schema->name : "boolean");
}
