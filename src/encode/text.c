#include "encode/text.h"

#include <inttypes.h>
#include <stdio.h>

#include "encode/number.h"
#include "record/calendar.h"
#include "record/decimal.h"

#define DAY_MS (TR_DAY_US / 1000)

/* A date, a "T", a time and a "Z", and some more years than people count. */
#define MOMENT_SIZE 64

static void put_moment(enum tr_logical logical, int64_t ms, struct tr_writer *writer)
{
    char text[MOMENT_SIZE], *p = text;
    int64_t days = tr_floor_div(ms, DAY_MS);
    struct tr_date date;

    tr_date_from_days(days, &date);
    if (logical != TR_LOGICAL_TIME)
        p = tr_date_put(p, &date);
    if (logical == TR_LOGICAL_TIMESTAMP)
        *p++ = 'T';
    if (logical != TR_LOGICAL_DATE) {
        p = tr_time_put(p, (ms - days * DAY_MS) * 1000, 3);
        *p++ = 'Z';
    }
    tr_writer_put(writer, text, (size_t)(p - text));
}

void tr_text_put_integer(enum tr_logical logical, int64_t number, struct tr_writer *writer)
{
    /* beyond what a calendar can say, the number says more */
    bool sane = number > INT64_MIN / 1000 && number < INT64_MAX / 1000;

    if (logical == TR_LOGICAL_DATE && number > INT32_MIN && number < INT32_MAX)
        put_moment(logical, number * DAY_MS, writer);
    else if ((logical == TR_LOGICAL_TIME || logical == TR_LOGICAL_TIMESTAMP) && sane)
        put_moment(logical, number, writer);
    else
        tr_writer_int(writer, number);
}

/* JSON has these as strings; here they stand bare. */
static bool put_special(double number, struct tr_writer *writer)
{
    if (number != number)
        tr_writer_literal(writer, "NaN");
    else if (number - number != 0)
        tr_writer_text(writer, number > 0 ? "Infinity" : "-Infinity");
    else
        return false;
    return true;
}

void tr_text_put_float(float number, struct tr_writer *writer)
{
    if (!put_special((double)number, writer))
        tr_number_write_float(writer, number);
}

void tr_text_put_double(double number, struct tr_writer *writer)
{
    if (!put_special(number, writer))
        tr_number_write_double(writer, number);
}

/* Big-endian two's complement of up to 8 bytes. */
static int64_t small_number(struct tr_slice unscaled)
{
    uint64_t number = unscaled.n && unscaled.p[0] & 0x80 ? UINT64_MAX : 0;

    for (size_t i = 0; i < unscaled.n; i++)
        number = number << 8 | (unsigned char)unscaled.p[i];
    return (int64_t)number;
}

static void put_zeros(struct tr_writer *writer, int n)
{
    while (n-- > 0)
        tr_writer_char(writer, '0');
}

/* Digits with a point before the last scale of them. */
static void put_plain(const char *digits, int n, int scale, struct tr_writer *writer)
{
    int whole = n > scale ? n - scale : 0;

    if (whole)
        tr_writer_put(writer, digits, (size_t)whole);
    else
        tr_writer_char(writer, '0');
    if (scale == 0)
        return;
    tr_writer_char(writer, '.');
    put_zeros(writer, scale - n);
    tr_writer_put(writer, digits + whole, (size_t)(n - whole));
}

/* BigDecimal.toString of what most decimals are, without allocating. */
static void put_small_decimal(int64_t number, int scale, struct tr_writer *writer)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%" PRIu64,
                     number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
    int64_t exponent = (int64_t)n - 1 - scale;

    if (number < 0)
        tr_writer_char(writer, '-');
    if (scale >= 0 && exponent >= -6) {
        put_plain(digits, n, scale, writer);
        return;
    }
    put_plain(digits, n, n - 1, writer);
    if (exponent)
        tr_writer_printf(writer, "E%+" PRId64, exponent);
}

int tr_text_put_decimal(struct tr_slice unscaled, int scale, struct tr_writer *writer)
{
    struct tr_arena arena;
    struct tr_slice text;

    if (unscaled.n <= 8) {
        put_small_decimal(small_number(unscaled), scale, writer);
        return 0;
    }
    tr_arena_init(&arena, 256, (size_t)16 << 20);
    int rc = tr_decimal_text(unscaled, scale, false, &arena, &text);
    if (rc == 0)
        tr_writer_slice(writer, text);
    tr_arena_finish(&arena);
    return rc;
}
