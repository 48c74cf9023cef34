#include "record/moment-text.h"

#include "record/calendar.h"
#include "record/logical.h"

/* A date, a "T", a time and a "Z", and some more years than people count. */
#define MOMENT_SIZE 64

#define DAY_MS (TR_DAY_US / 1000)

static void put(struct tr_writer *writer, int64_t ms)
{
    char text[MOMENT_SIZE];
    char *p = text;
    int64_t days = tr_floor_div(ms, DAY_MS), rest = ms - days * DAY_MS;
    struct tr_date date;

    if (days != 0) {
        tr_date_from_days(days, &date);
        p = tr_date_put(p, &date);
    }
    if (days != 0 && rest != 0)
        *p++ = 'T';
    if (days == 0 || rest != 0) {
        p = tr_time_put(p, rest * 1000, 3);
        *p++ = 'Z';
    }
    tr_writer_put(writer, text, (size_t)(p - text));
}

void tr_moment_write(struct tr_writer *writer, const struct tr_schema *schema, int64_t number)
{
    switch (tr_logical_of(schema)) {
    case TR_LOGICAL_DATE:
        put(writer, number * DAY_MS);
        break;
    case TR_LOGICAL_TIME:
    case TR_LOGICAL_TIMESTAMP:
        put(writer, number);
        break;
    default:
        tr_writer_int(writer, number);
    }
}
