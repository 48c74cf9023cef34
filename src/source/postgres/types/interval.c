/*
 * Intervals, as the server prints them in IntervalStyle postgres:
 *
 *   1 year 2 mons 3 days 04:05:06.789012      -1 years -2 mons +3 days -04:05:06      00:00:00
 *
 * Each part has its own sign; only the time's three numbers share theirs.
 */
#include "source/postgres/types/impl.h"

#define DAY_US    INT64_C(86400000000)
#define SECOND_US INT64_C(1000000)
/* Debezium's month has 365.25 / 12 days. */
#define MONTH_US  (DAY_US * 36525 / 1200)

struct interval {
    int64_t years, months, days;
    int64_t us; /* of the time */
};

/* A number with an optional sign; <0: none, or more than 12 digits. */
static int scan_number(struct tr_slice *text, int64_t *ret_number, bool *ret_negative)
{
    size_t i = 0;
    int64_t number = 0;

    *ret_negative = text->n && text->p[0] == '-';
    if (text->n && (text->p[0] == '-' || text->p[0] == '+'))
        i++;
    size_t start = i;
    for (; i < text->n && i - start < 12 && text->p[i] >= '0' && text->p[i] <= '9'; i++)
        number = number * 10 + (text->p[i] - '0');
    text->p += i;
    text->n -= i;
    *ret_number = number;
    return i > start ? 0 : -1;
}

static int join_time(int64_t seconds, int64_t micros, bool negative, int64_t *ret_us)
{
    int64_t sign = negative ? -1 : 1; /* the most negative one has no positive twin */

    if (__builtin_mul_overflow(sign * seconds, SECOND_US, ret_us) ||
        __builtin_add_overflow(*ret_us, sign * micros, ret_us))
        return -1;
    return 0;
}

/* ":05:06.789012" behind the hours. */
static int scan_time(struct tr_slice *text, int64_t hours, bool negative, int64_t *ret_us)
{
    int64_t minutes, seconds, micros = 0;
    bool sign;

    text->p++, text->n--;
    if (scan_number(text, &minutes, &sign) < 0 || !text->n || text->p[0] != ':')
        return -1;
    text->p++, text->n--;
    if (scan_number(text, &seconds, &sign) < 0 || minutes > 59 || seconds > 59)
        return -1;
    if (text->n && text->p[0] == '.') {
        size_t before = --text->n;
        text->p++;
        if (scan_number(text, &micros, &sign) < 0 || before - text->n > 6)
            return -1;
        for (size_t n = before - text->n; n < 6; n++)
            micros *= 10;
    }
    return join_time((hours * 60 + minutes) * 60 + seconds, micros, negative, ret_us);
}

/* "years", "mon", … behind a number. */
static int scan_unit(struct tr_slice *text, int64_t number, struct interval *interval)
{
    const char *space = text->n ? memchr(text->p, ' ', text->n) : NULL;
    struct tr_slice unit = {text->p, space ? (size_t)(space - text->p) : text->n};

    if (tr_slice_is(unit, "year") || tr_slice_is(unit, "years"))
        interval->years = number;
    else if (tr_slice_is(unit, "mon") || tr_slice_is(unit, "mons"))
        interval->months = number;
    else if (tr_slice_is(unit, "day") || tr_slice_is(unit, "days"))
        interval->days = number;
    else
        return -1;
    text->p += unit.n;
    text->n -= unit.n;
    return 0;
}

static int scan_part(struct tr_slice *text, struct interval *interval)
{
    int64_t number;
    bool negative;

    if (scan_number(text, &number, &negative) < 0 || text->n == 0)
        return -1;
    if (text->p[0] == ':')
        return scan_time(text, number, negative, &interval->us);
    if (text->p[0] != ' ')
        return -1;
    text->p++, text->n--;
    return scan_unit(text, negative ? -number : number, interval);
}

static int parse(struct tr_slice text, struct interval *ret_interval)
{
    *ret_interval = (struct interval){0};
    if (text.n == 0)
        return -1;
    for (;;) {
        if (scan_part(&text, ret_interval) < 0)
            return -1;
        if (text.n == 0)
            return 0;
        if (text.p[0] != ' ')
            return -1;
        text.p++, text.n--;
    }
}

static bool is_infinite(struct tr_slice text)
{
    return tr_slice_is(text, "infinity") || tr_slice_is(text, "-infinity");
}

static int convert_micros(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    struct interval interval;
    int64_t months, days, sum;

    (void)scratch;
    if (is_infinite(bytes)) /* since PostgreSQL 17 */
        return tr_plan_unrepresentable(column, bytes, ret_value, diag);
    if (parse(bytes, &interval) < 0)
        return tr_pg_bad_value(diag, "interval", bytes);
    if (__builtin_mul_overflow(interval.years * 12 + interval.months, MONTH_US, &months) ||
        __builtin_mul_overflow(interval.days, DAY_US, &days) ||
        __builtin_add_overflow(months, days, &sum) ||
        __builtin_add_overflow(sum, interval.us, &sum))
        return tr_plan_unrepresentable(column, bytes, ret_value, diag);
    tr_put_integer(ret_value, sum);
    return 0;
}

static void put_seconds(struct tr_writer *writer, int64_t us)
{
    uint64_t rest = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
    uint64_t micros = rest % SECOND_US;
    char digits[6];
    size_t n = sizeof digits;

    if (us < 0)
        tr_writer_char(writer, '-');
    tr_writer_uint(writer, rest / SECOND_US);
    if (micros == 0)
        return;
    for (size_t i = n; i-- > 0; micros /= 10)
        digits[i] = (char)('0' + micros % 10);
    while (digits[n - 1] == '0')
        n--;
    tr_writer_char(writer, '.');
    tr_writer_put(writer, digits, n);
}

/* ISO 8601 with every part, as Debezium writes it: P1Y2M3DT4H5M6.789012S. */
static int convert_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    struct interval interval;
    struct tr_writer writer;

    if (is_infinite(bytes))
        return tr_plan_unrepresentable(column, bytes, ret_value, diag);
    if (parse(bytes, &interval) < 0)
        return tr_pg_bad_value(diag, "interval", bytes);
    int64_t minute_us = 60 * SECOND_US;
    const struct {
        int64_t number;
        const char *unit;
    } parts[] = {{interval.years, "Y"},
                 {interval.months, "M"},
                 {interval.days, "DT"},
                 {interval.us / (60 * minute_us), "H"},
                 {interval.us / minute_us % 60, "M"}};
    tr_writer_begin(&writer, scratch);
    tr_writer_char(&writer, 'P');
    for (size_t i = 0; i < TR_COUNT(parts); i++) {
        tr_writer_int(&writer, parts[i].number);
        tr_writer_text(&writer, parts[i].unit);
    }
    put_seconds(&writer, interval.us % minute_us);
    tr_writer_char(&writer, 'S');
    ret_value->kind = TR_TEXT;
    if (tr_writer_end(&writer, &ret_value->bytes) < 0)
        return tr_fail_memory(diag);
    return 0;
}

int tr_pg_refine_interval(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->schema->version = 1;
    if (mapping->options->interval_handling == TR_INTERVAL_STRING) {
        mapping->schema->type = TR_TYPE_STRING;
        mapping->schema->name = "io.debezium.time.Interval";
        mapping->convert = convert_iso;
        mapping->zero = tr_value_text(TR_SLICE("P0Y0M0DT0H0M0S"));
    } else {
        mapping->schema->name = "io.debezium.time.MicroDuration";
        mapping->convert = convert_micros;
    }
    return 0;
}
