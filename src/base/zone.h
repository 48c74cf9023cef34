/*
 * Time zones: of the tz database by their names (Europe/Berlin), or fixed offsets (+05:30). The
 * rules are the system's (/usr/share/zoneinfo), as GLib reads them: unlike tzset it knows many
 * zones at once, in any thread.
 */
#ifndef TR_BASE_ZONE_H
#define TR_BASE_ZONE_H

#include <stdint.h>

#include "base/macros.h"

struct tr_zone;

/* >0: there is no such zone. <0: no memory. */
int tr_zone_new(const char *name, struct tr_zone **ret_zone) TR_MUSTCHECK;
void tr_zone_free(struct tr_zone *zone);

/* Seconds east of UTC, at a moment given in seconds since 1970. */
int64_t tr_zone_offset(const struct tr_zone *zone, int64_t seconds);

/* The same for what the zone's clocks show: seconds since 1970 as if they were UTC. As in
 * java.time, what is shown twice is the earlier of both, and what is never shown has the offset
 * from before the gap. */
int64_t tr_zone_local_offset(const struct tr_zone *zone, int64_t seconds);

#endif
