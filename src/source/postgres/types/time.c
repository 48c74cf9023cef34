/*
 * Dates and times. The server prints them in DateStyle ISO and TimeZone UTC:
 *
 *   date         2024-02-29, 20000-01-01, 0044-03-15 BC, infinity, -infinity
 *   time         04:05:06, 04:05:06.789123, 24:00:00
 *   timetz       04:05:06.789+02, +05:30, +05:53:28
 *   timestamp    date and time; " BC" stands behind the time
 *   timestamptz  timestamp and offset; " BC" stands behind the offset
 *
 * The calendar is the proleptic Gregorian one throughout, as PostgreSQL's.
 */
#include "source/postgres/types/impl.h"

#define DAY_US    INT64_C(86400000000)
#define SECOND_US INT64_C(1000000)

/* pgjdbc's stand-ins for the infinities, which Debezium passes on. */
#define INFINITE_US        INT64_C(9223372036825200000)
#define MINUS_INFINITE_US  INT64_C(-9223372036832400000)
#define INFINITE_DAY       INT64_C(-2147472692)
#define MINUS_INFINITE_DAY INT64_C(-2147472691)

struct moment {
    int64_t year; /* 0 is 1 BC */
    int month, day;
    int64_t us;     /* of the day */
    int fraction;   /* digits behind the second's point */
    int64_t offset; /* seconds east of UTC */
    int infinite;   /* 1, -1: infinity, -infinity */
};

struct scan {
    const char *p, *end;
    bool failed;
};

static struct scan scan_of(struct tr_slice text)
{
    return (struct scan){text.p, text.p + text.n, false};
}

static bool scan_char(struct scan *scan, char c)
{
    if (scan->p == scan->end || *scan->p != c)
        return false;
    scan->p++;
    return true;
}

static void scan_expect(struct scan *scan, char c)
{
    if (!scan_char(scan, c))
        scan->failed = true;
}

static int64_t scan_number(struct scan *scan, int least, int most)
{
    int64_t number = 0;
    int n = 0;

    for (; n < most && scan->p < scan->end && *scan->p >= '0' && *scan->p <= '9'; n++)
        number = number * 10 + (*scan->p++ - '0');
    if (n < least)
        scan->failed = true;
    return number;
}

static void scan_date(struct scan *scan, struct moment *moment)
{
    moment->year = scan_number(scan, 4, 7);
    scan_expect(scan, '-');
    moment->month = (int)scan_number(scan, 2, 2);
    scan_expect(scan, '-');
    moment->day = (int)scan_number(scan, 2, 2);
    if (moment->month < 1 || moment->month > 12 || moment->day < 1 || moment->day > 31)
        scan->failed = true;
}

static void scan_time(struct scan *scan, struct moment *moment)
{
    int64_t hour = scan_number(scan, 2, 2);
    scan_expect(scan, ':');
    int64_t minute = scan_number(scan, 2, 2);
    scan_expect(scan, ':');
    int64_t second = scan_number(scan, 2, 2);
    int64_t micros = 0;

    if (scan_char(scan, '.')) {
        const char *start = scan->p;
        micros = scan_number(scan, 1, 6);
        moment->fraction = (int)(scan->p - start);
        for (int i = moment->fraction; i < 6; i++)
            micros *= 10;
    }
    moment->us = ((hour * 60 + minute) * 60 + second) * SECOND_US + micros;
    if (minute > 59 || second > 59 || moment->us > DAY_US)
        scan->failed = true;
}

static void scan_offset(struct scan *scan, struct moment *moment)
{
    bool west = scan_char(scan, '-');

    if (!west)
        scan_expect(scan, '+');
    int64_t seconds = scan_number(scan, 2, 2) * 3600;
    if (scan_char(scan, ':'))
        seconds += scan_number(scan, 2, 2) * 60;
    if (scan_char(scan, ':'))
        seconds += scan_number(scan, 2, 2);
    moment->offset = west ? -seconds : seconds;
}

static void scan_era(struct scan *scan, struct moment *moment)
{
    if (scan_char(scan, ' ')) {
        scan_expect(scan, 'B');
        scan_expect(scan, 'C');
        moment->year = 1 - moment->year;
    }
}

static bool scan_infinity(struct tr_slice text, struct moment *moment)
{
    if (tr_slice_is(text, "infinity"))
        moment->infinite = 1;
    else if (tr_slice_is(text, "-infinity"))
        moment->infinite = -1;
    return moment->infinite != 0;
}

enum parts { DATE = 1, TIME = 2, OFFSET = 4 };

static int parse(struct tr_slice text, unsigned parts, const char *what, struct moment *ret_moment,
                 struct tr_diag *diag)
{
    struct scan scan = scan_of(text);

    *ret_moment = (struct moment){0};
    if (parts & DATE && scan_infinity(text, ret_moment))
        return 0;
    if (parts & DATE)
        scan_date(&scan, ret_moment);
    if (parts & DATE && parts & TIME)
        scan_expect(&scan, ' ');
    if (parts & TIME)
        scan_time(&scan, ret_moment);
    if (parts & OFFSET)
        scan_offset(&scan, ret_moment);
    if (parts & DATE)
        scan_era(&scan, ret_moment);
    if (scan.failed || scan.p != scan.end)
        return tr_pg_bad_value(diag, what, text);
    return 0;
}

/* ---- calendar -------------------------------------------------------------------------------- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01. Years are counted from March, so that the leap day comes last and the
 * months before it have a regular pattern of lengths. */
static int64_t to_days(const struct moment *moment)
{
    int64_t year = moment->month > 2 ? moment->year : moment->year - 1;
    int64_t month = moment->month > 2 ? moment->month - 3 : moment->month + 9;
    int64_t era = floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t day = (153 * month + 2) / 5 + moment->day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day - 719468;
}

static void from_days(int64_t days, struct moment *moment)
{
    int64_t era = floor_div(days + 719468, 146097);
    int64_t of_era = days + 719468 - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t day = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day + 2) / 153;

    moment->day = (int)(day - (153 * month + 2) / 5 + 1);
    moment->month = (int)(month < 10 ? month + 3 : month - 9);
    moment->year = year + era * 400 + (moment->month <= 2);
}

/* ---- text ------------------------------------------------------------------------------------ */

static char *put_number(char *p, int64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--, number /= 10)
        p[i] = (char)('0' + number % 10);
    return p + width;
}

/* ISO 8601 as Java prints it: four digits, with a sign where that isn't enough. */
static char *put_date(char *p, const struct moment *moment)
{
    int64_t year = moment->year < 0 ? -moment->year : moment->year;
    int width = 4;

    for (int64_t rest = year / 10000; rest; rest /= 10)
        width++;
    if (moment->year < 0 || width > 4)
        *p++ = moment->year < 0 ? '-' : '+';
    p = put_number(p, year, width);
    *p++ = '-';
    p = put_number(p, moment->month, 2);
    *p++ = '-';
    return put_number(p, moment->day, 2);
}

static char *put_time(char *p, int64_t us, int fraction)
{
    int64_t seconds = us / SECOND_US;
    int64_t micros = us % SECOND_US;

    p = put_number(p, seconds / 3600, 2);
    *p++ = ':';
    p = put_number(p, seconds / 60 % 60, 2);
    *p++ = ':';
    p = put_number(p, seconds % 60, 2);
    if (fraction == 0)
        return p;
    *p++ = '.';
    for (int i = fraction; i < 6; i++)
        micros /= 10;
    return put_number(p, micros, fraction);
}

/* Room for the longest text: sign, 7 digits of year, 26 of the rest, with some to spare. */
#define TEXT_SIZE 48

static int finish_text(char *text, char *end, struct tr_value *ret_value)
{
    *end++ = 'Z';
    *ret_value = tr_value_text((struct tr_slice){text, (size_t)(end - text)});
    return 0;
}

/* ---- date ------------------------------------------------------------------------------------ */

static int convert_date(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    struct moment moment;

    (void)column;
    (void)scratch;
    if (parse(bytes, DATE, "date", &moment, diag) < 0)
        return -1;
    *ret_value = tr_value_integer(moment.infinite > 0   ? INFINITE_DAY
                                  : moment.infinite < 0 ? MINUS_INFINITE_DAY
                                                        : to_days(&moment));
    return 0;
}

static int convert_date_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    struct moment moment;

    (void)column;
    if (parse(bytes, DATE, "date", &moment, diag) < 0)
        return -1;
    if (moment.infinite)
        from_days(moment.infinite > 0 ? INFINITE_DAY : MINUS_INFINITE_DAY, &moment);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    return finish_text(text, put_date(text, &moment), ret_value);
}

int tr_pg_refine_date(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->convert = convert_date;
    mapping->schema->version = 1;
    switch (mapping->options->time_precision) {
    case TR_TIME_CONNECT:
        mapping->schema->name = "org.apache.kafka.connect.data.Date";
        return 0;
    case TR_TIME_ISOSTRING:
        mapping->schema->type = TR_TYPE_STRING;
        mapping->schema->name = "io.debezium.time.IsoDate";
        mapping->convert = convert_date_iso;
        mapping->zero = tr_value_text(TR_SLICE("1970-01-01Z"));
        mapping->flags &= ~(unsigned)TR_PG_MARK_NUMBER;
        return 0;
    default:
        mapping->schema->name = "io.debezium.time.Date";
        return 0;
    }
}

/* ---- time ------------------------------------------------------------------------------------ */

/* State of time and timestamp columns: what the value counts. */
enum unit { MILLIS, MICROS, NANOS };
static const enum unit units[] = {MILLIS, MICROS, NANOS};

static int convert_time(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const enum unit *unit = column->state;
    struct moment moment;

    (void)scratch;
    if (parse(bytes, TIME, "time", &moment, diag) < 0)
        return -1;
    *ret_value = tr_value_integer(*unit == MILLIS   ? moment.us / 1000
                                  : *unit == MICROS ? moment.us
                                                    : moment.us * 1000);
    return 0;
}

static int convert_time_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    struct moment moment;

    (void)column;
    if (parse(bytes, TIME, "time", &moment, diag) < 0)
        return -1;
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    return finish_text(text, put_time(text, moment.us % DAY_US, moment.fraction), ret_value);
}

static int precision_of(const struct tr_pg_mapping *mapping)
{
    return mapping->modifier < 0 || mapping->modifier > 6 ? 6 : mapping->modifier;
}

/* Semantic names of one type in every mode. */
struct names {
    const char *millis, *micros, *nanos, *connect, *iso;
};

static void set_unit(struct tr_pg_mapping *mapping, enum unit unit, const char *name)
{
    mapping->state = &units[unit];
    mapping->schema->name = name;
}

/* How a time (micros_only: in adaptive_time_microseconds) or a timestamp is counted. */
static void refine_unit(struct tr_pg_mapping *mapping, const struct names *names, bool micros_only)
{
    enum tr_time_precision mode = mapping->options->time_precision;
    bool coarse = precision_of(mapping) <= 3;

    mapping->schema->version = 1;
    if (mode == TR_TIME_CONNECT)
        set_unit(mapping, MILLIS, names->connect);
    else if (mode == TR_TIME_NANOSECONDS)
        set_unit(mapping, NANOS, names->nanos);
    else if (coarse && (mode == TR_TIME_ADAPTIVE ||
                        (mode == TR_TIME_ADAPTIVE_TIME_MICROSECONDS && !micros_only)))
        set_unit(mapping, MILLIS, names->millis);
    else
        set_unit(mapping, MICROS, names->micros);
}

static void set_iso(struct tr_pg_mapping *mapping, const char *name, tr_convert_fn *convert,
                    struct tr_slice zero)
{
    mapping->schema->type = TR_TYPE_STRING;
    mapping->schema->name = name;
    mapping->schema->version = 1;
    mapping->convert = convert;
    mapping->zero = tr_value_text(zero);
}

int tr_pg_refine_time(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    static const struct names names = {
        .millis = "io.debezium.time.Time",
        .micros = "io.debezium.time.MicroTime",
        .nanos = "io.debezium.time.NanoTime",
        .connect = "org.apache.kafka.connect.data.Time",
        .iso = "io.debezium.time.IsoTime",
    };

    (void)diag;
    if (mapping->options->time_precision == TR_TIME_ISOSTRING) {
        set_iso(mapping, names.iso, convert_time_iso, TR_SLICE("00:00:00Z"));
        return 0;
    }
    refine_unit(mapping, &names, true);
    mapping->schema->type = mapping->state == &units[MILLIS] ? TR_TYPE_INT32 : TR_TYPE_INT64;
    mapping->convert = convert_time;
    return 0;
}

/* A time of day in UTC; without zeros at its end, as the server prints it. */
static int convert_timetz(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    struct moment moment;

    (void)column;
    if (parse(bytes, TIME | OFFSET, "time with time zone", &moment, diag) < 0)
        return -1;
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    int64_t us = moment.us - moment.offset * SECOND_US;
    us -= floor_div(us, DAY_US) * DAY_US;
    return finish_text(text, put_time(text, us, moment.fraction), ret_value);
}

int tr_pg_refine_timetz(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    set_iso(mapping, "io.debezium.time.ZonedTime", convert_timetz, TR_SLICE("00:00:00Z"));
    return 0;
}

/* ---- timestamp ------------------------------------------------------------------------------- */

static int64_t infinite_count(int sign, enum unit unit)
{
    int64_t us = sign > 0 ? INFINITE_US : MINUS_INFINITE_US;

    if (unit == NANOS)
        return sign > 0 ? INT64_MAX : INT64_MIN;
    return unit == MILLIS ? us / 1000 : us;
}

static int convert_timestamp(const struct tr_plan_column *column, struct tr_slice bytes,
                             struct tr_arena *scratch, struct tr_value *ret_value,
                             struct tr_diag *diag)
{
    static const int64_t per_day[] = {
        [MILLIS] = DAY_US / 1000, [MICROS] = DAY_US, [NANOS] = DAY_US * 1000};
    const enum unit *unit = column->state;
    struct moment moment;
    int64_t count;

    (void)scratch;
    if (parse(bytes, DATE | TIME, "timestamp", &moment, diag) < 0)
        return -1;
    if (moment.infinite) {
        *ret_value = tr_value_integer(infinite_count(moment.infinite, *unit));
        return 0;
    }
    int64_t rest = *unit == MILLIS   ? moment.us / 1000
                   : *unit == MICROS ? moment.us
                                     : moment.us * 1000;
    /* nanoseconds end in 2262, microseconds just before PostgreSQL's own end in 294276 */
    if (__builtin_mul_overflow(to_days(&moment), per_day[*unit], &count) ||
        __builtin_add_overflow(count, rest, &count))
        return tr_pg_unrepresentable(column, bytes, ret_value, diag);
    *ret_value = tr_value_integer(count);
    return 0;
}

static void infinite_moment(struct moment *moment)
{
    int64_t us = moment->infinite > 0 ? INFINITE_US : MINUS_INFINITE_US;
    int64_t days = floor_div(us, DAY_US);

    from_days(days, moment);
    moment->us = us % DAY_US + (us < 0 ? DAY_US : 0);
    moment->fraction = 1; /* .2 and .6 */
}

static int convert_timestamp_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                                 struct tr_arena *scratch, struct tr_value *ret_value,
                                 struct tr_diag *diag)
{
    struct moment moment;

    (void)column;
    if (parse(bytes, DATE | TIME, "timestamp", &moment, diag) < 0)
        return -1;
    if (moment.infinite)
        infinite_moment(&moment);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    char *p = put_date(text, &moment);
    *p++ = 'T';
    return finish_text(text, put_time(p, moment.us, moment.fraction), ret_value);
}

int tr_pg_refine_timestamp(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    static const struct names names = {
        .millis = "io.debezium.time.Timestamp",
        .micros = "io.debezium.time.MicroTimestamp",
        .nanos = "io.debezium.time.NanoTimestamp",
        .connect = "org.apache.kafka.connect.data.Timestamp",
        .iso = "io.debezium.time.IsoTimestamp",
    };

    (void)diag;
    if (mapping->options->time_precision == TR_TIME_ISOSTRING) {
        set_iso(mapping, names.iso, convert_timestamp_iso, TR_SLICE("1970-01-01T00:00:00Z"));
        return 0;
    }
    refine_unit(mapping, &names, false);
    mapping->convert = convert_timestamp;
    return 0;
}

/* ---- timestamptz ----------------------------------------------------------------------------- */

struct zoned_state {
    int precision; /* digits behind the second's point, zeros included */
};

static void shift_to_utc(struct moment *moment)
{
    int64_t us = moment->us - moment->offset * SECOND_US;
    int64_t days = floor_div(us, DAY_US);

    moment->us = us - days * DAY_US;
    if (days)
        from_days(to_days(moment) + days, moment);
}

static int convert_timestamptz(const struct tr_plan_column *column, struct tr_slice bytes,
                               struct tr_arena *scratch, struct tr_value *ret_value,
                               struct tr_diag *diag)
{
    const struct zoned_state *state = column->state;
    struct moment moment;

    if (parse(bytes, DATE | TIME | OFFSET, "timestamp with time zone", &moment, diag) < 0)
        return -1;
    if (moment.infinite) {
        *ret_value = tr_value_text(bytes);
        return 0;
    }
    shift_to_utc(&moment);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    char *p = put_date(text, &moment);
    *p++ = 'T';
    p = put_time(p, moment.us, TR_MAX(state->precision, moment.fraction));
    return finish_text(text, p, ret_value);
}

int tr_pg_refine_timestamptz(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    struct zoned_state *state = tr_arena_zalloc(mapping->arena, 1, sizeof *state);
    struct tr_plan_column column = {.state = state};

    if (!state)
        return tr_fail_memory(diag);
    state->precision = precision_of(mapping);
    mapping->state = state;
    set_iso(mapping, "io.debezium.time.ZonedTimestamp", convert_timestamptz,
            TR_SLICE("1970-01-01T00:00:00Z"));
    /* a default has its zeros behind the point, the stand-in for a missing value has none */
    return convert_timestamptz(&column, TR_SLICE("1970-01-01 00:00:00+00"), mapping->arena,
                               &mapping->generated, diag);
}
