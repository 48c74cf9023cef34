#include "base/writer.h"

#include <stdarg.h>
#include <stdio.h>

void tr_writer_begin(struct tr_writer *writer, struct tr_arena *arena)
{
    *writer = (struct tr_writer){
        .arena = arena, .start = arena->next, .p = arena->next, .end = arena->end};
}

int tr_writer_end(struct tr_writer *writer, struct tr_slice *ret_object)
{
    if (writer->failed)
        return -1;
    if (!writer->start) { /* nothing put, and the arena has no chunk yet */
        *ret_object = (struct tr_slice){"", 0};
        return 0;
    }
    size_t n = (size_t)(writer->p - writer->start);
    size_t kept = (n + 7U) & ~(size_t)7;
    *ret_object = (struct tr_slice){writer->start, n};
    writer->arena->next =
        kept > (size_t)(writer->end - writer->start) ? writer->end : writer->start + kept;
    return 0;
}

bool tr_writer_grow(struct tr_writer *writer, size_t size)
{
    size_t n = (size_t)(writer->p - writer->start);
    char *start = writer->failed ? NULL : tr_arena_extend(writer->arena, writer->start, n, size);

    if (!start) {
        writer->failed = true;
        writer->end = writer->p;
        return false;
    }
    writer->start = start;
    writer->p = start + n;
    writer->end = writer->arena->end;
    return true;
}

void tr_writer_text(struct tr_writer *writer, const char *text)
{
    tr_writer_put(writer, text, strlen(text));
}

/* Two digits a step: an envelope has a dozen long numbers, and divisions are dear. */
void tr_writer_uint(struct tr_writer *writer, uint64_t number)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    char digits[20];
    size_t i = sizeof digits;

    while (number >= 100) {
        i -= 2;
        memcpy(digits + i, pairs + number % 100 * 2, 2);
        number /= 100;
    }
    if (number >= 10) {
        i -= 2;
        memcpy(digits + i, pairs + number * 2, 2);
    } else {
        digits[--i] = (char)('0' + number);
    }
    tr_writer_put(writer, digits + i, sizeof digits - i);
}

void tr_writer_int(struct tr_writer *writer, int64_t number)
{
    if (number < 0)
        tr_writer_char(writer, '-');
    tr_writer_uint(writer, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void tr_writer_printf(struct tr_writer *writer, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n >= 0 && tr_writer_reserve(writer, (size_t)n + 1)) {
        vsnprintf(writer->p, (size_t)n + 1, format, again);
        writer->p += n;
    }
    va_end(again);
}

void tr_writer_base64(struct tr_writer *writer, struct tr_slice bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = (const unsigned char *)bytes.p;
    size_t left = bytes.n;

    if (!tr_writer_reserve(writer, (bytes.n + 2) / 3 * 4))
        return;
    char *out = writer->p;
    for (; left >= 3; in += 3, left -= 3, out += 4) {
        out[0] = digits[in[0] >> 2];
        out[1] = digits[(in[0] & 3) << 4 | in[1] >> 4];
        out[2] = digits[(in[1] & 15) << 2 | in[2] >> 6];
        out[3] = digits[in[2] & 63];
    }
    if (left) {
        int second = left == 2 ? in[1] : 0;
        out[0] = digits[in[0] >> 2];
        out[1] = digits[(in[0] & 3) << 4 | second >> 4];
        out[2] = left == 2 ? digits[(second & 15) << 2] : '=';
        out[3] = '=';
        out += 4;
    }
    writer->p = out;
}
