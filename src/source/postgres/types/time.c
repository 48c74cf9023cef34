/* date, time, timetz, timestamp and timestamptz, in every time.precision.mode. */
#include "source/postgres/types/impl.h"
#include "source/postgres/types/moment.h"

/* pgjdbc's stand-ins for the infinities, which Debezium passes on. */
#define INFINITE_US        INT64_C(9223372036825200000)
#define MINUS_INFINITE_US  INT64_C(-9223372036832400000)
#define INFINITE_DAY       INT64_C(-2147472692)
#define MINUS_INFINITE_DAY INT64_C(-2147472691)

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
    struct tr_pg_moment moment;

    (void)column;
    (void)scratch;
    if (tr_pg_moment_parse(bytes, TR_PG_DATE, "date", &moment, diag) < 0)
        return -1;
    tr_put_integer(ret_value, moment.infinite > 0   ? INFINITE_DAY
                              : moment.infinite < 0 ? MINUS_INFINITE_DAY
                                                    : tr_date_to_days(&moment.date));
    return 0;
}

static int convert_date_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    struct tr_pg_moment moment;

    (void)column;
    if (tr_pg_moment_parse(bytes, TR_PG_DATE, "date", &moment, diag) < 0)
        return -1;
    if (moment.infinite)
        tr_date_from_days(moment.infinite > 0 ? INFINITE_DAY : MINUS_INFINITE_DAY, &moment.date);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    return finish_text(text, tr_date_put(text, &moment.date), ret_value);
}

int tr_pg_refine_date(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    (void)diag;
    mapping->convert = convert_date;
    mapping->schema->version = 1;
    switch (mapping->options->time_precision) {
    case TR_TIME_CONNECT:
        mapping->schema->name = "org.apache.kafka.connect.data.Date";
        mapping->flags &= ~(unsigned)TR_PG_MARK_NUMBER;
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
    struct tr_pg_moment moment;

    (void)scratch;
    if (tr_pg_moment_parse(bytes, TR_PG_TIME, "time", &moment, diag) < 0)
        return -1;
    tr_put_integer(ret_value, *unit == MILLIS   ? moment.us / 1000
                              : *unit == MICROS ? moment.us
                                                : moment.us * 1000);
    return 0;
}

static int convert_time_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    struct tr_pg_moment moment;

    (void)column;
    if (tr_pg_moment_parse(bytes, TR_PG_TIME, "time", &moment, diag) < 0)
        return -1;
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    return finish_text(text, tr_time_put(text, moment.us % TR_DAY_US, moment.fraction), ret_value);
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
    struct tr_pg_moment moment;

    (void)column;
    if (tr_pg_moment_parse(bytes, TR_PG_TIME | TR_PG_OFFSET, "time with time zone", &moment, diag) <
        0)
        return -1;
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    int64_t us = moment.us - moment.offset * TR_SECOND_US;
    us -= tr_floor_div(us, TR_DAY_US) * TR_DAY_US;
    return finish_text(text, tr_time_put(text, us, moment.fraction), ret_value);
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
        [MILLIS] = TR_DAY_US / 1000, [MICROS] = TR_DAY_US, [NANOS] = TR_DAY_US * 1000};
    const enum unit *unit = column->state;
    struct tr_pg_moment moment;
    int64_t count;

    (void)scratch;
    if (tr_pg_moment_parse(bytes, TR_PG_DATE | TR_PG_TIME, "timestamp", &moment, diag) < 0)
        return -1;
    if (moment.infinite) {
        tr_put_integer(ret_value, infinite_count(moment.infinite, *unit));
        return 0;
    }
    int64_t rest = *unit == MILLIS   ? moment.us / 1000
                   : *unit == MICROS ? moment.us
                                     : moment.us * 1000;
    /* nanoseconds end in 2262, microseconds just before PostgreSQL's own end in 294276 */
    if (__builtin_mul_overflow(tr_date_to_days(&moment.date), per_day[*unit], &count) ||
        __builtin_add_overflow(count, rest, &count))
        return tr_plan_unrepresentable(column, bytes, ret_value, diag);
    tr_put_integer(ret_value, count);
    return 0;
}

static void infinite_moment(struct tr_pg_moment *moment)
{
    int64_t us = moment->infinite > 0 ? INFINITE_US : MINUS_INFINITE_US;
    int64_t days = tr_floor_div(us, TR_DAY_US);

    tr_date_from_days(days, &moment->date);
    moment->us = us % TR_DAY_US + (us < 0 ? TR_DAY_US : 0);
    moment->fraction = 1; /* .2 and .6 */
}

static int convert_timestamp_iso(const struct tr_plan_column *column, struct tr_slice bytes,
                                 struct tr_arena *scratch, struct tr_value *ret_value,
                                 struct tr_diag *diag)
{
    struct tr_pg_moment moment;

    (void)column;
    if (tr_pg_moment_parse(bytes, TR_PG_DATE | TR_PG_TIME, "timestamp", &moment, diag) < 0)
        return -1;
    if (moment.infinite)
        infinite_moment(&moment);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    char *p = tr_date_put(text, &moment.date);
    *p++ = 'T';
    return finish_text(text, tr_time_put(p, moment.us, moment.fraction), ret_value);
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

static void shift_to_utc(struct tr_pg_moment *moment)
{
    int64_t us = moment->us - moment->offset * TR_SECOND_US;
    int64_t days = tr_floor_div(us, TR_DAY_US);

    moment->us = us - days * TR_DAY_US;
    if (days)
        tr_date_from_days(tr_date_to_days(&moment->date) + days, &moment->date);
}

static int convert_timestamptz(const struct tr_plan_column *column, struct tr_slice bytes,
                               struct tr_arena *scratch, struct tr_value *ret_value,
                               struct tr_diag *diag)
{
    const struct zoned_state *state = column->state;
    struct tr_pg_moment moment;

    if (tr_pg_moment_parse(bytes, TR_PG_DATE | TR_PG_TIME | TR_PG_OFFSET,
                           "timestamp with time zone", &moment, diag) < 0)
        return -1;
    if (moment.infinite) {
        *ret_value = tr_value_text(bytes);
        return 0;
    }
    shift_to_utc(&moment);
    char *text = tr_arena_alloc(scratch, TEXT_SIZE);
    if (!text)
        return tr_fail_memory(diag);
    char *p = tr_date_put(text, &moment.date);
    *p++ = 'T';
    p = tr_time_put(p, moment.us, TR_MAX(state->precision, moment.fraction));
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
