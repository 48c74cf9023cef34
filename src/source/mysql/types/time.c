/*
 * DATE, TIME, DATETIME and TIMESTAMP, in every time.precision.mode.
 *
 * What the calendar doesn't have (0000-00-00, 2024-01-00, 2024-02-31) is null, in a NOT NULL column
 * the epoch. A TIME is a duration of up to 838 hours either way, which some modes have no place
 * for.
 */
#include "source/mysql/types/impl.h"
#include "source/mysql/types/moment.h"

/* Room for the longest text: 9999-12-31T23:59:59.999999Z */
#define TEXT_SIZE 32

/* ---- what all of them share ------------------------------------------------------------------ */

static bool in_calendar(const struct tr_date *date)
{
    static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (date->month < 1 || date->day < 1)
        return false;
    if (date->day <= lengths[date->month - 1])
        return true;
    return date->month == 2 && date->day == 29 && date->year % 4 == 0 &&
           (date->year % 100 != 0 || date->year % 400 == 0);
}

/* Debezium takes years of two digits for what they were in SQL. */
static void adjust(const struct tr_mysql_state *state, struct tr_date *date)
{
    if (state->adjust && date->year < 100)
        date->year += date->year < 70 ? 2000 : 1900;
}

static int put_zero(const struct tr_plan_column *column, struct tr_value *ret_value)
{
    const struct tr_mysql_state *state = column->state;

    *ret_value = column->schema->optional ? (struct tr_value){0} : state->zero;
    return 0;
}

/* Digits behind the point, without zeros at their end. */
static int shortest_fraction(int64_t us)
{
    int digits = 6;

    us %= TR_SECOND_US;
    if (us == 0)
        return 0;
    for (; us % 10 == 0; us /= 10)
        digits--;
    return digits;
}

static int finish_text(char *text, char *end, struct tr_value *ret_value)
{
    *end++ = 'Z';
    *ret_value = tr_value_text((struct tr_slice){text, (size_t)(end - text)});
    return 0;
}

static int set_iso(struct tr_mysql_mapping *mapping, const char *name, tr_convert_fn *convert,
                   struct tr_slice zero)
{
    mapping->schema->type = TR_TYPE_STRING;
    mapping->schema->name = name;
    mapping->convert = convert;
    mapping->zero = tr_value_text(zero);
    return 0;
}

static int set_count(struct tr_mysql_mapping *mapping, enum tr_type type, const char *name,
                     enum tr_mysql_unit unit)
{
    mapping->schema->type = type;
    mapping->schema->name = name;
    mapping->state->unit = unit;
    return 0;
}

/* ---- DATE ------------------------------------------------------------------------------------ */

static int read_date(const struct tr_plan_column *column, struct tr_slice bytes,
                     struct tr_date *ret_date, struct tr_diag *diag)
{
    struct tr_mysql_moment moment;

    if (tr_mysql_unpack_date(bytes, &moment) < 0)
        return tr_mysql_bad_cell(diag, "DATE", bytes);
    adjust(column->state, &moment.date);
    *ret_date = moment.date;
    return in_calendar(ret_date) ? 0 : 1;
}

static int convert_date(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    struct tr_date date;
    int rc = read_date(column, bytes, &date, diag);

    (void)scratch;
    if (rc)
        return rc < 0 ? rc : put_zero(column, ret_value);
    tr_put_integer(ret_value, tr_date_to_days(&date));
    return 0;
}

static int convert_date_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    struct tr_date date;
    int rc = read_date(column, bytes, &date, diag);

    if (rc)
        return rc < 0 ? rc : put_zero(column, ret_value);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    return finish_text(text, tr_date_put(text, &date), ret_value);
}

int tr_mysql_refine_date(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->schema->version = 1;
    mapping->convert = convert_date;
    switch (mapping->options->time_precision) {
    case TR_TIME_CONNECT:
        mapping->schema->name = "org.apache.kafka.connect.data.Date";
        return 0;
    case TR_TIME_ISOSTRING:
        return set_iso(mapping, "io.debezium.time.IsoDate", convert_date_iso,
                       TR_SLICE("1970-01-01Z"));
    default:
        mapping->schema->name = "io.debezium.time.Date";
        return 0;
    }
}

/* ---- TIME ------------------------------------------------------------------------------------ */

static int convert_time(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;
    struct tr_mysql_moment moment;

    (void)scratch;
    if (tr_mysql_unpack_time(state->type, bytes, &moment) < 0)
        return tr_mysql_bad_cell(diag, "TIME", bytes);
    tr_put_integer(ret_value, state->unit == TR_MYSQL_NANOS ? moment.us * 1000 : moment.us);
    return 0;
}

/* Connect's Time and ISO's are times of day; 24:00:00 is still one for Debezium. >0: it isn't, and
 * null stands for it. */
static int read_time_of_day(const struct tr_plan_column *column, struct tr_slice bytes,
                            int64_t *ret_us, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;
    struct tr_mysql_moment moment;

    if (tr_mysql_unpack_time(state->type, bytes, &moment) < 0)
        return tr_mysql_bad_cell(diag, "TIME", bytes);
    *ret_us = moment.us;
    if (moment.us < 0 || moment.us > TR_DAY_US)
        return tr_plan_unrepresentable(column, TR_SLICE("a TIME below 0 or beyond 24 hours"),
                                       ret_value, diag);
    return 0;
}

static int convert_time_connect(const struct tr_plan_column *column, struct tr_slice bytes,
                                struct tr_arena *scratch, struct tr_value *ret_value,
                                struct tr_diag *diag)
{
    int64_t us = 0;
    int rc = read_time_of_day(column, bytes, &us, ret_value, diag);

    (void)scratch;
    if (rc)
        return rc;
    tr_put_integer(ret_value, us / 1000);
    return 0;
}

static int convert_time_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    int64_t us = 0;
    int rc = read_time_of_day(column, bytes, &us, ret_value, diag);

    if (rc)
        return rc;
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    return finish_text(text, tr_time_put(text, us % TR_DAY_US, shortest_fraction(us)), ret_value);
}

int tr_mysql_refine_time(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->schema->version = 1;
    mapping->convert = convert_time;
    switch (mapping->options->time_precision) {
    case TR_TIME_CONNECT:
        mapping->convert = convert_time_connect;
        return set_count(mapping, TR_TYPE_INT32, "org.apache.kafka.connect.data.Time",
                         TR_MYSQL_MILLIS);
    case TR_TIME_ISOSTRING:
        return set_iso(mapping, "io.debezium.time.IsoTime", convert_time_iso,
                       TR_SLICE("00:00:00Z"));
    case TR_TIME_NANOSECONDS:
        return set_count(mapping, TR_TYPE_INT64, "io.debezium.time.NanoTime", TR_MYSQL_NANOS);
    default:
        return set_count(mapping, TR_TYPE_INT64, "io.debezium.time.MicroTime", TR_MYSQL_MICROS);
    }
}

/* ---- DATETIME -------------------------------------------------------------------------------- */

static int read_datetime(const struct tr_plan_column *column, struct tr_slice bytes,
                         struct tr_mysql_moment *ret_moment, struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;

    if (tr_mysql_unpack_datetime(state->type, bytes, ret_moment) < 0)
        return tr_mysql_bad_cell(diag, "DATETIME", bytes);
    adjust(state, &ret_moment->date);
    return in_calendar(&ret_moment->date) ? 0 : 1;
}

static int convert_datetime(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;
    struct tr_mysql_moment moment;
    int rc = read_datetime(column, bytes, &moment, diag);
    int64_t nanos;

    (void)scratch;
    if (rc)
        return rc < 0 ? rc : put_zero(column, ret_value);
    int64_t us = tr_date_to_days(&moment.date) * TR_DAY_US + moment.us;
    if (state->unit == TR_MYSQL_MILLIS)
        tr_put_integer(ret_value, tr_floor_div(us, 1000));
    else if (state->unit == TR_MYSQL_MICROS)
        tr_put_integer(ret_value, us);
    else if (__builtin_mul_overflow(us, 1000, &nanos))
        return tr_plan_unrepresentable(column, TR_SLICE("a DATETIME outside 1677 to 2262"),
                                       ret_value, diag);
    else
        tr_put_integer(ret_value, nanos);
    return 0;
}

static int convert_datetime_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                                struct tr_arena *scratch, struct tr_value *ret_value,
                                struct tr_diag *diag)
{
    struct tr_mysql_moment moment;
    int rc = read_datetime(column, bytes, &moment, diag);

    if (rc)
        return rc < 0 ? rc : put_zero(column, ret_value);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    char *p = tr_date_put(text, &moment.date);
    *p++ = 'T';
    return finish_text(text, tr_time_put(p, moment.us, shortest_fraction(moment.us)), ret_value);
}

int tr_mysql_refine_datetime(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->schema->version = 1;
    mapping->convert = convert_datetime;
    switch (mapping->options->time_precision) {
    case TR_TIME_CONNECT:
        return set_count(mapping, TR_TYPE_INT64, "org.apache.kafka.connect.data.Timestamp",
                         TR_MYSQL_MILLIS);
    case TR_TIME_ISOSTRING:
        return set_iso(mapping, "io.debezium.time.IsoTimestamp", convert_datetime_iso,
                       TR_SLICE("1970-01-01T00:00:00Z"));
    case TR_TIME_NANOSECONDS:
        return set_count(mapping, TR_TYPE_INT64, "io.debezium.time.NanoTimestamp", TR_MYSQL_NANOS);
    case TR_TIME_MICROSECONDS:
        break;
    default:
        if (mapping->type->length <= 3)
            return set_count(mapping, TR_TYPE_INT64, "io.debezium.time.Timestamp", TR_MYSQL_MILLIS);
    }
    return set_count(mapping, TR_TYPE_INT64, "io.debezium.time.MicroTimestamp", TR_MYSQL_MICROS);
}

/* ---- TIMESTAMP: text in UTC in every mode, with all digits of its fraction ------------------- */

static int convert_timestamp(const struct tr_plan_column *column, struct tr_slice bytes,
                             struct tr_arena *scratch, struct tr_value *ret_value,
                             struct tr_diag *diag)
{
    const struct tr_mysql_state *state = column->state;
    struct tr_date date;
    int64_t us;

    if (tr_mysql_unpack_timestamp(state->type, bytes, &us) < 0)
        return tr_mysql_bad_cell(diag, "TIMESTAMP", bytes);
    if (us == 0)
        return put_zero(column, ret_value);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    tr_date_from_days(us / TR_DAY_US, &date);
    char *p = tr_date_put(text, &date);
    *p++ = 'T';
    return finish_text(text, tr_time_put(p, us % TR_DAY_US, TR_MAX(state->type->length, 0)),
                       ret_value);
}

int tr_mysql_refine_timestamp(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->schema->version = 1;
    return set_iso(mapping, "io.debezium.time.ZonedTimestamp", convert_timestamp,
                   TR_SLICE("1970-01-01T00:00:00Z"));
}
