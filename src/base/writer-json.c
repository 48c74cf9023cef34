#include "base/buf.h"
#include "base/writer.h"

#include "base/utf8.h"
#include "base/word.h"

/* Every loop below keeps room for the rest of the text as it is, for the longest piece that one
 * character becomes (a surrogate pair's twelve bytes) and for a word stored beyond its end. */
#define SLACK 24U

/* Texts from here on are measured before they are written: to move them is dearer. */
#define LONG_TEXT 4096U

/* Bytes that can't be copied as they are. */
static uint64_t needs_care(uint64_t word)
{
    return tr_word_unprintable(word) | tr_word_equal(word, '"') | tr_word_equal(word, '\\');
}

/* An upper bound of what the text becomes, with the slack. */
static size_t measure(const unsigned char *in, const unsigned char *end)
{
    size_t size = (size_t)(end - in) + SLACK;

    while (in < end) {
        if (end - in >= 8 && !needs_care(tr_word_load(in))) {
            in += 8;
            continue;
        }
        size += (*in < 0x20) * 5U + (*in == '"') + (*in == '\\') + (*in >= 0xf0) * 8U;
        in++;
    }
    return size;
}

static char *put_hex16(char *out, uint32_t unit)
{
    static const char digits[] = "0123456789ABCDEF";

    *out++ = '\\';
    *out++ = 'u';
    for (unsigned shift = 16; shift > 0; shift -= 4)
        *out++ = digits[unit >> (shift - 4) & 15];
    return out;
}

static char *put_ascii(char *out, unsigned char c)
{
    static const char letters[0x80] = {['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\t'] = 't',
                                       ['\n'] = 'n', ['\f'] = 'f',  ['\r'] = 'r'};

    if (!letters[c])
        return put_hex16(out, c);
    *out++ = '\\';
    *out++ = letters[c];
    return out;
}

static char *put_multibyte(char *out, const unsigned char *in, size_t n, uint32_t character)
{
    if (n == 4) {
        character -= 0x10000;
        out = put_hex16(out, 0xd800 + (character >> 10));
        return put_hex16(out, 0xdc00 + (character & 0x3ff));
    }
    memcpy(out, in, n);
    return out + n;
}

/* Write the character at `in` that needs care, and those right behind it that aren't ASCII: in many
 * languages they come in runs. Returns what is left to do; NULL when the text is not UTF-8. */
static const unsigned char *put_with_care(struct tr_writer *writer, const unsigned char *in,
                                          const unsigned char *end)
{
    do {
        if (*in < 0x80) {
            writer->p = put_ascii(writer->p, *in++);
        } else {
            uint32_t character;
            size_t n = tr_utf8_read(in, (size_t)(end - in), &character);
            if (n == 0)
                return NULL;
            writer->p = put_multibyte(writer->p, in, n, character);
            in += n;
        }
        if (TR_UNLIKELY(writer->end - writer->p < end - in + (ptrdiff_t)SLACK) &&
            !tr_writer_reserve(writer, measure(in, end)))
            return end;
    } while (in < end && *in >= 0x80);
    return in;
}

bool tr_writer_json(struct tr_writer *writer, struct tr_slice text)
{
    const unsigned char *in = (const unsigned char *)text.p;
    const unsigned char *end = in + text.n;

    size_t room = text.n < LONG_TEXT ? text.n + SLACK : measure(in, end);
    if (!tr_writer_reserve(writer, room + 1))
        return true;
    char *out = writer->p;
    *out++ = '"';
    while (in < end) {
        size_t left = (size_t)(end - in);
        uint64_t word = left >= 8 ? tr_word_load(in) : tr_word_load_tail(in, left);
        uint64_t care = needs_care(word);
        tr_word_store(out, word);
        if (TR_LIKELY(!care) || tr_word_first(care) >= left) {
            in += TR_MIN(left, 8);
            out += TR_MIN(left, 8);
            continue;
        }
        in += tr_word_first(care);
        writer->p = out + tr_word_first(care);
        in = put_with_care(writer, in, end);
        if (!in)
            return false;
        out = writer->p;
    }
    writer->p = out;
    tr_writer_char(writer, '"');
    return true;
}

bool tr_buf_json(struct tr_buf *buf, const char *text)
{
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice json;

    tr_arena_init(&arena, 4096, 1 << 20);
    tr_writer_begin(&writer, &arena);
    bool ok = tr_writer_json(&writer, tr_slice_of(text)) && tr_writer_end(&writer, &json) == 0;
    if (ok)
        tr_buf_put(buf, json.p, json.n);
    tr_arena_finish(&arena);
    return ok;
}
