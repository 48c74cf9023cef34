#include "base/zone.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DAY           INT64_C(86400)
#define OFFSET_MOST   (18 * 3600)
/* GLib's calendar ends at the year 9999, and counts in intervals from the year 1 on */
#define SECONDS_LEAST INT64_C(-62135596800)
#define SECONDS_MOST  INT64_C(253402300799)

struct tr_zone {
    GTimeZone *zone; /* NULL: fixed */
    int64_t offset;
};

static bool two_digits(const char *text, int limit, int *ret_number)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *ret_number = (text[0] - '0') * 10 + text[1] - '0';
    return *ret_number < limit;
}

/* +hh:mm or +hh:mm:ss. */
static bool parse_offset(const char *name, int64_t *ret_offset)
{
    size_t n = strlen(name);
    int hours, minutes, seconds = 0;

    if ((n != 6 && n != 9) || (name[0] != '+' && name[0] != '-') || name[3] != ':')
        return false;
    if (!two_digits(name + 1, 19, &hours) || !two_digits(name + 4, 60, &minutes))
        return false;
    if (n == 9 && (name[6] != ':' || !two_digits(name + 7, 60, &seconds)))
        return false;
    int64_t offset = (hours * 60 + minutes) * 60 + seconds;
    *ret_offset = name[0] == '-' ? -offset : offset;
    return offset <= OFFSET_MOST;
}

/* GLib would take a file's path, or the machine's own zone, for a name. */
static bool is_name(const char *name)
{
    if (*name < 'A' || (*name > 'Z' && *name < 'a') || *name > 'z')
        return false;
    for (const char *p = name; *p; p++)
        if (!g_ascii_isalnum(*p) && !strchr("/_+-", *p))
            return false;
    return true;
}

int tr_zone_new(const char *name, struct tr_zone **ret_zone)
{
    struct tr_zone *zone = calloc(1, sizeof *zone);

    if (!zone)
        return -1;
    if (!parse_offset(name, &zone->offset)) {
        zone->zone = is_name(name) ? g_time_zone_new_identifier(name) : NULL;
        if (!zone->zone) {
            free(zone);
            return 1;
        }
    }
    *ret_zone = zone;
    return 0;
}

void tr_zone_free(struct tr_zone *zone)
{
    if (!zone)
        return;
    if (zone->zone)
        g_time_zone_unref(zone->zone);
    free(zone);
}

int64_t tr_zone_offset(const struct tr_zone *zone, int64_t seconds)
{
    if (!zone->zone)
        return zone->offset;
    seconds = seconds < SECONDS_LEAST ? SECONDS_LEAST : seconds;
    seconds = seconds > SECONDS_MOST ? SECONDS_MOST : seconds;
    gint interval = g_time_zone_find_interval(zone->zone, G_TIME_TYPE_UNIVERSAL, seconds);
    return g_time_zone_get_offset(zone->zone, interval < 0 ? 0 : interval);
}

int64_t tr_zone_local_offset(const struct tr_zone *zone, int64_t seconds)
{
    if (!zone->zone)
        return zone->offset;
    seconds = seconds < SECONDS_LEAST ? SECONDS_LEAST : seconds;
    seconds = seconds > SECONDS_MOST ? SECONDS_MOST : seconds;
    /* no zone changes its offset twice in two days */
    int64_t before = tr_zone_offset(zone, seconds - DAY);
    int64_t after = tr_zone_offset(zone, seconds + DAY);
    if (before == after || tr_zone_offset(zone, seconds - before) == before)
        return before;
    return tr_zone_offset(zone, seconds - after) == after ? after : before;
}
